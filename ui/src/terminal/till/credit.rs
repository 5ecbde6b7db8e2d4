//! A client's credit at the till: taken as a tender, and paid in.

use super::draft::{Stage, TicketAction};
use super::tenders::take;
use crate::browser::new_id;
use crate::hooks::{use_ask, use_keys};
use crate::parts::{Field, Icon, loaded};
use crate::terminal::desk::use_desk;
use crate::text::{common, credit as words, fill, gift, money, parse_amount, t};
use salon_contract::window::{AccountCredit, CreditView, Pay, PayBy};
use salon_domain::kernel::CardId;
use salon_domain::payment::{Item, LineDraft, LineKind};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct CreditPanelProps {
    pub total_minor: i64,
    pub card: CardId,
}

/// What the client has with the salon: takes it towards the ticket, or puts more of it on the ticket.
#[component]
pub fn CreditPanel(props: &CreditPanelProps) -> Html {
    let desk = use_desk();
    let asked = use_ask(Some(AccountCredit { card: props.card }));
    let ring = {
        let ticket = desk.ticket.clone();
        Callback::from(move |()| ticket.dispatch(TicketAction::Stage(Stage::Ring)))
    };
    use_keys({
        let ring = ring.clone();
        move |e| {
            if e.key() == "Escape" {
                ring.emit(());
            }
        }
    });
    html! {
        <div class="cash" role="group" aria-label={t(words::CREDIT)}>
            { loaded(&asked, |view| html! { <Account view={view.clone()} total_minor={props.total_minor} /> }) }
            <div class="tenders"><button class="tender" onclick={ring.reform(|_| ())}>{ t(common::BACK) }</button></div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct AccountProps {
    view: CreditView,
    total_minor: i64,
}

#[component]
fn Account(props: &AccountProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let view = &props.view;
    let owed = props.total_minor - desk.ticket.taken_minor();
    let wanted = desk.ticket.portion_minor.map_or(owed, |portion| portion.min(owed));
    let amount = wanted.min(view.usable_minor);
    let pay = {
        let (desk, busy) = (desk.clone(), busy.clone());
        move |_: MouseEvent| {
            let portion = (amount < owed).then_some(amount);
            take(&desk, Pay { amount_minor: portion, ..desk.ticket.paying(PayBy::AccountCredit) }, busy.clone());
        }
    };
    let minor = parse_amount(&typed, view.currency).filter(|minor| *minor > 0);
    let pay_in = {
        let (desk, currency) = (desk.clone(), view.currency);
        Callback::from(move |()| {
            if let Some(minor) = minor {
                desk.ticket.dispatch(TicketAction::Add(Box::new(line_of(minor)), currency));
                desk.ticket.dispatch(TicketAction::Stage(Stage::Ring));
            }
        })
    };
    let shown = |minor| money(minor, view.currency);
    let short = view.usable_minor < wanted.min(view.balance_minor);
    html! {
        <>
            <div class="sum change">
                <span>{ fill(words::LEFT, &[("name", &view.client_name)]) }</span>
                <span class="num" data-test="credit-balance">{ shown(view.balance_minor) }</span>
            </div>
            if owed > 0 && view.balance_minor <= 0 {
                <p class="callout caution" role="alert">{ t(words::NOTHING) }</p>
            } else if short {
                <p class="callout caution" role="alert">{ fill(gift::ONLY_SO_MUCH, &[("amount", &shown(view.usable_minor))]) }</p>
            }
            if amount > 0 {
                <div class="tenders">
                    <button class="tender pink" disabled={*busy} onclick={pay} data-test="credit-take">
                        <Icon name="wallet" />
                        if amount < owed {
                            { fill(words::TAKE_AND_REST, &[("amount", &shown(amount)), ("rest", &shown(owed - amount))]) }
                        } else {
                            { fill(words::TAKE, &[("amount", &shown(amount))]) }
                        }
                    </button>
                </div>
            }
            <Field label={t(words::PAY_IN)} value={(*typed).clone()} inputmode="decimal" test="credit-pay-in"
                oninput={let typed = typed.clone(); move |v| typed.set(v)} onenter={pay_in.clone()} />
            if minor.is_some() {
                <div class="tenders">
                    <button class="tender" onclick={pay_in.reform(|_| ())} data-test="credit-add"><Icon name="plus" />{ t(words::PAY_IN_ADD) }</button>
                </div>
            }
        </>
    }
}

fn line_of(amount_minor: i64) -> LineDraft {
    LineDraft {
        id: new_id(),
        item: Item::AccountCredit,
        kind: LineKind::ValueSold,
        description: t(words::CREDIT).to_owned(),
        staff: None,
        card: None,
        quantity: 1,
        unit_price_minor: amount_minor,
        discount: None,
        rates: Vec::new(),
        terms: Default::default(),
    }
}
