//! Stock: levels are sums of movements, and nothing else.

mod back_bar;

pub use back_bar::{UsedFor, UsedOn, cost_of, use_up, uses_of};

use crate::catalog::Product;
use crate::kernel::{MovementId, ProductId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MovementReason {
    /// The stock that a salon came with.
    Opening,
    Sale,
    /// Sold goods that came back to the shelf.
    Return,
    /// Used up at the back bar.
    Use,
    Delivery,
    /// The difference that a count found, against the level at the heads it was counted at.
    Count,
    Transfer,
    Waste,
}

/// One change of a level. `milli` are thousandths of a unit: back-bar use is fractional.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Movement {
    pub id: MovementId,
    pub product: ProductId,
    pub milli: i64,
    pub reason: MovementReason,
    /// Of a use: the line that it was used for. None in journals from before it was kept, and where it was for nothing in
    /// particular.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used_for: Option<UsedFor>,
}

pub const MILLI_PER_UNIT: i64 = 1_000;

pub fn level_milli<'a>(movements: impl IntoIterator<Item = &'a Movement>) -> i64 {
    movements.into_iter().map(|m| m.milli).sum()
}

/// needsReorder: at or below the minimum, for products that have one.
pub fn needs_reorder(product: &Product, level_milli: i64) -> bool {
    product.active && product.par_min > 0 && level_milli <= product.par_min * MILLI_PER_UNIT
}

/// What to order to be back at the maximum, in whole units.
pub fn reorder_quantity(product: &Product, level_milli: i64) -> i64 {
    if !needs_reorder(product, level_milli) {
        return 0;
    }
    let missing = product.par_max.max(product.par_min) * MILLI_PER_UNIT - level_milli;
    (missing + MILLI_PER_UNIT - 1).div_euclid(MILLI_PER_UNIT).max(0)
}

/// Raised when a movement takes a level from above the reorder point to it or below.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowStock {
    pub product: ProductId,
    pub level_milli: i64,
    pub par_min: i64,
}

/// The event that `movement` raises, if it crosses the reorder point.
pub fn low_stock_after(product: &Product, before_milli: i64, after_milli: i64) -> Option<LowStock> {
    (!needs_reorder(product, before_milli) && needs_reorder(product, after_milli)).then_some(LowStock {
        product: product.id,
        level_milli: after_milli,
        par_min: product.par_min,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(par_min: i64, par_max: i64) -> Product {
        Product {
            id: ProductId::from_parts(1, [0; 10]),
            sku: "SH-250".into(),
            barcode: String::new(),
            name: "Shampoo".into(),
            brand: String::new(),
            category: "RETAIL".into(),
            price_minor: 3000,
            cost_minor: 1800,
            pack: None,
            par_min,
            par_max,
            tax_class: "standard".into(),
            active: true,
        }
    }

    #[test]
    fn reorders_up_to_the_maximum_in_whole_units() {
        let p = product(2, 6);
        assert!(!needs_reorder(&p, 2_001));
        assert!(needs_reorder(&p, 2_000));
        assert_eq!(reorder_quantity(&p, 1_500), 5);
        assert_eq!(reorder_quantity(&p, -1_000), 7);
        assert!(!needs_reorder(&product(0, 0), 0));
    }

    #[test]
    fn low_stock_is_said_once_when_the_point_is_crossed() {
        let p = product(2, 6);
        assert!(low_stock_after(&p, 3_000, 2_000).is_some());
        assert!(low_stock_after(&p, 2_000, 1_000).is_none());
        assert!(low_stock_after(&p, 3_000, 2_500).is_none());
    }
}
