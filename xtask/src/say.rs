//! What xtask says, all of it on the error stream.

use anyhow::{Error, Result};
use std::fmt::Display;
use std::time::{Duration, Instant};

pub fn line(text: impl Display) {
    eprintln!("{text}");
}

/// A heading before something that takes a while and talks itself.
pub fn heading(text: impl Display) {
    eprintln!("\n── {text}");
}

pub fn failed(error: &Error) {
    eprintln!("\n./x: {error}");
    error.chain().skip(1).for_each(|cause| eprintln!("     {cause}"));
}

pub fn seconds(time: Duration) -> String {
    let seconds = time.as_secs();
    if seconds >= 60 {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

/// Does one thing after the other, remembers how long each took and which failed.
#[derive(Default)]
pub struct Phases {
    done: Vec<Phase>,
}

struct Phase {
    name: &'static str,
    took: Duration,
    failure: Option<Error>,
}

impl Phases {
    /// Without this phase the others make no sense: its failure ends everything.
    pub fn must(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        self.may(name, work);
        match self.done.last_mut().and_then(|phase| phase.failure.take()) {
            Some(failure) => {
                self.print();
                Err(failure.context(format!("{name} failed")))
            }
            None => Ok(()),
        }
    }

    /// A failure is remembered, and the phases after it are still done.
    pub fn may(&mut self, name: &'static str, work: impl FnOnce() -> Result<()>) {
        heading(name);
        let start = Instant::now();
        let failure = work().err();
        if let Some(failure) = &failure {
            failed(failure);
        }
        self.done.push(Phase { name, took: start.elapsed(), failure });
    }

    /// Prints the table; an error when anything failed.
    pub fn end(self) -> Result<()> {
        self.print();
        let failed: Vec<_> = self.done.iter().filter(|phase| phase.failure.is_some()).map(|phase| phase.name).collect();
        anyhow::ensure!(failed.is_empty(), "failed: {}", failed.join(", "));
        line("\nEverything passed.");
        Ok(())
    }

    fn print(&self) {
        heading("Time");
        for phase in &self.done {
            let outcome = if phase.failure.is_some() { "FAILED" } else { "well" };
            line(format!("{:>14}  {outcome:<6}  {}", seconds(phase.took), phase.name));
        }
        let total = self.done.iter().map(|phase| phase.took).sum();
        line(format!("{:>14}  together", seconds(total)));
    }
}
