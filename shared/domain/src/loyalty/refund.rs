//! What a refund does to points: those that its lines earned are taken back, those that were spent on them return.

use super::model::{Points, Why, id_of};
use crate::kernel::{Portion, Returned, TicketId};

/// Takes back what the lines in `returned` had earned, in proportion. `earned` are the movements of the ticket that was
/// sold. Rounded on the running total, so that a line given back in pieces loses exactly what it had earned.
pub fn take_back(earned: &[Points], returned: &[Returned], refund: TicketId, day: i32) -> Vec<Points> {
    let mut movements = Vec::new();
    for back in returned {
        for lot in earned.iter().filter(|m| m.points > 0 && m.line == Some(back.of)) {
            let Portion { whole, before, now } = back.portion;
            movements.push(Points {
                id: id_of(refund, back.line, lot.id, "taken_back", ""),
                card: lot.card,
                day,
                points: back.portion.of(lot.points).saturating_neg(),
                ticket: Some(refund),
                line: Some(back.line),
                until_day: None,
                why: Why::TakenBack { of: lot.id, of_points: lot.points, whole, before, now },
            });
        }
    }
    movements.retain(|m| m.points != 0);
    movements
}

/// Gives back what was spent on a ticket of which `portion` comes back. `spent` are the ticket's redemptions. The points
/// return to the lots they came from, with the time that those had.
pub fn give_back(spent: &[Points], portion: Portion, refund: TicketId, day: i32) -> Vec<Points> {
    let redeemed = spent.iter().filter(|m| m.points < 0 && matches!(m.why, Why::Redeemed { .. }));
    let movements = redeemed.map(|m| Points {
        id: id_of(refund, m.id, m.id, "given_back", ""),
        card: m.card,
        day,
        points: portion.of(m.points).saturating_neg(),
        ticket: Some(refund),
        line: None,
        until_day: None,
        why: Why::GivenBack {
            of: m.id,
            of_points: m.points,
            whole: portion.whole,
            before: portion.before,
            now: portion.now,
        },
    });
    movements.filter(|m| m.points != 0).collect()
}
