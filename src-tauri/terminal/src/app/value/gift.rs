//! Gift cards: what one is worth here and now, a new one's number, the tender that one is, and which were overdrawn.

use crate::app::till::date_text;
use crate::app::{App, Catalog};
use salon_contract::window::{Code, Failure, GiftCardView, OverdraftView, ValueMoveKind, ValueMoveView};
use salon_domain::access::Permission;
use salon_domain::kernel::{MovementId, PartId, TicketId, day_number};
use salon_domain::payment::{Sale, Tender, TenderKind, refund_of};
use salon_domain::value::{
    GiftCard, GiftChange, GiftCode, GiftMoved, GiftPurse, movement_of_tender, offline_allowance,
};
use std::collections::BTreeMap;
use uuid::Uuid;

const MOVES_MAX: usize = 20;

impl App {
    pub(in crate::app) fn look_up_gift_card(&self, text: &str) -> Result<GiftCardView, Failure> {
        self.require(Permission::Sell)?;
        let code = GiftCode::parse(text).map_err(|_| Failure::from(Code::GiftCodeWrong))?;
        self.gift_card_view(&code)
    }

    /// A number that no card here has.
    pub(in crate::app) fn new_gift_card(&self) -> Result<GiftCardView, Failure> {
        self.require(Permission::Sell)?;
        loop {
            let mut random = [0_u8; 8];
            getrandom::fill(&mut random).map_err(|error| Failure::new(Code::Internal).with("detail", error))?;
            let view = self.gift_card_view(&GiftCode::drawn(u64::from_le_bytes(random)))?;
            if view.moves.is_empty() {
                return Ok(view);
            }
        }
    }

    pub(in crate::app) fn gift_card_view(&self, code: &GiftCode) -> Result<GiftCardView, Failure> {
        let catalog = self.catalog()?;
        let day = day_number(catalog.today(self.clock.now())?);
        let card = self.gift_card(&catalog, code)?;
        let balance_minor = card.balance_minor(day);
        let usable_minor = match self.is_alone() {
            true => {
                let max = catalog.branch.stored_value.offline_minor_max;
                offline_allowance(max, self.store.redeemed_unsent()?, balance_minor)
            }
            false => balance_minor.max(0),
        };
        Ok(GiftCardView {
            code: code.clone(),
            masked: code.masked(),
            known: card.is_known(),
            currency: catalog.branch.currency,
            balance_minor,
            usable_minor,
            expires: card.expires_day().map(date_text),
            moves: card.movements().iter().rev().take(MOVES_MAX).map(|moved| move_view(&catalog, moved)).collect(),
        })
    }

    pub(in crate::app) fn gift_card(&self, catalog: &Catalog, code: &GiftCode) -> Result<GiftCard, Failure> {
        let purse = GiftPurse { code: code.clone(), currency: catalog.branch.currency };
        Ok(self.store.gift_card(&purse)?)
    }

    /// The tender that takes `amount_minor` from a card. `is_all`: it sells the ticket; else it is a part, entered under
    /// `key`. Whether there is as much is checked in the transaction that takes it.
    pub(in crate::app) fn gift_tender(
        &self,
        ticket: TicketId,
        code: &GiftCode,
        amount_minor: i64,
        is_all: bool,
        key: Uuid,
    ) -> Result<TenderKind, Failure> {
        if amount_minor <= 0 {
            return Err(Failure::new(Code::BadInput).with("field", "total"));
        }
        let movement: MovementId = match is_all {
            true => {
                let parts = self.store.open_ticket(ticket)?.map_or(0, |open| open.parts.len());
                movement_of_tender(ticket, u32::try_from(parts).unwrap_or(u32::MAX))
            }
            // Two tills may take parts of one ticket at once: each has its own command, and each counts.
            false => PartId::from_uuid(key).derive(b"value/part"),
        };
        self.gift_tender_as(code, movement, amount_minor, 0)
    }

