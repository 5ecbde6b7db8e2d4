//! Messages that others have published decode to what they say is in them. Method: byte strings from the tests and
//! recordings of independent projects, each with its source; what of them we send ourselves is also written the same.

use salon_devices::zvt::{Apdu, Command, Fields, Password, TlvFields, describe, serial};

pub fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn read(hex: &str) -> Command {
    let bytes = bytes(hex);
    let (apdu, used) = Apdu::decode(&bytes).unwrap().unwrap();
    assert_eq!(used, bytes.len(), "{hex}");
    Command::from_apdu(&apdu).unwrap()
}

fn status(hex: &str) -> Fields {
    match read(hex) {
        Command::StatusInformation(fields) => fields,
        other => panic!("{other:?}"),
    }
}

/// The fields of a message whose length says more than is there.
fn cut_status(hex: &str) -> Fields {
    let message = bytes(hex);
    assert!(usize::from(message[2]) > message.len() - 3);
    Fields::decode(&message[3..]).unwrap()
}

fn password() -> Password {
    Password::try_from("123456".to_owned()).unwrap()
}

/// ecrterm (Python), tests of its encoding: whole serial frames with their checksums.
#[test]
fn frames_on_a_serial_line() {
    let registration =
        Command::Registration { password: password(), config: 0xBA, currency: Some(978), tlv: TlvFields::default() };
    let payment =
        Command::Authorisation(Fields { amount_minor: Some(11_000), currency: Some(978), ..Fields::default() });
    let line = Command::PrintLine { attribute: 0, text: "Gesamt      0       0,00".into(), receipt_type: None };
    let cases = [
        (registration, "10 02 06 00 06 12 34 56 BA 09 78 10 03 24 C3"),
        (payment, "10 02 06 01 0A 04 00 00 00 01 10 10 00 49 09 78 10 03 F2 FF"),
        (Command::Diagnosis(TlvFields::default()), "10 02 06 70 00 10 03 D9 F9"),
        (line, "10 02 06 D1 19 00 47 65 73 61 6D 74 20 20 20 20 20 20 30 20 20 20 20 20 20 20 30 2C 30 30 10 03 B5 AB"),
        (Command::Ack, "10 02 80 00 00 10 03 F5 1F"),
        (Command::Nack(0x9C), "10 02 84 9C 00 10 03 C3 41"),
        (Command::StatusEnquiry(Some(password())), "10 02 05 01 03 12 34 56 10 03 E0 43"),
    ];
    for (command, hex) in cases {
        let framed = bytes(hex);
        assert_eq!(serial::frame(&command.to_apdu()).unwrap(), framed, "{command:?}");
        let (apdu, used) = serial::unframe(&framed).unwrap().unwrap();
        assert_eq!((Command::from_apdu(&apdu).unwrap(), used), (command, framed.len()));
    }
    // Commands that a till does not send are still known by name, and their checksums hold.
    for (name, hex) in [
        ("initialisation", "10 02 06 93 03 12 34 56 10 03 CA A4"),
        ("reset_terminal", "10 02 06 18 00 10 03 56 3A"),
        (
            "display_text",
            "10 02 06 E0 25 F2 F1 F5 45 49 4E 47 45 42 45 4E 20 55 4E 44 20 4F 4B F1 F1 F6 46 41 48 52 45 52 4E 55 4D \
             4D 45 52 20 20 20 20 10 03 5A BA",
        ),
    ] {
        let [frame] = describe(&bytes(hex)).try_into().unwrap();
        assert_eq!((&frame["command"], &frame["crc"]), (&name.into(), &"ok".into()), "{frame}");
    }
}

/// ecrterm, tests of its parser: a terminal's version, a line, and a payment with a part of track 2 in bitmap 22.
#[test]
fn frames_of_a_terminal_on_a_serial_line() {
    let unframed = |hex: &str| {
        let (apdu, _) = serial::unframe(&bytes(hex)).unwrap().unwrap();
        Command::from_apdu(&apdu).unwrap()
    };
    let version = unframed("10 02 06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00 10 03 B1 11");
    assert_eq!(version, Command::Completion { fields: Fields::default(), terminal_state: Some(0) });
    let [frame] = describe(&bytes("10 02 06 0F 0B F0 F0 F7 32 2E 31 34 2E 31 35 00 10 03 B1 11")).try_into().unwrap();
    assert_eq!(frame["software_version"], "2.14.15");

    let payment = unframed(
        "10 02 04 0F 37 27 00 04 00 00 00 00 40 00 49 09 78 0C 09 38 48 0D 04 25 22 F1 F1 59 66 66 66 66 D2 00 21 22 \
         01 00 17 00 01 87 01 75 0B 61 39 95 19 40 29 60 09 99 14 0E 05 12 8A 02 10 03 90 8C",
    );
    let Command::StatusInformation(fields) = payment else {
        panic!("{payment:?}");
    };
    assert_eq!((fields.result_code, fields.amount_minor, fields.currency), (Some(0), Some(4000), Some(978)));
    assert_eq!((fields.trace, fields.receipt_number, fields.terminal_id), (Some(613_995), Some(175), Some(60_099_914)));
    assert_eq!((fields.date, fields.time), (Some(425), Some(93_848)));
    assert_eq!(fields.card_last4.as_deref(), Some("6666"));
    assert_eq!(fields.unread, 0);
}

