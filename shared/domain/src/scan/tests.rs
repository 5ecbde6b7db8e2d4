use super::*;
use proptest::prelude::*;

fn plain(raw: &str) -> Scan {
    read(raw, &ScanRules::default())
}

fn gtin_of(scan: &Scan) -> Option<String> {
    match scan {
        Scan::Product(goods) => Some(goods.gtin.to_string()),
        Scan::InStore { gtin, .. } => Some(gtin.to_string()),
        _ => None,
    }
}

#[test]
fn products_however_their_scanner_sends_them() {
    for (raw, gtin) in [
        ("4006381333931", "4006381333931"),
        ("]E04006381333931\r\n", "4006381333931"),
        ("4 006381 333931", "4006381333931"),
        ("036000291452", "0036000291452"),
        ("]E00036000291452", "0036000291452"),
        ("00036000291452", "0036000291452"),
        ("04252614", "0042100005264"),
        ("96385074", "96385074"),
        ("]E496385074", "96385074"),
        ("]E3978020137962451999", "9780201379624"),
        ("]C10104006381333931\u{1d}10L1", "4006381333931"),
        ("]d20104006381333931172712311012", "4006381333931"),
        ("]Q3(01)04006381333931", "4006381333931"),
        ("\u{1d}0104006381333931", "4006381333931"),
        ("(01)04006381333931(21)7", "4006381333931"),
        ("010400638133393117271231", "4006381333931"),
        ("https://id.example/01/09506000134352/10/ABC?17=271231", "9506000134352"),
        ("2012345678903", "2012345678903"),
        // Every tenth EAN passes Luhn's formula; 13 digits are a product's.
        ("4006381333023", "4006381333023"),
    ] {
        assert_eq!(gtin_of(&plain(raw)).as_deref(), Some(gtin), "{raw}");
    }
}

#[test]
fn misread_is_said_to_be_misread() {
    for raw in [
        "4006381333933",
        "036000291453",
        "96385075",
        "(01)04006381333932",
        "CL07946",
        "]E04006381333932",
        "17006381333931",
    ] {
        assert!(matches!(plain(raw), Scan::BadCheckDigit { .. }), "{raw}: {:?}", plain(raw));
    }
}

#[test]
fn eight_digits_that_are_two_things_are_both() {
    let both = (0..10_000_000_u32).map(|n| format!("0{n:07}")).find(|t| {
        Gtin::parse(t).is_some()
            && Gtin::of_upc_e(&digits::digits(t).unwrap()).is_some_and(|u| Some(u) != Gtin::parse(t))
    });
    let text = both.unwrap();
    let Scan::Product(goods) = plain(&text) else { panic!("{text}") };
    assert_eq!(goods.or, Gtin::parse(&text));
    let Scan::Product(ean) = plain(&format!("]E4{text}")) else { panic!("{text}") };
    assert_eq!((Some(ean.gtin), ean.or), (Gtin::parse(&text), None), "the scanner says that it is an EAN-8");
}

#[test]
fn prefix_and_suffix_are_taken_off() {
    let rules = ScanRules { prefix: "~".into(), suffix: "#".into(), ..ScanRules::default() };
    for raw in ["~4006381333931#", "~]E04006381333931#\n", "4006381333931"] {
        assert_eq!(gtin_of(&read(raw, &rules)).as_deref(), Some("4006381333931"), "{raw}");
    }
    assert_eq!(read("~hello", &rules), Scan::Text("hello".into()));
}

#[test]
fn in_store_labels_by_their_layout() {
    let rules = ScanRules {
        layouts: vec!["22 IIIII VVVVV K".parse().unwrap(), "28 IIIII C WWWW K".parse().unwrap()],
        ..ScanRules::default()
    };
    let code = |twelve: &str| {
        let mut all = digits::digits(twelve).unwrap();
        all.push(gs1_check_digit(&all));
        all.iter().map(|d| char::from(b'0' + d)).collect::<String>()
    };
    let Scan::InStore { label, .. } = read(&code("220012301999"), &rules) else { panic!() };
    assert_eq!((label.item.as_str(), label.amount), ("00123", LabelAmount::PriceMinor(1_999)));
    let Scan::InStore { label, .. } = read(&code("280012392875"), &rules) else { panic!() };
    assert_eq!(label.amount, LabelAmount::WeightGrams(2_875));
    assert!(matches!(read(&code("280012382875"), &rules), Scan::BadCheckDigit { .. }));
    assert!(matches!(read(&code("250012382875"), &rules), Scan::Product(_)), "no layout: a plain number");
}

