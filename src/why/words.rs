//! What happened to a request, in words.

use stampede_sim::engine::Nanos;
use stampede_sim::scenario::problem::number;
use stampede_sim::telemetry::event::SHIELD;
use stampede_sim::telemetry::reply::{From, Reply};
use stampede_sim::telemetry::stopped::Stopped;
use stampede_sim::telemetry::{Event, Kind, Reason};

use super::reasons::reason_words;
use super::{Absence, Relation, Step};
use crate::lang::Lang;
use crate::ui::trouble;

/// An instant or a span: `12.003 ms`, `3 µs` below a millisecond.
pub fn time(at: Nanos) -> String {
    if at.0 < 1_000_000 && at.0 > 0 {
        format!("{} µs", at.0 as f64 / 1e3)
    } else if at.secs() < 5.0 {
        format!("{:.3} ms", at.ms())
    } else {
        format!("{:.3} s", at.secs())
    }
}

/// What happened, in a sentence without its end.
pub fn sentence(step: &Step, lang: Lang) -> String {
    let Event { at, arg, .. } = step.event;
    let (en, ja) = template(&step.event);
    let mut text = lang.pick(en, ja).replace("{n}", &number(f64::from(arg)));
    text = text.replace("{pop}", &pop(arg, lang));
    if step.event.kind == Kind::Respond {
        text.push_str(&reply(Reply::unpack(arg), lang));
    }
    if step.event.kind == Kind::Stopped {
        text.push_str(&trouble::stopped(Stopped::unpack(arg), lang));
    }
    text = text.replace("{why}", Reason::of(arg).map_or("", |reason| reason_words(reason, lang)));
    let (en, ja) = match step.relation {
        Relation::Missed(Absence::Never, _) if step.event.kind == Kind::Miss => {
            (": nobody had stored it yet", "（まだ誰も保存していない）")
        }
        Relation::Missed(Absence::Cleared(_), _) => {
            (": the cache was cleared at {t}", "（{t} にキャッシュがクリアされた）")
        }
        Relation::Missed(Absence::Deleted(_), _) => {
            (": an update deleted it at {t}", "（{t} に書き換えで削除された）")
        }
        Relation::Missed(Absence::Displaced(_), _) => {
            (": it went at {t}, as the cache was full", "（{t} に、キャッシュが満杯のため消えた）")
        }
        Relation::Missed(Absence::Expired(_), _) if step.event.kind == Kind::Miss => {
            (": what was stored at {t} had expired", "（{t} に保存された値は期限切れ）")
        }
        Relation::Stored(Some(_), _) => {
            (": #{b} had stored it at {t}", "（#{b} が {t} に保存した）")
        }
        Relation::Stored(None, _) => (": it was there from the start", "（最初から入っていた）"),
        Relation::By(..) => match step.event.kind {
            Kind::Join => {
                (", which has been loading it since {t}", "（#{b} は {t} から読み込み中）")
            }
            _ => (": #{b} has had it since {t}", "（#{b} が {t} から保持）"),
        },
        Relation::Behind(_) => (", {d} ahead of it", "（前に {d} 件）"),
        Relation::Since(_) => (", after {d}", "（{d} 後）"),
        _ => ("", ""),
    };
    text.push_str(lang.pick(en, ja));
    let (b, t, d) = match step.relation {
        Relation::Missed(
            Absence::Cleared(t) | Absence::Deleted(t) | Absence::Displaced(t) | Absence::Expired(t),
            _,
        ) => (0, t, String::new()),
        Relation::Stored(b, t) => (b.unwrap_or(0), t, String::new()),
        Relation::By(b, t) => (b, t, String::new()),
        Relation::Behind(n) => (0, at, number(f64::from(n))),
        Relation::Since(t) => (0, t, time(at - t)),
        _ => (0, at, String::new()),
    };
    text = text.replace("{b}", &number(f64::from(b))).replace("{t}", &time(t)).replace("{d}", &d);
    if let Relation::Missed(_, Some((filler, when))) = step.relation {
        let (en, ja) = match filler == step.event.who {
            true => ("; it filled the key itself, {d} later", "。{d} 後に自分でキーを書き込んだ"),
            false => {
                (", {d} before #{b} filled the key", "。その {d} 後に #{b} がキーを書き込んだ")
            }
        };
        let after = lang.pick(en, ja).replace("{d}", &time(when - at));
        text.push_str(&after.replace("{b}", &number(f64::from(filler))));
    }
    text
}

/// A cache of the edge.
fn pop(number: u32, lang: Lang) -> String {
    match number {
        SHIELD => lang.pick("the shield", "シールド").to_owned(),
        _ => format!("PoP {number}"),
    }
}

