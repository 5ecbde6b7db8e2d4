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

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProgrammeError {
    #[error("two rules or two rewards are called {name}")]
    Twice { name: String },
    #[error("the reward {name} has to cost one point or more")]
    BadCost { name: String },
    #[error("points for spend need a positive number for a positive amount")]
    BadSpend,
}

impl Programme {
    /// Whether the programme is unambiguous and possible: to be asked before it is saved.
    pub fn check(&self) -> Result<(), ProgrammeError> {
        let mut rules = BTreeSet::new();
        let mut rewards = BTreeSet::new();
        let twice = self.rules.iter().map(|rule| &rule.name).find(|name| !rules.insert(*name));
        let twice =
            twice.or_else(|| self.rewards.iter().map(|reward| &reward.name).find(|name| !rewards.insert(*name)));
        if let Some(name) = twice {
            return Err(ProgrammeError::Twice { name: name.clone() });
        }
        if let Some(reward) = self.rewards.iter().find(|reward| reward.cost_points < 1) {
            return Err(ProgrammeError::BadCost { name: reward.name.clone() });
        }
        match &self.spend {
            Some(spend) if spend.each < 1 || spend.per_minor < 1 => Err(ProgrammeError::BadSpend),
            _ => Ok(()),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::loyalty::RewardGives;

    #[test]
    fn a_programme_is_looked_at_before_it_is_saved() {
        let reward =
            |name: &str, cost_points| Reward { name: name.into(), cost_points, gives: RewardGives::AmountOff(100) };
        let with = |rewards| Programme { rewards, ..Programme::default() };
        assert_eq!(with(vec![reward("a", 1), reward("b", 1)]).check(), Ok(()));
        let twice = with(vec![reward("a", 1), reward("a", 2)]).check();
        assert_eq!(twice, Err(ProgrammeError::Twice { name: "a".into() }));
        assert_eq!(with(vec![reward("a", 0)]).check(), Err(ProgrammeError::BadCost { name: "a".into() }));
        let spend = Some(SpendRule { each: 1, per_minor: 0 });
        assert_eq!(Programme { spend, ..Programme::default() }.check(), Err(ProgrammeError::BadSpend));
    }
}
