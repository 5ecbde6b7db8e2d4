//! Gift cards: sold, spent whole and in parts, given back, and spent twice by tills that did not hear of each other.

use crate::rig::{CUT, House, by_gift, gift_line, key, of_lines, paid, services};
use salon_contract::window::{
    Code, GivePartBack, LookUpGiftCard, Overdrafts, Pay, PayBy, PaymentView, PrintQueue, Scan, ScanView, ScannedText,
    StoreCardKind,
};
use salon_devices::sim::{CardFault, CardSim, CardSimOptions, PrinterSim, PrinterSimOptions};
use salon_devices::{CardTerminalConfig, PrinterConfig};
use salon_domain::kernel::Currency;
use salon_domain::payment::{Discount, SessionTotals, TenderKind};
use salon_domain::value::GiftCode;
use salon_terminal::app::Ports;
use salon_terminal::printing;
use salon_tests::salon::{PIN, desk};
use std::time::Duration;

fn totals(house: &House) -> SessionTotals {
    house.tills[0].terminal.app.store().open_session().unwrap().unwrap().totals
}

#[test]
fn a_card_is_sold_without_turnover_and_spent_as_a_tender() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let (code, sold) = till.sell_gift(10_000);
    assert_eq!((sold.sale.total_minor, sold.sale.turnover_minor()), (10_000, 0));
    assert_eq!((totals(&house).total_minor, totals(&house).held_minor, totals(&house).cash_minor), (0, 10_000, 10_000));
    let kinds: Vec<String> = till.ask(PrintQueue {}).unwrap().into_iter().map(|job| job.kind).collect();
    assert!(kinds.contains(&"gift_cards".to_owned()), "{kinds:?}");

    let cut = services(0);
    let pay = Pay { key: key(), ticket: cut, name: String::new(), amount_minor: None, by: by_gift(&code) };
    let spent = paid(till.ask(pay.clone()).unwrap());
    assert_eq!(paid(till.ask(pay).unwrap()).sale, spent.sale, "a second click is the same sale");
    assert_eq!(spent.sale.turnover_minor(), CUT);
    let view = till.gift(&code);
    assert_eq!((view.balance_minor, view.moves.len()), (10_000 - CUT, 2));
    let receipts = [&sold.text, &spent.text].map(|lines| lines.join("\n"));
    assert!(
        receipts.iter().all(|text| text.contains(&code.masked()) && !text.contains(code.printed())),
        "{receipts:?}"
    );
    assert!(receipts[1].contains("48.00"), "what is left: {}", receipts[1]);
    assert_eq!((totals(&house).total_minor, totals(&house).others_minor["gift_card"]), (CUT, CUT));
    house.close();
}

/// The number that pays is on the card's own paper, and on no receipt.
#[test]
fn a_card_that_the_till_made_up_is_printed_once_in_full() {
    let sim = PrinterSim::start(PrinterSimOptions::default()).unwrap();
    let address = sim.address().to_string();
    let config: PrinterConfig =
        serde_json::from_value(serde_json::json!({"kind": "escpos_tcp", "address": address})).unwrap();
    let house = House::new(1, Ports { printer: Some(salon_devices::printer(&config)), ..Ports::default() });
    let till = &house.tills[0];
    let (code, _) = till.sell_gift(10_000);
    let app = &till.terminal.app;
    while printing::print_next(app).unwrap() == printing::Step::Done {}
    assert!(sim.wait_for_receipts(2, Duration::from_secs(5)));
    let papers: Vec<String> = sim.receipts().into_iter().map(|paper| format!("{paper:?}")).collect();
    let in_full = papers.iter().filter(|paper| paper.contains(code.printed())).collect::<Vec<_>>();
    assert!(matches!(in_full[..], [card] if card.contains("GIFT CARD") && card.contains("100.00")), "{papers:?}");
    house.close();
}

