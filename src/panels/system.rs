//! "My system": a form, and a report in plain words. Each line of the report is
//! a run, one click away.

use std::cell::{Cell, RefCell};

use stampede_sim::scenario::DEFENCES;
use stampede_sim::scenario::link::Link;
use stampede_sim::scenario::problem::number;
use yew::prelude::*;

use super::PanelProps;
use super::system_field::SystemField;
use crate::lang::Lang;
use crate::runs::{Plan, carry_out};
use crate::sandbox::{CURES, Cure, NUMBERS, Number, Outcome, System, Trial, Trouble};
use crate::state::{Change, Notice};
use crate::ui::kept::use_kept;
use crate::ui::typed::use_typed;
use crate::ui::undertaking::use_undertaking;

/// Fewer than this fail: nothing that anybody would call broken, in percent.
const WHOLE: f64 = 1.0;

/// What is known of a system.
#[derive(Clone, Default, PartialEq)]
struct Known {
    system: System,
    running: bool,
    troubles: Vec<Outcome>,
    /// With every cure, for one trouble.
    cured: Vec<Outcome>,
}

thread_local! {
    static KNOWN: RefCell<Known> = RefCell::default();
}

/// The panel.
#[component]
pub fn MySystem(props: &PanelProps) -> Html {
    let PanelProps { state, dispatch, .. } = props;
    let lang = state.lang;
    let typed = use_typed("system", System::read, System::write);
    let system = (*typed).clone().unwrap_or_default();
    let known = use_kept(&KNOWN);
    // What is going on stops when the panel closes, and what is known stays.
    let undertaking = use_undertaking();
    let running = known.running && undertaking.is_on();
    let refuse = {
        let dispatch = dispatch.clone();
        move |problem| dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))))
    };
    // All troubles and then the worst one's cures; or one trouble's cures.
    let find_out = {
        let (known, undertaking, refuse) = (known.clone(), undertaking.clone(), refuse.clone());
        move |begun: Known, trouble: Option<Trouble>| {
            let (known, refuse) = (known.clone(), refuse.clone());
            let begun = Known { running: true, ..begun };
            known.set(begun.clone());
            undertaking.begin(async move {
                let (found, next) = (RefCell::new(begun), Cell::new(Some(trouble)));
                while let Some(trouble) = next.take() {
                    let system = found.borrow().system.clone();
                    let trial = RefCell::new(match trouble {
                        Some(trouble) => Trial::of_cures(system, trouble),
                        None => Trial::of_troubles(system),
                    });
                    let show = || {
                        let (trial, mut found) = (trial.borrow(), found.borrow_mut());
                        let outcomes = trial.worst_first();
                        match trouble {
                            Some(_) => found.cured = outcomes.into_iter().rev().collect(),
                            None => found.troubles = outcomes,
                        }
                        if trial.is_over() {
                            let worst = found.troubles.first().map(|worst| Some(worst.trouble));
                            let worst = worst.filter(|_| trouble.is_none());
                            found.running = worst.is_some();
                            next.set(worst);
                        }
                        known.set(found.clone());
                    };
                    if let Err(problem) = carry_out(&trial, &show).await {
                        known.set(Known { running: false, ..found.into_inner() });
                        return refuse(problem);
                    }
                }
            });
        }
    };
    let onsubmit = {
        let (system, find_out) = (system.clone(), find_out.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            find_out(Known { system: system.clone(), ..Known::default() }, None);
        })
    };
    let take = {
        let typed = typed.clone();
        Callback::from(move |system| typed.set(Some(system)))
    };
    let field = |number: &'static Number| {
        let (system, take) = (system.clone(), take.clone());
        html! { <SystemField key={number.key} {number} {system} {take} {lang}/> }
    };
    let show = |outcome: &Outcome| {
        let (chapter, system) = (state.link.chapter, known.system.clone());
        let (trouble, cure, dispatch) = (outcome.trouble, outcome.cure, dispatch.clone());
        let onclick = Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Change::Run(Link { chapter, ..system.link(trouble, cure) }));
        });
        html! { <button type="button" class="quiet" name="show" {onclick}>{ lang.pick("Show the run", "実行を見る") }</button> }
    };
    let trouble = |outcome: &Outcome| {
        let what = {
            let (find_out, trouble, begun) = (find_out.clone(), outcome.trouble, (*known).clone());
            Callback::from(move |_: MouseEvent| {
                find_out(Known { cured: Vec::new(), ..begun.clone() }, Some(trouble))
            })
        };
        html! {
            <li key={format!("{:?}", outcome.trouble)}>
                <p>{ trouble_words(outcome.trouble, lang) }{ lang.pick(": ", "：") }{ result(outcome, lang) }</p>
                { show(outcome) }
                <button type="button" class="quiet" name="cures" onclick={what}>{ lang.pick("What helps?", "何が効くか") }</button>
            </li>
        }
    };
    let cure = |outcome: &Outcome| {
        html! {
            <li key={cure_words(outcome.cure, lang)}>
                <p><b>{ cure_words(outcome.cure, lang) }</b>{ lang.pick(": ", "：") }{ result(outcome, lang) }</p>
                { show(outcome) }
            </li>
        }
    };
    html! {
        <div class="system">
            <p class="note">{ lang.pick(
                "Put in your numbers. The page runs them through five troubles, and the worst of those against each defence.",
                "自分のシステムの数値を入れてください。5 種類のトラブルを実行し、最も被害の大きいものに各対策を試します。",
            ) }</p>
            <form {onsubmit}>
                <div class="knobs">{ for NUMBERS.iter().map(field) }</div>
                <button type="submit" class="primary" name="find-out">{ lang.pick("What breaks first?", "最初に壊れるのはどこか") }</button>
                <span class="note" role="status">{ if running { lang.pick(" computing…", " 計算中…") } else { "" } }</span>
            </form>
            if let Some(worst) = known.troubles.first() {
                <section aria-live="polite">
                    <h2>{ verdict(worst, known.troubles.len() < Trouble::ALL.len(), lang) }</h2>
                    <p>{ herd(&known.system, lang) }</p>
                    <ol>{ for known.troubles.iter().map(trouble) }</ol>
                    if let Some(best) = known.cured.first() {
                        <h2>{ best_words(best, &known.troubles, known.cured.len() < CURES.len(), lang) }</h2>
                        <ol>{ for known.cured.iter().map(cure) }</ol>
                    }
                </section>
            }
        </div>
    }
}

