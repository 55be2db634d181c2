//! What the page remembers on this device: language, theme and keys, nothing else.

use serde::{Deserialize, Serialize};

const KEY: &str = "stampede-playground";

/// The viewer's choices; `None` where they made none.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// `en` or `ja`.
    pub lang: Option<String>,
    /// Light or dark.
    pub theme: Option<Theme>,
    /// Whether keys of one letter do something. Not written unless chosen: what
    /// was here before does not know it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub letters: Option<bool>,
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
/// be read.
pub fn load() -> Result<Settings, String> {
    super::kept(KEY, |text| {
        // A list would pass for a struct's fields in order.
        if text.starts_with('{') {
            serde_json::from_str(text).map_err(|error| error.to_string())
        } else {
            Err("not an object".to_owned())
        }
    })
}

/// Saves settings. A browser that keeps nothing is no error.
pub fn save(settings: &Settings) {
    if let Ok(text) = serde_json::to_string(settings) {
        super::store(KEY, &text);
    }
}
