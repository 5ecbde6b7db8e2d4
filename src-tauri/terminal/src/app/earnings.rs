//! What a sale earns the people who worked for it, and what they get to see of it.
//!
//! The catalogue does not say what the back bar uses: it costs nothing here. What a product was bought for is no such
//! cost.

use super::catalog::{parse_date, time_failure};
use super::returned::returned_by;
use super::sell::pricing_failure;
use super::{App, Catalog, till};
use crate::store::{EarningKind, Unit};
use salon_contract::window::{Code, EarnedDay, EarnedLine, EarnedSums, EarnedTip, EarningsView, Failure};
use salon_domain::access::Permission;
use salon_domain::commission::{
    Base, CommissionCalculated, Earned, Scheme, Share, SoldLine, earn, earned_id, give_back,
};
use salon_domain::event::Happening;
use salon_domain::kernel::{StaffId, TicketId, day_from_number, day_number};
use salon_domain::payment::{Item, LineKind, Sale, TicketDraft, price};
use std::collections::BTreeMap;
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
    user: Uuid,
    key: Uuid,
) -> Result<(), Failure> {
    let mut earned = given_back(unit, sale)?;
    if let Some(scheme) = &catalog.commission {
        earned.extend(earned_by(unit, catalog, scheme, draft, sale)?);
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
            if let Some(staff) = line.staff {
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
        let Some(staff) = line.staff.filter(|_| is_sold) else { continue };
        if let std::collections::btree_map::Entry::Vacant(person) = turnover.entry(staff) {
            person.insert(unit.turnover(staff, from_day, to_day)?);
        }
        lines.push(SoldLine {
            ticket: sale.ticket,
            line: line.id,
            item: line.item.clone(),
            category: catalog.category(&line.item).to_owned(),
            net_minor: line.net_minor,
            undiscounted_net_minor,
            cost_minor: 0,
            shares: vec![Share::all(staff)],
        });
    }
    let mut earned =
        earn(scheme, &lines, &turnover).map_err(|fault| Failure::new(Code::Internal).with("detail", fault))?;
    earned.retain(|e| e.counted_minor != 0 || e.amount_minor != 0);
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
fn month_of(day: i32) -> Result<(i32, i32), Failure> {
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
        let mut sales: BTreeMap<TicketId, Option<Sale>> = BTreeMap::new();
        for earning in self.store.earnings(staff, from_day, to_day)? {
            let date = till::date_text(earning.day);
            if view.days.last().is_none_or(|day| day.date != date) {
                view.days.push(EarnedDay { date, ..EarnedDay::default() });
            }
            let Some(day) = view.days.last_mut() else { continue };
            let minute = catalog.minute(earning.at);
            let ticket = match &earning.what {
                EarningKind::Commission(earned) => earned.ticket,
                EarningKind::Tip { ticket, .. } => *ticket,
            };
            let sale = match sales.entry(ticket) {
                std::collections::btree_map::Entry::Occupied(known) => known.into_mut(),
                std::collections::btree_map::Entry::Vacant(free) => {
                    free.insert(self.store.sale(ticket)?.map(|record| record.sale))
                }
            };
            let number = sale.as_ref().map_or(0, |sale| sale.number);
            match earning.what {
                EarningKind::Commission(earned) => {
                    let line = sale.iter().flat_map(|sale| &sale.lines).find(|line| line.id == earned.line);
                    let description = line.map_or_else(String::new, |line| line.description.clone());
                    let sums = EarnedSums {
                        turnover_minor: earned.counted_minor,
                        commission_minor: earned.amount_minor,
                        tips_minor: 0,
                    };
                    view.sums.add(sums);
                    day.sums.add(sums);
                    day.lines.push(EarnedLine { ticket, number, minute, description, earned: *earned });
                }
                EarningKind::Tip { amount_minor, .. } => {
                    let sums = EarnedSums { tips_minor: amount_minor, ..EarnedSums::default() };
                    view.sums.add(sums);
                    day.sums.add(sums);
                    day.tips.push(EarnedTip { ticket, number, minute, amount_minor });
                }
            }
        }
        view.days.reverse();
        Ok(view)
    }
}
