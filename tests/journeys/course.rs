//! Reading the course: predict, run, explain, tasks.

use anyhow::Result;
use journeys::Options;
use serde_json::Value;

use super::{DEMO, ENTER, Visit, strings};

/// How many stars a task has, as the page shows it.
async fn done(visit: &Visit, task: &str) -> Result<()> {
    let done = format!(
        "document.querySelector('[data-task=\"{task}\"] .kind')?.textContent.includes('★')"
    );
    visit.browser.wait_for(&done).await
}

/// Makes sure that the half that answers is here: somebody moves.
async fn begin(visit: &Visit) -> Result<()> {
    visit.browser.press(&["\u{e008}"]).await?;
    visit.browser.wait_for("document.querySelector('.predict')").await
}

/// Sets a knob in the settings.
async fn set(visit: &Visit, name: &str, value: &str) -> Result<()> {
    visit.panel("settings").await?;
    let field = format!("document.querySelector('[name=\"{name}\"]')");
    visit.browser.wait_for(&field).await?;
    visit.browser.eval(&format!("{field}.focus(); {field}.select()")).await?;
    for key in value.chars() {
        visit.browser.press(&[&key.to_string()]).await?;
    }
    visit.browser.press(&[ENTER]).await
}

/// A stranger goes through chapter 1: predicts, sees the gap, does the three
/// tasks, and finds them done when coming back.
#[tokio::test]
async fn a_reader_finishes_chapter_1() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    begin(&visit).await?;
    browser.eval("document.querySelector('.predict .row button:nth-child(2)').click()").await?;
    // Not before the run has.
    browser.wait_for("document.querySelector('.task')").await?;
    assert!(!browser.text(".predict").await?.contains("The run says"));
    visit.finish().await?;
    browser
        .wait_for("document.querySelector('.predict [role=status]').textContent.includes('You said 20. The run says 100')")
        .await?;
    // Doing nothing ticks nothing.
    visit.finish().await?;
    assert_eq!(browser.eval("return document.querySelectorAll('.task.done').length").await?, 0);
    set(&visit, "load.requests", "1000").await?;
    done(&visit, "01/thousand").await?;
    // Another herd after the cache was cleared.
    browser.eval("document.querySelector('[data-task=\"01/again\"] [name=begin]').click()").await?;
    browser.wait_for("!location.hash.includes('1000')").await?;
    visit.finish().await?;
    assert_eq!(visit.db_calls().await?, strings("100", "1"));
    visit.panel("act").await?;
    browser.click(".act .clear button").await?;
    browser.wait_for("location.hash.includes('clear-cache')").await?;
    visit.finish().await?;
    browser.click(".act .send button").await?;
    done(&visit, "01/again").await?;
    // Four processes; then the hints, and the solution, asked for and confirmed.
    browser.eval("document.querySelector('[data-task=\"01/four\"] [name=begin]').click()").await?;
    browser.wait_for("!location.hash.includes('clear')").await?;
    set(&visit, "fleet.processes", "4").await?;
    done(&visit, "01/four").await?;
    for _ in 0..3 {
        browser
            .eval("document.querySelector('[data-task=\"01/four\"] .row .quiet').click()")
            .await?;
        visit.drawn().await?;
    }
    browser.wait_for("document.querySelector('[name=solve]')").await?;
    browser.eval("document.querySelector('[name=solve]').click()").await?;
    browser
        .wait_for(
            "document.querySelector('[data-task=\"01/four\"] .kind').textContent.includes('★★')",
        )
        .await?;
    // It is kept on this device.
    visit.open(DEMO).await?;
    begin(&visit).await?;
    assert_eq!(browser.eval("return document.querySelectorAll('.task.done').length").await?, 3);
    assert!(browser.text(".contents select").await?.contains("★ 3 done"));
    visit.finish().await?;
    assert!(browser.text(".predict").await?.contains("The run says 100"));
    // What is missing is said in words; what was done stays done while another
    // run is on the stage, and stars say what they mean.
    let rows = |task: &str| {
        format!(
            "return [...document.querySelectorAll('[data-task=\"{task}\"] .conditions li')].map(l => l.textContent).join('; ')"
        )
    };
    visit.finish().await?;
    let missing = browser.eval(&rows("01/thousand")).await?;
    let missing = missing.as_str().unwrap_or_default();
    assert!(
        missing.contains("– not yet: Lane A · Requests sent: 100, needs at least 1,000"),
        "{missing}"
    );
    assert!(missing.contains("✓ met: Lane B · Database calls: 1, needs 1"), "{missing}");
    visit.open("#v=1&ch=1&a=hot-key&b=hot-key-xfetch").await?;
    begin(&visit).await?;
    let met = browser.eval(&rows("01/again")).await?;
    assert_eq!(
        met,
        "✓ met: Lane B · Requests sent: at least 200; ✓ met: Lane B · Database calls: 2"
    );
    assert!(
        browser.text("[data-task='01/four'] .stars").await?.contains("★★ the second goal, too")
    );
    visit.end().await
}

