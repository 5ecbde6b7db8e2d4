//! What the client sees on a screen of their own.

use salon_domain::kernel::Currency;
use serde::{Deserialize, Serialize};

/// The ticket as its client may see it: what is on it and what it comes to, nothing else. Empty between two clients.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerScreen {
    pub lines: Vec<CustomerLine>,
    /// None where there is no ticket.
    pub total: Option<CustomerTotal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerLine {
    pub name: String,
    pub quantity: i64,
    /// For all of them, after what was taken off, in minor units.
    pub amount_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomerTotal {
    pub currency: Currency,
    pub total_minor: i64,
    /// What was taken off in all, in minor units.
    pub discount_minor: i64,
    /// What of it is still to pay, in minor units.
    pub owed_minor: i64,
    /// The card terminal waits for the client.
    pub card: bool,
    /// It is paid, and so much is given back in cash.
    pub change_minor: Option<i64>,
}
