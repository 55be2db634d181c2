//! Cuts the page's Wasm module in two: what a first visit needs, and the rest
//! (the panels, and the defences that the first figure does not show), which
//! the page fetches when somebody opens a panel or a link (`src/web/lab.rs`).
//!
//! The second module has no memory, table or data of its own: it imports all
//! of the first one's, and puts its functions into the first one's table.
//! Where the first module calls a function that has moved, it calls a stub
//! that makes sure the second one is there, and then goes through the table.
//! So nothing breaks whatever has moved: at worst, something is fetched at the
//! moment when it is called.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::{sh, tools};
use anyhow::{Context, Result, ensure};
use walrus::ir::{Call, RefFunc, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportedFunction, LocalFunction, Module, ModuleConfig,
};

/// What moves: functions of these modules, whatever they are made for, and
/// what only they call.
const MOVES: &[&str] = &[
    "stampede_playground::ui::kept",
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
    "stampede_playground::player::luck",
    "stampede_playground::sandbox",
    "stampede_playground::web::offline",
    "stampede_playground::web::read_file",
    "stampede_playground::why",
    "stampede_sim::check",
    "stampede_sim::protect::breaker",
    "stampede_sim::protect::client::Clients>::ask",
    "stampede_sim::protect::codel",
    "stampede_sim::protect::flawed",
    "stampede_sim::protect::get::pass",
    "stampede_sim::protect::get::without_cache",
    "stampede_sim::protect::handover",
    "stampede_sim::protect::lease",
    "stampede_sim::protect::limiter",
    "stampede_sim::protect::lock",
    "stampede_sim::protect::spill",
    "stampede_sim::protect::stale",
    "stampede_sim::protect::throttle",
    "stampede_sim::protect::xfetch",
    "stampede_sim::run::ask",
    "stampede_sim::run::perform",
    "stampede_sim::run::serve_mortal",
    "stampede_sim::telemetry::exposition",
    "stampede_sim::world::clients::act",
    "stampede_sim::world::clients::breaks",
    "stampede_sim::world::clients::user",
    "stampede_sim::world::leases",
    "stampede_sim::world::lock_server",
];

/// What goes by the name of a component's frame: its view, how it is made, and
/// how it gets its properties. No two components have these in common.
const FRAMES: [&str; 3] = [
    "yew::html::component::lifecycle::CompStateInner<",
    "yew::html::component::lifecycle::CreateRunner<",
    "yew::virtual_dom::vcomp::PropsWrapper<",
];

/// What goes by the name of an effect's frame, and has its closure within.
const EFFECT: &str = "<core::cell::RefCell<yew::functional::hooks::use_effect::UseEffectBase<";

/// The export that fetches the second module; it and all it calls stay.
const LOADER: &str = "lab_load";
/// Says to the page that it has been cut.
const MARK: &str = "lab_is_apart";
/// The name under which the second module imports from the first.
const FIRST: &str = "page";

/// Cuts the module in `dist/`. The second half lies beside it, under the same
/// name with `_lab` for `_bg`.
pub fn run(dist: &Path) -> Result<()> {
    let path = module(dist)?;
    let glue = path.to_string_lossy().replace("_bg.wasm", ".js");
    let (whole, script) =
        with_short_names(&std::fs::read(&path)?, std::fs::read_to_string(&glue)?)?;
    let (first, second) = cut(&whole)?;
    let name =
        path.file_name().context("a name")?.to_string_lossy().replace("_bg.wasm", "_lab.wasm");
    // Beside the page, but not among what a first visit loads.
    let lab = dist.join("lab");
    std::fs::create_dir_all(&lab)?;
    let second_path = lab.join(name);
    std::fs::write(&second_path, second)?;
    std::fs::write(&path, first)?;
    tidy(&path, "-O1")?;
    tidy(&second_path, "-Oz")?;
    std::fs::write(&glue, script)?;
    Ok(())
}

/// Orders functions by name, so that what is alike stands together and
/// compresses (by a fiftieth of all), and then forgets the names.
fn tidy(path: &Path, level: &str) -> Result<()> {
    let mut command = sh::command("wasm-opt");
    command.args(tools::WASM_FEATURES).args([
        "--reorder-functions-by-name",
        level,
        "--strip-debug",
    ]);
    sh::run(command.arg("-o").arg(path).arg(path).env("PATH", tools::path()?))
}

/// Gives what the module and its glue call each other by short names. The long
/// ones end in fingerprints, which do not compress.
fn with_short_names(wasm: &[u8], mut script: String) -> Result<(Vec<u8>, String)> {
    let mut module = parse(wasm)?;
    let imports = module.imports.iter_mut().map(|import| &mut import.name);
    let exports = module.exports.iter_mut().map(|export| &mut export.name);
    let mut names: Vec<&mut String> =
        imports.chain(exports).filter(|name| ends_in_fingerprint(name)).collect();
    // Longer ones first: none may be the beginning of another.
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    for (i, name) in names.into_iter().enumerate() {
        let short = format!("w{i:03}");
        ensure!(script.contains(&**name), "the glue does not know {name}");
        script = script.replace(&**name, &short);
        *name = short;
    }
    Ok((module.emit_wasm(), script))
}

