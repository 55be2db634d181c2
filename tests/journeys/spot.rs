//! *Spot the bug*: a listing with a mistake in it, whose line is to be found.

use anyhow::{Result, bail};
use journeys::Options;
use serde_json::Value;

use super::{ENTER, TAB, Visit};

const DOWN: &str = "\u{e015}";

/// A puzzle: its run, part of a line that is innocent and of what is said of it,
/// a line of each mistake, its file, and what the run shows of it in lane A and
/// in lane B.
struct Puzzle {
    run: &'static str,
    innocent: &'static str,
    because: &'static str,
    guilty: &'static [&'static str],
    file: &'static str,
    shows: (&'static str, [&'static str; 2]),
}

const PUZZLES: [Puzzle; 18] = [
    Puzzle {
        run: "a=warm-jitter-flawed&b=warm-jitter",
        innocent: "ttl.0 * jitter.0",
        because: "would be right if jitter were a share",
        guilty: &["as u64"],
        file: "truncated_jitter.rs",
        shows: ("Most at the database at once", ["107", "43"]),
    },
    Puzzle {
        run: "a=lock-convoy-flawed&b=lock-convoy",
        innocent: "pub struct Filling",
        because: "Who uses it?",
        guilty: &["next.load"],
        file: "never_fills.rs",
        shows: ("Database calls", ["20", "1"]),
    },
    Puzzle {
        run: "a=lock-down-flawed&b=lock-down",
        innocent: "core.sleep",
        because: "spares the cache",
        guilty: &["self.lock.acquire"],
        file: "error_is_busy.rs",
        shows: ("Errors", ["100", "0"]),
    },
    Puzzle {
        run: "a=lock-outlived-flawed&b=lock-outlived",
        innocent: "self.lock.release",
        because: "hides the trouble",
        guilty: &["let loaded = next.load"],
        file: "unfenced_lock.rs",
        shows: ("Database calls", ["3", "1"]),
    },
    Puzzle {
        run: "a=stale-by-ttl-flawed&b=stale-by-soft-ttl",
        innocent: "fn is_stale",
        because: "The answer is what counts",
        guilty: &["found.ttl(now)"],
        file: "stale_by_ttl.rs",
        shows: ("Stale answers", ["0", "100"]),
    },
    Puzzle {
        run: "a=refresh-per-reader-flawed&b=expiry-stale",
        innocent: "const RULES",
        because: "Look there",
        guilty: &["or_else"],
        file: "refresh_per_reader.rs",
        shows: ("Background refreshes", ["104", "9"]),
    },
    Puzzle {
        run: "a=half-open-flawed&b=half-open",
        innocent: "self.last_failure.get()",
        because: "all are refused",
        guilty: &["State::HalfOpen, request", "State::Closed, request"],
        file: "racy_breaker.rs",
        shows: ("Most queries from half-open to the next verdict", ["21", "1"]),
    },
    Puzzle {
        run: "a=leader-leaves-flawed&b=leader-leaves",
        innocent: "group.follow",
        because: "it waits for that",
        guilty: &["load().await"],
        file: "leader_context.rs",
        shows: ("Answered with a value", ["0", "49"]),
    },
    Puzzle {
        run: "a=cache-down-flawed&b=cache-down",
        innocent: "use crate::world::Request",
        because: "where names come from",
        guilty: &["self.0.query"],
        file: "error_is_miss.rs",
        shows: ("Errors", ["3,337", "2,422"]),
    },
    Puzzle {
        run: "a=followers-save-flawed&b=demo-with-singleflight",
        innocent: "flight.load",
        because: "the others wait for it",
        guilty: &["self.0.fill"],
        file: "followers_save.rs",
        shows: ("Writes to the cache", ["100", "1"]),
    },
    Puzzle {
        run: "a=limit-first-flawed&b=limit-behind",
        innocent: "return Err",
        because: "told so",
        guilty: &["self.0.allows"],
        file: "limit_first.rs",
        shows: ("Refused by a defence", ["90", "0"]),
    },
    Puzzle {
        run: "a=refresh-in-slots-flawed&b=refresh-spread",
        innocent: "fn wait",
        because: "is right where there are many processes",
        guilty: &["or_else", "drawn_below"],
        file: "refresh_in_slots.rs",
        shows: ("Background refreshes", ["197", "8"]),
    },
    Puzzle {
        run: "a=everyone-stores-flawed&b=one-stores",
        innocent: "calls().join",
        because: "that is what it is for",
        guilty: &["Err(Down)", "shelf().keep"],
        file: "everyone_stores.rs",
        shows: ("Answers stored", ["50", "1"]),
    },
    Puzzle {
        run: "a=ttl-unset-flawed&b=ttl-nothing",
        innocent: "pub fn ttl",
        because: "what is made of it",
        guilty: &["given.0 == 0"],
        file: "ttl_unset.rs",
        shows: ("Answers that had been kept", ["45", "0"]),
    },
    Puzzle {
        run: "a=shop-empty-flawed&b=shop-empty",
        innocent: "entry.fresh_until",
        because: "What has expired is no answer",
        guilty: &["products.filter"],
        file: "empty_is_miss.rs",
        shows: ("Database calls", ["103", "48"]),
    },
    Puzzle {
        run: "a=shop-short-keys-flawed&b=shop-own-keys",
        innocent: "class => layout",
        because: "has a key of its own",
        guilty: &["Class::Category =>", "if by_keyword"],
        file: "short_keys.rs",
        shows: ("Database calls", ["67", "51"]),
    },
    Puzzle {
        run: "a=leader-drives-flawed&b=call-outlives",
        innocent: "let seat",
        because: "or they would wait for ever",
        guilty: &["seat.answer(next.load"],
        file: "leader_drives.rs",
        shows: ("Errors", ["100", "8"]),
    },
    Puzzle {
        run: "a=library-flawed&b=library-mended",
        innocent: "calls().follow",
        because: "that is what it is for",
        guilty: &["Err(Down)", "None => lead", "shelf().keep"],
        file: "library.rs",
        shows: ("Errors", ["96", "17"]),
    },
];

