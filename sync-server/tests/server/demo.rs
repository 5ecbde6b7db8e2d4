//! The demo salon, made small: the same for the same day, and consistent with itself in every way that a terminal checks.

use super::support::env;
use jiff::civil::date;
use salon_domain::booking::{BookingStatus, ClashKind, check_transition, clashes_of, fold_book};
use salon_domain::branch::Branch;
use salon_domain::catalog::Product;
use salon_domain::event::Happening;
use salon_domain::kernel::{BranchId, BranchZone, DeviceId, Instant, ProductId, TenantId, day_number};
use salon_domain::payment::{Item as Sold, LineKind, SessionTotals, settle};
use salon_domain::value::{Membership, MembershipChange};
use salon_server::demo::{Seeded, Wish, seed};
use salon_server::store::{SqliteStore, Store, StoreExt};
use salon_server::sync::master;
use salon_sync::doc::{Doc, DocId};
use salon_sync::journal::{Chain, Hash, decode};
use salon_sync::server::{Answer, DeviceInfo, Query};
use salon_sync::wire::Item;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// Wednesday, 4 March 2026, 13:30 in Berlin.
fn noon() -> Instant {
    let zone = BranchZone::named("Europe/Berlin").unwrap();
    zone.at_minute(date(2026, 3, 4), 13 * 60 + 30).unwrap()
}

fn make() -> (Arc<dyn Store>, Seeded) {
    let (env, clock) = env();
    clock.set(noon().0);
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open_in_memory_with(env).unwrap());
    let wish = Wish { seed: 7, months: 1, clients: 300, now: noon() };
    let seeded = seed(store.as_ref(), &wish).unwrap();
    (store, seeded)
}

fn demo() -> &'static (Arc<dyn Store>, Seeded) {
    static DEMO: OnceLock<(Arc<dyn Store>, Seeded)> = OnceLock::new();
    DEMO.get_or_init(make)
}

/// Everything that a terminal of the branch would get.
fn log_of(store: &dyn Store, tenant: TenantId, branch: BranchId) -> Vec<Item> {
    // A device that has never written anything, there for the asking.
    let device = DeviceId::from_uuid(uuid::Uuid::from_u128(u128::from_be_bytes(*branch.as_bytes()) + 1));
    let known = store.reading(|tx| tx.device(device)).unwrap();
    if known.is_none() {
        let row = salon_server::store::DeviceRow {
            tenant,
            device,
            branch,
            name: "Reader".into(),
            public_key: [0; 32],
            revoked: None,
            acked: 0,
            journal_seq: 0,
            journal_hash: [0; 32],
            last_seen: None,
            quarantined: None,
            may_import: false,
        };
        store.writing(|tx| tx.insert_device(&row)).unwrap();
    }
    let info =
        DeviceInfo { tenant, branch, device, name: String::new(), public_key: [0; 32], revoked: false, acked: 0 };
    let (mut all, mut after) = (Vec::new(), 0);
    loop {
        let Answer::Log { items, next, head } = store.answer(Query::Log { device: info.clone(), after }) else {
            panic!("no log")
        };
        all.extend(items);
        after = next;
        if next >= head {
            return all;
        }
    }
}

fn harbour_log() -> Vec<Item> {
    let (store, seeded) = demo();
    log_of(store.as_ref(), seeded.tenant, seeded.branches[0].branch)
}

fn books(items: &[Item]) -> BTreeMap<i32, Doc> {
    let mut docs = BTreeMap::new();
    for item in items {
        let Item::Change { doc: id @ DocId::Book { day, .. }, bytes } = item else { continue };
        let mut doc = Doc::new(*id, DeviceId::from_uuid(uuid::Uuid::max())).unwrap();
        doc.apply([bytes.as_slice()]).unwrap();
        assert!(docs.insert(*day, doc).is_none(), "one change for each day");
    }
    docs
}

#[test]
fn the_same_seed_and_day_make_the_same_salon() {
    let (store, seeded) = demo();
    let (again, same) = make();
    assert_eq!(serde_json::to_string(seeded).unwrap(), serde_json::to_string(&same).unwrap());
    for branch in &seeded.branches {
        let one = log_of(store.as_ref(), seeded.tenant, branch.branch);
        assert!(one == log_of(again.as_ref(), seeded.tenant, branch.branch), "{}", branch.name);
    }
    // Seeding once more changes nothing.
    let head = again.head(seeded.tenant).unwrap();
    seed(again.as_ref(), &Wish { seed: 7, months: 1, clients: 300, now: noon() }).unwrap();
    assert_eq!(again.head(seeded.tenant).unwrap(), head);
}

