//! Taking money with devices that fail, at the terminal's page in a real browser as a cashier sees it: the printer and
//! the card terminal are simulators of their own processes, and faults are set at their control ports. That books and
//! terminal agree at every instant of a payment is `card_matrix.rs`'s business; here it is what the screen says and offers.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use salon_tests::e2e::{Browser, House, Page, noon_zone, small_salon, until};
use salon_tests::matrix::{CardTerminal, Printer};
use salon_tests::salon::PIN;
use std::io::Write;
use std::time::{Duration, Instant};

const SHAMPOO_MINOR: i64 = 1_990;
/// As a salon may name it, and too long for every place on the screen.
const PRINTER_NAME: &str = "Maximiliane-Alexandra von Hohenstein-Oberndorf";
/// After this a fault has to be on the screen.
const SEEN_WITHIN: Duration = Duration::from_secs(5);
/// A client has so long to hold the card, and a card terminal that says nothing so long to speak: short, it is waited for.
const CARD_TIMEOUT_S: &str = "6";
const ESCAPE: char = '\u{e00c}';

#[tokio::test]
async fn devices_fail_and_no_payment_is_lost() -> Result<()> {
    let mut house = House::new()?;
    let outcome = visit(&mut house).await;
    house.end(outcome)
}

async fn visit(house: &mut House) -> Result<()> {
    house.provision(&small_salon()?)?;
    house.open_server().await?;
    house.enrol("till", "Harbour")?;
    let counter = Counter { printer: Printer::start(&house.logs())?, card: CardTerminal::start(&house.logs())? };
    {
        let (_window, url) = house.serve_window("till")?;
        let browser = Browser::open(house, &noon_zone().0).await?;
        let outcome = at_the_counter(&browser, &url, &counter).await;
        browser.close(outcome).await?;
    }
    let verified = house.pos("till", &["verify"])?;
    let faults: Vec<_> = verified.as_object().into_iter().flatten().filter(|(_, v)| v.is_array()).collect();
    ensure!(faults.iter().all(|(_, value)| **value == serde_json::json!([])), "{verified}");
    // Four sales and what was given back of one; what was practised is not among them.
    let status = house.pos("till", &["status"])?;
    ensure!(status["receipts"] == 5, "{status}");
    Ok(())
}

/// What stands on it, besides the till.
struct Counter {
    printer: Printer,
    card: CardTerminal,
}

impl Counter {
    /// Waits until so many sheets lie there, this on the last of them; and no more.
    async fn has_sheets(&self, count: usize, part: &str) -> Result<()> {
        let look = async || Ok(Some(self.printer.sheets()?).filter(|sheets| sheets.len() >= count));
        let sheets = until(&format!("sheet {count} is printed"), look).await?;
        ensure!(sheets.len() == count, "{} sheets instead of {count}: {sheets:?}", sheets.len());
        ensure!(sheets.last().is_some_and(|last| last.contains(part)), "no {part} on {sheets:?}");
        Ok(())
    }
}

async fn at_the_counter(browser: &Browser, url: &str, counter: &Counter) -> Result<()> {
    let page = browser.page();
    page.client().goto(url).await?;
    page.click("staff-front-desk").await?;
    type_pin(page).await?;
    page.see("pick-date").await?;
    add_devices(browser, counter).await?;
    out_of_paper(browser, counter).await?;
    paid_by_card(browser, counter).await?;
    broken_links(browser, counter).await?;
    nobody_knows(browser, counter).await?;
    given_back(browser, counter).await?;
    end_of_day(browser, counter).await?;
    practice(browser, counter).await
}

async fn type_pin(page: &Page) -> Result<()> {
    for digit in PIN.chars() {
        page.click(&format!("pin-{digit}")).await?;
    }
    page.click("pin-ok").await
}

/// Waits until nothing on the page is so called any more.
async fn is_gone(page: &Page, hook: &str) -> Result<()> {
    until(&format!("{hook} is gone"), async || Ok((!page.has(hook).await?).then_some(()))).await
}

/// What opens has the keyboard, and Escape closes it.
async fn escape_closes(page: &Page, opener: &str, opened: &str, first: &str) -> Result<()> {
    page.click(opener).await?;
    page.see(opened).await?;
    until(&format!("{first} has the focus"), async || {
        let has = page.run("return document.activeElement?.dataset.test ?? ''").await?;
        Ok((has == first).then_some(()))
    })
    .await?;
    let escape = KeyAction::Down { value: ESCAPE };
    let keys = KeyActions::new("keyboard".to_owned()).then(escape).then(KeyAction::Up { value: ESCAPE });
    page.client().perform_actions(keys).await?;
    is_gone(page, opened).await
}

