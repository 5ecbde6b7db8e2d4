//! The crash matrix: every instant of an authorisation × what can go wrong, as real processes. Whatever happens, the
//! till's books and the card terminal's memory agree, one charge or none.

#![cfg(target_os = "linux")]

use anyhow::{Result, ensure};
use salon_tests::matrix::{Act, Cell, Found, Played, Step, Template, play, table};
use std::io::Write;

#[test]
fn whatever_happens_one_charge_or_none() -> Result<()> {
    let template = Template::new()?;
    let cells: Vec<Cell> = Step::ALL.iter().flat_map(|step| Act::ALL.map(|act| Cell { step: *step, act })).collect();
    let played = play(&cells, &template, |_| {})?;
    let shown = table(&played);
    let mut out = std::io::stderr().lock();
    writeln!(out, "\n{shown}")?;
    std::fs::write(concat!(env!("CARGO_TARGET_TMPDIR"), "/card_matrix.txt"), &shown)?;
    let faults: Vec<String> = played.iter().filter_map(Played::fault).collect();
    ensure!(faults.is_empty(), "{}", faults.join("\n"));
    let inside = |one: &&Played| matches!(one.result, Found::Skipped);
    writeln!(out, "{} cells, {} skipped: no ptrace", played.len(), played.iter().filter(inside).count())?;
    Ok(())
}