/// Portalum.Zvt (C#), tests of its status information parser: recordings of terminals in Austria and Germany.
#[test]
fn payments_of_terminals() {
    let fields = status(
        "04 0F 77 27 00 04 00 00 00 00 20 40 0B 00 04 70 0C 22 39 53 0D 10 06 0E 25 12 17 00 01 19 70 22 F0 F8 EE EE EE \
         EE EE EE 47 71 29 28 00 48 69 2A 31 30 30 34 36 31 37 36 33 20 20 20 20 20 20 3B 36 31 31 38 30 34 00 00 3C F0 \
         F1 F4 47 45 4E 2E 4E 52 2E 3A 36 31 31 38 30 34 49 09 78 87 04 70 88 00 04 70 8A 2E 8B F1 F7 44 65 62 69 74 20 \
         4D 61 73 74 65 72 63 61 72 64 00",
    );
    let expected = Fields {
        result_code: Some(0),
        amount_minor: Some(2040),
        trace: Some(470),
        time: Some(223_953),
        date: Some(1006),
        status_byte: Some(0x70),
        card_last4: Some("4771".into()),
        terminal_id: Some(28_004_869),
        contract_number: Some("100461763".into()),
        authorisation: Some("611804".into()),
        additional_text: Some("GEN.NR.:611804".into()),
        currency: Some(978),
        receipt_number: Some(470),
        turnover_number: Some(470),
        card_type: Some(46),
        card_name: Some("Debit Mastercard".into()),
        ..Fields::default()
    };
    assert_eq!(fields, expected);
}

/// The same source: a reversal, with the trace of what it reverses and a container.
#[test]
fn a_reversal_of_a_terminal() {
    let fields = status(
        "04 0F E2 27 00 04 00 00 00 00 01 00 0B 00 06 07 0C 15 48 58 0D 02 01 0E 25 12 17 00 01 19 70 22 F0 F8 EE EE EE \
         EE EE EE 47 71 29 28 00 48 69 2A 31 30 30 34 36 31 37 36 33 20 20 20 20 20 20 37 00 06 06 3B 37 31 35 36 39 31 \
         00 00 3C F0 F1 F4 47 45 4E 2E 4E 52 2E 3A 37 31 35 36 39 31 49 09 78 87 06 07 88 00 06 07 8A 2E 8B F1 F7 44 65 \
         62 69 74 20 4D 61 73 74 65 72 63 61 72 64 00 06 65 24 10 07 0E 47 45 4E 2E 4E 52 2E 3A 37 31 35 36 39 31 43 07 \
         A0 00 00 00 04 10 10 46 1F 41 30 30 30 30 30 30 30 30 34 31 30 31 30 20 42 31 44 37 33 34 35 43 31 46 32 44 33 \
         35 35 42 47 1F 41 30 30 30 30 30 30 30 30 34 31 30 31 30 20 42 31 44 37 33 34 35 43 31 46 32 44 33 35 35 42 1F \
         10 01 FF 1F 12 01 02",
    );
    assert_eq!((fields.amount_minor, fields.trace, fields.original_trace), (Some(100), Some(607), Some(606)));
    assert_eq!(fields.tlv.display, ["GEN.NR.:715691"]);
}

/// The same source: a network that counts in the container, its bitmap 0B is zero.
#[test]
fn a_trace_number_of_eight_digits() {
    let fields = status(
        "04-0F-6C-27-00-04-00-00-00-00-20-40-0C-21-09-16-0D-11-01-0E-99-99-22-F0-F8-EE-EE-EE-EE-EE-EE-47-71-A0-01-29-00-\
         00-00-06-87-00-05-0B-00-00-00-8A-06-8B-F1-F1-4D-41-53-54-45-52-43-41-52-44-00-06-2E-2F-08-1F-12-01-01-1F-10-01-\
         03-60-1B-43-07-A0-00-00-00-04-10-10-44-10-44-65-62-69-74-20-4D-61-73-74-65-72-63-61-72-64-1F-2B-04-10-01-60-05",
    );
    assert_eq!((fields.trace, fields.trace_number()), (Some(0), Some(10_016_005)));
    assert_eq!((fields.card_name.as_deref(), fields.receipt_number), (Some("MASTERCARD"), Some(5)));
}

