use stampede_sim::chronicle::Chronicle;
use stampede_sim::engine::Nanos;
use stampede_sim::run::Run;
use stampede_sim::scenario::{Action, Scenario};
use stampede_sim::telemetry::{Kind, Recording, Report};
#[path = "../tests/common/mod.rs"]
mod common;
use common::preset;
/// How long an entry lives (s).
const TTL: f64 = 300.0;

/// When the steps of the story come, in seconds after the first entry has expired.
#[derive(Debug)]
struct Story {
    /// Requests have 5 GB of the fleet's memory: a tenth of the story's 50.
    memory: f64,
    /// Somebody finds no connection free.
    pool: f64,
    /// Half of the processes have died.
    cluster: f64,
    /// Sent, and answered with a value, from a while after that until the end, by
    /// minute from the seventh on.
    sent: Vec<u32>,
    ok: Vec<u32>,
    report: Report,
}

fn play(scenario: &Scenario, actions: &[Action], seed: u64) -> Story {
    let run = Run::new(scenario, actions, seed, Recording::Trace).unwrap();
    let mut chronicle = Chronicle::new(run, 10);
    let (mut inside, mut crashes) = (0i64, 0);
    let [mut memory, mut pool, mut cluster] = [f64::NAN; 3];
    let (mut sent, mut ok) = (vec![0; 20], vec![0; 20]);
    let mut expiry = f64::INFINITY;
    let full = (std::env::var("MEM").map_or(50e9, |m| m.parse::<f64>().unwrap())
        / (scenario.fleet.request_kb * 1e3)) as i64;
    let done = chronicle.run_until(Nanos::MAX, u64::MAX, |event, _| {
        let at = event.at.secs();
        let since = at - expiry;
        let first = |step: &mut f64| {
            if step.is_nan() {
                *step = since;
            }
        };
        let minute = (at / 60.0) as usize;
        match event.kind {
            Kind::Send => sent[minute] += 1,
            Kind::Arrive => inside += 1,
            Kind::Ok | Kind::Error => {
                inside -= 1;
                ok[minute] += u32::from(event.kind == Kind::Ok);
            }
            // Not what little there was in the first seconds.
            Kind::Queue if at > expiry => first(&mut pool),
            Kind::Fill => expiry = expiry.min(at + TTL),
            Kind::Crash => {
                crashes += 1;
                if crashes == scenario.fleet.processes / 2 {
                    first(&mut cluster);
                }
            }
            _ => {}
        }
        if inside > full {
            first(&mut memory);
        }
    });
    assert!(done);
    let report = chronicle.read(|tape| Report::of(tape, "viral", seed));
    Story { memory, pool, cluster, sent, ok, report }
}

fn main() {
    let mut args = std::env::args().skip(1);
    let name = args.next().unwrap();
    let seeds: u64 = args.next().unwrap().parse().unwrap();
    let rest: Vec<String> = args.collect();
    let sets: Vec<(&str, &str)> = rest.iter().map(|s| s.split_once('=').unwrap()).collect();
    let scenario = preset(&name, &sets);
    let next = std::sync::atomic::AtomicU64::new(1);
    std::thread::scope(|s| {
        for _ in 0..2 {
            s.spawn(|| loop {
        let seed = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if seed > seeds { break }
        let t = std::time::Instant::now();
        let y = play(&scenario, &[], seed);
        println!("{seed:2} mem {:6.2} pool {:6.2} cluster {:6.2} sent {:?} ok {:?} err {} p99 {:.0} db {} {:.1}s", y.memory, y.pool, y.cluster, &y.sent[2..14], &y.ok[2..14], y.report.errors, y.report.p99_ms, y.report.db_calls, t.elapsed().as_secs_f64());
    });
        }
    });
}
