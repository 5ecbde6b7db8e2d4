//! Gift cards: selling one, taking one as a tender; and what was spent twice.

use super::draft::{Stage, TicketAction};
use super::tenders::take;
use crate::browser::new_id;
use crate::hooks::{Loaded, use_ask, use_heard, use_keys};
use crate::parts::{Field, Icon, Toast};
use crate::terminal::desk::{Desk, Place, use_desk};
use crate::text::{
    common, day_short, fill, gift as words, membership, money, package, parse_amount, scan, sentence, t,
};
use crate::transport::Heard;
use salon_contract::window::{
    Code, Failure, GiftCardView, LookUpGiftCard, NewGiftCard, Notice, OverdraftView, Overdrafts, Pay, PayBy,
    ScannedText,
};
use salon_domain::payment::{Item, LineDraft, LineKind};
use yew::prelude::*;

/// What a card has, in one line.
fn balance_of(card: &GiftCardView) -> String {
    let left = money(card.balance_minor, card.currency);
    let values = [("ending", card.masked.as_str()), ("amount", &left)];
    match &card.expires {
        Some(date) => fill(words::BALANCE_UNTIL, &[values[0], values[1], ("date", &day_short(date))]),
        None => fill(words::BALANCE, &values),
    }
}

/// A card that was scanned: pays the ticket in hand, or says what is on it.
pub fn gift_scanned(desk: &Desk, card: GiftCardView) {
    let ticket = &desk.ticket;
    let rings = matches!(
        ticket.stage,
        Stage::Ring | Stage::Cash | Stage::Credit | Stage::Packages | Stage::Memberships | Stage::Gift(_)
    );
    if desk.place == Place::Till && rings && !ticket.draft.lines.is_empty() {
        ticket.dispatch(TicketAction::Stage(Stage::Gift(Some(Box::new(card)))));
    } else {
        desk.toast.emit(Toast::plain(balance_of(&card)));
    }
}

/// Begins to sell a card: the one with this number, or any.
pub fn sell_gift(desk: &Desk, number: &str) {
    match desk.ticket.stage {
        Stage::Paid(_) => desk.ticket.dispatch(TicketAction::Clear),
        Stage::Ring | Stage::Cash | Stage::Credit | Stage::Packages | Stage::Memberships => {}
        Stage::Gift(_) | Stage::GiftSale(_) => {}
        _ => return desk.toast.emit(Toast::plain(t(scan::PAYING))),
    }
    desk.ticket.dispatch(TicketAction::Stage(Stage::GiftSale(number.to_owned())));
    desk.go.emit(Place::Till);
}

#[derive(PartialEq, Properties)]
pub struct GiftPanelProps {
    pub total_minor: i64,
    pub card: Option<GiftCardView>,
}

