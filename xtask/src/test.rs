//! Every test there is. The pages and all programs are built first: the end-to-end tests start them.

use crate::cargo::{self, PROGRAMS, Profile, SELECTION, WINDOW};
use crate::house::House;
use crate::needs::Purpose;
use crate::page::{self, Kind};
use crate::say::Phases;
use crate::{check, peers, process, setup};
use anyhow::Result;
use std::process::Command;

pub fn test(house: &House, yes: bool) -> Result<()> {
    let mut phases = Phases::default();
    phases.must("Set-up", || setup::setup(house, Purpose::Test, yes))?;
    phases.must("Pages", || page::build(house, Kind::Small))?;
    phases.may("Format", || check::format(house));
    phases.must("Programs", || programs(house))?;
    phases.may("Tests", || run(house, &mut tests(house)));
    phases.may("Tests of the pages", || run(house, &mut tests_of_the_pages(house)));
    phases.may("Examples in the documentation", || examples(house));
    phases.may("Lints", || check::lints(house));
    phases.may("Lints of the pages", || check::lints_of_the_pages(house));
    phases.end()
}

fn programs(house: &House) -> Result<()> {
    let all: Vec<_> = PROGRAMS.into_iter().chain([WINDOW]).collect();
    cargo::build(house, &all, Profile::Dev)
}

fn tests(house: &House) -> Command {
    let mut command = runner(house);
    command.args(SELECTION);
    if !cargo::has_nextest() {
        // The examples have a phase of their own.
        command.args(["--lib", "--bins", "--tests"]);
    }
    command
}

/// Their texts and formats are plain Rust, tested here; how they look and work, the browser tests see.
fn tests_of_the_pages(house: &House) -> Command {
    let mut command = runner(house);
    command.args(["--package", "salon-ui", "--lib"]);
    if cargo::has_nextest() {
        command.arg("--no-tests=pass");
    }
    command
}

/// Silent when they are well: most crates have none, and each would say so.
fn examples(house: &House) -> Result<()> {
    process::answer(cargo::cargo(house).args(["test", "--doc"]).args(SELECTION)).map(drop)
}

fn runner(house: &House) -> Command {
    let mut command = cargo::cargo(house);
    match cargo::has_nextest() {
        true => command.args(["nextest", "run", "--no-fail-fast"]),
        false => command.args(["test", "--no-fail-fast"]),
    };
    command
}

/// With what the end-to-end tests want to know: where the pages, the programs and the salons' data are.
fn run(house: &House, command: &mut Command) -> Result<()> {
    let bin = house.target.join("debug");
    command.env("SALON_DIST", house.dist()).env("SALON_BIN_DIR", bin).env("SALON_PEERS", peers::folder(house));
    let shared = house.root.with_file_name("shared");
    if shared.is_dir() {
        command.env("SALON_SHARED", shared);
    }
    process::run(command)
}
