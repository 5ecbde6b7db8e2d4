//! Which status may follow which, and what may be done in each.

use super::fold::Booking;
use super::model::{BookingStatus, Claim, Resource};
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

/// First start to last end of a visit's claims.
pub fn whole_span<'a>(claims: impl IntoIterator<Item = &'a Claim>) -> Option<Interval> {
    claims.into_iter().map(Claim::span).reduce(|a, b| Interval::new(a.start.min(b.start), a.end.max(b.end)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use BookingStatus as S;

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
