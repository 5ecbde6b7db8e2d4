//! The laws of stored value: order and repetition do not matter, nothing is won or lost, what is given back is nought.

mod membership;
mod package;
mod purse;

use super::{Ledger, Moved, Stamp, movement_back, movement_of_line, movement_of_tender};
use crate::kernel::{BranchId, CardId, DeviceId, Hlc, MovementId, NodeId, TicketId, TicketLineId};
use uuid::Uuid;

const TODAY: i32 = 20_000;

/// The `n`th thing that happened, at its own second, on till `device`. An id does not sort as its clock does.
fn stamp(n: u8, device: u8, day: i32) -> Stamp {
    Stamp {
        at: Hlc { wall_ms: i64::from(n) * 1_000, counter: 0, node: NodeId::from_parts(0, [device; 10]) },
        id: MovementId::from_parts(1, [n.reverse_bits(); 10]),
        device: DeviceId::from_parts(1, [device; 10]),
        branch: BranchId::from_parts(1, [device; 10]),
        day,
        by: Uuid::nil(),
    }
}

fn ticket(n: u8) -> TicketId {
    TicketId::from_parts(1, [n; 10])
}

fn line(n: u8) -> TicketLineId {
    TicketLineId::from_parts(1, [n; 10])
}

fn client(n: u8) -> CardId {
    CardId::from_parts(1, [n; 10])
}

fn movement(n: u8) -> MovementId {
    stamp(n, 0, 0).id
}

/// Another order, with some of them twice.
fn shuffled<T: Clone>(all: &[T], seed: u64) -> Vec<T> {
    let mut mixed: Vec<T> = all.iter().chain(all.iter().take(seed as usize % 5)).cloned().collect();
    let mut state = seed | 1;
    for ix in (1..mixed.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        mixed.swap(ix, (state >> 33) as usize % (ix + 1));
    }
    mixed
}

/// Folded straight, and in another order with repetitions: the same.
fn same_in_any_order<K, W>(of: &K, movements: &[Moved<K, W>], seed: u64) -> bool
where
    K: Ord + Clone + PartialEq,
    W: Ord + Clone + PartialEq,
{
    Ledger::fold(of.clone(), movements) == Ledger::fold(of.clone(), &shuffled(movements, seed))
}

/// Tills of any version have to come to the same ids, or what is sent again is counted again.
#[test]
fn ids_that_follow_from_others_never_change() {
    assert_eq!(movement_of_line(line(1), 0).to_string(), "46d77d9b-dc57-8ac5-86fc-5e949aeab8a5");
    assert_eq!(movement_of_line(line(1), 1).to_string(), "46d77d9b-db57-8ac5-86fc-5e949aeab76a");
    assert_eq!(movement_of_tender(ticket(1), 0).to_string(), "30fcc33a-254b-8e33-ad54-528f068667e1");
    assert_eq!(movement_back(movement(1), ticket(1)).to_string(), "b1c43dc3-450b-80ec-8494-350ca62a3ec5");
}
