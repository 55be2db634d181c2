//! Cuts the page's program into parts: what the first figure needs, and what is
//! called by functions written with `later!` only (`src/web/later.rs`), with
//! the data that only they use. It is done where the linker has left it, before
//! wasm-bindgen: there, every use of a function or of data can be told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use rustc_demangle::demangle;
use walrus::Module;
use wasm_split_cli_support::{Options, transform};

use crate::merge::merge;

/// What the linker must be told, so that uses can be told.
pub const LINK: &str = "-Clink-args=--emit-relocs";

/// As the parts call each other, until their files have names.
pub const GLUE: &str = "./glue.js";
pub const LOADER: &str = "./loader.js";

/// The part that comes by itself, and the folder that it lies in.
pub const LAB: &str = "lab";
/// The folder of those that are asked for.
pub const PARTS: &str = "parts";

/// The part that runs scripts, and the one that it comes after: whatever runs one needs
/// that, too. So what only these two use need not lie in [`LAB`], which everybody gets.
const SCRIPT: &str = "script";
const BEFORE_SCRIPT: &str = "beyond";

/// A program in parts.
pub struct Parts {
    /// For wasm-bindgen.
    pub first: PathBuf,
    /// Ready but for their size, by name.
    pub later: BTreeMap<String, PathBuf>,
    /// JavaScript that fetches them. It asks for each as [`asked`] writes it.
    pub loader: String,
}

/// How the loader asks for a part, until its file has a name.
pub fn asked(part: &str) -> String {
    format!("\"./{part}.wasm\"")
}

/// Cuts a program, and writes its parts into a folder.
///
/// What several parts use is cut off as well, for each several a piece. Those
/// pieces go into [`LAB`], which comes before the others, but for what [`SCRIPT`] has in
/// common with the part before it: so a part is a file.
pub fn cut(linked: &Path, folder: &Path) -> Result<Parts> {
    let whole = fs::read(linked).with_context(|| linked.display().to_string())?;
    let first = folder.join("first.wasm");
    let mut options = Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.main_module = GLUE;
    options.link_name = LOADER;
    let cut = transform(options).map_err(|error| anyhow!("{error:?}")).context("the cut")?;
    let written = fs::read_to_string(folder.join(LOADER))?;
    let in_two = only_of(&written, [BEFORE_SCRIPT, SCRIPT]);
    let (mut later, mut shared, mut of_two) = (BTreeMap::new(), Vec::new(), Vec::new());
    for piece in cut.split_modules {
        let name = piece.file_stem().context("a name")?.to_string_lossy().into_owned();
        match name.strip_prefix("split_") {
            Some(part) => drop(later.insert(part.to_owned(), piece)),
            None if in_two.contains(&name) => of_two.push(piece),
            None => shared.push(piece),
        }
    }
    if let (Some(before), false) = (later.get(BEFORE_SCRIPT), of_two.is_empty()) {
        of_two.insert(0, before.clone());
        let both = folder.join(BEFORE_SCRIPT).with_extension("wasm");
        merge(&of_two, &both)?;
        later.insert(BEFORE_SCRIPT.to_owned(), both);
    }
    shared.insert(0, later.get(LAB).context("the cut: there is no lab")?.clone());
    let lab = folder.join(LAB).with_extension("wasm");
    merge(&shared, &lab)?;
    later.insert(LAB.to_owned(), lab);
    let loader = loader(&written, later.keys())?;
    Ok(Parts { first, later, loader })
}

/// The pieces that just these parts have in common, by name. Before each piece the
/// loader has the parts that use it.
fn only_of(written: &str, parts: [&str; 2]) -> Vec<String> {
    let wanted = format!("/* {} */", parts.join(", "));
    let lines = written.lines().zip(written.lines().skip(1));
    let after = lines.filter(|(line, _)| *line == wanted).map(|(_, after)| after);
    let name = |line: &str| Some(line.strip_prefix("const __")?.split(' ').next()?.to_owned());
    after.filter_map(name).collect()
}

