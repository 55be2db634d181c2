//! `stampede export`.

use std::fs;
use std::path::{Path, PathBuf};

use stampede_sim::alerting::export::{self, Export};
use stampede_sim::alerting::{Words, plan, rules};
use stampede_sim::engine::Nanos;

use super::{metrics, source};

#[derive(clap::Args)]
pub struct ExportArguments {
    /// A preset's name (see `stampede list`) or a scenario file
    scenario: String,
    /// Where to put the files; made if it is not there
    #[arg(long, value_name = "FOLDER")]
    dir: PathBuf,
    /// Write over files that are there
    #[arg(long)]
    force: bool,
    /// The seed of every random stream
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Change a field, for example `db.pool=10`; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    changes: Vec<String>,
    /// Virtual time between two scrapes, from 1s to 5m
    #[arg(long, value_name = "SPAN", default_value = "15s", value_parser = interval)]
    scrape: Nanos,
    /// Virtual time between two evaluations of the rules, from 1s to 5m
    #[arg(long, value_name = "SPAN", default_value = "15s", value_parser = interval)]
    evaluate: Nanos,
    /// The Unix time at which the run begins, in seconds
    #[arg(long, default_value_t = 1_700_000_000)]
    epoch: u32,
}

pub fn export(arguments: &ExportArguments) -> Result<String, String> {
    let ExportArguments { dir, seed, .. } = arguments;
    let scenario = source::scenario(&arguments.scenario, "--set", &arguments.changes)
        .map_err(|problem| problem.to_string())?;
    let interval = (arguments.evaluate.0 / 1_000_000) as i64;
    let group = rules::all(interval, Words::en).map_err(|bad| bad.to_string())?;
    let files = export::files(&Export {
        scenario: &scenario,
        actions: &[],
        seed: *seed,
        plan: &plan(&scenario, arguments.scrape),
        group: &group,
        offset: 0,
        epoch: arguments.epoch.into(),
        language: Words::en,
    })
    .map_err(|refusal| refusal.to_string())?;
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| dir.join(name)).collect();
    if let Some(there) = paths.iter().find(|path| path.exists() && !arguments.force) {
        return Err(format!("--dir: {} is there; --force writes over it", there.display()));
    }
    fs::create_dir_all(dir).map_err(|error| refused(dir, &error))?;
    for (path, (_, text)) in paths.iter().zip(&files) {
        fs::write(path, text).map_err(|error| refused(path, &error))?;
    }
    Ok(paths.iter().map(|path| format!("{}\n", path.display())).collect())
}

fn refused(path: &Path, error: &std::io::Error) -> String {
    format!("--dir: {} cannot be written: {error}", path.display())
}

/// Each of them is a line in a file, or a place in each.
fn interval(text: &str) -> Result<Nanos, String> {
    let allowed = Nanos(1_000_000_000)..=Nanos(300_000_000_000);
    let span = metrics::span(text).ok().filter(|span| allowed.contains(span));
    span.ok_or("allowed is a span from 1s to 5m".to_owned())
}
