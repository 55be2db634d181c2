//! The picture of real runs: the player's lanes on the stage.

use std::collections::BTreeSet;

use proptest::prelude::*;
use stampede_sim::engine::Nanos;
use stampede_sim::scenario::Switch;
use stampede_sim::scenario::link::Link;
use stampede_sim::telemetry::Kind;
use stampede_sim::telemetry::event::Node;

use super::view::title;
use crate::lang::Lang;
use crate::player::{Lane, Player};
use stampede_picture::cast::Cast;
use stampede_picture::dots::{Dot, Path, Shape, position};
use stampede_picture::film::Scene;
use stampede_picture::layout::Layout;
use stampede_picture::station::Station;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Forward in small steps, back, and forward again: the cast is what
    /// it would be had the playhead come from nowhere.
    #[test]
    fn the_way_there_does_not_matter(
        steps in prop::collection::vec((0u64..1000, any::<bool>()), 1..60),
        preset in prop::sample::select(vec!["demo-with-singleflight", "layered", "metastable-cancels", "followers-eat-memory", "leader-leaves"]),
    ) {
        let mut player = Player::new(&Link::pair(preset, "lock-convoy")).unwrap();
        while !player.is_complete() {
            player.tick(0.0);
        }
        for lane in &player.lanes {
            let layout = Layout::new(900.0, 210.0, 46.0, &lane.needs());
            let (end, mut at) = (lane.end().0, 0);
            let mut kept = Cast::default();
            for (step, jump) in &steps {
                at = if *jump { end * step / 1000 } else { (at + end * step / 100_000).min(end) };
                lane.cast(&mut kept, &layout, Nanos(at));
                let mut fresh = Cast::default();
                lane.cast(&mut fresh, &layout, Nanos(at));
                let (kept, fresh): (Vec<_>, Vec<_>) =
                    (kept.actors().collect(), fresh.actors().collect());
                prop_assert_eq!(kept, fresh, "at {}", at);
            }
        }
    }
}

/// Both lanes of the first figure, in a picture of 900 by 210 pixels.
fn each_lane(check: impl Fn(&Lane, &Layout, &dyn Fn(u64) -> Vec<(Scene, Dot)>)) {
    let mut player = Player::new(&Link::default()).unwrap();
    while !player.is_complete() {
        player.tick(0.0);
    }
    for lane in &player.lanes {
        let layout = Layout::new(900.0, 210.0, 46.0, &lane.needs());
        let dots = |at: u64| {
            let mut dots = Vec::new();
            let (at, pace) = (Nanos(at), lane.pace());
            lane.on_stage(at, |scene, _| {
                dots.push((scene, Path::of(&scene, &layout, pace).dot(at)));
            });
            dots
        };
        check(lane, &layout, &dots);
    }
}

/// A dot is at the cache when its look-up happens, and stands in its own
/// place while it waits.
#[test]
fn dots_are_where_the_log_says() {
    each_lane(|lane, layout, dots| {
        let cache = layout.place(0, Node::Cache).map(|area| area.middle().0);
        let (mut looked_up, mut at_rest) = (0, 0);
        let mut at = Some(Nanos::ZERO);
        while let Some(now) = at {
            for (scene, dot) in dots(now.0) {
                let band = layout.band(scene.process);
                let event = scene.event;
                if matches!(event.kind, Kind::Hit | Kind::Miss) && event.at == now {
                    assert_eq!(Some(dot.x), cache.map(|x| x as f32));
                    looked_up += 1;
                }
                let place = match event.kind {
                    Kind::Join => band.crowds[Station::Followers as usize].crowd(scene.place),
                    Kind::Queue => band.crowds[Station::Queue as usize].crowd(scene.place),
                    Kind::Query => band.slot(scene.place),
                    _ => continue,
                };
                if now.since(event.at) >= lane.pace() {
                    assert_eq!((dot.x, dot.y), (place.0 as f32, place.1 as f32));
                    at_rest += 1;
                }
            }
            at = lane.next_event(now);
        }
        assert!(looked_up >= 100 && at_rest > 100, "{looked_up} {at_rest}");
    });
}

/// No dot leaves the picture, and no two share a place while they wait.
#[test]
fn dots_stay_inside_and_apart() {
    each_lane(|lane, layout, dots| {
        for i in 0..=100 {
            let mut places = Vec::new();
            for (scene, dot) in dots(lane.end().0 * i / 100) {
                assert!((0.0..=900.0).contains(&dot.x) && (0.0..=210.0).contains(&dot.y));
                if scene.event.kind == Kind::Query || Station::of(scene.event.kind).is_some() {
                    let (x, y) = position(&scene, layout, &scene.event, scene.place);
                    places.push((x.to_bits(), y.to_bits()));
                }
            }
            let waiting = places.len();
            places.sort_unstable();
            places.dedup();
            assert_eq!(places.len(), waiting);
        }
    });
}

/// What a dot looks like follows from what happened to it.
#[test]
fn shapes_tell_what_happened() {
    each_lane(|lane, _, dots| {
        let singleflight = lane.scenario.protect.singleflight;
        let middle = dots(60_000_000);
        let count = |shape| middle.iter().filter(|(_, dot)| dot.shape == shape).count();
        let expected = if singleflight { (1, 99, 0) } else { (0, 0, 100) };
        assert_eq!((count(Shape::Leader), count(Shape::Follower), count(Shape::Miss)), expected);
    });
}

