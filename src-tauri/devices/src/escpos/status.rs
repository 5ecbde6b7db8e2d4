//! Real-time status: `DLE EOT n` asks, the printer answers with one byte, even when it is offline or its buffer is full.

use super::{DLE, EOT};
use salon_ports::{FaultCause, PrinterState};

/// What `DLE EOT n` can ask for; the discriminant is `n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusKind {
    Printer = 1,
    OfflineCause = 2,
    ErrorCause = 3,
    PaperSensor = 4,
}

pub const STATUS_KINDS: [StatusKind; 4] =
    [StatusKind::Printer, StatusKind::OfflineCause, StatusKind::ErrorCause, StatusKind::PaperSensor];

impl StatusKind {
    pub fn request(self) -> [u8; 3] {
        [DLE, EOT, self as u8]
    }
}

/// In every answer bits 1 and 4 are on, and bits 0 and 7 are off.
const FIXED_MASK: u8 = 0b1001_0011;
const FIXED_BITS: u8 = 0b0001_0010;

/// Whether `byte` can be an answer to `DLE EOT`. Bytes that cannot are left over from something else.
pub fn is_status_byte(byte: u8) -> bool {
    byte & FIXED_MASK == FIXED_BITS
}

/// The answers to `n` = 1 to 4, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusBytes(pub [u8; 4]);

const OFFLINE: u8 = 1 << 3;
const DRAWER_PIN_HIGH: u8 = 1 << 2;
const COVER_OPEN: u8 = 1 << 2;
const STOPPED_BY_PAPER_END: u8 = 1 << 5;
const CUTTER_ERROR: u8 = 1 << 3;
const PAPER_NEAR_END: u8 = 0b0000_1100;
const PAPER_END: u8 = 0b0110_0000;

impl StatusBytes {
    pub fn state(&self, drawer_open_is_high: bool) -> PrinterState {
        let [printer, offline_cause, error_cause, paper] = self.0;
        PrinterState {
            online: printer & OFFLINE == 0,
            drawer_open: (printer & DRAWER_PIN_HIGH != 0) == drawer_open_is_high,
            cover_open: offline_cause & COVER_OPEN != 0,
            cutter_error: error_cause & CUTTER_ERROR != 0,
            paper_near_end: paper & PAPER_NEAR_END != 0,
            paper_out: paper & PAPER_END != 0 || offline_cause & STOPPED_BY_PAPER_END != 0,
        }
    }

    /// The answers of a printer in `state`.
    pub fn of(state: &PrinterState, drawer_open_is_high: bool) -> Self {
        let bit = |set: bool, bits: u8| if set { bits } else { 0 };
        let pin_high = state.drawer_open == drawer_open_is_high;
        StatusBytes([
            FIXED_BITS | bit(!state.online, OFFLINE) | bit(pin_high, DRAWER_PIN_HIGH),
            FIXED_BITS | bit(state.cover_open, COVER_OPEN) | bit(state.paper_out, STOPPED_BY_PAPER_END),
            FIXED_BITS | bit(state.cutter_error, CUTTER_ERROR),
            FIXED_BITS | bit(state.paper_near_end, PAPER_NEAR_END) | bit(state.paper_out, PAPER_END),
        ])
    }
}

/// What keeps a printer in `state` from printing, the cause before its consequence.
pub fn fault_of(state: &PrinterState) -> Option<FaultCause> {
    let checks = [
        (state.cover_open, FaultCause::CoverOpen),
        (state.paper_out, FaultCause::PaperOut),
        (state.cutter_error, FaultCause::CutterJam),
        (!state.online, FaultCause::Offline),
    ];
    checks.into_iter().find_map(|(faulty, cause)| faulty.then_some(cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_bits_of_the_command_reference() {
        let well = StatusBytes([0x12, 0x12, 0x12, 0x12]).state(true);
        assert_eq!(well, PrinterState { online: true, ..PrinterState::default() });
        assert_eq!(fault_of(&well), None);
        let paper_out = StatusBytes([0x1A, 0x32, 0x12, 0x72]).state(true);
        assert!(paper_out.paper_out && !paper_out.online);
        assert_eq!(fault_of(&paper_out), Some(FaultCause::PaperOut));
        let cover = StatusBytes([0x1E, 0x16, 0x12, 0x12]).state(true);
        assert!(cover.cover_open && cover.drawer_open);
        assert_eq!(fault_of(&cover), Some(FaultCause::CoverOpen));
        assert_eq!(fault_of(&StatusBytes([0x1A, 0x52, 0x1A, 0x12]).state(true)), Some(FaultCause::CutterJam));
        assert!(StatusBytes([0x12, 0x12, 0x12, 0x1E]).state(true).paper_near_end);
        assert!(StatusBytes([0x12; 4]).state(false).drawer_open);
    }

    proptest! {
        #[test]
        fn states_survive_the_wire(bits in any::<[bool; 6]>(), high in any::<bool>()) {
            let [online, cover_open, paper_near_end, paper_out, cutter_error, drawer_open] = bits;
            let state = PrinterState { online, cover_open, paper_near_end, paper_out, cutter_error, drawer_open };
            let bytes = StatusBytes::of(&state, high);
            prop_assert!(bytes.0.iter().all(|byte| is_status_byte(*byte)));
            prop_assert_eq!(bytes.state(high), state);
        }
    }
}
