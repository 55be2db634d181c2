//! Flawed: keys that do not say whose they are.
//!
//! A decorator makes them: `f'{cache_type}:{args}:{kwargs}'`. What it leaves out is
//! the function. Two of the same type that are called with the same number have one
//! key, and each gets what the other has stored; singleflight merges them as well.
//! And `f(3)` and `f(id=3)` are one call with two keys, so that it is loaded twice,
//! and deleting one leaves the other.
//!
//! Seen in decorators for caches, wherever the key is put together from what is at
//! hand.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::protect::Loaded;
use crate::protect::shop::Naming;
use crate::telemetry::Kind;
use crate::world::request::Key;
use crate::world::shop::{Class, Layout};
use crate::world::{Request, Value};

/// How keys are put together.
#[derive(Default)]
pub struct Decorated {
    of: RefCell<BTreeMap<Value, Class>>,
}

impl Naming for Decorated {
    fn key(&self, page: &Request<'_>, layout: &Layout, class: Class, number: u32) -> Key {
        let by_keyword = page.client % 2 == 1;
        let key = match class {
            // The first bug: two functions, one key.
            Class::Category => layout.key(Class::List, layout.number(class, number)),
            class => layout.key(class, number),
        };
        // The second bug: one call, two keys.
        if by_keyword { layout.end() + key } else { key }
    }

    fn got(&self, part: &Request<'_>, class: Class, loaded: Loaded) {
        let Ok(value) = loaded else { return };
        let of = &mut *self.of.borrow_mut();
        if !part.was_hit() {
            of.entry(value).or_insert(class);
        }
        let mixed = of.get(&value).is_some_and(|other| *other != class);
        if mixed {
            part.note(Kind::Mixed, part.key);
        }
    }
}
