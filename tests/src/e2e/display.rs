use super::Process;
use anyhow::{Context, Result};
use std::path::Path;
use std::process::Command;

/// A screen that nobody sees.
pub struct Display {
    number: u32,
    _server: Process,
}

impl Display {
    pub fn open(logs: &Path) -> Result<Display> {
        let mut command = Command::new(super::installed(&["Xvfb"])?);
        // It takes the first free number and says which.
        command.args(["-displayfd", "1", "-screen", "0", "1280x800x24", "-nolisten", "tcp"]);
        let mut server = Process::start("xvfb", &command, logs)?;
        let number = server.hear(|line| line.trim().parse().ok())?;
        Ok(Display { number, _server: server })
    }

    pub fn name(&self) -> String {
        format!(":{}", self.number)
    }

    /// Everything on the screen as a picture. (The WebKit driver's own screenshot hangs under Xvfb.)
    pub fn photograph(&self, file: &Path) -> Result<()> {
        let mut import = Command::new(super::installed(&["import"])?);
        let output = import.args(["-display", &self.name(), "-window", "root"]).arg(file).output()?;
        anyhow::ensure!(output.status.success(), "import: {}", String::from_utf8_lossy(&output.stderr));
        file.metadata().map(drop).with_context(|| format!("{} was not written", file.display()))
    }
}
