//! A small salon: a server's store, and terminals that belong to it. Everything real but the sockets.

use salon_domain::access::Role;
use salon_domain::branch::{Branch, WeekHours};
use salon_domain::catalog::{Phase, PhaseKind, Product, Service};
use salon_domain::kernel::{
    BranchId, Currency, Instant, ProductId, ServiceId, StaffId, TaxClass, TaxMode, TaxRate, TenantId, TicketId,
};
use salon_domain::payment::{Item, LineDraft, LineKind, TicketDraft};
use salon_domain::staff::{Skills, Staff};
use salon_server::env::Env;
use salon_server::provision::{self, NewOwner, NewTenant};
use salon_server::store::SqliteStore;
use salon_sync::server::{Answer, Query};
use salon_terminal::app::{App, Ports};
use salon_terminal::clock::ManualClock;
use salon_terminal::store::{Identity, Store};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// A Tuesday, 09:00 in Berlin.
pub const MORNING: Instant = Instant(1_790_665_200_000);
pub const PIN: &str = "2580";

pub struct Salon {
    pub store: Arc<SqliteStore>,
    pub tenant: TenantId,
    pub branch: BranchId,
    pub clock: Arc<AtomicI64>,
    pub dir: tempfile::TempDir,
}

pub struct Terminal {
    pub app: Arc<App>,
    pub clock: Arc<ManualClock>,
    pub dir: PathBuf,
    pub key: ed25519_dalek::SigningKey,
}

pub fn tenant_id() -> TenantId {
    TenantId::from_parts(1, [0x11; 10])
}
pub fn cut() -> ServiceId {
    tenant_id().derive(b"cut")
}
pub fn colour() -> ServiceId {
    tenant_id().derive(b"colour")
}
pub fn shampoo() -> ProductId {
    tenant_id().derive(b"shampoo")
}
/// The front desk's manager.
pub fn desk() -> StaffId {
    tenant_id().derive(b"desk")
}
pub fn stylist(n: u8) -> StaffId {
    tenant_id().derive(&[b's', n])
}

fn service(id: ServiceId, name: &str, phases: Vec<Phase>, price_minor: i64) -> Service {
    Service {
        id,
        code: name.to_uppercase(),
        name: name.into(),
        category: "Hair".into(),
        phases,
        buffer_before_min: 0,
        buffer_after_min: 0,
        price_minor,
        by_staff: BTreeMap::new(),
        uses: Vec::new(),
        tax_class: "standard".into(),
        active: true,
        patch_test: None,
    }
}

fn person(id: StaffId, name: &str, role: Role, branch: BranchId, pin_hash: Option<String>) -> Staff {
    Staff {
        id,
        code: name.to_uppercase(),
        name: name.into(),
        role,
        branches: vec![branch],
        skills: Skills::All,
        hours: WeekHours::every_day(8 * 60, 20 * 60),
        pin_hash,
        bookable: role == Role::Stylist,
        active: true,
    }
}

/// The salon as `salon-server provision` would make it; `pin_hash` for the front desk.
pub fn new_tenant(pin_hash: Option<String>) -> NewTenant {
    let branch: BranchId = tenant_id().derive(b"branch");
    let mut staff = vec![person(desk(), "Front Desk", Role::Manager, branch, pin_hash)];
    staff.extend((0..4).map(|n| person(stylist(n), &format!("Stylist {n}"), Role::Stylist, branch, None)));
    let phases = vec![
        Phase::work(30),
        Phase { kind: PhaseKind::Processing, minutes: 40 },
        Phase { kind: PhaseKind::Finishing, minutes: 20 },
    ];
    NewTenant {
        promotions: Vec::new(),
        tenant: Some(tenant_id()),
        name: "Test Salon".into(),
        demo: true,
        owner: NewOwner {
            name: "Owner".into(),
            email: "owner@example.com".into(),
            password: Some("correct horse 1".into()),
        },
        branches: vec![Branch {
            id: branch,
            name: "Harbour".into(),
            zone: "Europe/Berlin".into(),
            currency: Currency::EUR,
            hours: WeekHours::every_day(8 * 60, 20 * 60),
            taxes: vec![TaxClass {
                code: "standard".into(),
                rates: vec![TaxRate { code: "VAT".into(), rate_bp: 1900, mode: TaxMode::Inclusive }],
            }],
            address: vec!["Invented Street 1".into()],
            tax_number: String::new(),
            receipt_footer: "See you soon".into(),
            language: String::new(),
            float_minor: 10_000,
            cash_rounding: Default::default(),
            stored_value: Default::default(),
            desk: Default::default(),
        }],
        staff,
        services: vec![service(cut(), "Cut", vec![Phase::work(45)], 5_200), service(colour(), "Colour", phases, 8_400)],
        products: vec![Product {
            id: shampoo(),
            sku: "SH-250".into(),
            barcode: "4006381333931".into(),
            name: "Shampoo 250 ml".into(),
            brand: "Invented".into(),
            category: "Retail".into(),
            price_minor: 1_990,
            cost_minor: 900,
            pack: None,
            par_min: 2,
            par_max: 8,
            tax_class: "standard".into(),
            active: true,
        }],
        commission: None,
        loyalty: None,
        packages: Vec::new(),
        memberships: Vec::new(),
        terminals: 0,
    }
}

