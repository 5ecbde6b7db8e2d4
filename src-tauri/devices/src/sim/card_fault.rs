//! What a terminal is told to do with its next transaction, by name: for scripts, the control port and the command line.

use crate::zvt::codes::result;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How one transaction goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CardFault {
    /// As it should.
    Approve,
    /// The bank says no.
    Decline,
    /// The bank says no with this code.
    DeclineWith(u8),
    /// The terminal does not take the card.
    WrongCard,
    /// Approved, after the terminal has asked for patience that long.
    Slow(Duration),
    /// The client presses stop.
    AbortByCustomer,
    /// Approved, and the line breaks before the till can know: taken back.
    DropBeforeStatus,
    /// Half of the status information is sent, then the line breaks: taken back.
    DropDuringStatus,
    /// The till has the approval, its acknowledgement is not heard: taken back.
    DropAfterStatus,
    /// Acknowledged, so it stands; the end is not told.
    DropBeforeCompletion,
    /// The line stands, the acknowledgement gets lost on it: the terminal waits for it, takes back and says so.
    ReverseUnacknowledged,
    /// The terminal loses its power with the approval sent and not acknowledged, and is back after that long. It has
    /// kept its memory, and takes back what was not acknowledged.
    Crash(Duration),
    /// As [`CardFault::Crash`], with nothing of the approval sent.
    CrashBeforeStatus(Duration),
    /// As [`CardFault::Crash`], with the acknowledgement heard: it stands.
    CrashBeforeCompletion(Duration),
    /// The command is taken and nothing comes any more. No money moves.
    Silent,
    /// As silent, and the line stays dead: the terminal answers no other connection either until it is cleared.
    Dead,
    /// Another till's work is going on: the command is refused.
    Busy,
    /// The terminal approves a cent less than it was asked for.
    OtherAmount,
    /// The status information says nothing.
    GarbledStatus,
}

impl CardFault {
    /// The code that the transaction is declined with, if it is.
    pub(super) fn declines_with(self) -> Option<u8> {
        match self {
            CardFault::Decline => Some(result::DECLINED_BY_HOST),
            CardFault::DeclineWith(code) => Some(code),
            CardFault::WrongCard => Some(result::CARD_UNKNOWN),
            CardFault::AbortByCustomer => Some(result::ABORTED),
            _ => None,
        }
    }
}

pub(super) const NAMES: &str = "approve, decline [CODE], wrong-card, slow DURATION, abort-by-customer, \
     drop before-status|during-status|after-status|before-completion, reverse-when-unacknowledged, crash DURATION \
     [before-status|before-completion], silent, dead, busy, other-amount, garbled-status";

/// The words of a fault, separated by spaces or, for `drop`, by a hyphen: `decline 05`, `slow 3s`, `drop-after-status`.
impl FromStr for CardFault {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        Ok(match *words.as_slice() {
            ["approve"] => CardFault::Approve,
            ["decline"] => CardFault::Decline,
            ["decline", code] => match u8::from_str_radix(code, 16) {
                Ok(code) if code != result::OK => CardFault::DeclineWith(code),
                _ => return Err(format!("\"{code}\" is no result code: two hexadecimal digits, e.g. decline 05")),
            },
            ["wrong-card"] => CardFault::WrongCard,
            ["slow", time] => CardFault::Slow(duration(time)?),
            ["abort-by-customer"] => CardFault::AbortByCustomer,
            ["drop", "before-status"] | ["drop-before-status"] => CardFault::DropBeforeStatus,
            ["drop", "during-status"] | ["drop-during-status"] => CardFault::DropDuringStatus,
            ["drop", "after-status"] | ["drop-after-status"] => CardFault::DropAfterStatus,
            ["drop", "before-completion"] | ["drop-before-completion"] => CardFault::DropBeforeCompletion,
            ["reverse-when-unacknowledged"] => CardFault::ReverseUnacknowledged,
            ["crash", time] => CardFault::Crash(duration(time)?),
            ["crash", time, "before-status"] => CardFault::CrashBeforeStatus(duration(time)?),
            ["crash", time, "before-completion"] => CardFault::CrashBeforeCompletion(duration(time)?),
            ["silent"] => CardFault::Silent,
            ["dead"] => CardFault::Dead,
            ["busy"] => CardFault::Busy,
            ["other-amount"] => CardFault::OtherAmount,
            ["garbled-status"] => CardFault::GarbledStatus,
            _ => return Err(format!("\"{text}\" is none of: {NAMES}")),
        })
    }
}

