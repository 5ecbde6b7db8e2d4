//! The availability engine: where a visit of several services fits, ranked, and why.
//!
//! A day is a bitmap of five-minute ticks for each stylist, so that "is there room for work, a gap and finishing" is a
//! handful of shifts and ANDs; thirty days of thirty stylists are searched in well under the time of one frame.

use crate::catalog::Phase;
use crate::kernel::{Instant, Interval, MINUTE_MS, ServiceId, StaffId};

pub const TICK_MIN: i64 = 5;
/// 25 hours, for the day on which the clocks go back.
const TICKS: usize = 25 * 60 / TICK_MIN as usize;
const WORDS: usize = TICKS.div_ceil(64);

/// One bit a tick; set means free.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Ticks([u64; WORDS]);

impl Ticks {
    const NONE: Ticks = Ticks([0; WORDS]);

    fn fill(&mut self, from: usize, to: usize, free: bool) {
        for tick in from.min(TICKS)..to.min(TICKS) {
            let bit = 1_u64 << (tick % 64);
            if free { self.0[tick / 64] |= bit } else { self.0[tick / 64] &= !bit }
        }
    }

    fn is_set(&self, tick: usize) -> bool {
        tick < TICKS && self.0[tick / 64] >> (tick % 64) & 1 == 1
    }

    fn and(&self, other: &Ticks) -> Ticks {
        Ticks(std::array::from_fn(|i| self.0[i] & other.0[i]))
    }

    fn or(&self, other: &Ticks) -> Ticks {
        Ticks(std::array::from_fn(|i| self.0[i] | other.0[i]))
    }

    /// Bit `t` of the result is bit `t + by` of this.
    fn sooner(&self, by: usize) -> Ticks {
        let (words, bits) = (by / 64, by % 64);
        Ticks(std::array::from_fn(|i| {
            let low = self.0.get(i + words).copied().unwrap_or(0);
            let high = self.0.get(i + words + 1).copied().unwrap_or(0);
            if bits == 0 { low } else { low >> bits | high << (64 - bits) }
        }))
    }

    /// Starts at which `length` ticks in a row are free.
    fn runs(&self, length: usize) -> Ticks {
        let mut out = *self;
        let mut have = 1;
        while have < length {
            let step = have.min(length - have);
            out = out.and(&out.sooner(step));
            have += step;
        }
        out
    }

    fn any(&self) -> bool {
        self.0.iter().any(|w| *w != 0)
    }

    fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.0.iter().enumerate().flat_map(|(ix, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    ix * 64 + bit
                })
            })
        })
    }
}

/// One stylist's day: when they work and when they are taken. Build once, ask often.
#[derive(Clone)]
pub struct StaffDay {
    pub staff: StaffId,
    free: Ticks,
    rostered: Ticks,
}

/// One day of a branch: its span as instants and its stylists.
#[derive(Clone)]
pub struct DayRoster {
    pub span: Interval,
    pub staff: Vec<StaffDay>,
}

impl DayRoster {
    pub fn new(span: Interval) -> Self {
        DayRoster { span, staff: Vec::new() }
    }

    fn tick_down(&self, at: Instant) -> usize {
        ((at.0 - self.span.start.0).max(0) / (TICK_MIN * MINUTE_MS)) as usize
    }

    fn tick_up(&self, at: Instant) -> usize {
        ((at.0 - self.span.start.0).max(0) as u64).div_ceil((TICK_MIN * MINUTE_MS) as u64) as usize
    }

    fn instant(&self, tick: usize) -> Instant {
        self.span.start.plus_min(tick as i64 * TICK_MIN)
    }

    /// Adds a stylist who works in `working` and is taken in `busy`. What is partly taken is taken.
    pub fn add(&mut self, staff: StaffId, working: &[Interval], busy: &[Interval]) {
        let mut rostered = Ticks::NONE;
        for span in working.iter().filter(|s| !s.is_empty()) {
            rostered.fill(self.tick_up(span.start), self.tick_down(span.end), true);
        }
        let mut free = rostered;
        for span in busy.iter().filter(|s| !s.is_empty()) {
            free.fill(self.tick_down(span.start), self.tick_up(span.end), false);
        }
        self.staff.push(StaffDay { staff, free, rostered });
    }
}

