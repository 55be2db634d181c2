//! What came of "my system", in words, and what that assumes.

use stampede_sim::scenario::DEFENCES;
use stampede_sim::scenario::problem::number;

use super::system_parts;
use crate::lang::Lang;
use crate::sandbox::gain;
use crate::sandbox::{
    Cure, Empty, GRACE, Gain, LASTS_MS, Number, Outcome, SHIELD, System, Trouble,
};

/// What happens.
pub fn trouble(trouble: Trouble, system: &System, lang: Lang) -> &'static str {
    match trouble {
        Trouble::Expiry => lang.pick(
            "The hottest key expires, and nothing else happens",
            "ホットキーの期限切れのほかには何も起きない",
        ),
        Trouble::Update => {
            lang.pick("The hottest value is updated", "ホットキーの値が書き換えられる")
        }
        Trouble::Wake => lang.pick(
            "The hottest key expires, and singleflight wakes all who waited at once",
            "ホットキーが期限切れになり、待っていたリクエストを singleflight が一度に起こす",
        ),
        Trouble::Regions => {
            lang.pick("All regions have lost their caches", "すべての地域のキャッシュが空になる")
        }
        Trouble::Flush if system.regions.is_some() => lang.pick(
            "The whole cache behind the regions is lost",
            "地域の後ろのキャッシュが丸ごと消える",
        ),
        Trouble::Flush => lang.pick("The whole cache is lost", "キャッシュが丸ごと消える"),
        Trouble::Rush => {
            lang.pick("Twice the requests for a while", "リクエストがしばらく 2 倍になる")
        }
        Trouble::Replica => lang
            .pick("One of the replicas is down for a while", "レプリカの 1 台がしばらく停止する"),
        Trouble::Slow if system.replicas.is_some() => lang.pick(
            "The primary is ten times slower for a while, and its replicas are not",
            "プライマリだけがしばらく 10 倍遅くなる",
        ),
        Trouble::Slow => lang.pick(
            "The database is ten times slower for a while",
            "データベースがしばらく 10 倍遅くなる",
        ),
        Trouble::FailOver => lang.pick(
            "The primary is down for a while, and then a replica takes its place",
            "プライマリがしばらく停止し、レプリカが引き継ぐ",
        ),
        Trouble::Outage => {
            lang.pick("The database is down for a while", "データベースがしばらく停止する")
        }
    }
}

/// What is done against it.
pub fn cure(cure: Cure, lang: Lang) -> String {
    let name = |key: &&str| match *key {
        GRACE => lang.pick("grace in the regions", "地域での grace"),
        SHIELD => lang.pick("a shield in front of the servers", "サーバーの前のシールド"),
        key => DEFENCES.iter().find(|d| d.key == key).map_or("", |d| d.names[lang as usize]),
    };
    cure.0.iter().map(name).collect::<Vec<_>>().join(lang.pick(" + ", "+"))
}

/// What stands below a number's field: its unit, and what it is if nobody knows.
pub fn hint(asked: &Number, lang: Lang) -> String {
    let unit = asked.units[lang as usize];
    let Empty::Usual(_, usual) = asked.empty else { return unit.to_owned() };
    let usual = number(usual);
    match (unit, lang) {
        ("", Lang::En) => format!("{usual} if empty"),
        (_, Lang::En) => format!("{unit}, {usual} if empty"),
        (_, Lang::Ja) => format!("{unit}（空なら {usual}）"),
    }
}

/// How far it is.
pub fn progress(all: usize, made: usize, lang: Lang) -> String {
    match lang {
        Lang::En => format!(" {made} of {all} runs"),
        Lang::Ja => format!(" 実行 {all} 回中 {made} 回"),
    }
}

/// A number and its unit stay on one line.
fn together(text: &str) -> String {
    text.replace(" %", "\u{a0}%").replace(" ms", "\u{a0}ms")
}

/// A span, to tenths of a second.
pub fn seconds(seconds: f64, lang: Lang) -> String {
    format!("{}{}", number((seconds * 10.0).round() / 10.0), lang.pick("\u{a0}s", " 秒"))
}

