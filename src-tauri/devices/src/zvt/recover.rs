//! What became of a transaction whose end was not seen, from the one that the terminal has stored last. Pure: no line and
//! no clock.
//!
//! A terminal tells its last transaction by number, amount, kind and its own clock, and nothing of ours: there is no
//! field for an id of the till's. So the answer counts only against the number from *before* the request:
//!
//! | the last transaction | then ours |
//! |---|---|
//! | is not newer | never happened, or was reversed and left no trace |
//! | is newer, of our kind, amount and currency | is this one |
//! | is the reversal of the only other one since | happened and was reversed |
//! | is newer, something else, and the only one since | never happened |
//! | is newer, something else, others between | cannot be told: a person has to look |
//! | has no number, or we have none from before | cannot be told, whatever the amount: it may be an older one |
//!
//! The instants at which a till, a terminal or the line between can end, in order, and what the terminal has then:
//!
//! - before 06 01, or with it half sent: nothing newer.
//! - while the client pays: nothing newer yet. The terminal is busy, on the old connection or by its state (05 01), and
//!   asking is put off until it is not.
//! - approved, 04 0F not sent, half sent, not recorded, or recorded and not acknowledged: the terminal reverses by
//!   itself. Nothing newer, or the reversal of ours. What was recorded does not stand: the terminal's word counts.
//! - acknowledged: ours is the last one, and final, whatever happens to the receipt and to the completion.
//! - acknowledged, and the acknowledgement lost: as not acknowledged.
//!
//! A number from before is fresh because the driver asks for it on the connection of the request itself, and the caller
//! right before its intent is journalled: somebody may have used the terminal by hand since our last payment. Numbers
//! begin again after 999999, so half the range is before and half after; 0 is never given to a transaction and stands
//! for "none yet". The terminal's clock is compared where a recorded approval has it: another day's transaction with the
//! same number, of an exchanged terminal for one, is not ours.
//!
//! One thing is taken on trust: that no end of day hides a transaction from us. With a number from before and nothing
//! stored now, one has, and the outcome stays unknown; with none before and none now, nothing happened, unless the batch
//! of exactly this payment was closed in between. Whoever closes a day must not do it with a payment unknown.

use super::codes::result;
use super::dialogue::protocol;
use super::fields::Fields;
use super::receipt::receipt;
use salon_domain::payment::CardIntentKind;
use salon_ports::{CardReceipt, CardResolution, PortError};

/// Trace numbers have six digits and begin again after 999999.
const TRACES: u32 = 1_000_000;

/// What a terminal without any transaction has before its first one.
pub(super) const NO_TRACE: u32 = 0;

/// The request, and what is known from before and during it.
pub(super) struct Asked<'a> {
    pub amount_minor: i64,
    pub currency: Option<u16>,
    pub kind: CardIntentKind,
    pub trace_before: Option<u32>,
    pub recorded: Option<&'a CardReceipt>,
}

/// Whether `last` is the transaction whose approval is `recorded`.
pub(super) fn is_recorded(last: &Fields, recorded: &CardReceipt) -> bool {
    let clock = last.clock();
    let same_time = clock.is_empty() || recorded.terminal_clock.is_empty() || clock == recorded.terminal_clock;
    last.result_code == Some(result::OK)
        && last.trace_number() == Some(recorded.trace)
        && amount_is(last, recorded.amount_minor)
        && last.totals.is_none()
        && same_time
}

/// The terminal has nothing stored.
pub(super) fn judge_nothing(asked: &Asked<'_>) -> Result<CardResolution, PortError> {
    match asked.trace_before {
        None | Some(NO_TRACE) => Ok(CardResolution::NotCharged),
        Some(_) => Err(protocol("its batch was closed since")),
    }
}

pub(super) fn judge(last: &Fields, asked: &Asked<'_>) -> Result<CardResolution, PortError> {
    if let Some(recorded) = asked.recorded.filter(|recorded| recorded.trace != NO_TRACE) {
        return judge_recorded(last, recorded, asked);
    }
    let trace = last.trace_number().ok_or_else(|| protocol("its last transaction has no number"))?;
    let before = asked.trace_before.ok_or_else(|| protocol("the number before the payment is not known"))?;
    if !is_newer(trace, before) {
        return Ok(CardResolution::NotCharged);
    }
    let original = last.original_trace.filter(|original| *original != NO_TRACE);
    if is_ours(last, trace, original, before, asked) {
        return Ok(approved(last, asked));
    }
    let first = next_trace(before);
    let only_one = trace == first;
    let reverses_the_only_other = original == Some(first) && (trace == first || trace == next_trace(first));
    if only_one || reverses_the_only_other {
        return Ok(CardResolution::NotCharged);
    }
    Err(protocol("the terminal has done other transactions since"))
}

