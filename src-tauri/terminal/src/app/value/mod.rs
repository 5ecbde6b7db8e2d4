//! Stored value at the till: what a client can pay with that was paid for before.

mod back;
mod credit;
mod gift;
mod membership;
mod membership_lines;
mod moves;
mod package;

pub(super) use moves::{Moving, check_value, move_value};

use super::till::date_text;
use super::{App, Catalog};
use salon_contract::window::{Code, Failure, OverdraftView, SyncState};
use salon_domain::access::Permission;
use salon_domain::kernel::{Currency, MovementId, PartId, TicketId};
use salon_domain::value::{
    CreditError, GiftError, Overdraft, PackageError, Stamp, movement_of_tender, offline_allowance,
};
use uuid::Uuid;

impl App {
    /// Whether other tills may have taken value that this one would not hear of: there is a server, and it is away.
    pub(super) fn is_alone(&self) -> bool {
        matches!(self.sync_view().state, SyncState::Offline | SyncState::Connecting | SyncState::Refused)
    }

    /// What this till may take now of a ledger that has `balance_minor`, in minor units.
    fn usable_minor(&self, catalog: &Catalog, balance_minor: i64) -> Result<i64, Failure> {
        if !self.is_alone() {
            return Ok(balance_minor.max(0));
        }
        let max = catalog.branch.stored_value.offline_minor_max;
        Ok(offline_allowance(max, self.store.redeemed_unsent()?, balance_minor))
    }

    /// The movement that the next tender of a ticket makes. `is_all`: it sells the ticket; else it is a part, entered
    /// under `key`. Whether there is as much is checked in the transaction that takes it.
    pub(super) fn next_movement(&self, ticket: TicketId, is_all: bool, key: Uuid) -> Result<MovementId, Failure> {
        if !is_all {
            // Two tills may take parts of one ticket at once: each has its own command, and each counts.
            return Ok(PartId::from_uuid(key).derive(b"value/part"));
        }
        let parts = self.store.open_ticket(ticket)?.map_or(0, |open| open.parts.len());
        Ok(movement_of_tender(ticket, u32::try_from(parts).unwrap_or(u32::MAX)))
    }

    pub(super) fn overdrafts(&self) -> Result<Vec<OverdraftView>, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let view = |over: &Overdraft, stamps: &[&Stamp], name: &str, currency, card| OverdraftView {
            name: name.to_owned(),
            card,
            currency,
            over_minor: over.over,
            over_units: 0,
            paid_in_vain: false,
            date: stamps
                .iter()
                .find(|stamp| stamp.id == over.movement)
                .map_or_else(String::new, |stamp| date_text(stamp.day)),
            till: catalog.devices.get(&over.device.uuid()).cloned().unwrap_or_default(),
        };
        let mut found = Vec::new();
        for card in self.store.overdrawn_gift_cards()? {
            let stamps: Vec<&Stamp> = card.movements().iter().map(|moved| &moved.stamp).collect();
            let (name, currency) = (card.of().code.masked(), card.of().currency);
            let overs = card.overdrafts(i32::MAX);
            found.extend(overs.iter().map(|over| (over.at, view(over, &stamps, &name, currency, None))));
        }
        for account in self.store.overdrawn_accounts()? {
            let stamps: Vec<&Stamp> = account.movements().iter().map(|moved| &moved.stamp).collect();
            let (card, currency) = (Some(account.of().card), account.of().currency);
            let name = self.client_name(card)?;
            let overs = account.overdrafts();
            found.extend(overs.iter().map(|over| (over.at, view(over, &stamps, &name, currency, card))));
        }
        for package in self.store.overdrawn_packages()? {
            let stamps: Vec<&Stamp> = package.movements().iter().map(|moved| &moved.stamp).collect();
            let (card, currency) = (package.owner(), catalog.branch.currency);
            let name = self.client_name(card)?;
            found.extend(package.overdrafts().iter().map(|over| {
                let view = view(over, &stamps, &name, currency, card);
                (over.at, OverdraftView { over_minor: 0, over_units: over.over, ..view })
            }));
        }
        found.extend(self.membership_overdrafts(&catalog)?);
        found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
        Ok(found.into_iter().map(|(_, view)| view).collect())
    }
}

fn left(code: Code, balance_minor: i64, currency: Currency) -> Failure {
    Failure::new(code).with("balance_minor", balance_minor.max(0)).with("currency", currency)
}

fn bad_amount(detail: impl ToString) -> Failure {
    Failure::new(Code::BadInput).with("field", "amount").with("detail", detail)
}

fn gift_failure(error: GiftError, currency: Currency) -> Failure {
    match error {
        GiftError::NotKnown => Code::GiftUnknown.into(),
        GiftError::Voided => Code::GiftVoided.into(),
        GiftError::Expired { expires_day } => Failure::new(Code::ValueExpired).with("date", date_text(expires_day)),
        GiftError::NotEnough { balance_minor } => left(Code::ValueNotEnough, balance_minor, currency),
        GiftError::Used { balance_minor } => left(Code::ValueUsed, balance_minor, currency),
        GiftError::Malformed(error) => bad_amount(error),
    }
}

fn package_failure(error: PackageError) -> Failure {
    match error {
        PackageError::NotKnown | PackageError::NoSuchEntry => Code::PackageUnknown.into(),
        PackageError::Voided => Code::PackageVoided.into(),
        PackageError::Expired { expires_day } => Failure::new(Code::ValueExpired).with("date", date_text(expires_day)),
        PackageError::Frozen => Code::PackageFrozen.into(),
        PackageError::NoneLeft => Code::PackageEmpty.into(),
    }
}

fn credit_failure(error: CreditError, currency: Currency) -> Failure {
    match error {
        CreditError::NotEnough { balance_minor, .. } => left(Code::ValueNotEnough, balance_minor, currency),
        CreditError::Malformed(error) => bad_amount(error),
    }
}
