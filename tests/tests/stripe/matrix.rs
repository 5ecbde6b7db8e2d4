//! The matrix of a payment.

use super::rig::{AMOUNT, Cut, NEVER_ENDING, Rig, SLOW_MS};
use salon_contract::window::PaymentView;
use salon_tests::fake_stripe::{Client, Fault, Step};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What a row of the matrix breaks.
#[derive(Clone, Copy)]
enum Break {
    Stripe { step: Step, fault: Fault, times: u32, client: Client },
    Client(Client),
    Offline,
    Busy,
    CashierCancels(Client),
    Line(&'static str, Cut, u32),
    ServerKilled { step: Step, fault: Fault, client: Client },
}

struct Row {
    group: &'static str,
    what: String,
    broken: Break,
}

fn rows() -> Vec<Row> {
    let pays = Client::Pays { after_looks: 1 };
    let mut rows = Vec::new();
    let faults = [Fault::DropBefore, Fault::DropAfter, Fault::FailBefore, Fault::FailAfter, Fault::Slow(SLOW_MS)];
    let steps = [
        (Step::Create, pays),
        (Step::Process, pays),
        (Step::ReadIntent, pays),
        (Step::ReadReader, pays),
        (Step::CancelAction, Client::Nobody),
        (Step::CancelIntent, Client::Declined("card_declined")),
        (Step::Capture, pays),
    ];
    for (step, client) in steps {
        for fault in faults {
            for (name, times) in [("once", 1), ("until resolved", NEVER_ENDING)] {
                let what = format!("{step:?} {fault:?} {name}");
                rows.push(Row { group: "Stripe", what, broken: Break::Stripe { step, fault, times, client } });
            }
        }
        for (fault, when) in [(Fault::DropBefore, "before"), (Fault::DropAfter, "after")] {
            let what = format!("server killed {when} {step:?}");
            rows.push(Row { group: "server", what, broken: Break::ServerKilled { step, fault, client } });
        }
    }
    for client in [
        Client::Declined("card_declined"),
        Client::PressesCancel,
        Client::Nobody,
        Client::SlowBank { looks: 6 },
        Client::ReaderHears,
        Client::ReaderDeaf,
    ] {
        rows.push(Row { group: "client", what: format!("{client:?}"), broken: Break::Client(client) });
    }
    for client in [Client::Nobody, Client::SlowBank { looks: 8 }] {
        let what = format!("cashier cancels, {client:?}");
        rows.push(Row { group: "client", what, broken: Break::CashierCancels(client) });
    }
    rows.push(Row { group: "client", what: "reader offline".into(), broken: Break::Offline });
    rows.push(Row { group: "client", what: "reader busy".into(), broken: Break::Busy });
    for (name, skip) in [("start", 0), ("poll", 0), ("poll", 1), ("capture", 0)] {
        for cut in [Cut::Before, Cut::After, Cut::KilledBefore, Cut::KilledAfter] {
            let group = if matches!(cut, Cut::Before | Cut::After) { "line" } else { "till" };
            rows.push(Row {
                group,
                what: format!("{name} {} {cut:?}", skip + 1),
                broken: Break::Line(name, cut, skip),
            });
        }
    }
    rows
}

struct Seen {
    group: &'static str,
    what: String,
    first: String,
    asked: u32,
    charged: i64,
}

fn run(row: &Row) -> Seen {
    let waits = matches!(row.broken, Break::Client(Client::Nobody | Client::SlowBank { .. } | Client::ReaderDeaf))
        || matches!(
            row.broken,
            Break::Stripe { client: Client::Nobody, .. } | Break::ServerKilled { client: Client::Nobody, .. }
        );
    let mut rig = Rig::new(Duration::from_millis(if waits { 120 } else { 5_000 }));
    let mut fires = true;
    match row.broken {
        Break::Stripe { step, fault, times, client } => {
            rig.stripe.next_client(client);
            rig.stripe.plan(step, fault, times);
        }
        Break::ServerKilled { step, fault, client } => {
            rig.stripe.next_client(client);
            let dead = Arc::clone(&rig.server.dead);
            rig.stripe.plan_with(step, fault, move || dead.store(true, Ordering::SeqCst));
        }
        Break::Client(client) | Break::CashierCancels(client) => {
            rig.stripe.next_client(client);
            fires = false;
        }
        Break::Offline => rig.stripe.set_offline(true),
        Break::Busy => rig.stripe.set_busy(true),
        Break::Line(name, cut, skip) => *rig.line.planned.lock().unwrap() = Some((name, cut, skip)),
    }
    let paid = match row.broken {
        Break::CashierCancels(_) => cancelled_while_paying(&rig),
        _ => rig.pay(1),
    };
    match row.broken {
        Break::Stripe { .. } | Break::ServerKilled { .. } => {
            assert!(rig.stripe.fired() > 0, "{}: never happened", row.what);
        }
        Break::Line(..) => assert!(rig.line.fired.load(Ordering::SeqCst), "{}: never happened", row.what),
        _ => assert!(!fires || rig.stripe.calls(Step::Process) > 0, "{}", row.what),
    }
    rig.stripe.heal();
    if paid.is_none() {
        rig.restart_till();
    }
    if rig.server.dead.load(Ordering::SeqCst) {
        rig.restart_server();
    }
    let first = paid.as_ref().map_or("killed", named).to_owned();
    let asked = rig.settle(&row.what);
    let charged = rig.agreed(&row.what);
    assert!([0, AMOUNT].contains(&charged), "{}: {charged}", row.what);
    if matches!(paid, Some(PaymentView::Paid { .. })) {
        assert_eq!(charged, AMOUNT, "{}: said to be paid", row.what);
    }
    // The next payment is a payment like any other.
    let before = charged;
    let next = rig.pay(2);
    assert!(matches!(next, Some(PaymentView::Paid { .. })), "{}: the next one: {next:?}", row.what);
    assert_eq!(rig.agreed(&row.what), before + AMOUNT, "{}: the next one", row.what);
    Seen { group: row.group, what: row.what.clone(), first, asked, charged }
}

/// Presses "cancel" as soon as the reader has the payment.
fn cancelled_while_paying(rig: &Rig) -> Option<PaymentView> {
    use salon_contract::window::{CancelCard, CardStage, Notice};
    let app = Arc::clone(&rig.till().app);
    let notices = app.subscribe();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            while let Ok(notice) = notices.recv() {
                match notice {
                    Notice::Card { stage: CardStage::Status { .. }, .. } => {
                        app.ask(salon_contract::window::Ask::call(CancelCard {})).unwrap();
                        return;
                    }
                    Notice::Card { stage: CardStage::Ended, .. } => return,
                    _ => {}
                }
            }
        });
        rig.pay(1)
    })
}

