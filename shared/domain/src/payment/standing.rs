//! Discounts that follow from who a client is: somebody who works here, or a loyalty tier. They are offers like those of
//! promotions, with their own place in the stated order (`discounts.rs`), so that pricing knows of nothing else.

use super::model::Discount;
use super::promotion::{Scope, Stacking};
use super::terms::{Offer, OfferKind};
use crate::branch::StaffDiscount;
use crate::kernel::{BranchId, marker};
use crate::loyalty::TierTerms;

/// What the branch takes off for those who work here; `name` is who buys.
pub fn offers_to_staff(branch: BranchId, terms: &StaffDiscount, name: &str) -> Vec<Offer> {
    if !terms.active {
        return Vec::new();
    }
    let label = if name.is_empty() { terms.label.clone() } else { format!("{}: {name}", terms.label) };
    pair(branch, "staff", OfferKind::Staff, &label, (terms.services_off_bp, terms.products_off_bp))
}

/// What a tier takes off.
pub fn offers_to_tier(branch: BranchId, terms: &TierTerms) -> Vec<Offer> {
    let name = terms.tier.name();
    pair(branch, name, OfferKind::Loyalty, name, (terms.services_off_bp, terms.products_off_bp))
}

/// One offer on services and one on products, each only where there is anything off. Their ids follow from the branch: the
/// same on every till.
fn pair(branch: BranchId, what: &str, kind: OfferKind, label: &str, off_bp: (u32, u32)) -> Vec<Offer> {
    let offer = |scope: Scope, of: &str, bp: u32| {
        let promotion = branch.derive::<marker::Promotion>(format!("standing:{what}:{of}").as_bytes());
        (bp > 0).then(|| Offer {
            kind,
            promotion,
            label: label.to_owned(),
            off: Discount::Percent(bp.min(10_000)),
            off_minor_max: None,
            scope,
            spend_minor_min: 0,
            stacking: Stacking::Stackable,
        })
    };
    let both = [offer(Scope::Services, "services", off_bp.0), offer(Scope::Products, "products", off_bp.1)];
    both.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loyalty::Tier;

    fn branch() -> BranchId {
        BranchId::from_parts(1, [1; 10])
    }

    #[test]
    fn what_is_off_by_nothing_is_no_offer() {
        let terms = StaffDiscount { label: "Staff".into(), services_off_bp: 5_000, products_off_bp: 0, active: true };
        let offers = offers_to_staff(branch(), &terms, "Ada");
        assert_eq!(offers.len(), 1);
        assert_eq!((offers[0].label.as_str(), offers[0].kind), ("Staff: Ada", OfferKind::Staff));
        assert_eq!((offers[0].off, offers[0].scope.clone()), (Discount::Percent(5_000), Scope::Services));
        assert_eq!(offers, offers_to_staff(branch(), &terms, "Ada"), "the same on every till");
        assert!(offers_to_staff(branch(), &StaffDiscount { active: false, ..terms }, "").is_empty());
    }

    #[test]
    fn tiers_and_staff_do_not_take_each_other_s_place() {
        let tier = |tier| TierTerms {
            tier,
            from_points: 0,
            multiplier_bp: 10_000,
            services_off_bp: 500,
            products_off_bp: 1_000,
        };
        let staff = StaffDiscount { label: "Staff".into(), services_off_bp: 1, products_off_bp: 1, active: true };
        let all = [
            offers_to_tier(branch(), &tier(Tier::Silver)),
            offers_to_tier(branch(), &tier(Tier::Gold)),
            offers_to_staff(branch(), &staff, ""),
        ];
        let ids: std::collections::BTreeSet<_> = all.iter().flatten().map(|offer| offer.promotion).collect();
        assert_eq!(ids.len(), 6);
    }
}
