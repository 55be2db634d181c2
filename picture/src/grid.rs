//! Places for many in a rectangle: a crowd, or the slots of a pool.

use super::layout::Area;

/// The most room a slot of a pool is given, in CSS pixels.
const LARGEST_SLOT: f64 = 28.0;

/// Places in a rectangle, numbered column by column from its right edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grid {
    area: Area,
    pitch: f64,
    rows: u32,
}

impl Grid {
    /// Room for `places` in an area, as wide apart as dots of radius `dot`
    /// need, closer if it would not hold them otherwise.
    pub(super) fn filling(area: Area, places: u32, dot: f64) -> Grid {
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
    pub(super) fn slots(area: Area, places: u32) -> Grid {
        let edge = (0.15 * area.h.min(area.w)).min(6.0);
        let (w, h) = (area.w - 2.0 * edge, area.h - 2.0 * edge);
        let inner = Area { x: area.x + edge, y: area.y + edge, w, h };
        let mut pitch = LARGEST_SLOT.min(inner.w).min(inner.h);
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
