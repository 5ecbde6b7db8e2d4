//! Bar codes (`GS k`) and two-dimensional codes (`GS ( k`).

use super::Op;
use super::command::Step;
use crate::escpos::code128;

/// `GS k m d1 … dk NUL` (function A, m 0 to 6) and `GS k m n d1 … dn` (function B, m 65 to 79).
pub(super) fn barcode(bytes: &[u8]) -> Step {
    let Some(&system) = bytes.get(2) else {
        return Step::Incomplete;
    };
    match system {
        0..=6 => match bytes[3..].iter().take(256).position(|byte| *byte == 0) {
            Some(end) => Step::of(bytes, 4 + end, |command| content(system + 65, &command[3..3 + end])),
            None if bytes.len() > 3 + 255 => Step::unknown(bytes, 3),
            None => Step::Incomplete,
        },
        65..=79 => match bytes.get(3) {
            Some(length) => Step::of(bytes, 4 + usize::from(*length), |command| content(system, &command[4..])),
            None => Step::Incomplete,
        },
        _ => Step::unknown(bytes, 3),
    }
}

fn content(system: u8, data: &[u8]) -> Option<Op> {
    let content = match system {
        73 => code128::text_of(data)?,
        _ => data.iter().all(u8::is_ascii).then(|| data.iter().map(|byte| char::from(*byte)).collect())?,
    };
    (!content.is_empty()).then_some(Op::Barcode { system, content })
}

/// The body of `GS ( k`: `cn fn …`
pub(super) fn symbol(body: &[u8]) -> Option<Op> {
    match body {
        [49, 65, model @ 49..=51, 0] => Some(Op::QrSetting { function: 65, value: *model }),
        [49, 67, value @ 1..=16] => Some(Op::QrSetting { function: 67, value: *value }),
        [49, 69, value @ 48..=51] => Some(Op::QrSetting { function: 69, value: *value }),
        [49, 80, 48, content @ ..] if !content.is_empty() => {
            Some(Op::QrStore(String::from_utf8_lossy(content).into_owned()))
        }
        [49, 81, 48] => Some(Op::QrPrint),
        [49, 82, 48] => Some(Op::Setting),
        [kind @ (48 | 50..=54), function, ..] => Some(Op::OtherSymbol { kind: *kind, function: *function }),
        _ => None,
    }
}
