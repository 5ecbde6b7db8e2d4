//! `pos devices`: finding, adding, trying and removing devices, and reading what was on their wires.

use super::{Cli, Till};
use base64::Engine as _;
use clap::{Subcommand, ValueEnum};
use salon_contract::window::{Ask, AssignDevice, DeviceView, Devices, DevicesView, RemoveDevice, SaveLogo, TestDevice};
use salon_domain::access::Role;
use salon_terminal::app::App;
use salon_terminal::compose::AppConfig;
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

#[derive(Subcommand)]
pub enum DevicesCommand {
    /// What this terminal has, and how each of it is.
    List,
    /// Look for devices: serial ports, USB, and the local network when asked to.
    Find {
        /// Look through this computer's private networks too.
        #[arg(long)]
        network: bool,
    },
    /// Add a device and give it its kind of work: `escpos_tcp:HOST:PORT`, `escpos_serial:PATH@BAUD`,
    /// `escpos_usb:VENDOR:PRODUCT`, `zvt_tcp:HOST:PORT`, `zvt_serial:PATH@BAUD`, `stripe:READER`, `external:`,
    /// `scanner_serial:PATH@BAUD`, `display_tcp:HOST:PORT`, `display_serial:PATH@BAUD`.
    Add {
        device: String,
        /// What people call it.
        #[arg(long, default_value = "")]
        name: String,
        /// A setting of its kind, e.g. `columns=32`, `code_page=cp1252`, `password=123456`, `card_timeout_s=60`.
        #[arg(long = "option", value_name = "NAME=VALUE", value_parser = option)]
        options: Vec<(String, String)>,
        /// Take away all others of its kind of work.
        #[arg(long)]
        only: bool,
    },
    /// Give a kind of work to this device; by its name, or the beginning of its id.
    Assign { device: String },
    /// Take a device away.
    Remove { device: String },
    /// Try each device that is at work, or this one.
    Test { device: Option<String> },
    /// Print a picture (PNG) at the head of receipts; `none` takes it away.
    Logo { file: String },
    /// What bytes from a device's wire mean: one JSON object for each frame or command.
    Decode {
        protocol: Protocol,
        /// A file, or the bytes in hex.
        input: String,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Protocol {
    /// Card terminals: plain messages as on TCP, or serial frames; which of them is seen by itself.
    Zvt,
    /// Receipt printers.
    Escpos,
}

fn option(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or_else(|| format!("\"{text}\" has to be NAME=VALUE"))?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}

pub fn run(cli: &Cli, command: &DevicesCommand) -> anyhow::Result<ExitCode> {
    match command {
        DevicesCommand::List => {
            let app = open(cli, false)?;
            app.look_at_printer();
            app.look_at_card_terminal();
            cli.answer(&view(&app)?)
        }
        DevicesCommand::Find { network } => {
            let found = open(cli, false)?.ask(salon_contract::window::FindDevices { network: *network }.call())?;
            cli.answer(&found)
        }
        DevicesCommand::Add { device, name, options, only } => {
            let currency = cli.app(AppConfig::quiet(cli.data()?))?.catalog()?.branch.currency;
            let added = cli.open()?.add_device(device, name, options, currency, *only)?;
            let app = open(cli, false)?;
            let all = view(&app)?;
            let added = all.devices.iter().find(|device| device.id == added.id);
            cli.answer(&added)
        }
        DevicesCommand::Assign { device } => {
            let app = open(cli, false)?;
            let id = named(&app, device)?.id;
            cli.answer(&app.ask(AssignDevice { id, assigned: true }.call())?)
        }
        DevicesCommand::Remove { device } => {
            let app = open(cli, false)?;
            let id = named(&app, device)?.id;
            cli.answer(&app.ask(RemoveDevice { id }.call())?)
        }
        DevicesCommand::Test { device } => test(cli, device.as_deref()),
        DevicesCommand::Logo { file } => logo(cli, file),
        DevicesCommand::Decode { protocol, input } => decode(cli, *protocol, input),
    }
}

/// The terminal, acting as its owner: whoever may run commands has the computer already.
pub(super) fn open(cli: &Cli, print: bool) -> anyhow::Result<Till> {
    let app = cli.app(AppConfig { print, ..AppConfig::quiet(cli.data()?) })?;
    let catalog = app.catalog()?;
    let owner = catalog.staff.iter().find(|person| person.active && person.role == Role::Admin);
    let owner = owner.or_else(|| catalog.staff.iter().find(|person| person.active && person.role == Role::Manager));
    if let Some(owner) = owner {
        app.act_as(owner.id);
    }
    Ok(app)
}

fn view(app: &App) -> anyhow::Result<DevicesView> {
    Ok(serde_json::from_value(app.ask(Devices {}.call())?)?)
}

fn named(app: &App, text: &str) -> anyhow::Result<DeviceView> {
    let all = view(app)?.devices;
    let is_it = |device: &&DeviceView| {
        (!device.name.is_empty() && device.name == text) || (text.len() >= 4 && device.id.to_string().starts_with(text))
    };
    let mut found = all.iter().filter(is_it);
    match (found.next(), found.next()) {
        (Some(device), None) => Ok(device.clone()),
        (Some(_), Some(_)) => anyhow::bail!("more than one device is called \"{text}\": use more of its id"),
        (None, _) => anyhow::bail!("no device is called \"{text}\": `pos devices list` has their names and ids"),
    }
}

fn test(cli: &Cli, which: Option<&str>) -> anyhow::Result<ExitCode> {
    let app = open(cli, true)?;
    let devices = match which {
        Some(text) => vec![named(&app, text)?],
        None => view(&app)?.devices.into_iter().filter(|device| device.assigned).collect(),
    };
    let mut all_well = true;
    let mut said = Vec::new();
    for device in devices {
        let verdict = match app.ask(TestDevice { id: device.id }.call()) {
            Ok(words) => json!({ "well": true, "lines": words["lines"] }),
            Err(failure) => {
                all_well = false;
                json!({ "well": false, "failure": failure })
            }
        };
        said.push(json!({ "device": device.id, "name": device.name, "kind": device.kind, "test": verdict }));
    }
    cli.answer(&said)?;
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn logo(cli: &Cli, file: &str) -> anyhow::Result<ExitCode> {
    let png = match file {
        "none" => None,
        file => {
            let bytes = std::fs::read(file).map_err(|error| anyhow::anyhow!("{file}: {error}"))?;
            Some(base64::engine::general_purpose::STANDARD.encode(bytes))
        }
    };
    let has_logo = png.is_some();
    open(cli, false)?.ask(SaveLogo { png }.call())?;
    cli.answer(&json!({ "logo": has_logo }))
}

/// Needs no store. Prints one object a line, so that a long capture can be looked through with other tools.
fn decode(cli: &Cli, protocol: Protocol, input: &str) -> anyhow::Result<ExitCode> {
    let bytes = bytes_of(input)?;
    let found = match protocol {
        Protocol::Zvt => salon_devices::zvt::describe(&bytes),
        Protocol::Escpos => salon_devices::escpos::decode::describe(&bytes),
    };
    for object in &found {
        let text = if cli.json { serde_json::to_string(object)? } else { serde_json::to_string_pretty(object)? };
        println!("{text}");
    }
    let wrong = |object: &Value| object.get("error").is_some();
    Ok(if found.iter().any(wrong) { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A file of that name, else hex digits with whatever spaces and colons they were copied with. A file that holds hex
/// digits and nothing else is read as those too.
fn bytes_of(input: &str) -> anyhow::Result<Vec<u8>> {
    let path = Path::new(input);
    if path.is_file() {
        let bytes = std::fs::read(path).map_err(|error| anyhow::anyhow!("{input}: {error}"))?;
        let text = std::str::from_utf8(&bytes).ok().and_then(hex);
        return Ok(text.unwrap_or(bytes));
    }
    hex(input).ok_or_else(|| anyhow::anyhow!("\"{input}\" is neither a file nor bytes in hex"))
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, ':' | '-' | ',')).collect();
    let digits = digits.strip_prefix("0x").unwrap_or(&digits);
    if digits.is_empty() || !digits.len().is_multiple_of(2) || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hex_is_read_as_it_is_copied() {
        assert_eq!(hex("06 01 07\n04:00-00"), Some(vec![6, 1, 7, 4, 0, 0]));
        assert_eq!(hex("0x1b40"), Some(vec![0x1b, 0x40]));
        assert_eq!(hex("1b4"), None);
        assert_eq!(hex("hello"), None);
        assert_eq!(hex(""), None);
    }
}
