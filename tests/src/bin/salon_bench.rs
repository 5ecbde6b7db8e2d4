//! `salon-bench`: the bars of the design, measured on this machine. The last line of the output is one JSON object.

use anyhow::{Context, bail};
use salon_tests::bench::{Bench, Options, group_names};
use serde_json::json;
use std::io::Write;
use std::time::Instant;

const SEED: u64 = 20_260_929;

fn main() -> anyhow::Result<()> {
    let Some(options) = parse(std::env::args().skip(1))? else {
        let groups: Vec<&str> = group_names().collect();
        writeln!(
            std::io::stdout(),
            "salon-bench [NAME] [--full] [--json] [--callgrind] [--seed N]\n\n\
             --full       500,000 sales of history instead of 50,000\n\
             NAME         only one of: {}\n\
             --json       only the JSON line\n\
             --callgrind  count the instructions of a sale too (needs valgrind)\n\
             --seed N     other names, times and prices\n\n\
             SALON_BENCH_DIR: where the stores are made (the folder of this program, if not said)",
            groups.join(", ")
        )?;
        return Ok(());
    };
    on_a_real_disk()?;
    let begun = Instant::now();
    let mut bench = Bench::new(options.clone());
    bench.run()?;
    let mut out = std::io::stdout().lock();
    if !options.json {
        writeln!(out, "seed {}, {} history{}", options.seed, size(&options), bench.report.table())?;
        writeln!(out, "{} missed, {:.0} s in all\n", bench.report.missed(), begun.elapsed().as_secs_f64())?;
    }
    let mut head = serde_json::Map::new();
    head.insert("seed".into(), json!(options.seed));
    head.insert("history_size".into(), json!(size(&options)));
    head.insert("optimised".into(), json!(!cfg!(debug_assertions)));
    head.insert("missed".into(), json!(bench.report.missed()));
    head.insert("seconds".into(), json!(begun.elapsed().as_secs()));
    writeln!(out, "{}", bench.report.json(head))?;
    Ok(())
}

fn size(options: &Options) -> &'static str {
    if options.full { "full (500k sales)" } else { "default (50k sales)" }
}

fn parse(mut args: impl Iterator<Item = String>) -> anyhow::Result<Option<Options>> {
    let mut options = Options { seed: SEED, ..Options::default() };
    while let Some(arg) = args.next() {
        match arg.as_str() {
            "--full" => options.full = true,
            "--json" => options.json = true,
            "--callgrind" => options.callgrind = true,
            "--seed" => options.seed = args.next().context("--seed needs a number")?.parse()?,
            "--help" | "-h" => return Ok(None),
            // What the program counts in itself, under valgrind.
            "--sell" => {
                let count = args.next().context("--sell needs a number")?.parse()?;
                on_a_real_disk()?;
                salon_tests::bench::sell_so_many(count)?;
                std::process::exit(0);
            }
            name if group_names().any(|known| known == name) => {
                options.callgrind |= name == "instructions";
                options.only = Some(name.to_owned());
            }
            other => {
                let groups = group_names().collect::<Vec<_>>().join(", ");
                bail!("{other} is neither an option (--help says which there are) nor one of {groups}")
            }
        }
    }
    Ok(Some(options))
}

/// `/tmp` is memory on many machines, and memory does not sync.
fn on_a_real_disk() -> anyhow::Result<()> {
    let program = std::env::current_exe()?;
    let folder = match std::env::var_os("SALON_BENCH_DIR") {
        Some(said) => said.into(),
        None => program.parent().context("a program is in a folder")?.to_owned(),
    };
    std::fs::create_dir_all(&folder).with_context(|| format!("{}", folder.display()))?;
    if tempfile::env::override_temp_dir(&folder).is_err() {
        bail!("the temporary folder was chosen already");
    }
    Ok(())
}
