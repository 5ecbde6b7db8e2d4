//! A living salon, invented: two branches, a year behind and a month ahead, the same for a given seed and day.
//!
//! Everything goes through the same push as a terminal's: one virtual device for each branch writes the journal, the
//! books, the stock and the cards, so that terminals receive it by ordinary sync. The devices have no private key.

mod beauty;
mod catalog;
mod clients;
mod day;
mod earn;
mod members;
mod names;
mod outbox;
mod plan;
mod random;
mod rules;
mod shelf;
mod team;
mod till;

use crate::provision::{self, NewOwner, NewTenant, ProvisionError, ProvisionedBranch};
use crate::store::{DeviceRow, Store, StoreError, StoreExt};
use crate::sync::enrol;
use clients::Clients;
use day::Trader;
use jiff::ToSpan;
use jiff::civil::Date;
use outbox::Outbox;
use random::Rng;
use salon_domain::branch::{Branch, DaySpan, WeekHours};
use salon_domain::catalog::{Product, Service};
use salon_domain::kernel::{
    BranchId, BranchZone, Currency, Instant, TaxClass, TaxMode, TaxRate, TenantId, TimeError, day_number,
};
use salon_domain::staff::Staff;
use salon_sync::doc::DocError;
use salon_sync::journal::GENESIS;
use serde::Serialize;

pub const OWNER_EMAIL: &str = "owner@example.com";
pub const OWNER_PASSWORD: &str = "pink-blueberry";
const SALON: &str = "Pink Blueberry Demo";
const ZONE: &str = "Europe/Berlin";
const DAYS_AHEAD: i64 = 30;
/// Ids carry an instant: this one, for everything that is older than the first day.
const FOUNDED_MS: i64 = 1_640_995_200_000;

/// What to make.
#[derive(Debug, Clone, Copy)]
pub struct Wish {
    pub seed: u64,
    /// Of trade before today.
    pub months: u32,
    pub clients: usize,
    pub now: Instant,
}

