//! A till's day through the use cases, with the device simulators behind the real drivers.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

#[path = "flows/board.rs"]
mod board;

use salon_contract::window::{BookingDraft, Code, PartDraft, PaymentView, PrintedView, Warning};
use salon_devices::sim::{CardFault, CardSim, CardSimOptions, PrinterFault, PrinterSim, PrinterSimOptions};
use salon_devices::{CardTerminalConfig, PrinterConfig};
use salon_domain::booking::{BookingStatus, Source};
use salon_domain::kernel::{Currency, TicketId};
use salon_domain::payment::{CountLine, Discount};
use salon_terminal::app::Ports;
use salon_terminal::store::StoreError;
use salon_terminal::{printing, secrets, syncing};
use salon_tests::salon::{Salon, Terminal, colour, cut, desk, shampoo, stylist, ticket};
use std::collections::BTreeMap;
use std::time::Duration;
use uuid::Uuid;

const DAY: &str = "2026-09-29";

fn key(n: u128) -> Uuid {
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | n)
}
fn ticket_id(n: u128) -> TicketId {
    TicketId::from_uuid(key(0xffff_0000 + n))
}

fn card_sim() -> CardSim {
    let options = CardSimOptions { delay: Duration::ZERO, currency: Currency::EUR, ..CardSimOptions::default() };
    CardSim::start(options).unwrap()
}

fn ports(printer: Option<&PrinterSim>, card: Option<&CardSim>) -> Ports {
    let config = |address: String| -> PrinterConfig {
        serde_json::from_value(serde_json::json!({"kind": "escpos_tcp", "address": address})).unwrap()
    };
    Ports {
        printer: printer.map(|p| salon_devices::printer(&config(p.address().to_string()))),
        drawer: printer.map(|p| salon_devices::drawer(&config(p.address().to_string()))),
        card: card.map(|c| {
            let config: CardTerminalConfig = serde_json::from_value(
                serde_json::json!({"kind": "zvt_tcp", "address": c.address().to_string(), "currency": "EUR"}),
            )
            .unwrap();
            salon_devices::card_terminal(&config, None)
        }),
        ..Ports::default()
    }
}

fn open_terminal(salon: &Salon, ports: Ports) -> Terminal {
    let terminal = salon.terminal(1, ports).unwrap();
    sync_master(salon, &terminal);
    terminal.app.act_as(desk());
    terminal
}

/// Brings the branch's master data to the terminal.
fn sync_master(salon: &Salon, terminal: &Terminal) {
    let mut link = salon_tests::net::Link::new(terminal).unwrap();
    for n in 0..200 {
        link.step(terminal, salon, n).unwrap();
    }
    assert!(link.is_synced(), "{:?}", link.progress);
}

fn count(minor: i64) -> Vec<CountLine> {
    vec![CountLine { denomination_minor: 1, pieces: u32::try_from(minor).unwrap() }]
}

