//! What a person decides about somebody's pay: a bonus, a correction, an advance; and what the end of a period makes of
//! its tiers. Each is an entry of its own in one period; it is taken back by another one, and never changed.

use super::adjust::Adjusted;
use crate::kernel::{MovementId, StaffId};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdjustmentKind {
    /// On top: above nought.
    Bonus,
    /// Puts something right, either way.
    Correction,
    /// Paid out before, and taken off now: below nought.
    Draw,
    /// What the turnover of the whole period changed of its tiers.
    Tiers,
    /// A kind of a later version.
    #[serde(other)]
    Other,
}

/// The content of `staff.commission.adjusted`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdjustmentMade {
    /// Of what takes another one back it follows from that one: taken back twice is once.
    pub id: MovementId,
    pub staff: StaffId,
    pub kind: AdjustmentKind,
    /// The period, in the branch's days since 1970-01-01; both belong to it.
    pub from_day: i32,
    pub to_day: i32,
    /// The day of the period that it is listed on.
    pub day: i32,
    pub amount_minor: i64,
    pub reason: String,
    /// The adjustment that this one takes back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reverses: Option<MovementId>,
    /// What an adjustment of tiers comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub how: Option<Box<Adjusted>>,
}

/// More than this for one person and entry is a typing mistake.
const AMOUNT_MINOR_MAX: i64 = 100_000_000;
const REASON_CHARS_MAX: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdjustmentError {
    #[error("an adjustment has a reason of at most {REASON_CHARS_MAX} characters")]
    Reason,
    #[error("a bonus is above nought, an advance below it, and neither is more than anybody earns")]
    Amount,
    #[error("the day is not in the period")]
    Period,
    #[error("tiers are taken back by working them out again")]
    NotReversible,
}

impl AdjustmentMade {
    /// Whether it is one that can be: to be asked before it is journalled, and by whoever is sent it.
    pub fn check(&self) -> Result<(), AdjustmentError> {
        if !(self.from_day..=self.to_day).contains(&self.day) {
            return Err(AdjustmentError::Period);
        }
        let is_worked_out = self.kind == AdjustmentKind::Tiers;
        if !is_worked_out && self.reason.trim().is_empty() || self.reason.chars().count() > REASON_CHARS_MAX {
            return Err(AdjustmentError::Reason);
        }
        let forward = if self.reverses.is_some() { self.amount_minor.saturating_neg() } else { self.amount_minor };
        let fits = match self.kind {
            AdjustmentKind::Bonus => forward > 0,
            AdjustmentKind::Draw => forward < 0,
            AdjustmentKind::Tiers => self.how.as_ref().is_some_and(|how| how.amount_minor == self.amount_minor),
            AdjustmentKind::Correction | AdjustmentKind::Other => forward != 0,
        };
        if fits && (-AMOUNT_MINOR_MAX..=AMOUNT_MINOR_MAX).contains(&forward) {
            Ok(())
        } else {
            Err(AdjustmentError::Amount)
        }
    }

    /// What takes all of it back, in the same period.
    pub fn reversal(&self, reason: &str) -> Result<AdjustmentMade, AdjustmentError> {
        if self.reverses.is_some() || self.kind == AdjustmentKind::Tiers {
            return Err(AdjustmentError::NotReversible);
        }
        let back = AdjustmentMade {
            id: self.id.derive(b"taken back"),
            amount_minor: self.amount_minor.saturating_neg(),
            reason: reason.trim().to_owned(),
            reverses: Some(self.id),
            ..self.clone()
        };
        back.check().map(|()| back)
    }

    /// What the tiers of a period still need, as an entry of its last day.
    pub fn of_tiers(adjusted: Adjusted) -> AdjustmentMade {
        AdjustmentMade {
            id: adjusted.id,
            staff: adjusted.staff,
            kind: AdjustmentKind::Tiers,
            from_day: adjusted.from_day,
            to_day: adjusted.to_day,
            day: adjusted.to_day,
            amount_minor: adjusted.amount_minor,
            reason: String::new(),
            reverses: None,
            how: Some(Box::new(adjusted)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(kind: AdjustmentKind, amount_minor: i64) -> AdjustmentMade {
        AdjustmentMade {
            id: MovementId::from_parts(1, [1; 10]),
            staff: StaffId::from_parts(1, [2; 10]),
            kind,
            from_day: 10,
            to_day: 39,
            day: 20,
            amount_minor,
            reason: "trained the new one".into(),
            reverses: None,
            how: None,
        }
    }

    #[test]
    fn a_bonus_adds_and_an_advance_takes_off() {
        use AdjustmentKind::{Bonus, Correction, Draw};
        let table = [
            (Bonus, 5_000, Ok(())),
            (Bonus, -1, Err(AdjustmentError::Amount)),
            (Draw, -20_000, Ok(())),
            (Draw, 20_000, Err(AdjustmentError::Amount)),
            (Correction, -300, Ok(())),
            (Correction, 0, Err(AdjustmentError::Amount)),
            (Correction, AMOUNT_MINOR_MAX + 1, Err(AdjustmentError::Amount)),
            (Correction, i64::MIN, Err(AdjustmentError::Amount)),
        ];
        for (kind, minor, expected) in table {
            assert_eq!(made(kind, minor).check(), expected, "{kind:?} {minor}");
        }
        assert_eq!(AdjustmentMade { reason: " ".into(), ..made(Bonus, 1) }.check(), Err(AdjustmentError::Reason));
        assert_eq!(AdjustmentMade { day: 40, ..made(Bonus, 1) }.check(), Err(AdjustmentError::Period));
    }

    #[test]
    fn what_takes_it_back_is_its_mirror_and_always_the_same_entry() {
        let draw = made(AdjustmentKind::Draw, -20_000);
        let back = draw.reversal(" not paid out ").unwrap();
        assert_eq!((back.amount_minor, back.day, back.reverses), (20_000, 20, Some(draw.id)));
        assert_eq!(back.reason, "not paid out");
        assert_eq!(draw.reversal("once more").unwrap().id, back.id);
        assert_eq!(back.reversal("and again"), Err(AdjustmentError::NotReversible));
        assert_eq!(draw.reversal(""), Err(AdjustmentError::Reason));
    }
}
