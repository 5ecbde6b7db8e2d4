//! The client's card beyond its plain fields: what is on it, and each change of it as an edit of its own.

use super::catalog::parse_date;
use super::till::date_text;
use super::{App, Catalog};
use crate::store::Unit;
use salon_contract::window::{
    ChangeClient, ClientAct, ClientBriefView, ClientFileView, Code, ConsentView, Failure, FamilyView, FieldHistoryView,
    FormulaView, MergedView, NoteView, PastValueView, PatchTestView, TagView, WaivedView,
};
use salon_domain::access::Permission;
use salon_domain::booking::Booking;
use salon_domain::customer::{
    Card, CardEdit, Channel, ClientNote, Consent, FamilyTie, Formula, FormulaResult, PatchReading, PatchResult,
    PatchTest, PatchTestAs, Tag, field, fold_for_search, keyed,
};
use salon_domain::kernel::{BookingId, CardId, EventId, Instant, day_number};
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use uuid::Uuid;

/// Characters of a note, and of any shorter text.
const NOTE_MAX: usize = 2_000;
const TEXT_MAX: usize = 200;

impl App {
    pub(super) fn client_file(&self, card: CardId) -> Result<ClientFileView, Failure> {
        self.require(Permission::ClientRead)?;
        let catalog = self.catalog()?;
        let of = self.store.card(card)?.ok_or(Code::NotFound)?;
        let card = self.store.stands_for(card)?;
        let mut tests: Vec<PatchTestView> = of.patch_tests().iter().map(|test| test_view(&catalog, test)).collect();
        tests.reverse();
        Ok(ClientFileView {
            card,
            patch_tests: tests,
            formulas: formulas(&catalog, &of),
            notes: notes(&catalog, &of),
            consents: consents(&catalog, &of),
            tags: of
                .entries::<Tag>(keyed::TAG)
                .into_iter()
                .map(|e| TagView { key: e.key.to_owned(), label: e.value.label })
                .collect(),
            family: self.family(card, &of)?,
            history: history(&catalog, &of),
            merged: self.merged(&catalog, card)?,
        })
    }

    fn family(&self, me: CardId, of: &Card) -> Result<Vec<FamilyView>, Failure> {
        let mut family: Vec<FamilyView> = Vec::new();
        for tie in of.entries::<FamilyTie>(keyed::FAMILY) {
            let Ok(other) = tie.key.parse::<CardId>() else { continue };
            let other = self.store.stands_for(other)?;
            if other == me || family.iter().any(|known| known.card == other) {
                continue;
            }
            let name = self.client_name(Some(other))?;
            family.push(FamilyView { card: other, name, relation: tie.value.relation });
        }
        Ok(family)
    }

    fn merged(&self, catalog: &Catalog, card: CardId) -> Result<Vec<MergedView>, Failure> {
        let mut views = Vec::new();
        for (gone, into, link) in self.store.merges_of(card)? {
            views.push(MergedView {
                card: gone,
                into,
                name: self.store.card_alone(gone)?.map_or_else(String::new, |c| c.display_name()),
                date: catalog.today(link.at)?.to_string(),
                by: catalog.person_name(link.by),
            });
        }
        Ok(views)
    }

    /// What is needed of a client at the chair, or before it.
    pub(super) fn client_brief(
        &self,
        card: Option<CardId>,
        booking: Option<BookingId>,
    ) -> Result<ClientBriefView, Failure> {
        self.require(Permission::ClientRead)?;
        let catalog = self.catalog()?;
        let card = card.map(|card| self.store.stands_for(card)).transpose()?;
        let of = match card {
            Some(card) => self.store.card(card)?.ok_or(Code::NotFound)?,
            None => Card::default(),
        };
        let booking = booking.map(|id| self.store.booking(id)).transpose()?.flatten().map(|row| row.booking);
        let stylist =
            of.get(field::PREFERRED_STYLIST).parse().map_or_else(|_| String::new(), |id| catalog.person_name(id));
        Ok(ClientBriefView {
            card,
            allergy: of.get(field::ALLERGY).to_owned(),
            vip: !of.get(field::VIP).is_empty(),
            quiet: !of.get(field::QUIET).is_empty(),
            drink: of.get(field::DRINK).to_owned(),
            preferred_stylist: stylist,
            formula: last_formula(formulas(&catalog, &of), booking.as_ref()),
            last_note: notes(&catalog, &of).into_iter().next(),
            patch: booking.as_ref().map(|b| self.patch_view(&catalog, b)).transpose()?.unwrap_or_default(),
            waived: booking.as_ref().map(|b| waivers(&catalog, b)).unwrap_or_default(),
        })
    }

