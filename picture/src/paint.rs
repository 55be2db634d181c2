//! The dots of one frame, splatted into a buffer of pixels.
//!
//! One pass over the requests, one blit: the cost of a frame does not depend
//! on the browser's drawing calls, and the same dots give the same pixels.

use super::dots::{Dot, Shape};
use super::sprites::Sprite;

/// A colour for each shape, as red, green, blue.
pub type Palette = [[u8; 3]; Shape::ALL.len()];

/// Okabe and Ito's palette on paper.
pub const LIGHT: Palette = palette([0x55, 0x5b, 0x66]);
/// The same on a dark ground; only the neutral colour changes.
pub const DARK: Palette = palette([0xb8, 0xbe, 0xc8]);

const fn palette(asking: [u8; 3]) -> Palette {
    // In the order of Shape's variants.
    [
        asking,
        [0x00, 0x9e, 0x73],
        [0xe6, 0x9f, 0x00],
        [0x00, 0x72, 0xb2],
        [0x56, 0xb4, 0xe9],
        [0xd5, 0x5e, 0x00],
        [0xcc, 0x79, 0xa7],
        asking,
        [0xcc, 0x79, 0xa7],
        asking,
        [0x00, 0x72, 0xb2],
    ]
}

/// A picture of dots on nothing: RGBA, not premultiplied.
pub struct Picture {
    /// Width in device pixels.
    pub width: usize,
    /// Height in device pixels.
    pub height: usize,
    /// Four bytes a pixel, row by row.
    pub rgba: Vec<u8>,
    /// By shape: on the way or in a crowd, and in a slot.
    sprites: [Vec<Sprite>; 2],
    radii: [f64; 2],
    scale: f64,
    /// In a crowd, for each pixel: how many dots it has, and in the high byte
    /// the rank of the one that matters most, from 1.
    heat: Vec<u16>,
}

/// How much of a pixel a crowd's dots cover, by how many there are: one can be
/// seen, and sixteen are as dense as it gets.
const HEAT: [u8; 17] =
    [0, 120, 142, 158, 170, 180, 189, 197, 204, 211, 217, 223, 229, 235, 241, 248, 255];

/// In a crowd: which shape matters most, from [`Shape::ALL`].
const fn ranks() -> [u8; Shape::ALL.len()] {
    let mut ranks = [0; Shape::ALL.len()];
    let mut i = 0;
    while i < Shape::ALL.len() {
        ranks[Shape::ALL[i] as usize] = i as u8 + 1;
        i += 1;
    }
    ranks
}
const RANKS: [u8; Shape::ALL.len()] = ranks();

impl Picture {
    /// An empty picture of `width` by `height` CSS pixels at `scale` device
    /// pixels each, for dots of these radii: on the way or in a crowd, and in
    /// a slot.
    pub fn new(width: f64, height: f64, scale: f64, radii: [f64; 2]) -> Picture {
        let pixels = |length: f64| (length * scale).round().max(1.0) as usize;
        let (width, height) = (pixels(width), pixels(height));
        let sprites = radii.map(|radius| {
            Shape::BY_NUMBER.iter().map(|s| Sprite::new(*s, radius * scale)).collect()
        });
        let (rgba, heat) = (vec![0; width * height * 4], Vec::new());
        Picture { width, height, rgba, sprites, radii, scale, heat }
    }

    /// Whether it still fits these measures.
    pub fn fits(&self, width: f64, height: f64, scale: f64, radii: [f64; 2]) -> bool {
        let pixels = |length: f64| (length * scale).round().max(1.0) as usize;
        (self.width, self.height) == (pixels(width), pixels(height))
            && (self.radii, self.scale) == (radii, scale)
    }

    /// The radius of a dot, in CSS pixels.
    pub fn radius(&self, in_slot: bool) -> f64 {
        self.radii[usize::from(in_slot)]
    }

    /// Removes all dots.
    pub fn clear(&mut self) {
        self.rgba.fill(0);
    }

    /// Adds a dot of a crowd: a point. Call [`Picture::develop`] when all are
    /// there.
    #[inline]
    pub fn point(&mut self, x: f32, y: f32, shape: Shape) {
        let scale = self.scale as f32;
        // What is outside on the left or above becomes large.
        let (x, y) = ((x * scale) as i32 as u32 as usize, (y * scale) as i32 as u32 as usize);
        if x < self.width && y < self.height {
            let cell = &mut self.heat[y * self.width + x];
            let rank = u16::from(RANKS[shape as usize]);
            let count = (*cell & 0xff).min(254) + 1;
            *cell = (*cell >> 8).max(rank) << 8 | count;
        }
    }

    /// Begins a crowd.
    pub fn crowd(&mut self) {
        self.heat.clear();
        self.heat.resize(self.width * self.height, 0);
    }

    /// Colours the crowd: the denser, the fuller.
    pub fn develop(&mut self, palette: &Palette) {
        for (pixel, cell) in self.rgba.chunks_exact_mut(4).zip(&self.heat) {
            if *cell != 0 {
                let shape = Shape::ALL[usize::from(*cell >> 8) - 1];
                let [red, green, blue] = palette[shape as usize];
                let alpha = HEAT[usize::from(*cell & 0xff).min(HEAT.len() - 1)];
                pixel.copy_from_slice(&[red, green, blue, alpha]);
            }
        }
    }

