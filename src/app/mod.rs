//! The shell: everything on the page and how it hangs together.

mod density;
mod held;
mod keys;
pub mod later;
mod narration;
mod notice;
mod place;
mod says;
mod topbar;
mod transport;

use std::cell::RefCell;
use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::link::{LANES, Link};
use yew::prelude::*;

use crate::course::view::Prose;
use crate::panels::legend::{Legend, is_behind};
use crate::panels::share::ShareProps;
use crate::panels::{Choice, Open};
use crate::player::Player;
use crate::runs::beyond;
use crate::stage::studio::Studio;
use crate::stage::view::{LaneView, NAMES};
use crate::state::{Change, Dispatch, Figure, Notice, Panel, Playhead, Shared, opening, plain};
use crate::ui::refusal::not_fetched;
use crate::web;
use crate::web::later::NotFetched;

use held::HeldProps;
use keys::HelpProps;
use later::Later;
use notice::NoticeProps;
use place::{skip, use_narrow, use_reading};
use says::{CoverProps, SaysProps};
use topbar::TopBar;
use transport::Transport;

/// The whole page.
#[component]
pub fn App() -> Html {
    let state = use_reducer(|| STARTED.take().unwrap_or_else(Shared::start));
    let again = use_force_update();
    let begun = use_memo((), |()| {
        // What State::start took has been checked, or is made of presets. Where it
        // needs what could not be fetched, the first figure stands in.
        let asked = prepare(&state, None);
        let shown = if asked.is_ok() { state.revision } else { 0 };
        let player = asked.or_else(|_| Player::new(&opening()));
        // What could be wrong is not said: its words are not in the first part.
        let Ok(player) = player else { panic!("the first run is in order") };
        (Studio::new(player, Callback::from(move |()| again.force_update())), shown)
    });
    let studio: Rc<Studio> = Rc::clone(&begun.0);
    let later = use_later(&state.dispatcher());
    let there = later.and_then(Result::ok);
    let more = use_run(&state, &studio, begun.1, there);
    use_surroundings(&state, &studio);
    use_address(&state, there);
    {
        let (state, studio) = (state.clone(), Rc::clone(&studio));
        let help = state.help && there.is_some();
        let covered = state.guess.is_some();
        let now = (help, state.link.selected.clone(), state.blank, state.letters, covered);
        use_effect_with(now, move |(help, ..)| {
            let open = *help;
            let listener = web::Listener::new("keydown", move |event| {
                keys::handle(&event, &studio, &state, open);
            });
            move || drop(listener)
        });
    }

    {
        let studio = Rc::clone(&studio);
        let selected = state.link.selected.clone();
        use_effect_with(selected, move |selected| {
            let number = |(lane, what): &(usize, String)| Some((*lane, what.parse().ok()?));
            studio.select(selected.as_ref().and_then(number));
        });
    }
    let figure = use_node_ref();
    {
        let (figure, studio) = (figure.clone(), Rc::clone(&studio));
        use_effect_with((), move |()| {
            let element = figure.cast::<web_sys::Element>();
            let watch = element.and_then(|element| {
                web::VisibilityWatch::new(&element, move |visible| studio.set_visible(visible))
            });
            move || drop(watch)
        });
    }

    use_effect_with((state.lang, there.is_some()), move |(lang, _)| {
        there.into_iter().for_each(|later| (later.keep_chapters)(*lang));
    });
    let narrow = use_narrow();
    use_reading(state.panel, state.link.chapter, narrow);
    let playhead = studio.read(Playhead::of);
    let bases = studio.read(|player| player.bases.clone());
    let selected = |lane: usize| {
        state.link.selected.as_ref().filter(|(l, _)| *l == lane).map(|(_, what)| what.clone())
    };
    let lang = state.lang;
    let ended = playhead.complete && playhead.at >= playhead.end;
    let said = there.map_or_else(String::new, |later| (later.narrate)(&playhead, &state));
    let dispatch = state.dispatcher();
    let on_figure = {
        let dispatch = dispatch.clone();
        Callback::from(move |figure: Figure| with_all(&dispatch, Change::Figure(figure)))
    };
    let on_lane = {
        let dispatch = dispatch.clone();
        Callback::from(move |lane: usize| dispatch.dispatch(Change::ShowLane(lane)))
    };
    let covered = state.guess.is_some();
    let beside = match state.panel {
        Panel::Stage => Some("stage-only"),
        Panel::Text => None,
        _ => Some("open"),
    };
    let latest = there.map(|later| (later.panels.latest)(&studio, playhead.at, lang));
    let (latest, here) = latest.unwrap_or_default();
    let status = there.map_or_else(String::new, |later| {
        (later.status)(&studio, &state, &playhead, (&latest, here), &said)
    });
    let side = html! {
        <div class="side" key="side" id="side">
            <Choice open={state.panel} {lang} dispatch={dispatch.clone()}/>
            <article id="text" class="prose" lang={lang.code()} tabindex="0" aria-label={lang.pick("Chapter", "章")}>
                <Prose studio={Rc::clone(&studio)} state={(*state).clone()} dispatch={dispatch.clone()} figure={on_figure} run={playhead.run} complete={playhead.complete} {ended} later={there.map(|later| &later.course)}/>
            </article>
            if beside == Some("open") {
                <Open studio={Rc::clone(&studio)} state={(*state).clone()} dispatch={dispatch.clone()} playhead={playhead.clone()} later={later.map(|later| later.map(|later| &later.panels))}/>
            } else { <span class="none"/> }
        </div>
    };
    let bench = html! {
        <section class="bench" key="bench" aria-label={lang.pick("Experiment", "実験")}>
            if state.panel == Panel::Stage { <h1 class="visually-hidden">{ "Stampede Playground" }</h1> } else { <span class="none"/> }
            <div class="pinned" id="stage" tabindex="-1">
                <Transport studio={Rc::clone(&studio)} playhead={playhead.clone()} {lang} state={(*state).clone()} {there}/>
                <div class="lane-switch" role="group" aria-label={lang.pick("Lane shown", "表示するレーン")}>
                    { for NAMES.iter().take(playhead.lanes.len()).enumerate().map(|(lane, name)| html! {
                        <button key={lane} type="button" aria-pressed={(state.lane == lane).to_string()} aria-label={format!("{}{name}", lang.pick("Lane ", "レーン "))}
                            onclick={on_lane.reform(move |_| lane)}>{ name }</button>
                    }) }
                </div>
                <div ref={figure} class={classes!("lanes", format!("show-{}", LANES[state.lane]), (playhead.lanes.len() > 2).then_some("many"))}>
                    { for playhead.lanes.iter().enumerate().map(|(lane, reading)| html! {
                        <LaneView key={lane} studio={Rc::clone(&studio)} {lane} {lang} revision={playhead.run}
                            fork_of={(lane > 1).then(|| bases[lane])} selected={selected(lane)} measure={state.measure} {covered}
                            dispatch={dispatch.clone()} reading={reading.clone()}/>
                    }) }
                    { for state.guess.iter().zip(there).map(|(guess, later)| (later.cover)(CoverProps { guess: guess.clone(), lang, dispatch: dispatch.clone() })) }
                </div>
                { match there {
                    Some(there) => (there.says)(SaysProps { studio: Rc::clone(&studio), state: (*state).clone(), dispatch: dispatch.clone(), at: playhead.at, latest: latest.clone() }),
                    None => html! { <div class="says"/> },
                } }
            </div>
            <div class="below">
                <p class="narration">{ said.clone() }</p>
                <p class="visually-hidden" role="status">{ status }</p>
                <Legend {lang} used={studio.read(|p| p.lanes.iter().map(|l| l.ever.clone()).collect::<Vec<_>>())}
                    updates={studio.read(|p| p.has_updates())}
                    alone={studio.read(|p| p.lanes.iter().any(|l| l.scenario.client.timeout_ms > 0.0))}
                    behind={studio.read(|p| p.lanes.iter().any(is_behind))}
                    parts={studio.read(|p| p.lanes.iter().any(|l| l.scenario.shop.products > 0))}
                    fetches={studio.read(|p| p.lanes.iter().any(|l| l.scenario.edge.pops > 0))}/>
            </div>
        </section>
    };
    html! {
        <div class={classes!("page", web::is_embedded().then_some("embedded"), web::is_presented().then_some("presented"))}>
            { skip("stage", lang.pick("Skip to the experiment", "実験へ移動")) }
            { skip("text", lang.pick("Skip to the text", "本文へ移動")) }
            <TopBar state={(*state).clone()} dispatch={dispatch.clone()} studio={Rc::clone(&studio)}/>
            <div role="alert">{ match (&state.problem, there) {
                (Some(notice), Some(later)) => (later.notice)(NoticeProps { notice: notice.clone(), lang, dispatch: dispatch.clone() }),
                _ => html! { <span/> },
            } }
            { match (&state.held, there) {
                (Some(held), Some(later)) => (later.held)(HeldProps { held: Rc::clone(held), chapter: state.link.chapter, lang, dispatch: dispatch.clone() }),
                _ => html! { <span class="none"/> },
            } }
            if ((state.help || state.share || state.problem.is_some()) && later == Some(Err(NotFetched))) || more == Some(Err(NotFetched)) { <p class="notice bad">{ not_fetched(lang) }</p> } else { <span class="none"/> }
            </div>
            <main class={classes!("columns", beside)}>
                { for if narrow { [bench, side] } else { [side, bench] } }
            </main>
            if state.blank { <div class="blank" role="status" onclick={let dispatch = state.dispatcher(); move |_| dispatch.dispatch(Change::Blank)}>{ lang.pick("The screen is blank. B, Escape or a click shows it again.", "画面を消しています。B、Escape、クリックで戻ります。") }</div> } else { <span class="none"/> }
            { match there.filter(|_| state.help) {
                Some(later) => (later.help)(HelpProps { lang, letters: state.letters, dispatch: state.dispatcher() }),
                None => html! { <span class="none"/> },
            } }
            { match there.filter(|_| state.share) {
                Some(later) => (later.panels.share)(ShareProps {
                    state: (*state).clone(),
                    dispatch: state.dispatcher(),
                    link: studio.read(|player| state.link_now(player)),
                }),
                None => html! { <span class="none"/> },
            } }
            { match there.filter(|_| web::is_embedded()) {
                Some(later) => {
                    let run = (later.write)(&studio.read(|player| state.link_now(player)));
                    let page = web::address();
                    let href = format!("{}#{run}", page.split('?').next().unwrap_or_default());
                    html! { <p class="to-page"><a {href} target="_blank" rel="noopener">{ lang.pick("Open in the Stampede Playground", "Stampede Playground で開く") }</a></p> }
                }
                None => html! { <span class="none"/> },
            } }
        </div>
    }
}

