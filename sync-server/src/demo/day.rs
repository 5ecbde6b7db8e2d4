//! One branch trading, day by day: the plan becomes facts of the book, receipts, movements of stock.

use super::clients::Clients;
use super::earn::{self, Earner};
use super::members;
use super::outbox::Outbox;
use super::plan::{Planner, Visit};
use super::random::Rng;
use super::shelf::Shelf;
use super::till::{Basket, Till, is_sold_product, returned};
use super::{DemoError, Salon, Wish};
use jiff::civil::{Date, Weekday};
use salon_domain::booking::{BookFact, BookingStatus, Claim, Source, StatusChange, Visit as VisitFact};
use salon_domain::branch::Branch;
use salon_domain::catalog::Product;
use salon_domain::event::{CardRegistered, Happening};
use salon_domain::inventory::{MILLI_PER_UNIT, Movement};
use salon_domain::kernel::{BookingId, EventId, Hlc, Instant, Interval, NodeId, ProductId, StaffId, day_number};
use salon_domain::payment::{Discount, Item, LineDraft, LineKind, PricedLine};
use salon_sync::doc::{Doc, DocId};
use std::collections::HashSet;
use uuid::Uuid;

pub struct Trader<'a> {
    salon: &'a Salon,
    clients: &'a Clients,
    index: usize,
    branch: &'a Branch,
    desk: StaffId,
    now: Instant,
    today: Date,
    outbox: Outbox<'a>,
    till: Till,
    shelf: Shelf,
    earner: Earner,
    stock: Doc,
    /// The branch's clients so far, each as often as they like to come.
    pool: Vec<usize>,
    /// Everything before is done.
    done_until: Instant,
    clash_due: bool,
    /// The last product sold: what is brought back one day.
    last_sold: Option<PricedLine>,
    counter: u32,
    /// Who has a membership.
    members: HashSet<usize>,
}

enum Due<'v> {
    Register(usize),
    Paid(&'v Visit, BookingId),
    /// Somebody comes in for a product only.
    Retail,
    Return,
    Delivery,
    BackBar,
}

impl<'a> Trader<'a> {
    pub fn new(
        salon: &'a Salon,
        clients: &'a Clients,
        index: usize,
        wish: &Wish,
        outbox: Outbox<'a>,
        opened: Instant,
    ) -> Result<Self, DemoError> {
        let branch = &salon.branches[index];
        let device = outbox.device.device;
        let desk = salon.staff.iter().find(|s| !s.bookable && s.works_at(branch.id) && s.branches.len() == 1);
        let desk = desk.or(salon.staff.first()).ok_or_else(|| DemoError::Made("nobody works here".into()))?.id;
        Ok(Trader {
            salon,
            clients,
            index,
            branch,
            desk,
            now: wish.now,
            today: salon.zone.day_of(wish.now)?,
            till: Till::new(device, branch),
            shelf: Shelf::empty(),
            earner: Earner::new(salon),
            stock: Doc::new(DocId::Stock { branch: branch.id }, device)?,
            outbox,
            pool: Vec::new(),
            done_until: opened,
            clash_due: true,
            last_sold: None,
            counter: 0,
            members: HashSet::new(),
        })
    }

    fn node(&self) -> NodeId {
        NodeId::from_uuid(self.outbox.device.device.uuid())
    }

    /// Never later than now: a reading from the future would pull every terminal's clock after it.
    fn hlc(&mut self, at: Instant) -> Hlc {
        self.counter = (self.counter + 1) % 1_000;
        Hlc { wall_ms: at.0.min(self.now.0), counter: self.counter, node: self.node() }
    }

    /// What was there before the first day: clients and stock.
    pub fn begin(&mut self, rng: &mut Rng) -> Result<(), DemoError> {
        let opened = self.done_until;
        let known: Vec<usize> = self.registered_until(opened);
        for client in known {
            self.register(rng, self.clients.0[client].registered, client)?;
        }
        let opening = Shelf::opening(rng, opened, &self.salon.products);
        self.movements(rng, opened, opening)?;
        self.write_stock(opened)
    }

