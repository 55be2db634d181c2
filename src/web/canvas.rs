//! Pixels onto a canvas.

use stampede_sim::scenario::link::LANES;
use wasm_bindgen::{Clamped, JsCast};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use stampede_picture::paint::Picture;

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

/// Width and height of a saved chart, and its margins: left, top, right, bottom.
const CHART: (f64, f64) = (1200.0, 500.0);
const MARGIN: [f64; 4] = [90.0, 60.0, 30.0, 50.0];

/// Saves a chart as a PNG: lines of steps for each lane, as shares of the
/// axes; `axes` has the text at the top of one and the end of the other.
pub fn save_chart(title: &str, axes: &[String; 2], lines: &[Vec<Option<[f64; 2]>>]) {
    let document = super::window().document();
    let canvas = document.and_then(|d| d.create_element("canvas").ok());
    let Some(Ok(canvas)) = canvas.map(|c| c.dyn_into::<HtmlCanvasElement>()) else { return };
    canvas.set_width(CHART.0 as u32);
    canvas.set_height(CHART.1 as u32);
    let context = canvas.get_context("2d").ok().flatten();
    let Some(Ok(pen)) = context.map(|c| c.dyn_into::<CanvasRenderingContext2d>()) else { return };
    let [left, top, right, bottom] = MARGIN;
    let (w, h) = (CHART.0 - left - right, CHART.1 - top - bottom);
    pen.set_fill_style_str(&super::style("--paper"));
    pen.fill_rect(0.0, 0.0, CHART.0, CHART.1);
    pen.set_fill_style_str(&super::style("--ink"));
    pen.set_stroke_style_str(&super::style("--line"));
    pen.stroke_rect(left, top, w, h);
    pen.set_font("24px system-ui, sans-serif");
    // Text that does not fit is cut off, and nothing else can go wrong.
    let _ = pen.fill_text(title, left, 36.0);
    pen.set_font("18px system-ui, sans-serif");
    let _ = pen.fill_text(&axes[0], 8.0, top + 8.0);
    let _ = pen.fill_text("0", left - 20.0, top + h + 8.0);
    let _ = pen.fill_text(&axes[1], left + w - 50.0, top + h + 30.0);
    pen.set_line_width(2.5);
    for (lane, line) in LANES.iter().zip(lines) {
        pen.set_stroke_style_str(&super::style(&format!("--lane-{lane}")));
        pen.begin_path();
        let mut last: Option<f64> = None;
        for point in line {
            let place = point.map(|[x, y]| (left + w * x, top + h * (1.0 - y)));
            match (place, last) {
                (Some((x, y)), Some(before)) => {
                    pen.line_to(x, before);
                    pen.line_to(x, y);
                }
                (Some((x, y)), None) => pen.move_to(x, y),
                (None, _) => {}
            }
            last = place.map(|(_, y)| y);
        }
        pen.stroke();
    }
    if let Ok(url) = canvas.to_data_url() {
        super::download(&format!("{title}.png"), &url);
    }
}
