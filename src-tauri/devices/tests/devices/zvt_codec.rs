//! The ZVT codec. Method: messages written out by hand from the specification, then everything there and back, then
//! bytes that mean harm.

use proptest::prelude::*;
use salon_devices::zvt::{Apdu, Command, DATA_LEN_MAX, Fields, FrameError, Password, TlvFields, Total, Totals};

fn read(bytes: &[u8]) -> Command {
    let (apdu, used) = Apdu::decode(bytes).unwrap().unwrap();
    assert_eq!(used, bytes.len());
    Command::from_apdu(&apdu).unwrap()
}

fn written(command: &Command) -> Vec<u8> {
    command.to_apdu().encode().unwrap()
}

fn password(digits: &str) -> Password {
    Password::try_from(digits.to_owned()).unwrap()
}

#[test]
fn what_a_till_sends_byte_by_byte() {
    let registration = Command::Registration {
        password: password("123456"),
        config: 0x9E,
        currency: Some(978),
        tlv: TlvFields::default(),
    };
    let asked = Fields { amount_minor: Some(1234), currency: Some(978), ..Fields::default() };
    let last = Fields { service_byte: Some(3), ..Fields::default() };
    let original = Fields { receipt_number: Some(42), ..Fields::default() };
    let zero = Password::default();
    let cases: [(Command, &[u8]); 9] = [
        (registration, b"\x06\x00\x06\x12\x34\x56\x9e\x09\x78"),
        (Command::Authorisation(asked.clone()), b"\x06\x01\x0a\x04\x00\x00\x00\x00\x12\x34\x49\x09\x78"),
        (Command::Refund(zero, asked), b"\x06\x31\x0d\x00\x00\x00\x04\x00\x00\x00\x00\x12\x34\x49\x09\x78"),
        (Command::Reversal(zero, original), b"\x06\x30\x06\x00\x00\x00\x87\x00\x42"),
        (Command::RepeatReceipt(zero, last), b"\x06\x20\x05\x00\x00\x00\x03\x03"),
        (Command::EndOfDay(zero), b"\x06\x50\x03\x00\x00\x00"),
        (Command::StatusEnquiry(None), b"\x05\x01\x00"),
        (Command::AbortRequest, b"\x06\xb0\x00"),
        (Command::Ack, b"\x80\x00\x00"),
    ];
    for (command, bytes) in cases {
        assert_eq!(written(&command), bytes, "{command:?}");
        assert_eq!(read(bytes), command);
    }
    assert_eq!(read(b"\x84\x00\x00"), Command::Ack);
    assert_eq!(read(b"\x84\x9c\x00"), Command::Nack(0x9C));
}

#[test]
fn a_status_information_of_a_terminal() {
    let data: &[&[u8]] = &[
        b"\x27\x00",
        b"\x04\x00\x00\x00\x00\x08\x20",
        b"\x0b\x00\x01\x23",
        b"\x37\x00\x01\x22",
        b"\x0c\x14\x30\x59",
        b"\x0d\x05\x12",
        b"\x0e\x28\x12",
        b"\x17\x00\x01",
        b"\x19\x70",
        b"\x22\xf1\xf0\x41\x11\x11\x11\x11\x11\x11\x11\x12\x34",
        b"\x23\xf0\xf3\x41\x11\x11",
        b"\x29\x65\x01\x23\x45",
        b"\x2a100764992      ",
        b"\x3b8D9A42\x00\x00",
        b"\x3c\xf0\xf0\xf9GENEHMIGT",
        b"\x49\x09\x78",
        b"\x87\x00\x42",
        b"\x88\x00\x00\x07",
        b"\x8a\x05",
        b"\x8b\xf0\xf9girocard\x00",
        b"\x8c\x01",
        b"\x06\x06\x1f\x10\x01\x02\x41\x00",
    ];
    let data = data.concat();
    let fields = Fields::decode(&data).unwrap();
    let expected = Fields {
        result_code: Some(0),
        amount_minor: Some(820),
        trace: Some(123),
        original_trace: Some(122),
        time: Some(143_059),
        date: Some(512),
        status_byte: Some(0x70),
        card_last4: Some("1234".into()),
        terminal_id: Some(65_012_345),
        authorisation: Some("8D9A42".into()),
        additional_text: Some("GENEHMIGT".into()),
        currency: Some(978),
        receipt_number: Some(42),
        turnover_number: Some(7),
        contract_number: Some("100764992".into()),
        card_type: Some(5),
        card_name: Some("girocard".into()),
        ..Fields::default()
    };
    assert_eq!(fields, expected);
    for shown in [format!("{fields:?}"), format!("{:?}", Apdu::new(0x04, 0x0F, data))] {
        assert!(!shown.contains("4111"), "{shown}");
        assert!(!shown.contains("65, 17, 17"), "{shown}");
    }
}

