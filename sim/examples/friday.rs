use stampede_sim::chronicle::Chronicle;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::Scenario;
use stampede_sim::telemetry::Recording;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let text = std::fs::read_to_string(&a[1]).unwrap();
    let s = Scenario::from_json(&text).unwrap();
    for seed in a[2].split(',') {
        let begin = std::time::Instant::now();
        let run = Run::new(&s, &[], seed.parse().unwrap(), Recording::Trace).unwrap();
        let mut c = Chronicle::new(run, 10);
        let mut busy = 0;
        let mut at = 0.0;
        loop {
            at += 100.0;
            let done = c.run_until(Nanos::from_ms(at), u64::MAX, |_, _| {});
            busy = busy.max(c.busy());
            if done && c.read(|_| ()) == () && at > 120_000.0 { break; }
        }
        println!("seed {seed}: {:.1} s, most tasks {busy}", begin.elapsed().as_secs_f64());
        for m in c.timeline().moments().iter().take(40) {
            println!("  {:8.2} {:?}", m.at.ms() / 1e3 - 1.0, m.what);
        }
        if a.len() > 3 {
            let series = c.timeline().series(Nanos::from_ms(a[3].parse().unwrap()), true);
            let (mut sent, mut done) = (0, 0);
            for (i, b) in series.bins.iter().enumerate() {
                sent += b.requests; done += b.ok + b.errors;
                let p = b.latency.as_ref().map_or(0.0, |l| l.quantile(0.5).ms());
                let m = b.latency.as_ref().map_or(0.0, |l| l.max().ms());
                println!("{:6.2} req {:7} ok {:7} err {:7} miss {:7} q {:5} n {:4} pool {:5} wait {:7} p50 {:7.0} max {:7.0}",
                    (series.step.ms() * i as f64) / 1e3 - 1.0, b.requests, b.ok, b.errors, b.misses, b.db_calls, b.db_concurrency, b.pool_waiting, sent - done, p, m);
            }
        }
    }
}
