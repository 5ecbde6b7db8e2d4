//! What a client has on two cards that became one client's: it is all theirs, and each is its own again afterwards.

use crate::accounts::{balance, client, for_client, pay_in};
use crate::packages::{left, sell, spend};
use crate::rig::{CUT, House, key, paid, services};
use salon_contract::window::{AccountCredit, Code, MergeClients, PayBy, UnmergeClients};
use salon_terminal::app::Ports;

#[test]
fn credit_and_packages_of_both_cards_are_the_client_s() {
    let mut house = House::new(2, Ports::default());
    let till = &house.tills[0];
    let (kept, other) = (client(till), client(till));
    pay_in(till, kept, 1_000);
    pay_in(till, other, 7_000);
    let (package, _) = sell(till, other);
    assert_eq!(spend(till, kept, package).unwrap_err().code, Code::PackageUnknown, "not theirs yet");
    till.ask(MergeClients { key: key(), keep: kept, other, take: Vec::new() }).unwrap();
    assert_eq!((balance(till, kept), balance(till, other)), (8_000, 8_000));
    let view = till.ask(AccountCredit { card: other }).unwrap();
    assert_eq!((view.card, view.moves.len()), (kept, 2));
    spend(till, kept, package).unwrap();
    assert_eq!(left(till, kept), 4);

    // A cut is more than what is on the kept card's account alone.
    let cut = for_client(kept, services(0));
    let sold = paid(till.pay(&cut, Some(CUT), PayBy::AccountCredit).unwrap());
    assert_eq!(balance(till, kept), 8_000 - CUT);
    let much = for_client(kept, services(0));
    assert_eq!(till.pay(&much, None, PayBy::AccountCredit).unwrap_err().code, Code::ValueNotEnough);
    till.refund(sold.sale.ticket).unwrap();
    assert_eq!(balance(till, kept), 8_000, "it goes back to the account that it came from");

    till.ask(UnmergeClients { key: key(), card: other, into: kept }).unwrap();
    assert_eq!((balance(till, kept), balance(till, other), left(till, other)), (1_000, 7_000, 4));
    house.sync();
    assert_eq!(balance(&house.tills[1], other), 7_000);
    house.close();
}