/// One service of a wished visit: its phases by the stylists who can do it.
#[derive(Debug, Clone)]
pub struct PartWish {
    pub service: ServiceId,
    /// Who may do it, with their own phases and buffers (before, after) in minutes. Order is preference.
    pub by: Vec<(StaffId, Vec<Phase>, u16, u16)>,
}

/// The services one after another, in this order, each by any of its stylists.
#[derive(Debug, Clone)]
pub struct VisitWish {
    pub parts: Vec<PartWish>,
    /// Not before: now plus the minimum notice.
    pub earliest: Instant,
    /// Starts are offered on multiples of this many minutes of the day.
    pub grid_min: u16,
}

/// One line of reason beside a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SlotReason {
    /// Begins where another visit ends, or at the start of the shift.
    NoGapBefore,
    /// Ends where another visit begins, or at the end of the shift.
    NoGapAfter,
    /// Uses the time while another client's colour develops.
    InProcessingGap,
    FirstChoice,
    OneStylist,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    pub start: Instant,
    /// Who does each part, in the order of the wish.
    pub staff: Vec<StaffId>,
    /// Each part's start.
    pub starts: Vec<Instant>,
    /// Minutes of gaps too short to sell that the slot would leave: lower is better.
    pub gap_cost_min: u16,
    pub reasons: Vec<SlotReason>,
}

/// A gap shorter than this is lost time.
const SELLABLE_MIN: usize = 30;

struct Need {
    /// Ticks from the part's start at which work begins (0 without a buffer), and how long, for each working run.
    runs: Vec<(usize, usize)>,
    length: usize,
}

fn ticks_of(minutes: u16) -> usize {
    usize::from(minutes).div_ceil(TICK_MIN as usize)
}

fn need_of(phases: &[Phase], after: u16) -> Need {
    let mut runs: Vec<(usize, usize)> = Vec::with_capacity(2);
    let mut at_min = 0_u16;
    for phase in phases {
        let (from, to) = (usize::from(at_min) / TICK_MIN as usize, ticks_of(at_min + phase.minutes));
        if phase.kind.occupies_staff() && to > from {
            match runs.last_mut() {
                Some((start, length)) if *start + *length >= from => *length = to - *start,
                _ => runs.push((from, to - from)),
            }
        }
        at_min += phase.minutes;
    }
    if let Some((_, length)) = runs.last_mut() {
        *length += ticks_of(after);
    }
    Need { runs, length: ticks_of(at_min) }
}

fn starts_for(day: &StaffDay, need: &Need, before: u16) -> Ticks {
    let mut out: Option<Ticks> = None;
    for (from, length) in &need.runs {
        let fits = day.free.runs(*length).sooner(*from);
        out = Some(out.map_or(fits, |o| o.and(&fits)));
    }
    let mut out = out.unwrap_or(day.rostered);
    for back in 1..=ticks_of(before) {
        // Free `back` ticks before the start: shift the other way by masking.
        let mut later = Ticks::NONE;
        for tick in out.iter().filter(|t| *t >= back && day.free.is_set(t - back)) {
            later.fill(tick, tick + 1, true);
        }
        out = later;
    }
    out
}

/// isAvailable: `staff` works through all of `holds` and is free.
pub fn is_available(day: &DayRoster, staff: StaffId, holds: &[Interval]) -> bool {
    day.staff
        .iter()
        .find(|s| s.staff == staff)
        .is_some_and(|s| holds.iter().all(|h| (day.tick_down(h.start)..day.tick_up(h.end)).all(|t| s.free.is_set(t))))
}

