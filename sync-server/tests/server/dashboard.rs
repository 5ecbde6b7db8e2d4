//! The console's figures are the sums of what was sold and booked.

use super::support::{DAY, MONDAY_MS, TestApp, fixed, harbour, old_town, product};
use salon_contract::rest::{Dashboard, Figure};
use salon_domain::booking::BookingStatus;
use salon_domain::event::Happening;
use salon_domain::kernel::Currency;
use salon_domain::payment::{PartPaid, PartRef, SessionTotals, Tender, TenderKind, TicketDraft, TillClosed, ZReport};
use salon_server::http::{HeldDeposit, SalesPage, StockLevel, ZReportRow};

const HOUR_MS: i64 = 3_600_000;

async fn dashboard(app: &TestApp, token: &str, query: &str) -> Dashboard {
    app.get(&format!("/api/v1/dashboard?{query}"), token).await
}

#[tokio::test]
async fn a_day_beside_the_day_before() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    let mut far = app.terminal(old_town(), 2);
    till.sell(DAY - 1, MONDAY_MS - 24 * HOUR_MS, 11_900);
    till.sell(DAY, MONDAY_MS, 5_950);
    till.sell(DAY, MONDAY_MS + HOUR_MS, 2_380);
    till.sell(DAY, MONDAY_MS + HOUR_MS + 1, -1_190);
    far.sell(DAY, MONDAY_MS + 2 * HOUR_MS, 1_190);
    for (hour, status) in [(0, BookingStatus::Completed), (1, BookingStatus::Pending), (2, BookingStatus::Cancelled)] {
        till.book(DAY, MONDAY_MS + hour * HOUR_MS, status);
    }
    till.client("Ada");
    till.push_all();
    far.push_all();

    let all = dashboard(&app, &token, "branch=all&date=2026-03-02&period=day").await;
    assert_eq!(all.revenue_minor, Figure { now: 5_950 + 2_380 - 1_190 + 1_190, before: 11_900 });
    assert_eq!(all.net_minor, Figure { now: 5_000 + 2_000 - 1_000 + 1_000, before: 10_000 });
    assert_eq!((all.sales.now, all.average_sale_minor.now), (4, 8_330 / 4));
    assert_eq!((all.bookings.now, all.new_clients.now), (2, 1));
    // Two hours held of eight rostered; the cancelled one gave its hour back.
    assert_eq!(all.utilisation_bp.now, 2_500);
    assert_eq!((all.by_staff.len(), all.by_staff[0].bookings, all.by_staff[0].utilisation_bp), (1, 2, 2_500));
    assert_eq!(all.by_staff[0].net_minor, all.net_minor.now);
    assert_eq!(all.by_branch.iter().map(|b| b.revenue_minor.now).collect::<Vec<_>>(), [7_140, 1_190]);
    assert_eq!(all.chart.len(), 9);
    assert_eq!((all.chart[0].label.as_str(), all.chart[8].label.as_str()), ("09:00", "17:00"));
    assert_eq!(all.chart.iter().map(|p| p.now_minor).sum::<i64>(), all.revenue_minor.now);
    assert_eq!(all.chart.iter().map(|p| p.before_minor).sum::<i64>(), 11_900);
    assert_eq!((all.chart[2].now_minor, all.chart[3].now_minor), (5_950, 1_190));
    let newest: Vec<i64> = all.latest.iter().map(|s| s.total_minor).collect();
    assert_eq!(newest, [1_190, -1_190, 2_380, 5_950]);
    assert_eq!((all.latest[3].time.as_str(), all.latest[3].date.as_str()), ("11:00", "2026-03-02"));
    assert_eq!((all.latest[3].terminal.as_str(), all.latest[3].branch.as_str()), ("Till 1", "Harbour"));
    assert_eq!(all.terminals.len(), 2);
    assert!(all.terminals.iter().all(|t| !t.online && t.journal_seq > 0));

    let one = dashboard(&app, &token, &format!("branch={}&date=2026-03-02", old_town())).await;
    assert_eq!((one.revenue_minor.now, one.by_branch.len(), one.currency), (1_190, 1, Currency::EUR));
    // Today at the branch, where it is Monday.
    assert_eq!(dashboard(&app, &token, "").await.date, "2026-03-02");
    for bad in ["date=yesterday", "period=year", "branch=x"] {
        let (status, _) = app.call("GET", &format!("/api/v1/dashboard?{bad}"), Some(&token), None).await;
        assert_eq!(status.as_u16(), 422, "{bad}");
    }
}

