//! A client's credit with the salon: what there is, the tender that it is, and a refund that is kept as credit.

use crate::app::till::date_text;
use crate::app::{App, Catalog};
use salon_contract::window::{Code, CreditView, Failure, ValueMoveKind, ValueMoveView};
use salon_domain::access::Permission;
use salon_domain::kernel::{CardId, MovementId};
use salon_domain::payment::{Tender, TenderKind, TicketDraft};
use salon_domain::value::{Account, AccountKey, CreditChange, CreditMoved, CreditSource, movement_of_tender};

use super::gift::MOVES_MAX;

impl App {
    pub(in crate::app) fn account_credit(&self, card: CardId) -> Result<CreditView, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let accounts = self.accounts_of(card)?;
        let best_minor = accounts.iter().map(Account::balance_minor).max().unwrap_or(0);
        let mut moves: Vec<&CreditMoved> = accounts.iter().flat_map(Account::movements).collect();
        moves.sort_by_key(|moved| (moved.stamp.at, moved.stamp.id));
        Ok(CreditView {
            card: self.store.stands_for(card)?,
            client_name: self.client_name(Some(card))?,
            currency: catalog.branch.currency,
            balance_minor: accounts.iter().map(Account::balance_minor).sum(),
            // A tender takes from one account; the next one may take from another.
            usable_minor: self.usable_minor(&catalog, best_minor)?,
            moves: moves.into_iter().rev().take(MOVES_MAX).map(|moved| move_view(&catalog, moved)).collect(),
        })
    }

    pub(in crate::app) fn credit_of(&self, card: CardId) -> Result<Account, Failure> {
        let currency = self.catalog()?.branch.currency;
        Ok(self.store.account(AccountKey { card, currency })?)
    }

    /// The accounts of a client with several cards, that of the one which stands for all first.
    pub(in crate::app) fn accounts_of(&self, card: CardId) -> Result<Vec<Account>, Failure> {
        self.store.cards_of_client(card)?.into_iter().map(|card| self.credit_of(card)).collect()
    }

    /// The tender that takes `amount_minor` from the credit of the ticket's client.
    pub(in crate::app) fn credit_tender(
        &self,
        draft: &TicketDraft,
        amount_minor: i64,
        movement: MovementId,
    ) -> Result<TenderKind, Failure> {
        let accounts = self.accounts_of(draft.card.ok_or(Code::ClientNeeded)?)?;
        let enough = accounts.iter().find(|account| account.balance_minor() >= amount_minor);
        let from = enough.or_else(|| accounts.iter().max_by_key(|account| account.balance_minor()));
        let from = from.ok_or(Code::ClientNeeded)?;
        let (card, left_minor) = (from.of().card, from.balance_minor() - amount_minor);
        Ok(TenderKind::AccountCredit { card, movement, restores: None, left_minor })
    }

    /// The tender of a refund whose `rest_minor` (negative) the client keeps as credit; `given` goes back otherwise.
    pub(in crate::app) fn kept_as_credit(
        &self,
        draft: &TicketDraft,
        rest_minor: i64,
        given: &[Tender],
    ) -> Result<Tender, Failure> {
        let card = draft.card.ok_or(Code::ClientNeeded)?;
        let to_same =
            |tender: &&Tender| matches!(tender.kind, TenderKind::AccountCredit { card: of, .. } if of == card);
        let before_minor: i64 = given.iter().filter(to_same).map(|tender| tender.amount_minor).sum();
        let left_minor = self.credit_of(card)?.balance_minor() - before_minor - rest_minor;
        let movement = movement_of_tender(draft.id, u32::try_from(given.len()).unwrap_or(u32::MAX));
        Ok(Tender::now(rest_minor, TenderKind::AccountCredit { card, movement, restores: None, left_minor }))
    }
}

fn move_view(catalog: &Catalog, moved: &CreditMoved) -> ValueMoveView {
    let (kind, amount_minor) = match &moved.what {
        CreditChange::Added { source, amount_minor, .. } => {
            let kind = match source {
                CreditSource::Refund => ValueMoveKind::Refunded,
                CreditSource::Goodwill => ValueMoveKind::Adjusted,
                CreditSource::Deposit | CreditSource::Repaid | CreditSource::Opening => ValueMoveKind::Sold,
            };
            (kind, *amount_minor)
        }
        CreditChange::Used { amount_minor, .. } => (ValueMoveKind::Used, -amount_minor),
        CreditChange::Restored { amount_minor, .. } => (ValueMoveKind::Restored, *amount_minor),
        CreditChange::Voided { amount_minor, .. } => (ValueMoveKind::Voided, -amount_minor),
    };
    ValueMoveView {
        kind,
        amount_minor,
        date: date_text(moved.stamp.day),
        till: catalog.devices.get(&moved.stamp.device.uuid()).cloned().unwrap_or_default(),
    }
}
