//! From JSON to a scenario, with the path of whatever is wrong.

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::load::*;
use super::{Action, Fault, Problem, Scenario, limits};

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
        if !value.is_object() {
            let fault = Fault::WrongType { found: kind(&value), expected: "an object".into() };
            return Err(Problem::new("", fault));
        }
        // Limits first: "allowed is 1 to 5,000,000" says more than "not a u32".
        limits::check(&value)?;
        if let Some(load) = value.get("load") {
            check_load(load)?;
        }
        let scenario: Scenario = read(value, "")?;
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
        let list: Vec<Action> = read(value, "actions")?;
        Action::check_all(&list)?;
        Ok(list)
    }
}

/// An enum tagged by a field loses the path of what is wrong inside it, so the
/// load is read by its executor first.
fn check_load(load: &Value) -> Result<(), Problem> {
    let Some(executor) = load.get("executor").and_then(Value::as_str) else { return Ok(()) };
    let mut fields = load.clone();
    if let Some(fields) = fields.as_object_mut() {
        fields.remove("executor");
    }
    match executor {
        "burst" => read::<Burst>(fields, "load").map(drop),
        "constant-arrival-rate" => read::<ConstantArrivalRate>(fields, "load").map(drop),
        "ramping-arrival-rate" => read::<RampingArrivalRate>(fields, "load").map(drop),
        "constant-vus" => read::<ConstantVus>(fields, "load").map(drop),
        "ramping-vus" => read::<RampingVus>(fields, "load").map(drop),
        "shared-iterations" => read::<SharedIterations>(fields, "load").map(drop),
        _ => Ok(()),
    }
}

fn read<T: DeserializeOwned>(value: Value, at: &str) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let inner = error.path().to_string();
        let path = match (at, inner.as_str()) {
            (_, ".") => at.to_owned(),
            ("", _) => inner,
            (_, inner) if inner.starts_with('[') => format!("{at}{inner}"),
            _ => format!("{at}.{inner}"),
        };
        explain(path, &error.inner().to_string())
    })
}

/// Sorts serde's message into one of our faults.
fn explain(path: String, message: &str) -> Problem {
    let quoted = |text: &str| text.split('`').nth(1).unwrap_or_default().to_owned();
    let after = |text: &str, word: &str| {
        text.split_once(word).map_or(String::new(), |(_, rest)| rest.trim().to_owned())
    };
    let join = |field: String| match path.as_str() {
        "" => field,
        // The path already ends in the unknown field's name.
        at if at == field || at.ends_with(&format!(".{field}")) => at.to_owned(),
        at => format!("{at}.{field}"),
    };
    let expected = || after(message, "expected ");
    if message.starts_with("unknown field") {
        Problem { path: join(quoted(message)), fault: Fault::UnknownField(expected()) }
    } else if message.starts_with("missing field") {
        Problem { path: join(quoted(message)), fault: Fault::Missing }
    } else if message.starts_with("unknown variant") {
        let fault = Fault::UnknownWord { found: quoted(message), allowed: expected() };
        // The tag of the load is the only word whose path serde does not know.
        let path = if path == "load" { "load.executor".to_owned() } else { path };
        Problem { path, fault }
    } else if message.starts_with("invalid") {
        let found = after(message, ": ");
        let found = found.split(", expected").next().unwrap_or_default().to_owned();
        Problem { path, fault: Fault::WrongType { found, expected: expected() } }
    } else {
        Problem { path, fault: Fault::Syntax(message.to_owned()) }
    }
}

fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
    .to_owned()
}
