//! What a sale earns the people who worked for it, and what they get to see of it.
//!
//! What the back bar used for a service comes off its price first ([`super::back_bar`]); what a product was bought for
//! that is sold does not.

use super::catalog::{parse_date, time_failure};
use super::returned::returned_by;
use super::sell::pricing_failure;
use super::{App, Catalog, till};
use crate::store::{EarningKind, Unit, UsedRow};
use salon_contract::window::{
    Code, EarnedAdjustment, EarnedDay, EarnedLine, EarnedSums, EarnedTip, EarningsView, Failure, UsedProduct,
};
use salon_domain::access::Permission;
use salon_domain::commission::{
    AdjustmentMade, Base, CommissionCalculated, Earned, Scheme, Share, SoldLine, earn, earned_id, give_back,
};
use salon_domain::event::Happening;
use salon_domain::kernel::{MovementId, StaffId, TicketId, TicketLineId, day_from_number, day_number};
use salon_domain::payment::{Item, LineKind, Sale, TicketDraft, price};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use uuid::Uuid;

/// A month and a little more: what is looked at in one piece.
const DAYS_MAX: i32 = 62;

/// Journals what the sale earns, line by line, and what it gives back of what was frozen, in its own transaction. Nothing
/// where there is neither a scheme nor something frozen.
pub(super) fn journal_commission(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    draft: &TicketDraft,
    sale: &Sale,
    costs: &BTreeMap<TicketLineId, i64>,
    user: Uuid,
    key: Uuid,
) -> Result<(), Failure> {
    let mut earned = given_back(unit, sale)?;
    if let Some(scheme) = &catalog.commission {
        earned.extend(earned_by(unit, catalog, scheme, draft, sale, costs)?);
    }
    for earned in &earned {
        let calculated = Box::new(CommissionCalculated::new(earned, sale.day));
        unit.journal(sale.ticket.uuid(), Happening::CommissionCalculated(calculated), user, key)?;
    }
    Ok(())
}

/// As it was frozen, whatever the scheme is by now.
fn given_back(unit: &Unit<'_>, refund: &Sale) -> Result<Vec<Earned>, Failure> {
    let mut back = Vec::new();
    for returned in returned_by(unit, refund)? {
        let sold = &returned.sale;
        let mut frozen = Vec::new();
        for line in &sold.lines {
            for Share { staff, .. } in line.people() {
                frozen.extend(unit.frozen(staff, sold.day, earned_id(sold.ticket, line.id, staff))?);
            }
        }
        back.extend(give_back(&frozen, &returned.lines, refund.ticket));
    }
    Ok(back)
}

fn earned_by(
    unit: &Unit<'_>,
    catalog: &Catalog,
    scheme: &Scheme,
    draft: &TicketDraft,
    sale: &Sale,
    costs: &BTreeMap<TicketLineId, i64>,
) -> Result<Vec<Earned>, Failure> {
    let undiscounted = match scheme.base {
        Base::AfterDiscounts => sale.lines.iter().map(|line| line.net_minor).collect(),
        Base::BeforeDiscounts => nets_without_discounts(draft)?,
    };
    let mut lines = Vec::new();
    let mut turnover = BTreeMap::new();
    let (from_day, to_day) = month_of(sale.day)?;
    for (line, undiscounted_net_minor) in sale.lines.iter().zip(undiscounted) {
        let is_sold = line.kind == LineKind::Sale && line.item != Item::Fee && line.given_back.is_none();
        if !is_sold {
            continue;
        }
        let shares = line.people();
        for share in &shares {
            if let Entry::Vacant(person) = turnover.entry(share.staff) {
                person.insert(unit.turnover(share.staff, from_day, to_day)?);
            }
        }
        lines.push(SoldLine {
            ticket: sale.ticket,
            line: line.id,
            item: line.item.clone(),
            category: catalog.category(&line.item).to_owned(),
            net_minor: line.net_minor,
            undiscounted_net_minor,
            cost_minor: costs.get(&line.id).copied().unwrap_or(0),
            shares,
        });
    }
    let mut earned =
        earn(scheme, &lines, &turnover).map_err(|fault| Failure::new(Code::Internal).with("detail", fault))?;
    // A line whose material cost as much as it brought earns nothing, and says why.
    earned.retain(|e| e.counted_minor != 0 || e.amount_minor != 0 || e.cost_minor != 0);
    Ok(earned)
}

/// What each line would have come to without any discount, net of tax.
fn nets_without_discounts(draft: &TicketDraft) -> Result<Vec<i64>, Failure> {
    let mut full = draft.clone();
    full.discount = None;
    full.terms.offers.clear();
    for line in &mut full.lines {
        line.discount = None;
        line.terms.discount_parts.clear();
    }
    let priced = price(&full).map_err(pricing_failure)?;
    Ok(priced.lines.iter().map(|line| line.net_minor).collect())
}

/// First and last day of the calendar month that a day is in.
pub(super) fn month_of(day: i32) -> Result<(i32, i32), Failure> {
    let date = day_from_number(day).map_err(time_failure)?;
    Ok((day_number(date.first_of_month()), day_number(date.last_of_month())))
}

