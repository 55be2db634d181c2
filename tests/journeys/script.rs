//! The lab: a script is written, mended and run by the keyboard; somebody else's waits
//! until it is asked for; what was written is there the next time.

use anyhow::Result;
use journeys::{Browser, Options, folder};
use serde_json::json;

use super::accessibility::nothing_in_either_theme;
use super::{CONTROL, DEMO, ENTER, TAB, Visit};

/// Everybody who misses joins whoever loads already: one call.
pub const TOGETHER: &str = "pub async fn get(key) { if let Some(value) = cache::get(key).await { return value; } if let Some(flight) = flights::join(key) { return flight.await; } let flight = flights::lead(key); let value = db::load(key).await; cache::set(key, value, 10_000).await; flight.land(value); value }";

/// What is written.
const WRITTEN: &str = "document.querySelector('script-editor').value";

/// The same herd in both lanes, and a script in B, as a link.
fn link(source: &str) -> String {
    let encoded: String = source.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("{DEMO}&b=demo-without-singleflight&b.script.source={encoded}")
}

/// Opens the panel, and waits for the editor.
pub async fn lab(visit: &Visit) -> Result<()> {
    visit.panel("script").await?;
    visit
        .browser
        .wait_for(
            "document.querySelector('script-editor')?.shadowRoot?.querySelector('.cm-content')",
        )
        .await
}

/// Types in place of all that is written.
pub async fn write(browser: &Browser, text: &str) -> Result<()> {
    browser.eval("document.querySelector('script-editor').focus()").await?;
    browser.chord(CONTROL, "a").await?;
    let keys: Vec<String> = text.chars().map(String::from).collect();
    browser.press(&keys.iter().map(String::as_str).collect::<Vec<_>>()).await
}

/// Presses Tab until the focus is on what a selector finds.
async fn tab_to(browser: &Browser, selector: &str) -> Result<()> {
    let there = format!("return document.activeElement.matches({})", json!(selector));
    for _ in 0..12 {
        if browser.eval(&there).await? == true {
            return Ok(());
        }
        browser.press(&[TAB]).await?;
    }
    anyhow::bail!("Tab does not get to {selector}")
}

/// Files that were fetched for the lab.
async fn fetched(browser: &Browser) -> Result<String> {
    let names = "return performance.getEntriesByType('resource').map(e => e.name)
        .filter(name => /_script\\.wasm|editor\\.js/.test(name)).join()";
    Ok(browser.eval(names).await?.as_str().unwrap_or_default().to_owned())
}

/// Without a mouse: a mistake is announced, its place is gone to, it is mended, and the
/// script runs. Until then the stage is what it was.
#[tokio::test]
async fn a_script_is_written_mended_and_run_by_keyboard() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    assert_eq!(fetched(browser).await?, "", "nothing before somebody asks");
    lab(&visit).await?;
    write(browser, &TOGETHER.replace("let value = db", "let = db")).await?;
    browser.chord(CONTROL, ENTER).await?;
    browser
        .wait_for(
            "document.querySelector('.script > [role=status]').textContent.includes('mistake')",
        )
        .await?;
    assert_eq!(browser.eval("return location.hash.includes('script')").await?, false);
    browser
        .wait_for("document.querySelector('script-editor').shadowRoot.querySelector('.cm-lint-marker-error')")
        .await?;
    // To the next mistake; what it is, is said.
    browser.press(&["\u{e038}"]).await?;
    browser
        .wait_for("document.querySelector('script-editor').shadowRoot.querySelector('.cm-announced').textContent.length > 10")
        .await?;
    tab_to(browser, ".mistakes button").await?;
    let said = browser.text(".mistakes button").await?;
    let column = 1 + TOGETHER.find("let value = db").unwrap_or(0) + "let ".len();
    assert!(said.starts_with(&format!("line 1, column {column}: ")), "{said}");
    browser.press(&[ENTER]).await?;
    browser.wait_for("document.activeElement.matches('script-editor')").await?;
    browser.press(&["v", "a", "l", "u", "e", " "]).await?;
    browser.wait_for(&format!("{WRITTEN} === {}", json!(TOGETHER))).await?;
    browser.wait_for("document.querySelector('.mistakes').hidden").await?;
    browser.chord(CONTROL, ENTER).await?;
    browser.wait_for("location.hash.includes('b.script.source')").await?;
    browser
        .wait_for("document.querySelector('.script .runs .note').textContent.includes('runs this script')")
        .await?;
    visit.finish().await?;
    // Lane A is without it, and B is the same but for it.
    assert_eq!(visit.db_calls().await?, super::strings("100", "1"));
    assert!(browser.eval("return location.hash").await?.to_string().contains("b=demo-without"));
    assert!(browser.text(".lane-b h2").await?.contains("a script"));
    browser.click("[name=take-out]").await?;
    browser.wait_for("!location.hash.includes('script')").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, super::strings("100", "100"));
    visit.end().await
}

