//! Pixels onto a canvas.

use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use crate::stage::paint::Picture;

/// Shows a picture on a canvas of any size; the canvas takes the picture's.
/// A browser that refuses (out of memory) leaves the canvas as it was.
pub fn show(canvas: &HtmlCanvasElement, picture: &Picture) {
    let (width, height) = (picture.width as u32, picture.height as u32);
    if (canvas.width(), canvas.height()) != (width, height) {
        canvas.set_width(width);
        canvas.set_height(height);
    }
    let context = canvas.get_context("2d").ok().flatten();
    let Some(Ok(context)) = context.map(|c| c.dyn_into::<CanvasRenderingContext2d>()) else {
        return;
    };
    let pixels = Clamped(picture.rgba.as_slice());
    if let Ok(data) = ImageData::new_with_u8_clamped_array_and_sh(pixels, width, height) {
        let _ = context.put_image_data(&data, 0.0, 0.0);
    }
}
