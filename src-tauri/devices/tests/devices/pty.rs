//! A serial cable: two pseudo-terminals that socat joins. Pulled out by ending socat, plugged in again by another one.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use tempfile::TempDir;

pub struct Cable {
    folder: TempDir,
    socat: Option<Socat>,
}

struct Socat {
    process: Child,
    /// Kept open: it ends when it cannot say something.
    _says: BufReader<ChildStderr>,
}

impl Cable {
    pub fn plugged_in() -> Cable {
        let mut cable = Cable { folder: tempfile::tempdir().unwrap(), socat: None };
        cable.plug_in();
        cable
    }

    /// The end that the till opens.
    pub fn till(&self) -> PathBuf {
        self.folder.path().join("till")
    }

    /// The end that the device opens.
    pub fn device(&self) -> PathBuf {
        self.folder.path().join("device")
    }

    pub fn plug_in(&mut self) {
        let end = |path: &Path| format!("pty,raw,echo=0,link={}", path.display());
        let mut socat = Command::new("socat")
            .args(["-d", "-d", &end(&self.till()), &end(&self.device())])
            .stderr(Stdio::piped())
            .spawn()
            .expect("socat is missing: run ./x setup");
        let mut says = BufReader::new(socat.stderr.take().unwrap());
        // It says so when both ends are there.
        let mut said = String::new();
        while !said.contains("starting data transfer loop") {
            assert!(says.read_line(&mut said).unwrap() > 0, "socat ended: {said}");
        }
        self.socat = Some(Socat { process: socat, _says: says });
    }

    /// Both ends are gone, as when a USB cable is pulled out.
    pub fn pull_out(&mut self) {
        if let Some(mut socat) = self.socat.take() {
            let _ = socat.process.kill();
            let _ = socat.process.wait();
        }
        // socat clears up after itself, but not when it is killed.
        for end in [self.till(), self.device()] {
            let _ = std::fs::remove_file(end);
        }
    }
}

impl Drop for Cable {
    fn drop(&mut self) {
        self.pull_out();
    }
}
