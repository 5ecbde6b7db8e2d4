//! Brakes: so many failures of one key (an e-mail address, a network address) in a while, then a pause.

use salon_domain::kernel::Instant;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// More keys than this, and the calmest are forgotten.
const KEYS_MAX: usize = 20_000;

/// A bucket for each key: it holds `burst` tries and refills with one in `refill_ms`.
#[derive(Debug)]
pub struct Throttle {
    burst: i64,
    refill_ms: i64,
    /// When the key's bucket is full again.
    full_at: Mutex<HashMap<String, i64>>,
}

impl Throttle {
    pub fn new(burst: u32, refill_ms: u32) -> Self {
        Throttle { burst: burst.into(), refill_ms: i64::from(refill_ms).max(1), full_at: Mutex::default() }
    }

    /// Takes a try. Err: none is left, in how many seconds there is one.
    pub fn take(&self, key: &str, now: Instant) -> Result<(), u64> {
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= KEYS_MAX {
            all.retain(|_, full_at| *full_at > now.0);
        }
        let full_at = all.get(key).copied().unwrap_or(now.0).max(now.0) + self.refill_ms;
        let over = full_at - now.0 - self.burst * self.refill_ms;
        if over > 0 {
            return Err((over.unsigned_abs()).div_ceil(1_000));
        }
        if all.len() < KEYS_MAX || all.contains_key(key) {
            all.insert(key.to_owned(), full_at);
        }
        Ok(())
    }

    /// Gives a try back: it succeeded.
    pub fn give_back(&self, key: &str) {
        let mut all = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full_at) = all.get_mut(key) {
            *full_at -= self.refill_ms;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_run_out_and_come_back() {
        let throttle = Throttle::new(3, 10_000);
        for _ in 0..3 {
            throttle.take("a", Instant(0)).unwrap();
        }
        assert_eq!(throttle.take("a", Instant(1_000)), Err(9));
        throttle.take("b", Instant(1_000)).unwrap();
        throttle.take("a", Instant(10_000)).unwrap();
        assert!(throttle.take("a", Instant(10_000)).is_err());
        throttle.give_back("a");
        throttle.take("a", Instant(10_000)).unwrap();
    }
}
