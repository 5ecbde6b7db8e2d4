//! The book's other views, on paper, and undone: through the questions of the window.

use super::{key, open_terminal, sync_master};
use jiff::civil::date;
use salon_contract::window::{
    Agenda, AgendaSort, AppointmentView, Ask, BookingDraft, Code, Day, DayPaper, Failure, MakeBooking, Month,
    MonthDayView, MoveBooking, NoteBooking, PartDraft, ResizePart, SaveDay, SavedFile, SetStatus, UndoBook, Undoable,
    Undone, Week,
};
use salon_domain::access::Role;
use salon_domain::booking::{BookAct, BookFact, BookingStatus, Claim, Resource, Source, Visit};
use salon_domain::branch::WeekHours;
use salon_domain::catalog::Phase;
use salon_domain::kernel::{BookingId, StaffId, day_number};
use salon_server::provision::NewTenant;
use salon_server::store::StoreExt;
use salon_terminal::app::{App, Ports};
use salon_terminal::store::StoreError;
use salon_tests::net::Link;
use salon_tests::salon::{Salon, Terminal, colour, cut, desk, new_tenant, stylist};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::Ordering;
use uuid::Uuid;

const DAY: &str = "2026-09-29";

fn ask<Q: Ask>(app: &App, question: Q) -> Result<Q::Reply, Failure> {
    Ok(serde_json::from_value(app.ask(question.call())?).unwrap())
}

fn draft(day: &str, name: &str, parts: &[(u8, u16)]) -> BookingDraft {
    let part = |(staff, start_minute): &(u8, u16)| PartDraft {
        service: cut(),
        staff: stylist(*staff),
        start_minute: *start_minute,
    };
    BookingDraft {
        date: day.into(),
        card: None,
        client_name: name.into(),
        source: Source::Phone,
        parts: parts.iter().map(part).collect(),
        note: String::new(),
        anyway: false,
    }
}

fn book(app: &App, n: u128, day: &str, name: &str, parts: &[(u8, u16)]) -> AppointmentView {
    ask(app, MakeBooking { key: key(n), draft: draft(day, name, parts) }).unwrap()
}

fn move_to(app: &App, n: u128, view: &AppointmentView, to: (&str, u16, u8)) -> Result<AppointmentView, Failure> {
    let (date, start_minute, staff) = (to.0.to_owned(), to.1, stylist(to.2));
    let claim = view.parts[0].claim;
    ask(app, MoveBooking { key: key(n), booking: view.booking, claim, date, start_minute, staff })
}

fn set(app: &App, n: u128, view: &AppointmentView, to: BookingStatus) -> AppointmentView {
    let (booking, date) = (view.booking, view.date.clone());
    ask(app, SetStatus { key: key(n), booking, date, to, reason: "ill".into() }).unwrap()
}

fn undo(app: &App, n: u128) -> Result<Undone, Failure> {
    ask(app, UndoBook { key: key(n), step: None })
}

fn on_day(app: &App, day: &str, booking: BookingId) -> Option<AppointmentView> {
    let view = ask(app, Day { date: Some(day.into()) }).unwrap();
    view.appointments.into_iter().find(|a| a.booking == booking)
}

/// When, with whom, and for how long.
fn places(view: &AppointmentView) -> Vec<(StaffId, u16, u16)> {
    view.parts.iter().map(|p| (p.staff, p.start_minute, p.end_minute)).collect()
}

fn agenda(from: &str, to: &str) -> Agenda {
    Agenda {
        from: from.into(),
        to: to.into(),
        staff: None,
        statuses: Vec::new(),
        text: String::new(),
        sort: AgendaSort::Time,
        descending: false,
        limit: 100,
    }
}

fn names(app: &App, wish: Agenda) -> Vec<String> {
    ask(app, wish).unwrap().rows.into_iter().map(|row| row.client_name).collect()
}

fn month_day(app: &App, day: &str) -> MonthDayView {
    let month = ask(app, Month { date: day.into() }).unwrap();
    month.days.into_iter().find(|d| d.date == day).unwrap()
}

