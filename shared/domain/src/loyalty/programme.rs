//! A salon's loyalty programme: master data; the server's word.

use super::reward::Reward;
use super::tier::{Tier, Tiers};
use crate::payment::Item;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Programme {
    #[serde(default)]
    pub spend: Option<SpendRule>,
    #[serde(default)]
    pub rules: Vec<Rule>,
    #[serde(default)]
    pub tiers: Tiers,
    #[serde(default)]
    pub rewards: Vec<Reward>,
    /// So many days after the day they were earned, points are no longer good. None: they always are.
    #[serde(default)]
    pub expires_after_days: Option<u32>,
}

/// `each` points for every whole `per_minor` of what a ticket spends: one point per euro is `(1, 100)`. Both are
/// positive, or nothing is earned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpendRule {
    pub each: i64,
    pub per_minor: i64,
}

/// Points for something special. Names are unique within a programme: a movement's id is made of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    pub name: String,
    /// All have to hold, for the line. None: every line.
    #[serde(default)]
    pub when: Vec<Condition>,
    pub gives: Gives,
    /// Each client gets it once. None: at every visit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once: Option<Once>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    Item(Item),
    Category(String),
    /// 1 is Monday, 7 Sunday, as in ISO 8601; of the branch's day.
    Weekdays(BTreeSet<u8>),
    BirthdayMonth,
    FirstVisit,
    /// This tier or a higher one, as it was before the visit.
    FromTier(Tier),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gives {
    /// Points for each piece.
    PerPiece(i64),
    /// Points once for the ticket, if any line of it fulfils the conditions.
    PerTicket(i64),
    /// On top of the points for spend, in basis points of them: 10,000 doubles.
    Extra(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Once {
    Ever,
    /// Per calendar year, of the branch's day.
    PerYear,
}
