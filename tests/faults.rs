//! Making the program panic on purpose, and what is then to be seen.

use anyhow::Result;
use serde_json::Value;

use crate::Browser;
use crate::visit::Visit;

/// From here on there is no window: whatever asks for it panics. Nothing in the
/// program is there for this.
pub const NO_WINDOW: &str =
    "Object.defineProperty(Window, Symbol.hasInstance, { value: () => false });";
/// What it says then.
pub const PANIC: &str = "the page runs in a window";

/// Has a key pressed that needs the window, in what a first visit has. `Escape`
/// panics; the space bar begins to play, which makes a library throw an error.
pub async fn press_without_a_window(browser: &Browser, key: &str) -> Result<()> {
    let press = format!("dispatchEvent(new KeyboardEvent('keydown', {{ key: '{key}' }}))");
    browser.eval(&format!("{NO_WINDOW} setTimeout(() => {press})")).await?;
    Ok(())
}

/// Panics in what is fetched for the panels: a button in the settings.
pub async fn panic_in_a_panel(visit: &Visit) -> Result<()> {
    visit.panel("settings").await?;
    let click = "document.querySelector('[name=progress-save]').click()";
    visit.browser.eval(&format!("{NO_WINDOW} setTimeout(() => {click})")).await?;
    Ok(())
}

/// The notice is there, in two languages, with a way out and what happened;
/// what happened is returned.
pub async fn noticed(browser: &Browser) -> Result<String> {
    browser.wait_for("document.querySelector('dialog.fault[open]')").await?;
    let text = browser.text(".fault").await?;
    for part in
        ["Something went wrong", "nothing is lost", "問題が起きて", "再読み込み", "最初から開く"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert_eq!(browser.eval("return document.activeElement.name").await?, "fault-reload");
    let details = browser.eval("return document.querySelector('.fault textarea').value").await?;
    let details = details.as_str().unwrap_or_default().to_owned();
    let address = browser.eval("return location.href").await?;
    assert!(details.contains(address.as_str().unwrap_or("an address")), "{details}");
    // Copied, or selected to be copied by hand.
    browser.click("[name=fault-copy]").await?;
    browser.wait_for("document.querySelector('.fault [role=status]').textContent").await?;
    // What is on the console now is about just this.
    let errors = browser.console_errors().await?;
    assert!(!errors.is_empty());
    Ok(details)
}

/// Chooses a way out of the notice, and waits until the page is another.
pub async fn leave(browser: &Browser, way: &str) -> Result<()> {
    browser.eval("window.before_ = true").await?;
    browser.click(&format!("[name=fault-{way}]")).await?;
    browser.wait_for("!window.before_ && document.readyState == 'complete'").await
}

/// What is kept on the device under a name.
pub async fn kept(browser: &Browser, name: &str) -> Result<Value> {
    browser.eval(&format!("return localStorage.getItem('stampede-playground{name}')")).await
}
