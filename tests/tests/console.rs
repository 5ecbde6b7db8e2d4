//! The owner's console in a real browser: who may come in, and that the day's money shows as it happens.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use salon_contract::window::{BookingDraft, PartDraft};
use salon_domain::booking::Source;
use salon_domain::kernel::TicketId;
use salon_server::provision::NewTenant;
use salon_terminal::app::App;
use salon_terminal::compose::AppConfig;
use salon_tests::e2e::{Browser, House, Page, get, noon_zone, small_salon};
use salon_tests::salon::{cut, desk, stylist, tenant_id, ticket};
use serde_json::Value;
use uuid::Uuid;

const SOLD_MINOR: i64 = 5_200 + 1_990;
const NOON_MIN: u16 = 720;

#[tokio::test]
async fn the_owner_sees_the_day_as_it_happens() -> Result<()> {
    let mut house = House::new()?;
    let outcome = visit(&mut house).await;
    house.end(outcome)
}

/// The small salon with a second branch.
fn two_branches() -> Result<NewTenant> {
    let mut tenant = small_salon()?;
    let mut second = tenant.branches[0].clone();
    second.id = tenant_id().derive(b"second branch");
    second.name = "Station".into();
    tenant.branches.push(second);
    Ok(tenant)
}

async fn visit(house: &mut House) -> Result<()> {
    house.provision(&two_branches()?)?;
    house.open_server().await?;
    house.enrol("till", "Harbour")?;
    api_is_described(house)?;

    let browser = Browser::open(house, &noon_zone().0).await?;
    let outcome = look_around(house, &browser).await;
    browser.close(outcome).await
}

fn api_is_described(house: &House) -> Result<()> {
    let (status, text) = get(house.server()?, "/api/openapi.json")?;
    let document: Value = serde_json::from_str(&text)?;
    let described = |path: &str| document["paths"][path].is_object();
    ensure!(status == 200 && document["openapi"].as_str().is_some_and(|v| v.starts_with("3.")), "{document}");
    ensure!(described("/api/v1/auth/login") && described("/api/v1/dashboard"), "{document}");
    Ok(())
}

async fn look_around(house: &mut House, browser: &Browser) -> Result<()> {
    let page = browser.page();
    page.client().goto(&format!("http://{}/", house.server()?)).await?;
    page.see("login-email").await?;
    browser.look("console-1-login").await?;
    log_in(page, "correct horse 2").await?;
    page.text("login-trouble", |said| said.contains(' ').then_some(())).await?;
    browser.look("console-2-wrong-password").await?;
    log_in(page, "correct horse 1").await?;

    for tile in ["tile-revenue", "tile-bookings", "tile-new-clients", "tile-utilisation", "tile-sales"] {
        page.is(tile, "data-now", "0").await?;
    }
    page.is("live-state", "data-state", "live").await?;
    page.run("window.notReloaded = true").await?;
    browser.look("console-3-quiet").await?;

    let terminal = trade(house)?;
    page.is("tile-revenue", "data-now", &SOLD_MINOR.to_string()).await?;
    page.is("tile-sales", "data-now", "1").await?;
    page.is("tile-bookings", "data-now", "1").await?;
    page.is("terminal", "data-online", "true").await?;
    page.is("latest-sale", "data-number", "1").await?;
    browser.look("console-4-sold").await?;
    drop(terminal);
    page.is("terminal", "data-online", "false").await?;

    page.choose("branch-picker", "Station").await?;
    page.is("tile-revenue", "data-now", "0").await?;
    page.choose("branch-picker", "Harbour").await?;
    page.is("tile-revenue", "data-now", &SOLD_MINOR.to_string()).await?;

    agree(house, browser).await?;
    survive_a_restart(house, page).await?;
    ensure!(page.run("return window.notReloaded").await? == true, "the page was loaded again");
    log_out(page).await
}

async fn log_in(page: &Page, password: &str) -> Result<()> {
    page.fill("login-email", "owner@example.com").await?;
    page.fill("login-password", password).await?;
    page.click("login-submit").await
}

/// A booking and a sale at the branch's terminal, synced in the background.
fn trade(house: &House) -> Result<std::sync::Arc<App>> {
    let app = App::open(AppConfig::at(house.terminal("till")))?;
    app.act_as(desk());
    app.open_till(Uuid::from_u128(1), 10_000)?;
    let date = app.till()?.open.context("the till is open")?.date;
    let draft = BookingDraft {
        date,
        card: None,
        client_name: "Somebody".into(),
        source: Source::Phone,
        parts: vec![PartDraft { service: cut(), staff: stylist(0), start_minute: NOON_MIN + 60 }],
        note: String::new(),
        anyway: false,
    };
    app.make_booking(Uuid::from_u128(2), &draft)?;
    app.pay_cash(Uuid::from_u128(3), &ticket(TicketId::from_parts(1, [3; 10]), 1), 10_000)?;
    Ok(app)
}

