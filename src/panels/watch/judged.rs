//! Has a rule judged, and says how it does.

use std::cell::RefCell;
use std::rc::Rc;

use stampede_sim::alerting::rules::ALL;
use stampede_watch::parse::parse;
use yew::prelude::*;

use super::drafts::Draft;
use super::judging::{Judgement, Judging, SEEDS};
use super::scraping::span;
use crate::lang::Lang;
use crate::runs::carry_out;
use crate::runs::watch::{Job, Scraping};
use crate::ui::refusal;
use crate::ui::undertaking::use_undertaking;

/// See [`Judged`].
#[derive(Properties, PartialEq)]
pub struct JudgedProps {
    /// Which of the five.
    pub nr: usize,
    /// How runs are scraped.
    pub scraping: Scraping,
    /// The rule as it is.
    pub draft: Draft,
    /// The page's language.
    pub lang: Lang,
}

/// What is known.
#[derive(Clone, Default, PartialEq)]
struct Known {
    running: bool,
    runs: usize,
    judgements: Vec<Judgement>,
    refused: Option<String>,
}

/// A button, and a verdict.
#[component]
pub fn Judged(props: &JudgedProps) -> Html {
    let JudgedProps { nr, scraping, draft, lang } = props;
    let (pair, lang) = (&ALL[*nr], *lang);
    let known = use_state(Known::default);
    let undertaking = use_undertaking();
    {
        let (undertaking, known) = (undertaking.clone(), known.clone());
        // Another rule: what was known is about the old one.
        use_effect_with((draft.clone(), *scraping), move |_| {
            undertaking.stop();
            known.set(Known::default());
        });
    }
    let written = Draft::of(&pair.seed);
    let mut compared = vec![draft.clone()];
    compared.extend((*draft != written).then_some(written));
    let rules: Vec<_> = compared.iter().filter_map(|it| it.asked(*nr)).collect();
    let readable = draft.span().is_some() && parse(&draft.expr).is_ok();
    let begin = {
        let (known, undertaking, scraping) = (known.clone(), undertaking.clone(), *scraping);
        Callback::from(move |_: MouseEvent| {
            let (known, rules) = (known.clone(), rules.clone());
            known.set(Known { running: true, ..Known::default() });
            undertaking.begin(async move {
                let done = match Judging::new(scraping, rules) {
                    Err(problem) => Err(problem),
                    Ok(judging) => {
                        let judging = Rc::new(RefCell::new(judging));
                        let show = || {
                            let (judging, refused) = (judging.borrow(), None);
                            let (runs, judgements) = (judging.known(), judging.judgements());
                            known.set(Known {
                                running: runs < 2 * SEEDS,
                                runs,
                                judgements,
                                refused,
                            });
                        };
                        carry_out::<Job>(&*judging, &show).await
                    }
                };
                if let Err(problem) = done {
                    let refused = Some(refusal::text(&problem, lang));
                    known.set(Known { refused, ..Known::default() });
                }
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
    let over = !known.running && known.runs == 2 * SEEDS;
    let columns = [lang.pick("this rule", "このルール"), lang.pick("as it was", "元のまま")];
    html! {
        <div class="judging">
            <div class="row">
                <button type="button" class="primary" name="judge" disabled={!readable || known.running} onclick={begin}>{ lang.pick("Judge it", "判定する") }</button>
                if known.running {
                    <button type="button" name="cancel" onclick={cancel}>{ lang.pick("Cancel", "中止") }</button>
                    <progress max={(2 * SEEDS).to_string()} value={known.runs.to_string()} aria-label={lang.pick("Runs made", "計算した実行")}></progress>
                } else { <span/> }
            </div>
            <p class="note">{ match lang {
                Lang::En => format!("By {SEEDS} incidents and {SEEDS} ordinary evenings, scraped every {} and evaluated every {}.", span(scraping.interval, lang), span(scraping.evaluation, lang)),
                Lang::Ja => format!("障害の夜 {SEEDS} 回と、いつもの夜 {SEEDS} 回で判定する。スクレイプは {}ごと、評価は {}ごと。", span(scraping.interval, lang), span(scraping.evaluation, lang)),
            } }</p>
            <div role="status">
                if let Some(refused) = &known.refused { <p class="note bad">{ refused }</p> }
                if over {
                    <p class="now" data-test="verdict">{ known.judgements.first().map(|it| verdict(it, lang)) }</p>
                }
            </div>
            if over {
                <table class="by-seeds">
                    <thead><tr><td></td>{ for columns.iter().take(known.judgements.len()).map(|it| html! { <th key={*it} scope="col">{ it }</th> }) }</tr></thead>
                    <tbody>
                        { line(lang.pick("in time", "間に合った"), &known, |it| format!("{} / {}", it.before.len(), it.known[0])) }
                        { line(lang.pick("before the database is down (median)", "停止までの余裕（中央値）"), &known, |it| it.median().map_or("–".to_owned(), |ms| span(ms, lang))) }
                        { line(lang.pick("too late", "遅すぎた"), &known, |it| it.late.to_string()) }
                        { line(lang.pick("missed", "見逃し"), &known, |it| it.missed.to_string()) }
                        { line(lang.pick("false pages", "誤報"), &known, |it| format!("{} / {}", it.alarms, it.known[1])) }
                    </tbody>
                </table>
            }
        </div>
    }
}

fn line(name: &'static str, known: &Known, cell: impl Fn(&Judgement) -> String) -> Html {
    let cells = known.judgements.iter().enumerate();
    html! { <tr key={name}><th scope="row">{ name }</th>{ for cells.map(|(nr, it)| html! { <td key={nr}>{ cell(it) }</td> }) }</tr> }
}

fn verdict(judgement: &Judgement, lang: Lang) -> String {
    let Judgement { late, missed, alarms, .. } = judgement;
    if judgement.is_good() {
        return lang.pick(
            "Done: it fires before the database is down in every incident, and on no ordinary evening.",
            "達成：どの障害でもデータベースの停止前に発火し、いつもの夜には一度も発火しない。",
        ).to_owned();
    }
    let mut faults = Vec::new();
    if *late > 0 {
        faults.push(match lang {
            Lang::En => format!("it fires too late in {late} of {SEEDS} incidents"),
            Lang::Ja => format!("障害 {SEEDS} 回のうち {late} 回は発火が遅すぎる"),
        });
    }
    if *missed > 0 {
        faults.push(match lang {
            Lang::En => format!("it misses {missed} of {SEEDS} incidents"),
            Lang::Ja => format!("障害 {SEEDS} 回のうち {missed} 回は発火しない"),
        });
    }
    if *alarms > 0 {
        faults.push(match lang {
            Lang::En => format!("it calls somebody on {alarms} of {SEEDS} ordinary evenings"),
            Lang::Ja => format!("いつもの夜 {SEEDS} 回のうち {alarms} 回、人を呼び出す"),
        });
    }
    match lang {
        Lang::En => format!("Not yet: {}.", faults.join("; ")),
        Lang::Ja => format!("まだ：{}。", faults.join("。")),
    }
}
