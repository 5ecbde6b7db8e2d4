use super::card::{CardPanel, pay_card, stage_of};
use super::cash::CashPanel;
use super::credit::CreditPanel;
use super::draft::{Stage, TicketAction};
use super::gift::{GiftPanel, GiftSale};
use super::membership::MembershipPanel;
use super::package::PackagePanel;
use super::split::{OtherTender, Portion};
use crate::parts::{Icon, Toast};
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{credit, fill, gift, membership, money, package, t, till as words};
use crate::transport::{LINK, ask};
use salon_contract::window::{Code, Pay, PayBy};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct TendersProps {
    pub total_minor: i64,
    /// The ticket can be priced.
    pub ready: bool,
    /// Only card and cash: something else about the ticket is being said.
    pub few: bool,
    pub onchanged: Callback<()>,
}

/// Takes a tender that no card terminal is needed for.
pub fn pay(desk: &Desk, by: PayBy, busy: UseStateHandle<bool>) {
    take(desk, desk.ticket.paying(by), busy);
}

pub fn take(desk: &Desk, question: Pay, busy: UseStateHandle<bool>) {
    if *busy {
        return;
    }
    busy.set(true);
    let desk = desk.clone();
    spawn_local(async move {
        match ask(question).await {
            Ok(view) => {
                busy.set(false);
                desk.ticket.dispatch(TicketAction::Stage(stage_of(view)));
                desk.recheck.emit(());
            }
            Err(failure) => {
                if matches!(failure.code, Code::TillClosed | Code::TillFromEarlierDay) {
                    desk.recheck.emit(());
                }
                // Where the link broke the key stays, so that trying again cannot sell twice.
                if !failure.detail.contains_key(LINK) {
                    desk.ticket.dispatch(TicketAction::Stage(Stage::Ring));
                }
                desk.toast.emit(Toast::failure(&failure));
                busy.set(false);
            }
        }
    });
}

/// What stands in the place of the tenders.
#[derive(Clone, Copy, PartialEq)]
enum More {
    Nothing,
    Portion,
    Other,
}

