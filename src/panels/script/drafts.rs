//! Scripts that are kept on this device, by name.

use std::ops::Deref;

use stampede_sim::scenario::script::MAX_BYTES;
use wasm_bindgen::JsValue;

use crate::web;
use crate::web::json;

/// Under what name they are stored.
const KEY: &str = "stampede-playground.scripts";
/// The most that are kept.
const MOST: usize = 50;
/// The longest name, in characters.
const LONGEST: usize = 60;

/// All of them: names and sources.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drafts(Vec<(String, String)>);

impl Deref for Drafts {
    type Target = [(String, String)];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl Drafts {
    /// Those that are stored. `Err` with the reason if they cannot be read.
    pub fn load() -> Result<Drafts, String> {
        web::kept(KEY, |text| read(text).ok_or_else(|| "not scripts".to_owned()))
    }

    /// With another, in the place of the one that has its name.
    pub fn with(&self, name: &str, source: &str) -> Drafts {
        let name: String = name.chars().take(LONGEST).collect();
        let mut all = self.without(&name);
        all.0.push((name, source.to_owned()));
        let over = all.len().saturating_sub(MOST);
        all.0.drain(..over);
        all
    }

    /// Without one.
    pub fn without(&self, name: &str) -> Drafts {
        Drafts(self.iter().filter(|(known, _)| known != name).cloned().collect())
    }

    /// Stores them; false if the browser does not.
    pub fn save(&self) -> bool {
        let all = self.iter().map(|(name, source)| (name.as_str(), JsValue::from(source)));
        let text = json::text(&json::object(all));
        web::store(KEY, &text);
        web::stored(KEY).as_ref() == Some(&text)
    }
}

fn read(text: &str) -> Option<Drafts> {
    let all = json::fields(text)?.into_iter().map(|(name, source)| {
        let source = source.as_string().filter(|source| source.len() <= MAX_BYTES)?;
        Some((name, source))
    });
    all.collect::<Option<Vec<_>>>().map(Drafts)
}
