//! The close always balances and can be proved: a day of every tender and every move of cash, its X and Z, its proof, the
//! closures over it, and what the bookkeeper gets.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod day;
mod exports;

use day::*;
use salon_contract::window::{ClosePeriod, Code, Periods, PrintPeriod, PrintQueue, PrintX, ReadPeriod, XReport};
use salon_domain::kernel::Instant;
use salon_terminal::store::{Days, StoreError};
use salon_tests::salon::{MORNING, PIN, desk, stylist};

/// The X says what was taken so far and closes nothing; the Z says the same; the books prove both.
#[test]
fn x_and_z_of_a_mixed_day_are_the_postings() {
    let salon = salon();
    let till = open_terminal(&salon);
    assert_eq!(ask(&till, XReport {}).unwrap_err().code, Code::TillClosed);
    a_mixed_day(&till);

    let x = ask(&till, XReport {}).unwrap();
    assert!(x.totals.balances());
    assert_eq!((x.totals.total_minor, x.perpetual_total_minor), (TURNOVER_MINOR, TURNOVER_MINOR));
    assert_eq!((x.totals.tip_minor, x.totals.rounding_minor, x.totals.part_minor), (503, 2, 1_000));
    assert_eq!((x.totals.pay_in_minor, x.totals.pay_out_minor, x.totals.lift_minor), (1_500, 700, 4_000));
    let detail = x.totals.detail.clone().unwrap();
    assert_eq!((detail.drawer_openings, detail.part_used_minor), (1, 5_000));
    assert_eq!(detail.by_cashier[&desk().uuid()].total_minor, 5_200 + 9_180);
    assert_eq!(detail.by_cashier[&stylist(1).uuid()].total_minor, 7_190);
    let text = x.text.join("\n");
    let rows = ["X REPORT", "nothing was closed", "Tips", "Cash rounding", "Bank transfer", "Wallets", "Cheque"];
    let more = ["Taken for open tickets", "Used of such", "Lifted to the safe", "Front Desk", "Stylist 1", "Perpetual"];
    for row in rows.iter().chain(&more) {
        assert!(text.contains(row), "{row} in {text}");
    }
    assert!(!text.contains("Cash expected"), "the count is blind: {text}");
    ask(&till, PrintX { key: key(20) }).unwrap();
    ask(&till, PrintX { key: key(20) }).unwrap();
    let queued = ask(&till, PrintQueue {}).unwrap();
    assert_eq!(queued.iter().filter(|job| job.kind == "x").count(), 1);
    let proof = till.app.store().verify().unwrap();
    assert!(proof.is_well(), "{proof:?}");
    assert_eq!((proof.books.sessions, proof.books.closed), (1, 0), "an open session is proved too");

    let closed = till.app.close_till(key(21), count(DRAWER_MINOR - 3), "three short").unwrap();
    assert_eq!(closed.report.totals, x.totals, "what was so far is what it came to");
    assert!(closed.text.join("\n").contains("Drawer opened without a sale"));
    let proof = till.app.store().verify().unwrap();
    assert!(proof.is_well(), "{proof:?}");
    let books = proof.books;
    assert_eq!((books.days, books.closed, books.receipts), (1, 1, 3));
    assert_eq!(books.total_minor, TURNOVER_MINOR + 503);
    assert_eq!(books.taken_minor, TURNOVER_MINOR + 503 + 2 + 1_000);
}

/// Another span has other figures, and what somebody changed in the store is found where it is.
#[test]
fn a_span_is_proved_by_itself_and_tampering_is_found() {
    let salon = salon();
    let till = open_terminal(&salon);
    a_mixed_day(&till);
    till.app.close_till(key(21), count(DRAWER_MINOR), "").unwrap();
    let store = till.app.store();
    let day = store.sale_by_number(1).unwrap().unwrap().day;
    let before = store.verify_books_of(Days { from: day - 9, to: day - 1 }).unwrap();
    assert_eq!((before.books.days, before.books.entries, before.is_well()), (0, 0, true));
    assert_eq!(store.verify_books_of(Days { from: day, to: day }).unwrap().books.days, 1);

    let dir = till.dir.clone();
    let clock = till.clock.clone();
    drop(till);
    let tampered = |sql: &str| {
        let conn = rusqlite::Connection::open(dir.join("store.db")).unwrap();
        conn.execute_batch(&format!("PRAGMA key = \"x'{}'\"; {sql}", "01".repeat(32))).unwrap();
        drop(conn);
        salon_tests::salon::open_store(&dir, 1, clock.clone()).unwrap().verify().unwrap().book_faults
    };
    let sales = tampered("UPDATE sale SET total = total + 1 WHERE number = 2");
    assert!(sales.iter().any(|fault| fault.contains("2026-09-29")), "{sales:?}");
    let both = tampered("UPDATE till_session SET z_number = 9");
    assert!(both.iter().any(|fault| fault.contains("Z 1")), "{both:?}");
}

