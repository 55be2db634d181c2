//! One alert rule: how it is at the playhead, when it was how, and what it says.

use std::rc::Rc;

use stampede_sim::alerting::rules::ALL;
use stampede_watch::rule::{State, Timeline, What};
use yew::prelude::*;

use super::became::{Became, use_became};
use super::drafts::Draft;
use super::editor::Editor;
use super::instances::instances;
use super::judged::Judged;
use super::mistake::unanswerable;
use super::plot::Axis;
use super::scraping::span;
use super::strip::Strip;
use crate::lang::Lang;
use crate::runs::watch::{Scraping, nanos};

/// See [`One`].
#[derive(Properties, PartialEq)]
pub struct OneProps {
    /// Which of the five.
    pub nr: usize,
    /// What was recorded, and the playhead.
    pub axis: Axis,
    /// How it was scraped.
    pub scraping: Scraping,
    /// The rule as it is.
    pub draft: Draft,
    /// Whether it is open.
    pub open: bool,
    /// Where a change of it goes.
    pub change: Callback<Draft>,
    /// Opens or closes it.
    pub toggle: Callback<()>,
    /// Who is told what becomes of it.
    pub tell: Callback<Option<Rc<Became>>>,
}

/// The rule.
#[component]
pub fn One(props: &OneProps) -> Html {
    let OneProps { nr, axis, scraping, draft, open, change, toggle, tell } = props;
    let (pair, lang) = (&ALL[*nr], axis.lang);
    let written = Draft::of(&pair.seed);
    let (became, fresh) = use_became(*nr, draft, axis, scraping.evaluation);
    let (before, _) = use_became(*nr, &written, axis, scraping.evaluation);
    {
        let (tell, became) = (tell.clone(), became.clone().flatten());
        let key = became.as_ref().map(Rc::as_ptr);
        use_effect_with(key, move |_| tell.emit(became));
    }
    let title = lang.pick(pair.title.en, pair.title.ja);
    let id = format!("rule-{}", pair.id);
    let body = format!("{id}-body");
    let mended = *draft == Draft::of(&pair.mended);
    let name = if mended { pair.mended.name } else { pair.seed.name };
    let changed = *draft != written;
    let there = became.clone().flatten();
    let state = match &became {
        None => "…".to_owned(),
        Some(None) => lang.pick("cannot be read", "読めない").to_owned(),
        Some(Some(became)) => state(&became.timeline, axis),
    };
    let strip = |became: &Rc<Became>| html! { <Strip stretches={Rc::clone(&became.stretches)} axis={axis.clone()}/> };
    html! {
        <li class="rule" aria-busy={(!fresh).to_string()}>
            <button type="button" class="quiet head" id={id.clone()} name={id} aria-expanded={open.to_string()} aria-controls={body.clone()} onclick={toggle.reform(|_: MouseEvent| ())}>
                <b>{ title }</b><code>{ name }</code>
            </button>
            <p class="state">{ state }</p>
            if changed {
                <div class="strips"><span>{ lang.pick("as it was", "元のまま") }</span>{ for before.flatten().iter().map(strip) }</div>
            }
            <div class="strips">
                if changed { <span>{ lang.pick("changed", "変更後") }</span> }
                { for there.iter().map(strip) }
            </div>
            <div id={body} class="body" hidden={!*open}>
                if *open {
                    <p class="note">{ for there.iter().map(|it| told(&it.timeline, axis)) }</p>
                    { for there.iter().map(|it| jump(&it.timeline, axis)) }
                    <Editor nr={*nr} draft={draft.clone()} {lang} change={change.clone()}/>
                    { for there.iter().map(|it| instances(&it.timeline, axis)) }
                    <Judged nr={*nr} scraping={*scraping} draft={draft.clone()} {lang}/>
                }
            </div>
        </li>
    }
}

