//! What all discounts of a ticket come to, line by line.
//!
//! The order is stated: on the lines first automatic offers, then what a person gave on a line; then on the ticket codes,
//! loyalty, staff and membership offers, and last what a person gave on the ticket. Within a kind the order is that of
//! ids, so that it does not matter in which order they are handed in. Each is of what those before it have left, and
//! none takes more than that: an offer never makes a ticket impossible that could be sold without it.
//!
//! An exclusive offer stands alone against all that stacks, what a person gave included; the client gets whichever leaves
//! the least to pay. What a line gives back keeps the discount it was sold at in any case.

use super::model::{Discount, LineDraft, LineKind, TicketDraft};
use super::pricing::PricingError;
use super::promotion::Stacking;
use super::terms::{DiscountPart, DiscountSource, Offer, OfferKind};
use crate::kernel::largest_remainder;
use crate::kernel::round_half_up;
use std::collections::BTreeSet;

/// One way of discounting a ticket: these offers, in this order, with or without what a person gave.
pub(super) struct Way<'a> {
    offers: Vec<&'a Offer>,
    by_hand: bool,
}

/// A line's price after discounts and what was taken off it: `gross = left_minor + Σ parts`.
pub(super) struct Cut {
    pub left_minor: i64,
    pub parts: Vec<DiscountPart>,
}

impl Cut {
    fn take(&mut self, source: DiscountSource, label: &str, amount_minor: i64) {
        if amount_minor != 0 {
            self.left_minor -= amount_minor;
            self.parts.push(DiscountPart { source, label: label.to_owned(), amount_minor });
        }
    }
}

/// Refuses what a person cannot have meant: more off than the price, as it is without any offer, or anything off a fee or off money
/// that is only held.
pub(super) fn check_by_hand(draft: &TicketDraft, gross: &[i64]) -> Result<(), PricingError> {
    let mut base = 0_i64;
    for (line, gross) in draft.lines.iter().zip(gross) {
        let own = match line.discount {
            None => 0,
            Some(_) if !line.is_discountable() => return Err(PricingError::FeeDiscounted),
            Some(discount) => checked(discount, *gross)?,
        };
        if line.is_discountable() {
            base += (gross - own).max(0);
        }
    }
    draft.discount.map_or(Ok(()), |discount| checked(discount, base).map(|_| ()))
}

fn checked(discount: Discount, price_minor: i64) -> Result<i64, PricingError> {
    let sound = match discount {
        Discount::Percent(bp) => bp <= 10_000,
        Discount::Amount(minor) => (0..=price_minor.abs()).contains(&minor),
    };
    if sound { Ok(off(discount, price_minor)) } else { Err(PricingError::DiscountTooLarge) }
}

/// What a discount takes off a price, at most all of it; has the price's sign. Of something given back, that was sold at
/// a discount, so much less is given back.
fn off(discount: Discount, price_minor: i64) -> i64 {
    match discount {
        Discount::Percent(bp) => round_half_up(i128::from(price_minor) * i128::from(bp.min(10_000)), 10_000),
        Discount::Amount(minor) => minor.clamp(0, price_minor.abs()) * price_minor.signum(),
    }
}

/// All that stacks together, then each exclusive offer alone. Never empty.
pub(super) fn ways(offers: &[Offer]) -> Vec<Way<'_>> {
    let mut sorted: Vec<&Offer> = offers.iter().collect();
    sorted.sort();
    let mut seen = BTreeSet::new();
    sorted.retain(|offer| seen.insert(offer.promotion));
    let (alone, stacked): (Vec<&Offer>, Vec<&Offer>) =
        sorted.into_iter().partition(|offer| offer.stacking == Stacking::Exclusive);
    let alone = alone.into_iter().map(|offer| Way { offers: vec![offer], by_hand: false });
    std::iter::once(Way { offers: stacked, by_hand: true }).chain(alone).collect()
}

/// Goes one way to the end. `gross` is what each line costs before discounts, checked by [`check_by_hand`].
pub(super) fn cut(draft: &TicketDraft, gross: &[i64], way: &Way<'_>) -> Vec<Cut> {
    let mut cuts: Vec<Cut> = gross.iter().map(|gross| Cut { left_minor: *gross, parts: Vec::new() }).collect();
    let (automatic, asked_for): (Vec<&Offer>, Vec<&Offer>) =
        way.offers.iter().partition(|offer| offer.kind == OfferKind::Automatic);
    automatic.into_iter().for_each(|offer| take_offer(offer, draft, gross, &mut cuts));
    for (line, cut) in draft.lines.iter().zip(&mut cuts) {
        if way.by_hand || line.kind != LineKind::Sale {
            take_line(line, cut);
        }
    }
    asked_for.into_iter().for_each(|offer| take_offer(offer, draft, gross, &mut cuts));
    if let Some(discount) = draft.discount.filter(|_| way.by_hand) {
        let weights = weights(draft, &cuts, LineDraft::is_discountable);
        take_shared(off(discount, weights.iter().sum()), &weights, DiscountSource::Ticket, "", &mut cuts);
    }
    cuts
}