/// Somebody's script is not run, and nothing is fetched for it, until it is asked for.
/// Then it is known to this window.
#[tokio::test]
async fn a_link_with_a_script_waits_until_it_is_asked_for() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    let link = link(TOGETHER);
    let visit = Visit::new(&link, Options::default()).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('.held')").await?;
    assert!(browser.text("[role=alert] .held").await?.contains("somebody wrote for lane B"));
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, super::strings("100", "100"));
    assert_eq!(fetched(browser).await?, "");
    browser.click("[name=look-held]").await?;
    browser.wait_for("document.querySelector('#held-source').offsetHeight > 0").await?;
    assert_eq!(browser.text("#held-source pre").await?, TOGETHER);
    browser.eval(&axe).await?;
    nothing_in_either_theme(&visit, "held").await?;
    assert_eq!(fetched(browser).await?, "", "to look at it is not to run it");
    browser.click("[name=run-held]").await?;
    browser.wait_for("!document.querySelector('.held')").await?;
    browser
        .wait_for(
            "performance.getEntriesByType('resource').some(e => e.name.includes('_script.wasm'))",
        )
        .await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, super::strings("100", "1"));
    // Who asked for it once is not asked again in this window.
    visit.open(&link).await?;
    visit.finish().await?;
    assert_eq!(browser.eval("return document.querySelector('.held')").await?, json!(null));
    assert_eq!(visit.db_calls().await?, super::strings("100", "1"));
    // With a character more it is another.
    visit.open(&self::link(&format!("{TOGETHER} "))).await?;
    browser.wait_for("document.querySelector('.held')").await?;
    browser.click("[name=leave-held]").await?;
    browser.wait_for("!document.querySelector('.held')").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, super::strings("100", "100"));
    visit.end().await
}

/// Somebody's script that is none is said with its place when it is asked for, and the run
/// before it stays.
#[tokio::test]
async fn a_link_with_a_mistake_says_where() -> Result<()> {
    let visit = Visit::new(&link("pub async fn get(key) { let = 1; }"), Options::default()).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('.held')").await?;
    browser.click("[name=run-held]").await?;
    browser.wait_for("document.querySelector('.notice.bad')").await?;
    let said = browser.text(".notice.bad").await?;
    assert!(said.contains("line 1, column 29: Expected pattern"), "{said}");
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, super::strings("100", "100"));
    visit.end().await
}

