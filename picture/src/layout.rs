//! Where everything stands, in CSS pixels. Both the drawn stations and the
//! dots take their places from here, so they cannot disagree.

use std::rc::Rc;

use stampede_sim::telemetry::event::Node;

use super::grid::Grid;
use super::place::Place;
use super::station::{Crowds, Station};

/// A rectangle in CSS pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub w: f64,
    /// Height.
    pub h: f64,
}

impl Area {
    /// Its middle.
    pub fn middle(&self) -> (f64, f64) {
        (self.x + self.w / 2.0, self.y + self.h / 2.0)
    }
}

/// What a lane must have room for.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    /// Server processes, one band each.
    pub processes: u32,
    /// What stands there, from left to right.
    pub places: Rc<[Place]>,
    /// The largest crowds.
    pub crowds: Crowds,
}

/// Where a process begins, as a share of the width.
const DOOR: f64 = 0.15;
/// How much farther to the right it begins where an edge stands before it.
const EDGE: f64 = 0.12;
/// Where that edge's crowd begins, and how long the way behind it is.
const CROWD: f64 = 0.08;
const BEYOND: f64 = 0.06;
/// Where the way behind the store ends.
const STORED: f64 = 0.33;
/// Below this width gates are narrow.
const NARROW: f64 = 520.0;

/// The places of one lane of a given size.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Width and height of the lane.
    pub size: (f64, f64),
    /// Radius of a dot.
    pub dot: f64,
    /// Radius of a dot in a slot of a pool, where there is more room.
    pub slot_dot: f64,
    /// Where clients stand.
    pub clients_x: f64,
    /// Where a process begins.
    pub gate_x: f64,
    /// What all processes share, across all bands.
    pub shared: Vec<(Node, Area)>,
    /// Each process's band.
    pub bands: Vec<Band>,
    /// How many caches the edge has.
    pub pops: u32,
}

/// One process's part of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// All of it.
    pub area: Area,
    /// What stands in it, from left to right.
    pub places: Vec<(Node, Area)>,
    /// By [`Station`]: where its crowd stands; of no width if there is none.
    pub crowds: [Grid; Station::COUNT],
    /// The slots of the place that has some, by server.
    pub slots: Vec<Grid>,
    /// How many each of them has.
    each: u32,
}

impl Layout {
    /// A lane of `w` by `h` pixels; `top` is kept free for the names.
    pub fn new(w: f64, h: f64, top: f64, needs: &Needs) -> Layout {
        let bands = f64::from(needs.processes.max(1));
        let room = (h - top - 8.0).max(1.0);
        // Many bands are thin, and so is what is between them.
        let gap = if needs.processes > 1 { (0.3 * room / bands).min(6.0) } else { 0.0 };
        let band_h = (room - gap * (bands - 1.0)) / bands;
        let roomy = dot_radius(needs.crowds.requests, band_h, bands);
        let columns = columns(w, needs);
        let edge = edge(needs);
        let (clients_x, gate_x) = (0.04 * w, door(edge) * w);
        let row = Area { x: gate_x, y: top, w: w - gate_x, h: room };
        let shared = columns.iter().filter(|column| column.place.shared);
        let shared = shared.map(|column| (column.place.node, column.own(&row))).collect();
        let band = |i: u32| {
            let y = top + f64::from(i) * (band_h + gap);
            Band::new(Area { y, h: band_h, ..row }, &row, &columns, &needs.crowds, roomy)
        };
        let bands: Vec<Band> = (0..needs.processes.max(1)).map(band).collect();
        // In a tight crowd, dots are small enough to be told apart.
        let pitches = bands[0].crowds.iter().filter(|grid| grid.area().w > 0.0).map(Grid::pitch);
        let pitch = pitches.fold(f64::INFINITY, f64::min);
        let dot = roomy.min(0.42 * pitch).max(0.7);
        // Larger than elsewhere where there is room, but never than its slot.
        let slot = bands[0].slots.first().map_or(0.0, Grid::pitch);
        // Not `clamp`: if its bounds are wrong it says which they are, and what writes them
        // down is 12 KB of the first figure.
        let slot_dot = (0.26 * slot).min(dot.max(6.0)).max(dot).min(0.42 * slot).max(0.7);
        let pops = edge.map_or(0, |place| place.parts);
        Layout { size: (w, h), dot, slot_dot, clients_x, gate_x, shared, bands, pops }
    }

