//! Taking tenders towards a ticket: all that is owed, which sells it, or a part, which is kept until the rest comes.

use super::asked::Asked;
use super::commit::{commit_sale, refuse_second_payment, session_to_sell_in};
use super::open_tickets::check_part_back;
use super::sell::Paid;
use super::value::{Moving, check_value, move_value};
use super::{App, Catalog};
use crate::store::{JobKind, StoreError, Unit};
use salon_contract::window::{Code, Failure, PayBy, PaymentView, SaleView};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{PartId, TicketId, rounded_cash};
use salon_domain::payment::{CardIntentKind, PartPaid, PricedTicket, Tender, TenderKind, TicketDraft};
use uuid::Uuid;

/// The longest reference, provider or number that is kept of a tender.
const WORDS_MAX: usize = 64;

/// What a part is entered with.
pub(super) struct PartTaken<'a> {
    pub draft: &'a TicketDraft,
    pub name: &'a str,
    pub tender: Tender,
    pub user: Uuid,
    pub key: Uuid,
}

impl App {
    pub fn pay(
        &self,
        key: Uuid,
        ticket: &TicketDraft,
        name: &str,
        amount_minor: Option<i64>,
        by: &PayBy,
    ) -> Result<PaymentView, Failure> {
        self.require(Permission::Sell)?;
        // Before it is looked at again: what it gives back has come back by then, and would be refused.
        if self.store.sale(ticket.id)?.is_some() {
            return self.paid(ticket.id);
        }
        if self.was_part(key)? {
            return self.part_view(ticket.id);
        }
        let (draft, priced, user) = self.check_ticket(ticket)?;
        let owed_minor = priced.total_minor - self.taken_minor(draft.id)?;
        let amount_minor = amount_minor.unwrap_or(owed_minor);
        let is_deposit = draft.terms.deposit;
        if is_deposit {
            self.check_deposit(&draft)?;
        }
        // A deposit sells nothing, be it all that the visit comes to.
        let is_all = amount_minor == owed_minor && !is_deposit;
        // Towards what is owed, in its direction, and not beyond.
        let is_towards = is_all || (amount_minor != 0 && amount_minor.signum() == owed_minor.signum());
        let is_negative = is_deposit && amount_minor <= 0;
        if !is_towards || is_negative || amount_minor.unsigned_abs() > owed_minor.unsigned_abs() {
            return Err(Failure::new(Code::BadInput).with("field", "amount").with("owed_minor", owed_minor));
        }
        let kind = match by {
            PayBy::Cash { tendered_minor } => {
                return self.pay_in_cash(key, &draft, &priced, name, amount_minor, *tendered_minor, is_all, user);
            }
            PayBy::Card => {
                if amount_minor <= 0 {
                    return Err(Failure::new(Code::BadInput).with("field", "total"));
                }
                return self.ask_for_card(Asked {
                    draft,
                    priced,
                    amount_minor,
                    part: !is_all,
                    kind: CardIntentKind::Payment,
                    at_terminal: String::new(),
                    rest: Default::default(),
                    external_number: None,
                    back: None,
                    user,
                    key,
                });
            }
            PayBy::BankTransfer { reference } => TenderKind::BankTransfer { reference: words("reference", reference)? },
            PayBy::Wallet { provider, reference } => {
                let provider = words("provider", provider)?;
                if provider.is_empty() {
                    return Err(Failure::new(Code::BadInput).with("field", "provider"));
                }
                TenderKind::Wallet { provider, reference: words("reference", reference)? }
            }
            PayBy::Cheque { number } => TenderKind::Cheque { number: words("number", number)? },
            // Nothing goes back onto a card or an account that did not come from it.
            PayBy::GiftCard { .. } | PayBy::AccountCredit if amount_minor <= 0 => {
                return Err(Failure::new(Code::BadInput).with("field", "total"));
            }
            PayBy::GiftCard { code } => {
                self.gift_tender(code, amount_minor, self.next_movement(draft.id, is_all, key)?)?
            }
            PayBy::AccountCredit => {
                self.credit_tender(&draft, amount_minor, self.next_movement(draft.id, is_all, key)?)?
            }
        };
        let tender = Tender::now(amount_minor, kind);
        if is_all {
            let paid = Paid { tenders: vec![tender], rounding_minor: 0, external_number: None };
            return Ok(PaymentView::Paid { sale: Box::new(self.sell(key, &draft, &priced, paid, user)?) });
        }
        self.take_part(&PartTaken { draft: &draft, name, tender, user, key }, priced.total_minor, None)
    }