#[test]
fn a_card_pays_a_part_and_that_part_goes_back_onto_it_once() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let (code, _) = till.sell_gift(3_000);
    let ticket = services(0);
    assert_eq!(till.pay(&ticket, None, by_gift(&code)).unwrap_err().code, Code::ValueNotEnough);
    let PaymentView::Part { open } = till.pay(&ticket, Some(3_000), by_gift(&code)).unwrap() else { panic!() };
    assert_eq!((open.owed_minor, till.gift(&code).balance_minor), (CUT - 3_000, 0));
    let (manager, pin, reason) = (desk(), PIN.to_owned(), "by mistake".to_owned());
    let back = GivePartBack { key: key(), ticket: ticket.id, part: open.parts[0].part, manager, pin, reason };
    till.ask(back.clone()).unwrap();
    assert_eq!(till.gift(&code).balance_minor, 3_000);
    assert_eq!(till.ask(GivePartBack { key: key(), ..back }).unwrap_err().code, Code::BadInput);
    till.pay(&ticket, Some(2_000), by_gift(&code)).unwrap();
    assert_eq!(till.cash(&ticket).sale.tenders.iter().map(|t| t.amount_minor).sum::<i64>(), CUT);
    assert_eq!(till.gift(&code).balance_minor, 1_000);
    house.close();
}

#[test]
fn what_cannot_be_is_refused_and_says_why() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let wrong = till.ask(LookUpGiftCard { code: ScannedText("GC07946".into()) }).unwrap_err();
    assert_eq!(wrong.code, Code::GiftCodeWrong);
    let printed = GiftCode::of_number("99881234").unwrap();
    let unknown = till.pay(&services(0), None, by_gift(&printed)).unwrap_err();
    assert_eq!(unknown.code, Code::GiftUnknown);
    let scan = |code: &GiftCode| till.ask(Scan { text: ScannedText(code.printed().into()) }).unwrap();
    assert_eq!(scan(&printed), ScanView::StoreCard { kind: StoreCardKind::Gift, number: "99881234".into() });

    let cash = PayBy::Cash { tendered_minor: 100_000 };
    let both = of_lines(vec![gift_line(&printed, 100), gift_line(&printed, 100)]);
    assert_eq!(till.pay(&both, None, cash.clone()).unwrap_err().code, Code::GiftSold);
    let mut cheap = of_lines(vec![gift_line(&printed, 5_000)]);
    cheap.discount = Some(Discount::Percent(1_000));
    assert_eq!(till.cash(&cheap).sale.total_minor, 5_000, "no discount on money");
    let again = of_lines(vec![gift_line(&printed, 5_000)]);
    assert_eq!(till.pay(&again, None, cash).unwrap_err().code, Code::GiftSold);
    let ScanView::GiftCard { card } = scan(&printed) else { panic!() };
    assert_eq!((card.balance_minor, card.usable_minor), (5_000, 5_000));
    let too_much = till.pay(&services(0), None, by_gift(&printed)).unwrap_err();
    assert_eq!(too_much.detail["balance_minor"], "5000");
    house.close();
}

#[test]
fn a_refund_goes_back_to_the_card_and_an_unused_card_is_void() {
    let house = House::new(1, Ports::default());
    let till = &house.tills[0];
    let (code, sold) = till.sell_gift(6_000);
    let spent = paid(till.pay(&services(0), None, by_gift(&code)).unwrap());
    let used = till.refund(sold.sale.ticket).unwrap_err();
    assert_eq!((used.code, used.detail["balance_minor"].as_str()), (Code::ValueUsed, "800"));

    let back = paid(till.refund(spent.sale.ticket).unwrap());
    assert_eq!(paid(till.refund(spent.sale.ticket).unwrap()).sale, back.sale, "once");
    assert!(matches!(back.sale.tenders[..], [ref t] if t.amount_minor == -CUT && t.kind.name() == "gift_card"));
    assert_eq!(till.gift(&code).balance_minor, 6_000);

    let back = paid(till.refund(sold.sale.ticket).unwrap());
    assert!(matches!(back.sale.tenders[0].kind, TenderKind::Cash { .. }), "{:?}", back.sale.tenders);
    assert_eq!(till.gift(&code).balance_minor, 0);
    assert_eq!(till.pay(&services(0), None, by_gift(&code)).unwrap_err().code, Code::GiftVoided);
    assert_eq!((totals(&house).held_minor, totals(&house).total_minor, totals(&house).cash_minor), (0, 0, 0));
    house.close();
}

