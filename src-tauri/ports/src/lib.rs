//! The device ports of a terminal: what use cases ask of hardware, and the three ways that it can end.
//!
//! No device, no IO and no thread is in here. `salon-devices` implements these traits, the composition root of
//! `salon-terminal` chooses among the implementations, and use cases know only this.

mod card;
mod display;
mod printer;
mod scanner;

pub use card::{
    CardAbilities, CardOutcome, CardPort, CardProgress, CardReceipt, CardRequest, CardResolution, CardTotal,
    CashierAnswer, DayTotals, Progress, Record,
};
pub use display::DisplayPort;
pub use printer::{
    Align, Bitmap, DrawerPort, PrintNote, Printed, PrinterPort, PrinterState, ReceiptDoc, ReceiptPart, Symbology,
};
pub use scanner::ScannerPort;

/// Why a device did not do what it was asked to. The kind decides what happens next, never the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortError {
    /// Asking again later may work: nothing has happened (no connection, busy, paper out).
    #[error("{cause}")]
    Retryable { cause: FaultCause, detail: String },
    /// Asking again will fail the same way: nothing has happened (refused, misconfigured, unsupported).
    #[error("{cause}")]
    Permanent { cause: FaultCause, detail: String },
    /// It may have happened. Ask the device, never guess, never repeat.
    #[error("the device did not say whether it happened: {cause}")]
    OutcomeUnknown { cause: FaultCause, detail: String },
}

impl PortError {
    /// The driver has no such thing.
    pub fn unsupported() -> Self {
        PortError::Permanent { cause: FaultCause::Unsupported, detail: "this driver cannot do this".into() }
    }
    pub fn cause(&self) -> FaultCause {
        match self {
            PortError::Retryable { cause, .. }
            | PortError::Permanent { cause, .. }
            | PortError::OutcomeUnknown { cause, .. } => *cause,
        }
    }
    pub fn detail(&self) -> &str {
        match self {
            PortError::Retryable { detail, .. }
            | PortError::Permanent { detail, .. }
            | PortError::OutcomeUnknown { detail, .. } => detail,
        }
    }
}

/// The faults a person can do something about. The window's message catalogue has a sentence for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCause {
    NotConnected,
    Timeout,
    LinkLost,
    PaperOut,
    CoverOpen,
    Offline,
    CutterJam,
    Busy,
    Protocol,
    Refused,
    Unsupported,
    /// The system does not let us open the device.
    AccessDenied,
    /// The device reports an error that only switching it off and on may clear.
    DeviceError,
    /// Another device answers than the one that was asked before.
    OtherDevice,
}

impl std::fmt::Display for FaultCause {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FaultCause::NotConnected => "no connection to the device",
            FaultCause::Timeout => "the device did not answer in time",
            FaultCause::LinkLost => "the connection broke",
            FaultCause::PaperOut => "the printer is out of paper",
            FaultCause::CoverOpen => "the printer's cover is open",
            FaultCause::Offline => "the device is offline",
            FaultCause::CutterJam => "the printer's cutter is jammed",
            FaultCause::Busy => "the device is busy",
            FaultCause::Protocol => "the device answered something unexpected",
            FaultCause::Refused => "the device refused",
            FaultCause::Unsupported => "the device cannot do this",
            FaultCause::AccessDenied => "the system does not let us open the device",
            FaultCause::DeviceError => "the device reports an error of its own",
            FaultCause::OtherDevice => "another device answers than the one that was asked before",
        })
    }
}