/// A chapter that is opened puts its first run on the stage; scrolling changes
/// nothing, ever, and a run of one's own stays until one says otherwise.
#[tokio::test]
async fn only_a_button_changes_the_stage() -> Result<()> {
    let visit = Visit::new("", Options::default()).await?;
    let browser = &visit.browser;
    browser.press(&["\u{e008}"]).await?;
    browser.wait_for("document.querySelector('.predict')").await?;
    browser.click("[name=next-chapter]").await?;
    browser
        .wait_for("location.hash.includes('ch=2') && location.hash.includes('leader-leaves')")
        .await?;
    assert!(browser.text(".lane-a .lane-title").await?.contains("flawed"));
    visit.reveal().await?;
    let scroll = |to: &str| {
        format!(
            "const a = document.querySelector('article'); a.scrollTop = {to}; a.dispatchEvent(new Event('scroll'))"
        )
    };
    for to in ["1e6", "0", "400"] {
        browser.eval(&scroll(to)).await?;
        visit.drawn().await?;
    }
    assert_eq!(browser.eval("return location.hash.includes('leader-leaves')").await?, true);
    // Reading on to the second figure, and asking for it.
    browser.eval("document.querySelectorAll('.figure button')[1].click()").await?;
    browser.wait_for("location.hash.includes('a=gap-race')").await?;
    // A knob of one's own, and another chapter: the stage says that it stays.
    set(&visit, "db.query_ms", "80").await?;
    browser.wait_for("location.hash.includes('db.query_ms=80')").await?;
    browser.click("#tab-text").await?;
    browser.click("[name=next-chapter]").await?;
    browser
        .wait_for(
            "document.querySelector('.chapter > p.note')?.textContent.includes('a run of yours')",
        )
        .await?;
    assert_eq!(browser.eval("return location.hash.includes('db.query_ms=80')").await?, true);
    browser.click(".chapter > p.note button").await?;
    browser.wait_for("location.hash.includes('a=four-processes')").await?;
    // A deep link leads there, in the other language, too.
    visit.open("#v=1&ch=5&lang=ja").await?;
    browser
        .wait_for("document.querySelector('h1')?.textContent.startsWith('5 · 期限をずらす')")
        .await?;
    visit.end().await
}

/// The article, scrolled up and down, a little and far.
async fn scroll(visit: &Visit) -> Result<()> {
    for to in ["0", "1e6", "40", "1200"] {
        visit.browser.eval(&format!("document.querySelector('article').scrollTop = {to}")).await?;
        visit.drawn().await?;
    }
    Ok(())
}

/// Chapter 2's task, with scrolling before, between and after.
#[tokio::test]
async fn scrolling_ends_no_task_of_chapter_2() -> Result<()> {
    let visit = Visit::new("#v=1&ch=2", Options::default()).await?;
    let browser = &visit.browser;
    visit.reveal().await?;
    scroll(&visit).await?;
    browser
        .eval("document.querySelector('[data-task=\"02/impatient\"] [name=begin]').click()")
        .await?;
    browser.wait_for("!location.hash.includes('leader-leaves')").await?;
    scroll(&visit).await?;
    let checklist =
        "document.querySelectorAll('[data-task=\"02/impatient\"] .conditions li').length";
    browser.wait_for(&format!("{checklist} > 3")).await?;
    visit.panel("defences").await?;
    let knob = "document.querySelector('[name=\"b.singleflight.wait_ms\"]')";
    browser.wait_for(knob).await?;
    browser.eval(&format!("{knob}.focus(); {knob}.select()")).await?;
    browser.press(&["2", "0", ENTER]).await?;
    browser.wait_for("location.hash.includes('b.singleflight.wait_ms=20')").await?;
    browser.click("#tab-text").await?;
    scroll(&visit).await?;
    done(&visit, "02/impatient").await?;
    assert_eq!(browser.eval("return location.hash.includes('gap-race')").await?, false);
    visit.end().await
}