/// The loader: how parts begin as it was written, and which there are as they are
/// now. It compiles what comes while it comes, which browsers do only where the
/// server says that it is Wasm; some servers do not.
fn loader<'a>(written: &str, parts: impl Iterator<Item = &'a String> + Clone) -> Result<String> {
    const EACH: &str = "export const __wasm_split_load_";
    let ends = ["\n/* ", "\nexport const "].into_iter().filter_map(|begin| written.find(begin));
    let (begin, each) = written.split_at(ends.min().context("the loader is another")?);
    let (there, wanted) = (each.matches(EACH).count(), parts.clone().count());
    ensure!(there == wanted, "{there} parts are asked for, {wanted} are there");
    let checked = if begin.contains("function debugWrap") { "debugWrap" } else { "" };
    let mut loader = format!(
        "{begin}
const fetched = file => () => {{
const src = fetch(new URL(file, import.meta.url));
src.catch(() => {{}});
return imports => {checked}(src.then(answer => answer.headers.get('Content-Type') === 'application/wasm'
? WebAssembly.instantiateStreaming(answer, imports)
: answer.arrayBuffer().then(bytes => WebAssembly.instantiate(bytes, imports))));
}};
const {LAB} = makeLoad(fetched({}), []);
const {BEFORE_SCRIPT} = makeLoad(fetched({}), [{LAB}]);
",
        asked(LAB),
        asked(BEFORE_SCRIPT)
    );
    for part in parts {
        ensure!(each.contains(&format!("{EACH}{part} = ")), "nobody asks for {part}");
        let load = match part.as_str() {
            LAB | BEFORE_SCRIPT => part.clone(),
            SCRIPT => format!("makeLoad(fetched({}), [{LAB}, {BEFORE_SCRIPT}])", asked(part)),
            _ => format!("makeLoad(fetched({}), [{LAB}])", asked(part)),
        };
        loader += &format!("{EACH}{part} = wrapAsyncCb({load});\n");
    }
    Ok(loader)
}

/// What a visitor does not see at first, and in which part it is.
const NOT_AT_FIRST: [(&str, &str); 41] = [
    ("serde_json", LAB),
    ("stampede_scenario::fields", LAB),
    ("stampede_scenario::section", LAB),
    ("stampede_playground::app::notice", LAB),
    ("stampede_playground::course::handout", "teach"),
    ("stampede_playground::course::search", LAB),
    ("stampede_playground::course::task", LAB),
    ("stampede_playground::panels::chaos", "own"),
    ("stampede_playground::panels::chart", "charts"),
    ("stampede_playground::panels::class", "teach"),
    ("stampede_playground::panels::code", "code"),
    ("stampede_playground::panels::learn", "learn"),
    ("stampede_playground::panels::luck", "own"),
    ("stampede_playground::panels::saved", "own"),
    ("stampede_playground::panels::script", "script"),
    ("stampede_playground::panels::spot", "code"),
    ("stampede_playground::panels::system", "own"),
    ("stampede_playground::panels::watch", "watch"),
    ("stampede_playground::panels::why", LAB),
    ("stampede_playground::runs::hunt", "own"),
    ("stampede_playground::runs::watch", "watch"),
    ("stampede_playground::sandbox", "own"),
    ("stampede_playground::why::words", LAB),
    ("stampede_predict", "learn"),
    ("stampede_sim::ablation", "own"),
    ("stampede_sim::alerting", "watch"),
    ("stampede_sim::chaos", "own"),
    ("stampede_sim::metrics", "watch"),
    ("stampede_sim::protect::backup", "beyond"),
    ("stampede_sim::protect::breaker", LAB),
    ("stampede_sim::protect::coalesce", "beyond"),
    ("stampede_sim::protect::compute", "beyond"),
    ("stampede_sim::protect::edge", "beyond"),
    ("stampede_sim::protect::gateway", "beyond"),
    ("stampede_sim::protect::shop", "beyond"),
    ("stampede_sim::protect::update", "beyond"),
    ("stampede_sim::run::autoscale", "beyond"),
    ("stampede_sim::run::balance", "beyond"),
    ("stampede_sim::run::edge", "beyond"),
    ("stampede_sim::run::sometimes", LAB),
    ("stampede_sim::world::faults", LAB),
];

/// Makes sure that each of them is in its part. If it is in another, that calls
/// it, and it costs those who only watch, or who do not open its panel.
pub fn check(parts: &Parts) -> Result<()> {
    let mut functions = BTreeMap::from([("first", names(&parts.first)?)]);
    for (name, module) in &parts.later {
        functions.insert(name, names(module)?);
    }
    told(&functions)
}