#[test]
fn of_a_card_number_four_digits_stay() {
    let cases: [(&[u8], Option<&str>); 7] = [
        (b"\xf0\xf8\xee\xee\xee\xee\xee\xee\x12\x34", Some("1234")),
        (b"\xf0\xf8\x41\x11\x11\xee\xee\xee\x56\x78", Some("5678")),
        (b"\xf1\xf0\x67\x26\x90\x00\x00\x00\x00\x01\x23\x4f", Some("1234")),
        (b"\xf0\xf8\x41\x11\x11\xee\xee\xee\xee\xee", None),
        (b"\xf0\xf1\x12", None),
        (b"\xf0\xf0", None),
        (b"\xf0\xf2\xff\xff", None),
    ];
    for (value, last4) in cases {
        let fields = Fields::decode(&[b"\x22", value].concat()).unwrap();
        assert_eq!(fields.card_last4.as_deref(), last4, "{value:02x?}");
    }
    let line = read(b"\x06\xd1\x15\x00PAN 4111111111111234");
    let expected = Command::PrintLine { attribute: 0, text: "PAN ************1234".into(), receipt_type: None };
    assert_eq!(line, expected);
}

#[test]
fn what_a_terminal_sends_beside_the_result() {
    let texts = vec!["Bitte warten".to_owned()];
    let cases: [(&[u8], Command); 8] = [
        (b"\x04\xff\x01\x0a", state(0x0A, None, &[])),
        (b"\x04\xff\x02\x0a\x06", state(0x0A, Some(6), &[])),
        (b"\x04\xff\x14\x0e\x01\x06\x10\x24\x0e\x07\x0cBitte warten", state(0x0E, Some(1), &texts)),
        (b"\x04\xff\x13\x0e\x06\x10\x24\x0e\x07\x0cBitte warten", state(0x0E, None, &texts)),
        (b"\x06\x1e\x01\x6c", abort(0x6C, None)),
        (b"\x06\x1e\x03\x6f\x09\x78", abort(0x6F, None)),
        (b"\x06\x1e\x09\x05\x06\x06\x1f\x17\x03Nix", abort(0x05, Some("Nix"))),
        (b"\x06\x0f\x01\x9c", completed(0x9C)),
    ];
    for (bytes, command) in cases {
        assert_eq!(read(bytes), command, "{bytes:02x?}");
    }
    let Command::Completion { fields, .. } = read(b"\x06\x0f\x0a\x19\x00\x29\x65\x01\x23\x45\x49\x09\x78") else {
        panic!("not a completion");
    };
    assert_eq!((fields.terminal_id, fields.currency), (Some(65_012_345), Some(978)));
    assert_eq!(read(b"\x06\x0f\x06\xf0\xf0\xf2v1\x00"), completed(0));
}

fn state(code: u8, timeout_min: Option<u8>, texts: &[String]) -> Command {
    Command::IntermediateStatus { code, timeout_min, texts: texts.to_vec() }
}

fn abort(code: u8, text: Option<&str>) -> Command {
    Command::Abort { code, text: text.map(str::to_owned) }
}

fn completed(state: u8) -> Command {
    Command::Completion { fields: Fields::default(), terminal_state: Some(state) }
}

