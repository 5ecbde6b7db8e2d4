//! Opening a store with a long history against opening an empty one.

use super::Bench;
use super::house::Place;
use super::report::Bar;
use super::stats::Samples;

const ROUNDS: usize = 200;

pub fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let history = bench.history()?;
    let mut large = Samples::default();
    let mut empty = Samples::default();
    let (mut large_status, mut empty_status) = (Samples::default(), Samples::default());
    open(&history.place, &mut Samples::default(), &mut Samples::default())?;
    for round in 0..ROUNDS {
        // Neither is always the first.
        for step in 0..2 {
            if (round + step) % 2 == 0 {
                open(&history.place, &mut large, &mut large_status)?;
            } else {
                open(&history.empty, &mut empty, &mut empty_status)?;
            }
        }
    }
    let report = &mut bench.report;
    report.bar("large against empty", large.median_ms() / empty.median_ms(), "×", Bar::AtMost(1.2));
    report.info("empty, median", empty.median_ms(), "ms");
    report.info("large, median", large.median_ms(), "ms");
    report.info("empty, of it the first status", empty_status.median_ms(), "ms");
    report.info("large, of it the first status", large_status.median_ms(), "ms");
    Ok(())
}

fn open(place: &Place, whole: &mut Samples, status: &mut Samples) -> anyhow::Result<()> {
    let app = whole.time(|| {
        let app = place.open()?;
        status.time(|| app.status())?;
        anyhow::Ok(app)
    })?;
    drop(app);
    Ok(())
}
