//! `cargo xtask bench`: see `benches/`.

use anyhow::{Context, Result};

use crate::sh::{self, cargo, command, root, step};
use crate::tools;

pub fn run() -> Result<()> {
    tools::for_testing()?;
    let path = tools::path()?;
    let out = root().join("target/bench");
    std::fs::create_dir_all(&out)?;
    let target = "wasm32-unknown-unknown";
    step(
        "building the Wasm side, with the optimisations of the page",
        &mut cargo(&[
            "build",
            "--quiet",
            "--release",
            "--package",
            "bench",
            "--lib",
            "--target",
            target,
        ]),
    )?;
    let wasm = root().join(format!("target/{target}/release/bench.wasm"));
    sh::run(
        command("wasm-bindgen")
            .args(["--target", "web", "--no-typescript", "--out-dir"])
            .arg(&out)
            .arg(&wasm)
            .env("PATH", &path),
    )?;
    let module = out.join("bench_bg.wasm");
    sh::run(
        command("wasm-opt")
            .args(tools::WASM_FEATURES)
            .args(["-O3", "-o"])
            .arg(&module)
            .arg(&module)
            .env("PATH", &path),
    )
    .context("wasm-opt")?;
    for file in ["bench.html", "reference.js"] {
        std::fs::copy(root().join("benches").join(file), out.join(file))?;
    }
    let native = ["run", "--quiet", "--release", "--package", "bench", "--bin", "native"];
    step("natively", &mut cargo(&native))?;
    let browser = ["run", "--quiet", "--package", "journeys", "--bin", "bench"];
    step("in headless Chromium", cargo(&browser).env("STAMPEDE_BENCH", &out))?;
    tools::for_building()?;
    crate::build::dist()?;
    let page = ["run", "--quiet", "--package", "journeys", "--bin", "page"];
    step("the page", cargo(&page).env("STAMPEDE_PAGE", root().join("dist")))
}
