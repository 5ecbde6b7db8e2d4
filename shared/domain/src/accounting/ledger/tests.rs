//! Random sessions of everything that moves money: each entry balances, and postings and totals are the same numbers.

use super::*;
use crate::accounting::{entry_of, entry_of_close};
use crate::event::Happening;
use crate::kernel::{
    BranchId, Currency, DeviceId, PartId, PaymentId, TaxMode, TaxRate, TicketId, TicketLineId, TillSessionId,
};
use crate::payment::{
    Discount, Item, LineDraft, LineKind, PartPaid, PartRef, Sale, Tender, TenderKind, TicketDraft, TillClosed,
    TillMove, TillMoved, TillOpened, ZReport, price,
};
use proptest::prelude::*;
use uuid::Uuid;

fn session() -> TillSessionId {
    TillSessionId::from_parts(1, [2; 10])
}
fn device() -> DeviceId {
    DeviceId::from_parts(1, [3; 10])
}
fn branch() -> BranchId {
    BranchId::from_parts(1, [4; 10])
}

fn rates(which: u8) -> Vec<TaxRate> {
    let rate = |code: &str, rate_bp, mode| TaxRate { code: code.into(), rate_bp, mode };
    match which % 4 {
        0 => Vec::new(),
        1 => vec![rate("VAT", 1_900, TaxMode::Inclusive)],
        2 => vec![rate("VAT", 700, TaxMode::Inclusive)],
        _ => vec![rate("GST", 500, TaxMode::Exclusive), rate("PST", 800, TaxMode::Exclusive)],
    }
}

fn line((n, unit_minor, kind, tax): (u8, i64, u8, u8)) -> LineDraft {
    let (kind, sign) = match kind {
        0..4 => (LineKind::Sale, 1),
        4 => (LineKind::Refund, -1),
        5 => (LineKind::DepositRedeemed, -1),
        _ => (LineKind::Tip, 1),
    };
    LineDraft {
        id: TicketLineId::from_parts(1, [n; 10]),
        item: Item::Custom,
        kind,
        description: "Line".into(),
        staff: None,
        card: None,
        quantity: i64::from(n % 3) + 1,
        unit_price_minor: unit_minor * sign,
        discount: (kind == LineKind::Sale && n % 2 == 0).then_some(Discount::Percent(1_250)),
        rates: if kind == LineKind::Tip { Vec::new() } else { rates(tax) },
        terms: Default::default(),
    }
}

fn tender_kind(which: u8) -> TenderKind {
    match which % 5 {
        0 => TenderKind::Cash { tendered_minor: 0 },
        1 => TenderKind::Card {
            payment: PaymentId::from_parts(1, [5; 10]),
            terminal_id: String::new(),
            trace: 1,
            receipt_number: 1,
            authorisation: String::new(),
            brand: String::new(),
            last4: String::new(),
            lines: Vec::new(),
        },
        2 => TenderKind::BankTransfer { reference: String::new() },
        3 => TenderKind::Wallet { provider: "TWINT".into(), reference: String::new() },
        _ => TenderKind::Cheque { number: "1".into() },
    }
}

/// A sale with its parts before it: `split` of what is paid is taken earlier, the rest with the sale.
fn sale(number: u64, lines: &[(u8, i64, u8, u8)], kinds: (u8, u8), split: bool, rounding_minor: i64) -> Vec<Happening> {
    let deposit = number.is_multiple_of(2);
    let mut draft = TicketDraft {
        id: TicketId::from_parts(number as i64, [9; 10]),
        booking: None,
        card: None,
        currency: Currency::EUR,
        lines: lines.iter().copied().map(line).collect(),
        discount: None,
        terms: Default::default(),
    };
    let Ok(priced) = price(&draft) else { return Vec::new() };
    let paid_minor = priced.total_minor + rounding_minor;
    let early_minor = if split { paid_minor / 3 } else { 0 };
    let part = PartId::from_parts(number as i64, [1; 10]);
    let mut happened = Vec::new();
    let mut tenders = vec![Tender::now(paid_minor - early_minor, tender_kind(kinds.0))];
    if split {
        let tender = Tender::now(early_minor, tender_kind(kinds.1));
        tenders.push(Tender { taken: Some(PartRef { part, session: session(), deposit }), ..tender.clone() });
        draft.terms.deposit = deposit;
        happened.push(Happening::PartPaid(Box::new(PartPaid {
            part,
            ticket: draft.clone(),
            name: String::new(),
            tender,
            session: session(),
            device: device(),
            branch: branch(),
        })));
    }
    happened.push(Happening::PaymentCompleted(Box::new(Sale {
        ticket: draft.id,
        number,
        device: device(),
        branch: branch(),
        session: session(),
        day: 20_000,
        booking: None,
        bookings: Vec::new(),
        card: None,
        currency: Currency::EUR,
        lines: priced.lines,
        tenders,
        net_minor: priced.net_minor,
        tax_minor: priced.tax_minor,
        total_minor: priced.total_minor,
        rounding_minor,
        change_minor: 0,
        follows: None,
        external_number: None,
    })));
    happened
}

