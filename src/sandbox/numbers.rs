//! What is asked for: numbers, and what of them is allowed.

use stampede_sim::scenario::{Fault, Problem};

/// A system in numbers. What is `None` is not there, or not known.
#[derive(Clone, Debug, PartialEq)]
pub struct System {
    /// Requests per second, of all users together.
    pub rate: f64,
    /// The share of the hottest key, in percent.
    pub hot: f64,
    /// For how many seconds a value is fresh.
    pub ttl: f64,
    /// How many milliseconds the query takes that loads a value.
    pub query: f64,
    /// Connections to the database, per server.
    pub pool: f64,
    /// Servers.
    pub servers: f64,
    /// How many queries the database really runs at the same time.
    pub cores: f64,
    /// After how many milliseconds a client gives up.
    pub timeout: f64,
    /// How often it tries again then.
    pub retries: f64,
    /// Regions, each with a cache of its own near its clients.
    pub regions: Option<f64>,
    /// How many milliseconds it is from there to the servers and back.
    pub trip: Option<f64>,
    /// For how many seconds a value is fresh there.
    pub edge: Option<f64>,
    /// Whether there is one more cache in front of the servers, that all of them
    /// ask: 1 or 0.
    pub shield: Option<f64>,
    /// For how many seconds each server keeps a copy of its own (L1).
    pub copy: Option<f64>,
    /// The share of the requests that are updates, in percent.
    pub updates: Option<f64>,
    /// After how many seconds each time somebody updates the hottest value.
    pub every: Option<f64>,
    /// Replicas of the database.
    pub replicas: Option<f64>,
    /// How many milliseconds they are behind.
    pub lag: Option<f64>,
    /// How many milliseconds of CPU a request takes.
    pub cpu: Option<f64>,
    /// CPU cores of a server.
    pub threads: Option<f64>,
    /// How many requests a client may make.
    pub limit: Option<f64>,
    /// In how many seconds.
    pub window: Option<f64>,
    /// How many clients there are.
    pub clients: Option<f64>,
    /// How many of them share an address, if that is what is counted.
    pub address: Option<f64>,
    /// How many requests a server takes in at once.
    pub inside: Option<f64>,
}

impl Default for System {
    fn default() -> System {
        System {
            rate: 500.0,
            hot: 20.0,
            ttl: 60.0,
            query: 50.0,
            pool: 20.0,
            servers: 4.0,
            cores: 16.0,
            timeout: 2000.0,
            retries: 2.0,
            regions: None,
            trip: None,
            edge: None,
            shield: None,
            copy: None,
            updates: None,
            every: None,
            replicas: None,
            lag: None,
            cpu: None,
            threads: None,
            limit: None,
            window: None,
            clients: None,
            address: None,
            inside: None,
        }
    }
}