/// Open day and night, so that the hour that the clocks lose or gain is worked in.
fn sleepless() -> Salon {
    let mut tenant: NewTenant = new_tenant(None);
    let always = WeekHours::every_day(0, 24 * 60);
    tenant.branches[0].hours = always.clone();
    tenant.staff.iter_mut().for_each(|person| person.hours = always.clone());
    Salon::of(&std::env::temp_dir(), &tenant).unwrap()
}

/// The clocks of Berlin go back in the night to 25 October 2026 and forward in the night to 28 March 2027.
#[test]
fn a_week_and_a_month_in_which_the_clocks_change() {
    let salon = sleepless();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    for (n, day) in ["2026-10-24", "2026-10-25", "2026-10-26"].into_iter().enumerate() {
        book(app, n as u128 + 1, day, &format!("Client {n}"), &[(0, 600)]);
    }
    book(app, 9, "2026-10-25", "Other", &[(1, 600)]);

    let week = ask(app, Week { date: "2026-10-25".into(), staff: Some(stylist(0)) }).unwrap();
    assert_eq!((week.from.as_str(), week.days.len(), week.people.len()), ("2026-10-19", 7, 4));
    let shown: Vec<_> = week.appointments.iter().map(|a| (a.date.as_str(), a.parts[0].start_minute)).collect();
    assert_eq!(
        shown,
        [("2026-10-24", 600), ("2026-10-25", 600)],
        "ten o'clock is ten o'clock, and Monday is next week"
    );
    assert_eq!((week.from_minute, week.to_minute), (0, 24 * 60));
    let next = ask(app, Week { date: "2026-10-26".into(), staff: None }).unwrap();
    assert_eq!((next.staff, next.appointments.len()), (stylist(0), 1), "nobody named is the first");

    let month = ask(app, Month { date: "2026-10-31".into() }).unwrap();
    assert_eq!((month.month.as_str(), month.days.len()), ("2026-10", 35));
    assert_eq!((month.days[0].date.as_str(), month.days[0].is_within), ("2026-09-28", false));
    let of = |day| month.days.iter().find(|d| d.date == day).unwrap();
    let saturday = of("2026-10-24");
    assert_eq!((saturday.bookings, saturday.booked_min, saturday.working_min), (1, 45, 4 * 24 * 60));
    let sunday = of("2026-10-25");
    assert_eq!((sunday.bookings, sunday.booked_min, sunday.working_min), (2, 90, 4 * 25 * 60));
    assert_eq!(month_day(app, "2027-03-28").working_min, 4 * 23 * 60);
    assert_eq!(names(app, agenda("2026-10-24", "2026-10-26")), ["Client 0", "Client 1", "Other", "Client 2"]);
}

#[test]
fn a_month_says_what_is_full_and_what_clashes() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    assert_eq!(month_day(app, DAY).bookings, 0);
    let first = book(app, 1, DAY, "First", &[(0, 600)]);
    let over = BookingDraft { anyway: true, ..draft(DAY, "Second", &[(0, 615)]) };
    let second = ask(app, MakeBooking { key: key(2), draft: over }).unwrap();
    let day = month_day(app, DAY);
    assert_eq!((day.bookings, day.booked_min, day.clashes), (2, 90, 1));
    assert_eq!((day.working_min, day.booked_percent()), (4 * 12 * 60, Some(3)));
    assert!(day.is_today && day.is_open && day.is_within);
    set(app, 3, &second, BookingStatus::Cancelled);
    let day = month_day(app, DAY);
    assert_eq!((day.bookings, day.booked_min, day.clashes), (1, 45, 0), "what is kept is dropped when the day changes");
    move_to(app, 4, &first, ("2026-10-02", 600, 0)).unwrap();
    assert_eq!(month_day(app, DAY).bookings, 0);
    assert_eq!(month_day(app, "2026-10-02").bookings, 1);
}

