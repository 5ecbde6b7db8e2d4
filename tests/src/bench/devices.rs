//! Devices: the crash matrix with every cell, and as many payments again that are hit at any byte; how soon a receipt is
//! at the printer's port, and a fault on the screen; what a till costs that does nothing. All with real processes.

use super::Bench;
use super::report::Bar;
use super::stats::Samples;
use crate::matrix::{
    Act, By, Cell, Desk, Direction, Found, Outcome, Played, Seen, Step, Template, device_fault, is_device_well, play,
    table,
};
use anyhow::{Context, Result, ensure};
use std::time::{Duration, Instant};

/// Payments hit at any byte: a fifth of them for each act.
const ANYWHERE: usize = 60;
/// Bytes that a payment has in either direction, about.
const BYTES_TO_TERMINAL: usize = 120;
const BYTES_TO_TILL: usize = 500;
const WARM_UP: usize = 6;
const SALES: usize = 60;
const FAULTS: usize = 4;
const IDLE: Duration = Duration::from_secs(20);
/// A notice that has not come by then never comes.
const NOTICE_MAX: Duration = Duration::from_secs(30);

pub fn run(bench: &mut Bench) -> Result<()> {
    let template = Template::new()?;
    matrix(bench, &template)?;
    let mut desk = Desk::new(&template)?;
    receipts(bench, &mut desk)?;
    faults(bench, &mut desk)?;
    idle(bench, &desk)?;
    let sales = desk.sales()?;
    desk.close(sales)
}

fn matrix(bench: &mut Bench, template: &Template) -> Result<()> {
    let cells: Vec<Cell> = Step::ALL.iter().flat_map(|step| Act::ALL.map(|act| Cell { step: *step, act })).collect();
    let played = play(&cells, template, |_| {})?;
    bench.say(&table(&played));
    count(bench, "matrix", &played);

    let mut random = bench.seed(11);
    let mut anywhere = |(n, act): (usize, Act)| {
        let to_device = n.is_multiple_of(2);
        let bytes = if to_device { BYTES_TO_TERMINAL } else { BYTES_TO_TILL };
        let count = u16::try_from(random.below(bytes)).unwrap_or(0);
        Cell { step: Step::Byte { to_device, count }, act }
    };
    let cells: Vec<Cell> = Act::ALL.into_iter().cycle().take(ANYWHERE).enumerate().map(&mut anywhere).collect();
    let played = play(&cells, template, |_| {})?;
    count(bench, "anywhere", &played);
    Ok(())
}

fn count(bench: &mut Bench, what: &str, played: &[Played]) {
    for fault in played.iter().filter_map(Played::fault) {
        bench.say(&format!("  {fault}"));
    }
    let number = |is_it: &dyn Fn(&Played) -> bool| played.iter().filter(|one| is_it(one)).count() as f64;
    let outcome = |wanted| move |one: &Played| one.verdict().is_some_and(|verdict| verdict.outcome == wanted);
    let by = |wanted| move |one: &Played| one.verdict().is_some_and(|verdict| verdict.by == wanted);
    let report = &mut bench.report;
    report.info(format!("{what}: payments hit"), played.len() as f64, "");
    report.info(format!("{what}: one charge"), number(&outcome(Outcome::One)), "");
    report.info(format!("{what}: none"), number(&outcome(Outcome::None)), "");
    report.info(format!("{what}: settled by the till at once"), number(&by(By::AtOnce)), "");
    report.info(format!("{what}: settled by asking the terminal"), number(&by(By::Terminal)), "");
    report.info(format!("{what}: settled by a person"), number(&by(By::Person)), "");
    report.info(format!("{what}: skipped, no ptrace"), number(&|one| matches!(one.result, Found::Skipped)), "");
    let broken = number(&|one| matches!(one.result, Found::Broken(_)));
    report.bar(format!("{what}: charged twice, lost, or stuck"), broken, "", Bar::AtMost(0.0));
}

