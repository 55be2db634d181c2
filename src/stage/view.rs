//! A lane on the page: the drawn stations, their names and numbers, and the
//! canvas for the dots.

use std::rc::Rc;

use stampede_sim::scenario::problem::number;
use web_sys::HtmlCanvasElement;
use yew::prelude::*;

use super::layout::{Band, Layout};
use super::studio::Studio;
use crate::player::Reading;
use crate::text::Lang;
use crate::web::SizeWatch;

/// The most slots of a pool that are drawn one by one.
const MOST_SLOTS: u32 = 400;

/// See [`LaneView`].
#[derive(Properties)]
pub struct LaneProps {
    /// Where it is drawn.
    pub studio: Rc<Studio>,
    /// 0 for lane A, 1 for lane B.
    pub lane: usize,
    /// Its numbers at the playhead.
    pub reading: Reading,
    /// The page's language.
    pub lang: Lang,
    /// Changes when the lane's scenario does.
    pub revision: u32,
}

impl PartialEq for LaneProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.studio, &other.studio)
            && (self.lane, self.lang, self.revision) == (other.lane, other.lang, other.revision)
            && self.reading == other.reading
    }
}

/// A lane.
#[component]
pub fn LaneView(props: &LaneProps) -> Html {
    let LaneProps { studio, lane, reading, lang, .. } = props;
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
    let (singleflight, pool, processes) = studio.read(|player| {
        let scenario = &player.lanes[lane].scenario;
        (scenario.protect.singleflight, scenario.db.pool, scenario.fleet.processes)
    });
    let name = ["A", "B"][lane];
    let title = if singleflight {
        lang.pick("with singleflight", "singleflight あり")
    } else {
        lang.pick("without singleflight", "singleflight なし")
    };
    html! {
        <section class={classes!("lane", ["lane-a", "lane-b"][lane])} aria-label={format!("{} {name}, {title}", lang.pick("Lane", "レーン"))}>
            <header class="lane-head">
                <h3><span class="lane-name">{ name }</span>{ title }</h3>
                <p class="lane-big">
                    <strong data-test={["db-calls-a", "db-calls-b"][lane]}>{ number(reading.counters.db_calls() as f64) }</strong>
                    <span>{ lang.pick("database calls", "DB 呼び出し") }</span>
                </p>
            </header>
            <div class="lane-picture">
                { layout.as_ref().map_or_else(|| html! { <svg aria-hidden="true"/> }, |layout| stations(layout, reading, pool)) }
                <canvas ref={canvas} aria-hidden="true"></canvas>
                { layout.as_ref().map_or_else(|| html! { <div/> }, |layout| labels(layout, reading, lang, pool * processes, singleflight)) }
            </div>
        </section>
    }
}

fn stations(layout: &Layout, reading: &Reading, pool: u32) -> Html {
    let (w, h) = layout.size;
    let cache = layout.cache.map(|area| {
        let (x, y) = (area.x + area.w / 2.0, area.y);
        html! {
            <g key="cache" class="station">
                <rect x={area.x.to_string()} y={y.to_string()} width={area.w.to_string()} height={area.h.to_string()} rx="4"/>
                <line class="ring-back" x1={x.to_string()} x2={x.to_string()} y1={(y + 4.0).to_string()} y2={(y + area.h - 4.0).to_string()}/>
                <line class="ring" x1={x.to_string()} x2={x.to_string()}
                    y1={(y + 4.0 + (area.h - 8.0) * (1.0 - reading.freshness)).to_string()} y2={(y + area.h - 4.0).to_string()}/>
            </g>
        }
    });
    html! {
        <svg class="stations" viewBox={format!("0 0 {w} {h}")} aria-hidden="true">
            { for layout.bands.iter().enumerate().map(|(i, band)| draw_band(i, band, layout, pool)) }
            { cache.unwrap_or_else(|| html! { <g key="cache"/> }) }
        </svg>
    }
}

fn draw_band(i: usize, band: &Band, layout: &Layout, pool: u32) -> Html {
    let Band { area, pool: outline, slots, .. } = band;
    let several = layout.bands.len() > 1;
    let half = (slots.pitch() / 2.0 - 1.5).max(1.0);
    let slot = |n: u32| {
        let (x, y) = slots.slot(n);
        let side = (2.0 * half).to_string();
        html! {
            <rect key={n} class="slot" x={(x - half).to_string()} y={(y - half).to_string()} width={side.clone()} height={side} rx="2"/>
        }
    };
    html! {
        <g key={i}>
            if several {
                <rect class="band" x={area.x.to_string()} y={area.y.to_string()} width={area.w.to_string()} height={area.h.to_string()} rx="6"/>
            } else {
                <g/>
            }
            {
                band.singleflight.map_or_else(|| html! { <g/> }, |a| html! {
                    <rect class="station gate" x={a.x.to_string()} y={a.y.to_string()} width={a.w.to_string()} height={a.h.to_string()} rx="4"/>
                })
            }
            <rect class="pool" x={outline.x.to_string()} y={outline.y.to_string()} width={outline.w.to_string()} height={outline.h.to_string()} rx="6"/>
            { for (0..if pool <= MOST_SLOTS { pool } else { 0 }).map(slot) }
        </g>
    }
}

fn labels(
    layout: &Layout,
    reading: &Reading,
    lang: Lang,
    connections: u32,
    singleflight: bool,
) -> Html {
    let Reading { counters, places, freshness, .. } = reading;
    let band = &layout.bands[0];
    let middle = |x: f64, w: f64| x + w / 2.0;
    let label = |key: &'static str, x: f64, name: &'static str, value: String| {
        html! {
            <p key={key} class={classes!("label", format!("label-{key}"))} style={format!("left:{:.1}%", 100.0 * x / layout.size.0)}>
                <b>{ name }</b><span data-test={key}>{ value }</span>
            </p>
        }
    };
    let fresh = match (counters.hits() + counters.misses(), *freshness > 0.0) {
        (0, _) => lang.pick("empty", "空").to_owned(),
        (_, true) => lang.pick("fresh", "有効").to_owned(),
        (_, false) => lang.pick("empty", "空").to_owned(),
    };
    let waiting = |n: u64| match lang {
        Lang::En => format!("{} waiting", number(n as f64)),
        Lang::Ja => format!("{} 件待ち", number(n as f64)),
    };
    let answered = number((counters.ok() + counters.errors()) as f64);
    let sent = number(counters.requests() as f64);
    html! {
        <div class="labels">
            { label("clients", layout.clients_x, lang.pick("Clients", "クライアント"), match lang {
                Lang::En => format!("{answered} of {sent}"),
                Lang::Ja => format!("{answered} / {sent}"),
            }) }
            { layout.cache.map_or_else(|| html! { <p key="cache"/> }, |a| label("cache", middle(a.x, a.w), lang.pick("Cache", "キャッシュ"), fresh)) }
            { band.singleflight.filter(|_| singleflight).map_or_else(|| html! { <p key="singleflight"/> },
                |a| label("singleflight", middle(a.x, a.w), "Singleflight", waiting(places.following))) }
            { label("queue", middle(band.queue.area().x, band.queue.area().w), lang.pick("Queue", "列"), waiting(places.queueing)) }
            { label("pool", middle(band.pool.x, band.pool.w), lang.pick("Database", "データベース"), match lang {
                Lang::En => format!("{} of {connections} busy", places.querying),
                Lang::Ja => format!("{} / {connections} 使用中", places.querying),
            }) }
        </div>
    }
}