#[test]
fn a_list_is_filtered_and_sorted() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    let card = BTreeMap::from([("given_name".into(), "Łucja".into()), ("phone".into(), "+49 30 123-45".into())]);
    let client = app.save_client(key(90), None, &card).unwrap();
    let with_card = BookingDraft { card: Some(client.card), ..draft(DAY, "", &[(1, 720)]) };
    ask(app, MakeBooking { key: key(1), draft: with_card }).unwrap();
    let anna = book(app, 2, DAY, "Anna", &[(2, 540), (0, 585)]);
    book(app, 3, "2026-09-30", "Zoe", &[(0, 540)]);
    set(app, 4, &anna, BookingStatus::Cancelled);

    let all = || agenda(DAY, "2026-09-30");
    assert_eq!(names(app, all()), ["Anna", "Łucja", "Zoe"]);
    assert_eq!(names(app, Agenda { descending: true, ..all() }), ["Zoe", "Łucja", "Anna"]);
    assert_eq!(names(app, Agenda { sort: AgendaSort::Client, descending: true, ..all() }), ["Zoe", "Łucja", "Anna"]);
    assert_eq!(names(app, Agenda { sort: AgendaSort::Staff, ..all() }), ["Zoe", "Łucja", "Anna"]);
    assert_eq!(names(app, Agenda { sort: AgendaSort::Status, ..all() }), ["Łucja", "Zoe", "Anna"]);
    assert_eq!(names(app, Agenda { staff: Some(stylist(0)), ..all() }), ["Anna", "Zoe"], "a second part is one too");
    assert_eq!(names(app, Agenda { statuses: vec![BookingStatus::Cancelled], ..all() }), ["Anna"]);
    assert_eq!(names(app, Agenda { text: "lucja".into(), ..all() }), ["Łucja"]);
    assert_eq!(names(app, Agenda { text: "3012345".into(), ..all() }), ["Łucja"]);
    assert_eq!(names(app, Agenda { text: "cut zo".into(), ..all() }), ["Zoe"]);
    let cut_short = ask(app, Agenda { limit: 1, ..all() }).unwrap();
    assert_eq!((cut_short.rows.len(), cut_short.total, cut_short.unfiltered), (1, 3, 3));
    let far = ask(app, agenda(DAY, "2027-09-29")).unwrap_err();
    assert_eq!(far.code, Code::BadInput);
    assert!(ask(app, agenda("2026-12-01", "2026-12-01")).unwrap().rows.is_empty());
}

