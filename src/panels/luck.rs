//! Is this run typical, and which seed shows a failure?

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use stampede_sim::scenario::Problem;
use stampede_sim::scenario::problem::number;
use yew::prelude::*;

use super::PanelProps;
use super::lanes::use_lane;
use crate::lang::Lang;
use crate::player::luck::{Case, Failure, Found, Hunt, Sample, Survey};
use crate::state::{Change, Notice};
use crate::web;

/// How many seeds are tried.
const SEEDS: u64 = 200;
/// How much is computed before the page has its turn, in polls.
const SLICE: u64 = 20_000;
/// Bars of a histogram.
const BARS: usize = 24;

/// What is known of the many seeds.
#[derive(Clone, PartialEq, Default)]
struct Known {
    /// Seeds tried so far, or being tried; 0: not begun.
    tried: u64,
    running: bool,
    samples: Rc<Vec<Sample>>,
    found: Option<(u64, Found)>,
    hunted: Option<Failure>,
}

/// The panel.
#[component]
pub fn Luck(props: &PanelProps) -> Html {
    let PanelProps { studio, state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let (lane_shown, lanes) = use_lane(|| 0, playhead.lanes.len(), lang);
    let failure = use_state(|| Failure::TwoLoaders);
    let known = use_state(Known::default);
    // What is going on is told to stop by this.
    let stop = use_mut_ref(|| Rc::new(Cell::new(true)));
    {
        let (stop, known) = (Rc::clone(&stop), known.clone());
        // Another run: what was known is about the old one.
        use_effect_with((playhead.run, lane_shown), move |_| {
            stop.borrow().set(true);
            known.set(Known::default());
            move || stop.borrow().set(true)
        });
    }
    let case = || Case {
        scenario: studio.read(|player| player.lanes[lane_shown].scenario.clone()),
        actions: state.link.lanes[lane_shown].actions.clone(),
    };
    let begin = {
        let stop = Rc::clone(&stop);
        move || {
            stop.borrow().set(true);
            let flag = Rc::new(Cell::new(false));
            *stop.borrow_mut() = Rc::clone(&flag);
            flag
        }
    };
    let refuse = {
        let dispatch = dispatch.clone();
        move |problem: Problem| dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))))
    };
    let survey = {
        let (known, begin, refuse, case) = (known.clone(), begin.clone(), refuse.clone(), case());
        Callback::from(move |_: MouseEvent| {
            let (known, flag, refuse) = (known.clone(), begin(), refuse.clone());
            let mut survey = Survey::new(case.clone(), SEEDS);
            wasm_bindgen_futures::spawn_local(async move {
                let mut shown = u64::MAX;
                loop {
                    let more = survey.step(SLICE);
                    let tried = survey.samples.len() as u64;
                    let running = matches!(more, Ok(true)) && !flag.get();
                    if !running || tried / 10 != shown {
                        shown = tried / 10;
                        let samples = Rc::new(survey.samples.clone());
                        known.set(Known { tried, running, samples, ..Known::default() });
                    }
                    match more {
                        Err(problem) => return refuse(problem),
                        Ok(_) if !running => return,
                        Ok(_) => TimeoutFuture::new(0).await,
                    }
                }
            });
        })
    };
    let hunt = {
        let (known, failure, case) = (known.clone(), *failure, case());
        Callback::from(move |_: MouseEvent| {
            let (known, flag, refuse) = (known.clone(), begin(), refuse.clone());
            let mut hunt = Hunt::new(case.clone(), failure, SEEDS);
            wasm_bindgen_futures::spawn_local(async move {
                loop {
                    let more = hunt.step(SLICE);
                    let running = matches!(more, Ok(true)) && !flag.get();
                    let found = hunt.found.clone().map(|found| (hunt.seed, found));
                    let (tried, hunted) = (hunt.seed.min(SEEDS), Some(failure));
                    known.set(Known { tried, running, found, hunted, ..Known::default() });
                    match more {
                        Err(problem) => return refuse(problem),
                        Ok(_) if !running => return,
                        Ok(_) => TimeoutFuture::new(0).await,
                    }
                }
            });
        })
    };
    let cancel = Callback::from(move |_: MouseEvent| stop.borrow().set(true));
    let pick = {
        let failure = failure.clone();
        Callback::from(move |event: Event| {
            let chosen = web::chosen(&event).and_then(|chosen| Failure::ALL.get(chosen).copied());
            chosen.into_iter().for_each(|chosen| failure.set(chosen));
        })
    };
    let show = known.found.clone().map(|(seed, found)| {
        let (dispatch, mut link) = (dispatch.clone(), state.link.clone());
        link.seed = seed;
        link.at_ms = Some(found.at.ms());
        if let Some((path, size)) = found.change {
            for lane in &mut link.lanes {
                lane.changes.retain(|(known, _)| known != path);
            }
            link.changes.retain(|(known, _)| known != path);
            link.changes.push((path.to_owned(), size.to_string()));
        }
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Run(link.clone())))
    });
    let mine = &playhead.lanes[lane_shown];
    let progress = match (known.running, lang) {
        (true, Lang::En) => format!("{} of {SEEDS} seeds", known.tried),
        (true, Lang::Ja) => format!("{SEEDS} 個中 {} 個のシード", known.tried),
        _ => String::new(),
    };
    html! {
        <div class="luck">
            <div class="row">
                { lanes }
                if known.running {
                    <button type="button" name="cancel" onclick={cancel}>{ lang.pick("Cancel", "中止") }</button>
                } else { <span/> }
                <progress max={SEEDS.to_string()} value={known.tried.to_string()} aria-label={lang.pick("Seeds tried", "試したシード")}></progress>
                <span class="note">{ progress }</span>
            </div>
            <h3>{ lang.pick("Is this run typical?", "この実行は典型的か") }</h3>
            <button type="button" name="survey" onclick={survey}>{ match lang {
                Lang::En => format!("Run it with {SEEDS} other seeds"),
                Lang::Ja => format!("ほかの {SEEDS} 個のシードで実行"),
            } }</button>
            if !known.samples.is_empty() {
                <div class="pair" role="status">
                    { histogram(lang.pick("Database calls", "DB 呼び出し"), &known.samples, |s| s.db_calls as f64, mine.counters.db_calls() as f64, lang) }
                    { histogram(lang.pick("Response time, p99, in ms", "応答時間 p99(ミリ秒)"), &known.samples, |s| s.p99.ms(), mine.p99.ms(), lang) }
                </div>
            } else { <span/> }
            <h3>{ lang.pick("Find me a failure", "失敗を探す") }</h3>
            <div class="row">
                <select name="failure" aria-label={lang.pick("Failure", "失敗")} onchange={pick}>
                    { for Failure::ALL.iter().map(|f| html! { <option key={failure_name(*f, Lang::En)} selected={*f == *failure}>{ failure_name(*f, lang) }</option> }) }
                </select>
                <button type="button" name="hunt" onclick={hunt}>{ lang.pick("Search", "探す") }</button>
                if let Some(onclick) = show {
                    <button type="button" class="primary" name="show" {onclick}>{ lang.pick("Show it", "表示する") }</button>
                } else { <span/> }
            </div>
            <p class="now" role="status">{ hunted(&known, lang) }</p>
        </div>
    }
}

