//! The README's commands, tried as it says, in a clean clone: what they print
//! is an address, and the page there works.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use journeys::visit::{DEMO, Visit};
use journeys::{Group, Options, faults, folder};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// How long a build may take on a machine with nothing built.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// A command that serves the page, until dropped.
struct Serving {
    address: String,
    _group: Group,
}

/// Types a command in the clone; waits for the address that it prints.
async fn type_in(line: &str) -> Result<Serving> {
    let mut shell = tokio::process::Command::new("sh");
    shell.args(["-c", &format!("exec {line} 2>&1")]).current_dir(folder("STAMPEDE_CLONE")?);
    // Whoever types it has not been started by Cargo.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO") && !["CARGO_HOME", "CARGO_INCREMENTAL"].contains(&&*name) {
            shell.env_remove(name);
        }
    }
    shell.env("CARGO_TARGET_DIR", folder("STAMPEDE_CLONE_TARGET")?);
    // Another one may be in use on this machine.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    shell.env("TRUNK_SERVE_PORT", port.to_string());
    let mut child = shell.stdout(Stdio::piped()).process_group(0).spawn()?;
    let group = Group(child.id().context("it ended at once")?);
    let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
    let address = async {
        let mut printed = String::new();
        while let Some(line) = lines.next_line().await? {
            if let Some(at) = line.find("http://127.0.0.1:") {
                let address = line[at..].split(' ').next().unwrap_or_default();
                return Ok(address.to_owned());
            }
            printed += &format!("{line}\n");
        }
        bail!("it printed no address:\n{printed}")
    };
    let address = tokio::time::timeout(PATIENCE, address).await.context("it took too long")??;
    // It goes on talking, and somebody has to listen.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(Serving { address, _group: group })
}

/// Somebody who asks for more than a connection holds, and reads nothing of it:
/// browsers do that with what they fetch ahead. Others must not wait for it.
async fn ask_and_do_not_read(visit: &Visit) -> Result<TcpStream> {
    let program =
        "return new URL(document.querySelector('link[href$=\"_bg.wasm\"]').href).pathname";
    let path = visit.browser.eval(program).await?;
    let path = path.as_str().context("the program's path")?;
    let host = visit.address().trim_start_matches("http://").trim_end_matches('/');
    let mut connection = TcpStream::connect(host).await?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n");
    connection.write_all(request.repeat(40).as_bytes()).await?;
    Ok(connection)
}

/// The page at the address that a command prints is alive, with nothing on the
/// console; and if it panics, it says so.
async fn serves_the_page(command: &str) -> Result<()> {
    let serving = type_in(command).await?;
    let visit = Visit::to(serving.address.clone(), Options::default()).await?;
    let _idle = ask_and_do_not_read(&visit).await?;
    visit.open(DEMO).await?;
    visit.tour().await?;
    faults::panic_in_a_panel(&visit).await?;
    assert!(faults::noticed(&visit.browser).await?.contains(faults::PANIC));
    faults::leave(&visit.browser, "reload").await?;
    visit.finish().await?;
    visit.end().await
}

#[tokio::test]
async fn cargo_xtask_serve() -> Result<()> {
    serves_the_page("cargo xtask serve").await
}

#[tokio::test]
async fn trunk_serve() -> Result<()> {
    serves_the_page("trunk serve").await
}