/// Every step goes back by new facts, and back once more there is nothing.
#[test]
fn what_was_done_is_undone_one_after_another() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    assert_eq!(undo(app, 90).unwrap_err().code, Code::NothingToUndo);
    assert!(ask(app, Undoable {}).unwrap().is_none());

    let made = book(app, 1, DAY, "Anna", &[(0, 600), (1, 645)]);
    let shorter = ResizePart { key: key(2), booking: made.booking, claim: made.parts[0].claim, minutes: 30 };
    let resized = ask(app, shorter).unwrap();
    assert_eq!(places(&resized)[0], (stylist(0), 600, 630));
    let moved = move_to(app, 3, &resized, (DAY, 900, 2)).unwrap();
    let elsewhere = move_to(app, 4, &moved, ("2026-10-02", 540, 3)).unwrap();
    ask(
        app,
        NoteBooking { key: key(5), booking: made.booking, date: "2026-10-02".into(), text: "by the window".into() },
    )
    .unwrap();
    let off = set(app, 6, &elsewhere, BookingStatus::Cancelled);
    assert_eq!(off.status, BookingStatus::Cancelled);
    let last = ask(app, Undoable {}).unwrap().unwrap();
    assert_eq!((last.step, last.act, last.status), (key(6), BookAct::Status, Some(BookingStatus::Cancelled)));
    assert_eq!(last.by, "Front Desk");

    let back = undo(app, 10).unwrap();
    assert_eq!((back.act, back.appointment.status), (BookAct::Status, BookingStatus::Confirmed));
    assert_eq!(places(&back.appointment), places(&elsewhere));
    assert_eq!(undo(app, 10).unwrap(), back, "a second click is the same undo");
    let back = undo(app, 11).unwrap();
    assert_eq!((back.act, back.appointment.date.as_str()), (BookAct::Moved, DAY));
    assert_eq!(places(&back.appointment), places(&moved));
    assert_eq!(back.appointment.note, "by the window", "what was noted meanwhile is kept");
    assert!(on_day(app, "2026-10-02", made.booking).is_none());
    let back = undo(app, 12).unwrap();
    assert_eq!((back.act, places(&back.appointment)), (BookAct::Moved, places(&resized)));
    let back = undo(app, 13).unwrap();
    assert_eq!((back.act, places(&back.appointment)), (BookAct::Resized, places(&made)));
    assert_eq!(back.appointment.total_minor, made.total_minor);
    let back = undo(app, 14).unwrap();
    assert_eq!((back.act, back.appointment.status), (BookAct::Made, BookingStatus::Cancelled));
    assert_eq!(undo(app, 15).unwrap_err().code, Code::NothingToUndo);
    assert!(app.store().verify().unwrap().is_well());

    // What is longer ago than an hour is not undone by a key.
    book(app, 20, DAY, "Bea", &[(0, 600)]);
    till.clock.advance_ms(61 * 60_000);
    assert!(ask(app, Undoable {}).unwrap().is_none());
    assert_eq!(undo(app, 21).unwrap_err().code, Code::NothingToUndo);
}

#[test]
fn what_somebody_went_on_with_is_not_undone() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    let anna = book(app, 1, DAY, "Anna", &[(0, 600)]);
    let step = key(2);
    let moved = move_to(app, 2, &anna, (DAY, 900, 0)).unwrap();
    // Her old time is given to somebody else: this is undone first, or not at all.
    let bea = book(app, 3, DAY, "Bea", &[(0, 610)]);
    let taken = ask(app, UndoBook { key: key(10), step: Some(step) }).unwrap_err();
    assert_eq!((taken.code, taken.detail["name"].as_str()), (Code::StaffBusy, "Stylist 0"));
    assert_eq!(on_day(app, DAY, anna.booking).unwrap(), moved, "a refusal changes nothing");
    assert_eq!(undo(app, 11).unwrap().appointment.booking, bea.booking);
    // She came: nobody takes her time away under her.
    app.act_as(stylist(3));
    app.check_in(key(4), anna.booking).unwrap();
    app.set_status(key(5), anna.booking, BookingStatus::InProgress, "").unwrap();
    app.act_as(desk());
    let changed = ask(app, UndoBook { key: key(12), step: Some(step) }).unwrap_err();
    assert_eq!((changed.code, changed.detail["name"].as_str()), (Code::ChangedSince, "Stylist 3"));
    let unknown = ask(app, UndoBook { key: key(13), step: Some(Uuid::nil()) }).unwrap_err();
    assert_eq!(unknown.code, Code::NothingToUndo);
    // Who may not write in the book may not take back in it.
    app.act_as(stylist(0));
    book(app, 6, DAY, "Cleo", &[(1, 600)]);
    assert!(Role::Stylist.allows(salon_domain::access::Permission::BookWrite));
    assert_eq!(undo(app, 14).unwrap().act, BookAct::Made);
}

struct Two {
    salon: Salon,
    tills: [Terminal; 2],
    links: [Link; 2],
}

impl Two {
    fn new() -> Two {
        let salon = Salon::new().unwrap();
        let tills = [1, 2].map(|n| salon.terminal(n, Ports::default()).unwrap());
        for till in &tills {
            sync_master(&salon, till);
            till.app.act_as(desk());
        }
        let links = [&tills[0], &tills[1]].map(|till| Link::new(till).unwrap());
        Two { salon, tills, links }
    }

