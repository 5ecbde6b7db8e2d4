//! Receipts to bytes and back. Method: the bytes of a whole small receipt are written out by hand from the command
//! reference; then any receipt at all has to read back as its own layout.

use proptest::prelude::*;
use salon_devices::escpos::decode::{Decoder, Op, text as decode_text};
use salon_devices::escpos::{CodePage, encode, layout, prepare};
use salon_ports::{Align, PrintNote, ReceiptDoc, ReceiptPart, Symbology};

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
fn a_barcode_is_code128_set_b_with_its_text() {
    let content = "R{1}".to_owned();
    let bytes = bytes_of(vec![ReceiptPart::Barcode { content, symbology: Symbology::Code128 }], CodePage::Cp858, 48);
    let expected: &[&[u8]] = &[b"\x1b@\x1bt\x13\x1ba\x01", b"\x1dh\x50\x1dw\x03\x1dH\x02", b"\x1dkI\x07{BR{{1}"];
    assert_eq!(bytes, expected.concat());
}

#[test]
fn what_a_page_lacks_is_printed_otherwise_and_reported() {
    let cases: [(CodePage, &str, &[u8], usize); 5] = [
        (CodePage::Cp852, "Łódź 5 €", b"\x9d\xa2d\xab 5 EUR\n", 1),
        (CodePage::Cp858, "Łódź 5 €", b"L\xa2dz 5 \xd5\n", 2),
        (CodePage::Cp1252, "“ñ” 髪", b"\x93\xf1\x94 ?\n", 1),
        (CodePage::Cp858, "a\u{1b}p\u{0}b", b"apb\n", 2),
        (CodePage::Cp858, "plain", b"plain\n", 0),
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
        .push(b"\x1b@hi\x07\x1bZ\x1dV0\x10\x04\x02\x1bp\x00\x19")
        .into_iter()
        .map(|decoded| decoded.op)
        .collect();
    assert_eq!(ops[..2], [Op::Init, Op::Text("hi".into())]);
    assert_eq!(
        ops[2..5],
        [Op::Unknown(vec![0x07]), Op::Unknown(vec![0x1B, b'Z']), Op::Unknown(vec![0x1D, b'V', b'0']),]
    );
    assert!(matches!(ops[5..], [Op::Status(_)]));
    assert_eq!(decoder.pending(), 4);
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
        "[ -~ü]{0,60}".prop_map(|content| ReceiptPart::Qr { content }),
        "[ -~ü]{0,24}".prop_map(|content| ReceiptPart::Barcode { content, symbology: Symbology::Code128 }),
        Just(ReceiptPart::Cut),
        Just(ReceiptPart::OpenDrawer),
    ]
}

fn any_page() -> impl Strategy<Value = CodePage> {
    prop_oneof![Just(CodePage::Cp858), Just(CodePage::Cp1252), Just(CodePage::Cp852)]
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
        prop_oneof![Just(0x1B_u8), Just(0x1D), Just(0x10), Just(b'('), Just(b'k'), any::<u8>()], 0..300
    )) {
        let mut decoder = Decoder::new();
        let raw: usize = decoder.push(&bytes).iter().map(|decoded| decoded.raw.len()).sum();
        prop_assert_eq!(raw + decoder.pending(), bytes.len());
        decode_text(&bytes, 32);
    }
}