    pub fn finish(mut self) -> Result<(), DemoError> {
        self.outbox.flush()
    }

    /// Clients of this branch who registered before `until` and have not been taken in yet.
    fn registered_until(&self, until: Instant) -> Vec<usize> {
        let all = &self.clients.0;
        let from = if self.pool.is_empty() { Instant(i64::MIN) } else { self.done_until };
        let first = all.partition_point(|c| c.registered < from);
        let last = all.partition_point(|c| c.registered < until);
        (first..last.max(first)).filter(|ix| all[*ix].home == self.index).collect()
    }

    fn register(&mut self, rng: &mut Rng, at: Instant, index: usize) -> Result<(), DemoError> {
        let client = &self.clients.0[index];
        let what = Happening::CustomerRegistered(CardRegistered { card: client.card });
        self.outbox.card(&client.edit(self.node()))?;
        self.outbox.event(rng, at, self.desk.uuid(), client.card.uuid(), what)?;
        self.pool.extend(std::iter::repeat_n(index, client.weight as usize));
        Ok(())
    }

    fn movements(&mut self, rng: &mut Rng, at: Instant, moves: Vec<Movement>) -> Result<(), DemoError> {
        for movement in moves {
            let product = movement.product;
            let restocked = movement.milli >= 0;
            let milli = movement.milli;
            let what = if restocked {
                Happening::InventoryRestocked(movement)
            } else {
                Happening::InventoryProductUsed(movement)
            };
            self.outbox.event(rng, at, self.desk.uuid(), product.uuid(), what)?;
            self.shift(rng, at, product, milli)?;
        }
        Ok(())
    }

    /// Moves a level, and says so when the reorder point is crossed.
    fn shift(&mut self, rng: &mut Rng, at: Instant, product: ProductId, milli: i64) -> Result<(), DemoError> {
        let Some(product) = self.salon.products.iter().find(|p| p.id == product) else { return Ok(()) };
        if let Some(low) = self.shelf.shift(product, milli) {
            let what = Happening::InventoryLow(low);
            self.outbox.event(rng, at, Uuid::nil(), product.id.uuid(), what)?;
        }
        Ok(())
    }

    fn write_stock(&mut self, at: Instant) -> Result<(), DemoError> {
        let moved = self.shelf.take_moved();
        let device = self.outbox.device.device;
        if let Some(change) = self.stock.add_stock(device, &moved, at.0)? {
            self.outbox.change(self.stock.id, change)?;
        }
        Ok(())
    }

