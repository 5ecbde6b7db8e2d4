//! Durable means that the disk has it: the page cache survives a killed process, so killing proves nothing. Here the
//! till's own system calls are read: the sync of the store precedes every word that depends on it. And with a disk that
//! refuses to sync nothing is paid.

#![cfg(target_os = "linux")]

use anyhow::{Context, Result, ensure};
use salon_contract::window::{Code, Failure, PaymentView, ResolveCard, UnknownCards};
use salon_tests::matrix::{At, Call, Calls, Desk, Direction, PRICE_MINOR, Template, Tracer, When, is_allowed};
use std::io::Write;
use std::sync::mpsc::channel;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);
const EVERYTHING: [&str; 6] = [
    "-yy",
    "-x",
    "-s",
    "65536",
    "-e",
    "trace=fdatasync,fsync,sendto,sendmsg,write,writev,pwrite64,pwritev,read,recvfrom",
];
const NO_SYNC: [&str; 4] = ["-e", "trace=fdatasync,fsync", "-e", "inject=fdatasync,fsync:error=EIO"];

/// Says so where it can't be tried.
fn is_possible(test: &str) -> Result<bool> {
    if !is_allowed() {
        writeln!(std::io::stderr(), "{test}: skipped: no ptrace")?;
    }
    Ok(is_allowed())
}

/// Sells with a tracer on the till, and waits until the receipt is out.
fn traced<T>(desk: &mut Desk, sell: impl FnOnce(&mut Desk) -> Result<T>) -> Result<(T, Calls)> {
    let sheets = desk.printer.sheets()?.len();
    let tracer = Tracer::attach(desk.till.pid()?, &EVERYTHING, &desk.dir().join("calls"))?;
    let sold = sell(desk)?;
    desk.printer.wait_for_sheets(sheets + 1)?;
    Ok((sold, Calls::read(&tracer.end()?)))
}

/// The receipt's own first bytes: `ESC @`, after the questions for the printer's state.
fn begins_receipt(call: &Call, printer: u16) -> bool {
    call.sends_on(printer) && call.data.windows(2).any(|bytes| bytes == [0x1B, b'@'])
}

#[test]
fn a_cash_sale_is_synced_before_anybody_hears_of_it() -> Result<()> {
    if !is_possible("a cash sale's sync")? {
        return Ok(());
    }
    let template = Template::new()?;
    Desk::with(&template, |desk| {
        let (_, calls) = traced(desk, Desk::pay_cash)?;
        let (window, printer) = (desk.window()?.port(), desk.printer_wire.address().port());
        let asked = calls.first("the question", 0, |c| c.receives_on(window) && c.holds("\"pay\""))?;
        let printing = calls.first("the receipt", asked.end, |c| begins_receipt(c, printer))?;
        let answer = calls.first("the answer", asked.end, |c| c.sends_on(window) && c.holds("\"tenders\""))?;
        calls.is_durable_before(answer, asked.end, &[printing.tid]).context("the answer \"paid\"")?;
        calls.is_durable_before(printing, asked.end, &[]).context("the receipt")?;
        Ok(1)
    })
}

#[test]
fn a_card_payment_is_synced_at_each_of_its_steps() -> Result<()> {
    if !is_possible("a card payment's syncs")? {
        return Ok(());
    }
    let template = Template::new()?;
    Desk::with(&template, |desk| {
        let (paid, calls) = traced(desk, Desk::pay_card)?;
        ensure!(matches!(paid, Ok(PaymentView::Paid { .. })), "{paid:?}");
        let window = desk.window()?.port();
        let (printer, terminal) = (desk.printer_wire.address().port(), desk.card_wire.address().port());
        let asked = calls.first("the question", 0, |c| c.receives_on(window) && c.holds("\"pay\""))?;
        let printing = calls.first("the receipt", asked.end, |c| begins_receipt(c, printer))?;

        let to_terminal = |call: &Call, bytes: &[u8]| call.sends_on(terminal) && call.data.starts_with(bytes);
        let authorisation = calls.first("06 01", asked.end, |c| to_terminal(c, &[0x06, 0x01]))?;
        calls.is_durable_before(authorisation, asked.end, &[]).context("06 01")?;

        let status = calls
            .first("04 0F", authorisation.end, |c| c.receives_on(terminal) && c.data.starts_with(&[0x04, 0x0F]))?;
        let acknowledgement = calls.first("80 00 00", status.end, |c| to_terminal(c, &[0x80, 0x00, 0x00]))?;
        calls.is_durable_before(acknowledgement, status.end, &[]).context("80 00 00")?;

        let answer = |c: &Call| c.sends_on(window) && c.holds("\"outcome\":\"paid\"");
        let answer = calls.first("the answer", acknowledgement.end, answer)?;
        calls.is_durable_before(answer, acknowledgement.end, &[printing.tid]).context("the answer \"paid\"")?;
        calls.is_durable_before(printing, acknowledgement.end, &[]).context("the receipt")?;
        Ok(1)
    })
}

/// The till says that it could not, and that is all that has happened.
fn is_refused<T: std::fmt::Debug>(said: &std::result::Result<T, Failure>) -> Result<()> {
    ensure!(
        said.as_ref().is_err_and(|failure| failure.code == Code::Internal || failure.code == Code::DiskFull),
        "{said:?}"
    );
    Ok(())
}

