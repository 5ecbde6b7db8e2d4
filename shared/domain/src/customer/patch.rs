//! Patch tests: what was tried on a client's skin, how it came out, and whether that is enough for a service.
//!
//! The rule is the same at the desk and wherever else a visit is booked. It knows nothing of who may let a visit go on
//! without a test: that is a permission, and a fact of the book.

use super::{Card, keyed};
use crate::kernel::Instant;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// One test as it was recorded. Never changed; how it came out is a [`PatchReading`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchTest {
    /// What was tested for.
    pub kind: String,
    pub at: Instant,
    /// The branch's day of `at`.
    pub day: i32,
    pub by: Uuid,
    /// What is the evidence: batch, place on the skin, a signed sheet.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// How a test came out, as somebody read it. The latest reading counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchReading {
    pub result: PatchResult,
    pub at: Instant,
    pub by: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchResult {
    /// Nobody has looked yet.
    Unread,
    Clear,
    Reaction,
}

/// A test together with how it came out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatchTestAs {
    pub id: Uuid,
    pub test: PatchTest,
    pub result: PatchResult,
    /// Who read it and when; none while it is unread.
    pub reading: Option<PatchReading>,
}

/// When the rule is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchStage {
    /// A visit is put into the book, or moved in it: a test that is booked before it, or that nobody has read yet, will do.
    Booking,
    /// The client is here, and the work begins: only a test that came out clear will do.
    Arrival,
}

/// Why a service may not be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchFault {
    /// There is none.
    Missing,
    /// The skin reacted to the last one that was read, on this day.
    Reaction { day: i32 },
    /// It is not old enough yet: it is from `from` on.
    TooSoon { from: Instant },
    /// The last one counted until this day.
    Expired { day: i32 },
    /// Nobody has read it.
    Unread,
}

impl PatchFault {
    /// As it is written into a waiver.
    pub const fn name(self) -> &'static str {
        match self {
            PatchFault::Missing => "missing",
            PatchFault::Reaction { .. } => "reaction",
            PatchFault::TooSoon { .. } => "too_soon",
            PatchFault::Expired { .. } => "expired",
            PatchFault::Unread => "unread",
        }
    }
}

const HOUR_MS: i64 = 60 * 60 * 1000;

/// Whether two kinds are the same, however they were typed.
pub fn same_kind(a: &str, b: &str) -> bool {
    super::fold_for_search(a.trim()) == super::fold_for_search(b.trim())
}

impl Card {
    /// The client's tests with how they came out, oldest first.
    pub fn patch_tests(&self) -> Vec<PatchTestAs> {
        let mut tests: Vec<PatchTestAs> = self
            .entries::<PatchTest>(keyed::PATCH_TEST)
            .into_iter()
            .filter_map(|entry| {
                let id = entry.key.parse().ok()?;
                let reading: Option<PatchReading> = self.entry(keyed::PATCH_READING, id);
                let result = reading.as_ref().map_or(PatchResult::Unread, |r| r.result);
                Some(PatchTestAs { id, test: entry.value, result, reading })
            })
            .collect();
        tests.sort_by_key(|t| (t.test.at, t.id));
        tests
    }
}

