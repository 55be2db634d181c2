//! A series is its labels.

use std::fmt;
use std::sync::Arc;

use super::quoted;

/// The label that holds a metric's name.
pub const NAME: &str = "__name__";

/// Names with values, sorted by name. A label with an empty value is one that
/// is not there. A clone is the same in memory, until it is changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Labels(Arc<Vec<(String, String)>>);

impl Labels {
    /// A metric's name, with these labels.
    pub fn named(name: &str, labels: &[(&str, &str)]) -> Self {
        let mut all: Self = labels.iter().copied().collect();
        all.set(NAME, name);
        all
    }

    /// The value of a label; empty if there is none.
    pub fn get(&self, name: &str) -> &str {
        self.place(name).map_or("", |place| &self.0[place].1)
    }

    /// Sets one label, or takes it away if the value is empty.
    pub fn set(&mut self, name: &str, value: &str) {
        if self.get(name) == value {
            return;
        }
        let place = self.place(name);
        let labels = Arc::make_mut(&mut self.0);
        match place {
            Ok(place) if value.is_empty() => drop(labels.remove(place)),
            Ok(place) => labels[place].1 = value.to_owned(),
            Err(place) => labels.insert(place, (name.to_owned(), value.to_owned())),
        }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| other.as_str().cmp(name))
    }

    /// Only those labels of which this is true.
    #[must_use]
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        if self.0.iter().all(|(name, _)| keep(name)) {
            return self.clone();
        }
        Self(Arc::new(self.0.iter().filter(|(name, _)| keep(name)).cloned().collect()))
    }

    /// All but the metric's name.
    #[must_use]
    pub fn unnamed(&self) -> Self {
        self.only(|name| name != NAME)
    }

    /// Names and values, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<'a> FromIterator<(&'a str, &'a str)> for Labels {
    fn from_iter<I: IntoIterator<Item = (&'a str, &'a str)>>(all: I) -> Self {
        let mut labels = Self::default();
        for (name, value) in all {
            labels.set(name, value);
        }
        labels
    }
}

/// As a selector would name it: `up{instance="a"}`.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.get(NAME);
        f.write_str(name)?;
        let mut others = self.iter().filter(|(name, _)| *name != NAME).peekable();
        if others.peek().is_none() && !name.is_empty() {
            return Ok(());
        }
        f.write_str("{")?;
        for (nr, (label, value)) in others.enumerate() {
            let comma = if nr > 0 { ", " } else { "" };
            write!(f, "{comma}{label}={}", quoted(value))?;
        }
        f.write_str("}")
    }
}
