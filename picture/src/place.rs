//! What stands on a lane's stage, from left to right.

use stampede_sim::scenario::Switch;
use stampede_sim::telemetry::event::Node;

use super::station::Station;

/// A place on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What stands there.
    pub node: Node,
    /// Who waits in front of it, if anybody does.
    pub crowd: Option<Station>,
    /// How many slots it has, if those who use it can be counted.
    pub slots: Option<u32>,
    /// Whether all processes share it.
    pub shared: bool,
}

impl Place {
    /// Of a system with a cache or without, with these defences on the way to
    /// so many connections.
    pub fn row(cache: bool, gates: &[Switch], pool: u32) -> Vec<Place> {
        let at = |node| {
            let crowd = Station::before(node);
            Place { node, crowd, slots: None, shared: false }
        };
        let cache = cache.then_some(Place { shared: true, ..at(Node::Cache) });
        let gates = gates.iter().map(|gate| at(Node::Gate(*gate)));
        let pool = Place { slots: Some(pool), ..at(Node::Pool) };
        cache.into_iter().chain(gates).chain([pool]).collect()
    }
}
