//! The page's program: compiled, bound to JavaScript by wasm-bindgen, optimised,
//! and cut. wasm-bindgen is a library here, and Cargo holds it at the version
//! that the program was compiled with.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::{lean, sh, split, tools};

/// The package and its program.
const NAME: &str = "stampede-playground";
const TARGET: &str = "wasm32-unknown-unknown";

/// What the page loads.
pub struct Program {
    /// JavaScript that the program is called through.
    pub glue: String,
    /// What a first visit needs.
    pub first: Vec<u8>,
    /// What it does not.
    pub second: Vec<u8>,
}

/// Builds the program with a profile of Cargo's.
pub fn build(profile: &str) -> Result<Program> {
    let compiled = compile(&["--package", NAME, "--bin", NAME], profile, NAME)?;
    sh::timed("wasm-bindgen, wasm-opt, and the cut", || {
        let work = compiled.with_file_name("page-parts");
        let (module, glue) = bind(&compiled, &work)?;
        let apart = keep_apart();
        let mut how: Vec<&str> = apart.iter().map(String::as_str).collect();
        how.extend(["-O3", "--debuginfo"]);
        optimise(&module, &how)?;
        let (whole, glue) = split::with_short_names(&fs::read(module)?, glue)?;
        let (first, second) = split::cut(&whole, split::MOVES)?;
        Ok(Program {
            glue: lean::script(&glue),
            first: tidy(&work.join("first.wasm"), &first, "-O1")?,
            second: tidy(&work.join("second.wasm"), &second, "-Oz")?,
        })
    })
}

/// Compiles something for the browser, and says where the module is.
pub fn compile(what: &[&str], profile: &str, name: &str) -> Result<PathBuf> {
    let mut cargo = sh::cargo(&["build", "--profile", profile, "--target", TARGET]);
    sh::step(&format!("compiling {name} for the browser ({profile})"), cargo.args(what))?;
    Ok(sh::target()?.join(TARGET).join(profile).join(format!("{name}.wasm")))
}

/// Puts a module and its glue into a folder: where the module is, and the glue.
pub fn bind(compiled: &Path, folder: &Path) -> Result<(PathBuf, String)> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(compiled).web(true)?.typescript(false);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;
    output.emit(folder).context("wasm-bindgen")?;
    let name = compiled.file_stem().context("a name")?.to_string_lossy();
    let glue = fs::read_to_string(folder.join(format!("{name}.js")))?;
    Ok((folder.join(format!("{name}_bg.wasm")), glue))
}

/// What is called from one place, and is no part of a first visit: put into its
/// caller, it could not move.
const APART: [&str; 4] =
    ["*protect::path::guard*", "*run::perform*", "*world::faults*", "*world::clients::user*"];

fn keep_apart() -> Vec<String> {
    APART.iter().map(|names| format!("--no-inline={names}")).collect()
}

/// Runs wasm-opt over a file.
pub fn optimise(path: &Path, how: &[&str]) -> Result<()> {
    let mut command = sh::command("wasm-opt");
    command.args(tools::WASM_FEATURES).args(how).arg("-o").arg(path).arg(path);
    sh::run(command.env("PATH", tools::path()?))
}

/// Orders functions by name, so that what is alike stands together and
/// compresses (by a fiftieth of all), and then forgets the names.
fn tidy(path: &Path, module: &[u8], level: &str) -> Result<Vec<u8>> {
    fs::write(path, module)?;
    optimise(path, &["--reorder-functions-by-name", level, "--strip-debug"])?;
    Ok(fs::read(path)?)
}
