//! Printers that fail in the middle, as real processes: the sale is safe, the fault is on screen, and the receipt comes
//! later: once, as far as the printer can tell. What may be on paper in part is not repeated by itself.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use salon_contract::window::{Devices, PrintedView, Receipt, Reprint, Status};
use salon_domain::kernel::TicketId;
use salon_tests::e2e::{PATIENCE, until_sync};
use salon_tests::matrix::{At, Desk, Direction, Notices, PRINTER, Template, device_fault, is_device_well, signal};
use std::io::Write;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// Into the receipt, past the questions for the printer's state.
const MIDWAY_BYTES: u64 = 200;
/// After a fault the till looks at the printer every few seconds; whatever it would do, it has done twice by then.
const LOOKS: usize = 2;

/// Waits for the notice, looks at what the window shows, and prints how long it took.
fn is_shown(desk: &Desk, notices: &Notices, cause: &str, since: Instant) -> Result<()> {
    let at = notices.wait_for_printer_fault(cause, PATIENCE)?;
    let took = at.saturating_duration_since(since);
    writeln!(std::io::stderr(), "{cause} is on screen after {} ms (bar: 5000)", took.as_millis())?;
    let devices = serde_json::to_value(desk.window()?.ask(Devices {})??)?;
    let printer = devices["devices"].as_array().into_iter().flatten().find(|d| d["fault"] == cause);
    ensure!(printer.is_some_and(|printer| printer["well"] == false), "{cause} is not among the devices: {devices}");
    let status = serde_json::to_value(desk.window()?.ask(Status {})??)?;
    ensure!(status.to_string().contains(cause), "{cause} is not in the status: {status}");
    Ok(())
}

fn printed(desk: &Desk, ticket: TicketId) -> Result<PrintedView> {
    Ok(desk.window()?.ask(Receipt { ticket })??.printed)
}

fn wait_until(desk: &Desk, ticket: TicketId, wanted: PrintedView) -> Result<()> {
    until_sync(&format!("the receipt is {wanted:?}"), || Ok((printed(desk, ticket)? == wanted).then_some(())))
}

