//! One alert rule: how it is at the playhead, when it was how, and what it says.

use std::rc::Rc;

use stampede_sim::alerting::Words;
use stampede_sim::alerting::rules::{ALL, Rule};
use stampede_watch::rule::{State, Timeline};
use yew::prelude::*;

use super::drafts::Draft;
use super::editor::Editor;
use super::instances::instances;
use super::judged::Judged;
use super::plot::Axis;
use super::scraping::span;
use super::sliced;
use super::strip::{Stretch, Strip, joined};
use crate::lang::Lang;
use crate::runs::watch::{Scraping, nanos};
use crate::ui::made::use_made;

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
    pub tell: Callback<Option<Rc<Timeline>>>,
}

/// The rule.
#[component]
pub fn One(props: &OneProps) -> Html {
    let OneProps { nr, axis, scraping, draft, open, change, toggle, tell } = props;
    let (pair, lang) = (&ALL[*nr], axis.lang);
    let written = Draft::of(&pair.seed);
    let (timeline, fresh) = use_timeline(*nr, draft, axis, *scraping);
    let (before, _) = use_timeline(*nr, &written, axis, *scraping);
    {
        let tell = tell.clone();
        let timeline = timeline.clone().flatten();
        let key = timeline.as_ref().map(Rc::as_ptr);
        use_effect_with(key, move |_| tell.emit(timeline));
    }
    let title = lang.pick(pair.title.en, pair.title.ja);
    let id = format!("rule-{}", pair.id);
    let body = format!("{id}-body");
    let name = draft.rule(pair).name;
    let changed = *draft != written;
    let there = timeline.clone().flatten();
    let state = match &timeline {
        None => "…".to_owned(),
        Some(None) => lang.pick("cannot be read", "読めない").to_owned(),
        Some(Some(timeline)) => state(timeline, axis),
    };
    let strip = |timeline: &Timeline| html! { <Strip stretches={stretches(timeline, axis)} axis={axis.clone()}/> };
    html! {
        <li class="rule" aria-busy={(!fresh).to_string()}>
            <button type="button" class="quiet head" id={id.clone()} name={id} aria-expanded={open.to_string()} aria-controls={body.clone()} onclick={toggle.reform(|_: MouseEvent| ())}>
                <b>{ title }</b><code>{ name }</code>
            </button>
            <p class="state">{ state }</p>
            if changed {
                <div class="strips"><span>{ lang.pick("as it was", "元のまま") }</span>{ for before.flatten().iter().map(|it| strip(it)) }</div>
            }
            <div class="strips">
                if changed { <span>{ lang.pick("changed", "変更後") }</span> }
                { for there.iter().map(|it| strip(it)) }
            </div>
            <div id={body} class="body" hidden={!*open}>
                if *open {
                    <p class="note">{ for there.iter().map(|it| told(it, axis)) }</p>
                    { for there.iter().map(|it| jump(it, axis)) }
                    <Editor nr={*nr} draft={draft.clone()} {lang} change={change.clone()}/>
                    { for there.iter().map(|it| instances(it, axis)) }
                    <Judged nr={*nr} scraping={*scraping} draft={draft.clone()} {lang}/>
                }
            </div>
        </li>
    }
}

/// What becomes of a rule, as soon as that is known; nothing for one that cannot be
/// read.
#[hook]
fn use_timeline(
    nr: usize,
    draft: &Draft,
    axis: &Axis,
    scraping: Scraping,
) -> (Option<Option<Rc<Timeline>>>, bool) {
    let key = (nr, draft.clone(), axis.recorded.clone(), scraping.evaluation, axis.lang);
    use_made(key, async |(nr, draft, recorded, evaluation, lang)| {
        draft.span()?;
        let rule: Rule = draft.rule(&ALL[nr]);
        let alert = rule.alert(if lang == Lang::En { Words::en } else { Words::ja }).ok()?;
        Some(Rc::new(sliced::timeline(&recorded, alert, recorded.times(evaluation)).await))
    })
}

fn stretches(timeline: &Timeline, axis: &Axis) -> Vec<Stretch> {
    let until = axis.recorded.until;
    let all = timeline.spells.iter().flat_map(|spell| {
        let end = spell.ended.unwrap_or(until);
        let fires = spell.fired.map(|at| (at, end, "firing"));
        let waits = (spell.since, spell.fired.unwrap_or(end), "pending");
        fires.into_iter().chain((waits.0 < waits.1).then_some(waits))
    });
    joined(all.collect())
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
        Lang::Ja if count > 1 => format!("{} から{ja}（{count} 件）", span(since, lang)),
        Lang::Ja => format!("{} から{ja}", span(since, lang)),
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
            format!("最初の発火は、実行が終わって {} 後。", span(at - end, lang))
        }
        (Some(at), Lang::En) => format!("It first fires at {}.", span(at, lang)),
        (Some(at), Lang::Ja) => format!("最初の発火は {}。", span(at, lang)),
    };
    let counts = match lang {
        Lang::En => format!(" In all {fired} alerts fire, and {waited} are pending and go away."),
        Lang::Ja => format!("全部で {fired} 件が発火し、{waited} 件は保留のまま消える。"),
    };
    let failed = match (troubles, lang) {
        (0, _) => String::new(),
        (_, Lang::En) => format!(" {troubles} evaluations fail."),
        (_, Lang::Ja) => format!("評価が {troubles} 回失敗する。"),
    };
    first + &counts + &failed
}

/// A way to where it fires first.
fn jump(timeline: &Timeline, axis: &Axis) -> Html {
    let at = first(timeline).filter(|at| *at <= axis.recorded.end);
    let Some(at) = at else { return Html::default() };
    let onclick = axis.seek.reform(move |_: MouseEvent| nanos(at));
    html! { <button type="button" name="jump" {onclick}>{ axis.lang.pick("To where it first fires", "最初の発火へ") }</button> }
}