/// From float to Z: booked, checked in, sold by card and in cash, printed, counted blind.
#[test]
fn a_day_at_the_desk() {
    let salon = Salon::new().unwrap();
    let (printer, card) = (PrinterSim::start(PrinterSimOptions::default()).unwrap(), card_sim());
    let till = open_terminal(&salon, ports(Some(&printer), Some(&card)));
    let app = &till.app;

    let set = BTreeMap::from([("given_name".into(), "Łucja".into()), ("phone".into(), "+49 30 123-45".into())]);
    let client = app.save_client(key(1), None, &set).unwrap();
    assert_eq!(app.search("lucja", 5).unwrap().clients[0].card, client.card);
    assert_eq!(app.search("12345", 5).unwrap().clients[0].card, client.card);
    assert_eq!(app.search("uc", 5).unwrap().clients.len(), 1, "two letters are enough");

    let draft = BookingDraft {
        date: DAY.into(),
        card: Some(client.card),
        client_name: String::new(),
        source: Source::Phone,
        parts: vec![PartDraft { service: colour(), staff: stylist(0), start_minute: 600 }],
        note: "no silicone".into(),
        anyway: false,
    };
    let made = app.make_booking(key(2), &draft).unwrap();
    assert_eq!(app.make_booking(key(2), &draft).unwrap().booking, made.booking, "a second click is the same booking");
    let taken = app.make_booking(key(3), &draft).unwrap_err();
    assert_eq!(taken.code, Code::StaffBusy);
    // While the colour develops, 10:30 to 11:10, the stylist is free for nobody's 45 minutes, but a clash is kept.
    let booked = app.make_booking(key(4), &BookingDraft { anyway: true, ..draft.clone() }).unwrap();
    assert_eq!(app.clashes(DAY).unwrap().len(), 1);
    app.set_status(key(5), booked.booking, BookingStatus::Cancelled, "typed twice").unwrap();
    assert!(app.clashes(DAY).unwrap().is_empty());

    app.check_in(key(6), made.booking).unwrap();
    app.set_status(key(7), made.booking, BookingStatus::InProgress, "").unwrap();
    let refused = app.set_status(key(8), made.booking, BookingStatus::Cancelled, "").unwrap_err();
    assert_eq!(refused.code, Code::IllegalStatus);

    let ticket_of_booking = app.ticket_for(made.booking).unwrap();
    assert_eq!(app.pay_cash(key(9), &ticket_of_booking, 10_000).unwrap_err().code, Code::TillClosed);
    app.open_till(key(10), 10_000).unwrap();
    let paid = app.pay_card(key(11), &ticket_of_booking).unwrap();
    let PaymentView::Paid { sale } = paid else { panic!("{paid:?}") };
    assert_eq!((sale.sale.total_minor, sale.sale.number), (8_400, 1));
    assert_eq!(card.charged_minor(), 8_400);
    let day = app.day(Some(DAY)).unwrap();
    let view = day.appointments.iter().find(|a| a.booking == made.booking).unwrap();
    assert_eq!((view.status, view.ticket), (BookingStatus::Completed, Some(ticket_of_booking.id)));

    let mut walk_in = ticket(ticket_id(1), 2);
    walk_in.discount = Some(Discount::Percent(1_000));
    assert_eq!(app.pay_cash(key(12), &walk_in, 100).unwrap_err().code, Code::NotEnough);
    let sold = app.pay_cash(key(13), &walk_in, 10_000).unwrap();
    assert_eq!((sold.sale.total_minor, sold.sale.change_minor), (8_262, 1_738));

    while printing::print_next(app).unwrap() == printing::Step::Done {}
    assert!(printer.wait_for_receipts(2, Duration::from_secs(5)));
    let receipts = printer.receipts();
    let text = receipts[0].lines.join("\n");
    assert!(["84.00", "VAT", "19 %"].iter().all(|word| text.contains(word)), "{text}");
    assert_eq!(printer.drawer_pulses(), 1, "the drawer opens for cash only");
    assert_eq!(app.pay_cash(key(13), &walk_in, 10_000).unwrap().printed, PrintedView::Printed);

    let expected = 10_000 + 8_262;
    let short = app.close_till(key(14), count(expected - 5), "").unwrap_err();
    assert_eq!((short.code, short.detail["difference_minor"].as_str()), (Code::ReasonNeeded, "-5"));
    let closed = app.close_till(key(15), count(expected - 5), "five cents on the floor").unwrap();
    assert_eq!((closed.report.number, closed.report.totals.receipts, closed.report.difference_minor), (1, 2, -5));
    assert_eq!(closed.report.perpetual_total_minor, 8_400 + 8_262);
    assert!(app.store().verify().unwrap().is_well());
    assert_eq!(app.store().levels().unwrap()[&shampoo()], -2_000);
}

/// Every way in which a card payment can go wrong: what the card terminal charged is what the journal says, to the
/// cent, and nothing is charged twice.
#[test]
fn no_card_payment_is_lost_or_taken_twice() {
    let faults = [
        None,
        Some(CardFault::Decline),
        Some(CardFault::DropBeforeStatus),
        Some(CardFault::DropAfterStatus),
        Some(CardFault::DropBeforeCompletion),
        Some(CardFault::Busy),
        Some(CardFault::GarbledStatus),
    ];
    for (n, fault) in faults.into_iter().enumerate() {
        let salon = Salon::new().unwrap();
        let card = card_sim();
        let till = open_terminal(&salon, ports(None, Some(&card)));
        let app = &till.app;
        app.open_till(key(1), 0).unwrap();
        app.pay_card(key(2), &ticket(ticket_id(1), 0)).unwrap();
        if let Some(fault) = fault {
            card.queue_fault(fault);
        }
        let draft = ticket(ticket_id(2), 1);
        let mut outcome = app.pay_card(key(3), &draft).unwrap();
        for _ in 0..20 {
            let PaymentView::Unknown { payment, .. } = outcome else { break };
            assert_eq!(
                app.pay_card(key(4), &ticket(ticket_id(3), 0)).unwrap_err().code,
                Code::CardUnknown,
                "an unknown payment blocks the tender"
            );
            outcome = app.resolve_card(payment).unwrap();
        }
        let journalled = app.store().sale_totals().unwrap().2;
        assert_eq!(journalled, card.charged_minor(), "{fault:?} ({n}): {outcome:?}");
        assert!(app.store().open_payments().unwrap().is_empty(), "{fault:?}");
        // Asking again for the same ticket never charges again once it is paid.
        if matches!(outcome, PaymentView::Paid { .. }) {
            let again = app.pay_card(key(5), &draft).unwrap();
            assert!(matches!(again, PaymentView::Paid { .. }));
            assert_eq!(card.charged_minor(), journalled);
        }
        assert!(app.store().verify().unwrap().is_well());
    }
}

