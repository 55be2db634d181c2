//! In which row each name above the stage stands: so many that none covers
//! another.

use std::rc::Rc;

use stampede_picture::layout::{Layout, Needs};
use stampede_picture::place::Place;
use stampede_picture::station::Crowds;
use stampede_sim::scenario::Switch;
use stampede_sim::telemetry::event::Node;

use crate::web;

/// Rows of names: the clients', then for each place its crowd's, if that has a
/// name of its own, and its own.
pub fn rows(places: &Rc<[Place]>, w: f64) -> Vec<usize> {
    let names = names(places, w);
    let usual: Vec<usize> = names.iter().map(|name| name.usual).collect();
    if covers(&names, &usual) { apart(&names) } else { usual }
}

/// How many rows there are.
pub fn count(places: &Rc<[Place]>, w: f64) -> usize {
    1 + rows(places, w).into_iter().max().unwrap_or(0)
}

struct Name {
    /// Its middle.
    x: f64,
    /// How wide it is taken to be.
    w: f64,
    /// Its row, where there are two at most.
    usual: usize,
}

fn names(places: &Rc<[Place]>, w: f64) -> Vec<Name> {
    let needs = Needs { processes: 1, places: Rc::clone(places), crowds: Crowds::default() };
    let layout = Layout::new(w, 100.0, 0.0, &needs);
    let two = two_rows(places, w);
    let mut names = vec![Name { x: width(w) / 2.0, w: width(w), usual: 0 }];
    for (i, place @ Place { node, crowd, .. }) in places.iter().enumerate() {
        let odd = (gates(&places[..i]) % 2 == 1) != starts_close(places);
        if let Some(crowd) = crowd.filter(|crowd| crowd.key() != node.key()) {
            let x = layout.bands[0].crowds[crowd as usize].area().middle().0;
            names.push(Name { x, w: width(w), usual: usize::from(two && odd) });
        }
        let x = layout.place(0, *node).map_or(0.0, |area| area.middle().0);
        let low = two && (place.is_door() || odd && matches!(node, Node::Gate(_)));
        let long = match node {
            // How many caches it has, and whether a shield, stands in it.
            Node::Edge => 1.75,
            // The last answer stands below it.
            Node::Gate(Switch::Coalesce) => 1.75,
            // Its holder stands below it.
            Node::Gate(Switch::Lock) => 1.4,
            // Millions stand below these, sent and found.
            Node::Gate(Switch::Local | Switch::Backup) => 1.3,
            _ => 1.0,
        };
        names.push(Name { x, w: long * width(w), usual: low.into() });
    }
    names
}

/// How wide a name is taken to be, in CSS pixels; it is smaller on a phone.
fn width(w: f64) -> f64 {
    let scale = web::text_scale();
    if w < 520.0 { 62.0 * scale } else { 82.0 * scale }
}

/// Whether two names in a row cover each other by more than a little.
fn covers(names: &[Name], rows: &[usize]) -> bool {
    let near = |a: usize, b: usize| {
        let (a, b) = (&names[a], &names[b]);
        (a.x - b.x).abs() < 0.7 * (a.w + b.w) / 2.0
    };
    let pairs = (0..names.len()).flat_map(|a| (0..a).map(move |b| (a, b)));
    pairs.into_iter().any(|(a, b)| rows[a] == rows[b] && near(a, b))
}

/// From left to right, each in the first row with room for it.
fn apart(names: &[Name]) -> Vec<usize> {
    let mut ends: Vec<f64> = Vec::new();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by(|a, b| names[*a].x.total_cmp(&names[*b].x));
    let mut rows = vec![0; names.len()];
    for i in order {
        let Name { x, w, .. } = names[i];
        let begin = x - w / 2.0;
        let row = ends.iter().position(|end| *end <= begin + 1.0).unwrap_or(ends.len());
        if row == ends.len() {
            ends.push(0.0);
        }
        (rows[i], ends[row]) = (row, begin + w);
    }
    rows
}

/// Whether the stations' names need a second row: there are many, or little
/// room for them.
fn two_rows(places: &[Place], w: f64) -> bool {
    let gates = gates(places);
    places.iter().any(Place::is_door)
        || gates > 1
        || (gates == 1 && (w < 640.0 * web::text_scale() || starts_close(places)))
}

/// Whether the first gate behind the store stands close to it, as nobody waits in
/// front of it.
fn starts_close(places: &[Place]) -> bool {
    let stored = places.iter().any(|place| place.node == Node::Cache);
    let gate = places.iter().find(|place| is_gate(place));
    stored && gate.is_some_and(|gate| gate.crowd.is_none())
}

/// How many of them are gates behind the store.
fn gates(places: &[Place]) -> usize {
    places.iter().filter(|place| is_gate(place)).count()
}

fn is_gate(place: &Place) -> bool {
    matches!(place.node, Node::Gate(_)) && !place.is_door()
}

#[cfg(test)]
mod tests {
    use stampede_sim::scenario::Stands;

    use super::*;

    /// With everything on, on a wide screen and on a phone: no name covers another,
    /// and with little on there are as few rows as ever.
    #[test]
    fn no_name_covers_another() {
        let passed = |gate: &Switch| gate.stands() != Stands::Elsewhere;
        let all: Vec<Switch> = Switch::ALL.iter().copied().filter(passed).collect();
        for w in [320.0, 366.0, 640.0, 830.0, 1600.0] {
            for on in 0..=all.len() {
                let places: Rc<[Place]> = Place::row([true, true], &all[..on], (3, 20)).into();
                let (names, rows) = (names(&places, w), rows(&places, w));
                assert!(!covers(&names, &rows), "{on} at {w}: {rows:?}");
            }
        }
        // The edge's is longer than others, and stands close to the clients'.
        let edge: Rc<[Place]> =
            [Place::edge(6)].into_iter().chain(Place::row([false, false], &[], (1, 20))).collect();
        assert_eq!((count(&edge, 590.0), count(&edge, 830.0)), (2, 1));
        let few: Rc<[Place]> = Place::row([false, true], &[Switch::Singleflight], (1, 20)).into();
        assert_eq!(count(&few, 830.0), 1);
    }
}