fn failure_name(failure: Failure, lang: Lang) -> &'static str {
    match failure {
        Failure::LockExpired => {
            lang.pick("a lock expires while it is held", "保持中にロックが期限切れになる")
        }
        Failure::TwoLoaders => {
            lang.pick("two load one key at once", "同じキーを 2 つが同時に読み込む")
        }
        Failure::FollowerTimedOut => {
            lang.pick("a follower stops waiting", "フォロワーが待つのをやめる")
        }
        Failure::BreakerFlapped => lang.pick("a breaker opens twice", "ブレーカーが 2 回開く"),
        Failure::Crash => lang.pick("a process dies", "プロセスが落ちる"),
        Failure::Error => lang.pick("a client has an error", "クライアントにエラーが返る"),
    }
}

fn hunted(known: &Known, lang: Lang) -> String {
    let Some(failure) = known.hunted else { return String::new() };
    let name = failure_name(failure, lang);
    match (&known.found, known.running, lang) {
        (None, true, _) => String::new(),
        (None, false, Lang::En) => format!("Not in seeds 1 to {}: {name}.", known.tried),
        (None, false, Lang::Ja) => format!("シード 1~{} では起きない:{name}。", known.tried),
        (Some((seed, found)), running, Lang::En) => format!(
            "Seed {seed} shows it{}, with {} requests.",
            if running { "; looking for a smaller run" } else { "" },
            number(found.requests as f64)
        ),
        (Some((seed, found)), running, Lang::Ja) => format!(
            "シード {seed} で起きる({} リクエスト)。{}",
            number(found.requests as f64),
            if running { "もっと小さい実行を探している。" } else { "" }
        ),
    }
}

/// How a value is spread over the seeds, and where this run stands.
fn histogram(
    name: &'static str,
    samples: &[Sample],
    read: fn(&Sample) -> f64,
    mine: f64,
    lang: Lang,
) -> Html {
    let mut values: Vec<f64> = samples.iter().map(read).collect();
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = (values[0].min(mine), values[values.len() - 1].max(mine));
    let place = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
    let mut bars = [0_u32; BARS];
    for value in &values {
        bars[((place(*value) * BARS as f64) as usize).min(BARS - 1)] += 1;
    }
    let most = bars.iter().copied().max().unwrap_or(1).max(1);
    let below = values.iter().filter(|value| **value < mine).count();
    let at = |share: f64| number1(values[((values.len() - 1) as f64 * share) as usize]);
    let percent = 100 * below / values.len();
    let text = match lang {
        Lang::En => format!(
            "This run: {}. The middle half of the seeds: {} to {}; the least {}, the most {}. Above {percent} % of them.",
            number1(mine),
            at(0.25),
            at(0.75),
            at(0.0),
            at(1.0)
        ),
        Lang::Ja => format!(
            "この実行:{}。シードの中央の半分は {}~{}、最小 {}、最大 {}。全体の {percent} % より大きい。",
            number1(mine),
            at(0.25),
            at(0.75),
            at(0.0),
            at(1.0)
        ),
    };
    html! {
        <figure key={name} class="chart">
            <figcaption><b>{ name }</b></figcaption>
            <svg class="histogram" viewBox="0 0 240 60" preserveAspectRatio="none" aria-hidden="true">
                { for bars.iter().enumerate().filter(|(_, n)| **n > 0).map(|(i, n)| {
                    let h = 58.0 * f64::from(*n) / f64::from(most);
                    html! { <rect key={i} x={(10 * i).to_string()} width="9" y={format!("{:.1}", 60.0 - h)} height={format!("{h:.1}")}/> }
                }) }
                <path class="playhead" d={format!("M{:.1} 0V60", 2.0 + 236.0 * place(mine))}/>
            </svg>
            <p class="note">{ text }</p>
        </figure>
    }
}

fn number1(value: f64) -> String {
    if value.fract() == 0.0 { number(value) } else { format!("{value:.1}") }
}
