//! Where mistakes are and what they are called, and that text and expression
//! are the same.

#[path = "oracle/chance.rs"]
mod chance;
#[path = "oracle/expressions.rs"]
mod expressions;
#[path = "oracle/random.rs"]
mod random;

use proptest::prelude::*;
use stampede_watch::parse::{DEEPEST, Expected, Expr, Kind, Mistake, Slot, Type, parse};
use stampede_watch::regex;

fn error(text: &str) -> (std::ops::Range<usize>, Mistake) {
    let error = parse(text).expect_err(text);
    assert!(!error.to_string().is_empty());
    (error.at, error.mistake)
}

fn unexpected(found: &str, expected: Expected) -> Mistake {
    let found = (!found.is_empty()).then(|| found.to_owned());
    Mistake::Unexpected { found, expected }
}

#[test]
fn every_mistake_has_its_place() {
    let name = |name: &str| name.to_owned();
    let arguments =
        |of: &str, least, most, got| Mistake::Arguments { of: of.to_owned(), least, most, got };
    let wrong = |expected, got, slot| Mistake::WrongType { expected, got, slot };
    let number = || Expected::OperatorOrEnd;
    for (text, at, mistake) in [
        ("up & 1", 3..4, Mistake::Character('&')),
        ("日本", 0..3, Mistake::Character('日')),
        ("{a=\"b}", 3..4, Mistake::OpenText),
        ("{a=\"b\\q\"}", 5..7, Mistake::BadEscape(name("\\q"))),
        ("1x + 2", 0..2, Mistake::BadNumber(name("1x"))),
        ("up[5m5h]", 3..7, Mistake::BadNumber(name("5m5h"))),
        ("", 0..0, unexpected("", Expected::Expression)),
        ("1 +", 3..3, unexpected("", Expected::Expression)),
        ("1 + * 2", 4..5, unexpected("\"*\"", Expected::Expression)),
        ("up up", 3..5, unexpected("\"up\"", number())),
        ("up 5m", 3..5, unexpected("5m", number())),
        ("up \"a\"", 3..6, unexpected("\"a\"", number())),
        ("up 1.5", 3..6, unexpected("1.5", number())),
        ("(up]", 3..4, unexpected("\"]\"", Expected::OperatorOr(')'))),
        ("abs(up]", 6..7, unexpected("\"]\"", Expected::OperatorOrComma)),
        ("sum by job (up)", 7..10, unexpected("\"job\"", Expected::Sign('('))),
        ("sum by (job) up", 13..15, unexpected("\"up\"", Expected::Sign('('))),
        ("sum by (1) (up)", 8..9, unexpected("1", Expected::LabelName)),
        ("sum by (a b) (up)", 10..11, unexpected("\"b\"", Expected::CommaOr(')'))),
        ("up{a \"b\"}", 5..8, unexpected("\"b\"", Expected::MatchOp)),
        ("up{a=b}", 5..6, unexpected("\"b\"", Expected::Text)),
        ("up{a=\"b\" c=\"d\"}", 9..10, unexpected("\"c\"", Expected::CommaOr('}'))),
        ("up[up]", 3..5, unexpected("\"up\"", Expected::Duration)),
        ("up[5]", 3..4, unexpected("5", Expected::Duration)),
        ("up offset", 9..9, unexpected("", Expected::Duration)),
        ("up[5m}", 5..6, unexpected("\"}\"", Expected::Sign(']'))),
        ("rate(up[5m]", 4..5, Mistake::Open('(')),
        ("2 * (up + 1", 4..5, Mistake::Open('(')),
        ("sum by (a", 7..8, Mistake::Open('(')),
        ("up{a=\"b\"", 2..3, Mistake::Open('{')),
        ("rate(up[5m", 7..8, Mistake::Open('[')),
        ("up[0s]", 3..5, Mistake::ZeroDuration),
        ("up @ 5", 3..4, Mistake::At),
        ("1 + avgg(up)", 4..8, Mistake::UnknownFunction(name("avgg"))),
        ("rate()", 0..4, arguments("rate", 1, Some(1), 0)),
        ("clamp(up, 1)", 0..5, arguments("clamp", 3, Some(3), 2)),
        ("round(up, 1, 2)", 0..5, arguments("round", 1, Some(2), 3)),
        ("label_join(up, \"a\")", 0..10, arguments("label_join", 3, None, 2)),
        ("topk(up)", 0..4, arguments("topk", 2, Some(2), 1)),
        ("1 + rate(up)", 9..11, wrong(Type::Range, Type::Vector, Slot::Call(name("rate")))),
        ("sum(up[5m])", 4..10, wrong(Type::Vector, Type::Range, Slot::Aggregation(name("sum")))),
        ("topk(up, up)", 5..7, wrong(Type::Scalar, Type::Vector, Slot::Parameter(name("topk")))),
        ("-up[5m]", 1..7, wrong(Type::Vector, Type::Range, Slot::Unary)),
        ("1[5m:1m]", 0..1, wrong(Type::Vector, Type::Scalar, Slot::Subquery)),
        ("2 * up[5m]", 4..10, Mistake::Operand(Type::Range)),
        ("\"a\" + up", 0..3, Mistake::Operand(Type::Text)),
        ("1 == 1", 2..4, Mistake::ScalarComparison),
        ("up + bool up", 5..9, Mistake::BoolWithoutComparison),
        ("1 + on(a) up", 2..3, Mistake::MatchingScalars),
        ("up and 1", 3..6, Mistake::SetOfScalars(name("and"))),
        ("up and on(a) group_left up", 13..23, Mistake::GroupedSet(name("and"))),
        ("up + on(a) group_left(a) up", 21..24, Mistake::LabelInBoth(name("a"))),
        ("sum(up)[5m]", 7..11, Mistake::RangeOfExpression),
        ("up offset 1m [5m]", 13..17, Mistake::RangeAfterOffset),
        ("(up) offset 5m", 5..14, Mistake::OffsetOfExpression),
        ("up offset 5m offset 1m", 13..22, Mistake::OffsetTwice),
        ("1 + {a=\"\"}", 4..10, Mistake::EmptySelector),
        ("up{__name__=\"down\"}", 3..18, Mistake::NameTwice),
        (
            "up{a=~\"(\"}",
            6..9,
            Mistake::BadRegex(regex::Error { at: 0, mistake: regex::Mistake::OpenGroup }),
        ),
        (
            "label_replace(up, \"a b\", \"\", \"c\", \"\")",
            18..23,
            Mistake::BadLabelName(name("a b")),
        ),
        (&"(".repeat(DEEPEST + 1), DEEPEST..DEEPEST + 1, Mistake::TooDeep),
    ] {
        assert_eq!(error(text), (at, mistake), "{text}");
    }
}