/// As it is written in a script.
impl fmt::Display for CardFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CardFault::Approve => f.write_str("approve"),
            CardFault::Decline => f.write_str("decline"),
            CardFault::DeclineWith(code) => write!(f, "decline {code:02x}"),
            CardFault::WrongCard => f.write_str("wrong-card"),
            CardFault::Slow(time) => write!(f, "slow {}ms", time.as_millis()),
            CardFault::AbortByCustomer => f.write_str("abort-by-customer"),
            CardFault::DropBeforeStatus => f.write_str("drop before-status"),
            CardFault::DropDuringStatus => f.write_str("drop during-status"),
            CardFault::DropAfterStatus => f.write_str("drop after-status"),
            CardFault::DropBeforeCompletion => f.write_str("drop before-completion"),
            CardFault::ReverseUnacknowledged => f.write_str("reverse-when-unacknowledged"),
            CardFault::Crash(time) => write!(f, "crash {}ms", time.as_millis()),
            CardFault::CrashBeforeStatus(time) => write!(f, "crash {}ms before-status", time.as_millis()),
            CardFault::CrashBeforeCompletion(time) => write!(f, "crash {}ms before-completion", time.as_millis()),
            CardFault::Silent => f.write_str("silent"),
            CardFault::Dead => f.write_str("dead"),
            CardFault::Busy => f.write_str("busy"),
            CardFault::OtherAmount => f.write_str("other-amount"),
            CardFault::GarbledStatus => f.write_str("garbled-status"),
        }
    }
}

/// `3s` or `250ms`.
fn duration(text: &str) -> Result<Duration, String> {
    let number = |digits: &str| digits.parse().ok();
    let parsed = match text.strip_suffix("ms") {
        Some(digits) => number(digits).map(Duration::from_millis),
        None => text.strip_suffix('s').and_then(number).map(Duration::from_secs),
    };
    parsed.ok_or_else(|| format!("\"{text}\" is no duration: write it as 3s or 250ms"))
}

/// A script: one step a line, used up one a transaction; `#` begins a comment. An error names its line.
pub fn card_script(text: &str) -> Result<Vec<CardFault>, String> {
    text.lines()
        .enumerate()
        .map(|(at, line)| (at + 1, line.split('#').next().unwrap_or_default().trim()))
        .filter(|(_, step)| !step.is_empty())
        .map(|(number, step)| step.parse().map_err(|error| format!("line {number}: {error}")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_read_line_by_line() {
        let script = "# morning\napprove\n\ndecline 51 # no money\nslow 3s\ndrop during-status\ncrash 250ms\n";
        let steps = card_script(script).unwrap();
        assert_eq!(
            steps,
            [
                CardFault::Approve,
                CardFault::DeclineWith(0x51),
                CardFault::Slow(Duration::from_secs(3)),
                CardFault::DropDuringStatus,
                CardFault::Crash(Duration::from_millis(250)),
            ]
        );
        for (script, line) in [("approve\nfly", "line 2"), ("slow soon", "line 1"), ("decline 00", "line 1")] {
            let error = card_script(script).unwrap_err();
            assert!(error.starts_with(line), "{error}");
        }
    }

    #[test]
    fn every_step_is_written_as_it_is_read() {
        for text in [
            "approve",
            "decline",
            "decline 05",
            "wrong-card",
            "slow 40ms",
            "abort-by-customer",
            "drop before-status",
            "drop during-status",
            "drop after-status",
            "drop before-completion",
            "reverse-when-unacknowledged",
            "crash 2000ms",
            "crash 5ms before-completion",
            "crash 5ms before-status",
            "silent",
            "dead",
            "busy",
            "other-amount",
            "garbled-status",
        ] {
            assert_eq!(text.parse::<CardFault>().unwrap().to_string(), text);
        }
    }
}
