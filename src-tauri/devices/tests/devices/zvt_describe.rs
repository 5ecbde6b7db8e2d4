//! Recordings read aloud. Method: recordings put together by hand, whole, damaged and mixed, then any bytes at all; a
//! card number that is in them must never come out.

use crate::zvt_sources::bytes;
use proptest::prelude::*;
use salon_devices::zvt::{Command, Fields, describe, serial};
use serde_json::{Value, json};

/// Visa's published test number.
const CARD_NUMBER: &str = "4111111111111111";

fn one(hex: &str) -> Value {
    let frames = describe(&bytes(hex));
    assert_eq!(frames.len(), 1, "{frames:?}");
    frames.into_iter().next().unwrap()
}

#[test]
fn a_payment_by_name() {
    let frame = one("06 01 0A 04 00 00 00 00 12 34 49 09 78");
    let expected = json!({
        "offset": 0, "length": 13,
        "command": "authorisation", "class": "06", "instruction": "01",
        "bitmaps": { "amount_minor": 1234, "currency": "EUR" },
    });
    assert_eq!(frame, expected);
}

#[test]
fn a_result_with_card_data_and_a_container() {
    let frame = one(
        "04 0F 3B 27 05 04 00 00 00 00 08 20 0B 00 01 23 0C 14 30 59 0D 05 12 0E 28 12 22 F0 F8 41 11 11 11 11 11 11 11 \
         8A 05 06 15 24 0B 07 09 41 62 67 65 6C 65 68 6E 74 1F 07 01 02 4C 02 AB CD",
    );
    let bitmaps = &frame["bitmaps"];
    assert_eq!(bitmaps["result_code"], json!({ "code": "05", "meaning": "declined by the card's network" }));
    assert_eq!((&bitmaps["amount_minor"], &bitmaps["trace"]), (&json!(820), &json!(123)));
    assert_eq!((&bitmaps["time"], &bitmaps["date"]), (&json!("14:30:59"), &json!("05-12")));
    assert_eq!(bitmaps["card_number"], "************1111");
    assert_eq!(bitmaps["expiry_date"], json!({ "hidden_bytes": 2 }));
    assert_eq!(bitmaps["card_type"]["meaning"], "girocard");
    assert_eq!(frame["texts"], json!(["Abgelehnt"]));
    let tree = json!([
        { "tag": "24", "name": "display_texts", "objects": [{ "tag": "07", "name": "text_line", "value": "Abgelehnt" }] },
        { "tag": "1F07", "name": "receipt_type", "value": { "code": "02", "meaning": "client's receipt" } },
        { "tag": "4C", "name": "card_uid", "value": { "hidden_bytes": 2 } },
    ]);
    assert_eq!(bitmaps["tlv"], tree);
}

#[test]
fn what_has_a_form_of_its_own() {
    let registration = one("06 00 06 12 34 56 9E 09 78");
    assert_eq!((&registration["password"], &registration["currency"]), (&json!("******"), &json!("EUR")));
    assert_eq!(registration["config_byte"]["set"].as_array().unwrap().len(), 5);
    let state = one("04 FF 14 0E 01 06 10 24 0E 07 0C 42 69 74 74 65 20 77 61 72 74 65 6E");
    assert_eq!((&state["state"]["meaning"], &state["timeout_min"]), (&json!("please wait"), &json!(1)));
    assert_eq!(state["texts"], json!(["Bitte warten"]));
    assert_eq!(one("06 1E 01 6C")["result_code"]["code"], "6C");
    assert_eq!(one("84 83 00")["result_code"]["meaning"], "function not possible");
    assert_eq!(one("06 0F 01 9C")["terminal_state"]["meaning"], "please wait");
    assert_eq!(one("06 D1 05 00 48 61 6C 6C")["texts"], json!(["Hall"]));
    let reversal = one("06 30 06 00 00 00 87 00 42");
    assert_eq!((&reversal["password"], &reversal["bitmaps"]["receipt_number"]), (&json!("******"), &json!(42)));
    let card = one("06 C0 06 0F 19 10 FC 02 8C");
    assert_eq!((&card["timeout_s"], &card["bitmaps"]["dialog_control"]), (&json!(15), &json!("02")));
    assert_eq!(card["error"], "bitmap 8C (network_card_type) is longer than the message");
    assert_eq!(card["error_at_data_byte"], 5);
}

#[test]
fn a_serial_line_with_its_acknowledgements() {
    let payment =
        Command::Authorisation(Fields { amount_minor: Some(1000), currency: Some(978), ..Fields::default() }).to_apdu();
    let framed = serial::frame(&payment).unwrap();
    let mut damaged = framed.clone();
    damaged[9] ^= 1;
    let recording = [&[0x06][..], &framed, &[0x15], &damaged, b"noise", &framed, &[0x06]].concat();
    let frames = describe(&recording);
    let said: Vec<(&str, &str)> = frames
        .iter()
        .map(|frame| (frame["command"].as_str().unwrap_or("-"), frame["crc"].as_str().unwrap_or("-")))
        .collect();
    let expected = [
        ("ack_byte", "-"),
        ("authorisation", "ok"),
        ("nak_byte", "-"),
        ("authorisation", "wrong"),
        ("-", "-"),
        ("authorisation", "ok"),
        ("ack_byte", "-"),
    ];
    // A recording that begins with a byte of noise is known by its first right checksum.
    assert_eq!(said, expected);
    assert!(frames[3]["error"].as_str().unwrap().contains("checksum"));
    assert!(frames[4]["error"].as_str().unwrap().contains("5 bytes skipped"));
    let noisy = [b"zz", framed.as_slice()].concat();
    assert_eq!(describe(&noisy)[1]["crc"], "ok");
    assert_eq!(describe(&[0x06])[0]["command"], "ack_byte");
}

