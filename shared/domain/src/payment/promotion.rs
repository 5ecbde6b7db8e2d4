//! Promotions as a salon sets them up, and which of them are in force for a ticket. What they take off is decided by
//! pricing, from the [`Offer`]s made here: a draft has them with it, so that it prices the same at any later time.

use super::model::{Discount, Item, LineDraft};
use super::terms::{Offer, OfferKind};
use crate::branch::WeekHours;
use crate::kernel::{BranchId, Currency, PromotionId, day_from_number};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What makes a promotion apply, beside its conditions.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    Automatic,
    /// What the client says or shows; compared without spaces and in capitals.
    Code(String),
    /// A loyalty tier's name.
    Loyalty(String),
    /// The client works here.
    Staff,
    /// A membership plan's name.
    Membership(String),
}

/// Which lines a promotion is for. Fees are in none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    #[default]
    Everything,
    Services,
    Products,
    /// Any of these items, and whatever is in one of these categories.
    Only {
        #[serde(default)]
        items: BTreeSet<Item>,
        #[serde(default)]
        categories: BTreeSet<String>,
    },
}

impl Scope {
    pub fn covers(&self, line: &LineDraft) -> bool {
        match (self, &line.item) {
            (_, Item::Fee | Item::GiftCard { .. } | Item::AccountCredit | Item::Package { .. }) => false,
            // What is promised for a price is not promised for less by itself.
            (_, Item::Membership { .. } | Item::MembershipDue { .. }) => false,
            (Scope::Everything, _) => true,
            (Scope::Services, item) => matches!(item, Item::Service(_)),
            (Scope::Products, item) => matches!(item, Item::Product(_)),
            (Scope::Only { items, categories }, item) => {
                items.contains(item) || categories.contains(&line.terms.category)
            }
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Stacking {
    /// With all others of its sort, each on what the one before has left.
    #[default]
    Stackable,
    /// Alone, and only where that leaves the client less to pay than everything else together.
    Exclusive,
}

/// A promotion: master data. Every condition has to hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promotion {
    pub id: PromotionId,
    /// Printed on the receipt.
    pub label: String,
    pub trigger: Trigger,
    /// A percentage of the lines in scope, or an amount off them together, once.
    pub off: Discount,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off_minor_max: Option<i64>,
    #[serde(default)]
    pub scope: Scope,
    /// What the lines in scope have to come to before any discount.
    #[serde(default)]
    pub spend_minor_min: i64,
    #[serde(default)]
    pub stacking: Stacking,
    /// What its amounts are in. None: whatever the branch trades in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// The first day, in days since 1970-01-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_day: Option<i32>,
    /// The last day, itself included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to_day: Option<i32>,
    /// Weekdays and minutes of the day, by the branch's clock. None: always.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours: Option<WeekHours>,
    /// Empty: in all branches.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub branches: BTreeSet<BranchId>,
    /// Only for a client who has never been here.
    #[serde(default)]
    pub first_visit: bool,
    pub active: bool,
}

/// What is known of a ticket's place, time and client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    pub branch: BranchId,
    pub currency: Currency,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    /// Minutes after midnight by the branch's clock.
    pub minute: u16,
    /// The codes that the client has given.
    pub codes: Vec<String>,
    /// There is a client's card, and no visit on it before this one.
    pub first_visit: bool,
    pub tier: Option<String>,
    pub staff: bool,
    pub memberships: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PromotionError {
    #[error("a promotion needs a name for the receipt")]
    NoLabel,
    #[error("a promotion takes off more than nought, and at most 100 %")]
    BadDiscount,
    #[error("a maximum is more than nought, and a minimum is not below it")]
    BadLimit,
    #[error("a promotion ends after it begins")]
    BadTime,
    #[error("a code, tier or plan needs a name")]
    NoName,
}

impl Promotion {
    /// Whether it can be kept as it is: for whoever sets it up.
    pub fn check(&self) -> Result<(), PromotionError> {
        let right = |right: bool, error| if right { Ok(()) } else { Err(error) };
        right(!self.label.trim().is_empty(), PromotionError::NoLabel)?;
        let sound = match self.off {
            Discount::Percent(bp) => (1..=10_000).contains(&bp),
            Discount::Amount(minor) => minor > 0,
        };
        right(sound, PromotionError::BadDiscount)?;
        right(self.off_minor_max.is_none_or(|max| max > 0) && self.spend_minor_min >= 0, PromotionError::BadLimit)?;
        let days = self.from_day.zip(self.to_day).is_none_or(|(from, to)| from <= to);
        let mut spans = self.hours.iter().flat_map(|hours| hours.0.iter().flatten());
        right(days && spans.all(|span| span.from_min < span.to_min), PromotionError::BadTime)?;
        right(self.trigger.is_named(), PromotionError::NoName)
    }

    /// Everything but what depends on the lines.
    pub fn is_in_force(&self, occasion: &Occasion) -> bool {
        self.active
            && self.from_day.is_none_or(|from| from <= occasion.day)
            && self.to_day.is_none_or(|to| occasion.day <= to)
            && self.hours.as_ref().is_none_or(|hours| is_within(hours, occasion))
            && (self.branches.is_empty() || self.branches.contains(&occasion.branch))
            && self.currency.is_none_or(|currency| currency == occasion.currency)
            && (occasion.first_visit || !self.first_visit)
            && self.trigger.is_met(occasion)
    }

    fn offer(&self) -> Offer {
        Offer {
            kind: self.trigger.kind(),
            promotion: self.id,
            label: self.label.clone(),
            off: self.off,
            off_minor_max: self.off_minor_max,
            scope: self.scope.clone(),
            spend_minor_min: self.spend_minor_min,
            stacking: self.stacking,
        }
    }
}

impl Trigger {
    fn kind(&self) -> OfferKind {
        match self {
            Trigger::Automatic => OfferKind::Automatic,
            Trigger::Code(_) => OfferKind::Code,
            Trigger::Loyalty(_) => OfferKind::Loyalty,
            Trigger::Staff => OfferKind::Staff,
            Trigger::Membership(_) => OfferKind::Membership,
        }
    }

    fn is_named(&self) -> bool {
        match self {
            Trigger::Automatic | Trigger::Staff => true,
            Trigger::Code(name) | Trigger::Loyalty(name) | Trigger::Membership(name) => !name.trim().is_empty(),
        }
    }

    fn is_met(&self, occasion: &Occasion) -> bool {
        self.is_named()
            && match self {
                Trigger::Automatic => true,
                Trigger::Code(code) => occasion.codes.iter().any(|given| folded(given) == folded(code)),
                Trigger::Loyalty(tier) => occasion.tier.as_ref() == Some(tier),
                Trigger::Staff => occasion.staff,
                Trigger::Membership(plan) => occasion.memberships.contains(plan),
            }
    }
}

fn is_within(hours: &WeekHours, occasion: &Occasion) -> bool {
    // A day that no calendar has is in no week.
    let Ok(date) = day_from_number(occasion.day) else { return false };
    hours.on(date.weekday()).iter().any(|span| (span.from_min..span.to_min).contains(&occasion.minute))
}

fn folded(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect()
}

/// What is in force for a ticket, in the order it is taken off.
pub fn offers_in_force<'a>(promotions: impl IntoIterator<Item = &'a Promotion>, occasion: &Occasion) -> Vec<Offer> {
    let mut offers: Vec<Offer> =
        promotions.into_iter().filter(|p| p.is_in_force(occasion)).map(Promotion::offer).collect();
    offers.sort();
    offers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::branch::DaySpan;

    /// Tuesday, 24 November 2026.
    const TUESDAY: i32 = 20_781;

    fn branch(n: u8) -> BranchId {
        BranchId::from_parts(1, [n; 10])
    }

    fn promotion(n: u8, trigger: Trigger) -> Promotion {
        Promotion {
            id: PromotionId::from_parts(1, [n; 10]),
            label: format!("promotion {n}"),
            trigger,
            off: Discount::Percent(1_000),
            off_minor_max: None,
            scope: Scope::Everything,
            spend_minor_min: 0,
            stacking: Stacking::Stackable,
            currency: None,
            from_day: None,
            to_day: None,
            hours: None,
            branches: BTreeSet::new(),
            first_visit: false,
            active: true,
        }
    }

    fn occasion() -> Occasion {
        Occasion {
            branch: branch(1),
            currency: Currency::EUR,
            day: TUESDAY,
            minute: 10 * 60,
            codes: Vec::new(),
            first_visit: false,
            tier: None,
            staff: false,
            memberships: Vec::new(),
        }
    }

    #[test]
    fn every_condition_has_to_hold() {
        let mut on_tuesdays = WeekHours::default();
        on_tuesdays.0[1].push(DaySpan { from_min: 9 * 60, to_min: 11 * 60 });
        type Change = fn(&mut Promotion, &mut Occasion);
        let cases: [(&str, Change, bool); 15] = [
            ("nothing is asked", |_, _| {}, true),
            ("it is switched off", |p, _| p.active = false, false),
            ("its first day is today", |p, _| p.from_day = Some(TUESDAY), true),
            ("its first day is tomorrow", |p, _| p.from_day = Some(TUESDAY + 1), false),
            ("its last day is today", |p, _| p.to_day = Some(TUESDAY), true),
            ("its last day was yesterday", |p, _| p.to_day = Some(TUESDAY - 1), false),
            ("it is for this branch", |p, o| p.branches = [o.branch].into(), true),
            ("it is for another branch", |p, _| p.branches = [branch(2)].into(), false),
            ("it is in another currency", |p, _| p.currency = Some(Currency::CHF), false),
            ("it is for a first visit", |p, _| p.first_visit = true, false),
            ("it is for a first visit, and this is one", |p, o| (p.first_visit, o.first_visit) = (true, true), true),
            ("its hour is over", |_, o| o.minute = 11 * 60, false),
            ("its hour begins", |_, o| o.minute = 9 * 60, true),
            ("it is Wednesday", |_, o| o.day += 1, false),
            ("no calendar has the day", |_, o| o.day = i32::MAX, false),
        ];
        for (what, change, expected) in cases {
            let (mut promotion, mut occasion) = (promotion(1, Trigger::Automatic), occasion());
            promotion.hours = Some(on_tuesdays.clone());
            change(&mut promotion, &mut occasion);
            assert_eq!(promotion.is_in_force(&occasion), expected, "{what}");
        }
    }

    #[test]
    fn triggers_and_the_order_of_what_they_give() {
        let all = [
            promotion(1, Trigger::Membership("Gold".into())),
            promotion(2, Trigger::Staff),
            promotion(3, Trigger::Loyalty("Silver".into())),
            promotion(4, Trigger::Code("Spring 10".into())),
            promotion(6, Trigger::Automatic),
            promotion(5, Trigger::Automatic),
        ];
        let kinds = |occasion: &Occasion| {
            offers_in_force(&all, occasion).iter().map(|offer| (offer.kind, offer.label.clone())).collect::<Vec<_>>()
        };
        let by_itself = ["promotion 5", "promotion 6"].map(|label| (OfferKind::Automatic, label.to_owned()));
        assert_eq!(kinds(&occasion()), by_itself);
        let mut met = occasion();
        met.codes = vec!["spring10".into()];
        met.tier = Some("Silver".into());
        met.staff = true;
        met.memberships = vec!["Gold".into()];
        let kinds = kinds(&met).into_iter().map(|(kind, _)| kind).collect::<Vec<_>>();
        let order = [OfferKind::Code, OfferKind::Loyalty, OfferKind::Staff, OfferKind::Membership];
        assert_eq!(kinds, [&[OfferKind::Automatic; 2][..], &order].concat());
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        assert_eq!(promotion(1, Trigger::Automatic).check(), Ok(()));
        type Change = fn(&mut Promotion);
        let cases: [(Change, PromotionError); 8] = [
            (|p| p.label = " ".into(), PromotionError::NoLabel),
            (|p| p.off = Discount::Percent(10_001), PromotionError::BadDiscount),
            (|p| p.off = Discount::Amount(0), PromotionError::BadDiscount),
            (|p| p.off_minor_max = Some(0), PromotionError::BadLimit),
            (|p| p.spend_minor_min = -1, PromotionError::BadLimit),
            (|p| (p.from_day, p.to_day) = (Some(2), Some(1)), PromotionError::BadTime),
            (|p| p.hours = Some(WeekHours::every_day(600, 600)), PromotionError::BadTime),
            (|p| p.trigger = Trigger::Code(String::new()), PromotionError::NoName),
        ];
        for (change, error) in cases {
            let mut changed = promotion(1, Trigger::Automatic);
            change(&mut changed);
            assert_eq!(changed.check(), Err(error));
        }
    }

    #[test]
    fn it_is_read_as_it_was_written() {
        let mut full = promotion(1, Trigger::Code("SPRING".into()));
        full.scope = Scope::Only { items: [Item::Custom].into(), categories: ["Colour".to_owned()].into() };
        full.hours = Some(WeekHours::every_day(540, 660));
        full.branches = [branch(1)].into();
        let json = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<Promotion>(&json).unwrap(), full);
    }
}
