//! Journeys through the page, served under a sub-path, in real headless
//! Chromium. The page is optimised and has every assertion in it; what is about
//! the very files that visitors get is in `tests/visitors/`.

mod accessibility;
mod announced;
mod bad_input;
mod chaos;
mod claims;
mod classroom;
mod course;
mod defences;
mod exam;
mod faults;
mod first_visit;
mod guess;
mod keeping;
mod keyboard;
mod lab;
mod layouts;
mod learn;
mod painting;
mod playing;
mod saved;
mod screens;
mod script;
mod sharing;
mod spot;
mod together;
mod watch;
mod workers;

use journeys::visit::{
    CHAPTERS, CONTROL, DEMO, END, ENTER, ESCAPE, HOME, LEFT, PANELS, RIGHT, TAB, Visit, strings,
};