fn take_line(line: &LineDraft, cut: &mut Cut) {
    let own = line.discount.map_or(0, |discount| off(discount, cut.left_minor));
    let known = &line.terms.discount_parts;
    let same_way = known.iter().all(|part| part.amount_minor.signum() == own.signum());
    let sum = known.iter().try_fold(0_i64, |sum, part| sum.checked_add(part.amount_minor));
    if same_way && sum == Some(own) {
        known.iter().for_each(|part| cut.take(part.source, &part.label, part.amount_minor));
    } else {
        cut.take(DiscountSource::Line, "", own);
    }
}

fn take_offer(offer: &Offer, draft: &TicketDraft, gross: &[i64], cuts: &mut [Cut]) {
    let within = |line: &LineDraft| line.kind == LineKind::Sale && offer.scope.covers(line);
    let spent: i64 = draft.lines.iter().zip(gross).filter(|(line, _)| within(line)).map(|(_, gross)| gross).sum();
    if spent < offer.spend_minor_min {
        return;
    }
    let weights = weights(draft, cuts, within);
    let whole = off(offer.off, weights.iter().sum());
    let whole = offer.off_minor_max.map_or(whole, |max| whole.min(max.max(0)));
    let source = DiscountSource::Offer { kind: offer.kind, promotion: offer.promotion };
    take_shared(whole, &weights, source, &offer.label, cuts);
}

/// What is left of the lines that are meant; nought for the others and for what gives back.
fn weights(draft: &TicketDraft, cuts: &[Cut], meant: impl Fn(&LineDraft) -> bool) -> Vec<i64> {
    draft.lines.iter().zip(cuts).map(|(line, cut)| if meant(line) { cut.left_minor.max(0) } else { 0 }).collect()
}