    /// Cash that pays all that is left is rounded to the coins that there are.
    #[expect(clippy::too_many_arguments, reason = "one tender, said once")]
    fn pay_in_cash(
        &self,
        key: Uuid,
        draft: &TicketDraft,
        priced: &PricedTicket,
        name: &str,
        amount_minor: i64,
        tendered_minor: i64,
        is_all: bool,
        user: Uuid,
    ) -> Result<PaymentView, Failure> {
        let rule = self.catalog()?.branch.cash_rounding;
        let (amount_minor, rounding_minor) = if is_all { rounded_cash(amount_minor, rule) } else { (amount_minor, 0) };
        let tendered_minor = if amount_minor < 0 { 0 } else { tendered_minor };
        if tendered_minor < amount_minor {
            return Err(Failure::new(Code::NotEnough).with("short_minor", amount_minor - tendered_minor));
        }
        let tender = Tender::now(amount_minor, TenderKind::Cash { tendered_minor });
        if is_all {
            let paid = Paid { tenders: vec![tender], rounding_minor, external_number: None };
            return Ok(PaymentView::Paid { sale: Box::new(self.sell(key, draft, priced, paid, user)?) });
        }
        self.take_part(&PartTaken { draft, name, tender, user, key }, priced.total_minor, None)
    }

    /// All that is owed, in cash.
    pub fn pay_cash(&self, key: Uuid, ticket: &TicketDraft, tendered_minor: i64) -> Result<SaleView, Failure> {
        self.pay_cash_as(key, ticket, tendered_minor, None)
    }

    /// As [`App::pay_cash`], of a ticket that nothing was taken for, not rounded; `external_number` is kept with the sale
    /// (replay).
    pub fn pay_cash_as(
        &self,
        key: Uuid,
        ticket: &TicketDraft,
        tendered_minor: i64,
        external_number: Option<String>,
    ) -> Result<SaleView, Failure> {
        let (draft, priced, user) = self.check_ticket(ticket)?;
        let tendered = if priced.total_minor < 0 { 0 } else { tendered_minor };
        let tender = Tender::now(priced.total_minor, TenderKind::Cash { tendered_minor: tendered });
        self.sell(key, &draft, &priced, Paid { tenders: vec![tender], rounding_minor: 0, external_number }, user)
    }

    pub(super) fn paid(&self, ticket: TicketId) -> Result<PaymentView, Failure> {
        Ok(PaymentView::Paid { sale: Box::new(self.receipt_view(ticket)?) })
    }

    /// What was taken for a ticket so far.
    pub(super) fn taken_minor(&self, ticket: TicketId) -> Result<i64, Failure> {
        Ok(self.store.open_ticket(ticket)?.map_or(0, |open| open.paid_minor()))
    }

    /// Whether the command has entered a part before.
    pub(super) fn was_part(&self, key: Uuid) -> Result<bool, Failure> {
        Ok(self.store.done_before::<PartId>(key)?.is_some())
    }

    /// Enters a part durably, once for each key. `total_minor` is what the ticket comes to, `back` the part that it gives
    /// back.
    pub(super) fn take_part(
        &self,
        taken: &PartTaken<'_>,
        total_minor: i64,
        back: Option<PartId>,
    ) -> Result<PaymentView, Failure> {
        let catalog = self.catalog()?;
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<PartId>(taken.key)?.is_some() {
                return Ok(());
            }
            refuse_second_payment(unit, taken.draft.id, std::slice::from_ref(&taken.tender))?;
            check_room(unit, taken.draft.id, total_minor, taken.tender.amount_minor, back)?;
            session_to_sell_in(unit, &catalog)?;
            let tenders = std::slice::from_ref(&taken.tender);
            check_value(unit, &catalog, self.is_alone(), taken.draft.card, &[], tenders)?;
            enter_part(unit, &catalog, taken)
        })?;
        self.part_view(taken.draft.id)
    }

    /// Where a ticket stands: sold, or taken in part.
    pub(super) fn part_view(&self, ticket: TicketId) -> Result<PaymentView, Failure> {
        if self.store.sale(ticket)?.is_some() {
            return self.paid(ticket);
        }
        let open = self.store.open_ticket(ticket)?.ok_or(Code::NotFound)?;
        Ok(PaymentView::Part { open: Box::new(self.open_ticket_view(open)?) })
    }

    /// As [`sell_or_take`], in a transaction of its own.
    pub(super) fn sell_or_take(
        &self,
        taken: &PartTaken<'_>,
        priced: &PricedTicket,
        paid: Paid,
        is_part: bool,
    ) -> Result<PaymentView, Failure> {
        let catalog = self.catalog()?;
        self.store.write::<_, Failure>(|unit| sell_or_take(unit, &catalog, taken, priced, paid, is_part))?;
        self.part_view(taken.draft.id)
    }
}

