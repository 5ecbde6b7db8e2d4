//! When each stylist works and is free, day by day, kept until the day's book or the master data changes.

use super::{App, Catalog, lock};
use crate::store::Touched;
use salon_contract::window::Failure;
use salon_domain::booking::DayRoster;
use salon_domain::kernel::day_number;
use std::collections::HashMap;
use std::sync::Arc;

/// Three kilobytes each in a salon of thirty.
const DAYS_MAX: usize = 128;

#[derive(Default)]
pub(super) struct Rosters {
    /// Counts changes: what was read before one is not kept after it.
    changes: u64,
    /// The master data that they were made with.
    catalog: Option<Arc<Catalog>>,
    held: HashMap<i32, Arc<DayRoster>>,
}

impl Rosters {
    pub(super) fn forget(&mut self, touched: &Touched) {
        if touched.rebuilt {
            self.held.clear();
            self.changes += 1;
        }
        for day in &touched.days {
            // A visit may cross midnight.
            for near in [day - 1, *day, day + 1] {
                self.held.remove(&near);
            }
            self.changes += 1;
        }
    }
}

impl App {
    pub(super) fn kept_roster(
        &self,
        catalog: &Arc<Catalog>,
        date: jiff::civil::Date,
    ) -> Result<Arc<DayRoster>, Failure> {
        let day = day_number(date);
        let changes = {
            let mut rosters = lock(&self.rosters);
            if rosters.catalog.as_ref().is_none_or(|of| !Arc::ptr_eq(of, catalog)) || rosters.held.len() > DAYS_MAX {
                rosters.held.clear();
                rosters.catalog = Some(catalog.clone());
            }
            if let Some(roster) = rosters.held.get(&day) {
                return Ok(roster.clone());
            }
            rosters.changes
        };
        let roster = Arc::new(self.roster(catalog, date, None)?);
        let mut rosters = lock(&self.rosters);
        if rosters.changes == changes && rosters.catalog.as_ref().is_some_and(|of| Arc::ptr_eq(of, catalog)) {
            rosters.held.insert(day, roster.clone());
        }
        Ok(roster)
    }
}