/// A task survives whatever is scrolled: begin, read on, come back.
#[tokio::test]
async fn scrolling_ends_no_task() -> Result<()> {
    let visit = Visit::new("#v=1&ch=3", Options::default()).await?;
    let browser = &visit.browser;
    visit.reveal().await?;
    browser.eval("document.querySelector('[data-task=\"03/lock\"] [name=begin]').click()").await?;
    browser.wait_for("location.hash.includes('b=four-processes&') || location.hash.endsWith('b=four-processes') || location.hash.includes('b=four-processes&ch')").await?;
    scroll(&visit).await?;
    visit.panel("defences").await?;
    browser.wait_for("document.querySelector('[name=\"b.lock\"]')").await?;
    browser.click("[name=\"b.lock\"]").await?;
    browser.wait_for("location.hash.includes('b.protect.lock')").await?;
    browser.click("#tab-text").await?;
    done(&visit, "03/lock").await?;
    // It says so at the stage, by name.
    browser
        .wait_for("document.querySelector('.says .done')?.textContent.startsWith('★ Done:')")
        .await?;
    visit.end().await
}

/// Chapter 7 can be finished: each task's solution, asked for, ticks it.
#[tokio::test]
async fn chapter_7_can_be_finished() -> Result<()> {
    let visit = Visit::new("#v=1&ch=7", Options::default()).await?;
    let browser = &visit.browser;
    begin(&visit).await?;
    browser.eval("const i = document.querySelector('.predict input'); i.value = '50'").await?;
    browser.eval("document.querySelector('.predict form').requestSubmit()").await?;
    browser.wait_for("document.querySelector('.task')").await?;
    visit.finish().await?;
    browser
        .wait_for("document.querySelector('.predict [role=status]').textContent.includes('The run says 1,241')")
        .await?;
    for task in ["07/errors", "07/without", "07/order"] {
        let at = format!("document.querySelector('[data-task=\"{task}\"]')");
        for _ in 0..3 {
            browser.eval(&format!("{at}.querySelector('.row .quiet').click()")).await?;
            visit.drawn().await?;
        }
        browser.wait_for(&format!("{at}.querySelector('[name=solve]')")).await?;
        browser.eval(&format!("{at}.querySelector('[name=solve]').click()")).await?;
        done(&visit, task).await?;
    }
    visit.end().await
}

