//! Practising: a copy of the till that never reaches the books.

use crate::rig::{Enrolled, key, paid};
use salon_contract::window::{
    Ask, CardPaymentView, Code, Devices, Failure, OpenTill, PayCard, PayCash, RemoveDevice, SaleView, SignIn, Status,
    Training,
};
use salon_domain::kernel::TicketId;
use salon_terminal::host::Host;
use salon_terminal::store::Store;
use salon_tests::salon::{PIN, desk, ticket};
use std::sync::Arc;

fn ask<A: Ask>(host: &Arc<Host>, question: A) -> Result<A::Reply, Failure> {
    host.ask(question.call()).map(|reply| serde_json::from_value(reply).unwrap())
}

fn sell_cash(host: &Arc<Host>) -> SaleView {
    let ticket = ticket(TicketId::from_uuid(key()), 1);
    ask(host, PayCash { key: key(), ticket, tendered_minor: 10_000 }).unwrap()
}

fn sell_card(host: &Arc<Host>) -> Result<CardPaymentView, Failure> {
    ask(host, PayCard { key: key(), ticket: ticket(TicketId::from_uuid(key()), 0) })
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
