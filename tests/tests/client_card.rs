//! The client's card on real stores: patch tests that stop a visit, formulas, notes and consents of several tills, and
//! two cards that become one client and two again.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

use salon_contract::window::{
    Ask, BookingDraft, ChangeClient, CheckIn, Client, ClientAct, ClientBrief, ClientFile, ClientFileView, ClientView,
    Code, Duplicates, ExportClient, Failure, Loyalty, MakeBooking, MergeClients, MoveBooking, OpenTill, PartDraft,
    PatchFaultView, Pay, SaveClient, Search, SetStatus, UnmergeClients, WaivePatchTest, WaiverDraft, WithoutPatchTest,
};
use salon_domain::access::Role;
use salon_domain::booking::{BookingStatus, Source};
use salon_domain::catalog::{PatchTerms, Phase, Service};
use salon_domain::customer::{
    Bowl, Channel, Developer, Formula, FormulaPart, PatchResult, PatchStage, Unit, field, keyed,
};
use salon_domain::kernel::{CardId, ServiceId, StaffId, TicketId};
use salon_domain::staff::Staff;
use salon_server::auth::password::hash_pin;
use salon_server::store::StoreExt;
use salon_terminal::app::Ports;
use salon_tests::net::Link;
use salon_tests::salon::{PIN, Salon, Terminal, colour, cut, desk, new_tenant, stylist, tenant_id, ticket};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// The day that the tests' clock begins on, and days after it.
const TODAY: &str = "2026-09-29";
const SATURDAY: &str = "2026-10-03";

fn key() -> Uuid {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::from(NEXT.fetch_add(1, Ordering::Relaxed)))
}

fn owner() -> StaffId {
    tenant_id().derive(b"owner")
}

fn patch() -> ServiceId {
    tenant_id().derive(b"patch")
}

struct House {
    salon: Salon,
    tills: Vec<(Terminal, Link)>,
}

impl House {
    /// Colour needs a test 48 hours before, not older than 180 days; the test is a service too.
    fn new(tills: u8) -> House {
        let mut tenant = new_tenant(Some(hash_pin(PIN, &[7; 16]).unwrap()));
        let mut other = tenant.staff.iter().find(|s| s.id == stylist(0)).unwrap().clone();
        other.pin_hash = tenant.staff[0].pin_hash.clone();
        tenant.staff.retain(|s| s.id != other.id);
        let head = tenant.staff[0].clone();
        tenant.staff.push(Staff { id: owner(), code: "OWN".into(), name: "Owner".into(), role: Role::Admin, ..head });
        tenant.staff.push(other);
        let kind = "Oxidative colour".to_owned();
        for service in tenant.services.iter_mut().filter(|s| s.id == colour()) {
            service.patch_test = Some(PatchTerms::Needs { kind: kind.clone(), hours_before: 48, valid_days: 180 });
        }
        let pattern = tenant.services[0].clone();
        tenant.services.push(Service {
            id: patch(),
            code: "PATCH".into(),
            name: "Patch test".into(),
            phases: vec![Phase::work(10)],
            price_minor: 0,
            patch_test: Some(PatchTerms::Test { kind: kind.to_uppercase() }),
            ..pattern
        });
        let salon = Salon::of(&std::env::temp_dir(), &tenant).unwrap();
        let tills = (1..=tills).map(|n| {
            let terminal = salon.terminal(n, Ports::default()).unwrap();
            let link = Link::new(&terminal).unwrap();
            (terminal, link)
        });
        let tills = tills.collect();
        let mut house = House { salon, tills };
        house.sync();
        house
    }

    /// Everybody hears of everything.
    fn sync(&mut self) {
        let mut random = 1;
        for _ in 0..50 {
            for (terminal, link) in &mut self.tills {
                link.poke(terminal).unwrap();
                while link.step(terminal, &self.salon, random).unwrap() {
                    random += 1;
                }
            }
            let tenant = self.salon.tenant;
            let head = self.salon.store.reading(|tx| tx.head(tenant)).unwrap();
            for (terminal, link) in &mut self.tills {
                link.log_grew(&self.salon, head);
                terminal.clock.advance_ms(1_000);
            }
            self.salon.clock.fetch_add(1_000, Ordering::SeqCst);
            let agree = self.tills.iter().all(|(terminal, link)| {
                let at = terminal.app.store().sync_position().unwrap();
                link.is_synced() && at.cursor >= head && at.acked == at.outbox_last
            });
            if agree {
                return;
            }
        }
        panic!("the tills do not come to an end");
    }

