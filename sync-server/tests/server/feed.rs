//! What terminals get from the log: what is theirs, in order, in bounded batches.

use super::support::{DAY, MONDAY_MS, TestApp, harbour, old_town, product};
use salon_domain::booking::BookingStatus;
use salon_domain::catalog::Product;
use salon_server::store::StoreExt;
use salon_server::sync::master;
use salon_sync::journal::{Chain, Hash};
use salon_sync::server::{Answer, Query};
use salon_sync::wire::{BATCH_ITEMS_MAX, Item, MasterKind};

fn kinds(items: &[Item]) -> [usize; 4] {
    let mut counts = [0; 4];
    for item in items {
        counts[match item {
            Item::Journal { .. } => 0,
            Item::Change { .. } => 1,
            Item::Card { .. } => 2,
            Item::Master { .. } => 3,
        }] += 1;
    }
    counts
}

#[test]
fn each_branch_gets_its_own_ledger_and_all_get_cards_and_master_data() {
    let app = TestApp::new();
    let mut till = app.terminal(harbour(), 1);
    let mut beside = app.terminal(harbour(), 2);
    let mut far = app.terminal(old_town(), 3);
    till.client("Ada");
    till.book(DAY, MONDAY_MS, BookingStatus::Confirmed);
    till.sell(DAY, MONDAY_MS, 1_190);
    till.push_all();
    // Tenant, two branches, staff, service, product, three devices.
    assert_eq!(kinds(&beside.pull()), [2, 1, 1, 9]);
    assert_eq!(kinds(&far.pull()), [0, 0, 1, 9]);
    assert_eq!(kinds(&till.pull()), [0, 0, 0, 9]);
    for terminal in [&mut till, &mut beside, &mut far] {
        assert_eq!(terminal.cursor, app.head());
        assert!(terminal.pull().is_empty());
    }
}

#[test]
fn batches_are_bounded_and_each_vouches_for_its_journals() {
    let app = TestApp::new();
    let mut till = app.terminal(harbour(), 1);
    let mut other = app.terminal(harbour(), 3);
    let many = BATCH_ITEMS_MAX + 500;
    for n in 0..many {
        till.sell(DAY, MONDAY_MS + n as i64, 1_190);
        if n % 3 == 0 {
            other.sell(DAY, MONDAY_MS + n as i64, 2_380);
        }
    }
    till.push(1, till.outbox[..BATCH_ITEMS_MAX].to_vec()).unwrap();
    other.push_all();
    till.push_all();
    let reader = app.terminal(harbour(), 2);
    let mut chains = [Chain::start(till.info.device), Chain::start(other.info.device)];
    let (mut after, mut batches) = (0, 0);
    loop {
        let query = Query::Log { device: reader.info.clone(), after };
        let Answer::Log { items, next, head } = app.store.answer(query) else { panic!() };
        assert!(items.len() <= BATCH_ITEMS_MAX);
        let mut vouched = [true; 2];
        for item in &items {
            let Item::Journal { device, seq, body, hash } = item else { continue };
            let which = usize::from(*device == other.info.device);
            let hash = hash.as_ref().map(|h| Hash::try_from(h.as_slice()).unwrap());
            chains[which].push(*seq, body, hash.as_ref()).unwrap();
            vouched[which] = hash.is_some();
        }
        assert_eq!(vouched, [true; 2]);
        batches += 1;
        after = next;
        if next >= head {
            break;
        }
    }
    assert!(batches >= 2, "{batches}");
    assert_eq!(chains, [till.chain, other.chain]);
}

#[test]
fn a_new_terminal_gets_only_the_latest_of_an_entity() {
    let app = TestApp::new();
    let mut early = app.terminal(harbour(), 1);
    early.pull();
    for price_minor in [2_500, 2_600] {
        let changed = Product { price_minor, ..product() };
        app.store.writing(|tx| master::put(tx, app.tenant, &changed)).unwrap();
    }
    let products = |items: Vec<Item>| -> Vec<i64> {
        let found = items.into_iter().filter_map(|item| match item {
            Item::Master { kind: MasterKind::Product, body, .. } => body,
            _ => None,
        });
        found.map(|body| serde_json::from_slice::<Product>(&body).unwrap().price_minor).collect()
    };
    assert_eq!(products(early.pull()), [2_600]);
    assert_eq!(products(app.terminal(harbour(), 2).pull()), [2_600]);
}
