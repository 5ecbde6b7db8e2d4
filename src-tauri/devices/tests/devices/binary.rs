//! `salon-sim` as `x run` starts it: a process, its first line, its port, its control port.

use salon_devices::{CardTerminalConfig, PrinterConfig, card_terminal, printer};
use salon_domain::kernel::{Currency, Money, PaymentId};
use salon_ports::{CardOutcome, CardRequest, CardResolution, PortError, ReceiptDoc, ReceiptPart};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

struct Process {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Process {
    fn start(arguments: &[&str]) -> Process {
        let mut child =
            Command::new(env!("CARGO_BIN_EXE_salon-sim")).args(arguments).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Process { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn address(&mut self, prefix: &str) -> String {
        let line = self.line();
        line.strip_prefix(prefix).expect(&line).to_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn control(address: &str, command: &str) -> Vec<String> {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    writeln!(stream, "{command}").unwrap();
    let mut answer = Vec::new();
    for line in BufReader::new(stream).lines() {
        let line = line.unwrap();
        let last = line == "ok" || line.starts_with("error");
        answer.push(line);
        if last {
            break;
        }
    }
    answer
}

#[test]
fn the_printer_process() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("receipts");
    let arguments = ["printer", "--control", "127.0.0.1:0", "--out"];
    let mut process = Process::start(&[&arguments[..], &[out.to_str().unwrap()]].concat());
    let address = process.address("listening on ");
    let steering = process.address("control on ");
    let config = format!(r#"{{"kind":"escpos_tcp","address":"{address}"}}"#);
    let config: PrinterConfig = serde_json::from_str(&config).unwrap();
    let mut driver = printer(&config);
    let receipt = ReceiptDoc { parts: vec![ReceiptPart::Rule, ReceiptPart::Cut] };

    assert_eq!(control(&steering, "paper-out"), ["ok"]);
    assert!(driver.print(&receipt).is_err());
    assert!(control(&steering, "on fire")[0].starts_with("error: "));
    assert_eq!(control(&steering, "ok"), ["ok"]);
    driver.print(&receipt).unwrap();
    assert!(process.line().starts_with("receipt 1: 1 lines"));
    assert_eq!(control(&steering, "receipts"), ["1", "ok"]);
    let text = std::fs::read_to_string(out.join("0001.txt")).unwrap();
    assert_eq!(text, "-".repeat(48) + "\n");
}

#[test]
fn the_card_process() {
    let arguments = ["card-terminal", "--delay-ms", "0", "--control", "127.0.0.1:0"];
    let mut process = Process::start(&arguments);
    let address = process.address("listening on ");
    let steering = process.address("control on ");
    let config = format!(r#"{{"kind":"zvt_tcp","address":"{address}"}}"#);
    let config: CardTerminalConfig = serde_json::from_str(&config).unwrap();
    let mut driver = card_terminal(&config, None);
    let request = CardRequest::payment(PaymentId::from_parts(1, [1; 10]), Money::new(8200, Currency::EUR));
    let mut pay = || driver.transact(&request, &mut |_| {}, &mut |_| Ok(()));

    assert_eq!(control(&steering, "decline"), ["ok"]);
    assert!(matches!(pay(), Ok(CardOutcome::Declined { .. })));
    assert!(matches!(pay(), Ok(CardOutcome::Approved(_))));
    let ledger = control(&steering, "ledger");
    assert_eq!(ledger.len(), 2);
    let entry: serde_json::Value = serde_json::from_str(&ledger[0]).unwrap();
    assert_eq!(entry["amount_minor"], 8200);
    assert_eq!(entry["state"], "final");
    assert_eq!(control(&steering, "charged"), ["8200", "ok"]);
    assert_eq!(process.line(), "Payment 2 of 8200 minor units: Final");
}

/// A terminal that follows a script, is killed with an approval in the air, and comes back with its memory.
#[test]
fn the_card_process_keeps_its_memory() {
    let folder = tempfile::tempdir().unwrap();
    let (script, memory) = (folder.path().join("script"), folder.path().join("memory"));
    std::fs::write(&script, "# a day\napprove\ndecline 51\n").unwrap();
    let arguments = [
        "card-terminal",
        "--delay-ms",
        "0",
        "--script",
        script.to_str().unwrap(),
        "--memory",
        memory.to_str().unwrap(),
    ];
    let start = || {
        let mut process = Process::start(&arguments);
        let address = process.address("listening on ");
        let config = format!(r#"{{"kind":"zvt_tcp","address":"{address}"}}"#);
        let config: CardTerminalConfig = serde_json::from_str(&config).unwrap();
        (process, card_terminal(&config, None))
    };
    let request = CardRequest::payment(PaymentId::from_parts(1, [1; 10]), Money::new(8200, Currency::EUR));
    let (process, mut driver) = start();
    let mut pay = || driver.transact(&request, &mut |_| {}, &mut |_| Ok(()));
    assert!(matches!(pay(), Ok(CardOutcome::Approved(_))));
    assert!(matches!(pay(), Ok(CardOutcome::Declined { code: 0x51, .. })));
    let mut killed = Some(process);
    let outcome = driver.transact(&request, &mut |_| {}, &mut |_| {
        // Before the acknowledgement.
        drop(killed.take());
        Ok(())
    });
    assert!(matches!(outcome, Err(PortError::OutcomeUnknown { .. })), "{outcome:?}");

    let (_process, mut driver) = start();
    let resolution = driver.resolve(&request, Some(1), &mut |_| {}).unwrap();
    assert_eq!(resolution, CardResolution::NotCharged);
    assert_eq!(driver.last_trace().unwrap(), Some(1));
    assert_eq!(driver.end_of_day(&mut |_| {}).unwrap().total_minor, 8200);
}

#[test]
fn a_script_that_is_none_is_told_by_its_line() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("script");
    std::fs::write(&script, "approve\nexplode\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_salon-sim"))
        .args(["card-terminal", "--script", script.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("line 2: \"explode\" is none of: approve"), "{told}");
}
