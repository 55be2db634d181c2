//! Share links: a run in the fragment of a URL.
//!
//! `#v=1.c0ffee&a=demo-without-singleflight&b=demo-with-singleflight&load.requests=1000&seed=7`
//!
//! Readable and writable by hand: one `name=value` for everything that
//! differs from the presets. The letters after the version are a check, so
//! that a link cut by a chat program is refused instead of meaning something
//! else; a link written by hand may leave it out.

use super::further::Further;
use super::{Action, DEFENCES, Expected, Fault, Problem, Scenario, Stands};
use super::{fields, first, json, presets, rules, script};

/// The version written by this program.
const VERSION: &str = "1";

/// A script whose bytes are three characters each is no longer. What is longer need not
/// even be decoded to be refused, which takes a while.
const LONGEST: usize = 3 * script::MAX_BYTES;

/// The lanes' names in a link. A and B are always there.
pub const LANES: [&str; 4] = ["a", "b", "c", "d"];

/// What can be selected beside a request's number.
pub fn stations() -> Vec<&'static str> {
    let named = |is: fn(Stands) -> bool| {
        let here = DEFENCES.iter().filter(move |defence| is(defence.switch.stands()));
        here.map(|defence| defence.key)
    };
    let doors = named(|stands| stands == Stands::AtDoor);
    let gates = named(|stands| matches!(stands, Stands::First | Stands::InOrder | Stands::Last));
    let all = ["clients", "edge", "cpu"].into_iter().chain(doors).chain(["cache"]).chain(gates);
    all.chain(["queue", "pool"]).collect()
}

/// What a link says: lanes, their changes, and where to look.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// The lanes, two to four.
    pub lanes: Vec<Lane>,
    /// Changes to all lanes' scenarios.
    pub changes: Vec<(String, String)>,
    /// The seed of every random stream.
    pub seed: u64,
    /// The playhead, in milliseconds of virtual time; `None`: the start.
    pub at_ms: Option<f64>,
    /// Milliseconds of virtual time for a second of the viewer's, 0 for as
    /// fast as it computes; `None`: what suits the run.
    pub speed: Option<f64>,
    /// What is selected: a lane and a request's number or a station's name.
    pub selected: Option<(usize, String)>,
    /// The chapter, and the heading in it, both from 1; heading 0: its start.
    pub chapter: Option<(u32, u32)>,
    /// `en` or `ja`; `None`: the reader's own.
    pub lang: Option<String>,
}

/// One lane of a link.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lane {
    /// Its preset.
    pub preset: String,
    /// Changes to its scenario alone.
    pub changes: Vec<(String, String)>,
    /// What a person did in it.
    pub actions: Vec<Action>,
}

impl Lane {
    /// A preset as it is.
    pub fn new(preset: &str) -> Lane {
        Lane { preset: preset.to_owned(), ..Lane::default() }
    }

    /// Whether another lane has the same system, whatever was done to it.
    pub fn is_like(&self, other: &Lane) -> bool {
        (&self.preset, &self.changes) == (&other.preset, &other.changes)
    }
}

impl Default for Link {
    fn default() -> Link {
        Link::pair("demo-without-singleflight", "demo-with-singleflight")
    }
}

impl Link {
    /// Two presets side by side.
    pub fn pair(a: &str, b: &str) -> Link {
        Link {
            lanes: vec![Lane::new(a), Lane::new(b)],
            changes: Vec::new(),
            seed: 1,
            at_ms: None,
            speed: None,
            selected: None,
            chapter: None,
            lang: None,
        }
    }