fn named(view: &PaymentView) -> &'static str {
    match view {
        PaymentView::Paid { .. } => "paid",
        PaymentView::Declined { .. } => "declined",
        PaymentView::NotCharged { .. } => "not charged",
        PaymentView::Part { .. } => "part",
        PaymentView::Unknown { .. } => "unknown",
    }
}

#[test]
fn one_charge_or_none_whatever_breaks() {
    let rows = rows();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let seen = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(row) = rows.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let result = run(row);
                    seen.lock().unwrap().push(result);
                }
            });
        }
    });
    let mut seen = seen.into_inner().unwrap();
    seen.sort_by_key(|row| rows.iter().position(|r| r.what == row.what));
    println!("| who | what breaks | the till heard | then asked | charged |\n|---|---|---|---|---|");
    let mut counts: BTreeMap<(&str, i64), u32> = BTreeMap::new();
    for Seen { group, what, first, asked, charged } in &seen {
        println!("| {group} | {what} | {first} | {asked} | {charged} |");
        *counts.entry((group, *charged)).or_default() += 1;
    }
    for ((group, charged), count) in &counts {
        println!("{group}: {count} with {charged} charged");
    }
    println!("{} rows: Stripe's ledger and the journal agree in all of them", seen.len());
    assert_eq!(seen.len(), rows.len());
    // The matrix would prove nothing if nothing were ever unknown, or nothing ever charged.
    assert!(seen.iter().any(|row| row.first == "unknown") && seen.iter().any(|row| row.charged == 0));
    assert!(seen.iter().any(|row| row.first != "paid" && row.charged == AMOUNT));
}
