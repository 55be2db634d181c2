use stampede_sim::alerting::{Words, dashboard, judge::*, rules};
use stampede_sim::engine::Nanos;
use stampede_sim::metrics::Plan;
use stampede_sim::scenario::Scenario;
use stampede_watch::{
    eval::{self, Times},
    notify::Route,
    parse::parse,
};
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let seeds: u64 = args[2].parse().unwrap();
    let scrape: f64 = args[3].parse().unwrap();
    let s = Scenario::from_json(&std::fs::read_to_string(&args[1]).unwrap()).unwrap();
    let plan = Plan {
        until: Nanos::from_secs(s.load.span_ms() / 1e3 + 60.0),
        ..Plan::every(Nanos::from_secs(scrape))
    };
    let t = std::time::SystemTime::now();
    let cases: Vec<Case> = (1..=seeds).map(|n| Case::of(&s, &[], n, &plan).unwrap()).collect();
    println!(
        "{:?} each; hurts {:?}",
        t.elapsed().unwrap() / seeds as u32,
        cases.iter().map(|c| c.hurts).collect::<Vec<_>>()
    );
    for p in dashboard::PANELS.iter().map(|p| p.queries[0].expr).chain(["sum(rate(request_duration_seconds_count[1m]))", "avg(db_connection_pool_usage)", "histogram_quantile(0.95, sum by (le) (rate(single_flight_wait_duration_seconds_bucket[1m])))","histogram_quantile(0.95, sum by (le) (rate(request_duration_seconds_bucket[1m])))","cache_hit_rate", "thundering_herd_load_prediction", "max(predict_linear(db_connection_pool_usage[2m], 120))","sum(rate(thundering_herd_requests_total{result=~\"error|refused|abandoned\"}[1m])) / sum(rate(thundering_herd_requests_total[1m]))"]) {
        println!("{p}");
        for l in eval::range(&cases[0].store, &parse(p).unwrap(), Times::between(0, cases[0].end, 30000)).unwrap() {
            println!("   {} {}", l.labels, l.values.iter().map(|v| v.map_or("-".into(), |v| format!("{v:.2}"))).collect::<Vec<_>>().join(" "));
        }
    }
    for p in &rules::ALL {
        for r in [&p.seed, &p.mended] {
            let g = rules::group("g", [r], 15000, Words::en).unwrap();
            let t = std::time::SystemTime::now();
            let j = judge(&cases, &g, 0, &Route::default());
            println!("{:28} median {:?} {j:?} {:?}", r.name, j.median(), t.elapsed().unwrap());
        }
    }
}