/// The till has looked at its printer, and at its queue, some times since.
fn till_has_looked(desk: &Desk) -> Result<()> {
    let before = desk.printer_wire.connections();
    let looked = || desk.printer_wire.connections() >= before + LOOKS as u64;
    // Where all is well it has no reason to.
    let start = Instant::now();
    while !looked() && start.elapsed() < Duration::from_secs(8) {
        std::thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}

/// The receipt once more, by hand: it says that it is a copy.
fn reprint(desk: &Desk, ticket: TicketId, sheets: usize) -> Result<String> {
    desk.window()?.ask(Reprint { key: Uuid::from_u128(77), ticket })??;
    let sheets_now = desk.printer.wait_for_sheets(sheets)?;
    ensure!(sheets_now.len() == sheets, "{} sheets instead of {sheets}", sheets_now.len());
    let copy = sheets_now.last().context("a sheet")?.clone();
    ensure!(copy.contains("COPY"), "the reprint does not say COPY:\n{copy}");
    Ok(copy)
}

/// Nobody repeated it: only so many sheets, and the till goes on printing.
fn goes_on(desk: &mut Desk, sheets: usize) -> Result<()> {
    let next = desk.pay_cash()?;
    desk.printer.wait_for_sheets(sheets + 1)?;
    wait_until(desk, next.sale.ticket, PrintedView::Printed)?;
    let now = desk.printer.sheets()?.len();
    ensure!(now == sheets + 1, "{now} sheets instead of {}", sheets + 1);
    Ok(())
}

#[test]
fn paper_that_ends_in_the_middle() -> Result<()> {
    Desk::with(&Template::new()?, |desk| {
        let notices = desk.window()?.notices()?;
        desk.printer.fault("paper-out-after 6")?;
        let begun = Instant::now();
        let sold = desk.pay_cash()?;
        is_shown(desk, &notices, "paper_out", begun)?;
        wait_until(desk, sold.sale.ticket, PrintedView::Unsure)?;
        till_has_looked(desk)?;
        ensure!(!notices.so_far().iter().any(|(_, n)| is_device_well(n, PRINTER)), "well without paper");
        // The printer has the rest in its buffer.
        desk.printer.repair()?;
        desk.printer.wait_for_sheets(1)?;
        notices.wait_for_printer_well(PATIENCE)?;
        till_has_looked(desk)?;
        ensure!(desk.printer.sheets()?.len() == 1, "it was printed twice");
        goes_on(desk, 1)?;
        Ok(2)
    })
}

#[test]
fn a_cover_that_is_open() -> Result<()> {
    Desk::with(&Template::new()?, |desk| {
        let notices = desk.window()?.notices()?;
        desk.printer.fault("cover-open")?;
        let begun = Instant::now();
        let sold = desk.pay_cash()?;
        is_shown(desk, &notices, "cover_open", begun)?;
        ensure!(printed(desk, sold.sale.ticket)? == PrintedView::Queued, "it did not stay queued");
        desk.printer.repair()?;
        desk.printer.wait_for_sheets(1)?;
        notices.wait_for_printer_well(PATIENCE)?;
        wait_until(desk, sold.sale.ticket, PrintedView::Printed)?;
        goes_on(desk, 1)?;
        Ok(2)
    })
}

#[test]
fn a_cable_that_is_pulled_in_the_middle() -> Result<()> {
    Desk::with(&Template::new()?, |desk| {
        let notices = desk.window()?.notices()?;
        let at = At::Byte { direction: Direction::ToDevice, count: MIDWAY_BYTES };
        let ran = desk.printer_wire.once(at, |wire| {
            wire.reset();
            Ok(None)
        });
        let begun = Instant::now();
        let sold = desk.pay_cash()?;
        is_shown(desk, &notices, "link_lost", begun)?;
        ran.recv_timeout(PATIENCE)??;
        wait_until(desk, sold.sale.ticket, PrintedView::Unsure)?;
        notices.wait_for_printer_well(PATIENCE)?;
        ensure!(desk.printer.sheets()?.is_empty(), "it was repeated by itself");
        reprint(desk, sold.sale.ticket, 1)?;
        goes_on(desk, 1)?;
        Ok(2)
    })
}

#[test]
fn a_printer_that_is_off_for_a_while() -> Result<()> {
    Desk::with(&Template::new()?, |desk| {
        let notices = desk.window()?.notices()?;
        desk.printer.kill();
        desk.printer_wire.refuse(true);
        let begun = Instant::now();
        let (first, second) = (desk.pay_cash()?, desk.pay_cash()?);
        let cause = notices.wait_for(PATIENCE, |notice| device_fault(notice, PRINTER).is_some())?;
        let took = cause.0.saturating_duration_since(begun);
        writeln!(std::io::stderr(), "a printer that is off is on screen after {} ms (bar: 5000)", took.as_millis())?;
        for sold in [&first, &second] {
            ensure!(printed(desk, sold.sale.ticket)? == PrintedView::Queued, "it did not stay queued");
        }
        desk.printer.start_again()?;
        desk.printer_wire.refuse(false);
        let sheets = desk.printer.wait_for_sheets(2)?;
        notices.wait_for_printer_well(PATIENCE)?;
        for (sold, sheet) in [&first, &second].into_iter().zip(&sheets) {
            wait_until(desk, sold.sale.ticket, PrintedView::Printed)?;
            ensure!(!sheet.contains("COPY"), "an original says COPY:\n{sheet}");
        }
        goes_on(desk, 2)?;
        Ok(3)
    })
}

#[test]
fn a_till_that_dies_while_it_prints() -> Result<()> {
    Desk::with(&Template::new()?, |desk| {
        let pid = desk.till.pid()?;
        let at = At::Byte { direction: Direction::ToDevice, count: MIDWAY_BYTES };
        let ran = desk.printer_wire.once(at, move |mut wire| {
            // What it had handed to the system dies with the machine.
            wire.stall(false);
            signal(pid, "KILL")?;
            Ok(Some(wire))
        });
        let ticket = desk.next_ticket();
        // It may have said "paid" before it died, or not.
        let said = desk.window()?.ask(desk.cash(ticket));
        ran.recv_timeout(PATIENCE)??;
        desk.till.await_death()?;
        desk.till.start()?;
        ensure!(!matches!(said, Ok(Err(_))), "{said:?}");
        // It prints what it has sold, so the sale was durable.
        ensure!(printed(desk, ticket)? == PrintedView::Unsure, "{:?}", printed(desk, ticket)?);
        till_has_looked(desk)?;
        ensure!(desk.printer.sheets()?.is_empty(), "it was repeated by itself");
        reprint(desk, ticket, 1)?;
        goes_on(desk, 1)?;
        Ok(2)
    })
}