/// Whatever was sold, every period shows the sum of its sales, and its chart too.
#[tokio::test]
async fn periods_are_the_sums_of_their_sales() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    let mut sold = Vec::new();
    for n in 0..400_i64 {
        let day = DAY - 70 + (n * 37 % 71) as i32;
        let at = MONDAY_MS + i64::from(day - DAY) * 24 * HOUR_MS + n * 1_000;
        sold.push((day, till.sell(day, at, 100 + n * 7 % 9_000)));
    }
    till.push_all();
    let sum = |first: i32, last: i32| -> i64 {
        sold.iter().filter(|(day, _)| (first..=last).contains(day)).map(|(_, s)| s.total_minor).sum()
    };
    // Monday 2 March: its week, its month (1 to 31), and the ones before.
    let cases = [
        ("day", (DAY, DAY), (DAY - 1, DAY - 1)),
        ("week", (DAY, DAY + 6), (DAY - 7, DAY - 1)),
        ("month", (DAY - 1, DAY + 29), (DAY - 29, DAY - 2)),
    ];
    for (period, now, before) in cases {
        let shown = dashboard(&app, &token, &format!("date=2026-03-02&period={period}")).await;
        assert_eq!(shown.revenue_minor, Figure { now: sum(now.0, now.1), before: sum(before.0, before.1) }, "{period}");
        assert_eq!(shown.chart.iter().map(|p| p.now_minor).sum::<i64>(), shown.revenue_minor.now, "{period}");
        assert!(shown.latest.len() <= 20);
    }
    // All sales, page by page, each once.
    let mut numbers = Vec::new();
    let mut next = Some(String::new());
    while let Some(before) = next {
        let page: SalesPage = app.get(&format!("/api/v1/sales?limit=60&before={before}"), &token).await;
        numbers.extend(page.sales.iter().map(|s| s.number));
        next = page.next;
    }
    assert_eq!(numbers.len(), 400);
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=400).collect::<Vec<u64>>());
}

#[tokio::test]
async fn z_reports_and_stock() {
    let app = TestApp::new();
    let token = app.owner().await;
    let mut till = app.terminal(harbour(), 1);
    let mut totals = SessionTotals::opened(10_000);
    totals.add_sale(&till.sell(DAY, MONDAY_MS, 5_950));
    let closed = TillClosed {
        session: fixed(50),
        device: till.info.device,
        branch: harbour(),
        day: DAY,
        currency: Currency::EUR,
        report: ZReport {
            number: 1,
            counted_minor: 15_900,
            count: vec![],
            difference_minor: -50,
            reason: "a coin".into(),
            perpetual_total_minor: 5_950,
            totals: totals.clone(),
        },
    };
    till.journal(MONDAY_MS + 8 * HOUR_MS, Happening::TillClosed(Box::new(closed)));
    till.stock(product().id, 1_500);
    till.push_all();
    let reports: Vec<ZReportRow> = app.get("/api/v1/z-reports", &token).await;
    assert_eq!(reports.len(), 1);
    assert_eq!((reports[0].number, reports[0].difference_minor, &reports[0].totals), (1, -50, &totals));
    let stock: Vec<StockLevel> = app.get(&format!("/api/v1/stock?branch={}", harbour()), &token).await;
    assert_eq!((stock[0].level_milli, stock[0].needs_reorder, stock[0].reorder_quantity), (1_500, true, 5));
}

/// A part of a ticket that is a deposit.
fn deposit(till: &super::support::Terminal, part: u8, ticket: u8, minor: i64) -> PartPaid {
    let mut draft: TicketDraft = serde_json::from_value(serde_json::json!({
        "id": fixed::<()>(ticket).uuid(), "booking": null, "card": null, "currency": "EUR", "lines": [],
    }))
    .unwrap();
    draft.terms.deposit = true;
    PartPaid {
        part: fixed(part),
        ticket: draft,
        name: String::new(),
        tender: Tender::now(minor, TenderKind::Cash { tendered_minor: minor.max(0) }),
        session: fixed(50),
        device: till.info.device,
        branch: till.info.branch,
    }
}

#[tokio::test]
async fn deposits_are_held_until_a_sale_uses_them_in_whatever_order_that_comes() {
    let app = TestApp::new();
    let token = app.owner().await;
    let (mut one, mut two) = (app.terminal(harbour(), 1), app.terminal(harbour(), 2));
    let taken = |till: &mut super::support::Terminal, part: PartPaid| {
        till.journal(MONDAY_MS, Happening::PartPaid(Box::new(part)));
    };
    for (part, ticket, minor) in [(60, 70, 2_000), (61, 71, 1_500), (62, 71, -1_500), (63, 72, 900)] {
        let part = deposit(&one, part, ticket, minor);
        taken(&mut one, part);
    }
    let mut part = deposit(&one, 64, 73, 5_000);
    part.ticket.terms.deposit = false;
    taken(&mut one, part);
    // The sale that uses the first is here before it.
    let mut sale = two.sale(DAY, 2_000, None);
    let session = fixed(50);
    sale.tenders[0].taken = Some(PartRef { part: fixed(60), session, deposit: true });
    two.journal(MONDAY_MS + 1, Happening::PaymentCompleted(Box::new(sale)));
    two.push_all();
    assert_eq!(app.get::<Vec<HeldDeposit>>("/api/v1/deposits", &token).await, []);
    one.push_all();
    let check = |held: Vec<HeldDeposit>| {
        assert_eq!(held.len(), 1, "{held:?}");
        assert_eq!((held[0].ticket, held[0].held_minor, held[0].branch), (fixed(72), 900, harbour()));
    };
    check(app.get("/api/v1/deposits", &token).await);
    let far = format!("/api/v1/deposits?branch={}", old_town());
    assert_eq!(app.get::<Vec<HeldDeposit>>(&far, &token).await, []);
    salon_server::sync::rebuild(app.store.as_ref(), app.tenant).unwrap();
    check(app.get("/api/v1/deposits", &token).await);
}
