//! A salon's commission scheme: master data; the server's word.

use super::rate::Rate;
use crate::kernel::{ProductId, ServiceId, StaffId};
use crate::payment::Item;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheme {
    pub rules: Vec<RateRule>,
    #[serde(default)]
    pub base: Base,
    #[serde(default)]
    pub below_nought: BelowNought,
}

/// What commission is computed on. Net of tax either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Base {
    #[default]
    AfterDiscounts,
    /// The salon bears its discounts alone.
    BeforeDiscounts,
}

/// What becomes of a line whose back-bar cost is above its price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BelowNought {
    /// It earns nothing.
    #[default]
    Nothing,
    /// It takes off what others earned.
    Deducted,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateRule {
    /// None: everybody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<StaffId>,
    pub what: What,
    pub rate: Rate,
}

/// From the widest to the narrowest: the order is the precedence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Anything,
    Services,
    Products,
    ServicesIn(String),
    ProductsIn(String),
    Service(ServiceId),
    Product(ProductId),
}

impl What {
    pub fn covers(&self, item: &Item, category: &str) -> bool {
        match (self, item) {
            (What::Anything, _) | (What::Services, Item::Service(_)) | (What::Products, Item::Product(_)) => true,
            (What::ServicesIn(name), Item::Service(_)) | (What::ProductsIn(name), Item::Product(_)) => name == category,
            (What::Service(id), Item::Service(of)) => id == of,
            (What::Product(id), Item::Product(of)) => id == of,
            _ => false,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemeError {
    #[error("two rules are for the same person and the same thing")]
    Twice { staff: Option<StaffId>, what: What },
    #[error("a rate cannot be more than the whole")]
    RateTooHigh { staff: Option<StaffId>, what: What },
}

impl Scheme {
    /// The rule for a person's share of a line. The most specific wins: first the narrower thing (one service or product,
    /// then a category, then all services or products, then anything), and for the same thing the rule that names the
    /// person before the one for everybody. So "retail pays a tenth" holds for somebody who has 40 % of anything, until
    /// retail is agreed with that person too.
    pub fn rule_for(&self, staff: StaffId, item: &Item, category: &str) -> Option<&RateRule> {
        let fits = |rule: &&RateRule| rule.staff.is_none_or(|of| of == staff) && rule.what.covers(item, category);
        self.rules.iter().filter(fits).max_by_key(|rule| (&rule.what, rule.staff.is_some()))
    }

    /// Whether the scheme is unambiguous and possible: to be asked before it is saved.
    pub fn check(&self) -> Result<(), SchemeError> {
        for (ix, rule) in self.rules.iter().enumerate() {
            let (staff, what) = (rule.staff, rule.what.clone());
            if self.rules[..ix].iter().any(|other| other.staff == staff && other.what == what) {
                return Err(SchemeError::Twice { staff, what });
            }
            if matches!(rule.rate, Rate::Flat(bp) if bp > 10_000) {
                return Err(SchemeError::RateTooHigh { staff, what });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_specific_rule_wins() {
        let (stylist, other) = (StaffId::from_parts(1, [1; 10]), StaffId::from_parts(1, [2; 10]));
        let (colour, cut) = (ServiceId::from_parts(2, [1; 10]), ServiceId::from_parts(2, [2; 10]));
        let serum = ProductId::from_parts(3, [1; 10]);
        let rule = |staff, what, bp| RateRule { staff, what, rate: Rate::Flat(bp) };
        let rules = vec![
            rule(Some(stylist), What::Anything, 4_000),
            rule(None, What::Anything, 3_000),
            rule(None, What::Service(colour), 2_500),
            rule(Some(stylist), What::Service(colour), 2_700),
            rule(None, What::ProductsIn("CARE".into()), 1_500),
            rule(Some(other), What::Products, 1_200),
            rule(None, What::Products, 1_000),
        ];
        let mut scheme = Scheme { rules, base: Base::default(), below_nought: BelowNought::default() };
        let table = [
            (stylist, Item::Service(cut), "HAIR", 4_000),
            (other, Item::Service(cut), "HAIR", 3_000),
            (stylist, Item::Service(colour), "HAIR", 2_700),
            (other, Item::Service(colour), "CARE", 2_500),
            (stylist, Item::Product(serum), "CARE", 1_500),
            (stylist, Item::Product(serum), "STYLING", 1_000),
            (other, Item::Product(serum), "STYLING", 1_200),
            (stylist, Item::Custom, "", 4_000),
        ];
        for (staff, item, category, bp) in table {
            let rate = scheme.rule_for(staff, &item, category).map(|rule| rule.rate.clone());
            assert_eq!(rate, Some(Rate::Flat(bp)), "{item:?} {category}");
        }
        assert_eq!(scheme.check(), Ok(()));
        scheme.rules.push(rule(None, What::Products, 900));
        assert_eq!(scheme.check(), Err(SchemeError::Twice { staff: None, what: What::Products }));
        scheme.rules = vec![rule(None, What::Products, 10_001)];
        assert_eq!(scheme.check(), Err(SchemeError::RateTooHigh { staff: None, what: What::Products }));
        assert!(scheme.rule_for(stylist, &Item::Custom, "").is_none());
    }
}
