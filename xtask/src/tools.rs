//! The tools beyond Rust: found, or installed at fixed versions into a cache
//! of the user's (`STAMPEDE_TOOLS`, or `~/.cache/stampede-playground`), so
//! that nothing else on the machine changes.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::editor;
use crate::sh::{self, command, output};

/// The newest trunk that builds with the oldest supported Rust. Only those who
/// change the page have it.
pub const TRUNK: &str = "0.21.14";
/// Binaryen's version; `Trunk.toml` names the same.
pub const BINARYEN: &str = "132";
/// What Rust's Wasm output uses; `index.html` tells trunk the same.
pub const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-reference-types",
    "--enable-multivalue",
];
/// axe-core's version, for the accessibility journeys.
pub const AXE: &str = "4.14.1";
/// geckodriver's version, for the journeys in Firefox. Debian has none.
pub const GECKODRIVER: &str = "0.37.1";

/// An engine that some journeys run in beside Chromium, where it is.
pub struct Engine {
    /// What people call it.
    pub name: &'static str,
    /// What the journeys call it (`STAMPEDE_ENGINE`).
    pub key: &'static str,
    /// What has to be on `PATH` for it, besides what is installed here.
    pub programs: &'static [&'static str],
}

const FIREFOX: Engine = Engine { name: "Firefox", key: "firefox", programs: &["firefox"] };
const WEBKIT: Engine =
    Engine { name: "WebKitGTK", key: "webkit", programs: &["WebKitWebDriver", "Xvfb"] };
/// These engines.
pub const ENGINES: [Engine; 2] = [FIREFOX, WEBKIT];

impl Engine {
    /// The first program of it that is not here. On Debian all of them are,
    /// after `for_testing`.
    pub fn missing(&self) -> Option<&'static str> {
        self.programs.iter().copied().find(|program| on_path(program).is_none())
    }
}

/// Packages of Debian's that the tests need, and a program or file of each.
pub const DEBIAN: [(&str, &str); 7] = [
    ("chromium", "/usr/bin/chromium"),
    ("chromium-driver", "/usr/bin/chromedriver"),
    ("firefox-esr", "/usr/bin/firefox-esr"),
    ("webkit2gtk-driver", "/usr/bin/WebKitWebDriver"),
    ("xvfb", "/usr/bin/Xvfb"),
    ("prometheus", "/usr/bin/promtool"),
    ("fonts-noto-cjk", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
];

/// The folder with our tools.
pub fn cache() -> Result<PathBuf> {
    if let Some(folder) = env::var_os("STAMPEDE_TOOLS") {
        return Ok(folder.into());
    }
    let home = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            env::var_os("HOME")
                .or_else(|| env::var_os("USERPROFILE"))
                .map(|h| PathBuf::from(h).join(".cache"))
        })
        .context("neither STAMPEDE_TOOLS, XDG_CACHE_HOME nor HOME is set")?;
    Ok(home.join("stampede-playground"))
}

/// Where our copy of a tool stands, or would stand.
fn folder(tool: &str, version: &str) -> Result<PathBuf> {
    Ok(cache()?.join(format!("{tool}-{version}")))
}

/// `PATH` with our tools first.
pub fn path() -> Result<OsString> {
    let binaryen = folder("binaryen", BINARYEN)?.join("node_modules/.bin");
    let installed = |tool, version| Ok::<_, anyhow::Error>(folder(tool, version)?.join("bin"));
    let (trunk, geckodriver) = (installed("trunk", TRUNK)?, installed("geckodriver", GECKODRIVER)?);
    with_path([trunk, geckodriver, binaryen])
}

fn with_path(first: impl IntoIterator<Item = PathBuf>) -> Result<OsString> {
    let rest = env::var_os("PATH").unwrap_or_default();
    env::join_paths(first.into_iter().chain(env::split_paths(&rest))).context("PATH")
}

/// Whether a tool, ours or any on `PATH`, reports this version.
pub fn has(program: &str, version: &str) -> bool {
    let Ok(path) = path() else { return false };
    let found = find(program, &path)
        .and_then(|file| output(Command::new(file).arg("--version").env("PATH", &path)));
    found.is_some_and(|text| text.split([' ', '\n']).any(|word| word == version))
}

