//! Giving back what was paid with stored value: always to where it came from.

use crate::app::App;
use salon_contract::window::Failure;
use salon_domain::kernel::TicketId;
use salon_domain::payment::{Sale, Tender, TenderKind, refund_of};
use salon_domain::value::movement_back;

fn is_one_ledger(one: &TenderKind, other: &TenderKind) -> bool {
    match (one, other) {
        (TenderKind::GiftCard { code, .. }, TenderKind::GiftCard { code: of, .. }) => code == of,
        (TenderKind::AccountCredit { card, .. }, TenderKind::AccountCredit { card: of, .. }) => card == of,
        _ => false,
    }
}

impl App {
    /// The tender that takes `tender` back on the ticket `refund`; none where it was no stored value. `before_minor` goes
    /// back to the same ledger at the same time.
    fn taken_back(&self, tender: &Tender, refund: TicketId, before_minor: i64) -> Result<Option<Tender>, Failure> {
        let Some((of, _)) = tender.kind.moved() else { return Ok(None) };
        let (movement, restores) = (movement_back(of, refund), Some(of));
        let more_minor = before_minor + tender.amount_minor;
        let kind = match &tender.kind {
            TenderKind::GiftCard { code, .. } => {
                let left_minor = self.gift_balance(code)? + more_minor;
                TenderKind::GiftCard { code: code.clone(), movement, restores, left_minor }
            }
            TenderKind::AccountCredit { card, .. } => {
                let left_minor = self.credit_of(*card)?.balance_minor() + more_minor;
                TenderKind::AccountCredit { card: *card, movement, restores, left_minor }
            }
            _ => return Ok(None),
        };
        Ok(Some(Tender::now(-tender.amount_minor, kind)))
    }

    /// The tender that gives a part of the ticket back, where it was stored value.
    pub(in crate::app) fn value_part_back(&self, ticket: TicketId, part: &Tender) -> Result<Option<Tender>, Failure> {
        self.taken_back(part, ticket, 0)
    }

    /// The tenders that give back what of a sale was paid with stored value, but for those that were given back before.
    pub(in crate::app) fn value_back(&self, sale: &Sale) -> Result<Vec<Tender>, Failure> {
        let refund = refund_of(sale.ticket);
        let done = self.store.open_ticket(refund)?.map(|open| open.parts).unwrap_or_default();
        let mut given: Vec<Tender> = Vec::new();
        for tender in sale.tenders.iter().filter(|tender| tender.amount_minor > 0) {
            let Some((movement, _)) = tender.kind.moved() else { continue };
            let takes_it_back = |kind: &TenderKind| kind.moved().is_some_and(|(_, of)| of == Some(movement));
            if done.iter().any(|part| takes_it_back(&part.tender.kind)) {
                continue;
            }
            let same = given.iter().filter(|before| is_one_ledger(&before.kind, &tender.kind));
            let before_minor = same.map(|before| -before.amount_minor).sum();
            given.extend(self.taken_back(tender, refund, before_minor)?);
        }
        Ok(given)
    }
}
