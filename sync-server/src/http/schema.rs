//! The OpenAPI document. A body's schema is inferred from a complete example of the very type that is sent, so that the
//! two cannot drift apart.

use super::catalog::{StaffRow, StaffWrite};
use super::deposits::HeldDeposit;
use super::devices::{DeviceState, PairingCode, PairingRequest};
use super::health::Health;
use super::reports::{SalesPage, StockLevel, ZReportRow};
use salon_contract::device::{
    AboutCard, AskReader, CardReply, DEVICE_HEADER, NONCE_HEADER, RefundCard, RefundOf, RemoteReceipt, ResolveCard,
    SIGNATURE_HEADER, StartCard, TIME_HEADER,
};
use salon_contract::message::{
    AskMessages, MessageFile, MessageReply, MessageState, MessageStateOf, MessagesReply, SendMessage,
};
use salon_contract::rest::{
    BranchFigure, BranchRow, ChartPoint, Dashboard, Figure, LatestSale, LoginRequest, Me, Period, RefreshRequest,
    StaffFigure, TerminalRow, Tokens,
};
use salon_domain::access::Role;
use salon_domain::branch::{Charge, DepositTerms, DeskTerms, Fee, StaffDiscount, WeekHours};
use salon_domain::catalog::{Pack, PackUnit, Phase, Product, Service, Usage};
use salon_domain::commission::{Base, BelowNought, Rate, RateRule, Scheme, What};
use salon_domain::kernel::{Currency, Id};
use salon_domain::loyalty::{
    Condition, Gives, Once, Programme, Reward, RewardGives, Rule, SpendRule, Tier, TierTerms, Tiers,
};
use salon_domain::notification::Channel;
use salon_domain::payment::{Discount, Promotion, Scope, SessionTotals, Stacking, Trigger};
use salon_domain::staff::{Skills, Staff};
use salon_domain::value::{
    Benefit, MembershipOffer, MembershipPlan, PackageEntry, PackageOffer, Period as PaidPeriod, Prepaid,
};
use serde_json::{Value, json};
use std::borrow::Cow;
use utoipa::openapi::{Info, OpenApi, RefOr, Schema};

/// The schema of everything that looks like `example`.
fn inferred(example: &Value) -> Value {
    match example {
        Value::Null => json!({}),
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(_) => json!({"type": "integer", "format": "int64"}),
        Value::String(_) => json!({"type": "string"}),
        Value::Array(items) => json!({"type": "array", "items": items.first().map_or_else(|| json!({}), inferred)}),
        Value::Object(fields) => {
            let properties: serde_json::Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), inferred(value))).collect();
            let required: Vec<&String> = fields.iter().filter(|(_, v)| !v.is_null()).map(|(name, _)| name).collect();
            json!({"type": "object", "properties": properties, "required": required})
        }
    }
}

fn schema_of(example: &Value) -> RefOr<Schema> {
    // What `inferred` writes is a schema; should utoipa disagree, the document shows "anything" there.
    serde_json::from_value(inferred(example)).unwrap_or_default()
}

macro_rules! bodies {
    ($($body:ident = $name:literal, $example:expr;)*) => {
        $(
            pub struct $body;
            impl utoipa::PartialSchema for $body {
                fn schema() -> RefOr<Schema> {
                    schema_of(&serde_json::to_value($example).unwrap_or_default())
                }
            }
            impl utoipa::ToSchema for $body {
                fn name() -> Cow<'static, str> {
                    Cow::Borrowed($name)
                }
            }
        )*
    };
}

