//! Finding a client by any fragment, as the window asks: clients, and with them services, products and receipts.

use super::Bench;
use super::random::Random;
use super::report::Bar;
use super::stats::Samples;
use salon_domain::customer::field;
use salon_terminal::app::App;

const QUERIES: usize = 3_000;
/// As the window asks.
const LIMIT: u16 = 20;
const KINDS: [&str; 6] = ["name", "phone", "email", "two words", "number", "miss"];

pub fn run(bench: &mut Bench) -> anyhow::Result<()> {
    let mut random = bench.seed(3);
    let history = bench.history()?;
    let app = history.place.open()?;
    let queries: Vec<(usize, String)> =
        (0..QUERIES).map(|_| query(&mut random, &app, &history.cards)).collect::<anyhow::Result<_>>()?;
    // The first questions after opening read the index from the disk.
    let mut first = Samples::default();
    for (_, text) in queries.iter().take(20) {
        first.time(|| app.search(text, LIMIT))?;
    }
    let mut all = Samples::default();
    let mut by_kind = vec![Samples::default(); KINDS.len()];
    let mut short = Samples::default();
    let mut found = 0;
    let mut slowest = (0.0, String::new());
    for (kind, text) in &queries {
        let mut one = Samples::default();
        found += usize::from(!one.time(|| app.search(text, LIMIT))?.clients.is_empty());
        if one.median_ms() > slowest.0 {
            slowest = (one.median_ms(), text.clone());
        }
        all.extend(&one);
        by_kind[*kind].extend(&one);
        if text.chars().count() < 3 {
            short.extend(&one);
        }
    }
    bench.say(&format!("  slowest question: {:?}, {:.1} ms", slowest.1, slowest.0));
    let report = &mut bench.report;
    report.bar("p99", all.percentile_ms(99.0), "ms", Bar::Below(10.0));
    report.info("p50", all.median_ms(), "ms");
    report.info("slowest", slowest.0, "ms");
    report.info("p99 of one or two letters", short.percentile_ms(99.0), "ms");
    for (kind, samples) in KINDS.iter().zip(&by_kind) {
        report.info(format!("p99 by {kind}"), samples.percentile_ms(99.0), "ms");
    }
    report.info("p99 of the first 20 after opening", first.percentile_ms(99.0), "ms");
    report.info("questions", all.len() as f64, "");
    report.info("with a client found", found as f64 / QUERIES as f64 * 100.0, "%");
    Ok(())
}

/// What somebody types: a kind, and one to six letters or digits of it.
fn query(random: &mut Random, app: &App, cards: &[salon_domain::kernel::CardId]) -> anyhow::Result<(usize, String)> {
    let id = *random.pick(cards);
    let card = app.store().card(id)?.ok_or_else(|| anyhow::anyhow!("a client is gone"))?;
    let (given, family) = (card.get(field::GIVEN_NAME), card.get(field::FAMILY_NAME));
    let kind = match random.below(20) {
        0..=6 => 0,
        7..=10 => 1,
        11..=13 => 2,
        14..=16 => 3,
        17 => 4,
        _ => 5,
    };
    let text = match kind {
        0 if random.one_in(2) => fragment(random, given, 6),
        0 => fragment(random, family, 6),
        1 => {
            let digits: String = card.get(field::PHONE).chars().filter(char::is_ascii_digit).collect();
            fragment(random, &digits, 6)
        }
        2 => fragment(random, card.get(field::EMAIL), 6),
        3 => format!("{} {}", fragment(random, given, 4), fragment(random, family, 4)),
        4 => format!("{}", random.below(50_000)),
        _ => {
            let length = 1 + random.below(6);
            (0..length).map(|_| char::from(b'a' + random.below(26) as u8)).collect()
        }
    };
    Ok((kind, text))
}

/// One to `longest` letters; every second time from the beginning, as people type.
fn fragment(random: &mut Random, text: &str, longest: usize) -> String {
    let letters: Vec<char> = text.chars().collect();
    let length = (1 + random.below(longest)).min(letters.len());
    let from = if random.one_in(2) { 0 } else { random.below(letters.len() - length + 1) };
    letters[from..from + length].iter().collect()
}
