//! The moments of both lanes, in words; each leads there.

use std::rc::Rc;

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::DEFENCES;
use stampede_sim::scenario::problem::number;
use stampede_sim::telemetry::event::Fault;
use stampede_sim::telemetry::moments::What;
use yew::prelude::*;

use super::PanelProps;
use crate::lang::Lang;
use crate::player::Seen;
use crate::stage::studio::Studio;
use crate::stage::view::NAMES;
use crate::ui::time::instant;

/// The last moment that the playhead has passed, in words, and whether it is there:
/// what is announced while the run plays.
pub fn latest(studio: &Studio, at: Nanos, lang: Lang) -> (String, bool) {
    let moments = studio.read(|player| player.moments());
    let seen = moments.iter().rfind(|(moment, _)| moment.at <= at);
    let say = |(moment, lane): &Seen| {
        let stop = lang.pick(": ", "：");
        format!("{}{stop}{}", NAMES[*lane], sentence(moment.what, lang))
    };
    seen.map(|seen| (say(seen), seen.0.at == at)).unwrap_or_default()
}

/// What happened, in a sentence without its end.
pub fn sentence(what: What, lang: Lang) -> String {
    let (en, ja, a, b) = template(what);
    let text =
        lang.pick(en, ja).replace("{a}", &number(a.into())).replace("{b}", &number(b.into()));
    match what {
        What::Switched(defence, _) => {
            let defence = DEFENCES.iter().find(|known| known.switch as u32 == defence);
            text.replace("{defence}", defence.map_or("", |known| known.names[lang as usize]))
        }
        What::Broken(fault) | What::Mended(fault) => {
            text.replace("{fault}", fault_name(fault, lang))
        }
        _ => text,
    }
}