/// Clicks the line that holds a text.
async fn click(visit: &Visit, part: &str) -> Result<()> {
    let line = format!(
        "[...document.querySelectorAll('.pick')].find(p => p.textContent.includes({part:?}))"
    );
    visit.browser.eval(&format!("{line}.click()")).await?;
    visit.drawn().await
}

async fn open(visit: &Visit, run: &str) -> Result<()> {
    visit.open(&format!("#v=1&{run}")).await?;
    visit.panel("code").await?;
    visit.browser.wait_for("document.querySelector('.puzzle .pick')").await
}

/// What the panel says to whoever sees it, hears it, or hovers.
const SAID: &str = "const all = document.querySelector('.code'); return all.textContent + ' ' +
    [...all.querySelectorAll('*')].flatMap(e => ['aria-label', 'title', 'value', 'label', 'alt', 'name', 'id'].map(a => e.getAttribute(a) ?? '')).join(' ')";

/// Every flawed listing: nothing gives it away, a wrong click says why not, a
/// hint can be had, the right click names the mistake, and shows the file as it
/// is and the run's own symptom.
#[tokio::test]
async fn every_mistake_can_be_found() -> Result<()> {
    let visit = Visit::new("#v=1", Options::default()).await?;
    let browser = &visit.browser;
    for (i, puzzle) in PUZZLES.iter().enumerate() {
        let Puzzle { run, innocent, because, guilty, file, shows } = puzzle;
        open(&visit, run).await?;
        let said = browser.eval(SAID).await?.as_str().unwrap_or_default().to_lowercase();
        for puzzle in &PUZZLES[i..] {
            let stem = puzzle.file.trim_end_matches(".rs");
            for telling in [stem.to_owned(), stem.replace('_', "-"), stem.replace('_', " ")] {
                assert!(!said.contains(&telling), "{file}: {telling}");
            }
        }
        for telling in ["flawed", "wrong", "broken", "the bug:", "//"] {
            assert!(!said.contains(telling), "{file}: {telling}");
        }
        click(&visit, innocent).await?;
        let answer = browser.text(".judged").await?;
        assert!(
            answer.contains("not this one.") && answer.replace('`', "").contains(because),
            "{file}: {answer}"
        );
        assert_eq!(browser.eval("return document.querySelectorAll('.innocent').length").await?, 1);
        browser.click("[name=hint]").await?;
        browser.wait_for("document.querySelectorAll('.judged .hint').length == 1").await?;
        for (n, part) in guilty.iter().enumerate() {
            assert_eq!(browser.eval("return !document.querySelector('.named')").await?, true);
            click(&visit, part).await?;
            if n + 1 < guilty.len() {
                let answer = browser.text(".judged").await?;
                let more = ["", "one more", "two more"][guilty.len() - 1 - n];
                assert!(answer.contains("yes!") && answer.contains(more), "{answer}");
            }
        }
        if let Err(problem) = browser.wait_for("document.activeElement?.id == 'named'").await {
            let focused = browser.eval("return document.activeElement?.outerHTML").await?;
            bail!("{file}: {}\n{focused}\n{problem}", browser.text(".code").await?);
        }
        assert!(browser.text(".named").await?.starts_with("Found"), "{file}");
        let title = browser.text(".code .row .row + .row button[aria-pressed=true]").await?;
        assert_eq!(title, *file);
        // The lines that are to blame are marked, below the comment that says so.
        let marked = browser.eval("return [...document.querySelectorAll('.listing .guilty')].map(l => l.textContent).join()").await?;
        assert!(
            guilty.iter().all(|part| marked.as_str().unwrap_or_default().contains(part)),
            "{file}: {marked}"
        );
        assert!(browser.text(".listing").await?.contains(" bug"), "{file}");
        let row = format!(
            "[...document.querySelectorAll('.reveal tr')].find(r => r.cells[0].textContent == {:?})",
            shows.0
        );
        browser.wait_for(&row).await?;
        let cells = browser
            .eval(&format!("return [...{row}.cells].slice(1).map(c => c.textContent)"))
            .await?;
        assert_eq!(cells, Value::from(shows.1.to_vec()), "{file}: {}", shows.0);
    }
    visit.end().await
}

