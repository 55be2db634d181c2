//! `cargo xtask bench`: see `benches/`.

use anyhow::Result;

use crate::build::{self, RELEASE};
use crate::program::{self, TARGET};
use crate::sh::{cargo, root, step};
use crate::tools;

pub fn run() -> Result<()> {
    tools::for_testing()?;
    let out = root().join("target/bench");
    std::fs::create_dir_all(&out)?;
    // With the optimisations of the page.
    let lib = ["build", "--package", "bench", "--lib", "--profile", RELEASE, "--target", TARGET];
    let compiled = program::compile(&mut cargo(&lib), RELEASE, "bench")?;
    let (module, _) = program::bind(&compiled, &out)?;
    program::optimise(&module, &["-O3"])?;
    for file in ["bench.html", "reference.js"] {
        std::fs::copy(root().join("benches").join(file), out.join(file))?;
    }
    let native = ["run", "--quiet", "--release", "--package", "bench", "--bin", "native"];
    step("natively", &mut cargo(&native))?;
    let browser = ["run", "--quiet", "--package", "journeys", "--bin", "bench"];
    step("in headless Chromium", cargo(&browser).env("STAMPEDE_BENCH", &out))?;
    build::dist()?;
    let page = ["run", "--quiet", "--package", "journeys", "--bin", "page"];
    step("the page", cargo(&page).env("STAMPEDE_PAGE", root().join("dist")))?;
    let luck = ["run", "--quiet", "--package", "journeys", "--bin", "luck"];
    step("many runs", cargo(&luck).env("STAMPEDE_PAGE", root().join("dist")))
}