#[test]
fn a_disk_that_does_not_sync_sells_nothing_for_cash() -> Result<()> {
    if !is_possible("a cash sale on a bad disk")? {
        return Ok(());
    }
    let template = Template::new()?;
    Desk::with(&template, |desk| {
        let ticket = desk.next_ticket();
        let tracer = Tracer::attach(desk.till.pid()?, &NO_SYNC, &desk.dir().join("calls"))?;
        is_refused(&desk.window()?.ask(desk.cash(ticket))?)?;
        drop(tracer);
        ensure!(desk.sales()? == 0 && desk.printer.sheets()?.is_empty(), "something was sold");
        desk.window()?.ask(desk.cash(ticket))??;
        desk.printer.wait_for_sheets(1)?;
        Ok(1)
    })
}

#[test]
fn an_intent_that_is_not_synced_asks_no_terminal() -> Result<()> {
    if !is_possible("an intent on a bad disk")? {
        return Ok(());
    }
    let template = Template::new()?;
    Desk::with(&template, |desk| {
        let ticket = desk.next_ticket();
        let tracer = Tracer::attach(desk.till.pid()?, &NO_SYNC, &desk.dir().join("calls"))?;
        is_refused(&desk.window()?.ask(desk.card(ticket))?)?;
        drop(tracer);
        ensure!(desk.card_wire.authorisations() == 0, "06 01 was sent");
        let paid = desk.window()?.ask(desk.card(ticket))??;
        ensure!(matches!(paid, PaymentView::Paid { .. }), "{paid:?}");
        ensure!(desk.terminal.charged_minor()? == PRICE_MINOR, "charged otherwise");
        Ok(1)
    })
}

/// From this message of the terminal on the disk does not sync; what the till says then, and when it is well again.
fn disk_fails_at(desk: &mut Desk, instruction: [u8; 2]) -> Result<std::result::Result<PaymentView, Failure>> {
    let (pid, out) = (desk.till.pid()?, desk.dir().join("calls"));
    let (keep, tracer) = channel();
    let [class, instruction] = instruction;
    let at = At::Message { direction: Direction::ToTill, class, instruction, when: When::InPayment };
    let ran = desk.card_wire.once(at, move |mut wire| {
        keep.send(Tracer::attach(pid, &NO_SYNC, &out)?)?;
        wire.pass_all();
        Ok(Some(wire))
    });
    let said = desk.pay_card()?;
    ran.recv_timeout(PATIENCE)??;
    drop(tracer.recv()?);
    Ok(said)
}

/// What is open is visible and blocks the tender; asking the terminal settles it. What came of it.
fn settle(desk: &mut Desk) -> Result<PaymentView> {
    let open = desk.window()?.ask(UnknownCards {})??;
    ensure!(open.len() == 1, "the payment is not shown as unknown: {open:?}");
    let sent = desk.card_wire.authorisations();
    let other = desk.pay_card()?;
    ensure!(other.as_ref().is_err_and(|failure| failure.code == Code::CardUnknown), "{other:?}");
    ensure!(desk.card_wire.authorisations() == sent, "06 01 was sent again");
    Ok(desk.window()?.ask(ResolveCard { payment: open[0].payment })??)
}

#[test]
fn an_approval_that_is_not_synced_is_taken_back() -> Result<()> {
    if !is_possible("an approval on a bad disk")? {
        return Ok(());
    }
    let template = Template::new()?;
    Desk::with(&template, |desk| {
        let said = disk_fails_at(desk, [0x04, 0x0F])?;
        ensure!(!matches!(said, Ok(PaymentView::Paid { .. })), "{said:?}");
        ensure!(desk.terminal.charged_minor()? == 0, "it was charged: {:?}", desk.terminal.ledger()?);
        if !matches!(said, Ok(PaymentView::NotCharged { .. })) {
            let settled = settle(desk)?;
            ensure!(matches!(settled, PaymentView::NotCharged { .. }), "{settled:?}");
        }
        ensure!(desk.sales()? == 0, "it was sold");
        let paid = desk.pay_card()??;
        ensure!(matches!(paid, PaymentView::Paid { .. }), "{paid:?}");
        Ok(1)
    })
}

/// The charge stands, the till could not book it: nothing says "paid", and nothing is lost.
#[test]
fn a_sale_that_is_not_synced_after_its_charge_is_not_lost() -> Result<()> {
    if !is_possible("a sale on a bad disk after its charge")? {
        return Ok(());
    }
    let template = Template::new()?;
    Desk::with(&template, |desk| {
        let said = disk_fails_at(desk, [0x06, 0x0F])?;
        ensure!(!matches!(said, Ok(PaymentView::Paid { .. })), "{said:?}");
        ensure!(desk.terminal.charged_minor()? == PRICE_MINOR && desk.sales()? == 0, "it was not charged, or was sold");
        let settled = settle(desk)?;
        ensure!(matches!(settled, PaymentView::Paid { .. }), "{settled:?}");
        ensure!(desk.terminal.charged_minor()? == PRICE_MINOR, "charged otherwise");
        Ok(1)
    })
}
