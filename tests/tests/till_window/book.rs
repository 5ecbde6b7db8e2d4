//! The book's views in a real browser, as somebody walks through them: a week, the month, the list, paper, a visit made
//! longer and taken back, and all of it with the server gone.

use anyhow::{Context, Result, ensure};
use salon_tests::e2e::{Browser, House, Page, noon_zone, small_salon, until};
use salon_tests::salon::{PIN, cut, stylist};
use serde_json::{Value, json};

const LONG_NAME: &str = "Maximiliane-Alexandra von Hohenstein-Oberndorf";

#[tokio::test]
async fn the_book_is_walked_through_in_all_its_views() -> Result<()> {
    let mut house = House::new()?;
    let outcome = visit(&mut house).await;
    house.end(outcome)
}

async fn visit(house: &mut House) -> Result<()> {
    house.provision(&small_salon()?)?;
    house.open_server().await?;
    house.enrol("till", "Harbour")?;
    let status = house.pos("till", &["ask", r#"{"ask":"status","with":{}}"#])?;
    let today = status["today"].as_str().context("no day")?.to_owned();
    for (n, (name, staff, minute)) in
        [("Ada Lovelace", 0, 600), (LONG_NAME, 1, 630), ("Bea Berg", 0, 780)].into_iter().enumerate()
    {
        house.pos("till", &["ask", &booking(n, &today, name, staff, minute).to_string()])?;
    }
    {
        let (_window, url) = house.serve_window("till")?;
        let browser = Browser::open(house, &noon_zone().0).await?;
        let outcome = through(house, &browser, &url, &today).await;
        browser.close(outcome).await?;
    }
    // The day on paper without a window, and nothing left that could be taken back by mistake.
    let paper = house.pos("till", &["book", "pdf", "--date", &today, "--paper", "list"])?;
    let path = paper["path"].as_str().context("no path")?;
    ensure!(path.ends_with(&format!("{today}-list.pdf")), "{paper}");
    ensure!(std::fs::read(path)?.starts_with(b"%PDF-1.7"));
    let verified = house.pos("till", &["verify"])?;
    let faults: Vec<_> = verified.as_object().into_iter().flatten().filter(|(_, v)| v.is_array()).collect();
    ensure!(faults.iter().all(|(_, value)| **value == json!([])), "{verified}");
    Ok(())
}

fn booking(n: usize, day: &str, name: &str, staff: u8, minute: u16) -> Value {
    json!({ "ask": "make_booking", "with": {
        "key": format!("01900000-0000-7000-8000-00000000000{n}"),
        "draft": {
            "date": day, "card": null, "client_name": name, "source": "PHONE", "note": "", "anyway": false,
            "parts": [{ "service": cut(), "staff": stylist(staff), "start_minute": minute }],
        },
    } })
}

/// A key pressed anywhere but in a field.
async fn press(page: &Page, key: &str, with: &str) -> Result<()> {
    let script = format!(
        "document.activeElement.blur(); window.dispatchEvent(new KeyboardEvent('keydown', \
         {{ key: '{key}', {with}: true, bubbles: true, cancelable: true }}));"
    );
    page.run(&script).await.map(drop)
}

async fn through(house: &mut House, browser: &Browser, url: &str, today: &str) -> Result<()> {
    let page = browser.page();
    page.client().goto(url).await?;
    page.click("staff-front-desk").await?;
    for digit in PIN.chars() {
        page.click(&format!("pin-{digit}")).await?;
    }
    page.click("pin-ok").await?;
    page.see("appointment[data-client='Ada Lovelace']").await?;
    browser.look("book-1-day").await?;
    longer_and_back(browser).await?;
    week(browser, today).await?;
    month(browser, today).await?;
    list(browser).await?;
    gone(house, browser).await
}

/// Made longer in the form, taken back by Ctrl+Z; colours by service, and only those that are confirmed.
async fn longer_and_back(browser: &Browser) -> Result<()> {
    let page = browser.page();
    let ada = "appointment[data-client='Ada Lovelace']";
    page.click(ada).await?;
    page.click("move-booking").await?;
    page.choose("part-length", "1\u{a0}h").await?;
    page.is(ada, "data-end", "660").await?;
    browser.look("book-2-longer").await?;
    press(page, "z", "ctrlKey").await?;
    page.is(ada, "data-end", "645").await?;
    press(page, "z", "ctrlKey").await?;
    // The step before was a booking made without the window.
    page.reads(".toast:last-child", "Bea Berg").await?;
    until("the booking is gone", async || Ok((!page.has("appointment[data-client='Bea Berg']").await?).then_some(())))
        .await?;
    page.click("filter").await?;
    page.click(".book-bar [data-value='category']").await?;
    page.click("stage[data-stage='started']").await?;
    ensure!(!page.has(ada).await?, "nobody has begun, and somebody is shown");
    page.click("stage[data-stage='started']").await?;
    page.see(ada).await?;
    browser.look("book-3-by-service").await?;
    page.click("filter").await?;
    page.click("day-paper").await?;
    page.reads(".toast:last-child", "-columns.pdf").await
}

async fn week(browser: &Browser, today: &str) -> Result<()> {
    let page = browser.page();
    press(page, "w", "altKey").await?;
    page.is("week-bar", "data-staff", "Stylist 0").await?;
    page.see("appointment[data-client='Ada Lovelace']").await?;
    ensure!(!page.has(&format!("appointment[data-client='{LONG_NAME}']")).await?, "somebody else's visit");
    browser.look("book-4-week").await?;
    page.choose("week-staff", "Stylist 1").await?;
    page.click(&format!("appointment[data-client='{LONG_NAME}']")).await?;
    page.see("booking-panel").await?;
    browser.look("book-5-week-panel").await?;
    page.click("next-person").await?;
    page.reads("week-said", "nothing booked").await?;
    page.is("pick-date", "data-date", today).await
}

async fn month(browser: &Browser, today: &str) -> Result<()> {
    let page = browser.page();
    press(page, "m", "altKey").await?;
    let day = format!("month-day[data-date='{today}']");
    page.see("month").await?;
    page.attr(&day, "data-bookings", |n| (n != "0").then_some(())).await?;
    browser.look("book-6-month").await?;
    page.click("next-day").await?;
    page.reads("month-said", "Nothing is booked").await?;
    page.click("today").await?;
    page.click(&day).await?;
    page.see("appointment[data-client='Ada Lovelace']").await
}

async fn list(browser: &Browser) -> Result<()> {
    let page = browser.page();
    press(page, "a", "altKey").await?;
    page.see("list-row[data-client='Ada Lovelace']").await?;
    page.fill("list-find", "hohen").await?;
    page.is("list-count", "data-total", "1").await?;
    browser.look("book-7-list").await?;
    page.fill("list-find", "nobody of that name").await?;
    page.click("clear-filter").await?;
    page.click("sort-client").await?;
    page.is("list-row", "data-client", "Ada Lovelace").await?;
    page.click("sort-client").await?;
    page.attr("list-row", "data-client", |name| (name != "Ada Lovelace").then_some(())).await
}

/// The server is gone: all of it is here, and says so. In German too, on a small screen.
async fn gone(house: &mut House, browser: &Browser) -> Result<()> {
    let page = browser.page();
    house.close_server()?;
    page.see("book-offline").await?;
    page.see("list-row[data-client='Ada Lovelace']").await?;
    for (language, (width, height)) in [("de", (1366, 768)), ("fr", (1024, 768))] {
        page.run(&format!("localStorage.setItem('language', '{language}')")).await?;
        page.client().set_window_size(width, height).await?;
        page.client().refresh().await?;
        page.see("list").await?;
        browser.look(&format!("book-8-list-{language}")).await?;
        press(page, "w", "altKey").await?;
        page.see("week-bar").await?;
        browser.look(&format!("book-8-week-{language}")).await?;
        press(page, "m", "altKey").await?;
        page.see("month").await?;
        browser.look(&format!("book-8-month-{language}")).await?;
        press(page, "d", "altKey").await?;
        page.see("appointment[data-client='Ada Lovelace']").await?;
        browser.look(&format!("book-8-day-{language}")).await?;
        press(page, "a", "altKey").await?;
    }
    Ok(())
}
