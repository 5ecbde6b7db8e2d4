//! Reads `tauri.conf.json` at the repository's root, and sees to it that there is a page to embed.

use std::path::Path;
use std::{fs, io};

/// The page that `./x page` builds; relative to this crate, as everything here.
const PAGE: &str = "../dist/terminal";

const PLACEHOLDER: &str = "<!doctype html>
<html lang=\"en\">
<meta charset=\"utf-8\">
<title>Pink Blueberry Salon</title>
<body style=\"font: 18px/1.5 sans-serif; margin: 4rem; color: #1f1b3a; background: #f7f5fb\">
<h1>The page has not been built yet</h1>
<p>Run <code>./x page</code>, then build the window again; or start everything with <code>./x run</code>.</p>
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    make_placeholder(Path::new(PAGE))?;
    // Tauri embeds the page when this crate is compiled: a new page has to compile it again.
    println!("cargo:rerun-if-changed={PAGE}");
    let icon = tauri_build::WindowsAttributes::new().window_icon_path("icons/icon.ico");
    let attributes = tauri_build::Attributes::new().config_path("../tauri.conf.json").windows_attributes(icon);
    tauri_build::try_build(attributes).map_err(Into::into)
}

fn make_placeholder(page: &Path) -> io::Result<()> {
    let index = page.join("index.html");
    if index.exists() {
        return Ok(());
    }
    fs::create_dir_all(page)?;
    fs::write(index, PLACEHOLDER)
}
