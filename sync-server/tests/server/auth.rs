//! Signing in, and what becomes of tokens.

use super::support::{PASSWORD, TestApp};
use axum::http::StatusCode;
use salon_contract::rest::{Me, Tokens};
use salon_domain::access::Role;
use serde_json::json;

async fn refresh(app: &TestApp, token: &str) -> Result<Tokens, String> {
    let (status, body) = app.call("POST", "/api/v1/auth/refresh", None, Some(json!({"refresh_token": token}))).await;
    if status == StatusCode::OK {
        return Ok(serde_json::from_value(body).unwrap());
    }
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    Err(body["code"].as_str().unwrap().to_owned())
}

async fn me_status(app: &TestApp, access: &str) -> StatusCode {
    app.call("GET", "/api/v1/me", Some(access), None).await.0
}

#[tokio::test]
async fn the_owner_signs_in_and_sees_the_salon() {
    let app = TestApp::new();
    let tokens = app.login(" ADMIN@example.COM").await;
    assert_eq!(tokens.expires_in_s, 900);
    let me: Me = app.get("/api/v1/me", &tokens.access_token).await;
    assert_eq!(me, tokens.me);
    assert_eq!((me.role, me.salon.as_str(), me.branches.len(), me.demo), (Role::Admin, "Test Salon", 2, false));
    assert_eq!(me.email, "admin@example.com");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_the_same() {
    let app = TestApp::new();
    let (status, mut wrong) = app.try_login("admin@example.com", "not the password").await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let (status, mut unknown) = app.try_login("nobody@example.com", PASSWORD).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    for body in [&mut wrong, &mut unknown] {
        assert_eq!(body["request_id"].as_str().unwrap().len(), 16);
        body.as_object_mut().unwrap().remove("request_id");
    }
    assert_eq!(wrong, unknown);
    assert_eq!(wrong["code"], "bad_credentials");
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_second_use_ends_the_family() {
    let app = TestApp::new();
    let first = app.login("admin@example.com").await;
    let other_session = app.login("admin@example.com").await;
    let second = refresh(&app, &first.refresh_token).await.unwrap();
    let third = refresh(&app, &second.refresh_token).await.unwrap();
    assert_ne!(second.refresh_token, third.refresh_token);
    assert_eq!(me_status(&app, &third.access_token).await, StatusCode::OK);
    // The thief comes with the first one.
    assert_eq!(refresh(&app, &first.refresh_token).await.unwrap_err(), "token_reused");
    for access in [&first.access_token, &second.access_token, &third.access_token] {
        assert_eq!(me_status(&app, access).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(refresh(&app, &third.refresh_token).await.unwrap_err(), "token_expired");
    assert_eq!(me_status(&app, &other_session.access_token).await, StatusCode::OK);
}

#[tokio::test]
async fn tokens_expire() {
    let app = TestApp::new();
    let tokens = app.login("admin@example.com").await;
    app.clock.forward_s(899);
    assert_eq!(me_status(&app, &tokens.access_token).await, StatusCode::OK);
    app.clock.forward_s(2);
    assert_eq!(me_status(&app, &tokens.access_token).await, StatusCode::UNAUTHORIZED);
    let fresh = refresh(&app, &tokens.refresh_token).await.unwrap();
    app.clock.forward_s(31 * 24 * 3_600);
    assert_eq!(refresh(&app, &fresh.refresh_token).await.unwrap_err(), "token_expired");
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let app = TestApp::new();
    let tokens = app.login("admin@example.com").await;
    let body = json!({"refresh_token": tokens.refresh_token});
    let (status, _) = app.call("POST", "/api/v1/auth/logout", None, Some(body.clone())).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert_eq!(me_status(&app, &tokens.access_token).await, StatusCode::UNAUTHORIZED);
    // Again, or with rubbish: nothing to do, no error.
    let (status, _) = app.call("POST", "/api/v1/auth/logout", None, Some(body)).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    assert!(refresh(&app, "rubbish").await.is_err());
}

#[tokio::test]
async fn guessing_is_braked_and_the_right_password_waits_too() {
    let app = TestApp::new();
    for _ in 0..8 {
        assert_eq!(app.try_login("admin@example.com", "wrong wrong wrong").await.0, StatusCode::UNAUTHORIZED);
    }
    let (status, body) = app.try_login("admin@example.com", PASSWORD).await;
    assert_eq!((status, body["code"].as_str()), (StatusCode::TOO_MANY_REQUESTS, Some("too_many_tries")));
    app.clock.forward_s(61);
    assert_eq!(app.try_login("admin@example.com", PASSWORD).await.0, StatusCode::OK);
}

#[tokio::test]
async fn what_cannot_be_read_says_so() {
    let app = TestApp::new();
    let cases = [
        ("POST", "/api/v1/auth/login", Some(json!({"email": 3})), 422, "invalid"),
        ("POST", "/api/v1/auth/login", None, 415, "not_json"),
        ("DELETE", "/api/v1/auth/login", None, 405, "method_not_allowed"),
        ("GET", "/api/v1/nothing", None, 404, "not_found"),
        ("GET", "/console/", None, 404, "no_pages"),
        ("POST", "/api/v1/auth/login", Some(json!({"email": "x".repeat(300_000), "password": ""})), 413, "too_large"),
    ];
    for (method, path, body, status, code) in cases {
        let (got, problem) = app.call(method, path, None, body).await;
        assert_eq!((got.as_u16(), problem["code"].as_str()), (status, Some(code)), "{method} {path}");
        assert!(!problem["request_id"].as_str().unwrap().is_empty());
    }
}
