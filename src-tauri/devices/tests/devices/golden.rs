//! A whole receipt of a salon on both papers. Method: what comes out of the simulator, decoded by it from the bytes that
//! the driver sent, is held against files that a person has read.

use salon_devices::escpos::{CodePage, layout, prepare};
use salon_devices::sim::{PrinterSim, PrinterSimOptions};
use salon_devices::{Paper, PrinterConfig, printer};
use salon_ports::{Align, Bitmap, ReceiptDoc, ReceiptPart, Symbology};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A round logo with a stripe, 160 dots wide.
fn logo() -> Bitmap {
    let mut rows = vec![0_u8; 20 * 120];
    for y in 0..120_i32 {
        for x in 0..160_i32 {
            let (dx, dy) = (x - 80, y - 60);
            let ring = (40 * 40..55 * 55).contains(&(dx * dx + dy * dy));
            let stripe = (y / 6) % 2 == 0 && dx * dx + dy * dy < 34 * 34;
            if ring || stripe {
                rows[(y * 20 + x / 8) as usize] |= 0x80 >> (x % 8);
            }
        }
    }
    Bitmap { width_dots: 160, height_dots: 120, rows }
}

fn receipt() -> ReceiptDoc {
    let line = |text: &str, align, bold, double| ReceiptPart::Text { text: text.into(), align, bold, double };
    let item = |left: &str, right: &str, bold| ReceiptPart::Columns { left: left.into(), right: right.into(), bold };
    let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
    ReceiptDoc {
        parts: vec![
            ReceiptPart::Image { bitmap: logo(), alt: String::new() },
            line("Pink Blueberry", Align::Center, true, true),
            line("Ägidiusstraße 3, 48143 Münster", Align::Center, false, false),
            ReceiptPart::Rule,
            line("2026-05-04 16:20   R-000123", Align::Left, false, false),
            line("Client: Łucja Şahin, Пётр, Ελένη, 髪", Align::Left, false, false),
            ReceiptPart::Feed { lines: 1 },
            item("Haarschnitt & Föhnen, lang, mit Kopfmassage", "62,00 €", false),
            item("Coloration crème brûlée", "78,50 €", false),
            item("  Treuerabatt 10 %", "-7,85 €", false),
            item("Shampoo 250 ml", "19,90 €", false),
            ReceiptPart::Rule,
            item("Summe", "152,55 €", true),
            item("Karte VISA ****0119", "152,55 €", false),
            ReceiptPart::Feed { lines: 1 },
            ReceiptPart::Table {
                header: row(["MwSt", "Netto", "Steuer", "Brutto"]),
                rows: vec![row(["19 %", "111,47", "21,18", "132,65"]), row(["7 %", "18,60", "1,30", "19,90"])],
            },
            ReceiptPart::Feed { lines: 1 },
            ReceiptPart::Barcode { content: "R-000123".into(), symbology: Symbology::Code128 },
            ReceiptPart::Barcode { content: "5901234123457".into(), symbology: Symbology::Ean13 },
            ReceiptPart::Qr { content: "https://salon.example/r/000123".into() },
            line("Danke & bis bald!", Align::Center, false, false),
            ReceiptPart::Feed { lines: 2 },
            ReceiptPart::Cut,
        ],
    }
}

#[test]
fn a_whole_receipt_on_both_papers() {
    let folder = tempfile::tempdir().unwrap();
    for (name, columns) in [("receipt-58mm", 32), ("receipt-80mm", 48)] {
        // For who wants to look at the paper.
        let root = std::env::var_os("SALON_PAPER").map_or_else(|| folder.path().to_owned(), PathBuf::from);
        let out = root.join(name);
        let options = PrinterSimOptions { out: Some(out.clone()), columns, ..PrinterSimOptions::default() };
        let sim = PrinterSim::start(options).unwrap();
        let paper = Paper { columns: columns as u8, ..Paper::default() };
        let mut driver = printer(&PrinterConfig::EscposTcp { address: sim.address().to_string(), paper });
        let printed = driver.print(&receipt()).unwrap();
        assert_eq!(sim.errors(), Vec::<String>::new());
        let lines = sim.receipts().pop().unwrap().lines;
        assert_eq!(lines, layout(&prepare(&receipt(), CodePage::Cp858, columns).0, columns));
        let notes: String =
            printed.notes.iter().map(|note| format!("{}\n", serde_json::to_string(note).unwrap())).collect();
        let seen = lines.iter().map(|line| format!("{line}\n")).collect::<String>() + "\n" + &notes;
        let golden = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/devices/golden/{name}.txt"));
        if std::env::var_os("SALON_GOLDEN").is_some() {
            std::fs::write(&golden, &seen).unwrap();
        }
        assert_eq!(seen, std::fs::read_to_string(&golden).unwrap(), "{name}; SALON_GOLDEN=1 writes it anew");
        let picture = out.join("0001.png");
        picture_is(&picture, columns as u32 * 12);
        codes_can_be_read(&picture);
    }
}

/// By a reader that knows nothing of us (`zbarimg` of the package zbar-tools); with a word where it is not installed.
fn codes_can_be_read(picture: &Path) {
    let Ok(output) = Command::new("zbarimg").arg("-q").arg(picture).output() else {
        eprintln!("skipped: no zbarimg to read the codes with");
        return;
    };
    let mut read: Vec<_> = std::str::from_utf8(&output.stdout).unwrap().lines().map(str::to_owned).collect();
    read.sort();
    assert_eq!(read, ["CODE-128:R-000123", "EAN-13:5901234123457", "QR-Code:https://salon.example/r/000123"]);
}

/// Wide as the print head, grey as paper, with ink on it.
fn picture_is(path: &Path, width: u32) {
    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(path).unwrap()));
    let mut reader = decoder.read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!(info.width, width);
    assert!(info.height > 800, "{} dots high", info.height);
    let dark = pixels.iter().filter(|pixel| **pixel < 0x40).count();
    let share = dark as f64 / pixels.len() as f64;
    assert!((0.03..0.30).contains(&share), "{share} of the paper is black");
}
