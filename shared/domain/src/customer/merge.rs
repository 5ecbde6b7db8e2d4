//! Cards that a person said are one client's.
//!
//! Nothing is copied and nothing is lost: the card that gives way has a link to the one that is kept
//! (`merged/<kept>` = a [`MergeLink`]), and what the client is shown as is folded from all cards that hang together. Taking
//! the link off is the whole undo. Which cards hang together, and which of them stands for all, follows from the links
//! alone, so that merges made on several devices at once come to the same everywhere.

use super::{Card, Stamped, field, keyed};
use crate::kernel::{CardId, Hlc, Instant};
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Why a card gave way to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeLink {
    pub at: Instant,
    pub by: Uuid,
    /// The fields that are to be read from the card that gave way, although the other has them too.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub take: Vec<String>,
}

/// Cards that hang together, and the one that stands for all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Together {
    pub root: CardId,
    pub cards: BTreeSet<CardId>,
}

/// Gathers the cards that hang together by `links`, each from the card that gave way to the one that was kept. For all of
/// them stands the smallest id of those that gave way to none; where each gave way to another, the smallest of all.
pub fn roots_of(links: &BTreeSet<(CardId, CardId)>) -> Vec<Together> {
    let mut next_to: BTreeMap<CardId, Vec<CardId>> = BTreeMap::new();
    for (from, to) in links.iter().filter(|(from, to)| from != to) {
        next_to.entry(*from).or_default().push(*to);
        next_to.entry(*to).or_default().push(*from);
    }
    let gave_way: BTreeSet<CardId> = links.iter().filter(|(from, to)| from != to).map(|(from, _)| *from).collect();
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for start in next_to.keys() {
        if seen.contains(start) {
            continue;
        }
        let mut cards = BTreeSet::new();
        let mut open = vec![*start];
        while let Some(card) = open.pop() {
            if cards.insert(card) {
                open.extend(next_to.get(&card).into_iter().flatten());
            }
        }
        seen.extend(cards.iter().copied());
        let root = cards.iter().find(|card| !gave_way.contains(card)).or(cards.first());
        if let Some(root) = root.copied() {
            all.push(Together { root, cards });
        }
    }
    all
}

/// The card that is shown for cards that hang together. A field is the root's where the root has it or has cleared it
/// since; else that of the others, by id. What the links say to take comes first, unless the root was edited since.
/// Entries of many (formulas, tags) are all there, the later of two with one key. Whatever gives way is in the history.
pub fn fuse(root: CardId, cards: &BTreeMap<CardId, Card>) -> Card {
    let mut takes: BTreeMap<&str, Vec<(Reverse<Hlc>, CardId)>> = BTreeMap::new();
    let links: Vec<(CardId, Hlc, MergeLink)> = cards
        .iter()
        .filter(|(id, _)| **id != root)
        .flat_map(|(id, card)| {
            let of = card.entries::<MergeLink>(keyed::MERGED).into_iter();
            of.map(|link| (*id, link.at, link.value)).collect::<Vec<_>>()
        })
        .collect();
    for (id, at, link) in &links {
        for name in &link.take {
            takes.entry(name).or_default().push((Reverse(*at), *id));
        }
    }
    let names: BTreeSet<&String> = cards.values().flat_map(|c| c.fields.keys()).collect();
    let mut fused = Card::default();
    for name in names {
        if keyed::parts(name).is_some_and(|(kind, _)| kind == keyed::MERGED) {
            continue;
        }
        let wanted = takes.get_mut(name.as_str()).map_or(&[][..], |wanted| {
            wanted.sort();
            &wanted[..]
        });
        let mut found: Vec<(CardId, &Stamped)> =
            cards.iter().filter_map(|(id, card)| Some((*id, card.fields.get(name)?))).collect();
        // That one of its cards was taken out does not take the client out.
        if name == field::REMOVED {
            found.retain(|(id, _)| *id == root);
        }
        let many = keyed::parts(name).is_some();
        let of_root = cards.get(&root).and_then(|card| card.fields.get(name));
        found.sort_by_key(|(id, s)| {
            let taken = wanted.iter().position(|(link, from)| {
                from == id && !s.value.is_empty() && of_root.is_none_or(|own| own.at < link.0)
            });
            let stale = s.value.is_empty() && !(*id == root && found_before(cards, root, name, s.at));
            let by_time = if many { Reverse(Some(s.at)) } else { Reverse(None) };
            (taken.unwrap_or(usize::MAX), by_time, stale, *id != root, *id)
        });
        let past = cards.values().filter_map(|card| card.history.get(name)).flatten();
        if let Some((_, first)) = found.first() {
            let mut history: Vec<Stamped> = found[1..].iter().map(|(_, s)| (*s).clone()).chain(past.cloned()).collect();
            history.sort_by_key(|s| Reverse(s.at));
            history.dedup();
            fused.fields.insert(name.clone(), (*first).clone());
            if !history.is_empty() {
                fused.history.insert(name.clone(), history);
            }
        }
    }
    fused
}

