//! What a branch charges and takes off besides its list: fees, exempt clients, prices for staff and tiers.

use crate::rig::{CUT, House, Till, key, paid, services};
use salon_contract::window::{
    BookFormat, Catalog, Client, Code, ExportBooks, Invoice, OffersFor, Pay, PayBy, RefundSale, RefundTo, SaleView,
    SaveClient,
};
use salon_domain::access::Role;
use salon_domain::branch::{Charge, DeskTerms, Fee, StaffDiscount};
use salon_domain::customer::field;
use salon_domain::kernel::{CardId, TaxMode, TaxRate, TicketId};
use salon_domain::loyalty::{Programme, SpendRule, Tier, TierTerms, Tiers};
use salon_domain::payment::{FeeTerms, Item, LineDraft, PriceOverride, Recipient, StaffSale, TicketDraft};
use salon_server::provision::NewTenant;
use salon_terminal::app::Ports;
use salon_tests::salon::{PIN, desk, stylist};

const BOTTLE: i64 = 1_990;

fn fee(code: &str, name: &str, charge: Charge, tax_class: &str) -> Fee {
    Fee { code: code.into(), name: name.into(), charge, tax_class: tax_class.into(), active: true }
}

fn with_desk(tenant: &mut NewTenant) {
    tenant.branches[0].desk = DeskTerms {
        fees: vec![
            fee("LATE", "Late cancellation", Charge::Amount(1_500), "standard"),
            fee("SERVICE", "Service charge", Charge::Percent(1_000), ""),
        ],
        staff_discount: Some(StaffDiscount {
            label: "Staff".into(),
            services_off_bp: 5_000,
            products_off_bp: 3_000,
            active: true,
        }),
        exempt_pay_net: true,
        ..DeskTerms::default()
    };
    let reception = salon_domain::staff::Staff {
        id: salon_tests::salon::tenant_id().derive(b"reception"),
        code: "RECEPTION".into(),
        role: Role::Receptionist,
        ..tenant.staff[0].clone()
    };
    tenant.staff.push(reception);
}

fn house() -> House {
    House::of(1, Ports::default(), with_desk)
}

fn fee_line(code: &str, unit_price_minor: i64) -> LineDraft {
    let mut line = services(0).lines.remove(0);
    (line.id, line.item, line.staff) = (TicketId::from_uuid(key()).derive(b"fee"), Item::Fee, None);
    line.unit_price_minor = unit_price_minor;
    line.description = "whatever the window says".into();
    // Nor does the window say what is on it.
    line.rates = vec![TaxRate { code: "NONE".into(), rate_bp: 1, mode: TaxMode::Exclusive }];
    line.terms.fee = Some(FeeTerms { code: code.into(), percent_bp: Some(1) });
    line
}

fn with(mut draft: TicketDraft, lines: impl IntoIterator<Item = LineDraft>) -> TicketDraft {
    draft.lines.extend(lines);
    draft
}

fn refund(till: &Till, ticket: TicketId) -> SaleView {
    let (manager, pin, reason) = (desk(), PIN.to_owned(), "waived".to_owned());
    let refund = RefundSale { key: key(), ticket, lines: Vec::new(), to: RefundTo::Original, manager, pin, reason };
    paid(till.ask(refund).unwrap())
}

#[test]
fn fees_are_the_branch_s_and_no_discount_touches_them() {
    let house = house();
    let till = &house.tills[0];
    assert_eq!(till.ask(Catalog {}).unwrap().fees.len(), 2);
    let mut draft = with(services(1), [fee_line("LATE", 1_500), fee_line("SERVICE", 7)]);
    draft.discount = Some(salon_domain::payment::Discount::Percent(1_000));
    let sold = till.cash(&draft);
    let goods = (CUT + BOTTLE) * 9 / 10;
    let share = (goods + 5) / 10;
    assert_eq!(sold.sale.total_minor, goods + 1_500 + share);
    let fees: Vec<_> = sold.sale.lines[2..].iter().map(|l| (l.description.as_str(), l.price_minor)).collect();
    assert_eq!(fees, [("Late cancellation", 1_500), ("Service charge", share)]);
    assert_eq!(sold.sale.lines[2].taxes[0].tax_minor, 239);
    assert!(sold.sale.lines[3].taxes.is_empty());
    assert!(sold.text.iter().any(|line| line.contains("Service charge")));
    let back = refund(till, sold.sale.ticket);
    assert_eq!((back.sale.total_minor, back.sale.tax_minor), (-sold.sale.total_minor, -sold.sale.tax_minor));
    house.close();
}

