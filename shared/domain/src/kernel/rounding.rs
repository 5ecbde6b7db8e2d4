//! Rounding to the coins that there are. Prices, taxes and card payments keep their cents; only what is paid in cash is
//! rounded, once, at the very end.

use super::money::{Currency, round_half_up};
use serde::{Deserialize, Serialize};

/// Cash goes to the nearest multiple of so many minor units, and what lies halfway goes away from nought: up for who
/// pays, and the same the other way round for money given back. Nought and one mean that nothing is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CashRounding {
    pub step_minor: u32,
}

impl CashRounding {
    pub const NONE: CashRounding = CashRounding { step_minor: 0 };

    pub const fn is_none(&self) -> bool {
        self.step_minor <= 1
    }

    /// What a currency's smallest coin makes usual. The euro is not here: it is rounded to five cents in some of its
    /// countries and not in others, so that it is for the branch to say.
    pub fn usual(currency: Currency) -> CashRounding {
        let step_minor = match currency.code() {
            "AUD" | "CAD" | "CHF" => 5,
            "NZD" => 10,
            "DKK" => 50,
            "CZK" | "NOK" | "SEK" => 100,
            "HUF" => 500,
            _ => return CashRounding::NONE,
        };
        CashRounding { step_minor }
    }
}

/// What is paid in cash for `owed_minor`, and the rounding: their difference, positive where more is paid than owed.
/// `owed_minor` is what other tenders have left to pay, negative where money is given back; what is paid otherwise is
/// not for here. An amount too large to round is paid as it stands.
pub fn rounded_cash(owed_minor: i64, rule: CashRounding) -> (i64, i64) {
    if rule.is_none() {
        return (owed_minor, 0);
    }
    let steps = round_half_up(i128::from(owed_minor), i128::from(rule.step_minor));
    match steps.checked_mul(i64::from(rule.step_minor)) {
        Some(cash_minor) => (cash_minor, cash_minor - owed_minor),
        None => (owed_minor, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_branch_s_rule_is_a_number_in_its_settings() {
        assert_eq!(serde_json::to_string(&CashRounding::usual(Currency::CHF)).unwrap(), "5");
        assert_eq!(serde_json::from_str::<CashRounding>("0").unwrap(), CashRounding::NONE);
        assert_eq!(CashRounding::usual(Currency::EUR), CashRounding::NONE);
    }

    #[test]
    fn the_largest_amounts_do_not_overflow() {
        for owed in [i64::MAX, i64::MIN] {
            let (cash, rounding) = rounded_cash(owed, CashRounding { step_minor: 10 });
            assert_eq!(cash.checked_sub(rounding), Some(owed));
        }
    }

    proptest! {
        #[test]
        fn rounding_is_within_half_a_step_and_adds_up(owed in any::<i32>(), step_minor in 0_u32..=1000) {
            let owed = i64::from(owed);
            let rule = CashRounding { step_minor };
            let (cash, rounding) = rounded_cash(owed, rule);
            prop_assert_eq!(owed + rounding, cash);
            prop_assert!(rounding.abs() * 2 <= i64::from(step_minor));
            prop_assert_eq!(cash % i64::from(step_minor.max(1)), 0);
            // What was paid is what is given back.
            prop_assert_eq!(rounded_cash(-owed, rule), (-cash, -rounding));
            // What has been rounded stays as it is.
            prop_assert_eq!(rounded_cash(cash, rule), (cash, 0));
        }
    }
}
