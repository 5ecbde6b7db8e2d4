//! Gift cards: what one is worth here and now, a new one's number, and the tender that one is.

use crate::app::till::date_text;
use crate::app::{App, Catalog};
use salon_contract::window::{Code, Failure, GiftCardView, ValueMoveKind, ValueMoveView};
use salon_domain::access::Permission;
use salon_domain::kernel::{MovementId, day_number};
use salon_domain::payment::TenderKind;
use salon_domain::value::{GiftCard, GiftChange, GiftCode, GiftMoved, GiftPurse};

/// So many movements are shown.
pub(super) const MOVES_MAX: usize = 20;

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
        Ok(GiftCardView {
            code: code.clone(),
            masked: code.masked(),
            known: card.is_known(),
            currency: catalog.branch.currency,
            balance_minor,
            usable_minor: self.usable_minor(&catalog, balance_minor)?,
            expires: card.expires_day().map(date_text),
            moves: card.movements().iter().rev().take(MOVES_MAX).map(|moved| move_view(&catalog, moved)).collect(),
        })
    }

    pub(in crate::app) fn gift_card(&self, catalog: &Catalog, code: &GiftCode) -> Result<GiftCard, Failure> {
        let purse = GiftPurse { code: code.clone(), currency: catalog.branch.currency };
        Ok(self.store.gift_card(&purse)?)
    }

    pub(super) fn gift_balance(&self, code: &GiftCode) -> Result<i64, Failure> {
        let catalog = self.catalog()?;
        let day = day_number(catalog.today(self.clock.now())?);
        Ok(self.gift_card(&catalog, code)?.balance_minor(day))
    }

    /// The tender that takes `amount_minor` from a card.
    pub(in crate::app) fn gift_tender(
        &self,
        code: &GiftCode,
        amount_minor: i64,
        movement: MovementId,
    ) -> Result<TenderKind, Failure> {
        let left_minor = self.gift_balance(code)? - amount_minor;
        Ok(TenderKind::GiftCard { code: code.clone(), movement, restores: None, left_minor })
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
