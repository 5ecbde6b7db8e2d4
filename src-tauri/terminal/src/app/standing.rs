//! Who a ticket's client is, as far as prices and taxes go: exempt from tax, working here. The window's word on either does
//! not count; it only says that a client's exemption is not used, or to whom of the staff is sold.

use super::sell::missing;
use super::{App, Catalog};
use salon_contract::window::{Code, Failure};
use salon_domain::access::Permission;
use salon_domain::customer::{ExemptCard, field};
use salon_domain::kernel::{CardId, StaffId};
use salon_domain::payment::{Exemption, InclusiveTax, TicketDraft};
use std::collections::BTreeMap;

/// The longest reason for selling at the staff's prices.
const REASON_MAX: usize = 80;

/// Fields of a card that say what its client need not pay.
const STANDING: [&str; 4] = [field::EXEMPT_REASON, field::EXEMPT_NUMBER, field::EXEMPT_UNTIL, field::STAFF];

impl App {
    /// Puts the client's exemption on the ticket, unless it is not to be used.
    pub(super) fn put_exemption(&self, catalog: &Catalog, draft: &mut TicketDraft) -> Result<(), Failure> {
        draft.terms.exempt = match draft.terms.taxed {
            true => None,
            false => self.exemption_of(catalog, draft.card)?,
        };
        Ok(())
    }

    /// A client's exemption, as far as it is valid today.
    pub(super) fn exemption_of(&self, catalog: &Catalog, card: Option<CardId>) -> Result<Option<Exemption>, Failure> {
        let Some(card) = card else { return Ok(None) };
        let today = catalog.day(self.clock.now())?;
        let exempt = self.store.card(card)?.and_then(|card| ExemptCard::of(&card));
        let inclusive = if catalog.branch.desk.exempt_pay_net { InclusiveTax::TakenOut } else { InclusiveTax::Kept };
        Ok(exempt.filter(|exempt| exempt.is_valid_on(today)).map(|exempt| Exemption {
            reason: exempt.reason,
            number: exempt.number,
            inclusive,
        }))
    }

    /// Refuses a sale to staff that nobody could explain later.
    pub(super) fn check_staff_sale(&self, catalog: &Catalog, draft: &mut TicketDraft) -> Result<(), Failure> {
        let Some(sale) = &mut draft.terms.staff_sale else { return Ok(()) };
        catalog.person(sale.staff).filter(|person| person.active).ok_or_else(|| missing("staff"))?;
        let reason: String = sale.reason.trim().chars().filter(|c| !c.is_control()).take(REASON_MAX).collect();
        if reason.is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        sale.reason = reason;
        Ok(())
    }

    /// Who of the staff buys, as a receipt names them. None where nobody of them does.
    pub(super) fn staff_who_buys(&self, catalog: &Catalog, draft: &TicketDraft) -> Result<Option<String>, Failure> {
        if let Some(sale) = &draft.terms.staff_sale {
            let person = catalog.person(sale.staff).filter(|person| person.active);
            return Ok(person.map(|person| format!("{}, {}", person.name, sale.reason.trim())));
        }
        let Some(card) = draft.card else { return Ok(None) };
        let Some(card) = self.store.card(card)? else { return Ok(None) };
        let staff = card.get(field::STAFF).parse::<StaffId>().ok();
        let person = staff.and_then(|staff| catalog.person(staff)).filter(|person| person.active);
        Ok(person.map(|person| person.name.clone()))
    }

    /// Refuses a change of what a client need not pay by who may not say so, and one that makes no sense.
    pub(super) fn check_standing(&self, card: Option<CardId>, set: &BTreeMap<String, String>) -> Result<(), Failure> {
        let known = card.map(|card| self.store.card(card)).transpose()?.flatten().unwrap_or_default();
        let changed = |name: &&str| set.get(*name).is_some_and(|value| value != known.get(name));
        if !STANDING.iter().any(changed) {
            return Ok(());
        }
        self.require(Permission::ClientStanding)?;
        let said = |name: &str| set.get(name).map_or("", String::as_str);
        let until = said(field::EXEMPT_UNTIL);
        if !until.is_empty() && until.parse::<jiff::civil::Date>().is_err() {
            return Err(Failure::new(Code::BadInput).with("field", field::EXEMPT_UNTIL).with("value", until));
        }
        let staff = said(field::STAFF);
        let catalog = self.catalog()?;
        if !staff.is_empty() && staff.parse::<StaffId>().ok().and_then(|id| catalog.person(id)).is_none() {
            return Err(missing("staff"));
        }
        Ok(())
    }
}