    /// Everything that either knows reaches the other.
    fn meet(&mut self) {
        for round in 0..200 {
            for (link, till) in self.links.iter_mut().zip(&self.tills) {
                link.poke(till).unwrap();
            }
            while self.step(round) {}
            self.salon.clock.fetch_add(1_000, Ordering::SeqCst);
            self.tills.iter().for_each(|till| till.clock.advance_ms(1_000));
            let head = self.head();
            let at = self.tills.each_ref().map(|till| till.app.store().sync_position().unwrap());
            if self.links.iter().all(Link::is_synced)
                && at.iter().all(|at| at.cursor == head && at.acked == at.outbox_last)
            {
                return;
            }
        }
        panic!("not synced: {:?}", self.links.each_ref().map(|link| link.progress));
    }

    fn head(&self) -> u64 {
        let tenant = self.salon.tenant;
        self.salon.store.reading(|tx| tx.head(tenant)).unwrap()
    }

    /// Whether anything moved on either link.
    fn step(&mut self, random: u64) -> bool {
        let mut moved = false;
        for (link, till) in self.links.iter_mut().zip(&self.tills) {
            moved |= link.step(till, &self.salon, random).unwrap();
        }
        let head = self.head();
        self.links.iter_mut().for_each(|link| link.log_grew(&self.salon, head));
        moved
    }

    fn agree_on(&self, day: &str, booking: BookingId) -> AppointmentView {
        let [here, there] = [0, 1].map(|n: usize| on_day(&self.tills[n].app, day, booking).unwrap());
        assert_eq!((places(&here), here.status, here.clash), (places(&there), there.status, there.clash));
        for till in &self.tills {
            assert!(till.app.store().verify().unwrap().is_well());
        }
        here
    }
}

/// An undo is facts like any other: what another device did meanwhile is kept beside it.
#[test]
fn undoing_merges_with_what_others_do_offline() {
    let mut two = Two::new();
    let made = book(&two.tills[0].app, 1, DAY, "Anna", &[(0, 600)]);
    let moved = move_to(&two.tills[0].app, 2, &made, (DAY, 900, 1)).unwrap();
    two.meet();
    let there = two.agree_on(DAY, made.booking);
    assert_eq!(places(&there), places(&moved));

    // Both offline: one takes the move back, the other begins the visit. Both stand.
    undo(&two.tills[0].app, 3).unwrap();
    let other = two.tills[1].app.clone();
    other.check_in(key(4), made.booking).unwrap();
    other.set_status(key(5), made.booking, BookingStatus::InProgress, "").unwrap();
    two.meet();
    let merged = two.agree_on(DAY, made.booking);
    assert_eq!((places(&merged), merged.status), (places(&made), BookingStatus::InProgress));

    // Both offline: one takes the whole booking back, the other begins it. It is begun, and the clash is shown.
    let second = book(&two.tills[0].app, 6, DAY, "Bea", &[(2, 600)]);
    two.meet();
    undo(&two.tills[0].app, 7).unwrap();
    other.check_in(key(8), second.booking).unwrap();
    other.set_status(key(9), second.booking, BookingStatus::InProgress, "").unwrap();
    two.meet();
    let merged = two.agree_on(DAY, second.booking);
    assert_eq!((merged.status, merged.clash), (BookingStatus::InProgress, true), "nothing is dropped");

    // One moves it, the other hears of it and cannot undo what it did before.
    let third = book(&two.tills[0].app, 10, DAY, "Cleo", &[(3, 600)]);
    two.meet();
    move_to(&other, 11, &third, (DAY, 700, 3)).unwrap();
    two.meet();
    let refused = undo(&two.tills[0].app, 12).unwrap_err();
    assert_eq!((refused.code, refused.detail["name"].as_str()), (Code::ChangedSince, "Front Desk"));
}

