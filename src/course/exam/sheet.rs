//! What was handed in is worth: points, and for what.

use std::rc::Rc;

use stampede_sim::exam::{FRIDAY, Line, Mark, Score, Seen};
use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::words;
use crate::lang::Lang;
use crate::state::{Change, Dispatch};

/// See [`Sheet`].
#[derive(Properties, PartialEq)]
pub struct SheetProps {
    /// What it is worth.
    pub score: Score,
    /// Each seed, and what its run had.
    pub runs: Rc<Vec<(u64, Seen)>>,
    /// What was handed in, and perhaps changed since.
    pub link: Link,
    /// The page's language.
    pub lang: Lang,
    /// Where changes go.
    pub dispatch: Dispatch,
}

/// The mark sheet. A weakness is named when it is mended, or when somebody asks.
#[component]
pub fn Sheet(props: &SheetProps) -> Html {
    let SheetProps { score, runs, link, lang, dispatch } = props;
    let (lang, all) = (*lang, score.runs);
    let (points, grade) = (score.points, score.grade());
    let in_all = |count: usize| {
        lang.pick(format!("{count} of {all} runs"), format!("{all} 回中 {count} 回"))
    };
    let symptom = |line: &Line| {
        let (most, found) = (words::at_most(line, lang), words::range(line.look, runs, lang));
        lang.pick(format!("{most}; it had {found}."), format!("{most}（結果：{found}）。"))
    };
    let weakness = |(i, (line, mended)): (usize, (&Line, &usize))| {
        let (number, count) = (i + 1, in_all(*mended));
        let name = lang.pick(format!("Weakness {number}"), format!("弱点 {number}"));
        match *mended == all {
            true => html! {
                <li key={format!("w{number}")} class="pass"><span aria-hidden="true">{ "✓ " }</span><b>{ name }</b>{ lang.pick(", mended: ", "：解決。") }{ symptom(line) }</li>
            },
            false => html! {
                <li key={format!("w{number}")} class="fail"><span aria-hidden="true">{ "– " }</span><b>{ name }</b>{ lang.pick(format!(", mended in {count}."), format!("：解決したのは {count}。")) }
                    <details><summary>{ lang.pick("How it shows", "どこに現れるか") }</summary><p>{ symptom(line) }</p></details></li>
            },
        }
    };
    let budget = |(line, kept): (&Line, &usize)| {
        let (class, sign, so) = match *kept == all {
            true => ("pass", "✓ ", lang.pick("Budget kept: ", "範囲内：")),
            false => ("fail", "– ", lang.pick("Budget exceeded: ", "範囲を超過：")),
        };
        html! {
            <li key={words::name(line.look, Lang::En)} {class}><span aria-hidden="true">{ sign }</span><b>{ so }</b>{ symptom(line) }</li>
        }
    };
    let unserved = all - score.answered;
    // The worst of them, to be looked at.
    let worst = runs.iter().min_by_key(|(seed, seen)| (Mark::of(&FRIDAY, seen).points, *seed));
    let show = worst.filter(|_| points < 100).map(|(seed, _)| {
        let (dispatch, run) = (dispatch.clone(), Link { seed: *seed, ..link.clone() });
        let onclick =
            Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::Run(run.clone())));
        html! { <button type="button" name="worst" {onclick}>{ lang.pick("Show the worst run on the stage", "最も悪い実行をステージに表示") }</button> }
    });
    let grade = format!("{grade:?}");
    html! {
        <div class="sheet">
            <p class="points"><b data-test="points">{ points }</b>{ lang.pick(format!(" of 100 points: {grade}"), format!(" 点（100 点満点）：{grade}")) }</p>
            if unserved > 0 {
                <p class="note bad">{ lang.pick(
                    format!("In {unserved} runs too few got an answer: fewer than {:.0} in a hundred. They are worth nothing.", 100.0 * FRIDAY.least_answered),
                    format!("{unserved} 回の実行では、応答できた割合が {:.0}% に届かず、0 点です。", 100.0 * FRIDAY.least_answered),
                ) }</p>
            } else { <span/> }
            <ul class="conditions">
                { for FRIDAY.weaknesses.iter().zip(&score.mended).enumerate().map(weakness) }
                { for FRIDAY.budgets.iter().zip(&score.kept).map(budget) }
            </ul>
            <p class="note">{ lang.pick(
                format!("The mean of {all} runs with seeds that were drawn when you handed it in. A: 90, B: 75, C: 60, D: 40 points."),
                format!("提出時に選ばれたシードによる {all} 回の平均。A：90 点、B：75 点、C：60 点、D：40 点以上。"),
            ) }</p>
            { for show }
        </div>
    }
}