fn take_shared(whole_minor: i64, weights: &[i64], source: DiscountSource, label: &str, cuts: &mut [Cut]) {
    for (cut, part) in cuts.iter_mut().zip(largest_remainder(whole_minor, weights)) {
        cut.take(source, label, part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Currency, ProductId, PromotionId, ServiceId, TaxMode, TaxRate, TicketId, TicketLineId};
    use crate::payment::{FeeTerms, Item, PricedTicket, Scope, price};
    use proptest::prelude::*;

    fn service() -> Item {
        Item::Service(ServiceId::from_parts(1, [1; 10]))
    }

    fn product() -> Item {
        Item::Product(ProductId::from_parts(1, [2; 10]))
    }

    fn line(n: u8, item: Item, unit_price_minor: i64) -> LineDraft {
        LineDraft {
            id: TicketLineId::from_parts(1, [n; 10]),
            item,
            kind: if unit_price_minor < 0 { LineKind::Refund } else { LineKind::Sale },
            description: format!("line {n}"),
            staff: None,
            card: None,
            quantity: 1,
            unit_price_minor,
            discount: None,
            rates: vec![TaxRate { code: "VAT".into(), rate_bp: 1900, mode: TaxMode::Inclusive }],
            terms: Default::default(),
        }
    }

    fn offer(n: u8, kind: OfferKind, off: Discount) -> Offer {
        Offer {
            kind,
            promotion: PromotionId::from_parts(1, [n; 10]),
            label: format!("offer {n}"),
            off,
            off_minor_max: None,
            scope: Scope::Everything,
            spend_minor_min: 0,
            stacking: Stacking::Stackable,
        }
    }

    fn ticket(lines: Vec<LineDraft>, offers: Vec<Offer>) -> TicketDraft {
        let mut draft = TicketDraft {
            id: TicketId::from_parts(1, [0; 10]),
            booking: None,
            card: None,
            currency: Currency::EUR,
            lines,
            discount: None,
            terms: Default::default(),
        };
        draft.terms.offers = offers;
        draft
    }

    /// Label (or who gave it) and amount of each part of a line's discount.
    fn parts(priced: &PricedTicket, ix: usize) -> Vec<(String, i64)> {
        let name = |part: &DiscountPart| match part.source {
            DiscountSource::Offer { .. } => part.label.clone(),
            DiscountSource::Line => "line".into(),
            DiscountSource::Ticket => "ticket".into(),
        };
        priced.lines[ix].discount_parts.iter().map(|part| (name(part), part.amount_minor)).collect()
    }

    #[test]
    fn the_stated_order_each_on_what_is_left() {
        let mut cut = line(1, service(), 10_000);
        cut.discount = Some(Discount::Amount(1_000));
        let offers = vec![
            offer(4, OfferKind::Staff, Discount::Percent(5_000)),
            offer(2, OfferKind::Automatic, Discount::Percent(1_000)),
            offer(3, OfferKind::Code, Discount::Percent(1_000)),
            offer(1, OfferKind::Automatic, Discount::Percent(1_000)),
        ];
        let mut draft = ticket(vec![cut], offers);
        draft.discount = Some(Discount::Amount(145));
        let priced = price(&draft).unwrap();
        let expected = [
            ("offer 1", 1_000),
            ("offer 2", 900),
            ("line", 1_000),
            ("offer 3", 710),
            ("offer 4", 3_195),
            ("ticket", 145),
        ];
        assert_eq!(parts(&priced, 0), expected.map(|(name, minor)| (name.to_owned(), minor)));
        assert_eq!(priced.lines[0].price_minor, 3_050);
    }

    #[test]
    fn an_exclusive_offer_stands_alone_where_it_is_the_better_one() {
        for (exclusive_bp, expected) in [(3_000, 3_000), (1_500, 1_900), (1_900, 1_900)] {
            let mut alone = offer(1, OfferKind::Code, Discount::Percent(exclusive_bp));
            alone.stacking = Stacking::Exclusive;
            let mut cut = line(1, service(), 10_000);
            cut.discount = Some(Discount::Percent(1_000));
            let draft = ticket(vec![cut], vec![alone, offer(2, OfferKind::Automatic, Discount::Percent(1_000))]);
            let priced = price(&draft).unwrap();
            assert_eq!(priced.discount_minor, expected);
            let is_alone = parts(&priced, 0).iter().any(|(name, _)| name == "offer 1");
            assert_eq!(is_alone, exclusive_bp == 3_000, "of equals, what a person gave stays");
        }
    }

    #[test]
    fn scope_minimum_and_maximum() {
        let lines = || vec![line(1, service(), 6_000), line(2, product(), 3_000), line(3, Item::Fee, 500)];
        let mut retail = offer(1, OfferKind::Automatic, Discount::Percent(2_000));
        retail.scope = Scope::Products;
        assert_eq!(price(&ticket(lines(), vec![retail.clone()])).unwrap().discount_minor, 600);
        retail.off_minor_max = Some(250);
        assert_eq!(price(&ticket(lines(), vec![retail.clone()])).unwrap().discount_minor, 250);
        retail.spend_minor_min = 3_001;
        assert_eq!(price(&ticket(lines(), vec![retail])).unwrap().discount_minor, 0);
        // An amount is taken off once, over what is in scope; the fee stays whole and does not count for the minimum.
        let mut amount = offer(2, OfferKind::Code, Discount::Amount(1_000));
        amount.spend_minor_min = 9_000;
        let priced = price(&ticket(lines(), vec![amount.clone()])).unwrap();
        assert_eq!(priced.lines.iter().map(|l| l.discount_minor).collect::<Vec<_>>(), [667, 333, 0]);
        amount.spend_minor_min = 9_001;
        assert_eq!(price(&ticket(lines(), vec![amount])).unwrap().discount_minor, 0);
        let mut coloured = lines();
        coloured[0].terms.category = "Colour".into();
        let mut by_name = offer(3, OfferKind::Automatic, Discount::Percent(1_000));
        by_name.scope = Scope::Only { items: [product()].into(), categories: ["Colour".to_owned()].into() };
        assert_eq!(price(&ticket(coloured, vec![by_name.clone()])).unwrap().discount_minor, 900);
        assert_eq!(price(&ticket(lines(), vec![by_name])).unwrap().discount_minor, 300);
    }

    #[test]
    fn fees_and_tips_stay_whole_and_nobody_discounts_them() {
        let tip = LineDraft { kind: LineKind::Tip, rates: Vec::new(), ..line(2, Item::Custom, 500) };
        for whole in [line(2, Item::Fee, 500), tip] {
            let mut draft = ticket(vec![line(1, service(), 5_000), whole], Vec::new());
            draft.discount = Some(Discount::Percent(10_000));
            assert_eq!(price(&draft).unwrap().total_minor, 500);
            draft.discount = Some(Discount::Amount(5_001));
            assert_eq!(price(&draft), Err(PricingError::DiscountTooLarge));
            draft.lines[1].discount = Some(Discount::Percent(100));
            assert_eq!(price(&draft), Err(PricingError::FeeDiscounted));
        }
    }

    #[test]
    fn an_offer_never_makes_a_ticket_impossible() {
        let mut cut = line(1, service(), 5_000);
        cut.discount = Some(Discount::Amount(4_000));
        let half = offer(1, OfferKind::Automatic, Discount::Percent(5_000));
        let mut draft = ticket(vec![cut], vec![half]);
        draft.discount = Some(Discount::Amount(1_000));
        assert_eq!(price(&draft).unwrap().total_minor, 0);
    }

    #[test]
    fn an_exchange_gives_back_what_was_paid_whatever_is_on_offer() {
        let mut back = line(1, product(), -3_000);
        back.discount = Some(Discount::Amount(300));
        let mut alone = offer(1, OfferKind::Automatic, Discount::Percent(5_000));
        alone.stacking = Stacking::Exclusive;
        let priced = price(&ticket(vec![back, line(2, product(), 4_000)], vec![alone])).unwrap();
        assert_eq!(priced.lines.iter().map(|l| l.price_minor).collect::<Vec<_>>(), [-2_700, 2_000]);
    }

    fn any_offer() -> impl Strategy<Value = Offer> {
        use OfferKind::{Automatic, Code, Loyalty, Membership, Staff};
        let kind = prop::sample::select(vec![Automatic, Code, Loyalty, Staff, Membership]);
        let off = prop_oneof![(0_u32..12_000).prop_map(Discount::Percent), (-50_i64..9_000).prop_map(Discount::Amount)];
        let scope = prop::sample::select(vec![Scope::Everything, Scope::Services, Scope::Products]);
        (1_u8..9, kind, off, scope, 0_i64..20_000, prop::option::of(-5_i64..2_000), any::<bool>()).prop_map(
            |(n, kind, off, scope, spend_minor_min, off_minor_max, alone)| Offer {
                scope,
                spend_minor_min,
                off_minor_max,
                stacking: if alone { Stacking::Exclusive } else { Stacking::Stackable },
                ..offer(n, kind, off)
            },
        )
    }

    fn any_line() -> impl Strategy<Value = LineDraft> {
        let item = prop::sample::select(vec![service(), product(), Item::Custom, Item::Fee]);
        (1_u8..250, item, -5_000_i64..20_000, prop::option::of(0_u32..=10_000)).prop_map(|(n, item, minor, bp)| {
            let is_fee = item == Item::Fee;
            let discount = bp.filter(|_| !is_fee).map(Discount::Percent);
            let mut line = LineDraft { discount, ..line(n, item, minor) };
            line.terms.fee = bp.filter(|_| is_fee).map(|bp| FeeTerms { code: String::new(), percent_bp: Some(bp) });
            line
        })
    }

    proptest! {
        /// Whatever is on offer: parts add up, no price goes below nought, fees and what is given back stay as they are.
        #[test]
        fn discounts_add_up(
            lines in prop::collection::vec(any_line(), 1..6),
            offers in prop::collection::vec(any_offer(), 0..6),
            whole in prop::option::of(0_u32..=10_000),
        ) {
            let mut draft = ticket(lines, offers);
            draft.discount = whole.map(Discount::Percent);
            let priced = price(&draft).unwrap();
            for (line, drafted) in priced.lines.iter().zip(&draft.lines) {
                let gross = line.unit_price_minor * line.quantity;
                let sum: i64 = line.discount_parts.iter().map(|part| part.amount_minor).sum();
                prop_assert_eq!(sum, line.discount_minor);
                prop_assert_eq!(gross - line.discount_minor, line.price_minor);
                prop_assert!(line.discount_parts.iter().all(|part| part.amount_minor.signum() == gross.signum()));
                prop_assert!(line.price_minor.abs() <= gross.abs() && line.price_minor * gross >= 0);
                if line.item == Item::Fee {
                    prop_assert_eq!(line.discount_minor, 0);
                }
                if line.kind != LineKind::Sale {
                    prop_assert_eq!(line.discount_minor, drafted.discount.map_or(0, |d| off(d, gross)));
                }
            }
            prop_assert_eq!(priced.total_minor, priced.lines.iter().map(|l| l.total_minor).sum::<i64>());
            // Offers are for the client's good: without them it is never less.
            draft.terms.offers.clear();
            prop_assert!(priced.total_minor <= price(&draft).unwrap().total_minor);
        }

        /// The order in which offers are handed in does not matter, nor that one is there twice.
        #[test]
        fn any_order_prices_the_same(
            lines in prop::collection::vec(any_line(), 1..5),
            (offers, shuffled) in prop::collection::vec(any_offer(), 0..6)
                .prop_flat_map(|offers| (Just(offers.clone()), Just(offers).prop_shuffle())),
        ) {
            let mut repeated = shuffled.clone();
            repeated.extend(shuffled);
            prop_assert_eq!(price(&ticket(lines.clone(), offers)), price(&ticket(lines, repeated)));
        }
    }
}
