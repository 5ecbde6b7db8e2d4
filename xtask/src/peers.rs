//! Other people's programs that the printer simulator and our receipts are tried against: python-escpos, receiptline and
//! receiptio, exactly the versions that `tests/peers` names. In the cache beside the target folder: only tests use them.

use crate::house::House;
use crate::process;
use anyhow::{Context as _, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// What is copied from `tests/peers`, and together says what has to be installed.
const FILES: [&str; 3] = ["requirements.txt", "package.json", "package-lock.json"];

/// Where they are, for the tests' `SALON_PEERS`.
pub fn folder(house: &House) -> PathBuf {
    house.target.with_file_name("peers")
}

pub fn is_there(house: &House) -> bool {
    let wanted = house.root.join("tests/peers");
    FILES.iter().all(|name| {
        let installed = fs::read(folder(house).join(".installed").join(name));
        installed.is_ok_and(|installed| fs::read(wanted.join(name)).is_ok_and(|wanted| wanted == installed))
    })
}

pub fn install(house: &House) -> Result<()> {
    let (folder, wanted) = (folder(house), house.root.join("tests/peers"));
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{} can't be removed", folder.display()))?;
    }
    fs::create_dir_all(folder.join(".installed")).with_context(|| format!("{} can't be made", folder.display()))?;
    let venv = folder.join("venv");
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&venv)).context("no Python environment")?;
    let mut pip = Command::new(venv.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"]);
    process::run(pip.arg(wanted.join("requirements.txt"))).context("python-escpos could not be fetched")?;
    for name in ["package.json", "package-lock.json"] {
        fs::copy(wanted.join(name), folder.join(name))?;
    }
    let npm = process::find("npm").context("npm is missing: ./x setup gets it")?;
    let mut npm = Command::new(npm);
    npm.args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(&folder);
    process::run(&mut npm).context("receiptline and receiptio could not be fetched")?;
    for name in FILES {
        fs::copy(wanted.join(name), folder.join(".installed").join(name))?;
    }
    Ok(())
}
