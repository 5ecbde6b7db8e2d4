//! The printer simulator under programs that know nothing of us: `python-escpos`, `receiptline` and `receiptio`, run for
//! real. Method: what they print has to be understood whole and read right; what they ask has to be answered so that
//! they say the right thing.
//!
//! They are found in the folder that `SALON_PEERS` names (`venv/bin/python`, `node_modules`), installed there from
//! `tests/peers`. Without it each test says so and does nothing.

use salon_devices::escpos::decode::{Decoder, Op};
use salon_devices::sim::{PrinterFault, PrinterSim, PrinterSimOptions};
use std::io::Write;
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(20);

/// The folder of the peers; `None`, with a word, where there is none.
fn peers() -> Option<PathBuf> {
    let folder = std::env::var_os("SALON_PEERS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("skipped: SALON_PEERS names no folder with python-escpos and receiptio");
    }
    folder
}

/// Where the paper goes; into `SALON_PAPER`, for who wants to look at it.
fn paper_folder(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    std::env::var_os("SALON_PAPER").map_or_else(|| folder.path().to_owned(), PathBuf::from).join(name)
}

fn script(name: &str) -> String {
    format!("{}/tests/devices/peers/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn run(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn assert_shows(lines: &[String], expected: &[&str]) {
    let paper = lines.join("\n");
    for text in expected {
        assert!(paper.contains(text), "no {text:?} on\n{paper}");
    }
}

#[test]
fn python_escpos_prints_a_receipt() {
    let Some(peers) = peers() else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = paper_folder(&folder, "python-escpos");
    let sim = PrinterSim::start(PrinterSimOptions { out: Some(out.clone()), ..PrinterSimOptions::default() }).unwrap();
    let address = sim.address();
    let mut python = Command::new(peers.join("venv/bin/python"));
    run(python.arg(script("receipt.py")).arg(address.ip().to_string()).arg(address.port().to_string()));
    assert!(sim.wait_for_receipts(1, SOON));
    assert_eq!(sim.errors(), Vec::<String>::new());
    assert_eq!(sim.drawer_pulses(), 1);
    let receipt = sim.receipts().pop().unwrap();
    assert_shows(
        &receipt.lines,
        &[
            "[image]\n[image]\n[image]",
            "                 Pink Blueberry",
            "Ägidiusstraße 3",
            "Haarschnitt für Jürgen       42,00 €",
            " TOTAL 51,50",
            "\nBIG\n",
            "[QR] https://salon.example/r/1",
            "5901234123457",
            "R-000123",
            "        tabbed",
        ],
    );
    assert!(std::fs::metadata(out.join("0001.png")).unwrap().len() > 1000);
}

#[test]
fn python_escpos_says_how_the_printer_is() {
    let Some(peers) = peers() else { return };
    let sim = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let address = sim.address();
    let says = || {
        let mut python = Command::new(peers.join("venv/bin/python"));
        let said = run(python.arg(script("status.py")).arg(address.ip().to_string()).arg(address.port().to_string()));
        String::from_utf8(said).unwrap().trim().to_owned()
    };
    assert_eq!(says(), "online paper");
    for (fault, expected) in [
        (PrinterFault::PaperNearEnd, "online little paper"),
        (PrinterFault::PaperOut, "offline no paper"),
        (PrinterFault::CoverOpen, "offline paper"),
        (PrinterFault::Offline, "offline paper"),
        (PrinterFault::Feeding, "offline paper"),
    ] {
        sim.set(fault);
        assert_eq!(says(), expected, "{fault:?}");
        sim.clear();
    }
}

#[test]
fn receiptline_prints_a_receipt() {
    let Some(peers) = peers() else { return };
    let folder = tempfile::tempdir().unwrap();
    let out = paper_folder(&folder, "receiptline");
    let sim = PrinterSim::start(PrinterSimOptions { out: Some(out.clone()), ..PrinterSimOptions::default() }).unwrap();
    for language in ["escpos", "epson", "generic"] {
        let mut node = Command::new("node");
        let bytes = run(node.arg(script("receipt.js")).arg(language).env("NODE_PATH", peers.join("node_modules")));
        let unknown: Vec<_> =
            Decoder::new().push(&bytes).into_iter().filter(|d| matches!(d.op, Op::Unknown(_))).collect();
        assert_eq!(unknown, [], "{language}");
        let before = sim.receipts().len();
        let mut printer = TcpStream::connect(sim.address()).unwrap();
        printer.write_all(&bytes).unwrap();
        assert!(sim.wait_for_receipts(before + 1, SOON), "{language}");
        let lines = sim.receipts().pop().unwrap().lines;
        assert_shows(
            &lines,
            &[
                "Pink Blueberry",
                "Ägidiusstraße 3",
                "Haarschnitt für Jürgen",
                "42,00 €",
                "│19 %      │  43,28   │      8,22│",
                "51,50 €",
                "[image]",
            ],
        );
        if language != "generic" {
            // The generic language draws its codes as pictures.
            assert_shows(&lines, &["R-000123", "5901234123457"]);
        }
    }
}

/// `receiptio` knows only port 9100, and a loopback address of its own keeps tests apart. Where the system has only one
/// such address (macOS), `None` with a word.
fn printer_at(address: &str) -> Option<PrinterSim> {
    let options = PrinterSimOptions { listen: format!("{address}:9100"), ..PrinterSimOptions::default() };
    match PrinterSim::start(options) {
        Ok(sim) => Some(sim),
        Err(error) => {
            eprintln!("skipped: {address}:9100 is not to be had: {error}");
            None
        }
    }
}

fn receiptio(peers: &std::path::Path, arguments: &[&str]) -> String {
    let program = peers.join("node_modules/receiptio/bin/cli.js");
    // What it says goes to standard error, and a code of its own is its exit status.
    let output = Command::new("node").arg(program).args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

#[test]
fn receiptio_says_how_the_printer_is() {
    let Some(peers) = peers() else { return };
    let address = "127.77.0.1";
    let Some(sim) = printer_at(address) else { return };
    let says = || receiptio(&peers, &["-d", address, "-q"]);
    assert_eq!(says(), "online");
    for (fault, expected) in [
        (PrinterFault::CoverOpen, "coveropen"),
        (PrinterFault::PaperOut, "paperempty"),
        (PrinterFault::PaperNearEnd, "online"),
        (PrinterFault::CutterJam, "error"),
        (PrinterFault::Error, "error"),
        (PrinterFault::Overheated, "error"),
        (PrinterFault::Silent, "offline"),
    ] {
        sim.set(fault);
        assert_eq!(says(), expected, "{fault:?}");
        sim.clear();
    }
    // "drawer2" is for drawers whose switch makes pin 3 high when they are open, as ours does.
    assert_eq!(receiptio(&peers, &["-d", address, "-q", "drawer2"]), "drawerclosed");
    drop(sim);
    assert_eq!(says(), "disconnect");
}

#[test]
fn receiptio_prints_and_is_told_what_happens() {
    let Some(peers) = peers() else { return };
    let address = "127.77.0.2";
    let Some(sim) = printer_at(address) else { return };
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("receipt.md");
    std::fs::write(&source, "^^^Pink Blueberry\n\nAsparagus | 1| 1.00\n---\n^TOTAL | ^1.00\n").unwrap();
    let source = source.to_str().unwrap();
    assert_eq!(receiptio(&peers, &["-d", address, source]), "success");
    assert!(sim.wait_for_receipts(1, SOON));
    assert_shows(&sim.receipts()[0].lines, &["Pink Blueberry", "Asparagus", "TOTAL"]);

    // The paper ends in the middle: the printer says so by itself (`GS a`), and the rest comes with the new roll.
    sim.set(PrinterFault::PaperOutAfterLines(2));
    assert_eq!(receiptio(&peers, &["-d", address, source]), "paperempty");
    sim.clear();
    assert!(sim.wait_for_receipts(2, SOON));
}
