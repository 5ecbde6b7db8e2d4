//! Memberships: sold, used, paid period by period, in arrears, paused, cancelled and given back; and one benefit had at two
//! tills that did not hear of each other. Each test ends with books that prove themselves, read models built anew included.

use crate::accounts::{client, for_client};
use crate::rig::{CUT, House, Till, club, key, of_lines, paid, services, studio};
use salon_contract::window::{
    BenefitGives, BookFormat, ChangeMembership, Code, ExportBooks, Failure, LineBack, MemberStanding, MembershipAct,
    MembershipView, Memberships, OffersFor, Overdrafts, Pay, PayBy, RefundSale, SaleView,
};
use salon_domain::kernel::{CardId, MembershipId, PromotionId, TicketId};
use salon_domain::payment::{
    Back, Discount, Item, LineDraft, LineKind, OfferKind, Promotion, Scope, Stacking, TicketDraft, Trigger,
};
use salon_domain::value::{MembershipOffer, membership_of_line};
use salon_sync::wire::MasterKind;
use salon_terminal::app::Ports;
use salon_terminal::store::{StoreError, Unit};
use salon_tests::salon::{PIN, desk};
use uuid::Uuid;

const CASH: PayBy = PayBy::Cash { tendered_minor: 1_000_000 };
const BOTTLE: i64 = 1_990;

fn joining(of: &MembershipOffer) -> LineDraft {
    let line = services(0).lines.remove(0);
    LineDraft {
        item: Item::Membership { offer: of.id, membership: membership_of_line(line.id) },
        staff: None,
        description: of.plan.name.clone(),
        unit_price_minor: of.plan.price_minor,
        ..line
    }
}

fn join(till: &Till, card: CardId, of: &MembershipOffer) -> (MembershipId, TicketId) {
    let line = joining(of);
    let membership = membership_of_line(line.id);
    let sold = till.cash(&for_client(card, of_lines(vec![line])));
    assert_eq!(sold.sale.turnover_minor(), of.plan.price_minor, "turnover when it is paid");
    assert!(sold.sale.tax_minor > 0);
    (membership, sold.sale.ticket)
}

fn due(membership: MembershipId, period: u32) -> LineDraft {
    let line = services(0).lines.remove(0);
    LineDraft {
        item: Item::MembershipDue { membership, period },
        staff: None,
        description: "cut club".into(),
        unit_price_minor: 4_900,
        ..line
    }
}

fn unit(membership: MembershipId, benefit: u16) -> LineDraft {
    let line = services(0).lines.remove(0);
    LineDraft { kind: LineKind::Included { membership, benefit }, unit_price_minor: 0, ..line }
}

fn pay(till: &Till, card: CardId, lines: Vec<LineDraft>) -> Result<SaleView, Failure> {
    till.pay(&for_client(card, of_lines(lines)), None, CASH).map(paid)
}

fn spend(till: &Till, card: CardId, membership: MembershipId) -> Result<SaleView, Failure> {
    pay(till, card, vec![unit(membership, 0)])
}

