//! Is this run typical, and which seed shows a failure?

use std::cell::RefCell;
use std::rc::Rc;

use stampede_sim::scenario::Problem;
use stampede_sim::scenario::problem::number;
use yew::prelude::*;

use super::PanelProps;
use super::lanes::use_lane;
use crate::lang::Lang;
use crate::runs::{Failure, Found, Hunt, Plan, Sample, Survey, carry_out};
use crate::state::{Change, Notice};
use crate::ui::undertaking::use_undertaking;
use crate::web;

/// How many seeds are tried.
const SEEDS: u64 = 200;
/// After how many more of them what is known is shown.
const SHOWN: u64 = 10;
/// Bars of a histogram.
const BARS: usize = 24;

/// What is known of the many seeds.
#[derive(Clone, PartialEq, Default)]
struct Known {
    /// Seeds tried so far.
    tried: u64,
    running: bool,
    /// The run itself, whole, and the others.
    own: Option<Sample>,
    samples: Rc<Vec<Sample>>,
    found: Option<Found>,
    hunted: Option<Failure>,
}

/// The panel.
#[component]
pub fn Luck(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, playhead, .. } = props;
    let lang = state.lang;
    let (lane_shown, lanes) = use_lane(|| 0, playhead.lanes.len(), lang);
    let failure = use_state(|| Failure::TwoLoaders);
    let known = use_state(Known::default);
    let undertaking = use_undertaking();
    {
        let (undertaking, known) = (undertaking.clone(), known.clone());
        // Another run: what was known is about the old one.
        use_effect_with((playhead.run, lane_shown), move |_| {
            undertaking.stop();
            known.set(Known::default());
        });
    }
    let refuse = {
        let (dispatch, known) = (dispatch.clone(), known.clone());
        move |problem: Problem| {
            known.set(Known::default());
            dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))));
        }
    };
    let survey = {
        let (known, undertaking) = (known.clone(), undertaking.clone());
        let (refuse, link) = (refuse.clone(), state.link.clone());
        Callback::from(move |_: MouseEvent| {
            let (known, refuse, link) = (known.clone(), refuse.clone(), link.clone());
            known.set(Known { running: true, ..Known::default() });
            undertaking.begin(async move {
                let done = match Survey::new(link, lane_shown, SEEDS).map(RefCell::new) {
                    Err(problem) => Err(problem),
                    Ok(survey) => {
                        let show = || {
                            let survey = survey.borrow();
                            let (tried, running) = (survey.tried(), !survey.is_over());
                            if tried.is_multiple_of(SHOWN) || !running {
                                let (own, samples) = (survey.own(), Rc::new(survey.samples()));
                                known.set(Known {
                                    tried,
                                    running,
                                    own,
                                    samples,
                                    ..Known::default()
                                });
                            }
                        };
                        carry_out(&survey, &show).await
                    }
                };
                done.unwrap_or_else(refuse);
            });
        })
    };
    let hunt = {
        let (known, undertaking, failure) = (known.clone(), undertaking.clone(), *failure);
        let link = state.link.clone();
        Callback::from(move |_: MouseEvent| {
            let (known, refuse, link) = (known.clone(), refuse.clone(), link.clone());
            let hunted = Some(failure);
            known.set(Known { running: true, hunted, ..Known::default() });
            undertaking.begin(async move {
                let done = match Hunt::new(link, lane_shown, failure, SEEDS).map(RefCell::new) {
                    Err(problem) => Err(problem),
                    Ok(hunt) => {
                        let show = || {
                            let hunt = hunt.borrow();
                            let (found, tried) = (hunt.found().cloned(), hunt.clear());
                            let running = !hunt.is_over();
                            known.set(Known { tried, running, found, hunted, ..Known::default() });
                        };
                        carry_out(&hunt, &show).await
                    }
                };
                done.unwrap_or_else(refuse);
            });
        })
    };
    let cancel = {
        let known = known.clone();
        Callback::from(move |_: MouseEvent| {
            undertaking.stop();
            known.set(Known { running: false, ..(*known).clone() });
        })
    };
    let pick = {
        let failure = failure.clone();
        Callback::from(move |event: Event| {
            let chosen = web::chosen(&event).and_then(|chosen| Failure::ALL.get(chosen).copied());
            chosen.into_iter().for_each(|chosen| failure.set(chosen));
        })
    };
    let show = known.found.clone().map(|found| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Run(found.link.clone())))
    });
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
            <h2>{ lang.pick("Is this run typical?", "この実行は典型的か") }</h2>
            <button type="button" name="survey" onclick={survey}>{ match lang {
                Lang::En => format!("Run it with {SEEDS} other seeds"),
                Lang::Ja => format!("ほかの {SEEDS} 個のシードで実行"),
            } }</button>
            if let Some(own) = known.own.filter(|_| !known.samples.is_empty()) {
                <div class="pair" role="status">
                    { histogram(lang.pick("Database calls", "DB 呼び出し"), &known.samples, |s| s.db_calls as f64, &own, lang) }
                    { histogram(lang.pick("Response time, p99, in ms", "応答時間 p99（ミリ秒）"), &known.samples, |s| s.p99.ms(), &own, lang) }
                </div>
            } else { <span/> }
            <p class="note">{ lang.pick(
                "Compared are whole runs, this one too, wherever the playhead stands.",
                "比べるのは、この実行も含めて、最後まで計算した実行どうしです。再生位置は関係しません。",
            ) }</p>
            <h2>{ lang.pick("Find me a failure", "失敗を探す") }</h2>
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
        (None, false, Lang::Ja) => format!("シード 1〜{} では起きません：{name}。", known.tried),
        (Some(Found { seed, requests, .. }), running, Lang::En) => format!(
            "Seed {seed} shows it{}, with {} requests.",
            if running { "; looking for a smaller run" } else { "" },
            number(*requests as f64)
        ),
        (Some(Found { seed, requests, .. }), running, Lang::Ja) => format!(
            "シード {seed} で起きます（リクエスト {} 件）。{}",
            number(*requests as f64),
            if running { "もっと小さい実行を探しています。" } else { "" }
        ),
    }
}