    /// One day: registers, books, sells, closes.
    pub fn day(&mut self, date: Date, mut rng: Rng) -> Result<(), DemoError> {
        let span = self.salon.zone.day_span(date)?;
        let newcomers = self.registered_until(span.end);
        let visits = self.planned(date, &mut rng, &newcomers)?;
        let bookings: Vec<BookingId> = visits.iter().map(|v| rng.id(v.made.0)).collect();
        let open = self.branch.hours.spans(date, &self.salon.zone)?;
        let opening = open.first().map(|o| Interval::new(o.start.plus_min(-10), o.end.plus_min(15)));
        // Nobody is taken in before the doors are open.
        let doors = opening.map_or(span.start, |hours| hours.start);
        let mut due: Vec<(Instant, Due<'_>)> =
            newcomers.iter().map(|ix| (self.clients.0[*ix].registered.max(doors), Due::Register(*ix))).collect();
        if let Some(hours) = opening {
            self.takings(&mut rng, date, hours, &visits, &bookings, &mut due);
        }
        due.retain(|(at, _)| *at <= self.now);
        due.sort_by_key(|(at, _)| *at);
        self.book(date, &mut rng, &visits, &bookings)?;
        self.work(&mut rng, date, opening.filter(|hours| hours.start <= self.now), due)?;
        self.done_until = span.end;
        Ok(())
    }

    fn planned(&mut self, date: Date, rng: &mut Rng, newcomers: &[usize]) -> Result<Vec<Visit>, DemoError> {
        let planner = |rng: Rng, seen, newcomers| Planner {
            salon: self.salon,
            clients: self.clients,
            branch: self.branch,
            pool: &self.pool,
            date,
            today: self.today,
            now: self.now,
            rng,
            seen,
            newcomers,
        };
        let mut visits = planner(rng.fork(1), HashSet::new(), newcomers.to_vec()).plan()?;
        if self.index == 0 && self.clash_due && date >= self.today {
            let seen = visits.iter().map(|v| v.client).collect();
            self.clash_due = !planner(rng.fork(2), seen, Vec::new()).clash(&mut visits);
        }
        Ok(visits)
    }

    /// What the till and the shelf have to do on this day, besides opening and closing.
    fn takings<'v>(
        &self,
        rng: &mut Rng,
        date: Date,
        hours: Interval,
        visits: &'v [Visit],
        bookings: &[BookingId],
        due: &mut Vec<(Instant, Due<'v>)>,
    ) {
        for (visit, booking) in visits.iter().zip(bookings).filter(|(v, _)| v.status == BookingStatus::Completed) {
            let at = Instant(visit.end.0 + rng.between(60, 360) * 1_000).min(hours.end);
            // What was finished a minute ago is paid by now.
            due.push((at.min(self.now.max(visit.end)), Due::Paid(visit, *booking)));
        }
        let sometime = |rng: &mut Rng| {
            Instant(hours.start.0 + rng.between(1_800, (hours.end.0 - hours.start.0) / 1_000 - 1_800) * 1_000)
        };
        for _ in 0..rng.between(0, 3) {
            due.push((sometime(rng), Due::Retail));
        }
        if rng.per_mille(60) {
            due.push((sometime(rng), Due::Return));
        }
        match date.weekday() {
            Weekday::Tuesday => due.push((hours.start.plus_min(90), Due::Delivery)),
            Weekday::Saturday if !self.is_recent(day_number(date)) => due.push((hours.end.plus_min(-5), Due::BackBar)),
            _ => {}
        }
    }

    fn work(
        &mut self,
        rng: &mut Rng,
        date: Date,
        hours: Option<Interval>,
        due: Vec<(Instant, Due<'_>)>,
    ) -> Result<(), DemoError> {
        let day = day_number(date);
        if let Some(hours) = hours {
            let opened = self.till.open(rng, hours.start, day);
            let session = opened.session.uuid();
            self.outbox.event(rng, hours.start, self.desk.uuid(), session, Happening::TillOpened(opened))?;
        }
        for (at, what) in due {
            match what {
                Due::Register(client) => self.register(rng, at, client)?,
                Due::Paid(visit, booking) => self.pay_visit(rng, at, day, visit, booking)?,
                Due::Retail => self.retail(rng, at, day)?,
                Due::Return => self.give_back(rng, at, day)?,
                Due::Delivery => {
                    let delivered = self.shelf.delivery(rng, at, &self.salon.products);
                    self.movements(rng, at, delivered)?;
                }
                Due::BackBar => {
                    let used = self.shelf.back_bar(rng, at, &self.salon.products);
                    self.movements(rng, at, used)?;
                }
            }
        }
        if let Some(hours) = hours.filter(|hours| hours.end <= self.now)
            && let Some(closed) = self.till.close(rng, day)
        {
            let session = closed.session.uuid();
            self.outbox.event(rng, hours.end, self.desk.uuid(), session, Happening::TillClosed(Box::new(closed)))?;
        }
        self.write_stock(hours.map_or(self.now, |hours| hours.end.min(self.now)))
    }

    fn line(&self, rng: &mut Rng, at: Instant, item: Item, name: &str, staff: StaffId, price_minor: i64) -> LineDraft {
        LineDraft {
            id: rng.id(at.0),
            item,
            kind: LineKind::Sale,
            description: name.to_owned(),
            staff: Some(staff),
            card: None,
            quantity: 1,
            unit_price_minor: price_minor,
            discount: None,
            rates: self.branch.rates(super::catalog::TAX_CLASS).to_vec(),
            terms: Default::default(),
        }
    }

    fn product_line(&self, rng: &mut Rng, at: Instant, product: &Product, staff: StaffId) -> LineDraft {
        self.line(rng, at, Item::Product(product.id), &product.name, staff, product.price_minor)
    }

    fn pay_visit(
        &mut self,
        rng: &mut Rng,
        at: Instant,
        day: i32,
        visit: &Visit,
        booking: BookingId,
    ) -> Result<(), DemoError> {
        let mut lines: Vec<LineDraft> = visit
            .parts
            .iter()
            .map(|part| {
                let service = &self.salon.services[part.service];
                let price_minor = service.price_for(visit.staff);
                self.line(rng, at, Item::Service(service.id), &service.name, visit.staff, price_minor)
            })
            .collect();
        if rng.per_mille(40)
            && let Some(line) = lines.first_mut()
        {
            line.discount = Some(Discount::Percent(1_000));
        }
        if rng.per_mille(190)
            && let Some(product) = self.shelf.on_shelf(rng, &self.salon.products)
        {
            lines.push(self.product_line(rng, at, product, visit.staff));
        }
        let days_ago = day_number(self.today) - day;
        if let Some(line) = members::joining(self.salon, visit.client, days_ago, booking)
            && self.members.insert(visit.client)
        {
            let rates = self.branch.rates(super::catalog::TAX_CLASS).to_vec();
            lines.push(LineDraft { rates, ..line });
        }
        let card = Some(self.clients.0[visit.client].card);
        self.sell(rng, at, day, Basket { booking: Some(booking), card, lines })
    }

    fn retail(&mut self, rng: &mut Rng, at: Instant, day: i32) -> Result<(), DemoError> {
        let Some(product) = self.shelf.on_shelf(rng, &self.salon.products) else { return Ok(()) };
        let line = self.product_line(rng, at, product, self.desk);
        self.sell(rng, at, day, Basket { booking: None, card: None, lines: vec![line] })
    }

    /// Somebody brings back what was sold last.
    fn give_back(&mut self, rng: &mut Rng, at: Instant, day: i32) -> Result<(), DemoError> {
        let Some(sold) = self.last_sold.take() else { return Ok(()) };
        let line = returned(rng, at, &sold);
        self.sell(rng, at, day, Basket { booking: None, card: None, lines: vec![line] })
    }

    /// Whether a day is one of those whose earnings and uses are written down.
    fn is_recent(&self, day: i32) -> bool {
        day_number(self.today) - day <= earn::DAYS
    }

    fn sell(&mut self, rng: &mut Rng, at: Instant, day: i32, basket: Basket) -> Result<(), DemoError> {
        let sale = self.till.sell(rng, at, day, basket)?;
        let moves: Vec<(ProductId, i64)> = sale
            .lines
            .iter()
            .filter_map(|line| match (&line.item, line.kind) {
                (Item::Product(product), LineKind::Sale) => Some((*product, -line.quantity * MILLI_PER_UNIT)),
                (Item::Product(product), LineKind::Refund) => Some((*product, line.quantity * MILLI_PER_UNIT)),
                _ => None,
            })
            .collect();
        if let Some(sold) = sale.lines.iter().find(|line| is_sold_product(line)) {
            self.last_sold = Some(sold.clone());
        }
        let is_recent = self.is_recent(day);
        let used = if is_recent { self.shelf.used_for(self.salon, &sale) } else { Vec::new() };
        let earned = if is_recent { self.earner.earned(self.salon, &sale, &used)? } else { Vec::new() };
        let begun = match members::joins(&sale) {
            true => members::begun(self.salon, &sale, self.hlc(at), &self.outbox.device, self.desk),
            false => Vec::new(),
        };
        let (ticket, refund) = (sale.ticket.uuid(), sale.total_minor < 0);
        let sale = Box::new(sale);
        let what = if refund { Happening::PaymentRefunded(sale) } else { Happening::PaymentCompleted(sale) };
        self.outbox.event(rng, at, self.desk.uuid(), ticket, what)?;
        self.movements(rng, at, used)?;
        for what in earned {
            let aggregate = match &what {
                Happening::LoyaltyEarned(moved) => moved.card.uuid(),
                _ => ticket,
            };
            self.outbox.event(rng, at, self.desk.uuid(), aggregate, what)?;
        }
        for (product, milli) in moves {
            self.shift(rng, at, product, milli)?;
        }
        // What is drawn for these shifts nothing else.
        let mut own = rng.fork(u64::try_from(day).unwrap_or(0));
        for moved in begun {
            let what = Happening::MembershipMoved(Box::new(moved));
            self.outbox.event(&mut own, at, self.desk.uuid(), ticket, what)?;
        }
        Ok(())
    }

    /// The day's book, as one change.
    fn book(&mut self, date: Date, rng: &mut Rng, visits: &[Visit], bookings: &[BookingId]) -> Result<(), DemoError> {
        if visits.is_empty() {
            return Ok(());
        }
        let mut facts = Vec::with_capacity(visits.len() * 5);
        for (visit, booking) in visits.iter().zip(bookings) {
            self.facts(rng, visit, *booking, &mut facts);
        }
        let id = DocId::Book { branch: self.branch.id, day: day_number(date) };
        let mut doc = Doc::new(id, self.outbox.device.device)?;
        let at = self.salon.zone.day_span(date)?.end.min(self.now);
        if let Some(change) = doc.add_facts(&facts, at.0)? {
            self.outbox.change(id, change)?;
        }
        Ok(())
    }

    fn facts(&mut self, rng: &mut Rng, visit: &Visit, booking: BookingId, facts: &mut Vec<BookFact>) {
        let device = self.outbox.device.device;
        let client = &self.clients.0[visit.client];
        let by = if matches!(visit.source, Source::Web | Source::Mobile) { Uuid::nil() } else { self.desk.uuid() };
        facts.push(BookFact::Visit(VisitFact {
            booking,
            branch: self.branch.id,
            card: Some(client.card),
            client_name: client.name.clone(),
            source: visit.source,
            at: self.hlc(visit.made),
            device,
            by,
        }));
        for part in &visit.parts {
            let service = &self.salon.services[part.service];
            facts.push(BookFact::Claim(Claim {
                id: rng.id(visit.made.0),
                booking,
                staff: visit.staff,
                places: Vec::new(),
                service: service.id,
                start: part.start,
                phases: service.phases_for(visit.staff).to_vec(),
                buffer_before_min: service.buffer_before_min,
                buffer_after_min: service.buffer_after_min,
                price_minor: service.price_for(visit.staff),
                at: self.hlc(visit.made),
                device,
                by,
                supersedes: Vec::new(),
                server_seq: None,
            }));
        }
        let mut before: Vec<EventId> = Vec::new();
        for (status, at, reason) in steps(rng, visit, self.now) {
            let id = rng.id(at.0);
            let change = StatusChange {
                id,
                booking,
                status,
                reason: reason.to_owned(),
                at: self.hlc(at),
                device,
                by: self.desk.uuid(),
                after: std::mem::replace(&mut before, vec![id]),
            };
            facts.push(BookFact::Status(change));
        }
    }
}

/// The legal way from PENDING to what became of the visit.
fn steps(rng: &mut Rng, visit: &Visit, now: Instant) -> Vec<(BookingStatus, Instant, &'static str)> {
    use BookingStatus as S;
    let confirmed = (S::Confirmed, Instant(visit.made.0 + 30_000), "");
    let (start, end) = (visit.start(), visit.end);
    let started = (S::InProgress, Instant(start.0 + rng.between(-120, 240) * 1_000), "");
    match visit.status {
        S::Pending => vec![],
        S::Confirmed => vec![confirmed],
        S::InProgress => vec![confirmed, (S::InProgress, start, "")],
        S::Completed => vec![confirmed, started, (S::Completed, end, "")],
        S::NoShow => vec![confirmed, (S::NoShow, start.plus_min(20).min(end), "")],
        S::Cancelled => {
            let reason = *rng.pick(&["ill", "has to work", "found another time", "no reason given"]);
            let known = visit.made.0 + 60_000;
            let between = known + rng.below((start.min(now).0 - known).max(1) as u64) as i64;
            vec![confirmed, (S::Cancelled, Instant(between), reason)]
        }
    }
}
