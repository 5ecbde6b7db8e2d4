//! A movement of points, as the rules know it and as the journal has it.

use super::tier::Tier;
use crate::kernel::{CardId, EventId, Id, MovementId, TicketId, TicketLineId};
use serde::{Deserialize, Serialize};

/// Points earned (positive) or claimed (negative): the content of `customer.loyalty.earned` and `.claimed`.
/// Journals from before there were rules have `card`, `points` and a `reason` in a person's words, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsMoved {
    pub card: CardId,
    pub points: i64,
    /// The code of `why`, where there is one.
    pub reason: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MovementId>,
    /// The branch's day, in days since 1970-01-01.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub day: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<TicketId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<TicketLineId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_day: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// A movement with everything stated.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points {
    /// Follows from ticket, line, kind and rule.
    pub id: MovementId,
    pub card: CardId,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    pub points: i64,
    pub ticket: Option<TicketId>,
    pub line: Option<TicketLineId>,
    /// The first day on which points earned are no longer good. Decided when they are earned: a later change of the
    /// programme takes nothing from anybody.
    pub until_day: Option<i32>,
    pub why: Why,
}

/// Why points moved: a code, and the numbers that it was computed from. `*_minor` are minor units, `*_bp` basis points.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Why {
    /// `each` points for every whole `per_minor` of the ticket, `ticket_points` in all; this is the share of a line with
    /// `base_minor`.
    Spend { base_minor: i64, each: i64, per_minor: i64, ticket_points: i64 },
    /// What a tier's multiplier adds to the line's `spend_points`. 15,000 is one and a half times.
    Tier { tier: Tier, multiplier_bp: u32, spend_points: i64 },
    /// What a rule gave. `rate` is as in the rule: points, or basis points of `of`; `of` are pieces, tickets or spend
    /// points. `once` is there for a rule that gives once: the year, or 0 for ever.
    Rule {
        rule: String,
        rate: i64,
        of: i64,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        once: Option<i32>,
    },
    /// A reward was taken, that took `off_minor` off the ticket.
    Redeemed { reward: String, off_minor: i64 },
    /// `now` of `whole` came back, after `before`, of a line that had earned `of_points` by the movement `of`.
    TakenBack { of: MovementId, of_points: i64, whole: i64, before: i64, now: i64 },
    /// The same of a ticket that points had been spent on.
    GivenBack { of: MovementId, of_points: i64, whole: i64, before: i64, now: i64 },
    /// What was left of the points of movement `of`, earned on `earned_day`, when their time was over.
    Expired { of: MovementId, earned_day: i32 },
    /// An older journal's, or a code of a later version: the points count, the reason is not known here.
    #[serde(other)]
    Unstated,
}

impl Why {
    pub const fn code(&self) -> &'static str {
        match self {
            Why::Spend { .. } => "spend",
            Why::Tier { .. } => "tier",
            Why::Rule { .. } => "rule",
            Why::Redeemed { .. } => "redeemed",
            Why::TakenBack { .. } => "taken_back",
            Why::GivenBack { .. } => "given_back",
            Why::Expired { .. } => "expired",
            Why::Unstated => "unstated",
        }
    }
}

impl Points {
    /// A journalled movement. `event` and `day` are its event's, for journals that do not state an id and a day.
    pub fn of(moved: &PointsMoved, event: EventId, day: i32) -> Points {
        Points {
            id: moved.id.unwrap_or_else(|| event.derive(b"points")),
            card: moved.card,
            day: moved.day.unwrap_or(day),
            points: moved.points,
            ticket: moved.ticket,
            line: moved.line,
            until_day: moved.until_day,
            why: moved.why.clone().unwrap_or(Why::Unstated),
        }
    }
}

impl From<&Points> for PointsMoved {
    fn from(points: &Points) -> PointsMoved {
        PointsMoved {
            card: points.card,
            points: points.points,
            reason: points.why.code().to_owned(),
            id: Some(points.id),
            day: Some(points.day),
            ticket: points.ticket,
            line: points.line,
            until_day: points.until_day,
            why: Some(points.why.clone()),
        }
    }
}

/// The id of what `kind` (and `name`, a rule's or reward's) makes of one part of something: `part` is a line or a
/// movement. Parts have a fixed length and kinds no colon, so that no two run together.
pub(super) fn id_of<T, U>(ticket: TicketId, part: Id<T>, of: Id<U>, kind: &str, name: &str) -> MovementId {
    let mut tag = Vec::with_capacity(48 + name.len());
    tag.extend_from_slice(part.as_bytes());
    tag.extend_from_slice(of.as_bytes());
    tag.extend_from_slice(kind.as_bytes());
    tag.push(b':');
    tag.extend_from_slice(name.as_bytes());
    ticket.derive(&tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_journal_still_reads() {
        let text = r#"{"card":"00000000-0000-7000-8000-000000000001","points":120,"reason":"carried over"}"#;
        let moved: PointsMoved = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&moved).unwrap(), text);
        let event = EventId::from_parts(5, [5; 10]);
        let points = Points::of(&moved, event, 20_000);
        assert_eq!((points.day, points.points, &points.why), (20_000, 120, &Why::Unstated));
        assert_eq!(points.id, Points::of(&moved, event, 20_001).id);
    }

    #[test]
    fn a_code_of_a_later_version_still_counts() {
        let text = r#"{"card":"00000000-0000-7000-8000-000000000001","points":7,"reason":"raffle",
            "why":{"code":"raffle","ticket_number":12}}"#;
        let moved: PointsMoved = serde_json::from_str(text).unwrap();
        assert_eq!((moved.points, moved.why), (7, Some(Why::Unstated)));
    }

    #[test]
    fn what_is_journalled_is_what_is_read() {
        let of = MovementId::from_parts(1, [7; 10]);
        for why in [
            Why::Spend { base_minor: 8_250, each: 1, per_minor: 100, ticket_points: 82 },
            Why::Tier { tier: Tier::Gold, multiplier_bp: 15_000, spend_points: 82 },
            Why::Rule { rule: "first".into(), rate: 50, of: 1, once: Some(0) },
            Why::Redeemed { reward: "TEN-OFF".into(), off_minor: 1_000 },
            Why::TakenBack { of, of_points: 82, whole: 8_250, before: 0, now: 4_125 },
            Why::GivenBack { of, of_points: -100, whole: 1, before: 0, now: 1 },
            Why::Expired { of, earned_day: 20_000 },
        ] {
            let points = Points {
                id: of,
                card: CardId::from_parts(1, [1; 10]),
                day: 20_400,
                points: 82,
                ticket: Some(TicketId::from_parts(1, [2; 10])),
                line: None,
                until_day: Some(20_765),
                why,
            };
            let moved = PointsMoved::from(&points);
            let json = serde_json::to_value(&moved).unwrap();
            assert_eq!(json["why"]["code"], json["reason"]);
            let read: PointsMoved = serde_json::from_value(json).unwrap();
            assert_eq!(Points::of(&read, EventId::from_parts(9, [9; 10]), 0), points);
        }
    }
}
