//! Taking a whole sale back: the ticket that mirrors it line by line, at the prices, discounts and taxes it was sold at,
//! so that both together are nought everywhere.

use super::model::{Discount, LineDraft, LineKind, PricedLine, Sale, TicketDraft};
use super::terms::{DiscountPart, GivenBack, LineTerms, PriceOverride, TicketTerms};
use crate::kernel::{TaxMode, TaxRate, TicketId, marker, tax_of_line};
use crate::value::movement_of_line;

/// The ticket of a sale's refund. It follows from the sale's, so that a sale is given back once.
pub fn refund_of(ticket: TicketId) -> TicketId {
    ticket.derive(b"refund")
}

/// The ticket that takes `sale` back; `reason` goes beside each line's description.
pub fn whole_refund(sale: &Sale, reason: &str) -> TicketDraft {
    TicketDraft {
        id: refund_of(sale.ticket),
        booking: None,
        card: sale.card,
        currency: sale.currency,
        lines: sale.lines.iter().map(|line| mirrored(sale.ticket, line, reason)).collect(),
        discount: None,
        // Offers and exemptions go line by line, as they were had.
        terms: TicketTerms::default(),
    }
}

pub(super) fn mirrored(ticket: TicketId, line: &PricedLine, reason: &str) -> LineDraft {
    // What gave something back, or was a deposit taken off, is owed again.
    let kind = match line.kind {
        LineKind::Sale => LineKind::Refund,
        LineKind::Refund | LineKind::DepositRedeemed => LineKind::Sale,
        LineKind::Tip | LineKind::ValueSold => line.kind,
        LineKind::Prepaid { package, .. } => LineKind::PrepaidReturned { package, of: movement_of_line(line.id, 0) },
        // What was given back for a package or a membership is not used again by taking that back.
        LineKind::PrepaidReturned { .. } | LineKind::IncludedReturned { .. } => LineKind::Sale,
        LineKind::Included { membership, .. } => {
            LineKind::IncludedReturned { membership, of: movement_of_line(line.id, 0) }
        }
    };
    let discount = Some(line.discount_minor.abs()).filter(|minor| *minor != 0).map(Discount::Amount);
    LineDraft {
        id: line.id.derive::<marker::TicketLine>(b"refund"),
        item: line.item.clone(),
        kind,
        description: format!("{} ({reason})", line.description),
        staff: line.staff,
        card: line.card,
        quantity: line.quantity,
        unit_price_minor: -line.unit_price_minor,
        discount,
        rates: rates_of(line),
        terms: terms_of(ticket, line),
    }
}

/// What the sale kept about the line, the other way round.
fn terms_of(ticket: TicketId, line: &PricedLine) -> LineTerms {
    let back = |part: &DiscountPart| DiscountPart { amount_minor: -part.amount_minor, ..part.clone() };
    let listed = |over: &PriceOverride| PriceOverride { listed_minor: -over.listed_minor, reason: over.reason.clone() };
    LineTerms {
        category: String::new(),
        given_back: Some(Box::new(GivenBack { ticket, line: line.id, pieces: line.quantity, exact: None })),
        overridden: line.overridden.as_ref().map(listed),
        exempt: line.exempted.as_ref().map(|exempted| exempted.exemption.clone()),
        discount_parts: line.discount_parts.iter().map(back).collect(),
        fee: None,
        // What was used stays used, and what somebody's share was is in the sale.
        used: None,
        shares: Vec::new(),
    }
}

