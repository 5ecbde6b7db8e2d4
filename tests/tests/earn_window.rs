//! What somebody earns, at the terminal's page in a real browser: a helper and the back bar at a line, the stock after it,
//! and a bonus with its reason.

#![cfg(target_os = "linux")]

use anyhow::{Context as _, Result, ensure};
use salon_domain::catalog::{Pack, PackUnit, Usage};
use salon_server::provision::NewTenant;
use salon_tests::agreed::scheme;
use salon_tests::e2e::{Browser, House, noon_zone, small_salon};
use salon_tests::salon::{PIN, colour, shampoo};

#[tokio::test]
async fn a_line_s_use_and_helper_and_a_bonus_are_seen() -> Result<()> {
    let mut house = House::new()?;
    let outcome = visit(&mut house).await;
    house.end(outcome)
}

/// A colour uses 10 ml of a bottle of shampoo.
fn with_recipe() -> Result<NewTenant> {
    let mut tenant = small_salon()?;
    tenant.commission = Some(scheme());
    for product in &mut tenant.products {
        product.pack = Some(Pack { amount: 250, unit: PackUnit::Millilitre });
    }
    let colour = tenant.services.iter_mut().find(|service| service.id == colour()).context("there is a colour")?;
    colour.uses = vec![Usage { product: shampoo(), milli: 40 }];
    Ok(tenant)
}

async fn visit(house: &mut House) -> Result<()> {
    house.provision(&with_recipe()?)?;
    house.open_server().await?;
    house.enrol("till", "Harbour")?;
    {
        let (_window, url) = house.serve_window("till")?;
        let browser = Browser::open(house, &noon_zone().0).await?;
        let outcome = at_the_till(&browser, &url).await;
        browser.close(outcome).await?;
    }
    let verified = house.pos("till", &["verify"])?;
    let faults: Vec<_> = verified.as_object().into_iter().flatten().filter(|(_, v)| v.is_array()).collect();
    ensure!(faults.iter().all(|(_, value)| **value == serde_json::json!([])), "{verified}");
    Ok(())
}

async fn at_the_till(browser: &Browser, url: &str) -> Result<()> {
    let page = browser.page();
    page.client().goto(url).await?;
    page.click("staff-front-desk").await?;
    for digit in PIN.chars() {
        page.click(&format!("pin-{digit}")).await?;
    }
    page.click("pin-ok").await?;
    page.see("pick-date").await?;
    page.click("rail-till").await?;
    page.click("till-open").await?;

    page.fill("item-search", "colour").await?;
    page.click("add-service[data-name='Colour']").await?;
    if !page.has("used-open").await? {
        page.click(".line-head").await?;
    }
    page.choose("line-staff", "Stylist 0").await?;
    page.choose("helper-add", "Stylist 1").await?;
    page.choose("helper-share", "25%").await?;
    page.reads("used-open", "10").await?;
    page.click("used-open").await?;
    page.fill("used-amount", "25").await?;
    page.reads("used-open", "25").await?;
    browser.look("earn-1-line").await?;
    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    page.see("sale-done").await?;

    page.click("rail-stock").await?;
    page.reads("stock-level", "−0.1").await?;
    page.reads("stock-used", "25").await?;
    browser.look("earn-2-stock").await?;

    page.click("my-earnings").await?;
    page.choose("earnings-who", "Stylist 1").await?;
    page.click("earned-line").await?;
    page.reads(".reasons", "25%").await?;
    page.fill("adjust-amount", "50").await?;
    page.fill("adjust-reason", "Covered on Saturday").await?;
    page.fill("adjust-pin", PIN).await?;
    page.click("adjust-add").await?;
    page.is("adjustment", "data-minor", "5000").await?;
    page.reads("earned-adjusted", "50.00").await?;
    browser.look("earn-3-bonus").await
}
