//! What the pages take from npm: `wasm-opt`, the font, the icons. Exactly what `ui/package-lock.json` names.

use crate::house::House;
use crate::process;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// Whether what is installed is what the lock file names.
pub fn is_there(house: &House) -> bool {
    fs::read(stamp(house)).is_ok_and(|installed| fs::read(lock(house)).is_ok_and(|wanted| wanted == installed))
}

pub fn install(house: &House) -> Result<()> {
    let npm = process::find("npm").context("npm is missing: ./x setup gets it")?;
    process::run(Command::new(npm).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(house.ui()))
        .context("the pages' npm packages could not be fetched; is there a network?")?;
    fs::copy(lock(house), stamp(house)).context("ui/node_modules can't be written to")?;
    Ok(())
}

/// A program that an npm package brought.
pub fn program(house: &House, name: &str) -> Result<Command> {
    let file =
        house.ui().join("node_modules/.bin").join(if cfg!(windows) { format!("{name}.cmd") } else { name.into() });
    anyhow::ensure!(file.exists(), "{name} is missing: ./x setup gets it");
    Ok(Command::new(file))
}

fn lock(house: &House) -> PathBuf {
    house.ui().join("package-lock.json")
}

/// A copy of the lock file, made when everything in it had been installed.
fn stamp(house: &House) -> PathBuf {
    house.ui().join("node_modules/.installed-lock.json")
}
