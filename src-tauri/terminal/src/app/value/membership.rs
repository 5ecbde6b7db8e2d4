//! Memberships: what a client's give today, what is due for them, and what a manager changes about one. What lines of a
//! ticket do to one is in `membership_lines`.
//!
//! A period's price is turnover when it is paid, its benefits are had without a price or at less. Percentages are offers
//! ([`OfferKind::Membership`]): taken off after codes, loyalty and staff offers, before what a person gives on the whole
//! ticket. Of several memberships the better percentage counts, for services and for products each.

use crate::app::till::date_text;
use crate::app::{App, Catalog};
use salon_contract::window::{
    BenefitGives, BenefitView, ChangeMembership, Code, Done, DueView, Failure, MemberStanding, MembershipAct,
    MembershipView, OverdraftView, PauseView,
};
use salon_domain::access::Permission;
use salon_domain::event::Happening;
use salon_domain::kernel::{CardId, Hlc, MembershipId, PromotionId, day_number};
use salon_domain::payment::{Discount, Item, LineKind, Offer, OfferKind, Scope, Stacking, TicketDraft};
use salon_domain::value::{
    Benefit, Membership, MembershipChange, MembershipError, MembershipMoved, Prepaid, Stamp, Standing,
};

/// A membership whose benefits the ticket's client has.
struct Held {
    membership: MembershipId,
    name: String,
    benefits: Vec<Benefit>,
}

impl App {
    /// A client's memberships, those whose benefits hold first.
    pub(in crate::app) fn memberships(&self, card: CardId) -> Result<Vec<MembershipView>, Failure> {
        self.require(Permission::Sell)?;
        let catalog = self.catalog()?;
        let day = catalog.day(self.clock.now())?;
        let known = self.store.memberships_of(card)?;
        let mut views: Vec<MembershipView> = known.iter().filter_map(|one| view(&catalog, one, day)).collect();
        views.sort_by_key(|view| (!view.usable, view.standing == MemberStanding::Ended, view.since.clone()));
        Ok(views)
    }

    /// What memberships take off the draft's lines, and their names, for promotions that ask for one.
    pub(in crate::app) fn member_offers(
        &self,
        catalog: &Catalog,
        draft: &TicketDraft,
        day: i32,
    ) -> Result<(Vec<String>, Vec<Offer>), Failure> {
        let held = self.held(catalog, draft, day)?;
        let mut best: [Option<(u32, &Held)>; 2] = [None, None];
        for one in &held {
            for benefit in &one.benefits {
                let (ix, percent_bp) = match benefit {
                    Benefit::ServicesOff { percent_bp } => (0, *percent_bp),
                    Benefit::ProductsOff { percent_bp } => (1, *percent_bp),
                    Benefit::Included { .. } => continue,
                };
                if percent_bp > 0 && best[ix].is_none_or(|(before, _)| percent_bp > before) {
                    best[ix] = Some((percent_bp, one));
                }
            }
        }
        let scopes = [(Scope::Services, b"benefit/services".as_slice()), (Scope::Products, b"benefit/products")];
        let offers = scopes.into_iter().zip(best).filter_map(|((scope, tag), best)| {
            let (percent_bp, one) = best?;
            let promotion: PromotionId = one.membership.derive(tag);
            Some(Offer {
                kind: OfferKind::Membership,
                promotion,
                label: one.name.clone(),
                off: Discount::Percent(percent_bp),
                off_minor_max: None,
                scope,
                spend_minor_min: 0,
                stacking: Stacking::Stackable,
            })
        });
        let offers = offers.collect();
        Ok((held.into_iter().map(|one| one.name).collect(), offers))
    }

    /// Those of the ticket's client that hold today, by id; what is paid or begun with the ticket itself counts.
    fn held(&self, catalog: &Catalog, draft: &TicketDraft, day: i32) -> Result<Vec<Held>, Failure> {
        let Some(card) = draft.card else { return Ok(Vec::new()) };
        let mut held = Vec::new();
        for known in self.store.memberships_of(card)? {
            let paid: Vec<u32> = draft
                .lines
                .iter()
                .filter(|line| line.kind == LineKind::Sale)
                .filter_map(|line| match line.item {
                    Item::MembershipDue { membership, period } if membership == *known.of() => Some(period),
                    _ => None,
                })
                .collect();
            if let (Ok((_, benefits)), Some(plan)) = (known.benefits_with(day, &paid), known.plan()) {
                held.push(Held { membership: *known.of(), name: plan.name.clone(), benefits: benefits.to_vec() });
            }
        }
        for line in draft.lines.iter().filter(|line| line.kind == LineKind::Sale && line.card.is_none_or(|c| c == card))
        {
            if let Item::Membership { offer, membership } = &line.item
                && let Some(offer) = catalog.memberships.get(offer)
            {
                let plan = &offer.plan;
                held.push(Held { membership: *membership, name: plan.name.clone(), benefits: plan.benefits.clone() });
            }
        }
        Ok(held)
    }

