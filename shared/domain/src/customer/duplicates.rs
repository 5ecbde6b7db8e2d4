//! How likely two cards are one person's, and why. Only a person merges them.

use super::{Card, field, fold_for_search, keyed, phone_digits};
use crate::kernel::CardId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What of a card is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuplicateFace {
    pub card: CardId,
    given: String,
    family: String,
    phone: String,
    email: String,
    birthday: String,
    distinct: BTreeSet<CardId>,
}

/// One reason why two cards look like one person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LikenessReason {
    SamePhone,
    SameEmail,
    SameName,
    /// Given and family name the other way round, or a letter apart.
    LikeName,
    SameBirthday,
    /// Speaks against it.
    OtherBirthday,
}

/// In hundredths of "surely the same".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Likeness {
    pub score: u8,
    pub reasons: Vec<LikenessReason>,
}

/// From here on a pair is worth a person's look.
pub const LIKELY: u8 = 50;
/// From here on there is hardly a doubt.
pub const SURE: u8 = 85;
/// A number with fewer digits says nothing: an extension, a typing error.
const DIGITS_MIN: usize = 6;
/// The last digits of two numbers are compared: one may have a country's prefix.
const DIGITS_COMPARED: usize = 9;
/// A phone, an address or a name that more cards have is a household's, a salon's or a placeholder: nobody wants all its
/// pairs.
const BLOCK_MAX: usize = 12;

impl DuplicateFace {
    /// None of a card that was taken out, or that says nothing of anybody.
    pub fn of(card: CardId, of: &Card) -> Option<DuplicateFace> {
        if !of.get(field::REMOVED).is_empty() {
            return None;
        }
        let folded = |name| words(of.get(name)).join(" ");
        let distinct = of.entries::<bool>(keyed::DISTINCT).iter().filter_map(|e| e.key.parse().ok()).collect();
        let face = DuplicateFace {
            card,
            given: folded(field::GIVEN_NAME),
            family: folded(field::FAMILY_NAME),
            phone: last_digits(of.get(field::PHONE)),
            email: folded(field::EMAIL),
            birthday: of.get(field::BIRTHDAY).trim().to_owned(),
            distinct,
        };
        (!face.name().trim().is_empty() || !face.phone.is_empty() || !face.email.is_empty()).then_some(face)
    }

    fn name(&self) -> String {
        format!("{} {}", self.given, self.family)
    }

    /// The same for a name in either order.
    fn name_key(&self) -> String {
        in_order(&self.name())
    }
}

fn words(text: &str) -> Vec<String> {
    fold_for_search(text).split_whitespace().map(str::to_owned).collect()
}

fn in_order(name: &str) -> String {
    let mut words = words(name);
    words.sort_unstable();
    words.join(" ")
}

fn last_digits(phone: &str) -> String {
    let digits = phone_digits(phone);
    if digits.len() < DIGITS_MIN {
        return String::new();
    }
    digits[digits.len().saturating_sub(DIGITS_COMPARED)..].to_owned()
}

/// What a card shares with another that is worth comparing: its number, its address, its name in any order. Those that
/// say nothing are left out.
pub fn block_keys(name: &str, phone: &str, email: &str) -> Vec<String> {
    let keys = [("p", last_digits(phone)), ("e", words(email).join(" ")), ("n", in_order(name))];
    keys.into_iter().filter(|(_, key)| !key.is_empty()).map(|(kind, key)| format!("{kind}{key}")).collect()
}

/// Whether a key that so many cards share makes pairs of them.
pub fn may_be_a_pair(shared_by: usize) -> bool {
    (2..=BLOCK_MAX).contains(&shared_by)
}

/// Whether one letter more, less or other makes one of the other.
fn a_letter_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a.len().min(b.len()) < 4 {
        return false;
    }
    let same = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    same + tail + 1 >= a.len().max(b.len())
}

/// How alike two cards are; none where a person said that they are not one's.
pub fn likeness(a: &DuplicateFace, b: &DuplicateFace) -> Option<Likeness> {
    if a.distinct.contains(&b.card) || b.distinct.contains(&a.card) {
        return None;
    }
    let mut reasons = Vec::new();
    let both = |x: &str, y: &str| !x.is_empty() && x == y;
    if both(&a.phone, &b.phone) {
        reasons.push(LikenessReason::SamePhone);
    }
    if both(&a.email, &b.email) {
        reasons.push(LikenessReason::SameEmail);
    }
    let whole = |f: &DuplicateFace| !f.given.is_empty() && !f.family.is_empty();
    if whole(a) && whole(b) {
        let (one, other) = (a.name(), b.name());
        if one == other {
            reasons.push(LikenessReason::SameName);
        } else if a.name_key() == b.name_key() || a_letter_apart(&one, &other) {
            reasons.push(LikenessReason::LikeName);
        }
    }
    if both(&a.birthday, &b.birthday) {
        reasons.push(LikenessReason::SameBirthday);
    } else if !a.birthday.is_empty() && !b.birthday.is_empty() {
        reasons.push(LikenessReason::OtherBirthday);
    }
    let points = |reason: &LikenessReason| match reason {
        LikenessReason::SamePhone => 40,
        LikenessReason::SameEmail => 45,
        LikenessReason::SameName => 45,
        LikenessReason::LikeName => 30,
        LikenessReason::SameBirthday => 20,
        LikenessReason::OtherBirthday => -25,
    };
    let score: i32 = reasons.iter().map(points).sum();
    Some(Likeness { score: u8::try_from(score.clamp(0, 100)).unwrap_or(0), reasons })
}

