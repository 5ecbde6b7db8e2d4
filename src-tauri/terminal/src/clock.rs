//! Time and randomness come in through here, so that a test or a replay can say what time it is.

use salon_domain::kernel::{Id, Instant};
use std::sync::atomic::{AtomicI64, Ordering};

pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
    /// Fresh random bytes.
    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        // Without the system's randomness no key and no id can be made: nothing sensible can go on.
        getrandom::fill(&mut bytes).expect("the operating system has no randomness");
        bytes
    }
}

pub fn new_id<T>(clock: &dyn Clock) -> Id<T> {
    Id::from_parts(clock.now().0, clock.random())
}

pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Instant(since.as_millis() as i64)
    }
}

/// Shows what it was set to.
pub struct ManualClock(AtomicI64);

impl ManualClock {
    pub fn at(now: Instant) -> Self {
        ManualClock(AtomicI64::new(now.0))
    }
    pub fn set(&self, now: Instant) {
        self.0.store(now.0, Ordering::SeqCst);
    }
    pub fn advance_ms(&self, by_ms: i64) {
        self.0.fetch_add(by_ms, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant(self.0.load(Ordering::SeqCst))
    }
}
