//! Master data over REST.

use super::support::{TestApp, fixed, harbour, old_town, product, service, staff};
use axum::http::StatusCode;
use salon_domain::access::Role;
use salon_domain::catalog::{Pack, PackUnit, PatchTerms, Product, Service, Usage};
use salon_domain::staff::Staff;
use salon_domain::value::{PackageEntry, PackageOffer, Prepaid};
use salon_server::auth::password;
use salon_server::http::{StaffRow, StaffWrite};
use salon_server::store::StoreExt;
use salon_server::sync::master;
use serde_json::{Value, json};

#[tokio::test]
async fn a_new_price_reaches_the_terminals() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    till.pull();
    let changed = Service { price_minor: 6_500, ..service() };
    let path = format!("/api/v1/services/{}", changed.id);
    let (status, body) = app.call("PUT", &path, Some(&token), Some(json!(changed))).await;
    assert_eq!((status, &body), (StatusCode::OK, &json!(changed)));
    assert_eq!(till.pull().len(), 1);
    let all: Vec<Service> = app.get("/api/v1/services", &token).await;
    assert_eq!(all, std::slice::from_ref(&changed));
    // A new one, and the same id again.
    let new = Service { id: fixed(31), name: "Fringe".into(), ..changed };
    let (status, _) = app.call("POST", "/api/v1/services", Some(&token), Some(json!(new))).await;
    assert_eq!(status, StatusCode::CREATED);
    let (status, problem) = app.call("POST", "/api/v1/services", Some(&token), Some(json!(new))).await;
    assert_eq!((status, problem["code"].as_str()), (StatusCode::CONFLICT, Some("exists")));
}

#[tokio::test]
async fn what_is_agreed_reaches_the_terminals_and_can_end() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    till.pull();
    let mut rule = json!({"what": "services", "rate": {"flat": 3_000}});
    let scheme = json!({"rules": [rule], "base": "after_discounts", "below_nought": "nothing"});
    let reward = json!({"name": "Ten off", "cost_points": 150, "gives": {"amount_off": 1_000}});
    let programme = json!({"spend": {"each": 1, "per_minor": 100}, "rewards": [reward]});
    assert_eq!(app.get::<Value>("/api/v1/commission", &token).await, Value::Null);
    for (path, body) in [("/api/v1/commission", &scheme), ("/api/v1/loyalty", &programme)] {
        let (status, _) = app.call("PUT", path, Some(&token), Some(body.clone())).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(till.pull().len(), 1, "{path}");
    }
    assert_eq!(app.get::<Value>("/api/v1/commission", &token).await, scheme);
    let kept: Value = app.get("/api/v1/loyalty", &token).await;
    assert_eq!((&kept["rewards"], &kept["spend"]), (&programme["rewards"], &programme["spend"]));
    // What cannot be changes nothing.
    rule["rate"] = json!({"flat": 10_001});
    let too_much = json!({"rules": [rule]});
    let twice = json!({"rewards": [reward, reward]});
    for (path, body) in [("/api/v1/commission", too_much), ("/api/v1/loyalty", twice)] {
        let (status, _) = app.call("PUT", path, Some(&token), Some(body)).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
    }
    let (status, _) = app.call("PUT", "/api/v1/commission", Some(&token), Some(Value::Null)).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(app.get::<Value>("/api/v1/commission", &token).await, Value::Null);
    assert_ne!(app.get::<Value>("/api/v1/loyalty", &token).await, Value::Null, "the other one stays");
}

