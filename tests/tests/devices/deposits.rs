//! Deposits by card and on paper.

use crate::rig::{CUT, OUTAGE, Till, key, paid};
use salon_contract::window::{GivePartBack, KeepDeposit, OpenTicketView, Pay, PayBy, PaymentView, PrintQueue};
use salon_devices::sim::{CardFault, EntryKind};
use salon_domain::kernel::TicketId;
use salon_domain::payment::TicketDraft;
use salon_terminal::printing::{Step, print_next};
use salon_tests::salon::{PIN, desk, ticket};

fn an_order() -> TicketDraft {
    let mut draft = ticket(TicketId::from_uuid(key()), 0);
    draft.terms.deposit = true;
    draft
}

fn pay(till: &Till, draft: &TicketDraft, minor: i64, by: PayBy) -> PaymentView {
    let pay = Pay { key: key(), ticket: draft.clone(), name: String::new(), amount_minor: Some(minor), by };
    till.ask(pay).unwrap()
}

fn held(view: PaymentView) -> OpenTicketView {
    match view {
        PaymentView::Part { open } => *open,
        other => panic!("no deposit: {other:?}"),
    }
}

/// Also where the card terminal had to be asked what became of it: of all that is owed, it is a deposit and no sale.
#[test]
fn a_deposit_by_card_stays_one_whatever_happens_to_the_link() {
    let (till, card) = Till::with_card();
    let draft = an_order();
    card.queue_fault(CardFault::CrashBeforeCompletion(OUTAGE));
    let open = held(till.resolved(pay(&till, &draft, CUT, PayBy::Card)));
    assert_eq!((open.deposit_minor, open.owed_minor), (CUT, 0));
    card.queue_fault(CardFault::Decline);
    let other = an_order();
    assert!(matches!(pay(&till, &other, 1_000, PayBy::Card), PaymentView::Declined { .. }));
    // It goes back to the card that paid.
    let part = open.parts[0].part;
    let (manager, pin, reason) = (desk(), PIN.to_owned(), "ill".to_owned());
    let open = held(till.ask(GivePartBack { key: key(), ticket: draft.id, part, manager, pin, reason }).unwrap());
    assert_eq!((open.paid_minor, open.deposit_minor), (0, 0));
    assert_eq!(card.ledger().last().unwrap().kind, EntryKind::Reversal);
    assert_eq!(card.charged_minor(), 0);
    till.is_well();
}

#[test]
fn a_deposit_that_is_kept_stays_on_the_card() {
    let (till, card) = Till::with_card();
    let draft = an_order();
    held(pay(&till, &draft, 1_500, PayBy::Card));
    let keep = KeepDeposit { key: key(), ticket: draft.id, reason: "never fetched".into() };
    let kept = till.ask(keep).unwrap().sale;
    assert_eq!((kept.total_minor, kept.tax_minor), (1_500, 0), "this branch has no tax on it");
    till.agrees_with(&card);
}

#[test]
fn the_client_gets_a_paper_for_it_and_one_when_it_goes_back() {
    let (till, printer) = Till::open().with_printer();
    let draft = an_order();
    let open = held(pay(&till, &draft, 2_000, PayBy::Cash { tendered_minor: 5_000 }));
    let part = open.parts[0].part;
    let (manager, pin, reason) = (desk(), PIN.to_owned(), "ill".to_owned());
    held(till.ask(GivePartBack { key: key(), ticket: draft.id, part, manager, pin, reason }).unwrap());
    while print_next(&till.app).unwrap() == Step::Done {}
    let jobs = till.ask(PrintQueue {}).unwrap();
    let states = jobs.iter().filter(|job| job.kind == "deposit").map(|job| job.state.as_str());
    assert_eq!(states.collect::<Vec<_>>(), ["printed", "printed"]);
    let papers: Vec<String> = printer.receipts().iter().map(|paper| paper.lines.join("\n")).collect();
    assert_eq!(papers.len(), 2, "{papers:?}");
    for said in ["DEPOSIT", "Cut", "20.00", "30.00", "taken off the bill"] {
        assert!(papers[0].contains(said), "{said}: {}", papers[0]);
    }
    assert!(papers[1].contains("DEPOSIT RETURNED") && papers[1].contains("-20.00"), "{}", papers[1]);
    assert!(!papers[1].contains("taken off the bill"));
    // What is sold later is a sale like any other.
    let mut draft = draft;
    draft.terms.deposit = false;
    assert_eq!(paid(till.ask(Pay::cash(key(), draft, 100_000)).unwrap()).sale.total_minor, CUT);
    till.is_well();
}