impl App {
    /// What somebody earned from one day to another, both included. Everybody sees their own; who reads the reports sees
    /// everybody's.
    pub(super) fn earnings(&self, staff: StaffId, from: &str, to: &str) -> Result<EarningsView, Failure> {
        let me = self.require(Permission::BookRead)?;
        if staff.uuid() != me {
            self.require(Permission::ReportsRead)?;
        }
        let catalog = self.catalog()?;
        let person = catalog.person(staff).ok_or(Code::NotFound)?;
        let (from_day, to_day) = (day_number(parse_date(from)?), day_number(parse_date(to)?));
        if !(0..=DAYS_MAX).contains(&(to_day - from_day)) {
            return Err(Failure::new(Code::BadInput).with("field", "date"));
        }
        let mut view = EarningsView {
            staff,
            name: person.name.clone(),
            from: from.to_owned(),
            to: to.to_owned(),
            has_scheme: catalog.commission.is_some(),
            sums: EarnedSums::default(),
            days: Vec::new(),
        };
        let mut tickets = Tickets { app: self, catalog: &catalog, known: BTreeMap::new() };
        for earning in self.store.earnings(staff, from_day, to_day)? {
            let date = till::date_text(earning.day);
            if view.days.last().is_none_or(|day| day.date != date) {
                view.days.push(EarnedDay { date, ..EarnedDay::default() });
            }
            let Some(day) = view.days.last_mut() else { continue };
            let minute = catalog.minute(earning.at);
            let sums = match earning.what {
                EarningKind::Commission(earned) => {
                    let (turnover_minor, commission_minor) = (earned.counted_minor, earned.amount_minor);
                    day.lines.push(tickets.line(minute, *earned)?);
                    EarnedSums { turnover_minor, commission_minor, ..EarnedSums::default() }
                }
                EarningKind::Tip { ticket, amount_minor } => {
                    let number = tickets.get(ticket)?.map_or(0, |sold| sold.sale.number);
                    day.tips.push(EarnedTip { ticket, number, minute, amount_minor });
                    EarnedSums { tips_minor: amount_minor, ..EarnedSums::default() }
                }
                EarningKind::Adjustment { made, by } => {
                    let adjusted_minor = made.amount_minor;
                    day.adjustments.push(adjustment(*made, catalog.person_name(by), minute));
                    EarnedSums { adjusted_minor, ..EarnedSums::default() }
                }
            };
            view.sums.add(sums);
            day.sums.add(sums);
        }
        for day in &mut view.days {
            let taken_back: Vec<MovementId> = day.adjustments.iter().filter_map(|made| made.reverses).collect();
            for made in &mut day.adjustments {
                made.taken_back = taken_back.contains(&made.id);
            }
        }
        view.days.reverse();
        Ok(view)
    }
}

fn adjustment(made: AdjustmentMade, by: String, minute: u16) -> EarnedAdjustment {
    EarnedAdjustment {
        id: made.id,
        minute,
        kind: made.kind,
        amount_minor: made.amount_minor,
        reason: made.reason,
        by,
        reverses: made.reverses,
        // The entry that takes it back is of the same day: said once all of them are here.
        taken_back: false,
        how: made.how,
    }
}

/// A sale, and what it used up.
struct Sold {
    sale: Sale,
    used: Vec<UsedRow>,
}

/// The tickets that something was earned by, each looked up once.
struct Tickets<'a> {
    app: &'a App,
    catalog: &'a Catalog,
    known: BTreeMap<TicketId, Option<Sold>>,
}

impl Tickets<'_> {
    fn get(&mut self, ticket: TicketId) -> Result<Option<&Sold>, Failure> {
        if let Entry::Vacant(place) = self.known.entry(ticket) {
            let sold = match self.app.store.sale(ticket)? {
                Some(record) => {
                    let used = self.app.store.used_for(record.sale.day, ticket)?;
                    Some(Sold { sale: record.sale, used })
                }
                None => None,
            };
            place.insert(sold);
        }
        Ok(self.known.get(&ticket).and_then(Option::as_ref))
    }

    fn line(&mut self, minute: u16, earned: Earned) -> Result<EarnedLine, Failure> {
        let catalog = self.catalog;
        let sold = self.get(earned.ticket)?;
        let line = sold.iter().flat_map(|sold| &sold.sale.lines).find(|line| line.id == earned.line);
        let used = sold.iter().flat_map(|sold| &sold.used).filter(|used| used.line == earned.line);
        let product = |used: &UsedRow| {
            let product = catalog.products.get(&used.product);
            UsedProduct {
                name: product.map_or_else(String::new, |product| product.name.clone()),
                milli: used.milli,
                pack: product.and_then(|product| product.pack),
                cost_minor: used.cost_minor,
            }
        };
        Ok(EarnedLine {
            ticket: earned.ticket,
            number: sold.map_or(0, |sold| sold.sale.number),
            minute,
            description: line.map_or_else(String::new, |line| line.description.clone()),
            used: used.map(product).collect(),
            earned,
        })
    }
}
