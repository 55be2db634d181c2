//! Puts pieces of a program into one, so that a part of it is one file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use walrus::{ImportKind, Module, ModuleConfig};

use crate::{sh, tools};

/// What pieces ask for things by: memory, table and globals of the first part.
const SHARED: &str = "__wasm_split";
/// What the one who asks for all of them asks by, until that is the only one.
const ONCE: &str = "once";

/// Merges pieces that share what they ask for, and offer nothing to each other:
/// they call each other through the table.
///
/// wasm-merge would go on asking as often as there are pieces. So they are given
/// what they ask for by one more, which asks for it once.
pub fn merge(pieces: &[PathBuf], merged: &Path) -> Result<()> {
    let modules: Vec<Module> = pieces.iter().map(Module::from_file).collect::<Result<_>>()?;
    let base = merged.with_extension("base.wasm");
    fs::write(&base, asks_once(&modules)?.emit_wasm())?;
    let mut command = sh::command("wasm-merge");
    command.args(tools::WASM_FEATURES).args(["--quiet", "--debuginfo", "-o"]).arg(merged);
    command.arg(&base).arg(SHARED);
    for (number, piece) in pieces.iter().enumerate() {
        command.arg(piece).arg(format!("piece{number}"));
    }
    sh::run(command.env("PATH", tools::path()?))?;
    Ok(fs::write(merged, alone(parse(merged)?).emit_wasm())?)
}

fn parse(module: &Path) -> Result<Module> {
    let mut config = ModuleConfig::new();
    config.generate_name_section(true).generate_producers_section(false);
    config.parse(&fs::read(module)?)
}

/// A module that asks for whatever any of these does, once, and hands it on.
fn asks_once(modules: &[Module]) -> Result<Module> {
    let mut base = Module::default();
    for module in modules {
        for import in module.imports.iter() {
            let name = &import.name;
            if base.exports.iter().any(|export| export.name == *name) {
                continue;
            }
            match import.kind {
                ImportKind::Memory(id) => {
                    let memory = module.memories.get(id);
                    let (id, _) = base.add_import_memory(
                        ONCE,
                        name,
                        memory.shared,
                        memory.memory64,
                        memory.initial,
                        memory.maximum,
                        memory.page_size_log2,
                    );
                    base.exports.add(name, id);
                }
                ImportKind::Table(id) => {
                    let table = module.tables.get(id);
                    let (wide, ty) = (table.table64, table.element_ty);
                    let (id, _) =
                        base.add_import_table(ONCE, name, wide, table.initial, table.maximum, ty);
                    base.exports.add(name, id);
                }
                ImportKind::Global(id) => {
                    let global = module.globals.get(id);
                    let (ty, mutable, shared) = (global.ty, global.mutable, global.shared);
                    let (id, _) = base.add_import_global(ONCE, name, ty, mutable, shared);
                    base.exports.add(name, id);
                }
                _ => bail!("a piece asks for {name}, which is nothing to be shared"),
            }
        }
    }
    Ok(base)
}

/// The merged module, as if it had been one from the beginning.
fn alone(mut merged: Module) -> Module {
    for import in merged.imports.iter_mut().filter(|import| import.module == ONCE) {
        SHARED.clone_into(&mut import.module);
    }
    let handed_on: Vec<_> = merged.exports.iter().map(|export| export.id()).collect();
    handed_on.into_iter().for_each(|export| merged.exports.delete(export));
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(rest: &str) -> Module {
        let asked = r#"(import "__wasm_split" "memory" (memory 22))
            (import "__wasm_split" "table" (table 7 funcref))"#;
        let bytes = wat::parse_str(format!("(module {asked} {rest})")).unwrap();
        Module::from_buffer(&bytes).unwrap()
    }

    #[test]
    fn what_several_ask_for_is_asked_for_once() {
        let stack = r#"(import "__wasm_split" "stack" (global (mut i32)))"#;
        let base = asks_once(&[piece(""), piece(stack), piece(stack)]).unwrap();
        let names = |module: &Module| -> Vec<String> {
            module.imports.iter().map(|i| format!("{} {}", i.module, i.name)).collect()
        };
        assert_eq!(names(&base), ["once memory", "once table", "once stack"]);
        assert_eq!(base.exports.iter().count(), 3);
        let stack = base.globals.iter().next().unwrap();
        assert!(stack.mutable && base.memories.iter().next().unwrap().initial == 22);
        let alone = alone(base);
        assert_eq!(
            names(&alone),
            ["__wasm_split memory", "__wasm_split table", "__wasm_split stack"]
        );
        assert_eq!(alone.exports.iter().count(), 0);
    }

    #[test]
    fn what_cannot_be_shared_is_refused() {
        assert!(asks_once(&[piece(r#"(import "__wasm_split" "f" (func))"#)]).is_err());
    }
}
