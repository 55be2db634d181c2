//! `stampede ablate`: what saved it? The run again without each of its defences,
//! and the smallest set of them that still keeps a goal.

mod plans;
mod words;

use clap::ValueEnum;
use stampede_sim::ablation::{Ablation, Aim, Goal, Search};
use stampede_sim::scenario::Problem;

use super::{crew, progress, source};
use plans::{Searching, Study};

#[derive(clap::Args)]
pub struct AblateArguments {
    /// A preset's name (see `stampede list`) or a scenario file
    scenario: String,
    /// The seed of every random stream
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Change a field, for example `db.pool=10`; may be given several times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    changes: Vec<String>,
    /// Look for the smallest set of defences that still keeps the goal
    #[arg(long)]
    smallest: bool,
    /// What is to be kept, for example `p99_ms<=200`; may be given several times
    /// [default: goodput>=0.99 and db_calls<=2x, twice what the whole set has]
    #[arg(long = "goal", value_name = "METRIC>=NUMBER", value_parser = Aim::read, requires = "smallest")]
    aims: Vec<Aim>,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// All numbers by name
    Json,
}

pub fn ablate(arguments: &AblateArguments) -> Result<String, Problem> {
    let scenario = source::scenario(&arguments.scenario, "--set", &arguments.changes)?;
    let ablation = Ablation::of(&scenario, &[])?;
    let seed = arguments.seed;

    let study = Study::new(ablation.clone());
    let bar = progress::bar(study.count(), "runs");
    let study = crew::carry_out(study, &scenario, seed, |study: &Study| {
        bar.set_position(study.known() as u64);
    })?;
    bar.finish_and_clear();

    let aims = if arguments.aims.is_empty() { Aim::USUAL.to_vec() } else { arguments.aims.clone() };
    let search = match arguments.smallest {
        false => None,
        true => {
            let full = study.full();
            let search = Search::new(ablation, Goal::new(&aims, &full), &full);
            let bar = progress::bar(search.progress().1, "sets");
            let searching = Searching { search, requests: full.requests };
            let searching = crew::carry_out(searching, &scenario, seed, |it: &Searching| {
                bar.set_position(it.search.progress().0 as u64);
            })?;
            bar.finish_and_clear();
            Some(searching.search)
        }
    };
    Ok(match arguments.format {
        Format::Table => words::text(&scenario.name, seed, &study, &aims, search.as_ref()),
        Format::Json => words::json(&scenario.name, seed, &study, &aims, search.as_ref()),
    })
}
