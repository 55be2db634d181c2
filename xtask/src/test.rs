//! `cargo xtask test`: everything that can be checked, quick things first.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::sh::{cargo, output, root, step, tests};
use crate::{build, clone, tools};

const WASM: &str = "wasm32-unknown-unknown";

/// Runs everything; what plain `trunk serve` serves only where there is trunk,
/// or if asked to install it (`--trunk`).
pub fn run(arguments: &[String]) -> Result<()> {
    let trunk = match arguments {
        [] => tools::has_trunk(),
        [only] if only == "--trunk" => true,
        _ => bail!("cargo xtask test [--trunk]"),
    };
    let begin = Instant::now();
    tools::for_testing()?;

    step("formatting", &mut cargo(&["fmt", "--all", "--check"]))?;
    let clippy = ["clippy", "--quiet", "--all-targets"];
    let deny = ["--", "--deny", "warnings"];
    step("lints, native", cargo(&clippy).arg("--workspace").args(deny))?;
    let page = ["--package", "stampede-playground", "--target", WASM];
    step("lints, Wasm", cargo(&clippy).args(page).args(deny))?;

    let mut passed = tests(
        "native tests",
        &mut cargo(&["test", "--quiet", "--workspace", "--exclude", "journeys"]),
    )?;

    let wasm = |arguments: &[&str]| {
        let mut test = cargo(&["test", "--target", WASM]);
        test.args(arguments).env("WASM_BINDGEN_TEST_TIMEOUT", "240");
        if let Some(driver) = tools::on_path("chromedriver") {
            test.env("CHROMEDRIVER", driver);
        }
        test
    };
    let sim = ["--package", "stampede-sim", "--no-default-features", "--features", "lab", "--test"];
    let sim = [&sim[..], &["same_everywhere", "--test", "waiting"]].concat();
    passed += tests(
        "Wasm tests in Chromium: the same logs as native",
        wasm(&sim).env("STAMPEDE_NATIVE", native_hashes("stampede-sim")?),
    )?;
    let predict = ["--package", "stampede-predict", "--test", "same_everywhere"];
    passed += tests(
        "Wasm tests in Chromium: the same is learned as natively",
        wasm(&predict).env("STAMPEDE_NATIVE", native_hashes("stampede-predict")?),
    )?;
    let page = ["--package", "stampede-playground", "--lib"];
    passed += tests("Wasm tests in Chromium: the page's parts", &mut wasm(&page))?;

    // With assertions, because what is wrong should be seen; and as visitors get
    // it, where it is about just that.
    let checked = build::checked()?;
    build::dist()?;
    let mut journeys = cargo(&["test", "--quiet", "--package", "journeys", "--test", "journeys"]);
    journeys.env("STAMPEDE_PAGE", checked).env("STAMPEDE_AXE", tools::axe()?);
    passed += tests("journeys in Chromium, with assertions", &mut journeys)?;
    let mut journeys = cargo(&["test", "--quiet", "--package", "journeys", "--test", "visitors"]);
    journeys.env("STAMPEDE_PAGE", root().join("dist"));
    passed += tests("journeys in Chromium, as visitors get it", &mut journeys)?;
    let mut skipped = Vec::new();
    for engine in tools::ENGINES {
        let heading = format!("journeys in {}", engine.name);
        if let Some(program) = engine.missing() {
            skipped.push(format!("{heading}: {program} is not here"));
            continue;
        }
        let mut journeys = cargo(&["test", "--quiet", "--package", "journeys"]);
        journeys.args(["--test", "everywhere"]).env("STAMPEDE_ENGINE", engine.key);
        journeys.env("STAMPEDE_PAGE", root().join("dist")).env("STAMPEDE_AXE", tools::axe()?);
        journeys.env("PATH", tools::path()?);
        passed += tests(&heading, &mut journeys)?;
    }
    let mut hostile = cargo(&["test", "--quiet", "--package", "journeys", "--test", "hostile"]);
    // One at a time: they look at how long a frame takes.
    hostile.args(["--", "--nocapture", "--test-threads=1"]);
    hostile.env("STAMPEDE_PAGE", root().join("dist"));
    passed += tests("links that nobody means well with", &mut hostile)?;
    let mut phone = cargo(&["test", "--quiet", "--package", "journeys", "--test", "phone"]);
    phone.env("STAMPEDE_PAGE", root().join("dist")).args(["--", "--nocapture"]);
    passed += tests("a visit on a slow phone", &mut phone)?;
    let mut commands = cargo(&["test", "--quiet", "--package", "journeys", "--test", "commands"]);
    commands.args(["--", "--test-threads=1"]);
    if trunk {
        commands.env("PATH", tools::for_trunk()?);
    } else {
        commands.args(["--skip", "trunk_serve"]);
        skipped.push("plain `trunk serve`: trunk is not here; cargo xtask test --trunk".to_owned());
    }
    commands.env("STAMPEDE_CLONE", clone::fresh()?);
    // Kept for the next time, but not the project's own: to Cargo the two are
    // the same, and it would go on with the clone's programs.
    commands.env("STAMPEDE_CLONE_TARGET", root().join("target/clean-clone"));
    passed += tests("the README's commands, in a clean clone", &mut commands)?;

    println!("\nall of it in {:.0} s", begin.elapsed().as_secs_f64());
    for skipped in skipped {
        println!("1 skipped: {skipped}");
    }
    println!("{passed} passed, 0 failed");
    Ok(())
}

/// `name seed hash` for everything that a package compares, one a line, from the
/// native half of its test.
fn native_hashes(package: &str) -> Result<String> {
    let arguments = ["test", "--quiet", "--package", package, "--test", "same_everywhere"];
    let printed = output(cargo(&arguments).args(["--", "--nocapture"]))
        .context("the native half of the comparison failed")?;
    let lines: Vec<&str> =
        printed.lines().filter_map(|l| l.split_once("fingerprint: ")).map(|(_, l)| l).collect();
    Ok(lines.join("\n"))
}