/// What an answer is, and where it came from.
fn reply(reply: Reply, lang: Lang) -> String {
    let Reply { status, from, account, age } = reply;
    let mut text = status.to_string();
    let (en, ja) = match from {
        From::Handler => {
            (", from the handler (x-cache: miss)", "、ハンドラーから（x-cache: miss）")
        }
        From::Shared => (", shared with others (x-cache: hit)", "、ほかと共有（x-cache: hit）"),
        From::Kept => (", kept (x-cache: hit)", "、残してあったもの（x-cache: hit）"),
    };
    text.push_str(lang.pick(en, ja));
    let seconds = number(f64::from(age) / 10.0);
    if from == From::Kept {
        text.push_str(&match lang {
            Lang::En => format!(", {seconds} s old"),
            Lang::Ja => format!("、{seconds} 秒前のもの"),
        });
    }
    if account > 0 {
        text.push_str(&match lang {
            Lang::En => format!(", made for account {account}"),
            Lang::Ja => format!("、アカウント {account} のもの"),
        });
    }
    text
}

/// What an event says by itself: in English and in Japanese.
fn template(event: &Event) -> (&'static str, &'static str) {
    let bad = event.arg != 0;
    match event.kind {
        Kind::Send => ("sent, for key {n}", "キー {n} を求めて送信"),
        Kind::Retry => ("tries again, after #{n} failed", "#{n} が失敗したので再試行"),
        Kind::Refresh => ("loads again behind #{n}", "#{n} の裏で更新を始める"),
        Kind::Arrive => ("reaches process {n}", "プロセス {n} に到着"),
        Kind::Hit => ("finds key {n} in the cache", "キャッシュにキー {n} があった"),
        Kind::Miss => ("misses key {n}", "キー {n} をミス"),
        Kind::Early => (
            "volunteers to reload key {n} before it expires",
            "期限前にキー {n} の更新を引き受ける",
        ),
        Kind::Lead => (
            "leads: nobody in its process is loading key {n}",
            "リーダーになる：このプロセスではキー {n} を誰も読み込んでいない",
        ),
        Kind::Join => ("joins #{n}", "#{n} に合流"),
        Kind::Wake => ("has the result of #{n}", "#{n} の結果を受け取る"),
        Kind::Quit => ("stops waiting for #{n}", "#{n} を待つのをやめる"),
        Kind::Queue => (
            "queues: all connections of process {n} are busy",
            "列に並ぶ：プロセス {n} の接続はすべて使用中",
        ),
        Kind::Leave => ("leaves the queue without a connection", "接続を得ずに列を離れる"),
        Kind::Query => ("sends its query on connection {n}", "接続 {n} でクエリを送る"),
        Kind::Answer if bad => ("its query fails ({why})", "クエリが失敗（{why}）"),
        Kind::Answer => ("the database answers", "データベースが応答"),
        Kind::Abandon if bad => (
            "stops waiting for its query, and the server stops it",
            "クエリを待つのをやめ、サーバーも止める",
        ),
        Kind::Abandon => {
            ("stops waiting for its query, which goes on", "クエリを待つのをやめるが、クエリは続く")
        }
        Kind::Wasted => {
            ("the server has done its query for nobody", "クエリは待つ人のないまま終わった")
        }
        Kind::Fill => ("fills key {n}", "キー {n} をキャッシュに書き込む"),
        Kind::Reject => ("the cache refuses its value", "キャッシュが値を断る"),
        Kind::Land => {
            ("its flight lands (followers: {n})", "読み込みが終わる（フォロワー {n} 件）")
        }
        Kind::Abort => (
            "goes away without a result (followers: {n})",
            "結果のないまま去る（フォロワー {n} 件）",
        ),
        Kind::Forsake => (
            "leaves, and the handler call ends with it (waiting for it: {n})",
            "去り、ハンドラーの呼び出しも終わる（待っていた者 {n} 件）",
        ),
        Kind::Ok => ("its client has the answer", "クライアントが応答を受け取る"),
        Kind::Error => ("its client has an error ({why})", "クライアントにエラー（{why}）"),
        Kind::Fail => {
            ("fails ({why}); its client will try again", "失敗（{why}）。クライアントは再試行する")
        }
        Kind::Timeout if bad => (
            "its client stops waiting; the work goes on",
            "クライアントは待つのをやめるが、処理は続く",
        ),
        Kind::Timeout => ("its client stops waiting", "クライアントが待つのをやめる"),
        Kind::Late => ("the answer finds nobody waiting", "応答した時には誰も待っていない"),
        Kind::Recheck if bad => (
            "looks into the cache again: the value is there",
            "もう一度キャッシュを見る：値があった",
        ),
        Kind::Recheck => {
            ("looks into the cache again: still nothing", "もう一度キャッシュを見る：まだない")
        }
        Kind::Stale if bad => {
            ("gets the old value, as loading failed", "読み込みに失敗したので古い値を返す")
        }
        Kind::Stale => ("gets the old value, which is being refreshed", "更新中の古い値を返す"),
        Kind::Busy => ("waits: the lock is taken", "待つ：ロックは使用中"),
        Kind::Lock => ("gets the lock", "ロックを取得"),
        Kind::Renew if bad => ("prolongs its lock", "ロックを延長"),
        Kind::Renew => {
            ("cannot prolong its lock: it is lost", "ロックを延長できない：失われていた")
        }
        Kind::Unlock if bad => ("gives the lock back", "ロックを解放"),
        Kind::Unlock => {
            ("cannot give the lock back: it was lost", "ロックを解放できない：失われていた")
        }
        Kind::Lease => ("the cache gives it the right to load", "キャッシュから読み込む権利を得る"),
        Kind::Wait => (
            "the cache tells it to wait for another's load",
            "ほかの読み込みを待つよう、キャッシュが指示",
        ),
        Kind::Refuse => ("a defence refuses it ({why})", "対策が断る（{why}）"),
        Kind::Refreshed if bad => ("the refresh fails ({why})", "更新に失敗（{why}）"),
        Kind::Refreshed => ("the refresh is done", "更新が終わる"),
        Kind::CacheError => ("the cache does not answer", "キャッシュが応答しない"),
        Kind::LockError => ("the lock server does not answer", "ロックサーバーが応答しない"),
        Kind::Panic => ("the code that reads the answer panics", "応答を読むコードがパニック"),
        Kind::Count if bad => ("the breaker counts a failure", "ブレーカーが失敗を数える"),
        Kind::Count => ("the breaker counts a success", "ブレーカーが成功を数える"),
        Kind::Trip => ("the breaker of process {n} opens", "プロセス {n} のブレーカーが開く"),
        Kind::HalfOpen => {
            ("the breaker of process {n} is half-open", "プロセス {n} のブレーカーが半開になる")
        }
        Kind::Close => ("the breaker of process {n} closes", "プロセス {n} のブレーカーが閉じる"),
        Kind::Drop => {
            ("no virtual user was free: not sent", "空いている仮想ユーザーがなく、送信されない")
        }
        Kind::Evict => {
            ("expired key {n} leaves the cache", "期限切れのキー {n} がキャッシュから消える")
        }
        Kind::Clear => ("the cache is cleared of {n} keys", "キャッシュをクリア（キー {n} 個）"),
        Kind::Burst => ("{n} requests are sent", "{n} 件が送られる"),
        Kind::Crash => ("process {n} crashes", "プロセス {n} がクラッシュ"),
        Kind::Start => ("process {n} is back", "プロセス {n} が復帰"),
        Kind::Fault => ("something breaks or is mended", "何かが壊れる、または直る"),
        Kind::Switch => ("a defence is switched", "対策を切り替える"),
        Kind::Full => (
            "waits: no place is free in the bulkhead of process {n}",
            "待つ：プロセス {n} のバルクヘッドに空きがない",
        ),
        Kind::Write => ("is an update of key {n}", "キー {n} の書き換え"),
        Kind::Commit => (
            "the database has its new value (update {n} of the run)",
            "新しい値がデータベースに入る（この実行で {n} 件目の書き換え）",
        ),
        Kind::Delete => ("deletes key {n} from the cache", "キャッシュからキー {n} を削除"),
        Kind::Rename => (
            "gives key {n} another name in the cache",
            "キー {n} にキャッシュでの新しい名前を付ける",
        ),
        Kind::Orphan => (
            "stores key {n} under its old name, where nobody looks any more",
            "キー {n} を古い名前で書き込む（もう誰も見ない）",
        ),
        Kind::Outdated => (
            "its answer is too old: update {n} had been confirmed before it was sent",
            "応答が古すぎる：送信前に、{n} 件目の書き換えが確定していた",
        ),
        Kind::Settle => ("does the rest of update #{n}", "書き換え #{n} の残りを行う"),
        Kind::Settled if bad => {
            ("the rest of the update fails ({why})", "書き換えの残りに失敗（{why}）")
        }
        Kind::Settled => ("the update is settled", "書き換えの残りが終わる"),
        Kind::Client => (
            "the gateway counts it for client {n}",
            "ゲートウェイがクライアント {n} の分として数える",
        ),
        Kind::Address => {
            ("the gateway counts it for address {n}", "ゲートウェイがアドレス {n} の分として数える")
        }
        Kind::Admit => {
            ("the gateway lets it through (left: {n})", "ゲートウェイを通る（残り {n} 件）")
        }
        Kind::RetryAfter => (
            "its quota is used up; it may ask again in {n} ms",
            "割り当てを使い切っている。{n} ms 後にまた送れる",
        ),
        Kind::Route if bad => ("its query goes to replica {n}", "クエリはレプリカ {n} へ行く"),
        Kind::Route => ("its query goes to the primary", "クエリはプライマリへ行く"),
        Kind::Marker if bad => (
            "finds a marker in the cache: its key has just been updated",
            "キャッシュに印がある：キーは書き換えられたばかり",
        ),
        Kind::Marker => (
            "finds no marker in the cache: its key has not just been updated",
            "キャッシュに印がない：キーは最近書き換えられていない",
        ),
        Kind::Mark => (
            "leaves a marker in the cache: key {n} is being updated",
            "キャッシュに印を残す：キー {n} を書き換え中",
        ),
        Kind::Lost => (
            "a replica takes the database's place: {n} updates are lost",
            "レプリカがデータベースを引き継ぐ：{n} 件の書き換えが失われる",
        ),
        Kind::Ancient => (
            "gets the last value its process has had, {n} ms old, in place of the error",
            "エラーの代わりに、このプロセスが最後に得た {n} ms 前の値を返す",
        ),
        Kind::Default => (
            "gets a default in place of the error: not the value of key {n}",
            "エラーの代わりに既定値を返す（キー {n} の値ではない）",
        ),
        Kind::Placeholder => (
            "gets a placeholder in place of the error: key {n} has nothing to show yet",
            "エラーの代わりに仮の表示を返す（キー {n} はまだ見せられない）",
        ),
        Kind::Uncounted if bad => (
            "the gateway's counters do not answer; it is let through",
            "ゲートウェイのカウンターが応答しないが、通す",
        ),
        Kind::Uncounted => (
            "the gateway's counters do not answer; it is not let through",
            "ゲートウェイのカウンターが応答しないので、通さない",
        ),
        Kind::Quorum => (
            "most lock servers agree: the lock is its own for {n} ms",
            "ロックサーバーの過半数が認める：{n} ms の間は自分のもの",
        ),
        Kind::Split => (
            "waits: too few lock servers agree ({n}), or too late; it gives back what it has",
            "待つ：認めたロックサーバーが足りないか（{n} 台）、遅すぎる。取れた分は返す",
        ),
        Kind::Silence => {
            ("too few lock servers answer ({n})", "応答するロックサーバーが足りない（{n} 台）")
        }
        Kind::LocalHit => {
            ("finds a copy of key {n} in its process", "プロセス内にキー {n} のコピーがあった")
        }
        Kind::LocalMiss => {
            ("finds no copy of key {n} in its process", "プロセス内にキー {n} のコピーがない")
        }
        Kind::LocalFill => {
            ("its process keeps a copy for {n} ms", "プロセスがコピーを {n} ms の間持つ")
        }
        Kind::Displace => {
            ("the cache is full: key {n} goes", "キャッシュが満杯で、キー {n} が消える")
        }
        Kind::LocalDisplace => (
            "its process keeps no more copies: that of key {n} goes",
            "プロセスのコピーが上限に達し、キー {n} のコピーが消える",
        ),
        Kind::Renewal => (
            "asks for the key again, as #{n} found an old copy",
            "#{n} が見つけたコピーは古いので、もう一度問い合わせる",
        ),
        Kind::Renewed if bad => (
            "asking again fails ({why}); the copy stays",
            "再度の問い合わせに失敗（{why}）。コピーは残る",
        ),
        Kind::Renewed => ("the process has asked again", "再度の問い合わせが終わる"),
        Kind::LocalClear => (
            "every process loses its copies ({n} in all)",
            "すべてのプロセスがコピーを失う（合わせて {n} 個）",
        ),
        Kind::BackupHit => {
            ("finds key {n} in the backup cache", "バックアップキャッシュにキー {n} があった")
        }
        Kind::BackupMiss => (
            "does not find key {n} in the backup cache, either",
            "バックアップキャッシュにもキー {n} がない",
        ),
        Kind::BackupFill => {
            ("the backup cache has its value, too", "値がバックアップキャッシュにも入る")
        }
        Kind::BackupError => {
            ("the backup cache does not answer", "バックアップキャッシュが応答しない")
        }
        Kind::Promote => (
            "takes up what #{n} found in the backup cache",
            "#{n} がバックアップで見つけた値を上げる",
        ),
        Kind::Promoted => ("the value has been taken up", "値を上げ終える"),
        Kind::Told => (
            "process {n} hears of it, and drops its copy",
            "プロセス {n} に知らせが届き、コピーを捨てる",
        ),
        Kind::Untold => ("process {n} does not hear of it", "プロセス {n} に知らせが届かない"),
        Kind::Pick => (
            "the balancer picks its process (in flight there, as far as it knows: {n})",
            "ロードバランサーがプロセスを選ぶ（把握している処理中は {n} 件）",
        ),
        Kind::Compute => ("needs the CPU of process {n}", "プロセス {n} の CPU が必要になる"),
        Kind::Computed => {
            ("has had the CPU of process {n}", "プロセス {n} の CPU での処理が終わる")
        }
        Kind::Reply => (
            "needs the CPU of process {n} for its answer",
            "応答を返すのにプロセス {n} の CPU が必要になる",
        ),
        Kind::Replied => ("process {n} has written its answer", "プロセス {n} が応答を書き終える"),
        Kind::Scale => {
            ("the autoscaler asks for {n} processes", "オートスケーラーが {n} プロセスを求める")
        }
        Kind::Launch => ("process {n} is being started", "プロセス {n} の起動が始まる"),
        Kind::Ready => (
            "process {n} has started, and requests are sent to it",
            "プロセス {n} が起動し、リクエストが送られ始める",
        ),
        Kind::Retire => (
            "process {n} is out of service: no request is sent to it",
            "プロセス {n} は外れていて、リクエストが送られない",
        ),
        Kind::Eject => (
            "the balancer sees that process {n} is gone, and sends nothing more to it",
            "ロードバランサーがプロセス {n} の停止に気づき、送るのをやめる",
        ),
        Kind::Readmit => (
            "the balancer sees that process {n} is back, and sends to it again",
            "ロードバランサーがプロセス {n} の復帰に気づき、また送り始める",
        ),
        Kind::Brace => {
            ("process {n} expects more than it can serve well", "プロセス {n} が混雑を予測する")
        }
        Kind::Relax => ("process {n} no longer does", "プロセス {n} の混雑の予測が終わる"),
        Kind::EdgeHit => ("finds it fresh in {pop}", "{pop} に新鮮な値があった"),
        Kind::EdgeMiss => ("finds nothing fresh in {pop}", "{pop} に新鮮な値がない"),
        Kind::EdgeGrace => (
            "gets the old value from {pop}, which is fetching it again",
            "取り直し中の {pop} から古い値を受け取る",
        ),
        Kind::EdgeWait => ("waits for #{n}, which fetches it", "取りに行った #{n} を待つ"),
        Kind::EdgeLook => ("looks again: it is not back yet", "もう一度見る：まだ戻っていない"),
        Kind::EdgeWake => ("has what #{n} fetched", "#{n} が取ってきた値を受け取る"),
        Kind::EdgePass => ("is an update, and passes {pop}", "書き換えなので {pop} を通り過ぎる"),
        Kind::Fetch => ("fetches it, as #{n} found nothing fresh", "#{n} のために取りに行く"),
        Kind::ToOrigin => ("leaves {pop} for the origin", "{pop} からオリジンへ向かう"),
        Kind::ToShield => ("leaves {pop} for the shield", "{pop} からシールドへ向かう"),
        Kind::EdgeFill if bad => (
            "what it fetched is stored, though there was a purge meanwhile",
            "途中でパージがあったのに、取ってきた値が保存される",
        ),
        Kind::EdgeFill => ("what it fetched is stored", "取ってきた値が保存される"),
        Kind::EdgeReject => (
            "what it fetched is not stored in {pop}: there was a purge meanwhile",
            "途中でパージがあったので、取ってきた値は {pop} に保存されない",
        ),
        Kind::Fetched => ("is back in {pop}", "{pop} に戻る"),
        Kind::Purge => (
            "every cache of the edge drops key {n}",
            "エッジのすべてのキャッシュがキー {n} を捨てる",
        ),
        Kind::Warm => (
            "loads in advance: by when #{n} came, another wave is due",
            "先に読み込む：#{n} が来た時刻から、次の波が近い",
        ),
        Kind::Warmed if bad => ("could not load in advance ({why})", "先読みに失敗（{why}）"),
        Kind::Warmed => ("has loaded in advance", "先に読み込み終えた"),
        Kind::Foreseen => {
            ("its key {n} has been loaded in advance", "キー {n} は先に読み込まれている")
        }
        Kind::Viral => (
            "its process takes key {n} for viral from now on",
            "プロセスがキー {n} をバイラルとみなす",
        ),
        Kind::Kept => ("the middleware has kept an answer", "ミドルウェアに応答が残っていた"),
        Kind::Handle => (
            "goes to the handler: nobody has been sent for the same answer",
            "ハンドラーへ進む：同じ応答を取りに行った者はいない",
        ),
        Kind::Merge => {
            ("waits for the answer for which #{n} has been sent", "#{n} が取りに行った応答を待つ")
        }
        Kind::Merged => ("has the answer of #{n}", "#{n} の応答を受け取る"),
        Kind::Pass => (
            "goes to the handler by itself: its answer is not to be shared",
            "1 件でハンドラーへ進む：応答を共有しない",
        ),
        Kind::Shelve => {
            ("the middleware keeps the answer for {n} ms", "ミドルウェアが応答を {n} ms の間残す")
        }
        Kind::StoreError => (
            "the middleware's store of answers does not answer",
            "ミドルウェアの応答の保存先が応答しない",
        ),
        Kind::FirstByte => ("has the first byte of its answer", "応答の最初のバイトが届く"),
        Kind::Respond => ("is answered: ", "応答："),
        Kind::NotModified => (
            "its client has that already, and gets no body",
            "クライアントが同じものを持っているので、本文は送らない",
        ),
        Kind::Leak => {
            ("gets what was made for account {n}", "アカウント {n} のための応答を受け取る")
        }
        Kind::WrongPage => ("gets the answer to query {n}", "クエリ文字列 {n} の応答を受け取る"),
        Kind::WrongBody if !bad => ("gets the answer to a GET", "GET への応答を受け取る"),
        Kind::WrongBody => ("gets the answer to body {n}", "本文 {n} への応答を受け取る"),
        Kind::LostPost => (
            "is told that its order, body {n}, is done, and it is not: it reached no handler",
            "注文（本文 {n}）は済んだと返されるが、ハンドラーに届いていない",
        ),
        Kind::WrongLanguage => ("gets the answer in language {n}", "言語 {n} の応答を受け取る"),
        Kind::TooOld => {
            ("its answer is {n} ms older than max-age allows", "応答が max-age より {n} ms 古い")
        }
        Kind::Stopped => ("is stopped in the script: ", "スクリプトで止まる："),
        Kind::Content => ("is sent {n} bytes", "{n} バイトを送る"),
        Kind::Blocked => (
            "its browser keeps the answer from the page: it says that origin {n} may read it",
            "ブラウザーが応答をページに渡さない：読めるのはオリジン {n} とある",
        ),
        Kind::ListPage => {
            ("asks for the page of the list of key {n}", "一覧ページ（キー {n}）を求める")
        }
        Kind::DetailPage => ("asks for the page of product {n}", "商品 {n} のページを求める"),
        Kind::LoginPage => ("is visitor {n}, who logs in", "訪問者 {n} がログインする"),
        Kind::BuyPage => ("is about to buy product {n}", "商品 {n} を買おうとする"),
        Kind::Part => ("a part of a page: key {n}", "ページの一部：キー {n}"),
        Kind::PartOf => ("is a part of page #{n}", "ページ #{n} の一部"),
        Kind::Parted if bad => ("its page does not get it ({why})", "ページに渡せない（{why}）"),
        Kind::Parted => ("its page has it", "ページに渡す"),
        Kind::Session => ("has a session from now on: key {n}", "セッションができる：キー {n}"),
        Kind::Known => ("is known by its session, key {n}", "セッション（キー {n}）で本人とわかる"),
        Kind::LoggedOut => (
            "its session, key {n}, is gone: it has to log in again",
            "セッション（キー {n}）がない：ログインし直すことになる",
        ),
        Kind::Overtaken => (
            "its session, key {n}, has expired between GET and EXPIRE",
            "GET と EXPIRE の間にセッション（キー {n}）の期限が切れた",
        ),
        Kind::Scan => ("looks for keys to invalidate: {n} found", "無効にするキーを探す：{n} 個"),
        Kind::Unlink => ("has deleted what it found: {n} keys", "見つけた {n} 個を削除した"),
        Kind::Sold => ("has bought product {n}", "商品 {n} を買った"),
        Kind::Oversold => {
            ("has bought product {n}, of which none was left", "もう残っていない商品 {n} を買った")
        }
        Kind::SoldOut => ("is told that product {n} is sold out", "商品 {n} は売り切れと言われる"),
        Kind::Unheard => {
            ("process {n} does not hear of the sale", "プロセス {n} に販売が伝わらない")
        }
        Kind::Unsubscribed => (
            "process {n} has too many messages waiting, and is cut off",
            "プロセス {n} はメッセージをためすぎて切断される",
        ),
        Kind::Mixed => {
            ("gets another function's value for key {n}", "キー {n} に別の関数の値を受け取る")
        }
        Kind::Memory => ("the cache holds {n} KB", "キャッシュの中身は {n} KB"),
        Kind::Keep => (
            "keeps the value for {n} ms, by how often its key is asked for",
            "キーが求められる頻度から、値を {n} ms 保つことにする",
        ),
    }
}

