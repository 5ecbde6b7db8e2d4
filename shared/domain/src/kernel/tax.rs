//! Taxes: several rates at once on one line, each inclusive or exclusive, each rounded by itself.
//!
//! Rounding is stated: every tax is computed per line and rate, rounded half away from zero to the minor unit, and a
//! ticket's tax is the sum of its lines'. So the printed lines always add up to the printed total.

use super::money::round_half_up;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// The price already has it (VAT in Europe).
    Inclusive,
    /// It is added to the price (GST and PST in Canada, sales tax in the USA).
    Exclusive,
}

/// One rate in force. `rate_bp` is in basis points: 5 % is 500.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaxRate {
    pub code: String,
    pub rate_bp: u32,
    pub mode: TaxMode,
}

/// The rates that apply to a class of goods or services, e.g. `standard` → GST and PST.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaxClass {
    pub code: String,
    pub rates: Vec<TaxRate>,
}

/// What one rate makes of one line. `net_minor` is the base that the rate was applied to.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TaxAmount {
    pub code: String,
    pub rate_bp: u32,
    pub net_minor: i64,
    pub tax_minor: i64,
}

/// Net and taxes of a line whose price after discounts is `price_minor`.
///
/// With `i` the sum of the inclusive rates, net = price − Σ round(price · rate / (1 + i)): each inclusive tax is taken
/// out of the same gross, so that net and taxes add up to the price exactly. Exclusive rates go on the net, not on one
/// another. Negative prices (refunds, redeemed deposits) give negative taxes of the same size.
pub fn tax_of_line(price_minor: i64, rates: &[TaxRate]) -> (i64, Vec<TaxAmount>) {
    let inclusive_bp: i128 = rates.iter().filter(|r| r.mode == TaxMode::Inclusive).map(|r| i128::from(r.rate_bp)).sum();
    let price = i128::from(price_minor);
    let contained = |rate: &TaxRate| round_half_up(price * i128::from(rate.rate_bp), 10_000 + inclusive_bp);
    let net_minor = price_minor - rates.iter().filter(|r| r.mode == TaxMode::Inclusive).map(contained).sum::<i64>();
    let amounts = rates
        .iter()
        .map(|rate| TaxAmount {
            code: rate.code.clone(),
            rate_bp: rate.rate_bp,
            net_minor,
            tax_minor: match rate.mode {
                TaxMode::Inclusive => contained(rate),
                TaxMode::Exclusive => round_half_up(i128::from(net_minor) * i128::from(rate.rate_bp), 10_000),
            },
        })
        .collect();
    (net_minor, amounts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rate(code: &str, rate_bp: u32, mode: TaxMode) -> TaxRate {
        TaxRate { code: code.into(), rate_bp, mode }
    }

    #[test]
    fn canadian_lines() {
        let rates = [rate("GST", 500, TaxMode::Exclusive), rate("PST", 800, TaxMode::Exclusive)];
        for (price, gst, pst) in [(8200, 410, 656), (19_920, 996, 1594), (3415, 171, 273), (-5000, -250, -400)] {
            let (net, taxes) = tax_of_line(price, &rates);
            assert_eq!((net, taxes[0].tax_minor, taxes[1].tax_minor), (price, gst, pst));
        }
    }

    #[test]
    fn german_vat_is_inside_the_price() {
        let (net, taxes) = tax_of_line(11_900, &[rate("VAT", 1900, TaxMode::Inclusive)]);
        assert_eq!((net, taxes[0].tax_minor), (10_000, 1900));
    }

    proptest! {
        #[test]
        fn inclusive_taxes_and_net_make_the_price(price in -10_000_000_i64..10_000_000, a in 0_u32..3000, b in 0_u32..3000) {
            let rates = [rate("A", a, TaxMode::Inclusive), rate("B", b, TaxMode::Inclusive)];
            let (net, taxes) = tax_of_line(price, &rates);
            prop_assert_eq!(net + taxes.iter().map(|t| t.tax_minor).sum::<i64>(), price);
        }

        #[test]
        fn a_refund_mirrors_its_sale(price in 0_i64..10_000_000, a in 0_u32..3000, b in 0_u32..3000) {
            let rates = [rate("A", a, TaxMode::Inclusive), rate("B", b, TaxMode::Exclusive)];
            let (net, taxes) = tax_of_line(price, &rates);
            let (net_back, taxes_back) = tax_of_line(-price, &rates);
            prop_assert_eq!(net, -net_back);
            for (there, back) in taxes.iter().zip(&taxes_back) {
                prop_assert_eq!(there.tax_minor, -back.tax_minor);
            }
        }
    }
}
