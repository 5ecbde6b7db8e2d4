//! A day of a branch: who comes to whom for what, and what becomes of it.

use super::Salon;
use super::clients::Clients;
use super::random::Rng;
use jiff::civil::{Date, Weekday};
use salon_domain::booking::{BookingStatus, Source};
use salon_domain::branch::{Branch, DaySpan};
use salon_domain::catalog::{PhaseKind, Service};
use salon_domain::kernel::{Instant, StaffId, TimeError, day_number};
use salon_domain::staff::Staff;
use std::collections::HashSet;

/// How often the services of a category are asked for.
fn demand(category: &str) -> u32 {
    match category {
        "Cuts" => 40,
        "Colour" => 14,
        "Men" => 14,
        "Highlights" => 9,
        "Styling" => 6,
        "Treatments" | "Brows & lashes" => 5,
        "Kids" | "Hands" => 4,
        "Perm" | "Make-up" => 2,
        _ => 1,
    }
}

/// Of a thousand quarter hours, how many are sought after: by weekday and season.
fn fill_per_mille(date: Date) -> u64 {
    let weekday: u64 = match date.weekday() {
        Weekday::Monday => 78,
        Weekday::Tuesday => 88,
        Weekday::Wednesday => 94,
        Weekday::Thursday => 104,
        Weekday::Friday => 118,
        Weekday::Saturday => 128,
        Weekday::Sunday => 84,
    };
    let season: u64 = [86, 88, 95, 101, 106, 100, 92, 87, 99, 102, 106, 124]
        .get(usize::from(date.month().unsigned_abs().saturating_sub(1)))
        .copied()
        .unwrap_or(100);
    (430 * weekday * season / 10_000).min(900)
}

pub struct Part {
    pub service: usize,
    pub start: Instant,
}

pub struct Visit {
    pub client: usize,
    pub staff: StaffId,
    pub parts: Vec<Part>,
    pub end: Instant,
    pub status: BookingStatus,
    pub source: Source,
    /// When it was booked.
    pub made: Instant,
}

impl Visit {
    pub fn start(&self) -> Instant {
        self.parts.first().map_or(self.end, |p| p.start)
    }
}

/// One day to plan.
pub struct Planner<'a> {
    pub salon: &'a Salon,
    pub clients: &'a Clients,
    pub branch: &'a Branch,
    /// The branch's clients so far, regulars more often than others.
    pub pool: &'a [usize],
    pub date: Date,
    pub today: Date,
    pub now: Instant,
    pub rng: Rng,
    pub seen: HashSet<usize>,
    /// Who registered today: they come today.
    pub newcomers: Vec<usize>,
}

/// Minutes on the wall clock in which somebody is there.
fn presence(person: &Staff, branch: &Branch, date: Date) -> Option<DaySpan> {
    let (mine, open) = (person.hours.on(date.weekday()).first()?, branch.hours.on(date.weekday()).first()?);
    let span = DaySpan { from_min: mine.from_min.max(open.from_min), to_min: mine.to_min.min(open.to_min) };
    (span.from_min < span.to_min).then_some(span)
}