/// A number of a system.
pub struct Number {
    /// Its name in a form.
    pub key: &'static str,
    /// What it is, in English and in Japanese.
    pub names: [&'static str; 2],
    /// Its unit, in English and in Japanese.
    pub units: [&'static str; 2],
    /// The least and the most that is allowed.
    pub range: [f64; 2],
    /// Whether it is a whole number.
    pub whole: bool,
    /// What it means that nothing is typed.
    pub empty: Empty,
    /// Reads it.
    pub get: fn(&System) -> Option<f64>,
    set: fn(&mut System, Option<f64>),
}

/// What it means that a number is not given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Empty {
    /// That cannot be.
    Refused,
    /// What it is about is not there.
    Absent,
    /// It is part of what another number is about, and not there either.
    Part(&'static str),
    /// The same, but if that is there, this is as usual.
    Usual(&'static str, f64),
}

/// A field that may be empty, or may not.
trait Slot {
    fn value(&self) -> Option<f64>;
    fn fill(&mut self, value: Option<f64>);
}

impl Slot for f64 {
    fn value(&self) -> Option<f64> {
        Some(*self)
    }
    fn fill(&mut self, value: Option<f64>) {
        *self = value.unwrap_or(*self);
    }
}

impl Slot for Option<f64> {
    fn value(&self) -> Option<f64> {
        *self
    }
    fn fill(&mut self, value: Option<f64>) {
        *self = value;
    }
}

macro_rules! numbers {
    ($(#[$about:meta])* $all:ident { $( $key:ident: $en:literal, $ja:literal, $unit:literal, $unit_ja:literal, $min:literal..$max:literal, $whole:literal, $empty:expr; )+ }) => {
        $(#[$about])*
        pub const $all: &[Number] = &[$( Number {
            key: stringify!($key),
            names: [$en, $ja],
            units: [$unit, $unit_ja],
            range: [$min, $max],
            whole: $whole,
            empty: $empty,
            get: |system| system.$key.value(),
            set: |system, value| system.$key.fill(value),
        }, )+];
    };
}

use Empty::{Absent, Part, Refused, Usual};

numbers! {
    /// Every number that has to be known, as a form asks for them.
    NUMBERS {
        rate: "requests, all users together", "リクエスト（全体）", "/s", "/秒", 1.0..5000.0, false, Refused;
        hot: "share of the hottest key", "ホットキーの割合", "%", "%", 0.2..100.0, false, Refused;
        ttl: "ttl", "TTL", "s", "秒", 0.1..86400.0, false, Refused;
        query: "time of the query", "クエリの時間", "ms", "ミリ秒", 1.0..2000.0, false, Refused;
        pool: "connection pool, per server", "コネクションプール（1 台）", "", "本", 1.0..1000.0, true, Refused;
        servers: "servers", "サーバー", "", "台", 1.0..64.0, true, Refused;
        cores: "queries the database really runs at once", "DB が実際に同時に処理できるクエリ", "", "件", 1.0..1000.0, true, Refused;
        timeout: "clients give up after", "クライアントが諦めるまで", "ms", "ミリ秒", 10.0..60000.0, false, Refused;
        retries: "and try again", "再試行", "times", "回", 0.0..5.0, true, Refused;
    }
}

numbers! {
    /// What somebody may know besides, from the client to the database. What
    /// another number makes part of the system comes after that. The time in which
    /// a limit is counted is shorter than any run: of a longer one nobody would see
    /// the end.
    PARTS {
        regions: "regions, each with a cache near its clients (CDN)", "近くにキャッシュを置いた地域（CDN）", "", "か所", 1.0..8.0, true, Absent;
        trip: "round trip from there to the servers", "地域とサーバーの往復時間", "ms", "ミリ秒", 0.0..2000.0, false, Usual("regions", 100.0);
        edge: "ttl there", "地域のキャッシュの TTL", "s", "秒", 0.1..86400.0, false, Usual("regions", 10.0);
        shield: "a shield that fetches for all of them", "全地域の分を取りに行くシールド", "", "", 0.0..1.0, true, Usual("regions", 0.0);
        limit: "requests that a client may make", "1 クライアントのリクエストの上限", "", "件", 1.0..100000.0, true, Absent;
        window: "in a time of", "上限を数える時間", "s", "秒", 0.1..10.0, false, Usual("limit", 1.0);
        clients: "clients", "クライアント", "", "個", 1.0..100000.0, true, Usual("limit", 1000.0);
        address: "of them behind one address, if that is counted", "アドレスで数えるなら、1 つを共有するクライアント", "", "個", 1.0..100000.0, true, Part("limit");
        inside: "requests that a server takes in at once", "サーバーが同時に受け入れるリクエスト（1 台）", "", "件", 1.0..100000.0, true, Absent;
        cpu: "CPU time of a request", "リクエストの CPU 時間", "ms", "ミリ秒", 0.01..1000.0, false, Absent;
        threads: "CPU cores of a server (1: an event loop)", "サーバーの CPU コア（1 ならイベントループ）", "", "個", 1.0..256.0, true, Usual("cpu", 4.0);
        copy: "each server keeps its own copy for (L1)", "サーバーが自分のコピーを持つ時間（L1）", "s", "秒", 0.01..86400.0, false, Absent;
        updates: "share of updates", "書き換えの割合", "%", "%", 0.01..100.0, false, Absent;
        every: "the hottest value is updated every", "ホットキーの書き換えの間隔", "s", "秒", 1.0..86400.0, false, Absent;
        replicas: "replicas to read from", "読み取り用のレプリカ", "", "台", 1.0..9.0, true, Absent;
        lag: "they are behind by", "レプリカの遅れ", "ms", "ミリ秒", 0.0..60000.0, false, Usual("replicas", 100.0);
    }
}

/// Every number that a form asks for.
fn all() -> impl Iterator<Item = &'static Number> {
    NUMBERS.iter().chain(PARTS)
}

impl Number {
    /// Whether it only says that something is there.
    pub fn is_flag(&self) -> bool {
        self.whole && self.range == [0.0, 1.0]
    }

    /// What has to be there for this to mean anything.
    fn part(&self) -> Option<&'static Number> {
        let (Part(key) | Usual(key, _)) = self.empty else { return None };
        all().find(|number| number.key == key)
    }
}

impl System {
    /// Sets a number as it was typed; refuses what is not allowed, and says what
    /// is.
    pub fn set(&mut self, number: &Number, text: &str) -> Result<(), Problem> {
        if text.trim().is_empty() && number.empty != Refused {
            (number.set)(self, None);
            return Ok(());
        }
        let value: Option<f64> = text.trim().replace(',', "").parse().ok();
        let [min, max] = number.range;
        let fits = |v: &f64| (min..=max).contains(v) && (!number.whole || v.fract() == 0.0);
        let Some(value) = value.filter(fits) else {
            let found = format!("\"{text}\"");
            let fault = Fault::OutOfRange { found, min, max, whole: number.whole };
            return Err(Problem::new(number.key, fault));
        };
        (number.set)(self, Some(value));
        Ok(())
    }

    /// All numbers, in order; a dash for what is not given.
    pub fn write(&self) -> String {
        let text = |value: Option<f64>| value.map_or("-".to_owned(), |value| value.to_string());
        let numbers: Vec<String> = all().map(|number| text((number.get)(self))).collect();
        numbers.join(" ")
    }

    /// What [`System::write`] wrote; `None` if that is not allowed.
    pub fn read(text: &str) -> Option<System> {
        let mut system = System::default();
        let words: Vec<&str> = text.split(' ').collect();
        let typed = |word: &'_ str| if word == "-" { String::new() } else { word.to_owned() };
        let fits = words.len() == all().count()
            && all().zip(words).all(|(number, word)| system.set(number, &typed(word)).is_ok());
        fits.then_some(system)
    }

    /// A number that was given though what it is part of was not, and that.
    pub fn without_its_part(&self) -> Option<(&'static Number, &'static Number)> {
        let given = |number: &Number| (number.get)(self).is_some();
        let parts = all().filter_map(|number| Some((number, number.part()?)));
        parts.into_iter().find(|(number, part)| given(number) && !given(part))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What was typed is there again, also what was left empty.
    #[test]
    fn what_was_written_can_be_read() {
        let system = System { copy: Some(2.5), lag: Some(0.0), ..System::default() };
        for system in [System::default(), system] {
            assert_eq!(System::read(&system.write()), Some(system));
        }
        // A number that must be there cannot be left out.
        assert_eq!(System::read(&System::default().write().replacen("500", "-", 1)), None);
    }

    /// What something is part of is asked for first, and by its name.
    #[test]
    fn parts_come_after_what_they_are_part_of() {
        for (i, number) in PARTS.iter().enumerate() {
            if let Part(key) | Usual(key, _) = number.empty {
                assert_eq!(number.part().map(|part| part.key), Some(key));
                let place = PARTS.iter().position(|part| part.key == key);
                assert!(place.is_some_and(|place| place < i), "{}", number.key);
            }
            if let Usual(_, value) = number.empty {
                let [min, max] = number.range;
                assert!((min..=max).contains(&value), "{}", number.key);
            }
        }
    }
}
