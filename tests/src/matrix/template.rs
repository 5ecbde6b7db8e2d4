//! A terminal that was enrolled once, at a real server; every cell gets a copy of its folder. The server is gone then:
//! what is tested here has to work without it.

use crate::e2e::{Process, built, small_salon};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

pub struct Template {
    dir: TempDir,
}

impl Template {
    pub fn new() -> Result<Template> {
        let dir = tempfile::Builder::new().prefix("salon-matrix-").tempdir()?;
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("page"))?;
        fs::write(at("page").join("index.html"), "<!doctype html><title>nobody looks</title>")?;
        fs::write(at("tenant.json"), serde_json::to_vec(&small_salon()?)?)?;
        let salon_server = |subcommand: &str| -> Result<Command> {
            let mut command = Command::new(built("salon-server")?);
            command.arg(subcommand).arg("--data").arg(at("server"));
            Ok(command)
        };
        last_json(salon_server("provision")?.arg("--file").arg(at("tenant.json")))?;
        let mut serve = salon_server("serve")?;
        serve.args(["--listen", "127.0.0.1:0"]);
        let mut server = Process::start("server", &serve, dir.path())?;
        let address = server.hear(|line| line.strip_prefix("listening on ").map(str::to_owned))?;
        let paired = last_json(salon_server("pair")?.args(["--branch", "Harbour", "--name", "Till"]))?;
        let code = paired["code"].as_str().context("no code")?;
        let mut enrol = Command::new(built("pos")?);
        enrol.args(["enrol", "--server", &address, "--code", code, "--json", "--data"]).arg(at("till"));
        last_json(&mut enrol)?;
        server.stop()?;
        Ok(Template { dir })
    }

    /// A folder that `pos window` takes for the page.
    pub fn page(&self) -> PathBuf {
        self.dir.path().join("page")
    }

    /// The terminal once more, in a new folder `to`.
    pub fn copy_to(&self, to: &Path) -> Result<()> {
        fs::create_dir_all(to)?;
        for entry in fs::read_dir(self.dir.path().join("till"))? {
            let file = entry?.path();
            let name = file.file_name().context("an entry has a name")?;
            ensure!(file.is_file(), "{} is not a file: how is it copied?", file.display());
            fs::copy(&file, to.join(name))?;
        }
        Ok(())
    }
}

/// Runs a program to its end and gives the JSON of the last line that it says.
pub fn last_json(command: &mut Command) -> Result<Value> {
    let shown = format!("{command:?}");
    let output = command.env("SALON_SECRETS", "file").stdin(Stdio::null()).output()?;
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{shown} ended with {}: {said}{errors}", output.status);
    let last = said.lines().next_back().with_context(|| format!("{shown} said nothing"))?;
    serde_json::from_str(last).with_context(|| format!("{shown} said no JSON: {last}"))
}