/// `__wbg_append_0123456789abcdef`.
fn ends_in_fingerprint(name: &str) -> bool {
    let end = name.rsplit('_').next().unwrap_or_default().trim_start_matches('h');
    end.len() == 16 && end.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn module(dist: &Path) -> Result<PathBuf> {
    for entry in std::fs::read_dir(dist).context("dist/ is not there")? {
        let path = entry?.path();
        if path.to_string_lossy().ends_with("_bg.wasm") {
            return Ok(path);
        }
    }
    anyhow::bail!("no Wasm module in {}", dist.display())
}

fn parse(wasm: &[u8]) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(true).generate_producers_section(false);
    config.parse(wasm)
}

/// Every function that a function calls or takes the address of.
#[derive(Default)]
struct Callees(Vec<FunctionId>);

impl Visitor<'_> for Callees {
    fn visit_call(&mut self, call: &Call) {
        self.0.push(call.func);
    }

    fn visit_ref_func(&mut self, reference: &RefFunc) {
        self.0.push(reference.func);
    }
}

fn callees(function: &LocalFunction) -> Vec<FunctionId> {
    let mut found = Callees::default();
    dfs_in_order(&mut found, function, function.entry_block());
    found.0
}

/// Positions in the function table, by function.
fn slots(module: &Module) -> Result<BTreeMap<FunctionId, Vec<i32>>> {
    let table = module.tables.main_function_table()?.context("a table of functions")?;
    let mut slots: BTreeMap<FunctionId, Vec<i32>> = BTreeMap::new();
    for element in module.elements.iter() {
        let (ElementKind::Active { table: of, offset }, ElementItems::Functions(functions)) =
            (&element.kind, &element.items)
        else {
            continue;
        };
        let ConstExpr::Value(walrus::ir::Value::I32(offset)) = offset else { continue };
        if *of == table {
            for (i, function) in functions.iter().enumerate() {
                slots.entry(*function).or_default().push(offset + i as i32);
            }
        }
    }
    Ok(slots)
}

/// Which functions move.
fn moving(module: &Module) -> Result<BTreeSet<FunctionId>> {
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
        let own = name.trim_start_matches('<');
        let own = FRAMES.iter().find_map(|frame| own.strip_prefix(frame)).unwrap_or(own);
        let effect = name.starts_with(EFFECT);
        MOVES.iter().any(|part| own.starts_with(part) || (effect && name.contains(part)))
    };
    let named: BTreeSet<FunctionId> =
        calls.keys().filter(|id| may_move(id) && named(id)).copied().collect();
    ensure!(named.len() > 50, "the module has no names: nothing to go by");

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

