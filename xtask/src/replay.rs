//! Plays a salon's exported days through this build. The standard output is `pos replay`'s own, untouched.

use crate::cargo::{self, PROGRAMS, Profile};
use crate::house::House;
use crate::needs::Purpose;
use crate::{process, setup};
use anyhow::{Context as _, Result};
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::Command;

pub fn replay(house: &House, dir: &Path, args: &[String]) -> Result<()> {
    let dir = std::path::absolute(dir)?;
    dir.read_dir().with_context(|| format!("{} is no folder that can be read", dir.display()))?;
    // In a script there is nobody to ask; at a keyboard there is.
    let yes = !std::io::stdin().is_terminal();
    setup::setup(house, Purpose::Programs, yes)?;
    cargo::build(house, &PROGRAMS, Profile::Dev)?;
    let pos = house.debug_bin("pos");
    let folder = pos.parent().unwrap_or(&house.target);
    process::become_program(Command::new(&pos).arg("replay").arg(dir).args(args).env("SALON_BIN_DIR", folder))
}