fn trouble_words(trouble: Trouble, lang: Lang) -> &'static str {
    match trouble {
        Trouble::Expiry => {
            lang.pick("An ordinary day, keys expire", "ふだんの一日（期限切れだけ）")
        }
        Trouble::Flush => lang.pick("The whole cache is lost", "キャッシュが丸ごと消える"),
        Trouble::Rush => {
            lang.pick("Twice the requests for a while", "リクエストがしばらく 2 倍になる")
        }
        Trouble::Slow => lang.pick(
            "The database is ten times slower for a while",
            "データベースがしばらく 10 倍遅くなる",
        ),
        Trouble::Outage => {
            lang.pick("The database is down for a while", "データベースがしばらく停止する")
        }
    }
}

fn cure_words(cure: Cure, lang: Lang) -> String {
    let name =
        |key: &&str| DEFENCES.iter().find(|d| d.key == *key).map_or("", |d| d.names[lang as usize]);
    cure.0.iter().map(name).collect::<Vec<_>>().join(lang.pick(" + ", "+"))
}

/// What came of it, without a verdict.
fn result(outcome: &Outcome, lang: Lang) -> String {
    let Outcome { failed, p99_ms, db_calls, peak, .. } = outcome;
    let (p99, calls, peak) =
        (number(p99_ms.round()), number(*db_calls as f64), number(*peak as f64));
    let text = match lang {
        Lang::En => format!(
            "{failed:.1} % of the users get an error, 99 % have an answer within {p99} ms, and the database has {calls} queries, up to {peak} at once."
        ),
        Lang::Ja => format!(
            "ユーザーの {failed:.1} % がエラーになり、99 % は {p99} ms 以内に応答を得ます。データベースへのクエリは {calls} 件、同時に最大 {peak} 件。"
        ),
    };
    // A number and its unit stay on one line.
    text.replace(" %", "\u{a0}%").replace(" ms", "\u{a0}ms")
}

