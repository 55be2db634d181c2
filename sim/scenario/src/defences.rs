//! The defences: what each is called, what it needs, and what follows from that.
//!
//! The table is all there is to declare beside a defence's knobs. A `door` is
//! passed by every request that comes into a process, before it asks the cache.
//! A `tier` is another cache, behind all layers and right before the database. A `layer` is passed by a miss on its way to the database, and a `gate` too,
//! but before all layers; every `other` one works elsewhere. The order is that
//! of a request: from the door to the database.

use super::fields::Kind;
use super::further::Further;
use super::section::{first, section, words};
use super::{Flaw, Scenario};

/// Hands the table of defences to a macro, after what else it is given.
macro_rules! with_defences {
    ($then:ident { $($else:tt)* }) => { $then! { { $($else)* }
    /// Only so many requests in a process at once, hits included.
    door shed Shed {
        names: "load shedding", "負荷制限";
        label: "Shed", "負荷制限";
        about: "a process takes in no more than it can serve", "プロセスがさばける数だけ受け入れる";
        knobs: ShedSpec;
    }
    /// Only so many requests of each client in a time, hits included.
    door gateway Gateway {
        names: "gateway", "ゲートウェイ";
        label: "Gateway", "ゲートウェイ";
        about: "each client only so often", "クライアントごとに回数を制限する";
        knobs: GatewaySpec;
    }
    /// Merge requests for the same page, and keep what a handler answers.
    door coalesce Coalesce {
        names: "coalescing middleware", "合流ミドルウェア";
        label: "Middleware", "ミドルウェア";
        about: "one handler call for the same page, its answer for all", "同じページへのハンドラー呼び出しを 1 回にまとめる";
        knobs: CoalesceSpec;
    }
    /// Serve expired values only while a forecast says that many will come.
    door predict Predict {
        names: "load prediction", "負荷予測";
        label: "Prediction", "負荷予測";
        about: "old values only while many are expected", "混雑が予想される間だけ古い値を返す";
        knobs: PredictSpec;
    }
    /// Notice which keys go viral, and let the in-process cache copy only these.
    door viral Viral {
        names: "viral detector", "バイラル検知";
        label: "Viral?", "バイラル検知";
        about: "copies in the process only of what goes viral", "バイラルになったものだけコピーを持つ";
        knobs: ViralSpec;
    }
    /// Answer with something else when all that comes behind has failed.
    door fallback Fallback {
        names: "fallbacks", "フォールバック";
        label: "Fallback", "フォールバック";
        about: "in place of an error an ancient value, a default, a placeholder", "エラーの代わりに、ずっと前の値、既定値、仮の表示";
        knobs: FallbackSpec;
    }
    /// A cache in each process (L1), before the one that all share.
    door local Local {
        names: "in-process cache", "プロセス内キャッシュ";
        label: "L1", "L1";
        about: "each process keeps copies of its own", "各プロセスが自分のコピーを持つ";
        knobs: LocalSpec;
    }
    /// Lengthen or shorten each TTL at random.
    other jitter Jitter {
        names: "jitter", "ジッター";
        about: "each TTL a little longer or shorter", "TTL を少しずつずらす";
        knobs: JitterSpec;
        needs: cache.enabled;
    }
    /// Keep values longer or shorter by how often they are asked for.
    other adaptive_ttl AdaptiveTtl {
        names: "adaptive TTL", "適応型 TTL";
        about: "how long a value is kept depends on how often it is asked for", "値を保つ時間を、求められる頻度で決める";
        knobs: AdaptiveTtlSpec;
        needs: cache.enabled;
    }
    /// Reload at random a little before the expiry.
    other xfetch Xfetch {
        names: "XFetch", "XFetch";
        about: "a reader reloads before the expiry, at random", "期限前に、ランダムに選ばれた読み手が更新する";
        knobs: XfetchSpec;
        needs: cache.enabled;
    }
    /// Load a key shortly before it is likely to be asked for.
    other warming Warming {
        names: "predictive warming", "予測による先読み";
        about: "load a key before the next wave that asks for it", "次の波が来る前に、キーを読み込んでおく";
        knobs: WarmingSpec;
        needs: cache.enabled;
    }
    /// Remember in the cache that something does not exist.
    other negative Negative {
        names: "negative caching", "ネガティブキャッシュ";
        about: "remember that something does not exist", "「存在しない」ことも覚えておく";
        knobs: NegativeSpec;
        needs: cache.enabled;
        file: "fill.rs";
    }
    /// Serve expired values while they are loaded again, or when that fails.
    other stale Stale {
        names: "serve stale", "古い値を返す";
        about: "an old value now, a new one behind", "まず古い値を返し、裏で更新する";
        knobs: StaleSpec;
        needs: cache.enabled;
    }
    /// The cache hands out the right to load a key.
    gate lease Lease {
        names: "lease", "リース";
        label: "Lease", "リース";
        about: "the cache says who may load", "誰が読み込むかをキャッシュが決める";
        knobs: LeaseSpec;
        needs: cache.enabled;
        // Both hold everybody but one back until the cache is filled; together,
        // the lock's winner could be one whom the cache told to wait.
        excludes: Lock;
    }
    /// Merge concurrent loads of one key within a process.
    layer singleflight Singleflight {
        names: "singleflight", "singleflight";
        label: "Singleflight", "singleflight";
        about: "one load for a key and process", "プロセスごとに、1 キー 1 回の読み込み";
        knobs: SingleflightSpec;
    }
    /// Look into the cache once more before loading, inside the flight.
    other recheck Recheck {
        names: "second look", "再確認";
        about: "look into the cache again, inside the flight", "読み込む前にもう一度キャッシュを見る";
        needs: cache.enabled, protect.singleflight;
    }
    /// A lock that all processes share: one of them loads a key.
    layer lock Lock {
        names: "lock", "分散ロック";
        label: "Lock", "ロック";
        about: "of all processes, one loads", "全プロセスのうち 1 つだけが読み込む";
        knobs: LockSpec;
    }
    /// Refuse in proportion to what the database refuses.
    layer throttle Throttle {
        names: "throttle", "スロットル";
        label: "Throttle", "スロットル";
        about: "ask for no more than is accepted", "受け付けられる量に合わせて減らす";
        knobs: ThrottleSpec;
    }
    /// Only so many loads in a time.
    layer limiter Limiter {
        names: "rate limit", "レート制限";
        label: "Limit", "レート制限";
        about: "only so many loads in a time", "一定時間の読み込み数を制限する";
        knobs: LimiterSpec;
    }
    /// Stop asking a database that fails.
    layer breaker Breaker {
        names: "breaker", "ブレーカー";
        label: "Breaker", "ブレーカー";
        about: "stop asking a database that fails", "失敗し続けるデータベースを呼ぶのをやめる";
        knobs: BreakerSpec;
    }
    /// Only as many loads at once as the response time says are well.
    layer concurrency Concurrency {
        names: "adaptive limit", "適応型の同時実行制限";
        label: "Adaptive limit", "適応型制限";
        about: "as many loads at once as go fast", "速さが保たれる数だけ同時に読み込む";
        knobs: ConcurrencySpec;
    }
    /// Only so many loads at once; the others wait a while.
    layer bulkhead Bulkhead {
        names: "bulkhead", "バルクヘッド";
        label: "Bulkhead", "バルクヘッド";
        about: "only so many loads at once, few wait", "同時の読み込みを決まった数までにする";
        knobs: BulkheadSpec;
    }
    /// A second cache that all processes share (L3), asked before the database.
    tier backup Backup {
        names: "backup cache", "バックアップキャッシュ";
        label: "L3", "L3";
        about: "ask a second cache before the database", "データベースの前に第 2 のキャッシュに問い合わせる";
        knobs: BackupSpec;
        needs: cache.enabled;
    }
    /// Refuse those who have queued too long for a connection.
    other codel Codel {
        names: "CoDel", "CoDel";
        about: "refuse who queued too long", "待ちすぎたリクエストを断る";
        knobs: CodelSpec;
    }
    /// When the cache does not answer, let only a few through.
    other spill Spill {
        names: "spill guard", "あふれ止め";
        about: "without the cache, only a few load", "キャッシュ停止中は少数だけ通す";
        knobs: SpillSpec;
        needs: cache.enabled;
    }
    } };
}

