//! Points: what a sale earns its client, what a refund takes back, and what a client's screen and a receipt say of them.

use super::returned::{ReturnedSale, returned_by};
use super::{App, Catalog, till};
use crate::store::{PointsRow, SaleRecord, Unit};
use salon_contract::window::{Failure, LoyaltyView, PointsView};
use salon_domain::access::Permission;
use salon_domain::customer::{birthday_month, field};
use salon_domain::event::Happening;
use salon_domain::kernel::{CardId, TicketId};
use salon_domain::loyalty::{
    Off, Points, PointsMoved, Programme, Redeeming, SpendLine, Tier, Visit, Why, earn, expiries, give_back, spent,
    standing, take_back,
};
use salon_domain::payment::{DiscountSource, Item, LineKind, PricedLine, Sale, TicketDraft};
use std::collections::BTreeMap;
use uuid::Uuid;

/// The longest history that is shown.
const HISTORY_MAX: usize = 200;

/// Journals the points that the sale moves, in its own transaction. Nothing where nobody is on the ticket, or there is
/// neither a programme nor anything to take back.
pub(super) fn journal_points(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    draft: &TicketDraft,
    sale: &Sale,
    user: Uuid,
    key: Uuid,
) -> Result<(), Failure> {
    let mut moved = Vec::new();
    for returned in returned_by(unit, sale)? {
        moved.extend(moved_back(unit, &returned, sale)?);
    }
    if let Some(card) = sale.card {
        // A reward that was agreed is paid for, whatever the programme is by now.
        moved.extend(redeemed(draft, sale, card));
        if let Some(programme) = &catalog.loyalty {
            moved.extend(earned(unit, catalog, programme, sale, card)?);
        }
    }
    for points in &moved {
        let what = PointsMoved::from(points);
        let what = if points.points < 0 { Happening::LoyaltyClaimed(what) } else { Happening::LoyaltyEarned(what) };
        unit.journal(points.card.uuid(), what, user, key)?;
    }
    Ok(())
}

fn moved_back(unit: &Unit<'_>, returned: &ReturnedSale, refund: &Sale) -> Result<Vec<Points>, Failure> {
    let Some(card) = returned.sale.card else { return Ok(Vec::new()) };
    let ticket = returned.sale.ticket;
    let rows = unit.points_of(card)?.into_iter().map(|row| row.points);
    let of_ticket: Vec<Points> = rows.filter(|points| points.ticket == Some(ticket)).collect();
    let mut back = take_back(&of_ticket, &returned.lines, refund.ticket, refund.day);
    back.extend(give_back(&of_ticket, returned.portion(unit, refund)?, refund.ticket, refund.day));
    Ok(back)
}

/// What the ticket's rewards have taken off, as far as they did.
fn redeemed(draft: &TicketDraft, sale: &Sale, card: CardId) -> Vec<Points> {
    let mut times: BTreeMap<&str, u32> = BTreeMap::new();
    let mut moved = Vec::new();
    for taken in &draft.terms.rewards {
        let next = times.entry(taken.reward.as_str()).or_default();
        let nth = *next;
        *next += 1;
        let is_it = |source| matches!(source, DiscountSource::Offer { promotion, .. } if promotion == taken.promotion);
        let of_line = |line: &PricedLine| -> i64 {
            line.discount_parts.iter().filter(|part| is_it(part.source)).map(|part| part.amount_minor).sum()
        };
        let minor = sale.lines.iter().map(of_line).sum();
        if minor > 0 {
            let at = Redeeming { card, ticket: sale.ticket, day: sale.day, nth, lines: &[] };
            moved.push(spent(&taken.reward, taken.cost_points, Off { line: None, minor }, &at));
        }
    }
    moved
}

/// What the visit earns, and what the client's earlier points have lost by now.
fn earned(
    unit: &Unit<'_>,
    catalog: &Catalog,
    programme: &Programme,
    sale: &Sale,
    card: CardId,
) -> Result<Vec<Points>, Failure> {
    let is_sold =
        |line: &&PricedLine| line.kind == LineKind::Sale && line.item != Item::Fee && line.given_back.is_none();
    let spend = |line: &PricedLine| SpendLine {
        line: line.id,
        item: line.item.clone(),
        category: catalog.category(&line.item).to_owned(),
        quantity: line.quantity,
        base_minor: line.total_minor,
    };
    let lines: Vec<SpendLine> = sale.lines.iter().filter(is_sold).map(spend).collect();
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    let known: Vec<Points> = unit.points_of(card)?.into_iter().map(|row| row.points).collect();
    let before = standing(&known, sale.day);
    let birthday = unit.card(card)?.and_then(|card| birthday_month(card.get(field::BIRTHDAY)));
    let visit = Visit {
        card,
        ticket: sale.ticket,
        day: sale.day,
        lines: &lines,
        birthday_month: birthday,
        first_visit: !unit.has_bought_before(card, sale.ticket)?,
        tier: programme.tiers.reached(&before, sale.day).tier,
        had: &before.had,
    };
    let mut moved = expiries(&before);
    moved.extend(earn(programme, &visit));
    Ok(moved)
}

