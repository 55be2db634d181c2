//! A protector that somebody wrote, and what can be wrong with it.

use std::fmt;

use super::defences::{ProtectSpec, Stands, Switch};
use super::fields::Kind;
use super::section::section;

/// The longest script, in bytes.
pub const MAX_BYTES: usize = 16 * 1024;
/// The longest text in one, in bytes, with its quotation marks.
pub const MAX_TEXT: usize = 256;

section! {
    /// A protector that somebody wrote.
    pub struct ScriptSpec in "script" {
        /// Its source (Rune): what answers a request, in place of looking into the
        /// cache, the layers and filling the cache. Empty: there is none, and the
        /// defences that are on answer. Otherwise the switches of those that are not at
        /// the door say nothing: what is seen in the picture is what the script calls.
        source: String = String::new(), Kind::Text;
    }
}

/// What a script says that is a defence's, which is seen in the picture and named: what it
/// calls, or why it refuses somebody.
const CALLS: [(&str, Switch); 16] = [
    ("local::", Switch::Local),
    ("cache::lease", Switch::Lease),
    ("flights::", Switch::Singleflight),
    ("lock::", Switch::Lock),
    ("\"throttled\"", Switch::Throttle),
    ("\"rate-limited\"", Switch::Limiter),
    ("breaker::", Switch::Breaker),
    ("\"over-limit\"", Switch::Concurrency),
    ("\"bulkhead-full\"", Switch::Bulkhead),
    ("backup::", Switch::Backup),
    ("\"spilled\"", Switch::Spill),
    // These have no place, but a name.
    ("cache::set_stale", Switch::Stale),
    ("random_jitter", Switch::Jitter),
    ("cache::get_unless", Switch::Xfetch),
    ("cache::keep", Switch::AdaptiveTtl),
    ("db::try_load_unless", Switch::Codel),
];

impl ScriptSpec {
    /// Of the defences that are on those that are seen: without a script all of them.
    /// With one, those at the door, and what it calls.
    pub fn shown(&self, on: &ProtectSpec) -> ProtectSpec {
        let mut shown = on.clone();
        if self.source.is_empty() {
            return shown;
        }
        let code = |line: &str| line.split("//").next().map(str::to_owned);
        let code: String = self.source.lines().filter_map(code).collect();
        for switch in Switch::ALL {
            let mut words = CALLS.iter().filter(|(_, of)| of == switch);
            let is_called = words.any(|(word, _)| code.contains(word));
            let stays = switch.stands() == Stands::AtDoor && on.is_on(*switch);
            *shown.flag(*switch) = is_called || stays;
        }
        shown
    }

    /// Whether a script may use the words of a module; one that does not name it cannot.
    pub fn names(&self, module: &str) -> bool {
        self.source.contains(module)
    }
}

/// A mistake in a script, found before anything is run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// In which line, from 1.
    pub line: u32,
    /// At which character of it, from 1.
    pub column: u32,
    /// Line and column behind it.
    pub end: (u32, u32),
    /// What is wrong.
    pub what: What,
}

/// What can be wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// It has more than [`MAX_BYTES`].
    TooLong,
    /// Too much is nested, or a statement is too long.
    TooDeep,
    /// A word of the language that scripts do without.
    Word(String),
    /// A character that they do without.
    Character(char),
    /// A method that they do without.
    Method(String),
    /// A text or comment that does not end.
    Unclosed,
    /// A text of more than [`MAX_TEXT`] bytes.
    LongText,
    /// There is no `pub async fn get(key)`.
    NoGet,
    /// The language does not have it so: what it says, in English.
    Language(String),
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            What::TooLong => write!(f, "the script has more than {MAX_BYTES} bytes"),
            What::TooDeep => f.write_str("too much is nested here, or the statement is too long"),
            What::Word(word) => write!(f, "scripts do without `{word}`"),
            What::Character(c) => write!(f, "scripts do without `{c}`"),
            What::Method(name) => write!(f, "scripts have no method `{name}`"),
            What::Unclosed => f.write_str("this text or comment does not end"),
            What::LongText => write!(f, "this text has more than {MAX_TEXT} bytes"),
            What::NoGet => f.write_str("there is no `pub async fn get(key)`"),
            What::Language(message) => f.write_str(message),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of switches only those at the door count; what is in a comment is not called.
    #[test]
    fn what_a_script_calls_is_seen() {
        let mut on = ProtectSpec::default();
        for switch in [Switch::Gateway, Switch::Singleflight, Switch::Limiter] {
            *on.flag(switch) = true;
        }
        let shown = |source: &str| ScriptSpec { source: source.to_owned() }.shown(&on).gates();
        assert_eq!(shown(""), [Switch::Gateway, Switch::Singleflight, Switch::Limiter]);
        let source = "// flights::join\npub async fn get(key) {\n lock::try_acquire(key, 1).await; // local::\n}";
        assert_eq!(shown(source), [Switch::Gateway, Switch::Lock]);
        assert_eq!(shown("breaker::trip(); flights::join(1)").len(), 3);
        let source = "cache::lease(key).await; fail(\"throttled\"); fail(\"over-limit\")";
        let gates = [Switch::Gateway, Switch::Lease, Switch::Throttle, Switch::Concurrency];
        assert_eq!(shown(source), gates);
        let source = ScriptSpec { source: "cache::keep(key, value, 9).await".to_owned() };
        assert!(source.shown(&on).adaptive_ttl && !source.shown(&on).stale);
    }
}