#[component]
pub fn Tenders(props: &TendersProps) -> Html {
    let desk = use_desk();
    let busy = use_state_eq(|| false);
    let more = use_state_eq(|| More::Nothing);
    // What was taken is on the ticket: the tenders stand there again.
    use_effect_with(desk.ticket.parts.len(), {
        let more = more.clone();
        move |_| more.set(More::Nothing)
    });
    let currency = desk.ticket.draft.currency;
    let owed = props.total_minor;
    // A deposit may be all of it: it sells nothing.
    let portion_max = if desk.ticket.draft.terms.deposit { owed } else { owed - 1 };
    let portion = desk.ticket.portion_minor.filter(|minor| (1..=portion_max).contains(minor));
    let total = portion.unwrap_or(owed);
    match (&desk.ticket.stage, desk.ticket.draft.card) {
        (Stage::Ring, _) | (Stage::Credit | Stage::Packages | Stage::Memberships, None) => {}
        (Stage::Memberships, Some(card)) => return html! { <MembershipPanel key={card.to_string()} {card} /> },
        (Stage::Packages, Some(card)) => return html! { <PackagePanel key={card.to_string()} {card} /> },
        (Stage::Credit, Some(card)) => {
            return html! { <CreditPanel key={card.to_string()} total_minor={total} {card} /> };
        }
        (Stage::Cash, _) => return html! { <CashPanel total_minor={total} is_all={portion.is_none()} /> },
        (Stage::Gift(card), _) => {
            return html! { <GiftPanel total_minor={total} card={card.as_deref().cloned()} /> };
        }
        (Stage::GiftSale(number), _) => return html! { <GiftSale key={number.clone()} number={number.clone()} /> },
        _ => return html! { <CardPanel total_minor={total} /> },
    }
    let show = |what: More| {
        let more = more.clone();
        Callback::from(move |()| more.set(what))
    };
    match *more {
        More::Portion => {
            let (ticket, close) = (desk.ticket.clone(), show(More::Nothing));
            let onset = {
                let close = close.clone();
                Callback::from(move |minor| {
                    ticket.dispatch(TicketAction::Portion(minor));
                    close.emit(());
                })
            };
            return html! { <Portion owed_minor={owed} {onset} onclose={close} /> };
        }
        More::Other => return html! { <OtherTender amount_minor={total} onclose={show(More::Nothing)} /> },
        More::Nothing => {}
    }
    if total < 0 {
        let onclick = {
            let (desk, busy) = (desk.clone(), busy.clone());
            move |_: MouseEvent| pay(&desk, PayBy::Cash { tendered_minor: 0 }, busy.clone())
        };
        return html! {
            <div class="tenders">
                <button class="tender pink" disabled={!props.ready || *busy} {onclick} data-test="tender-refund">
                    <Icon name="banknote" />{ fill(words::GIVE_BACK, &[("amount", &money(-total, currency))]) }
                </button>
            </div>
        };
    }
    let oncard = {
        let desk = desk.clone();
        move |_: MouseEvent| pay_card(&desk)
    };
    let oncash = {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| ticket.dispatch(TicketAction::Stage(Stage::Cash))
    };
    let ongift = {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| ticket.dispatch(TicketAction::Stage(Stage::Gift(None)))
    };
    let oncredit = {
        let desk = desk.clone();
        move |_: MouseEvent| match desk.ticket.draft.card {
            Some(_) => desk.ticket.dispatch(TicketAction::Stage(Stage::Credit)),
            None => desk.toast.emit(Toast::plain(t(credit::CLIENT_NEEDED))),
        }
    };
    let onpackages = {
        let desk = desk.clone();
        move |_: MouseEvent| match desk.ticket.draft.card {
            Some(_) => desk.ticket.dispatch(TicketAction::Stage(Stage::Packages)),
            None => desk.toast.emit(Toast::plain(t(package::CLIENT_NEEDED))),
        }
    };
    let onmemberships = {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| ticket.dispatch(TicketAction::Stage(Stage::Memberships))
    };
    // Of nobody there are none.
    let has_memberships =
        desk.ticket.draft.card.is_some() && desk.catalog.here().is_some_and(|catalog| !catalog.memberships.is_empty());
    let blocked = desk.status.unknown_cards > 0;
    html! {
        <div class="tenders">
            <button class="tender pink" disabled={!props.ready || total == 0 || blocked} onclick={oncard} data-test="tender-card">
                <Icon name="credit-card" /><span>{ t(words::CARD) }</span>
                if props.ready && total != 0 { <span class="num">{ money(total, currency) }</span> }
            </button>
            <button class="tender" disabled={!props.ready} onclick={oncash} data-test="tender-cash">
                <Icon name="banknote" /><span>{ t(words::CASH) }</span>
            </button>
            if portion.is_some() && !desk.ticket.draft.terms.deposit {
                <button class="button grow" onclick={let ticket = desk.ticket.clone(); move |_| ticket.dispatch(TicketAction::Portion(None))} data-test="portion-all"><Icon name="x" />{ fill(words::PORTION_ALL, &[("amount", &money(owed, currency))]) }</button>
            }
            if !props.few {
                <div class="tools" role="toolbar">
                    // How much a deposit is, its own panel says.
                    if portion.is_none() && !desk.ticket.draft.terms.deposit {
                        <button class="tool" disabled={!props.ready || owed < 2} onclick={show(More::Portion).reform(|_| ())} data-test="tender-split"><Icon name="split" />{ t(words::SPLIT) }</button>
                    }
                    <button class="tool" disabled={!props.ready || total == 0} onclick={show(More::Other).reform(|_| ())} data-test="tender-other"><Icon name="landmark" />{ t(words::OTHER_TENDER) }</button>
                    <button class="tool" disabled={!props.ready || total == 0} onclick={ongift} data-test="tender-gift"><Icon name="gift" />{ t(gift::GIFT_CARD) }</button>
                    <button class="tool" onclick={oncredit} data-test="tender-credit"><Icon name="wallet" />{ t(credit::CREDIT) }</button>
                    <button class="tool" onclick={onpackages} data-test="tender-packages"><Icon name="package" />{ t(package::PACKAGES) }</button>
                    if has_memberships {
                        <button class="tool" onclick={onmemberships} data-test="tender-memberships"><Icon name="sparkles" />{ t(membership::SHORT) }</button>
                    }
                </div>
            }
            if blocked { <p class="callout caution tenders-note">{ t(crate::text::till::CARD_UNKNOWN_TITLE) }</p> }
        </div>
    }
}
