//! Commission as the journal has it.

use super::model::{Earned, Original, Why};
use super::rate::{Part, Rate};
use crate::kernel::{EventId, MovementId, StaffId, TicketId, TicketLineId};
use serde::{Deserialize, Serialize};

/// The content of `staff.commission.calculated`: one person's commission on one line, frozen.
/// Journals from before there were schemes have no `how`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionCalculated {
    pub staff: StaffId,
    pub ticket: TicketId,
    pub line: TicketLineId,
    pub base_minor: i64,
    /// What all of it comes to, in basis points.
    pub rate_bp: u32,
    pub amount_minor: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<How>,
}

/// What the amount was computed from: [`Earned`] without what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct How {
    pub id: MovementId,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    #[serde(default, skip_serializing_if = "is_nought")]
    pub cost_minor: i64,
    #[serde(default, skip_serializing_if = "is_nought")]
    pub turnover_minor: i64,
    pub rate: Rate,
    pub parts: Vec<Part>,
    pub why: Vec<Why>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<Original>,
}

fn is_nought(minor: &i64) -> bool {
    *minor == 0
}

impl CommissionCalculated {
    pub fn new(earned: &Earned, day: i32) -> CommissionCalculated {
        CommissionCalculated {
            staff: earned.staff,
            ticket: earned.ticket,
            line: earned.line,
            base_minor: earned.base_minor,
            rate_bp: earned.rate_bp(),
            amount_minor: earned.amount_minor,
            how: Some(How {
                id: earned.id,
                day,
                cost_minor: earned.cost_minor,
                turnover_minor: earned.turnover_minor,
                rate: earned.rate.clone(),
                parts: earned.parts.clone(),
                why: earned.why.clone(),
                of: earned.of,
            }),
        }
    }

    /// What was earned, and the branch's day. `event` and `day` are the event's, for journals that state neither an id nor
    /// a day.
    pub fn earned(&self, event: EventId, day: i32) -> (Earned, i32) {
        let whole = || Part { rate_bp: self.rate_bp, counted_minor: self.base_minor, amount_minor: self.amount_minor };
        let how = self.how.clone().unwrap_or_else(|| How {
            id: event.derive(b"commission"),
            day,
            cost_minor: 0,
            turnover_minor: 0,
            rate: Rate::Flat(self.rate_bp),
            parts: vec![whole()],
            why: vec![Why::Other],
            of: None,
        });
        let earned = Earned {
            id: how.id,
            staff: self.staff,
            ticket: self.ticket,
            line: self.line,
            base_minor: self.base_minor,
            cost_minor: how.cost_minor,
            counted_minor: how.parts.iter().fold(0, |sum, part| part.counted_minor.saturating_add(sum)),
            turnover_minor: how.turnover_minor,
            rate: how.rate,
            parts: how.parts,
            amount_minor: self.amount_minor,
            why: how.why,
            of: how.of,
        };
        (earned, how.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commission::{RateRule, Scheme, Share, SoldLine, What, earn, give_back};
    use crate::kernel::{Portion, Returned, ServiceId};
    use crate::payment::Item;
    use std::collections::BTreeMap;

    #[test]
    fn an_older_journal_still_reads() {
        let id = |n: u8| format!("00000000-0000-7000-8000-0000000000{n:02}");
        let text = format!(
            r#"{{"staff":"{}","ticket":"{}","line":"{}","base_minor":4370,"rate_bp":3000,"amount_minor":1311}}"#,
            id(1),
            id(2),
            id(3)
        );
        let old: CommissionCalculated = serde_json::from_str(&text).unwrap();
        assert_eq!(serde_json::to_string(&old).unwrap(), text);
        let (earned, day) = old.earned(EventId::from_parts(5, [5; 10]), 20_000);
        assert_eq!((earned.counted_minor, earned.amount_minor, day), (4_370, 1_311, 20_000));
        assert_eq!(earned.why, [Why::Other]);
    }

    #[test]
    fn what_is_journalled_is_what_is_read() {
        let (ticket, line) = (TicketId::from_parts(1, [1; 10]), TicketLineId::from_parts(1, [2; 10]));
        let sold = SoldLine {
            ticket,
            line,
            item: Item::Service(ServiceId::from_parts(1, [3; 10])),
            category: "Hair".into(),
            net_minor: 4_370,
            undiscounted_net_minor: 4_370,
            cost_minor: 150,
            shares: vec![Share::all(StaffId::from_parts(1, [4; 10]))],
        };
        let scheme = Scheme {
            rules: vec![RateRule { staff: None, what: What::ServicesIn("Hair".into()), rate: Rate::Flat(3_000) }],
            base: Default::default(),
            below_nought: Default::default(),
        };
        let mut all = earn(&scheme, &[sold], &BTreeMap::new()).unwrap();
        let back = Returned { line: line.derive(b"refund"), of: line, portion: Portion::ALL };
        all.extend(give_back(&all, &[back], ticket.derive(b"refund")));
        assert_eq!(all.len(), 2);
        for earned in all {
            let journalled = CommissionCalculated::new(&earned, 20_000);
            let read: CommissionCalculated =
                serde_json::from_str(&serde_json::to_string(&journalled).unwrap()).unwrap();
            assert_eq!(read.earned(EventId::from_parts(9, [9; 10]), 0), (earned, 20_000));
        }
    }
}
