//! What is taken off a ticket by itself or for a code: promotions of the master data that are in force now, here, for this
//! client, and what the client's memberships give. The window's word on that does not count.

use super::{App, Catalog};
use salon_contract::window::Failure;
use salon_domain::access::Permission;
use salon_domain::payment::{Occasion, TicketDraft, offers_in_force};

/// More codes than this nobody has, nor longer ones.
const CODES_MAX: usize = 8;
const CODE_MAX: usize = 32;

impl App {
    pub(super) fn offers_for(&self, mut ticket: TicketDraft) -> Result<TicketDraft, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        ticket.currency = catalog.branch.currency;
        self.put_offers(&catalog, &mut ticket)?;
        Ok(ticket)
    }

    /// Puts the lines' categories and the offers in force into the draft's terms.
    pub(super) fn put_offers(&self, catalog: &Catalog, draft: &mut TicketDraft) -> Result<(), Failure> {
        for line in &mut draft.lines {
            line.terms.category = catalog.category(&line.item).to_owned();
        }
        let codes = draft.terms.codes.iter().map(|code| code.trim().chars().take(CODE_MAX).collect::<String>());
        draft.terms.codes = codes.filter(|code| !code.is_empty()).take(CODES_MAX).collect();
        let now = self.clock.now();
        let day = catalog.day(now)?;
        let (memberships, of_memberships) = self.member_offers(catalog, draft, day)?;
        if catalog.promotions.is_empty() {
            draft.terms.offers = of_memberships;
            return Ok(());
        }
        let asks_first = catalog.promotions.iter().any(|promotion| promotion.first_visit);
        let first_visit = match draft.card.filter(|_| asks_first) {
            Some(card) => self.store.sales_of_card(card, 1)?.1.is_empty(),
            None => false,
        };
        let occasion = Occasion {
            branch: catalog.branch.id,
            currency: catalog.branch.currency,
            day,
            minute: catalog.minute(now),
            codes: draft.terms.codes.clone(),
            first_visit,
            tier: self.tier_of(catalog, draft.card)?.map(|tier| tier.name().to_owned()),
            staff: false,
            memberships,
        };
        draft.terms.offers = offers_in_force(&catalog.promotions, &occasion);
        draft.terms.offers.extend(of_memberships);
        draft.terms.offers.sort();
        Ok(())
    }
}
