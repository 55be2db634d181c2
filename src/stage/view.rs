//! A lane on the page: the drawn stations, and the canvas for the dots.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::link::LANES;
use stampede_sim::scenario::problem::count;
use stampede_sim::scenario::{Flaw, Scenario, Stands, Switch, Text, defences, presets};
use stampede_sim::telemetry::event::Node;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::labels::labels;
use super::names;
use super::studio::Studio;
use crate::lang::Lang;
use crate::player::Reading;
use crate::state::{Change, Dispatch, Measure};
use crate::ui::decimal::decimal;
use crate::web::{self, SizeWatch};
use stampede_picture::layout::{Area, Band, Layout, part};
use stampede_picture::place::Place;
use stampede_picture::signals::{BreakerState, CELLS};

/// The lanes' names.
pub const NAMES: [&str; LANES.len()] = ["A", "B", "C", "D"];

/// The most slots of a lane that are drawn one by one.
const MOST_SLOTS: u32 = 400;

/// A name of more characters is long.
const LONG: usize = 30;

/// See [`LaneView`].
#[derive(Properties)]
pub struct LaneProps {
    /// Where it is drawn.
    pub studio: Rc<Studio>,
    /// 0 for lane A, 1 for lane B, and so on.
    pub lane: usize,
    /// The lane it was forked from, if it was.
    pub fork_of: Option<usize>,
    /// What is selected in it: a request's number or a station's name.
    pub selected: Option<String>,
    /// Where changes go.
    pub dispatch: Dispatch,
    /// Its numbers at the playhead.
    pub reading: Reading,
    /// The page's language.
    pub lang: Lang,
    /// The number that is written large.
    pub measure: Measure,
    /// Whether what it comes to is still to be predicted.
    pub covered: bool,
    /// Changes when the lane's scenario does.
    pub revision: u32,
}

impl PartialEq for LaneProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.studio, &other.studio)
            && (self.lane, self.lang, self.revision) == (other.lane, other.lang, other.revision)
            && self.reading == other.reading
            && (&self.selected, self.fork_of) == (&other.selected, other.fork_of)
            && (self.measure, self.covered) == (other.measure, other.covered)
    }
}

