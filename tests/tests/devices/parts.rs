//! A ticket that is paid in parts: every part is in the books at once, and the ticket is sold when they pay it.

use crate::rig::{BOTTLE, CUT, Till, key, paid, receptionist};
use salon_contract::window::{
    CardEndOfDay, CloseTill, Code, DropTicket, Failure, GivePartBack, HoldTicket, OpenTicketView, OpenTickets, Pay,
    PayBy, PaymentView,
};
use salon_devices::sim::{CardFault, EntryKind, EntryState};
use salon_domain::kernel::{PartId, TicketId};
use salon_domain::payment::{CountLine, TenderKind, TicketDraft};
use salon_tests::salon::{PIN, desk, ticket};

fn a_ticket(bottles: i64) -> TicketDraft {
    ticket(TicketId::from_uuid(key()), bottles)
}

fn cash() -> PayBy {
    PayBy::Cash { tendered_minor: 100_000 }
}

fn pay(till: &Till, ticket: &TicketDraft, amount_minor: Option<i64>, by: PayBy) -> Result<PaymentView, Failure> {
    till.ask(Pay { key: key(), ticket: ticket.clone(), name: String::new(), amount_minor, by })
}

fn part(view: PaymentView) -> OpenTicketView {
    match view {
        PaymentView::Part { open } => *open,
        other => panic!("no part: {other:?}"),
    }
}

fn give_back(till: &Till, ticket: TicketId, part: PartId) -> Result<PaymentView, Failure> {
    let reason = "changed her mind".to_owned();
    till.ask(GivePartBack { key: key(), ticket, part, manager: desk(), pin: PIN.into(), reason })
}

/// What the Z says, counted as it should be.
fn close(till: &Till) -> salon_domain::payment::ZReport {
    let expected = till.app.store().open_session().unwrap().unwrap().totals.expected_cash_minor();
    let count = vec![CountLine { denomination_minor: expected, pieces: 1 }];
    let report = till.ask(CloseTill { key: key(), count, reason: String::new() }).unwrap().report;
    assert_eq!(report.difference_minor, 0);
    assert!(report.totals.balances(), "{report:?}");
    report
}

#[test]
fn any_mixture_of_tenders_pays_a_ticket() {
    let (till, card) = Till::with_card();
    let draft = a_ticket(2);
    let total = CUT + 2 * BOTTLE;
    let steps = [
        (2_000, cash()),
        (1_000, PayBy::Card),
        (500, PayBy::BankTransfer { reference: "INV 7".into() }),
        (700, PayBy::Wallet { provider: "TWINT".into(), reference: String::new() }),
        (300, PayBy::Cheque { number: "000123".into() }),
        (600, PayBy::Card),
    ];
    let mut owed = total;
    for (minor, by) in steps {
        let open = part(pay(&till, &draft, Some(minor), by).unwrap());
        owed -= minor;
        assert_eq!((open.total_minor, open.owed_minor), (total, owed));
        till.is_well();
    }
    let sold = paid(pay(&till, &draft, None, cash()).unwrap());
    assert_eq!(sold.sale.tenders.iter().map(|tender| tender.amount_minor).sum::<i64>(), total);
    assert_eq!(sold.sale.tenders.len(), 7);
    assert_eq!(sold.sale.change_minor, 100_000 - owed);
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    let day = till.ask(CardEndOfDay { key: key() }).unwrap();
    assert_eq!((day.terminal_minor, day.journal_minor, day.journal_count), (1_600, 1_600, 2));
    let totals = close(&till).totals;
    assert_eq!((totals.total_minor, totals.card_minor, totals.part_minor), (total, 1_600, 0));
    assert_eq!(totals.others_minor.values().sum::<i64>(), 1_500);
    till.agrees_with(&card);
}

#[test]
fn a_part_is_taken_once_for_one_key_and_a_second_click_sells_once() {
    let till = Till::open();
    let draft = a_ticket(0);
    let once =
        Pay { key: key(), ticket: draft.clone(), name: "the red one".into(), amount_minor: Some(1_000), by: cash() };
    let first = part(till.ask(once.clone()).unwrap());
    assert_eq!(part(till.ask(once).unwrap()), first);
    assert_eq!((first.name.as_str(), first.paid_minor), ("the red one", 1_000));
    let rest = Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor: None, by: cash() };
    let sold = paid(till.ask(rest.clone()).unwrap());
    assert_eq!(paid(till.ask(rest).unwrap()).sale, sold.sale);
    assert_eq!(till.app.store().open_session().unwrap().unwrap().totals.cash_minor, CUT);
    till.is_well();
}

