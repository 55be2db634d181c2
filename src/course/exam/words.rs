//! What is looked at, in words.

use stampede_sim::exam::{Line, Look, Seen};
use stampede_sim::scenario::problem::number;

use crate::lang::Lang;

/// What a number is of.
pub fn name(look: Look, lang: Lang) -> &'static str {
    match look {
        Look::Together => lang.pick(
            "pages of the list that expire and are loaded within a quarter of a second",
            "0.25 秒のうちに期限切れで読み込まれる一覧ページ",
        ),
        Look::Herd => lang.pick("queries for one key at one time", "1 つのキーへの同時クエリ"),
        Look::Nothing => {
            lang.pick("queries for products that do not exist", "存在しない商品のクエリ")
        }
        Look::LoggedOut => {
            lang.pick("visitors who have to log in again", "ログインし直すことになった訪問者")
        }
        Look::TurnedAway => {
            lang.pick("requests that the gateway turns away", "ゲートウェイが断ったリクエスト")
        }
        Look::Oversold => {
            lang.pick("products sold that were not there", "在庫がないのに売れた商品")
        }
        Look::Walk => lang.pick(
            "calls to find and delete what an update invalidates",
            "書き換えで無効になるものを探して消すための呼び出し",
        ),
        Look::LetDown => lang.pick(
            "users with an error while the cache is down",
            "キャッシュの停止中にエラーを受けたユーザー",
        ),
        Look::Memory => lang.pick("MB kept, in all caches", "全キャッシュに保持する MB"),
        Look::Calls => lang.pick("database calls", "DB 呼び出し"),
        Look::Old => lang.pick(
            "answers that are old, or stand in for one",
            "古い値、または代わりの値による応答",
        ),
        Look::Answered => lang.pick("per cent of the requests answered", "応答できた割合（%）"),
    }
}

/// How much there may be of it.
pub fn at_most(line: &Line, lang: Lang) -> String {
    let (most, name) = (number(line.at_most), name(line.look, lang));
    lang.pick(format!("at most {most} {name}"), format!("{name}：{most} 以下"))
}

/// The least and the most of it that some runs had.
pub fn range(look: Look, runs: &[(u64, Seen)], lang: Lang) -> String {
    let all = runs.iter().map(|(_, seen)| seen.of(look));
    let least = all.clone().fold(f64::INFINITY, f64::min);
    let most = all.fold(f64::NEG_INFINITY, f64::max);
    let [low, high] = [least, most].map(|x| number((x * 10.0).round() / 10.0));
    match low == high {
        true => low,
        false => lang.pick(format!("{low} to {high}"), format!("{low}〜{high}")),
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use stampede_sim::exam::FRIDAY;

    use super::*;

    /// Everything has words of its own, in both languages.
    #[test]
    fn everything_has_words() {
        for lang in [Lang::En, Lang::Ja] {
            let mut names: Vec<&str> = Look::ALL.iter().map(|look| name(*look, lang)).collect();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), Look::ALL.len());
        }
        let memory = &FRIDAY.budgets[0];
        assert_eq!(at_most(memory, Lang::En), "at most 2.5 MB kept, in all caches");
        assert_eq!(at_most(memory, Lang::Ja), "全キャッシュに保持する MB：2.5 以下");
        let mut runs = [(1, Seen::default()), (2, Seen::default())];
        assert_eq!(range(Look::Calls, &runs, Lang::En), "0");
        runs[1].1.0[Look::Calls as usize] = 1_234.04;
        assert_eq!(range(Look::Calls, &runs, Lang::En), "0 to 1,234");
        assert_eq!(range(Look::Calls, &runs, Lang::Ja), "0〜1,234");
    }
}