/// A lane.
#[component]
pub fn LaneView(props: &LaneProps) -> Html {
    let LaneProps { studio, lane, reading, lang, fork_of, selected, dispatch, .. } = props;
    let (lane, lang) = (*lane, *lang);
    let canvas = use_node_ref();
    let size = use_state(|| (0.0, 0.0));
    {
        let (canvas, size, studio) = (canvas.clone(), size.clone(), Rc::clone(studio));
        use_effect_with(Rc::as_ptr(&props.studio), move |_| {
            let element = canvas.cast::<HtmlCanvasElement>();
            let watch = element.and_then(|element| {
                let studio = Rc::clone(&studio);
                SizeWatch::new(&element.clone(), move |w, h| {
                    studio.set_surface(lane, Some((element.clone(), w, h)));
                    size.set((w, h));
                })
            });
            move || {
                drop(watch);
                studio.set_surface(lane, None);
            }
        });
    }
    let (w, h) = *size;
    let layout = (w > 0.0).then(|| studio.layout(lane, w, h));
    let (scenario, places) = studio.read(|player| {
        let lane = &player.lanes[lane];
        (Rc::clone(&lane.scenario), Rc::clone(&lane.places))
    });
    let select = {
        let dispatch = dispatch.clone();
        Callback::from(move |what: Option<String>| {
            dispatch.dispatch(Change::Select(what.map(|what| (lane, what))));
        })
    };
    let onclick = {
        let (studio, select, canvas) = (Rc::clone(studio), select.clone(), canvas.clone());
        Callback::from(move |event: MouseEvent| {
            let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
            let area = canvas.get_bounding_client_rect();
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            select.emit(studio.at(lane, x - area.left(), y - area.top()));
        })
    };
    let close = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::CloseLane(lane)))
    };
    let pool = scenario.db.pool;
    let counters = &reading.counters;
    let measure = match props.measure {
        Measure::Usual if studio.read(|player| player.has_updates()) => Measure::StaleReads,
        said => said,
    };
    let (key, large, unit) = match measure {
        Measure::Usual | Measure::DbCalls => {
            ("db-calls", counters.db_calls(), lang.pick("database calls", "DB 呼び出し"))
        }
        Measure::Errors => ("errors", counters.errors(), lang.pick("errors", "件のエラー")),
        Measure::StaleReads => {
            ("stale-reads", counters.stale_reads(), lang.pick("too old", "件が古すぎる"))
        }
        Measure::Ok => ("ok", counters.ok(), lang.pick("answered", "件に応答")),
    };
    let name = NAMES[lane];
    let mut title = title(&scenario, lang);
    if let Some(base) = fork_of {
        let base = NAMES[*base];
        title = lang.pick(format!("fork of {base}: {title}"), format!("{base} から分岐：{title}"));
    }
    let long = title.chars().count() > LONG;
    let about = {
        let scenario = Rc::clone(&scenario);
        let (every, step, cut) = (reading.every, reading.step, reading.cut);
        use_memo((props.revision, lane, lang, every, step, cut), move |_| match every {
            _ if cut => too_many(lang),
            2.. => some(every, step, lang),
            // Beside a long name there is no room for it.
            _ if long => String::new(),
            _ => about(&scenario, lang),
        })
    };
    html! {
        <section class={classes!("lane", format!("lane-{}", LANES[lane]))} aria-label={format!("{} {name}, {title}", lang.pick("Lane", "レーン"))}>
            <header class="lane-head">
                <h2 title={title.clone()}><span class="lane-name">{ name }</span><span class="lane-title">{ title }</span></h2>
                <p class="lane-about" title={(*about).clone()}>{ if props.covered { String::new() } else { (*about).clone() } }</p>
                { outcome(reading, lang) }
                <p class="lane-big">
                    <strong data-test={format!("{key}-{}", LANES[lane])}>{ count(large) }</strong>
                    <span>{ unit }</span>
                </p>
                if lane > 1 {
                    <button type="button" class="quiet" name={format!("close-{}", LANES[lane])} onclick={close}>{ lang.pick("Close ", "閉じる ") }{ name }</button>
                } else { <span class="none"/> }
            </header>
            <div class="lane-picture" style={format!("--more: {}px", more(&scenario, &places, w))}>
                { layout.as_ref().map_or_else(|| html! { <svg aria-hidden="true"/> }, |layout| stations(layout, reading, pool)) }
                <canvas ref={canvas} aria-hidden="true" {onclick}></canvas>
                { layout.as_ref().map_or_else(|| html! { <div/> }, |layout| labels(layout, reading, lang, &scenario, &places, selected.as_deref(), &select)) }
            </div>
        </section>
    }
}

/// Who got what so far: in numbers, and as shares of all.
fn outcome(reading: &Reading, lang: Lang) -> Html {
    let counters = &reading.counters;
    let parts = [
        ("ok", counters.ok(), lang.pick("ok", "成功")),
        ("errors", counters.errors(), lang.pick("errors", "エラー")),
        ("waiting", counters.waiting(), lang.pick("waiting", "待ち")),
    ];
    html! {
        <p class="outcome">
            { for parts.iter().map(|(key, n, name)| html! {
                <span key={*key} class={classes!(*key, (*n == 0).then_some("zero"))} style={format!("flex-grow:{n}")}><b>{ count(*n) }</b>{ " " }{ name }</span>
            }) }
        </p>
    }
}

