//! Which status may follow which, and what may be done in each.

use super::fold::Booking;
use super::model::{BookingStatus, Claim, Resource};
use crate::catalog::Phase;
use crate::kernel::{Interval, StaffId};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BookingError {
    #[error("a booking that is {from:?} cannot become {to:?}")]
    IllegalTransition { from: BookingStatus, to: BookingStatus },
    #[error("a booking needs at least one service")]
    NoService,
    #[error("the booking is {0:?} and cannot be moved")]
    NotReschedulable(BookingStatus),
    #[error("this person does not perform this service")]
    CannotPerform,
}

/// The legal transitions. CANCELLED and NO_SHOW can be taken back to CONFIRMED (undo, or the client turns up late);
/// IN_PROGRESS can be taken back when started by mistake; COMPLETED is final.
pub const fn next_statuses(from: BookingStatus) -> &'static [BookingStatus] {
    use BookingStatus as S;
    match from {
        S::Pending => &[S::Confirmed, S::Cancelled],
        S::Confirmed => &[S::InProgress, S::Cancelled, S::NoShow],
        S::InProgress => &[S::Completed, S::Confirmed],
        S::Cancelled | S::NoShow => &[S::Confirmed],
        S::Completed => &[],
    }
}

pub fn check_transition(from: BookingStatus, to: BookingStatus) -> Result<(), BookingError> {
    if next_statuses(from).contains(&to) { Ok(()) } else { Err(BookingError::IllegalTransition { from, to }) }
}

pub const fn can_reschedule(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Pending | BookingStatus::Confirmed)
}

pub const fn can_cancel(status: BookingStatus) -> bool {
    matches!(status, BookingStatus::Pending | BookingStatus::Confirmed)
}

/// When `staff` is taken by the bookings that hold their time, sorted by start.
pub fn staff_busy<'a>(bookings: impl IntoIterator<Item = &'a Booking>, staff: StaffId) -> Vec<Interval> {
    let me = Resource::Staff(staff);
    let mut busy: Vec<Interval> = bookings
        .into_iter()
        .filter(|b| b.status.holds_time())
        .flat_map(|b| b.parts.iter())
        .filter(|p| p.claim.staff == staff)
        .flat_map(|p| p.claim.holds(&me))
        .collect();
    busy.sort_by_key(|i| i.start);
    busy
}

/// The shortest work that anybody is booked for.
const PHASE_MIN: u16 = 5;

/// The phases of a service that takes `minutes` in all: the last one that needs the stylist becomes longer or shorter,
/// what develops takes as long as it takes. None: there is not so much to take away, or no day is so long.
pub fn resized(phases: &[Phase], minutes: u16) -> Option<Vec<Phase>> {
    let whole: i32 = phases.iter().map(|phase| i32::from(phase.minutes)).sum();
    let last = phases.iter().rposition(|phase| phase.kind.occupies_staff())?;
    let wanted = i32::from(phases[last].minutes) + i32::from(minutes) - whole;
    let wanted = u16::try_from(wanted).ok().filter(|wanted| *wanted >= PHASE_MIN && minutes <= 24 * 60)?;
    let mut changed = phases.to_vec();
    changed[last].minutes = wanted;
    Some(changed)
}

/// First start to last end of a visit's claims.
pub fn whole_span<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> Option<Interval> {
    claims.into_iter().map(Claim::span).reduce(|a, b| Interval::new(a.start.min(b.start), a.end.max(b.end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::PhaseKind;
    use BookingStatus as S;

    #[test]
    fn only_the_stylist_s_last_work_becomes_longer_or_shorter() {
        let colour = [
            Phase::work(30),
            Phase { kind: PhaseKind::Processing, minutes: 40 },
            Phase { kind: PhaseKind::Finishing, minutes: 20 },
        ];
        let minutes = |wanted| resized(&colour, wanted).map(|p| p.iter().map(|p| p.minutes).collect::<Vec<_>>());
        assert_eq!(minutes(105), Some(vec![30, 40, 35]));
        assert_eq!(minutes(75), Some(vec![30, 40, 5]));
        assert_eq!(minutes(74), None, "less than the shortest work is left");
        assert_eq!(minutes(24 * 60 + 1), None);
        assert_eq!(resized(&[Phase::work(45)], 30), Some(vec![Phase::work(30)]));
        assert_eq!(resized(&[], 30), None);
    }

    #[test]
    fn the_legal_transitions_and_no_others() {
        let legal = [
            (S::Pending, S::Confirmed),
            (S::Pending, S::Cancelled),
            (S::Confirmed, S::InProgress),
            (S::Confirmed, S::Cancelled),
            (S::Confirmed, S::NoShow),
            (S::InProgress, S::Completed),
            (S::InProgress, S::Confirmed),
            (S::Cancelled, S::Confirmed),
            (S::NoShow, S::Confirmed),
        ];
        for from in S::ALL {
            for to in S::ALL {
                assert_eq!(check_transition(from, to).is_ok(), legal.contains(&(from, to)), "{from:?} -> {to:?}");
            }
            assert_eq!(can_cancel(from), legal.contains(&(from, S::Cancelled)));
            assert_eq!(can_reschedule(from), matches!(from, S::Pending | S::Confirmed));
        }
    }
}
