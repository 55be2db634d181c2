//! The seed's five rules: what becomes of each, and which pages go out.

use std::rc::Rc;

use stampede_sim::alerting::rules::ALL;
use yew::prelude::*;

use super::alert::One;
use super::became::Became;
use super::drafts::Drafts;
use super::pages::Pages;
use super::plot::Axis;
use crate::runs::watch::Scraping;

/// See [`Alerts`].
#[derive(Properties, PartialEq)]
pub struct AlertsProps {
    /// What was recorded, and the playhead.
    pub axis: Axis,
    /// How it was scraped.
    pub scraping: Scraping,
    /// Errors and followers so far in the run on the stage.
    pub each: [u64; 2],
    /// The rules as they are,
    pub drafts: Drafts,
    /// and where a change of them goes.
    pub change: Callback<Drafts>,
    /// Puts the evenings by which rules are judged on the stage, unless they are there.
    pub stage: Option<Callback<()>>,
}

/// What is known of every rule.
type Known = Rc<Vec<Option<Rc<Became>>>>;

/// All of it.
#[component]
pub fn Alerts(props: &AlertsProps) -> Html {
    let AlertsProps { axis, scraping, each, drafts, change, stage } = props;
    let lang = axis.lang;
    let open = use_state(|| None::<usize>);
    let known = use_reducer_eq(All::default);
    let rule = |nr: usize| {
        let change = {
            let drafts = drafts.clone();
            change.reform(move |draft| drafts.with(nr, draft))
        };
        let toggle = {
            let open = open.clone();
            Callback::from(move |()| open.set((*open != Some(nr)).then_some(nr)))
        };
        let tell = {
            let known = known.dispatcher();
            Callback::from(move |became| known.dispatch((nr, became)))
        };
        html! {
            <One key={ALL[nr].id} {nr} axis={axis.clone()} scraping={*scraping} draft={drafts.draft(nr)} open={*open == Some(nr)}
                {change} {toggle} {tell}/>
        }
    };
    html! {
        <div class="alerts">
            <p class="note">{ lang.pick(
                "Five rules as they are found in the wild. The task: make one of them fire before the database is down, and not on an ordinary evening. Open one, change it, and have it judged.",
                "よくあるアラートルールが 5 つある。課題：データベースが停止する前に発火し、いつもの夜には発火しないルールを 1 つ作る。ルールを開いて書き換え、判定する。",
            ) }</p>
            { for stage.iter().map(|stage| html! {
                <button type="button" name="stage" onclick={stage.reform(|_: MouseEvent| ())}>{ lang.pick("Put such an evening on the stage", "その夜をステージに出す") }</button>
            }) }
            <p class="note">{ lang.pick(
                "A bar is half as high while an alert is pending, and full while it fires; the line is the playhead.",
                "帯は、保留の間は半分の高さ、発火の間は全体の高さになる。縦線は再生位置。",
            ) }</p>
            <ul class="rules">{ for (0..ALL.len()).map(rule) }</ul>
            <Pages axis={axis.clone()} became={known.0.clone()} each={*each}/>
        </div>
    }
}

/// See [`Known`].
#[derive(Default)]
struct All(Known);

impl PartialEq for All {
    fn eq(&self, other: &All) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Reducible for All {
    type Action = (usize, Option<Rc<Became>>);

    fn reduce(self: Rc<Self>, (nr, became): Self::Action) -> Rc<Self> {
        let mut all = (*self.0).clone();
        all.resize(ALL.len(), None);
        all[nr] = became;
        Rc::new(All(Rc::new(all)))
    }
}
