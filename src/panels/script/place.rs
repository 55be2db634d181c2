//! Where a script runs, and the run with it and without.

use stampede_sim::scenario::link::{Lane, Link};

use crate::lang::Lang;
use crate::stage::view::NAMES;

/// The setting that holds a script.
const SOURCE: &str = "script.source";

/// Where a script runs.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub enum Place {
    /// In lane B, which is made like lane A: so what answers is all that differs.
    #[default]
    Beside,
    /// In a lane as it is.
    Lane(usize),
}

impl Place {
    /// All of them, in order.
    pub fn all(lanes: usize) -> impl Iterator<Item = Place> {
        [Place::Beside].into_iter().chain((0..lanes).map(Place::Lane))
    }

    /// The `n`th of all.
    pub fn of(n: usize) -> Place {
        n.checked_sub(1).map_or(Place::Beside, Place::Lane)
    }

    /// The same where there are so many lanes.
    pub fn within(self, lanes: usize) -> Place {
        match self {
            Place::Lane(lane) if lane >= lanes => Place::Beside,
            place => place,
        }
    }

    /// Which lane it is.
    pub fn lane(self) -> usize {
        match self {
            Place::Beside => 1,
            Place::Lane(lane) => lane,
        }
    }

    /// What it is called.
    pub fn words(self, lang: Lang) -> String {
        match self {
            Place::Beside => lang.pick("B, beside A", "B（A の隣）").to_owned(),
            Place::Lane(lane) => {
                lang.pick(format!("lane {}", NAMES[lane]), format!("レーン {}", NAMES[lane]))
            }
        }
    }

    /// A run with a script there.
    pub fn with(self, link: &Link, source: &str) -> Link {
        let mut link = link.clone();
        if self == Place::Beside {
            link.lanes[1] = link.lanes[0].clone();
        }
        set(&mut link.lanes[self.lane()], source);
        link
    }
}

/// A run without the script of a lane.
pub fn without(link: &Link, lane: usize) -> Link {
    let mut link = link.clone();
    link.lanes[lane].changes.retain(|(path, _)| !is_script(path));
    if link.changes.iter().any(|(path, _)| is_script(path)) {
        set(&mut link.lanes[lane], "");
    }
    link
}

/// The script of each lane; empty where there is none.
pub fn runs(link: &Link) -> Vec<String> {
    let scenarios = link.scenarios().unwrap_or_default();
    scenarios.into_iter().map(|scenario| scenario.script.source).collect()
}

fn set(lane: &mut Lane, source: &str) {
    lane.changes.retain(|(path, _)| !is_script(path));
    lane.changes.push((SOURCE.to_owned(), source.to_owned()));
}

fn is_script(path: &str) -> bool {
    path.split('.').next() == Some("script")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_goes_where_it_is_asked_to() {
        let link = Link::pair("hot-key", "hot-key-xfetch");
        let beside = Place::Beside.with(&link, "x");
        assert_eq!(runs(&beside), ["", "x"]);
        assert_eq!(beside.lanes[1].preset, "hot-key", "all else is as in A");
        let both = Place::Lane(0).with(&beside, "y");
        assert_eq!(runs(&both), ["y", "x"]);
        assert_eq!(runs(&Place::Beside.with(&both, "z")), ["y", "z"], "A stays as it is");
        assert_eq!(without(&beside, 1).lanes[1], link.lanes[0]);
        let mut all = link.clone();
        all.set("script.source", "z").unwrap();
        assert_eq!(runs(&all), ["z", "z"]);
        assert_eq!(runs(&without(&all, 0)), ["", "z"]);
    }

    /// Whatever is in it, a link brings it as it was. (What is JSON is read as such; no
    /// script is.)
    #[test]
    fn a_link_brings_a_script_as_it_was() {
        for source in
            ["pub async fn get(key) {\n\t\"日本語 🐑 & = # % + \\\" \"\n}\n", "  \r\n// ü"]
        {
            let link = Place::Lane(1).with(&Link::default(), source);
            let again = Link::read(&link.write());
            assert_eq!(again.as_ref().map(runs).unwrap_or_default()[1], source, "{again:?}");
        }
    }
}
