//! JSON, read and written by the browser: a reader of our own would be a good
//! part of what the first figure needs.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// The fields of an object; `None` if a text is none.
pub fn fields(text: &str) -> Option<Vec<(String, JsValue)>> {
    entries(&JSON::parse(text).ok()?)
}

/// The same of a value that has been read.
pub fn entries(value: &JsValue) -> Option<Vec<(String, JsValue)>> {
    let object: &Object = value.dyn_ref().filter(|_| !Array::is_array(value))?;
    let entry = |entry: JsValue| {
        let entry: Array = entry.unchecked_into();
        Some((entry.get(0).as_string()?, entry.get(1)))
    };
    Object::entries(object).iter().map(entry).collect()
}

/// An object of some fields.
pub fn object<'a>(fields: impl IntoIterator<Item = (&'a str, JsValue)>) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Fails only for what cannot be changed.
        let _ = Reflect::set(&object, &name.into(), &value);
    }
    object.into()
}

/// A value as a text.
pub fn text(value: &JsValue) -> String {
    // Fails only for what goes round in circles.
    JSON::stringify(value).map_or_else(|_| String::new(), String::from)
}