#[test]
fn lengths_of_one_and_of_three_bytes() {
    for (length, header) in [(0, 3), (254, 3), (255, 5), (861, 5), (DATA_LEN_MAX, 5)] {
        let apdu = Apdu::new(0x06, 0xD3, vec![0x20; length]);
        let bytes = apdu.encode().unwrap();
        assert_eq!(bytes.len(), header + length);
        assert_eq!(Apdu::decode(&bytes), Ok(Some((apdu, bytes.len()))));
        assert_eq!(Apdu::decode(&bytes[..bytes.len() - 1]), Ok(None));
    }
    let long = Apdu::new(0x06, 0xD3, vec![0x20; 861]).encode().unwrap();
    assert_eq!(long[..5], [0x06, 0xD3, 0xFF, 0x5D, 0x03]);
    assert_eq!(Apdu::decode(b"\x06\xd3\xff\xff\xff"), Err(FrameError::TooLong(0xFFFF)));
    let too_long = Apdu::new(0x06, 0xD3, vec![0; DATA_LEN_MAX + 1]);
    assert!(too_long.encode().is_err());
}

#[test]
fn an_unknown_bitmap_hides_only_what_follows() {
    let fields = Fields::decode(b"\x27\x00\x5f\x01\x02").unwrap();
    assert_eq!((fields.result_code, fields.unread), (Some(0), 3));
}

fn any_text() -> impl Strategy<Value = String> {
    "[A-Za-z äöüß.,]{1,30}".prop_filter("starts and ends with a sign", |text| text.trim() == text)
}

fn any_fields() -> impl Strategy<Value = Fields> {
    let numbers = (
        proptest::option::of(0_u64..1_000_000_000_000),
        proptest::option::of(0_u32..1_000_000),
        proptest::option::of(0_u32..1_000_000),
        proptest::option::of(0_u16..10_000),
        proptest::option::of(0_u32..100_000_000),
        proptest::option::of(0_u16..10_000),
    );
    let codes =
        (proptest::option::of(any::<u8>()), proptest::option::of(any::<u8>()), proptest::option::of(any::<u8>()));
    let texts = (
        proptest::option::of("[0-9]{4}"),
        proptest::option::of("[A-Z0-9]{1,8}"),
        proptest::option::of(any_text()),
        proptest::option::of(any_text()),
    );
    let tlv = (
        proptest::collection::vec(any_text(), 0..12),
        proptest::collection::vec(any_text(), 0..12),
        proptest::option::of(0_u8..4),
        proptest::option::of(any_text()),
        proptest::collection::vec(any::<[u8; 2]>(), 0..3),
        proptest::option::of(1_u8..6),
        proptest::option::of(0_u32..100_000_000),
    );
    let totals = proptest::option::of((
        0_u16..10_000,
        0_u16..10_000,
        any::<[u8; 7]>(),
        proptest::array::uniform7(0_u64..1_000_000_000_000),
    ));
    (numbers, codes, texts, tlv, totals).prop_map(|(numbers, codes, texts, tlv, totals)| Fields {
        amount_minor: numbers.0,
        trace: numbers.1,
        original_trace: numbers.1.map(|trace| trace / 2),
        time: numbers.2,
        date: numbers.3,
        terminal_id: numbers.4,
        receipt_number: numbers.5,
        currency: numbers.3,
        service_byte: codes.0,
        result_code: codes.1,
        status_byte: codes.2,
        card_type: codes.2,
        card_last4: texts.0,
        authorisation: texts.1,
        additional_text: texts.2,
        card_name: texts.3,
        contract_number: texts_contract(numbers.4),
        turnover_number: numbers.1,
        totals: totals.map(|(first_receipt, last_receipt, counts, amounts)| Totals {
            first_receipt,
            last_receipt,
            groups: std::array::from_fn(|at| Total { count: counts[at], amount_minor: amounts[at] }),
        }),
        tlv: TlvFields {
            display: tlv.0,
            print: tlv.1,
            receipt_type: tlv.2,
            error_text: tlv.3,
            commands: tlv.4,
            diagnosis: tlv.5,
            long_trace: tlv.6,
        },
        unread: 0,
    })
}