#[test]
fn a_sale_paid_by_gift_card_and_by_card_goes_back_to_both() {
    let sim =
        CardSim::start(CardSimOptions { delay: Duration::ZERO, currency: Currency::EUR, ..CardSimOptions::default() });
    let sim = sim.unwrap();
    let address = sim.address().to_string();
    let config: CardTerminalConfig =
        serde_json::from_value(serde_json::json!({"kind": "zvt_tcp", "address": address, "currency": "EUR"})).unwrap();
    let house = House::new(1, Ports { card: Some(salon_devices::card_terminal(&config, None)), ..Ports::default() });
    let till = &house.tills[0];
    let (code, _) = till.sell_gift(2_000);
    let ticket = services(0);
    till.pay(&ticket, Some(2_000), by_gift(&code)).unwrap();
    let sold = paid(till.pay(&ticket, None, PayBy::Card).unwrap());
    assert_eq!((sim.charged_minor(), till.gift(&code).balance_minor), (CUT - 2_000, 0));

    sim.queue_fault(CardFault::Decline);
    let declined = till.refund(sold.sale.ticket).unwrap();
    assert!(!matches!(declined, PaymentView::Paid { .. }), "{declined:?}");
    let back = paid(till.refund(sold.sale.ticket).unwrap());
    assert_eq!((back.sale.total_minor, back.sale.tenders.len()), (-CUT, 2));
    assert_eq!((sim.charged_minor(), till.gift(&code).balance_minor), (0, 2_000), "each once");
    house.close();
}

#[test]
fn a_till_alone_hands_out_its_limit_until_the_server_has_heard() {
    let mut house = House::new(1, Ports::default());
    let (code, _) = house.tills[0].sell_gift(100_000);
    house.sync();
    let till = &house.tills[0];
    assert_eq!(till.gift(&code).usable_minor, 20_000);
    let big = services(4);
    till.pay(&big, Some(12_000), by_gift(&code)).unwrap();
    let ticket = services(3);
    let refused = till.pay(&ticket, Some(10_000), by_gift(&code)).unwrap_err();
    assert_eq!((refused.code, refused.detail["usable_minor"].as_str()), (Code::OfflineLimit, "8000"));
    house.sync();
    let till = &house.tills[0];
    till.pay(&ticket, Some(10_000), by_gift(&code)).unwrap();
    assert_eq!(till.gift(&code).balance_minor, 100_000 - 22_000);
    for ticket in [big, ticket] {
        till.cash(&ticket);
    }
    house.close();
}

/// One card, two tills without a line: both take what is on it. Nothing is lost, both say so, and the books add up.
#[test]
fn one_card_spent_at_two_tills_that_do_not_hear_of_each_other() {
    let mut house = House::new(2, Ports::default());
    let (code, _) = house.tills[0].sell_gift(CUT);
    house.sync();
    for till in &house.tills {
        assert_eq!(paid(till.pay(&services(0), None, by_gift(&code)).unwrap()).sale.total_minor, CUT);
        assert_eq!(till.gift(&code).balance_minor, 0);
        assert!(till.ask(Overdrafts {}).unwrap().is_empty(), "not known yet");
    }
    house.sync();
    let found = house.tills.iter().map(|till| till.ask(Overdrafts {}).unwrap()).collect::<Vec<_>>();
    assert_eq!(found[0], found[1]);
    assert_eq!(found[0].iter().map(|one| one.over_minor).collect::<Vec<_>>(), [CUT]);
    assert_eq!(found[0][0].name, code.masked());
    for till in &house.tills {
        assert_eq!(till.gift(&code).balance_minor, -CUT);
        assert_eq!(till.pay(&services(0), None, by_gift(&code)).unwrap_err().code, Code::ValueNotEnough);
        let (_, _, total) = till.terminal.app.store().sale_totals().unwrap();
        assert_eq!(total, 3 * CUT);
    }
    house.close();
}
