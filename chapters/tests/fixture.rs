//! A chapter is one Markdown file in each language, and nothing else; what is
//! wrong with it is said with file and line.

use std::fs;
use std::path::Path;

use stampede_chapters::claims::{Claim, Shown};
use stampede_chapters::read;

const CLAIMS: &str = "What it says.

```claim
id = queue
run = a=reference&b=layered
check = a: some queue
not = db.pool=100
```
";

const EN: &str = "# 50 · Black Friday

A story.

## The run

It sends `=reference.requests` requests. [They queue.](claim:queue)

```figure
run = a=reference&b=layered
caption = A long queue.
```

```task
id = one
run = a=four-processes&b=four-processes
check = b.db_calls = 1
solution = a=four-processes&b=four-processes&b.protect.lock=true
goal = One query.
hint = Who decides?
more = The lock.
```

```notes
Ask who has seen one.
Wait.
```
";

const JA: &str = "# 50 · ブラックフライデー

ある話。

## 実行

`=reference.requests` 件を送る。[列に並ぶ。](claim:queue)

```figure
run = a=reference&b=layered
caption = 長い列。
```

```task
id = one
run = a=four-processes&b=four-processes
check = b.db_calls = 1
solution = a=four-processes&b=four-processes&b.protect.lock=true
goal = クエリを 1 件に。
hint = 決めるのは誰か。
more = ロック。
```

```notes
見たことがある人はいるか、と尋ねる。
待つ。
```
";

/// The project's course with one chapter more.
fn with(en: &str, ja: &str) -> Result<Vec<stampede_chapters::Chapter>, String> {
    claiming(CLAIMS, en, ja)
}

/// The same, with other claims.
fn claiming(claims: &str, en: &str, ja: &str) -> Result<Vec<stampede_chapters::Chapter>, String> {
    let folder = tempfile::tempdir().unwrap();
    let course = Path::new(env!("CARGO_MANIFEST_DIR")).join("../course");
    for (language, text) in [("en", en), ("ja", ja), ("claims", claims)] {
        let to = folder.path().join(language);
        fs::create_dir(&to).unwrap();
        for entry in fs::read_dir(course.join(language)).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
        }
        if !text.is_empty() {
            fs::write(to.join("50-black-friday.md"), text).unwrap();
        }
    }
    let root = folder.path().display().to_string();
    let prove = |claim: &Claim| match claim.check.as_str() {
        "false" => Err("it is not so".to_owned()),
        _ => Ok(Shown { label: "A 1.0 ms".to_owned(), run: format!("{}&t=1", claim.run) }),
    };
    read(folder.path(), &|_, metric| (metric != "nothing").then(|| "17".to_owned()), &prove)
        .map_err(|problem| problem.replace(&format!("{root}/"), ""))
}

#[test]
fn a_chapter_is_added_by_its_files_alone() {
    let chapters = with(EN, JA).unwrap();
    let last = chapters.iter().find(|chapter| chapter.name == "50-black-friday").unwrap();
    // Bold opens and closes next to Japanese, without spaces.
    assert!(chapters.iter().flat_map(|chapter| &chapter.texts).all(|text| !text.contains("**")));
    let before = fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../course/en")).unwrap();
    assert_eq!(chapters.len(), before.count() + 1);
    assert_eq!(last.titles, ["50 · Black Friday", "50 · ブラックフライデー"]);
    assert!(last.texts[0].contains("It sends \u{1}nreference.requests\u{3}17\u{2} requests. "));
    let said = "\u{1}sThey queue\u{1}mA 1.0 ms||a=reference&b=layered&t=1\u{3}.\u{2}\u{2}";
    assert!(last.texts[0].contains(said), "{}", last.texts[0]);
    assert_eq!(last.notes[0], "\u{1}hs2\u{3}\u{1}iAsk who has seen one.\u{2}\u{1}iWait.\u{2}\u{2}");
    assert!(!last.texts[0].contains("Ask who"));
    assert!(last.texts[0].contains("A long queue.") && last.texts[1].contains("長い列。"));
}