/// What a receipt says of points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointsOnReceipt {
    /// Below nought on a refund.
    pub earned: i64,
    /// Positive; below nought where they are given back.
    pub redeemed: i64,
    /// As far as it was known when the sale was made.
    pub balance: i64,
}

impl App {
    /// None for a sale to nobody in particular, and where there are no points.
    pub(super) fn points_on_receipt(&self, record: &SaleRecord) -> Result<Option<PointsOnReceipt>, Failure> {
        let Some(card) = record.sale.card else { return Ok(None) };
        let rows = self.store.points_of(card)?;
        let ticket = Some(record.sale.ticket);
        if self.catalog()?.loyalty.is_none() && !rows.iter().any(|row| row.points.ticket == ticket) {
            return Ok(None);
        }
        let is_spending = |why: &Why| matches!(why, Why::Redeemed { .. } | Why::GivenBack { .. });
        let of_ticket = |spending: bool| -> i64 {
            let rows = rows.iter().map(|row| &row.points).filter(|points| points.ticket == ticket);
            rows.filter(|points| is_spending(&points.why) == spending).map(|points| points.points).sum()
        };
        let until_then = rows.iter().filter(|row| row.at <= record.at).map(|row| &row.points);
        Ok(Some(PointsOnReceipt {
            earned: of_ticket(false),
            redeemed: -of_ticket(true),
            balance: standing(until_then, record.sale.day).balance,
        }))
    }

    /// What a ticket's client has reached. None for nobody in particular, and where there is no programme.
    pub(super) fn tier_of(&self, catalog: &Catalog, card: Option<CardId>) -> Result<Option<Tier>, Failure> {
        let (Some(programme), Some(card)) = (&catalog.loyalty, card) else { return Ok(None) };
        let today = catalog.day(self.clock.now())?;
        let rows = self.store.points_of(card)?;
        let now = standing(rows.iter().map(|row| &row.points), today);
        Ok(Some(programme.tiers.reached(&now, today).tier))
    }

    /// What a client has, has reached, and how it came about.
    pub(super) fn loyalty(&self, card: CardId) -> Result<LoyaltyView, Failure> {
        self.require(Permission::ClientRead)?;
        let catalog = self.catalog()?;
        let today = catalog.day(self.clock.now())?;
        let rows = self.store.points_of(card)?;
        let now = standing(rows.iter().map(|row| &row.points), today);
        let programme = catalog.loyalty.clone().unwrap_or_default();
        let soonest = now.lots.iter().filter_map(|lot| lot.until_day).min();
        let until =
            |day: i32| now.lots.iter().filter(|lot| lot.until_day == Some(day)).map(|lot| lot.left_points).sum();
        let mut history = Vec::new();
        let mut numbers: BTreeMap<TicketId, u64> = BTreeMap::new();
        // What is over counts as over, whether a movement says so yet or not.
        let over = expiries(&now).into_iter().map(|points| PointsRow { at: self.clock.now(), points });
        let mut rows: Vec<PointsRow> = rows.into_iter().chain(over).collect();
        rows.sort_by_key(|row| std::cmp::Reverse((row.points.day, row.at, row.points.id)));
        rows.dedup_by_key(|row| row.points.id);
        for row in rows.into_iter().take(HISTORY_MAX) {
            let points = row.points;
            let number = match points.ticket {
                Some(ticket) => match numbers.get(&ticket) {
                    Some(number) => *number,
                    None => {
                        let number = self.store.sale(ticket)?.map_or(0, |record| record.sale.number);
                        numbers.insert(ticket, number);
                        number
                    }
                },
                None => 0,
            };
            history.push(PointsView {
                date: till::date_text(points.day),
                points: points.points,
                counts: !now.repeated.contains(&points.id) && !now.waiting.contains(&points.id),
                ticket: points.ticket,
                number,
                why: points.why,
            });
        }
        Ok(LoyaltyView {
            has_programme: catalog.loyalty.is_some(),
            balance: now.balance,
            below: now.below.clone(),
            tier: programme.tiers.reached(&now, today),
            next_expiry: soonest.map(|day| (till::date_text(day), until(day))),
            history,
        })
    }
}
