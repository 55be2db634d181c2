//! The dashboard: a few panels at a glance, at the playhead.

use stampede_sim::alerting::dashboard::{Kind, PANELS, Panel, Unit};
use stampede_watch::Millis;
use stampede_watch::eval::Line;
use yew::prelude::*;

use super::plot::{Axis, Plot};
use super::seen::{Seen, Table, legend, own, said, step};
use super::sliced::lines;
use super::states::states;
use crate::lang::Lang;
use crate::ui::made::use_made;

/// See [`Dashboard`].
#[derive(Properties, PartialEq)]
pub struct DashboardProps {
    /// What was recorded, and the playhead.
    pub axis: Axis,
    /// From one evaluation to the next, in ms.
    pub evaluation: Millis,
}

/// All panels.
#[component]
pub fn Dashboard(props: &DashboardProps) -> Html {
    let DashboardProps { axis, evaluation } = props;
    html! {
        <div class="dashboard">
            { for (0..PANELS.len()).map(|nr| html! { <One key={PANELS[nr].id} {nr} axis={axis.clone()} evaluation={*evaluation}/> }) }
        </div>
    }
}

/// See [`One`].
#[derive(Properties, PartialEq)]
struct OneProps {
    /// Which panel.
    nr: usize,
    axis: Axis,
    evaluation: Millis,
}

/// A panel.
#[component]
fn One(props: &OneProps) -> Html {
    let OneProps { nr, axis, evaluation } = props;
    let (panel, lang) = (&PANELS[*nr], axis.lang);
    let title = lang.pick(panel.title.en, panel.title.ja);
    let step = step(&axis.recorded, *evaluation);
    let (seen, _) = use_made((*nr, axis.recorded.clone(), step), async |(nr, recorded, step)| {
        let (times, panel) = (recorded.times(step), &PANELS[nr]);
        let mut all = Vec::new();
        for (query, expr) in panel.queries.iter().filter_map(|it| Some((it, own(it.expr)?))) {
            // What cannot be evaluated of one's own expressions has no values.
            let found = lines(&recorded, &expr, times).await.unwrap_or_default();
            all.extend(found.into_iter().map(|line| (called(query.legend, &line), line.values)));
        }
        Seen::new(times, all)
    });
    let body = match &seen {
        None => html! { <p class="note" key="wait">{ "…" }</p> },
        Some(seen) if seen.series.is_empty() => html! {
            <p class="note" key="none">{ lang.pick("Nothing of this was scraped.", "該当する値はスクレイプされていない。") }</p>
        },
        Some(seen) => shown(panel, title, seen, axis),
    };
    html! {
        <section class="chart" aria-label={title}>
            <h2>{ title }{ " " }<small>{ unit(panel.unit, lang) }</small></h2>
            { body }
        </section>
    }
}

/// What a panel has to show.
fn shown(panel: &Panel, title: &'static str, seen: &Seen, axis: &Axis) -> Html {
    let Axis { at, lang, .. } = *axis;
    let top = (panel.unit == Unit::Percent).then_some(100.0);
    let plot = || html! { <Plot seen={seen.clone()} axis={axis.clone()} thresholds={panel.thresholds} {top}/> };
    let values = html! { <Table {title} seen={seen.clone()} unit={panel.unit} {lang}/> };
    match panel.kind {
        Kind::TimeSeries => {
            html! { <div key="lines">{ plot() }{ legend(title, seen, at, panel.unit, lang) }{ values }</div> }
        }
        Kind::States(names) => {
            html! { <div key="states">{ states(names, seen, axis) }{ values }</div> }
        }
        Kind::Stat => {
            let now = seen.value(0, at);
            let judged = panel.thresholds.zip(now).map(|(thresholds, now)| judged(thresholds, now));
            html! {
                <div key="stat">
                    <p class="stat"><strong>{ said(now, panel.unit) }</strong>
                        { for judged.map(|(class, en, ja)| html! { <span class={class}>{ lang.pick(en, ja) }</span> }) }
                    </p>
                    { plot() }
                    { for panel.thresholds.map(|it| html! { <p class="note">{ bounds(it, lang) }</p> }) }
                    { values }
                </div>
            }
        }
    }
}

/// How good a value is: a class, and a word in both languages.
fn judged([bad, good]: [f64; 2], value: f64) -> (&'static str, &'static str, &'static str) {
    match value {
        value if value >= good => ("good", "good", "良好"),
        value if value >= bad => ("middling", "middling", "注意"),
        value if value.is_nan() => ("", "", ""),
        _ => ("bad", "bad", "不良"),
    }
}

fn bounds([bad, good]: [f64; 2], lang: Lang) -> String {
    match lang {
        Lang::En => format!("The dashed lines: bad below {bad}, good from {good} on."),
        Lang::Ja => format!("破線：{bad} 未満は不良、{good} 以上は良好。"),
    }
}

fn unit(unit: Unit, lang: Lang) -> &'static str {
    match unit {
        Unit::PerSecond => lang.pick("per second", "毎秒"),
        Unit::Percent => "%",
        Unit::Count => "",
    }
}

/// What a series is called: the legend with its labels, or those alone.
fn called(legend: &str, line: &Line) -> String {
    let mut name = legend.to_owned();
    for (label, value) in line.labels.iter() {
        name = name.replace(&format!("{{{{{label}}}}}"), value);
    }
    // A label that is not there is empty.
    while let Some((before, rest)) = name.split_once("{{") {
        let after = rest.split_once("}}").map_or("", |(_, after)| after);
        name = format!("{before}{after}");
    }
    name.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use stampede_watch::series::Labels;

    use super::*;

    #[test]
    fn a_series_is_called_by_its_labels() {
        let labels: Labels = [("instance", "process-1"), ("service", "db")].into_iter().collect();
        let line = Line { labels, values: vec![] };
        assert_eq!(called("{{instance}} – {{service}} {{endpoint}}", &line), "process-1 – db");
        assert_eq!(called("", &line), "");
    }

    #[test]
    fn every_panel_can_be_read() {
        for panel in PANELS {
            assert!(!panel.queries.is_empty());
            for query in panel.queries {
                assert!(stampede_watch::parse::parse(query.expr).is_ok(), "{}", query.expr);
            }
        }
    }

    #[test]
    fn a_value_is_judged_by_both_bounds() {
        for (value, class) in
            [(69.9, "bad"), (70.0, "middling"), (89.9, "middling"), (90.0, "good"), (f64::NAN, "")]
        {
            assert_eq!(judged([70.0, 90.0], value).0, class, "{value}");
        }
    }
}
