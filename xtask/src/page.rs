//! The pages: Rust to wasm, wasm-bindgen, wasm-opt, and everything that lies beside them, into `dist/<page>/`.

use crate::cargo::{self, Profile};
use crate::compiler::{self, Compiler};
use crate::house::House;
use crate::{assemble, npm, process, say};
use anyhow::{Context as _, Result};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The bins of `salon-ui`; each is a page.
pub const PAGES: [&str; 2] = ["terminal", "console"];

/// What the pages are made of, apart from the npm packages (their lock file is in `ui`).
const INPUTS: [&str; 7] =
    ["ui", "shared", "Cargo.lock", "Cargo.toml", "xtask/wasm", "xtask/src/page.rs", "xtask/src/assemble.rs"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// What is shipped.
    Small,
    /// Quick to build, slow to load.
    Dev,
}

impl Kind {
    fn profile(self) -> &'static str {
        match self {
            Kind::Small => "page",
            Kind::Dev => "dev",
        }
    }

    fn folder(self) -> &'static str {
        match self {
            Kind::Small => "page",
            Kind::Dev => "debug",
        }
    }
}

/// Builds the pages, unless they are there and nothing has changed. Pages that `Dev` built do for whoever asks for
/// `Dev` only.
pub fn build(house: &House, kind: Kind) -> Result<()> {
    let compiler = compiler::chosen(house)?;
    let stamp = house.dist().join(".inputs");
    let inputs = fingerprint(house, kind, compiler)?;
    let complete = PAGES.iter().all(|page| house.dist().join(page).join(format!("{page}_bg.wasm")).exists());
    if complete && fs::read_to_string(&stamp).is_ok_and(|before| before == inputs) {
        say::line("The pages are up to date.");
        return Ok(());
    }
    say::line("Building the pages …");
    let work = &compiler.target_dir(house).join("bound");
    compile(house, kind, compiler)?;
    cargo::build(house, &["salon-bindgen"], Profile::Dev)?;
    std::thread::scope(|scope| {
        let bound = PAGES.map(|page| scope.spawn(move || bind(house, kind, compiler, &work.join(page), page)));
        bound.into_iter().try_for_each(|thread| thread.join().unwrap_or_else(|_| anyhow::bail!("a thread panicked")))
    })?;
    let _ = fs::remove_file(&stamp);
    for page in PAGES {
        assemble::assemble(house, page, &work.join(page))?;
        print_sizes(&house.dist().join(page));
    }
    fs::write(&stamp, inputs).context("dist/ can't be written to")
}

fn compile(house: &House, kind: Kind, compiler: Compiler) -> Result<()> {
    let mut command = compiler.build(house);
    process::run(command.args(["--package", "salon-ui", "--bins", "--profile", kind.profile()]))
        .context("the pages did not compile")
}

/// wasm-bindgen, then wasm-opt, into `out`; nothing when the compiler made the same as the last time.
fn bind(house: &House, kind: Kind, compiler: Compiler, out: &Path, page: &str) -> Result<()> {
    let built = compiler.target_dir(house).join(compiler::TARGET).join(kind.folder()).join(format!("{page}.wasm"));
    let stamp = out.with_extension("from");
    let from = made_from(house, kind, &built)?;
    if out.is_dir() && fs::read_to_string(&stamp).is_ok_and(|before| before == from) {
        return Ok(());
    }
    let _ = fs::remove_file(&stamp);
    let _ = fs::remove_dir_all(out);
    process::run(Command::new(house.debug_bin("salon-bindgen")).arg(built).arg(out).arg(page))?;
    if kind == Kind::Small {
        let wasm = out.join(format!("{page}_bg.wasm"));
        let mut command = npm::program(house, "wasm-opt")?;
        command.arg("-Oz").args(FEATURES).arg(&wasm).arg("-o").arg(&wasm);
        process::run(&mut command).with_context(|| format!("the page {page} could not be made small"))?;
    }
    fs::write(&stamp, from).with_context(|| format!("{} can't be written", stamp.display()))
}

/// What `bind` makes depends on the compiled page, on the tools' versions (in the lock files) and on how it calls them.
fn made_from(house: &House, kind: Kind, built: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    (kind, FEATURES).hash(&mut hasher);
    for file in [built, &house.root.join("Cargo.lock"), &house.ui().join("package-lock.json")] {
        fs::read(file).with_context(|| format!("{} can't be read", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// What rustc's wasm32 target and wasm-bindgen may use; every browser of the last four years and WebKitGTK have them.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The sum, and what is large in it.
fn print_sizes(page: &Path) {
    let mut files = Vec::new();
    if walk(page, &mut files).is_err() {
        return;
    }
    files.sort();
    let mut sum = (0, 0);
    for file in files {
        let raw = file.metadata().map_or(0, |known| known.len());
        let packed = gzipped(&file).unwrap_or(raw);
        sum = (sum.0 + raw, sum.1 + packed);
        if packed > LARGE {
            let name = file.strip_prefix(page).unwrap_or(&file).display();
            print_size(raw, packed, format!("{}/{name}", label(page)));
        }
    }
    print_size(sum.0, sum.1, format!("{} in all", label(page)));
}

/// Bytes, packed, from which a file is worth a line.
const LARGE: u64 = 20_000;

fn print_size(raw: u64, packed: u64, what: String) {
    say::line(format!("  {:>9}  gzip {:>9}  {what}", kilobytes(raw), kilobytes(packed)));
}

fn label(page: &Path) -> String {
    page.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn kilobytes(bytes: u64) -> String {
    format!("{:.1} kB", bytes as f64 / 1000.0)
}

/// As a server would send it. A font is packed already.
fn gzipped(file: &Path) -> Option<u64> {
    if file.extension().is_some_and(|extension| extension == "woff2") {
        return None;
    }
    let packed = process::output(Command::new(process::find("gzip")?).args(["-9", "-c"]).arg(file)).ok()?;
    Some(packed.stdout.len() as u64)
}

/// A hash over everything that the pages are made of, and how.
fn fingerprint(house: &House, kind: Kind, compiler: Compiler) -> Result<String> {
    let mut files = Vec::new();
    for input in INPUTS {
        let input = house.root.join(input);
        walk(&input, &mut files).with_context(|| format!("{} can't be read", input.display()))?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    (kind, compiler.name()).hash(&mut hasher);
    for file in files {
        file.strip_prefix(&house.root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

/// Every file below a folder, or the file itself.
fn walk(place: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if !place.is_dir() {
        files.push(place.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(place)? {
        let entry = entry?;
        if entry.file_name() != "node_modules" && entry.file_name() != "target" {
            walk(&entry.path(), files)?;
        }
    }
    Ok(())
}
