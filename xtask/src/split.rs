//! Cuts the page's program in two: what the first figure needs, and what is
//! called by functions written with `later!` only (`src/web/later.rs`), with
//! the data that only they use. It is done where the linker has left it, before
//! wasm-bindgen: there, every use of a function or of data can be told.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use rustc_demangle::demangle;
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
    Ok(Parts { first, later, loader: from_any_server(&fs::read_to_string(folder.join(LOADER))?)? })
}

/// The loader compiles what comes while it comes, which browsers do only where
/// the server says that it is Wasm. Some servers do not.
fn from_any_server(loader: &str) -> Result<String> {
    const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";
    const ANY: &str = "src.then(answer => answer.headers.get('Content-Type') === 'application/wasm' \
         ? WebAssembly.instantiateStreaming(answer, imports) \
         : answer.arrayBuffer().then(bytes => WebAssembly.instantiate(bytes, imports)))";
    ensure!(loader.contains(STREAMED), "the loader is another");
    Ok(loader.replace(STREAMED, ANY))
}

/// What a visitor does not see at first.
const NOT_AT_FIRST: [&str; 16] = [
    "serde_json",
    "stampede_scenario::fields",
    "stampede_scenario::section",
    "stampede_playground::app::notice",
    "stampede_playground::course::handout",
    "stampede_playground::course::search",
    "stampede_playground::course::task",
    "stampede_playground::panels::charts",
    "stampede_playground::panels::why",
    "stampede_playground::runs::crew",
    "stampede_playground::sandbox",
    "stampede_playground::why::words",
    "stampede_sim::protect::breaker",
    "stampede_sim::protect::lock",
    "stampede_sim::run::sometimes",
    "stampede_sim::world::faults",
];

/// Makes sure that none of them is in the first part. If one is, the first part
/// calls it, and it costs those who only watch.
pub fn check(parts: &Parts) -> Result<()> {
    told(&functions(&parts.first)?, &functions(&parts.later)?)
}

/// The names of a module's own functions, as they are written.
fn functions(module: &Path) -> Result<Vec<String>> {
    let module = Module::from_file(module)?;
    let names = module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.clone());
    let names = names.map(|name| format!("{:#}", demangle(&name)));
    // What drops something goes by its name, and may be shared by many.
    Ok(names.filter(|name| !name.starts_with("core::ptr::drop_in_place")).collect())
}

/// An error if something of a module that is not needed at first is in the first
/// part. The linker may have merged a few functions with others that are the
/// same; those do not count.
fn told(first: &[String], later: &[String]) -> Result<()> {
    for module in NOT_AT_FIRST {
        let of = |part: &[String]| part.iter().filter(|name| name.contains(module)).count();
        let (here, there) = (of(first), of(later));
        ensure!(
            there > 3 * here,
            "{module}: {here} functions are in the first part of the program, {there} in the later"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty functions of each module.
    fn later() -> Vec<String> {
        let of = |module: &str| vec![format!("{module}::run"); 20];
        NOT_AT_FIRST.into_iter().flat_map(of).collect()
    }

    #[test]
    fn what_is_called_too_early_is_noticed() {
        let first = vec!["stampede_playground::app::App".to_owned()];
        assert!(told(&first, &later()).is_ok());
        let merged = [first.clone(), later()[..1].to_vec()].concat();
        assert!(told(&merged, &later()).is_ok());
        let early = [first.clone(), later()[..7].to_vec()].concat();
        let error = told(&early, &later()).unwrap_err().to_string();
        assert!(error.starts_with(NOT_AT_FIRST[0]), "{error}");
        assert!(told(&first, &[]).is_err(), "it is nowhere");
    }
}
