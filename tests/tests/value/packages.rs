//! Packages: sold, used unit by unit, given back, changed by a manager, and used twice by tills that did not hear of each
//! other.

use crate::accounts::{client, for_client};
use crate::rig::{CUT, House, Till, key, of_lines, offer, paid, services};
use salon_contract::window::{
    ChangePackage, Code, Failure, Overdrafts, PackageAct, PackageView, Packages, Pay, PayBy, SaleView,
};
use salon_domain::kernel::{CardId, PackageId, TicketId};
use salon_domain::payment::{Item, LineDraft, LineKind, TicketDraft};
use salon_domain::value::package_of_line;
use salon_terminal::app::Ports;
use salon_tests::salon::{PIN, desk};

const CASH: PayBy = PayBy::Cash { tendered_minor: 1_000_000 };

pub fn sell(till: &Till, card: CardId) -> (PackageId, TicketId) {
    let ticket = services(0);
    let of = offer();
    let package = package_of_line(ticket.lines[0].id, 0);
    let line = LineDraft {
        item: Item::Package { offer: of.id, package },
        staff: None,
        description: of.name,
        unit_price_minor: of.price_minor,
        ..ticket.lines[0].clone()
    };
    let sold = till.cash(&for_client(card, of_lines(vec![line])));
    assert_eq!(sold.sale.turnover_minor(), of.price_minor, "taxed when it is sold");
    (package, sold.sale.ticket)
}

fn use_of(card: CardId, package: PackageId) -> TicketDraft {
    let ticket = services(0);
    let kind = LineKind::Prepaid { package, entry: 0 };
    let line = LineDraft { kind, unit_price_minor: 0, ..ticket.lines[0].clone() };
    for_client(card, TicketDraft { lines: vec![line], ..ticket })
}

pub fn spend(till: &Till, card: CardId, package: PackageId) -> Result<SaleView, Failure> {
    till.pay(&use_of(card, package), None, CASH).map(paid)
}

fn view(till: &Till, card: CardId) -> PackageView {
    let mut all = till.ask(Packages { card }).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

pub fn left(till: &Till, card: CardId) -> i64 {
    view(till, card).entries[0].left
}

#[test]
fn a_package_is_sold_and_used_unit_by_unit() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let (card, other) = (client(till), client(till));
    let (package, sale) = sell(till, card);
    assert_eq!(left(till, card), 5);
    let draft = use_of(card, package);
    let pay = Pay { key: key(), ticket: draft, name: String::new(), amount_minor: None, by: CASH };
    let used = paid(till.ask(pay.clone()).unwrap());
    assert_eq!(paid(till.ask(pay).unwrap()).sale, used.sale, "a second click is the same unit");
    assert_eq!((used.sale.total_minor, left(till, card)), (0, 4));
    assert_eq!(spend(till, other, package).unwrap_err().code, Code::PackageUnknown, "another client's");
    let mut dear = use_of(card, package);
    dear.lines[0].unit_price_minor = CUT;
    assert_eq!(till.pay(&dear, None, CASH).unwrap_err().code, Code::BadInput);
    assert_eq!(till.refund(sale).unwrap_err().code, Code::PackageUsed);

    let back = paid(till.refund(used.sale.ticket).unwrap());
    assert_eq!(paid(till.refund(used.sale.ticket).unwrap()).sale, back.sale, "once");
    assert_eq!(left(till, card), 5);
    let back = paid(till.refund(sale).unwrap());
    assert_eq!(back.sale.total_minor, -offer().price_minor);
    assert_eq!(spend(till, card, package).unwrap_err().code, Code::PackageVoided);
    house.close();
}