bodies! {
    HealthBody = "Health", Health { status: "ok".into(), version: "0.1.0".into(), database: "ok".into() };
    LoginBody = "LoginRequest", LoginRequest { email: "owner@example.com".into(), password: "…".into() };
    RefreshBody = "RefreshRequest", RefreshRequest { refresh_token: "…".into() };
    TokensBody = "Tokens", Tokens {
        access_token: "…".into(), expires_in_s: 900, refresh_token: "…".into(), me: me(),
    };
    MeBody = "Me", me();
    DashboardBody = "Dashboard", dashboard();
    SalesBody = "SalesPage", SalesPage { sales: vec![sale()], next: Some("…".into()) };
    BranchesBody = "Branches", vec![branch()];
    ZReportsBody = "ZReports", vec![z_report()];
    StockBody = "StockLevels", vec![stock_level()];
    DepositsBody = "HeldDeposits", vec![HeldDeposit {
        branch: id(1), ticket: id(12), card: Some(id(13)), at: "2026-01-31T09:15:00.000Z".into(), held_minor: 2_000,
    }];
    DevicesBody = "Devices", vec![device()];
    PairingRequestBody = "PairingRequest", PairingRequest { branch: id(1), name: "Till 1".into() };
    PairingBody = "PairingCode", PairingCode { code: "7K4M-Q2XD".into(), expires_in_s: 1800, branch: id(1) };
    StaffBody = "Staff", StaffRow { staff: staff(), has_pin: true };
    StaffListBody = "StaffList", vec![StaffRow { staff: staff(), has_pin: true }];
    StaffWriteBody = "StaffWrite", StaffWrite { staff: staff(), pin: Some("1234".into()) };
    ServiceBody = "Service", service();
    ServicesBody = "Services", vec![service()];
    ProductBody = "Product", product();
    ProductsBody = "Products", vec![product()];
    PromotionBody = "Promotion", promotion();
    PromotionsBody = "Promotions", vec![promotion()];
    MembershipBody = "Membership", membership();
    MembershipsBody = "Memberships", vec![membership()];
    PackageBody = "Package", package();
    PackagesBody = "Packages", vec![package()];
    SchemeBody = "CommissionScheme", scheme();
    ProgrammeBody = "LoyaltyProgramme", programme();
    DeskBody = "DeskTerms", desk();
    StartCardBody = "StartCard", StartCard {
        payment: id(8), reader: "tmr_…".into(), amount_minor: 8900, currency: Currency::EUR,
    };
    AboutCardBody = "AboutCard", AboutCard { payment: id(8) };
    ResolveCardBody = "ResolveCard", ResolveCard { payment: id(8), amount_minor: 8900, currency: Currency::EUR };
    RefundCardBody = "RefundCard", RefundCard {
        refund: id(9), of: RefundOf::Payment(id(8)), amount_minor: 8900, currency: Currency::EUR,
    };
    AskReaderBody = "AskReader", AskReader { reader: "tmr_…".into() };
    CardReplyBody = "CardReply", CardReply::Captured { receipt: card_receipt() };
    SendMessageBody = "SendMessage", SendMessage {
        message: id(12), channel: Channel::Email, to: "mia@example.com".into(), subject: "…".into(), text: "…".into(),
        html: "…".into(), files: vec![MessageFile {
            name: "receipt.pdf".into(), media_type: "application/pdf".into(), content: "…".into(),
        }],
    };
    MessageReplyBody = "MessageReply", MessageReply { state: MessageState::Queued };
    AskMessagesBody = "AskMessages", AskMessages { messages: vec![id(12)] };
    MessagesReplyBody = "MessagesReply", MessagesReply {
        email: true, text: false, states: vec![MessageStateOf { message: id(12), state: MessageState::Sent }],
    };
    ProblemBody = "Problem", salon_contract::rest::Problem {
        code: "not_found".into(), message: "…".into(), request_id: "…".into(),
    };
}

fn id<T>(n: u8) -> Id<T> {
    Id::from_parts(1_767_225_600_000, [n; 10])
}

fn scheme() -> Scheme {
    let rule = RateRule { staff: Some(id(11)), what: What::ServicesIn("Colour".into()), rate: Rate::Flat(3_000) };
    Scheme { rules: vec![rule], base: Base::AfterDiscounts, below_nought: BelowNought::Nothing }
}

fn programme() -> Programme {
    let terms = TierTerms {
        tier: Tier::Silver,
        from_points: 300,
        multiplier_bp: 12_500,
        services_off_bp: 0,
        products_off_bp: 0,
    };
    let rule = Rule {
        name: "Welcome".into(),
        when: vec![Condition::Category("Colour".into())],
        gives: Gives::PerTicket(25),
        once: Some(Once::Ever),
    };
    let reward = Reward { name: "Ten off".into(), cost_points: 150, gives: RewardGives::AmountOff(1_000) };
    Programme {
        spend: Some(SpendRule { each: 1, per_minor: 100 }),
        rules: vec![rule],
        tiers: Tiers { window_days: Some(365), terms: vec![terms] },
        rewards: vec![reward],
        expires_after_days: Some(730),
    }
}

fn desk() -> DeskTerms {
    let fee = Fee {
        code: "LATE".into(),
        name: "Late cancellation".into(),
        charge: Charge::Amount(1_500),
        tax_class: "standard".into(),
        active: true,
    };
    DeskTerms {
        fees: vec![fee],
        staff_discount: Some(StaffDiscount {
            label: "Staff".into(),
            services_off_bp: 5_000,
            products_off_bp: 3_000,
            active: true,
        }),
        deposit: DepositTerms { asked: Some(Charge::Percent(2_500)), kept_tax_class: "standard".into() },
        exempt_pay_net: true,
    }
}