impl Wish {
    pub const fn full(seed: u64, months: u32, now: Instant) -> Self {
        Wish { seed, months, clients: 2_000, now }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    #[error(transparent)]
    Provision(#[from] ProvisionError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Time(#[from] TimeError),
    #[error(transparent)]
    Doc(#[from] DocError),
    #[error("the demo data could not be made: {0}")]
    Made(String),
}

#[derive(Debug, Clone, Serialize)]
pub struct Seeded {
    pub tenant: TenantId,
    pub owner: DemoOwner,
    pub branches: Vec<ProvisionedBranch>,
    pub staff: Vec<DemoStaff>,
}

#[derive(Debug, Clone, Serialize)]
pub struct DemoOwner {
    pub email: String,
    pub password: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct DemoStaff {
    pub name: String,
    pub role: salon_domain::access::Role,
    pub pin: String,
}

/// Everything about the salon that does not change from day to day.
pub(crate) struct Salon {
    pub tenant: TenantId,
    pub zone: BranchZone,
    pub branches: Vec<Branch>,
    pub staff: Vec<Staff>,
    pub services: Vec<Service>,
    pub products: Vec<Product>,
}

/// Makes the demo salon; one that is here already (same seed) is left as it is and described again.
pub fn seed(store: &dyn Store, wish: &Wish) -> Result<Seeded, DemoError> {
    let mut rng = Rng::new(wish.seed);
    let zone = BranchZone::named(ZONE)?;
    let tenant = rng.id(FOUNDED_MS);
    let branches = branches(&mut rng);
    let ids: Vec<BranchId> = branches.iter().map(|b| b.id).collect();
    let (staff, pins) = team::team(&mut rng, &ids).map_err(|e| DemoError::Made(e.to_string()))?;
    let mut services = catalog::services(&mut rng, &staff);
    let products = catalog::products(&mut rng);
    catalog::recipes(&mut services, &products);
    let seeded = Seeded {
        tenant,
        owner: DemoOwner { email: OWNER_EMAIL.into(), password: OWNER_PASSWORD.into() },
        branches: branches.iter().map(|b| ProvisionedBranch { branch: b.id, name: b.name.clone() }).collect(),
        staff: staff
            .iter()
            .zip(pins)
            .map(|(person, pin)| DemoStaff { name: person.name.clone(), role: person.role, pin })
            .collect(),
    };
    if store.reading(|tx| tx.tenant(tenant))?.is_some() {
        return Ok(seeded);
    }
    let salon = Salon { tenant, zone, branches, staff, services, products };
    create(store, &salon)?;
    let today = salon.zone.day_of(wish.now)?;
    let first = today.checked_sub(i64::from(wish.months).months()).map_err(|_| TimeError::OutOfRange)?;
    let last = today.checked_add(DAYS_AHEAD.days()).map_err(|_| TimeError::OutOfRange)?;
    let opened = salon.zone.day_span(first)?.start;
    let mut clients = Clients::invent(&mut rng, wish, ids.len(), opened);
    clients.furnish(&salon, wish.now);
    for index in 0..salon.branches.len() {
        trade(store, &salon, &clients, index, wish, (first, last))?;
    }
    Ok(seeded)
}

fn create(store: &dyn Store, salon: &Salon) -> Result<(), DemoError> {
    provision::create_tenant(
        store,
        &NewTenant {
            tenant: Some(salon.tenant),
            name: SALON.into(),
            demo: true,
            owner: NewOwner {
                name: salon.staff.first().map_or_else(String::new, |owner| owner.name.clone()),
                email: OWNER_EMAIL.into(),
                password: Some(OWNER_PASSWORD.into()),
            },
            branches: salon.branches.clone(),
            staff: salon.staff.clone(),
            services: salon.services.clone(),
            products: salon.products.clone(),
            promotions: catalog::promotions(),
            commission: Some(rules::commission(&salon.staff)),
            loyalty: Some(rules::loyalty(&salon.services)),
            packages: Vec::new(),
            memberships: rules::memberships(&salon.services),
            terminals: 0,
        },
    )?;
    Ok(())
}

fn branches(rng: &mut Rng) -> Vec<Branch> {
    let span = |from_h: u16, to_h: u16| vec![DaySpan { from_min: from_h * 60, to_min: to_h * 60 }];
    // The Harbour never closes for a whole day: whenever somebody looks at the demo, something is going on.
    let harbour = [span(10, 18), span(9, 18), span(9, 18), span(9, 18), span(9, 18), span(9, 17), span(11, 17)];
    let old_town = [vec![], span(9, 18), span(9, 18), span(9, 18), span(9, 18), span(9, 16), vec![]];
    let places = [
        ("Pink Blueberry Demo – Harbour", harbour, "Invented Quay 7"),
        ("Pink Blueberry Demo – Old Town", old_town, "Made-up Lane 12"),
    ];
    places
        .into_iter()
        .map(|(name, hours, street)| Branch {
            id: rng.id(FOUNDED_MS),
            name: name.into(),
            zone: ZONE.into(),
            currency: Currency::EUR,
            hours: WeekHours(hours),
            taxes: vec![TaxClass {
                code: catalog::TAX_CLASS.into(),
                rates: vec![TaxRate { code: "VAT".into(), rate_bp: 1900, mode: TaxMode::Inclusive }],
            }],
            address: vec![street.into(), "00000 Demo Town".into(), "+49 30 23125 000".into()],
            tax_number: "DE000000000".into(),
            receipt_footer: "Invented data: a demo salon".into(),
            language: String::new(),
            float_minor: 15_000,
            cash_rounding: Default::default(),
            stored_value: Default::default(),
            desk: rules::desk(),
        })
        .collect()
}

/// One branch, from its first day to the last planned one.
fn trade(
    store: &dyn Store,
    salon: &Salon,
    clients: &Clients,
    index: usize,
    wish: &Wish,
    (first, last): (Date, Date),
) -> Result<(), DemoError> {
    let mut rng = Rng::new(wish.seed).fork(1_000 + index as u64);
    let branch = &salon.branches[index];
    let device = DeviceRow {
        tenant: salon.tenant,
        device: rng.id(FOUNDED_MS),
        branch: branch.id,
        name: format!("Demo history {}", index + 1),
        // Not the public half of anything: nobody can prove to be this device.
        public_key: rng.bytes(),
        revoked: None,
        acked: 0,
        journal_seq: 0,
        journal_hash: GENESIS,
        last_seen: None,
        quarantined: None,
        may_import: false,
    };
    store.writing(|tx| enrol::add(tx, &device, wish.now))?;
    let outbox = Outbox::new(store, device.info());
    let opened = salon.zone.day_span(first)?.start;
    let mut trader = Trader::new(salon, clients, index, wish, outbox, opened)?;
    trader.begin(&mut rng)?;
    let mut date = first;
    while date <= last {
        let rng = Rng::new(wish.seed).fork(10_000 * (index as u64 + 1)).fork(day_number(date) as u64);
        trader.day(date, rng)?;
        date = date.tomorrow().map_err(|_| TimeError::OutOfRange)?;
    }
    trader.finish()
}
