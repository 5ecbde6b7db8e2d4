//! Practising: a copy of the till that never reaches the books.

use crate::rig::{Enrolled, OUTAGE, key, paid, wait_for};
use salon_contract::window::{
    AnswerCard, Ask, CardEndOfDay, CardStage, CloseTill, Code, Devices, Failure, Notice, OpenTill, Pay, PaymentView,
    RemoveDevice, SaleView, SaveDevice, SignIn, Status, Training, UnknownCards,
};
use salon_devices::sim::{CardFault, CardSim, CardSimOptions};
use salon_domain::kernel::TicketId;
use salon_domain::payment::CountLine;
use salon_terminal::host::Host;
use salon_terminal::store::{JobKind, JobState, Store, StoreError};
use salon_tests::salon::{PIN, desk, ticket};
use std::collections::BTreeMap;
use std::sync::{Arc, Barrier};

fn ask<A: Ask>(host: &Arc<Host>, question: A) -> Result<A::Reply, Failure> {
    host.ask(question.call()).map(|reply| serde_json::from_value(reply).unwrap())
}

fn sell_cash(host: &Arc<Host>) -> SaleView {
    let ticket = ticket(TicketId::from_uuid(key()), 1);
    paid(ask(host, Pay::cash(key(), ticket, 10_000)).unwrap())
}

fn sell_card(host: &Arc<Host>) -> Result<PaymentView, Failure> {
    ask(host, Pay::card(key(), ticket(TicketId::from_uuid(key()), 0)))
}

/// Entries in the journal, the last that waits for the server, what waits for the printer, sales.
fn books(store: &Store) -> (u64, u64, u32, (u64, i64, i64)) {
    let outbox = store.sync_position().unwrap().outbox_last;
    (store.journal_count().unwrap(), outbox, store.queued_jobs().unwrap(), store.sale_totals().unwrap())
}

#[test]
fn practice_sells_on_receipts_that_say_so_and_leaves_the_books_alone() {
    let enrolled = Enrolled::new();
    let folder = enrolled.dir.join("training");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("store.db"), "left by a crash").unwrap();
    let host = Host::new(&enrolled.dir);
    assert!(!folder.exists(), "what a crash left is swept");

    assert_eq!(ask(&host, Training { on: true }).unwrap_err().code, Code::SignInNeeded);
    ask(&host, SignIn { staff: desk(), pin: PIN.into() }).unwrap();
    ask(&host, OpenTill { key: key(), float_minor: 10_000 }).unwrap();
    let real = sell_cash(&host);
    assert!(!real.text.join("\n").contains("TRAINING"));
    assert!(matches!(sell_card(&host), Err(failure) if failure.code == Code::NoDevice));
    let before = books(host.app().unwrap().store());

    ask(&host, Training { on: true }).unwrap();
    let status = ask(&host, Status {}).unwrap();
    assert!(status.training && status.till_open && status.signed_in.is_some(), "{status:?}");
    for sold in [sell_cash(&host), paid(sell_card(&host).unwrap())] {
        assert!(sold.text.join("\n").contains("TRAINING"), "{:?}", sold.text);
        assert!(sold.sale.number > real.sale.number);
    }
    let practice = ask(&host, Devices {}).unwrap();
    assert!(practice.training && practice.devices.len() == 2, "{practice:?}");
    let changed = ask(&host, RemoveDevice { id: practice.devices[0].id }).unwrap_err();
    assert_eq!(changed.code, Code::NotAllowed, "the devices are those of the real till");

    ask(&host, Training { on: false }).unwrap();
    assert!(!folder.exists());
    assert!(!ask(&host, Status {}).unwrap().training);
    assert_eq!(books(host.app().unwrap().store()), before);
    let next = sell_cash(&host);
    assert_eq!(next.sale.number, real.sale.number + 1, "practice takes no receipt number");
    assert!(host.app().unwrap().store().verify().unwrap().is_well());
    host.close();
}

/// A till of which somebody has counted the drawer in, with this card terminal.
fn at_work(enrolled: &Enrolled, card: &str) -> Arc<Host> {
    let host = Host::new(&enrolled.dir);
    host.app().unwrap();
    ask(&host, SignIn { staff: desk(), pin: PIN.into() }).unwrap();
    ask(&host, OpenTill { key: key(), float_minor: 10_000 }).unwrap();
    let (name, options) = (String::new(), BTreeMap::new());
    ask(&host, SaveDevice { key: key(), id: None, name, driver: card.into(), options }).unwrap();
    host
}