fn view(till: &Till, card: CardId) -> MembershipView {
    let mut all = till.ask(Memberships { card }).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn left(till: &Till, card: CardId) -> i64 {
    match view(till, card).benefits.remove(0).gives {
        BenefitGives::Units { left, .. } => left,
        other => panic!("{other:?}"),
    }
}

fn standing(till: &Till, card: CardId) -> MemberStanding {
    view(till, card).standing
}

/// What the client pays for a cut and a bottle.
fn visit_minor(till: &Till, card: CardId) -> i64 {
    till.cash(&for_client(card, services(1))).sale.total_minor
}

fn change(membership: MembershipId, what: MembershipAct) -> ChangeMembership {
    ChangeMembership { key: key(), membership, what, manager: desk(), pin: PIN.into(), reason: "abroad".into() }
}

#[test]
fn a_membership_is_sold_used_and_given_back() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let (card, other) = (client(till), client(till));
    assert!(till.ask(Memberships { card }).unwrap().is_empty());
    let nobody = till.pay(&of_lines(vec![joining(&club())]), None, CASH).unwrap_err();
    assert_eq!(nobody.code, Code::ClientNeeded);
    let (membership, sale) = join(till, card, &club());
    let known = view(till, card);
    assert_eq!((known.standing, known.usable, known.since.as_str()), (MemberStanding::Active, true, "2026-09-29"));
    assert_eq!((known.from.as_deref(), known.until.as_deref()), (Some("2026-09-29"), Some("2026-10-28")));
    assert_eq!((known.due.len(), known.ahead.unwrap().period, left(till, card)), (0, 1, 2));

    let draft = for_client(card, of_lines(vec![unit(membership, 0)]));
    let pay = Pay { key: key(), ticket: draft, name: String::new(), amount_minor: None, by: CASH };
    let used = paid(till.ask(pay.clone()).unwrap());
    assert_eq!(paid(till.ask(pay).unwrap()).sale, used.sale, "a second click is the same unit");
    assert_eq!((used.sale.total_minor, left(till, card)), (0, 1));
    assert!(used.text.iter().any(|line| line.contains("Membership: Cut")), "{:?}", used.text);
    assert_eq!(spend(till, other, membership).unwrap_err().code, Code::MembershipUnknown, "another client's");
    let not_a_cut = self::pay(till, card, vec![unit(membership, 1)]).unwrap_err();
    assert_eq!(not_a_cut.code, Code::MembershipUnknown, "a percentage has no units");
    let dear = LineDraft { unit_price_minor: CUT, ..unit(membership, 0) };
    assert_eq!(self::pay(till, card, vec![dear]).unwrap_err().code, Code::BadInput);
    let two = self::pay(till, card, vec![unit(membership, 0), unit(membership, 0)]).unwrap_err();
    assert_eq!((two.code, left(till, card)), (Code::MembershipEmpty, 1));
    assert_eq!(till.refund(sale).unwrap_err().code, Code::MembershipUsed);

    let back = paid(till.refund(used.sale.ticket).unwrap());
    assert_eq!(paid(till.refund(used.sale.ticket).unwrap()).sale, back.sale, "once");
    assert!(back.text.iter().any(|line| line.contains("Back to membership: Cut")), "{:?}", back.text);
    assert_eq!(left(till, card), 2);
    let gone = paid(till.refund(sale).unwrap());
    assert_eq!((gone.sale.total_minor, standing(till, card)), (-4_900, MemberStanding::Ended));
    assert_eq!(spend(till, card, membership).unwrap_err().code, Code::MembershipEnded);
    assert_eq!(visit_minor(till, card), CUT + BOTTLE, "no benefit any more");
    house.close();
}

#[test]
fn a_percentage_is_an_offer_the_better_one_counts_and_it_comes_with_joining() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    assert_eq!(visit_minor(till, card), CUT + BOTTLE);
    // On the ticket that begins it, too; and what begins it is not discounted by it.
    let line = joining(&club());
    let with_bottle = for_client(card, of_lines(vec![line, services(1).lines.remove(1)]));
    let sold = till.cash(&with_bottle);
    assert_eq!(sold.sale.total_minor, 4_900 + BOTTLE - 398);
    let asked = till.ask(OffersFor { ticket: for_client(card, services(1)) }).unwrap().terms.offers;
    let offers: Vec<_> = asked.iter().map(|offer| (offer.kind, offer.label.as_str(), offer.off)).collect();
    assert_eq!(offers, [(OfferKind::Membership, "cut club", Discount::Percent(2_000))]);
    assert_eq!(visit_minor(till, card), CUT + BOTTLE - 398);
    join(till, card, &studio());
    // A tenth off the cut by one, a fifth off the bottle by the other; then what a person gave on the ticket.
    let mut by_hand = for_client(card, services(1));
    by_hand.discount = Some(Discount::Percent(5_000));
    let sale = till.cash(&by_hand).sale;
    let parts: Vec<Vec<_>> = sale
        .lines
        .iter()
        .map(|line| line.discount_parts.iter().map(|part| (part.label.as_str(), part.amount_minor)).collect())
        .collect();
    assert_eq!(parts, [[("studio", 520), ("", 2_340)], [("cut club", 398), ("", 796)]]);
    // The window's word on it does not count.
    let mut claimed = services(1);
    claimed.terms.offers = asked;
    assert_eq!(till.cash(&claimed).sale.total_minor, CUT + BOTTLE);
    house.close();
}

fn put(till: &Till, kind: MasterKind, id: Uuid, body: &[u8]) {
    let put = |unit: &mut Unit<'_>| unit.put_master(kind, id, Some(body), false);
    till.terminal.app.store().write::<_, StoreError>(put).unwrap();
}

