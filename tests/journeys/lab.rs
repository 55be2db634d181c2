//! Time as a lab instrument: fork, compare, ask why, find, pass on.

use anyhow::Result;
use journeys::Options;

use super::{DEMO, HOME, Visit, strings};

/// Run, scrub back, kill the database, fork, compare, ask why, share, open
/// the link elsewhere.
#[tokio::test]
async fn from_a_question_to_a_link() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.finish().await?;
    // Back to 60 ms by the bar.
    browser
        .eval(
            "const bar = document.querySelector('.time input'); bar.value = 60;
             bar.dispatchEvent(new InputEvent('input', { bubbles: true }))",
        )
        .await?;
    browser.wait_for("document.querySelector('[data-test=time]').textContent == '60.0 ms'").await?;
    // The database fails, in a fork of lane B.
    visit.panel("act").await?;
    browser.click(".where button:nth-of-type(3)").await?;
    browser.click("[name=fork]").await?;
    browser.click("[name=db-outage]").await?;
    browser.wait_for("document.querySelectorAll('.lane').length == 3").await?;
    assert!(browser.text(".lane-c h2").await?.contains("fork of B"));
    visit.finish().await?;
    // The old lanes are what they were; the fork has lost its load.
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    assert_eq!(browser.text("[data-test=db-calls-c]").await?, "1");
    visit.panel("numbers").await?;
    browser.wait_for("document.querySelectorAll('.numbers thead th').length == 3").await?;
    let errors = "[...document.querySelectorAll('.numbers tr')].find(r => r.textContent.startsWith('errors')).lastChild.textContent";
    assert_eq!(browser.eval(&format!("return {errors}")).await?, "100");
    // Where they part is marked, at the instant of the outage.
    visit.panel("log").await?;
    let parts =
        "[...document.querySelectorAll('.moments li')].find(l => l.textContent.includes('B, C'))";
    browser.wait_for(parts).await?;
    browser.eval(&format!("{parts}.querySelector('button').click()")).await?;
    visit.drawn().await?;
    assert_eq!(visit.milliseconds().await?, 60.0);
    // Why did #41 of lane C fail?
    visit.panel("why").await?;
    browser.click(".why .row .row button:nth-child(3)").await?;
    browser.eval("const i = document.querySelector('[name=who]'); i.focus(); i.select()").await?;
    browser.press(&["4", "1", super::ENTER]).await?;
    browser
        .wait_for("document.querySelector('.waterfall')?.textContent.includes('joins #')")
        .await?;
    let story = browser.text(".waterfall").await?;
    assert!(story.contains("its client has an error (the query failed)"), "{story}");
    // Pass it on.
    browser.click(".tools > button:nth-of-type(2)").await?;
    browser.wait_for("location.hash.includes('sel=c.41')").await?;
    let link = browser.eval("return location.hash").await?;
    let theirs = Visit::new(link.as_str().unwrap_or_default(), Options::default()).await?;
    theirs.browser.wait_for("document.querySelector('.waterfall')").await?;
    assert_eq!(theirs.browser.text(".waterfall").await?, story);
    assert_eq!(theirs.milliseconds().await?, 60.0);
    theirs.drawn().await?;
    visit.drawn().await?;
    assert!(visit.pixels().await? == theirs.pixels().await?, "not the same picture");
    assert_eq!(browser.text(".narration").await?, theirs.browser.text(".narration").await?);
    // The whole log is the same, lane by lane.
    visit.panel("log").await?;
    theirs.panel("log").await?;
    let mut hashes = Vec::new();
    for lane in 1..=3 {
        let choose = format!(".log > .row .row button:nth-child({lane})");
        browser.click(&choose).await?;
        theirs.browser.click(&choose).await?;
        visit.drawn().await?;
        theirs.drawn().await?;
        let hash = browser.text("[data-test=log-hash]").await?;
        assert_eq!(hash, theirs.browser.text("[data-test=log-hash]").await?);
        hashes.push(hash);
    }
    hashes.dedup();
    assert_eq!(hashes.len(), 3, "three different runs");
    theirs.end().await?;
    // A fork can be closed.
    browser.click("[name=close-c]").await?;
    browser.wait_for("document.querySelectorAll('.lane').length == 2").await?;
    visit.end().await
}