    pub(super) fn change_client(&self, wanted: &ChangeClient) -> Result<ClientFileView, Failure> {
        let user = self.require(Permission::ClientWrite)?;
        let catalog = self.catalog()?;
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(wanted.key)?.is_some() {
                return Ok(());
            }
            let card = unit.stands_for(wanted.card)?;
            let of = unit.card(card)?.ok_or(Code::NotFound)?;
            let change = Change { catalog: &catalog, card, of: &of, user, now: unit.now() };
            for (card, name, value) in change.fields(unit, &wanted.what)? {
                let at = unit.stamp()?;
                unit.edit_card(&CardEdit { card, at, set: BTreeMap::from([(name, value)]) })?;
            }
            unit.mark_done(wanted.key, &true)?;
            Ok(())
        })?;
        self.client_file(wanted.card)
    }
}

/// One change of a card, on its way to be edits.
struct Change<'a> {
    catalog: &'a Catalog,
    card: CardId,
    of: &'a Card,
    user: Uuid,
    now: Instant,
}

type Field = (CardId, String, String);

fn bad(field: &str) -> Failure {
    Failure::new(Code::BadInput).with("field", field)
}

fn text(of: &str, max: usize, field: &str) -> Result<String, Failure> {
    let text = of.trim();
    if text.is_empty() || text.chars().count() > max { Err(bad(field)) } else { Ok(text.to_owned()) }
}