#[test]
fn it_is_as_large_as_promised_and_says_that_it_is_invented() {
    let (store, seeded) = demo();
    let tenant = store.reading(|tx| tx.tenant(seeded.tenant)).unwrap().unwrap();
    assert!(tenant.demo);
    assert_eq!((seeded.branches.len(), seeded.staff.len()), (2, 12));
    let roles: HashSet<_> = seeded.staff.iter().map(|s| s.role).collect();
    assert_eq!(roles.len(), 5);
    let pins: HashSet<_> = seeded.staff.iter().map(|s| s.pin.as_str()).collect();
    assert_eq!(pins.len(), 12);
    let services: Vec<salon_domain::catalog::Service> = store.reading(|tx| master::all(tx, seeded.tenant)).unwrap();
    let products: Vec<Product> = store.reading(|tx| master::all(tx, seeded.tenant)).unwrap();
    assert_eq!((services.len(), products.len()), (60, 200));
    let barcodes: HashSet<_> = products.iter().map(|p| p.barcode.as_str()).collect();
    assert_eq!(barcodes.len(), 200);
    let totals = store.reading(|tx| tx.totals(seeded.tenant)).unwrap();
    assert_eq!(totals.cards, 300);
    assert!(totals.receipts > 200 && totals.bookings > totals.receipts, "{totals:?}");
}

/// The journal's chain, receipt numbers without gaps, tills opened and closed, every sale settled and summed, the Z
/// reports the sums of their sales.
/// A few clients have joined, each by a line that was paid for; some of them owe a period by now.
#[test]
fn some_clients_are_members() {
    let today = day_number(date(2026, 3, 4));
    let (mut moved, mut paid_minor, mut sold_minor) = (Vec::new(), 0, 0);
    for item in harbour_log() {
        let Item::Journal { device, seq, body, .. } = item else { continue };
        match decode(device, seq, &body).unwrap().what {
            Happening::MembershipMoved(one) => {
                assert_eq!(one.check(), Ok(()));
                if let MembershipChange::Paid { amount_minor, .. } = one.what {
                    paid_minor += amount_minor;
                }
                moved.push(*one);
            }
            Happening::PaymentCompleted(sale) => {
                let joined = sale.lines.iter().filter(|line| matches!(line.item, Sold::Membership { .. }));
                sold_minor += joined.map(|line| line.total_minor).sum::<i64>();
            }
            _ => {}
        }
    }
    let ids: BTreeSet<_> = moved.iter().map(|one| one.ledger).collect();
    let all: Vec<Membership> = ids.into_iter().map(|id| Membership::fold(id, &moved)).collect();
    assert!(all.len() > 2, "{}", all.len());
    assert!(paid_minor > 0 && paid_minor == sold_minor, "{paid_minor} of {sold_minor}");
    assert!(all.iter().all(|one| one.findings().is_empty() && one.member().is_some()));
    let owing = all.iter().filter(|one| !one.due(today).is_empty()).count();
    assert!(owing < all.len(), "{owing} of {}", all.len());
}

/// What people look at first has something on it: this month's commission, and points.
#[test]
fn what_was_sold_lately_earned_something() {
    let (mut sold_minor, mut counted_minor, mut points) = (0, 0, 0);
    for item in harbour_log() {
        let Item::Journal { device, seq, body, .. } = item else { continue };
        match decode(device, seq, &body).unwrap().what {
            Happening::PaymentCompleted(sale) => {
                let sold = sale.lines.iter().filter(|line| line.kind == LineKind::Sale && line.staff.is_some());
                sold_minor += sold.map(|line| line.net_minor).sum::<i64>();
            }
            Happening::CommissionCalculated(calculated) => counted_minor += calculated.base_minor,
            Happening::LoyaltyEarned(moved) => points += moved.points,
            _ => {}
        }
    }
    assert!(sold_minor > 0 && points > 0);
    assert_eq!(counted_minor, sold_minor, "a month is behind: all of it earned");
}

