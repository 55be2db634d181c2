//! A teacher: makes a code for a class, and reads what comes back.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::MANY;
use super::answers::Answers;
use super::assignment::{Assignment, find};
use super::codes::ClassCode;
use crate::lang::Lang;
use crate::ui::code::Code;
use crate::ui::typed::use_typed;
use crate::web;

/// See [`Teacher`].
#[derive(Properties, PartialEq)]
pub struct TeacherProps {
    /// The page's language.
    pub lang: Lang,
    /// All that can be set.
    pub all: Rc<Vec<Assignment>>,
}

/// What to set, the code for it, and the answers.
#[component]
pub fn Teacher(props: &TeacherProps) -> Html {
    let TeacherProps { lang, all } = props;
    let lang = *lang;
    // By its number, because the course comes later than the challenges.
    let chosen = use_state(|| None::<u32>);
    let number = chosen.or_else(|| Some(all.first()?.number()));
    let made = use_typed("class", |text| ClassCode::read(text).ok(), |code| code.write());
    let pick = {
        let (chosen, all) = (chosen.clone(), Rc::clone(all));
        Callback::from(move |event: Event| {
            let one = web::chosen(&event).and_then(|n| all.get(n));
            one.into_iter().for_each(|one| chosen.set(Some(one.number())));
        })
    };
    let make = {
        let made = made.clone();
        Callback::from(move |_: MouseEvent| {
            let code = |task| ClassCode { task, class: (web::random() * MANY) as u32 };
            made.set(number.map(code));
        })
    };
    let retype = {
        let made = made.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            if let Ok(code) = ClassCode::read(&input.value()) {
                made.set(Some(code));
            }
        })
    };
    let options = |challenges: bool| {
        let some =
            all.iter().filter(move |one| matches!(one, Assignment::Challenge(_)) == challenges);
        some.map(move |one| {
            let its = one.number();
            html! { <option key={its} selected={Some(its) == number}>{ one.title(lang) }</option> }
        })
    };
    let of = made.and_then(|code| find(all, code)).cloned();
    html! {
        <section>
            <h2>{ lang.pick("You teach", "教える人") }</h2>
            <div class="row">
                <select name="class-task" aria-label={lang.pick("Task", "課題")} onchange={pick}>
                    <optgroup label={lang.pick("Tasks of the course", "講座の課題")}>{ for options(false) }</optgroup>
                    <optgroup label={lang.pick("Challenges of the lab", "ラボの課題")}>{ for options(true) }</optgroup>
                </select>
                <button type="button" name="make-code" onclick={make}>{ lang.pick("Make a code", "コードを作る") }</button>
            </div>
            <p class="visually-hidden" role="status">{ made.map(|code| lang.pick(format!("The class’s code is {}.", code.write()), format!("クラスのコードは {} です。", code.write()))) }</p>
            if let Some(code) = *made {
                <p>{ lang.pick("For the board:", "板書用：") }{ " " }<Code code={code.write()} test="class-code" {lang}/></p>
            }
            <label class="knob"><span>{ lang.pick("Or a code that you made before", "または、前に作ったコード") }</span>
                <input type="text" name="old-code" autocomplete="off" oninput={retype} value={made.map(ClassCode::write).unwrap_or_default()}/></label>
            if let Some(code) = *made { <Answers class={code.class} {of} {lang}/> }
        </section>
    }
}
