//! `cargo xtask test`: everything that can be checked, quick things first.

use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::clone::CleanClone;
use crate::sh::{cargo, output, step, tests};
use crate::{build, tools};

const WASM: &str = "wasm32-unknown-unknown";
const NATIVE: [&str; 3] = ["test", "--quiet", "--workspace"];
/// The tests that compare what is computed natively and in Wasm.
const SAME: &str = "same_everywhere";
/// The tests that need a page and a browser, which plain `cargo test` leaves out.
const JOURNEYS: [&str; 6] = ["journeys", "visitors", "everywhere", "hostile", "phone", "commands"];

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
    // Always of the whole workspace: of some of it alone, Cargo would compile nearly
    // everything once more, with other features.
    let clippy = ["clippy", "--quiet", "--workspace"];
    let deny = ["--", "--deny", "warnings"];
    step("lints, native", cargo(&clippy).arg("--all-targets").args(deny))?;
    let journeys = JOURNEYS.iter().flat_map(|name| ["--test", name]);
    step("lints, journeys", cargo(&clippy).args(journeys).args(deny))?;
    let page = ["--all-targets", "--package", "stampede-playground", "--target", WASM];
    step("lints, Wasm", cargo(&["clippy", "--quiet"]).args(page).args(deny))?;

    let mut passed = tests("native tests", &mut cargo(&NATIVE))?;

    let wasm = |arguments: &[&str]| {
        let mut test = cargo(&["test", "--target", WASM]);
        test.args(arguments).env("WASM_BINDGEN_TEST_TIMEOUT", "240");
        if let Some(driver) = tools::on_path("chromedriver") {
            test.env("CHROMEDRIVER", driver);
        }
        test
    };
    let same = ["--package", "stampede-sim", "--package", "stampede-predict"];
    let lean = ["--no-default-features", "--features", "stampede-sim/lab"];
    let same = [&same[..], &lean, &["--test", SAME, "--test", "waiting"]].concat();
    passed += tests(
        "Wasm tests in Chromium: the same logs, and the same learned, as natively",
        wasm(&same).env("STAMPEDE_NATIVE", native_hashes()?),
    )?;
    let page = ["--package", "stampede-playground", "--lib"];
    passed += tests("Wasm tests in Chromium: the page's parts", &mut wasm(&page))?;

    let mut skipped = Vec::new();
    let journey = |name: &str| {
        let mut journey = cargo(&NATIVE);
        journey.args(["--test", name]);
        journey
    };

    // Its commands make what visitors get, too.
    let clone = CleanClone::fresh()?;
    let mut commands = journey("commands");
    commands.env("STAMPEDE_CLONE", &clone.folder).env("STAMPEDE_CLONE_TARGET", &clone.target);
    commands.args(["--", "--test-threads=1"]);
    if trunk {
        commands.env("PATH", tools::for_trunk()?);
    } else {
        commands.args(["--skip", "trunk_serve"]);
        skipped.push("plain `trunk serve`: trunk is not here; cargo xtask test --trunk".to_owned());
    }
    passed += tests("the README's commands, in a clean clone", &mut commands)?;
    step("what visitors get, built there", &mut clone.cargo(&["xtask", "build"]))?;
    let dist = clone.folder.join("dist");

    // With assertions, because what is wrong should be seen.
    let mut all = journey("journeys");
    all.env("STAMPEDE_PAGE", build::checked()?).env("STAMPEDE_AXE", tools::axe()?);
    passed += tests("journeys in Chromium, with assertions", &mut all)?;
    let mut visitors = journey("visitors");
    visitors.env("STAMPEDE_PAGE", &dist);
    passed += tests("journeys in Chromium, as visitors get it", &mut visitors)?;
    for engine in tools::ENGINES {
        let heading = format!("journeys in {}", engine.name);
        if let Some(program) = engine.missing() {
            skipped.push(format!("{heading}: {program} is not here"));
            continue;
        }
        let mut everywhere = journey("everywhere");
        everywhere.env("STAMPEDE_ENGINE", engine.key).env("PATH", tools::path()?);
        everywhere.env("STAMPEDE_PAGE", &dist).env("STAMPEDE_AXE", tools::axe()?);
        passed += tests(&heading, &mut everywhere)?;
    }
    let mut hostile = journey("hostile");
    // One at a time: they look at how long a frame takes.
    hostile.args(["--", "--nocapture", "--test-threads=1"]).env("STAMPEDE_PAGE", &dist);
    passed += tests("links that nobody means well with", &mut hostile)?;
    let mut phone = journey("phone");
    phone.args(["--", "--nocapture"]).env("STAMPEDE_PAGE", &dist);
    passed += tests("a visit on a slow phone", &mut phone)?;

    println!("\nall of it in {:.0} s", begin.elapsed().as_secs_f64());
    for skipped in skipped {
        println!("1 skipped: {skipped}");
    }
    println!("{passed} passed, 0 failed");
    Ok(())
}

/// `name seed hash` for everything that is compared, one a line, from the native half
/// of the tests that do it.
fn native_hashes() -> Result<String> {
    let printed = output(cargo(&NATIVE).args(["--test", SAME, "--", "--nocapture"]))
        .context("the native half of the comparison failed")?;
    let lines: Vec<&str> =
        printed.lines().filter_map(|l| l.split_once("fingerprint: ")).map(|(_, l)| l).collect();
    Ok(lines.join("\n"))
}
