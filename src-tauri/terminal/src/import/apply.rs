//! Making what a plan says, in one unit of work; and taking it back.

use super::salon_export::Plan;
use crate::app::{App, Catalog};
use crate::store::Unit;
use salon_contract::window::{Code, Failure};
use salon_domain::access::Role;
use salon_domain::branch::WeekHours;
use salon_domain::catalog::{Phase, PhaseKind, Product, Service};
use salon_domain::customer::{CardEdit, field};
use salon_domain::event::{CardRegistered, Happening};
use salon_domain::inventory::{MILLI_PER_UNIT, Movement, MovementReason};
use salon_domain::kernel::{CardId, ProductId, ServiceId, StaffId, TenantId};
use salon_domain::payment::Item;
use salon_domain::staff::{Skills, Staff};
use salon_sync::wire::MasterKind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// What an import made: enough to take it back.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Imported {
    pub id: String,
    pub services: Vec<ServiceId>,
    pub products: Vec<(ProductId, i64)>,
    pub staff: Vec<StaffId>,
    pub clients: Vec<CardId>,
}

/// Ids follow from tenant, kind and code: importing the same export again finds what is there.
pub fn service_id(tenant: TenantId, code: &str) -> ServiceId {
    tenant.derive(format!("salon-export/service/{code}").as_bytes())
}
pub fn product_id(tenant: TenantId, code: &str) -> ProductId {
    tenant.derive(format!("salon-export/product/{code}").as_bytes())
}
pub fn staff_id(tenant: TenantId, code: &str) -> StaffId {
    tenant.derive(format!("salon-export/staff/{code}").as_bytes())
}
pub fn card_id(tenant: TenantId, code: &str) -> CardId {
    tenant.derive(format!("salon-export/client/{code}").as_bytes())
}

/// The export has no durations: these are ours, by category, and meant to be corrected in the catalog.
fn usual_phases(category: &str) -> Vec<Phase> {
    match category {
        "COLOR" => vec![
            Phase::work(30),
            Phase { kind: PhaseKind::Processing, minutes: 35 },
            Phase { kind: PhaseKind::Finishing, minutes: 25 },
        ],
        "MISC" => vec![Phase::work(15)],
        _ => vec![Phase::work(45)],
    }
}

impl Plan {
    /// What applying it would make, as entities.
    fn entities(&self, tenant: TenantId, branch: &salon_domain::branch::Branch) -> Entities {
        let tax_class = branch.taxes.first().map_or_else(String::new, |t| t.code.clone());
        let service = |code: &str, name: &str, category: &str, price_minor: i64, active: bool| Service {
            id: service_id(tenant, code),
            code: code.to_owned(),
            name: name.to_owned(),
            category: category.to_owned(),
            phases: usual_phases(category),
            buffer_before_min: 0,
            buffer_after_min: 0,
            price_minor,
            by_staff: BTreeMap::new(),
            uses: Vec::new(),
            tax_class: tax_class.clone(),
            active,
            patch_test: None,
        };
        let listed = self.services.iter().map(|s| service(&s.code, &s.name, &s.category, s.price_minor, s.active));
        let missing = self.missing_services();
        let services = listed.chain(missing.iter().map(|code| service(code, code, "MISC", 0, false))).collect();
        let products = self.products.iter().map(|p| {
            let product = Product {
                id: product_id(tenant, &p.code),
                sku: p.code.clone(),
                barcode: String::new(),
                name: p.name.clone(),
                brand: p.brand.clone(),
                category: p.category.clone(),
                price_minor: p.price_minor,
                cost_minor: p.cost_minor,
                pack: None,
                par_min: p.minimum,
                par_max: p.maximum,
                tax_class: tax_class.clone(),
                active: p.active,
            };
            (product, p.on_hand)
        });
        let staff = self.staff().into_iter().map(|code| Staff {
            id: staff_id(tenant, &code),
            name: code.clone(),
            role: Role::Stylist,
            branches: vec![branch.id],
            skills: Skills::All,
            hours: branch.hours.clone(),
            pin_hash: None,
            bookable: true,
            active: true,
            code,
        });
        Entities { services, products: products.collect(), staff: staff.collect() }
    }
}

struct Entities {
    services: Vec<Service>,
    products: Vec<(Product, i64)>,
    staff: Vec<Staff>,
}

/// Makes services, products with their opening stock, staff and clients: all of it in one transaction, or nothing.
/// What is there already (by code) is left as it is.
pub fn apply(app: &App, plan: &Plan, user: Uuid) -> Result<Imported, Failure> {
    let catalog = app.catalog()?;
    app.store().write::<_, Failure>(|unit| {
        let tenant = unit.identity()?.tenant;
        let entities = plan.entities(tenant, &catalog.branch);
        let id: salon_domain::kernel::EventId = unit.id();
        let mut made = Imported { id: id.to_string(), ..Imported::default() };
        for service in entities.services.iter().filter(|s| !catalog.services.contains_key(&s.id)) {
            put(unit, MasterKind::Service, service.id.uuid(), service)?;
            made.services.push(service.id);
        }
        for person in entities.staff.iter().filter(|s| catalog.person(s.id).is_none()) {
            put(unit, MasterKind::Staff, person.id.uuid(), person)?;
            made.staff.push(person.id);
        }
        for (product, on_hand) in entities.products.iter().filter(|(p, _)| !catalog.products.contains_key(&p.id)) {
            put(unit, MasterKind::Product, product.id.uuid(), product)?;
            made.products.push((product.id, *on_hand));
        }
        let stock: Vec<(ProductId, i64)> =
            made.products.iter().filter(|(_, n)| *n != 0).map(|(p, n)| (*p, n * MILLI_PER_UNIT)).collect();
        move_stock(unit, &stock, MovementReason::Opening, user, id.uuid())?;
        for code in plan.clients() {
            let card = card_id(tenant, &code);
            if unit.has_card(card)? {
                continue;
            }
            let set = BTreeMap::from([(field::LEGACY_CODE.to_owned(), code)]);
            let at = unit.stamp()?;
            unit.edit_card(&CardEdit { card, at, set })?;
            unit.journal(card.uuid(), Happening::CustomerRegistered(CardRegistered { card }), user, id.uuid())?;
            made.clients.push(card);
        }
        unit.record_import(&made.id, &made)?;
        Ok(made)
    })
}

