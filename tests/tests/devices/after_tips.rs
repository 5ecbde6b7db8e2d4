//! A tip that is given after the sale was paid: a ticket of its own that names the sale, by any tender and card terminal. The
//! sale itself is left alone.

use crate::rig::{CUT, OUTAGE, Till, key, paid};
use salon_contract::window::{
    AnswerCard, BookFormat, CardStage, CloseTill, Code, Earnings, ExportBooks, Failure, Notice, Pay, PayBy,
    PaymentView, Receipt, SaleView,
};
use salon_devices::sim::{CardFault, EntryKind};
use salon_domain::kernel::{StaffId, TicketId};
use salon_domain::payment::{CountLine, FollowKind, Follows, Item, LineDraft, LineKind, Sale, TicketDraft, tip_shares};
use salon_terminal::store::StoreError;
use salon_tests::salon::{stylist, ticket};

/// Of the tests' morning.
const DAY: &str = "2026-09-29";

fn tip_line(staff: Option<StaffId>, minor: i64) -> LineDraft {
    let base = ticket(TicketId::from_uuid(key()), 0).lines.remove(0);
    LineDraft { item: Item::Custom, kind: LineKind::Tip, staff, unit_price_minor: minor, ..base }
}

/// As the window asks for it: shared among those who served.
fn tip_for(sale: &Sale, minor: i64) -> TicketDraft {
    let lines = tip_shares(sale, minor).into_iter().map(|(staff, share)| tip_line(Some(staff), share)).collect();
    // What the window says of the number does not count.
    let follows = Some(Follows { number: 999, ..Follows::of(FollowKind::Tip, sale) });
    let mut draft = TicketDraft { lines, ..ticket(TicketId::from_uuid(key()), 0) };
    draft.terms.follows = follows;
    draft
}

fn pay(till: &Till, draft: &TicketDraft, by: PayBy) -> Result<PaymentView, Failure> {
    till.ask(Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor: None, by })
}

/// Two stylists on one ticket, 52.00 each.
fn two_serve(till: &Till) -> SaleView {
    let mut draft = ticket(TicketId::from_uuid(key()), 0);
    let mut second = draft.lines[0].clone();
    (second.id, second.staff) = (TicketId::from_uuid(key()).derive(b"line"), Some(stylist(1)));
    draft.lines.push(second);
    paid(pay(till, &draft, PayBy::Card).unwrap())
}

fn tips_of(till: &Till, staff: StaffId) -> i64 {
    till.ask(Earnings { staff, from: DAY.into(), to: DAY.into() }).unwrap().sums.tips_minor
}

#[test]
fn a_tip_after_a_card_payment_is_a_receipt_of_its_own_that_names_the_sale() {
    let (till, card) = Till::with_card();
    let sold = two_serve(&till);
    let tip = tip_for(&sold.sale, 1_001);
    let given = paid(pay(&till, &tip, PayBy::Card).unwrap());
    let follows = given.sale.follows.unwrap();
    assert_eq!((follows.how, follows.ticket, follows.number), (FollowKind::Tip, sold.sale.ticket, 1));
    assert_eq!((given.sale.number, given.sale.total_minor, given.sale.turnover_minor()), (2, 1_001, 0));
    assert!(given.text.join("\n").contains("Tip for receipt 1"), "{:?}", given.text);
    assert_eq!(card.ledger().iter().map(|entry| entry.kind).collect::<Vec<_>>(), [EntryKind::Payment; 2]);
    assert_eq!((tips_of(&till, stylist(0)), tips_of(&till, stylist(1))), (501, 500));
    assert_eq!(paid(pay(&till, &tip, PayBy::Card).unwrap()).sale, given.sale, "a second click");
    let cash = paid(pay(&till, &tip_for(&sold.sale, 300), PayBy::Cash { tendered_minor: 500 }).unwrap());
    assert_eq!((cash.sale.change_minor, cash.sale.follows.unwrap().number), (200, 1));
    let shown = till.ask(Receipt { ticket: sold.sale.ticket }).unwrap().later_tips;
    assert_eq!(shown.iter().map(|tip| (tip.number, tip.total_minor)).collect::<Vec<_>>(), [(2, 1_001), (3, 300)]);
    till.agrees_with(&card);

    let totals = till.app.store().open_session().unwrap().unwrap().totals;
    assert_eq!((totals.total_minor, totals.tip_minor, totals.card_minor), (2 * CUT, 1_301, 2 * CUT + 1_001));
    let count = vec![CountLine { denomination_minor: 1, pieces: 10_300 }];
    let report = till.ask(CloseTill { key: key(), count, reason: String::new() }).unwrap().report;
    assert!(report.difference_minor == 0 && report.totals.balances());
    let wanted = ExportBooks { format: BookFormat::Dsfinvk, from: DAY.into(), to: DAY.into() };
    let heads = std::path::Path::new(&till.ask(wanted).unwrap().path).join("transactions.csv");
    assert_eq!(std::fs::read_to_string(heads).unwrap().matches("Trinkgeld zu Beleg 1").count(), 2);
    till.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
    assert_eq!(tips_of(&till, stylist(0)) + tips_of(&till, stylist(1)), 1_301);
    till.is_well();
}

