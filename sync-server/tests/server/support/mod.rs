//! A salon with two branches on a store in memory, a clock that the test sets, and terminals made of plain items.

mod terminal;

pub use terminal::{DAY, Terminal};

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use salon_contract::rest::Tokens;
use salon_domain::access::Role;
use salon_domain::branch::{Branch, WeekHours};
use salon_domain::catalog::{Phase, Product, Service};
use salon_domain::kernel::{
    BranchId, Currency, Id, Instant, ProductId, ServiceId, StaffId, TaxClass, TaxMode, TaxRate, TenantId,
};
use salon_domain::staff::{Skills, Staff};
use salon_server::env::Env;
use salon_server::http::{App, router};
use salon_server::provision::{self, NewOwner, NewTenant, NewUser};
use salon_server::store::{SqliteStore, Store, StoreExt, Totals};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use tower::ServiceExt;

pub const PASSWORD: &str = "correct horse battery";
/// Monday, 2 March 2026, 11:00 in Berlin.
pub const MONDAY_MS: i64 = 1_772_445_600_000;

/// Fixed ids, so that a failure reads the same twice.
pub fn fixed<T>(n: u8) -> Id<T> {
    Id::from_parts(1_700_000_000_000, [n; 10])
}

pub const fn harbour() -> BranchId {
    BranchId::from_uuid(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001))
}

pub const fn old_town() -> BranchId {
    BranchId::from_uuid(uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002))
}

pub fn branch(id: BranchId, name: &str) -> Branch {
    Branch {
        id,
        name: name.into(),
        zone: "Europe/Berlin".into(),
        currency: Currency::EUR,
        hours: WeekHours::every_day(9 * 60, 18 * 60),
        taxes: vec![TaxClass {
            code: "standard".into(),
            rates: vec![TaxRate { code: "VAT".into(), rate_bp: 1900, mode: TaxMode::Inclusive }],
        }],
        address: vec![],
        tax_number: String::new(),
        receipt_footer: String::new(),
        language: String::new(),
        float_minor: 10_000,
        cash_rounding: Default::default(),
        stored_value: Default::default(),
        desk: Default::default(),
    }
}

pub fn stylist() -> StaffId {
    fixed(20)
}

pub fn staff() -> Staff {
    Staff {
        id: stylist(),
        code: "MS".into(),
        name: "Mira".into(),
        role: Role::Stylist,
        branches: vec![harbour()],
        skills: Skills::All,
        hours: WeekHours::every_day(9 * 60, 17 * 60),
        pin_hash: None,
        bookable: true,
        active: true,
    }
}

pub fn service() -> Service {
    let id: ServiceId = fixed(30);
    Service {
        id,
        code: "CUT".into(),
        name: "Cut".into(),
        category: "Cuts".into(),
        phases: vec![Phase::work(60)],
        buffer_before_min: 0,
        buffer_after_min: 0,
        price_minor: 5_950,
        by_staff: std::collections::BTreeMap::new(),
        uses: Vec::new(),
        tax_class: "standard".into(),
        active: true,
        patch_test: None,
    }
}

pub fn product() -> Product {
    let id: ProductId = fixed(40);
    Product {
        id,
        sku: "SH".into(),
        barcode: "2900000000018".into(),
        name: "Shampoo".into(),
        brand: String::new(),
        category: "Care".into(),
        price_minor: 2_380,
        cost_minor: 900,
        pack: None,
        par_min: 2,
        par_max: 6,
        tax_class: "standard".into(),
        active: true,
    }
}

/// A clock that stands still until the test moves it, and randomness that repeats.
#[derive(Clone)]
pub struct Clock(Arc<AtomicI64>);

impl Clock {
    pub fn set(&self, ms: i64) {
        self.0.store(ms, Ordering::SeqCst);
    }
    pub fn forward_s(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000, Ordering::SeqCst);
    }
}

pub fn env() -> (Env, Clock) {
    let clock = Clock(Arc::new(AtomicI64::new(MONDAY_MS)));
    let of = clock.clone();
    let counter = AtomicU64::new(1);
    let env = Env::new(
        move || Instant(of.0.load(Ordering::SeqCst)),
        move |buffer| {
            for chunk in buffer.chunks_mut(8) {
                let mut z = counter.fetch_add(1, Ordering::SeqCst).wrapping_mul(0x9E37_79B9_7F4A_7C15);
                z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
                chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
            }
        },
    );
    (env, clock)
}

pub struct TestApp {
    pub store: Arc<dyn Store>,
    pub app: Arc<App>,
    pub router: Router,
    pub clock: Clock,
    pub tenant: TenantId,
}

impl TestApp {
    pub fn new() -> Self {
        let (env, clock) = env();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open_in_memory_with(env).unwrap());
        Self::over(store, clock, "Admin@Example.com ")
    }

    pub fn over(store: Arc<dyn Store>, clock: Clock, email: &str) -> Self {
        let new = NewTenant {
            promotions: Vec::new(),
            tenant: None,
            name: "Test Salon".into(),
            demo: false,
            owner: NewOwner { name: "Owner".into(), email: email.into(), password: Some(PASSWORD.into()) },
            branches: vec![branch(harbour(), "Harbour"), branch(old_town(), "Old Town")],
            staff: vec![staff()],
            services: vec![service()],
            products: vec![product()],
            commission: None,
            loyalty: None,
            packages: Vec::new(),
            memberships: Vec::new(),
            terminals: 0,
        };
        let made = provision::create_tenant(store.as_ref(), &new).unwrap();
        let app = App::new(Arc::clone(&store), None);
        TestApp { store, router: router(Arc::clone(&app)), app, clock, tenant: made.tenant }
    }

    /// A user besides the owner, `<role>@example.com`.
    pub fn user(&self, role: Role, branches: Option<Vec<BranchId>>) -> String {
        let email = format!("{role:?}-{}@example.com", branches.as_ref().map_or(0, Vec::len)).to_lowercase();
        let new = NewUser { email: &email, name: "Somebody", password: PASSWORD, role, branches };
        provision::create_user(self.store.as_ref(), self.tenant, &new).unwrap();
        email
    }

    pub async fn send(&self, request: Request<Body>) -> Response<Body> {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub async fn call(
        &self,
        method: &str,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let response = self.send(request.body(body).unwrap()).await;
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 8 << 20).await.unwrap();
        (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str, token: &str) -> T {
        let (status, body) = self.call("GET", path, Some(token), None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        serde_json::from_value(body).unwrap()
    }

    pub async fn try_login(&self, email: &str, password: &str) -> (StatusCode, Value) {
        let body = json!({"email": email, "password": password});
        self.call("POST", "/api/v1/auth/login", None, Some(body)).await
    }

    pub async fn login(&self, email: &str) -> Tokens {
        let (status, body) = self.try_login(email, PASSWORD).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// An access token of the owner's.
    pub async fn owner(&self) -> String {
        self.login("admin@example.com").await.access_token
    }

    /// A terminal of a branch, enrolled.
    pub fn terminal(&self, branch: BranchId, key: u8) -> Terminal {
        Terminal::enrol(Arc::clone(&self.store), self.tenant, branch, key)
    }

    pub fn totals(&self) -> Totals {
        self.store.reading(|tx| tx.totals(self.tenant)).unwrap()
    }

    pub fn head(&self) -> u64 {
        self.store.head(self.tenant).unwrap()
    }
}
