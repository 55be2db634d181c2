//! What breakers and locks were doing, as episodes over time.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use yew::prelude::*;

use super::PanelProps;
use super::values::values;
use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::ui::time::instant;
use stampede_picture::signals::{Episode, Unrest};

/// The most episodes in the table.
const MOST: usize = 200;

/// The episodes of all lanes that have any.
#[component]
pub fn Episodes(props: &PanelProps) -> Html {
    let PanelProps { studio, state, playhead, .. } = props;
    let lang = state.lang;
    let end = playhead.end;
    let lanes = use_memo((playhead.run, playhead.complete, end), |_| {
        studio.read(|player| -> Vec<Vec<Episode>> {
            player.lanes.iter().map(|lane| lane.episodes(end)).collect()
        })
    });
    let row = |(lane, episodes): (usize, &Vec<Episode>)| {
        let mut rows: Vec<Option<u32>> = Vec::new();
        for episode in episodes {
            if !rows.contains(&episode.process) {
                rows.push(episode.process);
            }
        }
        let height = 12 * rows.len();
        html! {
            <figure key={lane} class="chart">
                <figcaption><b>{ NAMES[lane] }{ " " }{ lang.pick("Breakers and lock", "ブレーカーとロック") }</b></figcaption>
                <div class="plot episodes" style={format!("height:{}px", height.max(24))}>
                    <svg viewBox={format!("0 0 1000 {height}")} preserveAspectRatio="none" aria-hidden="true">
                        { for episodes.iter().enumerate().map(|(i, episode)| {
                            let x = |at: Nanos| 1000.0 * at.0 as f64 / end.0.max(1) as f64;
                            let y = 12 * rows.iter().position(|r| *r == episode.process).unwrap_or(0);
                            let width = (x(episode.until) - x(episode.from)).max(1.5);
                            html! { <rect key={i} class={class(episode.state)} x={format!("{:.1}", x(episode.from))} width={format!("{width:.1}")} y={y.to_string()} height="10"/> }
                        }) }
                        <path class="playhead" d={format!("M{0:.1} 0V{height}", 1000.0 * playhead.at.0 as f64 / end.0.max(1) as f64)}/>
                    </svg>
                </div>
                { values(lang.pick("Breakers and lock", "ブレーカーとロック"), lang, html! {
                        <ul>{ for episodes.iter().take(MOST).enumerate().map(|(i, episode)| html! { <li key={i}>{ words(episode, end, lang) }</li> }) }</ul>
                }) }
            </figure>
        }
    };
    html! { <div class="heats">{ for lanes.iter().enumerate().filter(|(_, episodes)| !episodes.is_empty()).map(row) }</div> }
}

fn class(state: Unrest) -> &'static str {
    match state {
        Unrest::Open => "open",
        Unrest::HalfOpen => "half-open",
        Unrest::Held(_) => "held",
    }
}

fn words(episode: &Episode, end: Nanos, lang: Lang) -> String {
    let what = match (episode.state, lang) {
        (Unrest::Open, Lang::En) => "breaker open".to_owned(),
        (Unrest::Open, Lang::Ja) => "ブレーカーが開".to_owned(),
        (Unrest::HalfOpen, Lang::En) => "breaker half-open".to_owned(),
        (Unrest::HalfOpen, Lang::Ja) => "ブレーカーが半開".to_owned(),
        (Unrest::Held(who), Lang::En) => format!("lock held by #{}", number(who.into())),
        (Unrest::Held(who), Lang::Ja) => format!("ロックを #{} が保持", number(who.into())),
    };
    let process = episode.process.map_or(String::new(), |p| match lang {
        Lang::En => format!(", process {p}"),
        Lang::Ja => format!("、プロセス {p}"),
    });
    format!("{}–{}: {what}{process}", instant(episode.from, end), instant(episode.until, end))
}
