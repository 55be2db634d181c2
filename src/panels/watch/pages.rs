//! Which pages go out for all the alerts, as Alertmanager groups them.

use std::rc::Rc;

use stampede_sim::scenario::problem::number;
use stampede_watch::notify::{Notification, Route, notifications};
use yew::prelude::*;

use super::became::Became;
use super::plot::Axis;
use super::scraping::span;
use crate::lang::Lang;
use crate::web;

/// So long after the last instant that is watched pages still go out, in ms.
const AFTER: i64 = 300_000;
/// So many pages have a line.
const MOST: usize = 12;

/// By which labels alerts are grouped: none, one, all.
fn routes() -> [(Option<Vec<String>>, &'static str, &'static str); 3] {
    [
        (Some(vec![]), "all together", "全部まとめて"),
        (Some(vec![stampede_watch::rule::ALERT_NAME.to_owned()]), "by alert", "アラートごと"),
        (None, "each by itself", "1 件ずつ"),
    ]
}

/// See [`Pages`].
#[derive(Properties)]
pub struct PagesProps {
    /// What was recorded, and the playhead.
    pub axis: Axis,
    /// What became of each rule.
    pub became: Rc<Vec<Option<Rc<Became>>>>,
    /// Errors and followers so far in the run on the stage.
    pub each: [u64; 2],
}

impl PartialEq for PagesProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.became, &other.became)
            && self.axis == other.axis
            && self.each == other.each
    }
}

/// The pages.
#[component]
pub fn Pages(props: &PagesProps) -> Html {
    let PagesProps { axis, became, each } = props;
    let lang = axis.lang;
    let route = use_state(|| 0_usize);
    let key = (Rc::as_ptr(became), *route, axis.recorded.clone());
    let (pages, alerts) = {
        let became = Rc::clone(became);
        let made = use_memo(key, move |(_, route, recorded)| {
            let all: Vec<_> =
                became.iter().flatten().flat_map(|it| it.timeline.spells.clone()).collect();
            let group_by = routes()[*route].0.clone();
            let route = Route { group_by, ..Route::default() };
            let pages = notifications(&all, &route, recorded.until + AFTER);
            (pages, all.iter().filter(|spell| spell.fired.is_some()).count())
        });
        (made.clone(), made.1)
    };
    let pages = &pages.0;
    let onchange = {
        let route = route.clone();
        Callback::from(move |event: Event| {
            web::chosen(&event).into_iter().for_each(|it| route.set(it))
        })
    };
    let said = match lang {
        Lang::En => format!(
            "{} alerts fire; {} pages go out.",
            number(alerts as f64),
            number(pages.len() as f64)
        ),
        Lang::Ja => format!(
            "{} 件のアラートが発火し、通知は {} 件になる。",
            number(alerts as f64),
            number(pages.len() as f64)
        ),
    };
    let [errors, followers] = each.map(|count| number(count as f64));
    let otherwise = match lang {
        Lang::En => format!(
            "One page for each error and each follower so far: that would be {errors} and {followers}."
        ),
        Lang::Ja => format!(
            "エラーとフォロワーの 1 件ごとに通知していたら、ここまでに {errors} 件と {followers} 件になる。"
        ),
    };
    html! {
        <section class="pages">
            <h2>{ lang.pick("Pages", "通知") }</h2>
            <label>{ lang.pick("Alertmanager groups them", "Alertmanager のまとめ方") }{ " " }
                <select name="group-by" {onchange}>{ for routes().into_iter().enumerate().map(|(nr, (_, en, ja))| html! {
                    <option key={nr} selected={nr == *route}>{ lang.pick(en, ja) }</option>
                }) }</select>
            </label>
            <p class="now" role="status">{ said }</p>
            if each.iter().any(|count| *count > 0) { <p class="note">{ otherwise }</p> }
            <ol>{ for pages.iter().take(MOST).enumerate().map(|(nr, it)| html! { <li key={nr}>{ page(it, lang) }</li> }) }</ol>
        </section>
    }
}

fn page(page: &Notification, lang: Lang) -> String {
    let (firing, resolved) = (page.firing.len(), page.resolved.len());
    let names: std::collections::BTreeSet<&str> = (page.firing.iter().chain(&page.resolved))
        .map(|labels| labels.get(stampede_watch::rule::ALERT_NAME))
        .collect();
    let names = names.into_iter().collect::<Vec<_>>().join(", ");
    let at = span(page.at, lang);
    match lang {
        Lang::En => format!("At {at}: {names}; {firing} firing, {resolved} resolved"),
        Lang::Ja => format!("{at}：{names}（発火 {firing} 件、解消 {resolved} 件）"),
    }
}