/// A room stays a visit's when the visit is moved, and comes back with it.
#[test]
fn a_visit_that_moves_takes_its_room_with_it() {
    let salon = Salon::new().unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    let day = day_number(date(2026, 9, 29));
    let room = Resource::Room("Spa".into());
    let start = app.catalog().unwrap().zone.at_minute(date(2026, 9, 29), 600).unwrap();
    let booking = app
        .store()
        .write::<_, StoreError>(|unit| {
            let facts = visit(unit, 0, start, vec![room.clone()])?;
            unit.add_facts(day, &facts)?;
            Ok(facts[0].booking())
        })
        .unwrap();
    let seen = on_day(app, DAY, booking).unwrap();
    assert_eq!(seen.parts[0].places, std::slice::from_ref(&room));
    let confirmed = set(app, 1, &seen, BookingStatus::Confirmed);
    let moved = move_to(app, 2, &confirmed, (DAY, 700, 1)).unwrap();
    assert_eq!(moved.parts[0].places, std::slice::from_ref(&room));
    assert_eq!(undo(app, 3).unwrap().appointment.parts[0].places, [room]);
}

/// The facts of a visit of three quarters of an hour, not confirmed.
fn visit(
    unit: &mut salon_terminal::store::Unit<'_>,
    staff: u8,
    start: salon_domain::kernel::Instant,
    places: Vec<Resource>,
) -> Result<Vec<BookFact>, StoreError> {
    let identity = unit.identity()?.clone();
    let (booking, device, by): (BookingId, _, _) = (unit.id(), identity.device, desk().uuid());
    let visit = Visit {
        booking,
        branch: identity.branch,
        card: None,
        client_name: format!("Client of {staff}"),
        source: Source::Phone,
        at: unit.stamp()?,
        device,
        by,
    };
    let claim = Claim {
        id: unit.id(),
        booking,
        staff: stylist(staff),
        places,
        service: cut(),
        start,
        phases: vec![Phase::work(30)],
        buffer_before_min: 0,
        buffer_after_min: 0,
        price_minor: 5_200,
        at: unit.stamp()?,
        device,
        by,
        supersedes: Vec::new(),
        server_seq: None,
    };
    Ok(vec![BookFact::Visit(visit), BookFact::Claim(claim)])
}

/// Thirty stylists with twenty bookings each: no view asks the store more often than of an empty day, however many
/// bookings there are.
#[test]
fn a_full_day_is_read_as_often_as_an_empty_one() {
    let mut tenant = new_tenant(None);
    let pattern = tenant.staff[1].clone();
    tenant.staff.extend((4..30).map(|n| salon_domain::staff::Staff {
        id: stylist(n),
        code: format!("S{n}"),
        name: format!("Stylist {n}"),
        ..pattern.clone()
    }));
    let salon = Salon::of(&std::env::temp_dir(), &tenant).unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    let reads = |question: &dyn Fn()| {
        let before = app.store().reads();
        question();
        app.store().reads() - before
    };
    let week = |day: &'static str| move || drop(ask(app, Week { date: day.into(), staff: None }).unwrap());
    let list = |day: &'static str| move || drop(ask(app, Agenda { limit: 1_000, ..agenda(day, day) }).unwrap());
    let month = |day: &'static str| move || drop(ask(app, Month { date: day.into() }).unwrap());
    let empty = [reads(&week(DAY)), reads(&list(DAY)), reads(&month(DAY))];

    let day = date(2026, 9, 29);
    let zone = app.catalog().unwrap().zone.clone();
    app.store()
        .write::<_, StoreError>(|unit| {
            let mut facts = Vec::new();
            for staff in 0..30 {
                for slot in 0..20 {
                    let start = zone.at_minute(day, 8 * 60 + slot * 35).unwrap();
                    facts.extend(visit(unit, staff, start, Vec::new())?);
                }
            }
            unit.add_facts(day_number(day), &facts)
        })
        .unwrap();
    let full = [reads(&week(DAY)), reads(&list(DAY)), reads(&month(DAY))];
    assert!(full.iter().all(|n| *n <= 6), "{full:?}");
    // An empty span asks for nothing around its bookings: tickets, clients, what waits to be sent.
    for (full, empty) in full.iter().zip(empty) {
        assert!(*full <= empty + 4, "{full} against {empty}");
    }
    assert_eq!(reads(&month(DAY)), 0, "what a month shows of its days is kept");
    let load = month_day(app, DAY);
    assert_eq!((load.bookings, load.booked_min, load.clashes), (600, 600 * 30, 0));
    assert_eq!(ask(app, Week { date: DAY.into(), staff: Some(stylist(29)) }).unwrap().appointments.len(), 20);
    assert_eq!(ask(app, Agenda { limit: 1_000, ..agenda(DAY, DAY) }).unwrap().total, 600);
}

