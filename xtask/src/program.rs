//! The page's program: compiled, cut into parts, bound to JavaScript by wasm-bindgen,
//! and optimised. wasm-bindgen is a library here, and Cargo holds it at the version
//! that the program was compiled with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use crate::build::RELEASE;
use crate::pieces::After;
use crate::{lean, names, placed, ready, sh, split, tools};

/// The package and its program.
const NAME: &str = "stampede-playground";
/// What everything in the browser is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// What the page loads.
#[derive(PartialEq)]
pub struct Program {
    /// JavaScript that the program is called through. It asks for the loader as
    /// [`split::LOADER`].
    pub glue: String,
    /// JavaScript that fetches the later parts. It asks for each by its name, as
    /// [`split::asked`] writes it, and for the glue as [`split::GLUE`].
    pub loader: String,
    /// What the first figure needs.
    pub first: Vec<u8>,
    /// What it does not, by name.
    pub later: BTreeMap<String, Vec<u8>>,
    /// What of it comes before each.
    pub after: After,
}

/// Builds the program with a profile of Cargo's.
pub fn build(profile: &str) -> Result<Program> {
    let mut cargo = sh::cargo(&["rustc", "--package", NAME, "--bin", NAME, "--features", "split"]);
    cargo.args(["--profile", profile, "--target", TARGET, "--", split::LINK]);
    let linked = compile(&mut cargo, profile, NAME)?;
    let (folder, made_from) = (linked.with_file_name("page-ready"), ready::made_from(&linked)?);
    if let Some(program) = ready::read(&folder, &made_from) {
        return Ok(program);
    }
    let program = sh::timed("the cut, wasm-bindgen, and wasm-opt", || {
        let work = linked.with_file_name("page-parts");
        let parts = split::cut(&linked, &work)?;
        placed::check(&parts)?;
        let (module, glue) = bind(&parts.first, &work)?;
        let (first, glue) = names::with_short_names(&fs::read(&module)?, glue)?;
        fs::write(&module, first)?;
        let later =
            parts.later.into_iter().map(|(name, path)| Ok((name, tidy(&path, "-Oz", profile)?)));
        Ok(Program {
            glue: lean::script(&glue),
            loader: lean::script(&parts.loader),
            first: tidy(&module, "-O3", profile)?,
            later: later.collect::<Result<_>>()?,
            after: parts.after,
        })
    })?;
    ready::write(&folder, &made_from, &program)?;
    Ok(program)
}

/// Compiles something for the browser, and says where the module is.
pub fn compile(cargo: &mut Command, profile: &str, name: &str) -> Result<PathBuf> {
    sh::step(&format!("compiling {name} for the browser ({profile})"), cargo)?;
    Ok(sh::target()?.join(TARGET).join(profile).join(format!("{name}.wasm")))
}

/// Puts a module and its glue into a folder: where the module is, and the glue.
pub fn bind(compiled: &Path, folder: &Path) -> Result<(PathBuf, String)> {
    let mut bindgen = Bindgen::new();
    // What the linker exports, later parts ask for.
    bindgen.input_path(compiled).web(true)?.typescript(false).keep_lld_exports(true);
    let mut output = bindgen.generate_output().context("wasm-bindgen")?;
    output.emit(folder).context("wasm-bindgen")?;
    let name = compiled.file_stem().context("a name")?.to_string_lossy();
    let glue = fs::read_to_string(folder.join(format!("{name}.js")))?;
    Ok((folder.join(format!("{name}_bg.wasm")), glue))
}

/// Runs wasm-opt over a file.
pub fn optimise(path: &Path, how: &[&str]) -> Result<()> {
    let mut command = sh::command("wasm-opt");
    command.args(tools::WASM_FEATURES).args(how).arg("-o").arg(path).arg(path);
    sh::run(command.env("PATH", tools::path()?))
}

/// Makes a module small. Functions are ordered by name, so that what is alike
/// stands together and compresses (by a fiftieth of all), before names go. What is to be
/// small is made so once more then, which finds another kilobyte in the largest. What
/// is no release may be larger, and is there sooner.
fn tidy(path: &Path, level: &str, profile: &str) -> Result<Vec<u8>> {
    if profile == RELEASE {
        optimise(path, &[level, "--debuginfo"])?;
        let again = if level == "-Oz" { level } else { "-O1" };
        optimise(path, &["--reorder-functions-by-name", again, "--strip-debug"])?;
    } else {
        optimise(path, &["-O1", "--strip-debug"])?;
    }
    Ok(fs::read(path)?)
}
