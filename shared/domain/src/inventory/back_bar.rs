//! What the back bar uses for what is sold: by the service's recipe, unless somebody says what it really was.
//!
//! It is taken when the service is sold, once. A refund takes the money back and not the colour: what was used is used.

use super::{MILLI_PER_UNIT, Movement, MovementReason};
use crate::catalog::Usage;
use crate::kernel::{DeviceId, ServiceId, TicketId, TicketLineId, round_half_up};
use serde::{Deserialize, Serialize};

/// What a movement out of the back bar was for, and what it was worth then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsedFor {
    pub ticket: TicketId,
    pub line: TicketLineId,
    pub service: ServiceId,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    /// Frozen: what so much had been bought for, net of tax.
    pub cost_minor: i64,
}

/// A line that uses something up.
#[derive(Debug, Clone, Copy)]
pub struct UsedOn {
    pub ticket: TicketId,
    pub line: TicketLineId,
    pub service: ServiceId,
    pub day: i32,
    /// Where it was sold: two tills that sell one ticket have each used something.
    pub device: DeviceId,
}

/// What a line uses, in thousandths of a unit: what somebody said of the whole line, else the recipe for each piece.
pub fn uses_of(recipe: &[Usage], quantity: i64, said: Option<&[Usage]>) -> Vec<Usage> {
    match said {
        Some(said) => said.to_vec(),
        None => recipe.iter().map(|u| Usage { milli: u.milli.saturating_mul(quantity.max(0)), ..*u }).collect(),
    }
}

/// What thousandths of a unit cost, of a product that is bought at `unit_cost_minor`. Half a minor unit is rounded up.
pub fn cost_of(unit_cost_minor: i64, milli: i64) -> i64 {
    round_half_up(i128::from(unit_cost_minor) * i128::from(milli), i128::from(MILLI_PER_UNIT))
}

/// The movements that a line's use is; `unit_cost_minor` says what a product is bought at.
pub fn use_up(on: UsedOn, uses: &[Usage], unit_cost_minor: impl Fn(crate::kernel::ProductId) -> i64) -> Vec<Movement> {
    let taken = uses.iter().filter(|usage| usage.milli > 0);
    taken
        .map(|usage| {
            let from = [b"used".as_slice(), on.line.as_bytes(), usage.product.as_bytes(), on.device.as_bytes()];
            Movement {
                id: on.ticket.derive(&from.concat()),
                product: usage.product,
                milli: -usage.milli,
                reason: MovementReason::Use,
                used_for: Some(UsedFor {
                    ticket: on.ticket,
                    line: on.line,
                    service: on.service,
                    day: on.day,
                    cost_minor: cost_of(unit_cost_minor(usage.product), usage.milli),
                }),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::ProductId;

    fn usage(n: u8, milli: i64) -> Usage {
        Usage { product: ProductId::from_parts(1, [n; 10]), milli }
    }

    #[test]
    fn the_recipe_is_for_each_piece_and_what_is_said_for_the_line() {
        let recipe = [usage(1, 40), usage(2, 100)];
        assert_eq!(uses_of(&recipe, 3, None), [usage(1, 120), usage(2, 300)]);
        assert_eq!(uses_of(&recipe, 3, Some(&[usage(1, 55)])), [usage(1, 55)]);
        assert_eq!(uses_of(&recipe, 3, Some(&[])), []);
    }

    #[test]
    fn a_use_is_movements_out_with_their_cost() {
        // 40 of 1,000 thousandths at 18.30 are 0.73; nothing is no movement.
        let on = UsedOn {
            ticket: TicketId::from_parts(1, [1; 10]),
            line: TicketLineId::from_parts(1, [2; 10]),
            service: ServiceId::from_parts(1, [3; 10]),
            day: 20_000,
            device: DeviceId::from_parts(1, [4; 10]),
        };
        let moved = use_up(on, &[usage(1, 40), usage(2, 0)], |_| 1_830);
        assert_eq!(moved.len(), 1);
        assert_eq!((moved[0].milli, moved[0].reason), (-40, MovementReason::Use));
        assert_eq!(moved[0].used_for.map(|of| (of.cost_minor, of.day)), Some((73, 20_000)));
        // The same use again is the same movement, at another till another.
        assert_eq!(use_up(on, &[usage(1, 40)], |_| 1_830)[0].id, moved[0].id);
        let elsewhere = UsedOn { device: DeviceId::from_parts(1, [5; 10]), ..on };
        assert_ne!(use_up(elsewhere, &[usage(1, 40)], |_| 1_830)[0].id, moved[0].id);
    }

    #[test]
    fn half_a_minor_unit_is_rounded_away_from_nought() {
        assert_eq!([cost_of(100, 4), cost_of(100, 5), cost_of(0, 5_000), cost_of(999, 1_000)], [0, 1, 0, 999]);
    }

    #[test]
    fn an_older_journal_still_reads() {
        let text = r#"{"id":"00000000-0001-7000-8000-000000000001","product":"00000000-0001-7000-8000-000000000002","milli":-250,"reason":"use"}"#;
        let old: Movement = serde_json::from_str(text).unwrap();
        assert_eq!((old.milli, old.used_for), (-250, None));
        assert_eq!(serde_json::to_string(&old).unwrap(), text);
    }
}
