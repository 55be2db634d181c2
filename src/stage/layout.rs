//! Where everything stands, in CSS pixels. Both the drawn stations and the
//! dots take their places from here, so they cannot disagree.

use super::film::Crowds;

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

/// What a lane must have room for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Needs {
    /// Server processes, one band each.
    pub processes: u32,
    /// Connections per process.
    pub pool: u32,
    /// Whether there is a singleflight station.
    pub singleflight: bool,
    /// Whether there is a cache.
    pub cache: bool,
    /// The largest crowds.
    pub crowds: Crowds,
}

/// The most room a slot of a pool is given, in CSS pixels.
const LARGEST_SLOT: f64 = 28.0;

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
    /// The singleflight station, where a leader passes; `None` when off.
    pub singleflight: Option<Area>,
    /// Where followers stand.
    pub followers: Grid,
    /// Where callers queue for a connection.
    pub queue: Grid,
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
            let strip = |from: f64, to: f64| Area { x: from * w, y, w: (to - from) * w, h: band_h };
            let (crowd_from, queue_from) =
                if needs.singleflight { (0.33, 0.60) } else { (0.33, 0.34) };
            let pool = Area { x: 0.80 * w, y, w: 0.19 * w, h: band_h };
            Band {
                area: Area { x: 0.15 * w, y, w: 0.85 * w, h: band_h },
                singleflight: needs.singleflight.then_some(Area {
                    x: 0.525 * w,
                    y,
                    w: 26.0,
                    h: band_h,
                }),
                followers: Grid::filling(strip(crowd_from, 0.515), needs.crowds.followers, roomy),
                queue: Grid::filling(strip(queue_from, 0.785), needs.crowds.queue, roomy),
                pool,
                slots: Grid::slots(pool, needs.pool),
            }
        };
        let bands: Vec<Band> = (0..needs.processes.max(1)).map(band).collect();
        // In a tight crowd, dots are small enough to be told apart.
        let pitch = bands[0].followers.pitch.min(bands[0].queue.pitch);
        let dot = roomy.min(0.42 * pitch).max(0.7);
        let slot_dot = (0.26 * bands[0].slots.pitch).clamp(dot, dot.max(6.0));
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

    /// A process's band.
    pub fn band(&self, process: u32) -> &Band {
        &self.bands[process as usize % self.bands.len()]
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
        let crowds = Crowds { followers: queue, queue, requests: queue };
        Needs { processes, pool, singleflight: true, cache: true, crowds }
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
                        let at = band.queue.crowd(place);
                        assert!(inside(band.area, at), "queue {place} at {at:?}: {case}");
                        assert!(inside(band.area, band.followers.crowd(place)), "{case}");
                        seen.push((at.0.to_bits(), at.1.to_bits()));
                    }
                    seen.sort_unstable();
                    seen.dedup();
                    assert_eq!(seen.len(), crowd as usize, "{case}");
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
