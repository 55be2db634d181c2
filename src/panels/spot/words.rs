//! Every flaw's puzzle, each in one place: what the mistake is, what comes of
//! it, hints, and why lines that one may well suspect are innocent. Which lines
//! are to blame is marked in the listings themselves (`shown.rs`).

use stampede_sim::scenario::Flaw;

use super::puzzle::Puzzle;

/// All of them, in the order of [`Flaw`].
pub const PUZZLES: &[Puzzle] = &[
    Puzzle {
        flaw: Flaw::TruncatedJitter,
        mistakes: &[[
            "The random share is made a whole number before it is multiplied.",
            "ランダムな割合を、掛ける前に整数にしている。",
        ]],
        comes: [
            "A share between −0.2 and +0.2 becomes 0, every time. All TTLs are alike, so what was stored together expires together.",
            "−0.2 から +0.2 の割合は、必ず 0 になる。TTL はすべて同じになり、一緒に保存した値は一緒に切れる。",
        ],
        hints: &[
            ["Which values can `jitter` have?", "`jitter` はどんな値になりうるだろうか。"],
            ["What is left of 0.17 after `as u64`?", "0.17 は `as u64` のあと何になるか。"],
        ],
        suspects: &[(
            "ttl.0 * jitter.0",
            [
                "The TTL, and a share of it: that would be right if `jitter` were a share.",
                "TTL に、その何割かを足す。`jitter` が割合なら、これで正しい。",
            ],
        )],
        numbers: &["db_peak_concurrency", "db_calls"],
    },
    Puzzle {
        flaw: Flaw::NeverFills,
        mistakes: &[[
            "What was loaded is passed on, and not stored.",
            "読み込んだ値を返すだけで、保存していない。",
        ]],
        comes: [
            "Whoever gets the lock next finds the cache as empty as before, and loads again: one after the other, for as long as all loads take together.",
            "次にロックを得た者も空のキャッシュを見て、また読み込む。1 件ずつ、全員の読み込みを足した時間がかかる。",
        ],
        hints: &[
            [
                "Lock and load work. What should have happened before the next one gets the lock?",
                "ロックも読み込みも正しく動く。次の者がロックを得る前に、何が済んでいるべきか。",
            ],
            [
                "It holds a `Fill`. What does `call` do with it?",
                "`Fill` を持っている。`call` はそれをどう使っているか。",
            ],
        ],
        suspects: &[
            (
                "pub struct Filling",
                [
                    "It has what it needs to store a value. Who uses it?",
                    "値を保存するための部品はここにある。使っているのは誰か。",
                ],
            ),
            (
                "async fn call",
                [
                    "Every layer is called like this: with a request, and what comes next.",
                    "どの層もこう呼ばれる。リクエストと、その次にあるものを受け取る。",
                ],
            ),
        ],
        numbers: &["db_calls", "fills", "p99_ms"],
    },
    Puzzle {
        flaw: Flaw::ErrorIsBusy,
        mistakes: &[[
            "An error of the lock server is taken for “somebody else has it”.",
            "ロックサーバーのエラーを「誰かが持っている」と見なしている。",
        ]],
        comes: [
            "When the lock server is down nobody has the lock, and nobody loads. Everybody waits for nobody until their patience ends, and then fails, though the database is well.",
            "ロックサーバーが落ちると、誰もロックを持たず、誰も読み込まない。全員がいない誰かを待ち続け、データベースは無事なのに失敗する。",
        ],
        hints: &[
            [
                "How many different answers can a lock server give? How many ways go on from there?",
                "ロックサーバーの答えは何通りあるか。そこから先の道は何通りか。",
            ],
            [
                "Follow an `Err`: which lines does it come to?",
                "`Err` の行き先をたどると、どの行に着くか。",
            ],
        ],
        suspects: &[
            (
                "self.lock.hold",
                [
                    "Who has the lock loads and gives it back: right.",
                    "ロックを得た者が読み込み、解放する。正しい。",
                ],
            ),
            ("let deadline", ["Waiting has an end: right.", "待つ時間に終わりがある。正しい。"]),
            (
                "while core.now()",
                [
                    "To wait like this is right if somebody is loading. Is somebody?",
                    "誰かが読み込んでいるなら、こう待つのは正しい。だが、誰かいるのか。",
                ],
            ),
            (
                "core.sleep",
                [
                    "A pause between two looks spares the cache: right.",
                    "見に行く間隔を空けて、キャッシュを休ませる。正しい。",
                ],
            ),
            (
                "next.look",
                [
                    "It looks whether the holder has stored the value by now: right.",
                    "保持者がもう値を保存したかを見る。正しい。",
                ],
            ),
            (
                "return Ok(value)",
                [
                    "What was found in the cache is the answer: right.",
                    "キャッシュで見つけた値を返す。正しい。",
                ],
            ),
            (
                "Err(Reason::LockTimeout)",
                [
                    "Who has waited too long is told so. The question is why they waited at all.",
                    "待ちすぎたら、そう伝える。問題は、なぜ待つことになったかだ。",
                ],
            ),
        ],
        numbers: &["ok", "errors", "db_calls", "p50_ms"],
    },
    Puzzle {
        flaw: Flaw::UnfencedLock,
        mistakes: &[[
            "Nothing makes the lock last as long as the load, and the value is written whoever has the lock by then.",
            "読み込みの間ロックを延長するものがなく、そのとき誰がロックを持っていても値を書く。",
        ]],
        comes: [
            "When loading takes longer than the lock lasts, the next one gets the lock and loads, too. The first, done at last, may write its older value over the newer one, and gives back a lock that is somebody else’s.",
            "読み込みがロックの期限より長いと、次の者もロックを得て読み込む。遅れて終えた最初の者は、新しい値を古い値で上書きしかねず、他人のロックを解放しようとする。",
        ],
        hints: &[
            [
                "A lock has an end of its own. What here takes longest?",
                "ロックには期限がある。この中でいちばん時間がかかるのはどこか。",
            ],
            [
                "The lock lasts so many milliseconds, and a query may take more. Who notices?",
                "ロックの期限より、クエリのほうが長いことがある。誰がそれに気づくか。",
            ],
        ],
        suspects: &[
            (
                "self.lock.acquire",
                [
                    "Only who is given the lock goes on: right.",
                    "ロックを得た者だけが進む。正しい。",
                ],
            ),
            (
                "next.look",
                [
                    "A second look, in case somebody has stored the value meanwhile: right.",
                    "その間に誰かが値を保存したかもしれないので、もう一度見る。正しい。",
                ],
            ),
            (
                "self.lock.release",
                [
                    "To give the lock back is right. That nobody reads the answer hides the trouble, and does not make it.",
                    "ロックを解放するのは正しい。その結果を見ないので問題は隠れるが、原因ではない。",
                ],
            ),
            (
                "return Err",
                [
                    "Who has waited too long is told so: right.",
                    "待ちすぎたら、そう伝える。正しい。",
                ],
            ),
            ("return", ["That is the answer: right.", "それが答えだ。正しい。"]),
            ("core.now()", ["Waiting has an end: right.", "待つ時間に終わりがある。正しい。"]),
            (
                "core.sleep",
                ["A pause before it tries again: right.", "もう一度試す前に間を置く。正しい。"],
            ),
            (
                "loop {",
                [
                    "Who does not get the lock tries again: right.",
                    "ロックを得られなければ、また試す。正しい。",
                ],
            ),
        ],
        numbers: &["locks", "lost", "db_calls"],
    },
    Puzzle {
        flaw: Flaw::StaleByTtl,
        mistakes: &[[
            "A value is to be stale once its TTL has run out; but then it is gone.",
            "TTL が切れたら「古い」とするが、そのとき値はもうない。",
        ]],
        comes: [
            "A key whose TTL has run out does not exist: there is nothing old to serve, and everybody waits for the database. It takes an end of freshness of its own, well before the key’s.",
            "TTL が切れたキーは存在しない。返せる古い値はなく、全員がデータベースを待つ。キーの期限よりずっと前に、新鮮さの期限を別に設ける必要がある。",
        ],
        hints: &[
            [
                "When is a key still there, and when is its value stale?",
                "キーがまだあるのはいつまでか。値が古いのはいつからか。",
            ],
            [
                "For which entries that were found is this true: `ttl` of 0 or less?",
                "見つかったキーのうち、`ttl` が 0 以下のものはあるか。",
            ],
        ],
        suspects: &[(
            "fn is_stale",
            [
                "To ask of what was found whether it is stale is right. The answer is what counts.",
                "見つかった値が古いかどうかを尋ねるのは正しい。問題は答え方だ。",
            ],
        )],
        numbers: &["stale", "db_calls", "p50_ms"],
    },
    Puzzle {
        flaw: Flaw::RefreshPerReader,
        mistakes: &[[
            "Who is not the first to find the value stale refreshes it all the same.",
            "古い値を最初に見つけた者でなくても、更新を始めてしまう。",
        ]],
        comes: [
            "Between the end of freshness and the first refresh that is done, every reader starts a refresh. Readers are quick; the stampede has moved behind them.",
            "新鮮さが切れてから最初の更新が終わるまで、読み手の数だけ更新が走る。応答は速いが、スタンピードが裏に移っただけだ。",
        ],
        hints: &[
            ["How many refreshes does one expiry need?", "1 回の期限切れに、更新は何回必要か。"],
            [
                "`refresh_once` gives `None` to all but one. What becomes of a `None`?",
                "`refresh_once` は 1 件以外に `None` を返す。`None` はその後どうなるか。",
            ],
        ],
        suspects: &[
            (
                "RULES",
                [
                    "It says what is done in another way than usual: `refresh`. Look there.",
                    "いつもと違うのは `refresh` だと示すだけ。その中を見よう。",
                ],
            ),
            (
                "fn refresh",
                [
                    "It is asked by whoever finds the value stale: right.",
                    "古い値を見つけた者に呼ばれる。正しい。",
                ],
            ),
        ],
        numbers: &["stale", "refreshes", "db_calls"],
    },
    Puzzle {
        flaw: Flaw::RacyBreaker,
        mistakes: &[
            ["Half-open, it lets everybody pass.", "半開のとき、全員を通してしまう。"],
            [
                "It believes results of calls from before it opened.",
                "開く前に始まった呼び出しの結果を信じてしまう。",
            ],
        ],
        comes: [
            "After the pause nothing counts who passes, so the whole herd meets a database that has just come back. And a success of long ago closes it while the database is still down.",
            "休止のあと誰が通ったかを数えないので、復帰したばかりのデータベースに群れ全体が向かう。また、ずっと前に始まった呼び出しの成功が、まだ落ちているうちに閉じてしまう。",
        ],
        hints: &[
            [
                "The pause is over, and five callers come at once. What does each of them read?",
                "休止が明けたところに 5 件が同時に来る。それぞれ何を読むか。",
            ],
            [
                "While one waits for its answer, the state may change. Who remembers what it was?",
                "答えを待つ間に状態は変わりうる。元の状態を覚えているのは誰か。",
            ],
            [
                "Half-open is for one or a few. And not every result says something about now.",
                "半開で通すのは 1 件か数件。そして、どの結果も今を語るとは限らない。",
            ],
        ],
        suspects: &[
            (
                "self.last_failure.get()",
                [
                    "As long as the pause lasts, all are refused: right.",
                    "休止の間は全員を断る。正しい。",
                ],
            ),
            (
                "return Err",
                ["Who is refused is told so: right.", "断った相手にそう伝える。正しい。"],
            ),
            (
                "next.load",
                [
                    "Who was let through loads: right. When did it set out?",
                    "通された者が読み込む。正しい。だが、いつ出発したのか。",
                ],
            ),
            (
                "self.failures.get() + 1",
                [
                    "Failures are counted: right. Which ones, was decided above.",
                    "失敗を数える。正しい。どの失敗を数えるかは、その上で決まっている。",
                ],
            ),
            (
                "self.last_failure.set",
                [
                    "The pause begins with the last failure: right, if it is one of now.",
                    "休止は最後の失敗から始まる。それが今の失敗なら正しい。",
                ],
            ),
            (
                "self.failures.get() >=",
                [
                    "So many failures in a row, and it opens: right.",
                    "失敗がこれだけ続いたら開く。正しい。",
                ],
            ),
            (
                "self.set(State::Open",
                ["Enough failures, so it opens: right.", "失敗が重なったので開く。正しい。"],
            ),
            (
                "self.failures.set(0)",
                [
                    "A success ends the row of failures: right, if it is one of now.",
                    "成功したら連続失敗を 0 に戻す。それが今の成功なら正しい。",
                ],
            ),
            (
                "} else {",
                [
                    "Good results go one way, bad ones the other: right.",
                    "結果の良し悪しで分ける。正しい。",
                ],
            ),
        ],
        numbers: &["trips", "through", "late"],
    },
    Puzzle {
        flaw: Flaw::LeaderContext,
        mistakes: &[[
            "The load belongs to its leader’s request, and ends with it.",
            "読み込みがリーダーのリクエストのもので、一緒に終わってしまう。",
        ]],
        comes: [
            "When the leader’s client gives up, its request is cancelled right here, and the load with it. Everybody who waited for it gets an error, though their own clients are still there.",
            "リーダーのクライアントが諦めると、リクエストはちょうどここで取り消され、読み込みも止まる。待っていた全員が、自分のクライアントはまだいるのに、エラーを受け取る。",
        ],
        hints: &[
            [
                "What happens to each line when the leader’s client goes away?",
                "リーダーのクライアントが去ると、それぞれの行はどうなるか。",
            ],
            ["Whose task does the load run in?", "読み込みは誰のタスクの中で動いているか。"],
        ],
        suspects: &[
            (
                "group.follow",
                [
                    "If the key is being loaded it waits for that: right.",
                    "すでに読み込み中なら、それを待つ。正しい。",
                ],
            ),
            (
                "return shared",
                [
                    "A follower has the same result as its leader: right.",
                    "フォロワーはリーダーと同じ結果を受け取る。正しい。",
                ],
            ),
            (
                "let seat",
                [
                    "It says that the key is being loaded, so that others can follow: right.",
                    "このキーが読み込み中だと示し、ほかの者が合流できるようにする。正しい。",
                ],
            ),
            (
                "seat.land",
                [
                    "The result goes to all who wait for it: right, if one gets this far.",
                    "結果を待つ全員に渡す。ここまで来られれば正しい。",
                ],
            ),
            (
                "load: impl",
                [
                    "It is given what it is to run. Where it runs it is decided below.",
                    "動かすものを受け取る。どこで動かすかは、この下で決まる。",
                ],
            ),
        ],
        numbers: &["errors", "gone", "ok"],
    },
    Puzzle {
        flaw: Flaw::ErrorIsMiss,
        mistakes: &[[
            "When the cache does not answer, everybody asks the database.",
            "キャッシュが答えないと、全員がデータベースに問い合わせる。",
        ]],
        comes: [
            "An error of the cache is taken for a miss. While the cache is down that is every request, and the database gets the load from which the cache has always kept it.",
            "キャッシュのエラーをミスと見なしている。停止中はすべてのリクエストがそうなり、キャッシュがいつも防いでいた負荷がデータベースにかかる。",
        ],
        hints: &[
            [
                "This runs when the cache does not answer. How often is that, when it is down?",
                "これはキャッシュが答えないときに動く。落ちている間、それは何回起きるか。",
            ],
            [
                "What would have to be asked before the database is?",
                "データベースに問い合わせる前に、何を確かめるべきか。",
            ],
        ],
        suspects: &[
            (
                "pub struct WithoutCache",
                [
                    "It has a way to the database: needed, with care.",
                    "データベースへの道を持つ。必要だが、使い方に注意がいる。",
                ],
            ),
            (
                "async fn load",
                [
                    "Something must be done when the cache does not answer. What, is said below.",
                    "キャッシュが答えないとき、何かはしなければならない。何をするかは下にある。",
                ],
            ),
        ],
        numbers: &["db_peak_concurrency", "errors", "ok"],
    },
    Puzzle {
        flaw: Flaw::FollowersSave,
        mistakes: &[[
            "Everybody who shared the load stores its result.",
            "読み込みを共有した全員が、結果を保存する。",
        ]],
        comes: [
            "One load, and as many writes of the same value as there were callers. And as the flight is over before anything is stored, whoever comes in between misses, and starts another.",
            "読み込みは 1 回でも、同じ値を呼び出しの数だけ書く。しかも保存の前に読み込みは終わっているので、その隙に来た者はミスして、もう一度読み込む。",
        ],
        hints: &[
            [
                "A hundred callers share one flight. Which lines does each of them run?",
                "100 件が 1 回の読み込みを共有する。それぞれが実行するのはどの行か。",
            ],
            [
                "Who should store the value: all who have it, or the one who loaded it?",
                "値を保存すべきなのは、受け取った全員か、読み込んだ 1 件か。",
            ],
        ],
        suspects: &[
            (
                "flight.load",
                [
                    "One loads, and the others wait for it: right.",
                    "1 件が読み込み、ほかは待つ。正しい。",
                ],
            ),
            (
                "if let Ok(value)",
                [
                    "Only what was loaded is stored, and no error: right.",
                    "保存するのは値だけで、エラーは保存しない。正しい。",
                ],
            ),
            ("loaded", ["Everybody gets the result: right.", "全員が結果を受け取る。正しい。"]),
        ],
        numbers: &["requests", "db_calls", "fills"],
    },
    Puzzle {
        flaw: Flaw::LimitFirst,
        mistakes: &[[
            "The limit stands before the flight: it counts requests, not loads.",
            "制限が singleflight の手前にあり、読み込みではなくリクエストを数えている。",
        ]],
        comes: [
            "Most of those who are refused would have waited for a load that is under way, and cost the database nothing. Behind the flight, the same limit counts loads.",
            "断られた者のほとんどは、進行中の読み込みを待つだけで、データベースに負担をかけない。同じ制限でも singleflight の後ろに置けば、読み込みを数える。",
        ],
        hints: &[
            [
                "What is the limit to protect, and from what?",
                "この制限は、何を何から守るためのものか。",
            ],
            [
                "Every line is right by itself. What about their order?",
                "どの行も単独では正しい。順序はどうだろうか。",
            ],
        ],
        suspects: &[
            (
                "return Err",
                ["Who is refused is told so: right.", "断った相手にそう伝える。正しい。"],
            ),
            (
                "async fn call",
                [
                    "Every layer is called like this: with a request, and what comes next. What does come next?",
                    "どの層もこう呼ばれる。リクエストと次にあるものを受け取る。次にあるのは何か。",
                ],
            ),
        ],
        numbers: &["refused", "ok", "db_calls"],
    },
];
