//! Every route of the OpenAPI document, for nobody and for every role: 401, 403 or through, by the table. What devices
//! sign has a door of its own (`stripe.rs`); here only that nobody else gets in.

use super::support::{TestApp, harbour, old_town};
use axum::http::StatusCode;
use salon_domain::access::Role;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Admin, manager, stylist, receptionist, assistant.
type Row = (&'static str, &'static str, [bool; 5]);

const ALL: [bool; 5] = [true; 5];
const LEADERS: [bool; 5] = [true, true, false, false, false];
const DESK: [bool; 5] = [true, true, false, true, false];

#[rustfmt::skip]
const TABLE: [Row; 18] = [
    ("get", "/api/v1/me", ALL),
    ("get", "/api/v1/branches", ALL),
    ("get", "/api/v1/live", ALL),
    ("get", "/api/v1/services", ALL),
    ("get", "/api/v1/products", ALL),
    ("get", "/api/v1/stock", ALL),
    ("get", "/api/v1/staff", DESK),
    ("get", "/api/v1/dashboard", LEADERS),
    ("get", "/api/v1/sales", LEADERS),
    ("get", "/api/v1/z-reports", LEADERS),
    ("get", "/api/v1/devices", LEADERS),
    ("post", "/api/v1/devices/{device}/revoke", LEADERS),
    ("post", "/api/v1/devices/pairing-codes", LEADERS),
    ("post", "/api/v1/staff", LEADERS),
    ("put", "/api/v1/staff/{id}", LEADERS),
    ("post", "/api/v1/services", LEADERS),
    ("put", "/api/v1/services/{id}", LEADERS),
    ("post", "/api/v1/products", LEADERS),
];
#[rustfmt::skip]
const MORE: [Row; 16] = [
    ("put", "/api/v1/products/{id}", LEADERS),
    ("get", "/api/v1/promotions", ALL),
    ("post", "/api/v1/promotions", LEADERS),
    ("put", "/api/v1/promotions/{id}", LEADERS),
    ("get", "/api/v1/memberships", ALL),
    ("post", "/api/v1/memberships", LEADERS),
    ("put", "/api/v1/memberships/{id}", LEADERS),
    ("get", "/api/v1/packages", ALL),
    ("put", "/api/v1/packages/{id}", LEADERS),
    ("get", "/api/v1/commission", LEADERS),
    ("put", "/api/v1/commission", LEADERS),
    ("get", "/api/v1/loyalty", ALL),
    ("put", "/api/v1/loyalty", LEADERS),
    ("get", "/api/v1/deposits", LEADERS),
    ("get", "/api/v1/branches/{id}/desk", ALL),
    ("put", "/api/v1/branches/{id}/desk", LEADERS),
];
const PUBLIC: [(&str, &str); 4] = [
    ("get", "/health"),
    ("post", "/api/v1/auth/login"),
    ("post", "/api/v1/auth/refresh"),
    ("post", "/api/v1/auth/logout"),
];

fn documented() -> BTreeMap<(String, String), Option<String>> {
    let document = salon_server::http::openapi();
    let mut routes = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let signed = operation.get("x-signed-by").is_some();
            assert_eq!(signed, path.starts_with("/api/device/"), "{method} {path}");
            if signed {
                continue;
            }
            let permission = operation.get("x-permission").map(|p| p.as_str().unwrap().to_owned());
            routes.insert((method.clone(), path.clone()), permission);
        }
    }
    routes
}

#[test]
fn the_table_and_the_document_name_the_same_routes() {
    let documented = documented();
    let named = TABLE.iter().chain(&MORE).map(|(m, p, _)| (*m, *p)).chain(PUBLIC);
    let named: BTreeSet<_> = named.map(|(m, p)| (m.to_owned(), p.to_owned())).collect();
    assert_eq!(documented.keys().cloned().collect::<BTreeSet<_>>(), named);
    for ((method, path), permission) in documented {
        let public = PUBLIC.contains(&(method.as_str(), path.as_str()));
        assert_eq!(permission.is_none(), public, "{method} {path}");
    }
}

