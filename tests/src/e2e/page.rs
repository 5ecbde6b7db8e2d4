//! A page under WebDriver. Elements are named by their `data-test`, and by further attributes if need be:
//! `appointment[data-client='Ada Lovelace']`; where there is none, by their class: `.pin-said`.

use super::{PATIENCE, until};
use anyhow::{Context, Result};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};
use std::net::SocketAddr;

pub struct Page {
    client: Client,
}

const LOOK_FOR_FAULTS: &str = r#"
    const faults = [];
    for (const use of document.querySelectorAll("svg.icon use")) {
        const icon = use.getAttribute("href");
        if (!document.getElementById(icon.slice(1))) faults.push(`there is no icon ${icon}`);
    }
    const fonts = [...document.fonts];
    if (!fonts.some(font => font.status === "loaded")) faults.push("none of the fonts is loaded");
    fonts.filter(font => font.status === "error").forEach(font => faults.push(`the font ${font.family} is broken`));
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth} wide on ${clientWidth}`);
    return [...new Set(faults)];
"#;

/// `tile[data-name='Cut']` → `[data-test='tile'][data-name='Cut']`; a class stays as it is.
fn css(hook: &str) -> String {
    if hook.starts_with('.') {
        return hook.to_owned();
    }
    let (test, more) = hook.split_at(hook.find('[').unwrap_or(hook.len()));
    format!("[data-test='{test}']{more}")
}

impl Page {
    /// A new session at the driver.
    pub async fn open(driver: SocketAddr, capabilities: Map<String, Value>) -> Result<Page> {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let driver = format!("http://{driver}");
        let opened = tokio::time::timeout(PATIENCE * 2, builder.connect(&driver)).await;
        let client = opened.context("the driver does not answer")?.context("the driver opened no window")?;
        Ok(Page { client })
    }

    pub fn client(&self) -> &Client {
        &self.client
    }

    async fn find(&self, css: &str) -> Result<Element> {
        Ok(self.client.find(Locator::Css(css)).await?)
    }

    /// Waits until it is there to be seen.
    pub async fn see(&self, hook: &str) -> Result<()> {
        let css = css(hook);
        let look = async || Ok(self.find(&css).await?.is_displayed().await?.then_some(()));
        until(&format!("{hook} is to be seen"), look).await
    }

    /// Whether it is there now.
    pub async fn has(&self, hook: &str) -> Result<bool> {
        Ok(!self.client.find_all(Locator::Css(&css(hook))).await?.is_empty())
    }

    /// Clicks it as soon as it can be clicked.
    pub async fn click(&self, hook: &str) -> Result<()> {
        let css = format!("{}:not(:disabled)", css(hook));
        let look = async || {
            self.find(&css).await?.click().await?;
            Ok(Some(()))
        };
        until(&format!("{hook} can be clicked"), look).await
    }

    /// Puts `text` into a field in place of what is in it.
    pub async fn fill(&self, hook: &str, text: &str) -> Result<()> {
        let css = css(hook);
        let look = async || {
            let field = self.find(&css).await?;
            field.clear().await?;
            field.send_keys(text).await?;
            // Keys as quick as a driver's may be a scanner's: the page gives them back when it has seen that they are not.
            for _ in 0..20 {
                if field.prop("value").await?.as_deref() == Some(text) {
                    return Ok(Some(()));
                }
                tokio::time::sleep(std::time::Duration::from_millis(25)).await;
            }
            Ok(None)
        };
        until(&format!("{hook} takes \"{text}\""), look).await
    }

    /// Chooses the option that reads `label`.
    pub async fn choose(&self, hook: &str, label: &str) -> Result<()> {
        let css = css(hook);
        let look = async || {
            self.find(&css).await?.select_by_label(label).await?;
            Ok(Some(()))
        };
        until(&format!("{hook} has \"{label}\""), look).await
    }

    /// Waits until `pick` likes the attribute, and gives what it picked.
    pub async fn attr<T>(&self, hook: &str, name: &str, pick: impl Fn(&str) -> Option<T>) -> Result<T> {
        let css = css(hook);
        let look = async || {
            let value = self.find(&css).await?.attr(name).await?.with_context(|| format!("{hook} has no {name}"))?;
            pick(&value).map(Some).with_context(|| format!("{name} of {hook} is \"{value}\""))
        };
        until(&format!("{name} of {hook} is as it should be"), look).await
    }

    /// Waits until the attribute has this value.
    pub async fn is(&self, hook: &str, name: &str, value: &str) -> Result<()> {
        self.attr(hook, name, |now| (now == value).then_some(())).await
    }

    /// Waits until the text is there and `pick` likes it, and gives what it picked.
    pub async fn text<T>(&self, hook: &str, pick: impl Fn(&str) -> Option<T>) -> Result<T> {
        let css = css(hook);
        let look = async || {
            let text = self.find(&css).await?.text().await?;
            pick(&text).map(Some).with_context(|| format!("{hook} reads \"{text}\""))
        };
        until(&format!("{hook} reads as it should"), look).await
    }

    /// Waits until the text has this in it.
    pub async fn reads(&self, hook: &str, part: &str) -> Result<()> {
        self.text(hook, |text| text.contains(part).then_some(())).await
    }

    /// What a script says.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// Whether it looks as it was meant to: every icon drawn, the page's own font, nothing beyond the edges.
    pub async fn is_in_order(&self) -> Result<()> {
        // A font arrives a moment after the text that wants it.
        until("the page is in order", async || {
            let faults = self.client.execute(LOOK_FOR_FAULTS, Vec::new()).await?;
            anyhow::ensure!(faults == serde_json::json!([]), "{faults}");
            Ok(Some(()))
        })
        .await
    }

    pub async fn source(&self) -> Result<String> {
        Ok(tokio::time::timeout(PATIENCE, self.client.source()).await??)
    }
}