impl Planner<'_> {
    pub fn plan(mut self) -> Result<Vec<Visit>, TimeError> {
        let mut visits = Vec::new();
        let mut first = true;
        for person in &self.salon.staff {
            if !person.bookable || !person.works_at(self.branch.id) {
                continue;
            }
            if let Some(span) = presence(person, self.branch, self.date) {
                // On the day that is looked at first, a colour with a cut in its processing time is always to be seen.
                let showcase = first && self.date == self.today;
                self.column(person.id, span, showcase, &mut visits)?;
                first = false;
            }
        }
        Ok(visits)
    }

    fn column(
        &mut self,
        staff: StaffId,
        span: DaySpan,
        showcase: bool,
        visits: &mut Vec<Visit>,
    ) -> Result<(), TimeError> {
        let ahead = i64::from(day_number(self.date) - day_number(self.today)).max(0);
        let fill = fill_per_mille(self.date) * (45 - ahead as u64) / 45;
        let mut at = span.from_min;
        while at + 15 <= span.to_min {
            let shown = showcase && at == span.from_min;
            if !shown && !self.rng.per_mille(fill) {
                at += 15;
                continue;
            }
            let services = if shown { vec![self.service("COL-FULL")] } else { self.wish() };
            let length: u16 = services.iter().map(|s| self.salon.services[*s].duration_min(staff)).sum();
            let pause: u16 = services.iter().map(|s| self.salon.services[*s].buffer_after_min).max().unwrap_or(0);
            if at + length > span.to_min {
                at += 15;
                continue;
            }
            self.visit(staff, at, &services, visits)?;
            self.fill_gap(staff, at, services[0], shown, visits)?;
            at += length + pause.max(*self.rng.pick(&[0, 0, 5, 5, 10]));
            at = at.div_ceil(5) * 5;
        }
        Ok(())
    }

    /// While the colour develops the stylist has time for somebody else.
    fn fill_gap(
        &mut self,
        staff: StaffId,
        at: u16,
        colour: usize,
        surely: bool,
        visits: &mut Vec<Visit>,
    ) -> Result<(), TimeError> {
        let phases = self.salon.services[colour].phases_for(staff);
        let [work, gap, ..] = phases else { return Ok(()) };
        if gap.kind != PhaseKind::Processing || gap.minutes < 20 || !(surely || self.rng.per_mille(300)) {
            return Ok(());
        }
        let (from, minutes) = (at + work.minutes, gap.minutes);
        let code = *self.rng.pick(if minutes >= 40 { &["CUT-M", "KID-12"] } else { &["CUT-BUZZ", "MEN-BEARD"] });
        let short = self.service(code);
        if self.salon.services[short].duration_min(staff) <= minutes {
            self.visit(staff, from, &[short], visits)?;
        }
        Ok(())
    }

    fn service(&self, code: &str) -> usize {
        self.salon.services.iter().position(|s| s.code == code).unwrap_or(0)
    }

    /// One service, or two that go together.
    fn wish(&mut self) -> Vec<usize> {
        let first = self.rng.weighted(self.salon.services.iter().map(|s| demand(&s.category)));
        let more = match self.salon.services[first].category.as_str() {
            "Colour" | "Highlights" if self.rng.per_mille(450) => Some("CUT-W"),
            "Cuts" if self.rng.per_mille(120) => Some("TRT-MASK"),
            _ => None,
        };
        std::iter::once(first).chain(more.map(|code| self.service(code))).collect()
    }

    /// Somebody who comes at `start`: a newcomer who has just registered, or one of those who were there before.
    fn client(&mut self, start: Instant) -> Option<usize> {
        let known = |client: &usize| self.clients.0.get(*client).is_some_and(|c| c.registered <= start.plus_min(-15));
        if let Some(new) = self.newcomers.iter().position(known) {
            return Some(self.newcomers.swap_remove(new));
        }
        if self.pool.is_empty() {
            return None;
        }
        // A small salon on a full day: after some tries somebody simply does not come.
        (0..40).map(|_| *self.rng.pick(self.pool)).find(|client| !self.seen.contains(client))
    }

    fn visit(
        &mut self,
        staff: StaffId,
        at_min: u16,
        services: &[usize],
        visits: &mut Vec<Visit>,
    ) -> Result<(), TimeError> {
        let start = self.salon.zone.at_minute(self.date, at_min)?;
        let Some(client) = self.client(start) else { return Ok(()) };
        self.seen.insert(client);
        let mut at = start;
        let mut parts = Vec::with_capacity(services.len());
        for service in services {
            parts.push(Part { service: *service, start: at });
            at = at.plus_min(i64::from(self.salon.services[*service].duration_min(staff)));
        }
        let (status, source) = (self.fate(start, at), self.source());
        let made = self.made(start, client, source);
        visits.push(Visit { client, staff, parts, end: at, status, source, made });
        Ok(())
    }

    fn fate(&mut self, start: Instant, end: Instant) -> BookingStatus {
        let luck = self.rng.below(1_000);
        if start > self.now {
            match luck {
                0..=39 => BookingStatus::Cancelled,
                40..=269 => BookingStatus::Pending,
                _ => BookingStatus::Confirmed,
            }
        } else if end > self.now {
            BookingStatus::InProgress
        } else {
            match luck {
                0..=44 => BookingStatus::Cancelled,
                45..=69 => BookingStatus::NoShow,
                _ => BookingStatus::Completed,
            }
        }
    }

    fn source(&mut self) -> Source {
        let all = [Source::Phone, Source::Web, Source::Mobile, Source::WalkIn, Source::Admin];
        all[self.rng.weighted([46, 24, 16, 9, 5])]
    }

    /// Some days before; a walk-in a few minutes; in the past in any case, and not before the client was known.
    fn made(&mut self, start: Instant, client: usize, source: Source) -> Instant {
        let before = match source {
            Source::WalkIn if start <= self.now => start.plus_min(-5),
            _ => start.plus_min(-self.rng.between(90, 21 * 24 * 60)),
        };
        let latest = self.now.plus_min(-self.rng.between(5, 3 * 24 * 60)).min(start.plus_min(-4));
        let known = self.clients.0.get(client).map_or(before, |c| c.registered);
        before.min(latest).max(known)
    }

    /// Two bookings of one stylist at one time, later on this day: for the clash inbox. False: there is no time left.
    pub fn clash(&mut self, visits: &mut Vec<Visit>) -> bool {
        let short = self.service("CUT-M");
        let found = visits
            .iter()
            .filter(|v| v.start() > self.now && v.status.holds_time() && v.parts.len() == 1)
            .find(|v| self.salon.services[v.parts[0].service].phases.len() == 1)
            .map(|v| (v.staff, v.start(), v.end));
        let Some((staff, start, end)) = found else { return false };
        let Some(client) = self.client(start) else { return false };
        self.seen.insert(client);
        let service: &Service = &self.salon.services[short];
        let visit = Visit {
            client,
            staff,
            parts: vec![Part { service: short, start }],
            end: start.plus_min(i64::from(service.duration_min(staff))).max(end),
            status: BookingStatus::Confirmed,
            source: Source::Phone,
            made: self.now.plus_min(-45),
        };
        visits.push(visit);
        true
    }
}
