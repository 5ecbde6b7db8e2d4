//! Chromium without a screen.

use super::{House, Page, Process, installed};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

pub struct Browser {
    page: Page,
    seen: PathBuf,
    _driver: Process,
}

const FLAGS: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,1000",
];

impl Browser {
    /// A browser that has never been anywhere, whose clock is in `zone`.
    pub async fn open(house: &House, zone: &str) -> Result<Browser> {
        let home = house.dir().join("browser");
        std::fs::create_dir_all(&home)?;
        let chromium = installed(&["chromium", "chromium-browser", "google-chrome"])?;
        let mut command = Command::new(installed(&["chromedriver"])?);
        command.arg("--port=0").env("TZ", zone).env("HOME", &home).env("LANG", "C.UTF-8");
        let mut driver = Process::start("chromedriver", &command, &house.logs())?;
        let port: u16 =
            driver.hear(|line| line.split_once("successfully on port ")?.1.trim_end_matches('.').parse().ok())?;
        let profile = home.join("profile").display().to_string();
        let flags = FLAGS.iter().map(ToString::to_string);
        let flags: Vec<_> = flags.chain([format!("--user-data-dir={profile}"), "--lang=en-US".to_owned()]).collect();
        let Value::Object(wishes) = json!({ "goog:chromeOptions": { "binary": chromium, "args": flags } }) else {
            anyhow::bail!("capabilities are an object")
        };
        let page = Page::open(SocketAddr::from(([127, 0, 0, 1], port)), wishes).await?;
        Ok(Browser { page, seen: house.dir().to_owned(), _driver: driver })
    }

    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Whether it looks as it was meant to, and a picture of it under that name if pictures are wanted.
    pub async fn look(&self, name: &str) -> Result<()> {
        if let Some(file) = super::shot(name) {
            std::fs::write(file, self.page.client().screenshot().await?)?;
        }
        self.page.is_in_order().await.with_context(|| name.to_owned())
    }

    /// Keeps what is on the screen if something went wrong, then closes.
    pub async fn close(self, outcome: Result<()>) -> Result<()> {
        if outcome.is_err() {
            let picture = self.page.client().screenshot().await.map_err(Into::into);
            let picture = picture.and_then(|png| Ok(std::fs::write(self.seen.join("screen.png"), png)?));
            let source = self.page.source().await;
            let source = source.and_then(|text| Ok(std::fs::write(self.seen.join("page.html"), text)?));
            if let Err(error) = picture.and(source) {
                eprintln!("what the page looked like could not be kept: {error:#}");
            }
            return outcome;
        }
        self.page.client().clone().close().await.context("the browser does not close")
    }
}
