//! What a class gets back of a challenge: a code, beside the score.

use stampede_sim::challenge::RUNS;
use yew::prelude::*;

use crate::lang::Lang;
use crate::panels::class::{answer, is_joined};
use crate::ui::code::Code;

/// See [`Answer`].
#[derive(Properties, PartialEq)]
pub struct AnswerProps {
    /// Which challenge, from 0.
    pub number: usize,
    /// In how many runs the best script reached every goal, if one was judged.
    pub best: Option<u32>,
    /// The page's language.
    pub lang: Lang,
}

/// The code; nothing where no class was set this challenge, or nothing was judged.
#[component]
pub fn Answer(props: &AnswerProps) -> Html {
    let AnswerProps { number, best, lang } = props;
    // For which challenge and how many runs, and the code.
    let code = use_state_eq(|| None::<(usize, u32, String)>);
    {
        let code = code.clone();
        use_effect_with((*number, *best), move |(number, best)| {
            let (number, best) = (*number, best.filter(|_| is_joined()));
            wasm_bindgen_futures::spawn_local(async move {
                let made = match best {
                    // Without a network it is in the class's panel, later.
                    Some(best) => {
                        let code = answer(number, best).await.ok().flatten();
                        code.map(|code| (number, best, code))
                    }
                    None => None,
                };
                code.set(made);
            });
        });
    }
    match &*code {
        Some((of, runs, code)) if (*of, Some(*runs)) == (*number, *best) => html! {
            <p>{ lang.pick(format!("For your class, with your best of {runs} of {RUNS} runs: "), format!("クラスへの解答コード（最高 {RUNS} 回中 {runs} 回）：")) }<Code code={code.clone()} test="answer" lang={*lang}/></p>
        },
        _ => html! { <span/> },
    }
}
