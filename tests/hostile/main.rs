//! Links that nobody means well with, in the very page that visitors get:
//! changed on their way, or describing systems at their limits. Each is refused
//! with a message or runs; nothing panics, and no frame takes long.
//!
//! A tenth of them each time; all with `STAMPEDE_HOSTILE=all`.

#[path = "../../sim/tests/common/changed.rs"]
mod changed;
#[path = "../../sim/tests/common/dice.rs"]
#[allow(dead_code, reason = "the simulation's own tests use the rest of it")]
mod dice;
#[path = "../../sim/tests/common/hostile.rs"]
#[allow(dead_code, reason = "the simulation's own tests use the rest of it")]
mod hostile;
mod limits;

use anyhow::{Context, Result};
use journeys::visit::Visit;
use journeys::{Browser, Options};
use serde_json::{Value, json};
use stampede_sim::scenario::link::Link;

/// No task on the page's thread may take longer, in milliseconds, on a machine
/// half as fast as a fast desktop computer; a slower one has longer.
const LONGEST: f64 = 200.0;
/// So it is for somebody's script, whatever it does.
const LONGEST_OF_SCRIPTS: f64 = 100.0;
/// What the page may take at most, in bytes.
const MEMORY: f64 = 1.5e9;
/// So many links go into the page at once.
const CHUNK: usize = 50;

/// Opens each link in turn, and stays for so many milliseconds. Returns what
/// took too long: which link, and milliseconds.
const OPEN: &str = "
    const [links, stay, longest, done] = arguments;
    (async () => {
        const begun = [], tasks = [];
        const watch = new PerformanceObserver(list => tasks.push(...list.getEntries()));
        watch.observe({ type: 'longtask' });
        for (const link of links) {
            begun.push(performance.now());
            location.hash = link;
            const until = performance.now() + stay;
            do {
                await new Promise(requestAnimationFrame);
                // Somebody's script waits until it is asked for.
                document.querySelector('[name=run-held]')?.click();
            } while (performance.now() < until);
        }
        await new Promise(then => setTimeout(then, 50));
        tasks.push(...watch.takeRecords());
        watch.disconnect();
        const slow = tasks.filter(task => task.duration > longest).map(task =>
            [begun.findLastIndex(begin => begin <= task.startTime + task.duration), task.duration]);
        done(slow);
    })();";

/// The memory that programs in the page have.
const REMEMBER: &str = "
    window.memories = [];
    for (const how of ['instantiate', 'instantiateStreaming']) {
        const real = WebAssembly[how];
        WebAssembly[how] = async (...given) => {
            const made = await real(...given);
            const { memory } = (made.instance ?? made).exports;
            if (memory) window.memories.push(memory);
            return made;
        };
    }";

async fn page() -> Result<Visit> {
    let visit = Visit::of(&journeys::folder("STAMPEDE_PAGE")?, Options::default()).await?;
    let script = json!({ "source": REMEMBER });
    visit.browser.devtools("Page.addScriptToEvaluateOnNewDocument", script).await?;
    visit.open("").await?;
    Ok(visit)
}

/// Whether the page is well, and how many bytes it has taken.
async fn check(browser: &Browser) -> Result<f64> {
    let errors = browser.console_errors().await?;
    anyhow::ensure!(errors.is_empty(), "{}", errors[0]);
    let there = browser.eval("return !!document.querySelector('.lane canvas')").await?;
    anyhow::ensure!(there == Value::Bool(true), "the stage is gone");
    let bytes = browser
        .eval("return window.memories.reduce((all, memory) => all + memory.buffer.byteLength, 0)")
        .await?;
    bytes.as_f64().filter(|bytes| *bytes > 0.0).context("no memory was seen")
}

