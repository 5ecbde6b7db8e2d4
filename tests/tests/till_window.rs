//! A ticket at the terminal's page in a real browser, as a receptionist meets it: paid in parts and in several ways, tipped,
//! put aside and gone on with, and given back in pieces.

#![cfg(target_os = "linux")]

#[path = "till_window/book.rs"]
mod book;
#[path = "till_window/more.rs"]
mod more;

use anyhow::{Result, ensure};
use salon_tests::e2e::{Browser, House, Page, noon_zone, small_salon};
use salon_tests::salon::PIN;

const SHAMPOO_MINOR: i64 = 1_990;
const TIP_MINOR: i64 = 398;

#[tokio::test]
async fn a_ticket_is_paid_in_parts_and_given_back_in_pieces() -> Result<()> {
    let mut house = House::new()?;
    let outcome = visit(&mut house).await;
    house.end(outcome)
}

async fn visit(house: &mut House) -> Result<()> {
    house.provision(&small_salon()?)?;
    house.open_server().await?;
    house.enrol("till", "Harbour")?;
    {
        let (window, url) = house.serve_window("till")?;
        let browser = Browser::open(house, &noon_zone().0).await?;
        let outcome = at_the_till(&browser, &url).await;
        // The page is still open: it does not hold the program up.
        let ended = window.stop();
        browser.close(outcome).await?;
        ensure!(ended?.success());
    }
    let verified = house.pos("till", &["verify"])?;
    let faults: Vec<_> = verified.as_object().into_iter().flatten().filter(|(_, v)| v.is_array()).collect();
    ensure!(faults.iter().all(|(_, value)| **value == serde_json::json!([])), "{verified}");
    // The ticket, two bottles of it, then the rest of it.
    let status = house.pos("till", &["status"])?;
    ensure!(status["receipts"] == 3, "{status}");
    Ok(())
}

async fn at_the_till(browser: &Browser, url: &str) -> Result<()> {
    let page = browser.page();
    sign_in(page, url).await?;
    page.click("till-open").await?;
    put_aside(browser).await?;
    in_parts(browser).await?;
    in_pieces(browser).await
}

/// Signed in, and at the till.
async fn sign_in(page: &Page, url: &str) -> Result<()> {
    page.client().goto(url).await?;
    page.click("staff-front-desk").await?;
    for digit in PIN.chars() {
        page.click(&format!("pin-{digit}")).await?;
    }
    page.click("pin-ok").await?;
    page.see("pick-date").await?;
    page.click("rail-till").await
}

async fn total_is(page: &Page, minor: i64) -> Result<()> {
    page.is("total", "data-minor", &minor.to_string()).await
}

async fn owed_is(page: &Page, minor: i64) -> Result<()> {
    page.is("owed", "data-minor", &minor.to_string()).await
}

/// The client forgot her purse: the next one is served first.
async fn put_aside(browser: &Browser) -> Result<()> {
    let page = browser.page();
    page.fill("item-search", "shampoo").await?;
    for count in 1..=3 {
        page.click("add-product[data-name='Shampoo 250 ml']").await?;
        total_is(page, count * SHAMPOO_MINOR).await?;
    }
    page.click("put-aside").await?;
    page.reads("open-count", "1").await?;
    page.click("till-aside").await?;
    page.reads("open-ticket", "59.70").await?;
    browser.look("till-1-aside").await?;
    page.click("recall").await?;
    total_is(page, 3 * SHAMPOO_MINOR).await
}

async fn in_parts(browser: &Browser) -> Result<()> {
    let page = browser.page();
    page.click("tip").await?;
    page.fill("tip-amount", "3.98").await?;
    page.click("tip-add").await?;
    total_is(page, 3 * SHAMPOO_MINOR + TIP_MINOR).await?;

    page.click("tender-split").await?;
    page.fill("portion-amount", "20").await?;
    browser.look("till-2-split").await?;
    page.click("portion-set").await?;
    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    owed_is(page, 3 * SHAMPOO_MINOR + TIP_MINOR - 2_000).await?;
    browser.look("till-3-part").await?;

    // Too much in cash by mistake: a manager gives it back, and it is taken again.
    page.click("part-back").await?;
    page.fill("part-pin", PIN).await?;
    page.fill("part-reason", "The wrong purse").await?;
    page.click("part-give").await?;
    owed_is(page, 3 * SHAMPOO_MINOR + TIP_MINOR).await?;

    page.click("tender-split").await?;
    page.fill("portion-amount", "10").await?;
    page.click("portion-set").await?;
    page.click("tender-other").await?;
    page.fill("other-reference", "INV 7").await?;
    browser.look("till-4-other").await?;
    page.click("other-confirm").await?;
    owed_is(page, 3 * SHAMPOO_MINOR + TIP_MINOR - 1_000).await?;

    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    page.is("sale-done", "data-total", &(3 * SHAMPOO_MINOR + TIP_MINOR).to_string()).await?;
    page.reads("receipt-text", "Bank transfer").await?;
    page.reads("receipt-text", "Tip").await?;
    browser.look("till-5-paid").await
}

async fn in_pieces(browser: &Browser) -> Result<()> {
    let page = browser.page();
    page.click("rail-reports").await?;
    page.click("sale-row").await?;
    page.click("refund").await?;
    page.see("refund-panel").await?;
    page.click(".card-panel [data-value='some']").await?;
    ensure!(page.has("refund-give[disabled]").await?, "nothing is picked and it could be given back");
    for _ in 0..2 {
        page.click("refund-more").await?;
    }
    page.fill("refund-pin", PIN).await?;
    page.fill("refund-reason", "Two bottles too many").await?;
    page.reads("refund-give", "39.80").await?;
    browser.look("till-6-pieces").await?;
    page.click("refund-give").await?;
    page.reads(".toast:last-child", "39.80").await?;

    page.click("rail-reports").await?;
    page.click("sale-row[data-total='6368']").await?;
    page.click("refund").await?;
    page.fill("refund-pin", PIN).await?;
    page.fill("refund-reason", "And the third").await?;
    page.reads("refund-give", "23.88").await?;
    page.click("refund-give").await?;
    page.reads("given-back", "23.88").await?;
    browser.look("till-7-all-back").await
}