#[test]
fn what_cannot_be_taken_is_refused_with_what_is_owed() {
    let till = Till::open();
    let draft = a_ticket(0);
    for wrong in [0, -1, CUT + 1, i64::MAX, i64::MIN] {
        let failure = pay(&till, &draft, Some(wrong), PayBy::Cheque { number: "1".into() }).unwrap_err();
        assert_eq!((failure.code, failure.detail["field"].as_str()), (Code::BadInput, "amount"), "{wrong}");
        assert_eq!(failure.detail["owed_minor"], CUT.to_string());
    }
    let nobody = PayBy::Wallet { provider: " ".into(), reference: String::new() };
    assert_eq!(pay(&till, &draft, None, nobody).unwrap_err().detail["field"], "provider");
    let long = PayBy::BankTransfer { reference: "x".repeat(65) };
    assert_eq!(pay(&till, &draft, None, long).unwrap_err().detail["field"], "reference");
    let short = PayBy::Cash { tendered_minor: 999 };
    assert_eq!(pay(&till, &draft, Some(1_000), short).unwrap_err().code, Code::NotEnough);
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    till.is_well();
}

#[test]
fn a_card_that_is_declined_for_a_part_leaves_the_ticket_as_it_was() {
    let (till, card) = Till::with_card();
    let draft = a_ticket(0);
    part(pay(&till, &draft, Some(1_000), cash()).unwrap());
    card.queue_fault(CardFault::Decline);
    let view = pay(&till, &draft, Some(2_000), PayBy::Card).unwrap();
    assert!(matches!(view, PaymentView::Declined { .. }), "{view:?}");
    card.queue_fault(CardFault::DropBeforeCompletion);
    let open = part(pay(&till, &draft, Some(2_000), PayBy::Card).unwrap());
    assert_eq!((open.paid_minor, open.owed_minor), (3_000, CUT - 3_000));
    paid(pay(&till, &draft, None, PayBy::Card).unwrap());
    till.agrees_with(&card);
    assert!(close(&till).totals.balances());
}

#[test]
fn parts_are_given_back_the_way_they_came() {
    let (till, card) = Till::with_card();
    let draft = a_ticket(0);
    part(pay(&till, &draft, Some(1_000), cash()).unwrap());
    let open = part(pay(&till, &draft, Some(2_000), PayBy::Card).unwrap());
    let by = |card: bool| open.parts.iter().find(|p| matches!(p.tender.kind, TenderKind::Card { .. }) == card).unwrap();
    let failure = till.ask(DropTicket { key: key(), ticket: draft.id }).unwrap_err();
    assert_eq!((failure.code, failure.detail["paid_minor"].as_str()), (Code::PartPaid, "3000"));
    assert_eq!(part(give_back(&till, draft.id, by(true).part).unwrap()).paid_minor, 1_000);
    assert_eq!(card.ledger().last().unwrap().kind, EntryKind::Reversal);
    assert_eq!(part(give_back(&till, draft.id, by(false).part).unwrap()).paid_minor, 0);
    for part in &open.parts {
        assert_eq!(give_back(&till, draft.id, part.part).unwrap_err().code, Code::BadInput, "once is enough");
    }
    till.ask(DropTicket { key: key(), ticket: draft.id }).unwrap();
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    assert!(card.ledger().iter().all(|entry| entry.state == EntryState::Final));
    assert_eq!(card.charged_minor(), 0);
    let totals = close(&till).totals;
    assert_eq!((totals.total_minor, totals.cash_minor, totals.card_minor, totals.part_minor), (0, 0, 0, 0));
    till.is_well();
}

#[test]
fn a_second_click_on_a_card_part_or_on_giving_one_back_is_the_first() {
    let (till, card) = Till::with_card();
    let draft = a_ticket(0);
    let once =
        Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor: Some(1_000), by: PayBy::Card };
    let first = part(till.ask(once.clone()).unwrap());
    assert_eq!(part(till.ask(once).unwrap()), first);
    assert_eq!(card.charged_minor(), 1_000);
    let open = part(pay(&till, &draft, Some(500), cash()).unwrap());
    for taken in &open.parts {
        let (manager, pin, reason) = (desk(), PIN.to_owned(), "changed her mind".to_owned());
        let wanted = GivePartBack { key: key(), ticket: draft.id, part: taken.part, manager, pin, reason };
        let given = part(till.ask(wanted.clone()).unwrap());
        assert_eq!(part(till.ask(wanted).unwrap()), given);
    }
    assert_eq!((card.charged_minor(), till.app.store().open_session().unwrap().unwrap().totals.cash_minor), (0, 0));
    till.agrees_with(&card);
}

/// A card that was declined is tried again with the same key: nothing was taken by it.
#[test]
fn a_declined_part_is_no_part() {
    let (till, card) = Till::with_card();
    let draft = a_ticket(0);
    let once =
        Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor: Some(1_000), by: PayBy::Card };
    card.queue_fault(CardFault::Decline);
    assert!(matches!(till.ask(once.clone()).unwrap(), PaymentView::Declined { .. }));
    assert_eq!(part(till.ask(once).unwrap()).paid_minor, 1_000);
    paid(pay(&till, &draft, None, PayBy::Card).unwrap());
    assert_eq!(card.charged_minor(), CUT);
    till.agrees_with(&card);
}