/// The stylists of `day` who are free in all of `span`.
pub fn free_staff(day: &DayRoster, span: Interval) -> Vec<StaffId> {
    day.staff.iter().map(|s| s.staff).filter(|s| is_available(day, *s, &[span])).collect()
}

/// The best slots of a day, at most `limit`, cheapest gaps first, then earliest.
pub fn find_slots(day: &DayRoster, wish: &VisitWish, limit: usize) -> Vec<Slot> {
    let earliest = day.tick_up(wish.earliest);
    let grid = ticks_of(wish.grid_min.max(TICK_MIN as u16));
    let parts: Vec<Vec<(&StaffDay, Need, Ticks)>> = wish
        .parts
        .iter()
        .map(|part| {
            part.by
                .iter()
                .filter_map(|(staff, phases, before, after)| {
                    let of = day.staff.iter().find(|s| s.staff == *staff)?;
                    let need = need_of(phases, *after);
                    let starts = starts_for(of, &need, *before);
                    starts.any().then_some((of, need, starts))
                })
                .collect()
        })
        .collect();
    if parts.is_empty() || parts.iter().any(Vec::is_empty) {
        return Vec::new();
    }
    let first = parts[0].iter().fold(Ticks::NONE, |all, (_, _, starts)| all.or(starts));
    let mut slots: Vec<Slot> =
        first.iter().filter(|t| *t >= earliest && t % grid == 0).filter_map(|t| slot_at(day, &parts, t)).collect();
    slots.sort_by_key(|s| (s.gap_cost_min, s.start));
    slots.truncate(limit);
    slots
}

/// The visit starting at `tick`: each part by the first stylist of its preference who fits, the previous part's
/// stylist before others (a client would rather not change chairs).
fn slot_at(day: &DayRoster, parts: &[Vec<(&StaffDay, Need, Ticks)>], tick: usize) -> Option<Slot> {
    let mut at = tick;
    let mut chosen: Vec<(&StaffDay, &Need, usize)> = Vec::with_capacity(parts.len());
    let mut first_choice = true;
    for part in parts {
        let fits = |(of, _, starts): &&(&StaffDay, Need, Ticks)| {
            starts.is_set(at) && !chosen.iter().any(|(c, n, s)| c.staff == of.staff && overlaps(n, *s, at))
        };
        let last = chosen.last().map(|(c, ..)| c.staff);
        let pick = part.iter().find(|o| last == Some(o.0.staff) && fits(o)).or_else(|| part.iter().find(fits))?;
        first_choice &= pick.0.staff == part[0].0.staff;
        chosen.push((pick.0, &pick.1, at));
        at += pick.1.length;
    }
    let (head, _, _) = chosen.first()?;
    let (tail, ..) = chosen.last()?;
    let gap_before = gap(head, tick, false);
    let gap_after = gap(tail, at, true);
    let lost = |ticks: usize| {
        let minutes = ticks * TICK_MIN as usize;
        if minutes < SELLABLE_MIN { minutes as u16 } else { 0 }
    };
    let mut reasons = Vec::new();
    if gap_before == 0 {
        reasons.push(SlotReason::NoGapBefore);
    }
    if gap_after == 0 {
        reasons.push(SlotReason::NoGapAfter);
    }
    if gap_before == 0 && gap_after == 0 && tick > 0 && head.rostered.is_set(tick - 1) && head.rostered.is_set(at) {
        reasons.push(SlotReason::InProcessingGap);
    }
    if first_choice {
        reasons.push(SlotReason::FirstChoice);
    }
    if chosen.len() > 1 && chosen.iter().all(|(c, ..)| c.staff == head.staff) {
        reasons.push(SlotReason::OneStylist);
    }
    Some(Slot {
        start: day.instant(tick),
        staff: chosen.iter().map(|(c, ..)| c.staff).collect(),
        starts: chosen.iter().map(|(_, _, s)| day.instant(*s)).collect(),
        gap_cost_min: lost(gap_before) + lost(gap_after),
        reasons,
    })
}

