//! Hybrid logical clock (Kulkarni and others, "Logical Physical Clocks", 2014): a wall clock that never goes back and
//! never falls behind what it has seen, so that "later" means "knew of" even when a terminal's clock is wrong.

use super::id::NodeId;
use super::time::Instant;
use serde::{Deserialize, Serialize};

/// A reading. Order: wall milliseconds, counter, writer. Total, and the same everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hlc {
    pub wall_ms: i64,
    pub counter: u32,
    pub node: NodeId,
}

impl Hlc {
    pub const fn instant(&self) -> Instant {
        Instant(self.wall_ms)
    }
}

/// `(wall_ms, counter, node)` in the wire's terms.
impl Serialize for Hlc {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        (self.wall_ms, self.counter, self.node).serialize(s)
    }
}
impl<'de> Deserialize<'de> for Hlc {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let (wall_ms, counter, node) = Deserialize::deserialize(d)?;
        Ok(Hlc { wall_ms, counter, node })
    }
}

/// How far ahead of our own wall clock another's reading may pull us. Beyond it the other clock is wrong, and following
/// it would put every later edit in the future.
pub const DRIFT_MS_MAX: i64 = 24 * 60 * 60 * 1000;

/// The clock of one writer. Persist `last` with what was stamped.
#[derive(Debug, Clone)]
pub struct HlcClock {
    node: NodeId,
    last: (i64, u32),
}

impl HlcClock {
    pub fn new(node: NodeId, last: Option<Hlc>) -> Self {
        HlcClock { node, last: last.map_or((i64::MIN, 0), |h| (h.wall_ms, h.counter)) }
    }

    /// A reading later than every reading given or observed before, whatever `now` says.
    pub fn tick(&mut self, now: Instant) -> Hlc {
        self.last = if now.0 > self.last.0 { (now.0, 0) } else { (self.last.0, self.last.1 + 1) };
        Hlc { wall_ms: self.last.0, counter: self.last.1, node: self.node }
    }

    /// The latest reading given or observed: what to persist.
    pub fn last(&self) -> Hlc {
        Hlc { wall_ms: self.last.0, counter: self.last.1, node: self.node }
    }

    /// Takes note of another's reading, unless it is further ahead of `now` than [`DRIFT_MS_MAX`].
    pub fn observe(&mut self, seen: Hlc, now: Instant) {
        if seen.wall_ms <= now.0.saturating_add(DRIFT_MS_MAX) {
            self.last = self.last.max((seen.wall_ms, seen.counter));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_set_back_still_moves_forward() {
        let node = NodeId::from_parts(0, [1; 10]);
        let mut clock = HlcClock::new(node, None);
        let first = clock.tick(Instant(1_000));
        let second = clock.tick(Instant(10));
        assert!(second > first);
        let other = Hlc { wall_ms: 5_000, counter: 3, node: NodeId::from_parts(0, [2; 10]) };
        clock.observe(other, Instant(20));
        assert!(clock.tick(Instant(30)) > other);
    }

    #[test]
    fn a_clock_years_ahead_is_not_followed() {
        let mut clock = HlcClock::new(NodeId::from_parts(0, [1; 10]), None);
        clock.observe(Hlc { wall_ms: 10 * DRIFT_MS_MAX, counter: 0, node: NodeId::from_parts(0, [2; 10]) }, Instant(0));
        assert_eq!(clock.tick(Instant(7)).wall_ms, 7);
    }
}
