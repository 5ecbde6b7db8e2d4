//! Receipts to bytes and back. Method: the bytes of a whole small receipt are written out by hand from the command
//! reference; then any receipt at all has to read back as its own layout.

use proptest::prelude::*;
use salon_devices::escpos::decode::{Decoder, Op, describe, text as decode_text};
use salon_devices::escpos::{CodePage, encode, layout, prepare};
use salon_ports::{Align, Bitmap, PrintNote, ReceiptDoc, ReceiptPart, Symbology};

fn text(text: &str, align: Align, bold: bool, double: bool) -> ReceiptPart {
    ReceiptPart::Text { text: text.into(), align, bold, double }
}

fn bytes_of(parts: Vec<ReceiptPart>, page: CodePage, columns: usize) -> Vec<u8> {
    encode(&ReceiptDoc { parts }, page, columns).bytes
}

#[test]
fn a_receipt_byte_by_byte() {
    let parts = vec![
        text("Señor", Align::Center, true, true),
        ReceiptPart::Columns { left: "Cut".into(), right: "5 €".into(), bold: false },
        ReceiptPart::Feed { lines: 3 },
        ReceiptPart::Cut,
    ];
    let expected: &[&[u8]] = &[
        b"\x1b@\x1bt\x13",
        b"\x1ba\x01\x1bE\x01\x1d!\x11",
        b"Se\xa4or\n",
        b"\x1ba\x00\x1bE\x00\x1d!\x00",
        b"Cut          5 \xd5\n",
        b"\x1bd\x03",
        b"\x1dVB\x00",
    ];
    assert_eq!(bytes_of(parts, CodePage::Cp858, 16), expected.concat());
}

#[test]
fn the_drawer_pulse_has_both_times() {
    let bytes = bytes_of(vec![ReceiptPart::OpenDrawer], CodePage::Cp858, 48);
    assert_eq!(bytes[5..], [0x1B, 0x70, 0x00, 25, 250]);
}

