//! Giving a sale back, all that is left of it or some of its lines, to where its money came from: the stored value that
//! paid, then the cards, by reversal while the card terminal still has the payment in its batch and else by refund, then
//! what else paid, then cash; or for the client to keep as credit.
//! A new sale of negative lines; the old one stays as it is.

use super::App;
use super::asked::Asked;
use super::sell::{Paid, pricing_failure};
use salon_contract::window::{Code, Failure, LineLeft, PaymentView, RefundSale, RefundTo};
use salon_domain::access::Permission;
use salon_domain::kernel::{MovementId, PaymentId, StaffId, TicketId, TicketLineId, marker, rounded_cash};
use salon_domain::payment::{
    BackByLine, BackError, CardIntentKind, Item, LineDraft, LineKind, OpenTicket, PricedTicket, Sale, Tender,
    TenderKind, TicketDraft, lines_back, price, refund_of, rest_back,
};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Result codes of a terminal that does not have the payment in its batch, or not as we know it: it cannot do this, it has
/// no such payment, it has another amount (PA00P015, list of error messages). Only after these may money go back in
/// another way. What was stopped is not to happen otherwise, and what was reversed already not twice.
const NOT_IN_BATCH: [u8; 3] = [0x83, 0xB5, 0xB7];

/// A card payment of the sale and what of it goes back now.
struct ByCard<'a> {
    payment: PaymentId,
    terminal_id: &'a str,
    receipt_number: u32,
    /// Positive.
    minor: i64,
    /// It is the whole payment, and none of it went back before.
    is_whole: bool,
}

/// What goes back otherwise than by card, and what its cash is rounded by.
type Rest = (Vec<Tender>, i64);

impl App {
    /// Twice is once: the refund of all that is left has an id that follows from the sale's, one of some lines an id that
    /// follows from the question's key. A refund that a card stopped midway goes on under the id that it was begun with.
    pub(super) fn refund_sale(&self, wanted: &RefundSale) -> Result<PaymentView, Failure> {
        let user = self.may_give_back(wanted.manager, &wanted.pin, &wanted.reason)?;
        let reason = wanted.reason.trim();
        let continued = self.store.done_before(continues_key(wanted.key))?;
        let refund: TicketId = match wanted.lines.is_empty() {
            true => refund_of(wanted.ticket),
            false => continued.unwrap_or_else(|| wanted.ticket.derive(wanted.key.as_bytes())),
        };
        if self.store.sale(refund)?.is_some() {
            return self.paid(refund);
        }
        let sold = self.store.sale(wanted.ticket)?.ok_or(Code::NotFound)?;
        let sale = &sold.sale;
        // A visit that units paid for came to nothing, and its units can come back; so can a membership that was free.
        let used_units =
            sale.lines.iter().any(|line| line.kind.uses_unit() || matches!(line.item, Item::Membership { .. }));
        if sale.total_minor < 0 || sale.total_minor == 0 && !used_units {
            return Err(Failure::new(Code::BadInput).with("field", "ticket"));
        }
        let (before, refunds) = self.store.given_back(wanted.ticket)?;
        let picked: Vec<_> = wanted.lines.iter().map(|line| (line.line, line.back)).collect();
        let lines = match picked.is_empty() {
            true => rest_back(sale, &before, reason),
            false => lines_back(sale, &before, &picked, reason),
        };
        // A second click may have been given back while this one looked.
        if self.store.sale(refund)?.is_some() {
            return self.paid(refund);
        }
        let mut draft = TicketDraft {
            id: refund,
            booking: None,
            card: sale.card,
            currency: sale.currency,
            lines: lines.map_err(back_failure)?,
            discount: None,
            terms: Default::default(),
        };
        if draft.lines.is_empty() {
            return Err(Code::NothingLeft.into());
        }
        let priced = price(&draft).map_err(pricing_failure)?;
        if before.is_empty() && picked.is_empty() && priced.total_minor != -sale.total_minor {
            // Prices, taxes and rounding are the same rules with the other sign.
            return Err(Failure::new(Code::Internal).with("detail", "the refund does not mirror its sale"));
        }
        if let Some(begun) = self.begun_refund(wanted.ticket)? {
            draft.id = self.goes_on_with(&begun, &draft, &priced, wanted.key)?;
        }
        self.give_back(wanted, sale, &refunds, &draft, &priced, user)
    }

    /// Who gives money back: somebody with the right to, by PIN and for a reason.
    pub(super) fn may_give_back(&self, manager: StaffId, pin: &str, reason: &str) -> Result<Uuid, Failure> {
        self.require(Permission::Sell)?;
        let manager = self.check_pin(manager, pin)?;
        if !manager.may(Permission::Refund) {
            return Err(Failure::new(Code::NotAllowed).with("permission", "refund"));
        }
        if reason.trim().is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        Ok(manager.id.uuid())
    }

