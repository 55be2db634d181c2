//! A study as a table, and what a search has found.

use stampede_sim::ablation::{Kept, Metric, Outcome, Search};
use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::plans::{Study, Variant};
use super::words;
use crate::lang::Lang;
use crate::ui::refusal;

/// Which numbers it has.
const METRICS: [Metric; 7] = [
    Metric::Goodput,
    Metric::Errors,
    Metric::P99Ms,
    Metric::DbCalls,
    Metric::MemoryMb,
    Metric::ExtraCalls,
    Metric::Stale,
];

/// Each defence has two lines: its name, and what came of its absence.
pub fn table(study: &Study, link: &Link, lang: Lang, show: &Callback<Kept>) -> Html {
    let ablation = &study.subject.ablation;
    if ablation.parts().is_empty() {
        return html! { <p class="now">{ lang.pick(
            "This lane has no defence that could be taken away.",
            "このレーンには、外せる対策がありません。",
        ) }</p> };
    }
    let whole = study.whole();
    let without = |(part, variant): (usize, &Variant)| {
        let name = ablation.parts()[part].names()[lang as usize];
        let gone = ablation.all().0 & !variant.kept.0 & !(1 << part);
        let also = match gone {
            0 => String::new(),
            _ => {
                let names = words::names(ablation, Kept(gone), lang);
                lang.pick(format!(" and {names}"), format!("（{names}も）"))
            }
        };
        let lane = variant.lane.as_ref();
        let is_shown = lane.is_ok() && study.subject.beside(link) == lane.ok();
        let onclick = {
            let kept = variant.kept;
            show.reform(move |_: MouseEvent| kept)
        };
        let cells = match &variant.lane {
            Err(problem) => {
                html! { <td colspan="7" class="refused">{ refusal::text(problem, lang) }</td> }
            }
            Ok(_) => {
                html! { { for METRICS.iter().map(|metric| compared(*metric, variant.outcome.as_ref(), whole.as_ref())) } }
            }
        };
        let disabled = variant.lane.is_err();
        html! {
            <tbody key={part} class={is_shown.then_some("shown")}>
                <tr><th colspan="7" scope="rowgroup">
                    <button type="button" class="quiet" name={ablation.parts()[part].path()} aria-pressed={is_shown.to_string()} {disabled} {onclick}>
                        { lang.pick("without ", "") }<b>{ name }</b>{ also }{ lang.pick("", "なし") }
                    </button>
                </th></tr>
                <tr>{ cells }</tr>
            </tbody>
        }
    };
    let all = |metric: &Metric| {
        html! { <td key={metric.key()}>{ whole.as_ref().map_or("…".to_owned(), |outcome| words::value(*metric, outcome)) }</td> }
    };
    html! {
        <div class="scrolls" tabindex="0" role="region" aria-label={words::title(lang)}>
            <table>
                <thead><tr>{ for METRICS.iter().map(|metric| html! { <th key={metric.key()} scope="col">{ words::heading(*metric, lang) }</th> }) }</tr></thead>
                <tbody key="all">
                    <tr><th colspan="7" scope="rowgroup">{ lang.pick("with all defences", "すべての対策あり") }</th></tr>
                    <tr>{ for METRICS.iter().map(all) }</tr>
                </tbody>
                { for study.without().iter().enumerate().map(without) }
            </table>
        </div>
    }
}

/// The difference large, the number small.
fn compared(metric: Metric, outcome: Option<&Outcome>, full: Option<&Outcome>) -> Html {
    let (Some(outcome), Some(full)) = (outcome, full) else {
        return html! { <td key={metric.key()}>{ "…" }<small>{ "\u{a0}" }</small></td> };
    };
    let (more, worse) = words::difference(metric, outcome, full);
    let class = worse.map(|worse| if worse { "worse" } else { "better" });
    html! { <td key={metric.key()} {class}>{ more }<small>{ words::value(metric, outcome) }</small></td> }
}

/// The sets that keep the goal; each can be shown.
pub fn found(search: &Search, lang: Lang, show: &Callback<Kept>) -> Html {
    let set = |(kept, outcome): &(Kept, Outcome)| {
        let onclick = {
            let kept = *kept;
            show.reform(move |_: MouseEvent| kept)
        };
        let facts = [Metric::Goodput, Metric::P99Ms, Metric::DbCalls].map(|metric| {
            format!("{} {}", words::heading(metric, lang), words::value(metric, outcome))
        });
        html! {
            <li key={kept.0}>
                <b>{ words::names(search.ablation(), *kept, lang) }</b>
                <span class="note">{ facts.join(lang.pick(", ", "、")) }</span>
                <button type="button" name="show" {onclick}>{ lang.pick("Show it", "表示する") }</button>
            </li>
        }
    };
    let (tried, most) = search.progress();
    html! {
        <>
            <p class="now">{ words::found(search, lang) }</p>
            <ul>{ for search.found().iter().map(set) }</ul>
            <p class="note">{ words::sets(tried, most, lang) }</p>
        </>
    }
}