#[test]
fn what_is_no_fee_of_the_branch_is_refused_and_another_price_needs_a_reason() {
    let house = house();
    let till = &house.tills[0];
    let pay = |line| till.pay(&with(services(0), [line]), None, PayBy::Cash { tendered_minor: 1_000_000 });
    let failure = pay(fee_line("NOWHERE", 100)).unwrap_err();
    assert_eq!((failure.code, failure.detail["what"].as_str()), (Code::NotFound, "fee"));
    let mut cheaper = fee_line("LATE", 500);
    assert_eq!(pay(cheaper.clone()).unwrap_err().code, Code::BadInput);
    cheaper.terms.overridden = Some(PriceOverride { listed_minor: 0, reason: "first time".into() });
    assert_eq!(paid(pay(cheaper).unwrap()).sale.total_minor, CUT + 500);
    let mut own = fee_line("", 900);
    own.description = " ".into();
    assert_eq!(pay(own.clone()).unwrap_err().detail["field"], "description");
    own.description = "Parking".into();
    let sold = paid(pay(own).unwrap()).sale;
    assert_eq!((sold.total_minor, sold.lines[1].taxes[0].tax_minor), (CUT + 900, 144));
    house.close();
}

const EMBASSY: [(&str, &str); 3] =
    [(field::EXEMPT_REASON, "Embassy"), (field::EXEMPT_NUMBER, "B 117"), (field::EXEMPT_UNTIL, "2026-09-29")];

fn for_client(till: &Till, set: &[(&str, &str)], mut draft: TicketDraft) -> (CardId, TicketDraft) {
    let card = till.client(set);
    draft.card = Some(card);
    (card, draft)
}

#[test]
fn an_exempt_client_pays_the_net_on_the_word_of_the_card_alone() {
    let house = house();
    let till = &house.tills[0];
    let (_, draft) = for_client(till, &EMBASSY, services(1));
    let seen = till.ask(OffersFor { ticket: draft.clone() }).unwrap();
    let net = 4_370 + 1_672;
    assert_eq!(seen.terms.exempt.as_ref().map(|exempt| exempt.number.as_str()), Some("B 117"), "the window is told");
    let sold = till.cash(&draft);
    assert_eq!((sold.sale.total_minor, sold.sale.tax_minor), (net, 0));
    let paper = sold.text.join("\n");
    for said in ["Exempt from tax: Embassy, B 117", "Tax taken out"] {
        assert!(paper.contains(said), "{said}: {paper}");
    }
    let to = Recipient { name: "The Embassy".into(), ..Recipient::default() };
    assert_eq!(till.ask(Invoice { key: key(), ticket: sold.sale.ticket, to }).unwrap().number, 1);
    // The window cannot make anybody exempt.
    let mut forged = services(0);
    forged.terms.exempt = seen.terms.exempt.clone();
    assert_eq!(till.cash(&forged).sale.total_minor, CUT);
    // Not used for what she buys for herself.
    let mut private = TicketDraft { id: TicketId::from_uuid(key()), ..draft.clone() };
    private.terms.taxed = true;
    assert_eq!(till.cash(&private).sale.total_minor, CUT + BOTTLE);
    let back = refund(till, sold.sale.ticket);
    assert_eq!((back.sale.total_minor, back.sale.tax_minor), (-net, 0));
    house.close();
    let written =
        till.ask(ExportBooks { format: BookFormat::Csv, from: "2026-09-29".into(), to: "2026-09-29".into() }).unwrap();
    let rows = std::fs::read_to_string(std::path::Path::new(&written.path).join("exempt_sales.csv")).unwrap();
    let rows: Vec<&str> = rows.lines().collect();
    assert_eq!(rows.len(), 5, "{rows:?}");
    assert!(rows[1].contains("Embassy,B 117,VAT@1900,43.70,8.30,EUR"), "{}", rows[1]);
    assert!(rows[3].contains("-43.70,-8.30,EUR"), "{}", rows[3]);
    // Its last day is over.
    till.terminal.clock.advance_ms(24 * 3_600_000);
    till.ask(salon_contract::window::OpenTill { key: key(), float_minor: 0 }).unwrap();
    let late = TicketDraft { id: TicketId::from_uuid(key()), ..draft };
    assert_eq!(till.cash(&late).sale.total_minor, CUT + BOTTLE);
}

#[test]
fn taxes_on_top_are_not_charged_and_taxes_within_stay_where_the_country_says_so() {
    for (mode, total, tax) in [(TaxMode::Exclusive, CUT, 0), (TaxMode::Inclusive, CUT, 830)] {
        let change = |tenant: &mut NewTenant| {
            with_desk(tenant);
            tenant.branches[0].taxes[0].rates[0].mode = mode;
            tenant.branches[0].desk.exempt_pay_net = false;
        };
        let house = House::of(1, Ports::default(), change);
        let (_, draft) = for_client(&house.tills[0], &EMBASSY, services(0));
        let sold = house.tills[0].cash(&draft).sale;
        assert_eq!((sold.total_minor, sold.tax_minor), (total, tax), "{mode:?}");
        house.close();
    }
}

