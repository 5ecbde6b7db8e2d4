//! Card payments: intent durable before the terminal is asked, approval durable before it is told that we have it, and
//! an unknown outcome asked for, never guessed.

use super::asked::Asked;
use super::commit::session_to_sell_in;
use super::pay::{PartTaken, check_room, sell_or_take};
use super::sell::Paid;
use super::value::check_value;
use super::void::check_returns;
use super::{App, cause_name};
use crate::store::{PaymentRow, StoreError, Unit};
use salon_contract::window::{CardStage, Code, DecideCard, Done, Failure, Notice, PaymentView, UnknownCardView};
use salon_domain::access::Permission;
use salon_domain::event::{CardResolved, Happening};
use salon_domain::kernel::{Money, PartId, PaymentId, TicketId};
use salon_domain::payment::{
    CardApproved, CardIntent, CardIntentKind, CardOutcomeUnknown, PaymentFailed, PricedTicket, Tender, TenderKind,
    TicketDraft, price,
};
use salon_ports::{
    CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, CashierAnswer, PortError,
};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long an unknown outcome is asked for at once, before the screen says that it is unknown: a terminal without power
/// for a few seconds, or a cable that is put back, is waited for.
const RESOLVE_FOR: Duration = Duration::from_secs(8);
/// Between two questions, for one that is refused is refused at once; twice as long each time, up to the other.
const RESOLVE_PAUSE: Duration = Duration::from_millis(30);
const RESOLVE_PAUSE_MAX: Duration = Duration::from_millis(500);

fn tender_of(payment: PaymentId, receipt: &CardReceipt) -> TenderKind {
    TenderKind::Card {
        payment,
        terminal_id: receipt.terminal_id.clone(),
        trace: receipt.trace,
        receipt_number: receipt.receipt_number,
        authorisation: receipt.authorisation.clone(),
        brand: receipt.card_brand.clone(),
        last4: receipt.card_last4.clone(),
        lines: receipt.lines.clone(),
    }
}

pub(super) fn journal_unknown(unit: &mut Unit<'_>, intent: &CardIntent, user: Uuid) -> Result<(), StoreError> {
    let unknown = CardOutcomeUnknown { payment: intent.payment, ticket: intent.ticket.id };
    unit.journal(intent.ticket.id.uuid(), Happening::PaymentUnknown(unknown), user, intent.payment.uuid()).map(|_| ())
}

/// The tender of a payment that a person says was made, and whose receipt nobody here has.
fn tender_without_receipt(payment: PaymentId) -> TenderKind {
    TenderKind::Card {
        payment,
        terminal_id: String::new(),
        trace: 0,
        receipt_number: 0,
        authorisation: String::new(),
        brand: String::new(),
        last4: String::new(),
        lines: Vec::new(),
    }
}

/// What a person decided, for when it is said twice.
#[derive(Serialize, Deserialize)]
struct Decided {
    charged: bool,
    ticket: TicketId,
}

/// `taken_minor` is what parts have taken, or given back, before.
fn paid_with(intent: &CardIntent, priced: &PricedTicket, taken_minor: i64, tender: TenderKind) -> Paid {
    let mut tenders = vec![Tender::now(intent.signed_minor(), tender)];
    tenders.extend(intent.rest.iter().cloned());
    // An intent from before `rest` was kept: what of a sale had been paid otherwise is given back in cash.
    let rest_minor = priced.total_minor - taken_minor - intent.signed_minor();
    if rest_minor != 0 && !intent.part && !intent.kind.is_payment() && intent.rest.is_empty() {
        tenders.push(Tender::now(rest_minor, TenderKind::Cash { tendered_minor: 0 }));
    }
    Paid { tenders, rounding_minor: intent.rounding_minor, external_number: intent.external_number.clone() }
}

/// The payment as a part of its ticket.
fn part_of(intent: &CardIntent, tender: TenderKind, user: Uuid) -> PartTaken<'_> {
    let tender = Tender::now(intent.signed_minor(), tender);
    PartTaken { draft: &intent.ticket, name: "", tender, user, key: intent.payment.uuid() }
}

