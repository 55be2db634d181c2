//! What came of the parts that somebody knows of, in words, and what is assumed of
//! them.

use stampede_sim::scenario::problem::number;

use super::system_words::seconds;
use crate::lang::Lang;
use crate::sandbox::{GRACE, Outcome, SHIELD, System, Trouble};

/// What came of them, a sentence for each that did anything.
pub fn result(outcome: &Outcome, system: &System, lang: Lang) -> String {
    let (trouble, besides) = (outcome.trouble, outcome.besides);
    let ja = lang == Lang::Ja;
    let mut said = Vec::new();
    if system.regions.is_some() {
        let fetched = number(besides.fetched as f64);
        said.push(match ja {
            false => format!("Regions fetched from the servers {fetched} times."),
            true => format!("地域がサーバーに取りに行ったのは {fetched} 回です。"),
        });
        let about = match (trouble, outcome.cure.0) {
            (_, [GRACE]) => lang.pick(
                "A region gives out what has expired while it fetches, and if that fails.",
                "地域は、取りに行く間も失敗したときも、期限切れの値を返します。",
            ),
            (_, [SHIELD]) => lang.pick(
                "What several regions want at the same time is fetched once.",
                "複数の地域が同時に必要とする値は、1 回で取りに行きます。",
            ),
            (Trouble::Regions, []) => lang.pick(
                "Until a region has a value again, whoever wants it there waits for the servers.",
                "値が地域に戻るまで、そこのリクエストはサーバーを待ちます。",
            ),
            _ => "",
        };
        said.extend(Some(about.to_owned()).filter(|about| !about.is_empty()));
    }
    if besides.old > 0 || trouble == Trouble::Update {
        let old = number(besides.old as f64);
        let until = until(outcome, system, lang);
        said.push(match ja {
            false => format!("Answers older than an update that had been confirmed: {old}{until}."),
            true => format!("確定した書き換えより古い応答は {old} 件です{until}。"),
        });
    }
    if besides.undone > 0 || trouble == Trouble::FailOver {
        let undone = number(besides.undone as f64);
        said.push(match ja {
            false => format!("Updates lost in the fail-over: {undone}."),
            true => format!("フェイルオーバーで失われた書き換えは {undone} 件です。"),
        });
    }
    if besides.over_quota > 0 {
        let refused = number(besides.over_quota as f64);
        said.push(match ja {
            false => {
                format!(
                    "Refused because a client had reached its limit, retries included: {refused}."
                )
            }
            true => {
                format!("クライアントの上限のため断ったのは、再試行を含めて {refused} 回です。")
            }
        });
    }
    if besides.turned_away > 0 {
        let refused = number(besides.turned_away as f64);
        said.push(match ja {
            false => format!("Refused by a full server, retries included: {refused}."),
            true => format!("サーバーが満員のため断ったのは、再試行を含めて {refused} 回です。"),
        });
    }
    if besides.woken > 0 || trouble == Trouble::Wake {
        let woken = number(besides.woken as f64);
        said.push(match ja {
            false => format!(
                "Followers that waited for somebody else’s query and woke with it: {woken}."
            ),
            true => format!("ほかのリクエストのクエリを待って起きたフォロワーは {woken} 件です。"),
        });
    }
    said.join(lang.pick(" ", ""))
}

/// How long an update was not seen, where there was only one.
fn until(outcome: &Outcome, system: &System, lang: Lang) -> String {
    if outcome.besides.old == 0 || outcome.trouble != Trouble::Update || system.has_updates() {
        return String::new();
    }
    match (outcome.old_after(system), lang) {
        (Some(after), Lang::En) => {
            format!(", the last of them {} after it was sent", seconds(after, lang))
        }
        (Some(after), Lang::Ja) => {
            format!("（最後のものは書き換えの送信から {}後）", seconds(after, lang))
        }
        (None, Lang::En) => format!(", and still coming after {}", seconds(system.span(), lang)),
        (None, Lang::Ja) => {
            format!("（{}の時点でもまだ続いています）", seconds(system.span(), lang))
        }
    }
}

/// A span as it was typed.
fn exactly(seconds: f64, lang: Lang) -> String {
    format!("{}{}", number(seconds), lang.pick("\u{a0}s", " 秒"))
}

