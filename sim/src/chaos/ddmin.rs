//! Delta debugging: from a set that shows a failure to one of which nothing can
//! be left out.
//!
//! A. Zeller and R. Hildebrandt, *Simplifying and Isolating Failure-Inducing
//! Input*, IEEE Transactions on Software Engineering 28 (2002), the algorithm
//! *ddmin*. The result is 1-minimal: without any single element it no longer
//! fails. It need not be the smallest.

/// A part of `all`, in the same order, that still `fails`, and of which nothing
/// can be left out. `all` fails. It ends with the first part of which that cannot be
/// said: whoever learns it later may begin again, and gets further.
pub fn ddmin<T: Clone, E>(
    all: &[T],
    mut fails: impl FnMut(&[T]) -> Result<bool, E>,
) -> Result<Vec<T>, E> {
    let mut kept = all.to_vec();
    let mut pieces = 2;
    while kept.len() >= 2 {
        let size = kept.len().div_ceil(pieces);
        let starts = || (0..kept.len()).step_by(size);
        let subset = starts().map(|at| kept[at..(at + size).min(kept.len())].to_vec());
        let complement =
            starts().map(|at| [&kept[..at], &kept[(at + size).min(kept.len())..]].concat());
        if let Some(found) = first(subset, &mut fails)? {
            (kept, pieces) = (found, 2);
            continue;
        }
        // Of two halves each is the other's complement.
        let rest = if pieces > 2 { first(complement, &mut fails)? } else { None };
        if let Some(found) = rest {
            (kept, pieces) = (found, pieces - 1);
        } else if pieces < kept.len() {
            pieces = (2 * pieces).min(kept.len());
        } else {
            break;
        }
    }
    Ok(kept)
}

/// The first of some parts that fails.
fn first<T, E>(
    parts: impl Iterator<Item = Vec<T>>,
    fails: &mut impl FnMut(&[T]) -> Result<bool, E>,
) -> Result<Option<Vec<T>>, E> {
    for part in parts {
        if fails(&part)? {
            return Ok(Some(part));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    /// Of which it can always be said whether it fails.
    fn ddmin<T: Clone>(all: &[T], fails: impl Fn(&[T]) -> bool) -> Vec<T> {
        let Ok(kept) = super::ddmin(all, |some| Ok::<_, Infallible>(fails(some)));
        kept
    }

    /// With one more answer each time it comes to the same, and asks nothing twice.
    #[test]
    fn it_may_begin_again() {
        let all: Vec<u32> = (1..=8).collect();
        let fails = |some: &[u32]| [1, 7, 8].iter().all(|it| some.contains(it));
        let mut known: Vec<Vec<u32>> = Vec::new();
        let kept = loop {
            let say = |some: &[u32]| match known.iter().any(|part| part == some) {
                true => Ok(fails(some)),
                false => Err(some.to_vec()),
            };
            match super::ddmin(&all, say) {
                Ok(kept) => break kept,
                Err(part) => known.push(part),
            }
        };
        assert_eq!(kept, [1, 7, 8]);
        assert!(known.len() > 4);
    }

    /// The paper's example: of 1 to 8, it fails with 1, 7 and 8.
    #[test]
    fn three_of_eight_are_isolated() {
        let all: Vec<u32> = (1..=8).collect();
        let fails = |some: &[u32]| [1, 7, 8].iter().all(|it| some.contains(it));
        assert_eq!(ddmin(&all, fails), [1, 7, 8]);
        assert_eq!(ddmin(&all, |some: &[u32]| some.contains(&5)), [5]);
        assert_eq!(ddmin(&all, |some: &[u32]| some.len() == 8), all);
        assert_eq!(ddmin(&[1], |_: &[u32]| true), [1]);
    }

    /// Whatever it depends on, nothing that is left can be left out.
    #[test]
    fn the_result_is_minimal() {
        let all: Vec<u32> = (0..10).collect();
        let set = |some: &[u32]| some.iter().fold(0_u32, |set, it| set | 1 << it);
        for number in 0..500_u32 {
            // Fails with all of one of two sets; not monotone, for some.
            let (one, other) = (number.wrapping_mul(2_654_435_761) >> 22, (number * 7 % 1024) | 1);
            let fails = |some: &[u32]| {
                let set = set(some);
                set & one == one || set & other == other && set.count_ones() % 3 != 1
            };
            if one == 0 || !fails(&all) {
                continue;
            }
            let left = ddmin(&all, fails);
            assert!(fails(&left));
            for out in 0..left.len() {
                let without = [&left[..out], &left[out + 1..]].concat();
                assert!(without.is_empty() || !fails(&without), "{number}: {left:?}");
            }
        }
    }
}