    fn ask<A: Ask>(&self, till: usize, question: A) -> Result<A::Reply, Failure> {
        let reply = self.tills[till].0.app.ask(question.call())?;
        Ok(serde_json::from_value(reply).unwrap())
    }

    fn client(&self, till: usize, fields: &[(&str, &str)]) -> CardId {
        let set = fields.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        self.ask(till, SaveClient { key: key(), card: None, set }).unwrap().card
    }

    fn act(&self, till: usize, card: CardId, what: ClientAct) -> ClientFileView {
        self.ask(till, ChangeClient { key: key(), card, what }).unwrap()
    }

    fn file(&self, till: usize, card: CardId) -> ClientFileView {
        self.ask(till, ClientFile { card }).unwrap()
    }

    fn view(&self, till: usize, card: CardId) -> ClientView {
        self.ask(till, Client { card }).unwrap()
    }

    fn tested(&self, till: usize, card: CardId, date: &str, result: PatchResult) -> ClientFileView {
        let (date, note) = (date.to_owned(), "behind the ear, batch 7".to_owned());
        self.act(till, card, ClientAct::PatchTest { kind: "oxidative Colour ".into(), date, minute: 480, result, note })
    }

    /// Every till's read models are what a rebuild makes of the truth.
    fn all_well(&self) {
        for (terminal, _) in &self.tills {
            let found = terminal.app.store().verify().unwrap();
            assert!(found.is_well(), "{found:?}");
        }
    }
}

fn draft(card: CardId, date: &str, service: ServiceId, start_minute: u16) -> BookingDraft {
    BookingDraft {
        date: date.into(),
        card: Some(card),
        client_name: String::new(),
        source: Source::Phone,
        parts: vec![PartDraft { service, staff: stylist(1), start_minute }],
        note: String::new(),
        anyway: false,
    }
}

fn waiver(manager: StaffId, reason: &str) -> WaiverDraft {
    WaiverDraft { manager, pin: PIN.into(), reason: reason.into() }
}

fn code<T: std::fmt::Debug>(refused: Result<T, Failure>) -> Code {
    refused.unwrap_err().code
}

#[test]
fn a_service_that_needs_a_patch_test_is_not_booked_without_one_not_even_anyway() {
    let house = House::new(1);
    let anna = house.client(0, &[("given_name", "Anna")]);
    let book = |draft| house.ask(0, MakeBooking { key: key(), draft });
    assert_eq!(code(book(draft(anna, SATURDAY, colour(), 600))), Code::PatchTestMissing);
    let anyway = BookingDraft { anyway: true, ..draft(anna, SATURDAY, colour(), 600) };
    assert_eq!(code(book(anyway)), Code::PatchTestMissing);
    let nobody = BookingDraft { card: None, client_name: "Walk-in".into(), ..draft(anna, SATURDAY, colour(), 600) };
    assert_eq!(code(book(nobody)), Code::PatchTestMissing, "nobody is known who was tested");
    book(draft(anna, SATURDAY, cut(), 600)).unwrap();

    // The test is booked first, long enough before.
    let friday = book(draft(anna, "2026-10-02", patch(), 600)).unwrap();
    let soon = book(draft(anna, SATURDAY, colour(), 700)).unwrap_err();
    assert_eq!(soon.code, Code::PatchTestTooSoon);
    assert_eq!((soon.detail["date"].as_str(), soon.detail["minute"].as_str()), ("2026-10-04", "610"));
    let to = |date: &str, minute| MoveBooking {
        key: key(),
        booking: friday.booking,
        claim: friday.parts[0].claim,
        date: date.into(),
        start_minute: minute,
        staff: stylist(1),
    };
    house.ask(0, to("2026-09-30", 600)).unwrap();
    let coloured = book(draft(anna, SATURDAY, colour(), 700)).unwrap();
    // Nor is it moved to before the test counts.
    let earlier = MoveBooking {
        key: key(),
        booking: coloured.booking,
        claim: coloured.parts[0].claim,
        date: "2026-10-01".into(),
        start_minute: 600,
        staff: stylist(1),
    };
    assert_eq!(code(house.ask(0, earlier)), Code::PatchTestTooSoon);
    // Nor does it come along when the service before it is moved to an earlier day.
    let mut both = draft(anna, SATURDAY, cut(), 900);
    both.parts.push(PartDraft { service: colour(), staff: stylist(1), start_minute: 945 });
    let visit = book(both).unwrap();
    let cut_first = visit.parts.iter().find(|p| p.service == cut()).unwrap().claim;
    let earlier = |date: &str| MoveBooking {
        key: key(),
        booking: visit.booking,
        claim: cut_first,
        date: date.into(),
        start_minute: 900,
        staff: stylist(1),
    };
    assert_eq!(code(house.ask(0, earlier("2026-10-01"))), Code::PatchTestTooSoon);
    assert_eq!(house.ask(0, earlier("2026-10-02")).unwrap().parts.len(), 2);
    house.all_well();
}