    /// By a manager, with a reason; journalled, and once for each key.
    pub(in crate::app) fn change_membership(&self, wanted: &ChangeMembership) -> Result<Done, Failure> {
        self.require(Permission::Sell)?;
        let manager = self.check_pin(wanted.manager, &wanted.pin)?;
        if !manager.may(Permission::Refund) {
            return Err(Failure::new(Code::NotAllowed).with("permission", "refund"));
        }
        let day = self.catalog()?.day(self.clock.now())?;
        let user = manager.id.uuid();
        self.store.write::<_, Failure>(|unit| {
            if unit.done_before::<bool>(wanted.key)?.is_some() {
                return Ok(Done {});
            }
            let membership = unit.membership(wanted.membership)?;
            let what = change_of(&membership, &wanted.what, wanted.reason.trim(), day)?;
            let identity = unit.identity()?.clone();
            let stamp = Stamp {
                at: unit.stamp()?,
                id: unit.id(),
                device: identity.device,
                branch: identity.branch,
                day,
                by: user,
            };
            let moved = MembershipMoved { stamp, ledger: wanted.membership, what };
            moved.check().map_err(super::bad_amount)?;
            unit.journal(wanted.membership.uuid(), Happening::MembershipMoved(Box::new(moved)), user, wanted.key)?;
            unit.mark_done(wanted.key, &true)?;
            Ok(Done {})
        })
    }

    /// Units beyond what there was, and money that was taken for nothing.
    pub(super) fn membership_overdrafts(&self, catalog: &Catalog) -> Result<Vec<(Hlc, OverdraftView)>, Failure> {
        let mut found = Vec::new();
        for membership in self.store.overdrawn_memberships()? {
            let card = membership.member();
            let name = self.client_name(card)?;
            let currency = membership.plan().map_or(catalog.branch.currency, |plan| plan.currency);
            let view = |stamp: &Stamp| OverdraftView {
                name: name.clone(),
                card,
                currency,
                over_minor: 0,
                over_units: 0,
                paid_in_vain: false,
                date: date_text(stamp.day),
                till: catalog.devices.get(&stamp.device.uuid()).cloned().unwrap_or_default(),
            };
            for over in membership.overdrafts() {
                let stamp = membership.movements().iter().map(|moved| &moved.stamp).find(|s| s.id == over.movement);
                found.extend(stamp.map(|s| (over.at, OverdraftView { over_units: over.over, ..view(s) })));
            }
            for paid in membership.in_vain() {
                let view = OverdraftView { over_minor: paid.amount_minor, paid_in_vain: true, ..view(paid.stamp) };
                found.push((paid.stamp.at, view));
            }
        }
        Ok(found)
    }
}

pub(super) fn membership_failure(error: MembershipError) -> Failure {
    match error {
        MembershipError::NotStarted | MembershipError::NotIncluded => Code::MembershipUnknown.into(),
        MembershipError::Paused => Code::MembershipPaused.into(),
        MembershipError::Ended => Code::MembershipEnded.into(),
        MembershipError::Unpaid { .. } => Code::MembershipUnpaid.into(),
        MembershipError::NoneLeft => Code::MembershipEmpty.into(),
        MembershipError::Used => Code::MembershipUsed.into(),
        MembershipError::NotDue => Code::MembershipPaid.into(),
    }
}