/// By keyboard and text alone: how many wait at the database now, who leads,
/// what happened next.
#[tokio::test]
async fn questions_answered_without_sight() -> Result<()> {
    let options = Options { reduced_motion: true, ..Options::default() };
    let visit = Visit::new("#v=1&t=60", options).await?;
    let browser = &visit.browser;
    let status =
        "[...document.querySelectorAll('[role=status]')].map(s => s.textContent).join(' ')";
    browser
        .wait_for(&format!("{status}.includes('80 queueing for a connection, 20 at the database')"))
        .await?;
    // From the lanes' names to lane B's followers: a button like any other.
    let focus = "document.activeElement.textContent";
    for _ in 0..60 {
        browser.press(&[super::TAB]).await?;
        if browser.eval(&format!("return {focus}")).await? == "Singleflight99 waiting" {
            break;
        }
    }
    browser.press(&[super::ENTER]).await?;
    browser.wait_for(&format!("{status}.includes('Waiting for a leader: 99.')")).await?;
    // One of them: whom does it wait for, and what is that doing?
    browser.press(&["s"]).await?;
    browser
        .wait_for("document.querySelector('.says p')?.textContent.includes('#0 uses connection 0')")
        .await?;
    browser.press(&["s"]).await?;
    browser
        .wait_for("document.querySelector('.says p')?.textContent.startsWith('#1 waits for #0, which loads for all')")
        .await?;
    browser.eval("document.querySelector('[name=why]').click()").await?;
    browser.wait_for("document.querySelector('.waterfall [aria-current]')").await?;
    // What happened next: the step that comes after the marked one.
    let next = "document.querySelector('.waterfall [aria-current]').nextElementSibling.textContent";
    let next = browser.eval(&format!("return {next}")).await?;
    assert!(next.as_str().unwrap_or_default().contains("has the result of #0"), "{next}");
    // And in the run: the next moment, and what the status says there.
    browser.press(&["]"]).await?;
    browser.press(&[super::ESCAPE]).await?;
    browser.wait_for("!document.querySelector('.waterfall')").await?;
    visit.end().await
}

/// While it plays, the latest moment is announced, lane and all.
#[tokio::test]
async fn moments_are_announced() -> Result<()> {
    let visit =
        Visit::new("#v=1&a=half-open-flawed&b=half-open&speed=500", Options::default()).await?;
    let browser = &visit.browser;
    browser
        .eval(
            "window.said_ = []; const status = document.querySelector('.narration + [role=status]');
             new MutationObserver(() => said_.push(status.textContent)).observe(status, { characterData: true, childList: true, subtree: true });",
        )
        .await?;
    browser.press(&[HOME, "\u{e008}"]).await?;
    if browser.text(".transport .primary").await? == "Play" {
        browser.press(&[" "]).await?;
    }
    for words in [
        ": the breaker of process 0 opens",
        ": the database outage ends",
        "A: the breaker of process 0 closes",
    ] {
        browser.wait_for(&format!("said_.some(s => s.includes('{words}'))")).await?;
    }
    visit.end().await
}

