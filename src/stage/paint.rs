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
}

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
        Picture { width, height, rgba: vec![0; width * height * 4], sprites, radii, scale }
    }

    /// Whether it still fits these measures.
    pub fn fits(&self, width: f64, height: f64, scale: f64, radii: [f64; 2]) -> bool {
        let pixels = |length: f64| (length * scale).round().max(1.0) as usize;
        (self.width, self.height) == (pixels(width), pixels(height))
            && (self.radii, self.scale) == (radii, scale)
    }

    /// Removes all dots.
    pub fn clear(&mut self) {
        self.rgba.fill(0);
    }

    /// Adds a dot over what is there.
    pub fn splat(&mut self, dot: &Dot, palette: &Palette) {
        let sprite = &self.sprites[usize::from(dot.in_slot)][dot.shape as usize];
        let [red, green, blue] = palette[dot.shape as usize];
        let corner =
            |middle: f64| (middle * self.scale).floor() as isize - sprite.side as isize / 2;
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