impl Salon {
    pub fn new() -> anyhow::Result<Salon> {
        Self::new_in(&std::env::temp_dir())
    }

    /// With the terminals' folders somewhere in particular.
    pub fn new_in(place: &Path) -> anyhow::Result<Salon> {
        Self::of(place, &new_tenant(None))
    }

    /// Of other people, say, or with a PIN.
    pub fn of(place: &Path, tenant: &NewTenant) -> anyhow::Result<Salon> {
        let clock = Arc::new(AtomicI64::new(MORNING.0));
        let reading = clock.clone();
        let counter = AtomicU64::new(1);
        let env = Env::new(
            move || Instant(reading.load(Ordering::SeqCst)),
            move |buffer: &mut [u8]| {
                for (at, byte) in buffer.iter_mut().enumerate() {
                    let n = counter.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9e37_79b9_7f4a_7c15);
                    *byte = (n >> (8 * (at % 7))) as u8;
                }
            },
        );
        let store = SqliteStore::open_in_memory_with(env)?;
        let made = provision::create_tenant(&store, tenant)?;
        Ok(Salon {
            store: Arc::new(store),
            tenant: made.tenant,
            branch: made.branches[0].branch,
            clock,
            dir: tempfile::tempdir_in(place)?,
        })
    }

    /// Enrols a terminal by a pairing code, over the session's own query, and opens it.
    pub fn terminal(&self, n: u8, ports: Ports) -> anyhow::Result<Terminal> {
        let name = format!("Till {n}");
        let code = provision::pairing_code(self.store.as_ref(), self.tenant, self.branch, &name)?.to_string();
        let key = ed25519_dalek::SigningKey::from_bytes(&[n; 32]);
        let public_key = key.verifying_key().to_bytes();
        let query = Query::Enrol { code, name: name.clone(), public_key };
        let Answer::Enrolled(Ok(info)) = salon_server::sync::answer(self.store.as_ref(), query).answer else {
            anyhow::bail!("the code was not taken");
        };
        let dir = self.dir.path().join(format!("terminal-{n}"));
        let clock = Arc::new(ManualClock::at(MORNING));
        let store = Store::open(&dir, &[n; 32], clock.clone())?;
        let identity = Identity {
            tenant: info.tenant,
            branch: info.branch,
            device: info.device,
            name,
            server: "http://127.0.0.1:1".into(),
        };
        store.write::<_, salon_terminal::store::StoreError>(|unit| unit.enrol(identity))?;
        let app = App::new(store, ports, salon_devices::escpos::layout, true)?;
        app.act_as(desk());
        Ok(Terminal { app, clock, dir, key })
    }
}

impl Terminal {
    /// As after a power cut: everything in memory is gone, the store is opened again.
    pub fn reopened(self, n: u8) -> anyhow::Result<Terminal> {
        let Terminal { app, clock, dir, key } = self;
        drop(app);
        let store = open_store(&dir, n, clock.clone())?;
        let app = App::new(store, Ports::default(), salon_devices::escpos::layout, true)?;
        app.act_as(desk());
        Ok(Terminal { app, clock, dir, key })
    }
}

pub fn open_store(dir: &Path, n: u8, clock: Arc<ManualClock>) -> anyhow::Result<Store> {
    Ok(Store::open(dir, &[n; 32], clock)?)
}

/// A ticket with one service and, if asked, bottles of shampoo.
pub fn ticket(id: TicketId, bottles: i64) -> TicketDraft {
    let line = |n: u8, item, description: &str, quantity, unit_price_minor| LineDraft {
        id: id.derive(&[n]),
        item,
        kind: LineKind::Sale,
        description: description.into(),
        staff: Some(stylist(0)),
        card: None,
        quantity,
        unit_price_minor,
        discount: None,
        rates: Vec::new(),
        terms: Default::default(),
    };
    let mut lines = vec![line(0, Item::Service(cut()), "Cut", 1, 5_200)];
    if bottles > 0 {
        lines.push(line(1, Item::Product(shampoo()), "Shampoo 250 ml", bottles, 1_990));
    }
    TicketDraft {
        id,
        booking: None,
        card: None,
        currency: Currency::EUR,
        lines,
        discount: None,
        terms: Default::default(),
    }
}