/// Dots and stations can be clicked.
#[tokio::test]
async fn what_is_clicked_is_explained() -> Result<()> {
    let visit = Visit::new("#v=1&t=60", Options::default()).await?;
    let browser = &visit.browser;
    // The only dot at lane B's database: its leader, #0.
    let click = "const canvas = document.querySelector('.lane-b canvas'); const r = canvas.getBoundingClientRect();
         const pool = document.querySelector('.lane-b .slot').getBoundingClientRect();
         canvas.dispatchEvent(new MouseEvent('click', { bubbles: true, clientX: pool.x + pool.width / 2, clientY: pool.y + pool.height / 2 }));";
    browser.eval(click).await?;
    browser
        .wait_for(
            "document.querySelector('.says p')?.textContent.startsWith('#0 uses connection 0')",
        )
        .await?;
    // Its neighbour, an empty slot: the station.
    browser.eval(&click.replace(".slot'", ".slot:nth-of-type(9)'")).await?;
    browser
        .wait_for(
            "document.querySelector('.says p')?.textContent.startsWith('Using a connection: 1.')",
        )
        .await?;
    visit.end().await
}

/// Whoever waits twice at a line is named once: here a reader finds an old value
/// and begins to refresh it.
#[tokio::test]
async fn a_name_stands_once() -> Result<()> {
    let visit = Visit::new("#v=1&b=layered&t=9155.5182", Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("code").await?;
    let choose = "const s = document.querySelector('.code select'); s.value = 'store.rs';
        s.dispatchEvent(new Event('change', { bubbles: true }))";
    browser.eval(choose).await?;
    browser.wait_for("document.querySelector('.listing .waits')?.textContent == '2'").await?;
    browser.click(".listing .waits").await?;
    browser.wait_for("document.querySelectorAll('.code .crowd li').length == 1").await?;
    visit.end().await
}

/// The lines where requests wait are lit, with their number; a click says who.
#[tokio::test]
async fn the_code_that_runs_is_lit() -> Result<()> {
    let visit = Visit::new("#v=1&t=60", Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("code").await?;
    browser.wait_for("document.querySelector('.listing .lit')").await?;
    let lit = browser.text(".listing .lit").await?;
    assert!(lit.starts_with("100") && lit.contains("call.result.wait().await"), "{lit}");
    // It is in view without scrolling by hand.
    let seen = "(l => (p => l.top >= p.top && l.bottom <= p.bottom)(document.querySelector('.listing').getBoundingClientRect()))(document.querySelector('.lit').getBoundingClientRect())";
    assert_eq!(browser.eval(&format!("return {seen}")).await?, true);
    browser.click(".listing .waits").await?;
    browser.wait_for("document.querySelectorAll('.code .crowd li').length == 60").await?;
    // Playing on, the light goes with the requests.
    browser.press(&[HOME]).await?;
    browser.wait_for("!document.querySelector('.listing .lit')").await?;
    // The selected request's line, followed through the files.
    visit.open("#v=1&t=60&sel=a.3").await?;
    // What is fetched first, before it is known where the request waits, comes
    // in last.
    browser
        .eval(
            "const fetched = window.fetch; window.fetch = async (...what) => {
               if (String(what[0]).includes('get.rs')) await new Promise(r => setTimeout(r, 1000));
               return fetched(...what);
             }",
        )
        .await?;
    visit.panel("code").await?;
    browser
        .wait_for(
            "document.querySelector('.listing .mine')?.textContent.includes('self.process.query')",
        )
        .await?;
    tokio::time::sleep(std::time::Duration::from_millis(1200)).await;
    assert!(browser.text(".listing .mine").await?.contains("self.process.query"));
    visit.end().await
}

/// Words and numbers filter the log, and each line leads to its instant.
#[tokio::test]
async fn the_log_is_searched() -> Result<()> {
    let visit = Visit::new("#v=1&t=60&load.requests=20000", Options::default()).await?;
    let browser = &visit.browser;
    browser.wait_for("!document.querySelector('.time em')").await?;
    visit.panel("log").await?;
    // However long it is, only a few lines are made.
    browser.wait_for("document.querySelector('.log').textContent.includes('20')").await?;
    let lines = "document.querySelectorAll('.lines li').length";
    assert!(browser.eval(&format!("return {lines}")).await?.as_u64().unwrap_or(99) <= 24);
    browser.eval("document.querySelector('.lines').scrollTop = 1e9").await?;
    browser
        .wait_for(
            "document.querySelector('.lines li:last-child').textContent.includes('has the answer')",
        )
        .await?;
    browser.click("[name=filter]").await?;
    browser.press(&["#", "7"]).await?;
    browser
        .wait_for("document.querySelector('.log [role=status]').textContent == '8 lines'")
        .await?;
    browser.eval("document.querySelector('.lines li:nth-child(3) button').click()").await?;
    visit.drawn().await?;
    let at = visit.milliseconds().await?;
    browser
        .wait_for("document.querySelector('.lines li:nth-child(3)').getAttribute('aria-current')")
        .await?;
    assert!(at > 5.0 && at < 60.0, "{at}");
    visit.end().await
}

/// Pressed before the run has begun to play, and while it is computed, the survey
/// compares whole runs: each seed of the demo queries a hundred times.
#[tokio::test]
async fn luck_compares_whole_runs() -> Result<()> {
    let visit = Visit::new("#v=1&t=1", Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("luck").await?;
    assert!(visit.milliseconds().await? < 2.0);
    browser.click("[name=survey]").await?;
    browser.wait_for("document.querySelector('.luck progress').value == 200").await?;
    browser.wait_for("!document.querySelector('[name=cancel]')").await?;
    assert!(visit.milliseconds().await? < 2.0, "the playhead has not moved");
    let said = browser.text(".luck .pair figure").await?;
    assert!(said.contains("This run: 100."), "{said}");
    assert!(
        said.contains("Less than here with 0 of them, the same with 200, more with 0."),
        "{said}"
    );
    visit.end().await
}

/// Two loaders are found, and shrunk to two requests; the survey knows where
/// this run stands.
#[tokio::test]
async fn luck_is_measured() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.finish().await?;
    visit.panel("luck").await?;
    browser.click("[name=survey]").await?;
    browser
        .wait_for("document.querySelector('.luck .note + *, .luck .pair')?.textContent.includes('This run: 100.')")
        .await?;
    browser.wait_for("!document.querySelector('[name=cancel]')").await?;
    browser.click("[name=hunt]").await?;
    browser
        .wait_for("document.querySelector('.luck .now').textContent == 'Seed 1 shows it, with 2 requests.'")
        .await?;
    browser.click("[name=show]").await?;
    browser.wait_for("location.hash.includes('load.requests=2')").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("2", "1"));
    visit.end().await
}

