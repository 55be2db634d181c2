//! A link that holds somebody's script says so, and waits.

use std::rc::Rc;

use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::state::{Change, Dispatch, Held};

/// See [`HeldBar`].
#[derive(Properties, PartialEq)]
pub struct HeldProps {
    /// What is held back.
    pub held: Rc<Held>,
    /// Where somebody reads, who goes on there.
    pub chapter: Option<(u32, u32)>,
    /// The page's language.
    pub lang: Lang,
    /// Where it goes what somebody decides.
    pub dispatch: Dispatch,
}

/// A bar across the page: whose lane it is, its source to look at, and what can be
/// done with it. Until then nothing is fetched for it, and nothing of it is run.
#[component]
pub fn HeldBar(props: &HeldProps) -> Html {
    let HeldProps { held, chapter, lang, dispatch } = props;
    let (chapter, lang) = (*chapter, *lang);
    let open = use_state_eq(|| false);
    let run = {
        let (held, dispatch) = (Rc::clone(held), dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            // It goes on as fast as it is shown without.
            let whole = Link { chapter, speed: None, ..held.link.clone() };
            dispatch.dispatch(Change::Run(whole));
        })
    };
    let leave = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Change::LeaveHeld))
    };
    let look = {
        let open = open.clone();
        Callback::from(move |_: MouseEvent| open.set(!*open))
    };
    let source = |(lane, source): &(usize, String)| {
        let name = lang.pick(
            format!("The script of lane {}", NAMES[*lane]),
            format!("レーン {} のスクリプト", NAMES[*lane]),
        );
        html! { <pre key={*lane} tabindex="0" role="region" aria-label={name}>{ source }</pre> }
    };
    html! {
        <div class="notice held">
            <p>{ said(held, lang) }</p>
            <p class="row">
                <button type="button" class="primary" name="run-held" onclick={run}>{ lang.pick("Run it", "実行する") }</button>
                <button type="button" name="look-held" aria-expanded={open.to_string()} aria-controls="held-source" onclick={look}>{ lang.pick("Look at it", "中身を見る") }</button>
                <button type="button" name="leave-held" onclick={leave}>{ lang.pick("Leave it out", "使わない") }</button>
            </p>
            <div id="held-source" hidden={!*open}>{ for held.scripts.iter().map(source) }</div>
        </div>
    }
}

fn said(held: &Held, lang: Lang) -> String {
    let lanes: Vec<&str> = held.scripts.iter().map(|(lane, _)| NAMES[*lane]).collect();
    let lines: usize = held.scripts.iter().map(|(_, source)| source.lines().count()).sum();
    match (lang, lanes.len()) {
        (Lang::En, 1) => format!(
            "This link holds a script that somebody wrote for lane {} ({lines} lines). It has not been run; until you ask for it, the lane is shown without it.",
            lanes[0]
        ),
        (Lang::En, _) => format!(
            "This link holds scripts that somebody wrote for lanes {} ({lines} lines). They have not been run; until you ask for them, the lanes are shown without.",
            lanes.join(" and ")
        ),
        (Lang::Ja, _) => format!(
            "このリンクには、レーン {} 用に誰かが書いたスクリプト（{lines} 行）が入っています。まだ実行していません。「実行する」を押すまで、スクリプトなしで表示します。",
            lanes.join("・")
        ),
    }
}
