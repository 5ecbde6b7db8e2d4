//! The terminal's real window, on a screen of its own and a D-Bus session of its own. WebKit's driver starts it.

use super::display::Display;
use super::{House, Page, Process, get, installed, until};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

pub struct Window {
    page: Page,
    display: Display,
    program: PathBuf,
    data: PathBuf,
    seen: PathBuf,
    driver: Process,
}

/// A port that is free now. (The driver can't be asked to take a free one and to say which.)
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

impl Window {
    /// Opens the window on the terminal of that name.
    pub async fn open(house: &House, terminal: &str) -> Result<Window> {
        let display = Display::open(&house.logs())?;
        let home = house.dir().join("home");
        let runtime = home.join("run");
        fs::create_dir_all(&runtime)?;
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700))?;

        let address = free_address()?;
        let mut command = Command::new(installed(&["dbus-run-session"])?);
        command.arg("--").arg(installed(&["WebKitWebDriver"])?).arg(format!("--port={}", address.port()));
        command.env("DISPLAY", display.name()).env("HOME", &home).env("XDG_RUNTIME_DIR", &runtime);
        for name in
            ["WAYLAND_DISPLAY", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "DBUS_SESSION_BUS_ADDRESS"]
        {
            command.env_remove(name);
        }
        command.env("LANG", "C.UTF-8").env("SALON_SECRETS", "file").env("NO_AT_BRIDGE", "1");
        command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1").env("LIBGL_ALWAYS_SOFTWARE", "1");
        command.env("TAURI_WEBVIEW_AUTOMATION", "true").env("TAURI_AUTOMATION", "true");
        let driver = Process::start("webkit-driver", &command, &house.logs())?;
        until("WebKit's driver answers", async || Ok(get(address, "/status")?.0.eq(&200).then_some(()))).await?;

        let program = super::built("pink-blueberry")?.canonicalize()?;
        let data = house.terminal(terminal);
        let options = json!({ "binary": &program, "args": ["--data", &data] });
        let Value::Object(wishes) = json!({ "webkitgtk:browserOptions": options }) else {
            anyhow::bail!("capabilities are an object")
        };
        let page = Page::open(address, wishes).await?;
        Ok(Window { page, display, program, data, seen: house.dir().to_owned(), driver })
    }

    pub fn page(&self) -> &Page {
        &self.page
    }

    /// Whether it looks as it was meant to, and a picture of it under that name if pictures are wanted.
    pub async fn look(&self, name: &str) -> Result<()> {
        super::shot(name).map_or(Ok(()), |file| self.display.photograph(&file))?;
        let rolls =
            self.page.run("const page = document.documentElement; return page.scrollHeight > page.clientHeight");
        ensure!(rolls.await? == false, "{name}: the page is higher than the window");
        self.page.is_in_order().await.with_context(|| name.to_owned())
    }

    /// Keeps what is on the screen if something went wrong, then closes.
    pub async fn close(self, outcome: Result<()>) -> Result<()> {
        if outcome.is_err() {
            let picture = self.display.photograph(&self.seen.join("screen.png"));
            let source = self.page.source().await;
            let source = source.and_then(|text| Ok(fs::write(self.seen.join("page.html"), text)?));
            if let Err(error) = picture.and(source) {
                eprintln!("what the window looked like could not be kept: {error:#}");
            }
            return outcome;
        }
        // What the driver calls closing kills the program, so it is asked as the end of a desktop session would.
        self.driver.ask_to_end(&self.program)?;
        let store = fs::File::open(self.data.join("lock"))?;
        until("the window lets go of its store", async || Ok(store.try_lock().is_ok().then_some(()))).await?;
        ensure!(self.data.join("window.json").is_file(), "the window died: it has not kept its size and place");
        Ok(())
    }
}
