//! How the parts of a scenario are declared: fields, defaults, limits and
//! meaning in one place.
//!
//! [`section!`] makes a struct, its `Default`, its rows in the table of
//! fields, and how it is read from and written to JSON. By macro and not by
//! serde's derive, because what that makes for two dozen structs is several
//! times the size of everything else the page reads.

use serde_json::Value;

use super::fields::Kind;

/// A value of a field.
pub trait Setting: Sized {
    /// From JSON; `None` if it is something else. The table has checked it.
    fn read(value: &Value) -> Option<Self>;
    /// As JSON.
    fn write(&self) -> Value;
}

impl Setting for f64 {
    fn read(value: &Value) -> Option<f64> {
        value.as_f64()
    }
    fn write(&self) -> Value {
        // Whole numbers are written as such.
        match *self {
            x if x.fract() == 0.0 && x.abs() < 9e15 => Value::from(x as i64),
            x => Value::from(x),
        }
    }
}

impl Setting for u32 {
    fn read(value: &Value) -> Option<u32> {
        value.as_f64().map(|x| x as u32)
    }
    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Setting for bool {
    fn read(value: &Value) -> Option<bool> {
        value.as_bool()
    }
    fn write(&self) -> Value {
        Value::from(*self)
    }
}

impl Setting for String {
    fn read(value: &Value) -> Option<String> {
        value.as_str().map(str::to_owned)
    }
    fn write(&self) -> Value {
        Value::from(self.as_str())
    }
}

/// Absent is `None`, and not written.
impl<T: Setting> Setting for Option<T> {
    fn read(value: &Value) -> Option<Option<T>> {
        T::read(value).map(Some)
    }
    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

impl<T: Setting> Setting for Vec<T> {
    fn read(value: &Value) -> Option<Vec<T>> {
        value.as_array()?.iter().map(T::read).collect()
    }
    fn write(&self) -> Value {
        Value::Array(self.iter().map(T::write).collect())
    }
}

/// A field of any type.
pub trait Slot {
    /// Takes a value from JSON, if it is one.
    fn put(&mut self, value: &Value);
    /// The value as JSON.
    fn get(&self) -> Value;
}

impl<T: Setting> Slot for T {
    fn put(&mut self, value: &Value) {
        if let Some(value) = T::read(value) {
            *self = value;
        }
    }
    fn get(&self) -> Value {
        self.write()
    }
}

/// A part of a scenario: an object with fields that all have defaults.
pub trait Section {
    /// Shows every field with its name.
    fn visit(&mut self, see: &mut dyn FnMut(&'static str, &mut dyn Slot));
}

/// What a section's fields may hold.
pub trait Fields {
    /// By path.
    const FIELDS: &'static [(&'static str, Kind)];
    /// What each means, for the JSON Schema.
    #[cfg(feature = "schema")]
    const DOCS: &'static [(&'static str, &'static str)];
}

/// Takes a section's fields from a checked JSON object; what is absent stays.
pub(crate) fn read(section: &mut dyn Section, value: &Value) {
    section.visit(&mut |name, slot| {
        if let Some(value) = value.get(name) {
            slot.put(value);
        }
    });
}

/// A section as a JSON object, with every field.
pub(crate) fn write(section: &mut dyn Section) -> Value {
    let mut fields = serde_json::Map::new();
    section.visit(&mut |name, slot| {
        fields.insert(name.to_owned(), slot.get());
    });
    Value::Object(fields)
}

/// Declares a [`Section`]: `field: type = default, kind;`.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident in $path:literal {
            $( $(#[doc = $doc:literal])+ $field:ident: $type:ty = $default:expr, $kind:expr; )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $doc])+ pub $field: $type, )+
        }

        impl Default for $name {
            fn default() -> $name {
                $name { $( $field: $default, )+ }
            }
        }

        impl $crate::section::Fields for $name {
            const FIELDS: &'static [(&'static str, $crate::fields::Kind)] =
                &[$( (concat!($path, ".", stringify!($field)), $kind), )+];

            #[cfg(feature = "schema")]
            const DOCS: &'static [(&'static str, &'static str)] = &[
                ($path, concat!($($about),+)),
                $( (concat!($path, ".", stringify!($field)), concat!($($doc),+)), )+
            ];
        }

        impl $crate::section::Section for $name {
            fn visit(
                &mut self,
                see: &mut dyn FnMut(&'static str, &mut dyn $crate::section::Slot),
            ) {
                $( see(stringify!($field), &mut self.$field); )+
            }
        }
    };
}