fn texts_contract(number: Option<u32>) -> Option<String> {
    number.map(|number| format!("VU {number}"))
}

fn any_command() -> impl Strategy<Value = Command> {
    let password = "[0-9]{6}".prop_map(|digits| password(&digits));
    prop_oneof![
        (password.clone(), any::<u8>(), 0_u16..10_000, any_fields()).prop_map(
            |(password, config, currency, fields)| {
                Command::Registration { password, config, currency: Some(currency), tlv: fields.tlv }
            }
        ),
        any_fields().prop_map(|fields| Command::Diagnosis(fields.tlv)),
        Just(Command::LogOff),
        Just(Command::AbortRequest),
        Just(Command::Ack),
        any_fields().prop_map(Command::Authorisation),
        any_fields().prop_map(Command::StatusInformation),
        (password.clone(), any_fields()).prop_map(|(p, f)| Command::Reversal(p, f)),
        (password.clone(), any_fields()).prop_map(|(p, f)| Command::Refund(p, f)),
        (password.clone(), any_fields()).prop_map(|(p, f)| Command::RepeatReceipt(p, f)),
        password.clone().prop_map(Command::EndOfDay),
        proptest::option::of(password).prop_map(Command::StatusEnquiry),
        (any::<u8>(), 0_u8..100, proptest::collection::vec(any_text(), 0..4))
            .prop_map(|(code, minutes, texts)| Command::IntermediateStatus { code, timeout_min: Some(minutes), texts }),
        (any::<u8>(), any_text(), proptest::option::of(1_u8..4))
            .prop_map(|(attribute, text, receipt_type)| Command::PrintLine { attribute, text, receipt_type }),
        any_fields().prop_map(|fields| Command::PrintBlock(fields.tlv)),
        any_fields().prop_map(|fields| Command::Completion { fields, terminal_state: None }),
        (any::<u8>(), proptest::option::of(any_text())).prop_map(|(code, text)| Command::Abort { code, text }),
        (1_u8..=0xFF).prop_map(Command::Nack),
    ]
}

proptest! {
    #[test]
    fn commands_come_back(command in any_command()) {
        let bytes = written(&command);
        prop_assert_eq!(read(&bytes), command);
    }

    #[test]
    fn hostile_bytes_are_taken(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(Some((apdu, used))) = Apdu::decode(&bytes) {
            prop_assert!(used <= bytes.len());
            let _ = Command::from_apdu(&apdu);
        }
        let _ = Fields::decode(&bytes);
    }

    #[test]
    fn hostile_data_of_known_commands_is_taken(
        control in prop_oneof![
            Just([0x04_u8, 0x0F]), Just([0x04, 0xFF]), Just([0x06, 0x00]), Just([0x06, 0x01]), Just([0x06, 0x0F]),
            Just([0x06, 0x1E]), Just([0x06, 0x20]), Just([0x06, 0x30]), Just([0x06, 0xD1]), Just([0x06, 0xD3]),
            Just([0x05, 0x01])
        ],
        data in proptest::collection::vec(prop_oneof![
            Just(0x06_u8), Just(0x22), Just(0x3C), Just(0xF0), Just(0xF9), Just(0x82), Just(0x24), Just(0xFF), any::<u8>()
        ], 0..200)
    ) {
        let _ = Command::from_apdu(&Apdu::new(control[0], control[1], data));
    }

    #[test]
    fn damaged_messages_are_taken(command in any_command(), at in any::<prop::sample::Index>(), byte: u8, cut in any::<prop::sample::Index>()) {
        let mut bytes = written(&command);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        bytes.truncate(cut.index(bytes.len()) + 1);
        if let Ok(Some((apdu, _))) = Apdu::decode(&bytes) {
            let _ = Command::from_apdu(&apdu);
        }
    }
}
