//! The published JSON Schema: types, ranges and meanings from the table.

use serde_json::{Value, json};

use super::DOCS;
use super::fields::{Choice, Kind, Limit, Part, all};

/// What the load is.
const LOAD: &str = "Who sends requests, and when, by k6's executors. Rates are requests a second.";

/// The schema of a scenario document (JSON Schema 2020-12).
pub fn schema() -> Value {
    let mut schema = object();
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Stampede scenario");
    schema["required"] = json!(["name", "load"]);
    for (path, kind) in all() {
        add(&mut schema, path, kind);
    }
    describe(&mut schema, "load", LOAD);
    describe(&mut schema, "events", "What happens to the system while it runs.");
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
        Kind::List(kind) => json!({ "type": "array", "items": of(kind) }),
        Kind::Object(parts) => with_parts(parts),
        Kind::Choice(Choice { tag, options }) => {
            json!({ "oneOf": options.iter().map(|(word, parts)| option(tag, word, parts)).collect::<Vec<_>>() })
        }
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

/// An object with parts, some of which must be there.
fn with_parts(parts: &[Part]) -> Value {
    let mut schema = object();
    for part in parts {
        schema["properties"][part.name] = of(&part.kind);
    }
    let required: Vec<&str> = parts.iter().filter(|p| p.required).map(|p| p.name).collect();
    schema["required"] = json!(required);
    schema
}

/// One of several: a word, an object with the word's name, or one with a tag.
fn option(tag: &str, word: &str, parts: &[Part]) -> Value {
    match tag {
        "" if parts.is_empty() => json!({ "const": word }),
        "" => and_one(with_parts(&[]), word, with_parts(parts)),
        tag => and_one(with_parts(parts), tag, json!({ "const": word })),
    }
}

/// The same object with one more part that must be there.
fn and_one(mut schema: Value, name: &str, kind: Value) -> Value {
    schema["properties"][name] = kind;
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(json!(name));
    }
    schema
}
