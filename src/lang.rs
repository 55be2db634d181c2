//! The page's two languages. Strings stand side by side where they are used,
//! so that a text in one language cannot be added without the other.

/// A language of the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Japanese.
    Ja,
}

impl Lang {
    /// The text in this language.
    pub fn pick<T>(self, en: T, ja: T) -> T {
        match self {
            Lang::En => en,
            Lang::Ja => ja,
        }
    }

    /// As in the `lang` attribute.
    pub fn code(self) -> &'static str {
        self.pick("en", "ja")
    }

    /// From a language tag: `ja`, `ja-JP`, `en-GB`.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        match tag.split('-').next()? {
            "en" => Some(Lang::En),
            "ja" => Some(Lang::Ja),
            _ => None,
        }
    }
}