#[test]
fn at_the_door_only_a_test_that_came_out_clear_will_do() {
    let house = House::new(1);
    let anna = house.client(0, &[("given_name", "Anna")]);
    let file = house.tested(0, anna, "2026-09-20", PatchResult::Unread);
    assert_eq!((file.patch_tests[0].date.as_str(), file.patch_tests[0].by.as_str()), ("2026-09-20", "Front Desk"));
    let made = house.ask(0, MakeBooking { key: key(), draft: draft(anna, TODAY, colour(), 700) }).unwrap();
    let check_in = || house.ask(0, CheckIn { key: key(), booking: made.booking, date: TODAY.into() });
    assert_eq!(code(check_in()), Code::PatchTestUnread);
    let start = SetStatus {
        key: key(),
        booking: made.booking,
        date: TODAY.into(),
        to: BookingStatus::InProgress,
        reason: String::new(),
    };
    assert_eq!(code(house.ask(0, start)), Code::PatchTestUnread, "nor is it begun past the door");
    let brief = house.ask(0, ClientBrief { card: Some(anna), booking: Some(made.booking) }).unwrap();
    assert_eq!(brief.patch[0].fault, Some(PatchFaultView::Unread));

    let test = file.patch_tests[0].id;
    house.act(0, anna, ClientAct::ReadPatchTest { test, result: PatchResult::Reaction });
    assert_eq!(code(check_in()), Code::PatchTestReaction);
    let file = house.act(0, anna, ClientAct::ReadPatchTest { test, result: PatchResult::Clear });
    assert_eq!((file.patch_tests[0].result, file.patch_tests[0].read_by.as_str()), (PatchResult::Clear, "Front Desk"));
    assert!(check_in().unwrap().arrived);
    let again = ClientAct::PatchTest {
        kind: "x".into(),
        date: SATURDAY.into(),
        minute: 0,
        result: PatchResult::Clear,
        note: String::new(),
    };
    let tomorrow = house.ask(0, ChangeClient { key: key(), card: anna, what: again });
    assert_eq!(code(tomorrow), Code::BadInput, "nobody has made it yet");
    house.all_well();
}

