//! A shop before a Friday, with eight weaknesses.
//!
//! Each weakness shows in its own number, and there is more than one cure for most
//! of them; but some cures cost what the budgets do not allow: copies in every
//! process cost memory and are old, a default value stands in for an answer, a
//! version in every name throws all pages of the list away at once.

use super::{Exam, Line, Look};

const fn line(look: Look, at_most: f64, points: u32) -> Line {
    Line { look, at_most, points }
}

/// The shop. A second of its evening stands for a minute.
pub const FRIDAY: Exam = Exam {
    preset: "shop-friday",
    weaknesses: &[
        line(Look::Together, 22.0, 15),
        line(Look::Herd, 3.0, 15),
        line(Look::Nothing, 90.0, 10),
        line(Look::LoggedOut, 2.0, 10),
        line(Look::TurnedAway, 20.0, 15),
        line(Look::Oversold, 0.0, 10),
        line(Look::Walk, 8.0, 10),
        line(Look::LetDown, 220.0, 15),
    ],
    budgets: &[
        line(Look::Memory, 2.5, 15),
        line(Look::Calls, 1_300.0, 15),
        line(Look::Old, 20.0, 15),
    ],
    least_answered: 0.7,
    may_change: &[
        "shop.session",
        "shop.invalidate",
        "shop.stock",
        "cache.capacity",
        "cache.eviction",
    ],
    stays: &["protect.gateway", "gateway.limit", "gateway.window_ms"],
};
