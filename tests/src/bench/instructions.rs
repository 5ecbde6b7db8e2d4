//! Instructions of one sale, counted by callgrind: the same on every run, whatever else the machine does.

use super::Bench;
use super::fill::Filler;
use super::house::{House, STYLISTS, fresh};
use super::random::Random;
use super::sale::{SALES_A_DAY, begin_day};
use crate::salon::MORNING;
use anyhow::Context;
use salon_domain::kernel::day_number;
use salon_terminal::clock::ManualClock;
use std::process::Command;
use std::sync::Arc;

const FEW: usize = 10;
const MANY: usize = SALES_A_DAY;

pub fn run(bench: &mut Bench) -> anyhow::Result<()> {
    if Command::new("valgrind").arg("--version").output().is_err() {
        bench.say("  no valgrind here: instructions are not counted");
        return Ok(());
    }
    // What both runs do besides falls out of the difference.
    let (few, many) = (count(FEW)?, count(MANY)?);
    bench.report.info("instructions of a sale", (many - few) as f64 / (MANY - FEW) as f64, "");
    Ok(())
}

fn count(sales: usize) -> anyhow::Result<u64> {
    let out = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args(["--sell", &sales.to_string()])
        .output()?;
    let said = String::from_utf8_lossy(&out.stderr);
    let collected = said.lines().find_map(|line| line.split_once("Collected : ")).map(|(_, count)| count.trim());
    collected.and_then(|c| c.parse().ok()).with_context(|| format!("callgrind did not say how many: {said}"))
}

/// What is counted: a salon, a day's book, and so many sales of it, half of them of what was booked.
pub fn sell_so_many(count: usize) -> anyhow::Result<()> {
    let house = House::new()?;
    let clock = Arc::new(ManualClock::at(MORNING));
    let till = house.till(1, clock.clone(), "http://127.0.0.1:1")?;
    let filler = Filler::new(&till.app, STYLISTS)?;
    let mut random = Random::new(1);
    let today = day_number(filler.catalog.today(MORNING)?);
    let visits = begin_day(&till.app, &filler, &mut random, today)?;
    for (n, visit) in visits.into_iter().take(count).enumerate() {
        let id = fresh(&mut random, clock.as_ref());
        let draft = filler.draft(&mut random, id, n % 3 == 0, (n % 2 == 0).then_some(visit), None);
        till.app.pay_cash(random.key(), &draft, 100_000)?;
    }
    Ok(())
}
