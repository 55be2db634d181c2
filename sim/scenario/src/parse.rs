//! From JSON to a scenario, with the path of whatever is wrong.
//!
//! A document is checked against the [table of fields](super::fields) first,
//! which knows paths and what is allowed; what is left for the types to
//! refuse are fields that are missing or belong to another executor.

use serde_json::Value;

use super::{Action, Fault, Problem, Scenario, fields};

impl Scenario {
    /// Reads a JSON document. Refuses unknown fields, wrong types and numbers
    /// outside their limits, naming the field and what is allowed.
    pub fn from_json(text: &str) -> Result<Scenario, Problem> {
        let value = serde_json::from_str(text)
            .map_err(|e| Problem::new("", Fault::Syntax(e.to_string())))?;
        Scenario::from_value(value)
    }

    /// The same from JSON that has been read already.
    pub fn from_value(value: Value) -> Result<Scenario, Problem> {
        fields::check(&value)?;
        let scenario: Scenario =
            serde_json::from_value(value).map_err(|error| explain(&error.to_string()))?;
        scenario.load.check(&scenario)?;
        Ok(scenario)
    }

    /// The scenario as a JSON value; reading it back gives an equal one.
    pub fn to_value(&self) -> Value {
        // Only maps with keys that are no strings, or failing writers, can fail.
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl Action {
    /// Reads a list of actions.
    pub fn list_from_value(value: Value) -> Result<Vec<Action>, Problem> {
        let document = Value::Object([("actions".to_owned(), value.clone())].into_iter().collect());
        fields::check(&document)?;
        serde_json::from_value(value)
            .map_err(|error| Problem::new("actions", Fault::Syntax(error.to_string())))
    }
}

/// Sorts serde's message into one of our faults.
fn explain(message: &str) -> Problem {
    let quoted = || message.split('`').nth(1).unwrap_or_default();
    // All that the document itself must have; every other field is the load's.
    let path = match quoted() {
        field @ ("name" | "load") => field.to_owned(),
        field => format!("load.{field}"),
    };
    if message.starts_with("missing field") {
        return Problem { path, fault: Fault::Missing };
    }
    match message.split_once("expected ") {
        Some((start, allowed)) if start.starts_with("unknown field") => {
            let allowed = allowed.trim_start_matches("one of ").replace('`', "");
            Problem { path, fault: Fault::UnknownField(allowed) }
        }
        _ => Problem::new("", Fault::Syntax(message.to_owned())),
    }
}
