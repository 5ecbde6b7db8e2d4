//! Bitmap 60, the individual totals of an end of day (PA00P015, chapter on end-of-day): the receipt numbers from and to,
//! then a count and an amount for each kind of card.

use super::bcd;

/// In the order of the bitmap.
pub const CARD_GROUPS: [&str; 7] =
    ["girocard", "JCB", "Mastercard", "American Express", "Visa", "Diners", "Other cards"];

/// Two numbers of two bytes.
const HEAD_LEN: usize = 4;
/// A byte for the count, six for the amount.
const GROUP_LEN: usize = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Total {
    pub count: u8,
    /// Twelve digits at most.
    pub amount_minor: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    pub first_receipt: u16,
    pub last_receipt: u16,
    /// As [`CARD_GROUPS`].
    pub groups: [Total; CARD_GROUPS.len()],
}

impl Totals {
    pub(super) fn decode(bytes: &[u8]) -> Option<Totals> {
        let (head, mut rest) = bytes.split_at_checked(HEAD_LEN)?;
        let number = |bytes: &[u8]| bcd::decode(bytes).and_then(|number| u16::try_from(number).ok());
        let mut totals =
            Totals { first_receipt: number(&head[..2])?, last_receipt: number(&head[2..])?, ..Totals::default() };
        // Older terminals leave the last groups away; what comes after the seven is not in the specification.
        for group in &mut totals.groups {
            if rest.is_empty() {
                break;
            }
            let (entry, tail) = rest.split_at_checked(GROUP_LEN)?;
            *group = Total { count: entry[0], amount_minor: bcd::decode(&entry[1..])? };
            rest = tail;
        }
        Some(totals)
    }

    pub(super) fn encode(&self) -> Vec<u8> {
        let mut bytes = bcd::encode(u64::from(self.first_receipt), 2);
        bytes.extend(bcd::encode(u64::from(self.last_receipt), 2));
        for group in &self.groups {
            bytes.push(group.count);
            bytes.extend(bcd::encode(group.amount_minor, 6));
        }
        bytes
    }

    pub fn count(&self) -> u32 {
        self.groups.iter().map(|group| u32::from(group.count)).sum()
    }

    pub fn amount_minor(&self) -> u64 {
        self.groups.iter().map(|group| group.amount_minor).sum()
    }
}

/// Where the bitmap counts a card of this type (bitmap 8A; PA00P015, list of ZVT card-type ids).
pub(crate) fn group_of(card_type: u8) -> usize {
    match card_type {
        2 | 5 => 0,
        14 => 1,
        6 | 46 => 2,
        8 => 3,
        10 | 11 | 13 => 4,
        12 => 5,
        _ => 6,
    }
}