fn change_of(
    membership: &Membership,
    act: &MembershipAct,
    reason: &str,
    day: i32,
) -> Result<MembershipChange, Failure> {
    if reason.is_empty() {
        return Err(Failure::new(Code::BadInput).with("field", "reason"));
    }
    let reason = reason.to_owned();
    if membership.from_day().is_none() {
        return Err(Code::MembershipUnknown.into());
    }
    let is_over = |day: i32| membership.standing(day) == Standing::Ended;
    match act {
        MembershipAct::Pause { from } => {
            let from_day = day_number(crate::app::catalog::parse_date(from)?);
            // What has been had cannot be paused any more.
            if from_day < day {
                return Err(Failure::new(Code::BadInput).with("field", "date").with("value", from));
            }
            if !membership.pauses(day).is_empty() {
                return Err(Code::MembershipPaused.into());
            }
            if is_over(from_day) {
                return Err(Code::MembershipEnded.into());
            }
            Ok(MembershipChange::Paused { from_day, reason })
        }
        MembershipAct::Resume { of } if membership.pauses(day).contains(of) => {
            Ok(MembershipChange::Resumed { of: *of, day })
        }
        MembershipAct::Resume { .. } => Err(Failure::new(Code::NotFound).with("what", "pause")),
        MembershipAct::Cancel if is_over(day) || membership.last_period().is_some() => {
            Err(Code::MembershipEnded.into())
        }
        MembershipAct::Cancel => Ok(MembershipChange::Cancelled { day, reason }),
    }
}

/// None of one whose beginning has not arrived here.
fn view(catalog: &Catalog, membership: &Membership, day: i32) -> Option<MembershipView> {
    let (plan, from_day) = (membership.plan()?, membership.from_day()?);
    let holds = membership.benefits(day);
    let standing = match (membership.standing(day), &holds) {
        (Standing::NotStarted, _) => MemberStanding::NotStarted,
        (Standing::Paused, _) => MemberStanding::Paused,
        (Standing::Ended, _) => MemberStanding::Ended,
        (Standing::Running { paid: true, .. }, _) => MemberStanding::Active,
        (Standing::Running { .. }, Ok(_)) => MemberStanding::Grace,
        (Standing::Running { .. }, Err(_)) => MemberStanding::Arrears,
    };
    let period = membership.period_of(day).unwrap_or_default();
    let last_day = |period: u32| membership.first_day(period.checked_add(1)?).map(|next| next.saturating_sub(1));
    let first = |period: u32| membership.first_day(period).map(date_text);
    let due = |period: u32| DueView { period, from: first(period), until: last_day(period).map(date_text) };
    let last = membership.last_period().filter(|_| !membership.is_voided());
    let benefits = (0_u16..).zip(&plan.benefits);
    Some(MembershipView {
        membership: *membership.of(),
        name: plan.name.clone(),
        price_minor: plan.price_minor,
        currency: plan.currency,
        tax_class: plan.tax_class.clone(),
        period: plan.period,
        standing,
        usable: holds.is_ok(),
        since: date_text(from_day),
        from: first(period),
        until: last_day(period).map(date_text),
        due: membership.due(day).into_iter().map(due).collect(),
        ahead: membership.ahead(day).map(due),
        ends: last.and_then(last_day).map(date_text),
        benefits: benefits.map(|(ix, of)| benefit_view(catalog, membership, ix, of, period)).collect(),
        pauses: pauses(membership, day),
    })
}

fn pauses(membership: &Membership, day: i32) -> Vec<PauseView> {
    let open = membership.pauses(day);
    let pauses = membership.movements().iter().filter(|moved| open.contains(&moved.stamp.id));
    pauses
        .filter_map(|moved| match moved.what {
            MembershipChange::Paused { from_day, .. } => {
                Some(PauseView { movement: moved.stamp.id, from: date_text(from_day) })
            }
            _ => None,
        })
        .collect()
}

fn benefit_view(catalog: &Catalog, membership: &Membership, benefit: u16, of: &Benefit, period: u32) -> BenefitView {
    let gives = match of {
        Benefit::ServicesOff { percent_bp } => BenefitGives::ServicesOff { percent_bp: *percent_bp },
        Benefit::ProductsOff { percent_bp } => BenefitGives::ProductsOff { percent_bp: *percent_bp },
        Benefit::Included { what, units } => {
            let services = catalog.services.values().filter(|s| s.active && what.pays_for(s.id, &s.category));
            BenefitGives::Units {
                name: match what {
                    Prepaid::Service(id) => catalog.services.get(id).map_or_else(String::new, |s| s.name.clone()),
                    Prepaid::Category(name) => name.clone(),
                },
                services: services.map(|s| s.id).collect(),
                units: *units,
                left: membership.units_left(benefit, period).unwrap_or_default(),
            }
        }
    };
    BenefitView { benefit, gives }
}
