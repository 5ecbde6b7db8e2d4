//! Tips that are given after the sale was paid: a ticket of their own, with its own receipt, that names the sale. It is
//! taken by any tender like any other ticket; what was paid is not touched, so that no card is asked for more than its
//! holder has agreed to.
//!
//! Raising the first payment instead is deliberately not in here. Stripe takes more than was authorised only at the capture
//! (over-capture, in the US, for some trades), and ours follows the approval at once, so that no hold lapses unseen. ZVT
//! names a command for it (06 0C, "Book Tip"), which is not spoken here. A terminal without a cable is told by hand either
//! way.

use super::App;
use super::sell::missing;
use salon_contract::window::{Code, Failure, LaterTip};
use salon_domain::kernel::TicketId;
use salon_domain::payment::{FollowKind, Follows, LineDraft, LineKind, TicketDraft, refund_of};

impl App {
    /// What was given for a sale later.
    pub(super) fn later_tips(&self, ticket: TicketId) -> Result<Vec<LaterTip>, Failure> {
        let found = self.store.tips_after(ticket)?.into_iter();
        Ok(found.map(|tip| LaterTip { ticket: tip.ticket, number: tip.number, total_minor: tip.total_minor }).collect())
    }

    /// Which receipt the ticket's tips are for, of what the window says: none where there are no tips. The number is the
    /// books'. A sale that was taken back as a whole gets no tip any more.
    pub(super) fn tip_for(&self, draft: &TicketDraft, said: Option<Follows>) -> Result<Option<Follows>, Failure> {
        let is_tip = |line: &LineDraft| line.kind == LineKind::Tip && line.unit_price_minor > 0;
        let is_for_tips = |said: &Follows| said.how == FollowKind::Tip && draft.lines.iter().any(is_tip);
        let Some(said) = said.filter(is_for_tips) else { return Ok(None) };
        let sold = self.store.sale(said.ticket)?.ok_or_else(|| missing("sale"))?;
        if self.store.sale(refund_of(said.ticket))?.is_some() {
            return Err(Code::NothingLeft.into());
        }
        Ok(Some(Follows::of(FollowKind::Tip, &sold.sale)))
    }
}
