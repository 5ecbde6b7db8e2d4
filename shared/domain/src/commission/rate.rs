//! Rates: flat, or in bands of the turnover in the period.

use crate::kernel::round_half_up;
use serde::{Deserialize, Serialize};

/// From this turnover on (minor units), this rate (basis points).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Band {
    pub from_minor: i64,
    pub rate_bp: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BandError {
    #[error("the first band has to begin at nought")]
    NotFromNought,
    #[error("each band has to begin above the one before")]
    NotAscending,
    #[error("a rate cannot be more than the whole")]
    RateTooHigh,
}

/// Bands that begin at nought and go up. Turnover below nought is in the first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Vec<Band>", into = "Vec<Band>")]
pub struct Bands {
    first_bp: u32,
    above: Vec<Band>,
}

impl TryFrom<Vec<Band>> for Bands {
    type Error = BandError;
    fn try_from(bands: Vec<Band>) -> Result<Bands, BandError> {
        let mut bands = bands.into_iter();
        let first = bands.next().filter(|band| band.from_minor == 0).ok_or(BandError::NotFromNought)?;
        let above: Vec<Band> = bands.collect();
        let starts = std::iter::once(0).chain(above.iter().map(|band| band.from_minor));
        if starts.zip(&above).any(|(before, band)| band.from_minor <= before) {
            return Err(BandError::NotAscending);
        }
        if first.rate_bp > 10_000 || above.iter().any(|band| band.rate_bp > 10_000) {
            return Err(BandError::RateTooHigh);
        }
        Ok(Bands { first_bp: first.rate_bp, above })
    }
}

impl From<Bands> for Vec<Band> {
    fn from(bands: Bands) -> Vec<Band> {
        let first = Band { from_minor: 0, rate_bp: bands.first_bp };
        std::iter::once(first).chain(bands.above).collect()
    }
}

impl Bands {
    /// The rate of the band that a turnover is in.
    pub fn rate_at(&self, turnover_minor: i64) -> u32 {
        let reached = self.above.iter().take_while(|band| band.from_minor <= turnover_minor).last();
        reached.map_or(self.first_bp, |band| band.rate_bp)
    }

    /// Commission on a turnover from nought, each band at its own rate, rounded once.
    fn until(&self, turnover_minor: i64) -> i64 {
        let mut sum = 0_i128;
        let mut rate_bp = self.first_bp;
        let mut from = 0_i128;
        for band in self.above.iter().take_while(|band| band.from_minor < turnover_minor) {
            sum += (i128::from(band.from_minor) - from) * i128::from(rate_bp);
            (from, rate_bp) = (i128::from(band.from_minor), band.rate_bp);
        }
        round_half_up(sum + (i128::from(turnover_minor) - from) * i128::from(rate_bp), 10_000)
    }
}

/// What a rule pays. Frozen with what was earned by it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rate {
    /// Basis points, whatever the turnover.
    Flat(u32),
    /// The rate of the band that the turnover reaches goes on all of it, from nought.
    FromZero(Bands),
    /// Each band of the turnover has its own rate.
    Progressive(Bands),
}

/// So much at this rate. `amount_minor` is what it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Part {
    pub rate_bp: u32,
    pub counted_minor: i64,
    pub amount_minor: i64,
}

impl Rate {
    /// What `counted_minor` earns on top of a turnover of `before_minor` in the period; the parts add up to it.
    ///
    /// Rounded half away from zero. Flat and from nought: on the line. Progressive: on the running total of the period,
    /// so that the lines of a period add up to the commission on its turnover, whatever pieces it came in.
    pub fn parts(&self, before_minor: i64, counted_minor: i64) -> Vec<Part> {
        let after_minor = before_minor.saturating_add(counted_minor);
        match self {
            Rate::Flat(rate_bp) => vec![part(*rate_bp, counted_minor)],
            Rate::FromZero(bands) => vec![part(bands.rate_at(after_minor), counted_minor)],
            Rate::Progressive(bands) => progressive(bands, before_minor, after_minor),
        }
    }
}

pub(super) fn part(rate_bp: u32, counted_minor: i64) -> Part {
    let amount_minor = round_half_up(i128::from(counted_minor) * i128::from(rate_bp), 10_000);
    Part { rate_bp, counted_minor, amount_minor }
}