/// What it is doing since an event, in English and in Japanese: the end of
/// "#41 … since 12 ms".
pub fn doing(event: &Event, lang: Lang) -> String {
    let (en, ja) = match event.kind {
        Kind::Send | Kind::Retry | Kind::Pick => {
            ("is on its way to a process", "プロセスへ向かっている")
        }
        Kind::Arrive | Kind::Part | Kind::PartOf => {
            ("is asking the cache", "キャッシュに問い合わせ中")
        }
        Kind::ListPage | Kind::DetailPage | Kind::BuyPage | Kind::LoginPage | Kind::Known => {
            ("waits for its parts", "部分がそろうのを待っている")
        }
        Kind::Parted => ("is with its page", "ページに渡った"),
        Kind::EdgeWait => ("waits for #{n}, which fetches it", "取りに行った #{n} を待っている"),
        Kind::EdgePass | Kind::Fetch | Kind::ToOrigin => {
            ("is on its way to the origin", "オリジンへ向かっている")
        }
        Kind::ToShield => ("is on its way to the shield", "シールドへ向かっている"),
        Kind::Fetched => ("has fetched", "取ってきた"),
        Kind::Join => ("waits for #{n}, which loads for all", "#{n} の読み込みを待っている"),
        Kind::Merge => ("waits for the answer of #{n}", "#{n} の応答を待っている"),
        Kind::Handle | Kind::Pass => ("is on its way to the handler", "ハンドラーへ向かっている"),
        Kind::FirstByte => ("is being sent its answer", "応答が送られている"),
        Kind::Busy | Kind::Split => ("waits for the lock", "ロックを待っている"),
        Kind::Wait => ("waits, as the cache told it to", "キャッシュの指示で待っている"),
        Kind::Queue => {
            ("queues for a connection of process {n}", "プロセス {n} の接続を待っている")
        }
        Kind::Compute => {
            ("is at the CPU, or waits for it", "CPU で処理中、または CPU を待っている")
        }
        Kind::Computed => ("is asking the cache", "キャッシュに問い合わせ中"),
        Kind::Reply => (
            "has its answer, which waits for the CPU to be sent",
            "応答は届いたが、送り出す CPU を待っている",
        ),
        Kind::Full => ("waits for a place in the bulkhead", "バルクヘッドの空きを待っている"),
        Kind::Client | Kind::Address => {
            ("is being counted by the gateway", "ゲートウェイで数えられている")
        }
        Kind::Admit | Kind::LocalMiss | Kind::Foreseen => {
            ("is asking the cache", "キャッシュに問い合わせ中")
        }
        Kind::Query => ("uses connection {n}", "接続 {n} を使っている"),
        Kind::Lead => ("leads the load of key {n}", "キー {n} を代表して読み込んでいる"),
        Kind::Miss | Kind::Warm => ("is on its way to the database", "データベースへ向かっている"),
        Kind::Answer | Kind::Keep => ("fills the cache", "キャッシュに書き込んでいる"),
        Kind::Lock => ("holds the lock", "ロックを保持している"),
        Kind::Ok => ("has been answered", "応答済み"),
        Kind::Error => ("has ended with an error", "エラーで終わった"),
        Kind::Fail => ("has failed", "失敗した"),
        Kind::Refreshed => ("has refreshed", "更新を終えた"),
        Kind::Warmed => ("has loaded in advance", "先に読み込み終えた"),
        Kind::Write => ("is updating key {n}", "キー {n} を書き換えている"),
        Kind::BackupMiss => ("is on its way to the database", "データベースへ向かっている"),
        Kind::Renewal => ("is asking the cache again", "キャッシュに再度問い合わせ中"),
        Kind::Renewed => ("has asked again", "再度の問い合わせを終えた"),
        Kind::Promote => ("takes a value up", "値を上げている"),
        Kind::Promoted => ("has taken a value up", "値を上げ終えた"),
        Kind::Settle => ("does the rest of an update", "書き換えの残りを行っている"),
        Kind::Settled => ("has settled its update", "書き換えの残りを終えた"),
        Kind::Late => ("has been answered too late", "応答が遅すぎた"),
        _ => ("is on its way back", "戻る途中"),
    };
    lang.pick(en, ja).replace("{n}", &number(f64::from(event.arg)))
}