    /// A refund of the sale of which some went back, and which then was stopped.
    pub(super) fn begun_refund(&self, ticket: TicketId) -> Result<Option<OpenTicket>, Failure> {
        let gives_back = |line: &LineDraft| line.terms.given_back.as_ref().is_some_and(|given| given.ticket == ticket);
        for open in self.store.open_tickets()? {
            let is_refund = open.paid_minor() < 0 && !open.dropped && open.draft.lines.iter().all(gives_back);
            if is_refund && self.store.sale(open.draft.id)?.is_none() {
                return Ok(Some(open));
            }
        }
        Ok(None)
    }

    /// The id that the same refund was begun with; it is kept for the key, so that a second click finds it too.
    fn goes_on_with(
        &self,
        begun: &OpenTicket,
        draft: &TicketDraft,
        priced: &PricedTicket,
        key: Uuid,
    ) -> Result<TicketId, Failure> {
        let known = price(&begun.draft).map_err(pricing_failure)?;
        if given_lines(&known) != given_lines(priced) {
            return Err(Failure::new(Code::RefundBegun).with("total_minor", -known.total_minor));
        }
        if begun.draft.id != draft.id {
            self.store.write::<_, Failure>(|unit| {
                let key = continues_key(key);
                if unit.done_before::<TicketId>(key)?.is_none() {
                    unit.mark_done(key, &begun.draft.id)?;
                }
                Ok(())
            })?;
        }
        Ok(begun.draft.id)
    }

    pub(super) fn give_back(
        &self,
        wanted: &RefundSale,
        sale: &Sale,
        refunds: &BTreeSet<TicketId>,
        draft: &TicketDraft,
        priced: &PricedTicket,
        user: Uuid,
    ) -> Result<PaymentView, Failure> {
        let owed_minor = -priced.total_minor - self.taken_minor(draft.id)?.abs();
        let (cards, rest) = self.ways_back(wanted.to, sale, refunds, draft, owed_minor)?;
        let Some((last, others)) = cards.split_last() else {
            let (tenders, rounding_minor) = rest;
            let paid = Paid { tenders, rounding_minor, external_number: None };
            return Ok(PaymentView::Paid { sale: Box::new(self.sell(wanted.key, draft, priced, paid, user)?) });
        };
        let asked = |by: &ByCard<'_>, part: bool| Asked {
            draft: draft.clone(),
            priced: priced.clone(),
            amount_minor: by.minor,
            part,
            kind: CardIntentKind::Refund { of: by.payment },
            at_terminal: String::new(),
            rest: if part { Default::default() } else { rest.clone() },
            external_number: None,
            back: None,
            user,
            key: wanted.key,
        };
        for by in others {
            let view = self.give_to_card(wanted.to, by, asked(by, true))?;
            if !matches!(view, PaymentView::Part { .. }) {
                return Ok(view);
            }
        }
        self.give_to_card(wanted.to, last, asked(last, false))
    }

    /// By reversal if the payment may be in the card terminal's batch, and else by refund. `asked` is the refund.
    fn give_to_card(&self, to: RefundTo, by: &ByCard<'_>, asked: Asked) -> Result<PaymentView, Failure> {
        let able = self.card_abilities();
        // As far as the books know: a terminal that counts its receipts from one again after its day was closed would
        // reverse another client's payment of that number. A payment that a person vouched for has no number there.
        let reverses = able.reversal
            && by.is_whole
            && by.receipt_number != 0
            && to == RefundTo::Original
            && self.store.is_in_open_batch(by.payment, by.terminal_id)?;
        if reverses {
            let kind = CardIntentKind::Reversal { receipt_number: by.receipt_number };
            let reversal = Asked { kind, at_terminal: by.terminal_id.to_owned(), ..asked.clone() };
            let ended = self.ask_for_card(reversal)?;
            // Of an earlier batch or another terminal, most often: then it is a refund, for which the client holds the
            // card.
            let elsewhere = matches!(ended, PaymentView::Declined { code, .. } if NOT_IN_BATCH.contains(&code));
            if !(able.refund && elsewhere) {
                return Ok(ended);
            }
        }
        if !able.refund {
            return Err(Failure::new(Code::Device).with("device", "card_terminal").with("cause", "unsupported"));
        }
        self.ask_for_card(asked)
    }

    /// How `owed_minor` goes back: which cards get how much, and what else, with the rounding of its cash. Stored value goes
    /// back to where it came from whatever else is wanted. What went back before is taken off in the same order.
    fn ways_back<'s>(
        &self,
        to: RefundTo,
        sale: &'s Sale,
        refunds: &BTreeSet<TicketId>,
        draft: &TicketDraft,
        owed_minor: i64,
    ) -> Result<(Vec<ByCard<'s>>, Rest), Failure> {
        let mut earlier: Vec<Tender> = Vec::new();
        for refund in refunds {
            earlier.extend(self.store.sale(*refund)?.map(|record| record.sale.tenders).unwrap_or_default());
        }
        // And what this very refund has given back before a card failed it.
        let begun = self.store.open_ticket(draft.id)?;
        earlier.extend(begun.iter().flat_map(|open| &open.parts).map(|part| part.tender.clone()));
        let mut went = WentBack::of(&earlier);
        let (mut cards, mut rest, mut left_minor) = (Vec::new(), Vec::new(), owed_minor);
        for tender in in_order(to, sale) {
            let went_minor = went.take(tender);
            let minor = (tender.amount_minor - went_minor).min(left_minor);
            if minor <= 0 {
                continue;
            }
            left_minor -= minor;
            match &tender.kind {
                TenderKind::Card { payment, terminal_id, receipt_number, .. } => cards.push(ByCard {
                    payment: *payment,
                    terminal_id,
                    receipt_number: *receipt_number,
                    minor,
                    is_whole: minor == tender.amount_minor,
                }),
                kind => match self.value_back(tender, draft.id, minor, &rest)? {
                    Some(value) => rest.push(value),
                    None => rest.push(Tender::now(-minor, kind.clone())),
                },
            }
        }
        if to == RefundTo::Credit && left_minor != 0 {
            rest.push(self.kept_as_credit(draft, -left_minor, &rest)?);
            return Ok((cards, (rest, 0)));
        }
        let (cash_minor, rounding_minor) = rounded_cash(-left_minor, self.catalog()?.branch.cash_rounding);
        if left_minor != 0 || (cards.is_empty() && rest.is_empty()) {
            rest.push(Tender::now(cash_minor, TenderKind::Cash { tendered_minor: 0 }));
        }
        Ok((cards, (rest, rounding_minor)))
    }

    /// What of each line can still go back.
    pub(super) fn refund_state(&self, ticket: TicketId) -> Result<Vec<LineLeft>, Failure> {
        self.require(Permission::Sell)?;
        let sold = self.store.sale(ticket)?.ok_or(Code::NotFound)?;
        let (before, _): (BackByLine, _) = self.store.given_back(ticket)?;
        let lines = sold.sale.lines.iter().filter(|line| matches!(line.kind, LineKind::Sale | LineKind::Tip));
        Ok(lines
            .map(|line| {
                let back = before.get(&line.id).copied().unwrap_or_default();
                LineLeft {
                    line: line.id,
                    pieces: (line.quantity - back.pieces).max(0),
                    total_minor: (line.total_minor - back.total_minor).max(0),
                }
            })
            .collect())
    }
}

