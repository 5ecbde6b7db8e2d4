//! The clock and the randomness, as a value, so that a simulation can bring its own.

use salon_domain::kernel::{Id, Instant};

type Clock = Box<dyn Fn() -> Instant + Send + Sync>;
type Random = Box<dyn Fn(&mut [u8]) + Send + Sync>;

pub struct Env {
    clock: Clock,
    random: Random,
}

impl std::fmt::Debug for Env {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Env")
    }
}

impl Env {
    /// The machine's clock and the operating system's randomness.
    pub fn system() -> Self {
        Env {
            clock: Box::new(|| Instant(jiff::Timestamp::now().as_millisecond())),
            // Without randomness there are no secrets: nothing sensible can go on.
            random: Box::new(|buffer| getrandom::fill(buffer).expect("the operating system has no randomness")),
        }
    }

    pub fn new(
        clock: impl Fn() -> Instant + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        Env { clock: Box::new(clock), random: Box::new(random) }
    }

    pub fn now(&self) -> Instant {
        (self.clock)()
    }

    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    pub fn id<T>(&self) -> Id<T> {
        Id::from_parts(self.now().0, self.random())
    }
}