/// By the keyboard alone; it is remembered, until it is played again.
#[tokio::test]
async fn it_is_found_by_keyboard_and_remembered() -> Result<()> {
    let visit = Visit::new("#v=1", Options { reduced_motion: true, ..Options::default() }).await?;
    let browser = &visit.browser;
    open(&visit, "a=limit-first-flawed&b=limit-behind&t=0").await?;
    browser.eval("document.querySelector('.code select').focus()").await?;
    browser.press(&[TAB]).await?;
    let focused = "return document.activeElement.textContent.trim()";
    assert_eq!(browser.eval(focused).await?, "line 1: use crate::protect::Loaded;");
    // One stop for all lines: the next one is behind them.
    browser.press(&[TAB]).await?;
    assert_eq!(browser.eval("return document.activeElement.name").await?, "hint");
    browser.press(&[ENTER]).await?;
    browser.wait_for("document.querySelector('.judged .hint')").await?;
    browser.eval("document.querySelector('.pick[tabindex=\"0\"]').focus()").await?;
    // Lines without code are passed over; the playhead stays where it is.
    browser.press(&[DOWN, DOWN, DOWN, DOWN, DOWN, DOWN, ENTER]).await?;
    browser
        .wait_for("document.querySelector('.judged').textContent.includes('not this one')")
        .await?;
    assert_eq!(
        browser.eval("return document.activeElement.textContent.trim()").await?,
        "line 9, innocent: impl Layer for LoadLimiter {"
    );
    browser.press(&[DOWN, DOWN, ENTER]).await?;
    browser.wait_for("document.activeElement?.id == 'named'").await?;
    // It is there when one comes back.
    visit.open("#v=1&a=limit-first-flawed&b=limit-behind").await?;
    visit.panel("code").await?;
    browser.wait_for("document.querySelector('.named')?.textContent.startsWith('Found')").await?;
    browser.click("[name=again]").await?;
    browser
        .wait_for("document.querySelector('.pick') && !document.querySelector('.named')")
        .await?;
    open(&visit, "a=limit-first-flawed&b=limit-behind").await?;
    browser.click("[name=tell]").await?;
    browser
        .wait_for("document.querySelector('.named')?.textContent.startsWith('This was it')")
        .await?;
    visit.end().await
}

/// In Japanese, too; what was said stays when the language changes. The lines at
/// which requests wait are lit, and the lane that has the mistake is chosen.
#[tokio::test]
async fn it_speaks_both_languages_and_lights_lines() -> Result<()> {
    let options = Options { language: "ja-JP", ..Options::default() };
    let visit = Visit::new("#v=1", options).await?;
    let browser = &visit.browser;
    open(&visit, "a=lock-down&b=lock-down-flawed&t=500").await?;
    assert_eq!(browser.text(".code .row .row [aria-pressed=true]").await?, "B");
    assert_eq!(
        browser.text(".code .row .row + .row [aria-pressed=true]").await?,
        "パズル 3：分散ロック"
    );
    browser.wait_for("document.querySelector('.puzzle .lit')").await?;
    let lit = browser.text(".puzzle .lit").await?;
    assert!(lit.starts_with('4') && lit.contains("core.sleep"), "{lit}");
    browser.click(".puzzle .waits").await?;
    browser.wait_for("document.querySelectorAll('.code .crowd li').length == 4").await?;
    click(&visit, "while core.now()").await?;
    assert!(browser.text(".judged").await?.contains("ここではない。"));
    browser.click(".languages [lang=en]").await?;
    browser
        .wait_for("document.querySelector('.judged')?.textContent.includes('not this one')")
        .await?;
    browser.click(".languages [lang=ja]").await?;
    click(&visit, "self.lock.acquire").await?;
    browser.wait_for("document.querySelector('.named')?.textContent.startsWith('発見')").await?;
    // In the file as it is the same line is lit.
    let lit = browser.text(".listing .lit").await?;
    assert!(lit.starts_with('4') && lit.contains("core.sleep"), "{lit}");
    browser
        .wait_for("document.querySelector('.reveal thead th')?.textContent.startsWith('B')")
        .await?;
    visit.end().await
}