fn journal_failed(
    unit: &mut Unit<'_>,
    intent: &CardIntent,
    reason: &str,
    code: Option<u8>,
    user: Uuid,
) -> Result<(), StoreError> {
    let failed = PaymentFailed { payment: intent.payment, ticket: intent.ticket.id, reason: reason.to_owned(), code };
    unit.journal(intent.ticket.id.uuid(), Happening::PaymentFailed(failed), user, intent.payment.uuid()).map(|_| ())
}

impl App {
    pub fn pay_card(&self, key: Uuid, ticket: &TicketDraft) -> Result<PaymentView, Failure> {
        self.pay_card_as(key, ticket, None)
    }

    /// As [`App::pay_card`]; `external_number` is kept with the sale (replay).
    pub fn pay_card_as(
        &self,
        key: Uuid,
        ticket: &TicketDraft,
        external_number: Option<String>,
    ) -> Result<PaymentView, Failure> {
        let (draft, priced, user) = self.check_ticket(ticket)?;
        if let Some(sold) = self.store.sale(draft.id)? {
            return self.paid(sold.sale.ticket);
        }
        if priced.total_minor <= 0 {
            return Err(Failure::new(Code::BadInput).with("field", "total"));
        }
        let amount_minor = priced.total_minor;
        let asked = Asked {
            draft,
            priced,
            amount_minor,
            part: false,
            kind: CardIntentKind::Payment,
            at_terminal: String::new(),
            rest: Default::default(),
            external_number,
            back: None,
            user,
            key,
        };
        self.ask_for_card(asked)
    }

    /// Asks the card terminal to move the ticket's total, or what of it went by card, and sees it to its end.
    pub(super) fn ask_for_card(&self, asked: Asked) -> Result<PaymentView, Failure> {
        let mut card = self.take_card()?;
        let port = card.port()?;
        if let Some(open) = self.store.open_payments()?.first() {
            return Err(Failure::new(Code::CardUnknown).with("payment", open.intent.payment));
        }
        let view = self.card_to_its_end(port, &asked);
        let payment = PaymentId::from_uuid(Uuid::nil());
        self.notify(&Notice::Card { payment, stage: CardStage::Ended });
        view
    }

    fn card_to_its_end(&self, port: &mut dyn CardPort, asked: &Asked) -> Result<PaymentView, Failure> {
        // Which transaction was its last *before* ours: without it an older one of the same amount could be taken for
        // ours when the outcome has to be asked for. Fresh, because somebody may have used the terminal by hand.
        let last_trace = match port.last_trace() {
            Ok(trace) => trace,
            Err(error) => return Ok(PaymentView::NotCharged { cause: cause_name(error.cause()) }),
        };
        let Some(intent) = self.begin(asked, last_trace, port.terminal_id())? else {
            return self.part_view(asked.draft.id);
        };
        let request = request_of(&intent);
        let progress = &mut |progress| self.card_stage(intent.payment, progress);
        let record =
            &mut |receipt: &CardReceipt| self.record_approval(&intent, receipt, asked.user).map_err(|e| e.to_string());
        match port.transact(&request, progress, record) {
            Ok(outcome) => self.settle_outcome(&intent, &asked.priced, outcome, asked.user),
            Err(error @ (PortError::Retryable { .. } | PortError::Permanent { .. })) => {
                tracing::info!(payment = %intent.payment, %error, detail = error.detail(), "nothing was charged");
                self.fail(&intent, "device", None, asked.user)?;
                Ok(PaymentView::NotCharged { cause: cause_name(error.cause()) })
            }
            Err(error @ PortError::OutcomeUnknown { .. }) => {
                tracing::warn!(payment = %intent.payment, %error, detail = error.detail(), "its outcome is unknown");
                self.store.write(|unit| journal_unknown(unit, &intent, asked.user))?;
                self.ask_until_known(port, &intent, &asked.priced, &error, asked.user)
            }
        }
    }

