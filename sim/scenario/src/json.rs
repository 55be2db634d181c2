//! JSON texts, read strictly: a name that is given twice is refused, because
//! one of the two values would be lost without a word.

use std::cell::RefCell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::{Fault, Problem};

/// Reads a text; `path` is where it stands, for what is wrong with it.
pub fn read(path: &str, text: &str) -> Result<Value, Problem> {
    let twice = RefCell::new(None);
    let mut reader = serde_json::Deserializer::from_str(text);
    let place = Place { path: path.to_owned(), twice: &twice };
    let value = place.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
    value.map_err(|error| {
        let syntax = || Problem::new(path, Fault::Syntax(error.to_string()));
        twice.take().unwrap_or_else(syntax)
    })
}

/// What a document has at a path with dots; nothing if it has no such field.
pub fn at<'a>(document: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(document, |place, step| place.get(step))
}

/// A value that is being read: where it stands, and the name that came twice.
struct Place<'a> {
    path: String,
    twice: &'a RefCell<Option<Problem>>,
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        let place = |i: usize| Place { path: format!("{}[{i}]", self.path), twice: self.twice };
        while let Some(value) = list.next_element_seed(place(values.len()))? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            if fields.contains_key(&name) {
                *self.twice.borrow_mut() = Some(Problem::new(&self.path, Fault::Twice(name)));
                return Err(A::Error::custom(""));
            }
            let dot = if self.path.is_empty() { "" } else { "." };
            let place = Place { path: format!("{}{dot}{name}", self.path), twice: self.twice };
            let value = object.next_value_seed(place)?;
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}