/// Opens some: which took too long, and how many milliseconds.
async fn open(
    browser: &Browser,
    links: &[String],
    stay: u32,
    longest: f64,
) -> Result<Vec<(usize, f64)>> {
    let given = vec![json!(links), json!(stay), json!(longest)];
    let found = browser.client.execute_async(OPEN, given).await?;
    let task = |task: &Value| Some((task[0].as_u64()? as usize, task[1].as_f64()?));
    Ok(found.as_array().into_iter().flatten().filter_map(task).collect())
}

/// Opens them all.
async fn open_all(links: &[String], stay: u32, longest: f64) -> Result<()> {
    let visit = page().await?;
    let browser = &visit.browser;
    let longest = longest * (0.5 / browser.speed().await?).max(1.0);
    let (mut slow, mut most) = (Vec::new(), 0f64);
    for (i, chunk) in links.chunks(CHUNK).enumerate() {
        let found = open(browser, chunk, stay, longest).await?;
        slow.extend(found.into_iter().map(|(which, _)| i * CHUNK + which));
        let among = || format!("among links {} to {}", i * CHUNK, (i + 1) * CHUNK);
        most = most.max(check(browser).await.with_context(among)?);
    }
    println!("{} links, {:.0} MB, {longest:.0} ms at most", links.len(), most / 1e6);
    anyhow::ensure!(most <= MEMORY, "{most} bytes");
    // What takes long each time is the page's; once may be the machine's.
    let mut each_time = Vec::new();
    for which in slow {
        let pair = &links[which.saturating_sub(1)..=which];
        let again = open(browser, pair, stay.max(300), longest).await?;
        let begin = links[which].chars().take(300).collect::<String>();
        each_time.extend(again.into_iter().map(|(_, ms)| format!("{ms} ms: {begin}")));
    }
    anyhow::ensure!(each_time.is_empty(), "{each_time:#?}");
    visit.end().await
}

/// How many of so many are tried this time.
fn share(of: u64) -> std::ops::Range<u64> {
    let all = std::env::var("STAMPEDE_HOSTILE").is_ok_and(|value| value == "all");
    0..if all { of } else { of / 10 }
}

#[tokio::test]
async fn changed_links() -> Result<()> {
    let links: Vec<String> = share(10_000).map(changed::link).collect();
    open_all(&links, 0, LONGEST).await
}

#[tokio::test]
async fn systems_at_their_limits() -> Result<()> {
    let links: Vec<String> = share(1_000).map(limits::link).collect();
    // Refused are only some of them, and each for a reason.
    let runs = links
        .iter()
        .filter(|link| Link::read(link).and_then(|link| link.scenarios().map(drop)).is_ok());
    assert!(runs.count() * 3 > links.len(), "hardly any is allowed");
    open_all(&links, 300, LONGEST).await
}

/// Scripts that mean harm, as links, each of which is asked for. Those that never end are
/// on four lanes at once, too.
#[tokio::test]
async fn scripts() -> Result<()> {
    let encode = |byte: u8| match byte.is_ascii_alphanumeric() {
        true => char::from(byte).to_string(),
        false => format!("%{byte:02X}"),
    };
    let link = |source: String, scripted: &[&str]| {
        let source: String = source.bytes().map(encode).collect();
        let lanes: String = ["a", "b", "c", "d"][..scripted.len().max(2)]
            .iter()
            .map(|lane| format!("&{lane}=demo-without-singleflight"))
            .collect();
        let scripts = scripted.iter().map(|lane| format!("&{lane}.script.source={source}"));
        format!("#v=1{lanes}{}", scripts.collect::<String>())
    };
    let changed = share(2_000).map(hostile::changed);
    let alone = hostile::by_hand().into_iter().chain(changed).map(|source| link(source, &["b"]));
    let together = hostile::NEVER_ENDS.map(|body| link(hostile::get(body), &["a", "b", "c", "d"]));
    for link in &together {
        Link::read(link).and_then(|link| link.scenarios().map(drop))?;
    }
    let links: Vec<String> = alone.chain(together).collect();
    open_all(&links, 300, LONGEST_OF_SCRIPTS).await
}