/// What is agreed: commission, points, a promotion and a package, each with an example that the domain works out.
async fn agree(house: &mut House, browser: &Browser) -> Result<()> {
    let page = browser.page();
    page.click("page-commission").await?;
    page.click("commission-begin").await?;
    page.fill("rule-percent", "130").await?;
    page.is("rule-percent", "aria-invalid", "true").await?;
    page.see("example-none").await?;
    ensure!(
        page.run("return document.querySelector('[data-test=save]').disabled").await? == true,
        "130 % can be saved"
    );
    page.fill("rule-percent", "40").await?;
    // 100.00 less 5.00 of material, at 40 %.
    page.is("example-amount", "data-minor", "3800").await?;
    browser.look("console-5-commission").await?;
    page.click("save").await?;
    page.is("saved", "data-state", "saved").await?;
    page.is("commission-state", "data-active", "true").await?;

    page.click("page-loyalty").await?;
    page.click("loyalty-begin").await?;
    page.reads("example-points", "84").await?;
    page.click("reward-add").await?;
    page.fill("reward-name", "Ten off").await?;
    page.fill("reward-cost", "100").await?;
    page.fill("reward-value", "10").await?;
    page.click("save").await?;
    page.is("saved", "data-state", "saved").await?;
    browser.look("console-6-loyalty").await?;

    page.click("page-promotions").await?;
    page.click("promotion-new").await?;
    page.fill("promotion-label", "Opening week").await?;
    page.fill("promotion-value", "10").await?;
    // A tenth off the shampoo, and off the cut or the colour: whichever is first.
    let total = page.attr("example-total", "data-minor", |minor| ["6471", "9351"].contains(&minor).then_some(()));
    total.await?;
    page.click("save").await?;
    page.is("promotion", "data-label", "Opening week").await?;
    page.reads("promotion-standing", "Running").await?;
    browser.look("console-7-promotion").await?;

    page.click("page-packages").await?;
    page.click("package-new").await?;
    page.is("package-name", "aria-invalid", "true").await?;
    page.fill("package-name", "Five visits").await?;
    page.see("unit-worth").await?;
    page.click("save").await?;
    page.is("package", "data-name", "Five visits").await?;
    browser.look("console-8-package").await?;

    // It is kept, and it is ended: nothing is known of it that the server does not know.
    page.click("page-commission").await?;
    page.is("commission-state", "data-active", "true").await?;
    page.is("example-amount", "data-minor", "3800").await?;
    page.choose("language", "Deutsch").await?;
    page.reads("page-commission", "Provision").await?;
    page.choose("language", "English").await?;
    page.click("commission-end").await?;
    page.click("commission-end-sure").await?;
    page.see("commission-begin").await?;

    // Without the server it says so, and goes on when it is back.
    house.close_server()?;
    page.click("page-loyalty").await?;
    page.see("page-trouble").await?;
    browser.look("console-9-away").await?;
    house.open_server().await?;
    page.click("page-again").await?;
    page.is("loyalty-state", "data-active", "true").await?;
    page.click("page-overview").await?;
    page.is("tile-revenue", "data-now", &SOLD_MINOR.to_string()).await
}

async fn survive_a_restart(house: &mut House, page: &Page) -> Result<()> {
    house.close_server()?;
    page.is("live-state", "data-state", "reconnecting").await?;
    page.is("tile-revenue", "data-now", &SOLD_MINOR.to_string()).await?;
    house.open_server().await?;
    page.is("live-state", "data-state", "live").await?;
    page.is("tile-revenue", "data-now", &SOLD_MINOR.to_string()).await
}

/// Out is out: the page forgets, and what it kept opens nothing any more.
async fn log_out(page: &Page) -> Result<()> {
    let kept = page.run("return localStorage.getItem('console-refresh')").await?;
    let kept = kept.as_str().context("no refresh token is kept")?.to_owned();
    page.click("logout").await?;
    page.see("login-email").await?;
    let script = "const [token, done] = arguments; \
        fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'content-type': 'application/json' }, \
        body: JSON.stringify({ refresh_token: token }) }).then(r => done(r.status))";
    let status = page.client().execute_async(script, vec![kept.into()]).await?;
    ensure!(status == 401, "the old session still opens: {status}");
    page.client().refresh().await?;
    page.see("login-email").await
}