/// A player for the run, where and how it is to begin; `before` is the one it
/// replaces.
fn prepare(state: &Shared, before: Option<&Player>) -> Result<Player, Problem> {
    let mut player = Player::new(&state.link)?;
    let kept = before.filter(|_| state.keep_playhead).map(Player::at);
    player.seek_ahead(state.link.at_ms.map(Nanos::from_ms).or(kept).unwrap_or_default());
    if let Some(before) = before.filter(|_| state.keep_speed) {
        player.set_speed(before.speed());
    }
    player.play(state.autoplay);
    Ok(player)
}

/// The later part of the program, if it has been asked for: as soon as the page
/// is idle, or when somebody moves, touches, types or scrolls, whichever comes
/// first. What is for use without a network is fetched in the
/// second case only: a first visit may only be watched.
#[hook]
fn use_later(dispatch: &Dispatch) -> Option<Result<&'static Later, NotFetched>> {
    let here = use_state_eq(|| later::here().map(Ok));
    {
        let (here, dispatch) = (here.clone(), dispatch.clone());
        use_effect_with((), move |()| {
            let idle = here.clone();
            wasm_bindgen_futures::spawn_local(async move {
                web::idle().await;
                idle.set(Some(later::ready().await));
            });
            let used = Rc::new(std::cell::Cell::new(false));
            let listen = |name| {
                let (used, here, dispatch) = (Rc::clone(&used), here.clone(), dispatch.clone());
                web::Listener::capturing(name, move |_| {
                    if !used.replace(true) {
                        let (used, here, dispatch) =
                            (Rc::clone(&used), here.clone(), dispatch.clone());
                        wasm_bindgen_futures::spawn_local(async move {
                            let there = later::ready().await;
                            // If it could not be fetched, the next move tries again.
                            used.set(there.is_ok());
                            here.set(Some(there));
                            if let Ok(later) = there {
                                (later.keep)(dispatch);
                            }
                        });
                    }
                })
            };
            let listeners =
                ["pointermove", "pointerdown", "keydown", "scroll", "click"].map(listen);
            move || drop(listeners)
        });
    }
    *here
}

