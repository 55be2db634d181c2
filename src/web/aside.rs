//! What was put aside when somebody started afresh after a fault; see
//! `static/fault.js`, which gives these names.

use web_sys::Storage;

use super::window;

/// What the page keeps begins with this.
const OURS: &str = "stampede-playground";
/// What has been put aside ends in this and a number.
const ASIDE: &str = ".aside-";

fn storages() -> impl Iterator<Item = Storage> {
    let kept = [window().local_storage(), window().session_storage()];
    // A browser that keeps nothing has nothing aside.
    kept.into_iter().filter_map(|storage| storage.ok().flatten())
}

/// The names of what is aside, the newest first, without their ends.
fn aside(storage: &Storage) -> Vec<(String, u32)> {
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|i| storage.key(i).ok().flatten());
    let ours = keys.filter(|key| key.starts_with(OURS));
    let mut found: Vec<(String, u32)> = ours
        .filter_map(|key| {
            let (name, number) = key.rsplit_once(ASIDE)?;
            Some((name.to_owned(), number.parse().ok()?))
        })
        .collect();
    found.sort_unstable_by_key(|(_, number)| std::cmp::Reverse(*number));
    found
}

/// Whether there is anything.
pub fn any() -> bool {
    storages().any(|storage| !aside(&storage).is_empty())
}

/// Puts everything back in its place, unless something newer is there. All that
/// was kept under `merged` is returned instead: it is to be merged.
pub fn bring_back(merged: &str) -> Vec<String> {
    let mut texts = Vec::new();
    for storage in storages() {
        for (name, number) in aside(&storage) {
            let key = format!("{name}{ASIDE}{number}");
            let Ok(Some(text)) = storage.get_item(&key) else { continue };
            // First out, then in: there may be no room for both.
            let _ = storage.remove_item(&key);
            if name == merged {
                texts.push(text);
            } else if let Ok(None) = storage.get_item(&name) {
                let _ = storage.set_item(&name, &text);
            }
        }
    }
    texts
}