#[test]
fn who_has_joined_keeps_the_terms_when_the_offer_changes_or_ends() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    let (membership, _) = join(till, card, &club());
    let mut other = club();
    (other.active, other.plan.price_minor, other.plan.benefits) = (false, 9_900, studio().plan.benefits);
    put(till, MasterKind::Membership, other.id.uuid(), &serde_json::to_vec(&other).unwrap());
    assert_eq!(pay(till, card, vec![joining(&other)]).unwrap_err().code, Code::NotFound, "sold no more");
    assert_eq!(view(till, card).price_minor, 4_900);
    assert_eq!(visit_minor(till, card), CUT + BOTTLE - 398);
    let ahead = pay(till, card, vec![due(membership, 1)]).unwrap();
    assert_eq!((ahead.sale.total_minor, left(till, card)), (4_900, 2));
    house.close();
}

#[test]
fn a_promotion_for_members_is_for_members() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let offer = Promotion {
        id: PromotionId::from_parts(1, [1; 10]),
        label: "Members’ day".into(),
        trigger: Trigger::Membership("cut club".into()),
        off: Discount::Amount(500),
        off_minor_max: None,
        scope: Scope::Services,
        spend_minor_min: 0,
        stacking: Stacking::Stackable,
        currency: None,
        from_day: None,
        to_day: None,
        hours: None,
        branches: Default::default(),
        first_visit: false,
        active: true,
    };
    put(till, MasterKind::Promotion, offer.id.uuid(), &serde_json::to_vec(&offer).unwrap());
    let card = client(till);
    assert_eq!(visit_minor(till, card), CUT + BOTTLE);
    let (membership, _) = join(till, card, &club());
    assert_eq!(visit_minor(till, card), CUT - 500 + BOTTLE - 398);
    till.ask(change(membership, MembershipAct::Pause { from: "2026-09-29".into() })).unwrap();
    assert_eq!(visit_minor(till, card), CUT + BOTTLE);
    house.close();
}

/// A period's price is turnover of the day it is paid on, what it includes is a line of nothing; a rebuild has the same.
#[test]
fn the_books_and_a_rebuild_know_memberships() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    let (membership, _) = join(till, card, &club());
    spend(till, card, membership).unwrap();
    let before = till.ask(Memberships { card }).unwrap();
    till.terminal.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
    assert_eq!(till.ask(Memberships { card }).unwrap(), before);
    house.close();
    let export = |format| {
        let (from, to) = ("2026-09-29".to_owned(), "2026-09-29".to_owned());
        std::path::PathBuf::from(till.ask(ExportBooks { format, from, to }).unwrap().path)
    };
    let dsfinvk = std::fs::read_to_string(export(BookFormat::Dsfinvk).join("lines.csv")).unwrap();
    let of = |text: &str| dsfinvk.lines().filter(|line| line.contains(text)).collect::<Vec<_>>().join("\n");
    assert!(of(";cut club;").contains(";Umsatz;") && of(";cut club;").ends_with(";49,00000"), "{dsfinvk}");
    assert!(of(";Cut;").contains(";Umsatz;") && of(";Cut;").ends_with(";0,00000"), "{dsfinvk}");
    let ledger = std::fs::read_to_string(export(BookFormat::Ledger).join("ledger.csv")).unwrap();
    // 49.00 with 19 % inside.
    assert!(ledger.contains("41.18") && ledger.contains("7.82") && ledger.contains("49.00"), "{ledger}");
}

