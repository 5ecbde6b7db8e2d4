//! The bars of the design, measured: each as a ratio within one run on one machine, or as a latency with percentiles.
//! Nothing here asserts a time; a bar that is missed is reported as missed.

mod clients;
mod day;
#[cfg(target_os = "linux")]
mod devices;
mod fill;
mod history;
mod house;
mod instructions;
mod live;
mod open;
mod pump;
mod random;
mod replicate;
mod report;
mod sale;
mod search;
mod socket;
mod stats;

pub use instructions::sell_so_many;
pub use report::Report;

use history::History;
use std::rc::Rc;

/// What was asked for on the command line.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The design's own size of history instead of a tenth of it.
    pub full: bool,
    /// Only figures of this group.
    pub only: Option<String>,
    /// Only the JSON line.
    pub json: bool,
    /// Count instructions of a sale under valgrind as well.
    pub callgrind: bool,
    pub seed: u64,
}

/// A run: what is shared between the groups of figures.
pub struct Bench {
    pub options: Options,
    pub report: Report,
    history: Option<Rc<History>>,
}

type Group = (&'static str, fn(&mut Bench) -> anyhow::Result<()>);

/// In the order in which they run; those that only read the long history come before those that sell into it.
const GROUPS: &[Group] = &[
    ("open", open::run),
    ("search", search::run),
    ("day", day::run),
    ("sale", sale::run),
    ("replicate", replicate::run),
    ("live", live::run),
    #[cfg(target_os = "linux")]
    ("devices", devices::run),
    ("instructions", instructions::run),
];

pub fn group_names() -> impl Iterator<Item = &'static str> {
    GROUPS.iter().map(|(name, _)| *name)
}

impl Bench {
    pub fn new(options: Options) -> Self {
        Bench { options, report: Report::default(), history: None }
    }

    pub fn run(&mut self) -> anyhow::Result<()> {
        for &(name, group) in GROUPS {
            let wanted = self.options.only.as_deref().is_none_or(|only| only == name);
            let extra = name == "instructions" && !self.options.callgrind;
            if wanted && !extra {
                self.say(&format!("{name} …"));
                self.report.group = name;
                group(self)?;
            }
        }
        Ok(())
    }

    /// Progress, for whoever waits.
    pub fn say(&self, text: &str) {
        if !self.options.json {
            use std::io::Write;
            // Nobody reads it: nothing is lost.
            let _ = writeln!(std::io::stderr(), "{text}");
        }
    }

    /// The store with the long history; made when it is first needed.
    fn history(&mut self) -> anyhow::Result<Rc<History>> {
        if let Some(made) = &self.history {
            return Ok(made.clone());
        }
        self.say("  filling a store with a long history …");
        let made = Rc::new(History::make(self.options.full, self.options.seed)?);
        let group = std::mem::replace(&mut self.report.group, "history");
        self.report.info("sales", made.sales as f64, "");
        self.report.info("clients", made.cards.len() as f64, "");
        self.report.info("days of book", f64::from(made.days), "");
        self.report.info("size", made.size_bytes()? as f64 / 1e6, "MB");
        self.report.info("filled in", made.took.as_secs_f64(), "s");
        self.report.group = group;
        self.history = Some(made.clone());
        Ok(made)
    }

    fn seed(&self, salt: u64) -> random::Random {
        random::Random::new(self.options.seed ^ salt.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }
}