#[test]
fn only_a_manager_says_who_is_exempt_and_who_works_here() {
    let house = house();
    let till = &house.tills[0];
    let card = till.client(&[]);
    let save = |name: &str, value: &str| {
        let set = [(name.to_owned(), value.to_owned())].into();
        till.ask(SaveClient { key: key(), card: Some(card), set })
    };
    assert_eq!(save(field::EXEMPT_UNTIL, "soon").unwrap_err().detail["field"], field::EXEMPT_UNTIL);
    assert_eq!(save(field::STAFF, "nobody").unwrap_err().code, Code::NotFound);
    save(field::EXEMPT_REASON, "Charity").unwrap();
    till.terminal.app.act_as(salon_tests::salon::tenant_id().derive(b"reception"));
    for (name, value) in [(field::EXEMPT_REASON, "Embassy"), (field::STAFF, &stylist(0).to_string())] {
        let failure = save(name, value).unwrap_err();
        assert_eq!((failure.code, failure.detail["permission"].as_str()), (Code::NotAllowed, "client_standing"));
    }
    save(field::EXEMPT_REASON, "Charity").unwrap();
    save(field::NOTE, "likes tea").unwrap();
    assert_eq!(till.ask(Client { card }).unwrap().fields[field::EXEMPT_REASON], "Charity");
}

#[test]
fn who_works_here_pays_less_by_the_card_or_by_a_stated_reason() {
    let house = house();
    let till = &house.tills[0];
    let staff = stylist(1).to_string();
    let (_, draft) = for_client(till, &[(field::STAFF, &staff)], services(1));
    let sold = till.cash(&draft);
    let expected = CUT / 2 + BOTTLE - 597;
    assert_eq!(sold.sale.total_minor, expected);
    assert!(sold.text.join("\n").contains("Staff: Stylist 1"), "{:?}", sold.text);
    let mut named = services(1);
    named.terms.staff_sale = Some(StaffSale { staff: stylist(2), reason: " ".into() });
    let ask = |draft: &TicketDraft| Pay::cash(key(), draft.clone(), 100_000);
    assert_eq!(till.ask(ask(&named)).unwrap_err().detail["field"], "reason");
    named.terms.staff_sale = Some(StaffSale { staff: stylist(2), reason: "birthday".into() });
    let sold = paid(till.ask(ask(&named)).unwrap());
    assert_eq!(sold.sale.total_minor, expected);
    assert!(sold.text.join("\n").contains("Stylist 2, birthday"), "{:?}", sold.text);
    let mut nobody = services(1);
    nobody.terms.staff_sale =
        Some(StaffSale { staff: salon_domain::kernel::StaffId::from_uuid(key()), reason: "x".into() });
    assert_eq!(till.ask(ask(&nobody)).unwrap_err().code, Code::NotFound);
    house.close();
}

#[test]
fn a_tier_takes_off_what_it_promises_before_the_staff_s_discount() {
    let change = |tenant: &mut NewTenant| {
        with_desk(tenant);
        let terms = |tier, from_points, services_off_bp, products_off_bp| TierTerms {
            tier,
            from_points,
            multiplier_bp: 10_000,
            services_off_bp,
            products_off_bp,
        };
        tenant.loyalty = Some(Programme {
            spend: Some(SpendRule { each: 1, per_minor: 100 }),
            tiers: Tiers { window_days: None, terms: vec![terms(Tier::Silver, 50, 1_000, 2_000)] },
            ..Programme::default()
        });
    };
    let house = House::of(1, Ports::default(), change);
    let till = &house.tills[0];
    let (card, first) = for_client(till, &[], services(0));
    assert_eq!(till.cash(&first).sale.total_minor, CUT, "nothing is reached yet");
    let again = || TicketDraft { card: Some(card), ..services(1) };
    let sold = till.cash(&again());
    assert_eq!(sold.sale.total_minor, CUT * 9 / 10 + BOTTLE - 398);
    assert!(sold.text.join("\n").contains("SILVER"));
    let set = [(field::STAFF.to_owned(), stylist(0).to_string())].into();
    till.ask(SaveClient { key: key(), card: Some(card), set }).unwrap();
    let sold = till.cash(&again());
    let parts: Vec<_> = sold.sale.lines[0].discount_parts.iter().map(|p| (p.label.as_str(), p.amount_minor)).collect();
    assert_eq!(parts, [("SILVER", 520), ("Staff: Stylist 0", 2_340)]);
    house.close();
}