/// What came of it, without a verdict.
pub fn result(outcome: &Outcome, system: &System, lang: Lang) -> String {
    let Outcome { p99_ms, db_calls, peak, .. } = outcome;
    let waits = outcome.lost > outcome.errors + outcome.besides.undone;
    let held = number(outcome.held as f64);
    let failed = outcome.percent(outcome.errors);
    let (p99, calls, peak) =
        (number(p99_ms.round()), number(*db_calls as f64), number(*peak as f64));
    let waiting = number(outcome.waiting as f64);
    let (waiting, over) = match lang {
        Lang::En => (
            if waits { format!(", {waiting} still wait") } else { String::new() },
            if outcome.stays { " It is not over by then." } else { "" },
        ),
        Lang::Ja => (
            if waits {
                format!("、{waiting} 件はまだ待っています")
            } else {
                "です".to_owned()
            },
            if outcome.stays { "この時点でもまだ続いています。" } else { "" },
        ),
    };
    let longer = match system.regions {
        None => lang.pick("a query", "クエリの時間"),
        Some(_) => lang.pick(
            "a query and the way from a region",
            "クエリと、地域とサーバーの往復とを合わせた時間",
        ),
    };
    let besides = system_parts::result(outcome, system, lang);
    let besides =
        if besides.is_empty() || lang == Lang::Ja { besides } else { format!(" {besides}") };
    together(&match lang {
        Lang::En => format!(
            "{failed:.1} % of the requests have an error{waiting}; 99 % of those that are over took at most {p99} ms. {held} took longer than {longer}, or still wait. The database has had {calls} queries, up to {peak} at once.{besides}{over}"
        ),
        Lang::Ja => format!(
            "リクエストのエラーは {failed:.1} %{waiting}。終わったリクエストの 99 % は {p99} ms 以内でした。{longer}より長くかかったもの、まだ待っているものは {held} 件です。データベースへのクエリは {calls} 件、同時に最大 {peak} 件です。{besides}{over}"
        ),
    })
}

/// What breaks first.
pub fn verdict(worst: &Outcome, system: &System, more: bool, lang: Lang) -> String {
    let what = trouble(worst.trouble, system, lang);
    match (more, worst.is_whole(), lang) {
        (true, _, _) => lang.pick("So far", "ここまで").to_owned(),
        (_, true, Lang::En) => format!("Nothing breaks. It hurts most when: {}.", lower(what)),
        (_, true, Lang::Ja) => format!("何も壊れません。最も負担になるのは「{what}」です。"),
        (_, false, Lang::En) => format!("First to break: {}.", lower(what)),
        (_, false, Lang::Ja) => format!("最初に壊れるのは「{what}」です。"),
    }
}

/// What helps most.
pub fn best(
    best: &Outcome,
    system: &System,
    troubles: &[Outcome],
    more: bool,
    lang: Lang,
) -> String {
    let name = trouble(best.trouble, system, lang);
    let without = troubles.iter().find(|o| o.trouble == best.trouble).filter(|_| !more);
    let Some(without) = without else {
        return match lang {
            Lang::En => format!("{name}: so far"),
            Lang::Ja => format!("{name}：ここまで"),
        };
    };
    let name = lower(name);
    let cure = cure(best.cure, lang);
    let lost = |outcome: &Outcome| outcome.percent(outcome.lost);
    let (before, after) = (lost(without), lost(best));
    let calls = [without, best].map(|outcome| number(outcome.db_calls as f64));
    let held = [without, best].map(|outcome| number(outcome.held as f64));
    together(&match (gain(without, best), lang) {
        (Gain::Fewer, Lang::En) => format!(
            "Against “{name}”, {cure} helps most: the requests lost go from {before:.1} % to {after:.1} %."
        ),
        (Gain::Fewer, Lang::Ja) => format!(
            "「{name}」に最も効くのは「{cure}」です。失われるリクエストは {before:.1} % から {after:.1} % になります。"
        ),
        (Gain::Cheaper, Lang::En) => format!(
            "Against “{name}”, {cure} helps most: no fewer requests are lost, but {} queries become {}, and the requests that take longer than a query go from {} to {}.",
            calls[0], calls[1], held[0], held[1]
        ),
        (Gain::Cheaper, Lang::Ja) => format!(
            "「{name}」に最も効くのは「{cure}」です。失われるリクエストは減りませんが、クエリは {} 件から {} 件に、クエリの時間より長くかかるリクエストは {} 件から {} 件になります。",
            calls[0], calls[1], held[0], held[1]
        ),
        (Gain::Nothing, Lang::En) => format!("Against “{name}”, none of these helps."),
        (Gain::Nothing, Lang::Ja) => format!("「{name}」に効く対策は、この中にありません。"),
    })
}

