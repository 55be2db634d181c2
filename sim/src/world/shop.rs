//! A shop's keys: five classes side by side, and who is logged in.
//!
//! First stand the products' details, so that the most popular product is key 0,
//! then the pages of the list, the categories, the profiles, the sessions. Each
//! class has a TTL and a size; what the cache needs at most is the sum of counts
//! times sizes, and can be worked out before there is a shop.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use super::World;
use super::channel::Channel;
use super::request::Key;
use crate::engine::Nanos;
use crate::scenario::{Scenario, ShopSpec};
use crate::telemetry::Kind;
use crate::telemetry::event::WORLD;

/// A visitor, by its number from 0.
pub type Visitor = u32;

/// What a key is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// A product's details.
    Detail,
    /// A page of the list of products.
    List,
    /// A category.
    Category,
    /// A visitor's profile.
    Profile,
    /// A visitor's session, which is nowhere but in the cache.
    Session,
}

impl Class {
    /// Every class, in the order of their keys.
    pub const ALL: [Class; 5] =
        [Class::Detail, Class::List, Class::Category, Class::Profile, Class::Session];
}

/// Which keys there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// How many of each class, in their order.
    counts: [u32; 5],
    /// Products from this one on do not exist.
    missing_from: Key,
}

impl Layout {
    /// A scenario's; `None` where there is no shop.
    pub fn of(scenario: &Scenario) -> Option<Layout> {
        let ShopSpec { products, lists, categories, visitors, .. } = scenario.shop;
        let existing = f64::from(products) * (1.0 - scenario.keys.missing);
        (products > 0).then_some(Layout {
            counts: [products, lists, categories, visitors, visitors],
            missing_from: existing.round() as Key,
        })
    }

    /// The keys of a class.
    pub fn keys(&self, class: Class) -> Range<Key> {
        let first = self.counts[..class as usize].iter().sum();
        first..first + self.counts[class as usize]
    }

    /// The key of something of a class: of number `number`, or of what is in the same
    /// place if there are fewer.
    pub fn key(&self, class: Class, number: u32) -> Key {
        self.keys(class).start + self.number(class, number)
    }

    /// Which of its class that is, from 0.
    pub fn number(&self, class: Class, number: u32) -> u32 {
        number % self.counts[class as usize]
    }

    /// Of which class a key is.
    pub fn class_of(&self, key: Key) -> Option<Class> {
        Class::ALL.into_iter().find(|class| self.keys(*class).contains(&key))
    }

    /// The page of the list that shows a product.
    pub fn list_of(&self, product: Key) -> Key {
        self.key(Class::List, product)
    }

    /// The first number that is no key.
    pub fn end(&self) -> Key {
        self.keys(Class::Session).end
    }

    /// How many keys there are that are the same for every visitor: the first ones.
    pub fn public(&self) -> u32 {
        self.keys(Class::Profile).start
    }

    /// The products that there are not.
    pub fn missing(&self) -> Range<Key> {
        self.missing_from..self.counts[0]
    }
}

/// A shop, as it is for all processes.
pub struct Shop {
    /// Which keys there are.
    pub layout: Layout,
    /// What it is made from.
    pub spec: ShopSpec,
    /// The visitors who believe that they are logged in (they have a cookie), and
    /// since when.
    pub cookies: RefCell<BTreeMap<Visitor, Nanos>>,
    /// What is left to sell, and who knows it.
    pub channel: Rc<Channel>,
    /// In how many turns the cache is weighed next, and how many KB it held last.
    weighed: Cell<(u32, u32)>,
}

impl Shop {
    pub(super) fn new(scenario: &Scenario) -> Option<Shop> {
        let layout = Layout::of(scenario)?;
        let spec = scenario.shop.clone();
        let channel = Rc::new(Channel::new(&spec));
        Some(Shop { layout, spec, channel, cookies: RefCell::default(), weighed: Cell::default() })
    }

    /// For how long a key's value lives.
    pub fn ttl(&self, key: Key) -> Nanos {
        let ShopSpec { detail_ms, list_ms, category_ms, profile_ms, session_ms, .. } = self.spec;
        let all = [detail_ms, list_ms, category_ms, profile_ms, session_ms];
        Nanos::from_ms(self.layout.class_of(key).map_or(detail_ms, |class| all[class as usize]))
    }

    /// How large it is, in KB.
    pub fn size(&self, key: Key) -> f64 {
        let ShopSpec { detail_kb, list_kb, category_kb, profile_kb, session_kb, .. } = self.spec;
        let all = [detail_kb, list_kb, category_kb, profile_kb, session_kb];
        self.layout.class_of(key).map_or(0.0, |class| all[class as usize])
    }

    /// How many KB the cache holds, if that has changed: as a monitor asks for it
    /// (`INFO memory`), once a second. It is called ten times as often.
    pub fn weigh(&self, world: &World, keys: impl Iterator<Item = Key>) {
        let (turn, before) = self.weighed.get();
        if turn > 0 {
            return self.weighed.set((turn - 1, before));
        }
        let kb = keys.map(|key| self.size(key)).sum::<f64>().round() as u32;
        self.weighed.set((9, kb));
        if kb != before {
            world.recorder.note(world.core.now(), Kind::Memory, WORLD, kb);
        }
    }

    /// Whether there is something on what a key is of: not on the last pages of the
    /// list.
    pub fn shows(&self, key: Key) -> bool {
        let lists = self.layout.keys(Class::List);
        let empty = (f64::from(self.spec.lists) * self.spec.empty).round() as u32;
        !lists.contains(&key) || key < lists.end - empty
    }

    /// Until when a session lives that is used now, and began at an instant; `None`
    /// if its time is over.
    pub fn session_left(&self, now: Nanos, began: Nanos) -> Option<Nanos> {
        let sliding = Nanos::from_ms(self.spec.session_ms);
        if self.spec.absolute_ms == 0.0 {
            return Some(sliding);
        }
        let left = (began + Nanos::from_ms(self.spec.absolute_ms)).since(now);
        (left > Nanos::ZERO).then_some(left.min(sliding))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Load;

    fn layout() -> Layout {
        let mut scenario =
            Scenario::new("shop", Load::Burst { requests: 1, at_ms: 0.0, spread_ms: 0.0 });
        scenario.shop =
            ShopSpec { products: 20, lists: 3, categories: 2, visitors: 4, ..ShopSpec::default() };
        scenario.keys.missing = 0.25;
        Layout::of(&scenario).unwrap()
    }

    /// Every key is of the class in whose range it is, and the ranges follow each
    /// other: 20 products, 3 lists, 2 categories, 4 profiles, 4 sessions.
    #[test]
    fn classes_stand_side_by_side() {
        let layout = layout();
        let ranges = Class::ALL.map(|class| layout.keys(class));
        assert_eq!(ranges, [0..20, 20..23, 23..25, 25..29, 29..33]);
        for class in Class::ALL {
            assert!(layout.keys(class).all(|key| layout.class_of(key) == Some(class)));
        }
        assert_eq!(layout.class_of(33), None);
        assert_eq!(layout.list_of(7), 21);
        // A quarter of the products.
        assert_eq!(layout.missing(), 15..20);
    }
}
