//! Dividing whole numbers so that nothing is won or lost: over several at once, and piece by piece over time.

use super::id::TicketLineId;
use super::money::round_half_up;

/// `whole` divided in proportion to `weights`, by largest remainder: the parts add up to `whole` exactly, and each is
/// within one of its exact share. What is left goes to the largest remainders, among equals to the first. A weight
/// below nought counts as nought; if all are nought, everybody has the same. No weights: no parts. A negative `whole`
/// is divided as the positive one, with the sign turned.
pub fn largest_remainder(whole: i64, weights: &[i64]) -> Vec<i64> {
    let equal = weights.iter().all(|weight| *weight <= 0);
    let weight_of = |weight: &i64| if equal { 1 } else { i128::from(*weight).max(0) };
    let sum: i128 = weights.iter().map(weight_of).sum();
    if sum == 0 {
        return Vec::new();
    }
    let size = i128::from(whole).abs();
    let mut parts: Vec<i128> = weights.iter().map(|w| size * weight_of(w) / sum).collect();
    let mut remainders: Vec<(i128, usize)> =
        weights.iter().enumerate().map(|(ix, w)| (size * weight_of(w) % sum, ix)).collect();
    remainders.sort_by_key(|(remainder, ix)| (std::cmp::Reverse(*remainder), *ix));
    let left = size - parts.iter().sum::<i128>();
    for (_, ix) in remainders.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[ix] += 1;
    }
    let sign = if whole < 0 { -1 } else { 1 };
    parts.into_iter().map(|part| i64::try_from(sign * part).unwrap_or(whole)).collect()
}

/// What part of something comes back now: of `whole`, after `before` came back earlier. In any one measure that adds up:
/// minor units, or pieces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portion {
    pub whole: i64,
    pub before: i64,
    pub now: i64,
}

impl Portion {
    pub const ALL: Portion = Portion { whole: 1, before: 0, now: 1 };
    pub const NONE: Portion = Portion { whole: 0, before: 0, now: 0 };

    /// The part of `value` that belongs to it. Rounded half away from zero on the running total and not on each part, so
    /// that all parts of a whole add up to `value` exactly. Never more than is left. Of something that measured nought,
    /// the first part is all of it.
    pub fn of(self, value: i64) -> i64 {
        if self.whole <= 0 {
            return if self.before > 0 { 0 } else { value };
        }
        let until = |measure: i64| {
            let measure = measure.clamp(0, self.whole);
            round_half_up(i128::from(value) * i128::from(measure), i128::from(self.whole))
        };
        until(self.before.saturating_add(self.now.max(0))) - until(self.before)
    }
}

/// A line that comes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Returned {
    /// The refund's own line.
    pub line: TicketLineId,
    /// The line that was sold.
    pub of: TicketLineId,
    pub portion: Portion,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_left_goes_to_the_largest_remainders() {
        let table: [(i64, &[i64], &[i64]); 6] = [
            (100, &[1, 1, 1], &[34, 33, 33]),
            (-100, &[1, 1, 1], &[-34, -33, -33]),
            (1001, &[7000, 3000], &[701, 300]),
            (5, &[0, 0], &[3, 2]),
            (7, &[-4, 2], &[0, 7]),
            (9, &[], &[]),
        ];
        for (whole, weights, parts) in table {
            assert_eq!(largest_remainder(whole, weights), parts);
        }
    }

    #[test]
    fn something_that_measured_nought_comes_back_once() {
        assert_eq!(Portion { whole: 0, before: 0, now: 0 }.of(50), 50);
        assert_eq!(Portion { whole: 0, before: 1, now: 1 }.of(50), 0);
    }

    proptest! {
        #[test]
        fn parts_add_up(whole in any::<i64>(), weights in prop::collection::vec(any::<i64>(), 1..9)) {
            let parts = largest_remainder(whole, &weights);
            prop_assert_eq!(parts.iter().map(|p| i128::from(*p)).sum::<i128>(), i128::from(whole));
            prop_assert!(parts.iter().all(|p| p.signum() * whole.signum() >= 0));
        }

        #[test]
        fn what_comes_back_in_pieces_is_what_comes_back_at_once(
            value in any::<i64>(),
            pieces in prop::collection::vec(0_i64..1_000_000, 1..9),
        ) {
            let whole: i64 = pieces.iter().sum();
            prop_assume!(whole > 0);
            let mut before = 0;
            let mut back = 0_i128;
            for now in pieces {
                back += i128::from(Portion { whole, before, now }.of(value));
                before += now;
            }
            prop_assert_eq!(back, i128::from(value));
            prop_assert_eq!(Portion { whole, before, now: 5 }.of(value), 0);
        }
    }
}