/// The sentence in English and in Japanese, and the numbers in it.
fn template(what: What) -> (&'static str, &'static str, u32, u32) {
    use What::*;
    match what {
        FirstMiss(who) => ("the first miss: #{a}", "最初のミス：#{a}", who, 0),
        FirstFill(who) => (
            "the first value is in the cache: #{a} put it there",
            "最初の値がキャッシュに入る：#{a} が書き込んだ",
            who,
            0,
        ),
        FirstFollower(who, leader) => (
            "the first follower: #{a} waits for #{b}",
            "最初のフォロワー：#{a} が #{b} を待つ",
            who,
            leader,
        ),
        FirstQueued(who, process) => (
            "all connections of process {b} are busy; #{a} is the first to queue",
            "プロセス {b} の接続がすべて使用中。#{a} が最初に並ぶ",
            who,
            process,
        ),
        FirstRefused(who) => ("the first refusal: #{a}", "最初に断られた：#{a}", who, 0),
        FirstStale(who) => ("the first stale answer: #{a}", "最初の古い値：#{a}", who, 0),
        FirstEarly(who) => ("#{a} reloads before the expiry", "#{a} が期限前に更新", who, 0),
        FirstTimeout(who) => {
            ("the first client gives up: #{a}", "最初に諦めたクライアント：#{a}", who, 0)
        }
        FirstError(who) => ("the first error: #{a}", "最初のエラー：#{a}", who, 0),
        FirstLock(who) => ("#{a} gets the lock", "#{a} がロックを取得", who, 0),
        LockLost(who) => (
            "#{a} had lost its lock before it gave it back",
            "#{a} のロックは、解放する前に失われていた",
            who,
            0,
        ),
        Rejected(who) => {
            ("the cache refuses the value of #{a}", "キャッシュが #{a} の値を断る", who, 0)
        }
        FirstUpdate(who) => (
            "the database has the new value of #{a}",
            "#{a} の新しい値がデータベースに入る",
            who,
            0,
        ),
        FirstOutdated(who) => {
            ("the first answer that is too old: #{a}", "最初の古すぎる応答：#{a}", who, 0)
        }
        FirstOrphan(who) => (
            "#{a} stores its value under a name that nobody asks for",
            "#{a} が、誰も見ない名前で値を書き込む",
            who,
            0,
        ),
        UpdatesLost(n) => (
            "a replica takes over: {a} confirmed updates are lost",
            "レプリカが引き継ぐ：確定していた書き換え {a} 件が失われる",
            n,
            0,
        ),
        FirstAncient(who) => (
            "the first very old value in place of an error: #{a}",
            "最初の、エラーの代わりのずっと前の値：#{a}",
            who,
            0,
        ),
        FirstStandIn(who) => (
            "the first answer that is not its key's value: #{a}",
            "最初の、キーの値ではない応答：#{a}",
            who,
            0,
        ),
        FirstLocalHit(who) => (
            "the first hit in its process (L1): #{a}",
            "最初のプロセス内ヒット（L1）：#{a}",
            who,
            0,
        ),
        FirstBackupHit(who) => (
            "the first hit in the backup cache (L3): #{a}",
            "最初のバックアップのヒット（L3）：#{a}",
            who,
            0,
        ),
        Untold(who, process) => (
            "process {b} does not hear of update #{a}",
            "書き換え #{a} の知らせがプロセス {b} に届かない",
            who,
            process,
        ),
        UpdateLost(who) => (
            "the rest of an update is lost with its process: #{a}",
            "書き換えの残りがプロセスと共に失われる：#{a}",
            who,
            0,
        ),
        LeaderGone(who) => {
            ("leader #{a} goes away without a result", "リーダー #{a} が結果なしに去る", who, 0)
        }
        BreakerOpened(process) => {
            ("the breaker of process {a} opens", "プロセス {a} のブレーカーが開く", process, 0)
        }
        BreakerClosed(process) => {
            ("the breaker of process {a} closes", "プロセス {a} のブレーカーが閉じる", process, 0)
        }
        FirstEdgeHit(who) => {
            ("the first answer from the edge: #{a}", "最初にエッジで済んだ応答：#{a}", who, 0)
        }
        FirstEdgeWait(who, fetch) => (
            "#{a} is the first to wait at the edge, for #{b}, which fetches it",
            "#{a} が最初にエッジで待つ（取りに行くのは #{b}）",
            who,
            fetch,
        ),
        Purged => ("a purge reaches the edge", "パージがエッジに届く", 0, 0),
        PurgeOvertaken(who) => (
            "#{a} set out before a purge, and stores the old value after it",
            "パージの前に出た #{a} が、その後に古い値を保存する",
            who,
            0,
        ),
        PurgeHeld(who) => (
            "#{a} set out before a purge, and what it fetched is not stored",
            "パージの前に出た #{a} の値は保存されない",
            who,
            0,
        ),
        Crashed(process) => ("process {a} crashes", "プロセス {a} がクラッシュ", process, 0),
        Restarted(process) => ("process {a} is back", "プロセス {a} が復帰", process, 0),
        Scaled(n) => (
            "the autoscaler asks for {a} processes",
            "オートスケーラーが {a} プロセスを求める",
            n,
            0,
        ),
        Joined(process) => (
            "process {a} has started, and gets requests",
            "プロセス {a} が起動し、リクエストを受け始める",
            process,
            0,
        ),
        Retired(process) => {
            ("process {a} is taken out of service", "プロセス {a} が外される", process, 0)
        }
        Ejected(process) => (
            "the balancer sends nothing more to process {a}",
            "ロードバランサーがプロセス {a} に送るのをやめる",
            process,
            0,
        ),
        Readmitted(process) => (
            "the balancer sends to process {a} again",
            "ロードバランサーがプロセス {a} にまた送り始める",
            process,
            0,
        ),
        Cleared => ("the cache is cleared", "キャッシュがクリアされる", 0, 0),
        LocalCleared(n) => (
            "every process loses its copies: {a} in all",
            "すべてのプロセスがコピーを失う：合わせて {a} 個",
            n,
            0,
        ),
        Burst(n) => ("{a} requests are sent", "{a} 件が送られる", n, 0),
        Broken(Fault::ClockJump) => {
            ("the clock of a lock server jumps ahead", "ロックサーバー 1 台の時計が進む", 0, 0)
        }
        Broken(_) => ("{fault} begins", "{fault}が始まる", 0, 0),
        Mended(_) => ("{fault} ends", "{fault}が終わる", 0, 0),
        Switched(_, true) => ("{defence} is switched on", "「{defence}」をオンにする", 0, 0),
        Switched(_, false) => ("{defence} is switched off", "「{defence}」をオフにする", 0, 0),
        TopExpired(who) => (
            "the most popular key has expired: #{a} is the first to miss it",
            "最も人気のキーが期限切れ。#{a} が最初にミスする",
            who,
            0,
        ),
        Missed(n) => ("{a} requests have missed", "ミスが {a} 件に達する", n, 0),
        MemoryFull(process) => (
            "waiting requests fill 80 % of the memory of process {a}",
            "待つリクエストがプロセス {a} のメモリの 80 % を占める",
            process,
            0,
        ),
        CpuFull => (
            "the database’s CPU has been at 100 % for 5 s",
            "データベースの CPU が 5 秒間 100 % のまま",
            0,
            0,
        ),
        NoAnswers => (
            "every query times out: none has been answered for 3 s",
            "すべてのクエリがタイムアウト：3 秒間、応答なし",
            0,
            0,
        ),
        OutOfMemory(process) => {
            ("process {a} dies of memory", "プロセス {a} がメモリ不足で落ちる", process, 0)
        }
        Braced(process) => (
            "process {a} expects more requests than it can serve well",
            "プロセス {a} が混雑を予測する",
            process,
            0,
        ),
        Viral(who, key) => (
            "the process of #{a} takes key {b} for viral",
            "#{a} のプロセスが、キー {b} をバイラルとみなす",
            who,
            key,
        ),
        Diverged => ("from here on they differ", "ここから 2 つのレーンが分かれる", 0, 0),
    }
}