#[test]
fn a_manager_freezes_extends_and_hands_on() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let (card, other) = (client(till), client(till));
    let (package, _) = sell(till, card);
    let change = |what: PackageAct| ChangePackage {
        key: key(),
        package,
        what,
        manager: desk(),
        pin: PIN.into(),
        reason: "a broken leg".into(),
    };
    assert_eq!(view(till, card).expires.as_deref(), Some("2026-10-29"));
    let freeze = PackageAct::Freeze { from: "2026-09-29".into(), until: "2026-10-09".into() };
    let command = change(freeze.clone());
    till.ask(command.clone()).unwrap();
    till.ask(command).unwrap();
    let frozen = view(till, card);
    assert_eq!((frozen.freezes.len(), frozen.expires.as_deref(), frozen.usable), (1, Some("2026-11-08"), false));
    assert_eq!(spend(till, card, package).unwrap_err().code, Code::PackageFrozen);
    till.ask(change(PackageAct::Thaw { of: frozen.freezes[0].movement })).unwrap();
    assert_eq!(view(till, card).expires.as_deref(), Some("2026-10-29"), "on its first day it never was");
    till.ask(change(PackageAct::Extend { until: "2027-01-31".into() })).unwrap();
    assert_eq!(view(till, card).expires.as_deref(), Some("2027-01-31"));

    till.ask(change(PackageAct::Transfer { to: other })).unwrap();
    assert!(till.ask(Packages { card }).unwrap().is_empty());
    spend(till, other, package).unwrap();
    let handed_on = view(till, other).transfers[0].movement;
    till.ask(change(PackageAct::UndoTransfer { of: handed_on })).unwrap();
    assert_eq!(left(till, card), 4, "what was used stays used");
    let wrong = till.ask(ChangePackage { pin: "0000".into(), ..change(freeze.clone()) }).unwrap_err();
    assert_eq!(wrong.code, Code::WrongPin);
    let why = till.ask(ChangePackage { reason: " ".into(), ..change(freeze) }).unwrap_err();
    assert_eq!(why.code, Code::BadInput);
    house.close();
}

#[test]
fn units_count_against_what_a_till_alone_hands_out() {
    let mut house = House::new(1, Ports::default());
    let card = client(&house.tills[0]);
    let (package, _) = sell(&house.tills[0], card);
    house.sync();
    let till = &house.tills[0];
    // 4,800 each, of 20,000.
    for _ in 0..4 {
        spend(till, card, package).unwrap();
    }
    let refused = spend(till, card, package).unwrap_err();
    assert_eq!((refused.code, refused.detail["usable_minor"].as_str()), (Code::OfflineLimit, "800"));
    house.sync();
    let till = &house.tills[0];
    spend(till, card, package).unwrap();
    assert_eq!(spend(till, card, package).unwrap_err().code, Code::PackageEmpty);
    house.close();
}

#[test]
fn the_last_unit_used_at_two_tills_that_do_not_hear_of_each_other() {
    let mut house = House::new(2, Ports::default());
    let card = client(&house.tills[0]);
    let (package, _) = sell(&house.tills[0], card);
    for _ in 0..4 {
        spend(&house.tills[0], card, package).unwrap();
    }
    house.sync();
    for till in &house.tills {
        spend(till, card, package).unwrap();
        assert_eq!(left(till, card), 0);
    }
    house.sync();
    for till in &house.tills {
        assert_eq!(left(till, card), -1);
        let found = till.ask(Overdrafts {}).unwrap();
        assert_eq!(found.iter().map(|one| (one.card, one.over_units)).collect::<Vec<_>>(), [(Some(card), 1)]);
    }
    house.close();
}

/// A visit that a unit paid for cost nothing: voided, its unit is there again; and so may the package's own sale be.
#[test]
fn a_void_brings_units_back_and_ends_a_package_that_nobody_used() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    let (package, sale) = sell(till, card);
    let visit = spend(till, card, package).unwrap();
    assert_eq!(left(till, card), 4);
    assert_eq!(till.void(sale).unwrap_err().code, Code::PackageUsed);
    let void = paid(till.void(visit.sale.ticket).unwrap());
    assert_eq!((void.sale.is_void(), void.sale.total_minor, left(till, card)), (true, 0, 5));
    assert_eq!(paid(till.void(visit.sale.ticket).unwrap()).sale, void.sale);
    paid(till.void(sale).unwrap());
    assert_eq!(spend(till, card, package).unwrap_err().code, Code::PackageVoided);
    let totals = till.terminal.app.store().open_session().unwrap().unwrap().totals;
    assert_eq!((totals.void_count, totals.void_minor, totals.total_minor), (2, -offer().price_minor, 0));
    house.close();
}
