//! What the end-to-end tests share: the salon's programs as processes of their own ([`House`]), and the two pages as a
//! person sees them: the terminal in its real [`Window`], the console in a [`Browser`]; both driven as a [`Page`].
//!
//! `./x test` says where the programs and the pages are (`SALON_BIN_DIR`, `SALON_DIST`); without that they are looked
//! for where cargo and `./x page` put them. `SALON_SHOTS=DIR` keeps a picture of every screen the tests come by.
//!
//! Nothing here waits for a fixed time: [`until`] looks again until a deadline.

mod browser;
mod display;
mod house;
mod page;
mod process;
mod window;

pub use browser::Browser;
pub use house::{House, get, noon_zone, small_salon};
pub use page::Page;
pub use process::Process;
pub use window::Window;

use anyhow::{Context, Result, bail};
use std::env;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// How long anything may take on a slow and busy machine.
pub const PATIENCE: Duration = Duration::from_secs(60);
pub(crate) const GLANCE: Duration = Duration::from_millis(50);

/// Looks until there is something. The error says what was waited for and what was seen last.
pub async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        let seen = look().await;
        match seen {
            Ok(Some(found)) => return Ok(found),
            Ok(None) | Err(_) if start.elapsed() < PATIENCE => tokio::time::sleep(GLANCE).await,
            Ok(None) => bail!("{what}: still not after {} s", PATIENCE.as_secs()),
            Err(error) => return Err(error.context(format!("{what}: still not after {} s", PATIENCE.as_secs()))),
        }
    }
}

/// As [`until`], for tests without a runtime.
pub fn until_sync<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        match look()? {
            Some(found) => return Ok(found),
            None if start.elapsed() < PATIENCE => std::thread::sleep(GLANCE),
            None => bail!("{what}: still not after {} s", PATIENCE.as_secs()),
        }
    }
}

/// A program of this workspace, built before.
pub(crate) fn built(name: &str) -> Result<PathBuf> {
    let folder = match env::var_os("SALON_BIN_DIR") {
        Some(folder) => PathBuf::from(folder),
        // This test is in target/debug/deps.
        None => env::current_exe()?.ancestors().nth(2).context("the test is in no folder")?.to_owned(),
    };
    let program = folder.join(name);
    anyhow::ensure!(program.is_file(), "{} is not there: ./x test builds it first", program.display());
    Ok(program)
}

/// The folder of the built pages.
fn pages() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("dist");
    let folder = env::var_os("SALON_DIST").map_or(here, PathBuf::from);
    let console = folder.join("console").join("index.html");
    anyhow::ensure!(console.is_file(), "{} is not there: build the pages with ./x page", console.display());
    Ok(folder)
}

/// A program that the machine has to have; any of these names.
pub(crate) fn installed(names: &[&str]) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = names.iter().flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    found
        .into_iter()
        .find(|file| file.is_file())
        .with_context(|| format!("{} is not installed: run ./x setup", names.join(" or ")))
}

/// Where a picture of that name goes, if pictures are wanted.
fn shot(name: &str) -> Option<PathBuf> {
    let folder = PathBuf::from(env::var_os("SALON_SHOTS")?);
    std::fs::create_dir_all(&folder).ok()?;
    Some(folder.join(format!("{name}.png")))
}
