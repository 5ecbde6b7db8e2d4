//! More of a till's days in a real browser: something off the ticket, a tip that comes later, a sale that was none, a
//! gift card sold and spent, a deposit that is used, and the screen that is turned to the client.

use super::{SHAMPOO_MINOR, sign_in, total_is};
use anyhow::{Result, ensure};
use salon_domain::value::GiftCode;
use salon_tests::e2e::{Browser, House, Page, noon_zone, small_salon, until};
use salon_tests::salon::PIN;

#[tokio::test]
async fn discount_later_tip_void_gift_card_and_deposit() -> Result<()> {
    let mut house = House::new()?;
    let outcome = visit(&mut house).await;
    house.end(outcome)
}

async fn visit(house: &mut House) -> Result<()> {
    house.provision(&small_salon()?)?;
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
    // Shampoo, its tip, one that was voided and its void, a card, the two that it paid for, and what the deposit was for.
    let status = house.pos("till", &["status"])?;
    ensure!(status["receipts"] == 8, "{status}");
    Ok(())
}

async fn at_the_till(browser: &Browser, url: &str) -> Result<()> {
    let page = browser.page();
    sign_in(page, url).await?;
    page.click("till-open").await?;
    clients_screen(browser).await?;
    off_the_ticket(browser).await?;
    tipped_later(browser).await?;
    voided(browser).await?;
    gift_card(browser).await?;
    deposit(browser).await
}

async fn shampoo(page: &Page) -> Result<()> {
    page.click("add-product[data-name='Shampoo 250 ml']").await?;
    total_is(page, SHAMPOO_MINOR).await
}

async fn cash(page: &Page, total_minor: i64) -> Result<()> {
    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    page.is("sale-done", "data-total", &total_minor.to_string()).await
}

/// A second window, turned to the client, follows what is rung up.
async fn clients_screen(browser: &Browser) -> Result<()> {
    let page = browser.page();
    let client = page.client();
    let till = client.window().await?;
    page.click("rail-settings").await?;
    page.click("customer-open").await?;
    let screen = until("there is a second window", async || {
        Ok(client.windows().await?.into_iter().find(|window| *window != till))
    })
    .await?;
    client.switch_to_window(screen.clone()).await?;
    page.see("customer-welcome").await?;
    client.switch_to_window(till.clone()).await?;
    page.click("rail-till").await?;
    shampoo(page).await?;
    client.switch_to_window(screen).await?;
    page.is("customer-total", "data-minor", &SHAMPOO_MINOR.to_string()).await?;
    browser.look("more-0-client").await?;
    client.switch_to_window(till).await?;
    page.click("ticket-clear").await
}

async fn off_the_ticket(browser: &Browser) -> Result<()> {
    let page = browser.page();
    shampoo(page).await?;
    page.click("ticket-discount").await?;
    browser.look("more-1-discount").await?;
    page.click(".tool-panel .chip:nth-of-type(2)").await?;
    total_is(page, 1_791).await?;
    cash(page, 1_791).await?;
    page.reads("receipt-text", "17.91").await
}

async fn tipped_later(browser: &Browser) -> Result<()> {
    let page = browser.page();
    page.click("tip-after").await?;
    page.fill("after-tip-amount", "2").await?;
    browser.look("more-2-tip").await?;
    page.click("after-tip-add").await?;
    total_is(page, 200).await?;
    cash(page, 200).await?;
    page.reads("receipt-text", "Tip for receipt 1").await?;
    page.click("new-ticket").await
}

async fn voided(browser: &Browser) -> Result<()> {
    let page = browser.page();
    shampoo(page).await?;
    cash(page, SHAMPOO_MINOR).await?;
    page.click("void").await?;
    page.fill("refund-pin", PIN).await?;
    page.fill("refund-reason", "Rung up twice").await?;
    browser.look("more-3-void").await?;
    page.click("refund-give").await?;
    page.reads("given-back", "19.90").await?;
    ensure!(!page.has("void").await?, "what was voided could be voided again");
    page.click("new-ticket").await
}

async fn gift_card(browser: &Browser) -> Result<()> {
    let page = browser.page();
    let code = GiftCode::of_number("20260001")?;
    page.click("add-gift").await?;
    page.fill("gift-amount", "30").await?;
    page.fill("gift-sale-number", code.printed()).await?;
    page.click("gift-add").await?;
    total_is(page, 3_000).await?;
    cash(page, 3_000).await?;
    page.click("new-ticket").await?;

    shampoo(page).await?;
    page.click("tender-gift").await?;
    page.fill("gift-number", code.printed()).await?;
    page.click("gift-look").await?;
    page.reads("gift-balance", "30.00").await?;
    browser.look("more-4-gift").await?;
    page.click("gift-take").await?;
    page.is("sale-done", "data-total", &SHAMPOO_MINOR.to_string()).await?;
    page.click("new-ticket").await?;

    // A card that has too little takes what it has: the rest is still owed.
    shampoo(page).await?;
    page.click("tender-gift").await?;
    page.fill("gift-number", code.printed()).await?;
    page.click("gift-look").await?;
    page.reads("gift-balance", "10.10").await?;
    page.click("gift-take").await?;
    page.is("owed", "data-minor", "980").await?;
    browser.look("more-5-rest").await?;
    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    page.see("sale-done").await?;
    page.click("new-ticket").await
}

async fn deposit(browser: &Browser) -> Result<()> {
    let page = browser.page();
    shampoo(page).await?;
    page.click("deposit-open").await?;
    page.fill("deposit-amount", "5").await?;
    page.click("deposit-set").await?;
    browser.look("more-6-deposit").await?;
    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    page.see("deposit-done").await?;
    page.click("deposit-pay-rest").await?;
    page.is("owed", "data-minor", "1490").await?;
    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    page.is("sale-done", "data-total", &SHAMPOO_MINOR.to_string()).await
}
