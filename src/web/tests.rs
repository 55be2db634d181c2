//! What only a browser can tell; run in headless Chromium.

use wasm_bindgen::JsCast;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use super::settings::{self, Settings, Theme};
use super::{canvas, fragment, replace_fragment, window};
use stampede_picture::dots::{Dot, Shape};
use stampede_picture::paint::{LIGHT, Picture};

wasm_bindgen_test_configure!(run_in_browser);

/// What is painted in memory arrives on the canvas, pixel by pixel.
#[wasm_bindgen_test]
fn pixels_arrive_on_the_canvas() {
    let document = window().document().unwrap();
    let element = document.create_element("canvas").unwrap();
    let element: HtmlCanvasElement = element.dyn_into().unwrap();
    let mut picture = Picture::new(30.0, 20.0, 2.0, [4.0, 5.0]);
    picture.splat(&Dot { x: 15.0, y: 10.0, shape: Shape::Miss, in_slot: false }, &LIGHT);
    canvas::show(&element, &picture);
    assert_eq!((element.width(), element.height()), (60, 40));
    let context = element.get_context("2d").unwrap().unwrap();
    let context: CanvasRenderingContext2d = context.dyn_into().unwrap();
    let data = context.get_image_data(0.0, 0.0, 60.0, 40.0).unwrap().data();
    // Browsers keep colours premultiplied, so only full pixels are exact.
    let full = |bytes: &[u8]| bytes[3] == 255 || bytes[3] == 0;
    let mut compared = 0;
    for (shown, painted) in data.0.chunks(4).zip(picture.rgba.chunks(4)) {
        assert_eq!(shown[3], painted[3]);
        if full(painted) && painted[3] == 255 {
            assert_eq!(shown, painted);
            compared += 1;
        }
    }
    assert!(compared > 20);
}

#[wasm_bindgen_test]
fn settings_survive_and_damage_is_put_aside() {
    let storage = window().local_storage().unwrap().unwrap();
    storage.clear().unwrap();
    assert_eq!(settings::load(), Ok(Settings::default()));
    let chosen =
        Settings { lang: Some("ja".into()), theme: Some(Theme::Dark), letters: Some(false) };
    settings::save(&chosen);
    assert_eq!(settings::load(), Ok(chosen));
    for damaged in ["{", "[]", "{\"lang\": 1}", "{\"theme\": \"pink\"}", "{\"colour\": 1}"] {
        storage.set_item("stampede-playground", damaged).unwrap();
        assert!(settings::load().is_err(), "{damaged}");
        assert_eq!(storage.get_item("stampede-playground.damaged"), Ok(Some(damaged.to_owned())));
        assert_eq!(settings::load(), Ok(Settings::default()), "put aside");
    }
    storage.clear().unwrap();
}

/// Where hardly anything more can be kept, what is put aside has room all the same.
#[wasm_bindgen_test]
fn a_full_storage_loses_nothing() {
    let storage = window().local_storage().unwrap().unwrap();
    storage.clear().unwrap();
    let damaged = "x".repeat(1000);
    storage.set_item("stampede-playground", &damaged).unwrap();
    // As much as there is room for, but for a hundred letters.
    let (mut filled, mut step) = (0, 1 << 24);
    while step > 0 {
        if storage.set_item("filler", &"f".repeat(filled + step)).is_ok() {
            filled += step;
        } else {
            step /= 2;
        }
    }
    storage.set_item("filler", &"f".repeat(filled - 100)).unwrap();
    assert!(storage.set_item("another", &damaged).is_err(), "it is full");
    assert!(settings::load().is_err());
    assert_eq!(storage.get_item("stampede-playground.damaged"), Ok(Some(damaged)));
    storage.clear().unwrap();
}

#[wasm_bindgen_test]
fn the_fragment_is_replaced_and_removed() {
    let entries = window().history().unwrap().length().unwrap();
    replace_fragment("v=1&seed=7");
    assert_eq!(fragment(), "#v=1&seed=7");
    replace_fragment("v=1&seed=8");
    assert_eq!(fragment(), "#v=1&seed=8");
    assert_eq!(window().history().unwrap().length(), Ok(entries));
}