#[test]
fn a_manager_lets_a_visit_go_on_with_a_reason_that_every_till_keeps() {
    let mut house = House::new(2);
    let anna = house.client(0, &[("given_name", "Anna")]);
    house.tested(0, anna, "2026-01-05", PatchResult::Clear);
    let wanted = draft(anna, TODAY, colour(), 700);
    let refused = house.ask(0, MakeBooking { key: key(), draft: wanted.clone() }).unwrap_err();
    assert_eq!((refused.code, refused.detail["date"].as_str()), (Code::PatchTestExpired, "2026-07-04"));
    let waive = |what: WithoutPatchTest, waiver| house.ask(0, WaivePatchTest { key: key(), what, waiver });
    let book = WithoutPatchTest::Book { draft: wanted };
    assert_eq!(code(waive(book.clone(), waiver(desk(), " "))), Code::BadInput, "a reason is needed");
    assert_eq!(code(waive(book.clone(), waiver(stylist(0), "old client"))), Code::NotAllowed);
    let wrong = WaiverDraft { pin: "0000".into(), ..waiver(desk(), "old client") };
    assert_eq!(code(waive(book.clone(), wrong)), Code::WrongPin);
    let once = WaivePatchTest { key: key(), what: book, waiver: waiver(desk(), "old client") };
    let made = house.ask(0, once.clone()).unwrap();
    assert_eq!(house.ask(0, once).unwrap().booking, made.booking, "a second click is the same booking");

    // What was let pass in the book is not let pass at the door.
    house.sync();
    let check_in = CheckIn { key: key(), booking: made.booking, date: TODAY.into() };
    assert_eq!(code(house.ask(1, check_in.clone())), Code::PatchTestExpired);
    let receive = WaivePatchTest {
        key: key(),
        what: WithoutPatchTest::CheckIn { booking: made.booking },
        waiver: waiver(desk(), "signed a waiver"),
    };
    assert!(house.ask(1, receive).unwrap().arrived);
    house.sync();
    for till in 0..2 {
        let brief = house.ask(till, ClientBrief { card: Some(anna), booking: Some(made.booking) }).unwrap();
        let waived: Vec<_> = brief.waived.iter().map(|w| (w.stage, w.reason.as_str(), w.by.as_str())).collect();
        let expected =
            [(PatchStage::Booking, "old client", "Front Desk"), (PatchStage::Arrival, "signed a waiver", "Front Desk")];
        assert_eq!(waived, expected, "till {till}");
    }
    // It moves to another day with what was let pass.
    let booking = house.ask(0, MakeBooking { key: key(), draft: draft(anna, SATURDAY, cut(), 600) }).unwrap();
    assert!(booking.can_move);
    house.all_well();
}

#[test]
fn a_waived_visit_moves_to_another_day_with_its_waiver() {
    let house = House::new(1);
    let anna = house.client(0, &[("given_name", "Anna")]);
    let what = WithoutPatchTest::Book { draft: draft(anna, SATURDAY, colour(), 600) };
    let made = house.ask(0, WaivePatchTest { key: key(), what, waiver: waiver(desk(), "tested elsewhere") }).unwrap();
    let to = MoveBooking {
        key: key(),
        booking: made.booking,
        claim: made.parts[0].claim,
        date: "2026-10-05".into(),
        start_minute: 600,
        staff: stylist(1),
    };
    house.ask(0, to).unwrap();
    let brief = house.ask(0, ClientBrief { card: Some(anna), booking: Some(made.booking) }).unwrap();
    assert_eq!(brief.waived.len(), 1, "one, not one for each day");
    house.all_well();
}

fn formula(day: i32, name: &str) -> Formula {
    let part = |name: &str, milli| FormulaPart { product: None, name: name.into(), milli, unit: Unit::G };
    Formula {
        service: Some(colour()),
        booking: None,
        day,
        staff: stylist(1),
        bowls: vec![Bowl {
            zone: "roots".into(),
            parts: vec![part(name, 30_000), part("7/1", 10_000)],
            developer: Some(Developer { name: String::new(), strength_tenths: 60, ratio_tenths: 15 }),
            minutes: 35,
        }],
        note: "warm".into(),
    }
}

