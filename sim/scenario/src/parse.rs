//! From JSON to a scenario, with the path of whatever is wrong.
//!
//! A document is checked against the [table of fields](super::fields) first,
//! which knows paths and what is allowed; what is read then is as it should be.

use serde_json::{Map, Value};

use super::section::Setting;
use super::{Action, Fault, Load, Problem, Scenario, Text, fields, json, section};

impl Scenario {
    /// Reads a JSON document. Refuses unknown fields, wrong types and numbers
    /// outside their limits, naming the field and what is allowed.
    pub fn from_json(text: &str) -> Result<Scenario, Problem> {
        let value = json::read("", text)?;
        Scenario::from_value(value)
    }

    /// The same from JSON that has been read already.
    pub fn from_value(value: Value) -> Result<Scenario, Problem> {
        fields::check(&value)?;
        let text = |place: Option<&Value>| place.and_then(Value::as_str).map(str::to_owned);
        let name = text(value.get("name")).ok_or_else(|| Problem::new("name", Fault::Missing))?;
        let load = value.get("load").ok_or_else(|| Problem::new("load", Fault::Missing))?;
        // It has been checked.
        let load = Load::read(load).ok_or_else(|| Problem::new("load", Fault::Missing))?;
        let mut scenario = Scenario::new(&name, load);
        if let Some(about) = value.get("about") {
            let language = |lang: &str| text(about.get(lang)).unwrap_or_default();
            scenario.about = Text { en: language("en"), ja: language("ja") };
        }
        for (name, section) in scenario.sections() {
            if let Some(value) = value.get(name) {
                section::read(section, value);
            }
        }
        if let Some(events) = value.get("events") {
            scenario.events = Action::list_from_value("events", events)?;
        }
        scenario.check_rules()?;
        Ok(scenario)
    }

    /// The scenario as a JSON value; reading it back gives an equal one.
    pub fn to_value(&self) -> Value {
        let mut fields = Map::new();
        fields.insert("name".to_owned(), Value::from(self.name.as_str()));
        let Text { en, ja } = &self.about;
        fields.insert("about".to_owned(), serde_json::json!({ "en": en, "ja": ja }));
        fields.insert("load".to_owned(), self.load.write());
        for (name, section) in self.clone().sections() {
            fields.insert(name.to_owned(), section::write(section));
        }
        if !self.events.is_empty() {
            fields.insert("events".to_owned(), Action::list_to_value(&self.events));
        }
        Value::Object(fields)
    }

    /// Checks every limit. What [`Scenario::from_json`] returned passes; use
    /// it after changing fields in code.
    pub fn check(&self) -> Result<(), Problem> {
        fields::check(&self.to_value())?;
        self.check_rules()
    }

    fn check_rules(&self) -> Result<(), Problem> {
        self.load.check()?;
        self.check_requests(&[], fields::MAX_REQUESTS)?;
        Action::check_all(&self.events)?;
        Action::check_targets("events", &self.events, self)?;
        Action::switched(self, &[])?;
        super::rules::check(self)
    }
}