/// Takes a gift card towards the ticket: all that is owed, or what is on it.
#[component]
pub fn GiftPanel(props: &GiftPanelProps) -> Html {
    let desk = use_desk();
    let number = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let ring = back_to_ring(&desk);
    use_escape(&ring);
    let look = {
        let (desk, number) = (desk.clone(), number.clone());
        Callback::from(move |()| {
            let ticket = desk.ticket.clone();
            desk.run(LookUpGiftCard { code: ScannedText(number.trim().to_owned()) }, move |card| {
                ticket.dispatch(TicketAction::Stage(Stage::Gift(Some(Box::new(card)))));
            });
        })
    };
    let Some(card) = &props.card else {
        return html! {
            <div class="cash" role="group" aria-label={t(words::GIFT_CARD)}>
                <Field label={t(words::NUMBER)} placeholder={t(words::SCAN_OR_TYPE)} value={(*number).clone()} inputmode="numeric"
                    oninput={let n = number.clone(); move |v| n.set(v)} onenter={look.clone()} autofocus=true test="gift-number" />
                <div class="tenders">
                    <button class="tender pink" disabled={number.trim().is_empty()} onclick={look.reform(|_| ())} data-test="gift-look">{ t(words::LOOK_UP) }</button>
                    <button class="tender" onclick={ring.reform(|_| ())}>{ t(common::BACK) }</button>
                </div>
            </div>
        };
    };
    let owed = props.total_minor - desk.ticket.taken_minor();
    let wanted = desk.ticket.portion_minor.map_or(owed, |portion| portion.min(owed));
    let amount = wanted.min(card.usable_minor);
    let pay = {
        let (desk, busy, code) = (desk.clone(), busy.clone(), card.code.clone());
        move |_: MouseEvent| {
            let portion = (amount < owed).then_some(amount);
            let by = PayBy::GiftCard { code: code.clone() };
            take(&desk, Pay { amount_minor: portion, ..desk.ticket.paying(by) }, busy.clone());
        }
    };
    let another = {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| ticket.dispatch(TicketAction::Stage(Stage::Gift(None)))
    };
    let shown = |minor| money(minor, card.currency);
    let short = card.usable_minor < wanted.min(card.balance_minor);
    html! {
        <div class="cash" role="group" aria-label={t(words::GIFT_CARD)}>
            <div class="sum"><span>{ fill(words::LINE, &[("ending", &card.masked)]) }</span>
                if let Some(date) = &card.expires { <span class="muted">{ fill(words::UNTIL, &[("date", &day_short(date))]) }</span> }
            </div>
            <div class="sum change"><span>{ t(words::LEFT) }</span><span class="num" data-test="gift-balance">{ shown(card.balance_minor) }</span></div>
            if !card.known {
                <p class="callout caution" role="alert">{ t(words::NOT_KNOWN) }</p>
            } else if card.balance_minor <= 0 {
                <p class="callout caution" role="alert">{ t(words::NOTHING_LEFT) }</p>
            } else if short {
                <p class="callout caution" role="alert">{ fill(words::ONLY_SO_MUCH, &[("amount", &shown(card.usable_minor))]) }</p>
            }
            <div class="tenders">
                if amount > 0 {
                    <button class="tender pink" disabled={*busy} onclick={pay} data-test="gift-take">
                        <Icon name="gift" />
                        if amount < owed {
                            { fill(words::TAKE_ALL_OF_IT, &[("amount", &shown(amount)), ("rest", &shown(owed - amount))]) }
                        } else {
                            { fill(words::TAKE, &[("amount", &shown(amount))]) }
                        }
                    </button>
                }
                <button class="tender" onclick={another}>{ t(words::ANOTHER) }</button>
                <button class="tender" onclick={ring.reform(|_| ())}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct GiftSaleProps {
    /// As it was scanned; empty for a card that the till makes up.
    pub number: String,
}

/// Puts a new gift card on the ticket.
#[component]
pub fn GiftSale(props: &GiftSaleProps) -> Html {
    let desk = use_desk();
    let number = use_state_eq(|| props.number.clone());
    let price = use_state_eq(String::new);
    let currency = desk.status.currency;
    let minor = parse_amount(&price, currency).filter(|minor| *minor > 0);
    let ring = back_to_ring(&desk);
    use_escape(&ring);
    let add = {
        let (desk, number) = (desk.clone(), number.clone());
        Callback::from(move |()| {
            let Some(minor) = minor else { return };
            let number = number.trim().to_owned();
            let (drawn, desk) = (number.is_empty(), desk.clone());
            let asked = desk.clone();
            let put = move |card: GiftCardView| {
                if card.known {
                    return desk.toast.emit(Toast::failure(&Failure::new(Code::GiftSold)));
                }
                if drawn {
                    desk.toast.emit(Toast::plain(fill(words::MADE, &[("code", card.code.printed())])));
                }
                desk.ticket.dispatch(TicketAction::Add(Box::new(line_of(&card, minor, drawn)), card.currency));
                desk.ticket.dispatch(TicketAction::Stage(Stage::Ring));
            };
            match drawn {
                true => asked.run(NewGiftCard {}, put),
                false => asked.run(LookUpGiftCard { code: ScannedText(number) }, put),
            }
        })
    };
    html! {
        <div class="cash" role="group" aria-label={t(words::GIFT_CARD)}>
            <Field label={t(common::AMOUNT)} value={(*price).clone()} inputmode="decimal" autofocus=true test="gift-amount"
                oninput={let p = price.clone(); move |v| p.set(v)} onenter={add.clone()} />
            <Field label={t(words::NUMBER)} value={(*number).clone()} inputmode="numeric" test="gift-sale-number"
                oninput={let n = number.clone(); move |v| n.set(v)} onenter={add.clone()} />
            <p class="muted">{ t(words::SELL_HOW) }</p>
            <div class="tenders">
                <button class="tender pink" disabled={minor.is_none()} onclick={add.reform(|_| ())} data-test="gift-add">
                    <Icon name="gift" />{ t(words::ADD) }
                </button>
                <button class="tender" onclick={ring.reform(|_| ())}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}

fn line_of(card: &GiftCardView, amount_minor: i64, drawn: bool) -> LineDraft {
    LineDraft {
        id: new_id(),
        item: Item::GiftCard { code: card.code.clone(), drawn },
        kind: LineKind::ValueSold,
        description: fill(words::LINE, &[("ending", &card.masked)]),
        staff: None,
        card: None,
        quantity: 1,
        unit_price_minor: amount_minor,
        discount: None,
        rates: Vec::new(),
        terms: Default::default(),
    }
}

/// Gift cards, accounts and packages that were spent twice, for the till's own screen; nothing while there are none.
#[component]
pub fn Overdrawn() -> Html {
    let asked = use_ask(Some(Overdrafts {}));
    use_heard({
        let again = asked.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    if let Loaded::Failed(failure) = &asked.state {
        return html! { <p class="callout bad" role="alert">{ sentence(failure) }</p> };
    }
    let Some(found) = asked.state.here().filter(|found| !found.is_empty()) else { return Html::default() };
    html! {
        <section class="callout caution" aria-label={t(words::OVERDRAWN)} data-test="overdrafts">
            <p><strong>{ t(words::OVERDRAWN) }</strong>{ " " }{ t(words::OVERDRAWN_HOW) }</p>
            <ul>
                for one in found.iter() {
                    <li class="sum">
                        <span>{ fill(words::OVERDRAWN_LINE, &[("what", &what(one)), ("date", &day_short(&one.date)), ("till", &one.till)]) }</span>
                        <span class="num">{ over(one) }</span>
                    </li>
                }
            </ul>
        </section>
    }
}

fn what(one: &OverdraftView) -> String {
    match one.card {
        Some(_) => one.name.clone(),
        None => fill(words::LINE, &[("ending", &one.name)]),
    }
}

fn over(one: &OverdraftView) -> String {
    let amount = money(one.over_minor, one.currency);
    match one.over_units {
        0 if one.paid_in_vain => fill(membership::PAID_IN_VAIN, &[("amount", &amount)]),
        0 => amount,
        units => fill(package::OVER_UNITS, &[("n", &units.to_string())]),
    }
}

fn back_to_ring(desk: &Desk) -> Callback<()> {
    let ticket = desk.ticket.clone();
    Callback::from(move |()| ticket.dispatch(TicketAction::Stage(Stage::Ring)))
}

#[hook]
fn use_escape(ring: &Callback<()>) {
    let ring = ring.clone();
    use_keys(move |e| {
        if e.key() == "Escape" {
            ring.emit(());
        }
    });
}
