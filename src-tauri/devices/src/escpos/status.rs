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

// n = 1
const DRAWER_PIN_HIGH: u8 = 1 << 2;
const OFFLINE: u8 = 1 << 3;
const WAITS_FOR_RECOVERY: u8 = 1 << 5;
const FEED_BUTTON: u8 = 1 << 6;
// n = 2
const COVER_OPEN: u8 = 1 << 2;
const FED_BY_BUTTON: u8 = 1 << 3;
const STOPPED_BY_PAPER_END: u8 = 1 << 5;
const ERROR: u8 = 1 << 6;
// n = 3
const MECHANICAL_ERROR: u8 = 1 << 2;
const CUTTER_ERROR: u8 = 1 << 3;
const UNRECOVERABLE_ERROR: u8 = 1 << 5;
const AUTO_RECOVERABLE_ERROR: u8 = 1 << 6;
// n = 4
const PAPER_NEAR_END: u8 = 0b0000_1100;
const PAPER_END: u8 = 0b0110_0000;

/// What the four answers say beyond a [`PrinterState`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Trouble {
    /// Something is stuck; it goes on after somebody has freed it (older printers).
    pub mechanical: bool,
    /// Only switching it off and on may help.
    pub unrecoverable: bool,
    /// It goes on by itself: the head has to cool down, the voltage has to come back.
    pub auto_recoverable: bool,
    /// Somebody feeds paper with the button.
    pub feeding: bool,
    /// The cause is gone, and somebody has to press the button.
    pub waits_for_recovery: bool,
}

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

    pub fn trouble(&self) -> Trouble {
        let [printer, offline_cause, error_cause, _] = self.0;
        Trouble {
            mechanical: error_cause & MECHANICAL_ERROR != 0,
            unrecoverable: error_cause & UNRECOVERABLE_ERROR != 0,
            auto_recoverable: error_cause & AUTO_RECOVERABLE_ERROR != 0,
            feeding: printer & FEED_BUTTON != 0 || offline_cause & FED_BY_BUTTON != 0,
            waits_for_recovery: printer & WAITS_FOR_RECOVERY != 0,
        }
    }

    /// The answers of a printer in `state`.
    pub fn of(state: &PrinterState, drawer_open_is_high: bool) -> Self {
        StatusBytes::with_trouble(state, &Trouble::default(), drawer_open_is_high)
    }

    /// The answers of a printer in `state` that has `trouble`.
    pub fn with_trouble(state: &PrinterState, trouble: &Trouble, drawer_open_is_high: bool) -> Self {
        let pin_high = state.drawer_open == drawer_open_is_high;
        let error = state.cutter_error || trouble.mechanical || trouble.unrecoverable || trouble.auto_recoverable;
        StatusBytes([
            FIXED_BITS
                | bit(!state.online, OFFLINE)
                | bit(pin_high, DRAWER_PIN_HIGH)
                | bit(trouble.waits_for_recovery, WAITS_FOR_RECOVERY)
                | bit(trouble.feeding, FEED_BUTTON),
            FIXED_BITS
                | bit(state.cover_open, COVER_OPEN)
                | bit(trouble.feeding, FED_BY_BUTTON)
                | bit(state.paper_out, STOPPED_BY_PAPER_END)
                | bit(error, ERROR),
            FIXED_BITS
                | bit(trouble.mechanical, MECHANICAL_ERROR)
                | bit(state.cutter_error, CUTTER_ERROR)
                | bit(trouble.unrecoverable, UNRECOVERABLE_ERROR)
                | bit(trouble.auto_recoverable, AUTO_RECOVERABLE_ERROR),
            FIXED_BITS | bit(state.paper_near_end, PAPER_NEAR_END) | bit(state.paper_out, PAPER_END),
        ])
    }

    /// What keeps the printer from printing, the cause before its consequence, and more of it in words.
    pub fn fault(&self) -> Option<(FaultCause, &'static str)> {
        let (state, trouble) = (self.state(true), self.trouble());
        let unnamed_error = self.0[1] & ERROR != 0;
        let checks = [
            // An open cover overheats nothing and cuts nothing, but some printers report it as such an error too.
            (state.cover_open, FaultCause::CoverOpen, "the cover is open"),
            (state.paper_out, FaultCause::PaperOut, "the paper is at its end"),
            (state.cutter_error, FaultCause::CutterJam, "the cutter is stuck"),
            (trouble.unrecoverable, FaultCause::DeviceError, "an error that it cannot recover from"),
            (trouble.mechanical, FaultCause::DeviceError, "a mechanical error"),
            (
                trouble.auto_recoverable,
                FaultCause::DeviceError,
                "an error that it recovers from by itself, as a hot head",
            ),
            (unnamed_error, FaultCause::DeviceError, "an error without a name"),
            (!state.online && trouble.feeding, FaultCause::Busy, "somebody feeds paper with the button"),
            (
                !state.online && trouble.waits_for_recovery,
                FaultCause::Offline,
                "it waits for somebody to press its button",
            ),
            (!state.online, FaultCause::Offline, "it is offline and gives no cause"),
        ];
        checks.into_iter().find_map(|(faulty, cause, detail)| faulty.then_some((cause, detail)))
    }

    /// The same as `GS a` sends it unasked, in four other bytes (reference, "Automatic Status Back").
    pub fn automatic(&self) -> [u8; 4] {
        let [printer, offline_cause, error_cause, paper] = self.0;
        let has = |byte: u8, mask: u8| byte & mask != 0;
        [
            AUTOMATIC_FIRST
                | bit(has(printer, DRAWER_PIN_HIGH), 1 << 2)
                | bit(has(printer, OFFLINE), 1 << 3)
                | bit(has(offline_cause, COVER_OPEN), 1 << 5)
                | bit(has(offline_cause, FED_BY_BUTTON), 1 << 6),
            bit(has(printer, WAITS_FOR_RECOVERY), 1)
                | error_cause & (MECHANICAL_ERROR | CUTTER_ERROR | UNRECOVERABLE_ERROR | AUTO_RECOVERABLE_ERROR),
            bit(has(paper, PAPER_NEAR_END), 0b0011) | bit(has(paper, PAPER_END), 0b1100),
            AUTOMATIC_LAST,
        ]
    }
}