    /// Where a node stands for a process, if it has a place.
    pub fn place(&self, process: u32, node: Node) -> Option<&Area> {
        let all = self.shared.iter().chain(&self.band(process).places);
        all.into_iter().find(|(known, _)| *known == node).map(|(_, area)| area)
    }

    /// Where a cache of the edge stands, from top to bottom; the shield, and
    /// whatever else is beyond the last, is the last.
    pub fn pop(&self, number: u32) -> Option<Area> {
        let area = self.shared.iter().find(|(node, _)| *node == Node::Edge)?.1;
        let h = area.h / f64::from(self.pops);
        Some(Area { y: area.y + f64::from(number.min(self.pops - 1)) * h, h, ..area })
    }

    /// The height at which request `who` of a process travels: spread evenly
    /// however many there are (the golden ratio's low-discrepancy sequence).
    pub fn track(&self, process: u32, who: u32) -> f64 {
        let band = self.band(process);
        let share = (f64::from(who) * 0.618_033_988_749_895).fract();
        let margin = (self.dot + 2.0).min(band.area.h / 4.0);
        band.area.y + margin + share * (band.area.h - 2.0 * margin)
    }

    /// The name, as in links, of the station at a point.
    pub fn station(&self, x: f64, y: f64) -> Option<&'static str> {
        let inside = |area: &Area| {
            (area.x - 6.0..=area.x + area.w + 6.0).contains(&x)
                && (area.y..=area.y + area.h).contains(&y)
        };
        let named = |(node, _): &(Node, Area)| node.key();
        let shared = self.shared.iter().find(|(_, area)| inside(area)).map(named);
        let of_band = |band: &Band| {
            let place = band.places.iter().find(|(_, area)| inside(area)).map(named);
            let crowd = Station::ALL.into_iter().find(|station| {
                let area = band.crowds[*station as usize].area();
                area.w > 0.0 && inside(&area)
            });
            place.or(crowd.map(Station::key))
        };
        let found = shared.or_else(|| self.bands.iter().find_map(of_band));
        found.or((x < self.gate_x).then_some(Node::Clients.key()))
    }

    /// A process's band.
    pub fn band(&self, process: u32) -> &Band {
        &self.bands[process as usize % self.bands.len()]
    }
}

/// A place, and where it begins, from the left.
struct Column {
    place: Place,
    /// Where its crowd stands, and how wide that is.
    crowd: (f64, f64),
    /// Where it stands itself.
    x: f64,
    w: f64,
}

impl Column {
    fn own(&self, row: &Area) -> Area {
        Area { x: self.x, w: self.w, ..*row }
    }
}

/// What stands before the processes, if anything does.
fn edge(needs: &Needs) -> Option<&Place> {
    needs.places.first().filter(|place| place.node == Node::Edge)
}

/// Where a process begins, as a share of the width.
fn door(edge: Option<&Place>) -> f64 {
    if edge.is_some() { DOOR + EDGE } else { DOOR }
}

/// The places of a lane that is `w` wide: each is as wide as it is, and the
/// crowds have what is left.
fn columns(w: f64, needs: &Needs) -> Vec<Column> {
    let before = edge(needs);
    let start = door(before) * w;
    let places = &needs.places[usize::from(before.is_some())..];
    let widths: Vec<Width> = places.iter().map(|place| Width::of(place, w)).collect();
    let all = |width: &Width| width.before + width.own + width.behind;
    let doors = places.iter().take_while(|place| place.is_door()).count();
    let at_door: f64 = widths[..doors].iter().map(all).sum();
    // Whoever stands at the door takes from the way to what comes behind it.
    // Without a store there is as much way to the first gate.
    let way = match places.iter().find(|place| place.shared) {
        Some(store) => -at_door.min(Width::of(store, w).before - margin(w)),
        None => ((STORED - DOOR) * w - at_door).max(0.0),
    };
    let fixed = widths.iter().map(all).sum::<f64>() + way;
    let waiting = places.iter().filter(|place| place.crowd.is_some()).count();
    let room = (w - start - fixed).max(20.0);
    // Too many for their widths: all are narrower.
    let narrower = ((w - start) / (fixed + room)).min(1.0);
    let room = narrower * room / waiting.max(1) as f64;
    let mut x = start;
    let column = |(i, (place, width)): (usize, (&Place, Width))| {
        x += if i == doors { narrower * way } else { 0.0 };
        let crowd = (x, if place.crowd.is_some() { room } else { 0.0 });
        let own = x + crowd.1 + narrower * width.before;
        x = own + narrower * (width.own + width.behind);
        Column { place: *place, crowd, x: own, w: narrower * width.own }
    };
    let front = before.map(|place| {
        let own = gate(w);
        let x = start - BEYOND * w - own;
        let crowd = (CROWD * w, x - margin(w) - CROWD * w);
        Column { place: *place, crowd, x, w: own }
    });
    front.into_iter().chain(places.iter().zip(widths).enumerate().map(column)).collect()
}

