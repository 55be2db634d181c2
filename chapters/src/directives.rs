//! Blocks that are not prose: figures, predictions, tasks, checklists, an
//! examination, claims. In Markdown each is a code block with its name, and a line
//! for each field: `name = value`. A checklist has them for each of its items, which
//! begins with its `id`.
//!
//! Fields that say what happens must be the same in every language; fields
//! that are read must be there in each.

use stampede_scenario::link::Link;

/// A block and its fields.
#[derive(Clone, Debug, PartialEq)]
pub struct Directive {
    /// `figure`, `predict`, `task`, `checklist`, `exam` or `claim`.
    pub kind: &'static str,
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
}

/// What a kind of block may have: fields that say what happens, fields that
/// are read, and which of both must be there.
struct Plan {
    kind: &'static str,
    acts: &'static [&'static str],
    reads: &'static [&'static str],
    needs: &'static [&'static str],
}

/// What a list of things to tick is called.
const CHECKLIST: &str = "checklist";

const PLANS: [Plan; 6] = [
    Plan {
        kind: "figure",
        acts: &["run", "measure", "claims", "deed", "slide"],
        reads: &["caption"],
        needs: &["run", "caption"],
    },
    Plan {
        kind: "predict",
        acts: &["id", "run", "kind", "answer", "top", "seconds", "unit", "measure", "claims"],
        reads: &["question", "options", "explain"],
        needs: &["id", "run", "kind", "answer", "question", "explain"],
    },
    Plan {
        kind: "task",
        acts: &["id", "run", "check", "solution", "better", "best", "claims"],
        reads: &["goal", "hint", "more", "second"],
        needs: &["id", "run", "check", "solution", "goal", "hint", "more"],
    },
    Plan {
        kind: "exam",
        acts: &["id", "run", "measure"],
        reads: &["goal"],
        needs: &["id", "run", "goal"],
    },
    Plan {
        kind: CHECKLIST,
        acts: &["id", "run", "measure", "claims"],
        reads: &["say"],
        needs: &["id", "run", "claims", "say"],
    },
    Plan {
        kind: "claim",
        acts: &["id", "run", "check", "not", "luck", "measure"],
        reads: &[],
        needs: &["id", "run", "check", "not"],
    },
];

/// What may be written large at a lane.
pub const MEASURES: [&str; 4] = ["db_calls", "errors", "ok", "stale_reads"];

/// Fields that hold a run, as a link without its version.
const RUNS: [&str; 3] = ["run", "solution", "best"];

impl Directive {
    /// Reads a block; `None` if its name is none of ours. Refuses what is
    /// wrong with the line it is on, counted from the block's own.
    pub fn read(name: &str, text: &str) -> Option<Result<Directive, (usize, String)>> {
        let plan = PLANS.iter().find(|plan| plan.kind == name)?;
        Some(Directive::fields(plan, text))
    }

    fn fields(plan: &Plan, text: &str) -> Result<Directive, (usize, String)> {
        let mut fields: Vec<(String, String)> = Vec::new();
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let at = i + 1;
            let (field, value) = line
                .split_once('=')
                .map(|(field, value)| (field.trim(), value.trim()))
                .ok_or_else(|| (at, format!("`{line}` is not `name = value`")))?;
            let known = plan.acts.iter().chain(plan.reads).any(|known| *known == field);
            if !known {
                let all: Vec<&str> = plan.acts.iter().chain(plan.reads).copied().collect();
                let kind = plan.kind;
                return Err((at, format!("{kind} has no `{field}`; it has {}", all.join(", "))));
            }
            if RUNS.contains(&field) {
                run(value).map_err(|problem| (at, format!("{field}: {problem}")))?;
            }
            // What is read is read as it stands: no emphasis, no code.
            let value = match plan.reads.contains(&field) {
                true => value.replace(['*', '`'], ""),
                false => value.to_owned(),
            };
            fields.push((field.to_owned(), value));
        }
        if plan.kind == CHECKLIST {
            items(plan, &fields)?;
        }
        let has = |name: &str| fields.iter().any(|(field, _)| field == name);
        for needed in plan.needs {
            if !has(needed) {
                return Err((0, format!("{} without `{needed}`", plan.kind)));
            }
        }
        let kind = fields.iter().find(|(field, _)| field == "kind").map(|(_, kind)| kind.as_str());
        let more: &[&str] = match kind {
            Some("choice") => &["options"],
            Some("curve") => &["top", "seconds", "unit"],
            None | Some("number") => &[],
            Some(_) => return Err((0, "a kind is number, choice or curve".to_owned())),
        };
        if let Some(missing) = more.iter().find(|needed| !has(needed)) {
            return Err((0, format!("{} without `{missing}`", plan.kind)));
        }
        let mut measures = fields.iter().filter(|(field, _)| field == "measure");
        if measures.any(|(_, name)| !MEASURES.contains(&name.as_str())) {
            return Err((0, format!("a measure is {}", MEASURES.join(", "))));
        }
        if has("better") != has("best") || has("better") != has("second") {
            return Err((0, "a second star needs `better`, `best` and `second`".to_owned()));
        }
        Ok(Directive { kind: plan.kind, fields })
    }

    /// What must be the same in every language.
    pub fn landmark(&self) -> String {
        let plan = PLANS.iter().find(|plan| plan.kind == self.kind);
        let acts = |field: &str| plan.is_some_and(|plan| plan.acts.contains(&field));
        let fields = self.fields.iter().filter(|(field, _)| acts(field));
        let fields: Vec<String> = fields.map(|(f, v)| format!("{f} = {v}")).collect();
        format!("{}: {}", self.kind, fields.join("; "))
    }
}