#[test]
fn a_qr_code_is_set_up_stored_and_printed() {
    let content = "https://x.y/ä".to_owned();
    let bytes = bytes_of(vec![ReceiptPart::Qr { content }], CodePage::Cp1252, 48);
    let expected: &[&[u8]] = &[
        b"\x1b@\x1bt\x10\x1ba\x01",
        b"\x1d(k\x04\x001A2\x00",
        b"\x1d(k\x03\x001C\x06",
        b"\x1d(k\x03\x001E1",
        b"\x1d(k\x11\x001P0https://x.y/\xc3\xa4",
        b"\x1d(k\x03\x001Q0",
    ];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn a_barcode_is_code128_with_its_text() {
    let content = "R{1}".to_owned();
    let bytes = bytes_of(vec![ReceiptPart::Barcode { content, symbology: Symbology::Code128 }], CodePage::Cp858, 48);
    let expected: &[&[u8]] = &[b"\x1b@\x1bt\x13\x1ba\x01", b"\x1dh\x50\x1dw\x03\x1dH\x02", b"\x1dkI\x07{BR{{1}"];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn the_other_symbologies_byte_by_byte() {
    let cases: [(Symbology, &str, u8, &[u8]); 5] = [
        (Symbology::Ean13, "5901234123457", 67, b"5901234123457"),
        (Symbology::Ean8, "96385074", 68, b"96385074"),
        (Symbology::UpcA, "036000291452", 65, b"036000291452"),
        (Symbology::Code128, "R-000123", 73, b"{BR-{C\x00\x01\x17"),
        (Symbology::Code128, "123456", 73, b"{C\x0c\x22\x38"),
    ];
    for (symbology, content, system, data) in cases {
        let bytes = bytes_of(vec![ReceiptPart::Barcode { content: content.into(), symbology }], CodePage::Cp858, 48);
        let expected = [&[0x1D, b'k', system, data.len() as u8], data].concat();
        assert!(bytes.ends_with(&expected), "{symbology:?} {bytes:02X?}");
        assert_eq!(decode_text(&bytes, 48)[0].trim(), content);
    }
}

#[test]
fn a_picture_goes_out_in_bands() {
    let bitmap = Bitmap { width_dots: 20, height_dots: 50, rows: vec![0xF0; 3 * 50] };
    let bytes = bytes_of(vec![ReceiptPart::Image { bitmap, alt: "logo".into() }], CodePage::Cp858, 48);
    let head = b"\x1b@\x1bt\x13\x1ba\x01\x1ba\x01";
    let band = |rows: u8| [&[0x1D, b'v', b'0', 0, 3, 0, rows, 0][..], &vec![0xF0; 3 * usize::from(rows)]].concat();
    assert_eq!(bytes, [&head[..], &band(24), &band(24), &band(2)].concat());
    assert_eq!(decode_text(&bytes, 20), ["      [image]"]);
}

#[test]
fn a_picture_is_narrowed_to_the_paper_or_left_out_with_a_word() {
    let wide = Bitmap { width_dots: 1200, height_dots: 30, rows: vec![0xFF; 150 * 30] };
    for (columns, stride, rows) in [(32, 38, 8), (48, 50, 10)] {
        let part = ReceiptPart::Image { bitmap: wide.clone(), alt: String::new() };
        let bytes = bytes_of(vec![part], CodePage::Cp858, columns);
        assert_eq!(bytes[11..19], [0x1D, b'v', b'0', 0, stride, 0, rows, 0]);
    }
    let torn = Bitmap { width_dots: 8, height_dots: 8, rows: vec![0; 7] };
    let doc = ReceiptDoc { parts: vec![ReceiptPart::Image { bitmap: torn, alt: "Pink Blueberry".into() }] };
    let encoded = encode(&doc, CodePage::Cp858, 32);
    assert_eq!(encoded.notes, [PrintNote::ImageLeftOut { alt: "Pink Blueberry".into() }]);
    assert_eq!(decode_text(&encoded.bytes, 32), ["         Pink Blueberry"]);
}

#[test]
fn no_receipt_carries_a_real_time_command() {
    let bitmap = Bitmap { width_dots: 40, height_dots: 1, rows: vec![0x10, 0x14, 0x01, 0x00, 0x01] };
    let parts = vec![
        text("a\u{10}\u{14}\u{1}\u{0}\u{1}", Align::Left, false, false),
        ReceiptPart::Image { bitmap, alt: String::new() },
        ReceiptPart::Qr { content: "a\u{10}\u{14}\u{1}b".into() },
        ReceiptPart::Barcode { content: "1620010001".into(), symbology: Symbology::Code128 },
    ];
    let bytes = bytes_of(parts, CodePage::Cp858, 48);
    assert!(!bytes.windows(2).any(|pair| matches!(pair, [0x10, 0x04 | 0x05 | 0x14])), "{bytes:02X?}");
}

#[test]
fn what_a_page_lacks_is_printed_otherwise_and_reported() {
    let cases: [(CodePage, &str, &[u8], usize); 11] = [
        (CodePage::Cp852, "Łódź 5 €", b"\x9d\xa2d\xab 5 EUR\n", 1),
        (CodePage::Cp858, "Łódź 5 €", b"L\xa2dz 5 \xd5\n", 2),
        (CodePage::Cp1252, "“ñ” 髪", b"\x93\xf1\x94 ?\n", 1),
        (CodePage::Cp858, "a\u{1b}p\u{0}b", b"apb\n", 2),
        (CodePage::Cp858, "plain", b"plain\n", 0),
        (CodePage::Cp866, "Иван €", b"\x88\xa2\xa0\xad EUR\n", 1),
        (CodePage::Cp858, "Иван", b"Ivan\n", 4),
        (CodePage::Cp1254, "İzmir ığ", b"\xddzmir \xfd\xf0\n", 0),
        (CodePage::Cp1250, "Őry Łódź", b"\xd5ry \xa3\xf3d\x9f\n", 0),
        (CodePage::Cp437, "αβ ß", b"av \xe1\n", 2),
        (CodePage::Iso8859_15, "漢字 1 €", b"?? 1 \xa4\n", 2),
    ];
    for (page, input, expected, notes) in cases {
        let parts = vec![text(input, Align::Left, false, false)];
        let encoded = encode(&ReceiptDoc { parts }, page, 48);
        assert_eq!(encoded.bytes[5..], *expected, "{input}");
        assert_eq!(encoded.notes.len(), notes, "{input}: {:?}", encoded.notes);
    }
}

#[test]
fn codes_that_cannot_be_printed_become_text() {
    let long = "9".repeat(2332);
    let parts = vec![
        ReceiptPart::Qr { content: long },
        ReceiptPart::Barcode { content: "Übergröße".into(), symbology: Symbology::Code128 },
    ];
    let encoded = encode(&ReceiptDoc { parts }, CodePage::Cp858, 48);
    assert_eq!(
        encoded.notes,
        [PrintNote::QrTooLong { bytes: 2332 }, PrintNote::BarcodeUnprintable { content: "Übergröße".into() },]
    );
    let lines = decode_text(&encoded.bytes, 48);
    assert_eq!(lines.len(), 2332_usize.div_ceil(48) + 1);
}

#[test]
fn the_decoder_names_what_it_does_not_know() {
    let mut decoder = Decoder::new();
    let ops: Vec<Op> = decoder
        .push(b"\x1b@hi\x07\x1bZ\x1dV9\x10\x04\x02\x1bp\x00\x19")
        .into_iter()
        .map(|decoded| decoded.op)
        .collect();
    assert_eq!(ops[..2], [Op::Init, Op::Text("hi".into())]);
    assert_eq!(
        ops[2..5],
        [Op::Unknown(vec![0x07]), Op::Unknown(vec![0x1B, b'Z']), Op::Unknown(vec![0x1D, b'V', b'9']),]
    );
    assert!(matches!(ops[5..], [Op::Status(_)]));
    assert_eq!(decoder.pending(), 4);
}

#[test]
fn the_commands_of_the_reference_are_known_by_name_and_length() {
    let cases: &[(&str, &[u8])] = &[
        ("ESC !", b"\x1b!\x38"),
        ("ESC E", b"\x1bE\x01"),
        ("ESC G", b"\x1bG\x01"),
        ("ESC -", b"\x1b-2"),
        ("ESC M", b"\x1bM\x01"),
        ("ESC a", b"\x1ba1"),
        ("ESC 2", b"\x1b2"),
        ("ESC 3", b"\x1b3\x18"),
        ("ESC J", b"\x1bJ\x10"),
        ("ESC d", b"\x1bd\x03"),
        ("ESC R", b"\x1bR\x02"),
        ("ESC t", b"\x1bt\x10"),
        ("ESC {", b"\x1b{\x01"),
        ("ESC V", b"\x1bV\x01"),
        ("ESC D", b"\x1bD\x08\x10\x00"),
        ("HT", b"\t"),
        ("ESC SP", b"\x1b \x02"),
        ("GS !", b"\x1d!\x22"),
        ("GS B", b"\x1dB\x01"),
        ("GS L", b"\x1dL\x10\x00"),
        ("GS W", b"\x1dW\x00\x02"),
        ("GS P", b"\x1dP\xcb\xcb"),
        ("GS a", b"\x1da\xff"),
        ("GS H", b"\x1dH2"),
        ("GS f", b"\x1df\x01"),
        ("GS h", b"\x1dh\x50"),
        ("GS w", b"\x1dw\x03"),
        ("GS k", b"\x1dk\x045A5\x00"),
        ("GS k", b"\x1dkC\x0c590123412345"),
        ("GS ( k", b"\x1d(k\x03\x001C\x06"),
        ("GS ( k", b"\x1d(k\x03\x000A\x02"),
        ("GS v 0", b"\x1dv0\x00\x01\x00\x01\x00\xff"),
        ("GS ( L", b"\x1d(L\x02\x0002"),
        ("GS ( L", b"\x1d(L\x0b\x000p0\x01\x011\x08\x00\x01\x00\xff"),
        ("GS 8 L", b"\x1d8L\x0b\x00\x00\x000p0\x01\x011\x08\x00\x01\x00\xff"),
        ("ESC *", b"\x1b*\x21\x01\x00\xff\x00\xff"),
        ("FS !", b"\x1c!\x00"),
        ("FS &", b"\x1c&"),
        ("FS .", b"\x1c."),
        ("FS C", b"\x1cC\x01"),
        ("FS S", b"\x1cS\x00\x00"),
        ("FS -", b"\x1c-\x00"),
        ("FS p", b"\x1cp\x01\x00"),
        ("FS ( A", b"\x1c(A\x02\x000\x00"),
        ("FS q", b"\x1cq\x01\x01\x00\x01\x0012345678"),
        ("GS V", b"\x1dV\x00"),
        ("GS V", b"\x1dV1"),
        ("GS V", b"\x1dVA\x10"),
        ("GS V", b"\x1dVB\x00"),
        ("GS V", b"\x1dVa\x00"),
        ("GS V", b"\x1dVg\x00"),
        ("ESC i", b"\x1bi"),
        ("ESC m", b"\x1bm"),
        ("ESC p", b"\x1bp0\x19\xfa"),
        ("DLE DC4", b"\x10\x14\x01\x01\x08"),
        ("DLE EOT", b"\x10\x04\x04"),
        ("DLE ENQ", b"\x10\x05\x02"),
        ("GS r", b"\x1dr1"),
        ("GS I", b"\x1dIB"),
        ("ESC c 5", b"\x1bc5\x01"),
        ("ESC =", b"\x1b=\x01"),
        ("ESC $", b"\x1b$\x40\x00"),
        ("ESC \\", b"\x1b\\\xf0\xff"),
        ("US $", b"\x1f$\x01\x02"),
        ("US X", b"\x1fX\x04"),
        ("ESC B", b"\x1bB\x02\x02"),
        ("ESC &", b"\x1b&\x03AB\x01123\x00"),
        ("CR", b"\r"),
        ("NUL", b"\x00\x00\x00"),
        ("GS ( A", b"\x1d(A\x02\x00\x00\x02"),
        ("GS g 0", b"\x1dg0\x00\x14\x00"),
        ("ESC W", b"\x1bW12345678"),
    ];
    for (name, bytes) in cases {
        // With text behind: a wrong length would swallow it, or leave something before it.
        let objects = describe(&[*bytes, b"x"].concat());
        assert_eq!(objects.len(), 2, "{name}: {objects:?}");
        assert_eq!(objects[0]["name"], *name);
        assert_eq!(objects[0]["unknown"], serde_json::Value::Null, "{name}");
        assert_eq!(objects[1]["text"], "x", "{name}");
    }
}

#[test]
fn a_recording_is_told_command_by_command() {
    let bytes = [
        &b"\x1b@\x1bt\x13\x1ba\x01caf\x82\n"[..],
        b"\x1d(k\x05\x001P0hi\x1dkI\x05{BR-1\x1dVB\x00\x1bp\x00\x19\xfa\x10\x04\x02",
        b"\x1dv0\x00\x01\x00\x02\x00\xff\x0f\x1bZ\x1b",
    ]
    .concat();
    let expected = serde_json::json!([
        {"name": "ESC @", "hex": "1B 40"},
        {"name": "ESC t", "hex": "1B 74 13", "code_page": "PC858"},
        {"name": "ESC a", "hex": "1B 61 01", "align": "center"},
        {"name": "text", "hex": "63 61 66 82", "text": "café"},
        {"name": "LF", "hex": "0A"},
        {"name": "GS ( k", "hex": "1D 28 6B 05 00 31 50 30 68 69", "symbol": "QR", "function": "store", "content": "hi"},
        {"name": "GS k", "hex": "1D 6B 49 05 7B 42 52 2D 31", "symbology": "Code128", "content": "R-1"},
        {"name": "GS V", "hex": "1D 56 42 00", "partial": true, "feed_dots": 0},
        {"name": "ESC p", "hex": "1B 70 00 19 FA", "connector_pin": 2, "on_ms": 50, "off_ms": 500},
        {"name": "DLE EOT", "hex": "10 04 02", "asks": "OfflineCause", "real_time": true},
        {"name": "GS v 0", "hex": "1D 76 30 00 01 00 02 00 FF 0F", "width_dots": 8, "height_dots": 2, "scale_x": 1,
         "scale_y": 1},
        {"name": "ESC Z", "hex": "1B 5A", "unknown": true},
        {"name": "incomplete", "hex": "1B"},
    ]);
    assert_eq!(serde_json::Value::Array(describe(&bytes)), expected);
}

#[test]
fn a_length_that_lies_takes_no_memory() {
    let mut decoder = Decoder::new();
    let mut bytes = b"\x1d8L\xff\xff\xff\xff".to_vec();
    bytes.extend(vec![b'x'; 100_000]);
    let ops = decoder.push(&bytes);
    assert!(matches!(ops[0].op, Op::Unknown(_)));
    assert_eq!(decoder.pending(), 0);
}

fn any_part() -> impl Strategy<Value = ReceiptPart> {
    let align = prop_oneof![Just(Align::Left), Just(Align::Center), Just(Align::Right)];
    prop_oneof![
        ("[ -~äßñ€Łź髪\n]{0,90}", align, any::<bool>(), any::<bool>())
            .prop_map(|(text, align, bold, double)| ReceiptPart::Text { text, align, bold, double }),
        ("[ -~é€]{0,60}", "[0-9.,€ ]{0,14}", any::<bool>()).prop_map(|(left, right, bold)| ReceiptPart::Columns {
            left,
            right,
            bold
        }),
        Just(ReceiptPart::Rule),
        (0_u8..5).prop_map(|lines| ReceiptPart::Feed { lines }),
        "[ -~ü\u{1}\u{10}\u{14}]{0,60}".prop_map(|content| ReceiptPart::Qr { content }),
        ("[0-9]{7}|[0-9]{11,12}", prop_oneof![Just(Symbology::Ean13), Just(Symbology::Ean8), Just(Symbology::UpcA)])
            .prop_map(|(digits, symbology)| {
                let check = salon_symbol::check_digit(&digits).unwrap();
                ReceiptPart::Barcode { content: format!("{digits}{check}"), symbology }
            }),
        (
            proptest::collection::vec("[ -~äЖ]{0,12}", 0..5),
            proptest::collection::vec(proptest::collection::vec("[ -~äŁ\n]{0,14}", 0..5), 0..4)
        )
            .prop_map(|(header, rows)| ReceiptPart::Table { header, rows }),
        (0_u16..700, 0_u16..60, any::<u8>()).prop_map(|(width_dots, height_dots, byte)| {
            let rows = vec![byte; usize::from(width_dots).div_ceil(8) * usize::from(height_dots)];
            ReceiptPart::Image { bitmap: Bitmap { width_dots, height_dots, rows }, alt: String::new() }
        }),
        "[ -~ü]{0,24}".prop_map(|content| ReceiptPart::Barcode { content, symbology: Symbology::Code128 }),
        Just(ReceiptPart::Cut),
        Just(ReceiptPart::OpenDrawer),
    ]
}

fn any_page() -> impl Strategy<Value = CodePage> {
    proptest::sample::select(CodePage::ALL.to_vec())
}

proptest! {
    #[test]
    fn what_is_on_paper_is_the_layout(
        parts in proptest::collection::vec(any_part(), 0..8), page in any_page(), columns in prop_oneof![Just(32_usize), Just(48)]
    ) {
        let doc = ReceiptDoc { parts };
        let encoded = encode(&doc, page, columns);
        let (prepared, notes) = prepare(&doc, page, columns);
        prop_assert_eq!(&encoded.notes, &notes);
        prop_assert_eq!(decode_text(&encoded.bytes, columns), layout(&prepared, columns));
    }

    #[test]
    fn text_of_any_kind_is_printed_as_prepared_and_steers_nothing(line in any::<String>(), page in any_page()) {
        let doc = ReceiptDoc { parts: vec![text(&line, Align::Left, false, false)] };
        let bytes = encode(&doc, page, 48).bytes;
        prop_assert!(bytes[5..].iter().all(|byte| *byte == b'\n' || (*byte >= b' ' && *byte != 0x7F)), "{bytes:02X?}");
        let (prepared, notes) = prepare(&doc, page, 48);
        prop_assert_eq!(decode_text(&bytes, 48), layout(&prepared, 48));
        let ReceiptPart::Text { text: printed, .. } = &prepared.parts[0] else { unreachable!() };
        for character in line.chars().filter(|c| !c.is_whitespace() && !printed.contains(*c)) {
            let noted = |note: &PrintNote| matches!(note, PrintNote::Substituted { original, .. } if *original == character);
            prop_assert!(notes.iter().any(noted), "{character:?} vanished without a word");
        }
    }

    #[test]
    fn our_bytes_are_known_whole_however_they_arrive(
        parts in proptest::collection::vec(any_part(), 0..6), page in any_page(), piece in 1_usize..40
    ) {
        let bytes = encode(&ReceiptDoc { parts }, page, 48).bytes;
        let mut decoder = Decoder::new();
        let mut raw = Vec::new();
        for chunk in bytes.chunks(piece) {
            for decoded in decoder.push(chunk) {
                prop_assert!(!matches!(decoded.op, Op::Unknown(_)), "{:?}", decoded.op);
                raw.extend(decoded.raw);
            }
        }
        prop_assert_eq!(decoder.pending(), 0);
        prop_assert_eq!(raw, bytes);
    }

    #[test]
    fn the_decoder_takes_hostile_bytes(bytes in proptest::collection::vec(
        prop_oneof![
            Just(0x1B_u8), Just(0x1D), Just(0x10), Just(0x1C), Just(0x1F), Just(b'('), Just(b'k'), Just(b'v'), Just(b'*'),
            Just(b'8'), Just(b'L'), Just(0), any::<u8>()
        ],
        0..300
    )) {
        let mut decoder = Decoder::new();
        let raw: usize = decoder.push(&bytes).iter().map(|decoded| decoded.raw.len()).sum();
        prop_assert_eq!(raw + decoder.pending(), bytes.len());
        decode_text(&bytes, 32);
        describe(&bytes);
    }
}