/// What is typed is there after a reload, what is kept in another window too; and what
/// is damaged is said.
#[tokio::test]
async fn what_was_written_is_kept() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    lab(&visit).await?;
    write(browser, "// 群れ").await?;
    browser.eval("document.querySelector('[name=draft]').focus()").await?;
    browser.press(&["m", "i", "n", "e", ENTER]).await?;
    browser.wait_for("document.querySelector('.drafts button')?.textContent == 'mine'").await?;
    visit.open(DEMO).await?;
    lab(&visit).await?;
    browser.wait_for(&format!("{WRITTEN} === '// 群れ'")).await?;
    write(browser, "x").await?;
    // Another window has nothing of what was typed in this one.
    browser.eval("sessionStorage.clear()").await?;
    visit.open(DEMO).await?;
    lab(&visit).await?;
    assert_ne!(browser.eval(&format!("return {WRITTEN}")).await?, "x");
    browser.click(".drafts button").await?;
    browser.wait_for(&format!("{WRITTEN} === '// 群れ'")).await?;
    browser.eval("localStorage.setItem('stampede-playground.scripts', '{\"a\": 1}')").await?;
    visit.open(DEMO).await?;
    lab(&visit).await?;
    browser.wait_for("document.querySelector('.notice.bad')").await?;
    let aside = "return localStorage.getItem('stampede-playground.scripts.damaged')";
    assert_eq!(browser.eval(aside).await?, "{\"a\": 1}");
    visit.end().await
}

/// A script goes into a file and comes out of one, which is opened without a mouse; what is
/// no script is said, and what is written stays. What runs is shared as a link, which
/// waits in another window.
#[tokio::test]
async fn a_script_is_passed_on() -> Result<()> {
    let visit = Visit::new(DEMO, Options { language: "ja-JP", ..Options::default() }).await?;
    let browser = &visit.browser;
    lab(&visit).await?;
    write(browser, TOGETHER).await?;
    browser.chord(CONTROL, ENTER).await?;
    browser.wait_for("location.hash.includes('b.script.source')").await?;
    browser
        .eval("window.saved_ = []; HTMLAnchorElement.prototype.click = function () { saved_.push([this.download, decodeURIComponent(this.href)]); }")
        .await?;
    browser.eval("document.querySelector('[name=draft]').focus()").await?;
    browser.press(&["m", "y"]).await?;
    browser.click("[name=download]").await?;
    browser.wait_for("saved_.length == 1").await?;
    assert_eq!(browser.eval("return saved_[0][0]").await?, "my.rn");
    let text = browser.eval("return saved_[0][1].split(',').slice(1).join(',')").await?;
    assert_eq!(text, TOGETHER);
    // The button has a name in the page's language, and asks the browser for a file.
    browser
        .eval(
            "document.querySelector('.files [name=open]').addEventListener('click', event => {
                 event.preventDefault();
                 window.asked_ = true;
             });
             document.querySelector('[name=choose-open]').focus()",
        )
        .await?;
    assert_eq!(browser.text("[name=choose-open]").await?, "ファイルを開く");
    browser.press(&[ENTER]).await?;
    browser.wait_for("window.asked_").await?;
    write(browser, "x").await?;
    let open = |text: &str| {
        format!(
            "const files = new DataTransfer(); files.items.add(new File([{text}], 'my.rn'));
             const input = document.querySelector('.files [name=open]'); input.files = files.files;
             input.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    for (text, said) in [("'a\\0b'", "テキストのファイル"), ("'x'.repeat(17000)", "空のファイルか")]
    {
        browser.eval(&open(text)).await?;
        let said = format!("document.querySelector('.files .said').textContent.includes('{said}')");
        browser.wait_for(&said).await?;
        assert_eq!(browser.eval(&format!("return {WRITTEN}")).await?, "x");
    }
    browser.eval(&open("saved_[0][1].split(',').slice(1).join(',')")).await?;
    browser.wait_for(&format!("{WRITTEN} === {}", json!(TOGETHER))).await?;
    assert_eq!(browser.text(".files .said").await?, "");
    browser.click(".files [name=share]").await?;
    browser.wait_for("document.querySelector('.share')?.open").await?;
    assert!(browser.text(".share .carried").await?.contains("レーン B のスクリプトも"));
    let shared = browser.eval("return document.querySelector('[name=link]').value").await?;
    let shared = shared.as_str().unwrap_or_default().to_owned();
    visit.end().await?;
    let (_, fragment) = shared.split_once('#').unwrap_or_default();
    let other = Visit::new(&format!("#{fragment}"), Options::default()).await?;
    other.browser.wait_for("document.querySelector('.held')").await?;
    assert_eq!(other.browser.text("#held-source pre").await?, TOGETHER);
    other.end().await
}

/// Requests that a script stops are listed once for each reason, with how many they are;
/// from there one gets to the place in the script, and to the first of them.
#[tokio::test]
async fn stopped_requests_are_listed() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    lab(&visit).await?;
    write(browser, "pub async fn get(key) { loop {} }").await?;
    browser.chord(CONTROL, ENTER).await?;
    browser.wait_for("document.querySelectorAll('.stopped li').length == 2").await?;
    let of = |n: usize| format!(".stopped li:nth-child({n})");
    // Twenty are stopped, and nobody else of the hundred asks any more.
    for (n, what, often) in
        [(1, "line 1, column 25: it took too many", "20"), (2, "too many requests", "80")]
    {
        // While it is being computed there are fewer.
        let often = format!("lane B, {often} requests, the first at ");
        let text = format!("document.querySelector('{}').textContent", of(n));
        browser.wait_for(&format!("{text}.includes('{often}')")).await?;
        let said = browser.text(&of(n)).await?;
        assert!(said.starts_with(what), "{said}");
    }
    browser.click(&format!("{} > button", of(1))).await?;
    browser.wait_for("document.activeElement.matches('script-editor')").await?;
    browser.press(&["~"]).await?;
    browser.wait_for(&format!("{WRITTEN}.indexOf('~') == 24")).await?;
    let first = browser.text(&format!("{} small button", of(1))).await?;
    browser.click(&format!("{} small button", of(1))).await?;
    let at: f64 = first.trim_start_matches("at ").trim_end_matches(" ms").parse()?;
    browser
        .wait_for(&format!(
            "Math.abs(document.querySelector('.time input').valueAsNumber - {at}) < 1e-3"
        ))
        .await?;
    visit.panel("why").await?;
    browser
        .wait_for("document.getElementById('panel').textContent.includes('is stopped in the script: line 1')")
        .await?;
    visit.end().await
}

