//! A class: one code sets a task for everybody, each with a seed of their own, or a
//! challenge of the lab; the answers come back as codes.

mod answers;
mod assignment;
pub mod codes;
mod student;
mod teacher;

use std::rc::Rc;

use yew::prelude::*;

use self::assignment::{Assignment, all, judged};
use self::codes::{ClassCode, Wrong};
use self::student::Student;
use self::teacher::Teacher;
use super::PanelProps;
use crate::course::library::{tasks, use_library};
use crate::lang::Lang;
use crate::web;
use crate::web::later::later;

/// Where this device keeps which class it is in.
const KEY: &str = "stampede-playground.class";

/// How many different students, and classes, there can be.
const MANY: f64 = 4096.0;

/// The panel: for students, and for their teacher.
#[component]
pub fn Class(props: &PanelProps) -> Html {
    let lang = props.state.lang;
    let library = use_library(lang, true);
    let all = use_memo(library, |library| all(tasks(library)));
    html! {
        <div class="class">
            <Student props={props.clone()} all={Rc::clone(&all)}/>
            <Teacher {lang} {all}/>
        </div>
    }
}

/// What is wrong with a code, in words.
pub fn wrong(wrong: Wrong, lang: Lang) -> String {
    match (wrong, lang) {
        (Wrong::Length { found, wanted }, Lang::En) => {
            format!("it has {found} letters and digits; it should have {wanted}")
        }
        (Wrong::Length { found, wanted }, Lang::Ja) => {
            format!("{found} 文字あります（正しくは {wanted} 文字）")
        }
        (Wrong::Old, Lang::En) => {
            "it has 6 letters and digits, as codes had before; ask for a new one".to_owned()
        }
        (Wrong::Old, Lang::Ja) => {
            "以前の 6 文字のコードです。新しいコードをもらってください".to_owned()
        }
        (Wrong::Letter, Lang::En) => "at least one letter is wrong".to_owned(),
        (Wrong::Letter, Lang::Ja) => "少なくとも 1 文字が違います".to_owned(),
    }
}

/// Which class a device is in, and as whom.
fn kept() -> Option<(ClassCode, u32)> {
    let text = web::stored(KEY)?;
    let (code, student) = text.split_once(' ')?;
    let student = student.parse().ok().filter(|student| f64::from(*student) < MANY)?;
    Some((ClassCode::read(code).ok()?, student))
}

/// Whether this device is in a class.
pub fn is_joined() -> bool {
    web::stored(KEY).is_some()
}

later! {
    teach:
    /// The code to give back for a challenge, from 0, that this device's class was set,
    /// when a script has reached every goal of it in so many runs.
    pub async fn answer(number: usize, passed: u32) -> Option<String> { given(number, passed) }
}

fn given(number: usize, passed: u32) -> Option<String> {
    let mine = kept()?;
    let is_set = mine.0.task == Assignment::Challenge(number).number();
    is_set.then(|| judged(mine, passed))
}