#[test]
fn operators_bind_as_in_prometheus() {
    for (text, same) in [
        ("1 + 2 * 3 ^ 4 ^ 5", "1 + (2 * (3 ^ (4 ^ 5)))"),
        ("-2 ^ 2", "-(2 ^ 2)"),
        ("-a * b", "(-a) * b"),
        ("a - b - c", "(a - b) - c"),
        ("a / b % c", "(a / b) % c"),
        ("a or b and c unless d", "a or ((b and c) unless d)"),
        ("a > b + 1 and c", "(a > (b + 1)) and c"),
        ("a == b > c", "(a == b) > c"),
        ("SUM(a) BY (b)", "sum by (b) (a)"),
        ("a OR b", "a or b"),
        ("+a", "a"),
        ("0x10", "16"),
        ("a[90s] offset 1h30m", "a[1m30s] offset 90m"),
    ] {
        fn bare(expr: &Expr) -> String {
            match &expr.kind {
                Kind::Paren(inner) => bare(inner),
                Kind::Binary(it) => {
                    format!("<{} {} {}>", bare(&it.left), it.op.sign(), bare(&it.right))
                }
                Kind::Minus(inner) => format!("<- {}>", bare(inner)),
                _ => expr.to_string(),
            }
        }
        assert_eq!(bare(&parse(text).unwrap()), bare(&parse(same).unwrap()), "{text}");
    }
}

#[test]
fn expressions_stand_where_they_were_read() {
    let text = " sum( rate(up[5m]) ) / 2 ";
    let expr = parse(text).unwrap();
    let mut found = Vec::new();
    let mut open = vec![&expr];
    while let Some(expr) = open.pop() {
        found.push(&text[expr.at.clone()]);
        open.extend(expr.parts());
    }
    assert_eq!(
        found,
        ["sum( rate(up[5m]) ) / 2", "2", "sum( rate(up[5m]) )", "rate(up[5m])", "up[5m]",]
    );
}

