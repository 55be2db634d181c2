//! PromQL to type: a chart, the values at the playhead, and what is wrong with it.

use stampede_sim::alerting::dashboard::Unit;
use stampede_watch::Millis;
use stampede_watch::eval;
use stampede_watch::parse::parse;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::mistake::{shown, unanswerable, unreadable};
use super::plot::{Axis, Plot};
use super::seen::{Seen, Table, legend, step};
use super::sliced::lines;
use crate::ui::made::use_made;
use crate::ui::typed::use_typed;

/// What one may begin with.
const EXAMPLES: [&str; 5] = [
    "up",
    "sum(rate(thundering_herd_requests_total[1m]))",
    "sum by (instance) (rate(db_calls_total[1m]))",
    "histogram_quantile(0.95, sum by (le) (rate(single_flight_wait_duration_seconds_bucket[1m])))",
    "topk(3, db_connection_pool_usage)",
];
/// So long nothing more has been typed when it is evaluated, in milliseconds.
const PAUSE_MS: u32 = 250;

/// See [`Query`].
#[derive(Properties, PartialEq)]
pub struct QueryProps {
    /// What was recorded, and the playhead.
    pub axis: Axis,
    /// From one evaluation to the next, in ms.
    pub evaluation: Millis,
}

/// An expression, and what it is.
#[component]
pub fn Query(props: &QueryProps) -> Html {
    let QueryProps { axis, evaluation } = props;
    let lang = axis.lang;
    let typed = use_typed("promql", |text| Some(text.to_owned()), Clone::clone);
    let text = (*typed).clone().unwrap_or_else(|| EXAMPLES[1].to_owned());
    let step = step(&axis.recorded, *evaluation);
    let key = (text.clone(), axis.recorded.clone(), step);
    let (made, fresh) =
        use_made(key, async |(text, recorded, step)| -> Result<Seen, eval::Error> {
            // Who is still typing does not wait for it; what cannot be read is said at once.
            gloo_timers::future::TimeoutFuture::new(PAUSE_MS).await;
            let times = recorded.times(step);
            let Ok(expr) = parse(&text) else { return Ok(Seen::new(times, Vec::new())) };
            let found = lines(&recorded, &expr, times).await?;
            let named = found.into_iter().map(|line| (line.labels.to_string(), line.values));
            Ok(Seen::new(times, named.collect()))
        });
    let wrong = match (parse(&text), &made) {
        (Err(error), _) => Some(unreadable(&error, lang)),
        (Ok(_), Some(Err(error))) if fresh => Some(unanswerable(error, lang)),
        _ => None,
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(Some(event.target_unchecked_into::<HtmlTextAreaElement>().value()));
        })
    };
    let example = |expr: &'static str| {
        let typed = typed.clone();
        let onclick = Callback::from(move |_: MouseEvent| typed.set(Some(expr.to_owned())));
        html! { <li key={expr}><button type="button" class="quiet" {onclick}><code>{ expr }</code></button></li> }
    };
    let title = lang.pick("What the expression is", "式の値");
    let result = match made {
        Some(Ok(seen)) if wrong.is_none() && !seen.series.is_empty() => html! {
            <section class="chart" key="result" aria-label={title} aria-busy={(!fresh).to_string()}>
                <Plot seen={seen.clone()} axis={axis.clone()}/>
                { legend(title, &seen, axis.at, Unit::Count, lang) }
                <Table {title} seen={seen} {lang}/>
            </section>
        },
        Some(Ok(_)) if wrong.is_none() && fresh => html! {
            <p class="note" key="none" role="status">{ lang.pick("No series has a value: nothing by this name, or no sample where it looks.", "値のある系列がない。その名前のものがないか、見ている範囲にサンプルがない。") }</p>
        },
        _ => html! { <p class="note" key="wait">{ if wrong.is_none() { "…" } else { "" } }</p> },
    };
    html! {
        <div class="query">
            <label for="promql">{ lang.pick("Expression (PromQL)", "式（PromQL）") }</label>
            <textarea id="promql" name="promql" rows="2" spellcheck="false" autocapitalize="off" autocomplete="off" value={text.clone()} {oninput}
                aria-invalid={wrong.is_some().then_some("true")} aria-describedby="promql-wrong"/>
            { shown(wrong.as_ref(), &text, "promql-wrong", lang) }
            { result }
            <h2>{ lang.pick("To begin with", "例") }</h2>
            <ul class="examples">{ for EXAMPLES.into_iter().map(example) }</ul>
        </div>
    }
}
