//! Where lies what several parts of the program use, and what each part comes after
//! because of it.
//!
//! The cut makes a piece of it for each set of parts that use the same. What [`LAB`]
//! uses lies there, since it comes by itself and before all others. What is only used
//! by parts that are asked for lies in [`COMMON`], a file that nobody gets before the
//! first of them that has something there.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The part that comes by itself.
pub const LAB: &str = "lab";
/// What parts have in common that are asked for. There is no way into it but theirs.
pub const COMMON: &str = "common";

/// The part that runs scripts, and the one that it comes after: whatever runs one needs
/// that, too. So what only these two use lies there.
const SCRIPT: &str = "script";
const BEFORE_SCRIPT: &str = "beyond";
/// Whatever may come before others.
pub const BEFORE: [&str; 3] = [LAB, COMMON, BEFORE_SCRIPT];

/// The parts that come before each, and before which none of them comes: so of any two,
/// the one with more of them is the later one.
pub type After = BTreeMap<String, BTreeSet<&'static str>>;

/// See above.
pub struct Pieces {
    /// In which file each piece lies. One that nobody uses has nothing in it.
    pub homes: BTreeMap<String, &'static str>,
    /// Which files come before each.
    pub after: After,
}

impl Pieces {
    /// By what each part needs: pieces, and [its own](own).
    pub fn of(needed: &HashMap<String, Vec<String>>) -> Pieces {
        let mut users = BTreeMap::<&str, BTreeSet<&str>>::new();
        for (part, pieces) in needed {
            for piece in pieces.iter().filter(|piece| own(piece).is_none()) {
                users.entry(piece).or_default().insert(part);
            }
        }
        let homes: BTreeMap<_, _> =
            users.iter().map(|(piece, users)| ((*piece).to_owned(), home(users))).collect();
        let mut after: After =
            needed.keys().map(|part| (part.clone(), BTreeSet::from([LAB]))).collect();
        for (piece, users) in &users {
            for user in users.iter().filter(|user| **user != homes[*piece]) {
                after.entry((*user).to_owned()).or_default().insert(homes[*piece]);
            }
        }
        if let Some(before) = after.get(BEFORE_SCRIPT).cloned()
            && let Some(script) = after.get_mut(SCRIPT)
        {
            script.insert(BEFORE_SCRIPT);
            script.extend(before);
        }
        if homes.values().any(|home| *home == COMMON) {
            after.insert(COMMON.to_owned(), BTreeSet::from([LAB]));
        }
        after.insert(LAB.to_owned(), BTreeSet::new());
        Pieces { homes, after }
    }
}

/// Whose own a file of the cut is; nothing if it is a piece of several.
pub fn own(file: &str) -> Option<&str> {
    file.strip_prefix("split_")
}

fn home(users: &BTreeSet<&str>) -> &'static str {
    match users {
        _ if users.contains(LAB) => LAB,
        _ if *users == BTreeSet::from([BEFORE_SCRIPT, SCRIPT]) => BEFORE_SCRIPT,
        _ => COMMON,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pieces(needed: &[(&str, &[&str])]) -> Pieces {
        let owned = |files: &[&str]| files.iter().map(|file| (*file).to_owned()).collect();
        let needed = needed.iter().map(|(part, files)| ((*part).to_owned(), owned(files)));
        Pieces::of(&needed.collect())
    }

    fn before(pieces: &Pieces, part: &str) -> Vec<&'static str> {
        pieces.after[part].iter().copied().collect()
    }

    #[test]
    fn a_piece_lies_where_nobody_gets_it_in_vain() {
        let there = pieces(&[
            ("lab", &["chunk_1", "split_lab"]),
            ("own", &["chunk_1", "chunk_2", "split_own"]),
            ("watch", &["chunk_2", "split_watch"]),
            ("beyond", &["chunk_3", "split_beyond"]),
            ("script", &["chunk_1", "chunk_3", "split_script"]),
            ("learn", &["chunk_1"]),
        ]);
        let homes = there.homes.iter().map(|(piece, home)| (&**piece, *home));
        let homes: Vec<_> = homes.collect();
        assert_eq!(homes, [("chunk_1", LAB), ("chunk_2", COMMON), ("chunk_3", "beyond")]);
        for (part, wanted) in [
            ("lab", &[][..]),
            ("common", &["lab"]),
            ("own", &["common", "lab"]),
            ("watch", &["common", "lab"]),
            ("beyond", &["lab"]),
            ("script", &["beyond", "lab"]),
            ("learn", &["lab"]),
        ] {
            assert_eq!(before(&there, part), wanted, "{part}");
        }
        assert_eq!(there.after.len(), 7);
    }

    /// What comes before a part comes before who comes after that.
    #[test]
    fn scripts_need_what_larger_systems_need() {
        let there = pieces(&[
            ("lab", &["split_lab"]),
            ("beyond", &["chunk_1"]),
            ("own", &["chunk_1"]),
            ("script", &["split_script"]),
        ]);
        assert_eq!(before(&there, "beyond"), ["common", "lab"]);
        assert_eq!(before(&there, "script"), ["beyond", "common", "lab"]);
    }

    #[test]
    fn without_anything_in_common_there_is_no_such_file() {
        let there = pieces(&[("lab", &["chunk_1"]), ("own", &["chunk_1"])]);
        assert!(!there.after.contains_key(COMMON));
        assert_eq!(before(&there, "own"), ["lab"]);
    }
}