#[test]
fn our_own_labels() {
    let device = crate::kernel::DeviceId::from_parts(1, [3; 10]);
    assert_eq!(plain(&receipt_code(device, 77)), Scan::Receipt { till: till_code(device), number: 77 });
    assert_eq!(plain(&client_card_code("000123").unwrap()), Scan::ClientCard { number: "000123".into() });
    assert_eq!(
        plain(&format!("]C0{}", gift_card_code("98765432").unwrap())),
        Scan::GiftCard { number: "98765432".into() }
    );
    assert_eq!(plain(";00012345?"), Scan::StoreCard { number: "00012345".into() });
}

/// The numbers that card schemes publish for tests.
const TEST_CARDS: [&str; 12] = [
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "378282246310005",
    "371449635398431",
    "30569309025904",
    "38520000023237",
    "6011111111111117",
    "3530111333300000",
];

#[test]
fn payment_cards_are_refused_in_every_form() {
    for card in TEST_CARDS {
        let spaced = card.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).unwrap()).collect::<Vec<_>>().join(" ");
        for raw in [
            card.to_owned(),
            spaced,
            format!("%B{card}^DOE/JANE^25121010000000000?"),
            format!(";{card}=25121010000000000?"),
            format!("ö{card}´25121010000000000_"),
            format!("name {card} x"),
        ] {
            assert_eq!(plain(&raw), Scan::PaymentCard, "{raw}");
        }
    }
    assert_eq!(format!("{:?}", plain(";4111111111111111=25121010000000000?")), "PaymentCard");
}

#[test]
fn fourteen_digits_that_are_a_case_and_a_card_are_for_the_catalog_to_say() {
    let is_both = |text: &str| {
        let all = digits::digits(text).unwrap();
        Gtin::parse(text).is_some() && payment::is_number(&all)
    };
    let text = (0..1000).map(|n| format!("36{:012}", n * 10_007_u64)).find(|t| is_both(t)).unwrap();
    let Scan::Product(goods) = plain(&text) else { panic!("{text}: {:?}", plain(&text)) };
    assert!(goods.if_known);
    // A case of the same that no card could be.
    let Scan::Product(case) = plain("10036000291459") else { panic!() };
    assert!(!case.if_known);
}

#[test]
fn everything_else_is_for_search() {
    for text in ["shampoo", "12345", "SKU-77", "https://example.org/x", "20", "(hello)", "% off", "]", "]C", "ß"] {
        assert_eq!(plain(text), Scan::Text(text.into()), "{text}");
    }
    assert_eq!(plain(" \r\n"), Scan::Text(String::new()));
    assert_eq!(plain(&"ö".repeat(5_000)), Scan::Text("ö".repeat(200)));
}

#[test]
fn a_weighed_thing_costs_its_share_of_a_kilogram() {
    assert_eq!(price_by_weight(1_990, 250), 498, "497.5 is rounded as money is");
    assert_eq!(price_by_weight(1_990, 0), 0);
    assert_eq!(price_by_weight(i64::MAX, u32::MAX), i64::MAX);
}

proptest! {
    #[test]
    fn no_input_panics(raw in "\\PC{0,60}", more in prop::collection::vec(any::<char>(), 0..40)) {
        let rules = ScanRules { layouts: vec!["2P IIIII C WWWW K".parse().unwrap()], prefix: "é".into(), suffix: "ß".into(), ..ScanRules::default() };
        read(&raw, &rules);
        read(&more.into_iter().collect::<String>(), &rules);
    }

    #[test]
    fn digits_and_signs_never_panic(raw in "[\\[\\](%;+?=^~0-9A-Z\u{1d} -]{0,48}") {
        let rules = ScanRules { layouts: vec!["22 IIIII VVVVV K".parse().unwrap()], ..ScanRules::default() };
        read(&raw, &rules);
    }

    /// Whatever is around it: a card's number comes out of nothing that can be kept.
    #[test]
    fn a_card_s_number_is_in_no_answer(
        which in 0_usize..TEST_CARDS.len(), before in "[A-Za-z%;]{0,4}", after in "[=^?A-Za-z]{0,4}", tail in "[0-9]{0,12}",
    ) {
        let card = TEST_CARDS[which];
        let separator = if after.is_empty() { "=" } else { after.as_str() };
        let scan = plain(&format!("{before}{card}{separator}{tail}"));
        prop_assert!(!format!("{scan:?}").contains(card), "{scan:?}");
    }

    #[test]
    fn every_right_ean_is_a_product(twelve in prop::collection::vec(0_u8..10, 12)) {
        let mut all = twelve;
        all.push(gs1_check_digit(&all));
        let text: String = all.iter().map(|d| char::from(b'0' + d)).collect();
        prop_assert!(matches!(plain(&text), Scan::Product(_)), "{text}");
        let upc: Option<Gtin> = text.strip_prefix('0').and_then(Gtin::parse);
        prop_assert!(!text.starts_with('0') || upc == Gtin::parse(&text));
    }
}
