//! A request at an instant: where its dot is, and what shape it has.
//!
//! A pure function of the film and the playhead: forward, back and forward
//! again gives the same picture.

use stampede_sim::engine::Nanos;
use stampede_sim::telemetry::event::{Arg, Does, Looks, Node};
use stampede_sim::telemetry::{Event, Kind, Reason};

use super::film::Scene;
use super::layout::{Area, Layout};
use super::place::is_door;
use super::station::Station;

/// What a dot says about its request, by shape as well as by colour.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shape {
    /// On its way to the cache; nothing is known yet. A small disc.
    Asking,
    /// The cache had it. A disc.
    Hit,
    /// The cache did not have it. A triangle.
    Miss,
    /// Leads a flight. A diamond with a ring.
    Leader,
    /// Waits for a leader, or has its answer from one. A square.
    Follower,
    /// Ended with an error. A cross.
    Error,
    /// Has an old value. Half a disc.
    Stale,
    /// Refused by a defence. A ring.
    Refused,
    /// Works behind an answer: loads a value again, say. A small diamond.
    Refresh,
    /// Goes on for a client that has left. An empty square.
    Alone,
    /// Works for another request, which waits for it. An empty diamond.
    Errand,
}

impl Shape {
    /// Every shape, in the order of their numbers.
    pub const BY_NUMBER: [Shape; 11] = [
        Shape::Asking,
        Shape::Hit,
        Shape::Miss,
        Shape::Leader,
        Shape::Follower,
        Shape::Error,
        Shape::Stale,
        Shape::Refused,
        Shape::Refresh,
        Shape::Alone,
        Shape::Errand,
    ];

    /// Every shape, in the order in which they are drawn: what matters most
    /// comes last and lies on top.
    pub const ALL: [Shape; 11] = [
        Shape::Alone,
        Shape::Asking,
        Shape::Hit,
        Shape::Stale,
        Shape::Follower,
        Shape::Miss,
        Shape::Refused,
        Shape::Error,
        Shape::Refresh,
        Shape::Errand,
        Shape::Leader,
    ];
}

/// A dot: its middle in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// From the left.
    pub x: f32,
    /// From the top.
    pub y: f32,
    /// What it looks like.
    pub shape: Shape,
    /// Whether it is in a slot of a pool, where dots are larger.
    pub in_slot: bool,
}

/// How long, in virtual time, a dot takes to walk to its place in a crowd or
/// a pool, and stays at its client when it is done.
pub fn pace(cache_ms: f64, db_ms: f64, query_ms: f64) -> Nanos {
    Nanos::from_ms(cache_ms.max(db_ms).max(query_ms / 16.0))
}

/// A request's way from what happened last to what happens next: a straight
/// line, and when it is walked. What it looks like does not change on it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Path {
    /// Where it begins, in CSS pixels.
    pub from: [f32; 2],
    /// Where it ends.
    pub to: [f32; 2],
    /// When it begins.
    pub start: Nanos,
    /// How long it takes; zero: it stands at its end.
    pub span: Nanos,
    /// What the dot looks like.
    pub shape: Shape,
    /// Whether it ends in a slot of a pool.
    pub to_slot: bool,
}

impl Path {
    /// What a request does between its last event and the next.
    pub fn of(scene: &Scene, layout: &Layout, pace: Nanos) -> Path {
        let (event, after) = (scene.event, scene.after);
        let here = position(scene, layout, &event, scene.place);
        let until = |after: Event| Nanos((after.at - event.at).0);
        let (from, to, span) = if rests(event.kind) {
            // It walks to its place, and stays.
            let from =
                scene.before.map_or(here, |(event, place)| leaving(scene, layout, &event, place));
            (from, here, after.map_or(pace, |after| Nanos(until(after).0 / 2).min(pace)))
        } else {
            match after {
                Some(after) => (here, entrance(scene, layout, &after), until(after)),
                None => (here, here, Nanos::ZERO),
            }
        };
        let narrow = |(x, y): (f64, f64)| [x as f32, y as f32];
        let to_slot = event.kind.traits().does == Does::Uses;
        let (from, to) = (narrow(from), narrow(to));
        Path { from, to, start: event.at, span, shape: shape(scene), to_slot }
    }

    /// Whether the dot moves at instant `at`.
    pub fn moves(&self, at: Nanos) -> bool {
        self.from != self.to && at.since(self.start) < self.span
    }

    /// The dot at instant `at`.
    pub fn dot(&self, at: Nanos) -> Dot {
        let [x, y] = glide(self.from, self.to, progress(self.start, self.span, at));
        Dot { x, y, shape: self.shape, in_slot: self.to_slot && !self.moves(at) }
    }
}