fn close(totals: SessionTotals, difference_minor: i64) -> TillClosed {
    TillClosed {
        session: session(),
        device: device(),
        branch: branch(),
        day: 20_000,
        currency: Currency::EUR,
        report: ZReport {
            number: 1,
            counted_minor: totals.expected_cash_minor() + difference_minor,
            count: Vec::new(),
            difference_minor,
            reason: String::new(),
            perpetual_total_minor: totals.total_minor,
            totals,
        },
    }
}

proptest! {
    #[test]
    fn the_postings_of_a_session_are_its_totals(
        float_minor in 0_i64..50_000,
        sales in proptest::collection::vec(
            (proptest::collection::vec((1_u8..9, 0_i64..90_000, 0_u8..8, 0_u8..4), 1..5), (0_u8..5, 0_u8..5), any::<bool>(), -2_i64..3),
            0..8,
        ),
        moves in proptest::collection::vec((0_u8..3, 1_i64..20_000), 0..4),
        difference_minor in -500_i64..500,
    ) {
        let opened = TillOpened {
            session: session(), device: device(), branch: branch(), day: 20_000, currency: Currency::EUR, float_minor,
            detailed: true,
        };
        let mut totals = SessionTotals::of(&opened);
        let mut happened = vec![Happening::TillOpened(opened)];
        for (number, (lines, kinds, split, rounding)) in (1..).zip(&sales) {
            happened.extend(sale(number, lines, *kinds, *split, *rounding));
        }
        for (kind, amount_minor) in moves {
            let kind = [TillMove::PayIn, TillMove::PayOut, TillMove::Lift][usize::from(kind)];
            happened.push(Happening::TillMoved(TillMoved { session: session(), kind, amount_minor, reason: "why".into() }));
        }
        let mut ledger = Ledger::default();
        for what in &happened {
            match what {
                Happening::PaymentCompleted(sale) => {
                    totals.add_sale(sale);
                    totals.add_cashier(Uuid::nil(), sale);
                }
                Happening::PartPaid(paid) => totals.add_part(paid),
                Happening::TillMoved(moved) => totals.add_move(moved),
                _ => {}
            }
            let entry = entry_of(what).unwrap();
            prop_assert!(entry.is_balanced(), "{entry:?}");
            prop_assert!(entry.postings.iter().all(|posting| posting.amount_minor != 0));
            ledger.add(&entry);
        }
        prop_assert!(totals.balances(), "{totals:?}");
        prop_assert_eq!(ledger.disagreements(&totals), Vec::new());
        let by_cashier: i64 = totals.detail.iter().flat_map(|d| d.by_cashier.values()).map(|c| c.total_minor).sum();
        prop_assert_eq!(by_cashier, totals.total_minor);
        // Every ticket is sold here: what was taken as a deposit is what was used of such.
        let detail = totals.detail.clone().unwrap_or_default();
        prop_assert_eq!(detail.deposit_minor, detail.deposit_used_minor);

        let mut wrong = totals.clone();
        wrong.card_minor += 1;
        prop_assert_eq!(ledger.disagreements(&wrong).len(), 1, "a cent is seen");

        let entry = entry_of_close(&close(totals, difference_minor));
        prop_assert!(entry.is_balanced());
        ledger.add(&entry);
        prop_assert!(ledger.is_balanced());
        prop_assert_eq!(ledger.balance(&Account::Cash), 0, "nothing is left in the drawer's account");
        prop_assert_eq!(-ledger.balance(&Account::CashDifference), difference_minor);
    }
}

#[test]
fn accounts_have_names_of_their_own() {
    let vat = TaxKey { code: "VAT".into(), rate_bp: 1_900 };
    assert_eq!(Account::Sales(vec![vat.clone()]).name(), "sales:VAT@1900");
    assert_eq!(Account::Sales(Vec::new()).name(), "sales:none");
    assert_eq!(Account::TaxPayable(vat).name(), "tax_payable:VAT@1900");
}

/// A session that an older journal opened, with cash moves and drawer openings, totals as it did: nothing is kept of it that
/// was not kept then.
#[test]
fn an_older_journal_s_session_totals_as_it_did() {
    let opened = serde_json::json!({
        "session": session(), "device": device(), "branch": branch(), "day": 20_000, "currency": "EUR", "float_minor": 500,
    });
    let opened: TillOpened = serde_json::from_value(opened).unwrap();
    let mut totals = SessionTotals::of(&opened);
    totals.add_drawer_opening();
    for what in sale(1, &[(1, 1_000, 0, 1)], (0, 0), false, 0) {
        if let Happening::PaymentCompleted(sale) = &what {
            totals.add_sale(sale);
            totals.add_cashier(Uuid::nil(), sale);
        }
    }
    let written = serde_json::to_value(&totals).unwrap();
    let known = written.as_object().unwrap();
    assert!(!known.contains_key("detail") && !known.contains_key("lift_minor"), "{written}");
    assert_eq!(serde_json::from_value::<SessionTotals>(written).unwrap(), totals);
    assert!(!serde_json::to_string(&opened).unwrap().contains("detailed"));
}
