//! Cuts the page's program into parts: what the first figure needs, and what is
//! called by functions written with `later!` only (`src/web/later.rs`), with
//! the data that only they use. It is done where the linker has left it, before
//! wasm-bindgen: there, every use of a function or of data can be told.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, ensure};
use wasm_split_cli_support::{Options, transform};

use crate::merge::merge;
use crate::pieces::{self, After, COMMON, Pieces};

/// What the linker must be told, so that uses can be told.
pub const LINK: &str = "-Clink-args=--emit-relocs";

/// As the parts call each other, until their files have names.
pub const GLUE: &str = "./glue.js";
pub const LOADER: &str = "./loader.js";

/// The folder of the parts that are asked for, and of what they have in common.
pub const PARTS: &str = "parts";

/// A program in parts.
pub struct Parts {
    /// For wasm-bindgen.
    pub first: PathBuf,
    /// Ready but for their size, by name.
    pub later: BTreeMap<String, PathBuf>,
    /// Which of them come before each.
    pub after: After,
    /// JavaScript that fetches them. It asks for each as [`asked`] writes it.
    pub loader: String,
}

/// How the loader asks for a part, until its file has a name.
pub fn asked(part: &str) -> String {
    format!("\"./{part}.wasm\"")
}

/// Cuts a program, and writes its parts into a folder.
///
/// What several parts use is cut off as well, for each several a piece. Those pieces go
/// into few files ([`Pieces`]), so that a part is one.
pub fn cut(linked: &Path, folder: &Path) -> Result<Parts> {
    let whole = fs::read(linked).with_context(|| linked.display().to_string())?;
    let first = folder.join("first.wasm");
    let mut options = Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = &first;
    options.main_module = GLUE;
    options.link_name = LOADER;
    let cut = transform(options).map_err(|error| anyhow!("{error:?}")).context("the cut")?;
    let pieces = Pieces::of(&cut.prefetch_map);
    let mut files = BTreeMap::<String, Vec<PathBuf>>::new();
    for piece in cut.split_modules {
        let name = piece.file_stem().context("a name")?.to_string_lossy();
        let home = pieces::own(&name).or(pieces.homes.get(&*name).copied());
        if let Some(file) = home.map(str::to_owned) {
            files.entry(file).or_default().push(piece);
        }
    }
    let mut later = BTreeMap::new();
    for (name, pieces) in files {
        let file = match &pieces[..] {
            [only] => only.clone(),
            several => {
                let file = folder.join(&name).with_extension("wasm");
                merge(several, &file)?;
                file
            }
        };
        later.insert(name, file);
    }
    let loader = loader(&fs::read_to_string(folder.join(LOADER))?, &pieces.after)?;
    Ok(Parts { first, later, after: pieces.after, loader })
}

/// The loader: how parts begin as it was written, and which there are as they are
/// now. It compiles what comes while it comes, which browsers do only where the
/// server says that it is Wasm; some servers do not.
fn loader(written: &str, after: &After) -> Result<String> {
    const EACH: &str = "export const __wasm_split_load_";
    let ends = ["\n/* ", "\nexport const "].into_iter().filter_map(|begin| written.find(begin));
    let (begin, each) = written.split_at(ends.min().context("the loader is another")?);
    let parts = after.keys().filter(|part| *part != COMMON);
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
"
    );
    let mut files: Vec<_> = after.iter().collect();
    files.sort_by_key(|(_, before)| before.len());
    for (file, before) in files {
        let before: Vec<&str> = before.iter().copied().collect();
        let file_of = asked(file);
        loader +=
            &format!("const {file} = makeLoad(fetched({file_of}), [{}]);\n", before.join(", "));
    }
    for part in parts {
        ensure!(each.contains(&format!("{EACH}{part} = ")), "nobody asks for {part}");
        loader += &format!("{EACH}{part} = wrapAsyncCb({part});\n");
    }
    Ok(loader)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pieces::LAB;

    const WRITTEN: &str = "import { initSync } from \"./glue.js\";
function makeLoad() {}
/* lab, own */
const __chunk_1 = makeLoad(() => {}, []);
export const __wasm_split_load_own = wrapAsyncCb(makeLoad(() => {}, [__chunk_1]));
export const __wasm_split_load_lab = wrapAsyncCb(makeLoad(() => {}, [__chunk_1]));
";

    fn after(parts: &[(&str, &[&'static str])]) -> After {
        let each = |(part, before): &(&str, &[&'static str])| {
            ((*part).to_owned(), before.iter().copied().collect())
        };
        parts.iter().map(each).collect()
    }

    #[test]
    fn what_a_part_needs_comes_before_it() {
        let after = after(&[("common", &[LAB]), (LAB, &[]), ("own", &[COMMON, LAB])]);
        let loader = loader(WRITTEN, &after).unwrap();
        assert!(loader.starts_with("import { initSync }") && !loader.contains("__chunk"));
        let wanted = [
            "const lab = makeLoad(fetched(\"./lab.wasm\"), []);",
            "const common = makeLoad(fetched(\"./common.wasm\"), [lab]);",
            "const own = makeLoad(fetched(\"./own.wasm\"), [common, lab]);",
            "export const __wasm_split_load_lab = wrapAsyncCb(lab);",
            "export const __wasm_split_load_own = wrapAsyncCb(own);",
        ];
        let lines: Vec<&str> = loader.lines().collect();
        assert!(lines.ends_with(&wanted), "{loader}");
    }

    #[test]
    fn a_part_that_is_nowhere_is_an_error() {
        for parts in [&[LAB][..], &[LAB, "other"], &[LAB, "other", "own"]] {
            let parts: Vec<_> = parts.iter().map(|part| (*part, &[][..])).collect();
            assert!(loader(WRITTEN, &after(&parts)).is_err(), "{parts:?}");
        }
    }
}