fn stations(layout: &Layout, reading: &Reading, pool: u32) -> Html {
    let (w, h) = layout.size;
    // A cache of the edge.
    let pop = |number: u32| {
        let Area { x, y, w, h } = layout.pop(number).unwrap_or_default();
        html! {
            <rect key={number} class="station gate" x={decimal(x)} y={decimal(y + 1.0)}
                width={decimal(w)} height={decimal((h - 2.0).max(1.0))} rx="4"/>
        }
    };
    let shared = |(node, area): &(Node, Area)| {
        if *node == Node::Edge {
            return html! { <g key="edge">{ for (0..layout.pops).map(pop) }</g> };
        }
        let (x, y) = (area.x + area.w / 2.0, area.y);
        html! {
            <g key={node.key()} class="station">
                <rect x={decimal(area.x)} y={decimal(y)} width={decimal(area.w)} height={decimal(area.h)} rx="4"/>
                <line class="ring-back" x1={decimal(x)} x2={decimal(x)} y1={decimal(y + 4.0)} y2={decimal(y + area.h - 4.0)}/>
                <line class="ring" x1={decimal(x)} x2={decimal(x)}
                    y1={decimal(y + 4.0 + (area.h - 8.0) * (1.0 - reading.freshness))} y2={decimal(y + area.h - 4.0)}/>
            </g>
        }
    };
    html! {
        <svg class="stations" viewBox={format!("0 0 {} {}", decimal(w), decimal(h))} aria-hidden="true">
            { for layout.bands.iter().enumerate().map(|(i, band)| draw_band(i, band, layout, reading, pool)) }
            { for layout.shared.iter().map(shared) }
        </svg>
    }
}

fn draw_band(i: usize, band: &Band, layout: &Layout, reading: &Reading, pool: u32) -> Html {
    let Band { area, slots, places, .. } = band;
    let several = layout.bands.len() > 1;
    let up = reading.up.get(i).copied().unwrap_or(true);
    let all = pool * slots.len() as u32;
    let drawn = if all * layout.bands.len() as u32 <= MOST_SLOTS { all } else { 0 };
    let half = (slots[0].pitch() / 2.0 - 1.5).max(1.0);
    let slot = |n: u32| {
        let (x, y) = band.slot(n);
        let side = decimal(2.0 * half);
        html! {
            <rect key={n} class="slot" x={decimal(x - half)} y={decimal(y - half)} width={side.clone()} height={side} rx="2"/>
        }
    };
    html! {
        <g key={i} class={if up { "up" } else { "down" }}>
            if several || !up {
                <rect class="band" x={decimal(area.x)} y={decimal(area.y)} width={decimal(area.w)} height={decimal(area.h)} rx="6"/>
            } else {
                <g/>
            }
            { for places.iter().map(|(node, area)| draw_place(i, *node, area, slots.len() as u32, reading)) }
            { for (0..drawn).map(slot) }
        </g>
    }
}

/// A place: the lock's with its burning lease, the breaker's with its state and
/// last results.
fn draw_place(process: usize, node: Node, area: &Area, servers: u32, reading: &Reading) -> Html {
    let Area { x, y, w, h } = *area;
    let (state, results) = match node {
        Node::Pool => {
            let gap = if servers > 1 { 1.0 } else { 0.0 };
            let server = |i: u32| {
                let Area { x, y, w, h } = part(area, i, servers);
                html! {
                    <rect key={format!("pool-{i}")} class="pool" x={decimal(x + gap)} y={decimal(y)}
                        width={decimal(w - 2.0 * gap)} height={decimal(h)} rx="6"/>
                }
            };
            return html! { <g key="pool">{ for (0..servers).map(server) }</g> };
        }
        Node::Gate(Switch::Breaker) => reading.breakers.get(process).cloned().unwrap_or_default(),
        _ => Default::default(),
    };
    let state = match state {
        BreakerState::Closed => "closed",
        BreakerState::HalfOpen => "half-open",
        BreakerState::Open => "open",
    };
    let held = reading
        .lock
        .filter(|held| node == Node::Gate(Switch::Lock) && held.process as usize == process);
    let middle = decimal(x + w / 2.0);
    let pitch = ((h - 8.0) / CELLS as f64).min(w);
    let side = (pitch - 2.0).max(1.0);
    let cell = |(n, bad): (usize, &bool)| {
        let top = y + h - 4.0 - pitch * (n + 1) as f64;
        html! {
            <rect key={n} class={if *bad { "cell bad" } else { "cell good" }} x={decimal(x + (w - side) / 2.0)}
                y={decimal(top + 1.0)} width={decimal(side)} height={decimal(side)} rx="1"/>
        }
    };
    html! {
        <g key={node.key()}>
            <rect class={classes!("station", "gate", state)} x={decimal(x)} y={decimal(y)} width={decimal(w)} height={decimal(h)} rx="4"/>
            { for results.iter().enumerate().map(cell) }
            { held.map_or_else(|| html! { <g/> }, |held| html! {
                <line class="lease" x1={middle.clone()} x2={middle.clone()}
                    y1={decimal(y + 4.0 + (h - 8.0) * (1.0 - held.left))} y2={decimal(y + h - 4.0)}/>
            }) }
        </g>
    }
}

