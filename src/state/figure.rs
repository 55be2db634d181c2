//! What the course puts on the stage.

/// A run of the course, and how it is shown.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Figure {
    /// The run: a link without its version.
    pub run: String,
    /// What counts in it.
    pub measure: Measure,
    /// What is to be predicted before it is played.
    pub guess: Option<Guess>,
}

/// A question that nobody has answered yet: the run that answers it stands at
/// its start, and what it comes to is covered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guess {
    /// The question's name.
    pub id: String,
    /// The question.
    pub question: &'static str,
}

/// The number that is written large at each lane.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Measure {
    /// What the scenarios are about: queries, or where values are updated, answers
    /// that are too old.
    #[default]
    Usual,
    /// Queries sent to the database.
    DbCalls,
    /// Requests that ended with an error.
    Errors,
    /// Requests that ended with a value.
    Ok,
    /// Answers that are older than what their readers could know.
    StaleReads,
}

impl Measure {
    /// Those that chapters can name, and how.
    pub const ALL: [(&str, Measure); 4] = [
        ("db_calls", Measure::DbCalls),
        ("errors", Measure::Errors),
        ("ok", Measure::Ok),
        ("stale_reads", Measure::StaleReads),
    ];

    /// From what a chapter calls it; the usual one if it says nothing.
    pub fn named(name: &str) -> Measure {
        let named = Measure::ALL.into_iter().find(|(own, _)| *own == name);
        named.map(|(_, measure)| measure).unwrap_or_default()
    }
}