fn fault_name(fault: Fault, lang: Lang) -> &'static str {
    match fault {
        Fault::DbOutage => lang.pick("the database outage", "データベースの停止"),
        Fault::DbBrownout => lang.pick("the database's slowness", "データベースの遅延"),
        Fault::CacheOutage => lang.pick("the cache outage", "キャッシュの停止"),
        Fault::LockOutage => lang.pick("the lock server's outage", "ロックサーバーの停止"),
        Fault::LockCrash => lang.pick("the outage of one lock server", "ロックサーバー 1 台の停止"),
        Fault::ClockJump => lang.pick("the jump of a clock", "時計のずれ"),
        Fault::ReplicaOutage => lang.pick("the outage of a replica", "レプリカの停止"),
        Fault::FailOver => lang.pick("the fail-over", "フェイルオーバー"),
        Fault::CounterOutage => {
            lang.pick("the outage of the gateway's counters", "ゲートウェイのカウンターの停止")
        }
        Fault::BackupOutage => {
            lang.pick("the outage of the backup cache", "バックアップキャッシュの停止")
        }
        Fault::CutOff => lang.pick("a process's cut from pub/sub", "Pub/Sub からの切断"),
        Fault::SlowProcess => lang.pick("a process's slowness", "プロセスの遅延"),
        Fault::Pause => lang.pick("a process's pause", "プロセスの一時停止"),
    }
}

/// The list.
#[component]
pub fn Moments(props: &PanelProps) -> Html {
    let PanelProps { studio, state, playhead, .. } = props;
    let lang = state.lang;
    let (moments, bases) = studio.read(|player| (player.moments(), player.bases.clone()));
    let here = moments.iter().rposition(|(m, _)| m.at <= playhead.at);
    let row = |(i, (seen, lane)): (usize, &crate::player::Seen)| {
        let (at, studio) = (seen.at, Rc::clone(studio));
        let seek = Callback::from(move |_: MouseEvent| {
            studio.with(|player| player.stop_at(at));
        });
        let lane = match seen.what {
            What::Diverged => format!("{}, {}", NAMES[bases[*lane]], NAMES[*lane]),
            _ => NAMES[*lane].to_owned(),
        };
        let current = (here == Some(i)).then_some("true");
        html! {
            <li key={i} aria-current={current}>
                <button type="button" class="quiet" onclick={seek}>{ instant(at, playhead.end) }</button>
                <b>{ lane }</b><span>{ sentence(seen.what, lang) }</span>
            </li>
        }
    };
    html! {
        <div class="moments">
            <p class="note">{ lang.pick("What is worth looking at. [ and ] lead from one to the next.", "見どころの一覧です。[ と ] で前後へ移動できます。") }</p>
            <ol>{ for moments.iter().enumerate().map(row) }</ol>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: what a learner reads about a few runs, in both languages.
    #[test]
    fn moments_in_words() {
        for (what, en, ja) in [
            (What::FirstMiss(7), "the first miss: #7", "最初のミス：#7"),
            (
                What::FirstFollower(3, 0),
                "the first follower: #3 waits for #0",
                "最初のフォロワー：#3 が #0 を待つ",
            ),
            (
                What::BreakerOpened(2),
                "the breaker of process 2 opens",
                "プロセス 2 のブレーカーが開く",
            ),
            (
                What::Broken(Fault::DbOutage),
                "the database outage begins",
                "データベースの停止が始まる",
            ),
            (What::Burst(1000), "1,000 requests are sent", "1,000 件が送られる"),
        ] {
            assert_eq!(sentence(what, Lang::En), en);
            assert_eq!(sentence(what, Lang::Ja), ja);
        }
    }
}
