//! How the files are used, and what Prometheus is started with.

use stampede_watch::Millis;
use stampede_watch::parse::duration;

use super::{CONFIG, DASHBOARD, Export, METRICS, RULES, TEST};
use crate::alerting::Words;

/// A server that scrapes nothing, with these rules.
pub fn config(interval: Millis) -> String {
    format!(
        "global:\n  evaluation_interval: {}\nrule_files:\n  - {RULES}\nscrape_configs: []\n",
        duration(interval)
    )
}

/// The text around the commands, in the order in which it stands.
const TEXT: [Words; 4] = [
    Words::new(
        "A run of Stampede Playground for Prometheus 2.42 and Grafana 10, or later ones.",
        "Stampede Playground の実行結果です。Prometheus 2.42 以降と Grafana 10 以降で使えます。",
    ),
    Words::new(
        "The test says in which state each alert is at each evaluation, and promtool evaluates the same rules over the same samples:",
        "テストには、評価ごとの各アラートの状態が書いてあります。promtool は同じサンプルに対して同じルールを評価します。",
    ),
    Words::new(
        "Load the samples into a server, and ask it on http://localhost:9090. They keep the times of the run, so the server must not throw old ones away:",
        "サンプルをサーバーに読み込み、http://localhost:9090 で調べます。サンプルの時刻は実行のときのままなので、古いデータを捨てないように起動します。",
    ),
    Words::new(
        "In Grafana, add that server as a data source of type Prometheus, choose Dashboards, New, Import, and give it the dashboard. It opens at the time of the run.",
        "Grafana では、そのサーバーを Prometheus 型のデータソースとして追加し、Dashboards、New、Import の順に選んで、ダッシュボードを読み込みます。実行の時間帯が表示されます。",
    ),
];

/// The file.
pub fn readme(export: &Export<'_>) -> String {
    let [what, test, load, grafana] = TEXT.map(export.language);
    let (name, seed) = (&export.scenario.name, export.seed);
    format!(
        "# {name}, seed {seed}

{what}

{test}

```sh
promtool check rules {RULES}
promtool test rules {TEST}
```

{load}

```sh
mkdir data
promtool tsdb create-blocks-from openmetrics {METRICS} data
prometheus --config.file={CONFIG} --storage.tsdb.path=data --storage.tsdb.retention.time=100y
```

{grafana}

- `{DASHBOARD}`
"
    )
}
