//! Which functions go into the second module.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};
use walrus::{FunctionId, Module};

use super::{LOADER, callees, slots};

/// What moves: functions of these modules, whatever they are made for, and
/// what only they call.
pub const MOVES: &[&str] = &[
    "stampede_playground::ui::copying",
    "stampede_playground::ui::kept",
    "stampede_playground::ui::typed",
    "stampede_playground::ui::undertaking",
    "stampede_playground::app::keys::Help",
    "stampede_playground::app::notice",
    "stampede_playground::course::check",
    "stampede_playground::panels::class",
    "stampede_playground::course::curve",
    "stampede_playground::course::handout",
    "stampede_playground::course::library",
    "stampede_playground::course::notes",
    "stampede_playground::course::predict",
    "stampede_playground::course::search",
    "core::slice::sort::stable::drift::sort::<stampede_playground",
    "core::slice::sort::stable::quicksort::quicksort::<stampede_playground",
    "stampede_playground::course::task",
    "stampede_playground::panels::episodes",
    "stampede_playground::panels::chart",
    "stampede_playground::panels::code",
    "stampede_playground::panels::defences",
    "stampede_playground::panels::experiments",
    "stampede_playground::panels::heat",
    "stampede_playground::panels::highlight",
    "stampede_playground::panels::field",
    "stampede_playground::panels::lanes",
    "stampede_playground::panels::log",
    "stampede_playground::panels::luck",
    "stampede_playground::panels::moments",
    "stampede_playground::panels::numbers",
    "stampede_playground::panels::act",
    "stampede_playground::panels::settings",
    "stampede_playground::panels::share",
    "stampede_playground::panels::system",
    "stampede_playground::panels::values",
    "stampede_playground::panels::why",
    "stampede_playground::player::listing",
    "stampede_playground::player::lane::Lane>::value",
    "stampede_playground::player::neighbour",
    "stampede_playground::runs",
    "stampede_playground::sandbox",
    "stampede_playground::web::offline",
    "stampede_playground::web::read_file",
    "stampede_playground::web::workers",
    "stampede_playground::why",
    "stampede_scenario::action::Action>::list_from_value",
    "stampede_scenario::action::Action>::list_to_value",
    "stampede_sim::check",
    "stampede_sim::protect::breaker",
    "stampede_sim::protect::client::Clients>::ask",
    "stampede_sim::protect::bulkhead",
    "stampede_sim::protect::codel",
    "stampede_sim::protect::concurrency",
    "stampede_sim::protect::flawed",
    "stampede_sim::protect::get::Rest as stampede_sim::protect::layer::Next>::look",
    "stampede_sim::protect::handover",
    "stampede_sim::protect::lease",
    "stampede_sim::protect::limiter",
    "stampede_sim::protect::lock",
    "stampede_sim::protect::guard",
    "stampede_sim::protect::recheck",
    "stampede_sim::protect::spill",
    "stampede_sim::protect::stale",
    "stampede_sim::protect::store::Store>::ask_for_lease",
    "stampede_sim::protect::store::Store>::look_again",
    "stampede_sim::protect::store::Store>::refresh_behind",
    "stampede_sim::protect::store::Store>::serve_stale",
    "stampede_sim::protect::store::Store>::without",
    // The store is where a path begins; deeper in one, it is another function.
    "stampede_sim::protect::store::Store as stampede_sim::protect::layer::Layer>::call::<stampede_sim::protect::get::Rest>",
    "stampede_sim::protect::throttle",
    "stampede_sim::protect::xfetch",
    "stampede_sim::run::ask",
    "stampede_sim::run::perform",
    "stampede_sim::run::serve_mortal",
    "stampede_sim::telemetry::exposition",
    "stampede_sim::world::clients::user",
    "stampede_sim::world::faults",
    "stampede_sim::world::leases",
    "stampede_sim::world::lock_server",
];

/// What goes by the name of what it drops. It may have been merged with its
/// like, and then somebody who stays may call it, which would fetch the rest at
/// once: a journey plays the first figure and makes sure that nobody does.
const DROP: &str = "core::ptr::drop_in_place::<";

