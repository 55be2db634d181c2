//! The run as files for the real programs, in one archive.

use stampede_sim::scenario::link::Link;
use yew::prelude::*;

use super::recording::done;
use super::zip::zip;
use crate::lang::Lang;
use crate::runs::watch::{Asked, Job, Scraped, Scraping};
use crate::state::{Change, Dispatch, Notice};
use crate::ui::undertaking::use_undertaking;
use crate::web;

/// See [`Export`].
#[derive(Properties, PartialEq)]
pub struct ExportProps {
    /// The run.
    pub link: Link,
    /// Which lane of it.
    pub lane: usize,
    /// How it is scraped.
    pub scraping: Scraping,
    /// The rules that watch it.
    pub rules: Vec<Asked>,
    /// The page's language.
    pub lang: Lang,
    /// Where a refusal goes.
    pub dispatch: Dispatch,
}

/// A button.
#[component]
pub fn Export(props: &ExportProps) -> Html {
    let ExportProps { link, lane, scraping, rules, lang, dispatch } = props;
    let lang = *lang;
    let running = use_state(|| false);
    let undertaking = use_undertaking();
    let onclick = {
        let job = Job::files(link, *lane, *scraping, lang, rules.clone());
        let (running, dispatch) = (running.clone(), dispatch.clone());
        let name = link.lanes.get(*lane).map_or("run".to_owned(), |lane| lane.preset.clone());
        Callback::from(move |_: MouseEvent| {
            let (job, running, dispatch, name) =
                (job.clone(), running.clone(), dispatch.clone(), name.clone());
            running.set(true);
            undertaking.begin(async move {
                match done(job, &|_| {}).await {
                    Ok(Some(Scraped::Files(files))) => {
                        web::download_bytes(&format!("stampede-{name}.zip"), &zip(&files));
                    }
                    Ok(_) => {}
                    Err(problem) => {
                        dispatch.dispatch(Change::Notice(Some(Notice::Refused(problem))))
                    }
                }
                running.set(false);
            });
        })
    };
    html! {
        <section class="export">
            <h2>{ lang.pick("To the real thing", "本物で試す") }</h2>
            <button type="button" name="export" disabled={*running} {onclick}>{ lang.pick("Save files for Prometheus and Grafana", "Prometheus と Grafana 用のファイルを保存") }</button>
            <p class="note">{ lang.pick(
                "What was scraped as OpenMetrics, the alert rules, their test for promtool, a dashboard, and how to load them.",
                "スクレイプした値（OpenMetrics）、アラートルール、promtool 用のテスト、ダッシュボードと、読み込み方の説明。",
            ) }</p>
        </section>
    }
}
