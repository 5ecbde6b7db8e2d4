//! The appointment book. A day's book is a set of immutable facts; a booking is what its facts make of it, and the
//! same set makes the same book on every device, whatever the order in which the facts arrived.

mod availability;
mod clash;
mod fold;
mod load;
mod model;
mod rules;
mod undo;

pub use availability::{
    DayRoster, PartWish, Slot, SlotReason, StaffDay, VisitWish, find_slots, free_staff, is_available,
};
pub use clash::{Clash, ClashKind, clashes_of, winners};
pub use fold::{Booking, Part, StatusEntry, fold_book};
pub use load::{DayLoad, loads_of};
pub use model::{BookFact, BookingStatus, Claim, Note, Resource, Source, StatusChange, Visit, Waiver};
pub use rules::{
    BookingError, can_cancel, can_reschedule, check_transition, next_statuses, resized, staff_busy, whole_span,
};
pub use undo::{Before, BookAct, BookStep, Mark, go_on_after};