/// With the approval at hand ours is known by its number, and another one of the same amount is not ours.
fn judge_recorded(last: &Fields, recorded: &CardReceipt, asked: &Asked<'_>) -> Result<CardResolution, PortError> {
    if is_recorded(last, recorded) {
        return Ok(approved(last, asked));
    }
    if last.original_trace == Some(recorded.trace) {
        return Ok(CardResolution::NotCharged);
    }
    match last.trace_number() {
        Some(trace) if trace == recorded.trace && last.result_code.is_some_and(|code| code != result::OK) => {
            Ok(CardResolution::NotCharged)
        }
        Some(trace) if trace == recorded.trace => Err(protocol("it has another transaction with the same number")),
        // It stored none after the one before ours: ours was taken back.
        Some(trace) if !is_newer(trace, recorded.trace) => Ok(CardResolution::NotCharged),
        Some(_) => Err(protocol("the terminal has done other transactions since")),
        None => Err(protocol("its last transaction has no number")),
    }
}

/// `last` is newer than `before`.
fn is_ours(last: &Fields, trace: u32, original: Option<u32>, before: u32, asked: &Asked<'_>) -> bool {
    let of_our_kind = match (asked.kind, original) {
        (CardIntentKind::Payment | CardIntentKind::Refund { .. }, original) => original.is_none(),
        // It gives back what was there before; what it gives back was not made by us since.
        (CardIntentKind::Reversal { .. }, Some(original)) => !is_newer(original, before),
        // Terminals that do not say what they reversed.
        (CardIntentKind::Reversal { .. }, None) => trace == next_trace(before),
    };
    let in_our_currency = last.currency.is_none() || asked.currency.is_none() || last.currency == asked.currency;
    of_our_kind
        && in_our_currency
        && last.totals.is_none()
        && last.result_code == Some(result::OK)
        && amount_is(last, asked.amount_minor)
}

fn approved(last: &Fields, asked: &Asked<'_>) -> CardResolution {
    CardResolution::Approved(receipt(last, asked.amount_minor.unsigned_abs(), &[]))
}

fn amount_is(fields: &Fields, minor: i64) -> bool {
    fields.amount_minor.is_some_and(|amount| i64::try_from(amount) == Ok(minor))
}

/// Half the range is before, half after: numbers begin again.
fn is_newer(trace: u32, before: u32) -> bool {
    let ahead = (trace % TRACES + TRACES - before % TRACES) % TRACES;
    before == NO_TRACE || (1..TRACES / 2).contains(&ahead)
}

