//! Client cards: edited anywhere, offline too, merged per field by hybrid logical clock.
//!
//! What a card has many of (patch tests, formulas, notes, tags) is a field of its own for each, named after its kind and
//! an id ([`keyed`]): two devices that add one each never meet, and nothing but the edits has to travel.

mod duplicates;
mod formula;
pub mod keyed;
mod merge;
mod patch;
mod profile;

pub use duplicates::{
    DuplicateFace, LIKELY, Likeness, LikenessReason, SURE, block_keys, likely_pairs, likeness, may_be_a_pair,
};
pub use formula::{Bowl, Developer, Formula, FormulaError, FormulaPart, FormulaResult, Unit};
pub use merge::{MergeLink, Together, fuse, roots_of};
pub use patch::{
    PatchFault, PatchReading, PatchResult, PatchStage, PatchTest, PatchTestAs, check_patch_test, same_kind,
};
pub use profile::{Channel, ClientNote, Consent, FamilyTie, Tag};

use crate::kernel::{CardId, Hlc, day_number};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The fields of a card that the rules know. A card may carry others: an older version keeps what it does not know.
pub mod field {
    pub const GIVEN_NAME: &str = "given_name";
    pub const FAMILY_NAME: &str = "family_name";
    pub const PHONE: &str = "phone";
    pub const EMAIL: &str = "email";
    pub const NOTE: &str = "note";
    pub const ALLERGY: &str = "allergy";
    pub const FORMULA: &str = "formula";
    pub const BIRTHDAY: &str = "birthday";
    pub const MARKETING_EMAIL: &str = "marketing_email";
    pub const MARKETING_SMS: &str = "marketing_sms";
    /// Not empty: the card was taken out (an import undone), and why. It is kept, and no longer found.
    pub const REMOVED: &str = "removed";
    /// A client code from the software that the salon came from.
    pub const LEGACY_CODE: &str = "legacy_code";
    /// The number on the plastic or paper card that the client carries: digits mostly, as printed.
    pub const LOYALTY_NUMBER: &str = "loyalty_number";
    /// How the client wants receipts: a channel's name (`email`, `text`), [`RECEIPT_NONE`], or on paper.
    pub const RECEIPT_BY: &str = "receipt_by";
    /// The client wants none.
    pub const RECEIPT_NONE: &str = "none";
    /// Why the client owes no tax; empty for everybody who does.
    pub const EXEMPT_REASON: &str = "exempt_reason";
    /// Of the certificate that says so.
    pub const EXEMPT_NUMBER: &str = "exempt_number";
    /// The last day of it, `YYYY-MM-DD`; empty: it does not end.
    pub const EXEMPT_UNTIL: &str = "exempt_until";
    /// The id of the member of staff who the client is.
    pub const STAFF: &str = "staff";
    /// The postal address, as it is written on an envelope.
    pub const ADDRESS: &str = "address";
    /// `yes`, or empty.
    pub const VIP: &str = "vip";
    /// The id of the stylist that the client would rather have.
    pub const PREFERRED_STYLIST: &str = "preferred_stylist";
    pub const DRINK: &str = "drink";
    /// `yes`: would rather not talk.
    pub const QUIET: &str = "quiet";
}

/// What a card says of its client's taxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExemptCard {
    pub reason: String,
    pub number: String,
    /// The last day, in days since 1970-01-01. None: it does not end.
    pub until_day: Option<i32>,
}

impl ExemptCard {
    /// None where there is nothing, or its last day cannot be read: then tax is owed.
    pub fn of(card: &Card) -> Option<ExemptCard> {
        let reason = card.get(field::EXEMPT_REASON).trim();
        let until = card.get(field::EXEMPT_UNTIL).trim();
        let until_day = match until {
            "" => None,
            day => Some(day_number(day.parse().ok()?)),
        };
        let number = card.get(field::EXEMPT_NUMBER).trim().to_owned();
        (!reason.is_empty()).then(|| ExemptCard { reason: reason.to_owned(), number, until_day })
    }