    /// A line from a point, `length` long towards another, that fades out.
    pub fn tail(&mut self, from: [f32; 2], towards: [f32; 2], length: f32, colour: [u8; 3]) {
        let (dx, dy) = (towards[0] - from[0], towards[1] - from[1]);
        let distance = (dx * dx + dy * dy).sqrt();
        let length = length.min(distance);
        let steps = (length * self.scale as f32) as usize;
        for step in 0..steps {
            let share = step as f32 / steps as f32;
            let along = share * length / distance;
            let at = [from[0] + dx * along, from[1] + dy * along];
            self.touch(at, colour, (190.0 * (1.0 - share)) as u32);
        }
    }

    /// A ring around a point.
    pub fn ring(&mut self, middle: [f32; 2], radius: f32, colour: [u8; 3]) {
        // A point that is turned on by a little each time: no sines needed.
        let turn = 0.5 / (radius * self.scale as f32);
        let cos = 1.0 - turn * turn / 2.0;
        let (mut x, mut y) = (1.0_f32, 0.0_f32);
        for _ in 0..(std::f32::consts::TAU / turn) as usize {
            for thick in [0.0, 0.5, 1.0] {
                let r = radius + thick;
                self.touch([middle[0] + r * x, middle[1] + r * y], colour, 255);
            }
            let turned = (x * cos - y * turn, x * turn + y * cos);
            // Rounding must not let it drift inwards or outwards.
            let length = (turned.0 * turned.0 + turned.1 * turned.1).sqrt();
            (x, y) = (turned.0 / length, turned.1 / length);
        }
    }

    fn touch(&mut self, at: [f32; 2], colour: [u8; 3], cover: u32) {
        let scale = self.scale as f32;
        let (x, y) =
            ((at[0] * scale) as i32 as u32 as usize, (at[1] * scale) as i32 as u32 as usize);
        if x < self.width && y < self.height && cover > 0 {
            let at = (y * self.width + x) * 4;
            blend(&mut self.rgba[at..at + 4], colour, cover);
        }
    }

    /// Adds a dot over what is there.
    pub fn splat(&mut self, dot: &Dot, palette: &Palette) {
        let sprite = &self.sprites[usize::from(dot.in_slot)][dot.shape as usize];
        let [red, green, blue] = palette[dot.shape as usize];
        let corner = |middle: f32| {
            (f64::from(middle) * self.scale).floor() as isize - sprite.side as isize / 2
        };
        let (left, top) = (corner(dot.x), corner(dot.y));
        for row in 0..sprite.side {
            let y = top + row as isize;
            if y < 0 || y >= self.height as isize {
                continue;
            }
            for column in 0..sprite.side {
                let x = left + column as isize;
                let cover = u32::from(sprite.mask[row * sprite.side + column]);
                if cover == 0 || x < 0 || x >= self.width as isize {
                    continue;
                }
                let at = (y as usize * self.width + x as usize) * 4;
                let pixel = &mut self.rgba[at..at + 4];
                blend(pixel, [red, green, blue], cover);
            }
        }
    }
}

/// Lays a colour over a pixel that may be partly covered already.
fn blend(pixel: &mut [u8], colour: [u8; 3], cover: u32) {
    let under = u32::from(pixel[3]) * (255 - cover) / 255;
    let total = cover + under;
    for (channel, colour) in pixel.iter_mut().zip(colour) {
        *channel = ((u32::from(colour) * cover + u32::from(*channel) * under) / total) as u8;
    }
    pixel[3] = total as u8;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dot_is_drawn_where_it_is() {
        let mut picture = Picture::new(40.0, 30.0, 2.0, [5.0, 6.0]);
        picture.splat(&Dot { x: 20.0, y: 10.0, shape: Shape::Hit, in_slot: false }, &LIGHT);
        let pixel = |x: usize, y: usize| picture.rgba[(y * 80 + x) * 4..][..4].to_vec();
        assert_eq!(pixel(40, 20), [0x00, 0x9e, 0x73, 255]);
        assert_eq!(pixel(40, 40), [0, 0, 0, 0]);
        assert_eq!(pixel(20, 20), [0, 0, 0, 0]);
    }

    #[test]
    fn shapes_are_numbered_in_order() {
        for (i, shape) in Shape::BY_NUMBER.into_iter().enumerate() {
            assert_eq!(shape as usize, i);
        }
    }

    #[test]
    fn dots_outside_are_cut_off_and_do_not_panic() {
        let mut picture = Picture::new(40.0, 30.0, 1.0, [5.0, 6.0]);
        for (x, y) in [(-3.0, 5.0), (41.0, 29.0), (-500.0, 9e9), (20.0, 32.0)] {
            picture.splat(&Dot { x, y, shape: Shape::Leader, in_slot: false }, &DARK);
        }
        assert!(picture.rgba.iter().any(|byte| *byte != 0));
    }

    #[test]
    fn the_later_dot_lies_on_top() {
        let mut picture = Picture::new(20.0, 20.0, 1.0, [5.0, 6.0]);
        picture.splat(&Dot { x: 10.0, y: 10.0, shape: Shape::Hit, in_slot: false }, &LIGHT);
        picture.splat(&Dot { x: 10.0, y: 10.0, shape: Shape::Error, in_slot: false }, &LIGHT);
        assert_eq!(picture.rgba[(10 * 20 + 10) * 4..][..4], [0xd5, 0x5e, 0x00, 255]);
    }
}