/// Changes something as soon as all is here that it may need: a run may be made
/// of presets that come later. Where they cannot be fetched, it is refused.
fn with_all(dispatch: &Dispatch, change: Change) {
    let dispatch = dispatch.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let _ = later::ready().await;
        dispatch.dispatch(change);
    });
}

thread_local! {
    /// The state at start, if it was needed before there was a page. To start twice would
    /// lose what is said of what is damaged: it is put aside the first time.
    static STARTED: RefCell<Option<Shared>> = const { RefCell::new(None) };
}

/// Fetches what the run that the address asks for needs of the simulation, beyond
/// the later part.
pub async fn fetch_for_the_address(later: &Later) {
    let started = Shared::start();
    let asked = Player::new(&started.link);
    STARTED.set(Some(started));
    if let Err(problem) = asked
        && beyond::is_missing(&problem)
    {
        // If it cannot be had, the page says so.
        let _ = (later.fetch)(problem).await;
    }
}

/// Puts a new player in when the run has changed, and can be made. Returns what came
/// of fetching what it needs of the simulation, if that had to be fetched.
#[hook]
fn use_run(
    state: &UseReducerHandle<Shared>,
    studio: &Rc<Studio>,
    shown: u32,
    later: Option<&'static Later>,
) -> Option<Result<(), NotFetched>> {
    let there = later.is_some();
    // For which revision, and what came of it.
    let fetched = use_state_eq(|| None::<(u32, Result<(), NotFetched>)>);
    let came = fetched.map(|(_, came)| came);
    let now = (state.revision, there, *fetched);
    let (shown, tried) = (use_mut_ref(|| shown), use_mut_ref(|| now));
    // At once, and not when all has been drawn: what is drawn from the new
    // state would find the old run.
    let before = tried.replace(now);
    // What could not be had is not asked for again until something else is wanted.
    let is_new = (before.0, before.1) != (now.0, now.1);
    if before != now && *shown.borrow() != state.revision {
        studio.read(|player| {
            // The reducer has checked the link. What needs another part waits for it.
            match (prepare(state, Some(player)), later) {
                (Ok(new), _) => {
                    studio.replace(player, new);
                    *shown.borrow_mut() = state.revision;
                    if came == Some(Err(NotFetched)) {
                        fetched.set(None);
                    }
                }
                (Err(problem), Some(later))
                    if beyond::is_missing(&problem)
                        && (is_new || came != Some(Err(NotFetched))) =>
                {
                    let (fetched, tried) = (fetched.clone(), Rc::clone(&tried));
                    wasm_bindgen_futures::spawn_local(async move {
                        let came = (later.fetch)(problem).await;
                        // By then something else may be wanted.
                        if tried.borrow().0 == now.0 {
                            fetched.set(Some((now.0, came)));
                        }
                    });
                }
                // What the reducer could not see: somebody's script is none. Said when
                // all has been drawn.
                (Err(problem), _) if !beyond::is_missing(&problem) => {
                    let dispatch = state.dispatcher();
                    wasm_bindgen_futures::spawn_local(async move {
                        dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))));
                    });
                }
                _ => {}
            }
        });
    }
    let studio = Rc::clone(studio);
    use_effect_with(now, move |_| studio.with(|_| ()));
    came
}

