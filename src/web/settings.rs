//! What the page remembers on this device: language and theme, nothing else.

use serde::{Deserialize, Serialize};

use super::window;

const KEY: &str = "stampede-playground";
const DAMAGED: &str = "stampede-playground.damaged";

/// The viewer's choices; `None` where they made none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `en` or `ja`.
    pub lang: Option<String>,
    /// Light or dark.
    pub theme: Option<Theme>,
}

/// A colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

/// The saved settings. `Err` with the reason if something is saved that cannot
/// be read; it is then put aside, so that saving again does not destroy it.
pub fn load() -> Result<Settings, String> {
    let Some(storage) = window().local_storage().ok().flatten() else {
        return Ok(Settings::default());
    };
    let Ok(Some(text)) = storage.get_item(KEY) else { return Ok(Settings::default()) };
    // A list would pass for a struct's fields in order.
    let read = if text.starts_with('{') {
        serde_json::from_str(&text).map_err(|error| error.to_string())
    } else {
        Err("not an object".to_owned())
    };
    read.inspect_err(|_| {
        // A full storage keeps what it has.
        let _ = storage.set_item(DAMAGED, &text);
        let _ = storage.remove_item(KEY);
    })
}

/// Saves settings. A browser that keeps nothing is no error.
pub fn save(settings: &Settings) {
    if let (Ok(Some(storage)), Ok(text)) =
        (window().local_storage(), serde_json::to_string(settings))
    {
        let _ = storage.set_item(KEY, &text);
    }
}