#[test]
fn the_ledger_is_sound() {
    let mut chain: Option<Chain> = None;
    let (mut receipts, mut reports, mut perpetual) = (0, 0, 0);
    let mut open: Option<SessionTotals> = None;
    let mut last = Instant(i64::MIN);
    for item in harbour_log() {
        let Item::Journal { device, seq, body, hash } = item else { continue };
        let chain = chain.get_or_insert(Chain::start(device));
        let hash = hash.map(|h| Hash::try_from(h.as_slice()).unwrap());
        chain.push(seq, &body, hash.as_ref()).unwrap();
        let event = decode(device, seq, &body).unwrap();
        assert!(event.at >= last && event.at <= noon(), "entry {seq} is out of time: {event:?} after {last:?}");
        last = event.at;
        match &event.what {
            Happening::TillOpened(opened) => assert!(open.replace(SessionTotals::opened(opened.float_minor)).is_none()),
            Happening::PaymentCompleted(sale) | Happening::PaymentRefunded(sale) => {
                receipts += 1;
                assert_eq!(sale.number, receipts);
                assert_eq!(settle(sale.total_minor, &sale.tenders), Ok(sale.change_minor));
                perpetual += sale.total_minor;
                open.as_mut().expect("sold with the till open").add_sale(sale);
            }
            Happening::TillClosed(closed) => {
                reports += 1;
                let report = &closed.report;
                assert_eq!((report.number, report.perpetual_total_minor), (reports, perpetual));
                assert_eq!(Some(&report.totals), open.take().as_ref());
                assert_eq!(report.counted_minor - report.totals.expected_cash_minor(), report.difference_minor);
                let counted: i64 = report.count.iter().map(|c| c.denomination_minor * i64::from(c.pieces)).sum();
                assert_eq!(counted, report.counted_minor);
            }
            _ => {}
        }
    }
    // It is a quarter past one: today's till is open.
    assert!(open.is_some());
    assert!(reports >= 27, "{reports}");
}

#[test]
fn stock_levels_are_the_sum_of_all_movements() {
    let (store, seeded) = demo();
    for branch in &seeded.branches {
        let mut levels: BTreeMap<ProductId, i64> = BTreeMap::new();
        let id = DocId::Stock { branch: branch.branch };
        let mut stock = Doc::new(id, DeviceId::from_uuid(uuid::Uuid::max())).unwrap();
        for item in log_of(store.as_ref(), seeded.tenant, branch.branch) {
            match item {
                Item::Journal { device, seq, body, .. } => match decode(device, seq, &body).unwrap().what {
                    Happening::InventoryRestocked(m) | Happening::InventoryProductUsed(m) => {
                        *levels.entry(m.product).or_default() += m.milli;
                    }
                    what => {
                        for line in what.sale().into_iter().flat_map(|s| &s.lines) {
                            let Sold::Product(product) = line.item else { continue };
                            let sign = if line.kind == LineKind::Sale { -1_000 } else { 1_000 };
                            *levels.entry(product).or_default() += sign * line.quantity;
                        }
                    }
                },
                Item::Change { doc, bytes } if doc == id => stock.apply([bytes.as_slice()]).unwrap(),
                _ => {}
            }
        }
        assert_eq!(levels.len(), 200);
        assert_eq!(stock.levels(), levels);
        assert!(levels.values().all(|milli| *milli >= 0));
        let shown = store.reading(|tx| tx.stock(seeded.tenant, branch.branch)).unwrap();
        let shown: BTreeMap<ProductId, i64> = shown.into_iter().map(|row| (row.product, row.milli)).collect();
        assert_eq!(shown, levels);
    }
}