/// After 999999 comes 1; numbers of eight digits just go on.
fn next_trace(trace: u32) -> u32 {
    if trace + 1 == TRACES { 1 } else { trace + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use CardIntentKind::{Payment, Refund, Reversal};
    use salon_domain::kernel::PaymentId;

    fn a_refund() -> CardIntentKind {
        Refund { of: PaymentId::from_parts(1, [0; 10]) }
    }

    const OF_42: CardIntentKind = Reversal { receipt_number: 42 };

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Verdict {
        Ours,
        None,
        Unknown,
    }

    /// An approved transaction of 82.00 with this number, reversing that one.
    fn last(trace: u32, original: Option<u32>) -> Fields {
        Fields {
            result_code: Some(result::OK),
            amount_minor: Some(8200),
            currency: Some(978),
            trace: Some(trace),
            original_trace: original,
            date: Some(1124),
            time: Some(83_000),
            ..Fields::default()
        }
    }

    fn verdict(last: &Fields, kind: CardIntentKind, before: Option<u32>, recorded: Option<&CardReceipt>) -> Verdict {
        let asked = Asked { amount_minor: 8200, currency: Some(978), kind, trace_before: before, recorded };
        match judge(last, &asked) {
            Ok(CardResolution::Approved(_)) => Verdict::Ours,
            Ok(CardResolution::NotCharged) => Verdict::None,
            Err(_) => Verdict::Unknown,
        }
    }

    #[test]
    fn the_last_transaction_against_the_number_from_before() {
        let other = Fields { amount_minor: Some(100), ..last(11, None) };
        let francs = Fields { currency: Some(756), ..last(11, None) };
        let declined = Fields { result_code: Some(5), ..last(11, None) };
        let day = Fields { totals: Some(crate::zvt::Totals::default()), ..last(11, None) };
        let later_day = Fields { trace: Some(12), ..day.clone() };
        let nameless = Fields { trace: Some(0), ..last(0, None) };
        let cases = [
            // The table of the module, line by line.
            (last(10, None), Payment, Some(10), Verdict::None),
            (last(9, None), Payment, Some(10), Verdict::None),
            (last(11, None), Payment, Some(10), Verdict::Ours),
            (last(13, None), Payment, Some(10), Verdict::Ours),
            (last(12, Some(11)), Payment, Some(10), Verdict::None),
            (last(11, Some(11)), Payment, Some(10), Verdict::None),
            (other.clone(), Payment, Some(10), Verdict::None),
            (Fields { trace: Some(12), ..other }, Payment, Some(10), Verdict::Unknown),
            (francs, Payment, Some(10), Verdict::None),
            (declined, Payment, Some(10), Verdict::None),
            (day, Payment, Some(10), Verdict::None),
            (later_day, Payment, Some(10), Verdict::Unknown),
            (nameless, Payment, Some(10), Verdict::Unknown),
            (last(11, None), Payment, None, Verdict::Unknown),
            // Numbers begin again, and none was before.
            (last(1, None), Payment, Some(999_999), Verdict::Ours),
            (last(999_999, None), Payment, Some(1), Verdict::None),
            (last(700_000, None), Payment, Some(NO_TRACE), Verdict::Ours),
            (last(10_016_006, None), Payment, Some(10_016_005), Verdict::Ours),
            // What gives back.
            (last(11, None), a_refund(), Some(10), Verdict::Ours),
            (last(11, Some(7)), a_refund(), Some(10), Verdict::None),
            (last(11, Some(7)), OF_42, Some(10), Verdict::Ours),
            (last(12, Some(7)), OF_42, Some(10), Verdict::Ours),
            (last(11, None), OF_42, Some(10), Verdict::Ours),
            (last(12, None), OF_42, Some(10), Verdict::Unknown),
            (last(12, Some(11)), OF_42, Some(10), Verdict::None),
            (last(10, Some(7)), OF_42, Some(10), Verdict::None),
        ];
        for (last, kind, before, expected) in cases {
            assert_eq!(verdict(&last, kind, before, None), expected, "{kind:?} since {before:?}: {last:?}");
        }
    }

    #[test]
    fn a_recorded_approval_is_known_by_its_number_and_the_terminals_clock() {
        let recorded = receipt(&last(11, None), 8200, &[]);
        let another_day = Fields { date: Some(1125), ..last(11, None) };
        let without_clock = Fields { time: None, ..last(11, None) };
        let reversed = Fields { result_code: Some(result::ABORTED), ..last(11, None) };
        let cases = [
            (last(11, None), Verdict::Ours),
            (without_clock, Verdict::Ours),
            (another_day, Verdict::Unknown),
            (reversed, Verdict::None),
            // Taken back without a trace of it, and with.
            (last(10, None), Verdict::None),
            (last(12, Some(11)), Verdict::None),
            // Somebody has taken the same amount by hand since.
            (last(12, None), Verdict::Unknown),
        ];
        for (last, expected) in cases {
            assert_eq!(verdict(&last, Payment, Some(10), Some(&recorded)), expected, "{last:?}");
        }
    }

    #[test]
    fn nothing_stored_is_an_answer_unless_something_was() {
        let asked = |trace_before| Asked {
            amount_minor: 8200,
            currency: Some(978),
            kind: Payment,
            trace_before,
            recorded: None,
        };
        assert_eq!(judge_nothing(&asked(Some(NO_TRACE))), Ok(CardResolution::NotCharged));
        assert_eq!(judge_nothing(&asked(None)), Ok(CardResolution::NotCharged));
        assert!(judge_nothing(&asked(Some(10))).is_err());
    }
}
