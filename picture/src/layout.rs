//! Where everything stands, in CSS pixels. Both the drawn stations and the
//! dots take their places from here, so they cannot disagree.

use stampede_sim::scenario::{Layer, ProtectSpec};

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

/// A defence that has a place of its own on the way to the database.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Gate {
    /// Where those wait whom the cache told to.
    Lease,
    /// One of the layers.
    Layer(Layer),
}

impl Gate {
    /// The gates of a system, in the order in which a miss meets them.
    pub fn of(protect: &ProtectSpec) -> Vec<Gate> {
        let lease = protect.lease.then_some(Gate::Lease);
        lease.into_iter().chain(protect.layers().into_iter().map(Gate::Layer)).collect()
    }

    /// Its name in links, classes and tests.
    pub fn key(self) -> &'static str {
        match self {
            Gate::Lease => "lease",
            Gate::Layer(layer) => layer.word(),
        }
    }

    /// Who waits in front of it, if anybody does.
    pub fn station(self) -> Option<Station> {
        match self {
            Gate::Lease => Some(Station::Lease),
            Gate::Layer(Layer::Singleflight) => Some(Station::Followers),
            Gate::Layer(Layer::Lock) => Some(Station::Lock),
            Gate::Layer(_) => None,
        }
    }
}

/// What a lane must have room for.
#[derive(Clone, Debug, PartialEq)]
pub struct Needs {
    /// Server processes, one band each.
    pub processes: u32,
    /// Connections per process.
    pub pool: u32,
    /// The defences that have a place, in order.
    pub gates: Vec<Gate>,
    /// Whether there is a cache.
    pub cache: bool,
    /// The largest crowds.
    pub crowds: Crowds,
}

/// The most room a slot of a pool is given, in CSS pixels.
const LARGEST_SLOT: f64 = 28.0;
/// Where the part between cache and pool begins and ends, as shares of the width.
const MIDDLE: (f64, f64) = (0.33, 0.785);
/// Below this width gates are narrow.
const NARROW: f64 = 520.0;

/// Places in a rectangle, numbered column by column from its right edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    area: Area,
    pitch: f64,
    rows: u32,
}

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
    /// The shared cache, across all bands; `None` without one.
    pub cache: Option<Area>,
    /// Each process's band.
    pub bands: Vec<Band>,
}

/// One process's part of a lane.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// All of it.
    pub area: Area,
    /// The defences, in order.
    pub gates: Vec<(Gate, Area)>,
    /// By [`Station`]: where its crowd stands; of no width if there is none.
    pub crowds: [Grid; Station::COUNT],
    /// The connection pool: its outline.
    pub pool: Area,
    /// The pool's slots.
    pub slots: Grid,
}

impl Layout {
    /// A lane of `w` by `h` pixels; `top` is kept free for the names.
    pub fn new(w: f64, h: f64, top: f64, needs: &Needs) -> Layout {
        let bands = f64::from(needs.processes.max(1));
        let gap = if needs.processes > 1 { 6.0 } else { 0.0 };
        let band_h = (h - top - 8.0 - gap * (bands - 1.0)) / bands;
        let roomy = dot_radius(needs.crowds.requests, band_h, bands);
        let cache = needs.cache.then_some(Area { x: 0.23 * w, y: top, w: 30.0, h: h - top - 8.0 });
        let band = |i: u32| {
            let y = top + f64::from(i) * (band_h + gap);
            let pool = Area { x: 0.80 * w, y, w: 0.19 * w, h: band_h };
            let (gates, crowds) = middle(w, y, band_h, needs, roomy);
            Band {
                area: Area { x: 0.15 * w, y, w: 0.85 * w, h: band_h },
                gates,
                crowds,
                pool,
                slots: Grid::slots(pool, needs.pool),
            }
        };
        let bands: Vec<Band> = (0..needs.processes.max(1)).map(band).collect();
        // In a tight crowd, dots are small enough to be told apart.
        let pitches = bands[0].crowds.iter().filter(|grid| grid.area.w > 0.0).map(|g| g.pitch);
        let pitch = pitches.fold(f64::INFINITY, f64::min);
        let dot = roomy.min(0.42 * pitch).max(0.7);
        // Larger than elsewhere where there is room, but never than its slot.
        let slot = bands[0].slots.pitch;
        let slot_dot = (0.26 * slot).clamp(dot, dot.max(6.0)).min(0.42 * slot).max(0.7);
        Layout { size: (w, h), dot, slot_dot, clients_x: 0.04 * w, gate_x: 0.15 * w, cache, bands }
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
        if self.cache.as_ref().is_some_and(inside) {
            return Some("cache");
        }
        for band in &self.bands {
            let gate = band.gates.iter().find(|(_, area)| inside(area)).map(|(gate, _)| gate.key());
            let crowd = Station::ALL.into_iter().find(|station| {
                let area = band.crowds[*station as usize].area();
                area.w > 0.0 && inside(&area)
            });
            let pool = inside(&band.pool).then_some("pool");
            let found = gate.or(pool).or(crowd.map(Station::key));
            if found.is_some() {
                return found;
            }
        }
        (x < self.gate_x).then_some("clients")
    }

    /// A process's band.
    pub fn band(&self, process: u32) -> &Band {
        &self.bands[process as usize % self.bands.len()]
    }
}

