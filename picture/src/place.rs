//! What stands on a lane's stage, from left to right.

use stampede_sim::scenario::{Stands, Switch};
use stampede_sim::telemetry::event::Node;

use super::station::Station;

/// A place on the stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    /// What stands there.
    pub node: Node,
    /// Who waits in front of it, if anybody does.
    pub crowd: Option<Station>,
    /// The servers behind it, and how many slots each has, if those who use them
    /// can be counted.
    pub slots: Option<(u32, u32)>,
    /// Whether all processes share it.
    pub shared: bool,
    /// How many parts it has, one above the other.
    pub parts: u32,
}

impl Place {
    /// Of a system with a CPU that takes time, and a cache, or without, with these
    /// defences on the way to so many servers with so many connections to each.
    pub fn row([cpu, cache]: [bool; 2], gates: &[Switch], slots: (u32, u32)) -> Vec<Place> {
        let at = |node| {
            let crowd = Station::before(node);
            Place { node, crowd, slots: None, shared: false, parts: 1 }
        };
        let cache = cache.then_some(Place { shared: true, ..at(Node::Cache) });
        let (doors, gates): (Vec<Place>, Vec<Place>) =
            gates.iter().map(|gate| at(Node::Gate(*gate))).partition(Place::is_door);
        let pool = Place { slots: Some(slots), ..at(Node::Pool) };
        let cpu = cpu.then(|| at(Node::Cpu));
        // Who is refused there does not come to the CPU.
        let first = |place: &Place| place.node == Node::Gate(Switch::Shed);
        let (first, doors): (Vec<Place>, Vec<Place>) = doors.into_iter().partition(first);
        first.into_iter().chain(cpu).chain(doors).chain(cache).chain(gates).chain([pool]).collect()
    }

    /// An edge of so many caches, which stands before all of that.
    pub fn edge(parts: u32) -> Place {
        let (node, crowd) = (Node::Edge, Station::before(Node::Edge));
        Place { node, crowd, slots: None, shared: true, parts }
    }

    /// Whether every request passes it, before the cache.
    pub fn is_door(&self) -> bool {
        is_door(self.node)
    }
}

/// Whether a node is passed by every request, before the cache.
pub fn is_door(node: Node) -> bool {
    match node {
        Node::Gate(gate) => gate.stands() == Stands::AtDoor,
        node => node == Node::Cpu,
    }
}
