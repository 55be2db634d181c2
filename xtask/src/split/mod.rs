//! Cuts the page's Wasm module in two: what a first visit needs, and the rest
//! (the panels, and the defences that the first figure does not show), which
//! the page fetches when it is idle, or opens a link (`src/web/lab.rs`).
//!
//! The second module has no memory, table or data of its own: it imports all
//! of the first one's, and puts its functions into the first one's table.
//! Where the first module calls a function that has moved, it calls a stub
//! that makes sure the second one is there, and then goes through the table.
//! So nothing breaks whatever has moved: at worst, something is fetched at the
//! moment when it is called.

mod moves;
mod names;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use walrus::ir::{Call, RefFunc, Visitor, dfs_in_order};
use walrus::{
    ConstExpr, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind, GlobalKind,
    ImportedFunction, LocalFunction, Module, ModuleConfig,
};

pub use moves::MOVES;
use moves::moving;
pub use names::with_short_names;

/// The export that fetches the second module; it and all it calls stay.
const LOADER: &str = "lab_load";
/// Says to the page that it has been cut.
const MARK: &str = "lab_is_apart";
/// The name under which the second module imports from the first.
const FIRST: &str = "page";

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

/// Cuts a module: what a first visit needs, and the rest, which goes by these
/// names, and what only that calls.
pub fn cut(whole: &[u8], moves: &[&str]) -> Result<(Vec<u8>, Vec<u8>)> {
    let mut first = parse(whole)?;
    let mut second = parse(whole)?;
    // Both are read from the same bytes, so numbers mean the same in both.
    let moves = moving(&first, moves)?;
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
