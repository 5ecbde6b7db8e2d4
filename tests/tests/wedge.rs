//! A scanner that types, at the terminal's page in a real browser: whatever has the focus, the code is done and nothing of
//! it stays in a field; and a person's keys all arrive.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use salon_domain::scan::client_card_code;
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
    browser.close(outcome).await?;
    nothing_is_left(house)
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

/// Neither in what was logged nor in the terminal's folder. (What is in the store, decrypted, `scan.rs` looks at.)
fn nothing_is_left(house: &House) -> Result<()> {
    let (mut folders, mut looked_at, mut logged) = (vec![house.logs(), house.terminal("till")], 0, false);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = std::fs::read(&path)?;
            let has = |text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
            ensure!(!has("41111111") && !has("DOE/JANE"), "something of the card is in {}", path.display());
            logged |= has("TRACE");
            looked_at += 1;
        }
    }
    ensure!(looked_at > 3 && logged, "{looked_at} files, logged: {logged}");
    Ok(())
}

/// The card's stripe asked for all the same, past the page's own look at it.
const ASK_PAST_THE_PAGE: &str = r#"
    const [text] = arguments;
    const token = sessionStorage.getItem("window-token");
    const headers = { "content-type": "application/json", "x-window-token": token };
    const body = JSON.stringify({ ask: "scan", with: { text } });
    return fetch("/ask", { method: "POST", headers, body }).then(answer => answer.text());
"#;

async fn a_client_s_card(browser: &Browser) -> Result<()> {
    let page = browser.page();
    let code = client_card_code("88112233").context("a number of eight digits")?;
    page.click("rail-clients").await?;
    page.click("client-new").await?;
    page.fill("client-given", "Ada").await?;
    page.fill("client-family", "Lovelace").await?;
    page.fill("client-phone", "030 1234567").await?;
    page.click("client-create").await?;
    page.see("client-card").await?;
    scan(page, &code).await?;
    page.reads(".toast:last-child", "2233").await?;
    browser.look("wedge-3-card").await?;
    page.click("toast-action").await?;
    page.reads(".toast:last-child", "Ada Lovelace").await?;
    until("the number is on the client's card", async || {
        Ok((value(page, "field-loyalty_number").await? == "88112233").then_some(()))
    })
    .await?;
    page.click("rail-till").await?;
    scan(page, &code).await?;
    page.reads(".ticket-client", "Ada Lovelace").await?;
    page.click("rail-book").await?;
    page.see("pick-date").await?;
    scan(page, &code).await?;
    page.see("client-card").await
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
    until("typing anywhere searches", async || Ok((value(page, "search").await? == "front").then_some(()))).await?;
    type_keys(page, "\u{e00c}", 10).await?;
    let answer = page.client().execute(ASK_PAST_THE_PAGE, vec![TRACK.into()]).await?;
    ensure!(answer == r#"{"scan":"payment_card"}"#, "{answer}");
    a_client_s_card(browser).await
}