    /// Journals the intent, durably. One unknown payment blocks further ones. `None` when the ticket has been sold since
    /// somebody looked, or the part taken: a second click that found the card terminal free again.
    fn begin(
        &self,
        asked: &Asked,
        last_trace: Option<u32>,
        terminal_id: String,
    ) -> Result<Option<CardIntent>, Failure> {
        let catalog = self.catalog()?;
        self.store.write::<_, Failure>(|unit| {
            if unit.sale(asked.draft.id)?.is_some() {
                return Ok(None);
            }
            if asked.is_one_part() && unit.done_before::<PartId>(asked.key)?.is_some() {
                return Ok(None);
            }
            check_room(unit, asked.draft.id, asked.priced.total_minor, asked.signed_minor(), asked.back)?;
            if asked.back.is_none() {
                check_returns(unit, &asked.draft, &asked.priced.lines)?;
            }
            if !asked.part {
                check_value(unit, &catalog, self.is_alone(), asked.draft.card, &asked.priced.lines, &[])?;
            }
            if let Some(open) = unit.open_payments()?.first() {
                return Err(Failure::new(Code::CardUnknown).with("payment", open.intent.payment));
            }
            let session = session_to_sell_in(unit, &catalog)?;
            let intent = CardIntent {
                payment: unit.id(),
                ticket: asked.draft.clone(),
                session: session.session,
                amount_minor: asked.amount_minor.unsigned_abs().try_into().unwrap_or(i64::MAX),
                kind: asked.kind,
                part: asked.part,
                rest: asked.rest.0.clone(),
                rounding_minor: asked.rest.1,
                asked_at_trace: last_trace,
                at_terminal: if asked.at_terminal.is_empty() { terminal_id } else { asked.at_terminal.clone() },
                external_number: asked.external_number.clone(),
            };
            let what = Happening::PaymentInitiated(Box::new(intent.clone()));
            unit.journal(asked.draft.id.uuid(), what, asked.user, asked.key)?;
            Ok(Some(intent))
        })
    }

    fn record_approval(&self, intent: &CardIntent, receipt: &CardReceipt, user: Uuid) -> Result<(), StoreError> {
        self.store.write(|unit| {
            let approved = CardApproved {
                payment: intent.payment,
                ticket: intent.ticket.id,
                amount_minor: receipt.amount_minor,
                tender: tender_of(intent.payment, receipt),
            };
            let what = Happening::PaymentApproved(Box::new(approved));
            unit.journal(intent.ticket.id.uuid(), what, user, intent.payment.uuid()).map(|_| ())
        })
    }

    fn settle_outcome(
        &self,
        intent: &CardIntent,
        priced: &PricedTicket,
        outcome: CardOutcome,
        user: Uuid,
    ) -> Result<PaymentView, Failure> {
        match outcome {
            CardOutcome::Approved(receipt) => self.complete(intent, priced, tender_of(intent.payment, &receipt), user),
            CardOutcome::Declined { code, text } => {
                self.fail(intent, "declined", Some(code), user)?;
                Ok(PaymentView::Declined { code, text })
            }
        }
    }

    fn complete(
        &self,
        intent: &CardIntent,
        priced: &PricedTicket,
        tender: TenderKind,
        user: Uuid,
    ) -> Result<PaymentView, Failure> {
        let paid = paid_with(intent, priced, self.taken_minor(intent.ticket.id)?, tender.clone());
        let taken = part_of(intent, tender, user);
        self.sell_or_take(&taken, priced, paid, intent.part)
    }

    fn fail(&self, intent: &CardIntent, reason: &str, code: Option<u8>, user: Uuid) -> Result<(), Failure> {
        self.store.write::<_, Failure>(|unit| Ok(journal_failed(unit, intent, reason, code, user)?))
    }