fn find(program: &str, path: &OsString) -> Option<PathBuf> {
    env::split_paths(path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// A program on `PATH`.
pub fn on_path(program: &str) -> Option<PathBuf> {
    find(program, &env::var_os("PATH")?)
}

/// Whether the Wasm target is installed.
pub fn has_wasm_target() -> bool {
    let sysroot = output(command("rustc").args(["--print", "sysroot"])).unwrap_or_default();
    Path::new(&sysroot).join("lib/rustlib/wasm32-unknown-unknown").is_dir()
}

/// Everything needed to build the page.
pub fn for_building() -> Result<()> {
    // First what takes seconds and may be refused.
    if !has("wasm-opt", &format!("(version_{BINARYEN})")) {
        npm(&folder("binaryen", BINARYEN)?, &[format!("binaryen@{BINARYEN}.0.0")])?;
    }
    for_editor()?;
    if !has_wasm_target() {
        println!("▶ installing the Wasm target");
        sh::run(command("rustup").args(["target", "add", "wasm32-unknown-unknown"])).context(
            "the Wasm target is missing; with rustup: rustup target add wasm32-unknown-unknown",
        )?;
    }
    Ok(())
}

/// And the editor that is part of it.
pub fn for_editor() -> Result<()> {
    if !has_editor() {
        let wanted = editor::PACKAGES.map(|(name, version)| format!("{name}@{version}"));
        npm(&editor()?, &wanted)?;
    }
    Ok(())
}

/// Where the editor's packages stand, or would stand.
pub fn editor() -> Result<PathBuf> {
    Ok(cache()?.join("editor"))
}

/// Whether all of them are here, at these versions.
pub fn has_editor() -> bool {
    let Ok(root) = editor() else { return false };
    editor::PACKAGES.iter().all(|(name, version)| {
        let about = root.join("node_modules").join(name).join("package.json");
        let about = fs::read_to_string(about).unwrap_or_default();
        about.contains(&format!("\"version\": \"{version}\""))
    })
}

/// And to build it with trunk, which is for those who change the page. Returns
/// the `PATH` to run it with: there is a wasm-bindgen on it.
pub fn for_trunk() -> Result<OsString> {
    for_building()?;
    if !has_trunk() {
        install("trunk", TRUNK)?;
    }
    let bindgen = ["build", "--quiet", "--package", "stampede-bindgen", "--bin", "stampede-bind"];
    sh::run(&mut sh::cargo(&bindgen))?;
    let end = env::consts::EXE_SUFFIX;
    let (target, here) = (sh::target()?, cache()?.join("bindgen"));
    fs::create_dir_all(&here)?;
    let built = target.join(format!("debug/stampede-bind{end}"));
    // Under the name that trunk looks for.
    fs::copy(built, here.join(format!("wasm-bindgen{end}")))?;
    with_path([here].into_iter().chain(env::split_paths(&path()?)))
}

/// Whether trunk is here, ours or any on `PATH`.
pub fn has_trunk() -> bool {
    has("trunk", TRUNK)
}

/// Whether geckodriver is here, ours or any on `PATH`.
pub fn has_geckodriver() -> bool {
    has("geckodriver", GECKODRIVER)
}

/// And to test it.
pub fn for_testing() -> Result<()> {
    for_building()?;
    if !axe()?.is_file() {
        npm(&folder("axe-core", AXE)?, &[format!("axe-core@{AXE}")])?;
    }
    install_packages()?;
    if on_path(FIREFOX.programs[0]).is_some() && !has_geckodriver() {
        install("geckodriver", GECKODRIVER)?;
    }
    Ok(())
}

fn install_packages() -> Result<()> {
    let missing: Vec<&str> = DEBIAN
        .iter()
        .filter(|(_, file)| !Path::new(file).exists())
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let by_hand = format!("apt-get install {}", missing.join(" "));
    if on_path("apt-get").is_none() {
        println!("! not found: {}; on Debian: {by_hand}", missing.join(", "));
        return needed_browser();
    }
    println!("▶ installing {}", missing.join(", "));
    let apt = |arguments: &[&str]| {
        let mut apt = command("apt-get");
        apt.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        sh::run(&mut apt)
    };
    let installed = apt(&["update", "-qq"]).and_then(|()| {
        let all =
            ["install", "-y", "-qq", "--no-install-recommends"].iter().chain(&missing).copied();
        apt(&all.collect::<Vec<_>>())
    });
    installed.with_context(|| format!("as root: {by_hand}"))
}

fn needed_browser() -> Result<()> {
    let found = |names: &[&str]| names.iter().any(|name| on_path(name).is_some());
    if !found(&["chromium", "google-chrome", "chrome"]) || !found(&["chromedriver"]) {
        bail!("the browser tests need Chromium and chromedriver of the same version on PATH");
    }
    Ok(())
}

/// axe-core's file.
pub fn axe() -> Result<PathBuf> {
    Ok(folder("axe-core", AXE)?.join("node_modules/axe-core/axe.min.js"))
}

fn install(tool: &str, version: &str) -> Result<()> {
    println!("▶ installing {tool} {version} (a few minutes, once)");
    let root = folder(tool, version)?;
    let mut cargo = sh::cargo(&["install", tool, "--version", version, "--locked"]);
    cargo.args(["--no-track", "--force", "--root"]).arg(&root);
    // Tools need not be fast, but they should be there soon.
    cargo
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_TARGET_DIR", cache()?.join("build"))
        .current_dir(env::temp_dir());
    sh::run(&mut cargo).with_context(|| format!("installing {tool} {version}"))
}

fn npm(root: &Path, packages: &[String]) -> Result<()> {
    let names = packages.join(", ");
    println!("▶ installing {names} from npm");
    fs::create_dir_all(root)?;
    let mut npm = command(if cfg!(windows) { "npm.cmd" } else { "npm" });
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--no-save", "--prefix"])
        .arg(root)
        .args(packages);
    sh::run(&mut npm).with_context(|| {
        format!("{names}: this needs Node.js with npm (nodejs.org, or your system's packages)")
    })
}
