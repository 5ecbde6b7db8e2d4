//! Where things are: the checkout, and the caches outside it.

use anyhow::{Context as _, Result};
use std::env;
use std::path::{Path, PathBuf};

pub struct House {
    /// The checkout.
    pub root: PathBuf,
    /// `CARGO_TARGET_DIR`: shared by every checkout on the machine, so that a fresh one reuses the dependencies.
    pub target: PathBuf,
}

impl House {
    pub fn find() -> Result<Self> {
        let root = match (env::var_os("SALON_ROOT"), env::var_os("CARGO_MANIFEST_DIR")) {
            (Some(root), _) => PathBuf::from(root),
            (None, Some(xtask)) => Path::new(&xtask).parent().context("xtask is not in a checkout")?.to_owned(),
            (None, None) => env::current_dir()?,
        };
        anyhow::ensure!(root.join("tauri.conf.json").is_file(), "{} is not the checkout: use ./x", root.display());
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(target) => std::path::absolute(target)?,
            None => cache()?.join("target"),
        };
        Ok(House { root, target })
    }

    /// What has been built with the dev profile.
    pub fn debug_bin(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(executable(name))
    }

    pub fn release_bin(&self, name: &str) -> PathBuf {
        self.target.join("release").join(executable(name))
    }

    /// The built pages.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    pub fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The pages are compiled for another machine, perhaps by another compiler: beside the target folder, not in it.
    pub fn target_page(&self, suffix: &str) -> PathBuf {
        let mut name = self.target.file_name().unwrap_or_default().to_owned();
        name.push("-page");
        name.push(suffix);
        self.target.with_file_name(name)
    }
}

fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

fn home() -> Result<PathBuf> {
    env::home_dir().context("no home folder is known: set HOME")
}

fn folder_from(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute())
}

/// Where cargo keeps the sources and programs that it fetched.
pub fn cargo_home() -> Option<PathBuf> {
    folder_from("CARGO_HOME").or_else(|| Some(env::home_dir()?.join(".cargo")))
}

/// `~/.cache/pink-blueberry`, and its counterpart elsewhere.
fn cache() -> Result<PathBuf> {
    let base = match folder_from(if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_CACHE_HOME" }) {
        Some(base) => base,
        None => home()?.join(".cache"),
    };
    Ok(base.join("pink-blueberry"))
}

/// `~/.local/share/pink-blueberry/demo`, and its counterpart elsewhere.
pub fn demo_data() -> Result<PathBuf> {
    let base = match folder_from(if cfg!(windows) { "LOCALAPPDATA" } else { "XDG_DATA_HOME" }) {
        Some(base) => base,
        None if cfg!(target_os = "macos") => home()?.join("Library/Application Support"),
        None => home()?.join(".local/share"),
    };
    Ok(base.join("pink-blueberry").join("demo"))
}
