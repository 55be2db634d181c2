//! `cargo xtask doctor`: every tool, what was found, what to do.

use std::path::Path;

use anyhow::Result;

use crate::sh::{command, output};
use crate::tools::{self, AXE, BINARYEN, DEBIAN, GECKODRIVER, TRUNK};

pub fn run() -> Result<()> {
    let installs = "cargo xtask serve installs it";
    println!("tools are kept in {}\n", tools::cache()?.display());
    let rustc = output(command("rustc").arg("--version"));
    line("Rust", "1.89 or newer", rustc.is_some(), &rustc.unwrap_or_default(), "rustup.rs");
    line("Wasm target", "", tools::has_wasm_target(), "", installs);
    let node = output(command("node").arg("--version"));
    line(
        "Node.js",
        "with npm",
        node.is_some(),
        &node.clone().unwrap_or_default(),
        "nodejs.org, or your system's packages",
    );
    let optimiser = tools::has("wasm-opt", &format!("(version_{BINARYEN})"));
    line("binaryen", BINARYEN, optimiser, "", "cargo xtask serve installs it (needs Node.js)");
    let packages = "cargo xtask serve installs it (needs Node.js)";
    line("editor", "CodeMirror, esbuild", tools::has_editor(), "", packages);
    let trunk = "for those who change the page: cargo xtask serve --dev installs it";
    line("trunk", TRUNK, tools::has_trunk(), "", trunk);
    line(
        "axe-core",
        AXE,
        tools::axe()?.is_file(),
        "",
        "cargo xtask test installs it (needs Node.js)",
    );
    let geckodriver = "cargo xtask test installs it where there is Firefox";
    line("geckodriver", GECKODRIVER, tools::has_geckodriver(), "", geckodriver);
    for (package, file) in DEBIAN {
        let there = Path::new(file).exists();
        line(
            package,
            "tests",
            there,
            "",
            &format!(
                "cargo xtask test installs it on Debian as root; by hand: apt-get install {package}"
            ),
        );
    }
    Ok(())
}

fn line(tool: &str, wanted: &str, found: bool, version: &str, otherwise: &str) {
    let (mark, rest) = if found { ("✓", version) } else { ("✗", otherwise) };
    println!("{mark} {tool:<17} {wanted:<19} {rest}");
}