/// Months and years are closed by a manager, once, in order, with the sums of their Zs, and nothing of it changes.
#[test]
fn periods_are_closed_over_their_z_reports() {
    let salon = salon();
    let till = open_terminal(&salon);
    a_mixed_day(&till);
    let close =
        |n: u128, period: &str| ClosePeriod { key: key(n), period: period.into(), manager: desk(), pin: PIN.into() };
    let code = |n, period| ask(&till, close(n, period)).unwrap_err().code;
    assert_eq!(code(30, "2026-09"), Code::TillFromEarlierDay, "a day inside is open");
    till.app.close_till(key(21), count(DRAWER_MINOR - 3), "three short").unwrap();
    assert_eq!(code(31, "2026-09"), Code::PeriodNotOver);
    assert_eq!(code(32, "2026-9"), Code::BadInput);
    another_day(&till, 40, 1);
    till.app.close_till(key(42), count(15_200), "").unwrap();
    another_day(&till, 50, 2);
    let due = ask(&till, Periods {}).unwrap();
    assert_eq!((due.closed.len(), due.to_close.as_slice()), (0, ["2026-09".to_owned()].as_slice()));

    let wrong = ClosePeriod { pin: "0000".into(), ..close(33, "2026-09") };
    assert_eq!(ask(&till, wrong).unwrap_err().code, Code::WrongPin);
    // October's till is open, and no matter.
    let september = ask(&till, close(34, "2026-09")).unwrap();
    let closed = &september.closed;
    assert_eq!((closed.number, closed.z_first, closed.z_last, closed.z_count), (1, 1, 2, 2));
    assert_eq!((closed.totals.total_minor, closed.difference_minor), (TURNOVER_MINOR + 5_200, -3));
    assert!(closed.totals.balances());
    assert_eq!(closed.perpetual_total_minor, TURNOVER_MINOR + 5_200);
    let text = september.text.join("\n");
    assert!(["MONTHLY CLOSURE", "2026-09", "1 - 2 (2)", "Perpetual"].iter().all(|row| text.contains(row)), "{text}");
    assert_eq!(ask(&till, close(35, "2026-09")).unwrap(), september, "closed once");
    assert_eq!(code(36, "2026-08"), Code::NotFound, "there was no Z");
    assert_eq!(code(37, "2026"), Code::TillFromEarlierDay);

    till.app.close_till(key(52), count(15_200), "").unwrap();
    till.clock.set(Instant(MORNING.0 + 100 * 86_400_000));
    let year = ask(&till, close(38, "2026")).unwrap();
    assert_eq!((year.closed.number, year.closed.z_count), (2, 3));
    assert_eq!(year.closed.totals.total_minor, TURNOVER_MINOR + 2 * 5_200);
    let periods = ask(&till, Periods {}).unwrap();
    assert_eq!(periods.closed.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(periods.to_close, ["2026-10"]);
    assert_eq!(ask(&till, ReadPeriod { number: 1 }).unwrap(), september);
    ask(&till, PrintPeriod { key: key(60), number: 1 }).unwrap();
    let jobs = ask(&till, PrintQueue {}).unwrap();
    assert_eq!(
        jobs.iter().filter(|job| job.kind == "period").map(|job| job.copy).collect::<Vec<_>>(),
        [true, false, false]
    );
    let proof = till.app.store().verify().unwrap();
    assert!(proof.is_well(), "{proof:?}");
    till.app.store().write::<_, StoreError>(|unit| unit.rebuild()).unwrap();
    assert_eq!(ask(&till, Periods {}).unwrap(), periods, "a rebuild has the same");
}