/// axe-core finds nothing: with mistakes, large and small, in both languages.
#[tokio::test]
async fn axe_finds_nothing_in_the_lab() -> Result<()> {
    let axe = std::fs::read_to_string(folder("STAMPEDE_AXE")?)?;
    for (size, language) in [((1440, 900), "en-US"), ((390, 844), "ja-JP")] {
        let visit = Visit::new(DEMO, Options { size, language, ..Options::default() }).await?;
        lab(&visit).await?;
        write(&visit.browser, "pub async fn get(key) { let = 1; }").await?;
        visit.browser.wait_for("document.querySelector('.mistakes button')").await?;
        visit.browser.eval("document.querySelector('.vocabulary').open = true").await?;
        visit.browser.eval(&axe).await?;
        nothing_in_either_theme(&visit, language).await?;
        visit.end().await?;
    }
    Ok(())
}

/// What a first-time reader comes to by the hints alone.
pub const APART: &str = "pub async fn get(key) { if let Some(value) = cache::get(key).await { return value; } if let Some(flight) = flights::join(key) { return flight.await; } let flight = flights::lead(key); spawn(async { flight.land(load(key).await) }); flight.result().await } async fn load(key) { let loaded = db::try_load(key).await; if let Ok(value) = loaded { cache::set(key, value, 60_000).await; } loaded }";