/// The text of a file as it is read. None where there is no `pdftotext` (package poppler-utils).
fn text_of(file: &SavedFile) -> Option<String> {
    let out = Command::new("pdftotext").args(["-layout", "-enc", "UTF-8", &file.path, "-"]).output().ok()?;
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(String::from_utf8(out.stdout).unwrap().replace('\u{c}', ""))
}

/// On paper is when, who, what and with whom; no phone, no price, no note, no allergy, nobody who does not come.
#[test]
fn a_day_on_paper_says_what_is_needed_and_no_more() {
    let mut tenant = new_tenant(None);
    tenant.branches[0].language = "de".into();
    let salon = Salon::of(&std::env::temp_dir(), &tenant).unwrap();
    let till = open_terminal(&salon, Ports::default());
    let app = &till.app;
    let card = BTreeMap::from([
        ("given_name".into(), "Łucja".into()),
        ("family_name".into(), "Beispiel".into()),
        ("phone".into(), "+49 30 98765".into()),
        ("allergy".into(), "Henna".into()),
    ]);
    let client = app.save_client(key(90), None, &card).unwrap();
    let part = PartDraft { service: colour(), staff: stylist(0), start_minute: 600 };
    let with_card =
        BookingDraft { card: Some(client.card), note: "pays late".into(), parts: vec![part], ..draft(DAY, "", &[]) };
    ask(app, MakeBooking { key: key(1), draft: with_card }).unwrap();
    book(app, 2, DAY, "Anna Muster", &[(1, 540), (2, 585)]);
    let off = book(app, 3, DAY, "Nina Niemand", &[(3, 540)]);
    set(app, 4, &off, BookingStatus::Cancelled);

    let list = ask(app, SaveDay { date: DAY.into(), paper: DayPaper::List }).unwrap();
    let columns = ask(app, SaveDay { date: DAY.into(), paper: DayPaper::Columns }).unwrap();
    let empty = ask(app, SaveDay { date: "2026-12-01".into(), paper: DayPaper::Columns }).unwrap();
    assert!(list.path.ends_with("2026-09-29-list.pdf") && columns.path.ends_with("2026-09-29-columns.pdf"));
    let (Some(list), Some(columns), Some(empty)) = (text_of(&list), text_of(&columns), text_of(&empty)) else {
        eprintln!("skipped: there is no pdftotext");
        return;
    };
    let lines: Vec<String> =
        list.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|l| !l.is_empty()).collect();
    let expected = [
        "Dienstag, 29.09.2026",
        "Harbour · 2 Termine · Stand 29.09.2026 09:00",
        "Zeit Kundin, Kunde Leistungen Bei",
        "09:00 – 10:30 Anna Muster Cut, Cut Stylist 1, Stylist 2",
        "10:00 – 11:30 Łucja Beispiel Colour Stylist 0",
    ];
    assert_eq!(lines, expected);
    for text in ["Dienstag", "Stylist 0", "Stylist 3", "10:00 Łucja Beispiel", "Colour", "09:45 Anna Muster", "20:00"]
    {
        assert!(columns.contains(text), "{text}: {columns}");
    }
    for secret in ["98765", "Henna", "pays late", "84", "52", "Niemand"] {
        assert!(!list.contains(secret) && !columns.contains(secret), "{secret}");
    }
    assert!(empty.contains("An diesem Tag ist nichts gebucht."), "{empty}");
}