/// The power goes while the client's card is being charged. After the restart the payment is unknown, visible, blocks
/// the card tender and nothing else, and the card terminal is asked what happened.
#[test]
fn a_crash_during_a_card_payment_is_asked_about() {
    use salon_ports::{CardOutcome, CardPort, CardRequest, CardResolution, PortError, Progress, Record};

    /// Dies after the real driver has done its part.
    struct Dies(Box<dyn CardPort>);
    impl CardPort for Dies {
        fn transact(
            &mut self,
            request: &CardRequest,
            progress: Progress<'_>,
            record: Record<'_>,
        ) -> Result<CardOutcome, PortError> {
            self.0.transact(request, progress, record).unwrap();
            panic!("power cut");
        }
        fn last_trace(&mut self) -> Result<Option<u32>, PortError> {
            self.0.last_trace()
        }
        fn resolve(
            &mut self,
            request: &CardRequest,
            trace: Option<u32>,
            progress: Progress<'_>,
        ) -> Result<CardResolution, PortError> {
            self.0.resolve(request, trace, progress)
        }
        fn cancel_handle(&self) -> Box<dyn Fn() + Send + Sync> {
            self.0.cancel_handle()
        }
        fn test(&mut self) -> Result<(), PortError> {
            self.0.test()
        }
    }

    let salon = Salon::new().unwrap();
    let card = card_sim();
    let mut wired = ports(None, Some(&card));
    wired.card = wired.card.map(|port| Box::new(Dies(port)) as Box<dyn CardPort>);
    let till = open_terminal(&salon, wired);
    till.app.open_till(key(1), 0).unwrap();
    let app = till.app.clone();
    let crashed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = app.pay_card(key(2), &ticket(ticket_id(1), 0));
    }));
    assert!(crashed.is_err());
    assert_eq!(card.charged_minor(), 5_200);
    drop(app);

    let dir = till.dir.clone();
    let clock = till.clock.clone();
    drop(till);
    let store = salon_tests::salon::open_store(&dir, 1, clock).unwrap();
    let layout = salon_devices::escpos::layout;
    let app = salon_terminal::app::App::new(store, ports(None, Some(&card)), layout, true).unwrap();
    app.act_as(desk());
    assert_eq!(app.status().unwrap().unknown_cards, 1);
    assert_eq!(app.close_till(key(3), Vec::new(), "x").unwrap_err().code, Code::CardUnknown);
    app.pay_cash(key(4), &ticket(ticket_id(2), 0), 5_200).unwrap();
    let payment = app.store().open_payments().unwrap()[0].intent.payment;
    let resolved = app.resolve_card(payment).unwrap();
    assert!(matches!(resolved, PaymentView::Paid { .. }), "{resolved:?}");
    assert_eq!(card.charged_minor(), 5_200, "asked, not charged again");
    assert_eq!(app.store().sale_totals().unwrap().2, 10_400);
    assert!(app.store().verify().unwrap().is_well());
}

/// A printer that is off, out of paper or silent never holds up the till, and loses nothing.
#[test]
fn a_printer_that_is_off_keeps_its_queue() {
    let salon = Salon::new().unwrap();
    let printer = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let till = open_terminal(&salon, ports(Some(&printer), None));
    let app = &till.app;
    app.open_till(key(1), 0).unwrap();
    printer.set(PrinterFault::PaperOut);
    let sold = app.pay_cash(key(2), &ticket(ticket_id(1), 0), 5_200).unwrap();
    assert_eq!(sold.printed, PrintedView::Queued);
    while printing::print_next(app).unwrap() == printing::Step::Done {}
    assert_eq!(printer.drawer_pulses(), 1, "a drawer opens without paper");
    let status = app.status().unwrap();
    assert_eq!((status.print_queue, status.device_trouble[0].cause.as_str()), (1, "paper_out"));
    printer.clear();
    printing::print_next(app).unwrap();
    assert!(printer.wait_for_receipts(1, Duration::from_secs(5)));
    let status = app.status().unwrap();
    assert_eq!((status.print_queue, status.device_trouble.len()), (0, 0));
}

