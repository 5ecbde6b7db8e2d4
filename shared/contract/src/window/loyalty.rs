//! A client's points, with the reasons, and what they buy.

use salon_domain::kernel::TicketId;
use salon_domain::loyalty::{Below, Tier, TierStanding, Why};
use salon_domain::payment::{Offer, RewardTaken};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoyaltyView {
    pub has_programme: bool,
    pub balance: i64,
    /// Why the balance is below nought.
    pub below: Vec<Below>,
    pub tier: TierStanding,
    /// The next points to be over: the first day on which they are no longer good, and how many.
    pub next_expiry: Option<(String, i64)>,
    /// The latest first.
    pub history: Vec<PointsView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PointsView {
    pub date: String,
    pub points: i64,
    /// Not, where a rule that gives once was given twice, or what it takes back is not known here yet.
    pub counts: bool,
    pub ticket: Option<TicketId>,
    /// The receipt's; nought without one.
    pub number: u64,
    pub why: Why,
}

/// What a ticket's client can have for points.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RewardsView {
    /// After what the ticket takes.
    pub balance: i64,
    pub tier: Tier,
    pub choices: Vec<RewardChoice>,
    /// What the ticket takes, and what that takes off: as its terms have it.
    pub taken: Vec<RewardTaken>,
    pub offers: Vec<Offer>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RewardChoice {
    pub name: String,
    pub cost_points: i64,
    pub missing_points: i64,
    /// What it would take off now; nought where there is nothing that it is for.
    pub off_minor: i64,
}
