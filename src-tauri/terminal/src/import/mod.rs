//! Moving in: reads another system's exports, says what it would make and what it cannot read, makes all of it or
//! nothing, and takes it back on request.

mod apply;
mod salon_export;

pub use apply::{Imported, apply, card_id, item_named, service_id, staff_id, trading_hours, undo};
pub use salon_export::{AppointmentRow, CancellationRow, Plan, ReceiptLine, Unreadable, is_walk_in, read};
