//! The bars, measured by `salon-bench` (in `tests/`), optimised.

use crate::cargo::{self, Profile};
use crate::house::House;
use crate::needs::Purpose;
use crate::{process, setup};
use anyhow::Result;
use std::process::Command;

pub fn bench(house: &House, args: &[String]) -> Result<()> {
    setup::setup(house, Purpose::Programs, false)?;
    cargo::build(house, &["pos", "salon-server", "salon-sim", "salon-bench"], Profile::Release)?;
    let bench = house.release_bin("salon-bench");
    let folder = bench.parent().unwrap_or(&house.target);
    process::become_program(Command::new(&bench).args(args).env("SALON_BIN_DIR", folder))
}