    fn ask_until_known(
        &self,
        port: &mut dyn CardPort,
        intent: &CardIntent,
        priced: &PricedTicket,
        first: &PortError,
        user: Uuid,
    ) -> Result<PaymentView, Failure> {
        let mut cause = first.cause();
        let (began, mut pause) = (Instant::now(), RESOLVE_PAUSE);
        self.notify(&Notice::Card { payment: intent.payment, stage: CardStage::Recovering });
        while began.elapsed() < RESOLVE_FOR {
            match self.ask_terminal(port, intent) {
                Ok(resolution) => return self.settle_resolution(intent, priced, resolution, user),
                Err(error @ PortError::Retryable { .. }) => cause = error.cause(),
                Err(error) => {
                    cause = error.cause();
                    break;
                }
            }
            std::thread::sleep(pause);
            pause = (2 * pause).min(RESOLVE_PAUSE_MAX);
        }
        Ok(PaymentView::Unknown { payment: intent.payment, cause: cause_name(cause) })
    }

    fn ask_terminal(&self, port: &mut dyn CardPort, intent: &CardIntent) -> Result<CardResolution, PortError> {
        let payment = intent.payment;
        port.resolve(&request_of(intent), intent.asked_at_trace, &mut |p| self.card_stage(payment, p))
    }

    fn settle_resolution(
        &self,
        intent: &CardIntent,
        priced: &PricedTicket,
        resolution: CardResolution,
        user: Uuid,
    ) -> Result<PaymentView, Failure> {
        match resolution {
            CardResolution::Approved(receipt) => {
                self.complete(intent, priced, tender_of(intent.payment, &receipt), user)
            }
            CardResolution::NotCharged => {
                self.fail(intent, "not_charged", None, user)?;
                Ok(PaymentView::NotCharged { cause: "not_charged".into() })
            }
        }
    }

    fn open_payment(&self, payment: PaymentId) -> Result<(PaymentRow, PricedTicket), Failure> {
        let open = self.store.open_payments()?.into_iter().find(|p| p.intent.payment == payment);
        let open = open.ok_or_else(|| Failure::new(Code::NotFound).with("what", "payment"))?;
        let priced = price(&open.intent.ticket).map_err(super::sell::pricing_failure)?;
        Ok((open, priced))
    }

    pub fn resolve_card(&self, payment: PaymentId) -> Result<PaymentView, Failure> {
        let user = self.require(Permission::Sell)?;
        let mut card = self.take_card()?;
        let port = card.port()?;
        // Only now: whoever had the terminal before may have resolved it, and used the terminal again.
        let (open, priced) = self.open_payment(payment)?;
        self.notify(&Notice::Card { payment, stage: CardStage::Recovering });
        let view = match self.ask_terminal(port, &open.intent) {
            Ok(resolution) => self.settle_resolution(&open.intent, &priced, resolution, user),
            Err(error) => Ok(PaymentView::Unknown { payment, cause: cause_name(error.cause()) }),
        };
        self.notify(&Notice::Card { payment, stage: CardStage::Ended });
        view
    }

    /// A manager says what happened, with PIN and reason, when the card terminal cannot.
    pub(super) fn decide_card(&self, decision: &DecideCard) -> Result<PaymentView, Failure> {
        self.require(Permission::Sell)?;
        let manager = self.check_pin(decision.manager, &decision.pin)?;
        if !manager.may(Permission::CardResolve) {
            return Err(Failure::new(Code::NotAllowed).with("permission", "card_resolve"));
        }
        if decision.reason.trim().is_empty() {
            return Err(Failure::new(Code::BadInput).with("field", "reason"));
        }
        // Nobody asks the terminal meanwhile, and nothing that still runs is decided about.
        let _reserved = self.reserve_card()?;
        if let Some(decided) = self.store.done_before(decision.key)? {
            return self.decided(decided);
        }
        let (open, priced) = self.open_payment(decision.payment)?;
        let (intent, user) = (&open.intent, manager.id.uuid());
        let approval = self.store.approval(decision.payment)?;
        let tender = approval.map_or_else(|| tender_without_receipt(decision.payment), |approved| approved.tender);
        let paid = paid_with(intent, &priced, self.taken_minor(intent.ticket.id)?, tender.clone());
        let taken = part_of(intent, tender, user);
        let catalog = self.catalog()?;
        // The word and what follows from it at once: half of it would be decided again, and perhaps otherwise.
        let decided = self.store.write::<_, Failure>(|unit| {
            let resolved =
                CardResolved { payment: decision.payment, by_person: true, reason: decision.reason.trim().to_owned() };
            let what = Happening::PaymentResolved(resolved);
            unit.journal(intent.ticket.id.uuid(), what, user, decision.key)?;
            if !decision.charged {
                journal_failed(unit, intent, "decided", None, user)?;
            } else {
                sell_or_take(unit, &catalog, &taken, &priced, paid, intent.part)?;
            }
            let decided = Decided { charged: decision.charged, ticket: intent.ticket.id };
            unit.mark_done(decision.key, &decided)?;
            Ok(decided)
        })?;
        self.decided(decided)
    }