    pub fn is_valid_on(&self, day: i32) -> bool {
        self.until_day.is_none_or(|until| day <= until)
    }
}

/// The month of a birthday as somebody typed it: `1990-04-01`, `--04-01`, `01.04.1990` or `1.4.`. 1 to 12.
pub fn birthday_month(typed: &str) -> Option<u8> {
    let parts: Vec<&str> = typed.trim().split(['-', '.']).filter(|part| !part.is_empty()).collect();
    let month = match (typed.contains('.'), parts.as_slice()) {
        (true, [_, month, ..]) | (false, [_, month, _] | [month, _]) => month.parse().ok(),
        _ => None,
    };
    month.filter(|month| (1..=12).contains(month))
}

/// One edit: some fields of one card, at one reading of the clock. Immutable, idempotent by `(card, at)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardEdit {
    pub card: CardId,
    pub at: Hlc,
    /// Field → value; an empty value clears the field.
    pub set: BTreeMap<String, String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped {
    pub value: String,
    pub at: Hlc,
}

/// A card as the edits seen so far make it, whatever their order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Card {
    pub fields: BTreeMap<String, Stamped>,
    /// Values that lost to a later one, newest first, per field.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub history: BTreeMap<String, Vec<Stamped>>,
}

impl Card {
    /// Merges one edit: per field the latest reading wins, and the loser goes to the history. Applying edits in any
    /// order, any number of times, gives the same card.
    pub fn apply(&mut self, edit: &CardEdit) {
        for (name, value) in &edit.set {
            let incoming = Stamped { value: value.clone(), at: edit.at };
            let Some(current) = self.fields.get_mut(name) else {
                self.fields.insert(name.clone(), incoming);
                continue;
            };
            let loser = match incoming.at.cmp(&current.at) {
                std::cmp::Ordering::Equal => continue,
                std::cmp::Ordering::Greater => std::mem::replace(current, incoming),
                std::cmp::Ordering::Less => incoming,
            };
            let past = self.history.entry(name.clone()).or_default();
            if let Err(place) = past.binary_search_by(|s| loser.at.cmp(&s.at)) {
                past.insert(place, loser);
            }
        }
    }

    pub fn get(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |s| s.value.as_str())
    }

    pub fn display_name(&self) -> String {
        let name = format!("{} {}", self.get(field::GIVEN_NAME), self.get(field::FAMILY_NAME)).trim().to_owned();
        if name.is_empty() { self.get(field::LEGACY_CODE).to_owned() } else { name }
    }
}

/// Only the digits of a phone number, without an international prefix's leading zeros: what a search compares.
pub fn phone_digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

/// A client card's number as it is compared: without spaces and hyphens, in capitals.
pub fn card_number(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').flat_map(char::to_uppercase).collect()
}