#[test]
fn what_several_tills_write_on_one_card_is_all_there() {
    let mut house = House::new(2);
    let anna = house.client(0, &[("given_name", "Anna"), ("phone", "111")]);
    house.sync();
    // Both are cut off.
    house.act(0, anna, ClientAct::Formula { formula: formula(20_720, "7/0") });
    house.act(1, anna, ClientAct::Formula { formula: formula(20_725, "8/0") });
    house.act(0, anna, ClientAct::Note { text: "  likes it short ".into() });
    house.act(1, anna, ClientAct::Note { text: "moves in May".into() });
    house.act(0, anna, ClientAct::Tag { label: "Regular".into() });
    house.act(1, anna, ClientAct::Tag { label: "regular".into() });
    house.act(1, anna, ClientAct::Consent { channel: Channel::Email, given: true, how: "on paper".into() });
    let phone = |house: &House, till: usize, value: &str| {
        let set = BTreeMap::from([(field::PHONE.to_owned(), value.to_owned())]);
        house.ask(till, SaveClient { key: key(), card: Some(anna), set }).unwrap()
    };
    phone(&house, 0, "222");
    house.tills[1].0.clock.advance_ms(5_000);
    phone(&house, 1, "333");
    house.sync();
    let (one, other) = (house.file(0, anna), house.file(1, anna));
    assert_eq!(one, other);
    let names: Vec<_> = one.formulas.iter().map(|f| f.formula.bowls[0].parts[0].name.as_str()).collect();
    assert_eq!(names, ["8/0", "7/0"], "newest first");
    assert_eq!(one.notes.len(), 2);
    assert!(one.notes.iter().any(|n| n.text == "likes it short" && n.by == "Front Desk"));
    assert_eq!(one.tags.len(), 1, "one tag however it is written");
    assert_eq!((one.consents[0].channel, one.consents[0].given), (Channel::Email, true));
    let view = house.view(0, anna);
    assert_eq!((view.fields["phone"].as_str(), view.fields[field::MARKETING_EMAIL].as_str()), ("333", "yes"));
    let phones: Vec<_> = one.history.iter().filter(|h| h.field == "phone").flat_map(|h| &h.past).collect();
    assert_eq!(phones.iter().map(|p| p.value.as_str()).collect::<Vec<_>>(), ["222", "111"]);
    assert_eq!(phones[0].till, "Till 1");
    // Take this one instead.
    phone(&house, 1, "222");
    assert_eq!(house.view(1, anna).fields["phone"], "222");

    let said = ClientAct::FormulaResult { formula: one.formulas[0].id, text: "a shade too warm".into() };
    assert_eq!(house.act(0, anna, said).formulas[0].result, "a shade too warm");
    let nothing = Formula { bowls: Vec::new(), ..formula(1, "x") };
    let refused = house.ask(0, ChangeClient { key: key(), card: anna, what: ClientAct::Formula { formula: nothing } });
    assert_eq!(code(refused), Code::BadInput);
    let brief = house.ask(0, ClientBrief { card: Some(anna), booking: None }).unwrap();
    assert_eq!(brief.formula.unwrap().formula.bowls[0].developer_milli(), 60_000);
    house.all_well();
}

#[test]
fn a_tie_between_two_clients_is_on_both_cards_and_comes_off_both() {
    let house = House::new(1);
    let (anna, eva) = (house.client(0, &[("given_name", "Anna")]), house.client(0, &[("given_name", "Eva")]));
    let tie = ClientAct::Relate { other: eva, relation: "daughter".into(), back: "mother".into() };
    assert_eq!(house.act(0, anna, tie).family[0].name, "Eva");
    let back = house.file(0, eva).family;
    assert_eq!((back[0].card, back[0].relation.as_str()), (anna, "mother"));
    assert!(house.act(0, eva, ClientAct::Unrelate { other: anna }).family.is_empty());
    assert!(house.file(0, anna).family.is_empty());
    let own = ClientAct::Relate { other: anna, relation: "x".into(), back: "y".into() };
    assert_eq!(code(house.ask(0, ChangeClient { key: key(), card: anna, what: own })), Code::BadInput);
}

/// What a client is shown as, but for what a merge itself says.
fn shown(house: &House, card: CardId) -> (ClientView, ClientFileView) {
    (house.view(0, card), house.file(0, card))
}

