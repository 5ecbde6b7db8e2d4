//! The demo's folder: what was made in it, and at which ports its processes were last.
//!
//! The terminal remembers its server's address, so a second start takes the same ports as long as they are free.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use std::fs::{self, File, TryLockError};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};

/// What this file says, when it is there, is that the folder is a demo of ours.
const NOTES: &str = "demo.json";

/// Where the processes would like to be; loopback only.
const FIRST_PORT: u16 = 7420;

pub struct Demo {
    pub folder: PathBuf,
    notes: Value,
    /// Held for as long as the demo runs.
    _lock: File,
}

impl Demo {
    /// Opens the folder, making it when it is not there; emptied first when it should be `fresh`.
    pub fn open(folder: PathBuf, fresh: bool) -> Result<Self> {
        fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
        let lock = lock(&folder)?;
        if fresh {
            empty(&folder)?;
        }
        let notes = match fs::read_to_string(folder.join(NOTES)) {
            Ok(text) => serde_json::from_str(&text)
                .with_context(|| format!("{NOTES} in {} is damaged: start with --fresh", folder.display()))?,
            Err(_) => json!({}),
        };
        Ok(Demo { folder, notes, _lock: lock })
    }

    pub fn server(&self) -> PathBuf {
        self.folder.join("server")
    }

    pub fn terminal(&self) -> PathBuf {
        self.folder.join("terminal")
    }

    pub fn receipts(&self) -> PathBuf {
        self.folder.join("receipts")
    }

    pub fn logs(&self) -> PathBuf {
        self.folder.join("logs")
    }

    /// What was noted under a name.
    pub fn noted(&self, name: &str) -> Option<&Value> {
        self.notes.get(name)
    }

    pub fn note(&mut self, name: &str, value: Value) -> Result<()> {
        self.notes[name] = value;
        let text = serde_json::to_string_pretty(&self.notes)?;
        fs::write(self.folder.join(NOTES), text + "\n").context("the demo's folder can't be written to")
    }

    /// Where the server is. Once a terminal knows it there, it has to stay there.
    pub fn server_address(&mut self) -> Result<SocketAddr> {
        let before = self.noted("server_port").cloned();
        let address = self.address("server", 0)?;
        let is_known = self.noted("enrolled").is_some();
        if is_known && before.as_ref() != self.noted("server_port") {
            let port = before.unwrap_or_default();
            self.note("server_port", port.clone())?;
            anyhow::bail!(
                "another program has port {port}, where this demo's terminal looks for its server.\n\
                 End that program, or have another demo with --data DIR, or a new one with --fresh"
            );
        }
        Ok(address)
    }

    /// The address of one of the processes: the one it had, or else any that is free.
    pub fn address(&mut self, name: &str, place: u16) -> Result<SocketAddr> {
        let key = format!("{name}_port");
        let wanted = self.noted(&key).and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok());
        let address = free_address(wanted.unwrap_or(FIRST_PORT + place))?;
        if wanted != Some(address.port()) {
            self.note(&key, json!(address.port()))?;
        }
        Ok(address)
    }
}

/// One demo at a time in a folder.
fn lock(folder: &Path) -> Result<File> {
    let file = File::create(folder.join("run.lock")).context("the demo's folder can't be written to")?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            anyhow::bail!("the demo in {} is running already; another one needs --data DIR", folder.display())
        }
        Err(TryLockError::Error(error)) => Err(error).context("the demo's folder can't be locked"),
    }
}

/// Removes a demo, and nothing that is not one.
fn empty(folder: &Path) -> Result<()> {
    let others: Vec<_> = fs::read_dir(folder)?.flatten().filter(|entry| entry.file_name() != "run.lock").collect();
    if others.is_empty() {
        return Ok(());
    }
    anyhow::ensure!(
        folder.join(NOTES).exists(),
        "{} holds something that is not a demo: --fresh does not remove it; name another folder",
        folder.display()
    );
    for entry in others {
        let path = entry.path();
        let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
        removed.with_context(|| format!("{} can't be removed", path.display()))?;
    }
    Ok(())
}

fn free_address(wanted: u16) -> Result<SocketAddr> {
    let listener = TcpListener::bind(("127.0.0.1", wanted)).or_else(|_| TcpListener::bind(("127.0.0.1", 0)));
    listener.and_then(|listener| listener.local_addr()).context("no port is free on the loopback interface")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-demo-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn a_second_start_finds_its_ports_and_notes_again() {
        let folder = folder("notes");
        let mut demo = Demo::open(folder.clone(), false).unwrap();
        let address = demo.address("server", 0).unwrap();
        demo.note("enrolled", json!(true)).unwrap();
        drop(demo);
        let mut again = Demo::open(folder, false).unwrap();
        assert_eq!(again.noted("enrolled"), Some(&json!(true)));
        assert_eq!(again.address("server", 0).unwrap(), address);
    }

    #[test]
    fn a_taken_port_is_not_waited_for() {
        let mut demo = Demo::open(folder("taken"), false).unwrap();
        let taken = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let holder = TcpListener::bind(taken).unwrap();
        demo.note("server_port", json!(taken.port())).unwrap();
        assert_ne!(demo.address("server", 0).unwrap(), taken);
        drop(holder);
    }

    #[test]
    fn a_server_that_a_terminal_knows_does_not_move() {
        let mut demo = Demo::open(folder("moves"), false).unwrap();
        let holder = TcpListener::bind("127.0.0.1:0").unwrap();
        let taken = holder.local_addr().unwrap().port();
        demo.note("server_port", json!(taken)).unwrap();
        demo.note("enrolled", json!(true)).unwrap();
        let error = demo.server_address().unwrap_err().to_string();
        assert!(error.contains(&taken.to_string()) && error.contains("--fresh"), "{error}");
        drop(holder);
        assert_eq!(demo.server_address().unwrap().port(), taken);
    }

    #[test]
    fn fresh_removes_a_demo_and_nothing_else() {
        let folder = folder("fresh");
        let mut demo = Demo::open(folder.clone(), false).unwrap();
        demo.note("enrolled", json!(true)).unwrap();
        drop(demo);
        assert!(Demo::open(folder.clone(), true).unwrap().noted("enrolled").is_none());
        fs::write(folder.join("thesis.txt"), "years of work").unwrap();
        assert!(Demo::open(folder.clone(), true).is_err());
        assert!(folder.join("thesis.txt").exists());
    }

    #[test]
    fn two_demos_do_not_share_a_folder() {
        let folder = folder("two");
        let _first = Demo::open(folder.clone(), false).unwrap();
        assert!(Demo::open(folder, false).is_err());
    }
}