/// The way from one turnover to another, cut where bands begin. Downwards it is the way up with the sign turned.
fn progressive(bands: &Bands, before_minor: i64, after_minor: i64) -> Vec<Part> {
    let (low, high) = (before_minor.min(after_minor), before_minor.max(after_minor));
    let inside = bands.above.iter().map(|band| band.from_minor).filter(|from| low < *from && *from < high);
    let cuts: Vec<i64> = std::iter::once(low).chain(inside).chain(std::iter::once(high)).collect();
    let sign = if after_minor < before_minor { -1 } else { 1 };
    let piece = |cut: &[i64]| Part {
        rate_bp: bands.rate_at(cut[0]),
        counted_minor: cut[1].saturating_sub(cut[0]).saturating_mul(sign),
        amount_minor: bands.until(cut[1]).saturating_sub(bands.until(cut[0])).saturating_mul(sign),
    };
    cuts.windows(2).map(piece).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn bands(bands: &[(i64, u32)]) -> Bands {
        let bands: Vec<Band> =
            bands.iter().map(|(from_minor, rate_bp)| Band { from_minor: *from_minor, rate_bp: *rate_bp }).collect();
        bands.try_into().unwrap()
    }

    /// 30 % to 2,000.00, then 40 %, from 5,000.00 on 50 %.
    fn usual() -> Bands {
        bands(&[(0, 3_000), (200_000, 4_000), (500_000, 5_000)])
    }

    fn amount(parts: &[Part]) -> i64 {
        parts.iter().map(|p| p.amount_minor).sum()
    }

    #[test]
    fn worked_examples() {
        let table = [
            // before, counted: flat 35 %, from nought, progressive
            (0, 10_000, 3_500, 3_000, 3_000),
            (0, 200_000, 70_000, 80_000, 60_000),
            (199_999, 1, 0, 0, 0),
            (190_000, 20_000, 7_000, 8_000, 7_000),
            (150_000, 400_000, 140_000, 200_000, 160_000),
            (500_000, 12_345, 4_321, 6_173, 6_173),
            (0, 0, 0, 0, 0),
            (210_000, -20_000, -7_000, -6_000, -7_000),
            (5_000, -10_000, -3_500, -3_000, -3_000),
        ];
        for (before, counted, flat, from_zero, progressive) in table {
            let made = |rate: Rate| amount(&rate.parts(before, counted));
            let all = (made(Rate::Flat(3_500)), made(Rate::FromZero(usual())), made(Rate::Progressive(usual())));
            assert_eq!(all, (flat, from_zero, progressive), "{counted} after {before}");
        }
        let part = |rate_bp, counted_minor, amount_minor| Part { rate_bp, counted_minor, amount_minor };
        let three = [part(3_000, 50_000, 15_000), part(4_000, 300_000, 120_000), part(5_000, 50_000, 25_000)];
        assert_eq!(Rate::Progressive(usual()).parts(150_000, 400_000), three);
    }

    #[test]
    fn bands_that_cannot_be_are_refused() {
        let table = [
            ("[]", "the first band has to begin at nought"),
            (r#"[{"from_minor":5,"rate_bp":1}]"#, "the first band has to begin at nought"),
            (
                r#"[{"from_minor":0,"rate_bp":1},{"from_minor":0,"rate_bp":2}]"#,
                "each band has to begin above the one before",
            ),
            (r#"[{"from_minor":0,"rate_bp":10001}]"#, "a rate cannot be more than the whole"),
        ];
        for (text, error) in table {
            let refused = serde_json::from_str::<Bands>(text).unwrap_err();
            assert_eq!(refused.to_string(), error);
        }
        let text = serde_json::to_string(&Rate::Progressive(usual())).unwrap();
        assert_eq!(serde_json::from_str::<Rate>(&text).unwrap(), Rate::Progressive(usual()));
    }

    fn any_bands() -> impl Strategy<Value = Bands> {
        let steps = prop::collection::vec((1_i64..100_000, 0_u32..=10_000), 0..5);
        (0_u32..=10_000, steps).prop_map(|(first, steps)| {
            let mut from = 0;
            let above = steps.into_iter().map(|(step, rate)| {
                from += step;
                (from, rate)
            });
            bands(&std::iter::once((0, first)).chain(above).collect::<Vec<_>>())
        })
    }

    proptest! {
        /// Continuous: a minor unit more earns at most one more, at the edge of a band too. Monotone: never less.
        #[test]
        fn progressive_has_no_steps(bands in any_bands(), at in -10_000_i64..500_000) {
            let rate = Rate::Progressive(bands.clone());
            let more = amount(&rate.parts(at, 1));
            prop_assert!((0..=1).contains(&more));
            for band in &bands.above {
                prop_assert!((0..=1).contains(&amount(&rate.parts(band.from_minor - 1, 1))));
                prop_assert!((0..=1).contains(&amount(&rate.parts(band.from_minor, 1))));
            }
        }

        /// The lines of a period add up to the period, and the way back is the way there.
        #[test]
        fn progressive_pieces_add_up(bands in any_bands(), pieces in prop::collection::vec(-50_000_i64..100_000, 1..9)) {
            let rate = Rate::Progressive(bands);
            let (mut turnover, mut sum) = (0, 0);
            for piece in pieces {
                let parts = rate.parts(turnover, piece);
                prop_assert_eq!(parts.iter().map(|p| p.counted_minor).sum::<i64>(), piece);
                prop_assert_eq!(amount(&rate.parts(turnover + piece, -piece)), -amount(&parts));
                sum += amount(&parts);
                turnover += piece;
            }
            prop_assert_eq!(amount(&rate.parts(0, turnover)), sum);
        }

        #[test]
        fn no_numbers_are_too_large(bands in any_bands(), before in any::<i64>(), counted in any::<i64>(), bp in any::<u32>()) {
            for rate in [Rate::Flat(bp), Rate::FromZero(bands.clone()), Rate::Progressive(bands.clone())] {
                rate.parts(before, counted);
            }
        }
    }
}