#[test]
fn two_cards_become_one_client_and_two_again() {
    let mut house = House::new(2);
    let anna = house.client(0, &[("given_name", "Anna"), ("family_name", "Lecka"), ("phone", "+49 30 1234567")]);
    house.tills[0].0.clock.advance_ms(1_000);
    let double = house.client(
        0,
        &[("given_name", "Ańna"), ("family_name", "Łecka"), ("phone", "030 1234567"), ("email", "a@example.com")],
    );
    house.ask(0, OpenTill { key: key(), float_minor: 10_000 }).unwrap();
    let sell = |card: CardId| {
        let mut sold = ticket(TicketId::from_uuid(key()), 0);
        sold.card = Some(card);
        house.ask(0, Pay::cash(key(), sold, 5_200)).unwrap();
    };
    sell(anna);
    sell(double);
    let book = |card, minute| house.ask(0, MakeBooking { key: key(), draft: draft(card, SATURDAY, cut(), minute) });
    let visit = book(double, 600).unwrap();
    house.tested(0, double, "2026-09-20", PatchResult::Clear);
    house.act(0, anna, ClientAct::Note { text: "of the first card".into() });
    let before = (shown(&house, anna), shown(&house, double));

    let found = house.ask(0, Duplicates { limit: 20 }).unwrap();
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].keep.card, found[0].other.card), (anna, double), "of two alike the older is kept");
    assert!(found[0].sure);
    let merge = MergeClients { key: key(), keep: anna, other: double, take: vec![field::PHONE.into()] };
    let file = house.ask(0, merge.clone()).unwrap();
    house.ask(0, merge).unwrap();
    assert_eq!((file.card, file.merged.len(), file.patch_tests.len(), file.notes.len()), (anna, 1, 1, 1));
    let one = house.view(0, double);
    assert_eq!((one.card, one.name.as_str()), (anna, "Anna Lecka"), "the other's id leads to the client");
    assert_eq!((one.fields["email"].as_str(), one.fields["phone"].as_str()), ("a@example.com", "030 1234567"));
    assert_eq!((one.spent_minor, one.sales.len(), one.appointments.len()), (10_400, 2, 1));
    assert_eq!(house.ask(0, Duplicates { limit: 20 }).unwrap(), []);
    let hits = |text: &str| house.ask(0, Search { text: text.into(), limit: 9 }).unwrap().clients;
    assert_eq!(hits("a@example").iter().map(|c| c.card).collect::<Vec<_>>(), [anna], "found by what the other had");
    assert_eq!(hits("lecka").len(), 1);
    // Booked with the card that gave way it is the client's, and the test of the other card counts.
    let coloured = house.ask(0, MakeBooking { key: key(), draft: draft(double, SATURDAY, colour(), 720) }).unwrap();
    assert_eq!((coloured.card, coloured.client_name.as_str()), (Some(anna), "Anna Lecka"));
    let points = |card| house.ask(0, Loyalty { card }).unwrap();
    assert_eq!(points(anna).balance, points(double).balance);
    house.sync();
    assert_eq!(house.file(1, anna), house.file(0, anna), "the other till has one client too");
    house.all_well();
    let undo = UnmergeClients { key: key(), card: double, into: anna };
    house
        .ask(
            0,
            SetStatus {
                key: key(),
                booking: coloured.booking,
                date: SATURDAY.into(),
                to: BookingStatus::Cancelled,
                reason: "x".into(),
            },
        )
        .unwrap();
    house.ask(0, undo.clone()).unwrap();
    house.ask(0, undo).unwrap();
    let mut after = (shown(&house, anna), shown(&house, double));
    // What was written since stays with the card that was kept.
    after.0.0.appointments.retain(|a| a.booking != coloured.booking);
    for view in [&mut after.0.0, &mut after.1.0] {
        for appointment in &mut view.appointments {
            appointment.unsynced = true;
        }
    }
    assert_eq!(after, before);
    assert_eq!(house.view(0, double).appointments[0].booking, visit.booking);
    house.sync();
    assert_eq!(house.view(1, double).card, double);
    house.all_well();
}

