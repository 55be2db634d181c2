//! Running other programs.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

/// The workspace's root folder.
pub fn root() -> PathBuf {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask).to_owned()
}

/// Where Cargo puts what it builds.
pub fn target() -> Result<PathBuf> {
    let arguments = ["metadata", "--no-deps", "--format-version", "1"];
    let printed = output(&mut cargo(&arguments)).context("cargo metadata")?;
    let metadata: serde_json::Value = serde_json::from_str(&printed)?;
    Ok(metadata["target_directory"].as_str().context("a target folder")?.into())
}

/// A program, to be run in the workspace's root.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// Cargo, as the one that runs this.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut cargo = command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(arguments);
    cargo
}

/// Runs a program; an error if it fails.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", name(command)))?;
    if !status.success() {
        bail!("{} failed ({status})", name(command));
    }
    Ok(())
}

/// Runs a program under a heading, and says how long it took.
pub fn step(heading: &str, command: &mut Command) -> Result<()> {
    timed(heading, || run(command))
}

/// Does something under a heading, and says how long it took.
pub fn timed<T>(heading: &str, what: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("\n▶ {heading}");
    let begin = Instant::now();
    let done = what()?;
    println!("✓ {heading} ({:.0} s)", begin.elapsed().as_secs_f64());
    Ok(done)
}

/// Runs tests under a heading; an error if none ran.
pub fn tests(heading: &str, command: &mut Command) -> Result<u32> {
    println!("\n▶ {heading}");
    let begin = Instant::now();
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", name(command)))?;
    let mut passed = 0;
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line?;
            passed += count_passed(&line);
            println!("{line}");
        }
    }
    let status = child.wait()?;
    if !status.success() {
        bail!("{heading}: {} failed ({status})", name(command));
    }
    if passed == 0 {
        bail!("{heading}: no test ran");
    }
    println!("✓ {heading}: {passed} passed ({:.0} s)", begin.elapsed().as_secs_f64());
    Ok(passed)
}

/// From `test result: ok. 12 passed; 0 failed; …`.
fn count_passed(line: &str) -> u32 {
    let count = || {
        let (before, _) = line.strip_prefix("test result: ")?.split_once(" passed")?;
        before.rsplit(' ').next()?.parse().ok()
    };
    count().unwrap_or(0)
}

/// What a program prints; `None` if it cannot be run or fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn name(command: &Command) -> String {
    let arguments = command.get_args().take(4).map(|a| a.to_string_lossy());
    let program = command.get_program().to_string_lossy().into_owned();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    [program].into_iter().chain(arguments.map(|a| a.into_owned())).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #[test]
    fn reads_what_the_test_harness_prints() {
        let line = "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out";
        assert_eq!(super::count_passed(line), 12);
        assert_eq!(super::count_passed("12 passed"), 0);
    }
}
