//! Which Rust compiles the pages: the standard library for wasm32 has to come from somewhere.
//!
//! Rustup's is the usual one. Where rustup can't fetch it, Debian has a compiler of its own for the browser
//! (`rustc-web`), with the library's source: cargo builds that along, once. `SALON_PAGE_COMPILER=rustup|debian`
//! decides by hand.

use crate::cargo::cargo;
use crate::house::{self, House};
use crate::process;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// What Debian's compiler consists of. `rust-lld`, which links, is a link to `lld-22`.
pub const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "rust-web-src", "rust-web-llvm", "lld-22"];
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_SOURCE: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compiler {
    Rustup,
    Debian,
}

impl Compiler {
    pub fn name(self) -> &'static str {
        match self {
            Compiler::Rustup => "Rust for the browser",
            Compiler::Debian => "Rust for the browser (Debian's)",
        }
    }

    /// Each in a folder of its own: another compiler would make the other's work worthless.
    pub fn target_dir(self, house: &House) -> PathBuf {
        house.target_page(match self {
            Compiler::Rustup => "",
            Compiler::Debian => "-debian",
        })
    }

    /// `cargo build` for the browser.
    pub fn build(self, house: &House) -> Command {
        let mut command = cargo(house);
        command.arg("build");
        if self == Compiler::Debian {
            command.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1").args(["-Z", "build-std=std,panic_abort"]);
        }
        command.args(["--target", TARGET]).env("CARGO_TARGET_DIR", self.target_dir(house));
        if let Some(registry) = house::cargo_home() {
            // The pages hold the places of possible panics: nobody needs to read in them whose machine built them.
            command.env("CARGO_ENCODED_RUSTFLAGS", format!("--remap-path-prefix={}=cargo", registry.display()));
        }
        command
    }
}

/// The compiler that is ready, if one is.
pub fn ready(house: &House) -> Result<Option<Compiler>> {
    Ok(match by_hand()? {
        Some(Compiler::Rustup) => rustup_is_ready(house).then_some(Compiler::Rustup),
        Some(Compiler::Debian) => debian_is_ready().then_some(Compiler::Debian),
        None if rustup_is_ready(house) => Some(Compiler::Rustup),
        None => debian_is_ready().then_some(Compiler::Debian),
    })
}

/// The compiler that is ready; an error that says how to get one.
pub fn chosen(house: &House) -> Result<Compiler> {
    match ready(house)? {
        Some(compiler) => Ok(compiler),
        None => bail!("there is no Rust for the browser: ./x setup gets it"),
    }
}

/// Asks rustup for its target. It answers at once when it can't.
pub fn fetch_from_rustup(house: &House) -> Result<bool> {
    if by_hand()? == Some(Compiler::Debian) || process::find("rustup").is_none() {
        return Ok(false);
    }
    Ok(process::succeeds(Command::new("rustup").current_dir(&house.root).args(["target", "add", TARGET])))
}

fn by_hand() -> Result<Option<Compiler>> {
    match std::env::var("SALON_PAGE_COMPILER").as_deref() {
        Ok("rustup") => Ok(Some(Compiler::Rustup)),
        Ok("debian") => Ok(Some(Compiler::Debian)),
        Ok("") | Err(_) => Ok(None),
        Ok(other) => bail!("SALON_PAGE_COMPILER is rustup or debian, not {other}"),
    }
}

fn rustup_is_ready(house: &House) -> bool {
    let question = ["--print", "target-libdir", "--target", TARGET];
    let Ok(folder) = process::answer(Command::new("rustc").current_dir(&house.root).args(question)) else {
        return false;
    };
    let Ok(files) = Path::new(folder.trim()).read_dir() else { return false };
    files.flatten().any(|file| file.file_name().to_string_lossy().starts_with("libcore-"))
}

fn debian_is_ready() -> bool {
    Path::new(DEBIAN_SOURCE).exists() && Path::new(DEBIAN_RUSTC).exists() && process::find("rust-lld").is_some()
}
