//! What breakers and locks were doing, as bands over time.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use yew::prelude::*;

use super::PanelProps;
use super::values::values;
use crate::stage::view::NAMES;
use crate::text::Lang;
use crate::ui::time::instant;
use stampede_picture::signals::{Band, State};

/// The most bands in the table.
const MOST: usize = 200;

/// The bands of all lanes that have any.
#[component]
pub fn Bands(props: &PanelProps) -> Html {
    let PanelProps { studio, state, moment, .. } = props;
    let lang = state.lang;
    let end = moment.end;
    let lanes = use_memo((moment.run, moment.complete, end), |_| {
        studio.read(|player| -> Vec<Vec<Band>> {
            player.lanes.iter().map(|lane| lane.bands(end)).collect()
        })
    });
    let row = |(lane, bands): (usize, &Vec<Band>)| {
        let mut rows: Vec<Option<u32>> = Vec::new();
        for band in bands {
            if !rows.contains(&band.process) {
                rows.push(band.process);
            }
        }
        let height = 12 * rows.len();
        html! {
            <figure key={lane} class="chart">
                <figcaption><b>{ NAMES[lane] }{ " " }{ lang.pick("Breakers and lock", "ブレーカーとロック") }</b></figcaption>
                <div class="plot bands" style={format!("height:{}px", height.max(24))}>
                    <svg viewBox={format!("0 0 1000 {height}")} preserveAspectRatio="none" aria-hidden="true">
                        { for bands.iter().enumerate().map(|(i, band)| {
                            let x = |at: Nanos| 1000.0 * at.0 as f64 / end.0.max(1) as f64;
                            let y = 12 * rows.iter().position(|r| *r == band.process).unwrap_or(0);
                            let width = (x(band.until) - x(band.from)).max(1.5);
                            html! { <rect key={i} class={class(band.state)} x={format!("{:.1}", x(band.from))} width={format!("{width:.1}")} y={y.to_string()} height="10"/> }
                        }) }
                        <path class="playhead" d={format!("M{0:.1} 0V{height}", 1000.0 * moment.at.0 as f64 / end.0.max(1) as f64)}/>
                    </svg>
                </div>
                { values(lang.pick("Breakers and lock", "ブレーカーとロック"), lang, html! {
                        <ul>{ for bands.iter().take(MOST).enumerate().map(|(i, band)| html! { <li key={i}>{ words(band, end, lang) }</li> }) }</ul>
                }) }
            </figure>
        }
    };
    html! { <div class="heats">{ for lanes.iter().enumerate().filter(|(_, bands)| !bands.is_empty()).map(row) }</div> }
}

fn class(state: State) -> &'static str {
    match state {
        State::Open => "open",
        State::HalfOpen => "half-open",
        State::Held(_) => "held",
    }
}

fn words(band: &Band, end: Nanos, lang: Lang) -> String {
    let what = match (band.state, lang) {
        (State::Open, Lang::En) => "breaker open".to_owned(),
        (State::Open, Lang::Ja) => "ブレーカーが開".to_owned(),
        (State::HalfOpen, Lang::En) => "breaker half-open".to_owned(),
        (State::HalfOpen, Lang::Ja) => "ブレーカーが半開".to_owned(),
        (State::Held(who), Lang::En) => format!("lock held by #{}", number(who.into())),
        (State::Held(who), Lang::Ja) => format!("ロックを #{} が保持", number(who.into())),
    };
    let process = band.process.map_or(String::new(), |p| match lang {
        Lang::En => format!(", process {p}"),
        Lang::Ja => format!("、プロセス {p}"),
    });
    format!("{}–{}: {what}{process}", instant(band.from, end), instant(band.until, end))
}
