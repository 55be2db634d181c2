//! The functions there are, and what they take.

use super::types::Type::{self, Range, Scalar, Text, Vector};

/// A function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they are PromQL's, by name")]
pub enum Function {
    Abs,
    Absent,
    AbsentOverTime,
    AvgOverTime,
    Ceil,
    Changes,
    Clamp,
    ClampMax,
    ClampMin,
    CountOverTime,
    Delta,
    Deriv,
    Exp,
    Floor,
    HistogramQuantile,
    Idelta,
    Increase,
    Irate,
    LabelJoin,
    LabelReplace,
    LastOverTime,
    Ln,
    Log10,
    Log2,
    MaxOverTime,
    MinOverTime,
    PredictLinear,
    PresentOverTime,
    QuantileOverTime,
    Rate,
    Resets,
    Round,
    Scalar,
    Sgn,
    Sort,
    SortDesc,
    Sqrt,
    StddevOverTime,
    StdvarOverTime,
    SumOverTime,
    Time,
    Timestamp,
    Vector,
}

/// What a function is called, takes and gives.
#[derive(Debug)]
pub struct Signature {
    /// Which it is.
    pub function: Function,
    /// As it is written.
    pub name: &'static str,
    /// What it takes.
    pub takes: &'static [Type],
    /// How many of these must be there.
    pub least: usize,
    /// Whether the last one may come any number of times.
    pub repeats: bool,
    /// What it gives.
    pub gives: Type,
}

const fn of(
    function: Function,
    name: &'static str,
    takes: &'static [Type],
    gives: Type,
) -> Signature {
    Signature { function, name, takes, least: takes.len(), repeats: false, gives }
}

/// All of them, by name.
pub static FUNCTIONS: &[Signature] = &[
    of(Function::Abs, "abs", &[Vector], Vector),
    of(Function::Absent, "absent", &[Vector], Vector),
    of(Function::AbsentOverTime, "absent_over_time", &[Range], Vector),
    of(Function::AvgOverTime, "avg_over_time", &[Range], Vector),
    of(Function::Ceil, "ceil", &[Vector], Vector),
    of(Function::Changes, "changes", &[Range], Vector),
    of(Function::Clamp, "clamp", &[Vector, Scalar, Scalar], Vector),
    of(Function::ClampMax, "clamp_max", &[Vector, Scalar], Vector),
    of(Function::ClampMin, "clamp_min", &[Vector, Scalar], Vector),
    of(Function::CountOverTime, "count_over_time", &[Range], Vector),
    of(Function::Delta, "delta", &[Range], Vector),
    of(Function::Deriv, "deriv", &[Range], Vector),
    of(Function::Exp, "exp", &[Vector], Vector),
    of(Function::Floor, "floor", &[Vector], Vector),
    of(Function::HistogramQuantile, "histogram_quantile", &[Scalar, Vector], Vector),
    of(Function::Idelta, "idelta", &[Range], Vector),
    of(Function::Increase, "increase", &[Range], Vector),
    of(Function::Irate, "irate", &[Range], Vector),
    Signature {
        least: 3,
        repeats: true,
        ..of(Function::LabelJoin, "label_join", &[Vector, Text, Text, Text], Vector)
    },
    of(Function::LabelReplace, "label_replace", &[Vector, Text, Text, Text, Text], Vector),
    of(Function::LastOverTime, "last_over_time", &[Range], Vector),
    of(Function::Ln, "ln", &[Vector], Vector),
    of(Function::Log10, "log10", &[Vector], Vector),
    of(Function::Log2, "log2", &[Vector], Vector),
    of(Function::MaxOverTime, "max_over_time", &[Range], Vector),
    of(Function::MinOverTime, "min_over_time", &[Range], Vector),
    of(Function::PredictLinear, "predict_linear", &[Range, Scalar], Vector),
    of(Function::PresentOverTime, "present_over_time", &[Range], Vector),
    of(Function::QuantileOverTime, "quantile_over_time", &[Scalar, Range], Vector),
    of(Function::Rate, "rate", &[Range], Vector),
    of(Function::Resets, "resets", &[Range], Vector),
    Signature { least: 1, ..of(Function::Round, "round", &[Vector, Scalar], Vector) },
    of(Function::Scalar, "scalar", &[Vector], Scalar),
    of(Function::Sgn, "sgn", &[Vector], Vector),
    of(Function::Sort, "sort", &[Vector], Vector),
    of(Function::SortDesc, "sort_desc", &[Vector], Vector),
    of(Function::Sqrt, "sqrt", &[Vector], Vector),
    of(Function::StddevOverTime, "stddev_over_time", &[Range], Vector),
    of(Function::StdvarOverTime, "stdvar_over_time", &[Range], Vector),
    of(Function::SumOverTime, "sum_over_time", &[Range], Vector),
    of(Function::Time, "time", &[], Scalar),
    of(Function::Timestamp, "timestamp", &[Vector], Vector),
    of(Function::Vector, "vector", &[Scalar], Vector),
];

impl Function {
    /// What it takes and gives.
    pub fn signature(self) -> &'static Signature {
        let found = FUNCTIONS.iter().find(|signature| signature.function == self);
        found.expect("every function has a line")
    }

    /// The one of this name.
    pub fn named(name: &str) -> Option<Self> {
        FUNCTIONS.iter().find(|signature| signature.name == name).map(|found| found.function)
    }
}
