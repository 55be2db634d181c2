//! Operators between numbers and vectors.

use std::ops::Range;

use super::error::Error;
use super::line::{Line, merged};
use super::pairing::Pairing;
use super::{Evaluation, Value};
use crate::parse::{Binary, BinaryOp};

impl Evaluation<'_> {
    pub fn binary(&self, binary: &Binary, at: &Range<usize>) -> Result<Value, Error> {
        let values = (self.value(&binary.left)?, self.value(&binary.right)?);
        Ok(match values {
            (Value::Scalar(left), Value::Scalar(right)) => {
                let each = left.into_iter().zip(right).map(|(a, b)| numbers(binary.op, a, b));
                Value::Scalar(each.collect())
            }
            (Value::Vector(lines), Value::Scalar(numbers)) => {
                Value::Vector(with_numbers(binary, lines, &numbers, false, at)?)
            }
            (Value::Scalar(numbers), Value::Vector(lines)) => {
                Value::Vector(with_numbers(binary, lines, &numbers, true, at)?)
            }
            (Value::Vector(left), Value::Vector(right)) => {
                let pairing = Pairing::new(binary, left, right, self.times.count);
                Value::Vector(if binary.op.is_set() {
                    pairing.sets(binary.op, at)?
                } else {
                    pairing.pairs(binary, at)?
                })
            }
            (_, text) => text,
        })
    }
}

/// What an operator makes of two numbers; of a comparison, 1 if it is so.
fn numbers(op: BinaryOp, a: f64, b: f64) -> f64 {
    match op {
        BinaryOp::Add => a + b,
        BinaryOp::Subtract => a - b,
        BinaryOp::Multiply => a * b,
        BinaryOp::Divide => a / b,
        BinaryOp::Modulo => libm::fmod(a, b),
        BinaryOp::Power => libm::pow(a, b),
        op => f64::from(u8::from(holds(op, a, b))),
    }
}

fn holds(op: BinaryOp, a: f64, b: f64) -> bool {
    match op {
        BinaryOp::Equal => a == b,
        BinaryOp::NotEqual => a != b,
        BinaryOp::Less => a < b,
        BinaryOp::LessEqual => a <= b,
        BinaryOp::Greater => a > b,
        BinaryOp::GreaterEqual => a >= b,
        _ => true,
    }
}

/// What a vector's value becomes, if it stays: a comparison takes away those
/// of which it is not so, unless it is to say 0.
pub fn element(binary: &Binary, a: f64, b: f64, stays: f64) -> Option<f64> {
    let op = binary.op;
    if !op.is_comparison() || binary.returns_bool {
        return Some(numbers(op, a, b));
    }
    holds(op, a, b).then_some(stays)
}

/// Whether the metric's name no longer says what the values are.
pub fn drops_name(binary: &Binary) -> bool {
    binary.op.is_arithmetic() || binary.returns_bool
}

fn with_numbers(
    binary: &Binary,
    lines: Vec<Line>,
    numbers: &[f64],
    swapped: bool,
    at: &Range<usize>,
) -> Result<Vec<Line>, Error> {
    let lines = lines.into_iter().map(|mut line| {
        for (value, &number) in line.values.iter_mut().zip(numbers) {
            let (a, b) = (*value, number);
            *value = a.and_then(|a| {
                if swapped { element(binary, b, a, a) } else { element(binary, a, b, a) }
            });
        }
        if drops_name(binary) { line.unnamed() } else { line }
    });
    merged(lines, at)
}
