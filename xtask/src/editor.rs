//! The lab's editor: CodeMirror, with what it needs from npm, and our own few lines
//! (`static/editor`), put into one file by esbuild. The repository has only the latter.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::{sh, tools};

/// esbuild, and all that goes into the file, each at the version that was looked at.
pub const PACKAGES: [(&str, &str); 13] = [
    ("@codemirror/commands", "6.11.1"),
    ("@codemirror/language", "6.13.1"),
    ("@codemirror/lint", "6.9.8"),
    ("@codemirror/state", "6.7.6"),
    ("@codemirror/view", "6.43.15"),
    ("@lezer/common", "1.5.5"),
    ("@lezer/highlight", "1.2.5"),
    ("@lezer/lr", "1.4.12"),
    ("@marijn/find-cluster-break", "1.0.4"),
    ("crelt", "1.0.7"),
    ("esbuild", "0.28.2"),
    ("style-mod", "4.1.5"),
    ("w3c-keyname", "2.2.8"),
];

/// The folder of the page that it lies in.
pub const FOLDER: &str = "editor";
/// Its name in the page, and that of our own first lines of it in `static`.
pub const FILE: &str = "editor/editor.js";

/// What stands at its top, as the licence asks.
const NOTICE: &str =
    "/*! CodeMirror and Lezer, © Marijn Haverbeke and others, MIT licence: codemirror.net */";

/// Writes it into `target/editor`, from where the page takes it.
pub fn run() -> Result<()> {
    tools::for_editor()?;
    let (root, file) = (sh::root(), sh::root().join("target").join(FILE));
    let packages = tools::editor()?.join("node_modules");
    fs::create_dir_all(file.parent().context("a folder")?)?;
    let mut esbuild = sh::command(esbuild()?);
    esbuild
        .arg(root.join("static").join(FILE))
        .args(["--bundle", "--minify", "--format=esm", "--target=es2022", "--charset=utf8"])
        .args(["--legal-comments=none", "--log-level=warning"])
        .arg(format!("--banner:js={NOTICE}"))
        .arg(format!("--outfile={}", file.display()))
        .env("NODE_PATH", packages);
    sh::run(&mut esbuild)
}

fn esbuild() -> Result<PathBuf> {
    let program = if cfg!(windows) { "esbuild.cmd" } else { "esbuild" };
    Ok(tools::editor()?.join("node_modules/.bin").join(program))
}