impl Change<'_> {
    fn one(&self, kind: &str, key: impl std::fmt::Display, value: &impl Serialize) -> Vec<Field> {
        vec![(self.card, keyed::name(kind, key), keyed::write(value))]
    }

    /// A field on each card of the client that has the entry which it is about, so that it stays with it should the
    /// cards be taken apart.
    fn beside(
        &self,
        unit: &Unit<'_>,
        kind: &str,
        key: impl std::fmt::Display,
        (of, value): (&str, String),
    ) -> Result<Vec<Field>, Failure> {
        let entry = keyed::name(kind, &key);
        let mut fields = Vec::new();
        for card in unit.cards_of_client(self.card)? {
            if unit.card_alone(card)?.is_some_and(|card| !card.get(&entry).is_empty()) {
                fields.push((card, keyed::name(of, &key), value.clone()));
            }
        }
        Ok(fields)
    }

    fn fields(&self, unit: &mut Unit<'_>, what: &ClientAct) -> Result<Vec<Field>, Failure> {
        let (at, by) = (self.now, self.user);
        Ok(match what {
            ClientAct::PatchTest { kind, date, minute, result, note } => {
                self.patch_test(unit, (kind, note), (date, *minute), *result)?
            }
            ClientAct::ReadPatchTest { test, result } => {
                self.of.entry::<PatchTest>(keyed::PATCH_TEST, test).ok_or(Code::NotFound)?;
                let reading = PatchReading { result: *result, at, by };
                self.beside(unit, keyed::PATCH_TEST, test, (keyed::PATCH_READING, keyed::write(&reading)))?
            }
            ClientAct::Formula { formula } => {
                let formula = self.formula(formula)?;
                self.one(keyed::FORMULA, fresh(unit), &formula)
            }
            ClientAct::FormulaResult { formula, text: said } => {
                self.of.entry::<Formula>(keyed::FORMULA, formula).ok_or(Code::NotFound)?;
                let text = text(said, NOTE_MAX, "result")?;
                let result = keyed::write(&FormulaResult { text, at, by });
                self.beside(unit, keyed::FORMULA, formula, (keyed::FORMULA_RESULT, result))?
            }
            ClientAct::Note { text: said } => {
                let text = text(said, NOTE_MAX, "note")?;
                self.one(keyed::NOTE, fresh(unit), &ClientNote { text, at, by })
            }
            ClientAct::Consent { channel, given, how } => {
                let consent = Consent { given: *given, how: text(how, TEXT_MAX, "how")?, at, by };
                self.consent(*channel, &consent)
            }
            ClientAct::Tag { label } => {
                let label = text(label, 40, "tag")?;
                self.one(keyed::TAG, fold_for_search(&label), &Tag { label })
            }
            ClientAct::Untag { key } => self.beside(unit, keyed::TAG, key, (keyed::TAG, String::new()))?,
            ClientAct::Relate { other, relation, back } => self.relate(unit, *other, relation, back)?,
            ClientAct::Unrelate { other } => self.unrelate(unit, *other)?,
            ClientAct::Distinct { other } => self.one(keyed::DISTINCT, unit.stands_for(*other)?, &true),
        })
    }

    fn patch_test(
        &self,
        unit: &mut Unit<'_>,
        (kind, note): (&str, &str),
        (date, minute): (&str, u16),
        result: PatchResult,
    ) -> Result<Vec<Field>, Failure> {
        let date = parse_date(date)?;
        let made = self.catalog.zone.at_minute(date, minute).map_err(super::time_failure)?;
        if made > self.now {
            return Err(bad("date"));
        }
        if note.chars().count() > NOTE_MAX {
            return Err(bad("note"));
        }
        let id = fresh(unit);
        let test = PatchTest {
            kind: text(kind, 60, "kind")?,
            at: made,
            day: day_number(date),
            by: self.user,
            note: note.trim().to_owned(),
        };
        let mut fields = self.one(keyed::PATCH_TEST, id, &test);
        if result != PatchResult::Unread {
            let reading = PatchReading { result, at: self.now, by: self.user };
            fields.extend(self.one(keyed::PATCH_READING, id, &reading));
        }
        Ok(fields)
    }

    /// As it was mixed, without spaces around what was typed.
    fn formula(&self, given: &Formula) -> Result<Formula, Failure> {
        given.check().map_err(|error| bad("formula").with("detail", error))?;
        let mut formula = given.clone();
        formula.note = formula.note.trim().to_owned();
        for bowl in &mut formula.bowls {
            bowl.zone = bowl.zone.trim().to_owned();
            for part in &mut bowl.parts {
                part.name = part.name.trim().to_owned();
            }
        }
        Ok(formula)
    }

    /// With the plain field that earlier versions and the reminders read.
    fn consent(&self, channel: Channel, consent: &Consent) -> Vec<Field> {
        let mut fields = self.one(keyed::CONSENT, channel.name(), consent);
        let plain = match channel {
            Channel::Email => Some(field::MARKETING_EMAIL),
            Channel::Text => Some(field::MARKETING_SMS),
            Channel::Phone | Channel::Post => None,
        };
        let said = if consent.given { "yes" } else { "no" };
        fields.extend(plain.map(|name| (self.card, name.to_owned(), said.to_owned())));
        fields
    }

    fn relate(&self, unit: &Unit<'_>, other: CardId, relation: &str, back: &str) -> Result<Vec<Field>, Failure> {
        let other = unit.stands_for(other)?;
        if other == self.card || unit.card(other)?.is_none() {
            return Err(bad("client"));
        }
        let tie = |relation: &str| -> Result<String, Failure> {
            let relation = text(relation, 60, "relation")?;
            Ok(keyed::write(&FamilyTie { relation, at: self.now, by: self.user }))
        };
        Ok(vec![
            (self.card, keyed::name(keyed::FAMILY, other), tie(relation)?),
            (other, keyed::name(keyed::FAMILY, self.card), tie(back)?),
        ])
    }

    /// Takes the tie off all the cards that the two clients have.
    fn unrelate(&self, unit: &Unit<'_>, other: CardId) -> Result<Vec<Field>, Failure> {
        let (mine, theirs) = (unit.cards_of_client(self.card)?, unit.cards_of_client(other)?);
        let mut fields = Vec::new();
        for (from, to) in mine.iter().flat_map(|a| theirs.iter().flat_map(move |b| [(*a, *b), (*b, *a)])) {
            let name = keyed::name(keyed::FAMILY, to);
            if unit.card_alone(from)?.is_some_and(|card| !card.get(&name).is_empty()) {
                fields.push((from, name, String::new()));
            }
        }
        Ok(fields)
    }
}

fn fresh(unit: &mut Unit<'_>) -> Uuid {
    let id: EventId = unit.id();
    id.uuid()
}

fn when(catalog: &Catalog, at: Instant) -> (String, u16) {
    (catalog.today(at).map(|date| date.to_string()).unwrap_or_default(), catalog.minute(at))
}

