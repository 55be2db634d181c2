//! All chapters of the course at once, fetched when somebody needs them.

use std::rc::Rc;

use stampede_sim::scenario::link::fnv1a;
use yew::prelude::*;

use super::tree::{self, Fields, Node};
use super::{CHAPTERS, path};
use crate::lang::Lang;
use crate::web::fetched::{Fetched, use_texts};

/// Every chapter's text, in order; empty until they are wanted, and here.
#[hook]
pub fn use_library(lang: Lang, wanted: bool) -> Rc<Vec<Vec<Node>>> {
    let paths = CHAPTERS.iter().filter(|_| wanted).map(|chapter| path(chapter, lang, false));
    let texts = use_texts(paths.collect());
    use_memo(texts, |texts| {
        let read = |text: &Fetched| match text {
            Fetched::Here(text) => tree::read(text),
            _ => Vec::new(),
        };
        texts.iter().flatten().map(read).collect()
    })
}

/// A task of the course, or its examination.
#[derive(Clone, Debug, PartialEq)]
pub struct TaskOf {
    /// As its stars are kept: `01/four`.
    pub id: String,
    /// The chapter and the heading it stands under, both from 1.
    pub place: (u32, u32),
    /// Its directive's fields.
    pub fields: Fields,
}

impl TaskOf {
    /// A field of the directive, or nothing.
    pub fn of(&self, name: &str) -> &'static str {
        tree::field(&self.fields, name)
    }
}

/// A task's number in codes, below 2¹⁸: of its own id, without the chapter's
/// number, so that a chapter that is inserted later changes none; a challenge's is
/// of the name under which it is kept. That no two have the same one is tested with
/// the course.
pub fn task_number(id: &str) -> u32 {
    let hash = fnv1a(id);
    (hash ^ (hash >> 32)) as u32 & 0x3_ffff
}

/// Every task, in the order of the course.
pub fn tasks(library: &[Vec<Node>]) -> Vec<TaskOf> {
    let mut all = Vec::new();
    for (chapter, nodes) in CHAPTERS.iter().zip(library) {
        let mut heading = 0;
        for node in nodes {
            match node {
                Node::Element('h', ..) => heading += 1,
                Node::Element('w', "task" | "exam", inner) => {
                    let fields = tree::fields(inner);
                    let mut task =
                        TaskOf { id: String::new(), place: (chapter.ordinal(), heading), fields };
                    task.id = format!("{}/{}", chapter.number(), task.of("id"));
                    all.push(task);
                }
                _ => {}
            }
        }
    }
    all
}