fn receipts(bench: &mut Bench, desk: &mut Desk) -> Result<()> {
    let (mut cash, mut card) = (Samples::default(), Samples::default());
    let mut sheets = desk.printer.sheets()?.len();
    for n in 0..WARM_UP + SALES {
        desk.printer_wire.take_seen();
        let is_card = !n.is_multiple_of(2);
        if is_card {
            desk.pay_card()??;
        } else {
            desk.pay_cash()?;
        }
        let paid = Instant::now();
        sheets += 1;
        desk.printer.wait_for_sheets(sheets)?;
        let seen = desk.printer_wire.take_seen();
        let first = seen.iter().find(|seen| begins_receipt(seen)).context("a sheet without its bytes")?;
        if n >= WARM_UP {
            // It may be there before the answer is.
            let took = first.at.saturating_duration_since(paid);
            if is_card { card.push(took) } else { cash.push(took) }
        }
    }
    let mut both = cash.clone();
    both.extend(&card);
    let report = &mut bench.report;
    report.info("sales with a receipt", both.len() as f64, "");
    report.bar("\"paid\" → first byte of the receipt, median", both.median_ms(), "ms", Bar::Below(100.0));
    report.info("\"paid\" → first byte, p95", both.percentile_ms(95.0), "ms");
    report.info("\"paid\" → first byte, cash, p95", cash.percentile_ms(95.0), "ms");
    report.info("\"paid\" → first byte, card, p95", card.percentile_ms(95.0), "ms");
    Ok(())
}

/// `ESC @`, after the questions for its state.
fn begins_receipt(seen: &Seen) -> bool {
    seen.direction == Direction::ToDevice && seen.bytes.windows(2).any(|bytes| bytes == [0x1B, b'@'])
}

fn faults(bench: &mut Bench, desk: &mut Desk) -> Result<()> {
    let mut slowest = Duration::ZERO;
    for (name, role) in
        [("cover-open", "printer"), ("paper-out", "printer"), ("cable", "printer"), ("cable", "card_terminal")]
    {
        let mut took = Samples::default();
        for _ in 0..FAULTS {
            let notices = desk.window()?.notices()?;
            let begun = Instant::now();
            harm(desk, name, role, true)?;
            let told = notices.wait_for(NOTICE_MAX, |notice| device_fault(notice, role).is_some());
            let one = told.map_or(NOTICE_MAX, |(at, _)| at.saturating_duration_since(begun));
            took.push(one);
            slowest = slowest.max(one);
            harm(desk, name, role, false)?;
            if one < NOTICE_MAX {
                notices.wait_for(NOTICE_MAX, |notice| is_device_well(notice, role)).context("well again")?;
            }
        }
        bench.report.info(format!("idle, {role}: {name} → notice, median"), took.median_ms(), "ms");
    }
    bench.report.bar("a fault → its notice, slowest", slowest.as_secs_f64() * 1e3, "ms", Bar::Below(5_000.0));
    Ok(())
}

fn harm(desk: &Desk, name: &str, role: &str, is_done: bool) -> Result<()> {
    match (name, role, is_done) {
        ("cable", "printer", _) => desk.printer_wire.refuse(is_done),
        ("cable", _, _) => desk.card_wire.refuse(is_done),
        (fault, _, true) => desk.printer.fault(fault)?,
        (_, _, false) => desk.printer.repair()?,
    }
    Ok(())
}

/// Both devices connected, a person signed in, the page's event stream open.
fn idle(bench: &mut Bench, desk: &Desk) -> Result<()> {
    let _page = desk.window()?.notices()?;
    let pid = desk.till.pid()?;
    let before = cpu_ticks(pid)?;
    let begun = Instant::now();
    std::thread::sleep(IDLE);
    let ticks = cpu_ticks(pid)? - before;
    let share = ticks as f64 / ticks_per_second()? / begun.elapsed().as_secs_f64() * 100.0;
    bench.report.bar("an idle till with its devices", share, "% core", Bar::Below(1.0));
    Ok(())
}

/// proc(5), stat: the fields 14 and 15, in user and in system mode.
fn cpu_ticks(pid: u32) -> Result<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").context("no stat")?;
    let fields: Vec<u64> = fields.split(' ').skip(11).take(2).map(str::parse).collect::<Result<_, _>>()?;
    ensure!(fields.len() == 2, "no times in {stat}");
    Ok(fields[0] + fields[1])
}

fn ticks_per_second() -> Result<f64> {
    let said = std::process::Command::new("getconf").arg("CLK_TCK").output()?;
    Ok(String::from_utf8(said.stdout)?.trim().parse()?)
}