/// Declares an enum whose variants are words: `Variant = "word"`. The first
/// is the default.
macro_rules! words {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident {
            $(#[doc = $first_doc:literal])+ $first:ident = $first_word:expr,
            $( $(#[doc = $doc:literal])+ $variant:ident = $word:expr, )*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = $first_doc])+
            #[default]
            $first,
            $( $(#[doc = $doc])+ $variant, )*
        }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [$name] = &[$name::$first, $( $name::$variant, )*];
            /// Their words.
            pub const WORDS: &'static [&'static str] = &[$first_word, $( $word, )*];
            /// What a field with such a word may hold.
            pub const KIND: $crate::fields::Kind = $crate::fields::Kind::Word($name::WORDS);

            /// Its word.
            pub fn word(self) -> &'static str {
                $name::WORDS[self as usize]
            }
        }

        impl $crate::section::Setting for $name {
            fn read(value: &serde_json::Value) -> Option<$name> {
                let word = value.as_str()?;
                let at = $name::WORDS.iter().position(|known| *known == word)?;
                Some($name::ALL[at])
            }
            fn write(&self) -> serde_json::Value {
                serde_json::Value::from(self.word())
            }
        }
    };
}

/// A part of an object, if it is there and is one.
pub(crate) fn part<T: Setting>(object: &Value, name: &str) -> Option<T> {
    object.get(name).and_then(T::read)
}

/// An object of those parts that there are.
pub(crate) fn object<const N: usize>(parts: [(&'static str, Value); N]) -> Value {
    // One after the other: collecting would sort them first, which is code for
    // each number of parts.
    let mut fields = serde_json::Map::new();
    for (name, value) in &parts {
        if !value.is_null() {
            fields.insert((*name).to_owned(), value.clone());
        }
    }
    Value::Object(fields)
}

/// Declares an enum, one of whose variants a value in JSON is, with the fields
/// of that variant: `Variant = "word" { field: type = default, kind; }`. A
/// field without a default must be there. With a tag (`by "executor"`) the
/// word stands in a field of that name beside the others; without one, it is
/// the name of the only field of an object, which holds the others, or, for a
/// variant that has none, the word alone.
macro_rules! choice {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident $(by $tag:literal)? {
            $( $(#[doc = $doc:literal])+ $variant:ident = $word:literal $({
                $( $(#[doc = $field_doc:literal])+ $field:ident: $type:ty $(= $default:expr)?, $kind:expr; )+
            })? )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub enum $name {
            $( $(#[doc = $doc])+ $variant $({
                $( $(#[doc = $field_doc])+ $field: $type, )+
            })?, )+
        }

        impl $name {
            /// What a field with it may hold.
            pub const KIND: $crate::fields::Kind = $crate::fields::Kind::Choice(&$crate::fields::Choice {
                tag: $crate::section::first!($($tag,)? ""),
                options: &[$( ($word, &[$($( $crate::fields::Part {
                    name: stringify!($field),
                    kind: $kind,
                    required: $crate::section::choice!(@required $($default)?),
                }, )+)?]), )+],
            });

            /// Its word.
            pub fn word(&self) -> &'static str {
                match self {
                    $( $name::$variant { .. } => $word, )+
                }
            }

            /// The variant of a word, with its fields from an object.
            fn of(word: &str, _fields: &serde_json::Value) -> Option<$name> {
                Some(match word {
                    $( $word => $name::$variant $({
                        $( $field: $crate::section::part::<$type>(_fields, stringify!($field))
                            $(.or_else(|| Some($default)))??, )+
                    })?, )+
                    _ => return None,
                })
            }

            /// The fields of the variant, as an object.
            fn fields(&self) -> serde_json::Value {
                match self {
                    $( $name::$variant $({ $($field),+ })? => $crate::section::object([
                        $($( (stringify!($field), $crate::section::Setting::write($field)), )+)?
                    ]), )+
                }
            }
        }

        impl $crate::section::Setting for $name {
            fn read(value: &serde_json::Value) -> Option<$name> {
                let (word, fields) = $crate::section::told($crate::section::first!($($tag,)? ""), value)?;
                $name::of(word, fields)
            }
            fn write(&self) -> serde_json::Value {
                $crate::section::tell($crate::section::first!($($tag,)? ""), self.word(), self.fields())
            }
        }
    };
    (@required) => { true };
    (@required $default:expr) => { false };
}

/// Which of several a value says it is, and where that one's fields are.
pub(crate) fn told<'a>(tag: &str, value: &'a Value) -> Option<(&'a str, &'a Value)> {
    match value {
        Value::String(word) if tag.is_empty() => Some((word, &Value::Null)),
        Value::Object(fields) if tag.is_empty() && fields.len() == 1 => {
            fields.iter().next().map(|(word, fields)| (word.as_str(), fields))
        }
        _ if tag.is_empty() => None,
        _ => Some((value.get(tag)?.as_str()?, value)),
    }
}

/// The reverse of [`told`].
pub(crate) fn tell(tag: &str, word: &str, mut fields: Value) -> Value {
    if !tag.is_empty() {
        fields[tag] = Value::from(word);
        return fields;
    }
    match &fields {
        Value::Object(inner) if inner.is_empty() => Value::from(word),
        _ => {
            let mut choice = serde_json::Map::new();
            choice.insert(word.to_owned(), fields);
            Value::Object(choice)
        }
    }
}

/// The first of what there is.
macro_rules! first {
    ($first:expr $(, $rest:expr)*) => {
        $first
    };
}

pub(crate) use {choice, first, section, words};
