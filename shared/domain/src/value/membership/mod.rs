//! Memberships: benefits for as long as each period is paid.
//!
//! Paused days do not count: a membership runs in *running days*, days since it began without those it was paused on.
//! So a period that was paid for is never shortened by a pause, and a cancellation waits for the end of the period in
//! running days, too.

mod model;
mod plan;
mod rules;

pub use model::{Membership, MembershipChange, MembershipError, MembershipMoved, Standing};
pub use plan::{Benefit, MembershipOffer, MembershipPlan, Period};
pub use rules::InVain;