/// Progress goes along as a file; another file is refused, and nothing lost.
#[tokio::test]
async fn progress_is_taken_along() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.reveal().await?;
    set(&visit, "load.requests", "1000").await?;
    done(&visit, "01/thousand").await?;
    browser
        .eval("window.saved_ = []; HTMLAnchorElement.prototype.click = function () { saved_.push(decodeURIComponent(this.href)); }")
        .await?;
    browser.click("[name=progress-save]").await?;
    browser.wait_for("saved_.length == 1").await?;
    for _ in 0..2 {
        browser.click("[name=progress-reset]").await?;
        visit.drawn().await?;
    }
    browser
        .wait_for("localStorage.getItem('stampede-playground.progress').includes('\"stars\":{}')")
        .await?;
    let open = |text: &str| {
        format!(
            "const files = new DataTransfer(); files.items.add(new File([{text}], 'p.json'));
             const input = document.querySelector('[name=progress-open]'); input.files = files.files;
             input.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    browser.eval(&open("'[]'")).await?;
    browser.wait_for("document.querySelector('.notice.bad')?.innerText.includes('progress: this file is not allowed')").await?;
    browser.eval(&open("saved_[0].split(',').slice(1).join(',')")).await?;
    browser
        .wait_for("localStorage.getItem('stampede-playground.progress').includes('01/thousand')")
        .await?;
    visit.end().await
}

/// A curve is drawn by keyboard, and the run lies over it; words are searched,
/// and a term says what it means.
#[tokio::test]
async fn curves_words_and_terms() -> Result<()> {
    let visit = Visit::new("#v=1&ch=6", Options::default()).await?;
    let browser = &visit.browser;
    browser.wait_for("document.querySelector('.curve svg')").await?;
    let commit = "document.querySelector('.curve [name=commit]')";
    assert_eq!(browser.eval(&format!("return {commit}.disabled")).await?, true);
    browser.eval("document.querySelector('.curve svg').focus()").await?;
    // 140 a second all the time: four steps of ten above the middle.
    browser.press(&["\u{e013}", "\u{e013}", "\u{e013}", "\u{e013}"]).await?;
    let value = "return document.querySelector('.curve svg').getAttribute('aria-valuetext')";
    browser
        .wait_for("document.querySelector('.curve svg').getAttribute('aria-valuenow') == '140'")
        .await?;
    browser.press(&[super::RIGHT, super::RIGHT]).await?;
    browser.wait_for(&format!("(() => {{ {value} }})() == 'from 10 s: 140 /s'")).await?;
    browser.eval(&format!("{commit}.click()")).await?;
    browser.wait_for("!document.querySelector('.cover')").await?;
    visit.finish().await?;
    browser
        .wait_for("document.querySelector('.predict [role=status]').textContent.includes('you drew 140, the run has 0')")
        .await?;
    browser.wait_for("document.querySelector('.curve .truth')").await?;
    // Words are found in any chapter, and lead there.
    browser.click("[name=search]").await?;
    for key in "fencing".chars() {
        browser.press(&[&key.to_string()]).await?;
    }
    browser
        .wait_for(
            "[...document.querySelectorAll('.search mark')].some(m => m.textContent == 'fencing')",
        )
        .await?;
    browser.eval("document.querySelector('.search li button').click()").await?;
    browser.wait_for("location.hash.includes('ch=')").await?;
    browser.wait_for("document.activeElement.closest('.chapter') && document.activeElement.tagName.startsWith('H')").await?;
    // A term: its meaning is there for the focus, and Escape puts it away.
    visit.open("#v=1&ch=1.3").await?;
    browser.wait_for("document.querySelector('.term')").await?;
    browser.eval("document.querySelector('.term').focus()").await?;
    let shown =
        "getComputedStyle(document.querySelector('.term + [role=tooltip]')).display == 'block'";
    browser.wait_for(shown).await?;
    let meaning = "return document.getElementById(document.querySelector('.term').getAttribute('aria-describedby')).textContent";
    assert!(
        browser.eval(meaning).await?.as_str().is_some_and(|text| text.contains("no usable value"))
    );
    browser.press(&[super::ESCAPE]).await?;
    browser.wait_for(&format!("!({shown})")).await?;
    visit.end().await
}

/// An engineer types the numbers of a system, reads what breaks first, and
/// watches it.
#[tokio::test]
async fn a_system_is_tried() -> Result<()> {
    let visit = Visit::new(DEMO, Options::default()).await?;
    let browser = &visit.browser;
    visit.panel("system").await?;
    let set = |name: &str, value: &str| {
        format!(
            "const i = document.querySelector('.system [name={name}]'); i.value = '{value}';
             i.dispatchEvent(new Event('change', {{ bubbles: true }}))"
        )
    };
    browser.eval(&set("pool", "2.5")).await?;
    let pool = "document.querySelector('.system [name=pool]')";
    browser.wait_for(&format!("{pool}.ariaInvalid == 'true' && {pool}.value == '2.5'")).await?;
    let below = format!("document.getElementById({pool}.getAttribute('aria-describedby'))");
    let said = browser.eval(&format!("return {below}.textContent")).await?;
    assert_eq!(said, "allowed: 1 to 1,000, whole numbers");
    browser.eval(&set("pool", "25")).await?;
    browser.wait_for(&format!("!{pool}.ariaInvalid && {below}.textContent == ''")).await?;
    // What cannot be taken is not left out: nothing is run without it.
    browser.eval(&set("pool", "0")).await?;
    browser.click("[name=find-out]").await?;
    browser
        .wait_for("document.querySelector('.notice.bad')?.innerText.includes('connection pool, per server: \"0\"')")
        .await?;
    browser.wait_for(&format!("document.activeElement == {pool} && {pool}.value == '0'")).await?;
    assert_eq!(
        browser
            .eval("return document.querySelectorAll('.system section, .system progress').length")
            .await?,
        0
    );
    browser.eval(&set("pool", "25")).await?;
    browser.eval(&set("hot", "100")).await?;
    browser.click("[name=find-out]").await?;
    browser.wait_for("!document.querySelector('.notice.bad')").await?;
    browser.wait_for("document.querySelectorAll('.system ol')[1]?.children.length == 7").await?;
    // Arithmetic: 500 a second, all for one key, for 50 ms.
    assert!(browser.text(".system section p").await?.contains("about 26 requests"));
    browser.wait_for("!document.querySelector('.system progress')").await?;
    // What was assumed is named.
    let said = browser.text(".system section").await?;
    assert!(said.contains("The ttl is yours, 60\u{a0}s, and not shortened"), "{said}");
    // The worst trouble, with what helps best in lane B.
    let defences = "return location.hash.match(/b\\.protect\\.\\w+/g).join()";
    browser.click(".system ol [name=show]").await?;
    browser
        .wait_for("location.hash.includes('a=my-system') && location.hash.includes('keys.count=1') && location.hash.includes('b.protect.')")
        .await?;
    assert_eq!(visit.milliseconds().await?, 1000.0, "at the first moment");
    let shown = browser.eval(defences).await?;
    browser.click(".system ol ~ ol [name=show]").await?;
    assert_eq!(browser.eval(defences).await?, shown, "that is the first of what helps");
    // Another one, against which nothing has been tried yet: that comes first.
    browser.eval("document.querySelector('.system ol').lastElementChild.querySelector('[name=show]').click()").await?;
    browser.wait_for("document.querySelectorAll('.system ol')[1]?.children.length == 7 && !document.querySelector('.system progress')").await?;
    browser
        .wait_for("document.querySelector('.system ol ~ ol [name=show]:not(:disabled)')")
        .await?;
    let shown = browser.eval(defences).await?;
    browser.click(".system ol ~ ol [name=show]").await?;
    assert_eq!(browser.eval(defences).await?, shown);
    // What else somebody knows is folded away, and not taken without what it is
    // part of: then it can be seen.
    let more = "document.querySelector('.system details').open";
    browser.wait_for(&format!("!{more}")).await?;
    browser.eval(&set("lag", "50")).await?;
    browser.click("[name=find-out]").await?;
    browser
        .wait_for(
            "document.querySelector('.notice.bad')?.innerText.includes('replicas to read from')",
        )
        .await?;
    browser.wait_for(&format!("{more} && document.activeElement.name == 'lag'")).await?;
    browser.eval(&set("lag", "")).await?;
    browser.eval(&set("copy", "4")).await?;
    browser.click("[name=find-out]").await?;
    browser.wait_for("!document.querySelector('.notice.bad') && document.querySelectorAll('.system ol')[1]?.children.length == 7 && !document.querySelector('.system progress')").await?;
    let said = browser.text(".system section").await?;
    assert!(said.contains("Answers older than an update that had been confirmed"), "{said}");
    visit.end().await
}

/// To take back is what somebody did, and not what the course has shown.
#[tokio::test]
async fn undo_counts_what_somebody_did() -> Result<()> {
    let visit = Visit::new("", Options::default()).await?;
    let browser = &visit.browser;
    visit.chapter(2).await?;
    for figure in 0..2 {
        let show = format!("document.querySelectorAll('figure > button')[{figure}].click()");
        browser.eval(&show).await?;
        visit.drawn().await?;
    }
    visit.panel("act").await?;
    assert_eq!(browser.eval("return document.querySelector('[name=undo]')").await?, Value::Null);
    browser.click("[name=clear-cache]").await?;
    browser.wait_for("document.querySelector('[name=undo]')?.textContent.includes('(1)')").await?;
    browser.click("[name=undo]").await?;
    browser.wait_for("!document.querySelector('[name=undo]')").await?;
    visit.end().await
}