fn promotion() -> Promotion {
    Promotion {
        id: id(10),
        label: "Colour on Tuesdays".into(),
        trigger: Trigger::Automatic,
        off: Discount::Percent(1_000),
        off_minor_max: None,
        scope: Scope::Only { items: Default::default(), categories: ["Colour".to_owned()].into() },
        spend_minor_min: 0,
        stacking: Stacking::Stackable,
        currency: None,
        from_day: None,
        to_day: None,
        hours: None,
        branches: Default::default(),
        first_visit: false,
        active: true,
    }
}

fn membership() -> MembershipOffer {
    MembershipOffer {
        id: id(12),
        plan: MembershipPlan {
            name: "Blow-dry club".into(),
            price_minor: 4_900,
            currency: Currency::EUR,
            period: PaidPeriod::Months(1),
            grace_days: 5,
            benefits: vec![Benefit::Included { what: Prepaid::Category("Styling".into()), units: 2 }],
            tax_class: "standard".into(),
        },
        active: true,
    }
}

fn package() -> PackageOffer {
    let entry = PackageEntry { what: Prepaid::Service(id(7)), units: 5, list_price_minor: 4_900 };
    PackageOffer {
        id: id(15),
        name: "Five cuts".into(),
        entries: vec![entry],
        price_minor: 21_900,
        valid_days: Some(365),
        tax_class: "standard".into(),
        active: true,
    }
}

fn branch() -> BranchRow {
    BranchRow { branch: id(1), name: "Harbour".into(), currency: Currency::EUR, zone: "Europe/Berlin".into() }
}

fn me() -> Me {
    Me {
        user: id(2),
        tenant: id(3),
        salon: "Pink Blueberry Demo".into(),
        name: "An owner".into(),
        email: "owner@example.com".into(),
        role: Role::Admin,
        permissions: Role::Admin.permissions(),
        branches: vec![branch()],
        demo: true,
    }
}

fn sale() -> LatestSale {
    LatestSale {
        number: 1,
        branch: "Harbour".into(),
        terminal: "Till 1".into(),
        time: "10:15".into(),
        date: "2026-01-31".into(),
        total_minor: 8900,
        tender: "card".into(),
        lines: 2,
    }
}

fn dashboard() -> Dashboard {
    let figure = Figure { now: 2, before: 1 };
    Dashboard {
        date: "2026-01-31".into(),
        period: Period::Day,
        currency: Currency::EUR,
        revenue_minor: figure,
        net_minor: figure,
        sales: figure,
        bookings: figure,
        new_clients: figure,
        utilisation_bp: figure,
        average_sale_minor: figure,
        chart: vec![ChartPoint { label: "09:00".into(), now_minor: 8900, before_minor: 0 }],
        by_staff: vec![StaffFigure {
            staff: id(4),
            name: "A stylist".into(),
            net_minor: 7479,
            bookings: 1,
            utilisation_bp: 7500,
        }],
        by_branch: vec![BranchFigure { branch: id(1), name: "Harbour".into(), revenue_minor: figure }],
        latest: vec![sale()],
        terminals: vec![TerminalRow {
            device: id(5),
            name: "Till 1".into(),
            branch: "Harbour".into(),
            online: true,
            last_seen: Some("2026-01-31T09:15:00.000Z".into()),
            journal_seq: 12,
        }],
    }
}

fn card_receipt() -> RemoteReceipt {
    RemoteReceipt {
        number: 12,
        reader: "tmr_…".into(),
        authorisation: "123456".into(),
        brand: "visa".into(),
        last4: "4242".into(),
        amount_minor: 8900,
        currency: Currency::EUR,
        at_ms: 1_767_225_600_000,
        lines: vec!["Visa Credit".into()],
    }
}

fn z_report() -> ZReportRow {
    ZReportRow {
        branch: id(1),
        terminal: "Till 1".into(),
        date: "2026-01-31".into(),
        at: "2026-01-31T18:00:00.000Z".into(),
        number: 7,
        counted_minor: 25_000,
        difference_minor: 0,
        reason: String::new(),
        perpetual_total_minor: 1_000_000,
        totals: SessionTotals { first_number: Some(1), last_number: Some(9), ..SessionTotals::opened(20_000) },
    }
}

