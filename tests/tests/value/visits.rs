//! Visits and their tickets: paid for once, whichever ticket they were on; deposits held, used, given back and kept.

use crate::rig::{CUT, DAY, House, Till, key, paid};
use salon_contract::window::{
    Code, DepositFor, Deposits, Failure, GivePartBack, KeepDeposit, OpenTickets, Pay, PayBy, PaymentView,
    ReadOpenTicket, SetStatus, XReport,
};
use salon_domain::booking::BookingStatus;
use salon_domain::branch::{Charge, DepositTerms};
use salon_domain::kernel::{BookingId, TaxMode, TaxRate, TicketId};
use salon_domain::payment::{SessionTotals, TicketDraft};
use salon_server::provision::NewTenant;
use salon_terminal::app::Ports;
use salon_tests::salon::{PIN, desk};

fn cash() -> PayBy {
    PayBy::Cash { tendered_minor: 1_000_000 }
}

/// A quarter of the visit is asked for, and what is kept of it is taxed.
fn asks_for_deposits(tenant: &mut NewTenant) {
    tenant.branches[0].desk.deposit =
        DepositTerms { asked: Some(Charge::Percent(2_500)), kept_tax_class: "standard".into() };
}

fn house(tills: u8) -> House {
    House::of(tills, Ports::default(), asks_for_deposits)
}

fn take_deposit(till: &Till, booking: BookingId, minor: Option<i64>) -> TicketId {
    let wanted = till.ask(DepositFor { booking }).unwrap();
    let minor = minor.or(wanted.suggested_minor);
    let view = till.pay(&wanted.ticket, minor, cash()).unwrap();
    assert!(matches!(view, PaymentView::Part { .. }), "{view:?}");
    wanted.ticket.id
}

fn call_off(till: &Till, booking: BookingId, to: BookingStatus) {
    let reason = "ill".to_owned();
    till.ask(SetStatus { key: key(), booking, date: DAY.into(), to, reason }).unwrap();
}

fn keep(till: &Till, ticket: TicketId) -> Result<salon_contract::window::SaleView, Failure> {
    till.ask(KeepDeposit { key: key(), ticket, reason: "did not come".into() })
}

fn totals(till: &Till) -> SessionTotals {
    till.terminal.app.store().open_session().unwrap().unwrap().totals
}

/// A mother pays for her daughter.
#[test]
fn a_visit_that_was_paid_for_with_another_s_ticket_is_not_paid_for_again() {
    let mut house = house(2);
    let till = &house.tills[0];
    let (mother, daughter) = (till.book(None, 0, 600), till.book(None, 1, 600));
    let own = till.ticket_for(daughter).unwrap();
    let mut both = till.ticket_for(mother).unwrap();
    both.lines.extend(own.lines.clone());
    both.terms.bookings = vec![daughter, daughter, mother];
    let sold = till.cash(&both);
    assert_eq!((sold.sale.total_minor, sold.sale.bookings.clone()), (2 * CUT, vec![daughter]));
    let refused = |till: &Till, failure: Failure| {
        assert_eq!(failure.code, Code::VisitSold, "{failure}");
        assert_eq!(failure.detail["number"], "1");
        assert_eq!(failure.detail["ticket"], sold.sale.ticket.to_string());
        assert_eq!(till.visit(daughter).ticket, Some(sold.sale.ticket), "the book shows the receipt that has it");
        assert_eq!(till.visit(daughter).status, BookingStatus::Completed);
    };
    refused(till, till.ticket_for(daughter).unwrap_err());
    // Another screen had her ticket all along.
    refused(till, till.pay(&own, None, cash()).unwrap_err());
    refused(till, till.pay(&own, Some(100), cash()).unwrap_err());
    // Nor with a third one.
    let mut third = till.ticket_for(till.book(None, 2, 600)).unwrap();
    third.terms.bookings = vec![daughter];
    refused(till, till.pay(&third, None, cash()).unwrap_err());
    // The same again is the same sale.
    assert_eq!(till.cash(&both).sale, sold.sale);
    house.sync();
    refused(&house.tills[1], house.tills[1].ticket_for(daughter).unwrap_err());
    house.close();
}