/// A part of a page looks like nothing that a client sends, and like no refresh.
#[test]
fn a_part_of_a_page_has_a_shape_of_its_own() {
    let preset = "shop-benchmark-with";
    let mut player = Player::new(&Link::pair(preset, preset)).unwrap();
    while !player.is_complete() {
        player.tick(0.0);
    }
    let lane = &player.lanes[0];
    let layout = Layout::new(900.0, 210.0, 46.0, &lane.needs());
    let parts: BTreeSet<u32> = lane.read(|log, _| {
        log.iter().filter(|event| event.kind == Kind::Part).map(|event| event.who).collect()
    });
    let mut seen = [0; 2];
    for share in 1..100 {
        let at = Nanos(lane.end().0 * share / 100);
        lane.on_stage(at, |scene, _| {
            let shape = Path::of(&scene, &layout, lane.pace()).dot(at).shape;
            assert_ne!(shape, Shape::Refresh);
            assert_eq!(shape == Shape::Errand, parts.contains(&scene.who), "#{}", scene.who);
            seen[usize::from(shape == Shape::Errand)] += 1;
        });
    }
    assert!(seen.iter().all(|seen| *seen > 50), "{seen:?}");
}

/// What is shown of a request is what a walk through its whole life gives.
#[test]
fn scenes_are_what_the_log_says() {
    for preset in ["layered", "metastable-cancels", "lock-convoy", "varnish-grace"] {
        let mut player = Player::new(&Link::pair(preset, "four-processes-lease")).unwrap();
        while !player.is_complete() {
            player.tick(0.0);
        }
        for lane in &player.lanes {
            for share in 1..40 {
                let at = Nanos(lane.end().0 * share / 40);
                let mut scenes = Vec::new();
                lane.on_stage(at, |scene, _| scenes.push(scene));
                for scene in scenes.iter().step_by(1 + scenes.len() / 50) {
                    let way: Vec<_> = lane.read(|log, film| film.way(log, scene.who).collect());
                    let last = way.iter().rposition(|event| event.at <= at).unwrap();
                    assert_eq!(scene.event, way[last]);
                    assert_eq!(scene.after, way.get(last + 1).copied());
                    let before = last.checked_sub(1).map(|i| way[i]);
                    assert_eq!(scene.before.map(|(event, _)| event), before);
                    let led = way[..=last]
                        .iter()
                        .any(|event| matches!(event.kind, Kind::Lead | Kind::Lock | Kind::Lease));
                    assert_eq!(scene.led, led, "{preset} #{}", scene.who);
                }
            }
        }
    }
}

/// While a run is computed, a look at it costs what is new, not what there is;
/// and it is the look that one has afterwards.
#[test]
fn a_look_at_what_is_being_computed_costs_what_is_new() {
    let link = "v=1&a=demo-without-singleflight&b=demo-with-singleflight\
                &load.requests=40000&db.pool=1000&db.cores=1000&speed=60";
    let mut player = Player::new(&Link::read(link).unwrap()).unwrap();
    player.play(true);
    let mut casts = [Cast::default(), Cast::default()];
    let (mut frames, mut looks, mut most) = (0, 0, 0);
    while !player.is_complete() {
        let known: Vec<usize> = player.lanes.iter().map(|l| l.read(|log, _| log.len())).collect();
        let before = player.at();
        player.tick(0.016);
        frames += 1;
        for ((lane, cast), known) in player.lanes.iter().zip(&mut casts).zip(known) {
            let layout = Layout::new(900.0, 210.0, 46.0, &lane.needs());
            let (had, len) = (cast.work(), cast.len());
            lane.cast(cast, &layout, player.at());
            let passed = lane.read(|log, _| {
                log.count_until(player.at()).min(known) - log.count_until(before).min(known)
            });
            let new = lane.read(|log, _| log.len()) - known + passed;
            let work = cast.work() - had;
            // Everybody is looked at again when a crowd has outgrown its room, or
            // at a jump.
            looks += usize::from(work > 1000 + 2 * new + len / 8);
            most = most.max(work);
            let mut fresh = Cast::default();
            lane.cast(&mut fresh, &layout, player.at());
            assert_eq!(
                cast.actors().collect::<Vec<_>>(),
                fresh.actors().collect::<Vec<_>>(),
                "at {}",
                player.at()
            );
        }
    }
    assert!(frames > 20 && most > 1000, "{frames} frames, {most} at most");
    // Room doubles: sixteen times in each lane, at the most, for forty thousand.
    assert!(looks <= 2 * 16, "{looks} in {frames} frames");
}

/// A script stands in the place of what its lane's switches say, but for what stands at
/// the door.
#[test]
fn a_script_is_what_its_lane_has() {
    let mut link = Link::pair("demo-with-singleflight", "demo-without-singleflight");
    link.set("a.script.source", "pub async fn get(key) {}").unwrap();
    link.set("a.protect.gateway", "true").unwrap();
    let titles: Vec<String> =
        link.scenarios().unwrap().iter().map(|s| title(s, Lang::En)).collect();
    let gateway = Switch::Gateway.defence().names[0];
    assert_eq!(titles, [format!("a script, {gateway}"), "no defence".to_owned()]);
    // Two scripts are told from each other by what they call.
    link.set("a.script.source", "pub async fn get(key) { flights::join(key); }").unwrap();
    let scenario = &link.scenarios().unwrap()[0];
    assert_eq!(title(scenario, Lang::En), format!("a script (singleflight), {gateway}"));
}