#[test]
fn later_periods_are_paid_at_the_till_and_arrears_end_the_benefits() {
    let mut house = House::new(1, Ports::default());
    let card = client(&house.tills[0]);
    let (membership, _) = join(&house.tills[0], card, &club());
    spend(&house.tills[0], card, membership).unwrap();
    house.later(30);
    let till = &house.tills[0];
    let known = view(till, card);
    assert_eq!((known.standing, known.usable), (MemberStanding::Grace, true));
    assert_eq!((known.due[0].period, known.due[0].from.as_deref()), (1, Some("2026-10-29")));
    assert_eq!(left(till, card), 2, "what was not used is not carried over");
    spend(till, card, membership).unwrap();
    house.later(3);
    let till = &house.tills[0];
    assert_eq!((standing(till, card), view(till, card).usable), (MemberStanding::Arrears, false));
    assert_eq!(spend(till, card, membership).unwrap_err().code, Code::MembershipUnpaid);
    assert_eq!(visit_minor(till, card), CUT + BOTTLE);
    let cheap = LineDraft { unit_price_minor: 100, ..due(membership, 1) };
    assert_eq!(pay(till, card, vec![cheap]).unwrap_err().code, Code::BadInput, "another price needs a reason");
    let twice = pay(till, card, vec![due(membership, 1), due(membership, 1)]).unwrap_err();
    assert_eq!(twice.code, Code::MembershipPaid);
    assert_eq!(pay(till, card, vec![due(membership, 0)]).unwrap_err().code, Code::MembershipPaid);

    // Paid, used and had at less on one ticket.
    let lines = vec![due(membership, 1), unit(membership, 0), services(1).lines.remove(1)];
    let sold = pay(till, card, lines).unwrap();
    assert_eq!(sold.sale.total_minor, 4_900 + BOTTLE - 398);
    assert_eq!((standing(till, card), left(till, card)), (MemberStanding::Active, 0));
    let ahead = pay(till, card, vec![due(membership, 2)]).unwrap();
    assert_eq!(view(till, card).ahead, None, "one ahead, no more");
    let dear = sold.sale.lines[0].id;
    assert_eq!(till.refund_lines(sold.sale.ticket, &[dear]).unwrap_err().code, Code::MembershipUsed);
    let whole = ahead.sale.lines[0].id;
    let some = till.ask(RefundSale {
        key: key(),
        ticket: ahead.sale.ticket,
        lines: vec![LineBack { line: whole, back: Back::Amount(100) }],
        to: Default::default(),
        manager: desk(),
        pin: PIN.into(),
        reason: "half".into(),
    });
    assert_eq!(some.unwrap_err().code, Code::BadInput, "half a period is none");
    assert_eq!(paid(till.refund(ahead.sale.ticket).unwrap()).sale.total_minor, -4_900);
    assert_eq!(view(till, card).ahead.unwrap().period, 2, "to be paid again");
    house.close();
}

#[test]
fn a_manager_pauses_resumes_and_cancels() {
    let mut house = House::new(1, Ports::default());
    let card = client(&house.tills[0]);
    let (membership, _) = join(&house.tills[0], card, &club());
    let pause = |from: &str| change(membership, MembershipAct::Pause { from: from.into() });
    let till = &house.tills[0];
    assert_eq!(till.ask(pause("2026-09-28")).unwrap_err().code, Code::BadInput, "not what has been had");
    let wrong = till.ask(ChangeMembership { pin: "0000".into(), ..pause("2026-09-29") }).unwrap_err();
    assert_eq!(wrong.code, Code::WrongPin);
    let why = till.ask(ChangeMembership { reason: " ".into(), ..pause("2026-09-29") }).unwrap_err();
    assert_eq!(why.code, Code::BadInput);
    let command = pause("2026-09-29");
    till.ask(command.clone()).unwrap();
    till.ask(command).unwrap();
    let known = view(till, card);
    assert_eq!((known.standing, known.pauses.len(), known.until), (MemberStanding::Paused, 1, None));
    assert_eq!(till.ask(pause("2026-10-05")).unwrap_err().code, Code::MembershipPaused);
    assert_eq!(spend(till, card, membership).unwrap_err().code, Code::MembershipPaused);
    assert_eq!(visit_minor(till, card), CUT + BOTTLE);
    let resume = |till: &Till| {
        let of = view(till, card).pauses[0].movement;
        till.ask(change(membership, MembershipAct::Resume { of })).unwrap();
    };
    resume(till);
    assert_eq!(view(till, card).until.as_deref(), Some("2026-10-28"), "on its first day it never was");

    till.ask(pause("2026-09-30")).unwrap();
    assert_eq!(standing(till, card), MemberStanding::Active, "from tomorrow");
    house.later(11);
    resume(&house.tills[0]);
    let till = &house.tills[0];
    let known = view(till, card);
    assert_eq!(
        (known.standing, known.until.as_deref()),
        (MemberStanding::Active, Some("2026-11-07")),
        "ten days later"
    );
    spend(till, card, membership).unwrap();

    till.ask(change(membership, MembershipAct::Cancel)).unwrap();
    let known = view(till, card);
    assert_eq!((known.ends.as_deref(), known.ahead, known.usable), (Some("2026-11-07"), None, true));
    let again = till.ask(change(membership, MembershipAct::Cancel)).unwrap_err();
    assert_eq!(again.code, Code::MembershipEnded);
    assert_eq!(pay(till, card, vec![due(membership, 1)]).unwrap_err().code, Code::MembershipPaid);
    house.later(29);
    let till = &house.tills[0];
    assert_eq!((standing(till, card), view(till, card).due.len()), (MemberStanding::Ended, 0));
    assert_eq!(spend(till, card, membership).unwrap_err().code, Code::MembershipEnded);
    house.close();
}

