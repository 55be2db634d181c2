//! What came back from a class.

use std::collections::BTreeMap;

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::assignment::{Assignment, rounded};
use super::codes::AnswerCode;
use super::wrong;
use crate::lang::Lang;
use crate::ui::settled::use_settled;
use crate::ui::typed::use_typed;

/// How long nothing is typed until it is said what was, in milliseconds.
const PAUSE_MS: u32 = 1_000;

/// See [`Answers`].
#[derive(Properties, PartialEq)]
pub struct AnswersProps {
    /// Which class is asked.
    pub class: u32,
    /// What it was set, if that is known here.
    pub of: Option<Assignment>,
    /// The page's language.
    pub lang: Lang,
}

/// What a class has answered: each student's best code.
#[derive(Debug, Default, PartialEq)]
struct Collected {
    answers: BTreeMap<u32, AnswerCode>,
    /// What is no answer of this class, and why.
    refused: Vec<(String, String)>,
}

fn collect(text: &str, class: u32, more_is_better: bool, lang: Lang) -> Collected {
    let mut found = Collected::default();
    for word in text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
    {
        let why = match AnswerCode::read(word) {
            Ok(answer) if answer.class == class => {
                let worth =
                    |of: &AnswerCode| (of.stars, if more_is_better { of.value } else { 0.0 });
                let best = found.answers.entry(answer.student).or_insert(answer);
                if worth(&answer) >= worth(best) {
                    *best = answer;
                }
                continue;
            }
            Ok(_) => lang.pick("it is for another class", "別のクラスのコードです").to_owned(),
            Err(why) => wrong(why, lang),
        };
        found.refused.push((word.to_owned(), why));
    }
    found
}

/// How many gave each value, in order.
fn distribution(answers: &BTreeMap<u32, AnswerCode>) -> Vec<(f64, usize)> {
    let mut values: Vec<f64> = answers.values().map(|answer| answer.value).collect();
    values.sort_unstable_by(f64::total_cmp);
    let counts = values.chunk_by(|a, b| a == b);
    counts.map(|same| (same[0], same.len())).collect()
}

/// A place to paste codes, and what they say together.
#[component]
pub fn Answers(props: &AnswersProps) -> Html {
    let AnswersProps { class, of, lang } = props;
    let lang = *lang;
    let text = use_typed("answers", |text| Some(text.to_owned()), String::clone);
    let oninput = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| {
            let area: HtmlTextAreaElement = event.target_unchecked_into();
            text.set(Some(area.value()));
        })
    };
    let more_is_better = matches!(of, Some(Assignment::Challenge(_)));
    let Collected { answers, refused } =
        collect(text.as_deref().unwrap_or_default(), *class, more_is_better, lang);
    let stars = |stars: u64| answers.values().filter(|answer| answer.stars == stars).count();
    let summary = match lang {
        Lang::En => format!(
            "{} answers: {} with ★★, {} with ★, {} not there yet.",
            answers.len(),
            stars(2),
            stars(1),
            stars(0)
        ),
        Lang::Ja => format!(
            "解答 {} 件：★★ {} 件、★ {} 件、まだの人 {} 件。",
            answers.len(),
            stars(2),
            stars(1),
            stars(0)
        ),
    };
    let why = |(word, why): &(String, String)| format!("{word}{}{why}", lang.pick(": ", "："));
    let said = refused.iter().map(why).fold(summary.clone(), |all, one| format!("{all} {one}"));
    let said_last = use_settled(said, PAUSE_MS);
    let counts = distribution(&answers);
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(1);
    let about = of.as_ref().map(|of| of.about(lang));
    let named = |value: f64| of.as_ref().map_or_else(|| rounded(value), |of| of.value(value, lang));
    let row = |(value, count): &(f64, usize)| {
        let width = format!("width:{:.0}%", 100.0 * *count as f64 / most as f64);
        html! {
            <tr key={value.to_string()}>
                <th scope="row">{ named(*value) }</th>
                <td><span class="bar" aria-hidden="true"><i style={width}></i></span></td><td>{ *count }</td>
            </tr>
        }
    };
    html! {
        <div class="answers">
            <label class="knob"><span>{ lang.pick("Paste the answers here, in any order", "解答コードを貼り付ける（順不同）") }</span>
                <textarea name="answers" rows="4" spellcheck="false" value={(*text).clone().unwrap_or_default()} {oninput}/></label>
            <p class="visually-hidden" role="status">{ (*said_last).clone() }</p>
            <div>
                <p>{ summary }</p>
                { for refused.iter().enumerate().map(|(i, (word, why))| html! { <p key={i} class="note bad"><code>{ word }</code>{ lang.pick(": ", "：") }{ why }</p> }) }
            </div>
            if !counts.is_empty() {
                <table>
                    <thead><tr><th scope="col">{ about.unwrap_or_default() }</th><td></td><th scope="col">{ lang.pick("answers", "件数") }</th></tr></thead>
                    <tbody>{ for counts.iter().map(row) }</tbody>
                </table>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_counted_once_for_each_student() {
        let code =
            |class, student, stars, value| AnswerCode { class, student, stars, value }.write();
        let text = format!(
            "{}, {}\n{} {}\nnonsense {}",
            code(7, 1, 0, 100.0),
            code(7, 2, 1, 4.0),
            code(7, 1, 2, 1.0),
            code(7, 3, 1, 4.0),
            code(8, 1, 2, 1.0)
        );
        let found = collect(&text, 7, false, Lang::En);
        assert_eq!(found.answers.len(), 3);
        assert_eq!(found.answers[&1].stars, 2);
        assert_eq!(distribution(&found.answers), [(1.0, 1), (4.0, 2)]);
        // In any order; of a challenge more runs are better.
        let two =
            [code(7, 1, 0, 3.0), code(7, 1, 0, 17.0), code(7, 2, 1, 20.0), code(7, 2, 0, 4.0)];
        for text in [two.join(" "), two.iter().rev().cloned().collect::<Vec<_>>().join(" ")] {
            let found = collect(&text, 7, true, Lang::En).answers;
            assert_eq!((found[&1].value, found[&2].value), (17.0, 20.0), "{text}");
        }
        let why: Vec<&str> = found.refused.iter().map(|(_, why)| why.as_str()).collect();
        assert_eq!(
            why,
            ["it has 8 letters and digits; it should have 12", "it is for another class"]
        );
    }
}