/// What a service uses up, and what a package holds, is for the terminals to know.
#[tokio::test]
async fn recipes_and_packages_reach_the_terminals() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    till.pull();
    let uses = vec![Usage { product: product().id, milli: 40 }];
    let changed = Service { uses, ..service() };
    let path = format!("/api/v1/services/{}", changed.id);
    let (status, body) = app.call("PUT", &path, Some(&token), Some(json!(changed))).await;
    assert_eq!((status, &body["uses"][0]["milli"]), (StatusCode::OK, &json!(40)));
    let entry = |what, units| PackageEntry { what, units, list_price_minor: 5_950 };
    let five = PackageOffer {
        id: fixed(60),
        name: "Five cuts".into(),
        entries: vec![entry(Prepaid::Service(service().id), 5)],
        price_minor: 25_000,
        valid_days: Some(365),
        tax_class: "standard".into(),
        active: true,
    };
    let path = format!("/api/v1/packages/{}", five.id);
    let (status, body) = app.call("PUT", &path, Some(&token), Some(json!(five))).await;
    assert_eq!((status, &body), (StatusCode::OK, &json!(five)));
    assert_eq!(app.get::<Vec<PackageOffer>>("/api/v1/packages", &token).await, std::slice::from_ref(&five));
    assert_eq!(till.pull().len(), 2);
    let bad = [
        PackageOffer { name: " ".into(), ..five.clone() },
        PackageOffer { entries: Vec::new(), ..five.clone() },
        PackageOffer { entries: vec![entry(Prepaid::Service(fixed(77)), 5)], ..five.clone() },
        PackageOffer { entries: vec![entry(Prepaid::Category("None such".into()), 5)], ..five.clone() },
        PackageOffer { price_minor: -1, ..five.clone() },
        PackageOffer { tax_class: "none".into(), ..five.clone() },
        PackageOffer { id: fixed(61), ..five },
    ];
    for offer in bad {
        let (status, problem) = app.call("PUT", &path, Some(&token), Some(json!(offer))).await;
        assert_eq!((status.as_u16(), problem["code"].as_str()), (422, Some("invalid")), "{offer:?}");
    }
    assert!(till.pull().is_empty());
}

