//! The published JSON Schema: types, ranges and meanings from the table.

use serde_json::{Value, json};

use super::DOCS;
use super::fields::{Kind, Limit, all, find};
use super::load::EXECUTORS;

/// The schema of a scenario document (JSON Schema 2020-12).
pub fn schema() -> Value {
    let mut schema = object();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Stampede scenario");
    schema["required"] = json!(["name", "load"]);
    for (path, kind) in all() {
        match path.split_once(['.', '[']) {
            None if *path != "name" => {}
            Some(("load" | "actions", _)) => {}
            _ => add(&mut schema, path, kind),
        }
    }
    schema["properties"]["load"] = load();
    schema["properties"]["events"] = events();
    for (path, doc) in DOCS.iter().copied().flatten() {
        describe(&mut schema, path, doc);
    }
    schema
}

fn object() -> Value {
    json!({ "type": "object", "properties": {}, "additionalProperties": false })
}

fn of(kind: &Kind) -> Value {
    match kind {
        Kind::Number(Limit { min, max, whole }) => {
            let kind = if *whole { "integer" } else { "number" };
            json!({ "type": kind, "minimum": min, "maximum": max })
        }
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Word(words) => json!({ "enum": words }),
        Kind::Words(words) => {
            json!({ "type": "array", "uniqueItems": true, "items": { "enum": words } })
        }
        Kind::Text => json!({ "type": "string" }),
    }
}

/// Adds a field to the object that its path leads to.
fn add(schema: &mut Value, path: &str, kind: &Kind) {
    match path.split_once('.') {
        None => schema["properties"][path] = of(kind),
        Some((part, rest)) => {
            let place = &mut schema["properties"][part];
            if place.is_null() {
                *place = object();
            }
            add(place, rest, kind);
        }
    }
}

fn describe(schema: &mut Value, path: &str, doc: &str) {
    let place = path.split('.').fold(schema, |place, step| &mut place["properties"][step]);
    place["description"] = json!(doc.trim());
}

/// What may happen: each deed is an object with one name, or a word.
fn events() -> Value {
    let mut deeds: Vec<Value> = vec![json!({ "const": "clear-cache" })];
    let mut at = Value::Null;
    for (path, kind) in all() {
        let Some(rest) = path.strip_prefix("actions[].") else { continue };
        let Some(deed) = rest.strip_prefix("do.") else {
            at = of(kind);
            continue;
        };
        let (name, field) = deed.split_once('.').unwrap_or((deed, ""));
        if !deeds.iter().any(|deed| deed["properties"].get(name).is_some()) {
            let mut outer = object();
            outer["properties"][name] = object();
            outer["properties"][name]["required"] = json!([]);
            outer["required"] = json!([name]);
            deeds.push(outer);
        }
        if let Some(deed) = deeds.last_mut() {
            let inner = &mut deed["properties"][name];
            inner["properties"][field] = of(kind);
            if let Some(required) = inner["required"].as_array_mut() {
                required.push(json!(field));
            }
        }
    }
    let mut event = object();
    event["properties"] = json!({ "at_ms": at, "do": { "oneOf": deeds } });
    event["required"] = json!(["at_ms", "do"]);
    json!({ "type": "array", "items": event,
        "description": "What happens to the system while it runs." })
}

/// One alternative for each executor, whose rules are k6's.
fn load() -> Value {
    let alternative = |(name, required, optional): &(&str, &[&str], &[&str])| {
        let mut load = object();
        load["properties"]["executor"] = json!({ "const": name });
        for field in required.iter().chain(*optional) {
            load["properties"][*field] = match *field {
                "stages" => stages(),
                field => find(&format!("load.{field}")).map_or(Value::Null, |kind| of(&kind)),
            };
        }
        load["required"] = [&["executor"], *required].concat().into();
        load
    };
    let alternatives: Vec<Value> = EXECUTORS.iter().map(alternative).collect();
    json!({ "oneOf": alternatives,
        "description": "Who sends requests, and when, by k6's executors. Rates are requests a second." })
}

fn stages() -> Value {
    let mut stage = object();
    for field in ["target", "duration_ms"] {
        stage["properties"][field] =
            find(&format!("load.stages[].{field}")).map_or(Value::Null, |kind| of(&kind));
    }
    stage["required"] = json!(["target", "duration_ms"]);
    json!({ "type": "array", "items": stage })
}