#[test]
fn garbage_is_told_and_skipped() {
    let recording = bytes("06 01 0A 04 00 00 00 00 12 34 49 09 78  DE AD BE EF  80 00 00 04 0F 02 27 00  04 0F 09 27");
    let frames = describe(&recording);
    let told: Vec<(u64, &str)> = frames
        .iter()
        .map(|frame| (frame["offset"].as_u64().unwrap(), frame["command"].as_str().unwrap_or("-")))
        .collect();
    assert_eq!(told, [(0, "authorisation"), (13, "-"), (17, "acknowledgement"), (20, "status_information"), (25, "-")]);
    assert_eq!(frames[1]["length"], 4);
    assert!(frames[1]["error"].as_str().unwrap().contains("no message begins with DE AD"));
    assert!(frames[4]["error"].as_str().unwrap().contains("04 0F ends before its length"));
    assert_eq!(describe(&[]), Vec::<Value>::new());
    let unknown = describe(&bytes("06 77 02 01 02  80 00 00"));
    assert_eq!((&unknown[0]["command"], &unknown[0]["data_bytes"]), (&json!("unknown"), &json!(2)));
    assert_eq!(unknown[1]["command"], "acknowledgement");
}

#[test]
fn an_error_says_at_which_byte() {
    let unknown = one("04 0F 05 27 00 5F 01 02");
    assert_eq!(unknown["bitmaps"]["result_code"]["code"], "00");
    assert_eq!(unknown["error_at_data_byte"], 2);
    let broken = one("04 0F 07 27 00 06 03 24 05 07");
    assert_eq!(broken["error"], "the container does not hold together");
    assert_eq!(broken["error_at_data_byte"], 4);
}

fn contains_card_number(frames: &[Value]) -> bool {
    let text = serde_json::to_string(frames).unwrap();
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    text.contains(CARD_NUMBER) || text.contains("411111111111") || digits.contains(CARD_NUMBER)
}

proptest! {
    #[test]
    fn any_bytes_are_taken_whole(bytes in proptest::collection::vec(prop_oneof![
        Just(0x04_u8), Just(0x06), Just(0x0F), Just(0x10), Just(0x02), Just(0x03), Just(0x80), Just(0x00), any::<u8>()
    ], 0..300)) {
        let frames = describe(&bytes);
        let mut at = 0;
        for frame in &frames {
            prop_assert_eq!(frame["offset"].as_u64(), Some(at));
            prop_assert!(frame["command"].is_string() || frame["error"].is_string());
            at += frame["length"].as_u64().unwrap();
        }
        prop_assert_eq!(at as usize, bytes.len());
    }

    /// In digits or in text, in a bitmap of its own or where it has no business, in a message or beside it.
    #[test]
    fn a_card_number_never_comes_out(
        place in 0_usize..11, packed: bool, before in proptest::collection::vec(any::<u8>(), 0..6), framed: bool
    ) {
        let number = if packed { bytes(CARD_NUMBER) } else { CARD_NUMBER.as_bytes().to_vec() };
        let length = number.len() as u8;
        let (tens, ones) = (0xF0 | (length / 10), 0xF0 | (length % 10));
        let tlv = |tag: &[u8]| {
            let object = [tag, &[length], &number].concat();
            [&[0x06, object.len() as u8], object.as_slice()].concat()
        };
        let data = match place {
            0 => [&[0x22, tens, ones], number.as_slice()].concat(),
            1 => [&[0x23, tens, ones], number.as_slice()].concat(),
            2 => [&[0x24, 0xF0, tens, ones], number.as_slice()].concat(),
            3 => [&[0x3C, 0xF0, tens, ones], number.as_slice()].concat(),
            4 => [&[0x8B, tens, ones], number.as_slice()].concat(),
            5 => tlv(&[0x07]),
            6 => tlv(&[0x1F, 0x14]),
            7 => tlv(&[0x5A]),
            8 => tlv(&[0x43]),
            9 => tlv(&[0x0A]),
            // Where no bitmap is.
            _ => [&[0x5F], number.as_slice()].concat(),
        };
        let message = [&[0x04, 0x0F, data.len() as u8], data.as_slice()].concat();
        let recording = if framed {
            let (apdu, _) = salon_devices::zvt::Apdu::decode(&message).unwrap().unwrap();
            [serial::frame(&apdu).unwrap(), before].concat()
        } else {
            [before, message].concat()
        };
        let frames = describe(&recording);
        prop_assert!(!contains_card_number(&frames), "{:?}", frames);
    }
}
