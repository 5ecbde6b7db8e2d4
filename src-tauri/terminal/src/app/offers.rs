//! What is taken off a ticket by itself or for a code: promotions of the master data that are in force now, here, for this
//! client, what the client's tier and memberships give, and the staff's discount. The window's word on that does not
//! count.

use super::{App, Catalog};
use salon_contract::window::Failure;
use salon_domain::access::Permission;
use salon_domain::loyalty::Tier;
use salon_domain::payment::{Occasion, TicketDraft, offers_in_force, offers_to_staff, offers_to_tier};

/// More codes than this nobody has, nor longer ones.
const CODES_MAX: usize = 8;
const CODE_MAX: usize = 32;

impl App {
    pub(super) fn offers_for(&self, mut ticket: TicketDraft) -> Result<TicketDraft, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        ticket.currency = catalog.branch.currency;
        self.put_offers(&catalog, &mut ticket)?;
        self.put_exemption(&catalog, &mut ticket)?;
        Ok(ticket)
    }

    /// Puts the lines' categories and the offers in force into the draft's terms.
    pub(super) fn put_offers(&self, catalog: &Catalog, draft: &mut TicketDraft) -> Result<(), Failure> {
        for line in &mut draft.lines {
            line.terms.category = catalog.category(&line.item).to_owned();
        }
        let codes = draft.terms.codes.iter().map(|code| code.trim().chars().take(CODE_MAX).collect::<String>());
        draft.terms.codes = codes.filter(|code| !code.is_empty()).take(CODES_MAX).collect();
        let (memberships, of_memberships) = self.member_offers(catalog, draft, catalog.day(self.clock.now())?)?;
        draft.terms.offers.clear();
        let staff = self.staff_who_buys(catalog, draft)?;
        let tier = match catalog.has_tier_discounts() || !catalog.promotions.is_empty() {
            true => self.tier_of(catalog, draft.card)?,
            false => None,
        };
        self.put_promotions(catalog, draft, tier, staff.is_some(), memberships)?;
        draft.terms.offers.extend(of_memberships);
        if let Some((terms, name)) = catalog.branch.desk.staff_discount.as_ref().zip(staff) {
            draft.terms.offers.extend(offers_to_staff(catalog.branch.id, terms, &name));
        }
        let tiers = catalog.loyalty.as_ref().map(|programme| &programme.tiers);
        if let Some(terms) = tiers.zip(tier).and_then(|(tiers, tier)| tiers.terms_of(tier)) {
            draft.terms.offers.extend(offers_to_tier(catalog.branch.id, terms));
        }
        draft.terms.offers.sort();
        Ok(())
    }

    fn put_promotions(
        &self,
        catalog: &Catalog,
        draft: &mut TicketDraft,
        tier: Option<Tier>,
        staff: bool,
        memberships: Vec<String>,
    ) -> Result<(), Failure> {
        if catalog.promotions.is_empty() {
            return Ok(());
        }
        let now = self.clock.now();
        let asks_first = catalog.promotions.iter().any(|promotion| promotion.first_visit);
        let first_visit = match draft.card.filter(|_| asks_first) {
            Some(card) => self.store.sales_of_card(card, 1)?.1.is_empty(),
            None => false,
        };
        let occasion = Occasion {
            branch: catalog.branch.id,
            currency: catalog.branch.currency,
            day: catalog.day(now)?,
            minute: catalog.minute(now),
            codes: draft.terms.codes.clone(),
            first_visit,
            tier: tier.map(|tier| tier.name().to_owned()),
            staff,
            memberships,
        };
        draft.terms.offers = offers_in_force(&catalog.promotions, &occasion);
        Ok(())
    }
}