#[cfg(test)]
mod tests {
    use super::super::story;
    use super::super::tests::{filmed, small};
    use super::*;

    fn told(
        run: &(stampede_sim::telemetry::Log, stampede_picture::film::Film),
        who: u32,
        lang: Lang,
    ) -> Vec<String> {
        story(&run.0, &run.1, who).iter().map(|step| sentence(step, lang)).collect()
    }

    /// Checked by hand against the run in `small`.
    #[test]
    fn a_follower_in_words() {
        let run = small();
        assert_eq!(
            told(&run, 1, Lang::En),
            [
                "sent, for key 7",
                "reaches process 0",
                "misses key 7: nobody had stored it yet, 69.997 ms before #0 filled the key",
                "joins #0, which has been loading it since 12.000 ms",
                "has the result of #0, after 73.997 ms",
                "its client has the answer, after 94.000 ms",
            ]
        );
        assert_eq!(
            told(&run, 1, Lang::Ja),
            [
                "キー 7 を求めて送信",
                "プロセス 0 に到着",
                "キー 7 をミス（まだ誰も保存していない）。その 69.997 ms 後に #0 がキーを書き込んだ",
                "#0 に合流（#0 は 12.000 ms から読み込み中）",
                "#0 の結果を受け取る（73.997 ms 後）",
                "クライアントが応答を受け取る（94.000 ms 後）",
            ]
        );
    }

