//! Which of the simulation's sources the code panel shows, and a checksum of
//! each, so that the page shows no other than those it was compiled from.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// What stands in the folder but is no defence: how they are put together, and
/// what ties them to the world.
const NOT_SHOWN: [&str; 5] = ["mod.rs", "app.rs", "client.rs", "further.rs", "flawed/mod.rs"];

/// Rust source: `pub static SOURCES: &[Source] = …`.
pub fn generate(folder: &Path) -> Result<String, String> {
    let mut code =
        String::from("/// Every file, the flawed ones last.\npub static SOURCES: &[Source] = &[\n");
    for part in ["", "flawed/"] {
        let entries = fs::read_dir(folder.join(part)).map_err(|e| e.to_string())?;
        let mut names: Vec<String> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".rs"))
            .map(|name| format!("{part}{name}"))
            .filter(|name| !NOT_SHOWN.contains(&name.as_str()))
            .collect();
        names.sort();
        for name in names {
            let path = folder.join(&name);
            let text = fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?;
            let _ = writeln!(code, "Source {{ file: {name:?}, sum: {} }},", checksum(&text));
        }
    }
    code.push_str("];\n");
    Ok(code)
}

/// FNV-1a, 32 bits; the page does the same (`src/panels/source.rs`).
fn checksum(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}