fn test_view(catalog: &Catalog, test: &PatchTestAs) -> PatchTestView {
    let read = test.reading.as_ref();
    PatchTestView {
        id: test.id,
        kind: test.test.kind.clone(),
        date: date_text(test.test.day),
        minute: catalog.minute(test.test.at),
        by: catalog.person_name(test.test.by),
        note: test.test.note.clone(),
        result: test.result,
        read_by: read.map_or_else(String::new, |r| catalog.person_name(r.by)),
        read_date: read.map_or_else(String::new, |r| when(catalog, r.at).0),
    }
}

/// Newest first: by day, and on one day by when they were written.
fn formulas(catalog: &Catalog, of: &Card) -> Vec<FormulaView> {
    let mut found = of.entries::<Formula>(keyed::FORMULA);
    found.sort_by_key(|e| Reverse((e.value.day, e.at)));
    let view = |e: keyed::Entry<'_, Formula>| {
        let service = e.value.service.and_then(|id| catalog.services.get(&id));
        let result: Option<FormulaResult> = of.entry(keyed::FORMULA_RESULT, e.key);
        Some(FormulaView {
            id: e.key.parse().ok()?,
            date: date_text(e.value.day),
            service_name: service.map_or_else(String::new, |s| s.name.clone()),
            staff_name: catalog.person_name(e.value.staff.uuid()),
            result: result.map_or_else(String::new, |r| r.text),
            formula: e.value,
        })
    };
    found.into_iter().filter_map(view).collect()
}

/// The last one of a service of the booking; where there is none, the last one.
fn last_formula(formulas: Vec<FormulaView>, booking: Option<&Booking>) -> Option<FormulaView> {
    let of_visit = |f: &FormulaView| {
        let service = f.formula.service;
        service.is_some() && booking.is_some_and(|b| b.parts.iter().any(|p| Some(p.claim.service) == service))
    };
    let at = formulas.iter().position(of_visit).unwrap_or(0);
    formulas.into_iter().nth(at)
}

fn notes(catalog: &Catalog, of: &Card) -> Vec<NoteView> {
    let mut found = of.entries::<ClientNote>(keyed::NOTE);
    found.sort_by_key(|e| Reverse(e.at));
    let view = |e: keyed::Entry<'_, ClientNote>| {
        let (date, minute) = when(catalog, e.value.at);
        let by = catalog.person_name(e.value.by);
        Some(NoteView { id: e.key.parse().ok()?, text: e.value.text, date, minute, by })
    };
    found.into_iter().filter_map(view).collect()
}

fn consents(catalog: &Catalog, of: &Card) -> Vec<ConsentView> {
    let view = |channel: Channel| {
        let consent: Consent = of.entry(keyed::CONSENT, channel.name())?;
        let date = when(catalog, consent.at).0;
        Some(ConsentView { channel, given: consent.given, how: consent.how, date, by: catalog.person_name(consent.by) })
    };
    Channel::ALL.into_iter().filter_map(view).collect()
}

/// Plain fields only: of what a card has many of, each is there by itself.
fn history(catalog: &Catalog, of: &Card) -> Vec<FieldHistoryView> {
    let mut found: Vec<_> =
        of.history.iter().filter(|(name, past)| keyed::parts(name).is_none() && !past.is_empty()).collect();
    found.sort_by_key(|(_, past)| Reverse(past.first().map(|s| s.at)));
    let view = |(name, past): (&String, &Vec<salon_domain::customer::Stamped>)| {
        let value = of.get(name).to_owned();
        let other = past.iter().filter(|s| s.value != value);
        let past = other.map(|s| {
            let (date, minute) = when(catalog, s.at.instant());
            let till = catalog.devices.get(&s.at.node.uuid()).cloned().unwrap_or_default();
            PastValueView { value: s.value.clone(), date, minute, till }
        });
        FieldHistoryView { field: name.clone(), value: value.clone(), past: past.collect() }
    };
    found.into_iter().map(view).filter(|h| !h.past.is_empty()).collect()
}

fn waivers(catalog: &Catalog, booking: &Booking) -> Vec<WaivedView> {
    let view = |w: &salon_domain::booking::Waiver| {
        let (date, minute) = when(catalog, w.at.instant());
        WaivedView {
            service_name: catalog.services.get(&w.service).map_or_else(String::new, |s| s.name.clone()),
            kind: w.kind.clone(),
            stage: w.stage,
            reason: w.reason.clone(),
            date,
            minute,
            by: catalog.person_name(w.by),
        }
    };
    booking.waivers.iter().map(view).collect()
}