#[test]
fn what_is_wrong_is_said_with_file_and_line() {
    let refused = |en: &str, ja: &str| with(en, ja).unwrap_err();
    assert!(refused(EN, "").starts_with("ja/50-black-friday.md: "), "{}", refused(EN, ""));
    assert!(refused("", JA).contains("ja/50-black-friday.md: no such chapter in en"));
    assert_eq!(refused(&EN.replace("# 50 ·", "50 ·"), JA), "en/50-black-friday.md:1: no title");
    assert_eq!(
        refused(&EN.replace("=reference.", "=no-such."), JA),
        "en/50-black-friday.md:7: there is no scenario `no-such`"
    );
    assert_eq!(
        refused(&EN.replace(".requests", ".nothing"), JA),
        "en/50-black-friday.md:7: a run has no `nothing`"
    );
    let unknown = refused(&EN.replace("a=reference&b=layered", "a=nothing"), JA);
    assert!(
        unknown.starts_with("en/50-black-friday.md:10: run: a: nothing is not known"),
        "{unknown}"
    );
    let unsolved = refused(&EN.replace("solution =", "check ="), JA);
    assert_eq!(unsolved, "en/50-black-friday.md:14: task without `solution`");
    assert_eq!(
        refused(EN, &JA.replace("## 実行", "### 実行")),
        "the languages differ:\n  en/50-black-friday.md:5: heading of level 2\n  ja/50-black-friday.md:5: heading of level 3"
    );
    assert_eq!(
        refused(EN, &JA.replace("長い列", "長いキュー")),
        "ja/50-black-friday.md:11: `キュー` is not used: write `列` (queue)"
    );
    let other = refused(EN, &JA.replace("b.db_calls = 1", "b.db_calls = 2"));
    assert!(
        other.starts_with("the languages differ:\n  en/50-black-friday.md:14: task: "),
        "{other}"
    );
}

/// A checklist is in both languages, and what its items claim is proved.
#[test]
fn a_checklist_is_checked() {
    let list = |chapter: &str, say: &str| {
        let item = format!("id = line\nrun = a=reference&b=layered\nsay = {say}\nclaims = queue\n");
        format!("{chapter}\n```checklist\n{item}```\n")
    };
    let (en, ja) = (list(EN, "Nobody has to queue."), list(JA, "列に並ばなくてよい。"));
    let chapters = with(&en, &ja).unwrap();
    let last = chapters.iter().find(|chapter| chapter.name == "50-black-friday").unwrap();
    let fields = [
        ("id", "line"),
        ("run", "a=reference&b=layered"),
        ("say", "Nobody has to queue."),
        ("claims", "A 1.0 ms||a=reference&b=layered&t=1"),
    ];
    let item = fields.map(|(name, value)| format!("\u{1}f{name}\u{3}{value}\u{2}")).concat();
    let list = format!("\u{1}wchecklist\u{3}{item}\u{2}");
    assert!(last.texts[0].ends_with(&list), "{list:?} {:?}", last.texts[0]);
    let refused = |en: &str, ja: &str| with(en, ja).unwrap_err();
    assert_eq!(
        refused(&en.replace("claims = queue", "claims = line"), &ja),
        "en/50-black-friday.md:29: there is no claim `line`"
    );
    let other = refused(&en, &ja.replace("id = line", "id = queue"));
    assert!(other.contains("ja/50-black-friday.md:29: checklist: id = queue"), "{other}");
}

#[test]
fn a_claim_is_proved_and_said() {
    let refused = |claims: &str, en: &str, ja: &str| claiming(claims, en, ja).unwrap_err();
    assert_eq!(
        refused(&CLAIMS.replace("a: some queue", "false"), EN, JA),
        "claims/50-black-friday.md:3: queue: it is not so"
    );
    let unsaid = |text: &str| text.replace("](claim:queue)", "](https://example.com/)");
    assert_eq!(
        refused(CLAIMS, &unsaid(EN), &unsaid(JA)),
        "claims/50-black-friday.md:3: nothing says `queue`"
    );
    assert!(refused(CLAIMS, EN, &unsaid(JA)).starts_with("the languages differ:\n"));
    assert_eq!(
        refused(CLAIMS, &EN.replace("claim:queue", "claim:line"), JA),
        "en/50-black-friday.md:7: there is no claim `line`"
    );
    assert_eq!(
        refused(&CLAIMS.replace("not = db.pool=100\n", ""), EN, JA),
        "claims/50-black-friday.md:3: claim without `not`"
    );
    assert_eq!(
        refused(&format!("{CLAIMS}\n{CLAIMS}"), EN, JA),
        "claims/50-black-friday.md:12: a second `queue`"
    );
}
