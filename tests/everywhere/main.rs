//! Journeys through the very files that visitors get, in any engine:
//! `STAMPEDE_ENGINE` says in which. They are those that are about what engines
//! do each in their own way: painting, time, keys, what is kept, no network.
//! Chromium goes through the same sources among its own (`tests/journeys/`,
//! `tests/visitors/`).

#[path = "../journeys/first_visit.rs"]
mod first_visit;
#[path = "../journeys/keeping.rs"]
mod keeping;
#[path = "../journeys/keyboard.rs"]
mod keyboard;
#[path = "../journeys/layouts.rs"]
mod layouts;
#[path = "../visitors/offline.rs"]
mod offline;
#[path = "../journeys/painting.rs"]
mod painting;
#[path = "../journeys/playing.rs"]
mod playing;
#[path = "../journeys/sharing.rs"]
mod sharing;

use journeys::visit::*;