/// How large a herd is, by arithmetic.
pub fn herd(system: &System, lang: Lang) -> String {
    let (herd, hourly) = (number(system.herd().round()), number((3600.0 / system.ttl).round()));
    let refused = match system.limit.or(system.inside) {
        Some(_) => lang.pick(" and nobody is refused", "、誰も断られなければ"),
        None => lang.pick("", ""),
    };
    let merged = match (system.regions, system.has_shield()) {
        (None, _) => String::new(),
        (Some(_), true) => lang
            .pick(
                " Your shield fetches once for all of them.",
                "シールドは全員の分を 1 回で取りに行きます。",
            )
            .to_owned(),
        (Some(regions), false) if lang == Lang::En => {
            format!(
                " A region fetches once for all who wait there, so at most {regions} of these reach the servers."
            )
        }
        (Some(regions), false) => {
            format!(
                "地域はそこで待つ全員の分を 1 回で取りに行くので、サーバーに届くのは最大 {regions} 件です。"
            )
        }
    };
    match lang {
        Lang::En => format!(
            "By arithmetic: when your hottest key expires, about {herd} requests for it find nothing before the new value is there, if the query takes no longer than you say{refused}. That is λ·Δ + 1 of this one key, up to {hourly} times an hour.{merged}"
        ),
        Lang::Ja => format!(
            "計算上は、ホットキーが期限切れになると、新しい値が届くまでにこのキーへのリクエスト約 {herd} 件がミスします（クエリの時間が入力どおりなら{refused}）。これはこのキー 1 つについての λ·Δ + 1 で、1 時間に最大 {hourly} 回起きます。{merged}"
        ),
    }
}

/// What the numbers of the runs are about.
pub fn counted(system: &System, lang: Lang) -> String {
    let (keys, span) = (number(system.keys().into()), seconds(system.span(), lang));
    match lang {
        Lang::En if system.keys() == 1 => format!(
            "The runs below have that key alone; counted is what has happened after {span}."
        ),
        Lang::En => format!(
            "The runs below have all {keys} keys, so their queries and errors are those of all keys together; counted is what has happened after {span}."
        ),
        Lang::Ja if system.keys() == 1 => {
            format!("下の実行にあるのはそのキーだけです。数値は {span}たった時点のものです。")
        }
        Lang::Ja => format!(
            "下の実行には全 {keys} 個のキーがあり、クエリやエラーの数は全キーの合計です。数値は {span}たった時点のものです。"
        ),
    }
}

