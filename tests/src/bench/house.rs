//! A salon to measure in: a server's store on disk, thirty stylists, a catalogue, and tills that belong to it.

use super::pump::Pump;
use super::random::Random;
use crate::salon::{cut, desk, new_tenant, stylist};
use salon_domain::catalog::{Phase, Product, Service};
use salon_domain::kernel::{BranchId, Id, ServiceId, TenantId};
use salon_domain::staff::Staff;
use salon_server::env::Env;
use salon_server::provision;
use salon_server::store::SqliteStore;
use salon_sync::server::{Answer, Query};
use salon_terminal::app::{App, Ports};
use salon_terminal::clock::Clock;
use salon_terminal::store::{Identity, Store, StoreError};
use std::path::PathBuf;
use std::sync::Arc;

pub const STYLISTS: u8 = 30;
const MORE_SERVICES: u8 = 20;
const PRODUCTS: u8 = 60;

/// Half an hour of work.
pub fn dry() -> ServiceId {
    cut().derive(b"dry")
}

pub struct House {
    pub server: Arc<SqliteStore>,
    pub tenant: TenantId,
    pub branch: BranchId,
    pub dir: tempfile::TempDir,
}

/// One terminal of the house, opened, and what is needed to open it again.
pub struct Till {
    pub app: Arc<App>,
    pub place: Place,
}

#[derive(Clone)]
pub struct Place {
    pub dir: PathBuf,
    pub store_key: [u8; 32],
    pub device_key: ed25519_dalek::SigningKey,
    pub clock: Arc<dyn Clock>,
}

impl Place {
    pub fn open(&self) -> anyhow::Result<Arc<App>> {
        let store = Store::open(&self.dir, &self.store_key, self.clock.clone())?;
        let app = App::new(store, Ports::default(), salon_devices::escpos::layout, true)?;
        app.act_as(desk());
        Ok(app)
    }
}

impl House {
    pub fn new() -> anyhow::Result<House> {
        let dir = tempfile::Builder::new().prefix("salon-bench-").tempdir()?;
        let store = SqliteStore::open_with(&dir.path().join("server.db"), Env::system())?;
        let mut new = new_tenant(None);
        let pattern = new.staff.iter().find(|s| s.bookable).cloned();
        let pattern: Staff = pattern.ok_or_else(|| anyhow::anyhow!("the salon has no stylist"))?;
        new.staff.retain(|s| !s.bookable);
        new.staff.extend((0..STYLISTS).map(|n| Staff {
            id: stylist(n),
            code: format!("ST{n}"),
            name: format!("Stylist {n}"),
            ..pattern.clone()
        }));
        let service = new.services[0].clone();
        new.services.push(Service {
            id: dry(),
            code: "DRY".into(),
            name: "Wash and dry".into(),
            phases: vec![Phase::work(30)],
            price_minor: 2_900,
            ..service.clone()
        });
        new.services.extend((0..MORE_SERVICES).map(|n| Service {
            id: service.id.derive(&[b'x', n]),
            code: format!("X{n}"),
            name: format!("Treatment {n}"),
            price_minor: 3_000 + i64::from(n) * 350,
            ..service.clone()
        }));
        let product = new.products[0].clone();
        new.products.extend((0..PRODUCTS).map(|n| Product {
            id: product.id.derive(&[b'x', n]),
            sku: format!("P{n:03}"),
            barcode: format!("40063813340{n:02}"),
            name: format!("Conditioner {n}"),
            price_minor: 990 + i64::from(n) * 70,
            ..product.clone()
        }));
        let made = provision::create_tenant(&store, &new)?;
        let branch = made.branches[0].branch;
        Ok(House { server: Arc::new(store), tenant: made.tenant, branch, dir })
    }

    /// A new terminal that has the salon's master data.
    pub fn till(&self, n: u8, clock: Arc<dyn Clock>, server: &str) -> anyhow::Result<Till> {
        let name = format!("Till {n}");
        let code = provision::pairing_code(self.server.as_ref(), self.tenant, self.branch, &name)?.to_string();
        let device_key = ed25519_dalek::SigningKey::from_bytes(&[n; 32]);
        let public_key = device_key.verifying_key().to_bytes();
        let query = Query::Enrol { code, name: name.clone(), public_key };
        let Answer::Enrolled(Ok(info)) = salon_server::sync::answer(self.server.as_ref(), query).answer else {
            anyhow::bail!("the code was not taken");
        };
        let place = Place { dir: self.dir.path().join(format!("till-{n}")), store_key: [n; 32], device_key, clock };
        let store = Store::open(&place.dir, &place.store_key, place.clock.clone())?;
        let identity =
            Identity { tenant: info.tenant, branch: info.branch, device: info.device, name, server: server.to_owned() };
        store.write::<_, StoreError>(|unit| unit.enrol(identity))?;
        drop(store);
        let till = Till { app: place.open()?, place };
        Pump::new(&till, self.server.clone())?.finish()?;
        Ok(till)
    }
}

/// A key for a command, or the tag of a derived id.
pub fn fresh<T>(random: &mut Random, clock: &dyn Clock) -> Id<T> {
    random.id(clock.now().0)
}