/// The same source: a client who pressed stop, an amount that was wrong, a time-out.
#[test]
fn payments_that_were_none() {
    let stopped =
        status("04 0F 1E 27 6C 29 28 00 48 69 3C F0 F1 F9 41 62 62 72 75 63 68 20 64 75 72 63 68 20 4B 75 6E 64 65");
    assert_eq!((stopped.result_code, stopped.additional_text.as_deref()), (Some(0x6C), Some("Abbruch durch Kunde")));
    let wrong = status("04 0F 18 27 FF 29 28 00 48 69 3C F0 F1 F3 42 65 74 72 61 67 20 66 61 6C 73 63 68");
    assert_eq!((wrong.result_code, wrong.additional_text.as_deref()), (Some(0xFF), Some("Betrag falsch")));
    // The source has cut this one off and reads the data alone.
    let late = cut_status(
        "04-0F-44-27-6C-04-00-00-00-00-12-00-49-09-78-0C-11-33-39-0D-08-17-22-F0-F0-0B-00-00-00-19-60-29-52-50-02-95-8B-\
         F0-F1-00",
    );
    assert_eq!((late.result_code, late.amount_minor, late.terminal_id), (Some(0x6C), Some(1200), Some(52_500_295)));
    assert_eq!(late.trace_number(), None);
}

/// The same source: an intermediate state with texts; a line for the merchant, an empty one, and one for the client.
#[test]
fn what_terminals_show_and_print() {
    let shown =
        read("04 FF 1E FF 10 06 1A 24 18 07 08 45 55 52 20 31 2E 32 33 07 0C 42 69 74 74 65 20 77 61 72 74 65 6E");
    let texts = vec!["EUR 1.23".to_owned(), "Bitte warten".to_owned()];
    // The time-out is said in two digits.
    assert_eq!(shown, Command::IntermediateStatus { code: 0xFF, timeout_min: Some(10), texts });
    let line = |attribute, text: &str, receipt_type| Command::PrintLine {
        attribute,
        text: text.into(),
        receipt_type: Some(receipt_type),
    };
    assert_eq!(read("06-D1-0E-40-56-45-52-4B-41-55-46-06-04-1F-07-01-01"), line(0x40, "VERKAUF", 1));
    assert_eq!(read("06-D1-07-40-06-04-1F-07-01-01"), line(0x40, "", 1));
    assert_eq!(read("06-D1-0F-40-52-49-45-44-47-20-35-30-06-04-1F-07-01-02"), line(0x40, "RIEDG 50", 2));
}

/// zvt (Rust), tests of its status information: cards read without contact, four applications on one of them. Nothing of
/// a card's own numbers is shown.
#[test]
fn a_card_that_was_only_read() {
    let message = [
        4, 15, 100, 39, 0, 6, 96, 76, 10, 0, 0, 0, 0, 0, 0, 8, 255, 105, 20, 31, 69, 12, 12, 120, 128, 116, 3, 128, 49,
        192, 115, 214, 49, 192, 31, 76, 1, 1, 31, 77, 2, 254, 4, 31, 79, 2, 4, 0, 31, 80, 1, 32, 96, 11, 67, 9, 160, 0,
        0, 0, 89, 69, 67, 1, 0, 96, 12, 67, 10, 160, 0, 0, 3, 89, 16, 16, 2, 128, 1, 96, 11, 67, 9, 210, 118, 0, 0, 37,
        71, 65, 1, 0, 96, 9, 67, 7, 160, 0, 0, 0, 4, 16, 16,
    ];
    let [frame] = describe(&message).try_into().unwrap();
    let tree = frame["bitmaps"]["tlv"].as_array().unwrap();
    let applications: Vec<&str> = tree
        .iter()
        .filter(|node| node["name"] == "application")
        .map(|node| node["objects"][0]["value"].as_str().unwrap())
        .collect();
    let expected = ["A00000005945430100", "A0000003591010028001", "D27600002547410100", "A0000000041010"];
    assert_eq!(applications, expected);
    assert_eq!(tree[0]["name"], "card_uid");
    assert_eq!(tree[0]["value"], serde_json::json!({ "hidden_bytes": 10 }));
    assert!(frame.get("error").is_none(), "{frame}");
}

/// zvt (Rust), tests of its end of day: the values it reads from a recording, in the bytes that the bitmap's layout gives.
#[test]
fn the_totals_of_a_day() {
    let empty = "00 000000000000";
    let fields = status(&format!(
        "04 0F 4D 27 00 04 000000000958 0B 000982 0C 081706 0D 0406 60 F0 F5 F3 0233 0234 {empty} {empty} \
         02 000000000958 {empty} {empty} {empty} {empty}"
    ));
    let totals = fields.totals.unwrap();
    assert_eq!((totals.first_receipt, totals.last_receipt), (233, 234));
    assert_eq!((totals.groups[2].count, totals.groups[2].amount_minor), (2, 958));
    assert_eq!((totals.count(), totals.amount_minor()), (2, 958));
}
