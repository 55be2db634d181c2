use stampede_sim::lab::challenge::{LADDER, Trial};
#[test]
fn measure() {
    let seeds: u64 = std::env::var("SEEDS").map_or(20, |s| s.parse().unwrap());
    let only = std::env::var("ONLY").unwrap_or_default();
    for challenge in LADDER.iter().filter(|c| only.is_empty() || only.split(',').any(|o| o == c.id)) {
        println!("== {}", challenge.id);
        for who in ["plain", "naive", "solutions"] {
            let path = match who { "plain" => "src/lab/templates/plain.rn".to_owned(), w => format!("tests/lab/{w}/{}.rn", challenge.id) };
            let source = std::fs::read_to_string(path).unwrap();
            let scenario = match challenge.scenario(&source) { Ok(s) => s, Err(e) => { println!("{who}: {e}"); continue } };
            let begin = std::time::Instant::now();
            let mut all: Vec<Vec<f64>> = vec![Vec::new(); challenge.goals.len()];
            let mut passed = 0;
            for seed in 1..=seeds {
                match Trial::whole(challenge, &scenario, seed) {
                    Ok(v) => { if v.passes() { passed += 1 } for (a, n) in all.iter_mut().zip(v.numbers) { a.push(n) } }
                    Err(e) => { println!("{who}: {e}"); break }
                }
            }
            print!("  {who:<10} passed {passed}/{seeds} {:.2}s |", begin.elapsed().as_secs_f64());
            for (goal, a) in challenge.goals.iter().zip(&all) {
                let lo = a.iter().copied().fold(f64::INFINITY, f64::min);
                let hi = a.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                print!(" {:?}[{}] {lo:.1}..{hi:.1};", goal.look, goal.bound);
            }
            println!();
        }
    }
}