/// Under which key is kept which begun refund a command goes on with. A key of its own: the command's own says what it did.
fn continues_key(key: Uuid) -> Uuid {
    TicketId::from_uuid(key).derive::<marker::Ticket>(b"continues").uuid()
}

/// What of which line a refund gives back, in no order.
fn given_lines(priced: &PricedTicket) -> BTreeSet<(TicketLineId, i64, i64)> {
    let lines = priced.lines.iter();
    lines
        .filter_map(|line| line.given_back.as_ref().map(|given| (given.line, given.pieces, line.total_minor)))
        .collect()
}

/// What paid the sale, in the order in which it gets something back: stored value, then cards, then what else was noted.
/// What is left is cash, or credit.
fn in_order(to: RefundTo, sale: &Sale) -> Vec<&Tender> {
    let rank = |tender: &Tender| match &tender.kind {
        kind if kind.moved().is_some() => Some(0),
        TenderKind::Cash { .. } => None,
        _ if matches!(to, RefundTo::Cash | RefundTo::Credit) => None,
        TenderKind::Card { .. } => Some(1),
        _ => Some(2),
    };
    let mut tenders: Vec<(u8, &Tender)> =
        sale.tenders.iter().filter_map(|tender| Some((rank(tender)?, tender))).collect();
    tenders.sort_by_key(|(rank, _)| *rank);
    tenders.into_iter().map(|(_, tender)| tender).collect()
}

/// What earlier refunds of the sale have given back: stored value by the movement that it restores, the rest by kind.
struct WentBack {
    by_movement: BTreeMap<MovementId, i64>,
    by_kind: BTreeMap<&'static str, i64>,
}

impl WentBack {
    fn of(earlier: &[Tender]) -> WentBack {
        let mut went = WentBack { by_movement: BTreeMap::new(), by_kind: BTreeMap::new() };
        for tender in earlier {
            match tender.kind.moved() {
                Some((_, Some(of))) => *went.by_movement.entry(of).or_default() -= tender.amount_minor,
                // Kept as credit: of no tender of the sale's.
                Some((_, None)) => {}
                None => *went.by_kind.entry(tender.kind.name()).or_default() -= tender.amount_minor,
            }
        }
        went
    }

    /// So much of `tender` went back before.
    fn take(&mut self, tender: &Tender) -> i64 {
        let before = match tender.kind.moved() {
            Some((movement, _)) => self.by_movement.entry(movement).or_default(),
            None => self.by_kind.entry(tender.kind.name()).or_default(),
        };
        let went_minor = (*before).clamp(0, tender.amount_minor.max(0));
        *before -= went_minor;
        went_minor
    }
}

pub(super) fn back_failure(error: BackError) -> Failure {
    match error {
        BackError::NoSuchLine => Failure::new(Code::BadInput).with("field", "line"),
        BackError::TooMany { left } => Failure::new(Code::NothingLeft).with("left", left),
        BackError::TooMuch { left_minor } => Failure::new(Code::NothingLeft).with("left_minor", left_minor),
    }
}
