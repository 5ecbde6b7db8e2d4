//! Client cards and search.

use super::App;
use crate::store::{CardHit, SaleSummary};
use salon_contract::window::{ClientRow, ClientView, Code, Failure, SaleRow, SearchView};
use salon_domain::access::Permission;
use salon_domain::customer::{CardEdit, field, fold_for_search, keyed};
use salon_domain::event::{CardRegistered, Happening};
use salon_domain::kernel::{CardId, day_from_number};
use std::collections::BTreeMap;
use uuid::Uuid;

impl App {
    pub fn search(&self, text: &str, limit: u16) -> Result<SearchView, Failure> {
        self.require(Permission::ClientRead)?;
        let limit = usize::from(limit.clamp(1, 100));
        let catalog = self.catalog()?;
        let words: Vec<String> = fold_for_search(text).split_whitespace().map(str::to_owned).collect();
        let fits = |parts: &[&str]| {
            let folded = fold_for_search(&parts.join(" "));
            !words.is_empty() && words.iter().all(|w| folded.contains(w.as_str()))
        };
        let hits = self.store.search_cards(text, limit)?;
        let services = catalog
            .services
            .values()
            .filter(|s| s.active && fits(&[&s.name, &s.code, &s.category]))
            .take(limit)
            .cloned()
            .collect();
        let products = catalog
            .products
            .values()
            .filter(|p| p.active && fits(&[&p.name, &p.brand, &p.sku, &p.barcode]))
            .take(limit)
            .cloned()
            .collect();
        let number = text.trim().trim_start_matches('#').parse::<u64>().ok();
        let receipts = match number {
            Some(number) => self.store.sale_by_number(number)?.into_iter().collect(),
            None => Vec::new(),
        };
        Ok(SearchView {
            clients: hits.iter().map(|h| self.client_row(h)).collect::<Result<_, _>>()?,
            services,
            products,
            receipts: self.sale_rows(&receipts)?,
        })
    }

    fn client_row(&self, hit: &CardHit) -> Result<ClientRow, Failure> {
        let last = self.store.last_visit(hit.id)?;
        Ok(ClientRow {
            card: hit.id,
            name: hit.name.clone(),
            phone: hit.phone.clone(),
            email: hit.email.clone(),
            last_visit: last.and_then(|day| day_from_number(day).ok()).map(|d| d.to_string()),
        })
    }

    pub(super) fn sale_rows(&self, sales: &[SaleSummary]) -> Result<Vec<SaleRow>, Failure> {
        let catalog = self.catalog()?;
        sales
            .iter()
            .map(|s| {
                Ok(SaleRow {
                    ticket: s.ticket,
                    number: s.number,
                    date: day_from_number(s.day).map(|d| d.to_string()).unwrap_or_default(),
                    minute: catalog.minute(s.at),
                    client_name: self.client_name(s.card)?,
                    total_minor: s.total_minor,
                    tender: s.tender.clone(),
                    follows: s.follows,
                    here: s.own,
                })
            })
            .collect()
    }

    pub(super) fn client_name(&self, card: Option<CardId>) -> Result<String, Failure> {
        let Some(card) = card else { return Ok(String::new()) };
        Ok(self.store.card(card)?.map_or_else(String::new, |c| c.display_name()))
    }

    pub(super) fn client(&self, id: CardId) -> Result<ClientView, Failure> {
        self.require(Permission::ClientRead)?;
        let card = self.store.card(id)?.ok_or(Code::NotFound)?;
        let id = self.store.stands_for(id)?;
        let (visits, no_shows) = self.store.visit_counts(id)?;
        let (spent_minor, sales) = self.store.sales_of_card(id, 20)?;
        // What a card has many of is in its file.
        let plain = |name: &str| keyed::parts(name).is_none();
        let past = |(name, values): (&String, &Vec<salon_domain::customer::Stamped>)| {
            (name.clone(), values.iter().map(|s| s.value.clone()).collect())
        };
        Ok(ClientView {
            card: id,
            name: card.display_name(),
            history: card.history.iter().filter(|(name, _)| plain(name)).map(past).collect(),
            fields: card.fields.into_iter().filter(|(name, _)| plain(name)).map(|(name, s)| (name, s.value)).collect(),
            visits,
            no_shows,
            spent_minor,
            credit_minor: self.accounts_of(id)?.iter().map(|account| account.balance_minor()).sum(),
            appointments: self.appointments_of(&self.store.bookings_of(id, 20)?)?,
            sales: self.sale_rows(&sales)?,
        })
    }

    pub fn save_client(
        &self,
        key: Uuid,
        card: Option<CardId>,
        set: &BTreeMap<String, String>,
    ) -> Result<ClientView, Failure> {
        let user = self.require(Permission::ClientWrite)?;
        let set: BTreeMap<String, String> = set.iter().map(|(k, v)| (k.clone(), v.trim().to_owned())).collect();
        if let Some((name, _)) =
            set.iter().find(|(k, v)| k.is_empty() || k.contains('/') || k.len() > 64 || v.len() > 4_000)
        {
            return Err(Failure::new(Code::BadInput).with("field", name));
        }
        let named = [field::GIVEN_NAME, field::FAMILY_NAME].iter().any(|f| set.get(*f).is_some_and(|v| !v.is_empty()));
        if card.is_none() && !named {
            return Err(Failure::new(Code::BadInput).with("field", field::FAMILY_NAME));
        }
        self.check_standing(card, &set)?;
        let id: CardId = self.store.write::<_, Failure>(|unit| {
            if let Some(done) = unit.done_before(key)? {
                return Ok(done);
            }
            let id: CardId = match card {
                Some(card) => unit.stands_for(card)?,
                None => unit.id(),
            };
            let at = unit.stamp()?;
            unit.edit_card(&CardEdit { card: id, at, set })?;
            if card.is_none() {
                unit.journal(id.uuid(), Happening::CustomerRegistered(CardRegistered { card: id }), user, key)?;
            }
            unit.mark_done(key, &id)?;
            Ok(id)
        })?;
        self.client(id)
    }
}
