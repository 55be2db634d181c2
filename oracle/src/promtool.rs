//! Prometheus's own tool for files.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::MISSING;

/// Whether it is content, and all that it says: run in a folder, and given this to read.
///
/// # Panics
///
/// If there is no promtool.
pub fn promtool(folder: &Path, arguments: &[&str], input: &str) -> (bool, String) {
    let mut child = Command::new("promtool")
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{MISSING}: {error}"));
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&text).into_owned())
}
