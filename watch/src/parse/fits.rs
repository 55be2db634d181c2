//! Whether types and texts are what they have to be.

use std::ops::Range;

use super::error::{Error, Mistake, Slot};
use super::expr::{Binary, Expr, Kind};
use super::functions::Function;
use super::types::Type;
use super::words::Read;
use crate::regex::Regex;
use crate::series::is_label_name;

pub fn wrong(expr: &Expr, expected: Type, slot: Slot) -> Error {
    let mistake = Mistake::WrongType { expected, got: expr.gives(), slot };
    Error { at: expr.at.clone(), mistake }
}

/// Whether the sides of an operator, which stands `at`, go together.
pub fn binary_fits(binary: &Binary, at: Range<usize>) -> Read<()> {
    let sides = [&binary.left, &binary.right];
    if let Some(side) =
        sides.into_iter().find(|side| !matches!(side.gives(), Type::Scalar | Type::Vector))
    {
        return Err(Error { at: side.at.clone(), mistake: Mistake::Operand(side.gives()) });
    }
    let scalars = sides.into_iter().filter(|side| side.gives() == Type::Scalar).count();
    let mistake = if scalars == 2 && binary.op.is_comparison() && !binary.returns_bool {
        Mistake::ScalarComparison
    } else if scalars > 0 && !binary.matching.labels.is_empty() {
        Mistake::MatchingScalars
    } else if scalars > 0 && binary.op.is_set() {
        Mistake::SetOfScalars(binary.op.sign().to_owned())
    } else {
        return Ok(());
    };
    Err(Error { at, mistake })
}

/// Whether the strings of `label_replace` and `label_join` are what they have
/// to be. They are known before anything is evaluated.
pub fn texts_fit(function: Function, arguments: &[Expr]) -> Read<()> {
    let text = |nr: usize| match &arguments[nr].bare().kind {
        Kind::Text(text) => text.as_str(),
        _ => "",
    };
    let name = |nr: usize| {
        let mistake = Mistake::BadLabelName(text(nr).to_owned());
        let good = is_label_name(text(nr));
        if good { Ok(()) } else { Err(Error { at: arguments[nr].at.clone(), mistake }) }
    };
    match function {
        Function::LabelReplace => {
            name(1)?;
            let regex = Regex::new(text(4));
            let error =
                |error| Error { at: arguments[4].at.clone(), mistake: Mistake::BadRegex(error) };
            regex.map(drop).map_err(error)
        }
        Function::LabelJoin => {
            name(1)?;
            (3..arguments.len()).try_for_each(name)
        }
        _ => Ok(()),
    }
}