/// How it is at the playhead, and since when.
fn state(timeline: &Timeline, axis: &Axis) -> String {
    let Axis { at, lang, .. } = *axis;
    let of = |state: State| {
        let mut there =
            timeline.active(at).filter(move |(_, it)| *it == state).map(|(spell, _)| spell);
        let first = there.next()?;
        let count = 1 + there.count();
        let since =
            timeline.active(at).filter(|(_, it)| *it == state).map(|(spell, _)| match state {
                State::Firing => spell.fired.unwrap_or(spell.since),
                _ => spell.since,
            });
        Some((count, since.min().unwrap_or(first.since)))
    };
    let said = |(count, since): (usize, i64), en: &str, ja: &str| match lang {
        Lang::En if count > 1 => format!("{en} since {}, {count} alerts", span(since, lang)),
        Lang::En => format!("{en} since {}", span(since, lang)),
        Lang::Ja if count > 1 => format!("{}から{ja}（{count} 件）", span(since, lang)),
        Lang::Ja => format!("{}から{ja}", span(since, lang)),
    };
    match (of(State::Firing), of(State::Pending)) {
        (Some(fires), _) => said(fires, "firing", "発火"),
        (None, Some(waits)) => said(waits, "pending", "保留"),
        (None, None) => lang.pick("inactive", "非アクティブ").to_owned(),
    }
}

/// When it fires first.
fn first(timeline: &Timeline) -> Option<i64> {
    timeline.spells.iter().filter_map(|spell| spell.fired).min()
}

/// What becomes of it in all.
fn told(timeline: &Timeline, axis: &Axis) -> String {
    let (lang, end) = (axis.lang, axis.recorded.end);
    let troubles = timeline.troubles.len();
    let fired = timeline.spells.iter().filter(|spell| spell.fired.is_some()).count();
    let waited = timeline.spells.len() - fired;
    let first = match (first(timeline), lang) {
        (None, Lang::En) => "It does not fire while it is watched.".to_owned(),
        (None, Lang::Ja) => "監視している間は発火しない。".to_owned(),
        (Some(at), Lang::En) if at > end => {
            format!("It first fires {} after the end of the run.", span(at - end, lang))
        }
        (Some(at), Lang::Ja) if at > end => {
            format!("最初の発火は、実行が終わって {}後。", span(at - end, lang))
        }
        (Some(at), Lang::En) => format!("It first fires at {}.", span(at, lang)),
        (Some(at), Lang::Ja) => format!("最初の発火は {}。", span(at, lang)),
    };
    let counts = match lang {
        Lang::En => {
            format!(" Alerts that fire: {fired}; that are pending and never fire: {waited}.")
        }
        Lang::Ja => format!("発火するアラートは {fired} 件、保留のまま終わるものは {waited} 件。"),
    };
    let failed = timeline.troubles.first().map(|trouble| {
        let why = reason(&trouble.what, lang);
        match lang {
            Lang::En => format!(" {troubles} evaluations fail: {why}."),
            Lang::Ja => format!("評価が {troubles} 回失敗する：{why}。"),
        }
    });
    let failed = failed.unwrap_or_default();
    first + &counts + &failed
}

/// Why an evaluation failed.
fn reason(what: &What, lang: Lang) -> String {
    match (what, lang) {
        (What::Eval(error), _) => unanswerable(error, lang).words,
        (What::SameLabels(labels), Lang::En) => format!("two alerts would be {labels}"),
        (What::SameLabels(labels), Lang::Ja) => format!("アラート {labels} が 2 件になる"),
        (What::Order(error), _) => error.to_string(),
    }
}

/// A way to where it fires first.
fn jump(timeline: &Timeline, axis: &Axis) -> Html {
    let at = first(timeline).filter(|at| *at <= axis.recorded.end);
    let Some(at) = at else { return Html::default() };
    let onclick = axis.seek.reform(move |_: MouseEvent| nanos(at));
    html! { <button type="button" name="jump" {onclick}>{ axis.lang.pick("To where it first fires", "最初の発火へ") }</button> }
}
