//! Memberships: what a client has for as long as each period is paid. Dates are `YYYY-MM-DD`.

use salon_domain::kernel::{Currency, MembershipId, MovementId, ServiceId};
use salon_domain::value::Period;
use serde::{Deserialize, Serialize};

/// Where a membership is today.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberStanding {
    /// Before its first day.
    NotStarted,
    /// Paid.
    Active,
    /// This period is not paid, and its benefits still hold.
    Grace,
    /// This period is not paid, and nothing is given.
    Arrears,
    Paused,
    /// Cancelled and over, or its sale was given back.
    Ended,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MembershipView {
    pub membership: MembershipId,
    pub name: String,
    /// For each period, minor units.
    pub price_minor: i64,
    pub currency: Currency,
    pub tax_class: String,
    pub period: Period,
    pub standing: MemberStanding,
    /// Its benefits can be had today.
    pub usable: bool,
    /// The first day of all.
    pub since: String,
    /// First and last day of the period of today. No last day while it is paused.
    pub from: Option<String>,
    pub until: Option<String>,
    /// Periods that are not paid, oldest first.
    pub due: Vec<DueView>,
    /// The next period, where it can be paid ahead.
    pub ahead: Option<DueView>,
    /// The last day, of one that is cancelled.
    pub ends: Option<String>,
    pub benefits: Vec<BenefitView>,
    /// Those that are not over.
    pub pauses: Vec<PauseView>,
}

/// A period that can be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueView {
    /// From 0.
    pub period: u32,
    /// Its first day; none where that is beyond a pause without an end.
    pub from: Option<String>,
    pub until: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BenefitView {
    pub benefit: u16,
    #[serde(flatten)]
    pub gives: BenefitGives,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "gives", rename_all = "snake_case")]
pub enum BenefitGives {
    /// Basis points off every service.
    ServicesOff { percent_bp: u32 },
    /// Basis points off every product.
    ProductsOff { percent_bp: u32 },
    Units {
        /// The service's name, or the category's.
        name: String,
        /// What a unit pays for.
        services: Vec<ServiceId>,
        /// In each period.
        units: u32,
        /// Of this period; negative when tills together used more than there were.
        left: i64,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PauseView {
    pub movement: MovementId,
    pub from: String,
}

/// What a manager does with a membership.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum MembershipAct {
    /// From a day, today or later, until it is resumed.
    Pause { from: String },
    /// Ends a pause: today counts again. One that has not begun never was.
    Resume { of: MovementId },
    /// For the end of the period of today.
    Cancel,
}
