//! `pos verify` and `pos export` of a span of days.

use clap::Args;
use salon_domain::kernel::day_number;
use salon_terminal::store::Days;

#[derive(Args)]
pub struct DayArgs {
    /// The first of the branch's days, as YYYY-MM-DD.
    #[arg(long, value_name = "DATE")]
    from: Option<jiff::civil::Date>,
    /// The last day.
    #[arg(long, value_name = "DATE")]
    to: Option<jiff::civil::Date>,
}

impl DayArgs {
    /// All days where none are named.
    pub fn days(&self) -> anyhow::Result<Days> {
        let days =
            Days { from: self.from.map_or(Days::ALL.from, day_number), to: self.to.map_or(Days::ALL.to, day_number) };
        anyhow::ensure!(days.from <= days.to, "--from is after --to");
        Ok(days)
    }
}