/// Legal transitions; what is over is over; every completed visit has one receipt of its price; nobody is in two places,
/// except for the one clash that is there to be seen, and a cut in a colour's processing time.
#[test]
fn the_book_is_sound() {
    let items = harbour_log();
    let today = day_number(date(2026, 3, 4));
    let mut paid: HashMap<_, i64> = HashMap::new();
    for item in &items {
        let Item::Journal { device, seq, body, .. } = item else { continue };
        let event = decode(*device, *seq, body).unwrap();
        if let Some((sale, booking)) = event.what.sale().and_then(|s| s.booking.map(|b| (s, b))) {
            let services = sale.lines.iter().filter(|l| matches!(l.item, Sold::Service(_)));
            assert!(paid.insert(booking, services.map(|l| l.unit_price_minor).sum()).is_none(), "paid twice");
        }
    }
    let books = books(&items);
    assert!(books.len() >= 55, "{}", books.len());
    let (mut clashes, mut in_gap, mut statuses) = (Vec::new(), 0, HashSet::new());
    for (day, doc) in &books {
        let (facts, unread) = doc.facts().unwrap();
        assert_eq!(unread, 0);
        let bookings = fold_book(&facts);
        for booking in &bookings {
            statuses.insert(booking.status);
            assert!(booking.log.iter().all(|step| step.at.instant() <= noon()) && booking.visit.at.instant() <= noon());
            let mut at = BookingStatus::Pending;
            for step in &booking.log {
                check_transition(at, step.status).unwrap();
                at = step.status;
            }
            assert_eq!(booking.heads.len(), usize::from(!booking.log.is_empty()));
            let end = booking.parts.iter().map(|p| p.claim.span().end).max().unwrap();
            let price: i64 = booking.parts.iter().map(|p| p.claim.price_minor).sum();
            let done = booking.status == BookingStatus::Completed;
            assert_eq!(paid.get(&booking.id()), done.then_some(&price));
            assert!(!done || end <= noon());
            assert!(*day >= today || !matches!(booking.status, BookingStatus::Pending | BookingStatus::Confirmed));
            let claims: Vec<_> = booking.parts.iter().map(|p| &p.claim).collect();
            in_gap += bookings
                .iter()
                .filter(|other| other.id() != booking.id() && other.status.holds_time())
                .flat_map(|other| &other.parts)
                .filter(|p| claims.iter().any(|c| c.staff == p.claim.staff && c.span().contains(&p.claim.span())))
                .count();
        }
        clashes.extend(clashes_of(&bookings).into_iter().map(|clash| (*day, clash.kind)));
    }
    assert_eq!(clashes, [(today, ClashKind::DoubleClaim)]);
    assert!(in_gap > 3, "{in_gap}");
    assert_eq!(statuses.len(), 6, "{statuses:?}");
}

#[test]
fn today_is_half_done() {
    let (store, seeded) = demo();
    let branches: Vec<Branch> = store.reading(|tx| master::all(tx, seeded.tenant)).unwrap();
    let scope = salon_server::figures::Scope {
        tenant: seeded.tenant,
        branches: &branches,
        date: date(2026, 3, 4),
        period: salon_contract::rest::Period::Day,
    };
    let shown = store.reading(|tx| salon_server::figures::dashboard(tx, &scope, &|_| false)).unwrap();
    assert!(shown.revenue_minor.now > 0 && shown.bookings.now > shown.sales.now, "{shown:?}");
    assert!(shown.revenue_minor.before > shown.revenue_minor.now);
    assert!((2_000..9_000).contains(&shown.utilisation_bp.now), "{:?}", shown.utilisation_bp);
    assert!(shown.by_branch.iter().all(|b| b.revenue_minor.now > 0));
    let week = salon_server::figures::Scope { period: salon_contract::rest::Period::Week, ..scope };
    let shown = store.reading(|tx| salon_server::figures::dashboard(tx, &week, &|_| false)).unwrap();
    assert!(shown.new_clients.now + shown.new_clients.before > 0);
}

/// Before opening, late at night, on the days when the clocks change, on a day when one branch is closed: the push takes
/// all of it, nothing lies in the future, and the clash is there to be seen.
#[test]
fn any_hour_will_do() {
    let zone = BranchZone::named("Europe/Berlin").unwrap();
    let cases = [
        (date(2026, 3, 29), 3 * 60 + 10),
        (date(2026, 10, 25), 12 * 60),
        (date(2026, 7, 6), 0),
        (date(2026, 7, 7), 23 * 60 + 59),
        (date(2026, 12, 31), 17 * 60 + 59),
    ];
    for (ix, (day, minute)) in cases.into_iter().enumerate() {
        let now = zone.at_minute(day, minute).unwrap();
        let (env, clock) = env();
        clock.set(now.0);
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open_in_memory_with(env).unwrap());
        let wish = Wish { seed: ix as u64, months: 0, clients: 120, now };
        let seeded = seed(store.as_ref(), &wish).unwrap();
        let items = log_of(store.as_ref(), seeded.tenant, seeded.branches[0].branch);
        let mut clashes = 0;
        for doc in books(&items).values() {
            let bookings = fold_book(&doc.facts().unwrap().0);
            assert!(bookings.iter().flat_map(|b| &b.log).all(|step| step.at.instant() <= now), "{day} {minute}");
            clashes += clashes_of(&bookings).len();
        }
        assert_eq!(clashes, 1, "{day} {minute}");
        for item in items {
            let Item::Journal { device, seq, body, .. } = item else { continue };
            assert!(decode(device, seq, &body).unwrap().at <= now, "{day} {minute}");
        }
    }
}
