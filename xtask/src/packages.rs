//! System packages: asked for, then installed, all at once.

use crate::process;
use crate::say;
use anyhow::{Context as _, Result, bail};
use std::io::{self, BufRead as _, IsTerminal as _, Write as _};
use std::process::Command;

/// Installs the packages, which is not empty, after asking unless `yes`.
pub fn install(packages: &[&str], yes: bool) -> Result<()> {
    let names = packages.join(" ");
    if process::find("apt-get").is_none() {
        bail!(
            "these are missing, and only Debian's and Ubuntu's packages are known here:\n  {names}\n\
             install what your system calls them, then start this again"
        );
    }
    let by_hand = format!("apt-get install --no-install-recommends {names}");
    let Some(become_root) = root() else {
        bail!("packages are missing, and neither are you root nor is there sudo. As root, do:\n  {by_hand}");
    };
    if !yes && !agreed(&names)? {
        bail!("packages are missing. Start this again with --yes, or do as root:\n  {by_hand}");
    }
    say::line(format!("      installing {names}"));
    if let Err(error) = process::run(&mut apt(become_root, &["update", "-q"])) {
        say::line(format!("      the package lists are as they were: {error:#}"));
    }
    let mut command = apt(become_root, &["install", "-y", "-q", "--no-install-recommends"]);
    process::run(command.args(packages)).with_context(|| format!("not everything could be installed: {names}"))
}

/// What to put before a command that needs root: nothing, or sudo.
fn root() -> Option<&'static [&'static str]> {
    let is_root = process::answer(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    match is_root {
        true => Some(&["env"]),
        false if process::find("sudo").is_some() => Some(&["sudo", "env"]),
        false => None,
    }
}

fn apt(become_root: &[&str], args: &[&str]) -> Command {
    let mut command = Command::new(become_root[0]);
    command.args(&become_root[1..]).args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(args);
    // No progress bar, and patience with another installation that is under way.
    command.args(["-o", "Dpkg::Use-Pty=0", "-o", "DPkg::Lock::Timeout=300"]);
    command
}

fn agreed(names: &str) -> Result<bool> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return Ok(false);
    }
    eprint!("      install these system packages?\n        {names}\n      [Y/n] ");
    io::stderr().flush()?;
    let mut answer = String::new();
    stdin.lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "" | "y" | "yes" | "j" | "ja" | "o" | "oui")
        && answer.ends_with('\n'))
}
