//! Axes and the numbers on them.

use stampede_sim::scenario::problem::number;

/// The next 1, 2 or 5 times a power of ten.
pub fn nice_top(most: f64) -> f64 {
    if most <= 0.0 {
        return 1.0;
    }
    let mut unit = 1e-3;
    loop {
        for factor in [1.0, 2.0, 5.0] {
            if unit * factor >= most {
                return unit * factor;
            }
        }
        unit *= 10.0;
    }
}

/// A value as one reads it off a chart.
pub fn round(value: f64) -> String {
    if value >= 100.0 || value.fract() == 0.0 {
        number(value.round())
    } else {
        format!("{value:.1}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_at_a_round_number() {
        for (most, top) in [(0.0, 1.0), (1.0, 1.0), (1.1, 2.0), (49.0, 50.0), (12_000.0, 20_000.0)]
        {
            assert!((nice_top(most) - top).abs() < 1e-9, "{most}");
        }
    }
}
