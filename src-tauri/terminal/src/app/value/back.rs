//! Giving back what was paid with stored value: always to where it came from.

use crate::app::App;
use salon_contract::window::Failure;
use salon_domain::kernel::TicketId;
use salon_domain::payment::{Tender, TenderKind};
use salon_domain::value::movement_back;

fn is_one_ledger(one: &TenderKind, other: &TenderKind) -> bool {
    match (one, other) {
        (TenderKind::GiftCard { code, .. }, TenderKind::GiftCard { code: of, .. }) => code == of,
        (TenderKind::AccountCredit { card, .. }, TenderKind::AccountCredit { card: of, .. }) => card == of,
        _ => false,
    }
}

impl App {
    /// The tender that gives `minor` of `tender` back on the ticket `refund`; none where it was no stored value. `given` goes
    /// back at the same time.
    pub(in crate::app) fn value_back(
        &self,
        tender: &Tender,
        refund: TicketId,
        minor: i64,
        given: &[Tender],
    ) -> Result<Option<Tender>, Failure> {
        let Some((of, _)) = tender.kind.moved() else { return Ok(None) };
        let (movement, restores) = (movement_back(of, refund), Some(of));
        let same = given.iter().filter(|before| is_one_ledger(&before.kind, &tender.kind));
        let more_minor = minor - same.map(|before| before.amount_minor).sum::<i64>();
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
        Ok(Some(Tender::now(-minor, kind)))
    }

    /// The tender that gives a part of the ticket back, where it was stored value.
    pub(in crate::app) fn value_part_back(&self, ticket: TicketId, part: &Tender) -> Result<Option<Tender>, Failure> {
        self.value_back(part, ticket, part.amount_minor, &[])
    }
}