/// The gates between cache and pool, each with room for those who wait in
/// front of it, and behind them the queue for connections.
fn middle(
    w: f64,
    y: f64,
    h: f64,
    needs: &Needs,
    dot: f64,
) -> (Vec<(Gate, Area)>, [Grid; Station::COUNT]) {
    let (gate_w, margin) = if w < NARROW { (12.0, 3.0) } else { (26.0, 8.0) };
    let gates = needs.gates.len() as f64;
    let waiting = needs.gates.iter().filter(|gate| gate.station().is_some()).count() as f64;
    let (from, to) = (MIDDLE.0 * w, MIDDLE.1 * w);
    let room = (to - from - gates * (gate_w + 2.0 * margin)).max(20.0) / (waiting + 1.0);
    let none = Grid::filling(Area { x: from, y, w: 0.0, h }, 0, dot);
    let mut crowds = [none; Station::COUNT];
    let mut x = from;
    let mut crowd = |station: Station, x: f64| {
        let area = Area { x, y, w: room, h };
        crowds[station as usize] = Grid::filling(area, needs.crowds.at[station as usize], dot);
    };
    let mut areas = Vec::new();
    for gate in &needs.gates {
        if let Some(station) = gate.station() {
            crowd(station, x);
            x += room;
        }
        areas.push((*gate, Area { x: x + margin, y, w: gate_w, h }));
        x += gate_w + 2.0 * margin;
    }
    crowd(Station::Queue, x);
    (areas, crowds)
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

impl Grid {
    /// Room for `places` in an area, as wide apart as dots of radius `dot`
    /// need, closer if it would not hold them otherwise.
    fn filling(area: Area, places: u32, dot: f64) -> Grid {
        let wide = 2.0 * dot + 3.0;
        let tight = (area.w * area.h / f64::from(places.max(1))).sqrt();
        // Rows are whole, so the tightest pitch needs a little slack.
        let mut pitch = wide.min(tight);
        for _ in 0..40 {
            let rows = (area.h / pitch).floor().max(1.0);
            if rows * (area.w / pitch).floor().max(1.0) >= f64::from(places) {
                break;
            }
            pitch *= 0.97;
        }
        Grid { area, pitch, rows: (area.h / pitch).floor().max(1.0) as u32 }
    }

    /// A pool's slots: countable, and as large as fits.
    fn slots(area: Area, places: u32) -> Grid {
        let inner = Area { x: area.x + 6.0, y: area.y + 6.0, w: area.w - 12.0, h: area.h - 12.0 };
        let mut pitch = LARGEST_SLOT;
        for _ in 0..200 {
            let rows = (inner.h / pitch).floor().max(1.0);
            if rows * (inner.w / pitch).floor().max(1.0) >= f64::from(places) {
                break;
            }
            pitch *= 0.97;
        }
        let rows = ((inner.h / pitch).floor().max(1.0)).min(f64::from(places)) as u32;
        let columns = places.div_ceil(rows.max(1));
        let rows = places.div_ceil(columns.max(1));
        // In the middle of its outline.
        let (w, h) = (f64::from(columns) * pitch, f64::from(rows) * pitch);
        let x = inner.x + (inner.w - w).max(0.0) / 2.0;
        let y = inner.y + (inner.h - h).max(0.0) / 2.0;
        Grid { area: Area { x, y, w, h }, pitch, rows: rows.max(1) }
    }

    /// The middle of a place in a crowd: from the right, column by column.
    pub fn crowd(&self, place: u32) -> (f64, f64) {
        let (column, row) = (place / self.rows, place % self.rows);
        let used = f64::from(self.rows) * self.pitch;
        let top = self.area.y + (self.area.h - used) / 2.0;
        let x = self.area.x + self.area.w - (f64::from(column) + 0.5) * self.pitch;
        (x, top + (f64::from(row) + 0.5) * self.pitch)
    }

    /// The middle of a slot: from the left, row by row.
    pub fn slot(&self, place: u32) -> (f64, f64) {
        let columns = (self.area.w / self.pitch).round().max(1.0) as u32;
        let (row, column) = (place / columns, place % columns);
        let x = self.area.x + (f64::from(column) + 0.5) * self.pitch;
        (x, self.area.y + (f64::from(row) + 0.5) * self.pitch)
    }

    /// The distance between neighbours.
    pub fn pitch(&self) -> f64 {
        self.pitch
    }

    /// The rectangle it fills.
    pub fn area(&self) -> Area {
        self.area
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(processes: u32, pool: u32, queue: u32) -> Needs {
        let crowds = Crowds { at: [queue; Station::COUNT], requests: queue };
        let gates = vec![
            Gate::Layer(Layer::Singleflight),
            Gate::Layer(Layer::Lock),
            Gate::Layer(Layer::Breaker),
        ];
        Needs { processes, pool, gates, cache: true, crowds }
    }

    fn inside(area: Area, (x, y): (f64, f64)) -> bool {
        (area.x..=area.x + area.w).contains(&x) && (area.y..=area.y + area.h).contains(&y)
    }

    /// Nobody stands outside, and no two in the same place, on any screen.
    #[test]
    fn every_place_is_inside_and_its_own() {
        for (w, h) in [(900.0, 210.0), (640.0, 180.0), (340.0, 200.0), (1600.0, 400.0)] {
            for (processes, pool, crowd) in
                [(1, 20, 80), (4, 20, 25), (1, 1, 5), (8, 100, 500), (1, 400, 5000)]
            {
                let layout = Layout::new(w, h, 34.0, &needs(processes, pool, crowd));
                for band in &layout.bands {
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
                        assert!(inside(band.pool, band.slots.slot(slot)), "slot {slot}: {case}");
                    }
                }
            }
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
}
