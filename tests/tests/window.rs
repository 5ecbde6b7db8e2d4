//! A day at the front desk in the terminal's real window: booked, served, sold and counted with the server off; then
//! the server comes back, and has it all.

#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use salon_tests::e2e::{House, Page, Window, noon_zone, small_salon, until};
use salon_tests::salon::PIN;

const CLIENT: &str = "Ada Lovelace";
const CUT_MINOR: i64 = 5_200;
const SHAMPOO_MINOR: i64 = 1_990;

#[tokio::test]
async fn a_day_at_the_desk_without_the_server() -> Result<()> {
    let mut house = House::new()?;
    let outcome = whole_day(&mut house).await;
    house.end(outcome)
}

async fn whole_day(house: &mut House) -> Result<()> {
    house.provision(&small_salon()?)?;
    house.open_server().await?;
    house.enrol("till", "Harbour")?;
    house.connect_devices("till")?;
    house.close_server()?;

    let window = Window::open(house, "till").await?;
    let outcome = at_the_desk(house, &window).await;
    window.close(outcome).await?;

    let verified = house.pos("till", &["verify"])?;
    let faults = verified.as_object().into_iter().flatten().filter(|(_, value)| value.is_array());
    let faults: Vec<_> = faults.filter(|(_, value)| **value != serde_json::json!([])).collect();
    ensure!(faults.is_empty() && verified["journal_entries"].as_u64() > Some(0), "{verified}");
    let status = house.pos("till", &["status"])?;
    ensure!(status["receipts"] == 2 && status["pending"] == 0, "{status}");
    Ok(())
}

async fn at_the_desk(house: &mut House, window: &Window) -> Result<()> {
    let page = window.page();
    sign_in(page, window).await?;
    book(page, window).await?;
    serve(page, window).await?;
    sell_by_card(house, page, window).await?;
    sell_in_cash(house, page, window).await?;
    close_the_till(house, page, window).await?;
    come_together(house, page, window).await
}

async fn type_pin(page: &Page, pin: &str) -> Result<()> {
    for digit in pin.chars() {
        page.click(&format!("pin-{digit}")).await?;
    }
    page.click("pin-ok").await
}

async fn sign_in(page: &Page, window: &Window) -> Result<()> {
    page.see("staff-front-desk").await?;
    window.look("1-sign-in").await?;
    page.click("staff-front-desk").await?;
    type_pin(page, "0000").await?;
    page.text(".pin-said", |said| (!said.is_empty()).then_some(())).await?;
    window.look("2-wrong-pin").await?;
    type_pin(page, PIN).await?;
    page.is("pick-date", "data-date", &today()).await
}

/// Today at the branch.
fn today() -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(noon_zone().1));
    jiff::Timestamp::now().to_zoned(zone).date().to_string()
}

async fn book(page: &Page, window: &Window) -> Result<()> {
    page.is("sync-state", "data-state", "offline").await?;
    window.look("3-book-empty").await?;
    page.click("new-booking").await?;
    page.fill("client-search", CLIENT).await?;
    page.click("client-new").await?;
    page.fill("client-phone", "030 1234567").await?;
    page.click("client-create").await?;
    page.fill("service-search", "cut").await?;
    page.click("service-result[data-name='Cut']").await?;
    page.see("part-staff").await?;
    window.look("4-new-booking").await?;
    page.click("save-booking").await?;
    page.see("booking-panel").await?;
    page.is(&booked(), "data-status", "confirmed").await
}

fn booked() -> String {
    format!("appointment[data-client='{CLIENT}']")
}

/// One button, always the next step: arrived, start, finish, check out.
async fn serve(page: &Page, window: &Window) -> Result<()> {
    for status in ["arrived", "started", "finished"] {
        page.click("next-step").await?;
        page.is(&booked(), "data-status", status).await?;
    }
    window.look("5-finished").await?;
    page.click("next-step").await?;
    page.is("total", "data-minor", &CUT_MINOR.to_string()).await
}

