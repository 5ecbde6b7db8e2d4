//! What a sale earns.
//!
//! Rounding is stated: points for spend are the whole `per_minor`s of the ticket's sum times `each`; what a tier or a
//! rule adds in basis points is rounded down, once for the ticket. Both are then shared out over the lines by largest
//! remainder, so that each line knows what a refund takes back, and the lines add up to the ticket.
//!
//! Multipliers add up and do not compound: tier and rules each go on the points for spend.

use super::model::{Points, Why, id_of};
use super::programme::{Condition, Gives, Once, Programme, Rule};
use super::tier::Tier;
use crate::kernel::{CardId, TicketId, TicketLineId, day_from_number, largest_remainder};
use crate::payment::Item;
use std::collections::BTreeSet;

/// One line of what was sold. `base_minor` is what was spent on it, after discounts, without what was paid by tenders
/// that earn nothing. A line on which nothing was spent earns nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpendLine {
    pub line: TicketLineId,
    pub item: Item,
    pub category: String,
    pub quantity: i64,
    pub base_minor: i64,
}

/// A visit, and what has to be known of the client at that moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit<'a> {
    pub card: CardId,
    pub ticket: TicketId,
    /// The branch's day, in days since 1970-01-01.
    pub day: i32,
    pub lines: &'a [SpendLine],
    /// 1 to 12.
    pub birthday_month: Option<u8>,
    pub first_visit: bool,
    /// As it was before this visit.
    pub tier: Tier,
    /// What the client has had of the rules that give once: `Standing::had`.
    pub had: &'a BTreeSet<(String, i32)>,
}

/// The movements that a visit earns, none of them nought. Nothing is decided by order: the same visit gives the same
/// movements under the same ids.
pub fn earn(programme: &Programme, visit: &Visit<'_>) -> Vec<Points> {
    let lines: Vec<&SpendLine> = visit.lines.iter().filter(|l| l.base_minor > 0 && l.quantity > 0).collect();
    let until_day = programme
        .expires_after_days
        .map(|days| i32::try_from(i64::from(visit.day) + i64::from(days)).unwrap_or(i32::MAX));
    let mut earning = Earning { visit, until_day, movements: Vec::new() };
    let spend = for_spend(programme, &lines, &mut earning);
    for_tier(programme, &lines, &spend, &mut earning);
    for rule in &programme.rules {
        for_rule(rule, &lines, &spend, &mut earning);
    }
    earning.movements
}

struct Earning<'a> {
    visit: &'a Visit<'a>,
    until_day: Option<i32>,
    movements: Vec<Points>,
}

impl Earning<'_> {
    fn push(&mut self, line: TicketLineId, name: &str, points: i64, why: Why) {
        if points <= 0 {
            return;
        }
        self.movements.push(Points {
            id: id_of(self.visit.ticket, line, line, why.code(), name),
            card: self.visit.card,
            day: self.visit.day,
            points,
            ticket: Some(self.visit.ticket),
            line: Some(line),
            until_day: self.until_day,
            why,
        });
    }
}

/// Points for spend of each line.
fn for_spend(programme: &Programme, lines: &[&SpendLine], earning: &mut Earning<'_>) -> Vec<i64> {
    let Some(rule) = programme.spend.filter(|rule| rule.each > 0 && rule.per_minor > 0) else {
        return vec![0; lines.len()];
    };
    let bases: Vec<i64> = lines.iter().map(|l| l.base_minor).collect();
    let sum: i128 = bases.iter().map(|base| i128::from(*base)).sum();
    let whole = (sum / i128::from(rule.per_minor)).saturating_mul(i128::from(rule.each));
    let ticket_points = i64::try_from(whole).unwrap_or(i64::MAX);
    let shares = largest_remainder(ticket_points, &bases);
    for (line, points) in lines.iter().zip(&shares) {
        let (each, per_minor) = (rule.each, rule.per_minor);
        let why = Why::Spend { base_minor: line.base_minor, each, per_minor, ticket_points };
        earning.push(line.line, "", *points, why);
    }
    shares
}

fn for_tier(programme: &Programme, lines: &[&SpendLine], spend: &[i64], earning: &mut Earning<'_>) {
    let Some(terms) = programme.tiers.terms_of(earning.visit.tier) else { return };
    let shares = largest_remainder(part_of(spend, terms.multiplier_bp.saturating_sub(10_000)), spend);
    for ((line, points), spend_points) in lines.iter().zip(shares).zip(spend) {
        let (tier, multiplier_bp) = (terms.tier, terms.multiplier_bp);
        earning.push(line.line, "", points, Why::Tier { tier, multiplier_bp, spend_points: *spend_points });
    }
}

fn for_rule(rule: &Rule, lines: &[&SpendLine], spend: &[i64], earning: &mut Earning<'_>) {
    let visit = earning.visit;
    let Ok(date) = day_from_number(visit.day) else { return };
    let once = rule.once.map(|once| match once {
        Once::Ever => 0,
        Once::PerYear => i32::from(date.year()),
    });
    if once.is_some_and(|key| visit.had.contains(&(rule.name.clone(), key))) {
        return;
    }
    let holds = |line: &SpendLine| rule.when.iter().all(|condition| fulfils(condition, line, visit, date));
    let meant: Vec<(&SpendLine, i64)> =
        lines.iter().zip(spend).filter(|(line, _)| holds(line)).map(|(line, points)| (*line, *points)).collect();
    // Points, the rate that they came by, and what of: for each line that is meant.
    let given: Vec<(i64, i64, i64)> = match rule.gives {
        Gives::PerPiece(points) => {
            meant.iter().map(|(line, _)| (points.saturating_mul(line.quantity), points, line.quantity)).collect()
        }
        Gives::PerTicket(points) => {
            let bases: Vec<i64> = meant.iter().map(|(line, _)| line.base_minor).collect();
            largest_remainder(points, &bases).into_iter().map(|share| (share, points, 1)).collect()
        }
        Gives::Extra(bp) => {
            let spent: Vec<i64> = meant.iter().map(|(_, points)| *points).collect();
            let shares = largest_remainder(part_of(&spent, bp), &spent);
            shares.into_iter().zip(&spent).map(|(share, of)| (share, i64::from(bp), *of)).collect()
        }
    };
    for ((line, _), (points, rate, of)) in meant.iter().zip(given) {
        earning.push(line.line, &rule.name, points, Why::Rule { rule: rule.name.clone(), rate, of, once });
    }
}

fn fulfils(condition: &Condition, line: &SpendLine, visit: &Visit<'_>, date: jiff::civil::Date) -> bool {
    match condition {
        Condition::Item(item) => line.item == *item,
        Condition::Category(category) => line.category == *category,
        Condition::Weekdays(days) => days.contains(&date.weekday().to_monday_one_offset().unsigned_abs()),
        Condition::BirthdayMonth => visit.birthday_month == Some(date.month().unsigned_abs()),
        Condition::FirstVisit => visit.first_visit,
        Condition::FromTier(tier) => visit.tier >= *tier,
    }
}

/// So many basis points of all of them together, rounded down.
fn part_of(points: &[i64], bp: u32) -> i64 {
    let sum: i128 = points.iter().map(|p| i128::from(*p)).sum();
    i64::try_from(sum * i128::from(bp) / 10_000).unwrap_or(i64::MAX)
}
