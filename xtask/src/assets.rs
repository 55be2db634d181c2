//! The files of the page, as `index.html` asks for them. It does so in Trunk's
//! words (`data-trunk`), so that those who have Trunk can use it; this knows as
//! many of them as stand there, and refuses others.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};

use crate::pieces::LAB;
use crate::program::Program;
use crate::{lean, sh, split};

/// Writes the page and all its files into a folder, in the place of what was
/// there.
pub fn write(folder: &Path, program: &Program) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let (mut page, mut styles) = (String::new(), String::new());
    for (i, line) in fs::read_to_string(sh::root().join("index.html"))?.lines().enumerate() {
        let place = || format!("index.html, line {}", i + 1);
        match read(line).with_context(place)? {
            None => page += line,
            // One file for all styles: one request, and they compress together.
            Some(asked) if asked.get("rel").is_some_and(|rel| rel == "css") => {
                if styles.is_empty() {
                    page += STYLES;
                }
                let path = asked.get("href").context("href is missing").with_context(place)?;
                styles += &source(path).with_context(place)?.1;
            }
            Some(asked) => page += &asset(&asked, folder, program).with_context(place)?,
        }
        page.push('\n');
    }
    let file = put(folder, "style.css", &lean::style(&styles))?;
    let page = page.replace(STYLES, &format!(r#"<link rel="stylesheet" href="./{file}">"#));
    Ok(fs::write(folder.join("index.html"), lean::page(&page))?)
}

/// Where the page asks for its styles, until their file is known.
const STYLES: &str = "<link rel=stylesheet>";

/// An element of the page that asks for something, by its attributes; its own
/// name is among them, without a value.
type Asked = BTreeMap<String, String>;

/// Reads an element with `data-trunk`. It must have its line for itself.
fn read(line: &str) -> Result<Option<Asked>> {
    if !line.contains("data-trunk") {
        return Ok(None);
    }
    let inner = line.trim().trim_end_matches("</script>");
    let inner = inner.strip_prefix('<').and_then(|inner| inner.strip_suffix('>'));
    let mut rest =
        inner.filter(|inner| !inner.contains(['<', '>'])).context("an element a line")?;
    let mut attributes = Asked::new();
    while !rest.trim_start().is_empty() {
        rest = rest.trim_start();
        let end = rest.find([' ', '=']).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let (value, after) = match after.strip_prefix("=\"") {
            None => ("", after),
            Some(after) => after.split_once('"').context("a value without an end")?,
        };
        ensure!(!after.starts_with('='), "{name}: values stand in double quotes");
        attributes.insert(name.to_owned(), value.to_owned());
        rest = after;
    }
    Ok(Some(attributes))
}

/// Puts what an element asks for into the folder; what the page says instead.
fn asset(asked: &Asked, folder: &Path, program: &Program) -> Result<String> {
    let value = |name: &str| asked.get(name).with_context(|| format!("{name} is missing"));
    let target = || folder.join(asked.get("data-target-path").map_or("", String::as_str));
    if asked.contains_key("script") {
        let (name, text) = source(value("src")?)?;
        let file = put(folder, &name, &lean::script(&text))?;
        return Ok(format!(r#"<script defer src="./{file}"></script>"#));
    }
    match value("rel")?.as_str() {
        "icon" => {
            let (name, text) = source(value("href")?)?;
            Ok(format!(r#"<link rel="icon" href="./{}">"#, put(folder, &name, &text)?))
        }
        "copy-file" => {
            let (name, text) = source(value("href")?)?;
            fs::create_dir_all(target())?;
            let text = match name.rsplit('.').next() {
                Some("css") => lean::style(&text),
                Some("js") => lean::script(&text),
                _ => text,
            };
            fs::write(target().join(name), text)?;
            Ok(String::new())
        }
        "copy-dir" => {
            copy(&sh::root().join(value("href")?), &target())?;
            Ok(String::new())
        }
        "rust" => start(folder, program),
        other => bail!("nothing is known of rel=\"{other}\""),
    }
}

/// The name and the text of a file.
fn source(path: &str) -> Result<(String, String)> {
    let name = path.rsplit('/').next().unwrap_or_default().to_owned();
    Ok((name, fs::read_to_string(sh::root().join(path)).with_context(|| path.to_owned())?))
}

/// Puts a file into the folder under a name that changes with what is in it, so
/// that nobody gets an old one from a cache. Returns the name.
fn put(folder: &Path, name: &str, text: &str) -> Result<String> {
    let (stem, end) = name.split_once('.').context("a name with an ending")?;
    let file = format!("{stem}-{}.{end}", fingerprint(text.as_bytes()));
    fs::write(folder.join(&file), text)?;
    Ok(file)
}

fn fingerprint(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let path = entry?.path();
        let to = to.join(path.file_name().context("a name")?);
        if path.is_dir() {
            copy(&path, &to)?;
        } else {
            fs::copy(&path, &to)?;
        }
    }
    Ok(())
}

/// Puts the program into the folder; what fetches and starts it. All its files
/// go by the same name: they belong together, and ask for each other.
fn start(folder: &Path, program: &Program) -> Result<String> {
    let Program { glue, loader, first, later, .. } = program;
    let mut all = [glue.as_bytes(), loader.as_bytes(), first].concat();
    later.values().for_each(|part| all.extend(part));
    let name = format!("stampede-playground-{}", fingerprint(&all));
    // The module goes on calling it by the name that it was compiled with.
    let from = |file: &str| format!("from \"{file}\"");
    // By an import for each part.
    let asked = from(&format!("./{name}_lab.js"));
    let glue = asking(glue, &from(split::LOADER), &asked)?;
    let asks = |what: &str| glue.matches(what).count();
    ensure!(asks(" from \"./") == asks(&asked), "the glue needs a file of its own");
    let mut loader = asking(loader, &from(split::GLUE), &from(&format!("./{name}.js")))?;
    for (part, module) in later {
        // Beside the page, but not among what the first figure needs.
        let place = if part == LAB { LAB } else { split::PARTS };
        let file = format!("{place}/{name}_{part}.wasm");
        loader = asking(&loader, &split::asked(part), &format!("\"./{file}\""))?;
        fs::create_dir_all(folder.join(place))?;
        fs::write(folder.join(file), module)?;
    }
    fs::write(folder.join(format!("{name}.js")), glue)?;
    fs::write(folder.join(format!("{name}_lab.js")), loader)?;
    fs::write(folder.join(format!("{name}_bg.wasm")), first)?;
    Ok(format!(
        r#"<link rel="modulepreload" href="./{name}.js" crossorigin="anonymous">
<link rel="modulepreload" href="./{name}_lab.js" crossorigin="anonymous">
<link rel="preload" href="./{name}_bg.wasm" crossorigin="anonymous" as="fetch" type="application/wasm">
<script type="module">import init from "./{name}.js";
const wasm = await init({{ module_or_path: "./{name}_bg.wasm" }});
dispatchEvent(new CustomEvent("TrunkApplicationStarted", {{ detail: {{ wasm }} }}));</script>"#
    ))
}

/// A script that asks for a file by its name in the folder.
fn asking(script: &str, before: &str, name: &str) -> Result<String> {
    ensure!(script.contains(before), "it does not ask for {before}");
    Ok(script.replace(before, name))
}

#[cfg(test)]
mod tests {
    use super::read;

    fn pairs(line: &str) -> Vec<(String, String)> {
        read(line).unwrap().unwrap().into_iter().collect()
    }

    #[test]
    fn elements_are_read() {
        assert!(read("<p>About trunk.</p>").unwrap().is_none());
        let script = pairs(r#"  <script data-trunk defer src="a/b.js"></script>"#);
        let names: Vec<&str> = script.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["data-trunk", "defer", "script", "src"]);
        assert_eq!(script[3].1, "a/b.js");
        let css = pairs(r#"<link data-trunk rel="css" href="x = y.css">"#);
        assert_eq!(css[1], ("href".to_owned(), "x = y.css".to_owned()));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for line in [
            r#"<link data-trunk rel="css"><link data-trunk rel="icon">"#,
            r#"<link data-trunk rel=css>"#,
            r#"<link data-trunk rel="css>"#,
            r#"<link data-trunk"#,
        ] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
