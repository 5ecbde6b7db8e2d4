use super::device::DeviceRole;
use super::scan::ScanView;
use super::view::SyncView;
use salon_domain::kernel::PaymentId;
use serde::{Deserialize, Serialize};

/// What the terminal tells the window unasked. The window asks again for what it shows of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "notice", rename_all = "snake_case")]
pub enum Notice {
    /// The book of `date` changed, here or on another device.
    Book {
        date: String,
    },
    Clients,
    Catalog,
    Till,
    Stock,
    Sync {
        sync: SyncView,
    },
    Card {
        payment: PaymentId,
        stage: CardStage,
    },
    /// A device has a fault: `cause` is a `FaultCause`.
    DeviceFault {
        role: DeviceRole,
        cause: String,
    },
    /// It is well (again), or warns of something (`paper_near_end`).
    DeviceWell {
        role: DeviceRole,
        warning: Option<String>,
    },
    /// The print queue changed.
    Printing,
    /// How something that is sent to a client stands.
    Messages,
    /// The client's screen shows something else.
    Customer,
    /// A scanner on a wire of its own read something.
    Scanned {
        view: ScanView,
    },
}

/// Where a card payment stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "snake_case")]
pub enum CardStage {
    Connecting,
    /// The card terminal's intermediate status code (PA00P015).
    Status {
        code: u8,
    },
    /// The card terminal's own words.
    Text {
        text: String,
    },
    /// The cashier says what a terminal that is not connected to us said: `AnswerCard`.
    Confirm,
    Recovering,
    Ended,
}