#[test]
fn units_count_against_what_a_till_alone_hands_out() {
    let mut house = House::new(1, Ports::default());
    let card = client(&house.tills[0]);
    let (membership, _) = join(&house.tills[0], card, &studio());
    house.sync();
    let till = &house.tills[0];
    let spend = |till: &Till| pay(till, card, vec![unit(membership, 2)]);
    // 60.00 each, of 200.00.
    let first = spend(till).unwrap();
    till.refund(first.sale.ticket).unwrap();
    for _ in 0..2 {
        spend(till).unwrap();
    }
    let refused = spend(till).unwrap_err();
    assert_eq!((refused.code, refused.detail["usable_minor"].as_str()), (Code::OfflineLimit, "2000"));
    house.sync();
    spend(&house.tills[0]).unwrap();
    house.close();
}

#[test]
fn one_benefit_and_one_period_at_two_tills_that_do_not_hear_of_each_other() {
    let mut house = House::new(2, Ports::default());
    let card = client(&house.tills[0]);
    let (membership, _) = join(&house.tills[0], card, &club());
    spend(&house.tills[0], card, membership).unwrap();
    house.sync();
    let mut payments = Vec::new();
    for till in &house.tills {
        spend(till, card, membership).unwrap();
        assert_eq!(left(till, card), 0);
        payments.push(pay(till, card, vec![due(membership, 1)]).unwrap().sale.ticket);
    }
    house.sync();
    for till in &house.tills {
        assert_eq!(left(till, card), -1);
        let found = till.ask(Overdrafts {}).unwrap();
        let mut found: Vec<_> =
            found.iter().map(|one| (one.card, one.over_units, one.over_minor, one.paid_in_vain)).collect();
        found.sort();
        assert_eq!(found, [(Some(card), 0, 4_900, true), (Some(card), 1, 0, false)]);
    }
    // The money that was taken twice goes back, at either till; the period stays paid.
    house.tills[1].refund(payments[0]).unwrap();
    house.sync();
    for till in &house.tills {
        let found = till.ask(Overdrafts {}).unwrap();
        assert_eq!(found.iter().map(|one| one.over_units).collect::<Vec<_>>(), [1]);
        assert_eq!(view(till, card).ahead.map(|next| next.period), None, "paid ahead");
    }
    house.close();
}

#[test]
fn a_membership_that_is_given_back_at_one_till_and_used_at_another() {
    let mut house = House::new(2, Ports::default());
    let card = client(&house.tills[0]);
    let (membership, sale) = join(&house.tills[0], card, &club());
    house.sync();
    house.tills[0].refund(sale).unwrap();
    spend(&house.tills[1], card, membership).unwrap();
    house.sync();
    for till in &house.tills {
        assert_eq!(standing(till, card), MemberStanding::Ended);
        let found = till.ask(Overdrafts {}).unwrap();
        assert_eq!(found.iter().map(|one| (one.card, one.over_units)).collect::<Vec<_>>(), [(Some(card), 1)]);
    }
    house.close();
}

#[test]
fn only_what_is_offered_is_sold_and_only_as_it_is_offered() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let card = client(till);
    let refused = |line: LineDraft| {
        let ticket: TicketDraft = for_client(card, of_lines(vec![line]));
        till.pay(&ticket, None, CASH).unwrap_err().code
    };
    let good = joining(&club());
    assert_eq!(refused(LineDraft { quantity: 2, ..good.clone() }), Code::BadInput);
    let elsewhere = membership_of_line(joining(&club()).id);
    let item = Item::Membership { offer: club().id, membership: elsewhere };
    assert_eq!(refused(LineDraft { item, ..good.clone() }), Code::BadInput, "its id follows from its line");
    assert_eq!(refused(LineDraft { kind: LineKind::Tip, ..good.clone() }), Code::BadInput);
    let unknown = Item::Membership { offer: studio().id.derive(b"none"), membership: membership_of_line(good.id) };
    assert_eq!(refused(LineDraft { item: unknown, ..good.clone() }), Code::NotFound);
    assert_eq!(refused(due(elsewhere, 0)), Code::MembershipUnknown);
    let back = LineDraft { kind: LineKind::Refund, unit_price_minor: -4_900, ..good };
    assert_eq!(refused(back), Code::BadInput, "only what was sold is given back");
    house.close();
}