#[test]
fn a_deposit_is_held_and_used_by_itself_on_any_till() {
    let mut house = house(2);
    let till = &house.tills[0];
    let booking = till.book(Some(till.client(&[])), 0, 600);
    let asked = till.ask(DepositFor { booking }).unwrap();
    assert_eq!((asked.total_minor, asked.suggested_minor, asked.held_minor), (CUT, Some(1_300), 0));
    let once = Pay { key: key(), ticket: asked.ticket, name: String::new(), amount_minor: Some(1_300), by: cash() };
    till.ask(once.clone()).unwrap();
    till.ask(once).unwrap();
    assert_eq!(till.visit(booking).held_minor, 1_300, "a second click is the same deposit");
    assert_eq!(till.ask(DepositFor { booking }).unwrap().suggested_minor, None, "nothing more is asked for");
    house.sync();
    let other = &house.tills[1];
    assert_eq!(other.visit(booking).held_minor, 1_300);
    let held = other.ask(Deposits {}).unwrap();
    assert_eq!((held.len(), held[0].held_minor, held[0].client_name.as_str()), (1, 1_300, "Ada"));
    assert_eq!(
        (held[0].booking, held[0].visit_date.as_deref(), held[0].visit_minute),
        (Some(booking), Some(DAY), Some(600))
    );
    let draft = other.ticket_for(booking).unwrap();
    assert!(!draft.terms.deposit);
    let open = other.ask(ReadOpenTicket { ticket: draft.id }).unwrap().unwrap();
    assert_eq!((open.paid_minor, open.deposit_minor, open.owed_minor), (1_300, 1_300, CUT - 1_300));
    let sold = other.cash(&draft);
    assert_eq!(sold.sale.total_minor, CUT);
    assert_eq!(sold.sale.tenders.iter().map(|t| t.amount_minor).collect::<Vec<_>>(), [1_300, CUT - 1_300]);
    assert!(sold.text.iter().any(|line| line.trim() == "Deposit"), "{}", sold.text.join("\n"));
    assert_eq!((other.visit(booking).held_minor, other.ask(Deposits {}).unwrap().len()), (0, 0));
    let detail = |till: &Till| totals(till).detail.map(|d| (d.deposit_minor, d.deposit_used_minor)).unwrap();
    assert_eq!((detail(&house.tills[0]), detail(other)), ((1_300, 0), (0, 1_300)));
    assert_eq!(totals(&house.tills[0]).total_minor, 0, "no turnover until it is used");
    house.sync();
    assert_eq!(house.tills[0].visit(booking).held_minor, 0);
    house.close();
}

#[test]
fn a_deposit_of_all_sells_nothing_before_the_visit() {
    let house = house(1);
    let till = &house.tills[0];
    let booking = till.book(None, 0, 600);
    take_deposit(till, booking, Some(CUT));
    assert_eq!(till.visit(booking).status, BookingStatus::Confirmed);
    let wanted = till.ask(DepositFor { booking }).unwrap();
    for wrong in [None, Some(1), Some(-1)] {
        assert_eq!(till.pay(&wanted.ticket, wrong, cash()).unwrap_err().code, Code::BadInput, "{wrong:?}");
    }
    let sold = paid(till.pay(&till.ticket_for(booking).unwrap(), None, PayBy::Cash { tendered_minor: 0 }).unwrap());
    assert_eq!((sold.sale.total_minor, till.visit(booking).status), (CUT, BookingStatus::Completed));
    house.close();
}

#[test]
fn a_booking_that_changes_meanwhile_is_paid_for_as_it_is_then() {
    let house = house(1);
    let till = &house.tills[0];
    let booking = till.book(None, 0, 600);
    let mut draft = till.ticket_for(booking).unwrap();
    draft.lines.extend(crate::rig::services(1).lines.into_iter().skip(1));
    till.ask(salon_contract::window::HoldTicket { key: key(), ticket: draft, name: String::new() }).unwrap();
    take_deposit(till, booking, None);
    let claim = till.visit(booking).parts[0].claim;
    let (date, staff) = (DAY.to_owned(), salon_tests::salon::stylist(1));
    let to = salon_contract::window::MoveBooking { key: key(), booking, claim, date, start_minute: 660, staff };
    till.ask(to).unwrap();
    let draft = till.ticket_for(booking).unwrap();
    let of = |draft: &TicketDraft| draft.lines.iter().map(|l| (l.description.clone(), l.staff)).collect::<Vec<_>>();
    assert_eq!(
        of(&draft),
        [("Cut".into(), Some(staff)), ("Shampoo 250 ml".into(), Some(salon_tests::salon::stylist(0)))]
    );
    assert_eq!(till.cash(&draft).sale.total_minor, CUT + 1_990);
    house.close();
}

