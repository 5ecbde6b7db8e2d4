//! A scanner that types, at the terminal's page in a real browser: whatever has the focus, the code is done and nothing of
//! it stays in a field; and a person's keys all arrive.

#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use salon_tests::e2e::{Browser, House, Page, noon_zone, small_salon, until};
use salon_tests::salon::PIN;
use std::time::Duration;

const SHAMPOO: &str = "4006381333931";
const SHAMPOO_MINOR: i64 = 1_990;
/// A published test number.
const TRACK: &str = "%B4111111111111111^DOE/JANE^25121010000000000?";
const ENTER: char = '\u{e007}';

#[tokio::test]
async fn a_scanner_that_types() -> Result<()> {
    let mut house = House::new()?;
    let outcome = visit(&mut house).await;
    house.end(outcome)
}

async fn visit(house: &mut House) -> Result<()> {
    house.provision(&small_salon()?)?;
    house.open_server().await?;
    house.enrol("till", "Harbour")?;
    house.pos("till", &["sync"])?;
    let (_window, url) = house.serve_window("till")?;
    let browser = Browser::open(house, &noon_zone().0).await?;
    let outcome = scan_everywhere(&browser, &url).await;
    browser.close(outcome).await
}

/// Types with so much time between the keys.
async fn type_keys(page: &Page, text: &str, gap_ms: u64) -> Result<()> {
    let mut keys = KeyActions::new("keyboard".to_owned());
    for value in text.chars() {
        keys = keys.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        keys = keys.then(KeyAction::Pause { duration: Duration::from_millis(gap_ms) });
    }
    Ok(page.client().perform_actions(keys).await?)
}

async fn scan(page: &Page, text: &str) -> Result<()> {
    type_keys(page, &format!("{text}{ENTER}"), 4).await
}

async fn value(page: &Page, hook: &str) -> Result<String> {
    let script = format!("return document.querySelector(\"[data-test='{hook}']\").value");
    Ok(page.run(&script).await?.as_str().unwrap_or_default().to_owned())
}

async fn scan_everywhere(browser: &Browser, url: &str) -> Result<()> {
    let page = browser.page();
    page.client().goto(url).await?;
    page.click("staff-front-desk").await?;
    // A card swiped before anybody is signed in is no PIN.
    scan(page, TRACK).await?;
    type_keys(page, &format!("{PIN}{ENTER}"), 120).await?;
    page.see("pick-date").await?;

    // On the book, where letters are shortcuts and nothing has the focus.
    scan(page, SHAMPOO).await?;
    page.is("total", "data-minor", &SHAMPOO_MINOR.to_string()).await?;
    scan(page, SHAMPOO).await?;
    page.is("total", "data-minor", &(2 * SHAMPOO_MINOR).to_string()).await?;
    browser.look("wedge-1-till").await?;

    // In a field with something in it.
    page.click("item-search").await?;
    type_keys(page, "Sham", 120).await?;
    scan(page, "036000291452").await?;
    page.reads("toast", "0036000291452").await?;
    ensure!(value(page, "item-search").await? == "Sham", "the field is as it was");
    scan(page, TRACK).await?;
    page.reads(".toast:last-child", "payment card").await?;
    scan(page, "4006381333933").await?;
    page.reads(".toast:last-child", "Misread").await?;
    ensure!(value(page, "item-search").await? == "Sham", "still");
    ensure!(!page.source().await?.contains("411111"), "nothing of the card is on the page");
    browser.look("wedge-2-field").await?;
    scan(page, SHAMPOO).await?;
    page.is("total", "data-minor", &(3 * SHAMPOO_MINOR).to_string()).await?;

    // Quick keys that are no scan come back, and a person's keys do what they do.
    type_keys(page, "po 250", 10).await?;
    until("the quick keys are in the field", async || {
        Ok((value(page, "item-search").await? == "Shampo 250").then_some(()))
    })
    .await?;
    page.run("document.activeElement.blur()").await?;
    type_keys(page, "front", 120).await?;
    until("typing anywhere searches", async || Ok((value(page, "search").await? == "front").then_some(()))).await
}