/// The first byte of an automatic status has bit 4 on, and bits 0, 1 and 7 off.
const AUTOMATIC_FIRST: u8 = 1 << 4;
/// Reserved bits that are on.
const AUTOMATIC_LAST: u8 = 0b0000_1111;

/// Whether `byte` begins an automatic status; three more belong to it then.
pub fn begins_automatic_status(byte: u8) -> bool {
    byte & FIXED_MASK == AUTOMATIC_FIRST
}

fn bit(set: bool, bits: u8) -> u8 {
    if set { bits } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_the_bits_of_the_command_reference() {
        let well = StatusBytes([0x12, 0x12, 0x12, 0x12]).state(true);
        assert_eq!(well, PrinterState { online: true, ..PrinterState::default() });
        assert_eq!(StatusBytes([0x12; 4]).fault(), None);
        let paper_out = StatusBytes([0x1A, 0x32, 0x12, 0x72]).state(true);
        assert!(paper_out.paper_out && !paper_out.online);
        let cover = StatusBytes([0x1E, 0x16, 0x12, 0x12]).state(true);
        assert!(cover.cover_open && cover.drawer_open);
        assert!(StatusBytes([0x12, 0x12, 0x12, 0x1E]).state(true).paper_near_end);
        assert!(StatusBytes([0x12; 4]).state(false).drawer_open);
    }

    #[test]
    fn names_the_cause_before_its_consequence() {
        for (bytes, cause) in [
            ([0x1A, 0x32, 0x12, 0x72], FaultCause::PaperOut),
            ([0x1E, 0x16, 0x12, 0x12], FaultCause::CoverOpen),
            ([0x1A, 0x52, 0x1A, 0x12], FaultCause::CutterJam),
            ([0x1A, 0x52, 0x32, 0x12], FaultCause::DeviceError),
            ([0x1A, 0x52, 0x52, 0x12], FaultCause::DeviceError),
            ([0x1A, 0x52, 0x16, 0x12], FaultCause::DeviceError),
            ([0x1A, 0x52, 0x12, 0x12], FaultCause::DeviceError),
            ([0x1A, 0x56, 0x52, 0x12], FaultCause::CoverOpen),
            ([0x5A, 0x1A, 0x12, 0x12], FaultCause::Busy),
            ([0x3A, 0x12, 0x12, 0x12], FaultCause::Offline),
            ([0x1A, 0x12, 0x12, 0x12], FaultCause::Offline),
        ] {
            assert_eq!(StatusBytes(bytes).fault().map(|(cause, _)| cause), Some(cause), "{bytes:02X?}");
        }
    }

    #[test]
    fn the_automatic_status_bit_by_bit() {
        for (bytes, expected) in [
            ([0x16, 0x12, 0x12, 0x12], [0x14, 0x00, 0x00, 0x0F]),
            ([0x1A, 0x16, 0x12, 0x12], [0x38, 0x00, 0x00, 0x0F]),
            ([0x1A, 0x32, 0x12, 0x72], [0x18, 0x00, 0x0C, 0x0F]),
            ([0x12, 0x12, 0x12, 0x1E], [0x10, 0x00, 0x03, 0x0F]),
            ([0x1A, 0x52, 0x1A, 0x12], [0x18, 0x08, 0x00, 0x0F]),
        ] {
            let automatic = StatusBytes(bytes).automatic();
            assert_eq!(automatic, expected, "{bytes:02X?}");
            assert!(begins_automatic_status(automatic[0]) && !is_status_byte(automatic[0]));
        }
    }

    proptest! {
        #[test]
        fn states_survive_the_wire(bits in any::<[bool; 6]>(), trouble in any::<[bool; 5]>(), high in any::<bool>()) {
            let [online, cover_open, paper_near_end, paper_out, cutter_error, drawer_open] = bits;
            let state = PrinterState { online, cover_open, paper_near_end, paper_out, cutter_error, drawer_open };
            let [mechanical, unrecoverable, auto_recoverable, feeding, waits_for_recovery] = trouble;
            let trouble = Trouble { mechanical, unrecoverable, auto_recoverable, feeding, waits_for_recovery };
            let bytes = StatusBytes::with_trouble(&state, &trouble, high);
            prop_assert_eq!(bytes.trouble(), trouble);
            prop_assert!(bytes.0.iter().all(|byte| is_status_byte(*byte)));
            prop_assert_eq!(bytes.state(high), state);
        }
    }
}