async fn sell_by_card(house: &House, page: &Page, window: &Window) -> Result<()> {
    page.see("till-float").await?;
    window.look("6-till-closed").await?;
    page.click("till-open").await?;
    page.see("tender-card").await?;
    window.look("7-check-out").await?;
    page.click("tender-card").await?;
    page.is("sale-done", "data-total", &CUT_MINOR.to_string()).await?;
    page.reads("receipt-text", "52.00").await?;
    page.reads("receipt-text", "Cut").await?;
    sheet(house, 1, "52.00").await?;
    window.look("8-paid-by-card").await
}

/// Waits until the printer has printed that many sheets, and this on the last.
async fn sheet(house: &House, count: usize, part: &str) -> Result<()> {
    let look = async || Ok(Some(house.printed()?).filter(|sheets| sheets.len() >= count));
    let sheets = until(&format!("sheet {count} is printed"), look).await?;
    ensure!(sheets.len() == count, "printed more than once: {sheets:?}");
    ensure!(sheets.last().is_some_and(|last| last.contains(part)), "no {part} on {sheets:?}");
    Ok(())
}

async fn sell_in_cash(house: &House, page: &Page, window: &Window) -> Result<()> {
    page.click("new-ticket").await?;
    page.fill("item-search", "shampoo").await?;
    page.click("add-product[data-name='Shampoo 250 ml']").await?;
    page.is("total", "data-minor", &SHAMPOO_MINOR.to_string()).await?;
    page.click("tender-cash").await?;
    page.fill("cash-tendered", "50").await?;
    page.reads("cash-change", "30.10").await?;
    window.look("9-cash").await?;
    page.click("cash-confirm").await?;
    page.is("sale-done", "data-total", &SHAMPOO_MINOR.to_string()).await?;
    page.reads("change", "30.10").await?;
    page.reads("receipt-text", "19.90").await?;
    sheet(house, 2, "19.90").await?;
    window.look("10-paid-in-cash").await
}

/// 100.00 float and 19.90 in cash should be there; only 100.00 is.
async fn close_the_till(house: &House, page: &Page, window: &Window) -> Result<()> {
    page.click("new-ticket").await?;
    page.click("till-drawer").await?;
    window.look("11-drawer").await?;
    page.click("till-close").await?;
    page.fill("count-5000", "2").await?;
    page.is("counted", "data-minor", "10000").await?;
    ensure!(!page.has("expected").await?, "what is expected is shown before the count is done");
    page.click("close-confirm").await?;
    page.reads("expected", "119.90").await?;
    ensure!(!page.has("z-report").await?, "the till closed without a reason");
    window.look("12-count").await?;
    page.fill("close-reason", "Someone took the change for the parking meter").await?;
    page.click("close-confirm").await?;
    page.is("z-report", "data-number", "1").await?;
    page.reads("z-text", "71.90").await?;
    sheet(house, 3, "71.90").await?;
    window.look("13-z-report").await
}

async fn come_together(house: &mut House, page: &Page, window: &Window) -> Result<()> {
    page.attr("sync-state", "data-state", |state| (state != "synced").then_some(())).await?;
    let pending = page.text("sync-pending", |text| text.trim().parse::<u64>().ok()).await?;
    ensure!(pending > 0, "nothing waits to be synced");
    let before = house.totals()?;
    ensure!(before["receipts"] == 0, "the server had it while it was off: {before}");

    house.open_server().await?;
    page.is("sync-state", "data-state", "synced").await?;
    ensure!(!page.has("sync-pending").await?, "synced, yet something waits");
    let totals = house.totals()?;
    let had = (&totals["receipts"], &totals["total_minor"], &totals["bookings"], &totals["cards"]);
    ensure!(had.0 == 2 && had.1 == CUT_MINOR + SHAMPOO_MINOR && had.2 == 1 && had.3 == 1, "{totals}");

    page.click("rail-book").await?;
    page.is(&booked(), "data-status", "done").await?;
    window.look("14-book-synced").await?;

    // On a second screen the client would see this one.
    let client = page.client();
    let till = client.window().await?;
    page.click("rail-settings").await?;
    page.click("customer-open").await?;
    let screen = until("the client's window is there", async || {
        Ok(client.windows().await?.into_iter().find(|window| *window != till))
    })
    .await?;
    client.switch_to_window(screen).await?;
    page.see("customer-welcome").await?;
    client.switch_to_window(till).await?;
    page.see("customer-open").await
}
