//! The knobs of one defence, in every lane.

use std::rc::Rc;

use stampede_sim::scenario::link::LANES;
use stampede_sim::scenario::{Defence, fields};
use yew::prelude::*;

use super::field::{Field, value_at};
use crate::stage::studio::Studio;
use crate::stage::view::NAMES;
use crate::state::{Dispatch, Shared};

/// See [`Knobs`].
#[derive(Properties)]
pub struct KnobsProps {
    /// Whose.
    pub defence: &'static Defence,
    /// The run.
    pub studio: Rc<Studio>,
    /// Which it is.
    pub run: u32,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

impl PartialEq for KnobsProps {
    fn eq(&self, other: &Self) -> bool {
        self.defence.key == other.defence.key
            && (self.run, &self.state) == (other.run, &other.state)
    }
}

/// The paths of a defence's knobs.
pub fn of(key: &'static str) -> impl Iterator<Item = &'static str> {
    let paths = fields::all().map(|(path, _)| *path);
    paths.filter(move |path| path.split_once('.').is_some_and(|(section, _)| section == key))
}

/// Lane beside lane. A component of its own, so that it is not drawn anew while
/// the playhead moves.
#[component]
pub fn Knobs(props: &KnobsProps) -> Html {
    let KnobsProps { defence, studio, state, dispatch, .. } = props;
    let lang = state.lang;
    let lane = |lane: usize| {
        let (document, on) = studio.read(|player| {
            let scenario = &player.lanes[lane].scenario;
            (scenario.to_value(), scenario.protect.is_on(defence.switch))
        });
        let field = |path: &'static str| {
            let (link, value) = (format!("{}.{path}", LANES[lane]), value_at(&document, path));
            let (state, dispatch) = (state.clone(), dispatch.clone());
            html! { <Field key={path} {path} {link} value={value.unwrap_or_default()} {state} {dispatch}/> }
        };
        html! {
            <fieldset key={lane}>
                <legend>{ lang.pick("Lane ", "レーン ") }{ NAMES[lane] }{ if on { "" } else { lang.pick(" · off", " · オフ") } }</legend>
                <div class="knobs">{ for of(defence.key).map(field) }</div>
            </fieldset>
        }
    };
    let count = studio.read(|player| player.lanes.len());
    html! { <div class="pair">{ for (0..count).map(lane) }</div> }
}
