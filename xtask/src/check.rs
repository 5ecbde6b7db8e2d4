//! Format, lints and the fast tests: the daily loop.

use crate::cargo::{self, SELECTION};
use crate::compiler::{self, Compiler};
use crate::house::House;
use crate::needs::Purpose;
use crate::say::Phases;
use crate::{process, setup};
use anyhow::Result;

/// What is tested without a window, a browser or another process.
const FAST: [&str; 5] = ["salon-domain", "salon-sync", "salon-devices", "salon-terminal", "salon-server"];

pub fn check(house: &House) -> Result<()> {
    let mut phases = Phases::default();
    phases.must("Set-up", || setup::setup(house, Purpose::Window, false))?;
    phases.may("Format", || format(house));
    phases.may("Lints", || lints(house));
    phases.may("Lints of the pages", || lints_of_the_pages(house));
    phases.may("Fast tests", || fast_tests(house));
    phases.end()
}

pub fn format(house: &House) -> Result<()> {
    process::run(cargo::cargo(house).args(["fmt", "--all", "--check"]))
        .map_err(|error| error.context("not formatted: `cargo fmt --all` does it"))
}

pub fn lints(house: &House) -> Result<()> {
    process::run(cargo::cargo(house).arg("clippy").args(SELECTION).args(["--all-targets", "--", "-D", "warnings"]))
}

/// The pages' lints, for the machine that they run on; Debian's compiler has no clippy, so there for ours.
pub fn lints_of_the_pages(house: &House) -> Result<()> {
    let mut command = cargo::cargo(house);
    command.args(["clippy", "--package", "salon-ui"]);
    match compiler::chosen(house)? {
        Compiler::Rustup => command.args(["--target", compiler::TARGET]),
        Compiler::Debian => &mut command,
    };
    process::run(command.args(["--", "-D", "warnings"]))
}

fn fast_tests(house: &House) -> Result<()> {
    let mut command = cargo::cargo(house);
    match cargo::has_nextest() {
        true => command.args(["nextest", "run"]),
        false => command.arg("test"),
    };
    FAST.iter().for_each(|package| {
        command.args(["--package", package]);
    });
    process::run(&mut command)
}