/// Refuses a checklist with an item that lacks something or says it twice, and two
/// items of one name, under which the page keeps which of them are ticked.
fn items(plan: &Plan, fields: &[(String, String)]) -> Result<(), (usize, String)> {
    let mut known: Vec<&str> = Vec::new();
    for item in fields.chunk_by(|_, (next, _)| next != "id") {
        let [(first, id), rest @ ..] = item else { continue };
        let refused = |problem: String| Err((0, format!("item `{id}`: {problem}")));
        if first != "id" {
            return Err((0, "an item of a checklist begins with its `id`".to_owned()));
        }
        if known.contains(&id.as_str()) {
            return refused("there are two".to_owned());
        }
        known.push(id);
        for (i, (field, _)) in rest.iter().enumerate() {
            if rest[..i].iter().any(|(before, _)| before == field) {
                return refused(format!("a second `{field}`"));
            }
        }
        for needed in plan.needs {
            if !item.iter().any(|(field, _)| field == needed) {
                return refused(format!("no `{needed}`"));
            }
        }
    }
    Ok(())
}

/// Reads a run as chapters write it: a link without its version.
pub fn run(text: &str) -> Result<Link, String> {
    let link = Link::in_course(text).map_err(|problem| problem.to_string())?;
    link.scenarios().map_err(|problem| problem.to_string())?;
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each item of a checklist has all of its fields, once, and a name of its own.
    #[test]
    fn a_checklist_has_whole_items() {
        let item = |id: &str| {
            format!("id = {id}\nrun = a=reference&b=layered\nsay = *A* TTL.\nclaims = one, two\n")
        };
        let read = |text: &str| Directive::read("checklist", text).unwrap();
        let two = read(&[item("ttl"), "\n".to_owned(), item("memory")].concat()).unwrap();
        assert_eq!(two.fields.len(), 8);
        assert_eq!(two.fields[2], ("say".to_owned(), "A TTL.".to_owned()));
        let mark = "id = ttl; run = a=reference&b=layered; claims = one, two";
        let other = mark.replace("ttl", "memory");
        assert_eq!(two.landmark(), format!("checklist: {mark}; {other}"));
        let refused = |text: &str| read(text).unwrap_err().1;
        assert_eq!(refused(&item("ttl").repeat(2)), "item `ttl`: there are two");
        for gone in ["run = a=reference&b=layered\n", "say = *A* TTL.\n", "claims = one, two\n"] {
            let short = [item("ttl"), item("memory").replace(gone, "")].concat();
            let name = gone.split(' ').next().unwrap();
            assert_eq!(refused(&short), format!("item `memory`: no `{name}`"));
        }
        let headless = item("ttl").replace("id = ttl\n", "");
        assert_eq!(refused(&headless), "an item of a checklist begins with its `id`");
        let twice = [item("ttl").as_str(), "say = Once more.\n"].concat();
        assert_eq!(refused(&twice), "item `ttl`: a second `say`");
        let large = [item("ttl"), item("memory"), "measure = calls".to_owned()].concat();
        assert_eq!(refused(&large), "a measure is db_calls, errors, ok, stale_reads");
        assert_eq!(refused(""), "checklist without `id`");
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let read = |name: &str, text: &str| {
            Directive::read(name, text).map(|r| r.map_err(|(l, e)| format!("{l}: {e}")))
        };
        assert_eq!(read("rust", "let a = 1;"), None);
        let refused = |name: &str, text: &str| read(name, text).unwrap().unwrap_err();
        assert_eq!(refused("figure", "run = a=layered"), "0: figure without `caption`");
        assert_eq!(
            refused("figure", "caption = x\nrun = a=nothing-like-it").split(" is not").next(),
            Some("2: run: a: nothing-like-it")
        );
        assert_eq!(
            refused("figure", "runs = a=layered"),
            "1: figure has no `runs`; it has run, measure, claims, deed, slide, caption"
        );
        let read_as =
            read("figure", "run = seed=1\ncaption = Open *Code*: `get.rs`.").unwrap().unwrap();
        assert_eq!(read_as.fields[1].1, "Open Code: get.rs.");
        assert_eq!(
            refused("figure", "run = a=demo-with-singleflight\ncaption = c\nmeasure = calls"),
            "0: a measure is db_calls, errors, ok, stale_reads"
        );
        assert_eq!(refused("figure", "caption"), "1: `caption` is not `name = value`");
        let curve =
            "id = x\nrun = seed=1\nkind = curve\nanswer = a.goodput\nquestion = q\nexplain = e\n";
        assert_eq!(refused("predict", curve), "0: predict without `top`");
        assert!(
            read("predict", &format!("{curve}top = 9\nseconds = 9\nunit = /s")).unwrap().is_ok()
        );
        assert_eq!(
            refused("predict", &curve.replace("curve", "line")),
            "0: a kind is number, choice or curve"
        );
        let task = "id = x\nrun = seed=1\ncheck = b.db_calls < 5\ngoal = g\nhint = h\nmore = m";
        assert_eq!(refused("task", task), "0: task without `solution`");
        let task = format!("{task}\nsolution = b.protect.lock=true&b=four-processes");
        assert!(read("task", &task).unwrap().is_ok());
        assert_eq!(
            refused("task", &format!("{task}\nbetter = x")),
            "0: a second star needs `better`, `best` and `second`"
        );
    }
}