#[test]
fn a_tip_whose_card_is_declined_or_unknown_leaves_the_sale_as_it_was() {
    let (till, card) = Till::with_card();
    let sold = till.sell_card(0);
    card.queue_fault(CardFault::Decline);
    assert!(matches!(pay(&till, &tip_for(&sold.sale, 500), PayBy::Card).unwrap(), PaymentView::Declined { .. }));
    assert_eq!(card.charged_minor(), CUT);
    card.queue_fault(CardFault::CrashBeforeCompletion(OUTAGE));
    let view = pay(&till, &tip_for(&sold.sale, 500), PayBy::Card).unwrap();
    assert!(matches!(view, PaymentView::Unknown { .. }), "{view:?}");
    let till = till.ended().open(false);
    let given = paid(till.resolved(view));
    assert_eq!((given.sale.follows.unwrap().number, card.charged_minor()), (1, CUT + 500));
    till.agrees_with(&card);
}

/// A card terminal without a cable to us: the person types the tip there, and says what it said.
#[test]
fn a_tip_by_a_terminal_that_is_not_connected_is_confirmed_by_its_code() {
    let till = Till::open();
    till.add("external:");
    let sold = till.sell_cash(0);
    let notices = till.app.subscribe();
    let tip = tip_for(&sold.sale, 700);
    let given = std::thread::scope(|scope| {
        let paying = scope.spawn(|| pay(&till, &tip, PayBy::Card));
        let payment = crate::rig::wait_for(&notices, |notice| match notice {
            Notice::Card { payment, stage: CardStage::Confirm } => Some(*payment),
            _ => None,
        });
        till.ask(AnswerCard { payment, approved: true, authorisation: "A1B2".into() }).unwrap();
        paid(paying.join().unwrap().unwrap())
    });
    assert_eq!((given.sale.total_minor, given.sale.follows.unwrap().number), (700, 1));
    assert_eq!(till.app.store().open_session().unwrap().unwrap().totals.card_minor, 700);
    till.is_well();
}

#[test]
fn only_a_tip_names_a_sale_and_only_one_that_stands() {
    let till = Till::open();
    let sold = till.sell_cash(0);
    let mut pretends = ticket(TicketId::from_uuid(key()), 0);
    for how in [FollowKind::Void, FollowKind::Tip] {
        pretends.id = TicketId::from_uuid(key());
        pretends.terms.follows = Some(Follows::of(how, &sold.sale));
        let plain = paid(pay(&till, &pretends, PayBy::Cash { tendered_minor: CUT }).unwrap());
        assert_eq!(plain.sale.follows, None, "{how:?}");
    }
    let cash = || PayBy::Cash { tendered_minor: 500 };
    let mut nowhere = tip_for(&sold.sale, 500);
    nowhere.terms.follows = Some(Follows { how: FollowKind::Tip, ticket: TicketId::from_uuid(key()), number: 1 });
    assert_eq!(pay(&till, &nowhere, cash()).unwrap_err().code, Code::NotFound);
    paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!(pay(&till, &tip_for(&sold.sale, 500), cash()).unwrap_err().code, Code::NothingLeft);
    till.is_well();
}