fn cut(whole: &[u8]) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut first = parse(whole)?;
    let mut second = parse(whole)?;
    // Both are read from the same bytes, so numbers mean the same in both.
    let moves = moving(&first)?;
    let table = first.tables.main_function_table()?.context("a table of functions")?;
    let mut slots = slots(&first)?;
    slots.retain(|id, _| moves.contains(id));

    // What stays, and is called by what moves; what moves, and is called by
    // what stays.
    let (mut wanted, mut called) = (BTreeSet::new(), BTreeSet::new());
    for (id, local) in first.funcs.iter_local() {
        for callee in callees(local) {
            match (moves.contains(&id), moves.contains(&callee)) {
                (true, false) => drop(wanted.insert(callee)),
                (false, true) => drop(called.insert(callee)),
                _ => {}
            }
        }
    }
    let own = first.tables.get(table).initial as i32;
    let mut size = first.tables.get(table).initial;
    for id in called {
        slots.entry(id).or_insert_with(|| {
            size += 1;
            vec![size as i32 - 1]
        });
    }

    let loader = first.exports.get_func(LOADER)?;
    for id in &moves {
        let Some(slot) = slots.get(id).map(|slots| slots[0]) else {
            // Nobody is left who calls it.
            continue;
        };
        stub(&mut first, *id, loader, table, slot);
    }
    let grown = first.tables.get_mut(table);
    grown.initial = size;
    grown.maximum = grown.maximum.map(|most| most.max(size));
    let added: Vec<(i32, FunctionId)> =
        (slots.iter()).flat_map(|(id, slots)| slots.iter().map(|slot| (*slot, *id))).collect();
    fill(&mut first, table, added.iter().filter(|(slot, _)| *slot >= own).copied().collect());
    for id in &wanted {
        first.exports.add(&name("f", id.index()), *id);
    }
    // Both are read from the same bytes: the same order in both.
    let moves: BTreeSet<usize> = moves.iter().map(|id| id.index()).collect();
    let added: Vec<(i32, usize)> = added.into_iter().map(|(slot, id)| (slot, id.index())).collect();
    let tables: Vec<_> = first.tables.iter().map(|table| table.id()).collect();
    let memories: Vec<_> = first.memories.iter().map(|memory| memory.id()).collect();
    let globals: Vec<_> = first.globals.iter().map(|global| global.id()).collect();
    for (i, id) in tables.into_iter().enumerate() {
        first.exports.add(&name("t", i), id);
    }
    for (i, id) in memories.into_iter().enumerate() {
        first.exports.add(&name("m", i), id);
    }
    for (i, id) in globals.into_iter().enumerate() {
        first.exports.add(&name("g", i), id);
    }
    first.exports.add(MARK, loader);

    // The second module: the same, with everything that stays imported.
    let table = second.tables.main_function_table()?.context("a table of functions")?;
    let all: Vec<FunctionId> = second.funcs.iter().map(|function| function.id()).collect();
    let old: Vec<_> = second.imports.iter().map(|import| import.id()).collect();
    for id in all.iter().filter(|id| !moves.contains(&id.index())) {
        let import = second.imports.add(FIRST, &name("f", id.index()), *id);
        let function = second.funcs.get_mut(*id);
        let ty = function.ty();
        function.kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
    old.into_iter().for_each(|import| second.imports.delete(import));
    for (i, id) in
        second.tables.iter().map(|table| table.id()).collect::<Vec<_>>().into_iter().enumerate()
    {
        let import = second.imports.add(FIRST, &name("t", i), id);
        let imported = second.tables.get_mut(id);
        imported.elem_segments.clear();
        imported.import = Some(import);
        imported.init = None;
        if id == table {
            imported.initial = size;
            imported.maximum = imported.maximum.map(|most| most.max(size));
        }
    }
    for (i, id) in
        second.memories.iter().map(|memory| memory.id()).collect::<Vec<_>>().into_iter().enumerate()
    {
        let import = second.imports.add(FIRST, &name("m", i), id);
        let memory = second.memories.get_mut(id);
        memory.data_segments.clear();
        memory.import = Some(import);
    }
    for (i, id) in
        second.globals.iter().map(|global| global.id()).collect::<Vec<_>>().into_iter().enumerate()
    {
        let import = second.imports.add(FIRST, &name("g", i), id);
        second.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
    let exports: Vec<_> = second.exports.iter().map(|export| export.id()).collect();
    exports.into_iter().for_each(|export| second.exports.delete(export));
    let data: Vec<_> = second.data.iter().map(|data| data.id()).collect();
    data.into_iter().for_each(|data| second.data.delete(data));
    let elements: Vec<_> = second.elements.iter().map(|element| element.id()).collect();
    elements.into_iter().for_each(|element| second.elements.delete(element));
    second.start = None;
    let by_number: BTreeMap<usize, FunctionId> = all.iter().map(|id| (id.index(), *id)).collect();
    fill(&mut second, table, added.into_iter().map(|(slot, i)| (slot, by_number[&i])).collect());

    walrus::passes::gc::run(&mut first);
    walrus::passes::gc::run(&mut second);
    Ok((first.emit_wasm(), second.emit_wasm()))
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

fn name(kind: &str, index: usize) -> String {
    format!("{kind}{index}")
}

/// Puts functions into the table, in runs of neighbours.
fn fill(module: &mut Module, table: walrus::TableId, mut functions: Vec<(i32, FunctionId)>) {
    functions.sort_unstable();
    let mut runs: Vec<(i32, Vec<FunctionId>)> = Vec::new();
    for (slot, id) in functions {
        match runs.last_mut() {
            Some((from, run)) if *from + run.len() as i32 == slot => run.push(id),
            _ => runs.push((slot, vec![id])),
        }
    }
    for (from, run) in runs {
        let offset = ConstExpr::Value(walrus::ir::Value::I32(from));
        let element = module
            .elements
            .add(ElementKind::Active { table, offset }, ElementItems::Functions(run));
        module.tables.get_mut(table).elem_segments.insert(element);
    }
}

/// In the place of a function that has moved: makes sure that the second
/// module is there, and calls what the table has by then.
fn stub(
    module: &mut Module,
    id: FunctionId,
    loader: FunctionId,
    table: walrus::TableId,
    slot: i32,
) {
    let ty = module.funcs.get(id).ty();
    let (params, results) = module.types.params_results(ty);
    let (params, results) = (params.to_vec(), results.to_vec());
    let locals: Vec<_> = params.iter().map(|param| module.locals.add(*param)).collect();
    let mut builder = FunctionBuilder::new(&mut module.types, &params, &results);
    let mut body = builder.func_body();
    body.call(loader);
    for local in &locals {
        body.local_get(*local);
    }
    body.i32_const(slot).call_indirect(ty, table);
    module.funcs.get_mut(id).kind = FunctionKind::Local(builder.local_func(locals));
}
