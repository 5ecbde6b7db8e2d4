//! How devices and print jobs are called.

use crate::text::{Msg, devices as words, fault, fill, t, till};
use salon_contract::window::{DeviceRole, DeviceTrouble, DeviceView, PrintJobView};

pub fn role_icon(role: DeviceRole) -> &'static str {
    match role {
        DeviceRole::Printer => "printer",
        DeviceRole::CardTerminal => "credit-card",
        DeviceRole::Scanner => "scan-barcode",
        DeviceRole::Display => "monitor",
    }
}

pub fn role_name(role: DeviceRole) -> &'static str {
    t(match role {
        DeviceRole::Printer => words::PRINTER,
        DeviceRole::CardTerminal => words::CARD_TERMINAL,
        DeviceRole::Scanner => words::SCANNER,
        DeviceRole::Display => words::DISPLAY,
    })
}

pub fn role_key(role: DeviceRole) -> &'static str {
    match role {
        DeviceRole::Printer => "printer",
        DeviceRole::CardTerminal => "card_terminal",
        DeviceRole::Scanner => "scanner",
        DeviceRole::Display => "display",
    }
}

/// What is the matter with a device, in a sentence.
pub fn trouble_text(trouble: &DeviceTrouble) -> String {
    if trouble.warning { t(words::NEAR_END).to_owned() } else { fault(&trouble.cause) }
}

/// As people call it, or by what it does.
pub fn device_name(device: &DeviceView) -> String {
    if device.name.is_empty() { role_name(device.role).to_owned() } else { device.name.clone() }
}

/// A kind of driver: its name in the contract, what people call it, how its address looks, and an example of one.
pub struct Kind {
    pub name: &'static str,
    pub label: Msg,
    pub hint: Option<Msg>,
}

pub const KINDS: [Kind; 10] = [
    Kind { name: "escpos_tcp", label: words::ESCPOS_TCP, hint: Some(words::AT_TCP) },
    Kind { name: "escpos_usb", label: words::ESCPOS_USB, hint: Some(words::AT_USB) },
    Kind { name: "escpos_serial", label: words::ESCPOS_SERIAL, hint: Some(words::AT_SERIAL) },
    Kind { name: "zvt_tcp", label: words::ZVT_TCP, hint: Some(words::AT_TCP) },
    Kind { name: "zvt_serial", label: words::ZVT_SERIAL, hint: Some(words::AT_SERIAL) },
    Kind { name: "stripe", label: words::STRIPE, hint: Some(words::AT_READER) },
    Kind { name: "external", label: words::EXTERNAL, hint: None },
    Kind { name: "scanner_serial", label: words::SCANNER_SERIAL, hint: Some(words::AT_SERIAL) },
    Kind { name: "display_tcp", label: words::DISPLAY_TCP, hint: Some(words::AT_TCP) },
    Kind { name: "display_serial", label: words::DISPLAY_SERIAL, hint: Some(words::AT_SERIAL) },
];

pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

pub fn kind_name(name: &str) -> &str {
    kind(name).map_or(name, |kind| t(kind.label))
}

pub fn job_name(job: &PrintJobView) -> String {
    let number = job.number.map(|n| n.to_string()).unwrap_or_default();
    let name = match job.kind.as_str() {
        "receipt" => fill(words::JOB_RECEIPT, &[("n", &number)]),
        "z" => fill(words::JOB_Z, &[("n", &number)]),
        "x" => t(till::X_REPORT).to_owned(),
        "period" => t(words::JOB_PERIOD).to_owned(),
        "gift_cards" => t(words::JOB_GIFT_CARDS).to_owned(),
        "deposit" => t(crate::text::desk::DEPOSIT).to_owned(),
        "card_day" => t(words::JOB_CARD_DAY).to_owned(),
        "drawer" => t(words::JOB_DRAWER).to_owned(),
        _ => t(words::JOB_OTHER).to_owned(),
    };
    if job.copy { format!("{name} · {}", t(words::COPY)) } else { name }
}

/// Where a job stands; with its fault while that keeps it.
pub fn job_state(job: &PrintJobView) -> String {
    let state = t(match job.state.as_str() {
        "queued" => words::QUEUED,
        "sending" => words::SENDING,
        "printed" => words::PRINTED,
        "dropped" => words::DROPPED,
        _ => words::UNSURE,
    });
    let tells = |cause: &&str| matches!(job.state.as_str(), "queued" | "unsure") || *cause == "too_late";
    match job.fault.as_deref().filter(tells) {
        Some(cause) => format!("{state} · {}", fault(cause)),
        None => state.to_owned(),
    }
}