#[tokio::test]
async fn every_route_lets_through_whom_it_should() {
    let app = TestApp::new();
    let mut tokens = vec![app.owner().await];
    for role in &Role::ALL[1..] {
        let email = app.user(*role, None);
        tokens.push(app.login(&email).await.access_token);
    }
    let documented = documented();
    for (method, path, allowed) in TABLE.iter().chain(&MORE) {
        let filled = path.replace("{device}", &harbour().to_string()).replace("{id}", &harbour().to_string());
        let upper = method.to_uppercase();
        // No body that could do anything: whoever is let through is told what is wrong with it.
        let body = (*method != "get").then(|| json!({}));
        let (status, problem) = app.call(&upper, &filled, None, body.clone()).await;
        assert_eq!((status.as_u16(), problem["code"].as_str()), (401, Some("unauthorised")), "{method} {path}");
        let (status, _) = app.call(&upper, &filled, Some(&"00".repeat(48)), body.clone()).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{method} {path} with a made-up token");
        for ((role, token), allowed) in Role::ALL.iter().zip(&tokens).zip(allowed) {
            let status = if path.ends_with("/live") {
                live_status(&app, token).await
            } else {
                app.call(&upper, &filled, Some(token), body.clone()).await.0
            };
            let through = !matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
            assert_eq!(through, *allowed, "{role:?} {method} {path}: {status}");
            if *method == "get" {
                assert_eq!(status, if *allowed { StatusCode::OK } else { StatusCode::FORBIDDEN }, "{role:?} {path}");
            }
            // What the document says agrees with the permission table of the domain.
            let permission = documented[&((*method).to_owned(), (*path).to_owned())].as_deref().unwrap();
            if permission != "signed_in" {
                let permission = serde_json::from_value(json!(permission)).unwrap();
                assert_eq!(role.allows(permission), *allowed, "{role:?} {path}");
            }
        }
    }
}

#[tokio::test]
async fn what_devices_sign_is_closed_to_people() {
    let app = TestApp::new();
    let owner = app.owner().await;
    let document = salon_server::http::openapi();
    let paths = document["paths"].as_object().unwrap().keys().filter(|path| path.starts_with("/api/device/"));
    let mut seen = 0;
    for path in paths {
        for token in [None, Some(owner.as_str())] {
            let (status, problem) = app.call("POST", path, token, Some(json!({}))).await;
            assert_eq!((status.as_u16(), problem["code"].as_str()), (401, Some("bad_signature")), "{path}");
        }
        seen += 1;
    }
    assert_eq!(seen, 9);
}

/// The stream does not end: only its head is looked at.
async fn live_status(app: &TestApp, token: &str) -> StatusCode {
    let request = axum::http::Request::get(format!("/api/v1/live?access_token={token}"));
    app.send(request.body(axum::body::Body::empty()).unwrap()).await.status()
}

#[tokio::test]
async fn a_token_in_the_query_opens_the_stream_only() {
    let app = TestApp::new();
    let token = app.owner().await;
    assert_eq!(live_status(&app, &token).await, StatusCode::OK);
    let (status, _) = app.call("GET", &format!("/api/v1/me?access_token={token}"), None, None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_manager_of_one_branch_does_not_see_the_other() {
    let app = TestApp::new();
    let email = app.user(Role::Manager, Some(vec![harbour()]));
    let token = app.login(&email).await.access_token;
    let me: salon_contract::rest::Me = app.get("/api/v1/me", &token).await;
    assert_eq!(me.branches.iter().map(|b| b.branch).collect::<Vec<_>>(), [harbour()]);
    for path in ["dashboard", "sales", "z-reports", "stock", "live"] {
        let (status, _) = app.call("GET", &format!("/api/v1/{path}?branch={}", old_town()), Some(&token), None).await;
        assert_eq!(status, StatusCode::FORBIDDEN, "{path}");
    }
    let pairing = json!({"branch": old_town()});
    let (status, _) = app.call("POST", "/api/v1/devices/pairing-codes", Some(&token), Some(pairing)).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    let theirs = app.terminal(old_town(), 1).info.device;
    let (status, _) = app.call("POST", &format!("/api/v1/devices/{theirs}/revoke"), Some(&token), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let devices: Vec<salon_server::http::DeviceState> = app.get("/api/v1/devices", &token).await;
    assert!(devices.is_empty());
    let dashboard: salon_contract::rest::Dashboard = app.get("/api/v1/dashboard?branch=all", &token).await;
    assert_eq!(dashboard.by_branch.len(), 1);
}

#[tokio::test]
async fn another_tenant_is_another_world() {
    let app = TestApp::new();
    let mut theirs = app.terminal(harbour(), 1);
    theirs.sell(super::support::DAY, super::support::MONDAY_MS, 5_950);
    theirs.push_all();
    let other = TestApp::over(Arc::clone(&app.store), app.clock.clone(), "other@example.com");
    let token = other.login("other@example.com").await.access_token;
    let devices: Vec<salon_server::http::DeviceState> = other.get("/api/v1/devices", &token).await;
    assert!(devices.is_empty());
    let dashboard: salon_contract::rest::Dashboard = other.get("/api/v1/dashboard", &token).await;
    assert_eq!((dashboard.revenue_minor.now, dashboard.latest.len()), (0, 0));
    let path = format!("/api/v1/devices/{}/revoke", theirs.info.device);
    assert_eq!(other.call("POST", &path, Some(&token), None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(other.totals().receipts, 0);
    assert_eq!(app.totals().receipts, 1);
}
