//! Share links: a run in the fragment of a URL.
//!
//! `#v=1.c0ffee&a=demo-without-singleflight&b=demo-with-singleflight&load.requests=1000&seed=7`
//!
//! Readable and writable by hand: one `name=value` for everything that
//! differs from the presets. The letters after the version are a check, so
//! that a link cut by a chat program is refused instead of meaning something
//! else; a link written by hand may leave it out.

use serde_json::Value;

use super::{Action, Fault, Problem, Scenario, fields, presets};

/// The version written by this program.
const VERSION: &str = "1";

/// The lanes' names in a link.
const LANES: [&str; 2] = ["a", "b"];

/// What a link says: two lanes, their changes, and where to look.
#[derive(Clone, Debug, PartialEq)]
pub struct Link {
    /// Lane A's preset.
    pub a: String,
    /// Lane B's preset.
    pub b: String,
    /// Changes to both lanes' scenarios.
    pub changes: Vec<(String, String)>,
    /// Changes to one lane's scenario.
    pub lane_changes: [Vec<(String, String)>; 2],
    /// What a person did in each lane.
    pub actions: [Vec<Action>; 2],
    /// The seed of every random stream.
    pub seed: u64,
    /// The playhead, in milliseconds of virtual time; `None`: the start.
    pub at_ms: Option<f64>,
    /// `en` or `ja`; `None`: the reader's own.
    pub lang: Option<String>,
}

impl Default for Link {
    fn default() -> Link {
        Link {
            a: "demo-without-singleflight".into(),
            b: "demo-with-singleflight".into(),
            changes: Vec::new(),
            lane_changes: [Vec::new(), Vec::new()],
            actions: [Vec::new(), Vec::new()],
            seed: 1,
            at_ms: None,
            lang: None,
        }
    }
}

impl Link {
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
        if self.a != standard.a {
            add("a", &self.a);
        }
        if self.b != standard.b {
            add("b", &self.b);
        }
        for (path, value) in &self.changes {
            add(path, value);
        }
        for (lane, changes) in LANES.iter().zip(&self.lane_changes) {
            for (path, value) in changes {
                add(&format!("{lane}.{path}"), value);
            }
        }
        for (name, actions) in ["a.actions", "b.actions"].iter().zip(&self.actions) {
            if !actions.is_empty() {
                add(name, &Action::list_to_value(actions).to_string());
            }
        }
        if self.seed != standard.seed {
            add("seed", &self.seed.to_string());
        }
        if let Some(at) = self.at_ms {
            add("t", &at.to_string());
        }
        if let Some(lang) = &self.lang {
            add("lang", lang);
        }
        format!("v={VERSION}.{}{body}", check(&body))
    }

    /// Reads a fragment, with or without `#`. An empty one is the default.
    pub fn read(fragment: &str) -> Result<Link, Problem> {
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
            link.set(&decode(name), &decode(value))?;
        }
        link.scenarios()?;
        Ok(link)
    }

    /// Both lanes' scenarios, changes applied.
    pub fn scenarios(&self) -> Result<[Scenario; 2], Problem> {
        Ok([self.scenario(0, &self.a)?, self.scenario(1, &self.b)?])
    }

    fn scenario(&self, lane: usize, preset: &str) -> Result<Scenario, Problem> {
        let preset =
            presets::find(preset).map_err(|p| Problem { path: LANES[lane].into(), ..p })?;
        // All at once: one may need another.
        let changes = self.changes.iter().chain(&self.lane_changes[lane]);
        preset.with_all(changes.map(|(path, value)| (path.as_str(), value.as_str())))
    }

    /// Sets a part by its name in a link: a lane's preset or actions, `seed`,
    /// `t`, `lang`, or the path of a field of both lanes' scenarios, or, after
    /// `a.` or `b.`, of one (which is checked by [`Link::scenarios`]).
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let number = |name: &str| -> Result<f64, Problem> {
            let number = serde_json::from_str::<f64>(value).map_err(|_| {
                let (found, expected) = (format!("`{value}`"), "a number".into());
                Problem::new(name, Fault::WrongType { found, expected })
            })?;
            fields::limit(name).map_or(Ok(()), |limit| limit.check(name, number))?;
            Ok(number)
        };
        match name {
            "a" => self.a = value.to_owned(),
            "b" => self.b = value.to_owned(),
            "seed" => self.seed = number(name)? as u64,
            "t" => self.at_ms = Some(number(name)?),
            "lang" => match value {
                "en" | "ja" => self.lang = Some(value.to_owned()),
                _ => {
                    let (found, allowed) = (value.to_owned(), "en, ja".to_owned());
                    return Err(Problem::new(name, Fault::UnknownWord { found, allowed }));
                }
            },
            "a.actions" => self.actions[0] = actions(name, value)?,
            "b.actions" => self.actions[1] = actions(name, value)?,
            path => {
                let (changes, path) = match path.split_once('.') {
                    Some(("a", path)) => (&mut self.lane_changes[0], path),
                    Some(("b", path)) => (&mut self.lane_changes[1], path),
                    _ => (&mut self.changes, path),
                };
                changes.retain(|(known, _)| known != path);
                changes.push((path.to_owned(), value.to_owned()));
            }
        }
        Ok(())
    }
}

fn actions(name: &str, text: &str) -> Result<Vec<Action>, Problem> {
    let value: Value =
        serde_json::from_str(text).map_err(|e| Problem::new(name, Fault::Syntax(e.to_string())))?;
    Action::list_from_value(name, &value)
}

/// Six letters over a body: FNV-1a, as a guard against accidents.
fn check(body: &str) -> String {
    let hash = body.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
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
