//! Master data in memory: read once, dropped when it changes.

use super::App;
use crate::store::{Identity, Store};
use salon_contract::window::{CatalogView, Code, Failure, StaffTile};
use salon_domain::branch::Branch;
use salon_domain::catalog::{Product, Service};
use salon_domain::commission::Scheme;
use salon_domain::kernel::{
    BranchZone, Instant, MembershipOfferId, PackageOfferId, ProductId, ServiceId, StaffId, day_number,
};
use salon_domain::loyalty::Programme;
use salon_domain::payment::{Item, Promotion};
use salon_domain::staff::Staff;
use salon_domain::value::{MembershipOffer, PackageOffer};
use salon_sync::wire::{DeviceRecord, MasterKind, TenantRecord};
use std::collections::BTreeMap;
use uuid::Uuid;

pub struct Catalog {
    pub branch: Branch,
    pub zone: BranchZone,
    pub demo: bool,
    /// None: nobody earns commission.
    pub commission: Option<Scheme>,
    /// None: clients earn no points.
    pub loyalty: Option<Programme>,
    pub services: BTreeMap<ServiceId, Service>,
    pub products: BTreeMap<ProductId, Product>,
    pub packages: BTreeMap<PackageOfferId, PackageOffer>,
    pub memberships: BTreeMap<MembershipOfferId, MembershipOffer>,
    /// Of this branch, active or not, by name.
    pub staff: Vec<Staff>,
    pub devices: BTreeMap<Uuid, String>,
    pub promotions: Vec<Promotion>,
}

impl Catalog {
    pub fn load(store: &Store, identity: &Identity) -> Result<Self, Failure> {
        let branch: Branch = store
            .master_one(MasterKind::Branch, identity.branch.uuid())?
            .ok_or_else(|| Failure::new(Code::NotFound).with("what", "branch"))?;
        let zone = BranchZone::named(&branch.zone)
            .map_err(|e| Failure::new(Code::BadInput).with("field", "zone").with("detail", e))?;
        let mut staff: Vec<Staff> = store.master(MasterKind::Staff)?;
        staff.retain(|s| s.works_at(identity.branch));
        staff.sort_by(|a, b| a.name.cmp(&b.name).then(a.id.cmp(&b.id)));
        let tenant: Option<TenantRecord> = store.master_one(MasterKind::Tenant, identity.tenant.uuid())?;
        Ok(Catalog {
            demo: tenant.as_ref().is_some_and(|t| t.demo),
            commission: tenant.as_ref().and_then(|t| t.commission.clone()),
            loyalty: tenant.and_then(|t| t.loyalty),
            services: store.master::<Service>(MasterKind::Service)?.into_iter().map(|s| (s.id, s)).collect(),
            products: store.master::<Product>(MasterKind::Product)?.into_iter().map(|p| (p.id, p)).collect(),
            packages: store.master::<PackageOffer>(MasterKind::Package)?.into_iter().map(|p| (p.id, p)).collect(),
            memberships: store
                .master::<MembershipOffer>(MasterKind::Membership)?
                .into_iter()
                .map(|offer| (offer.id, offer))
                .collect(),
            devices: store
                .master::<DeviceRecord>(MasterKind::Device)?
                .into_iter()
                .map(|d| (d.id.uuid(), d.name))
                .collect(),
            promotions: store.master(MasterKind::Promotion)?,
            branch,
            zone,
            staff,
        })
    }

    pub fn person(&self, id: StaffId) -> Option<&Staff> {
        self.staff.iter().find(|s| s.id == id)
    }

    pub fn person_name(&self, id: Uuid) -> String {
        self.staff.iter().find(|s| s.id.uuid() == id).map_or_else(String::new, |s| s.name.clone())
    }

    /// The category that the catalog has an item in; empty for what it does not have.
    pub fn category(&self, item: &Item) -> &str {
        match item {
            Item::Service(id) => self.services.get(id).map_or("", |service| service.category.as_str()),
            Item::Product(id) => self.products.get(id).map_or("", |product| product.category.as_str()),
            Item::Custom | Item::Fee | Item::GiftCard { .. } | Item::AccountCredit | Item::Package { .. } => "",
            Item::Membership { .. } | Item::MembershipDue { .. } => "",
        }
    }

    /// Whether reaching a tier makes anything cheaper.
    pub fn has_tier_discounts(&self) -> bool {
        let tiers = self.loyalty.iter().flat_map(|programme| &programme.tiers.terms);
        tiers.into_iter().any(|terms| terms.services_off_bp > 0 || terms.products_off_bp > 0)
    }