/// Whether a visit that begins at `start`, on the branch's `day`, may have a service that needs a test of `kind` at least
/// `hours_before` it and at most `valid_days` old. `booked_tests` are ends of visits for such a test that the client has
/// in the book.
pub fn check_patch_test(
    (kind, hours_before, valid_days): (&str, u16, u16),
    tests: &[PatchTestAs],
    booked_tests: &[Instant],
    (start, day): (Instant, i32),
    stage: PatchStage,
) -> Result<(), PatchFault> {
    let ripe = |at: Instant| Instant(at.0.saturating_add(i64::from(hours_before) * HOUR_MS));
    let last_day = |t: &PatchTest| t.day.saturating_add(i32::from(valid_days));
    let mut known: Vec<&PatchTestAs> =
        tests.iter().filter(|t| same_kind(&t.test.kind, kind) && t.test.at <= start).collect();
    known.sort_by_key(|t| (t.test.at, t.id));
    // A reaction stands until a later test came out clear, however old it is.
    let last_read = known.iter().rev().find(|t| t.result != PatchResult::Unread);
    if let Some(reacted) = last_read.filter(|t| t.result == PatchResult::Reaction) {
        return Err(PatchFault::Reaction { day: reacted.test.day });
    }
    let counts = |t: &&PatchTestAs| ripe(t.test.at) <= start && last_day(&t.test) >= day;
    let clear = known.iter().filter(|t| t.result == PatchResult::Clear).any(counts);
    let unread = known.iter().filter(|t| t.result == PatchResult::Unread).any(counts);
    let booked = booked_tests.iter().any(|end| ripe(*end) <= start);
    if clear || (stage == PatchStage::Booking && (unread || booked)) {
        return Ok(());
    }
    if unread {
        return Err(PatchFault::Unread);
    }
    let fresh = known.iter().filter(|t| last_day(&t.test) >= day).map(|t| ripe(t.test.at));
    let coming = booked_tests.iter().filter(|_| stage == PatchStage::Booking).map(|end| ripe(*end));
    if let Some(from) = fresh.chain(coming).min() {
        return Err(PatchFault::TooSoon { from });
    }
    match known.iter().map(|t| last_day(&t.test)).max() {
        Some(day) => Err(PatchFault::Expired { day }),
        None => Err(PatchFault::Missing),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const DAY_MS: i64 = 24 * HOUR_MS;

    fn test(day: i32, result: PatchResult) -> PatchTestAs {
        let test = PatchTest {
            kind: "Colour".into(),
            at: Instant(i64::from(day) * DAY_MS),
            day,
            by: Uuid::nil(),
            note: String::new(),
        };
        let reading = (result != PatchResult::Unread).then(|| PatchReading { result, at: test.at, by: Uuid::nil() });
        PatchTestAs { id: Uuid::from_u128(day as u128), test, result, reading }
    }

    fn ask(tests: &[PatchTestAs], booked: &[Instant], stage: PatchStage) -> Result<(), PatchFault> {
        check_patch_test(("colour ", 48, 30), tests, booked, (Instant(100 * DAY_MS), 100), stage)
    }

    #[test]
    fn a_test_counts_when_it_is_old_enough_and_not_too_old_and_clear() {
        use PatchResult as R;
        use PatchStage as S;
        let at = |day: i64| Instant(day * DAY_MS);
        assert_eq!(ask(&[], &[], S::Booking), Err(PatchFault::Missing));
        assert_eq!(ask(&[test(98, R::Clear)], &[], S::Arrival), Ok(()), "exactly 48 hours");
        assert_eq!(ask(&[test(70, R::Clear)], &[], S::Arrival), Ok(()), "its last day");
        assert_eq!(ask(&[test(69, R::Clear)], &[], S::Arrival), Err(PatchFault::Expired { day: 99 }));
        assert_eq!(ask(&[test(99, R::Clear)], &[], S::Arrival), Err(PatchFault::TooSoon { from: at(101) }));
        assert_eq!(ask(&[test(98, R::Unread)], &[], S::Booking), Ok(()), "somebody will have read it by then");
        assert_eq!(ask(&[test(98, R::Unread)], &[], S::Arrival), Err(PatchFault::Unread));
        assert_eq!(ask(&[], &[at(97)], S::Booking), Ok(()), "the test is booked");
        assert_eq!(ask(&[], &[at(97)], S::Arrival), Err(PatchFault::Missing), "and was not done");
        assert_eq!(ask(&[], &[at(99)], S::Booking), Err(PatchFault::TooSoon { from: at(101) }));
    }

    #[test]
    fn a_reaction_stands_until_a_later_clear_test() {
        use PatchResult as R;
        let reacted = [test(10, R::Reaction)];
        assert_eq!(ask(&reacted, &[], PatchStage::Booking), Err(PatchFault::Reaction { day: 10 }));
        let unread = [test(10, R::Reaction), test(90, R::Unread)];
        assert_eq!(ask(&unread, &[], PatchStage::Booking), Err(PatchFault::Reaction { day: 10 }));
        assert_eq!(ask(&[test(10, R::Reaction), test(90, R::Clear)], &[], PatchStage::Arrival), Ok(()));
        let again = [test(90, R::Clear), test(95, R::Reaction)];
        assert_eq!(ask(&again, &[], PatchStage::Arrival), Err(PatchFault::Reaction { day: 95 }));
    }

    fn any_test() -> impl Strategy<Value = PatchTestAs> {
        let result = prop_oneof![Just(PatchResult::Unread), Just(PatchResult::Clear), Just(PatchResult::Reaction)];
        (60_i32..104, result).prop_map(|(day, result)| test(day, result))
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_arrival_is_never_laxer_than_booking(
            tests in prop::collection::vec(any_test(), 0..6),
            booked in prop::collection::vec(90_i64..104, 0..3),
        ) {
            let booked: Vec<Instant> = booked.into_iter().map(|day| Instant(day * DAY_MS)).collect();
            let mut tests = tests;
            tests.dedup_by_key(|t| t.id);
            let mut seen = std::collections::BTreeSet::new();
            tests.retain(|t| seen.insert(t.id));
            let mut backwards = tests.clone();
            backwards.reverse();
            for stage in [PatchStage::Booking, PatchStage::Arrival] {
                prop_assert_eq!(ask(&tests, &booked, stage), ask(&backwards, &booked, stage));
            }
            if ask(&tests, &booked, PatchStage::Arrival).is_ok() {
                prop_assert!(ask(&tests, &booked, PatchStage::Booking).is_ok());
                // The slow, obvious reading: a clear test in the window, and nothing read after it that reacted.
                let in_window = |t: &PatchTestAs| t.test.day <= 98 && t.test.day >= 70;
                prop_assert!(tests.iter().any(|t| t.result == PatchResult::Clear && in_window(t)));
            }
        }
    }
}
