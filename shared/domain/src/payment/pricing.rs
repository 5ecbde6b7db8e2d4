//! From a draft to a priced ticket, and from a priced ticket to a sale.

use super::discounts::{Cut, check_by_hand, cut, ways};
use super::model::{LineDraft, LineKind, PricedLine, Tender, TenderKind, TicketDraft};
use super::session::TaxTotal;
use super::terms::taxed;
use crate::kernel::round_half_up;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PricingError {
    #[error("the ticket has no lines")]
    Empty,
    #[error("a quantity has to be one or more")]
    BadQuantity,
    #[error("a discount cannot be more than the price")]
    DiscountTooLarge,
    #[error("there is no discount on a fee, a tip or money that is only held")]
    FeeDiscounted,
    #[error("a refund or a redeemed deposit has a negative price, a sale does not")]
    WrongSign,
    #[error("the amount is too large")]
    Overflow,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricedTicket {
    pub lines: Vec<PricedLine>,
    /// Prices before any discount.
    pub subtotal_minor: i64,
    pub discount_minor: i64,
    /// Inclusive tax that an exemption took out of the prices.
    pub relief_minor: i64,
    pub net_minor: i64,
    pub tax_minor: i64,
    /// By code, in order of first appearance.
    pub taxes: Vec<TaxTotal>,
    /// What the client pays: the sum of the lines' totals.
    pub total_minor: i64,
}

/// Amounts beyond this are a typing mistake, and keep every sum far from overflow.
const AMOUNT_MINOR_MAX: i64 = 1_000_000_000_000;
/// Nobody charges a fee of more than all that is sold.
const SHARE_BP_MAX: u32 = 10_000;

/// Prices a ticket: what each line costs, less all discounts in their stated order (`discounts.rs`), then taxes, per
/// line and rate. A fee of so much per cent is of what all else comes to after discounts. Discounts of several lines are spread over them in proportion to their prices by largest remainder, so
/// that the parts add up to the whole. Of the ways that offers can be had, the one with the least to pay.
pub fn price(draft: &TicketDraft) -> Result<PricedTicket, PricingError> {
    if draft.lines.is_empty() {
        return Err(PricingError::Empty);
    }
    let gross = draft.lines.iter().map(gross_of).collect::<Result<Vec<i64>, _>>()?;
    check_by_hand(draft, &gross)?;
    let best = ways(&draft.terms.offers)
        .iter()
        .map(|way| {
            let mut cuts = cut(draft, &gross, way);
            let subtotal_minor = gross.iter().sum::<i64>() + charge_shares(draft, &mut cuts);
            let lines = draft.lines.iter().zip(cuts).map(|(line, cut)| priced(line, draft, cut)).collect();
            totals(lines, subtotal_minor)
        })
        .min_by_key(|ticket| ticket.total_minor);
    best.ok_or(PricingError::Empty)
}

/// Prices the fees that are a share of what is sold, and gives what they come to. None is a share of another.
fn charge_shares(draft: &TicketDraft, cuts: &mut [Cut]) -> i64 {
    let is_base = |line: &LineDraft| line.kind == LineKind::Sale && line.is_discountable();
    let base: i64 =
        draft.lines.iter().zip(cuts.iter()).filter(|(line, _)| is_base(line)).map(|(_, c)| c.left_minor).sum();
    let mut sum = 0;
    for (line, cut) in draft.lines.iter().zip(cuts) {
        if let Some(bp) = line.share_bp() {
            cut.left_minor = round_half_up(i128::from(base) * i128::from(bp), 10_000);
            sum += cut.left_minor;
        }
    }
    sum
}

fn gross_of(line: &LineDraft) -> Result<i64, PricingError> {
    if line.quantity < 1 || line.share_bp().is_some() && line.quantity != 1 {
        return Err(PricingError::BadQuantity);
    }
    if let Some(bp) = line.share_bp() {
        return if bp <= SHARE_BP_MAX { Ok(0) } else { Err(PricingError::Overflow) };
    }
    let gross = line.unit_price_minor.checked_mul(line.quantity).ok_or(PricingError::Overflow)?;
    if gross.abs() > AMOUNT_MINOR_MAX {
        return Err(PricingError::Overflow);
    }
    let right_sign = match line.kind {
        LineKind::Sale => gross >= 0,
        LineKind::Refund | LineKind::DepositRedeemed => gross <= 0,
        LineKind::Tip | LineKind::ValueSold => true,
        LineKind::Prepaid { .. }
        | LineKind::PrepaidReturned { .. }
        | LineKind::Included { .. }
        | LineKind::IncludedReturned { .. } => gross == 0,
    };
    if right_sign { Ok(gross) } else { Err(PricingError::WrongSign) }
}

fn priced(line: &LineDraft, draft: &TicketDraft, cut: Cut) -> PricedLine {
    let of_ticket = draft.terms.exempt.as_ref().filter(|_| line.kind == LineKind::Sale);
    let unit_price_minor = if line.share_bp().is_some() { cut.left_minor } else { line.unit_price_minor };
    let mut taxed = taxed(cut.left_minor, &line.rates, line.terms.exempt.as_ref().or(of_ticket));
    if let Some(exact) = line.terms.given_back.as_ref().and_then(|given| given.exact.as_ref()) {
        (taxed.net_minor, taxed.taxes) = (exact.net_minor, exact.taxes.clone());
    }
    PricedLine {
        id: line.id,
        item: line.item.clone(),
        kind: line.kind,
        description: line.description.clone(),
        staff: line.staff,
        card: line.card,
        quantity: line.quantity,
        unit_price_minor,
        discount_minor: cut.parts.iter().map(|part| part.amount_minor).sum(),
        discount_parts: cut.parts,
        overridden: line.terms.overridden.clone(),
        exempted: taxed.exempted,
        given_back: line.terms.given_back.clone(),
        shares: line.terms.shares.clone(),
        price_minor: taxed.price_minor,
        net_minor: taxed.net_minor,
        total_minor: taxed.net_minor + taxed.taxes.iter().map(|t| t.tax_minor).sum::<i64>(),
        taxes: taxed.taxes,
    }
}

fn totals(lines: Vec<PricedLine>, subtotal_minor: i64) -> PricedTicket {
    let mut taxes: Vec<TaxTotal> = Vec::new();
    for amount in lines.iter().flat_map(|l| &l.taxes) {
        TaxTotal::add(&mut taxes, amount);
    }
    PricedTicket {
        subtotal_minor,
        discount_minor: lines.iter().map(|l| l.discount_minor).sum(),
        relief_minor: lines.iter().filter_map(|l| l.exempted.as_ref()).map(|e| e.relief_minor).sum(),
        net_minor: lines.iter().map(|l| l.net_minor).sum(),
        tax_minor: taxes.iter().map(|t| t.tax_minor).sum(),
        total_minor: lines.iter().map(|l| l.total_minor).sum(),
        taxes,
        lines,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TenderError {
    #[error("{short_minor} minor units are still to be paid")]
    NotEnough { short_minor: i64 },
    #[error("more was taken by card than is owed")]
    TooMuch,
    #[error("an amount has the wrong sign")]
    WrongSign,
}

/// The change for `tendered_minor` in cash against what is still owed.
pub fn change_due(owed_minor: i64, tendered_minor: i64) -> Result<i64, TenderError> {
    if tendered_minor < owed_minor {
        return Err(TenderError::NotEnough { short_minor: owed_minor - tendered_minor });
    }
    Ok(tendered_minor - owed_minor)
}

/// Checks that the tenders pay the total exactly, and says what change the cash among them gives.
pub fn settle(total_minor: i64, tenders: &[Tender]) -> Result<i64, TenderError> {
    let paid: i64 = tenders.iter().map(|t| t.amount_minor).sum();
    if paid < total_minor {
        return Err(TenderError::NotEnough { short_minor: total_minor - paid });
    }
    if paid > total_minor {
        return Err(TenderError::TooMuch);
    }
    let mut change_minor = 0;
    // A part had its change when it was taken.
    for tender in tenders.iter().filter(|tender| tender.taken.is_none()) {
        if let TenderKind::Cash { tendered_minor } = tender.kind {
            if tender.amount_minor >= 0 {
                change_minor += change_due(tender.amount_minor, tendered_minor)?;
            } else if tendered_minor != 0 {
                return Err(TenderError::WrongSign);
            }
        }
    }
    Ok(change_minor)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{Currency, TaxMode, TaxRate, TicketId, TicketLineId};
    use crate::payment::{Discount, Item};
    use proptest::prelude::*;

    fn line(n: u8, unit_price_minor: i64, quantity: i64, discount: Option<Discount>) -> LineDraft {
        LineDraft {
            id: TicketLineId::from_parts(1, [n; 10]),
            item: Item::Custom,
            kind: if unit_price_minor < 0 { LineKind::Refund } else { LineKind::Sale },
            description: format!("line {n}"),
            staff: None,
            card: None,
            quantity,
            unit_price_minor,
            discount,
            rates: vec![
                TaxRate { code: "GST".into(), rate_bp: 500, mode: TaxMode::Exclusive },
                TaxRate { code: "PST".into(), rate_bp: 800, mode: TaxMode::Exclusive },
            ],
            terms: Default::default(),
        }
    }

    fn ticket(lines: Vec<LineDraft>, discount: Option<Discount>) -> TicketDraft {
        TicketDraft {
            id: TicketId::from_parts(1, [0; 10]),
            booking: None,
            card: None,
            currency: Currency::CAD,
            lines,
            discount,
            terms: Default::default(),
        }
    }

    #[test]
    fn a_cut_a_shampoo_and_a_deposit() {
        let mut deposit = line(3, -5000, 1, None);
        deposit.kind = LineKind::DepositRedeemed;
        let priced = price(&ticket(vec![line(1, 8200, 1, None), line(2, 3415, 1, None), deposit], None)).unwrap();
        assert_eq!(priced.net_minor, 6615);
        assert_eq!(priced.taxes.iter().map(|t| t.tax_minor).collect::<Vec<_>>(), [331, 529]);
        assert_eq!(priced.total_minor, 6615 + 331 + 529);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(price(&ticket(vec![], None)), Err(PricingError::Empty));
        assert_eq!(price(&ticket(vec![line(1, 100, 0, None)], None)), Err(PricingError::BadQuantity));
        let over = Some(Discount::Amount(101));
        assert_eq!(price(&ticket(vec![line(1, 100, 1, over)], None)), Err(PricingError::DiscountTooLarge));
        assert_eq!(price(&ticket(vec![line(1, i64::MAX, 2, None)], None)), Err(PricingError::Overflow));
        assert_eq!(change_due(1000, 999), Err(TenderError::NotEnough { short_minor: 1 }));
    }

    #[test]
    fn a_share_is_of_what_is_sold_after_discounts_and_of_no_other_fee() {
        let fee = |n, percent_bp, minor| {
            let mut fee = line(n, minor, 1, None);
            fee.item = Item::Fee;
            fee.terms.fee = Some(crate::payment::FeeTerms { code: "SERVICE".into(), percent_bp });
            fee
        };
        let mut tip = line(5, 700, 1, None);
        (tip.kind, tip.rates) = (LineKind::Tip, Vec::new());
        let sold = line(1, 10_000, 1, Some(Discount::Percent(1_000)));
        let lines = vec![sold, fee(2, Some(1_250), 999_999), fee(3, None, 500), fee(4, Some(100), 0), tip];
        let priced = price(&ticket(lines.clone(), Some(Discount::Amount(1_000)))).unwrap();
        // An eighth of 80.00, and a hundredth of it.
        assert_eq!(priced.lines.iter().map(|l| l.price_minor).collect::<Vec<_>>(), [8_000, 1_000, 500, 80, 700]);
        assert_eq!(priced.lines[1].unit_price_minor, 1_000, "what was said of its price means nothing");
        assert_eq!(priced.subtotal_minor, 10_000 + 1_000 + 500 + 80 + 700);
        assert_eq!(priced.lines[1].taxes.iter().map(|t| t.tax_minor).collect::<Vec<_>>(), [50, 80]);
        let mut twice = lines.clone();
        twice[1].quantity = 2;
        assert_eq!(price(&ticket(twice, None)), Err(PricingError::BadQuantity));
        let alone = price(&ticket(vec![fee(2, Some(1_000), 0)], None)).unwrap();
        assert_eq!(alone.total_minor, 0);
        assert_eq!(price(&ticket(vec![fee(2, Some(10_001), 0)], None)), Err(PricingError::Overflow));
    }

    proptest! {
        /// Conservation: nothing is won or lost between lines, discounts, taxes and the total.
        #[test]
        fn totals_are_the_sum_of_the_lines(
            prices in prop::collection::vec((-200_000_i64..200_000, 1_i64..4, prop::option::of(0_u32..=10_000)), 1..12),
            off in prop::option::of(0_u32..=10_000),
        ) {
            let lines: Vec<LineDraft> = prices
                .iter()
                .enumerate()
                .map(|(ix, (p, q, d))| line(ix as u8, *p, *q, d.map(Discount::Percent)))
                .collect();
            let priced = price(&ticket(lines, off.map(Discount::Percent))).unwrap();
            prop_assert_eq!(priced.total_minor, priced.lines.iter().map(|l| l.total_minor).sum::<i64>());
            prop_assert_eq!(priced.total_minor, priced.net_minor + priced.tax_minor);
            prop_assert_eq!(priced.subtotal_minor - priced.discount_minor, priced.lines.iter().map(|l| l.price_minor).sum::<i64>());
            for line in &priced.lines {
                prop_assert_eq!(line.unit_price_minor * line.quantity - line.discount_minor, line.price_minor);
            }
        }

        /// A fixed amount off the ticket is taken off in full, never a cent more or less.
        #[test]
        fn a_ticket_discount_is_spread_exactly(prices in prop::collection::vec(0_i64..50_000, 1..9), share in 0_u32..=100) {
            let base: i64 = prices.iter().sum();
            let off = base * i64::from(share) / 100;
            let lines = prices.iter().enumerate().map(|(ix, p)| line(ix as u8, *p, 1, None)).collect();
            let priced = price(&ticket(lines, Some(Discount::Amount(off)))).unwrap();
            prop_assert_eq!(priced.discount_minor, off);
            prop_assert!(priced.lines.iter().all(|l| l.price_minor >= 0));
        }
    }
}