/// What is assumed of them.
pub fn assumptions(system: &System, lang: Lang) -> Vec<String> {
    let ja = lang == Lang::Ja;
    let mut all = Vec::new();
    if let Some(regions) = system.regions {
        let (regions, trip) = (number(regions), number(system.trip()));
        let (edge, old) = (exactly(system.edge(), lang), seconds(system.old(), lang));
        all.push(match ja {
            false => format!("A client asks the nearest of {regions} regions with as many clients each, and only what is not fresh there is fetched from the servers, {trip}\u{a0}ms there and back. In a region all who want it wait for one fetch (as in Varnish); other regions fetch for themselves, unless there is a shield. A value is fresh there for {edge} after it was fetched, however old it was, and nobody tells a region of an update."),
            true => format!("クライアントは最も近い地域に問い合わせます。地域は {regions} か所で、クライアント数は同じです。そこで期限内でないものだけを、往復 {trip} ms のサーバーに取りに行きます。同じ地域のリクエストは 1 件の取得を一緒に待ちますが（Varnish と同じ）、シールドがなければ地域ごとに取りに行きます。値は取得時の古さによらず {edge}間は期限内で、書き換えは地域に知らされません。"),
        });
        all.push(match ja {
            false => format!("At the start regions hold what they would on any day; the hottest value expires in all of them at the same time as behind them, or earlier if they keep it for less. Regions that have lost their caches have lost them from the start. With grace a region gives out what has expired for {old}, while one fetch goes on behind, and if that fails, too."),
            true => format!("開始時の地域には普段と同じだけの値があります。ホットキーの期限はすべての地域で同時で、後ろのキャッシュと同じか、地域の TTL が短ければそれより先です。地域のキャッシュが空になるトラブルでは、開始時から空です。grace では、期限切れの値も {old}間返し、裏で 1 件だけ取りに行きます。取得が失敗しても返します。"),
        });
    }
    if let Some(limit) = system.limit {
        let (limit, window) = (number(limit), exactly(system.window(), lang));
        let clients = number(system.clients());
        // Of whoever is counted: a client, or an address.
        let each = system.rate * system.window() / system.clients();
        let each = number((each * 10.0).round() / 10.0);
        all.push(match ja {
            false => format!("There are {clients} clients, all of them ordinary: each sends {each} requests in {window} on average. In windows of that length, which all servers count together, it may send {limit}, and has sent none when a run begins. Retries count."),
            true => format!("クライアントは {clients} 個で、どれも普通のクライアントです。{window}に平均 {each} 件を送り、上限は {limit} 件です。数えるのはこの長さの固定ウィンドウごと、全サーバーの合計で、再試行も数に入ります。開始時はまだ 1 件も送っていません。"),
        });
        if let Some(address) = system.address {
            let address = number(address.min(system.clients()));
            all.push(match ja {
                false => format!("The limit counts by address, so {address} clients share it."),
                true => format!(
                    "上限はアドレスごとに数えるので、{address} 個のクライアントが共有します。"
                ),
            });
        }
    }
    if let Some(inside) = system.inside {
        let inside = number(inside);
        all.push(match ja {
            false => format!("A server with {inside} requests in it refuses any other at its door, hits included."),
            true => format!("中にリクエストが {inside} 件あるサーバーは、それ以上を入口で断ります。ヒットするものも断ります。"),
        });
    }
    if let Some(cpu) = system.cpu {
        let (cpu, threads) = (number(cpu), number(system.threads()));
        all.push(match (ja, system.is_event_loop()) {
            (false, true) => format!("A server does one piece of work at a time, as an event loop: {cpu}\u{a0}ms for a request when it comes, and as much for the answer to one that waited for somebody else’s query."),
            (false, false) => format!("A server has {threads} cores, which its requests share as threads: {cpu}\u{a0}ms for a request when it comes, and as much for the answer to one that waited for somebody else’s query."),
            (true, true) => format!("サーバーはイベントループで、仕事を 1 つずつ処理します。リクエストの到着時に {cpu} ミリ秒、ほかのリクエストのクエリを待ったものには応答にも同じ時間がかかります。"),
            (true, false) => format!("サーバーのコアは {threads} 個で、リクエストはスレッドとして分け合います。到着時に {cpu} ミリ秒、ほかのリクエストのクエリを待ったものには応答にも同じ時間がかかります。"),
        });
    }
    if let Some(copy) = system.copy {
        let copy = exactly(copy, lang);
        all.push(match ja {
            false => format!("A server keeps a copy of what it has read for {copy}, and no longer than the cache would; so long it may not see an update, of which no server tells another. It has none at the start. The hottest value has just been loaded when it is updated."),
            true => format!("サーバーは読んだ値のコピーを {copy}、ただしキャッシュの期限までの間だけ持ちます。書き換えをほかのサーバーに知らせないので、その間は古い値のままのことがあります。開始時のコピーはありません。書き換えられるときのホットキーの値は、読み込んだばかりのものです。"),
        });
    }
    if system.copy.is_some() || system.replicas.is_some() || system.has_updates() {
        all.push(match ja {
            false => "An update goes to the database and then deletes the value in the cache, so whoever wants it next loads it. Old answers are counted, and do not decide the order.".to_owned(),
            true => "書き換えはデータベースに書き込み、次にキャッシュの値を削除します。次に必要としたリクエストが読み込みます。古い応答は数えますが、順序には影響しません。".to_owned(),
        });
    }
    if system.replicas.is_some() {
        let (replicas, lag) = (number(system.replicas.unwrap_or(0.0)), number(system.lag()));
        all.push(match ja {
            false => format!("All that is read from the database is read from its replicas ({replicas}), in turn. They are {lag}\u{a0}ms behind, each can do as much as the primary, and in place of one that is down the primary is asked. If the primary is slow, they are not; if the database is down, they are, too. An update lost in a fail-over is a request lost."),
            true => format!("データベースからの読み取りは、すべてレプリカ（{replicas} 台）に順番に送ります。レプリカは {lag} ミリ秒遅れ、それぞれプライマリと同じだけ処理できます。停止したレプリカの代わりには、プライマリに問い合わせます。プライマリが遅くなってもレプリカは遅くならず、データベースの停止ではレプリカも停止します。フェイルオーバーで失われた書き換えは、失われたリクエストに数えます。"),
        });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::Besides;
    use crate::sandbox::{Cure, NONE};

    fn outcome(trouble: Trouble, besides: Besides) -> Outcome {
        Outcome {
            trouble,
            cure: NONE,
            requests: 10_000,
            errors: 0,
            waiting: 0,
            lost: besides.undone,
            lost_late: 0,
            stays: false,
            held: 0,
            p99_ms: 1.0,
            db_calls: 1,
            peak: 1,
            besides,
        }
    }

    /// Each part that did something has its sentence, and nothing else has.
    #[test]
    fn what_came_of_parts_in_words() {
        let system = System { copy: Some(4.0), ..System::default() };
        let said = |trouble, besides| result(&outcome(trouble, besides), &system, Lang::En);
        assert_eq!(said(Trouble::Outage, Besides::default()), "");
        let besides = Besides { old: 300, old_until_ns: 4_900_000_000, ..Besides::default() };
        assert_eq!(
            said(Trouble::Update, besides),
            "Answers older than an update that had been confirmed: 300, the last of them 3.9\u{a0}s after it was sent."
        );
        let still = Besides { old_until_ns: 15_900_000_000, ..besides };
        assert_eq!(
            said(Trouble::Update, still),
            "Answers older than an update that had been confirmed: 300, and still coming after 16\u{a0}s."
        );
        let undone = Besides { undone: 7, ..Besides::default() };
        assert_eq!(said(Trouble::FailOver, undone), "Updates lost in the fail-over: 7.");
        let refused = Besides { over_quota: 2, turned_away: 3, woken: 4, ..Besides::default() };
        assert_eq!(
            said(Trouble::Rush, refused),
            "Refused because a client had reached its limit, retries included: 2. Refused by a full server, retries included: 3. Followers that waited for somebody else’s query and woke with it: 4."
        );
        let regions = System { regions: Some(3.0), ..System::default() };
        let fetched = Besides { fetched: 1234, ..Besides::default() };
        assert_eq!(
            result(&outcome(Trouble::Expiry, fetched), &regions, Lang::En),
            "Regions fetched from the servers 1,234 times."
        );
        let lost = result(&outcome(Trouble::Regions, fetched), &regions, Lang::En);
        assert!(lost.ends_with("whoever wants it there waits for the servers."), "{lost}");
        let cured = Outcome { cure: Cure(&[GRACE]), ..outcome(Trouble::Regions, fetched) };
        assert!(result(&cured, &regions, Lang::En).contains("gives out what has expired"));
        assert_eq!(
            result(&outcome(Trouble::FailOver, undone), &system, Lang::Ja),
            "フェイルオーバーで失われた書き換えは 7 件です。"
        );
    }

    /// What is assumed of a part is said where it is there, with its numbers.
    #[test]
    fn what_is_assumed_of_parts_is_said() {
        assert_eq!(assumptions(&System::default(), Lang::En), Vec::<String>::new());
        let system = System {
            regions: Some(3.0),
            edge: Some(0.5),
            limit: Some(20.0),
            address: Some(50.0),
            inside: Some(30.0),
            cpu: Some(2.0),
            threads: Some(1.0),
            copy: Some(4.0),
            replicas: Some(3.0),
            ..System::default()
        };
        let said = assumptions(&system, Lang::En).join(" ");
        // 500 a second, by a thousand.
        for part in [
            "3 regions",
            "100\u{a0}ms there and back",
            "fresh there for 0.5\u{a0}s",
            "has expired for 60\u{a0}s",
            "1,000 clients",
            "sends 0.5 requests in 1\u{a0}s",
            "it may send 20",
            "50 clients share it",
            "with 30 requests",
            "event loop: 2\u{a0}ms",
            "for 4\u{a0}s",
            "replicas (3)",
            "100\u{a0}ms behind",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert_eq!(assumptions(&system, Lang::Ja).len(), assumptions(&system, Lang::En).len());
    }
}
