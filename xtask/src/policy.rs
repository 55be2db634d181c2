//! What the page may do, written into `dist/index.html`: nothing from
//! elsewhere, no script but its own.
//!
//! Only the optimised build gets it: Trunk's server adds a script of its own
//! to reload the page.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

/// Writes the policy, with the fingerprint of each script that stands in the
/// page itself.
pub fn write(dist: &Path) -> Result<()> {
    let path = dist.join("index.html");
    let page = fs::read_to_string(&path)?;
    let mut scripts = String::new();
    for part in page.split("<script").skip(1) {
        let (attributes, rest) = part.split_once('>').context("a script without an end")?;
        let (script, _) = rest.split_once("</script>").context("a script without an end")?;
        if !attributes.contains("src=") {
            let sum = BASE64_STANDARD.encode(Sha256::digest(script));
            scripts += &format!(" 'sha256-{sum}'");
        }
    }
    ensure!(!scripts.is_empty(), "the page starts no program");
    let policy = format!(
        "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
         manifest-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'"
    );
    let head = page.find("<meta").context("a page without a head")?;
    let meta = format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">");
    fs::write(path, format!("{}{meta}{}", &page[..head], &page[head..]))?;
    Ok(())
}