/// The pairs among many cards that are worth a look, the likeliest first. Only cards that share a phone, an address or a
/// name are compared: a few passes over a hundred thousand cards instead of their square.
pub fn likely_pairs(faces: &[DuplicateFace], limit: usize) -> Vec<(CardId, CardId, Likeness)> {
    let mut blocks: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (ix, face) in faces.iter().enumerate() {
        for key in block_keys(&face.name(), &face.phone, &face.email) {
            blocks.entry(key).or_default().push(ix);
        }
    }
    let mut pairs: BTreeMap<(CardId, CardId), Likeness> = BTreeMap::new();
    for block in blocks.values().filter(|b| may_be_a_pair(b.len())) {
        for (at, one) in block.iter().enumerate() {
            for other in &block[at + 1..] {
                let (one, other) = (&faces[*one], &faces[*other]);
                let pair = (one.card.min(other.card), one.card.max(other.card));
                if !pairs.contains_key(&pair)
                    && let Some(like) = likeness(one, other).filter(|l| l.score >= LIKELY)
                {
                    pairs.insert(pair, like);
                }
            }
        }
    }
    let mut found: Vec<_> = pairs.into_iter().map(|((a, b), like)| (a, b, like)).collect();
    found.sort_by_key(|(a, b, like)| (std::cmp::Reverse(like.score), *a, *b));
    found.truncate(limit);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::Stamped;
    use crate::kernel::{Hlc, NodeId};

    fn face(n: u8, fields: &[(&str, &str)]) -> DuplicateFace {
        let at = Hlc { wall_ms: 1, counter: 0, node: NodeId::from_parts(0, [1; 10]) };
        let mut card = Card::default();
        for (name, value) in fields {
            card.fields.insert((*name).to_owned(), Stamped { value: (*value).to_owned(), at });
        }
        DuplicateFace::of(CardId::from_parts(i64::from(n), [n; 10]), &card).unwrap()
    }

    #[test]
    fn what_is_alike_scores_and_says_why() {
        let anna = face(1, &[("given_name", "Anna"), ("family_name", "Łęcka"), ("phone", "+49 30 123 45 67")]);
        let same = face(2, &[("given_name", "ANNA"), ("family_name", "Lecka"), ("phone", "030 1234567")]);
        let like = likeness(&anna, &same).unwrap();
        assert_eq!(like.reasons, [LikenessReason::SamePhone, LikenessReason::SameName]);
        assert!(like.score >= SURE, "{}", like.score);
        let turned = face(3, &[("given_name", "Lecka"), ("family_name", "Anna"), ("birthday", "1990-01-02")]);
        assert_eq!(likeness(&anna, &turned).unwrap().reasons, [LikenessReason::LikeName]);
        let typo = face(4, &[("given_name", "Anna"), ("family_name", "Leckaa"), ("birthday", "1991-01-02")]);
        let against = likeness(&typo, &turned).unwrap();
        assert!(against.score < LIKELY, "{against:?}");
        let mother = face(5, &[("given_name", "Zofia"), ("family_name", "Lecka"), ("phone", "0301234567")]);
        assert!(likeness(&anna, &mother).unwrap().score < LIKELY, "one phone in the family");
    }

    #[test]
    fn pairs_are_found_once_best_first_and_not_when_a_person_said_no() {
        let anna =
            [("given_name", "Anna"), ("family_name", "Lecka"), ("phone", "0301234567"), ("email", "a@example.com")];
        let faces = [face(1, &anna), face(2, &anna), face(3, &anna[..2]), face(4, &[("family_name", "Other")])];
        let pairs = likely_pairs(&faces, 10);
        assert_eq!(pairs.len(), 1, "a name alone is not enough: {pairs:?}");
        assert_eq!(pairs[0].2.score, 100);
        let not = keyed::name(keyed::DISTINCT, faces[0].card);
        let said_no = face(2, &[&anna[..], &[(not.as_str(), "true")]].concat());
        assert_eq!(likely_pairs(&[faces[0].clone(), said_no], 10), []);
        let many: Vec<_> = (1..=20).map(|n| face(n, &[("phone", "0301234567"), ("email", "a@example.com")])).collect();
        assert_eq!(likely_pairs(&many, 10), [], "a placeholder is nobody");
    }
}
