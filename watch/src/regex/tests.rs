//! What RE2 says of the same expressions, by its documented syntax.

use super::{Mistake, Regex};

#[test]
fn it_is_anchored_at_both_ends() {
    for (regex, yes, no) in [
        ("abc", "abc", "abcd"),
        ("a|bc", "bc", "abc"),
        ("", "", "a"),
        (".*", "", "a\nb"),
        (".+", "x", ""),
        ("(?s)a.*", "a\nb", "b"),
        ("5..", "503", "5030"),
        ("a{2}", "aa", "aaa"),
        ("a{2,}", "aaaa", "a"),
        ("a{0,2}", "", "aaa"),
        ("a{,2}", "a{,2}", "aa"),
        ("[a-c]+", "abcab", "abd"),
        ("[^a-c]", "é", "b"),
        ("[]a]+", "a]", "b"),
        ("[a-]+", "-a", "b"),
        (r"\d+\.\d", "12.5", "12x5"),
        (r"[\d_]+", "1_2", "a"),
        (r"[^\D]", "7", "x"),
        ("[[:alpha:]]+", "abC", "a1"),
        ("[[:^digit:]]", "a", "1"),
        ("(?i)Get", "gEt", "got"),
        ("(?i:g)et", "Get", "GET"),
        (r"\bfoo\b.*", "foo bar", "foobar"),
        ("^a$", "a", "ab"),
        (r"\x41\x{42}", "AB", "ab"),
        ("(a*)*", "aaa", "b"),
        ("a??b", "ab", "aab"),
    ] {
        let compiled = Regex::new(regex).unwrap();
        assert!(compiled.matches(yes), "{regex} {yes}");
        assert!(!compiled.matches(no), "{regex} {no}");
    }
}

#[test]
fn groups_are_those_of_the_first_way_that_matches() {
    let expand =
        |regex: &str, text: &str, template: &str| Regex::new(regex).unwrap().expand(text, template);
    assert_eq!(expand("(.*)-(.*)", "a-b-c", "$1|$2").unwrap(), "a-b|c");
    assert_eq!(expand("(.*?)-(.*)", "a-b-c", "$1|$2").unwrap(), "a|b-c");
    assert_eq!(expand("(a|ab)(c|bcd)(d*)", "abcd", "$1,$2,$3").unwrap(), "a,bcd,");
    assert_eq!(expand("(?P<host>[^:]+):(.*)", "h:80", "${host}_$2").unwrap(), "h_80");
    // `$1x` is a group of the name `1x`, which there is none of.
    assert_eq!(expand("(.*)", "a", "$1x${1}x$$$").unwrap(), "ax$$");
    assert_eq!(expand("(a)|b", "b", "[$1]").unwrap(), "[]");
    assert_eq!(expand("a", "b", "x"), None);
}

#[test]
fn what_is_wrong_is_said_where() {
    for (regex, at, mistake) in [
        ("a(b", 1, Mistake::OpenGroup),
        ("ab)", 2, Mistake::ClosedGroup),
        ("x[a-", 1, Mistake::OpenClass),
        ("[z-a]", 1, Mistake::BackwardRange),
        ("a|*", 2, Mistake::NothingToRepeat),
        ("a**", 1, Mistake::NothingToRepeat),
        ("a{1001}", 1, Mistake::BadCount),
        ("a{3,2}", 1, Mistake::BadCount),
        (r"a\y", 1, Mistake::BadEscape),
        (r"\", 0, Mistake::BadEscape),
        ("(?=a)", 0, Mistake::BadGroup),
        ("((a{1000}){1000})", 0, Mistake::TooLarge),
        (&"(".repeat(10_000), 50, Mistake::TooLarge),
    ] {
        let error = Regex::new(regex).unwrap_err();
        assert_eq!((error.at, error.mistake), (at, mistake), "{}", &regex[..regex.len().min(20)]);
    }
}

#[test]
fn nothing_takes_long() {
    // Exponential for those who go back and try again.
    let regex = Regex::new(&format!("{}{}", "a?".repeat(50), "a".repeat(50))).unwrap();
    assert!(regex.matches(&"a".repeat(50)));
    assert!(!Regex::new("(x+x+)+y").unwrap().matches(&"x".repeat(500)));
}
