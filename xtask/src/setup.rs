//! Makes a machine ready: looks at what is there, step by step, and gets what is not. Doing it again changes nothing
//! and takes no time.

use crate::compiler::{self, Compiler};
use crate::house::House;
use crate::needs::{self, Need, Purpose};
use crate::say;
use crate::{cargo, npm, packages, peers, process};
use anyhow::{Context as _, Result};
use std::fmt::Display;
use std::process::Command;

pub fn setup(house: &House, purpose: Purpose, yes: bool) -> Result<()> {
    let needs: Vec<&Need> = needs::of(purpose).collect();
    let more = 2 * usize::from(purpose.has_page()) + 2 * usize::from(purpose.has_tests());
    let mut steps = Steps { done: 0, all: needs.len() + more };

    let mut missing = Vec::new();
    for need in &needs {
        let packages = need.missing();
        steps.next(need.name, if packages.is_empty() { "there" } else { "to be installed" });
        missing.extend(packages);
    }
    if purpose.has_page() {
        missing.extend(page_compiler(house, &mut steps)?);
    }
    if !missing.is_empty() {
        packages::install(&missing, yes)?;
        look_again(&needs)?;
    }
    if purpose.has_page() {
        npm_packages(house, &mut steps)?;
    }
    if purpose.has_tests() {
        other_programs(house, &mut steps);
        test_runner(&mut steps);
    }
    Ok(())
}

struct Steps {
    done: usize,
    all: usize,
}

impl Steps {
    fn next(&mut self, name: impl Display, state: &str) {
        self.done += 1;
        say::line(format!("[{}/{}] {name} … {state}", self.done, self.all));
    }
}

/// The Debian packages that the pages' compiler needs: none when rustup has it, or could get it.
fn page_compiler(house: &House, steps: &mut Steps) -> Result<Vec<&'static str>> {
    if let Some(ready) = compiler::ready(house)? {
        steps.next(ready.name(), "there");
        return Ok(Vec::new());
    }
    if compiler::fetch_from_rustup(house)? {
        steps.next(Compiler::Rustup.name(), "added to rustup's");
        return Ok(Vec::new());
    }
    if process::find("apt-get").is_none() {
        anyhow::bail!(
            "there is no Rust for the browser here. Do this, then start again:\n  rustup target add {}",
            compiler::TARGET
        );
    }
    steps.next(Compiler::Debian.name(), "to be installed, for rustup could not get its own");
    Ok(compiler::DEBIAN_PACKAGES.to_vec())
}

/// A package that is installed and still does not bring what it should: better said now than by a linker later.
fn look_again(needs: &[&Need]) -> Result<()> {
    let still: Vec<_> = needs.iter().filter(|need| !need.missing().is_empty()).map(|need| need.name).collect();
    anyhow::ensure!(still.is_empty(), "installed, and still not found: {}. Is the PATH right?", still.join(", "));
    Ok(())
}

fn npm_packages(house: &House, steps: &mut Steps) -> Result<()> {
    if npm::is_there(house) {
        steps.next("npm packages of the pages", "there");
        return Ok(());
    }
    steps.next("npm packages of the pages", "installing");
    npm::install(house)
}

/// Only Linux's tests ask for them, and say so where they are missing.
fn other_programs(house: &House, steps: &mut Steps) {
    if !cfg!(target_os = "linux") {
        return steps.next("python-escpos, receiptline, receiptio", "not needed here");
    }
    if peers::is_there(house) {
        return steps.next("python-escpos, receiptline, receiptio", "there");
    }
    steps.next("python-escpos, receiptline, receiptio", "installing");
    if let Err(error) = peers::install(house) {
        say::line(format!("      not to be had, so their tests will be left out: {error:#}"));
    }
}

/// nextest gives every test a process of its own (the keyring's default store and the environment belong to a process)
/// and ends one that hangs; no distribution packages it, so it is compiled, once. Where that fails the tests run under
/// plain `cargo test`: a missing convenience is no reason not to test.
fn test_runner(steps: &mut Steps) {
    if cargo::has_nextest() {
        return steps.next("cargo-nextest", "there");
    }
    steps.next("cargo-nextest", "compiling, some minutes");
    if let Err(error) = install_nextest() {
        say::line(format!("      not to be had, so the tests will run under `cargo test`: {error:#}"));
    }
}

/// Unoptimised: it waits for tests, it does not compute, and it is there in a third of the time.
fn install_nextest() -> Result<()> {
    let mut command = Command::new("cargo");
    command.args(["install", "cargo-nextest", "--locked", "--debug", "--quiet"]).env_remove("CARGO_TARGET_DIR");
    process::run(&mut command).context("cargo install cargo-nextest failed")
}
