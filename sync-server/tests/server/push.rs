//! What a push does: once, all of it or nothing, and never what is not the device's to do.

use super::support::{DAY, MONDAY_MS, Terminal, TestApp, fixed, harbour, old_town, product};
use salon_domain::booking::BookingStatus;
use salon_domain::event::Happening;
use salon_domain::inventory::{Movement, MovementReason};
use salon_server::store::StoreExt;
use salon_sync::doc::DocId;
use salon_sync::wire::{Item, MasterKind, RefusalCode};
use serde_bytes::ByteBuf;
use std::sync::Arc;
use uuid::Uuid;

/// A morning: a client, a booking, two sales, a delivery.
fn morning(terminal: &mut Terminal) {
    terminal.client("Ada");
    terminal.book(DAY, MONDAY_MS, BookingStatus::Confirmed);
    terminal.sell(DAY, MONDAY_MS, 5_950);
    let movement = Movement {
        id: fixed(60),
        product: product().id,
        milli: 3_000,
        reason: MovementReason::Delivery,
        used_for: None,
    };
    terminal.journal(MONDAY_MS, Happening::InventoryRestocked(movement));
    terminal.stock(product().id, 3_000);
    terminal.sell(DAY, MONDAY_MS + 1, 1_000);
}

/// Everything that a push can change, in one value.
fn state(app: &TestApp) -> impl PartialEq + std::fmt::Debug + use<> {
    let stock = app.store.reading(|tx| tx.stock(app.tenant, harbour())).unwrap();
    let devices = app.store.reading(|tx| tx.devices(app.tenant)).unwrap();
    let progress: Vec<_> = devices.into_iter().map(|d| (d.acked, d.journal_seq, d.journal_hash)).collect();
    let totals = app.totals();
    (
        (totals.receipts, totals.net_minor, totals.bookings, totals.cards),
        totals.journal_entries,
        app.head(),
        stock,
        progress,
    )
}

#[test]
fn a_push_counts_once_however_often_it_comes() {
    let app = TestApp::new();
    let mut till = app.terminal(harbour(), 1);
    morning(&mut till);
    let all = till.outbox.len() as u64;
    assert_eq!(till.push(1, till.outbox[..3].to_vec()), Ok(3));
    assert_eq!(till.push_all(), all);
    let once = state(&app);
    let totals = app.totals();
    assert_eq!((totals.receipts, totals.net_minor, totals.total_minor), (2, 5_000 + 840, 6_950));
    assert_eq!((totals.bookings, totals.cards, totals.journal_entries), (1, 1, 4));
    for first in [1, 1, 2, 4, all] {
        assert_eq!(till.push(first, till.outbox[first as usize - 1..].to_vec()), Ok(all));
        assert!(state(&app) == once);
    }
    // Older ones that are there already, and nothing at all.
    assert_eq!(till.push(1, till.outbox[..2].to_vec()), Ok(all));
    assert_eq!(till.push(all + 1, vec![]), Ok(all));
    assert!(state(&app) == once);
}

#[test]
fn a_gap_is_refused_and_no_reason_for_quarantine() {
    let app = TestApp::new();
    let mut till = app.terminal(harbour(), 1);
    morning(&mut till);
    let before = state(&app);
    for first in [2, 0, u64::MAX] {
        let (code, _) = till.push(first, till.outbox.clone()).unwrap_err();
        assert_eq!(code, RefusalCode::BadPush, "{first}");
    }
    assert!(state(&app) == before);
    let row = app.store.reading(|tx| tx.device(till.info.device)).unwrap().unwrap();
    assert_eq!(row.quarantined, None);
    till.push_all();
}

type Forge = fn(&TestApp, &mut Terminal);

fn last_journal(till: &mut Terminal) -> (&mut u64, &mut ByteBuf, &mut Option<ByteBuf>) {
    let found = till.outbox.iter_mut().rev().find_map(|item| match item {
        Item::Journal { seq, body, hash, .. } => Some((seq, body, hash)),
        _ => None,
    });
    found.unwrap()
}