async fn add_devices(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    page.click("rail-devices").await?;
    escape_closes(page, "find-devices", "find-panel", "find-network").await?;
    escape_closes(page, "training-ask", "training-start", "training-start").await?;
    page.click("find-devices").await?;
    page.click("add-by-hand").await?;
    page.fill("device-name", PRINTER_NAME).await?;
    page.fill("device-address", &counter.printer.address().to_string()).await?;
    browser.look("devices-1-add").await?;
    page.click("device-save").await?;
    page.is("device-printer", "data-well", "true").await?;
    is_gone(page, "device-panel").await?;
    page.click("test-printer").await?;
    // The slip has a letter that this printer's character set does not have.
    page.reads(".toast:last-child", "with other characters").await?;
    counter.has_sheets(1, "Printer test").await?;

    page.click("find-devices").await?;
    page.click("add-by-hand").await?;
    page.choose("device-kind", "Card terminal (ZVT) on the network").await?;
    page.fill("device-address", &counter.card.address().to_string()).await?;
    page.fill("device-timeout", CARD_TIMEOUT_S).await?;
    page.click("device-save").await?;
    page.is("device-card_terminal", "data-well", "true").await?;
    page.click("test-card_terminal").await?;
    page.reads(".toast:last-child", "card terminal answers").await?;
    browser.look("devices-2-added").await
}

async fn ring_shampoo(page: &Page) -> Result<()> {
    page.click("rail-till").await?;
    if page.has("new-ticket").await? {
        page.click("new-ticket").await?;
    }
    page.fill("item-search", "shampoo").await?;
    page.click("add-product[data-name='Shampoo 250 ml']").await?;
    page.is("total", "data-minor", &SHAMPOO_MINOR.to_string()).await
}

async fn is_paid(page: &Page) -> Result<()> {
    page.is("sale-done", "data-total", &SHAMPOO_MINOR.to_string()).await?;
    page.reads("receipt-text", "19.90").await
}

/// The paper is out: it is on the screen, a sale is paid all the same, and its receipt comes once when there is paper.
async fn out_of_paper(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    counter.printer.fault("paper-out")?;
    let start = Instant::now();
    page.see("badge-printer").await?;
    page.is("device-printer", "data-well", "false").await?;
    let seen = start.elapsed();
    writeln!(std::io::stderr().lock(), "no paper: on the screen after {:.1} s", seen.as_secs_f64())?;
    ensure!(seen < SEEN_WITHIN, "no paper, and it was on the screen after {} s", seen.as_secs_f64());
    page.reads("device-printer", "paper").await?;
    browser.look("devices-3-no-paper").await?;

    page.click("rail-till").await?;
    page.click("till-open").await?;
    ring_shampoo(page).await?;
    page.click("tender-cash").await?;
    page.click("cash-confirm").await?;
    is_paid(page).await?;
    page.reads(".receipt-bar", "Waiting").await?;
    browser.look("devices-4-paid-without-paper").await?;
    page.click("rail-devices").await?;
    page.see("print-job[data-state='queued']").await?;
    page.reads("badge-printer", "1").await?;
    browser.look("devices-5-queue").await?;

    counter.printer.repair()?;
    page.see("print-job[data-state='printed']").await?;
    is_gone(page, "print-job[data-state='queued']").await?;
    page.is("device-printer", "data-well", "true").await?;
    is_gone(page, "badge-printer").await?;
    counter.has_sheets(2, "19.90").await
}

/// Keeps everything that the card terminal's words were, however short they stood.
const LISTEN: &str = r#"
    window.cardWords = [];
    const hear = () => {
        const said = document.querySelector("[data-test='card-said']")?.textContent;
        if (said && !window.cardWords.includes(said)) window.cardWords.push(said);
    };
    new MutationObserver(hear).observe(document.body, { subtree: true, childList: true, characterData: true });
"#;

async fn card_words(page: &Page) -> Result<Vec<String>> {
    let words = page.run("return window.cardWords.splice(0)").await?;
    let words = words.as_array().context("the words are a list")?;
    Ok(words.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect())
}

async fn paid_by_card(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    page.run(LISTEN).await?;
    ring_shampoo(page).await?;
    counter.card.fault("slow 2s")?;
    page.click("tender-card").await?;
    page.see("card-panel").await?;
    page.see("card-cancel").await?;
    browser.look("devices-6-card").await?;
    is_paid(page).await?;
    let words = card_words(page).await?;
    ensure!(words.len() > 2, "the card terminal was hardly heard: {words:?}");
    counter.has_sheets(3, "19.90").await?;
    browser.look("devices-7-card-paid").await
}