#[test]
fn merges_made_on_several_tills_at_once_come_to_the_same() {
    let mut house = House::new(3);
    let cards: Vec<CardId> =
        ["Anna", "Ana", "Anne", "Annie"].iter().map(|name| house.client(0, &[("given_name", name)])).collect();
    house.sync();
    let merge = |till: usize, keep: usize, other: usize| {
        let wanted = MergeClients { key: key(), keep: cards[keep], other: cards[other], take: Vec::new() };
        house.ask(till, wanted).unwrap()
    };
    // Each into the other, and both into a third.
    merge(0, 0, 1);
    merge(1, 1, 0);
    merge(2, 2, 1);
    merge(2, 3, 2);
    house.sync();
    let files: Vec<ClientFileView> = (0..3).map(|till| house.file(till, cards[1])).collect();
    assert!(files.windows(2).all(|pair| pair[0] == pair[1]), "{files:#?}");
    assert_eq!(files[0].merged.len(), 4, "no merge is lost");
    for till in 0..3 {
        let roots: Vec<CardId> = cards.iter().map(|card| house.view(till, *card).card).collect();
        assert!(roots.iter().all(|root| *root == cards[3]), "{roots:?}");
    }
    house.all_well();
    for link in files[0].merged.clone() {
        house.ask(1, UnmergeClients { key: key(), card: link.card, into: link.into }).unwrap();
    }
    house.sync();
    for till in 0..3 {
        for card in &cards {
            assert_eq!(house.view(till, *card).card, *card);
        }
    }
    house.all_well();
}

#[test]
fn a_reaction_that_was_read_on_a_merged_card_stays_with_its_test() {
    let house = House::new(1);
    let (kept, other) = (house.client(0, &[("given_name", "Anna")]), house.client(0, &[("given_name", "Ana")]));
    let test = house.tested(0, other, "2026-09-20", PatchResult::Clear).patch_tests[0].id;
    house.act(0, other, ClientAct::Tag { label: "Lashes".into() });
    house.ask(0, MergeClients { key: key(), keep: kept, other, take: Vec::new() }).unwrap();
    house.act(0, kept, ClientAct::ReadPatchTest { test, result: PatchResult::Reaction });
    assert!(house.act(0, kept, ClientAct::Untag { key: "lashes".into() }).tags.is_empty());
    let refused = house.ask(0, MakeBooking { key: key(), draft: draft(kept, SATURDAY, colour(), 600) });
    assert_eq!(code(refused), Code::PatchTestReaction);
    house.ask(0, UnmergeClients { key: key(), card: other, into: kept }).unwrap();
    let file = house.file(0, other);
    assert_eq!((file.patch_tests[0].result, file.tags.len()), (PatchResult::Reaction, 0));
    assert!(house.file(0, kept).patch_tests.is_empty());
    house.all_well();
}

#[test]
fn somebody_who_is_not_the_same_is_not_shown_again() {
    let house = House::new(1);
    let fields = [("given_name", "Anna"), ("family_name", "Lecka"), ("phone", "0301234567")];
    let (anna, other) = (house.client(0, &fields), house.client(0, &fields));
    assert_eq!(house.ask(0, Duplicates { limit: 20 }).unwrap().len(), 1);
    house.act(0, anna, ClientAct::Distinct { other });
    assert_eq!(house.ask(0, Duplicates { limit: 20 }).unwrap(), []);
}

#[test]
fn a_client_gets_all_that_is_known_as_a_file_and_a_page() {
    let house = House::new(1);
    let anna = house.client(0, &[("given_name", "Anna"), ("note", "<b>loud</b>")]);
    house.act(0, anna, ClientAct::Formula { formula: formula(20_720, "7/0") });
    house.tested(0, anna, "2026-09-20", PatchResult::Clear);
    assert_eq!(code(house.ask(0, ExportClient { card: anna })), Code::NotAllowed, "the owner's to give");
    house.tills[0].0.app.act_as(owner());
    let page = house.ask(0, ExportClient { card: anna }).unwrap().path;
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("Anna") && html.contains("&lt;b&gt;loud"), "{html}");
    assert!(html.contains("7/0 30") && html.contains("oxidative Colour"));
    let file = std::fs::read_to_string(page.replace(".html", ".json")).unwrap();
    let whole: serde_json::Value = serde_json::from_str(&file).unwrap();
    assert!(whole["edits"].as_array().unwrap().len() >= 4);
    assert!(whole["card"]["fields"].as_object().unwrap().keys().any(|k| keyed::parts(k).is_some()));
}