/// Where a script misses a goal, the smallest run is shown; where it reaches all of them
/// with every seed, the challenge has passed, and stays so.
#[tokio::test]
async fn challenges_are_judged() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    lab(&visit).await?;
    let hints = "return document.querySelectorAll('.ladder .hints li').length";
    assert_eq!(browser.eval(hints).await?, 0, "never the answer before somebody asks");
    for shown in 1..=3 {
        browser.click("[name=hint]").await?;
        browser.wait_for(&format!("(() => {{ {hints} }})() == {shown}")).await?;
    }
    let focused = "return document.activeElement.name";
    assert_eq!(browser.eval(focused).await?, "hint", "the last one leaves the focus where it is");
    // What there is to begin with loads for everybody.
    browser.click("[name=judge]").await?;
    browser.wait_for("document.querySelector('.ladder [name=broken]')").await?;
    assert!(browser.text(".ladder .said").await?.contains("0 of 20"));
    browser.click(".ladder [name=broken]").await?;
    browser.wait_for("location.hash.includes('b.script.source')").await?;
    visit.finish().await?;
    assert!(browser.text(".notice").await?.contains("misses “database calls: at most 1”"));
    // Two requests are the fewest that need more than one call.
    assert_eq!(visit.db_calls().await?, super::strings("2", "2"));
    let passed = "document.querySelector('.ladder .said.pass')";
    for (number, script) in [(0, TOGETHER), (1, APART)] {
        let choose = format!(
            "const choice = document.querySelector('[name=challenge]');
             choice.selectedIndex = {number};
             choice.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        );
        browser.eval(&choose).await?;
        browser.wait_for(&format!("!{passed}")).await?;
        write(browser, script).await?;
        browser.click("[name=judge]").await?;
        browser.wait_for(passed).await?;
    }
    visit.open(DEMO).await?;
    lab(&visit).await?;
    assert!(browser.text(".ladder .row .note").await?.starts_with("2 of 10"));
    visit.end().await
}

/// Where requests wait in a script is to be seen in its own lines; its lane has the
/// stations that it uses.
#[tokio::test]
async fn the_lines_of_a_script_are_lit() -> Result<()> {
    let lines = TOGETHER.replace("; ", ";\n").replace("} if", "}\nif").replace("} let", "}\nlet");
    let number = |text: &str| 1 + lines.lines().position(|line| line.contains(text)).unwrap_or(99);
    let options = Options { reduced_motion: true, ..Options::default() };
    let visit = Visit::new(&format!("{}&t=60", link(&lines)), options).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('[name=run-held]')").await?;
    browser.click("[name=run-held]").await?;
    browser
        .wait_for("document.querySelector('.lane-b')?.textContent.includes('99 waiting')")
        .await?;
    lab(&visit).await?;
    browser.click("[name=lines]").await?;
    browser.wait_for("document.activeElement.id == 'tab-code'").await?;
    let lit = "[...document.querySelectorAll('.code .waits')].map(b => b.ariaLabel).join()";
    let (joined, loads) = (number("flight.await"), number("db::load"));
    let wanted = format!("99 wait at line {joined},1 wait at line {loads}");
    browser.wait_for(&format!("{lit} === '{wanted}'")).await?;
    assert!(browser.text(".code .listing").await?.contains("flights::lead"));
    // Of what is behind it: the code that answers where there is no script.
    let files = "return [...document.querySelectorAll('.code [aria-label=File] button')].map(b => b.textContent).join()";
    assert_eq!(browser.eval(files).await?, "the script,get.rs,path.rs");
    visit.end().await
}

/// A list does not take what is written away: that is a button, and can be undone.
#[tokio::test]
async fn a_template_takes_its_place_when_asked_to() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    lab(&visit).await?;
    write(browser, "// mine").await?;
    let choose = "const list = document.querySelector('[name=start]'); list.focus(); list.selectedIndex = 2; list.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.eval(choose).await?;
    browser.wait_for("!document.querySelector('[name=take]').disabled").await?;
    assert_eq!(browser.eval(&format!("return {WRITTEN}")).await?, "// mine");
    browser.click("[name=take]").await?;
    browser.wait_for(&format!("{WRITTEN}.startsWith('// Singleflight')")).await?;
    let said = "document.querySelector('.script > [role=status]').textContent.includes('undo')";
    browser.wait_for(said).await?;
    browser.eval("document.querySelector('script-editor').focus()").await?;
    browser.chord(CONTROL, "z").await?;
    browser.wait_for(&format!("{WRITTEN} === '// mine'")).await?;
    visit.end().await
}