/// The link breaks, the terminal is asked by itself, and nobody has to do anything but what comes next.
async fn broken_links(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    // Acknowledged, so it stands.
    ring_shampoo(page).await?;
    counter.card.fault("drop-before-completion")?;
    page.click("tender-card").await?;
    is_paid(page).await?;
    let words = card_words(page).await?;
    ensure!(words.iter().any(|word| word.contains("what happened")), "it did not say that it asks: {words:?}");
    counter.has_sheets(4, "19.90").await?;

    // Not acknowledged as far as the terminal knows, so it took the payment back.
    ring_shampoo(page).await?;
    counter.card.fault("drop-after-status")?;
    page.click("tender-card").await?;
    page.reads("card-ended", "Nothing was charged").await?;
    browser.look("devices-8-not-charged").await?;
    page.click("card-again").await?;
    is_paid(page).await?;
    counter.has_sheets(5, "19.90").await?;
    ensure!(counter.card.payments()? == 3, "{:?}", counter.card.ledger()?);
    ensure!(counter.card.charged_minor()? == 3 * SHAMPOO_MINOR, "{:?}", counter.card.ledger()?);
    card_words(page).await.map(drop)
}

/// The card terminal says nothing any more: no further card payment, and Devices keeps it until it is cleared up.
async fn nobody_knows(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    ring_shampoo(page).await?;
    counter.card.fault("dead")?;
    page.click("tender-card").await?;
    page.see("card-unknown").await?;
    browser.look("devices-9-unknown").await?;
    page.click("card-later").await?;
    page.see("badge-unknown-cards").await?;
    ring_shampoo(page).await?;
    page.see("tender-card[disabled]").await?;
    page.click("badge-unknown-cards").await?;
    page.reads("unknown-card", "19.90").await?;
    browser.look("devices-10-to-clear-up").await?;
    counter.card.fault("ok")?;
    page.click("card-resolve").await?;
    page.reads(".toast:last-child", "Nothing was charged").await?;
    is_gone(page, "unknown-card").await?;
    is_gone(page, "badge-unknown-cards").await?;
    ensure!(counter.card.charged_minor()? == 3 * SHAMPOO_MINOR, "{:?}", counter.card.ledger()?);
    page.click("rail-till").await?;
    page.see("tender-card").await?;
    is_gone(page, "tender-card[disabled]").await
}

/// A whole sale back to the card, with a manager's PIN and a reason.
async fn given_back(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    page.click("rail-reports").await?;
    page.click("sale-row").await?;
    page.click("refund").await?;
    page.see("refund-panel").await?;
    ensure!(page.has("refund-give[disabled]").await?, "money goes back without PIN and reason");
    page.fill("refund-pin", PIN).await?;
    page.fill("refund-reason", "The bottle leaks").await?;
    browser.look("devices-11-refund").await?;
    page.click("refund-give").await?;
    page.reads("given-back", "19.90").await?;
    // It is offered once.
    is_gone(page, "refund").await?;
    counter.has_sheets(6, "19.90").await?;
    ensure!(counter.card.charged_minor()? == 2 * SHAMPOO_MINOR, "{:?}", counter.card.ledger()?);
    browser.look("devices-12-given-back").await
}

async fn end_of_day(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    page.click("rail-devices").await?;
    page.click("card-day-ask").await?;
    page.click("card-day-close").await?;
    page.is("card-day-done", "data-difference", "0").await?;
    page.reads("card-day-done", "39.80").await?;
    counter.has_sheets(7, "39.80").await?;
    browser.look("devices-13-end-of-day").await
}

/// What is practised is paid, says so on the paper, and is nowhere afterwards.
async fn practice(browser: &Browser, counter: &Counter) -> Result<()> {
    let page = browser.page();
    page.click("training-ask").await?;
    page.click("training-start").await?;
    page.see("training-bar").await?;
    ring_shampoo(page).await?;
    page.click("tender-card").await?;
    is_paid(page).await?;
    page.reads("receipt-text", "TRAINING").await?;
    browser.look("devices-14-training").await?;
    page.click("training-end").await?;
    is_gone(page, "training-bar").await?;
    page.click("rail-reports").await?;
    // Four sales and what was given back of one.
    until("the real sales are listed", async || {
        let rows = page.run("return document.querySelectorAll(\"[data-test='sale-row']\").length").await?;
        Ok((rows == 5).then_some(()))
    })
    .await?;
    let sheets = counter.printer.sheets()?;
    ensure!(sheets.len() == 7, "practice came out of the real printer: {sheets:?}");
    ensure!(counter.card.charged_minor()? == 2 * SHAMPOO_MINOR, "practice charged a card");
    Ok(())
}