/// Whether so much can still be taken, or a part still be given back, by what this transaction sees: another window may
/// have been quicker.
pub(super) fn check_room(
    unit: &Unit<'_>,
    ticket: TicketId,
    total_minor: i64,
    amount_minor: i64,
    back: Option<PartId>,
) -> Result<(), Failure> {
    let open = unit.open_ticket(ticket)?;
    if let Some(part) = back {
        let open = open.ok_or(Code::NotFound)?;
        let part = open.parts.iter().find(|known| known.part == part).ok_or(Code::NotFound)?;
        return check_part_back(&open, part);
    }
    let owed_minor = total_minor - open.map_or(0, |open| open.paid_minor());
    if amount_minor.signum() != owed_minor.signum() || amount_minor.unsigned_abs() > owed_minor.unsigned_abs() {
        return Err(Failure::new(Code::BadInput).with("field", "amount").with("owed_minor", owed_minor));
    }
    Ok(())
}

/// Sells the ticket if `paid` and what was taken before are what it comes to, and else enters a part: what a card terminal
/// has moved is in the books, whatever happened to the ticket meanwhile.
pub(super) fn sell_or_take(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    taken: &PartTaken<'_>,
    priced: &PricedTicket,
    paid: Paid,
    is_part: bool,
) -> Result<(), Failure> {
    if unit.done_before::<PartId>(taken.key)?.is_some() {
        return Ok(());
    }
    let ticket = taken.draft.id;
    if let Some(sold) = unit.sale(ticket)? {
        let known = |tender: &Tender| tender.kind == taken.tender.kind;
        return if sold.sale.tenders.iter().any(known) { Ok(()) } else { enter_part(unit, catalog, taken) };
    }
    let before = unit.open_ticket(ticket)?.map_or(0, |open| open.paid_minor());
    let now: i64 = paid.tenders.iter().map(|tender| tender.amount_minor).sum();
    if is_part || before + now != priced.total_minor + paid.rounding_minor {
        return enter_part(unit, catalog, taken);
    }
    refuse_second_payment(unit, ticket, &paid.tenders)?;
    commit_sale(unit, catalog, taken.draft, priced, paid, taken.user, taken.key).map(|_| ())
}

/// A part in the caller's transaction.
pub(super) fn enter_part(unit: &mut Unit<'_>, catalog: &Catalog, taken: &PartTaken<'_>) -> Result<(), Failure> {
    let session = unit.open_session()?.ok_or(Code::TillClosed)?;
    let identity = unit.identity()?.clone();
    let part: PartId = unit.id();
    // A part that gives no name leaves the one that the ticket has.
    let name = match taken.name.trim() {
        "" => unit.open_ticket(taken.draft.id)?.map(|open| open.name).unwrap_or_default(),
        name => name.to_owned(),
    };
    let paid = PartPaid {
        part,
        ticket: taken.draft.clone(),
        name,
        tender: taken.tender.clone(),
        session: session.session,
        device: identity.device,
        branch: identity.branch,
    };
    let ticket = taken.draft.id.uuid();
    let entry = unit.journal(ticket, Happening::PartPaid(Box::new(paid)), taken.user, taken.key)?;
    if taken.draft.terms.deposit {
        unit.queue_print(JobKind::Deposit, &entry.to_be_bytes(), false)?;
    }
    let moving = Moving {
        catalog,
        ticket: taken.draft.id,
        card: taken.draft.card,
        day: session.day,
        currency: taken.draft.currency,
        lines: &[],
        tenders: std::slice::from_ref(&taken.tender),
        user: taken.user,
        key: taken.key,
    };
    move_value(unit, &moving)?;
    if matches!(taken.tender.kind, TenderKind::Cash { .. }) {
        unit.queue_print(JobKind::Drawer, &[], false)?;
    }
    // Of a card the part is its payment's; whoever asked for it may ask again.
    if let TenderKind::Card { payment, .. } = taken.tender.kind
        && let Some(command) = unit.command_of_payment(payment)?
        && command != taken.key
        && unit.done_before::<serde_json::Value>(command)?.is_none()
    {
        unit.mark_done(command, &part)?;
    }
    unit.mark_done::<PartId>(taken.key, &part).map_err(|error: StoreError| error.into())
}

/// A few words of a tender, as they are kept.
fn words(field: &str, text: &str) -> Result<String, Failure> {
    let text = text.trim();
    if text.chars().count() > WORDS_MAX || text.chars().any(char::is_control) {
        return Err(Failure::new(Code::BadInput).with("field", field));
    }
    Ok(text.to_owned())
}