    /// It is offered, for the branch's money.
    pub fn sells(&self, offer: &MembershipOffer) -> bool {
        offer.active && self.is_own_money(offer)
    }

    fn is_own_money(&self, offer: &MembershipOffer) -> bool {
        offer.plan.currency == self.branch.currency
    }

    /// Those with a column in the book.
    pub fn stylists(&self) -> impl Iterator<Item = &Staff> {
        self.staff.iter().filter(|s| s.active && s.bookable)
    }

    /// An index into the palette, the same on every screen.
    pub fn color(&self, id: StaffId) -> u8 {
        self.staff.iter().position(|s| s.id == id).map_or(0, |ix| (ix % 12) as u8)
    }

    pub fn today(&self, now: Instant) -> Result<jiff::civil::Date, Failure> {
        self.zone.day_of(now).map_err(time_failure)
    }

    /// The branch's day that an instant is in.
    pub fn day(&self, at: Instant) -> Result<i32, Failure> {
        Ok(day_number(self.today(at)?))
    }

    pub fn minute(&self, at: Instant) -> u16 {
        self.zone.minute_of(at).unwrap_or(0)
    }

    pub fn tile(&self, person: &Staff) -> StaffTile {
        StaffTile {
            staff: person.id,
            name: person.name.clone(),
            role: person.role,
            color: self.color(person.id),
            has_pin: person.pin_hash.is_some(),
        }
    }
}

pub(crate) fn time_failure(error: salon_domain::kernel::TimeError) -> Failure {
    Failure::new(Code::BadInput).with("field", "date").with("detail", error)
}

pub(super) fn parse_date(text: &str) -> Result<jiff::civil::Date, Failure> {
    text.parse().map_err(|_| Failure::new(Code::BadInput).with("field", "date").with("value", text))
}

/// So many of each on the till's first page.
const FAVOURITES_MAX: usize = 12;

impl App {
    pub(super) fn catalog_view(&self) -> Result<CatalogView, Failure> {
        let catalog = self.catalog()?;
        let mut sold: Vec<(Item, u32)> = self.store.recent_items()?.into_iter().collect();
        sold.sort_by_key(|(item, count)| (std::cmp::Reverse(*count), format!("{item:?}")));
        let services = sold.iter().filter_map(|(i, _)| if let Item::Service(s) = i { Some(*s) } else { None });
        let products = sold.iter().filter_map(|(i, _)| if let Item::Product(p) = i { Some(*p) } else { None });
        let mut favourite_services: Vec<ServiceId> = services.take(FAVOURITES_MAX).collect();
        let mut favourite_products: Vec<ProductId> = products.take(FAVOURITES_MAX).collect();
        let mut all_services: Vec<_> = catalog.services.values().filter(|s| s.active).cloned().collect();
        all_services.sort_by(|a, b| (&a.category, &a.name).cmp(&(&b.category, &b.name)));
        let mut all_products: Vec<_> = catalog.products.values().filter(|p| p.active).cloned().collect();
        all_products.sort_by(|a, b| (&a.brand, &a.name).cmp(&(&b.brand, &b.name)));
        // On the first day nothing has been sold yet: begin with what there is.
        if sold.is_empty() {
            favourite_services.extend(all_services.iter().map(|s| s.id).take(FAVOURITES_MAX));
            favourite_products.extend(all_products.iter().map(|p| p.id).take(FAVOURITES_MAX));
        }
        Ok(CatalogView {
            currency: catalog.branch.currency,
            favourite_services,
            favourite_products,
            services: all_services,
            products: all_products,
            fees: catalog.branch.desk.fees.iter().filter(|fee| fee.active).cloned().collect(),
            staff_discount: catalog.branch.desk.staff_discount.clone().filter(|terms| terms.active),
            people: catalog.staff.iter().filter(|s| s.active).map(|s| catalog.tile(s)).collect(),
            has_promotions: catalog.promotions.iter().any(|promotion| promotion.active)
                || !catalog.memberships.is_empty(),
            packages: catalog.packages.values().filter(|p| p.active).cloned().collect(),
            memberships: catalog.memberships.values().filter(|offer| catalog.is_own_money(offer)).cloned().collect(),
            taxes: catalog.branch.taxes.clone(),
            staff: catalog.stylists().map(|s| catalog.tile(s)).collect(),
        })
    }
}