#[test]
fn a_deposit_is_kept_as_a_taxed_fee_when_the_client_does_not_come() {
    let mut house = house(2);
    let till = &house.tills[0];
    let booking = till.book(None, 0, 600);
    let ticket = take_deposit(till, booking, Some(2_000));
    assert_eq!(keep(till, ticket).unwrap_err().code, Code::IllegalStatus, "she may still come");
    call_off(till, booking, BookingStatus::NoShow);
    assert_eq!(till.ask(DepositFor { booking }).unwrap_err().code, Code::IllegalStatus);
    let silent = KeepDeposit { key: key(), ticket, reason: " ".into() };
    assert_eq!(till.ask(silent).unwrap_err().code, Code::BadInput);
    let kept = keep(till, ticket).unwrap();
    assert_eq!((kept.sale.total_minor, kept.sale.tax_minor, kept.sale.net_minor), (2_000, 319, 1_681));
    assert!(kept.sale.lines[0].description.contains("did not come"));
    assert_eq!(keep(till, ticket).unwrap().sale, kept.sale, "kept once");
    let view = till.visit(booking);
    assert_eq!((view.status, view.held_minor, view.ticket), (BookingStatus::NoShow, 0, Some(ticket)));
    let figures = totals(till);
    assert_eq!((figures.total_minor, figures.cash_minor, figures.part_minor), (2_000, 2_000, 0));
    let x = till.ask(XReport {}).unwrap().text.join("\n");
    assert_eq!(x.matches("of it deposits").count(), 2, "taken, and used: {x}");
    // She comes after all: that is a visit of its own, and pays all of it.
    call_off(till, booking, BookingStatus::Confirmed);
    let again = till.ticket_for(booking).unwrap();
    assert_ne!(again.id, ticket);
    house.sync();
    assert_eq!(house.tills[1].ticket_for(booking).unwrap().id, again.id, "the same on every till");
    // And the fee goes back, with its tax.
    let back = paid(house.tills[0].refund(ticket).unwrap());
    assert_eq!((back.sale.total_minor, back.sale.tax_minor), (-2_000, -319));
    let sold = house.tills[1].cash(&again);
    assert_eq!(sold.sale.total_minor, CUT);
    assert_eq!(house.tills[1].visit(booking).ticket, Some(again.id));
    house.close();
}

/// Where taxes come on top of prices: the fee is what was paid, with its taxes taken out of it.
#[test]
fn what_is_kept_is_what_was_paid_also_where_taxes_come_on_top() {
    let on_top = |tenant: &mut NewTenant| {
        asks_for_deposits(tenant);
        let rate = |code: &str, rate_bp| TaxRate { code: code.into(), rate_bp, mode: TaxMode::Exclusive };
        tenant.branches[0].taxes[0].rates = vec![rate("GST", 500), rate("PST", 800)];
    };
    let house = House::of(1, Ports::default(), on_top);
    let till = &house.tills[0];
    let booking = till.book(None, 0, 600);
    let ticket = take_deposit(till, booking, Some(1_999));
    call_off(till, booking, BookingStatus::Cancelled);
    let kept = keep(till, ticket).unwrap().sale;
    assert_eq!(kept.total_minor, 1_999);
    assert_eq!(kept.lines[0].taxes.iter().map(|tax| tax.tax_minor).collect::<Vec<_>>(), [88, 142]);
    house.close();
}

#[test]
fn a_deposit_is_given_back_the_way_it_came() {
    let house = house(1);
    let till = &house.tills[0];
    let booking = till.book(None, 0, 600);
    let ticket = take_deposit(till, booking, None);
    call_off(till, booking, BookingStatus::Cancelled);
    let held = &till.ask(Deposits {}).unwrap()[0];
    assert_eq!((held.status, held.held_minor, held.to_decide), (Some(BookingStatus::Cancelled), 1_300, true));
    let part = till.ask(ReadOpenTicket { ticket }).unwrap().unwrap().parts[0].part;
    let back = GivePartBack { key: key(), ticket, part, manager: desk(), pin: PIN.into(), reason: "ill".into() };
    till.ask(back).unwrap();
    assert_eq!((till.visit(booking).held_minor, till.ask(Deposits {}).unwrap().len()), (0, 0));
    assert_eq!(keep(till, ticket).unwrap_err().code, Code::BadInput, "there is nothing to keep");
    let figures = totals(till);
    assert_eq!((figures.cash_minor, figures.part_minor, figures.detail.unwrap().deposit_minor), (0, 0, 0));
    house.close();
}