/// Each makes the last part of a good outbox bad, in its own way.
const FORGERIES: [(&str, Forge); 17] = [
    ("a body that was changed", |_, till| last_journal(till).1[20] ^= 1),
    ("a hash that was changed", |_, till| last_journal(till).2.as_mut().unwrap()[3] ^= 1),
    ("a hash of the wrong size", |_, till| *last_journal(till).2 = Some(ByteBuf::from(vec![1, 2]))),
    ("no hash", |_, till| *last_journal(till).2 = None),
    ("a sequence with a gap", |_, till| *last_journal(till).0 += 1),
    ("an entry again", |_, till| *last_journal(till).0 -= 1),
    ("another device's entry", |_, till| {
        let Some(Item::Journal { device, .. }) = till.outbox.last_mut() else { panic!() };
        *device = fixed(99);
    }),
    ("rubbish as an entry", |_, till| till.journal_bytes(b"rubbish".to_vec())),
    ("a known kind of entry with another content", |_, till| {
        let event =
            till.event(1, Happening::CustomerRegistered(salon_domain::event::CardRegistered { card: fixed(1) }));
        let mut json = serde_json::to_value(&event).unwrap();
        json["payload"] = serde_json::json!({"card": "nobody"});
        till.journal_bytes(json.to_string().into_bytes());
    }),
    ("another tenant's entry", |_, till| {
        let mut event =
            till.event(1, Happening::CustomerRegistered(salon_domain::event::CardRegistered { card: fixed(1) }));
        event.meta.tenant = fixed(98);
        till.journal_bytes(serde_json::to_vec(&event).unwrap());
    }),
    ("a sale of another branch", |_, till| {
        let mut sale = till.sale(DAY, 100, None);
        sale.branch = old_town();
        till.journal(1, Happening::PaymentCompleted(Box::new(sale)));
    }),
    ("a sale that does not add up", |_, till| {
        let mut sale = till.sale(DAY, 100, None);
        sale.total_minor += 1;
        till.journal(1, Happening::PaymentCompleted(Box::new(sale)));
    }),
    ("a receipt number again", |_, till| {
        let mut sale = till.sale(DAY, 100, None);
        sale.number = 1;
        till.journal(1, Happening::PaymentCompleted(Box::new(sale)));
    }),
    ("another branch's document", |_, till| {
        let id = DocId::Stock { branch: old_town() };
        let device = till.info.device;
        let bytes = till.doc(id).add_stock(device, &[(fixed(1), 1)], 0).unwrap().unwrap();
        till.outbox.push(Item::Change { doc: id, bytes: ByteBuf::from(bytes) });
    }),
    ("another device's change", |app, till| {
        let mut other = app.terminal(harbour(), 77);
        other.book(DAY, MONDAY_MS, BookingStatus::Pending);
        till.outbox.push(other.outbox.pop().unwrap());
    }),
    ("a card edit that is none", |_, till| till.outbox.push(Item::Card { edit: ByteBuf::from(b"{}".to_vec()) })),
    ("master data", |_, till| {
        till.outbox.push(Item::Master { kind: MasterKind::Product, id: Uuid::nil(), body: None });
    }),
];

#[test]
fn what_is_not_right_is_refused_as_a_whole_and_noted() {
    for (name, forge) in FORGERIES {
        let app = TestApp::new();
        let mut till = app.terminal(harbour(), 1);
        morning(&mut till);
        till.push(1, till.outbox[..2].to_vec()).unwrap();
        forge(&app, &mut till);
        let before = state(&app);
        let (code, reason) = till.push(3, till.outbox[2..].to_vec()).unwrap_err();
        assert_eq!(code, RefusalCode::Quarantined, "{name}");
        assert!(state(&app) == before, "{name} left something");
        assert_eq!(till.acked(), 2);
        let row = app.store.reading(|tx| tx.device(till.info.device)).unwrap().unwrap();
        assert_eq!(row.quarantined.unwrap().1, reason, "{name}");
    }
}

#[test]
fn an_equivocating_device_is_caught() {
    let app = TestApp::new();
    let mut till = app.terminal(harbour(), 1);
    till.book(DAY, MONDAY_MS, BookingStatus::Confirmed);
    till.push_all();
    // The same store, restored from yesterday: the same actor and sequence with another content.
    let mut twin = till.restored();
    twin.book(DAY, MONDAY_MS + 1, BookingStatus::Pending);
    let (code, _) = twin.push(2, twin.outbox.clone()).unwrap_err();
    assert_eq!(code, RefusalCode::Quarantined);
    assert_eq!(app.totals().bookings, 1);
}

#[test]
fn entries_of_a_newer_terminal_are_kept_and_passed_on() {
    let app = TestApp::new();
    let mut till = app.terminal(harbour(), 1);
    let event = till.event(1, Happening::CustomerRegistered(salon_domain::event::CardRegistered { card: fixed(1) }));
    let mut json = serde_json::to_value(&event).unwrap();
    json["type"] = "gift_card.sold".into();
    till.journal_bytes(json.to_string().into_bytes());
    till.sell(DAY, MONDAY_MS, 1_190);
    assert_eq!(till.push_all(), 2);
    assert_eq!(app.totals().journal_entries, 2);
    let mut other = app.terminal(harbour(), 2);
    let passed = other.pull().into_iter().filter(|item| matches!(item, Item::Journal { .. })).count();
    assert_eq!(passed, 2);
}

