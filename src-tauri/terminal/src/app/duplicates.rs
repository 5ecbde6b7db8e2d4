//! Cards that may be one person's: found by likeness, merged by a person, and taken apart again.

use super::App;
use salon_contract::window::{
    ClientFileView, Code, DuplicateSideView, DuplicateView, Failure, MergeClients, UnmergeClients,
};
use salon_domain::access::Permission;
use salon_domain::customer::{CardEdit, MergeLink, SURE, field, keyed, likely_pairs};
use salon_domain::kernel::CardId;
use std::collections::BTreeMap;

const FIELDS_MAX: usize = 40;

impl App {
    pub(super) fn duplicates(&self, limit: u16) -> Result<Vec<DuplicateView>, Failure> {
        self.require(Permission::ClientRead)?;
        let faces = self.store.possible_duplicates()?;
        let mut views = Vec::new();
        for (a, b, like) in likely_pairs(&faces, usize::from(limit.clamp(1, 200))) {
            let (a, b) = (self.duplicate_side(a)?, self.duplicate_side(b)?);
            // The one with more behind it is kept; of two alike the older.
            let weight = |side: &DuplicateSideView| (side.visits, side.spent_minor, std::cmp::Reverse(side.card));
            let (keep, other) = if weight(&b) > weight(&a) { (b, a) } else { (a, b) };
            views.push(DuplicateView {
                keep,
                other,
                score: like.score,
                sure: like.score >= SURE,
                reasons: like.reasons,
            });
        }
        Ok(views)
    }

    fn duplicate_side(&self, id: CardId) -> Result<DuplicateSideView, Failure> {
        let card = self.store.card(id)?.ok_or(Code::NotFound)?;
        let text = |name| card.get(name).to_owned();
        Ok(DuplicateSideView {
            card: id,
            name: card.display_name(),
            phone: text(field::PHONE),
            email: text(field::EMAIL),
            birthday: text(field::BIRTHDAY),
            visits: self.store.visit_counts(id)?.0,
            spent_minor: self.store.sales_of_card(id, 0)?.0,
        })
    }

    /// One client of two: a link from the card that gives way, an edit like any other.
    pub(super) fn merge_clients(&self, wanted: &MergeClients) -> Result<ClientFileView, Failure> {
        let user = self.require(Permission::ClientWrite)?;
        if wanted.take.len() > FIELDS_MAX || wanted.take.iter().any(|name| name.is_empty() || name.contains('/')) {
            return Err(Failure::new(Code::BadInput).with("field", "take"));
        }
        let kept = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.done_before::<CardId>(wanted.key)? {
                return Ok(done);
            }
            let (keep, other) = (unit.stands_for(wanted.keep)?, unit.stands_for(wanted.other)?);
            if keep == other || unit.card(keep)?.is_none() || unit.card(other)?.is_none() {
                return Err(Failure::new(Code::BadInput).with("field", "client"));
            }
            let link = MergeLink { at: unit.now(), by: user, take: wanted.take.clone() };
            let set = BTreeMap::from([(keyed::name(keyed::MERGED, keep), keyed::write(&link))]);
            let at = unit.stamp()?;
            unit.edit_card(&CardEdit { card: other, at, set })?;
            unit.mark_done(wanted.key, &keep)?;
            Ok(keep)
        })?;
        self.client_file(kept)
    }

    /// Takes the link off. Answers with the card that had been kept.
    pub(super) fn unmerge_clients(&self, wanted: &UnmergeClients) -> Result<ClientFileView, Failure> {
        self.require(Permission::ClientWrite)?;
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(wanted.key)?.is_some() {
                return Ok(());
            }
            let name = keyed::name(keyed::MERGED, wanted.into);
            let card = unit.card_alone(wanted.card)?.ok_or(Code::NotFound)?;
            if card.get(&name).is_empty() {
                return Err(Code::NotFound.into());
            }
            let at = unit.stamp()?;
            unit.edit_card(&CardEdit { card: wanted.card, at, set: BTreeMap::from([(name, String::new())]) })?;
            unit.mark_done(wanted.key, &true)?;
            Ok(())
        })?;
        self.client_file(wanted.into)
    }
}