/// What the form does not ask for, and what the verdict does not depend on.
pub fn assumptions(system: &System, lang: Lang) -> Vec<String> {
    let [lasts, span, ttl, old, expires] =
        [LASTS_MS / 1e3, system.span(), system.ttl, system.old(), system.expires()]
            .map(|value| seconds(value, lang));
    let keys = number(system.keys().into());
    let ja = lang == Lang::Ja;
    let mut all = Vec::new();
    all.push(match (system.keys(), ja) {
        (1, false) => "One key, which is in the cache at the start.".to_owned(),
        (1, true) => "キーは 1 個で、開始時にキャッシュにあります。".to_owned(),
        (_, false) => format!("{keys} keys, all of them in the cache at the start. The hottest has its share, and the others share the rest by Zipf’s law."),
        (_, true) => format!("キーは {keys} 個で、開始時にはすべてキャッシュにあります。ホットキーの割合は入力どおりで、残りはジップの法則に従います。"),
    });
    all.push(match ja {
        false => format!("The ttl is yours, {ttl}, and not shortened. Values have an age at the start, so that the hottest key expires after {expires}, while the trouble is on; the other keys expire anywhere within their ttl."),
        true => format!("TTL は入力どおりの {ttl}で、短くしていません。開始時の値は読み込みから時間がたっていて、ホットキーはトラブルの最中、{expires}後に期限切れになります。ほかのキーの期限は TTL の範囲でばらばらです。"),
    });
    all.push(match ja {
        false => format!("A trouble begins after 1\u{a0}s and happens once; one that lasts, lasts {lasts}. What lasts longer in your system may do more."),
        true => format!("トラブルは 1 秒後に 1 回だけ起き、続くものは {lasts}続きます。実際にもっと長く続けば、影響はもっと大きいかもしれません。"),
    });
    all.push(match ja {
        false => format!("Requests come at random, at a steady rate, for {span}, and each line is one run with seed 1. If it went on longer, the numbers after {span} would be the same, and so would the order."),
        true => format!("リクエストは {span}間、平均が一定の割合でランダムに届きます。各行はシード 1 での 1 回の実行です。実行をもっと長くしても、{span}時点の数値と順序は変わりません。"),
    });
    all.push(match ja {
        false => "The order: first what is not over by then, then by how many requests are lost: those with an error, and those that wait beyond what would wait if all was well; then by how many take longer than a query, and by queries. What differs by no more than chance (three standard deviations) is the same; then the mildest trouble, or the simplest defence, comes first.".to_owned(),
        true => "順序は、まずその時点で終わっていないもの、次に失われるリクエストの多いものです。失われるのは、エラーになったものと、正常なときより余分に待っているものです。それも同じなら、クエリの時間より長くかかるリクエスト、クエリの多さで決めます。偶然の範囲（標準偏差の 3 倍）の差は同じとみなし、軽いトラブル、単純な対策を先にします。".to_owned(),
    });
    all.push(match ja {
        false => format!("Defences have their usual settings, but a breaker tries again after 1\u{a0}s, and old values may be served for {old}."),
        true => format!("対策の設定は標準のままです。ただしブレーカーは 1 秒後に再び試し、古い値は期限後 {old}まで返します。"),
    });
    all.extend(system_parts::assumptions(system, lang));
    all
}

/// Within a sentence.
fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| {
        format!("{}{}", first.to_ascii_lowercase(), letters.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::Besides;
    use crate::sandbox::{CURES, NONE};

    fn outcome() -> Outcome {
        Outcome {
            trouble: Trouble::Outage,
            cure: CURES[1],
            requests: 10_000,
            errors: 1234,
            waiting: 0,
            lost: 1234,
            lost_late: 0,
            stays: false,
            held: 1300,
            p99_ms: 2000.4,
            db_calls: 1234,
            peak: 16,
            besides: Besides::default(),
        }
    }

    #[test]
    fn a_report_in_words() {
        let (outcome, system) = (outcome(), System::default());
        assert_eq!(
            verdict(&outcome, &system, false, Lang::En),
            "First to break: the database is down for a while."
        );
        assert_eq!(cure(outcome.cure, Lang::Ja), "singleflight+分散ロック");
        assert_eq!(
            result(&outcome, &system, Lang::En),
            "12.3\u{a0}% of the requests have an error; 99\u{a0}% of those that are over took at most 2,000\u{a0}ms. 1,300 took longer than a query, or still wait. The database has had 1,234 queries, up to 16 at once."
        );
        let bare = Outcome { cure: NONE, errors: 4000, lost: 4000, ..outcome.clone() };
        assert_eq!(
            best(&outcome, &system, std::slice::from_ref(&bare), false, Lang::En),
            "Against “the database is down for a while”, singleflight + lock helps most: the requests lost go from 40.0\u{a0}% to 12.3\u{a0}%."
        );
        assert_eq!(
            best(&Outcome { cure: CURES[0], ..bare.clone() }, &system, &[bare], false, Lang::En),
            "Against “the database is down for a while”, none of these helps."
        );
    }

    /// What was assumed is named, with its numbers.
    #[test]
    fn what_is_assumed_is_said() {
        let system = System { ttl: 300.0, ..System::default() };
        let said = assumptions(&system, Lang::En).join(" ");
        for part in
            ["1,000 keys", "300\u{a0}s, and not shortened", "lasts 5\u{a0}s.", "for 16\u{a0}s, "]
        {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(herd(&system, Lang::En).contains("about 6 requests"));
        assert!(counted(&system, Lang::En).ends_with("after 16\u{a0}s."));
        let regions = System { regions: Some(3.0), ..system };
        assert!(herd(&regions, Lang::En).ends_with("at most 3 of these reach the servers."));
    }
}
