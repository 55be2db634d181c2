//! Histories, features and what is learned from them, against the law of
//! self-exciting processes, finite differences and arithmetic; and judged on
//! histories that nobody has learned from.

use stampede_predict::features::{COUNT, SEEN, Seen};
use stampede_predict::history::{HORIZON, History, MEMORY, Post, VIRAL};
use stampede_predict::judged::Judged;
use stampede_predict::lesson::Lesson;
use stampede_predict::logistic::{Labelled, Logistic};
use stampede_predict::roc::{area, curve};
use stampede_predict::sample::Example;
use stampede_sim::engine::streams::{Purpose, Stream};

fn mean(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// In a time T that is long, μT/(1 − n) shares; exactly, since it begins with none,
/// n/(1 − n)² · μ/β fewer. (E λ(t) solves λ′ = βμ − β(1 − n)λ, with λ(0) = μ.)
#[test]
fn as_many_shares_as_the_law_says() {
    for (spontaneous, spread) in [(2.0, 0.3), (1.0, 0.6), (0.5, 0.8)] {
        let (post, minutes) = (Post { spontaneous, spread, friends: 0, readers: 1.0 }, 500.0);
        let counts: Vec<f64> = (0..400)
            .map(|n| {
                let random = &mut Stream::new(5, Purpose::PostShares, n);
                post.spreads(minutes, usize::MAX, random).len() as f64
            })
            .collect();
        let (counted, error) = mean(&counts);
        let law = spontaneous * minutes / (1.0 - spread);
        let begun = spontaneous * MEMORY * spread / ((1.0 - spread) * (1.0 - spread));
        assert!((counted - law + begun).abs() < 4.0 * error, "{counted} ± {error}, law {law}");
        assert!((counted / law - 1.0).abs() < 0.05, "{counted}, law {law}");
    }
}

/// Without spread, a Poisson process: as many as its rate, and no clumps.
#[test]
fn what_nobody_shares_on_does_not_clump() {
    let clumping = |spread| {
        let post = Post { spontaneous: 8.0, spread, friends: 0, readers: 1.0 };
        let seen = |n| {
            let shares = post.spreads(HORIZON, VIRAL, &mut Stream::new(2, Purpose::PostShares, n));
            Seen::of(&History { post, shares }).clumping
        };
        mean(&(0..10_000).map(seen).collect::<Vec<_>>())
    };
    let (alone, error) = clumping(0.0);
    assert!((alone - 1.0).abs() < 4.0 * error, "{alone} ± {error}");
    let (shared, error) = clumping(0.9);
    assert!(shared > 1.0 + 4.0 * error, "{shared} ± {error}");
}

/// Ten shares: three in the first half of five minutes, six in the second, of which
/// four are in the last minute; one comes later.
#[test]
fn what_is_seen_by_hand() {
    let shares = vec![0.1, 0.6, 2.4, 2.6, 3.9, 4.05, 4.06, 4.3, 4.9, 5.5];
    let post = Post { spontaneous: 1.0, spread: 0.5, friends: 0, readers: 30.0 };
    let seen = Seen::of(&History { post, shares });
    assert_eq!((seen.shares, seen.velocity, seen.growth), (9.0, 4.0, 7.0 / 4.0));
    // 20 requests for each share in a minute.
    assert_eq!(seen.requests, 30.0 + 80.0 / 60.0);
    // Of the ten quarters of a minute from 2.5 on, one has two and four have one: a mean
    // of 6/10, and squares of 8.
    let variance = (8.0 - 36.0 / 10.0) / 9.0;
    assert!((seen.clumping - variance / 0.6).abs() < 1e-12, "{}", seen.clumping);
}

/// What comes after the first minutes is not seen.
#[test]
fn the_future_is_not_seen() {
    for number in 0..50 {
        let history = History::drawn(3, number);
        let mut cut = history.clone();
        cut.shares.retain(|share| *share < SEEN);
        assert_eq!(Seen::of(&history), Seen::of(&cut));
    }
}

/// Rows of a made-up sample: two numbers that matter, and three that do not.
fn rows(overlap: f64) -> Vec<Labelled> {
    let mut random = Stream::new(9, Purpose::Posts, 0);
    let row = |i: u32| {
        let is = i.is_multiple_of(3);
        let to = if is { 1.0 } else { -1.0 };
        let mut x = [0.0; COUNT];
        x.iter_mut().for_each(|x| *x = 2.0 * random.unit() - 1.0);
        x[0] = to + overlap * x[0];
        x[1] = 3.0 - to + overlap * x[1];
        (x, is)
    };
    (0..200).map(row).collect()
}

/// The gradient is how the loss changes: central differences.
#[test]
fn the_gradient_is_that_of_the_loss() {
    let rows = rows(2.0);
    let mut model = Logistic::new(&rows);
    (0..3).for_each(|_| model.learn(&rows));
    let (weights, bias) = model.gradient(&rows);
    let h = 1e-5;
    let differs = |change: &dyn Fn(&mut Logistic, f64)| {
        let loss = |by| {
            let mut moved = model.clone();
            change(&mut moved, by);
            moved.loss(&rows)
        };
        (loss(h) - loss(-h)) / (2.0 * h)
    };
    for (i, weight) in weights.iter().enumerate() {
        let measured = differs(&|model, by| model.weights[i] += by);
        assert!((measured - weight).abs() < 1e-8, "{i}: {measured} and {weight}");
        assert!(i > 1 || weight.abs() > 1e-3);
    }
    assert!((differs(&|model, by| model.bias += by) - bias).abs() < 1e-8);
}

/// Each step makes the loss smaller; it begins at ln 2, where all scores are ½.
#[test]
fn it_learns_a_little_with_each_step() {
    let rows = rows(2.0);
    let mut model = Logistic::new(&rows);
    let mut before = model.loss(&rows);
    assert!((before - libm::log(2.0)).abs() < 1e-12);
    for epoch in 1..=100 {
        model.learn(&rows);
        let loss = model.loss(&rows);
        assert!(loss < before && model.epochs == epoch);
        before = loss;
    }
}

/// What can be told apart is: no pair is in the wrong order, and no row on the wrong
/// side.
#[test]
fn it_tells_apart_what_can_be() {
    let rows = rows(0.5);
    let mut model = Logistic::new(&rows);
    (0..200).for_each(|_| model.learn(&rows));
    let scored: Vec<_> = rows.iter().map(|(row, is)| (model.score(row), *is)).collect();
    assert_eq!(area(&curve(&scored).unwrap()), 1.0);
    assert!(scored.iter().all(|(score, is)| (*score > 0.5) == *is));
    assert!(model.weights[0] > 0.0 && model.weights[1] < 0.0);
}

/// A number that is always the same makes nothing infinite.
#[test]
fn a_number_that_never_changes_says_nothing() {
    let mut rows = rows(2.0);
    rows.iter_mut().for_each(|(row, _)| row[4] = 0.1);
    let mut model = Logistic::new(&rows);
    (0..10).for_each(|_| model.learn(&rows));
    assert!(model.weights[4].abs() < 1e-9, "{:?}", model.weights);
    assert!(model.score(&rows[0].0).is_finite());
}

/// Precision, recall and the rest by hand: viral ones that come 10, 20 and 40 minutes
/// later, of which the first two are caught; one false alarm among four others.
#[test]
fn judged_by_hand() {
    let seen = Seen::of(&History::drawn(1, 1));
    let example = |viral_at| Example { seen, row: seen.row(), viral_at };
    let viral = [15.0, 25.0, 45.0].map(|at| example(Some(at)));
    let others = [(); 4].map(|()| example(None));
    let all: Vec<Example> = viral.into_iter().chain(others).collect();
    let alarms = std::cell::Cell::new(0);
    let judged = Judged::of(&all, |_| {
        alarms.set(alarms.get() + 1);
        [1, 2, 4].contains(&alarms.get())
    });
    assert_eq!((judged.caught, judged.missed, judged.false_alarms, judged.quiet), (2, 1, 1, 3));
    assert_eq!((judged.precision(), judged.recall()), (Some(2.0 / 3.0), Some(2.0 / 3.0)));
    assert_eq!(judged.false_alarm_rate(), Some(0.25));
    assert_eq!((judged.f1(), judged.accuracy()), (4.0 / 6.0, 5.0 / 7.0));
    assert_eq!(judged.lead(), Some(20.0));
    let no = Judged::of(&all, |_| false);
    assert_eq!((no.precision(), no.recall(), no.f1(), no.lead()), (None, Some(0.0), 0.0, None));
    assert_eq!(no.accuracy(), 4.0 / 7.0);
}

/// All that there is to a lesson of a seed.
fn lesson(seed: u64) -> Lesson {
    let mut lesson = Lesson::default();
    while !lesson.gather(seed) {}
    lesson
}

/// On histories of other seeds, the learner is better than the best three thresholds
/// of those it has learned from, and than "always no": by F1, since "always no" is
/// right most of the time and catches nothing. Its threshold, too, is one that was
/// best on what is known.
#[test]
fn it_is_better_on_what_nobody_has_seen() {
    let (mut gained, mut ahead) = (Vec::new(), 0);
    for seed in 0..12 {
        let lesson = lesson(seed);
        let mut model = lesson.beginner();
        lesson.learn(&mut model, 100);
        let from = lesson.best_from(&model);
        let (mine, theirs) = (lesson.judged(&model, from), lesson.judged_thresholds());
        let never = lesson.judged_never();
        let (points, area) = lesson.curve(&model).unwrap();
        println!(
            "{seed}: area {area:.3}; F1 {:.3} and {:.3}; minutes ahead {:?} and {:?}; right at all {:.2}, {:.2}, {:.2}",
            mine.f1(),
            theirs.f1(),
            mine.lead(),
            theirs.lead(),
            mine.accuracy(),
            theirs.accuracy(),
            never.accuracy()
        );
        assert!(mine.f1() > 0.5 && never.f1() == 0.0 && area > 0.8, "{seed}");
        gained.push(mine.f1() - theirs.f1());
        // At as many false alarms it catches more.
        let at = theirs.false_alarm_rate().unwrap();
        let catches = points.iter().filter(|p| p.false_alarms <= at).map(|p| p.caught);
        ahead += u32::from(catches.fold(0.0, f64::max) > theirs.recall().unwrap());
    }
    let (gain, error) = mean(&gained);
    assert!(gain > 3.0 * error, "{gain} ± {error}");
    assert!(ahead >= 10, "{ahead} of 12");
}

/// The curve that a lesson gives is the one that follows from its scores, one by one:
/// sorted by hand, each distinct score a step.
#[test]
fn the_curve_is_that_of_its_scores() {
    let lesson = lesson(3);
    let mut model = lesson.beginner();
    lesson.learn(&mut model, 20);
    let (points, area) = lesson.curve(&model).unwrap();
    let scored: Vec<(f64, bool)> =
        lesson.unseen.iter().map(|e| (model.score(&e.row), e.is_viral())).collect();
    let count = |is: bool| scored.iter().filter(|(_, viral)| *viral == is).count() as f64;
    let (viral, others) = (count(true), count(false));
    for point in &points {
        let beyond = |is: bool| {
            scored.iter().filter(|(score, v)| *score >= point.threshold && *v == is).count() as f64
        };
        assert_eq!(
            (point.caught, point.false_alarms),
            (beyond(true) / viral, beyond(false) / others)
        );
    }
    let mut scores: Vec<f64> = scored.iter().map(|(score, _)| *score).collect();
    scores.sort_by(|a, b| b.total_cmp(a));
    scores.dedup();
    let thresholds: Vec<f64> = points[1..].iter().map(|point| point.threshold).collect();
    assert_eq!(thresholds, scores);
    let mut pairs = 0.0;
    for (a, _) in scored.iter().filter(|(_, viral)| *viral) {
        for (b, _) in scored.iter().filter(|(_, viral)| !viral) {
            pairs += if a > b {
                1.0
            } else if a == b {
                0.5
            } else {
                0.0
            };
        }
    }
    assert!((area - pairs / (viral * others)).abs() < 1e-9);
}