/// Lower case, without the diacritics of Latin script, for search: `Łódź` and `lodz` meet.
pub fn fold_for_search(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        match c {
            'à'..='å' | 'ā' | 'ă' | 'ą' => folded.push('a'),
            'æ' => folded.push_str("ae"),
            'ç' | 'ć' | 'č' | 'ĉ' | 'ċ' => folded.push('c'),
            'ď' | 'đ' | 'ð' => folded.push('d'),
            'è'..='ë' | 'ē' | 'ĕ' | 'ė' | 'ę' | 'ě' => folded.push('e'),
            'ĝ' | 'ğ' | 'ġ' | 'ģ' => folded.push('g'),
            'ĥ' | 'ħ' => folded.push('h'),
            'ì'..='ï' | 'ĩ' | 'ī' | 'ĭ' | 'į' | 'ı' => folded.push('i'),
            'ĵ' => folded.push('j'),
            'ķ' => folded.push('k'),
            'ĺ' | 'ļ' | 'ľ' | 'ł' => folded.push('l'),
            'ñ' | 'ń' | 'ņ' | 'ň' => folded.push('n'),
            'ò'..='ö' | 'ø' | 'ō' | 'ŏ' | 'ő' => folded.push('o'),
            'œ' => folded.push_str("oe"),
            'ŕ' | 'ř' => folded.push('r'),
            'ś' | 'š' | 'ş' | 'ș' | 'ŝ' => folded.push('s'),
            'ß' => folded.push_str("ss"),
            'ţ' | 'ť' | 'ț' => folded.push('t'),
            'ù'..='ü' | 'ũ' | 'ū' | 'ŭ' | 'ů' | 'ű' | 'ų' => folded.push('u'),
            'ŵ' => folded.push('w'),
            'ý' | 'ÿ' | 'ŷ' => folded.push('y'),
            'ź' | 'ž' | 'ż' => folded.push('z'),
            '\u{300}'..='\u{36f}' => {}
            other => folded.push(other),
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::NodeId;
    use proptest::prelude::*;

    fn edit(wall_ms: i64, node: u8, name: &str, value: &str) -> CardEdit {
        CardEdit {
            card: CardId::from_parts(1, [0; 10]),
            at: Hlc { wall_ms, counter: 0, node: NodeId::from_parts(0, [node; 10]) },
            set: BTreeMap::from([(name.to_owned(), value.to_owned())]),
        }
    }

    #[test]
    fn an_exemption_ends_with_its_last_day_and_not_with_a_day_that_cannot_be_read() {
        let card = |until: &str| {
            let set =
                [(field::EXEMPT_REASON, "Embassy"), (field::EXEMPT_NUMBER, " B 117 "), (field::EXEMPT_UNTIL, until)];
            let mut card = Card::default();
            for (name, value) in set {
                card.apply(&edit(1, 1, name, value));
            }
            card
        };
        let exempt = ExemptCard::of(&card("1970-01-11")).unwrap();
        assert_eq!((exempt.number.as_str(), exempt.until_day), ("B 117", Some(10)));
        assert!(exempt.is_valid_on(10) && !exempt.is_valid_on(11));
        assert!(ExemptCard::of(&card("")).unwrap().is_valid_on(i32::MAX));
        assert_eq!(ExemptCard::of(&card("next year")), None);
        assert_eq!(ExemptCard::of(&Card::default()), None);
    }

    #[test]
    fn search_folding() {
        assert_eq!(fold_for_search("Łódź Ñandú ÆØ Straße"), "lodz nandu aeo strasse");
    }

    #[test]
    fn a_birthday_s_month_is_read_as_people_type_it() {
        let table = [
            ("1990-04-01", Some(4)),
            ("--12-24", Some(12)),
            ("04-01", Some(4)),
            ("01.11.1990", Some(11)),
            ("1.4.", Some(4)),
            ("", None),
            ("in spring", None),
            ("1990-13-01", None),
        ];
        for (typed, month) in table {
            assert_eq!(birthday_month(typed), month, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn any_order_and_any_repetition_make_the_same_card(
            picks in prop::collection::vec((0_i64..6, 0_u8..3, 0_usize..2), 1..24),
            seed in any::<u64>(),
        ) {
            let edits: Vec<CardEdit> = picks
                .iter()
                .map(|(ms, node, f)| edit(*ms, *node, ["phone", "email"][*f], &format!("{ms}-{node}")))
                .collect();
            let mut straight = Card::default();
            edits.iter().for_each(|e| straight.apply(e));
            let mut shuffled = edits.clone();
            let mut state = seed | 1;
            for i in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                shuffled.swap(i, (state >> 33) as usize % (i + 1));
            }
            let mut other = Card::default();
            shuffled.iter().chain(edits.iter().take(3)).for_each(|e| other.apply(e));
            prop_assert_eq!(straight, other);
        }
    }
}