    fn decided(&self, decided: Decided) -> Result<PaymentView, Failure> {
        Ok(match decided.charged {
            true => self.part_view(decided.ticket)?,
            false => PaymentView::NotCharged { cause: "decided".into() },
        })
    }

    pub(super) fn cancel_card(&self) -> Done {
        self.cancel_card_now();
        Done {}
    }

    /// Gives the cashier's answer to the payment that waits for it.
    pub(super) fn answer_card(&self, payment: PaymentId, approved: bool, code: &str) -> Result<Done, Failure> {
        self.require(Permission::Sell)?;
        let code = code.trim();
        let is_code = (2..=12).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if approved && !is_code {
            return Err(Failure::new(Code::BadInput).with("field", "authorisation"));
        }
        let waits = self.store.open_payments()?.iter().any(|open| open.intent.payment == payment && !open.unknown);
        let answer = match approved {
            true => CashierAnswer::Approved { authorisation: code.to_ascii_uppercase() },
            false => CashierAnswer::Declined,
        };
        if waits && self.answer_card_now(answer) { Ok(Done {}) } else { Err(Code::NotFound.into()) }
    }

    /// Payments that nobody works on and whose end is not journalled: unknown ones, and those that a failing disk left
    /// without even that word. They block the card tender, so a person has to see them.
    pub(super) fn unsettled_cards(&self) -> Result<Vec<PaymentRow>, Failure> {
        let mut open = self.store.open_payments()?;
        let is_in_progress = self.card_is_at_work();
        open.retain(|p| p.unknown || !is_in_progress);
        Ok(open)
    }

    pub(super) fn unknown_cards(&self) -> Result<Vec<UnknownCardView>, Failure> {
        let catalog = self.catalog()?;
        self.unsettled_cards()?
            .into_iter()
            .map(|p| {
                Ok(UnknownCardView {
                    payment: p.intent.payment,
                    ticket: p.intent.ticket.id,
                    amount_minor: p.intent.amount_minor,
                    gives_back: !p.intent.kind.is_payment(),
                    since: p.at,
                    minute: catalog.minute(p.at),
                    date: catalog.today(p.at)?.to_string(),
                    client_name: self.client_name(p.intent.ticket.card)?,
                })
            })
            .collect()
    }

    pub(super) fn card_stage(&self, payment: PaymentId, progress: CardProgress) {
        let stage = match progress {
            CardProgress::Connecting => CardStage::Connecting,
            CardProgress::Status { code } => CardStage::Status { code },
            CardProgress::Text { text } => CardStage::Text { text },
            CardProgress::Confirm => CardStage::Confirm,
            CardProgress::Recovering => CardStage::Recovering,
        };
        self.notify(&Notice::Card { payment, stage });
    }
}

fn request_of(intent: &CardIntent) -> CardRequest {
    let amount = Money::new(intent.amount_minor, intent.ticket.currency);
    CardRequest { payment: intent.payment, amount, kind: intent.kind, at_terminal: intent.at_terminal.clone() }
}
