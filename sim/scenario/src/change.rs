//! Changes to a scenario by path: `db.pool=10`.

use serde_json::{Map, Value};

use super::{Fault, Problem, Scenario, json};

impl Scenario {
    /// The scenario with the field at `path` set to `text`: JSON, or a bare
    /// word. Refused like a document with that field would be.
    pub fn with(&self, path: &str, text: &str) -> Result<Scenario, Problem> {
        self.with_all([(path, text)])
    }

    /// The same for several fields at once.
    pub fn with_all<'a>(
        &self,
        changes: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Scenario, Problem> {
        let mut document = self.to_value();
        for (path, text) in changes {
            let value = json::read(path, text).or_else(|problem| match problem.fault {
                Fault::Syntax(_) => Ok(Value::from(text)),
                _ => Err(problem),
            })?;
            *field(&mut document, path)? = value;
        }
        Scenario::from_value(document)
    }

    /// The fields in which this differs from `base`, as paths and JSON texts
    /// that [`Scenario::with`] understands.
    pub fn changes_from(&self, base: &Scenario) -> Vec<(String, String)> {
        let mut changes = Vec::new();
        compare(&base.to_value(), &self.to_value(), "", &mut changes);
        changes
    }
}

/// The place of a path in a document. Lists are changed as a whole.
fn field<'a>(document: &'a mut Value, path: &str) -> Result<&'a mut Value, Problem> {
    let mut place = document;
    for (depth, step) in path.split('.').enumerate() {
        let Some(fields) = place.as_object_mut() else {
            let parent: Vec<&str> = path.split('.').take(depth).collect();
            return Err(Problem::new(path, Fault::NoParts(parent.join("."))));
        };
        // What is not there and has parts is refused when the whole is read.
        place = fields.entry(step).or_insert_with(|| Value::Object(Map::new()));
    }
    Ok(place)
}

fn compare(base: &Value, value: &Value, path: &str, changes: &mut Vec<(String, String)>) {
    match (base, value) {
        (Value::Object(before), Value::Object(now)) if !path.is_empty() || !now.is_empty() => {
            for (name, value) in now {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                compare(before.get(name).unwrap_or(&Value::Null), value, &path, changes);
            }
        }
        _ if base != value => {
            let text = match value {
                Value::String(word) => word.clone(),
                other => other.to_string(),
            };
            changes.push((path.to_owned(), text));
        }
        _ => {}
    }
}