impl Band {
    /// In `area` of a row.
    fn new(area: Area, row: &Area, columns: &[Column], crowds: &Crowds, dot: f64) -> Band {
        let nobody = Grid::filling(Area { w: 0.0, ..area }, 0, dot);
        let (mut grids, mut places) = ([nobody; Station::COUNT], Vec::new());
        let (mut slots, mut each) = (vec![nobody], 0);
        for column in columns {
            let (place, own) = (column.place, column.own(&area));
            if let Some(station) = place.crowd {
                let room = if place.shared { row } else { &area };
                let area = Area { x: column.crowd.0, w: column.crowd.1, ..*room };
                grids[station as usize] = Grid::filling(area, crowds.at[station as usize], dot);
            }
            if let Some((servers, count)) = place.slots {
                let part = |i: u32| part(&own, i, servers);
                (slots, each) =
                    ((0..servers).map(|i| Grid::slots(part(i), count)).collect(), count);
            }
            if !place.shared {
                places.push((place.node, own));
            }
        }
        Band { area, places, crowds: grids, slots, each }
    }

    /// The middle of a slot; all servers' are counted through.
    pub fn slot(&self, place: u32) -> (f64, f64) {
        let each = self.each.max(1);
        let server = (place / each) as usize % self.slots.len();
        self.slots[server].slot(place % each)
    }
}

/// One of so many parts of an area, from left to right.
pub fn part(area: &Area, number: u32, of: u32) -> Area {
    let w = area.w / f64::from(of);
    Area { x: area.x + f64::from(number) * w, w, ..*area }
}

/// How wide a gate is, in CSS pixels.
fn gate(w: f64) -> f64 {
    if w < NARROW { 12.0 } else { 26.0 }
}

/// The way before and behind a gate, in CSS pixels.
fn margin(w: f64) -> f64 {
    if w < NARROW { 3.0 } else { 8.0 }
}

/// How wide a place is, and the ways to it and from it, in CSS pixels.
struct Width {
    before: f64,
    own: f64,
    behind: f64,
}

impl Width {
    fn of(place: &Place, w: f64) -> Width {
        let (gate, margin) = (gate(w), margin(w));
        match place {
            Place { shared: true, .. } => {
                Width { before: 0.08 * w, own: 30.0, behind: (STORED - DOOR - 0.08) * w - 30.0 }
            }
            Place { slots: Some(_), .. } => {
                Width { before: 0.015 * w, own: 0.19 * w, behind: 0.01 * w }
            }
            _ => Width { before: margin, own: gate, behind: margin },
        }
    }
}

/// Large when there are few requests, small when there are many.
fn dot_radius(requests: u32, band_h: f64, bands: f64) -> f64 {
    let per_band = f64::from(requests) / bands;
    let room: f64 = match per_band {
        n if n <= 12.0 => 7.0,
        n if n <= 120.0 => 5.5,
        n if n <= 600.0 => 3.8,
        n if n <= 2500.0 => 2.4,
        _ => 1.4,
    };
    room.min(band_h / 5.0).max(1.2)
}

#[cfg(test)]
mod tests {
    use stampede_sim::scenario::{Stands, Switch};

    use super::*;

    fn needs(processes: u32, pool: u32, queue: u32) -> Needs {
        let crowds = Crowds { at: [queue; Station::COUNT], requests: queue };
        let gates = [Switch::Singleflight, Switch::Lock, Switch::Breaker];
        Needs { processes, places: Place::row([false, true], &gates, (1, pool)).into(), crowds }
    }

    fn inside(area: Area, (x, y): (f64, f64)) -> bool {
        (area.x..=area.x + area.w).contains(&x) && (area.y..=area.y + area.h).contains(&y)
    }