fn put<T: Serialize>(unit: &mut Unit<'_>, kind: MasterKind, id: Uuid, entity: &T) -> Result<(), Failure> {
    let body = serde_json::to_vec(entity).map_err(|e| Failure::new(Code::Internal).with("detail", e))?;
    Ok(unit.put_master(kind, id, Some(&body), true)?)
}

fn move_stock(
    unit: &mut Unit<'_>,
    moves: &[(ProductId, i64)],
    reason: MovementReason,
    user: Uuid,
    correlation: Uuid,
) -> Result<(), Failure> {
    for (product, milli) in moves {
        let movement = Movement { id: unit.id(), product: *product, milli: *milli, reason, used_for: None };
        unit.journal(product.uuid(), Happening::InventoryRestocked(movement), user, correlation)?;
    }
    Ok(unit.move_stock(moves)?)
}

/// Takes an import back, if nothing of it has been used since. Clients are hidden, not destroyed; stock is moved back
/// by entries of its own.
pub fn undo(app: &App, import: &str, user: Uuid) -> Result<Imported, Failure> {
    let missing = || Failure::new(Code::NotFound).with("what", "import").with("id", import);
    let made: Imported = app.store().import_record(import)?.ok_or_else(missing)?;
    refuse_if_used(app, &made)?;
    app.store().write::<_, Failure>(|unit| {
        for service in &made.services {
            unit.put_master(MasterKind::Service, service.uuid(), None, true)?;
        }
        for person in &made.staff {
            unit.put_master(MasterKind::Staff, person.uuid(), None, true)?;
        }
        let stock: Vec<(ProductId, i64)> =
            made.products.iter().filter(|(_, n)| *n != 0).map(|(p, n)| (*p, -n * MILLI_PER_UNIT)).collect();
        let correlation: salon_domain::kernel::EventId = unit.id();
        move_stock(unit, &stock, MovementReason::Count, user, correlation.uuid())?;
        for (product, _) in &made.products {
            unit.put_master(MasterKind::Product, product.uuid(), None, true)?;
        }
        for card in &made.clients {
            let set = BTreeMap::from([(field::REMOVED.to_owned(), format!("import {import} undone"))]);
            let at = unit.stamp()?;
            unit.edit_card(&CardEdit { card: *card, at, set })?;
        }
        unit.mark_import_undone(import)?;
        Ok(())
    })?;
    Ok(made)
}

fn refuse_if_used(app: &App, made: &Imported) -> Result<(), Failure> {
    let used =
        |what: &str| Failure::new(Code::BadInput).with("field", "import").with("detail", format!("in use: {what}"));
    let services: BTreeSet<ServiceId> = made.services.iter().copied().collect();
    let products: BTreeSet<ProductId> = made.products.iter().map(|(p, _)| *p).collect();
    let staff: BTreeSet<StaffId> = made.staff.iter().copied().collect();
    let clients: BTreeSet<CardId> = made.clients.iter().copied().collect();
    for row in app.store().bookings(i32::MIN, i32::MAX)? {
        let by_card = row.booking.visit.card.is_some_and(|c| clients.contains(&c));
        let claims = row.booking.parts.iter().map(|p| &p.claim);
        if by_card || claims.clone().any(|c| services.contains(&c.service) || staff.contains(&c.staff)) {
            return Err(used("a booking"));
        }
    }
    let mut sold = false;
    app.store().each_event(|_, event| {
        if let Some(sale) = event.what.sale() {
            sold |= sale.card.is_some_and(|c| clients.contains(&c))
                || sale.lines.iter().any(|l| match &l.item {
                    Item::Service(s) => services.contains(s),
                    Item::Product(p) => products.contains(p),
                    Item::Custom
                    | Item::Fee
                    | Item::GiftCard { .. }
                    | Item::AccountCredit
                    | Item::Package { .. }
                    | Item::Membership { .. }
                    | Item::MembershipDue { .. } => false,
                });
        }
        Ok(())
    })?;
    if sold { Err(used("a sale")) } else { Ok(()) }
}

/// The branch that a replay trades in.
pub fn trading_hours() -> WeekHours {
    WeekHours::every_day(7 * 60, 22 * 60)
}

/// What a receipt line's description names in the catalog.
pub fn item_named(catalog: &Catalog, description: &str) -> Item {
    let wanted = description.trim();
    if let Some(service) = catalog.services.values().find(|s| s.name == wanted || s.code == wanted) {
        return Item::Service(service.id);
    }
    match catalog.products.values().find(|p| p.name == wanted || p.sku == wanted) {
        Some(product) => Item::Product(product.id),
        None => Item::Custom,
    }
}
