//! The published JSON Schema: types from the code, ranges from the table.

use serde_json::{Value, json};

use super::Scenario;
use super::fields::{FIELDS, Kind, Limit};

/// The schema of a scenario document (JSON Schema 2020-12).
pub fn schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|s| {
        s.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<Scenario>().to_value();
    for (path, kind) in &FIELDS {
        if let Kind::Number(limit) = kind {
            add(&mut schema, path, limit);
        }
    }
    schema["title"] = json!("Stampede scenario");
    schema
}

/// Puts a limit on every schema that a path leads to: the load has one
/// alternative for each executor.
fn add(schema: &mut Value, path: &str, limit: &Limit) {
    if let Some(alternatives) = schema.get_mut("oneOf").and_then(Value::as_array_mut) {
        alternatives.iter_mut().for_each(|schema| add(schema, path, limit));
    }
    if path.is_empty() {
        schema["minimum"] = json!(limit.min);
        schema["maximum"] = json!(limit.max);
        if limit.whole {
            schema["type"] = json!("integer");
        }
        return;
    }
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let (field, list) = step.strip_suffix("[]").map_or((step, false), |f| (f, true));
    let place = schema.get_mut("properties").and_then(|p| p.get_mut(field));
    let place = if list { place.and_then(|p| p.get_mut("items")) } else { place };
    if let Some(place) = place {
        add(place, rest, limit);
    }
}