fn verdict(worst: &Outcome, more: bool, lang: Lang) -> String {
    let what = trouble_words(worst.trouble, lang);
    match (more, worst.failed < WHOLE, lang) {
        (true, _, _) => lang.pick("So far", "ここまで").to_owned(),
        (_, true, Lang::En) => format!("Nothing breaks. It hurts most when: {}.", lower(what)),
        (_, true, Lang::Ja) => format!("何も壊れません。最も負担になるのは「{what}」です。"),
        (_, false, Lang::En) => format!("First to break: {}.", lower(what)),
        (_, false, Lang::Ja) => format!("最初に壊れるのは「{what}」です。"),
    }
}

fn best_words(best: &Outcome, troubles: &[Outcome], more: bool, lang: Lang) -> String {
    let before = troubles.iter().find(|o| o.trouble == best.trouble).map_or(0.0, |o| o.failed);
    let (cure, after) = (cure_words(best.cure, lang), best.failed);
    match (more, lang) {
        (true, Lang::En) => format!("{}: so far", trouble_words(best.trouble, lang)),
        (true, Lang::Ja) => format!("{}：ここまで", trouble_words(best.trouble, lang)),
        (_, Lang::En) => {
            format!("Against that, {cure} helps most: {before:.1} % errors become {after:.1} %.")
        }
        (_, Lang::Ja) => {
            format!(
                "これに最も効くのは{cure}です。エラーは {before:.1} % から {after:.1} % になります。"
            )
        }
    }
}

/// How large a herd is, by arithmetic.
fn herd(system: &System, lang: Lang) -> String {
    let (herd, hourly) = (number(system.herd().round()), number((3600.0 / system.ttl).round()));
    let shown = number((system.shown_ttl() * 10.0).round() / 10.0);
    let shortened = system.shown_ttl() < system.ttl;
    match lang {
        Lang::En => format!(
            "When your hottest key expires, about {herd} requests find nothing before the new value is there; that is λ·Δ + 1, {hourly} times an hour.{}",
            if shortened {
                format!(" The runs use a ttl of {shown} s, so that an expiry is in each.")
            } else {
                String::new()
            }
        ),
        Lang::Ja => format!(
            "ホットキーが期限切れになるたび、新しい値が届くまでに約 {herd} 件がミスします（λ·Δ + 1）。これが 1 時間に {hourly} 回起きます。{}",
            if shortened {
                format!("期限切れが見えるように、実行では TTL を {shown} 秒にしています。")
            } else {
                String::new()
            }
        ),
    }
}

/// Within a sentence.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        format!("{}{}", first.to_ascii_lowercase(), letters.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::NONE;

    #[test]
    fn a_report_in_words() {
        let outcome = Outcome {
            trouble: Trouble::Outage,
            cure: CURES[1],
            failed: 12.34,
            p99_ms: 2000.4,
            db_calls: 1234,
            peak: 16,
        };
        assert_eq!(
            verdict(&outcome, false, Lang::En),
            "First to break: the database is down for a while."
        );
        assert_eq!(cure_words(outcome.cure, Lang::Ja), "singleflight+分散ロック");
        assert_eq!(
            result(&outcome, Lang::En),
            "12.3\u{a0}% of the users get an error, 99\u{a0}% have an answer within 2,000\u{a0}ms, and the database has 1,234 queries, up to 16 at once."
        );
        let bare = Outcome { cure: NONE, failed: 40.0, ..outcome.clone() };
        assert_eq!(
            best_words(&outcome, &[bare], false, Lang::En),
            "Against that, singleflight + lock helps most: 40.0 % errors become 12.3 %."
        );
        assert!(herd(&System::default(), Lang::En).contains("about 6 requests"));
    }
}
