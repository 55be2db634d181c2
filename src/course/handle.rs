//! What can be done with a figure in the text itself: what its caption claims can
//! be seen; one deed, or a few sizes.

use std::rc::Rc;

use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::problem::number;
use stampede_sim::scenario::{Action, Deed, Load, json};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::claim::{dispatched, show_all};
use super::tree::{self, Fields};
use crate::lang::Lang;
use crate::stage::studio::Studio;
use crate::state::{Change, Dispatch, Figure, Shared};
use crate::ui::names::{name, unit};

/// See [`Handles`].
#[derive(Properties)]
pub struct HandleProps {
    /// The figure's fields: `caption`, `claims`, `deed`, `slide`.
    pub fields: Fields,
    /// What the figure shows.
    pub figure: Figure,
    /// The run on the stage.
    pub studio: Rc<Studio>,
    /// The page's state.
    pub state: Shared,
    /// Where changes go.
    pub dispatch: Dispatch,
}

impl PartialEq for HandleProps {
    fn eq(&self, other: &Self) -> bool {
        (&self.fields, &self.figure) == (&other.fields, &other.figure) && self.state == other.state
    }
}

/// What a figure can be changed by, in its place.
#[component]
pub fn Handles(props: &HandleProps) -> Html {
    let HandleProps { fields, figure, studio, state, dispatch } = props;
    let of = |field: &str| tree::field(fields, field);
    html! { <>
        <figcaption>{ of("caption") }{ show_all(of("claims"), dispatch, state.lang) }</figcaption>
        if of("deed") == "clear-cache" {
            <Expire studio={Rc::clone(studio)} state={state.clone()} dispatch={dispatch.clone()}/>
        } else { <span/> }
        if of("slide").is_empty() { <span/> } else {
            <Sliders slides={of("slide")} figure={figure.clone()} lang={state.lang} dispatch={dispatch.clone()}/>
        }
    </> }
}

#[derive(Properties)]
struct ExpireProps {
    studio: Rc<Studio>,
    state: Shared,
    dispatch: Dispatch,
}

impl PartialEq for ExpireProps {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state
    }
}

/// Takes the value out of every lane's cache, at the playhead; and if everybody
/// has been there already, sends the same crowd again, or nobody would notice.
#[component]
fn Expire(props: &ExpireProps) -> Html {
    let ExpireProps { studio, state, dispatch } = props;
    let onclick = {
        let (studio, dispatch, lanes) =
            (Rc::clone(studio), dispatch.clone(), state.link.lanes.len());
        Callback::from(move |_: MouseEvent| {
            let (at, end, load) = studio
                .read(|player| (player.at(), player.end(), player.lanes[0].scenario.load.clone()));
            let act = |at_ms: f64, deed: Deed| {
                let action = Action { at_ms, deed };
                dispatch.dispatch(Change::Act((0..lanes).collect(), action, false));
            };
            act(at.ms(), Deed::ClearCache);
            if let Load::Burst { requests, spread_ms, .. } = load
                && at >= end
            {
                act(at.ms(), Deed::Burst { requests, spread_ms });
            }
        })
    };
    html! { <button type="button" name="expire" {onclick}>{ state.lang.pick("Let the price expire now", "今すぐ期限を切らす") }</button> }
}

/// A size that can be drawn: a field of the scenario, and from where to where.
#[derive(Clone, Copy)]
struct Slide {
    path: &'static str,
    from: f64,
    to: f64,
}

/// Reads `load.rate 100..2000, db.query_ms 10..200`.
fn slides(text: &'static str) -> Vec<Slide> {
    let one = |part: &'static str| {
        let (path, range) = part.trim().split_once(' ')?;
        let (from, to) = range.split_once("..")?;
        Some(Slide { path, from: from.parse().ok()?, to: to.parse().ok()? })
    };
    text.split(',').filter_map(one).collect()
}

/// How many steps a slider has.
const STEPS: f64 = 60.0;

impl Slide {
    /// The value at a share of the way, each step a like factor, and two digits.
    fn at(&self, share: f64) -> f64 {
        let value = self.from * libm::pow(self.to / self.from, share);
        let digit = libm::pow(10.0, libm::floor(libm::log10(value)) - 1.0);
        ((value / digit).round() * digit).clamp(self.from, self.to)
    }

    fn share(&self, value: f64) -> f64 {
        libm::log(value / self.from) / libm::log(self.to / self.from)
    }
}