/// Eight windows at once take a part of one ticket that is large enough for two of them.
#[test]
fn windows_that_take_parts_at_once_take_no_more_than_is_owed() {
    let till = Till::open();
    let draft = a_ticket(0);
    let gate = std::sync::Barrier::new(8);
    let taken = std::thread::scope(|scope| {
        let take = || {
            gate.wait();
            pay(&till, &draft, Some(2_000), cash())
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(take)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(taken.iter().filter(|view| view.is_ok()).count(), 2, "{taken:?}");
    let refused = |failure: &Failure| (failure.code, failure.detail["owed_minor"].clone());
    let left = taken.iter().filter_map(|view| view.as_ref().err()).map(refused);
    assert!(left.into_iter().all(|said| said == (Code::BadInput, (CUT - 4_000).to_string())));
    assert_eq!(till.ask(OpenTickets {}).unwrap()[0].paid_minor, 4_000);
    paid(pay(&till, &draft, None, cash()).unwrap());
    till.is_well();
}

#[test]
fn who_may_not_refund_gives_no_part_back() {
    let till = Till::open();
    let draft = a_ticket(0);
    let open = part(pay(&till, &draft, Some(1_000), cash()).unwrap());
    let wanted = GivePartBack {
        key: key(),
        ticket: draft.id,
        part: open.parts[0].part,
        manager: receptionist(),
        pin: PIN.into(),
        reason: "no".into(),
    };
    assert_eq!(till.ask(wanted.clone()).unwrap_err().code, Code::NotAllowed);
    let wrong = GivePartBack { manager: desk(), pin: "0000".into(), ..wanted.clone() };
    assert_eq!(till.ask(wrong).unwrap_err().code, Code::WrongPin);
    let silent = GivePartBack { manager: desk(), reason: " ".into(), ..wanted };
    assert_eq!(till.ask(silent).unwrap_err().code, Code::BadInput);
    assert_eq!(till.ask(OpenTickets {}).unwrap()[0].paid_minor, 1_000);
}

/// Lines went off the ticket after a part was taken: the difference goes back in cash with the sale.
#[test]
fn a_ticket_that_has_become_cheaper_than_its_parts_gives_the_rest_back() {
    let till = Till::open();
    let mut draft = a_ticket(2);
    part(pay(&till, &draft, Some(CUT + BOTTLE), cash()).unwrap());
    draft.lines.truncate(1);
    let failure = pay(&till, &draft, None, PayBy::Card).unwrap_err();
    assert_eq!(failure.code, Code::BadInput);
    let sold = paid(pay(&till, &draft, None, cash()).unwrap());
    assert_eq!(sold.sale.tenders.last().unwrap().amount_minor, -BOTTLE);
    let totals = close(&till).totals;
    assert_eq!((totals.total_minor, totals.cash_minor), (CUT, CUT));
    till.is_well();
}

#[test]
fn a_part_of_yesterday_is_in_yesterday_s_close() {
    let till = Till::open();
    let draft = a_ticket(0);
    part(pay(&till, &draft, Some(2_000), cash()).unwrap());
    let first = close(&till).totals;
    assert_eq!((first.total_minor, first.cash_minor, first.part_minor), (0, 2_000, 2_000));
    till.clock().advance_ms(24 * 3_600_000);
    till.ask(salon_contract::window::OpenTill { key: key(), float_minor: 0 }).unwrap();
    let sold = paid(pay(&till, &draft, None, cash()).unwrap());
    assert_eq!(sold.sale.total_minor, CUT);
    let second = close(&till).totals;
    assert_eq!((second.total_minor, second.cash_minor, second.part_minor), (CUT, CUT - 2_000, -2_000));
    till.is_well();
}

#[test]
fn a_ticket_is_put_aside_and_gone_on_with() {
    let till = Till::open();
    let draft = a_ticket(1);
    let hold = HoldTicket { key: key(), ticket: draft.clone(), name: " blue coat\n ".into() };
    till.ask(hold.clone()).unwrap();
    till.ask(hold).unwrap();
    let listed = till.ask(OpenTickets {}).unwrap();
    assert_eq!(listed.len(), 1);
    assert_eq!((listed[0].name.as_str(), listed[0].owed_minor), ("blue coat", CUT + BOTTLE));
    paid(pay(&till, &listed[0].draft, None, cash()).unwrap());
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    // What is sold is not put aside any more.
    till.ask(HoldTicket { key: key(), ticket: draft, name: String::new() }).unwrap();
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    till.is_well();
}
