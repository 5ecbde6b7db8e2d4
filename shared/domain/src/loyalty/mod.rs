//! Loyalty points: append-only movements of a card's balance.

use crate::kernel::CardId;
use serde::{Deserialize, Serialize};

/// Points earned (positive) or claimed (negative), each by one event, so that a balance is a sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointsMoved {
    pub card: CardId,
    pub points: i64,
    pub reason: String,
}

pub fn balance<'a>(movements: impl IntoIterator<Item = &'a PointsMoved>) -> i64 {
    movements.into_iter().map(|m| m.points).sum()
}
