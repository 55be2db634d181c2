//! Learning to predict which posts go viral: step by step, and judged on histories
//! that nothing was learned from.

mod plot;
mod verdict;

use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use stampede_predict::features;
use stampede_predict::lesson::{EXAMPLES, Lesson};
use stampede_predict::logistic::Logistic;
use yew::prelude::*;

use super::PanelProps;
use super::values::values;
use crate::lang::Lang;
use crate::ui::undertaking::use_undertaking;
use plot::Plot;
use verdict::Verdicts;

/// A step is all known histories once.
const STEPS: [u32; 2] = [1, 10];

/// What is there: histories, and what has been learned from them.
#[derive(Clone, PartialEq)]
struct Known {
    lesson: Rc<Lesson>,
    model: Logistic,
}

/// The panel.
#[component]
pub fn Learn(props: &PanelProps) -> Html {
    let (lang, seed) = (props.state.lang, props.state.link.seed);
    let known = use_state(|| None::<Known>);
    let from = use_state(|| 0.5);
    let undertaking = use_undertaking();
    {
        let known = known.clone();
        use_effect_with(seed, move |seed| {
            let seed = *seed;
            known.set(None);
            undertaking.begin(async move {
                let mut lesson = Lesson::default();
                while !lesson.gather(seed) {
                    TimeoutFuture::new(0).await;
                }
                let model = lesson.beginner();
                known.set(Some(Known { lesson: Rc::new(lesson), model }));
            });
        });
    }
    let body = match &*known {
        None => {
            html! { <p class="note" key="wait" role="status">{ lang.pick("Drawing histories…", "履歴を作成中…") }</p> }
        }
        Some(there) => {
            let learned = {
                let (known, lesson) = (known.clone(), Rc::clone(&there.lesson));
                move |model| known.set(Some(Known { lesson: Rc::clone(&lesson), model }))
            };
            let step = |steps: u32| {
                let (there, learned) = (there.clone(), learned.clone());
                let onclick = Callback::from(move |_: MouseEvent| {
                    let mut model = there.model.clone();
                    there.lesson.learn(&mut model, steps);
                    learned(model);
                });
                let words = match (steps, lang) {
                    (1, Lang::En) => "One step".to_owned(),
                    (_, Lang::En) => format!("{steps} steps"),
                    (_, Lang::Ja) => format!("{steps} ステップ"),
                };
                html! { <button key={steps} type="button" name={format!("learn-{steps}")} class={(steps > 1).then_some("primary")} {onclick}>{ words }</button> }
            };
            let over = {
                let (there, learned) = (there.clone(), learned.clone());
                Callback::from(move |_: MouseEvent| learned(there.lesson.beginner()))
            };
            html! {
                <div key="lesson">
                    <div class="row">
                        { for STEPS.into_iter().map(step) }
                        <button type="button" name="over" onclick={over}>{ lang.pick("Start over", "最初から") }</button>
                    </div>
                    <p class="now" role="status">{ progress(there, lang) }</p>
                    <Plot lesson={there.lesson.clone()} model={there.model.clone()} from={*from} {lang}/>
                    <Verdicts lesson={there.lesson.clone()} model={there.model.clone()} from={*from} {lang} moved={let from = from.clone(); Callback::from(move |to| from.set(to))}/>
                    { weights(&there.model, lang) }
                </div>
            }
        }
    };
    html! {
        <div class="learn">
            <p>{ match lang {
                Lang::En => format!("A post is shared, and each share may bring others. Five minutes have been seen: will it have a thousand shares within the hour? Learn from {EXAMPLES} posts; the picture and the table are about {EXAMPLES} others, which nothing was learned from."),
                Lang::Ja => format!("投稿はシェアされ、シェアがまた次のシェアを呼びます。最初の 5 分を見て、1 時間以内に 1,000 回シェアされるかを予測します。{EXAMPLES} 件の投稿から学び、図と表は、学習に使っていない別の {EXAMPLES} 件についてのものです。"),
            } }</p>
            { body }
            <p class="note">{ lang.pick(
                "The posts are made up: a self-exciting process with a random strength for each. What holds for them need not hold for yours.",
                "投稿は作りものです。強さを無作為に決めた自己励起過程で作っています。ここで成り立つことが、実際の投稿で成り立つとは限りません。",
            ) }</p>
        </div>
    }
}

fn progress(there: &Known, lang: Lang) -> String {
    let Known { lesson, model } = there;
    let (steps, loss) = (model.epochs, lesson.loss(model));
    let area = lesson.curve(model).map_or(0.5, |(_, area)| area);
    match lang {
        Lang::En => format!(
            "After {steps} steps: loss {loss:.3} on what is known, area below the curve {area:.3} on what is not."
        ),
        Lang::Ja => format!(
            "{steps} ステップ後：学習した投稿での損失 {loss:.3}、未知の投稿での曲線の下の面積 {area:.3}。"
        ),
    }
}

/// How much each feature counts.
fn weights(model: &Logistic, lang: Lang) -> Html {
    let row = |(names, weight): (&[&'static str; 2], &f64)| {
        html! { <tr key={names[0]}><th scope="row">{ lang.pick(names[0], names[1]) }</th><td>{ format!("{weight:+.2}") }</td></tr> }
    };
    html! {
        <section class="chart">
            <h2>{ lang.pick("What counts", "何が効くか") }</h2>
            { values(lang.pick("What counts", "何が効くか"), lang, html! {
                <table>
                    <thead><tr><th scope="col">{ lang.pick("in the first five minutes", "最初の 5 分") }</th><th scope="col">{ lang.pick("weight", "重み") }</th></tr></thead>
                    <tbody>{ for features::NAMES.iter().zip(&model.weights).map(row) }</tbody>
                </table>
            }) }
        </section>
    }
}
