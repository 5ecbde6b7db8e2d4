//! Cargo, always with the same selection of packages: the features of dependencies are unified over the selection, so
//! a different one (`-p pos` here, `--workspace` there) would compile half of them twice.

use crate::house::{self, House};
use crate::process;
use anyhow::Result;
use std::env;
use std::ffi::OsString;
use std::process::Command;

/// Everything but the pages, which are for the browser.
pub const SELECTION: [&str; 3] = ["--workspace", "--exclude", "salon-ui"];

/// What the servers and terminals of tests and demos consist of.
pub const PROGRAMS: [&str; 3] = ["pos", "salon-server", "salon-sim"];

pub const WINDOW: &str = "pink-blueberry";

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Profile {
    Dev,
    Release,
}

/// `cargo` at the root of the checkout.
pub fn cargo(house: &House) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(program);
    command.current_dir(&house.root).env("CARGO_TARGET_DIR", &house.target);
    command
}

/// Builds programs of the workspace; cargo's own progress goes to the error stream.
pub fn build(house: &House, programs: &[&str], profile: Profile) -> Result<()> {
    let mut command = cargo(house);
    command.arg("build").args(SELECTION);
    if profile == Profile::Release {
        command.arg("--release");
    }
    programs.iter().for_each(|program| {
        command.args(["--bin", program]);
    });
    process::run(&mut command)
}

/// Whether `cargo nextest` will work.
pub fn has_nextest() -> bool {
    let program = format!("cargo-nextest{}", env::consts::EXE_SUFFIX);
    let installed = house::cargo_home().is_some_and(|home| home.join("bin").join(program).exists());
    installed || process::find("cargo-nextest").is_some()
}
