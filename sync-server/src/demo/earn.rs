//! What the demo's sales earn the team and the clients, as a terminal would have journalled it.

use super::{DemoError, Salon, rules};
use salon_domain::commission::{CommissionCalculated, Scheme, Share, SoldLine, earn as commission_of};
use salon_domain::event::Happening;
use salon_domain::inventory::Movement;
use salon_domain::kernel::{CardId, StaffId, day_from_number};
use salon_domain::loyalty::{Points, PointsMoved, Programme, SpendLine, Visit, earn as points_of, standing};
use salon_domain::payment::{Item, LineKind, PricedLine, Sale};
use std::collections::BTreeMap;

/// So many days before today something is earned: enough for what people look at, and not a year of entries more.
pub const DAYS: i32 = 62;

pub struct Earner {
    scheme: Scheme,
    programme: Programme,
    /// By the month that it counts in, and the person.
    turnover: BTreeMap<(i16, i8, StaffId), i64>,
    points: BTreeMap<CardId, Vec<Points>>,
}

fn category<'a>(salon: &'a Salon, item: &Item) -> &'a str {
    match item {
        Item::Service(id) => salon.services.iter().find(|s| s.id == *id).map_or("", |s| s.category.as_str()),
        Item::Product(id) => salon.products.iter().find(|p| p.id == *id).map_or("", |p| p.category.as_str()),
        Item::Custom
        | Item::Fee
        | Item::GiftCard { .. }
        | Item::AccountCredit
        | Item::Package { .. }
        | Item::Membership { .. }
        | Item::MembershipDue { .. } => "",
    }
}

impl Earner {
    pub fn new(salon: &Salon) -> Self {
        Earner {
            scheme: rules::commission(&salon.staff),
            programme: rules::loyalty(&salon.services),
            turnover: BTreeMap::new(),
            points: BTreeMap::new(),
        }
    }

    /// What follows the sale in the journal.
    pub fn earned(&mut self, salon: &Salon, sale: &Sale, used: &[Movement]) -> Result<Vec<Happening>, DemoError> {
        let sold: Vec<&PricedLine> = sale.lines.iter().filter(|line| line.kind == LineKind::Sale).collect();
        let mut happened = self.commission(salon, sale, &sold, used)?;
        if let Some(card) = sale.card {
            happened.extend(self.points(salon, sale, &sold, card));
        }
        Ok(happened)
    }

    fn commission(
        &mut self,
        salon: &Salon,
        sale: &Sale,
        sold: &[&PricedLine],
        used: &[Movement],
    ) -> Result<Vec<Happening>, DemoError> {
        let costs = used.iter().filter_map(|movement| movement.used_for);
        let date = day_from_number(sale.day)?;
        let line = |line: &&PricedLine| SoldLine {
            ticket: sale.ticket,
            line: line.id,
            item: line.item.clone(),
            category: category(salon, &line.item).to_owned(),
            net_minor: line.net_minor,
            undiscounted_net_minor: line.net_minor,
            cost_minor: costs.clone().filter(|of| of.line == line.id).map(|of| of.cost_minor).sum(),
            shares: line.staff.map(Share::all).into_iter().collect(),
        };
        let lines: Vec<SoldLine> = sold.iter().map(line).collect();
        let key = |staff: StaffId| (date.year(), date.month(), staff);
        let people = sold.iter().filter_map(|line| line.staff);
        let before = people.map(|staff| (staff, self.turnover.get(&key(staff)).copied().unwrap_or(0))).collect();
        let earned = commission_of(&self.scheme, &lines, &before).map_err(|e| DemoError::Made(e.to_string()))?;
        for one in &earned {
            *self.turnover.entry(key(one.staff)).or_default() += one.counted_minor;
        }
        let calculated = |one| Happening::CommissionCalculated(Box::new(CommissionCalculated::new(one, sale.day)));
        Ok(earned.iter().map(calculated).collect())
    }

    fn points(&mut self, salon: &Salon, sale: &Sale, sold: &[&PricedLine], card: CardId) -> Vec<Happening> {
        let known = self.points.entry(card).or_default();
        let before = standing(known.iter(), sale.day);
        let line = |line: &&PricedLine| SpendLine {
            line: line.id,
            item: line.item.clone(),
            category: category(salon, &line.item).to_owned(),
            quantity: line.quantity,
            base_minor: line.total_minor,
        };
        let lines: Vec<SpendLine> = sold.iter().map(line).collect();
        let visit = Visit {
            card,
            ticket: sale.ticket,
            day: sale.day,
            lines: &lines,
            birthday_month: None,
            first_visit: false,
            tier: self.programme.tiers.reached(&before, sale.day).tier,
            had: &before.had,
        };
        let moved = points_of(&self.programme, &visit);
        let happened = moved.iter().map(|points| Happening::LoyaltyEarned(PointsMoved::from(points))).collect();
        known.extend(moved);
        happened
    }
}
