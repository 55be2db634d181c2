//! Cuts the page's program in two: what the first figure needs, and what is
//! called by functions written with `later!` only (`src/web/later.rs`), with
//! the data that only they use. It is done where the linker has left it, before
//! wasm-bindgen: there, every use of a function or of data can be told.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use walrus::Module;
use wasm_split_cli_support::{Options, transform};

/// What the linker must be told, so that uses can be told.
pub const LINK: &str = "-Clink-args=--emit-relocs";

/// As the parts call each other, until their files have names.
pub const GLUE: &str = "./glue.js";
pub const LOADER: &str = "./loader.js";
pub const LATER: &str = "./split_lab.wasm";

/// A program in two parts.
pub struct Parts {
    /// For wasm-bindgen.
    pub first: PathBuf,
    /// Ready but for its size.
    pub later: PathBuf,
    /// JavaScript that fetches the later part.
    pub loader: String,
}

/// Cuts a program, and writes its parts into a folder.
pub fn cut(linked: &Path, folder: &Path) -> Result<Parts> {
    let whole = fs::read(linked).with_context(|| linked.display().to_string())?;
    let (first, later) = (folder.join("first.wasm"), folder.join(LATER));
    let mut options = Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.main_module = GLUE;
    options.link_name = LOADER;
    let cut = transform(options).map_err(|error| anyhow!("{error:?}")).context("the cut")?;
    ensure!(cut.split_modules == [later.clone()], "not two parts: {:?}", cut.split_modules);
    Ok(Parts { first, later, loader: fs::read_to_string(folder.join(LOADER))? })
}

/// What a visitor does not see at first.
const NOT_AT_FIRST: [&str; 9] = [
    "app::notice",
    "course::handout",
    "course::search",
    "course::task",
    "panels::charts",
    "panels::why",
    "runs::crew",
    "sandbox",
    "why::words",
];

/// An error if one of them is in the first part, which most likely calls it: it
/// costs those who only watch. The linker may have merged a few functions with
/// others that are the same; those do not count.
pub fn check(parts: &Parts) -> Result<()> {
    let (first, later) = (functions(&parts.first)?, functions(&parts.later)?);
    for module in NOT_AT_FIRST {
        let symbol = symbol(module);
        let of = |part: &[String]| part.iter().filter(|name| name.contains(&symbol)).count();
        let (here, there) = (of(&first), of(&later));
        ensure!(
            there > 10 * here,
            "{module}: {here} functions are in the first part of the program, {there} in the later"
        );
    }
    Ok(())
}

/// How the names of a module's functions begin, to the linker.
fn symbol(module: &str) -> String {
    let path = ["stampede_playground"].into_iter().chain(module.split("::"));
    path.map(|name| format!("{}{name}", name.len())).collect()
}

/// The names of a module's own functions.
fn functions(module: &Path) -> Result<Vec<String>> {
    let module = Module::from_file(module)?;
    Ok(module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.clone()).collect())
}