#[derive(Properties, PartialEq)]
struct SlidersProps {
    slides: &'static str,
    figure: Figure,
    lang: Lang,
    dispatch: Dispatch,
}

/// A slider for each size; let go, it shows the run.
#[component]
fn Sliders(props: &SlidersProps) -> Html {
    let SlidersProps { slides: text, figure, lang, dispatch } = props;
    let (all, lang) = (slides(text), *lang);
    let begun = use_memo(figure.run.clone(), |run| begun(run, text));
    let values = use_state(|| (*begun).clone());
    let row = |(i, slide): (usize, &Slide)| {
        let value = values[i];
        let text = format!("{} {}", number(value), unit(slide.path, lang));
        // What is drawn and what is let go may come before anything is rendered anew.
        let drawn = {
            let (values, slide) = (values.clone(), *slide);
            move |event: &Event| {
                let input: HtmlInputElement = event.target_unchecked_into();
                let mut new = (*values).clone();
                new[i] = slide.at(input.value_as_number() / STEPS);
                new
            }
        };
        let oninput = {
            let (values, drawn) = (values.clone(), drawn.clone());
            Callback::from(move |event: InputEvent| values.set(drawn(&event)))
        };
        let onchange = {
            let (figure, show) = (figure.clone(), dispatched(dispatch));
            let paths: Vec<&'static str> = all.iter().map(|slide| slide.path).collect();
            Callback::from(move |event: Event| {
                let set = paths.iter().zip(drawn(&event));
                let set = set.map(|(path, value)| format!("&{path}={value}"));
                let run = format!("{}{}", figure.run, set.collect::<String>());
                show.emit(Figure { run, ..figure.clone() });
            })
        };
        html! {
            <label key={slide.path}><span>{ name(slide.path, lang) }{ " " }<b>{ text.clone() }</b></span>
                <input type="range" data-slide={slide.path} min="0" max={STEPS.to_string()} step="1" value={(slide.share(value) * STEPS).round().to_string()} aria-valuetext={text} {oninput} {onchange}/></label>
        }
    };
    html! {
        <div class="slides">
            { for all.iter().enumerate().map(row) }
            { for herd(&all, &values).map(|herd| html! { <output>{ "λ·Δ + 1 = " }<b>{ number(herd) }</b></output> }) }
        </div>
    }
}

/// What the sizes are in the figure as it stands in the text.
fn begun(run: &str, text: &'static str) -> Vec<f64> {
    let scenarios = Link::in_course(run).and_then(|link| link.scenarios());
    let document = scenarios.ok().and_then(|all| Some(all.first()?.to_value()));
    let value = |slide: &Slide| json::at(document.as_ref()?, slide.path)?.as_f64();
    slides(text).iter().map(|slide| value(slide).unwrap_or(slide.from)).collect()
}

/// How many miss one expiry, where a rate and the time of a query can be drawn.
fn herd(slides: &[Slide], values: &[f64]) -> Option<f64> {
    let of = |path: &str| {
        let at = slides.iter().position(|slide| slide.path == path)?;
        values.get(at).copied()
    };
    Some((of("load.rate")? * of("db.query_ms")? / 1e3).round() + 1.0)
}

#[cfg(test)]
mod tests {
    use stampede_sim::scenario::fields;

    use super::*;

    #[test]
    fn a_slider_goes_from_end_to_end_in_round_numbers() {
        let all = slides("load.rate 100..2000, db.query_ms 10..200");
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].at(0.0), all[0].at(1.0)), (100.0, 2000.0));
        assert_eq!(all[1].at(0.5), 45.0);
        for step in 0..=60 {
            let share = f64::from(step) / STEPS;
            let value = all[0].at(share);
            assert!((all[0].share(value) - share).abs() < 0.02, "{value}");
            assert_eq!(fields::limit(all[0].path).unwrap().check(all[0].path, value), Ok(()));
        }
    }

    /// 1,000 a second and 50 ms: 51, as the text has it.
    #[test]
    fn the_formula_is_that_of_the_text() {
        let all = slides("load.rate 100..2000, db.query_ms 10..200");
        assert_eq!(herd(&all, &[1000.0, 50.0]), Some(51.0));
        assert_eq!(herd(&slides("load.requests 10..1000"), &[100.0]), None);
        let run = "a=expiry-without-singleflight&b=expiry-with-singleflight&load.rate=1000";
        assert_eq!(begun(run, "load.rate 100..2000, db.query_ms 10..200"), [1000.0, 50.0]);
    }
}