    /// Nobody stands outside, and no two in the same place, on any screen.
    #[test]
    fn every_place_is_inside_and_its_own() {
        for (w, h) in [(900.0, 210.0), (640.0, 180.0), (340.0, 200.0), (1600.0, 400.0)] {
            for (processes, pool, crowd) in
                [(1, 20, 80), (4, 20, 25), (1, 1, 5), (8, 100, 500), (1, 400, 5000), (64, 20, 20)]
            {
                let layout = Layout::new(w, h, 34.0, &needs(processes, pool, crowd));
                for band in &layout.bands {
                    assert!(band.area.h > 0.5, "{:?}", band.area);
                    let case = format!("{w}×{h}, {processes} processes, {pool}, {crowd}");
                    let mut seen = Vec::new();
                    for place in 0..crowd {
                        for station in [Station::Followers, Station::Lock, Station::Queue] {
                            let at = band.crowds[station as usize].crowd(place);
                            assert!(inside(band.area, at), "{station:?} {place} at {at:?}: {case}");
                            seen.push((at.0.to_bits(), at.1.to_bits()));
                        }
                    }
                    seen.sort_unstable();
                    seen.dedup();
                    assert_eq!(seen.len(), 3 * crowd as usize, "{case}");
                    for slot in 0..pool {
                        let pool = *layout.place(0, Node::Pool).unwrap();
                        let pool = Area { y: band.area.y, ..pool };
                        assert!(inside(pool, band.slot(slot)), "slot {slot}: {case}");
                    }
                }
            }
        }
    }

    /// Each server's slots are beside the others', and all are inside.
    #[test]
    fn servers_stand_side_by_side() {
        for (w, servers, pool) in [(340.0, 3, 20), (900.0, 4, 100), (640.0, 10, 1)] {
            let places = Place::row([false, true], &[], (servers, pool)).into();
            let needs = Needs { processes: 2, places, crowds: Crowds::default() };
            let layout = Layout::new(w, 200.0, 34.0, &needs);
            let (band, area) = (layout.band(1), *layout.place(1, Node::Pool).unwrap());
            let mut seen = std::collections::BTreeSet::new();
            for slot in 0..servers * pool {
                let (x, y) = band.slot(slot);
                assert!(inside(part(&area, slot / pool, servers), (x, y)), "{w}: {slot}");
                seen.insert((x.to_bits(), y.to_bits()));
            }
            assert_eq!(seen.len() as u32, servers * pool);
        }
    }

    /// With everything on, all stand side by side, and none beyond the edge.
    #[test]
    fn however_many_there_are_they_have_room() {
        let passed = |gate: &Switch| gate.stands() != Stands::Elsewhere;
        let all: Vec<Switch> = Switch::ALL.iter().copied().filter(passed).collect();
        for w in [296.0, 366.0, 590.0, 830.0, 1600.0] {
            let places: std::rc::Rc<[Place]> = Place::row([true, true], &all, (3, 20)).into();
            let needs = Needs { processes: 2, places: places.clone(), crowds: Crowds::default() };
            let layout = Layout::new(w, 200.0, 34.0, &needs);
            let mut end = 0.0;
            for place in &*places {
                let area = layout.place(1, place.node).unwrap();
                assert!(area.x >= end - 1e-9 && area.w > 1.0, "{w}: {:?} at {area:?}", place.node);
                end = area.x + area.w;
            }
            assert!(end <= w, "{w}: {end}");
        }
    }

    #[test]
    fn tracks_stay_in_their_band() {
        let layout = Layout::new(900.0, 200.0, 34.0, &needs(4, 20, 100));
        for who in 0..1000 {
            let area = layout.band(who % 4).area;
            let y = layout.track(who % 4, who);
            assert!(area.y <= y && y <= area.y + area.h);
        }
    }

    /// A lane with a cache and one without, with a gateway and without one, can
    /// be compared: the first gate and the pool stand in the same places.
    #[test]
    fn what_stands_behind_the_store_does_not_move_without_it() {
        for (w, gateway) in [(340.0, false), (640.0, true), (640.0, false), (1600.0, true)] {
            let of = |cache| {
                let gates = [Switch::Gateway, Switch::Breaker];
                let gates = &gates[usize::from(!(cache && gateway))..];
                let places = Place::row([false, cache], gates, (1, 20)).into();
                let needs = Needs { processes: 2, places, crowds: Crowds::default() };
                let layout = Layout::new(w, 200.0, 34.0, &needs);
                assert_eq!(layout.place(0, Node::Cache).is_some(), cache);
                [Node::Gate(Switch::Breaker), Node::Pool]
                    .map(|node| *layout.place(1, node).unwrap())
            };
            let (with, without) = (of(true), of(false));
            for (a, b) in with.iter().zip(without) {
                assert!((a.x - b.x).abs() < 1e-9 && (a.w - b.w).abs() < 1e-9, "{a:?} {b:?}");
            }
        }
    }