#[test]
fn a_revoked_terminal_is_refused() {
    let app = TestApp::new();
    let mut till = app.terminal(harbour(), 1);
    till.sell(DAY, MONDAY_MS, 1_190);
    app.store.writing(|tx| tx.revoke_device(app.tenant, till.info.device, app.store.env().now())).unwrap();
    assert_eq!(till.push(1, till.outbox.clone()).unwrap_err().0, RefusalCode::Revoked);
    assert_eq!(app.totals().receipts, 0);
}

/// A hundred and fifty changes to one day by two terminals, far beyond a snapshot: nothing is lost, whether the document
/// is in memory or not.
#[test]
fn long_days_are_read_from_snapshots() {
    let app = TestApp::new();
    let (mut one, mut two) = (app.terminal(harbour(), 1), app.terminal(harbour(), 2));
    for n in 0..75 {
        for till in [&mut one, &mut two] {
            till.book(DAY, MONDAY_MS + n * 60_000, BookingStatus::Confirmed);
            let acked = till.acked();
            till.push(acked + 1, till.outbox[acked as usize..].to_vec()).unwrap();
        }
    }
    assert_eq!(app.totals().bookings, 150);
    let id = DocId::Book { branch: harbour(), day: DAY };
    let row = app.store.reading(|tx| tx.doc(app.tenant, id)).unwrap().unwrap();
    assert!(row.snapshot_entry > 0 && row.tail < 64, "{row:?}");
    // Other days push this one out of memory.
    for day in 0..70 {
        one.book(DAY + 1 + day, MONDAY_MS, BookingStatus::Confirmed);
    }
    one.push_all();
    one.book(DAY, MONDAY_MS, BookingStatus::Cancelled);
    one.push_all();
    assert_eq!(app.totals().bookings, 150 + 70 + 1);
}

/// A terminal that came with the right to import brings services, products and stylists, and nothing that would give it
/// more than it has.
#[test]
fn an_import_brings_what_it_may() {
    use super::support::{service, staff};
    use salon_domain::access::Role;
    use salon_domain::staff::Staff;
    use salon_server::sync::master;
    let app = TestApp::new();
    let code = salon_server::provision::import_code(app.store.as_ref(), app.tenant, harbour(), "").unwrap();
    let mut till = Terminal::redeem(Arc::clone(&app.store), &code.to_string(), 1);
    let item = |kind, id: Uuid, body: Option<Vec<u8>>| Item::Master { kind, id, body: body.map(ByteBuf::from) };
    let person = |person: &Staff| item(MasterKind::Staff, person.id.uuid(), Some(serde_json::to_vec(person).unwrap()));
    app.store
        .writing(|tx| master::put(tx, app.tenant, &Staff { pin_hash: Some("$argon2id$".into()), ..staff() }))
        .unwrap();
    let renamed = Staff { name: "Mira S.".into(), ..staff() };
    let added = salon_domain::catalog::Service { id: fixed(33), ..service() };
    till.outbox.push(person(&renamed));
    till.outbox.push(item(MasterKind::Service, added.id.uuid(), Some(serde_json::to_vec(&added).unwrap())));
    assert_eq!(till.push_all(), 2);
    let kept: Staff = app.store.reading(|tx| master::get(tx, app.tenant, staff().id.uuid())).unwrap().unwrap();
    assert_eq!((kept.name.as_str(), kept.pin_hash.as_deref()), ("Mira S.", Some("$argon2id$")));
    till.outbox.push(item(MasterKind::Service, added.id.uuid(), None));
    assert_eq!(till.push_all(), 3);

    let leader = Staff { id: fixed(21), role: Role::Manager, ..staff() };
    app.store.writing(|tx| master::put(tx, app.tenant, &leader)).unwrap();
    let refused = [
        person(&Staff { id: fixed(22), role: Role::Admin, ..staff() }),
        person(&Staff { id: fixed(22), pin_hash: Some("$argon2id$forged".into()), ..staff() }),
        person(&Staff { role: Role::Stylist, ..leader.clone() }),
        item(MasterKind::Staff, leader.id.uuid(), None),
        item(MasterKind::Branch, harbour().uuid(), None),
        item(MasterKind::Product, product().id.uuid(), Some(b"{}".to_vec())),
    ];
    for bad in refused {
        let (code, _) = till.push(4, vec![bad.clone()]).unwrap_err();
        assert_eq!(code, RefusalCode::Quarantined, "{bad:?}");
    }
}