/// Language and colours outside the page's own elements.
#[hook]
fn use_surroundings(state: &UseReducerHandle<Shared>, studio: &Rc<Studio>) {
    let (lang, theme, dark) = (state.lang, state.theme, state.is_dark());
    let studio = Rc::clone(studio);
    use_effect_with((lang, theme, dark), move |(lang, theme, dark)| {
        web::set_root_attribute("lang", Some(lang.code()));
        web::set_root_attribute("data-theme", theme.map(|_| if *dark { "dark" } else { "light" }));
        web::set_title(lang.pick(
            "Stampede Playground: cause a cache stampede, watch it, defuse it",
            "Stampede Playground：キャッシュスタンピードを起こし、観察し、防ぐ",
        ));
        studio.set_dark(*dark);
    });
}

/// The run in the address bar, and the address bar's changes in the run.
#[hook]
fn use_address(state: &UseReducerHandle<Shared>, there: Option<&'static Later>) {
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        let listener = web::Listener::new("hashchange", move |_| {
            with_all(&dispatch, Change::Open(web::fragment()));
        });
        move || drop(listener)
    });
    {
        // A link that was refused because the later part was not to be had.
        let (dispatch, again) = (state.dispatcher(), state.revision == 0 && there.is_some());
        use_effect_with(again, move |again| {
            if *again {
                dispatch.dispatch(Change::Open(web::fragment()));
            }
        });
    }
    let state = state.clone();
    let now = (state.revision, state.link.chapter, there.is_some());
    use_effect_with(now, move |(revision, chapter, _)| {
        let Some(later) = there else { return };
        // A first visit keeps its address as it is.
        if *revision > 1 || chapter.is_some() {
            // What is held back is still what the link was about.
            let whole = state.held.as_ref().map_or(&state.link, |held| &held.link);
            let plain = Link { chapter: state.link.chapter, ..plain(whole) };
            let fragment = if plain == opening() { String::new() } else { (later.write)(&plain) };
            web::replace_fragment(&fragment);
        }
    });
}