    #[test]
    fn a_leader_a_hit_and_a_cleared_cache_in_words() {
        let run = small();
        assert_eq!(
            told(&run, 0, Lang::En)[2..],
            [
                "misses key 7: nobody had stored it yet; it filled the key itself, 70.000 ms later",
                "leads: nobody in its process is loading key 7",
                "sends its query on connection 3, after 16.000 ms",
                "the database answers, after 50.000 ms",
                "fills key 7",
                "its flight lands (followers: 1)",
                "its client has the answer, after 94.000 ms",
            ]
        );
        assert_eq!(
            told(&run, 2, Lang::En)[2],
            "finds key 7 in the cache: #0 had stored it at 82.000 ms"
        );
        assert_eq!(told(&run, 3, Lang::En)[2], "misses key 7: the cache was cleared at 120.000 ms");
        assert_eq!(
            told(&run, 3, Lang::Ja)[2],
            "キー 7 をミス（120.000 ms にキャッシュがクリアされた）"
        );
    }

    /// Every kind of event, by itself, in both languages: nothing is left to
    /// be filled in, and each says something of its own.
    #[test]
    fn every_event_has_words() {
        for lang in [Lang::En, Lang::Ja] {
            let mut seen = Vec::new();
            for kind in Kind::ALL {
                for arg in [0, 1] {
                    let event = Event { at: Nanos(1_000_000), kind, who: 5, arg };
                    let said = sentence(&Step { event, relation: Relation::None }, lang);
                    assert!(!said.contains(['{', '}']) && !said.is_empty(), "{kind:?}: {said}");
                    seen.push((kind, said));
                    assert!(!doing(&event, lang).contains('{'));
                }
            }
            for (kind, said) in &seen {
                assert!(seen.iter().all(|(other, s)| other == kind || s != said), "{said}");
            }
        }
        for reason in Reason::ALL {
            assert_ne!(reason_words(reason, Lang::En), reason_words(reason, Lang::Ja));
        }
    }

    #[test]
    fn waiting_in_words() {
        let run = filmed(&[
            (0, Kind::Send, 0, 0),
            (0, Kind::Send, 1, 0),
            (10, Kind::Queue, 0, 0),
            (12, Kind::Queue, 1, 0),
            (30, Kind::Query, 0, 4),
            (500, Kind::Leave, 1, 0),
            (500, Kind::Error, 1, Reason::PoolTimeout as u32),
        ]);
        assert_eq!(
            told(&run, 1, Lang::En)[1..],
            [
                "queues: all connections of process 0 are busy, 1 ahead of it",
                "leaves the queue without a connection, after 488 µs",
                "its client has an error (no connection in time), after 500 µs",
            ]
        );
        assert_eq!(
            told(&run, 1, Lang::Ja)[1],
            "列に並ぶ：プロセス 0 の接続はすべて使用中（前に 1 件）"
        );
    }
}