fn overlaps(need: &Need, start: usize, other: usize) -> bool {
    need.runs.iter().any(|(from, length)| (start + from..start + from + length).contains(&other))
}

/// Free ticks next to `tick`, backwards or forwards.
fn gap(day: &StaffDay, tick: usize, forwards: bool) -> usize {
    let mut length = 0;
    loop {
        let at = if forwards { Some(tick + length) } else { tick.checked_sub(length + 1) };
        match at {
            Some(t) if day.free.is_set(t) => length += 1,
            _ => return length,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PhaseKind;
    use proptest::prelude::*;

    fn person(n: u8) -> StaffId {
        StaffId::from_parts(1, [n; 10])
    }
    fn at(minute: i64) -> Instant {
        Instant(minute * MINUTE_MS)
    }
    fn span(from: i64, to: i64) -> Interval {
        Interval::new(at(from), at(to))
    }
    fn day(busy: &[Interval]) -> DayRoster {
        let mut day = DayRoster::new(span(0, 1440));
        day.add(person(1), &[span(540, 1080)], busy);
        day
    }
    fn colour() -> Vec<Phase> {
        vec![
            Phase::work(30),
            Phase { kind: PhaseKind::Processing, minutes: 40 },
            Phase { kind: PhaseKind::Finishing, minutes: 20 },
        ]
    }
    fn wish(parts: Vec<Vec<Phase>>) -> VisitWish {
        VisitWish {
            parts: parts
                .into_iter()
                .map(|p| PartWish { service: ServiceId::from_parts(1, [9; 10]), by: vec![(person(1), p, 0, 0)] })
                .collect(),
            earliest: Instant(0),
            grid_min: 5,
        }
    }

    #[test]
    fn a_cut_fits_into_another_colour_s_processing_gap() {
        // A colour from 9:00: the stylist is busy 9:00–9:30 and 10:10–10:30.
        let day = day(&[span(540, 570), span(610, 630), span(630, 1080)]);
        let slots = find_slots(&day, &wish(vec![vec![Phase::work(40)]]), 10);
        assert_eq!(slots.len(), 1);
        assert_eq!(slots[0].start, at(570));
        assert!(slots[0].reasons.contains(&SlotReason::InProcessingGap));
        assert!(find_slots(&day, &wish(vec![vec![Phase::work(45)]]), 10).is_empty());
    }

    #[test]
    fn parts_follow_one_another() {
        let slots = find_slots(&day(&[]), &wish(vec![colour(), vec![Phase::work(30)]]), 100);
        assert_eq!(slots[0].starts, vec![at(540), at(630)]);
        assert!(slots.iter().all(|s| s.start.0 <= at(1080 - 120).0));
        assert!(slots[0].reasons.contains(&SlotReason::OneStylist));
    }

    proptest! {
        /// The engine never offers what is taken, and finds all that a minute-by-minute search finds.
        #[test]
        fn agrees_with_a_naive_search(busy in prop::collection::vec((540_i64..1080, 1_i64..90), 0..8), work in 1_u16..80) {
            let busy: Vec<Interval> = busy.into_iter().map(|(from, len)| span(from, from + len)).collect();
            let day = day(&busy);
            let slots = find_slots(&day, &wish(vec![vec![Phase::work(work)]]), 1_000);
            let rounded = (i64::from(work) + 4) / 5 * 5;
            let naive: Vec<i64> = (0..1440)
                .step_by(5)
                .filter(|from| *from >= 540 && from + rounded <= 1080)
                .filter(|from| {
                    let wanted = span(*from, from + rounded);
                    !busy.iter().any(|b| {
                        let blocked = span(b.start.0 / MINUTE_MS / 5 * 5, (b.end.0 / MINUTE_MS + 4) / 5 * 5);
                        blocked.overlaps(&wanted)
                    })
                })
                .collect();
            let mut found: Vec<i64> = slots.iter().map(|s| s.start.0 / MINUTE_MS).collect();
            found.sort_unstable();
            prop_assert_eq!(found, naive);
        }
    }
}