#[tokio::test]
async fn a_branch_s_terms_at_the_desk_reach_its_terminals() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    till.pull();
    let path = format!("/api/v1/branches/{}/desk", harbour());
    assert_eq!(app.get::<Value>(&path, &token).await, json!({}));
    let fee = |code: &str, charge: Value| json!({"code": code, "name": "Late", "charge": charge, "active": true});
    let staff = json!({"label": "Staff", "services_off_bp": 5_000, "products_off_bp": 0, "active": true});
    let terms = json!({
        "fees": [fee("LATE", json!({"amount": 1_500})), fee("SERVICE", json!({"percent": 500}))],
        "staff_discount": staff,
        "deposit": {"asked": {"percent": 2_500}},
        "exempt_pay_net": true,
    });
    let (status, body) = app.call("PUT", &path, Some(&token), Some(terms.clone())).await;
    assert_eq!((status, &body), (StatusCode::OK, &terms));
    assert_eq!(till.pull().len(), 1);
    assert_eq!(app.get::<Value>(&path, &token).await, terms);
    let wrong = [
        json!({"fees": [fee("A", json!({"amount": 0}))]}),
        json!({"fees": [fee("A", json!({"amount": 1})), fee("A", json!({"amount": 1}))]}),
        json!({"deposit": {"kept_tax_class": "none"}}),
        json!({"staff_discount": {"label": " ", "services_off_bp": 1, "products_off_bp": 1, "active": true}}),
    ];
    for body in wrong {
        let (status, _) = app.call("PUT", &path, Some(&token), Some(body.clone())).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    let nowhere = format!("/api/v1/branches/{}/desk", fixed::<()>(77));
    let (status, _) = app.call("PUT", &nowhere, Some(&token), Some(json!({}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    // Who leads one branch says nothing about another.
    let email = app.user(Role::Manager, Some(vec![old_town()]));
    let other = app.login(&email).await.access_token;
    let (status, _) = app.call("PUT", &path, Some(&other), Some(json!({}))).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert_eq!(app.get::<Value>(&path, &token).await, terms);
}

#[tokio::test]
async fn what_cannot_be_is_refused() {
    let app = TestApp::new();
    let token = app.owner().await;
    let (s, p, m) = (service(), product(), staff());
    let twin = Product { id: fixed(41), ..product() };
    let usage = |product, milli| Usage { product, milli };
    let mut overlapping = staff();
    let span = |from_min, to_min| salon_domain::branch::DaySpan { from_min, to_min };
    overlapping.hours.0[0] = vec![span(540, 700), span(690, 800)];
    let needs =
        |kind: &str, hours_before, valid_days| Some(PatchTerms::Needs { kind: kind.into(), hours_before, valid_days });
    let cases = [
        ("services", s.id.uuid(), json!(Service { name: " ".into(), ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { phases: vec![], ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { price_minor: -1, ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { tax_class: "none".into(), ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { patch_test: needs(" ", 48, 180), ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { patch_test: needs("Colour", 48, 1), ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { patch_test: needs("Colour", 721, 180), ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { uses: vec![usage(p.id, 0)], ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { uses: vec![usage(p.id, 5), usage(p.id, 6)], ..s.clone() })),
        ("services", s.id.uuid(), json!(Service { uses: vec![usage(fixed(77), 5)], ..s.clone() })),
        ("services", fixed::<()>(9).uuid(), json!(s)),
        ("products", p.id.uuid(), json!(Product { pack: Some(Pack { amount: 0, unit: PackUnit::Gram }), ..p.clone() })),
        ("products", p.id.uuid(), json!(Product { par_min: 9, ..p.clone() })),
        ("products", p.id.uuid(), json!(Product { barcode: "x".into(), ..p.clone() })),
        ("products", twin.id.uuid(), json!(twin)),
        ("staff", m.id.uuid(), json!(Staff { branches: vec![fixed(77)], ..m.clone() })),
        ("staff", m.id.uuid(), json!(overlapping)),
        ("staff", m.id.uuid(), json!(StaffWrite { staff: m.clone(), pin: Some("12".into()) })),
    ];
    let head = app.head();
    for (kind, id, body) in cases {
        let (status, problem) =
            app.call("PUT", &format!("/api/v1/{kind}/{id}"), Some(&token), Some(body.clone())).await;
        assert_eq!((status.as_u16(), problem["code"].as_str()), (422, Some("invalid")), "{body}");
    }
    assert_eq!(app.head(), head);
}

#[tokio::test]
async fn pins_are_hashed_and_their_hashes_never_shown() {
    let app = TestApp::new();
    let token = app.owner().await;
    let path = format!("/api/v1/staff/{}", staff().id);
    let write = StaffWrite { staff: staff(), pin: Some("4711".into()) };
    let (status, body) = app.call("PUT", &path, Some(&token), Some(json!(write))).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    // Another change keeps the PIN; a hash that somebody sends is ignored.
    let renamed = Staff { name: "Mira S.".into(), pin_hash: Some("$argon2id$forged".into()), ..staff() };
    app.call("PUT", &path, Some(&token), Some(json!(renamed))).await;
    let rows: Vec<StaffRow> = app.get("/api/v1/staff", &token).await;
    assert_eq!((rows[0].staff.name.as_str(), rows[0].has_pin, &rows[0].staff.pin_hash), ("Mira S.", true, &None));
    let kept: Staff = app.store.reading(|tx| master::get(tx, app.tenant, staff().id.uuid())).unwrap().unwrap();
    assert!(password::verify("4711", kept.pin_hash.as_deref()));
}

#[tokio::test]
async fn a_manager_makes_nobody_an_owner_and_touches_no_other_branch() {
    let app = TestApp::new();
    let email = app.user(Role::Manager, Some(vec![harbour()]));
    let token = app.login(&email).await.access_token;
    let mut elsewhere = staff();
    elsewhere.branches = vec![harbour(), old_town()];
    for body in [Staff { role: Role::Admin, ..staff() }, elsewhere] {
        let path = format!("/api/v1/staff/{}", body.id);
        let (status, _) = app.call("PUT", &path, Some(&token), Some(json!(body))).await;
        assert_eq!(status, StatusCode::FORBIDDEN);
    }
    let promoted = Staff { role: Role::Receptionist, ..staff() };
    let path = format!("/api/v1/staff/{}", promoted.id);
    let (status, _) = app.call("PUT", &path, Some(&token), Some(json!(promoted))).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_membership_reaches_the_terminals_and_one_that_cannot_be_sold_is_refused() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    till.pull();
    let offer = |change: fn(&mut Value)| {
        let mut offer = json!({"id": fixed::<()>(40), "name": "Blow-dry club", "price_minor": 4_900,
            "currency": "EUR", "period": {"months": 1}, "grace_days": 5,
            "benefits": [{"kind": "services_off", "percent_bp": 1_500}], "tax_class": "standard", "active": true});
        change(&mut offer);
        offer
    };
    let good = offer(|_| {});
    let (status, body) = app.call("POST", "/api/v1/memberships", Some(&token), Some(good.clone())).await;
    assert_eq!((status, &body), (StatusCode::CREATED, &good));
    assert_eq!(till.pull().len(), 1);
    let wrong: [fn(&mut Value); 5] = [
        |o| o["benefits"] = json!([]),
        |o| o["benefits"][0]["percent_bp"] = json!(10_001),
        |o| o["tax_class"] = json!("none such"),
        |o| o["currency"] = json!("CHF"),
        |o| o["name"] = json!(" "),
    ];
    let path = format!("/api/v1/memberships/{}", good["id"].as_str().unwrap());
    for change in wrong {
        let (status, _) = app.call("PUT", &path, Some(&token), Some(offer(change))).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(app.get::<Value>("/api/v1/memberships", &token).await, json!([good]));
    assert!(till.pull().is_empty());
}