#[test]
fn as_deep_as_allowed_is_read_and_no_deeper() {
    let nested = |depth: usize| format!("{}up{}", "(".repeat(depth), ")".repeat(depth));
    let row = |count: usize| vec!["up"; count].join(" + ");
    let powers = |count: usize| vec!["2"; count].join(" ^ ");
    for text in [nested(DEEPEST - 1), row(DEEPEST), powers(DEEPEST)] {
        let expr = parse(&text).unwrap();
        assert_eq!(parse(&expr.to_string()).unwrap(), expr);
    }
    for text in [
        nested(DEEPEST),
        row(DEEPEST + 1),
        powers(DEEPEST + 1),
        "-".repeat(100_000),
        "rate(".repeat(100_000),
        nested(100_000),
        row(100_000),
        powers(100_000),
    ] {
        assert!(matches!(error(&text).1, Mistake::TooDeep), "{}", &text[..20]);
    }
}

/// Printed and read again it is the same, and is printed the same.
fn comes_back(text: &str) {
    let expr = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    let printed = expr.to_string();
    let again = parse(&printed).unwrap_or_else(|error| panic!("{text} → {printed}: {error}"));
    assert_eq!(again.to_string(), printed, "{text}");
    // A NaN is not even equal to itself.
    if !printed.contains("NaN") {
        assert_eq!(again, expr, "{text} → {printed}");
    }
}

#[test]
fn what_is_printed_is_read_as_the_same() {
    expressions::VALUES.iter().chain(expressions::EMPTY).for_each(|text| comes_back(text));
    for text in expressions::REFUSED.iter().filter(|text| parse(text).is_ok()) {
        comes_back(text);
    }
    for text in [
        "{__name__=\"on\"} + {__name__=\"sum\"} or {__name__=\"a b\", c=\"d\"}",
        "{a=\"b\", __name__=\"c\"}",
        "{__name__=\"\", a=\"\\u0000\\n\\\"\\\\é\"}",
        "a + ignoring() group_left() b",
        "a[1y2w3d4h5m6s7ms:1y] offset -1ms",
        "1e300 + 1e-300 + 123456789.125 + 0.1",
    ] {
        comes_back(text);
    }
}

/// Words that may stand anywhere.
const WORDS: [&str; 50] = [
    "up",
    "sum",
    "by",
    "without",
    "rate",
    "on",
    "ignoring",
    "group_left",
    "group_right",
    "bool",
    "offset",
    "and",
    "or",
    "unless",
    "topk",
    "label_replace",
    "histogram_quantile",
    "time",
    "absent",
    "(",
    ")",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "+",
    "-",
    "*",
    "/",
    "%",
    "^",
    "==",
    "!=",
    ">",
    "=",
    "=~",
    "!~",
    "5m",
    "1",
    "0.5",
    "1e3",
    "\"a\"",
    "'b'",
    "inf",
    "@",
    "#",
];

proptest! {
    #[test]
    fn expressions_by_chance_come_back(seed in any::<u64>(), depth in 0u32..6) {
        comes_back(&random::vector(&mut chance::Chance(seed), depth));
        comes_back(&random::scalar(&mut chance::Chance(seed), depth));
    }

    #[test]
    fn no_words_panic(words in prop::collection::vec(prop::sample::select(&WORDS[..]), 0..25)) {
        let text = words.join(" ");
        match parse(&text) {
            Ok(expr) => comes_back(&expr.to_string()),
            Err(error) => prop_assert!(text.get(error.at).is_some()),
        }
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,60}|[a-z0-9(){}\\[\\],\"'`\\\\:=~!<>+*/^ .-]{0,60}") {
        match parse(&text) {
            Ok(expr) => comes_back(&expr.to_string()),
            Err(error) => prop_assert!(text.get(error.at).is_some()),
        }
    }

    #[test]
    fn a_good_expression_that_is_cut_or_changed_does_not_panic(
        seed in any::<u64>(), cut in any::<prop::sample::Index>(), with in any::<char>(),
    ) {
        let text = random::vector(&mut chance::Chance(seed), 3);
        let cut = cut.index(text.len());
        for changed in [text[..cut].to_owned(), format!("{}{with}{}", &text[..cut], &text[cut..])] {
            if let Err(error) = parse(&changed) {
                prop_assert!(changed.get(error.at).is_some());
            }
        }
    }

    #[test]
    fn no_regular_expression_panics(
        text in "[ab(){}\\[\\]|*+?.^$\\\\:0-9,dwsb<>P=i-]{0,20}", subject in "[ab0-9]{0,8}",
    ) {
        if let Ok(regex) = regex::Regex::new(&text) {
            regex.matches(&subject);
            regex.expand(&subject, &text);
        }
    }
}
