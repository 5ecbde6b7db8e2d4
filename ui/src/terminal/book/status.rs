//! How a booking's status looks, and what the next step is.

use crate::text::{Msg, book as words};
use salon_contract::window::AppointmentView;
use salon_domain::booking::BookingStatus;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatusFace {
    /// The class that colours it.
    pub class: &'static str,
    pub icon: &'static str,
    pub label: Msg,
}

pub fn face_of(appointment: &AppointmentView) -> StatusFace {
    let face = |class, icon, label| StatusFace { class, icon, label };
    match appointment.status {
        BookingStatus::Pending => face("pending", "clock", words::PENDING),
        BookingStatus::Confirmed if appointment.arrived => face("arrived", "map-pin", words::ARRIVED),
        BookingStatus::Confirmed => face("confirmed", "check", words::CONFIRMED),
        BookingStatus::InProgress => face("started", "play", words::IN_PROGRESS),
        BookingStatus::Completed if appointment.ticket.is_some() => face("done", "check-check", words::PAID),
        BookingStatus::Completed => face("finished", "flag", words::COMPLETED),
        BookingStatus::Cancelled => face("cancelled", "circle-x", words::CANCELLED),
        BookingStatus::NoShow => face("cancelled", "user-x", words::NO_SHOW),
    }
}

/// The face of a status in the log, where nothing is known of arrival and payment.
pub fn label_of(status: BookingStatus) -> Msg {
    match status {
        BookingStatus::Pending => words::PENDING,
        BookingStatus::Confirmed => words::CONFIRMED,
        BookingStatus::InProgress => words::IN_PROGRESS,
        BookingStatus::Completed => words::COMPLETED,
        BookingStatus::Cancelled => words::CANCELLED,
        BookingStatus::NoShow => words::NO_SHOW,
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    To(BookingStatus),
    Arrive,
    CheckOut,
    Receipt,
}

/// The one thing that usually comes next.
pub fn next_step(appointment: &AppointmentView) -> (Step, Msg, &'static str) {
    match appointment.status {
        BookingStatus::Pending => (Step::To(BookingStatus::Confirmed), words::DO_CONFIRM, "check"),
        BookingStatus::Confirmed if appointment.arrived => {
            (Step::To(BookingStatus::InProgress), words::DO_START, "play")
        }
        BookingStatus::Confirmed => (Step::Arrive, words::DO_ARRIVE, "map-pin"),
        BookingStatus::InProgress => (Step::To(BookingStatus::Completed), words::DO_FINISH, "flag"),
        BookingStatus::Completed if appointment.ticket.is_some() => (Step::Receipt, words::DO_RECEIPT, "receipt-text"),
        BookingStatus::Completed => (Step::CheckOut, words::DO_CHECK_OUT, "shopping-cart"),
        BookingStatus::Cancelled | BookingStatus::NoShow => {
            (Step::To(BookingStatus::Confirmed), words::DO_RESTORE, "undo-2")
        }
    }
}