    /// The fragment, without `#`.
    pub fn write(&self) -> String {
        let standard = Link::default();
        let mut body = String::new();
        let mut add = |name: &str, value: &str| {
            body.push('&');
            body.push_str(&encode(name));
            body.push('=');
            body.push_str(&encode(value));
        };
        for (i, (name, lane)) in LANES.iter().zip(&self.lanes).enumerate() {
            if standard.lanes.get(i).is_none_or(|usual| usual.preset != lane.preset) {
                add(name, &lane.preset);
            }
        }
        for (path, value) in &self.changes {
            add(path, value);
        }
        for (name, lane) in LANES.iter().zip(&self.lanes) {
            for (path, value) in &lane.changes {
                add(&format!("{name}.{path}"), value);
            }
            if !lane.actions.is_empty() {
                let actions = Action::list_to_value(&lane.actions).to_string();
                add(&format!("{name}.actions"), &actions);
            }
        }
        if self.seed != standard.seed {
            add("seed", &self.seed.to_string());
        }
        if let Some(at) = self.at_ms {
            add("t", &at.to_string());
        }
        if let Some(speed) = self.speed {
            add("speed", &speed.to_string());
        }
        if let Some((lane, what)) = &self.selected {
            add("sel", &format!("{}.{what}", LANES[*lane]));
        }
        match self.chapter {
            Some((chapter, 0)) => add("ch", &chapter.to_string()),
            Some((chapter, heading)) => add("ch", &format!("{chapter}.{heading}")),
            None => {}
        }
        if let Some(lang) = &self.lang {
            add("lang", lang);
        }
        format!("v={VERSION}.{}{body}", check(&body))
    }

    /// Reads a fragment, with or without `#`. An empty one is the default. Refused
    /// as long as what reads is not here (`further.rs`).
    pub fn read(fragment: &str) -> Result<Link, Problem> {
        (Further::ready()?.link)(fragment)
    }

    /// Reads a link as chapters write it, without its version.
    pub fn in_course(run: &str) -> Result<Link, Problem> {
        match Further::here() {
            None if run == first::RUN => Ok(first::link()),
            _ => Link::read(&format!("v={VERSION}&{run}")),
        }
    }

    /// The lanes' scenarios, changes applied; with their actions they make a
    /// run.
    pub fn scenarios(&self) -> Result<Vec<Scenario>, Problem> {
        match Further::here() {
            None if *self == first::link() => Ok(first::scenarios()),
            _ => (Further::ready()?.scenarios)(self),
        }
    }

    /// Sets a part by its name in a link: a lane's preset or actions, `seed`,
    /// `t`, `speed`, `sel`, `ch`, `lang`, or the path of a field of all lanes'
    /// scenarios, or, after `a.` to `d.`, of one (which is checked by
    /// [`Link::scenarios`]).
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        (Further::ready()?.set)(self, name, value)
    }

    fn lane(&mut self, lane: usize, needed: usize) -> Result<&mut Lane, Problem> {
        let missing = || Problem::new(LANES[lane], Fault::Needs(LANES[needed].to_owned()));
        self.lanes.get_mut(lane).ok_or_else(missing)
    }
}

/// [`Link::read`], where it is.
pub(super) fn read(fragment: &str) -> Result<Link, Problem> {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let mut link = Link::default();
    if fragment.is_empty() {
        return Ok(link);
    }
    let (head, body) = match fragment.find('&') {
        Some(at) => fragment.split_at(at),
        None => (fragment, ""),
    };
    let version = head.strip_prefix("v=").ok_or_else(|| Problem::new("v", Fault::Missing))?;
    let (version, sum) = version.split_once('.').map_or((version, None), |(v, s)| (v, Some(s)));
    if version != VERSION {
        return Err(Problem::new("v", Fault::UnknownVersion(decode(version))));
    }
    // Nobody writes a link by hand that says nothing: it is what is left of one.
    if sum.map_or(body.is_empty(), |sum| sum != check(body)) {
        return Err(Problem::new("", Fault::DamagedLink));
    }
    for part in body.split('&').filter(|part| !part.is_empty()) {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if value.len() > LONGEST && decode(name).ends_with("script.source") {
            return Err(rules::too_long_a_script());
        }
        set(&mut link, &decode(name), &decode(value))?;
    }
    scenarios(&link)?;
    Ok(link)
}

/// [`Link::scenarios`], where it is.
pub(super) fn scenarios(link: &Link) -> Result<Vec<Scenario>, Problem> {
    if let Some((lane, _)) = link.selected.as_ref().filter(|(i, _)| *i >= link.lanes.len()) {
        return Err(Problem::new("sel", Fault::Needs(LANES[*lane].to_owned())));
    }
    link.lanes.iter().zip(LANES).map(|(lane, name)| scenario(link, lane, name)).collect()
}

fn scenario(link: &Link, lane: &Lane, name: &str) -> Result<Scenario, Problem> {
    let preset = presets::find(&lane.preset).map_err(|p| Problem { path: name.to_owned(), ..p })?;
    // All at once: one may need another.
    let changes = link.changes.iter().chain(&lane.changes);
    let scenario = preset.with_all(changes.map(|(path, value)| (path.as_str(), value.as_str())))?;
    let list = format!("{name}.actions");
    Action::check_whom(&list, &lane.actions, &scenario)?;
    Action::switched(&scenario, &lane.actions)
        .map_err(|p| Problem { path: format!("{name}.{}", p.path), ..p })?;
    Ok(scenario)
}