#[test]
fn clicked_twice_practice_begins_once_and_ends_once() {
    let enrolled = Enrolled::new();
    let host = at_work(&enrolled, "external:");
    for on in [true, false, true] {
        let both = Barrier::new(2);
        std::thread::scope(|scope| {
            let clicks = [0, 1].map(|_| {
                scope.spawn(|| {
                    both.wait();
                    ask(&host, Training { on }).map(drop)
                })
            });
            for click in clicks {
                click.join().unwrap().unwrap();
            }
        });
        assert_eq!(ask(&host, Status {}).unwrap().training, on);
        // Its store is there: nobody has swept it away under it.
        sell_cash(&host);
        assert_eq!(enrolled.dir.join("training/store.db").exists(), on);
    }
    host.close();
    assert!(!enrolled.dir.join("training").exists());
}

#[test]
fn another_program_leaves_a_practice_that_is_going_on_alone() {
    let enrolled = Enrolled::new();
    let host = at_work(&enrolled, "external:");
    ask(&host, Training { on: true }).unwrap();
    let other = Host::new(&enrolled.dir);
    assert!(matches!(other.app(), Err(failure) if failure.code == Code::StoreInUse));
    other.close();
    assert!(enrolled.dir.join("training/store.db").exists());
    sell_cash(&host);
    host.close();
}

#[test]
fn practice_begins_with_nothing_to_clear_up_and_its_card_terminal_s_day_agrees() {
    let enrolled = Enrolled::new();
    let card = CardSim::start(CardSimOptions::default()).unwrap();
    let host = at_work(&enrolled, &format!("zvt_tcp:{}", card.address()));
    let first = paid(sell_card(&host).unwrap());
    card.queue_fault(CardFault::CrashBeforeCompletion(OUTAGE));
    let view = sell_card(&host).unwrap();
    assert!(matches!(view, PaymentView::Unknown { .. }), "{view:?}");
    let real = host.app().unwrap();
    real.store()
        .write::<_, StoreError>(|unit| {
            let job = unit.queue_print(JobKind::Receipt, first.sale.ticket.as_bytes(), true)?;
            unit.set_job(job, JobState::Unsure, None)
        })
        .unwrap();
    assert_eq!(real.store().unsure_jobs().unwrap(), 1);
    let before = books(real.store());

    ask(&host, Training { on: true }).unwrap();
    assert_eq!(ask(&host, UnknownCards {}).unwrap().len(), 0);
    assert_eq!(ask(&host, Devices {}).unwrap().print_unsure, 0, "nobody looks for real paper here");
    let sold = paid(sell_card(&host).unwrap());
    let day = ask(&host, CardEndOfDay { key: key() }).unwrap();
    assert_eq!((day.terminal_minor, day.journal_minor), (sold.sale.total_minor, sold.sale.total_minor));
    let expected = host.app().unwrap().store().open_session().unwrap().unwrap().totals.expected_cash_minor();
    let count = vec![CountLine { denomination_minor: 1, pieces: u32::try_from(expected).unwrap() }];
    let closed = ask(&host, CloseTill { key: key(), count, reason: String::new() }).unwrap();
    assert!(closed.text.join("\n").contains("TRAINING"), "{:?}", closed.text);
    assert!(host.app().unwrap().store().verify().unwrap().is_well());

    ask(&host, Training { on: false }).unwrap();
    assert_eq!(books(host.app().unwrap().store()), before);
    assert_eq!(ask(&host, UnknownCards {}).unwrap().len(), 1, "the real till still has it");
    host.close();
}

#[test]
fn nobody_practises_while_a_card_payment_runs() {
    let enrolled = Enrolled::new();
    let host = at_work(&enrolled, "external:");
    let notices = host.subscribe();
    std::thread::scope(|scope| {
        let paying = scope.spawn(|| sell_card(&host).unwrap());
        let payment = wait_for(&notices, |notice| match notice {
            Notice::Card { payment, stage: CardStage::Confirm } => Some(*payment),
            _ => None,
        });
        let refused = ask(&host, Training { on: true });
        let status = ask(&host, Status {}).unwrap();
        // Before anything is looked at: the payment waits for it.
        ask(&host, AnswerCard { payment, approved: true, authorisation: "4711".into() }).unwrap();
        paid(paying.join().unwrap());
        assert_eq!((refused.unwrap_err().code, status.training), (Code::CardBusy, false));
    });
    host.close();
}
