//! How a run is scraped, and how often rules are evaluated: three choices.

use stampede_sim::engine::Nanos;
use stampede_watch::Millis;
use stampede_watch::parse::{duration, parse_duration};
use yew::prelude::*;

use crate::lang::Lang;
use crate::runs::watch::Scraping;
use crate::web;

/// From one scrape, or evaluation, to the next, in ms: what people choose, and less,
/// because most runs last seconds.
const INTERVALS: [Millis; 7] = [100, 1_000, 5_000, 10_000, 15_000, 30_000, 60_000];
/// So many scrapes are in a run, if nobody chooses.
const ENOUGH: Millis = 20;
/// Nobody scrapes less often who has not chosen to.
const USUAL: Millis = 15_000;
/// For how long one goes on watching when the run is over, in ms: a rule that looks
/// back for a minute, and waits for half of one, has its turn.
const LONGER: Millis = 120_000;

/// What somebody chose; nothing else is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chosen {
    interval: Option<Millis>,
    evaluation: Option<Millis>,
    longer: Option<bool>,
}

impl Chosen {
    /// For a run that ends at `end`.
    pub fn scraping(&self, end: Nanos) -> Scraping {
        let length = (end.0 / 1_000_000) as Millis;
        let fits = |interval: &Millis| *interval <= USUAL && *interval * ENOUGH <= length;
        let interval = INTERVALS.into_iter().rfind(fits).unwrap_or(INTERVALS[0]);
        let interval = self.interval.unwrap_or(interval);
        // In a short run one that comes seldom is over before anything can be seen.
        let longer = self.longer.unwrap_or(interval * ENOUGH > length.max(2_000));
        let evaluation = self.evaluation.unwrap_or(interval);
        Scraping { interval, after: if longer { LONGER } else { 0 }, evaluation }
    }

    /// From what was kept.
    pub fn read(text: &str) -> Option<Chosen> {
        let mut parts = text.split(' ');
        let mut interval = || match parts.next()? {
            "-" => Some(None),
            text => parse_duration(text).filter(|it| INTERVALS.contains(it)).map(Some),
        };
        let (interval, evaluation) = (interval()?, interval()?);
        let longer = match parts.next()? {
            "-" => None,
            text => Some(text == "longer"),
        };
        Some(Chosen { interval, evaluation, longer })
    }

    /// To be kept.
    pub fn write(&self) -> String {
        let text = |interval: Option<Millis>| interval.map_or("-".to_owned(), duration);
        let longer = match self.longer {
            None => "-",
            Some(true) => "longer",
            Some(false) => "run",
        };
        format!("{} {} {longer}", text(self.interval), text(self.evaluation))
    }
}

/// The choices.
pub fn choices(chosen: Chosen, scraping: Scraping, lang: Lang, choose: &Callback<Chosen>) -> Html {
    let select = |name: &'static str,
                  label: &'static str,
                  now: Millis,
                  change: fn(Chosen, Millis) -> Chosen| {
        let choose = choose.clone();
        let onchange = Callback::from(move |event: Event| {
            let interval = web::chosen(&event).and_then(|nr| INTERVALS.get(nr));
            interval.into_iter().for_each(|it| choose.emit(change(chosen, *it)));
        });
        html! {
            <label>{ label }{ " " }
                <select {name} {onchange}>{ for INTERVALS.iter().map(|it| html! {
                    <option key={*it} selected={*it == now}>{ span(*it, lang) }</option>
                }) }</select>
            </label>
        }
    };
    let longer =
        choose.reform(move |_: Event| Chosen { longer: Some(scraping.after == 0), ..chosen });
    html! {
        <div class="row scraping">
            { select("interval", lang.pick("Scrape every", "スクレイプ間隔"), scraping.interval, |chosen, interval| Chosen { interval: Some(interval), ..chosen }) }
            { select("evaluation", lang.pick("Evaluate every", "評価間隔"), scraping.evaluation, |chosen, interval| Chosen { evaluation: Some(interval), ..chosen }) }
            <label class="check"><input type="checkbox" name="longer" checked={scraping.after > 0} onchange={longer}/>
                { lang.pick("and 2 min after the run", "実行後も 2 分間") }</label>
        </div>
    }
}

/// A span of time as people say it: to a tenth of a second if it is longer than ten.
pub fn span(ms: Millis, lang: Lang) -> String {
    let seconds = if ms < 10_000 { ms as f64 / 1000.0 } else { (ms as f64 / 100.0).round() / 10.0 };
    match (ms < 1000, lang) {
        (true, Lang::En) => format!("{ms} ms"),
        (true, Lang::Ja) => format!("{ms} ミリ秒"),
        (false, Lang::En) => format!("{seconds} s"),
        (false, Lang::Ja) => format!("{seconds} 秒"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_has_twenty_scrapes_unless_it_is_too_short_or_long() {
        for (seconds, interval, after) in [
            (0.3, 100, 0),
            (1.9, 100, 0),
            (19.9, 100, 0),
            (20.0, 1_000, 0),
            (100.0, 5_000, 0),
            (299.0, 10_000, 0),
            (300.0, 15_000, 0),
            (86_400.0, 15_000, 0),
        ] {
            let scraping = Chosen::default().scraping(Nanos::from_secs(seconds));
            assert_eq!((scraping.interval, scraping.after), (interval, after), "{seconds} s");
        }
    }

    #[test]
    fn who_scrapes_too_seldom_goes_on_for_longer() {
        let chosen = Chosen { interval: Some(15_000), ..Chosen::default() };
        assert_eq!(chosen.scraping(Nanos::from_secs(1.0)).after, LONGER);
        assert_eq!(chosen.scraping(Nanos::from_secs(400.0)).after, 0);
    }

    #[test]
    fn what_is_kept_is_read_again() {
        for interval in [None, Some(100), Some(60_000)] {
            for longer in [None, Some(true), Some(false)] {
                let chosen = Chosen { interval, evaluation: None, longer };
                assert_eq!(Chosen::read(&chosen.write()), Some(chosen));
            }
        }
        for text in ["", "5", "5s 5s", "7s - -", "x - -"] {
            assert_eq!(Chosen::read(text), None, "{text}");
        }
    }
}