/// What a preset says about itself; nothing if it has been changed.
fn about(scenario: &Scenario, lang: Lang) -> String {
    let Text { en, ja } = &scenario.about;
    match presets::is_unchanged(scenario) {
        true => lang.pick(en.clone(), ja.clone()),
        false => String::new(),
    }
}

/// Where not every request has a dot.
fn some(every: u32, step: Nanos, lang: Lang) -> String {
    match lang {
        Lang::En => {
            format!("One of {every} requests has a dot; the numbers are of all, every {step}.")
        }
        Lang::Ja => format!("点は {every} 件に 1 つ。数値は全件（{step} ごと）。"),
    }
}

/// Where a run has been given up.
fn too_many(lang: Lang) -> String {
    lang.pick(
        "Stopped here: more than 2,000,000 requests wait at once, too many for a page.",
        "ここで中止しました。200 万件を超えるリクエストが同時に待っていて、このページでは扱えません。",
    )
    .to_owned()
}

/// How much taller than usual a lane's picture is, in CSS pixels: for further
/// rows of names, and for many processes.
fn more(scenario: &Scenario, places: &Rc<[Place]>, w: f64) -> u32 {
    let rows = (names::count(places, w) - 1) as f64;
    let names = 38.0 * rows * web::text_scale();
    names as u32 + 14 * (scenario.most_processes() - 1).clamp(0, 10)
}

/// What a lane has, in words: its defences, and what its clients do beside
/// waiting.
pub fn title(scenario: &Scenario, lang: Lang) -> String {
    let p = &scenario.protect;
    let written = !scenario.script.source.is_empty();
    let client = &scenario.client;
    let percent = count((client.retry_budget * 100.0).round() as u64);
    let shown = scenario.script.shown(p);
    let and = lang.pick(", ", "、");
    let names = |of_script: bool| -> Vec<String> {
        // A script stands in the place of all but those at the door.
        let is_its = |switch: Switch| written && switch.stands() != Stands::AtDoor;
        let some = defences::here().iter().filter(|d| shown.is_on(d.switch));
        let some = some.filter(|d| is_its(d.switch) == of_script);
        some.map(|d| d.names[lang as usize].to_owned()).collect()
    };
    let mut on = names(false);
    if written {
        let calls = names(true).join(and);
        let script = match calls.is_empty() {
            true => lang.pick("a script", "スクリプト").to_owned(),
            false => lang.pick(format!("a script ({calls})"), format!("スクリプト（{calls}）")),
        };
        on.insert(0, script);
    }
    if on.is_empty() {
        on.push(lang.pick("no defence", "対策なし").to_owned());
    }
    if client.retries > 0 {
        on.push(match lang {
            Lang::En if client.retries == 1 => "1 retry".to_owned(),
            Lang::En => format!("{} retries", client.retries),
            Lang::Ja => format!("再試行 {} 回", client.retries),
        });
    }
    if client.retries > 0 && client.retry_budget > 0.0 {
        on.push(match lang {
            Lang::En => format!("budget {percent} %"),
            Lang::Ja => format!("予算 {percent} %"),
        });
    }
    let told = p.gateway && scenario.gateway.retry_after;
    if client.retries > 0 && client.heeds_retry_after && told {
        on.push(lang.pick("Retry-After is heeded", "Retry-After に従う").to_owned());
    }
    if client.timeout_ms > 0.0 && client.cancels {
        on.push(lang.pick("time-outs stop the work", "タイムアウトで処理も停止").to_owned());
    }
    let all = on.join(and);
    match p.flaw {
        Flaw::None => all,
        _ => format!("{}{all}", lang.pick("flawed: ", "誤りあり：")),
    }
}