/// How a value is spread over the seeds, and where this run stands.
fn histogram(
    name: &'static str,
    samples: &[Sample],
    read: fn(&Sample) -> f64,
    own: &Sample,
    lang: Lang,
) -> Html {
    let mine = read(own);
    let mut values: Vec<f64> = samples.iter().map(read).collect();
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = (values[0].min(mine), values[values.len() - 1].max(mine));
    let place = |value: f64| if high > low { (value - low) / (high - low) } else { 0.5 };
    let mut bars = [0_u32; BARS];
    for value in &values {
        bars[((place(*value) * BARS as f64) as usize).min(BARS - 1)] += 1;
    }
    let most = bars.iter().copied().max().unwrap_or(1).max(1);
    let count = |is: fn(&f64, &f64) -> bool| values.iter().filter(|value| is(value, &mine)).count();
    let (below, above) = (count(f64::lt), count(f64::gt));
    let same = values.len() - below - above;
    let at = |share: f64| number1(values[((values.len() - 1) as f64 * share) as usize]);
    let text = match lang {
        Lang::En => format!(
            "This run: {}. The middle half of the other seeds: {} to {}; the least {}, the most {}. Less than here with {below} of them, the same with {same}, more with {above}.",
            number1(mine),
            at(0.25),
            at(0.75),
            at(0.0),
            at(1.0)
        ),
        Lang::Ja => format!(
            "この実行は {}。ほかのシードの中央の半分は {}〜{}、最小 {}、最大 {}。この実行より小さいのは {below} 個、同じなのは {same} 個、大きいのは {above} 個です。",
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
