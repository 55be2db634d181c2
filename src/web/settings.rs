//! What the page remembers on this device: language, theme and keys, nothing else.

use wasm_bindgen::JsValue;

use super::json;

const KEY: &str = "stampede-playground";

/// The viewer's choices; `None` where they made none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// `en` or `ja`.
    pub lang: Option<String>,
    /// Light or dark.
    pub theme: Option<Theme>,
    /// Whether keys of one letter do something. Not written unless chosen: what
    /// was here before does not know it.
    pub letters: Option<bool>,
}

/// A colour scheme.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

impl Theme {
    fn word(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    fn named(word: &str) -> Option<Theme> {
        [Theme::Light, Theme::Dark].into_iter().find(|theme| theme.word() == word)
    }
}

/// The saved settings. `Err` with the reason if something is saved that cannot
/// be read.
pub fn load() -> Result<Settings, String> {
    super::kept(KEY, |text| read(text).ok_or_else(|| "not settings".to_owned()))
}

fn read(text: &str) -> Option<Settings> {
    let mut settings = Settings::default();
    for (name, value) in json::fields(text)? {
        match (name.as_str(), value) {
            ("lang" | "theme" | "letters", value) if value.is_null() => {}
            ("lang", value) => settings.lang = Some(value.as_string()?),
            ("theme", value) => settings.theme = Some(Theme::named(&value.as_string()?)?),
            ("letters", value) => settings.letters = Some(value.as_bool()?),
            _ => return None,
        }
    }
    Some(settings)
}

/// Saves settings. A browser that keeps nothing is no error.
pub fn save(settings: &Settings) {
    let word = |word: Option<&str>| word.map_or(JsValue::NULL, JsValue::from);
    let (lang, theme) = (word(settings.lang.as_deref()), word(settings.theme.map(Theme::word)));
    let letters = settings.letters.map(|letters| ("letters", letters.into()));
    let all = [("lang", lang), ("theme", theme)].into_iter().chain(letters);
    super::store(KEY, &json::text(&json::object(all)));
}
