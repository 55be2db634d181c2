//! The threshold, and what comes of it, beside what comes of others.

use std::rc::Rc;

use stampede_predict::judged::Judged;
use stampede_predict::lesson::Lesson;
use stampede_predict::logistic::Logistic;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::lang::Lang;

/// See [`Verdicts`].
#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    /// The histories.
    pub lesson: Rc<Lesson>,
    /// What has been learned.
    pub model: Logistic,
    /// From which score on there is an alarm.
    pub from: f64,
    /// The page's language.
    pub lang: Lang,
    /// Somebody moves the threshold.
    pub moved: Callback<f64>,
}

/// The slider and the table.
#[component]
pub fn Verdicts(props: &VerdictProps) -> Html {
    let VerdictProps { lesson, model, from, lang, moved } = props;
    let lang = *lang;
    let mine = lesson.judged(model, *from);
    let text = match lang {
        Lang::En => format!(
            "{from:.2}: precision {}, recall {}",
            percent(mine.precision()),
            percent(mine.recall())
        ),
        Lang::Ja => format!(
            "{from:.2}：適合率 {}、再現率 {}",
            percent(mine.precision()),
            percent(mine.recall())
        ),
    };
    let oninput = moved.reform(|event: InputEvent| {
        let input: HtmlInputElement = event.target_unchecked_into();
        input.value_as_number() / 100.0
    });
    let best = {
        let (moved, best) = (moved.clone(), lesson.best_from(model));
        Callback::from(move |_: MouseEvent| moved.emit(best))
    };
    let row = |name: &'static str, judged: &Judged| {
        html! {
            <tr key={name}>
                <th scope="row">{ name }</th>
                <td>{ percent(judged.precision()) }</td><td>{ percent(judged.recall()) }</td>
                <td>{ judged.false_alarms }</td><td>{ judged.missed }</td>
                <td>{ judged.lead().map_or("–".to_owned(), |lead| format!("{lead:.0}")) }</td>
                <td>{ percent(Some(judged.accuracy())) }</td>
            </tr>
        }
    };
    html! {
        <div>
            <div class="slides">
                <label><span>{ lang.pick("Alarm from a score of", "警報を出すスコア") }{ " " }<b>{ format!("{from:.2}") }</b></span>
                    <input type="range" name="threshold" min="1" max="99" step="1" value={format!("{:.0}", from * 100.0)} aria-valuetext={text} {oninput}/></label>
            </div>
            <button type="button" class="quiet" name="best" onclick={best}>{ lang.pick("Best for what was learned from", "学習した投稿で最良の値") }</button>
            <div class="scroll" tabindex="0" role="region" aria-label={lang.pick("On posts that nothing was learned from", "学習に使っていない投稿での結果")}>
                <table class="verdicts">
                    <caption>{ lang.pick("On posts that nothing was learned from", "学習に使っていない投稿での結果") }</caption>
                    <thead><tr>
                        <td></td>
                        <th scope="col">{ lang.pick("precision", "適合率") }</th><th scope="col">{ lang.pick("recall", "再現率") }</th>
                        <th scope="col">{ lang.pick("false alarms", "誤警報") }</th><th scope="col">{ lang.pick("missed", "見逃し") }</th>
                        <th scope="col">{ lang.pick("minutes ahead", "何分前か") }</th><th scope="col">{ lang.pick("right at all", "正答率") }</th>
                    </tr></thead>
                    <tbody>
                        { row(lang.pick("○ learned", "○ 学習"), &mine) }
                        { row(lang.pick("□ three thresholds", "□ 固定しきい値"), &lesson.judged_thresholds()) }
                        { row(lang.pick("× always no", "× 常に「いいえ」"), &lesson.judged_never()) }
                    </tbody>
                </table>
            </div>
        </div>
    }
}

/// A share in whole per cent; a dash if there is none.
pub fn percent(share: Option<f64>) -> String {
    share.map_or("–".to_owned(), |share| format!("{:.0} %", 100.0 * share))
}