fn shape(scene: &Scene) -> Shape {
    if scene.alone {
        return Shape::Alone;
    }
    let loading = if scene.led { Shape::Leader } else { Shape::Miss };
    match scene.event.kind.traits().looks {
        Looks::Failed if scene.event.arg != 0 => match scene.event.reason() {
            Some(reason) if reason.is_refusal() => Shape::Refused,
            _ => Shape::Error,
        },
        Looks::Refused => Shape::Refused,
        _ if scene.errand => Shape::Errand,
        _ if scene.refresh => Shape::Refresh,
        Looks::Asking => Shape::Asking,
        Looks::Hit => Shape::Hit,
        Looks::Stale => Shape::Stale,
        Looks::Follower => Shape::Follower,
        Looks::Broken => Shape::Error,
        Looks::Answered => match scene.before.map(|(event, _)| event.kind) {
            Some(Kind::Hit | Kind::LocalHit | Kind::BackupHit | Kind::EdgeHit) => Shape::Hit,
            Some(kind) if kind.traits().looks == Looks::Stale => Shape::Stale,
            Some(Kind::Wake | Kind::Replied | Kind::Recheck | Kind::EdgeWake) => Shape::Follower,
            _ => loading,
        },
        Looks::Failed | Looks::Loading => loading,
    }
}

/// Whether a request waits at a place of its own after this event.
fn rests(kind: Kind) -> bool {
    matches!(kind.traits().does, Does::Uses | Does::Waits(_))
}

/// Where a request is when an event happens to it.
pub fn position(scene: &Scene, layout: &Layout, event: &Event, place: u32) -> (f64, f64) {
    let band = layout.band(scene.process);
    let track = layout.track(scene.process, scene.who);
    let door = (layout.gate_x, track);
    let cache = || {
        let area = layout.place(scene.process, Node::Cache);
        area.map_or(door, |area| (area.middle().0, track))
    };
    let pool = || layout.place(scene.process, Node::Pool).map_or(door, |area| (area.x, track));
    let at = |node: Node| match node {
        Node::Door => door,
        // At the height of the cache, if the event says which.
        Node::Edge => {
            let said = event.kind.traits().arg == Arg::Pop;
            let edge = layout.place(scene.process, Node::Edge).map(Area::middle);
            let pop = layout.pop(event.arg).filter(|_| said).map(|area| area.middle().1);
            edge.map_or(door, |(x, _)| (x, pop.unwrap_or(track)))
        }
        Node::Cache => cache(),
        // Everybody passes it, each on its own way.
        Node::Cpu | Node::Gate(_) if is_door(node) => {
            layout.place(scene.process, node).map_or(door, |area| (area.middle().0, track))
        }
        Node::Cpu | Node::Gate(_) => layout.place(scene.process, node).map_or(door, Area::middle),
        Node::Pool => pool(),
        Node::Slot => band.slot(place),
        Node::There => match scene.before {
            Some((before, place)) if before.kind.traits().node != Node::There => {
                position(scene, layout, &before, place)
            }
            _ => pool(),
        },
        Node::Clients | Node::Reason | Node::Nowhere => (layout.clients_x, track),
    };
    if let Some(station) = Station::of(event.kind) {
        return band.crowds[station as usize].crowd(place);
    }
    match (event.kind.traits().node, event.kind) {
        (_, Kind::Arrive) if scene.refresh && !comes_from_edge(scene) => cache(),
        // Nothing came of the way to the database.
        (_, Kind::Stale) if event.arg == 1 => door,
        (Node::Reason, _) => at(event.reason().map_or(Node::Pool, Reason::node)),
        (node, _) => at(node),
    }
}

/// Whether a request arrives that the edge has sent.
fn comes_from_edge(scene: &Scene) -> bool {
    let last = [Some(scene.event), scene.before.map(|(event, _)| event)];
    last.into_iter().flatten().any(|event| event.kind == Kind::ToOrigin)
}

/// Where a request comes from that walks to its place.
fn leaving(scene: &Scene, layout: &Layout, event: &Event, place: u32) -> (f64, f64) {
    if matches!(event.kind, Kind::Miss | Kind::Early) {
        entrance(scene, layout, &scene.event)
    } else {
        position(scene, layout, event, place)
    }
}

/// The edge of what a request is on its way to.
fn entrance(scene: &Scene, layout: &Layout, event: &Event) -> (f64, f64) {
    let track = layout.track(scene.process, scene.who);
    match event.kind {
        // What stands at the door is met there.
        kind if Station::of(kind).is_some_and(|station| is_door(station.node())) => {
            (layout.gate_x, track)
        }
        kind if rests(kind) => {
            // Half-way between the cache and the first thing behind it.
            let cache = layout.place(scene.process, Node::Cache);
            let cache = cache.map_or(layout.gate_x, |area| area.x + area.w);
            (cache + 0.025 * layout.size.0, track)
        }
        _ => position(scene, layout, event, 0),
    }
}

fn progress(from: Nanos, span: Nanos, at: Nanos) -> f32 {
    if span == Nanos::ZERO { 1.0 } else { (at.since(from).0 as f32 / span.0 as f32).min(1.0) }
}

/// Slow at both ends, so that a still picture of a moving dot looks like one.
fn glide(from: [f32; 2], to: [f32; 2], share: f32) -> [f32; 2] {
    let eased = share * share * (3.0 - 2.0 * share);
    // To the place itself, not to a rounding error beside it.
    if eased == 1.0 { to } else { [0, 1].map(|i| from[i] + (to[i] - from[i]) * eased) }
}
