//! What a task asks for, in people's words.

use stampede_sim::scenario::problem::number;

use super::check::Condition;
use crate::lang::Lang;
use crate::stage::view::NAMES;
use crate::ui::names;

/// What a condition asks for, and what there is in its place:
/// `Lane B · Processes: 1, needs 4`. What there is may be left out, where that
/// is known to be enough.
pub fn said(condition: &Condition, found: Option<&str>, lang: Lang) -> String {
    let Condition { lane, name, op, wanted } = condition;
    let (lane, what) = (NAMES[*lane], names::name(name, lang));
    let wanted = value(name, wanted, lang);
    let needs = match (*op, lang) {
        ("<", Lang::En) => format!("less than {wanted}"),
        ("<=", Lang::En) => format!("at most {wanted}"),
        (">", Lang::En) => format!("more than {wanted}"),
        (">=", Lang::En) => format!("at least {wanted}"),
        ("<", Lang::Ja) => format!("{wanted} 未満"),
        ("<=", Lang::Ja) => format!("{wanted} 以下"),
        (">", Lang::Ja) => format!("{wanted} 超"),
        (">=", Lang::Ja) => format!("{wanted} 以上"),
        _ => wanted,
    };
    match (found.map(|found| value(name, found, lang)), lang) {
        (Some(found), Lang::En) => format!("Lane {lane} · {what}: {found}, needs {needs}"),
        (Some(found), Lang::Ja) => format!("レーン {lane} · {what}：{found}（必要：{needs}）"),
        (None, Lang::En) => format!("Lane {lane} · {what}: {needs}"),
        (None, Lang::Ja) => format!("レーン {lane} · {what}：{needs}"),
    }
}

/// A value of what is called `name`, with its unit.
fn value(name: &str, text: &str, lang: Lang) -> String {
    match (text, text.parse::<f64>()) {
        ("true", _) => lang.pick("on", "オン").to_owned(),
        ("false", _) => lang.pick("off", "オフ").to_owned(),
        // A lane that was closed has none.
        ("", _) => "–".to_owned(),
        (_, Ok(x)) => {
            let digits = number((x * 10.0).round() / 10.0);
            match names::unit(name, lang) {
                "" => digits,
                unit => format!("{digits}\u{a0}{unit}"),
            }
        }
        (word, _) => names::choice(word, lang).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::check::parse;
    use super::*;

    #[test]
    fn what_is_missing_is_said_in_words() {
        for (condition, found, en, ja) in [
            (
                "b.fleet.processes = 4",
                "1",
                "Lane B · Processes: 1, needs 4",
                "レーン B · プロセス数：1（必要：4）",
            ),
            (
                "a.db_calls >= 1000",
                "100",
                "Lane A · Database calls: 100, needs at least 1,000",
                "レーン A · DB 呼び出し：100（必要：1,000 以上）",
            ),
            (
                "b.protect.singleflight = true",
                "false",
                "Lane B · Singleflight: off, needs on",
                "レーン B · singleflight：オフ（必要：オン）",
            ),
            (
                "b.p99_ms < 200",
                "412.3456",
                "Lane B · Response time, p99: 412.3\u{a0}ms, needs less than 200\u{a0}ms",
                "レーン B · 応答時間（p99）：412.3\u{a0}ms（必要：200\u{a0}ms 未満）",
            ),
            (
                "b.protect.flaw = unfenced-lock",
                "none",
                "Lane B · Flaw: none, needs unfenced-lock",
                "レーン B · 誤り：なし（必要：延長も確認もしないロック）",
            ),
            (
                "b.ok > 10000",
                "",
                "Lane B · Answered with a value: –, needs more than 10,000",
                "レーン B · 値を返した：–（必要：10,000 超）",
            ),
        ] {
            let condition = &parse(condition).unwrap()[0];
            assert_eq!(said(condition, Some(found), Lang::En), en);
            assert_eq!(said(condition, Some(found), Lang::Ja), ja);
        }
        let met = |lang| said(&parse("a.db_calls >= 1000").unwrap()[0], None, lang);
        assert_eq!(met(Lang::En), "Lane A · Database calls: at least 1,000");
        assert_eq!(met(Lang::Ja), "レーン A · DB 呼び出し：1,000 以上");
    }
}
