//! What a service takes from the back bar: a recipe of products in thousandths of a unit, and what is in a unit.
//!
//! Not in here: what became of a level by it. That is `inventory`'s.

use crate::kernel::{ProductId, round_half_up};
use serde::{Deserialize, Serialize};

/// So much of a product, in thousandths of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Usage {
    pub product: ProductId,
    pub milli: i64,
}

/// A recipe names no more products than this.
pub const USES_MAX: usize = 30;
/// A hundred units: more of one product for one line is a typing mistake.
const MILLI_MAX: i64 = 100_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    #[error("no more than {USES_MAX} products are used for one thing")]
    TooMany,
    #[error("a product is named twice")]
    Twice { product: ProductId },
    #[error("of each product more than nothing and at most 100 units are used")]
    BadAmount { product: ProductId },
}

/// Whether so much can be used: each product once, and a little of it.
pub fn check_uses(uses: &[Usage]) -> Result<(), RecipeError> {
    if uses.len() > USES_MAX {
        return Err(RecipeError::TooMany);
    }
    for (ix, usage) in uses.iter().enumerate() {
        let product = usage.product;
        if uses[..ix].iter().any(|other| other.product == product) {
            return Err(RecipeError::Twice { product });
        }
        if !(1..=MILLI_MAX).contains(&usage.milli) {
            return Err(RecipeError::BadAmount { product });
        }
    }
    Ok(())
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PackUnit {
    Millilitre,
    Gram,
    Piece,
}

/// What is in one unit of a product: 1,000 ml, 60 g, 100 foils.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pack {
    /// At least one.
    pub amount: u32,
    pub unit: PackUnit,
}

impl Pack {
    /// What thousandths of a unit hold, in thousandths of a millilitre, gram or piece. Exact.
    pub fn content_milli(self, milli: i64) -> i64 {
        milli.saturating_mul(i64::from(self.amount))
    }

    /// How many thousandths of a unit hold so much, to the nearest one.
    pub fn milli_of(self, content_milli: i64) -> i64 {
        round_half_up(i128::from(content_milli), i128::from(self.amount.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(n: u8, milli: i64) -> Usage {
        Usage { product: ProductId::from_parts(1, [n; 10]), milli }
    }

    #[test]
    fn a_recipe_names_each_product_once_and_with_an_amount() {
        assert_eq!(check_uses(&[]), Ok(()));
        assert_eq!(check_uses(&[usage(1, 20), usage(2, 100_000)]), Ok(()));
        let twice = [usage(1, 20), usage(1, 30)];
        assert_eq!(check_uses(&twice), Err(RecipeError::Twice { product: twice[0].product }));
        for milli in [0, -5, 100_001] {
            let bad = usage(1, milli);
            assert_eq!(check_uses(&[bad]), Err(RecipeError::BadAmount { product: bad.product }));
        }
        let many: Vec<Usage> = (0..=USES_MAX as u8).map(|n| usage(n, 1)).collect();
        assert_eq!(check_uses(&many), Err(RecipeError::TooMany));
    }

    #[test]
    fn contents_and_thousandths_of_a_unit_are_the_same_thing() {
        let litre = Pack { amount: 1_000, unit: PackUnit::Millilitre };
        assert_eq!((litre.content_milli(20), litre.milli_of(20_000)), (20_000, 20));
        // A third of a 60 g tube is not a whole number of thousandths: the nearest one.
        let tube = Pack { amount: 60, unit: PackUnit::Gram };
        assert_eq!((tube.milli_of(20_000), tube.content_milli(333)), (333, 19_980));
    }
}