/// The names of a module's own functions, as they are written.
fn names(module: &Path) -> Result<Vec<String>> {
    let module = Module::from_file(module)?;
    let names = module.funcs.iter_local().filter_map(|(id, _)| module.funcs.get(id).name.clone());
    let names = names.map(|name| format!("{:#}", demangle(&name)));
    // What drops something goes by its name, and may be shared by many.
    Ok(names.filter(|name| !name.starts_with("core::ptr::drop_in_place")).collect())
}

/// An error if something that is not needed at first is not in its part. The linker
/// may have merged a few functions with others that are the same, and what is
/// shared is called through a few lines; those do not count.
fn told(functions: &BTreeMap<&str, Vec<String>>) -> Result<()> {
    for (module, part) in NOT_AT_FIRST {
        let of = |names: &Vec<String>| names.iter().filter(|name| name.contains(module)).count();
        let there = functions.get(part).map_or(0, of);
        ensure!(there > 0, "{module}: nothing of it is in {part}, where it belongs");
        for (other, names) in functions.iter().filter(|(other, _)| **other != part) {
            let here = of(names);
            ensure!(
                there > 3 * here,
                "{module}: {here} functions are in {other}, {there} in {part}, where they belong"
            );
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Twenty functions of each module.
    fn all() -> BTreeMap<&'static str, Vec<String>> {
        let mut all = BTreeMap::from([("first", vec!["stampede_playground::app::App".to_owned()])]);
        for (module, part) in NOT_AT_FIRST {
            all.entry(part).or_default().extend(vec![format!("{module}::run"); 20]);
        }
        all
    }

    #[test]
    fn what_is_called_too_early_is_noticed() {
        assert!(told(&all()).is_ok());
        for (module, part) in NOT_AT_FIRST {
            for other in ["first", LAB].into_iter().filter(|other| *other != part) {
                let with = |functions: usize| {
                    let mut with = all();
                    let early = vec![format!("{module}::run"); functions];
                    with.entry(other).or_default().extend(early);
                    told(&with)
                };
                assert!(with(1).is_ok(), "{module}: the linker may have merged one");
                let error = with(7).unwrap_err().to_string();
                assert!(error.starts_with(module) && error.contains(other), "{error}");
            }
        }
        assert!(told(&BTreeMap::new()).is_err(), "it is nowhere");
    }

    const WRITTEN: &str = "import { initSync } from \"./glue.js\";
function makeLoad() {}
/* lab, own */
const __chunk_1 = makeLoad(() => {}, []);
export const __wasm_split_load_own = wrapAsyncCb(makeLoad(() => {}, [__chunk_1]));
export const __wasm_split_load_lab = wrapAsyncCb(makeLoad(() => {}, [__chunk_1]));
";

    #[test]
    fn the_lab_comes_before_the_others() {
        let parts = [LAB, "own"].map(str::to_owned);
        let loader = loader(WRITTEN, parts.iter()).unwrap();
        assert!(loader.starts_with("import { initSync }") && !loader.contains("__chunk"));
        for line in [
            "const lab = makeLoad(fetched(\"./lab.wasm\"), []);",
            "export const __wasm_split_load_lab = wrapAsyncCb(lab);",
            "export const __wasm_split_load_own = wrapAsyncCb(makeLoad(fetched(\"./own.wasm\"), [lab]));",
            "const beyond = makeLoad(fetched(\"./beyond.wasm\"), [lab]);",
        ] {
            assert!(loader.lines().any(|there| there == line), "{line} is missing: {loader}");
        }
    }

    #[test]
    fn what_two_parts_have_in_common_is_told() {
        let written = "/* beyond, script */
const __chunk_3 = makeLoad(() => {}, []);
/* beyond, own, script */
const __chunk_4 = makeLoad(() => {}, []);
/* beyond, script */
const __chunk_12 = makeLoad(() => {}, []);
";
        assert_eq!(only_of(written, ["beyond", "script"]), ["chunk_3", "chunk_12"]);
        assert_eq!(only_of(written, ["lab", "own"]), [""; 0]);
    }

    #[test]
    fn a_part_that_is_nowhere_is_an_error() {
        for parts in [&[LAB][..], &[LAB, "other"], &[LAB, "other", "own"]] {
            let parts: Vec<String> = parts.iter().map(|part| (*part).to_owned()).collect();
            assert!(loader(WRITTEN, parts.iter()).is_err(), "{parts:?}");
        }
    }
}
