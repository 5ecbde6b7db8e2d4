//! Voiding a sale before the close: as if it had not been made, and yet nothing is edited. The void is a refund of the
//! whole sale that says what it is: the money goes back the ways that a refund's does, and so do stock, points, commission
//! and stored value. Reports and exports count it apart.

use super::App;
use super::sell::pricing_failure;
use crate::store::Unit;
use salon_contract::window::{Code, Failure, PaymentView, RefundSale, RefundTo, VoidSale};
use salon_domain::kernel::{TicketId, TicketLineId};
use salon_domain::payment::{
    BackBefore, FollowKind, Follows, PricedLine, Sale, TicketDraft, TicketTerms, price, refund_of, whole_refund,
};
use std::collections::{BTreeMap, BTreeSet};

impl App {
    /// Twice is once: the void has the id that the refund of the whole sale would have, so that a sale is taken back once,
    /// in one way or the other.
    pub(super) fn void_sale(&self, wanted: &VoidSale) -> Result<PaymentView, Failure> {
        let user = self.may_give_back(wanted.manager, &wanted.pin, &wanted.reason)?;
        let void = refund_of(wanted.ticket);
        if let Some(known) = self.store.sale(void)? {
            return if known.sale.is_void() { self.paid(void) } else { Err(Code::NothingLeft.into()) };
        }
        let sold = self.store.sale(wanted.ticket)?.ok_or(Code::NotFound)?;
        let sale = &sold.sale;
        if sale.total_minor < 0 || sale.lines.iter().all(|line| line.given_back.is_some()) {
            return Err(Failure::new(Code::BadInput).with("field", "ticket"));
        }
        let open = self.store.open_session()?.ok_or(Code::RefundInstead)?;
        if sale.session != open.session || !self.store.given_back(wanted.ticket)?.0.is_empty() {
            return Err(Code::RefundInstead.into());
        }
        if let Some(begun) = self.begun_refund(wanted.ticket)?.filter(|begun| begun.draft.id != void) {
            let total_minor = price(&begun.draft).map_err(pricing_failure)?.total_minor;
            return Err(Failure::new(Code::RefundBegun).with("total_minor", -total_minor));
        }
        let terms = TicketTerms { follows: Some(Follows::of(FollowKind::Void, sale)), ..TicketTerms::default() };
        let draft = TicketDraft { terms, ..whole_refund(sale, wanted.reason.trim()) };
        let priced = price(&draft).map_err(pricing_failure)?;
        if priced.total_minor != -sale.total_minor {
            return Err(Failure::new(Code::Internal).with("detail", "the void does not mirror its sale"));
        }
        let as_refund = RefundSale {
            key: wanted.key,
            ticket: wanted.ticket,
            lines: Vec::new(),
            to: RefundTo::Original,
            manager: wanted.manager,
            pin: wanted.pin.clone(),
            reason: wanted.reason.clone(),
        };
        self.give_back(&as_refund, sale, &BTreeSet::new(), &draft, &priced, user)
    }
}

/// Refuses what gives back more than is left by now, and a void whose till session is closed by now. What a card terminal
/// is moving at this moment may be the same money: its end is waited for.
pub(super) fn check_returns(unit: &Unit<'_>, draft: &TicketDraft, lines: &[PricedLine]) -> Result<(), Failure> {
    let mut now: BTreeMap<(TicketId, TicketLineId), BackBefore> = BTreeMap::new();
    for line in lines {
        let Some(given) = line.given_back.as_deref() else { continue };
        let back = now.entry((given.ticket, given.line)).or_default();
        back.pieces += given.pieces;
        back.total_minor -= line.total_minor;
    }
    if now.is_empty() {
        return Ok(());
    }
    let mut sales: BTreeMap<TicketId, Option<Sale>> = BTreeMap::new();
    for ((ticket, line), back) in &now {
        let sold = match sales.get(ticket) {
            Some(known) => known,
            None => {
                let found = unit.sale(*ticket)?.map(|record| record.sale);
                sales.entry(*ticket).or_insert(found)
            }
        };
        let Some(sold) = sold.iter().flat_map(|sale| &sale.lines).find(|sold| sold.id == *line) else { continue };
        let before = unit.back_before(*ticket, *line, draft.id)?;
        let (left, left_minor) = (sold.quantity - before.pieces, sold.total_minor - before.total_minor);
        if back.pieces > left || back.total_minor > left_minor {
            return Err(Failure::new(Code::NothingLeft).with("left_minor", left_minor.max(0)));
        }
    }
    for open in unit.open_payments()? {
        let given = open.intent.ticket.lines.iter().filter_map(|line| line.terms.given_back.as_deref());
        if open.intent.ticket.id != draft.id && given.into_iter().any(|given| sales.contains_key(&given.ticket)) {
            return Err(Failure::new(Code::CardUnknown).with("payment", open.intent.payment));
        }
    }
    let Some(voids) = draft.terms.follows.filter(|follows| follows.how == FollowKind::Void) else { return Ok(()) };
    let session = sales.get(&voids.ticket).and_then(Option::as_ref).map(|sale| sale.session);
    match unit.open_session()? {
        Some(open) if Some(open.session) == session => Ok(()),
        _ => Err(Code::RefundInstead.into()),
    }
}