/// Whether the root cleared a field after every other card's value was written: then it is meant to be empty.
fn found_before(cards: &BTreeMap<CardId, Card>, root: CardId, name: &str, at: Hlc) -> bool {
    cards.iter().filter(|(id, _)| **id != root).filter_map(|(_, card)| card.fields.get(name)).all(|s| s.at < at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customer::CardEdit;
    use crate::kernel::NodeId;
    use proptest::prelude::*;

    fn card_id(n: u8) -> CardId {
        CardId::from_parts(i64::from(n), [n; 10])
    }

    fn hlc(wall_ms: i64, node: u8) -> Hlc {
        Hlc { wall_ms, counter: 0, node: NodeId::from_parts(0, [node; 10]) }
    }

    fn edit(card: u8, at: Hlc, name: &str, value: &str) -> CardEdit {
        CardEdit { card: card_id(card), at, set: BTreeMap::from([(name.to_owned(), value.to_owned())]) }
    }

    fn link(card: u8, to: u8, at: Hlc, take: &[&str]) -> CardEdit {
        let take = take.iter().map(|t| (*t).to_owned()).collect();
        let value = keyed::write(&MergeLink { at: at.instant(), by: Uuid::nil(), take });
        edit(card, at, &keyed::name(keyed::MERGED, card_id(to)), &value)
    }

    fn unlink(card: u8, to: u8, at: Hlc) -> CardEdit {
        edit(card, at, &keyed::name(keyed::MERGED, card_id(to)), "")
    }

    fn cards_of(edits: &[CardEdit]) -> BTreeMap<CardId, Card> {
        let mut cards: BTreeMap<CardId, Card> = BTreeMap::new();
        for edit in edits {
            cards.entry(edit.card).or_default().apply(edit);
        }
        cards
    }

    fn links_of(cards: &BTreeMap<CardId, Card>) -> BTreeSet<(CardId, CardId)> {
        let of = |(id, card): (&CardId, &Card)| {
            let id = *id;
            let to =
                card.entries::<MergeLink>(keyed::MERGED).iter().filter_map(|e| e.key.parse().ok()).collect::<Vec<_>>();
            to.into_iter().map(move |to| (id, to))
        };
        cards.iter().flat_map(of).collect()
    }

    /// Everybody as they are shown: each group once, each card that hangs with no other by itself.
    fn shown(edits: &[CardEdit]) -> BTreeMap<CardId, Card> {
        let cards = cards_of(edits);
        let groups = roots_of(&links_of(&cards));
        let mut shown: BTreeMap<CardId, Card> = BTreeMap::new();
        for group in &groups {
            let of = cards.iter().filter(|(id, _)| group.cards.contains(id)).map(|(id, c)| (*id, c.clone())).collect();
            shown.insert(group.root, fuse(group.root, &of));
        }
        for (id, card) in &cards {
            if !groups.iter().any(|g| g.cards.contains(id)) {
                shown.insert(*id, fuse(*id, &BTreeMap::from([(*id, card.clone())])));
            }
        }
        shown
    }

    #[test]
    fn the_kept_card_s_fields_stay_and_what_it_lacks_comes_from_the_other() {
        let mut edits = vec![
            edit(1, hlc(1, 1), field::PHONE, "111"),
            edit(2, hlc(2, 1), field::PHONE, "222"),
            edit(2, hlc(2, 1), field::EMAIL, "b@example.com"),
            link(2, 1, hlc(3, 1), &[]),
        ];
        let seen = shown(&edits);
        assert_eq!(seen.len(), 1);
        let one = &seen[&card_id(1)];
        assert_eq!((one.get(field::PHONE), one.get(field::EMAIL)), ("111", "b@example.com"));
        assert_eq!(one.history[field::PHONE][0].value, "222", "what gave way can be taken");
        edits[3] = link(2, 1, hlc(3, 1), &[field::PHONE]);
        assert_eq!(shown(&edits)[&card_id(1)].get(field::PHONE), "222");
        edits.push(edit(1, hlc(4, 1), field::PHONE, "333"));
        assert_eq!(shown(&edits)[&card_id(1)].get(field::PHONE), "333", "edited since");
        edits.push(edit(1, hlc(5, 1), field::EMAIL, ""));
        assert_eq!(shown(&edits)[&card_id(1)].get(field::EMAIL), "", "cleared since");
    }

    #[test]
    fn each_into_the_other_at_once_is_one_client_everywhere() {
        let edits = [
            edit(1, hlc(1, 1), "phone", "1"),
            edit(2, hlc(1, 2), "phone", "2"),
            link(1, 2, hlc(2, 1), &[]),
            link(2, 1, hlc(2, 2), &[]),
        ];
        assert_eq!(shown(&edits).keys().collect::<Vec<_>>(), [&card_id(1)]);
    }

    #[derive(Debug, Clone)]
    enum Act {
        Set(u8, u8, String),
        Merge(u8, u8),
        Undo(u8, u8),
    }

    fn act() -> impl Strategy<Value = Act> {
        let card = 1_u8..5;
        prop_oneof![
            (card.clone(), 0_u8..3, "[a-c]{0,1}").prop_map(|(c, f, v)| Act::Set(c, f, v)),
            (card.clone(), card.clone()).prop_map(|(a, b)| Act::Merge(a, b)),
            (card.clone(), card).prop_map(|(a, b)| Act::Undo(a, b)),
        ]
    }

    fn edits_of(acts: &[Act]) -> Vec<CardEdit> {
        let one = |(n, act): (usize, &Act)| {
            // Every device has clock readings of its own; two acts may be at the same millisecond.
            let at = hlc(10 + n as i64 / 2, n as u8 % 3 + 1);
            match act {
                Act::Set(c, f, v) => edit(*c, at, ["phone", "email", "tag/x"][usize::from(*f)], v),
                Act::Merge(a, b) => link(*a, *b, at, &["email"]),
                Act::Undo(a, b) => unlink(*a, *b, at),
            }
        };
        acts.iter().enumerate().map(one).collect()
    }

    proptest! {
        #[test]
        fn merges_come_to_the_same_in_any_order(acts in prop::collection::vec(act(), 0..24), seed in any::<u64>()) {
            let edits = edits_of(&acts);
            let mut shuffled = edits.clone();
            let mut state = seed | 1;
            for i in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                shuffled.swap(i, (state >> 33) as usize % (i + 1));
            }
            let doubled: Vec<CardEdit> = shuffled.iter().chain(shuffled.iter().take(5)).cloned().collect();
            prop_assert_eq!(shown(&edits), shown(&doubled));
        }

        #[test]
        fn a_merge_undone_is_as_before(acts in prop::collection::vec(act(), 0..16), a in 1_u8..5, b in 1_u8..5) {
            let before = edits_of(&acts);
            let linked = links_of(&cards_of(&before)).contains(&(card_id(a), card_id(b)));
            prop_assume!(a != b && !linked);
            let mut after = before.clone();
            // Both cards have to be there to be merged.
            let base = [edit(a, hlc(1, 1), "name", "a"), edit(b, hlc(1, 1), "name", "b")];
            after.extend(base.clone());
            let before = after.clone();
            after.push(link(a, b, hlc(1_000, 1), &["phone"]));
            after.push(unlink(a, b, hlc(1_001, 1)));
            prop_assert_eq!(shown(&before), shown(&after));
        }

        #[test]
        fn nothing_that_was_written_is_lost_by_a_merge(acts in prop::collection::vec(act(), 0..24)) {
            let edits = edits_of(&acts);
            let seen = shown(&edits);
            for e in &edits {
                for (name, value) in e.set.iter().filter(|(n, v)| !n.starts_with("merged/") && !v.is_empty()) {
                    let there = seen.values().any(|card| {
                        card.get(name) == value || card.history.get(name).is_some_and(|h| h.iter().any(|s| s.value == *value))
                    });
                    prop_assert!(there, "{} = {}", name, value);
                }
            }
        }
    }
}