/// The rates that a line was taxed by. A sale keeps what each rate made of it and not whether the price held it: of the
/// few ways there are, the one that gives the same amounts. Of an exempt line it keeps the rates themselves.
fn rates_of(line: &PricedLine) -> Vec<TaxRate> {
    if let Some(exempted) = &line.exempted {
        return exempted.rates.clone();
    }
    let ways = 1_u32 << line.taxes.len().min(8);
    let rates = |way: u32| -> Vec<TaxRate> {
        let mode = |ix: usize| if way >> ix & 1 == 1 { TaxMode::Inclusive } else { TaxMode::Exclusive };
        let rate = |(ix, tax): (usize, &crate::kernel::TaxAmount)| TaxRate {
            code: tax.code.clone(),
            rate_bp: tax.rate_bp,
            mode: mode(ix),
        };
        line.taxes.iter().enumerate().map(rate).collect()
    };
    let found =
        (0..ways).map(rates).find(|rates| tax_of_line(line.price_minor, rates) == (line.net_minor, line.taxes.clone()));
    found.unwrap_or_else(|| rates(0))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::kernel::{BranchId, Currency, DeviceId, PromotionId, TicketLineId, TillSessionId};
    use crate::payment::{Exemption, InclusiveTax, Item, Offer, OfferKind, Scope, Stacking, price};
    use proptest::prelude::*;

    pub(in crate::payment) fn sale_of(draft: &TicketDraft) -> Sale {
        let priced = price(draft).unwrap();
        Sale {
            ticket: draft.id,
            number: 1,
            device: DeviceId::from_parts(1, [1; 10]),
            branch: BranchId::from_parts(1, [2; 10]),
            session: TillSessionId::from_parts(1, [3; 10]),
            day: 20_000,
            booking: None,
            bookings: Vec::new(),
            card: None,
            currency: draft.currency,
            lines: priced.lines,
            tenders: Vec::new(),
            net_minor: priced.net_minor,
            tax_minor: priced.tax_minor,
            total_minor: priced.total_minor,
            rounding_minor: 0,
            change_minor: 0,
            follows: None,
            external_number: None,
        }
    }

    #[test]
    fn held_money_goes_back_as_held_money_without_a_discount() {
        let code = crate::value::GiftCode::of_number("0794").unwrap();
        let line = LineDraft {
            id: TicketLineId::from_parts(1, [1; 10]),
            item: Item::GiftCard { code, drawn: false },
            kind: LineKind::ValueSold,
            description: "gift card".into(),
            staff: None,
            card: None,
            quantity: 1,
            unit_price_minor: 5_000,
            discount: None,
            rates: Vec::new(),
            terms: LineTerms::default(),
        };
        let mut draft = TicketDraft {
            id: TicketId::from_parts(1, [9; 10]),
            booking: None,
            card: None,
            currency: Currency::EUR,
            lines: vec![line],
            discount: Some(Discount::Percent(5_000)),
            terms: TicketTerms::default(),
        };
        let sale = sale_of(&draft);
        assert_eq!((sale.total_minor, sale.turnover_minor()), (5_000, 0));
        let refund = sale_of(&whole_refund(&sale, "unwanted"));
        assert_eq!((refund.total_minor, refund.lines[0].kind), (-5_000, LineKind::ValueSold));
        assert!(!format!("{sale:?}").contains("GC07945"), "a log has nothing to spend");
        draft.lines[0].discount = Some(Discount::Amount(1));
        assert_eq!(price(&draft), Err(crate::payment::PricingError::FeeDiscounted));
    }

    fn rate() -> impl Strategy<Value = TaxRate> {
        (0_u32..2_600, any::<bool>()).prop_map(|(rate_bp, inclusive)| TaxRate {
            code: format!("T{rate_bp}"),
            rate_bp,
            mode: if inclusive { TaxMode::Inclusive } else { TaxMode::Exclusive },
        })
    }

    pub(in crate::payment) fn line() -> impl Strategy<Value = LineDraft> {
        let discount = prop_oneof![
            Just(None),
            (0_u32..=10_000).prop_map(|bp| Some(Discount::Percent(bp))),
            (0_i64..=100).prop_map(|minor| Some(Discount::Amount(minor))),
        ];
        let rates = proptest::collection::vec(rate(), 0..3);
        (1_u8..250, 100_i64..500_000, 1_i64..9, discount, rates).prop_map(
            |(n, unit_price_minor, quantity, discount, rates)| LineDraft {
                id: TicketLineId::from_parts(1, [n; 10]),
                item: Item::Custom,
                kind: LineKind::Sale,
                description: "Line".into(),
                staff: None,
                card: None,
                quantity,
                unit_price_minor,
                discount,
                rates,
                terms: Default::default(),
            },
        )
    }

    proptest! {
        /// Whatever was sold, at whatever discounts and taxes: with its refund it is nought, line by line.
        #[test]
        fn a_sale_and_its_refund_are_nought(
            lines in proptest::collection::vec(line(), 1..5),
            whole in proptest::option::of(0_u32..=10_000),
        ) {
            let draft = TicketDraft {
                id: TicketId::from_parts(1, [9; 10]),
                booking: None,
                card: None,
                currency: Currency::EUR,
                lines,
                discount: whole.map(Discount::Percent),
                terms: Default::default(),
            };
            let sale = sale_of(&draft);
            let back = price(&whole_refund(&sale, "wrong colour")).unwrap();
            prop_assert_eq!(back.total_minor, -sale.total_minor);
            prop_assert_eq!(back.net_minor, -sale.net_minor);
            for (sold, returned) in sale.lines.iter().zip(&back.lines) {
                prop_assert_eq!(returned.total_minor, -sold.total_minor);
                prop_assert_eq!(returned.discount_minor, -sold.discount_minor);
                let taxes = |line: &PricedLine| line.taxes.iter().map(|tax| tax.tax_minor).collect::<Vec<_>>();
                prop_assert_eq!(taxes(returned), taxes(sold).iter().map(|minor| -minor).collect::<Vec<_>>());
            }
        }

        /// Offers, a fee and an exemption are given back as they were had, part by part; and giving that back is the sale
        /// again.
        #[test]
        fn offers_and_exemptions_are_mirrored(
            lines in proptest::collection::vec(line(), 1..5),
            offers in proptest::collection::vec((1_u8..9, 0_u32..=10_000, any::<bool>()), 0..4),
            inclusive in proptest::option::of(any::<bool>()),
        ) {
            let mut draft = TicketDraft {
                id: TicketId::from_parts(1, [9; 10]),
                booking: None,
                card: None,
                currency: Currency::EUR,
                lines,
                discount: Some(Discount::Percent(500)),
                terms: Default::default(),
            };
            let fee = LineDraft { item: Item::Fee, discount: None, ..draft.lines[0].clone() };
            draft.lines.push(fee);
            draft.lines[0].terms.overridden = Some(PriceOverride { listed_minor: 1_000, reason: "agreed".into() });
            let offer = |(n, bp, alone): (u8, u32, bool)| Offer {
                kind: if n % 2 == 0 { OfferKind::Automatic } else { OfferKind::Code },
                promotion: PromotionId::from_parts(1, [n; 10]),
                label: format!("offer {n}"),
                off: Discount::Percent(bp),
                off_minor_max: None,
                scope: Scope::Everything,
                spend_minor_min: 0,
                stacking: if alone { Stacking::Exclusive } else { Stacking::Stackable },
            };
            draft.terms.offers = offers.into_iter().map(offer).collect();
            let way = |out| if out { InclusiveTax::TakenOut } else { InclusiveTax::Kept };
            draft.terms.exempt = inclusive.map(|out| Exemption {
                reason: "embassy".into(),
                number: String::new(),
                inclusive: way(out),
            });
            let sale = sale_of(&draft);
            let refund = sale_of(&whole_refund(&sale, "wrong colour"));
            prop_assert_eq!(refund.total_minor, -sale.total_minor);
            prop_assert_eq!(refund.tax_minor, -sale.tax_minor);
            let parts = |line: &PricedLine, sign: i64| -> Vec<_> {
                line.discount_parts.iter().map(|part| (part.source, part.label.clone(), part.amount_minor * sign)).collect()
            };
            for (sold, returned) in sale.lines.iter().zip(&refund.lines) {
                prop_assert_eq!(returned.price_minor, -sold.price_minor);
                prop_assert_eq!(returned.net_minor, -sold.net_minor);
                prop_assert_eq!(parts(returned, -1), parts(sold, 1));
                let relief = |line: &PricedLine| line.exempted.as_ref().map(|e| e.relief_minor);
                prop_assert_eq!(relief(returned), relief(sold).map(|minor| -minor));
            }
            let again = sale_of(&whole_refund(&refund, "kept after all"));
            for (sold, again) in sale.lines.iter().zip(&again.lines) {
                prop_assert_eq!((&again.discount_parts, &again.exempted), (&sold.discount_parts, &sold.exempted));
                prop_assert_eq!((again.total_minor, &again.overridden), (sold.total_minor, &sold.overridden));
            }
        }
    }
}