/// Five wrong PINs in a row, and the person waits; a restart does not give new tries.
#[test]
fn wrong_pins_wait() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    for left in [4, 3, 2, 1] {
        let failure = sign_in(&till, "0000").unwrap_err();
        assert_eq!((failure.code, failure.detail["left"].clone()), (Code::WrongPin, left.to_string()));
    }
    assert_eq!(sign_in(&till, "0000").unwrap_err().code, Code::PinLocked);
    let till = till.reopened(1).unwrap();
    assert_eq!(sign_in(&till, "0000").unwrap_err().code, Code::PinLocked);
    till.clock.advance_ms(31_000);
    assert_eq!(sign_in(&till, "0000").unwrap_err().code, Code::PinLocked, "the sixth waits longer");
}

fn sign_in(till: &Terminal, pin: &str) -> Result<serde_json::Value, salon_contract::window::Failure> {
    use salon_contract::window::{Ask, SignIn};
    till.app.ask(SignIn { staff: desk(), pin: pin.into() }.call())
}

/// A clock set back is said; trading goes on, and the order of entries is kept by the journal.
#[test]
fn a_clock_set_back_is_said() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    app.open_till(key(1), 0).unwrap();
    app.pay_cash(key(2), &ticket(ticket_id(1), 0), 5_200).unwrap();
    till.clock.advance_ms(-3_600_000);
    assert!(app.status().unwrap().warnings.contains(&Warning::ClockBack));
    let sold = app.pay_cash(key(3), &ticket(ticket_id(2), 0), 5_200).unwrap();
    assert_eq!(sold.sale.number, 2);
    assert!(app.store().verify().unwrap().is_well());
}

/// The clock of this terminal stands still, as one that was set back does for as long as it was set back.
#[test]
fn a_clock_that_stands_still_keeps_no_terminal_from_its_server() {
    let salon = Salon::new().unwrap();
    let till = salon.terminal(1, Ports::default()).unwrap();
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut identity = till.app.store().identity().unwrap();
    identity.server = format!("http://{}", server.local_addr().unwrap());
    till.app.store().write::<_, StoreError>(|unit| unit.set_meta("identity", &identity)).unwrap();
    let till = till.reopened(1).unwrap();
    // A file that is there is used on: no test touches the keyring of whoever runs it.
    std::fs::write(till.dir.join("secrets.json"), "{}").unwrap();
    let secrets = secrets::open(&till.dir).unwrap();
    secrets.set(secrets::DEVICE_KEY, &till.key.to_bytes()).unwrap();
    syncing::start(&till.app, secrets.as_ref()).unwrap();

    let (say, said) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // Hangs up on everybody at once; ends with the test, which wants no more than two.
        while let Ok((caller, _)) = server.accept() {
            drop(caller);
            if say.send(()).is_err() {
                return;
            }
        }
    });
    for call in ["first", "second"] {
        said.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("no {call} call"));
    }
}

/// What a client may not do is refused with a reason, and nothing changes.
#[test]
fn bad_input_changes_nothing() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    app.open_till(key(1), 0).unwrap();
    let before = app.store().journal_count().unwrap();
    let mut empty = ticket(ticket_id(1), 0);
    empty.lines.clear();
    assert_eq!(app.pay_cash(key(2), &empty, 1).unwrap_err().code, Code::EmptyTicket);
    let mut over = ticket(ticket_id(2), 0);
    over.discount = Some(Discount::Amount(1_000_000));
    assert_eq!(app.pay_cash(key(3), &over, 1).unwrap_err().code, Code::BadDiscount);
    let nobody = BTreeMap::from([("phone".to_owned(), "1".to_owned())]);
    assert_eq!(app.save_client(key(4), None, &nobody).unwrap_err().code, Code::BadInput);
    assert_eq!(app.open_till(key(5), 0).unwrap_err().code, Code::TillAlreadyOpen);
    assert_eq!(app.day(Some("yesterday")).unwrap_err().code, Code::BadInput);
    // A stylist does not give another price than the list's.
    app.act_as(stylist(0));
    let mut cheap = ticket(ticket_id(3), 0);
    cheap.lines[0].unit_price_minor = 100;
    assert_eq!(app.pay_cash(key(6), &cheap, 100).unwrap_err().code, Code::NotAllowed);
    assert_eq!(app.open_till(key(7), 0).unwrap_err().code, Code::NotAllowed);
    assert_eq!(app.store().journal_count().unwrap(), before);
    let part = PartDraft { service: cut(), staff: stylist(0), start_minute: 60 };
    let night = BookingDraft {
        date: DAY.into(),
        card: None,
        client_name: "Somebody".into(),
        source: Source::Phone,
        parts: vec![part],
        note: String::new(),
        anyway: false,
    };
    assert_eq!(app.make_booking(key(8), &night).unwrap_err().code, Code::OutsideHours);
}
