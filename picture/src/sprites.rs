//! The dots' pictures: one small mask for each shape, made once for a size.

use super::dots::Shape;

/// How much of each pixel a shape covers, 0 to 255, in a square.
#[derive(Clone, Debug)]
pub struct Sprite {
    /// Pixels along one side.
    pub side: usize,
    /// Coverage, row by row.
    pub mask: Vec<u8>,
}

/// Samples along one side of a pixel, for smooth edges.
const SAMPLES: usize = 4;

impl Sprite {
    /// A shape for dots of radius `radius` pixels.
    pub fn new(shape: Shape, radius: f64) -> Sprite {
        let reach = radius * extent(shape);
        let side = 2 * (reach.ceil() as usize) + 1;
        let middle = side as f64 / 2.0;
        let mut mask = Vec::with_capacity(side * side);
        for row in 0..side {
            for column in 0..side {
                let mut inside = 0;
                for sample in 0..SAMPLES * SAMPLES {
                    let offset = |i: usize| (i as f64 + 0.5) / SAMPLES as f64;
                    let x = column as f64 + offset(sample % SAMPLES) - middle;
                    let y = row as f64 + offset(sample / SAMPLES) - middle;
                    inside += usize::from(covers(shape, x / radius, y / radius));
                }
                mask.push((inside * 255 / (SAMPLES * SAMPLES)) as u8);
            }
        }
        Sprite { side, mask }
    }
}

/// How far a shape reaches from its middle, in radii.
fn extent(shape: Shape) -> f64 {
    match shape {
        Shape::Leader => 1.75,
        Shape::Miss | Shape::Error | Shape::Stale | Shape::Refresh | Shape::Errand => 1.2,
        _ => 1.0,
    }
}

/// Whether a point, in radii from the middle, belongs to a shape.
fn covers(shape: Shape, x: f64, y: f64) -> bool {
    let r = (x * x + y * y).sqrt();
    match shape {
        Shape::Asking => r <= 0.72,
        Shape::Hit => r <= 1.0,
        Shape::Follower => x.abs().max(y.abs()) <= 0.86,
        // A triangle standing on its base.
        Shape::Miss => y <= 0.85 && y >= -1.15 + 1.9 * x.abs(),
        Shape::Error => {
            let (a, b) = ((x + y).abs(), (x - y).abs());
            a.min(b) <= 0.45 && a.max(b) <= 1.6
        }
        // Half a disc, its flat side up.
        Shape::Stale => r <= 1.15 && y >= -0.2,
        Shape::Refused => (0.62..=1.02).contains(&r),
        Shape::Refresh => x.abs() + y.abs() <= 1.15,
        Shape::Errand => (0.6..=1.15).contains(&(x.abs() + y.abs())),
        Shape::Alone => (0.5..=0.86).contains(&x.abs().max(y.abs())),
        Shape::Leader => x.abs() + y.abs() <= 1.1 || (1.4..=1.72).contains(&r),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(shape: Shape, radius: f64) -> f64 {
        let sprite = Sprite::new(shape, radius);
        sprite.mask.iter().map(|c| f64::from(*c) / 255.0).sum()
    }

    #[test]
    fn shapes_have_their_area() {
        // A disc is πr², a square (2·0.86r)², to within a per cent or two.
        let disc = area(Shape::Hit, 20.0);
        assert!((disc / (std::f64::consts::PI * 400.0) - 1.0).abs() < 0.02, "{disc}");
        let square = area(Shape::Follower, 20.0);
        assert!((square / (34.4 * 34.4) - 1.0).abs() < 0.03, "{square}");
    }

    /// Told apart without colour: no two masks of a size are alike.
    #[test]
    fn every_shape_is_different() {
        for radius in [3.0, 5.5, 14.0] {
            for (i, a) in Shape::ALL.iter().enumerate() {
                for b in &Shape::ALL[i + 1..] {
                    let (a, b) = (Sprite::new(*a, radius), Sprite::new(*b, radius));
                    assert!(a.side != b.side || a.mask != b.mask);
                }
            }
        }
    }
}