/// As a file and back; a file that is none is explained.
#[tokio::test]
async fn a_run_is_kept_in_a_file() -> Result<()> {
    let visit = Visit::new("#v=1&load.requests=50&t=20", Options::default()).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('[data-test=time]').textContent == '20.0 ms'").await?;
    browser
        .eval("window.saved_ = []; HTMLAnchorElement.prototype.click = function () { saved_.push([this.download, decodeURIComponent(this.href)]); }")
        .await?;
    browser.click("[name=share]").await?;
    browser.wait_for("document.querySelector('.share')?.open").await?;
    assert_eq!(
        browser.eval("return document.querySelector('.carried')").await?,
        serde_json::Value::Null
    );
    let frame = browser.eval("return document.querySelector('[name=frame]').value").await?;
    assert!(frame.as_str().unwrap_or_default().starts_with("<iframe src=\"http"), "{frame}");
    browser.click("[name=save]").await?;
    browser.wait_for("saved_.length == 1").await?;
    let open = |text: &str| {
        format!(
            "const files = new DataTransfer(); files.items.add(new File([{text}], 'run.json'));
             const input = document.querySelector('[name=open]'); input.files = files.files;
             input.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    browser.eval(&open("'{\"run\": 5}'")).await?;
    browser.wait_for("document.querySelector('.notice.bad')?.innerText.includes('run: this field is missing')").await?;
    // Another run in between; then the file.
    visit.panel("experiments").await?;
    browser.click("[name=\"hot-key/hot-key-xfetch\"]").await?;
    browser.wait_for("location.hash.includes('hot-key')").await?;
    browser.click("[name=share]").await?;
    browser.wait_for("document.querySelector('.share')?.open").await?;
    browser.eval(&open("saved_[0][1].split(',').slice(1).join(',')")).await?;
    browser.wait_for("document.querySelector('[data-test=time]').textContent == '20.0 ms'").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("50", "1"));
    visit.end().await
}

/// One figure in somebody else's page: the lanes and their controls, no more.
#[tokio::test]
async fn a_figure_in_another_page() -> Result<()> {
    let visit =
        Visit::new("?embed#v=1&t=60", Options { size: (900, 640), ..Options::default() }).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('[data-test=time]').textContent == '60.0 ms'").await?;
    for hidden in [".topbar", ".side"] {
        let shown = format!("return getComputedStyle(document.querySelector('{hidden}')).display");
        assert_eq!(browser.eval(&shown).await?, "none", "{hidden}");
    }
    let link = browser.eval("return document.querySelector('.to-page a').href").await?;
    assert!(link.as_str().unwrap_or_default().contains("#v=1."), "{link}");
    assert!(!link.as_str().unwrap_or_default().contains("embed"));
    browser.press(&[" "]).await?;
    browser
        .wait_for("document.querySelector('.transport .primary').textContent == 'Pause'")
        .await?;
    visit.end().await
}

/// Out of sight, nothing moves; back in sight, it goes on from there.
#[tokio::test]
async fn out_of_sight_there_are_no_frames() -> Result<()> {
    let visit = Visit::new("?embed#v=1&speed=1", Options::default()).await?;
    let browser = &visit.browser;
    browser.eval("document.body.style.paddingBottom = '4000px'").await?;
    browser
        .eval(
            "window.frames_ = 0; const ask = window.requestAnimationFrame.bind(window);
             window.requestAnimationFrame = f => { window.frames_++; return ask(f); };",
        )
        .await?;
    browser.wait_for("window.frames_ > 5").await?;
    browser.eval("scrollTo(0, 4000)").await?;
    tokio::time::sleep(std::time::Duration::from_millis(400)).await;
    browser.eval("window.frames_ = 0").await?;
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    assert_eq!(browser.eval("return window.frames_").await?, 0);
    let there = visit.milliseconds().await?;
    browser.eval("scrollTo(0, 0)").await?;
    browser.wait_for("window.frames_ > 5").await?;
    assert!(visit.milliseconds().await? < there + 1.5, "it has not jumped");
    visit.end().await
}

/// Somebody updates what is read: in one lane the old value was stored after it,
/// and until the next update everybody gets it; that is the number written large,
/// and what was done stands in the list.
#[tokio::test]
async fn an_update_is_made_and_missed() -> Result<()> {
    let visit = Visit::new("#v=1&a=writes-delete&b=writes-lease", Options::default()).await?;
    let browser = &visit.browser;
    visit.finish().await?;
    let missed = async |lane: &str| -> Result<u32> {
        let text = browser.text(&format!("[data-test=stale-reads-{lane}]")).await?;
        Ok(text.replace(',', "").parse()?)
    };
    let before = missed("a").await?;
    assert!(before > 1000 && missed("b").await? == 0, "{before}");
    // Two seconds in, by the bar; the next update deletes the old value.
    browser
        .eval(
            "const bar = document.querySelector('.time input'); bar.value = 2000;
             bar.dispatchEvent(new InputEvent('input', { bubbles: true }))",
        )
        .await?;
    browser
        .wait_for("document.querySelector('[data-test=time]').textContent == '2000.0 ms'")
        .await?;
    visit.panel("act").await?;
    browser.click("[name=update]").await?;
    browser.wait_for("document.querySelector('.deeds li')?.textContent.includes('update')").await?;
    visit.finish().await?;
    let after = missed("a").await?;
    assert!(after < before / 2 && missed("b").await? == 0, "{after} of {before}");
    visit.end().await
}