    /// Negative amounts go back onto the card; `before_minor` does already, with another tender of the same refund.
    fn gift_tender_as(
        &self,
        code: &GiftCode,
        movement: MovementId,
        amount_minor: i64,
        before_minor: i64,
    ) -> Result<TenderKind, Failure> {
        let catalog = self.catalog()?;
        let day = day_number(catalog.today(self.clock.now())?);
        let left_minor = self.gift_card(&catalog, code)?.balance_minor(day) + before_minor - amount_minor;
        Ok(TenderKind::GiftCard { code: code.clone(), movement, left_minor })
    }

    /// The tender that gives a part back, where that goes back onto what it came from.
    pub(in crate::app) fn value_part_back(&self, tender: &Tender) -> Result<Option<Tender>, Failure> {
        let TenderKind::GiftCard { code, movement, .. } = &tender.kind else { return Ok(None) };
        let amount_minor = -tender.amount_minor;
        Ok(Some(Tender::now(amount_minor, self.gift_tender_as(code, *movement, amount_minor, 0)?)))
    }

    /// The tenders that give back what of a sale was paid with stored value, but for those that were given back before.
    pub(in crate::app) fn value_back(&self, sale: &Sale) -> Result<Vec<Tender>, Failure> {
        let done = self.store.open_ticket(refund_of(sale.ticket))?.map(|open| open.parts).unwrap_or_default();
        let mut before: BTreeMap<&GiftCode, i64> = BTreeMap::new();
        let mut tenders = Vec::new();
        for tender in sale.tenders.iter().filter(|tender| tender.amount_minor > 0) {
            let TenderKind::GiftCard { code, movement, .. } = &tender.kind else { continue };
            let is_done =
                |kind: &TenderKind| matches!(kind, TenderKind::GiftCard { movement: of, .. } if of == movement);
            if done.iter().any(|part| is_done(&part.tender.kind)) {
                continue;
            }
            let before = before.entry(code).or_default();
            let amount_minor = -tender.amount_minor;
            tenders.push(Tender::now(amount_minor, self.gift_tender_as(code, *movement, amount_minor, *before)?));
            *before += tender.amount_minor;
        }
        Ok(tenders)
    }

    pub(in crate::app) fn overdrafts(&self) -> Result<Vec<OverdraftView>, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let mut found = Vec::new();
        for card in self.store.overdrawn_gift_cards()? {
            for over in card.overdrafts(i32::MAX) {
                let day = card.movements().iter().find(|moved| moved.stamp.id == over.movement);
                found.push((
                    over.at,
                    OverdraftView {
                        name: card.of().code.masked(),
                        currency: card.of().currency,
                        over_minor: over.over,
                        date: day.map_or_else(String::new, |moved| date_text(moved.stamp.day)),
                        till: catalog.devices.get(&over.device.uuid()).cloned().unwrap_or_default(),
                    },
                ));
            }
        }
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(found.into_iter().map(|(_, view)| view).collect())
    }
}

fn move_view(catalog: &Catalog, moved: &GiftMoved) -> ValueMoveView {
    let (kind, amount_minor) = match &moved.what {
        GiftChange::Issued { amount_minor, .. } => (ValueMoveKind::Sold, *amount_minor),
        GiftChange::Redeemed { amount_minor, .. } => (ValueMoveKind::Used, -amount_minor),
        GiftChange::Restored { amount_minor, .. } => (ValueMoveKind::Restored, *amount_minor),
        GiftChange::Voided { amount_minor, .. } => (ValueMoveKind::Voided, -amount_minor),
        GiftChange::Adjusted { amount_minor, .. } => (ValueMoveKind::Adjusted, *amount_minor),
    };
    ValueMoveView {
        kind,
        amount_minor,
        date: date_text(moved.stamp.day),
        till: catalog.devices.get(&moved.stamp.device.uuid()).cloned().unwrap_or_default(),
    }
}
