//! Spreading one amount over several lines, so that the parts add up to the whole.

/// The parts of `whole_minor` in proportion to `weights`, by largest remainder; of equal remainders the first line's
/// comes first. Weights are nought or more, a weight of nought gets nothing, and `whole_minor` is between nought and
/// their sum: then no part is larger than its weight.
pub(super) fn share(whole_minor: i64, weights: &[i64]) -> Vec<i64> {
    let base: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    let mut shares = vec![0_i64; weights.len()];
    if base == 0 {
        return shares;
    }
    let mut remainders: Vec<(i128, usize)> = Vec::new();
    for (ix, weight) in weights.iter().enumerate().filter(|(_, w)| **w > 0) {
        let exact = i128::from(whole_minor) * i128::from(*weight);
        shares[ix] = (exact / base) as i64;
        remainders.push((exact % base, ix));
    }
    let left = whole_minor - shares.iter().sum::<i64>();
    remainders.sort_by_key(|(r, ix)| (std::cmp::Reverse(*r), *ix));
    for (_, ix) in remainders.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[ix] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_remainder_gets_the_cent() {
        assert_eq!(share(2, &[1, 1, 1]), [1, 1, 0]);
        assert_eq!(share(10, &[25, 0, 50]), [3, 0, 7]);
        assert_eq!(share(0, &[0, 0]), [0, 0]);
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_more_than_its_weight(
            weights in prop::collection::vec(0_i64..100_000, 1..12),
            percent in 0_i64..=100,
        ) {
            let whole = weights.iter().sum::<i64>() * percent / 100;
            let parts = share(whole, &weights);
            prop_assert_eq!(parts.iter().sum::<i64>(), whole);
            prop_assert!(parts.iter().zip(&weights).all(|(part, weight)| (0..=*weight).contains(part)));
        }
    }
}