/// What goes by the name of a component's frame: its view, how it is made, and
/// how it gets its properties. No two components have these in common.
const FRAMES: [&str; 3] = [
    "yew::html::component::lifecycle::CompStateInner<",
    "yew::html::component::lifecycle::CreateRunner<",
    "yew::virtual_dom::vcomp::PropsWrapper<",
];

/// What goes by the name of an effect's frame, and has its closure within.
const EFFECT: &str = "<core::cell::RefCell<yew::functional::hooks::use_effect::UseEffectBase<";

/// Which functions move: those that go by one of these names, and what only they
/// call.
pub fn moving(module: &Module, moves: &[&str]) -> Result<BTreeSet<FunctionId>> {
    let loader = module.exports.get_func(LOADER).context("the page has no loader")?;
    let calls: BTreeMap<FunctionId, Vec<FunctionId>> =
        module.funcs.iter_local().map(|(id, local)| (id, callees(local))).collect();
    // The loader needs these before there is anything else.
    let mut stays: BTreeSet<FunctionId> = BTreeSet::new();
    let mut open = vec![loader];
    while let Some(id) = open.pop() {
        if stays.insert(id) {
            open.extend(calls.get(&id).into_iter().flatten());
        }
    }
    stays.extend(module.start);
    for export in module.exports.iter() {
        if let walrus::ExportItem::Function(id) = export.item {
            stays.insert(id);
        }
    }
    let may_move = |id: &FunctionId| calls.contains_key(id) && !stays.contains(id);
    let named = |id: &FunctionId| {
        let name = module.funcs.get(*id).name.as_deref().unwrap_or_default();
        let name = without_hashes(name);
        // What is generic elsewhere may have been merged with its like, and go
        // by any name of theirs: only what begins with ours counts, and the
        // view of a component.
        let own = name.strip_prefix(DROP).unwrap_or(&name).trim_start_matches('<');
        let own = FRAMES.iter().find_map(|frame| own.strip_prefix(frame)).unwrap_or(own);
        let effect = name.starts_with(EFFECT);
        moves.iter().any(|part| own.starts_with(part) || (effect && name.contains(part)))
    };
    let named: BTreeSet<FunctionId> =
        calls.keys().filter(|id| may_move(id) && named(id)).copied().collect();
    ensure!(!named.is_empty(), "the module has no names: nothing to go by");

    let mut callers: BTreeMap<FunctionId, BTreeSet<FunctionId>> = BTreeMap::new();
    for (caller, callees) in &calls {
        for callee in callees {
            callers.entry(*callee).or_default().insert(*caller);
        }
    }
    let pointed_at = slots(module)?;
    // What nobody else calls goes along, even if it calls itself: all goes but
    // what somebody calls who stays.
    let mut moves: BTreeSet<FunctionId> = calls.keys().copied().filter(may_move).collect();
    moves.retain(|id| named.contains(id) || !pointed_at.contains_key(id));
    loop {
        let called = |id: &FunctionId| {
            callers.get(id).is_some_and(|callers| callers.iter().any(|id| !moves.contains(id)))
        };
        let stays: BTreeSet<FunctionId> =
            moves.iter().filter(|id| !named.contains(id) && called(id)).copied().collect();
        if stays.is_empty() {
            return Ok(moves);
        }
        moves.retain(|id| !stays.contains(id));
    }
}

/// A name without the numbers of crates: `std[1f2e]::vec` is `std::vec`.
fn without_hashes(name: &str) -> String {
    let mut plain = String::new();
    for part in name.split('[') {
        let hash = part.split_once(']').filter(|(hash, _)| {
            hash.len() > 12 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        });
        plain.push_str(hash.map_or(part, |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::without_hashes;

    #[test]
    fn numbers_of_crates_are_no_part_of_a_name() {
        let name = "<stampede_sim[1f2e3d4c5b6a7988]::run::Run>::new::{closure#0}[3]";
        assert_eq!(without_hashes(name), "<stampede_sim::run::Run>::new::{closure#0}3]");
    }
}