    /// The CPU comes first, with its crowd between it and the door.
    #[test]
    fn a_cpu_stands_at_the_door() {
        for w in [340.0, 640.0, 1600.0] {
            let gates = [Switch::Gateway, Switch::Singleflight];
            let places = Place::row([true, true], &gates, (1, 20)).into();
            let mut crowds = Crowds { requests: 900, ..Crowds::default() };
            crowds.at[Station::Cpu as usize] = 800;
            let layout = Layout::new(w, 200.0, 34.0, &Needs { processes: 2, places, crowds });
            let [cpu, gateway, cache] = [Node::Cpu, Node::Gate(Switch::Gateway), Node::Cache]
                .map(|node| *layout.place(1, node).unwrap());
            assert!(cpu.x + cpu.w < gateway.x && gateway.x + gateway.w < cache.x, "{w}");
            let crowd = layout.bands[1].crowds[Station::Cpu as usize];
            for place in 0..800 {
                let (x, y) = crowd.crowd(place);
                assert!(layout.gate_x < x && x < cpu.x, "{w}: {place} at {x}");
                assert!(inside(layout.bands[1].area, (x, y)), "{w}: {place} at {x}, {y}");
            }
        }
    }

    /// Whoever stands at the door stands between it and the cache, which stays
    /// where it is if there is room.
    #[test]
    fn a_door_stands_before_the_cache() {
        for w in [340.0, 640.0, 900.0, 1600.0] {
            let of = |gates: &[Switch], cache| {
                let places = Place::row([false, cache], gates, (1, 20)).into();
                let needs = Needs { processes: 1, places, crowds: Crowds::default() };
                Layout::new(w, 200.0, 34.0, &needs)
            };
            // Whatever order they are given in.
            let with = of(&[Switch::Lock, Switch::Gateway], true);
            let door = *with.place(0, Node::Gate(Switch::Gateway)).unwrap();
            let cache = *with.place(0, Node::Cache).unwrap();
            assert!(with.gate_x < door.x && door.x + door.w < cache.x, "{w}: {door:?} {cache:?}");
            let lock = with.place(0, Node::Gate(Switch::Lock)).unwrap();
            assert!(cache.x + cache.w < lock.x, "{w}");
            let without = *of(&[Switch::Lock], true).place(0, Node::Cache).unwrap();
            assert!(w < 640.0 || (cache.x - without.x).abs() < 1e-9, "{w}: {cache:?} {without:?}");
            // Where there is no cache, it stands where it did.
            let alone =
                *of(&[Switch::Gateway], false).place(0, Node::Gate(Switch::Gateway)).unwrap();
            assert!((alone.x - door.x).abs() < 1e-9, "{w}: {alone:?} {door:?}");
        }
    }

    /// The edge stands between clients and processes, its crowd before it, a way
    /// behind it, and its caches one above the other; whatever else there is has
    /// room behind it.
    #[test]
    fn an_edge_stands_before_the_processes() {
        for w in [340.0, 640.0, 900.0, 1600.0] {
            let gates = [Switch::Gateway, Switch::Singleflight];
            let row = Place::row([true, true], &gates, (1, 20));
            let places = [Place::edge(5)].into_iter().chain(row).collect();
            let needs = Needs { processes: 3, places, crowds: Crowds::default() };
            let layout = Layout::new(w, 240.0, 34.0, &needs);
            let edge = *layout.place(2, Node::Edge).unwrap();
            let crowd = layout.band(2).crowds[Station::Edge as usize].area();
            assert!(layout.clients_x < crowd.x && crowd.w > 15.0, "{w}: {crowd:?}");
            assert!(crowd.x + crowd.w < edge.x && edge.x + edge.w < layout.gate_x, "{w}");
            // Of all processes.
            assert!(crowd.h == edge.h && edge.h > 2.0 * layout.band(0).area.h);
            let mut top = edge.y;
            for number in 0..5 {
                let pop = layout.pop(number).unwrap();
                assert!((pop.y - top).abs() < 1e-9, "{w}: {number}");
                top += pop.h;
            }
            assert!((top - edge.y - edge.h).abs() < 1e-9);
            assert_eq!(layout.pop(u32::MAX), layout.pop(4));
            let pool = layout.place(2, Node::Pool).unwrap();
            assert!(pool.x + pool.w <= w, "{w}: {pool:?}");
        }
        assert_eq!(Layout::new(900.0, 200.0, 34.0, &needs(1, 5, 5)).pop(0), None);
    }
}