pub(crate) use with_defences;

/// A defence, as it is declared.
#[derive(Clone, Copy)]
pub struct Defence {
    /// Its name in `protect`, and of its section of knobs.
    pub key: &'static str,
    /// Its switch.
    pub switch: Switch,
    /// Its name, in English and in Japanese.
    pub names: [&'static str; 2],
    /// Its name on the stage, in English and in Japanese.
    pub label: [&'static str; 2],
    /// What it does, in English and in Japanese.
    pub about: [&'static str; 2],
    /// What must be on with it, by path.
    pub needs: &'static [Need],
    /// What must not be on with it.
    pub excludes: &'static [Switch],
    /// The file of its code that a learner wants to read.
    pub file: &'static str,
}

/// Where requests pass a defence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stands {
    /// Every request, before the cache.
    AtDoor,
    /// A miss on its way to the database, before all layers.
    First,
    /// Where its layer stands in the order.
    InOrder,
    /// A miss on its way to the database, behind all layers.
    Last,
    /// Nowhere: it works elsewhere.
    Elsewhere,
}

/// A flag that something needs: its path, and whether it is on.
pub type Need = (&'static str, fn(&Scenario) -> bool);

/// Makes the words of [`Door`] and of [`Layer`] from those defences that are.
macro_rules! passed {
    ([$($doors:tt)*] [$($layers:tt)*]) => {
        words! {
            /// The defences that every request passes before it asks the cache, in
            /// the order in which it does.
            pub enum Door { $($doors)* }
        }

        words! {
            /// The defences that a miss passes on its way to the database, in
            /// the standard order.
            pub enum Layer { $($layers)* }
        }
    };
    ([$($doors:tt)*] $layers:tt door $key:ident $switch:ident $($rest:tt)*) => {
        passed! { [$($doors)* /** The defence of this name. */ $switch = stringify!($key),] $layers $($rest)* }
    };
    ($doors:tt [$($layers:tt)*] layer $key:ident $switch:ident $($rest:tt)*) => {
        passed! { $doors [$($layers)* /** The defence of this name. */ $switch = stringify!($key),] $($rest)* }
    };
    ($doors:tt $layers:tt $elsewhere:ident $key:ident $switch:ident $($rest:tt)*) => {
        passed! { $doors $layers $($rest)* }
    };
}

macro_rules! stands {
    (door) => {
        Stands::AtDoor
    };
    (gate) => {
        Stands::First
    };
    (layer) => {
        Stands::InOrder
    };
    (tier) => {
        Stands::Last
    };
    (other) => {
        Stands::Elsewhere
    };
}

macro_rules! defences {
    ({} $(
        $(#[doc = $doc:literal])+
        $kind:ident $key:ident $switch:ident {
            names: $en:literal, $ja:literal;
            $( label: $label_en:literal, $label_ja:literal; )?
            about: $about_en:literal, $about_ja:literal;
            $( knobs: $spec:ident; )?
            $( needs: $( $part:ident.$flag:ident ),+; )?
            $( excludes: $( $other:ident ),+; )?
            $( file: $file:literal; )?
        }
    )+) => {
        section! {
            /// Which defences are on. Each has its knobs in a section of its own.
            pub struct ProtectSpec in "protect" {
                $( $(#[doc = $doc])+ $key: bool = false, Kind::Flag; )+
                /// In which order a miss meets the defences; those not named come
                /// after the named ones, in the standard order.
                order: Vec<Layer> = Vec::new(), Kind::Words(Layer::WORDS);
                /// In place of a defence, a version of it with a well-known mistake.
                flaw: Flaw = Flaw::None, Flaw::KIND;
            }
        }

        words! {
            /// What can be switched on and off: the flags of [`ProtectSpec`].
            pub enum Switch {
                $( $(#[doc = $doc])+ $switch = stringify!($key), )+
            }
        }

        impl ProtectSpec {
            /// The flag of a switch.
            pub fn flag(&mut self, switch: Switch) -> &mut bool {
                match switch {
                    $( Switch::$switch => &mut self.$key, )+
                }
            }

            /// Whether a defence is on.
            pub fn is_on(&self, switch: Switch) -> bool {
                match switch {
                    $( Switch::$switch => self.$key, )+
                }
            }
        }

        impl Switch {
            /// Whether, and where, requests pass the defence that it switches.
            pub fn stands(self) -> Stands {
                match self {
                    $( Switch::$switch => stands!($kind), )+
                }
            }
        }

        /// Every defence, in the order of a request.
        pub const DEFENCES: &[Defence] = &[$( Defence {
            key: stringify!($key),
            switch: Switch::$switch,
            names: [$en, $ja],
            label: first!($([$label_en, $label_ja],)? [$en, $ja]),
            about: [$about_en, $about_ja],
            needs: &[$($(
                (concat!(stringify!($part), ".", stringify!($flag)), |s| s.$part.$flag),
            )+)?],
            excludes: &[$($( Switch::$other ),+)?],
            file: first!($($file,)? concat!(stringify!($key), ".rs")),
        }, )+];

        passed! { [] [] $( $kind $key $switch )+ }
    };
}

with_defences!(defences {});

/// The one that the page's first figure shows. It is named by itself, because
/// to name the whole table would make all of it part of that.
static FIRST: Defence = DEFENCES[Switch::Singleflight as usize];

/// Those that are here: all, or, as long as the rest of a program that is cut
/// into parts has not come, that of the first figure.
pub fn here() -> &'static [Defence] {
    Further::here().map_or(std::slice::from_ref(&FIRST), |ways| ways.defences)
}

impl Layer {
    /// The switch of the same name.
    pub fn switch(self) -> Switch {
        Switch::named(self.word())
    }
}

impl Door {
    /// The switch of the same name.
    pub fn switch(self) -> Switch {
        Switch::named(self.word())
    }
}

impl Switch {
    /// The defence that it switches.
    pub fn defence(self) -> &'static Defence {
        // As soon as another one can be on, all are here.
        here().iter().find(|defence| defence.switch == self).unwrap_or(&FIRST)
    }

    fn named(word: &str) -> Switch {
        let named = Switch::ALL.iter().find(|switch| switch.word() == word);
        *named.unwrap_or(&Switch::Singleflight)
    }
}

impl ProtectSpec {
    /// Switches on what is on in another.
    pub fn add(&mut self, other: &ProtectSpec) {
        for switch in Switch::ALL {
            *self.flag(*switch) |= other.is_on(*switch);
        }
    }

    /// What requests pass of what is on, in order.
    pub fn gates(&self) -> Vec<Switch> {
        let standing = |stands| {
            let here = Switch::ALL.iter().copied().filter(move |switch| switch.stands() == stands);
            here.filter(|switch| self.is_on(*switch))
        };
        let layers = self.layers().into_iter().map(Layer::switch);
        let before = standing(Stands::AtDoor).chain(standing(Stands::First));
        before.chain(layers).chain(standing(Stands::Last)).collect()
    }

    /// What is on and stands at the door, in the order in which requests meet it.
    pub fn doors(&self) -> impl Iterator<Item = Door> {
        Door::ALL.iter().copied().filter(|door| self.is_on(door.switch()))
    }

    /// The layers that are on, in the order in which a miss meets them.
    pub fn layers(&self) -> Vec<Layer> {
        let mut order = self.order.clone();
        order.extend(Layer::ALL.iter().filter(|layer| !self.order.contains(layer)));
        if self.flaw == Flaw::LimitFirst {
            order.retain(|layer| *layer != Layer::Limiter);
            order.insert(0, Layer::Limiter);
        }
        order.retain(|layer| self.is_on(layer.switch()));
        order
    }
}