/// [`Link::set`], where it is.
pub(super) fn set(link: &mut Link, name: &str, value: &str) -> Result<(), Problem> {
    let number = |name: &str| -> Result<f64, Problem> {
        let number = json::read(name, value).ok().and_then(|number| number.as_f64());
        let number = number.ok_or_else(|| wrong(name, &format!("`{value}`"), Expected::Number))?;
        fields::limit(name).map_or(Ok(()), |limit| limit.check(name, number))?;
        Ok(number)
    };
    match name {
        "seed" => link.seed = number(name)? as u64,
        "t" => link.at_ms = Some(number(name)?),
        "speed" => link.speed = Some(number(name)?),
        "sel" => link.selected = Some(selected(value)?),
        "ch" => {
            let (chapter, heading) = value.split_once('.').unwrap_or((value, "0"));
            let place = chapter.parse().ok().zip(heading.parse().ok());
            let place = place.filter(|(chapter, _)| (1..=99).contains(chapter));
            let wrong = || wrong(name, value, Expected::Chapter);
            link.chapter = Some(place.ok_or_else(wrong)?);
        }
        "lang" => match value {
            "en" | "ja" => link.lang = Some(value.to_owned()),
            _ => {
                let (found, allowed) = (value.to_owned(), "en, ja".to_owned());
                return Err(Problem::new(name, Fault::UnknownWord { found, allowed }));
            }
        },
        path => {
            let (first, rest) = path.split_once('.').map_or((path, None), |(a, b)| (a, Some(b)));
            match (LANES.iter().position(|lane| *lane == first), rest) {
                (Some(lane), None) => {
                    // It is new if it is the next one.
                    if lane == link.lanes.len() {
                        link.lanes.push(Lane::default());
                    }
                    link.lane(lane, lane.saturating_sub(1))?.preset = value.to_owned();
                }
                (Some(lane), Some("actions")) => {
                    link.lane(lane, lane)?.actions = actions(name, value)?;
                }
                (Some(lane), Some(path)) => {
                    change(&mut link.lane(lane, lane)?.changes, path, value)
                }
                (None, _) => change(&mut link.changes, path, value),
            }
        }
    }
    Ok(())
}

fn change(changes: &mut Vec<(String, String)>, path: &str, value: &str) {
    changes.retain(|(known, _)| known != path);
    changes.push((path.to_owned(), value.to_owned()));
}

fn wrong(name: &str, found: &str, expected: Expected) -> Problem {
    Problem::new(name, Fault::WrongType { found: found.to_owned(), expected })
}

/// `b.41`, `a.queue`.
fn selected(value: &str) -> Result<(usize, String), Problem> {
    let parts = value.split_once('.');
    let lane = parts.and_then(|(lane, _)| LANES.iter().position(|known| *known == lane));
    let what = parts.map_or("", |(_, what)| what);
    match lane {
        Some(lane) if stations().contains(&what) || what.parse::<u32>().is_ok() => {
            Ok((lane, what.to_owned()))
        }
        _ => Err(wrong("sel", value, Expected::Selection)),
    }
}

fn actions(name: &str, text: &str) -> Result<Vec<Action>, Problem> {
    Action::list_from_value(name, &json::read(name, text)?)
}

/// The hash FNV-1a of 64 bits (Fowler, Noll and Vo): the same for ever, and no
/// secret.
pub fn fnv1a(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Six letters over a body, as a guard against accidents.
fn check(body: &str) -> String {
    let hash = fnv1a(body);
    format!("{:06x}", (hash ^ (hash >> 32)) & 0xff_ffff)
}

/// Percent-encoding, sparing what chat programs leave alone.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b',' | b':' => {
                out.push(byte as char);
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::new();
    let mut i = 0;
    while i < bytes.len() {
        let hex = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok());
        match (bytes[i], hex.and_then(|h| u8::from_str_radix(h, 16).ok())) {
            (b'%', Some(byte)) => {
                out.push(byte);
                i += 3;
            }
            (byte, _) => {
                out.push(byte);
                i += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
