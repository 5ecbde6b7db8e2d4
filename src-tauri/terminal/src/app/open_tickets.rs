//! Tickets that are put aside, and those that money was taken for.

use super::App;
use super::asked::Asked;
use super::pay::PartTaken;
use super::sell::pricing_failure;
use super::till::date_text;
use salon_contract::window::{Code, Done, Failure, GivePartBack, OpenTicketView, PaymentView};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{TicketId, day_number};
use salon_domain::payment::{
    CardIntentKind, OpenTicket, TakenPart, Tender, TenderKind, TicketDraft, TicketDropped, TicketHeld, price,
};
use uuid::Uuid;

/// The longest name of a ticket.
const NAME_MAX: usize = 80;

impl App {
    pub(super) fn hold_ticket(&self, key: Uuid, ticket: &TicketDraft, name: &str) -> Result<Done, Failure> {
        let (mut draft, _, user) = self.check_ticket(ticket)?;
        draft.terms.deposit = false;
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME_MAX).collect();
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_some() || unit.sale(draft.id)?.is_some() {
                return Ok(Done {});
            }
            let identity = unit.identity()?.clone();
            let held = TicketHeld { ticket: draft.clone(), name, device: identity.device, branch: identity.branch };
            unit.journal(draft.id.uuid(), Happening::TicketHeld(Box::new(held)), user, key)?;
            unit.mark_done(key, &true)?;
            Ok(Done {})
        })
    }

    pub(super) fn open_tickets(&self) -> Result<Vec<OpenTicketView>, Failure> {
        self.require(Permission::Sell)?;
        self.store.open_tickets()?.into_iter().map(|open| self.open_ticket_view(open)).collect()
    }

    pub(super) fn open_ticket_view(&self, open: OpenTicket) -> Result<OpenTicketView, Failure> {
        let catalog = self.catalog()?;
        // A draft of another version that cannot be priced any more owes nothing that we know of.
        let total_minor = price(&open.draft).map_or(0, |priced| priced.total_minor);
        let paid_minor = open.paid_minor();
        let deposit_minor = open.deposit_minor();
        let is_over = open.dropped || self.store.sale(open.draft.id)?.is_some();
        Ok(OpenTicketView {
            client_name: self.client_name(open.draft.card)?,
            name: open.name,
            at: open.at,
            minute: catalog.minute(open.at),
            date: date_text(day_number(catalog.today(open.at)?)),
            total_minor,
            paid_minor,
            deposit_minor,
            owed_minor: if is_over { -paid_minor } else { total_minor - paid_minor },
            is_over,
            parts: open.parts,
            draft: open.draft,
        })
    }

    pub(super) fn drop_ticket(&self, key: Uuid, ticket: TicketId) -> Result<Done, Failure> {
        let user = self.require(Permission::Sell)?;
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(key)?.is_some() {
                return Ok(Done {});
            }
            let open = unit.open_ticket(ticket)?.ok_or_else(|| Failure::new(Code::NotFound).with("what", "ticket"))?;
            if open.paid_minor() != 0 {
                return Err(Failure::new(Code::PartPaid).with("paid_minor", open.paid_minor()));
            }
            if unit.open_payments()?.iter().any(|payment| payment.intent.ticket.id == ticket) {
                return Err(Code::CardUnknown.into());
            }
            unit.journal(ticket.uuid(), Happening::TicketDropped(TicketDropped { ticket }), user, key)?;
            unit.mark_done(key, &true)?;
            Ok(Done {})
        })
    }

    /// The way it came: cash from the drawer, a card payment to the card, anything else as it was noted.
    pub(super) fn give_part_back(&self, wanted: &GivePartBack) -> Result<PaymentView, Failure> {
        let user = self.may_give_back(wanted.manager, &wanted.pin, &wanted.reason)?;
        if self.was_part(wanted.key)? {
            return self.part_view(wanted.ticket);
        }
        let mut open = self.store.open_ticket(wanted.ticket)?.ok_or(Code::NotFound)?;
        let part = open.parts.iter().find(|part| part.part == wanted.part).ok_or(Code::NotFound)?.clone();
        check_part_back(&open, &part)?;
        open.draft.terms.deposit = part.deposit;
        let amount_minor = -part.tender.amount_minor;
        let TenderKind::Card { receipt_number, terminal_id, payment, .. } = &part.tender.kind else {
            let tender = match (&part.tender.kind, self.value_part_back(open.draft.id, &part.tender)?) {
                (_, Some(tender)) => tender,
                (TenderKind::Cash { .. }, _) => Tender::now(amount_minor, TenderKind::Cash { tendered_minor: 0 }),
                (other, _) => Tender::now(amount_minor, other.clone()),
            };
            let (draft, name) = (&open.draft, open.name.as_str());
            let taken = PartTaken { draft, name, tender, user, key: wanted.key };
            return self.take_part(&taken, 0, Some(wanted.part));
        };
        let able = self.card_abilities();
        let reverses = able.reversal && *receipt_number != 0 && self.store.is_in_open_batch(*payment, terminal_id)?;
        if !reverses && !able.refund {
            return Err(Failure::new(Code::Device).with("device", "card_terminal").with("cause", "unsupported"));
        }
        let kind = match reverses {
            true => CardIntentKind::Reversal { receipt_number: *receipt_number },
            false => CardIntentKind::Refund { of: *payment },
        };
        self.ask_for_card(Asked {
            priced: price(&open.draft).map_err(pricing_failure)?,
            draft: open.draft.clone(),
            amount_minor,
            part: true,
            kind,
            at_terminal: if reverses { terminal_id.clone() } else { String::new() },
            rest: Default::default(),
            external_number: None,
            back: Some(wanted.part),
            user,
            key: wanted.key,
        })
    }
}

/// What gave something back goes back no more, and what came goes back once.
pub(super) fn check_part_back(open: &OpenTicket, part: &TakenPart) -> Result<(), Failure> {
    if part.tender.amount_minor <= 0 || is_given_back(open, part) {
        return Err(Failure::new(Code::BadInput).with("field", "part"));
    }
    Ok(())
}

/// Whether so much was given back by the same kind of tender already, or the same stored value.
fn is_given_back(open: &OpenTicket, part: &TakenPart) -> bool {
    if let Some((movement, _)) = part.tender.kind.moved() {
        let takes_it_back = |kind: &TenderKind| kind.moved().is_some_and(|(_, of)| of == Some(movement));
        return open.parts.iter().any(|other| takes_it_back(&other.tender.kind));
    }
    let kind = part.tender.kind.name();
    let of_kind = open.parts.iter().filter(|other| other.tender.kind.name() == kind);
    of_kind.map(|other| other.tender.amount_minor).sum::<i64>() < part.tender.amount_minor
}
