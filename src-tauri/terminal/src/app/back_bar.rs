//! What the services of a sale use up: taken from stock in the sale's own transaction, with what it cost.
//!
//! Once, when the service is sold. A visit that a unit of a package pays for uses as much as any other. A refund gives
//! none of it back.

use super::commit::move_levels;
use super::{Catalog, sell};
use crate::store::Unit;
use salon_contract::window::{Code, Failure};
use salon_domain::catalog::check_uses;
use salon_domain::event::Happening;
use salon_domain::inventory::{UsedOn, use_up, uses_of};
use salon_domain::kernel::{ProductId, TicketLineId};
use salon_domain::payment::{Item, LineDraft, LineKind, Sale, TicketDraft};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What was said of a line's use is of products that there are, in amounts that can be.
pub(super) fn check_used(catalog: &Catalog, line: &mut LineDraft) -> Result<(), Failure> {
    let may_use = matches!(line.item, Item::Service(_)) && uses_up(line.kind) && line.terms.given_back.is_none();
    if !may_use {
        line.terms.used = None;
    }
    let Some(used) = &line.terms.used else { return Ok(()) };
    check_uses(used).map_err(|error| Failure::new(Code::BadInput).with("field", "used").with("detail", error))?;
    match used.iter().all(|usage| catalog.products.contains_key(&usage.product)) {
        true => Ok(()),
        false => Err(sell::missing("product")),
    }
}

const fn uses_up(kind: LineKind) -> bool {
    matches!(kind, LineKind::Sale | LineKind::Prepaid { .. })
}

/// Journals what the sale's services use up, and moves the levels. Gives what it cost, by line.
pub(super) fn use_back_bar(
    unit: &mut Unit<'_>,
    catalog: &Catalog,
    draft: &TicketDraft,
    sale: &Sale,
    user: Uuid,
    key: Uuid,
) -> Result<BTreeMap<TicketLineId, i64>, Failure> {
    let unit_cost = |product: ProductId| catalog.products.get(&product).map_or(0, |p| p.cost_minor);
    let mut costs = BTreeMap::new();
    for (line, sold) in draft.lines.iter().zip(&sale.lines) {
        let Item::Service(service) = sold.item else { continue };
        if !uses_up(sold.kind) || sold.given_back.is_some() {
            continue;
        }
        let recipe = catalog.services.get(&service).map(|s| s.uses.as_slice()).unwrap_or_default();
        let uses = uses_of(recipe, sold.quantity, line.terms.used.as_deref());
        let on = UsedOn { ticket: sale.ticket, line: sold.id, service, day: sale.day, device: sale.device };
        for movement in use_up(on, &uses, unit_cost) {
            *costs.entry(sold.id).or_default() += movement.used_for.map_or(0, |used| used.cost_minor);
            let (product, milli) = (movement.product, movement.milli);
            unit.journal(product.uuid(), Happening::InventoryProductUsed(movement), user, key)?;
            move_levels(unit, catalog, &[(product, milli)], user, key)?;
        }
    }
    Ok(costs)
}