fn stock_level() -> StockLevel {
    StockLevel {
        branch: id(1),
        product: id(6),
        sku: "SH-250".into(),
        name: "Shampoo".into(),
        level_milli: 3000,
        par_min: 2,
        par_max: 6,
        needs_reorder: false,
        reorder_quantity: 0,
    }
}

fn device() -> DeviceState {
    DeviceState {
        device: id(5),
        branch: id(1),
        name: "Till 1".into(),
        online: true,
        last_seen: Some("2026-01-31T09:15:00.000Z".into()),
        revoked: None,
        quarantined: None,
        quarantine_reason: None,
        acked: 12,
        journal_seq: 9,
    }
}

fn staff() -> Staff {
    Staff {
        id: id(4),
        code: "AS".into(),
        name: "A stylist".into(),
        role: Role::Stylist,
        branches: vec![id(1)],
        skills: Skills::All,
        hours: WeekHours::every_day(540, 1080),
        pin_hash: None,
        bookable: true,
        active: true,
    }
}

fn service() -> Service {
    Service {
        id: id(7),
        code: "CUT".into(),
        name: "Cut".into(),
        category: "Cuts".into(),
        phases: vec![Phase::work(45)],
        buffer_before_min: 0,
        buffer_after_min: 0,
        price_minor: 4900,
        by_staff: std::collections::BTreeMap::new(),
        uses: vec![Usage { product: id(6), milli: 40 }],
        tax_class: "standard".into(),
        active: true,
        patch_test: None,
    }
}

fn product() -> Product {
    Product {
        id: id(6),
        sku: "SH-250".into(),
        barcode: "2000000000015".into(),
        name: "Shampoo".into(),
        brand: String::new(),
        category: "Care".into(),
        price_minor: 1990,
        cost_minor: 900,
        pack: Some(Pack { amount: 250, unit: PackUnit::Millilitre }),
        par_min: 2,
        par_max: 6,
        tax_class: "standard".into(),
        active: true,
    }
}

/// The document before the routes.
pub fn head() -> OpenApi {
    let mut document = OpenApi::new(
        Info::new("Pink Blueberry Salon: sync server", env!("CARGO_PKG_VERSION")),
        utoipa::openapi::Paths::new(),
    );
    document.info.description = Some(
        "What the owner's console asks, and what terminals ask beside the sync protocol, which they speak over a \
         WebSocket at /sync. Every error is a Problem with a stable code; x-permission names what a route asks of its \
         caller; x-signed-by says that the request has to be signed by a device's key."
            .to_owned(),
    );
    document
}

/// Adds what is the same for all routes: who may, and what a refusal looks like.
pub fn finished(document: OpenApi) -> Value {
    let Ok(mut document) = serde_json::to_value(&document) else { return Value::Null };
    document["components"]["securitySchemes"] = json!({
        "token": {"type": "http", "scheme": "bearer"},
        "device": {"type": "apiKey", "in": "header", "name": SIGNATURE_HEADER, "description": format!(
            "An Ed25519 signature by the device's key, in hexadecimal, of these lines: pink-blueberry/device/1, method, \
             path, {DEVICE_HEADER}, {TIME_HEADER} (UTC milliseconds), {NONCE_HEADER} (32 hexadecimal digits), SHA-256 of \
             the body in hexadecimal. The headers named go with it."
        )},
    });
    let problem = serde_json::to_value(<ProblemBody as utoipa::PartialSchema>::schema()).unwrap_or_default();
    document["components"]["schemas"]["Problem"] = problem;
    let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
    let operations = document["paths"].as_object_mut().into_iter().flatten();
    for operation in operations.flat_map(|(_, item)| item.as_object_mut().into_iter().flatten().map(|(_, o)| o)) {
        if operation.get("x-permission").is_some() {
            operation["security"] = json!([{"token": []}]);
            operation["responses"]["401"] = json!({"description": "unauthorised, token_expired"});
            operation["responses"]["403"] = json!({"description": "forbidden"});
        }
        if operation.get("x-signed-by").is_some() {
            operation["security"] = json!([{"device": []}]);
            operation["responses"]["401"] = json!({"description": "bad_signature, clock_skew"});
            operation["responses"]["403"] = json!({"description": "revoked, quarantined"});
            operation["responses"]["429"] = json!({"description": "too_many_tries"});
        }
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            if status.starts_with(['4', '5']) {
                response["content"] = content.clone();
            }
        }
    }
    document
}