/// Paid for the day after it has taken place; paid for the day before it has not.
#[test]
fn a_visit_that_is_paid_for_on_another_day_shows_its_receipt() {
    let house = house(1);
    let till = &house.tills[0];
    let (late, early) = (till.book(None, 0, 600), till.book(None, 1, 600));
    let claim = till.visit(early).parts[0].claim;
    let staff = salon_tests::salon::stylist(1);
    let date = "2026-10-02".to_owned();
    let to = salon_contract::window::MoveBooking { key: key(), booking: early, claim, date, start_minute: 600, staff };
    till.ask(to).unwrap();
    till.terminal.clock.advance_ms(24 * 3_600_000);
    let counted = u32::try_from(totals(till).expected_cash_minor()).unwrap();
    let count = vec![salon_domain::payment::CountLine { denomination_minor: 1, pieces: counted }];
    till.ask(salon_contract::window::CloseTill { key: key(), count, reason: String::new() }).unwrap();
    till.ask(salon_contract::window::OpenTill { key: key(), float_minor: 0 }).unwrap();
    let paid_late = till.cash(&till.ticket_for(late).unwrap()).sale.ticket;
    let view = till.visit(late);
    assert_eq!((view.status, view.ticket), (BookingStatus::Completed, Some(paid_late)));
    let paid_early = till.cash(&till.ticket_for(early).unwrap()).sale.ticket;
    let day = till.ask(salon_contract::window::Day { date: Some("2026-10-02".into()) }).unwrap();
    let view = day.appointments.into_iter().find(|a| a.booking == early).unwrap();
    assert_eq!((view.status, view.ticket), (BookingStatus::Confirmed, Some(paid_early)));
    house.close();
}

/// Two tills that do not hear of each other: the client paid too much, and it is seen.
#[test]
fn a_deposit_that_comes_too_late_to_be_used_is_to_be_given_back() {
    let mut house = house(2);
    let booking = house.tills[0].book(None, 0, 600);
    house.sync();
    let ticket = take_deposit(&house.tills[0], booking, None);
    let sold = house.tills[1].cash(&house.tills[1].ticket_for(booking).unwrap());
    assert_eq!((sold.sale.ticket, sold.sale.total_minor), (ticket, CUT));
    house.sync();
    for till in &house.tills {
        let held = till.ask(Deposits {}).unwrap();
        assert_eq!((held.len(), held[0].held_minor, held[0].to_decide), (1, 1_300, true));
        assert_eq!(keep(till, ticket).unwrap_err().code, Code::VisitSold, "it is no fee");
    }
    let part = house.tills[0].ask(ReadOpenTicket { ticket }).unwrap().unwrap().parts[0].part;
    let back = GivePartBack { key: key(), ticket, part, manager: desk(), pin: PIN.into(), reason: "twice".into() };
    house.tills[0].ask(back).unwrap();
    house.sync();
    assert_eq!(house.tills[1].ask(Deposits {}).unwrap(), []);
    house.close();
}

/// Something is ordered: a deposit on a ticket that is nobody's visit.
#[test]
fn a_deposit_is_taken_on_any_ticket() {
    let house = house(1);
    let till = &house.tills[0];
    let mut order = crate::rig::services(3);
    order.terms.deposit = true;
    let open = match till.pay(&order, Some(2_000), cash()).unwrap() {
        PaymentView::Part { open } => open,
        other => panic!("{other:?}"),
    };
    assert_eq!((open.deposit_minor, open.draft.terms.deposit), (2_000, false), "what comes next is a payment");
    let listed = till.ask(OpenTickets {}).unwrap();
    assert_eq!(listed[0].deposit_minor, 2_000);
    let sold = till.cash(&listed[0].draft);
    assert_eq!(sold.sale.total_minor, CUT + 3 * 1_990);
    // Another order is never fetched.
    let mut forgotten = crate::rig::services(1);
    forgotten.terms.deposit = true;
    till.pay(&forgotten, Some(700), cash()).unwrap();
    assert_eq!(keep(till, forgotten.id).unwrap().sale.total_minor, 700);
    assert_eq!(till.ask(OpenTickets {}).unwrap(), []);
    house.close();
}

/// Each void frees the visit for the next of its tickets, and the last of them is not answered for with an old receipt.
#[test]
fn a_visit_whose_tickets_are_all_voided_says_so_instead_of_seeming_paid() {
    let house = house(1);
    let till = &house.tills[0];
    let visit = till.book(None, 0, 600);
    let mut last = 0;
    for _ in 0..8 {
        let sold = till.cash(&till.ticket_for(visit).unwrap());
        last = sold.sale.number;
        till.void(sold.sale.ticket).unwrap();
        assert_eq!(till.visit(visit).ticket, None, "what was voided is no receipt of the visit");
    }
    let refused = till.ticket_for(visit).unwrap_err();
    assert_eq!((refused.code, refused.detail["number"].as_str()), (Code::VisitSold, last.to_string().as_str()));
}
