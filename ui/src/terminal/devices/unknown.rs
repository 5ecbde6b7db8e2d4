//! A card payment whose outcome is not known: ask the card terminal, or decide by hand.

use crate::parts::{Icon, Toast};
use crate::terminal::desk::use_desk;
use crate::terminal::till::{DecidePanel, Stage, TicketAction, stage_of};
use crate::text::{clock, day_short, devices as words, fill, money, t, till};
use crate::transport::ask;
use salon_contract::window::{PaymentView, ResolveCard, UnknownCardView};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct UnknownCardProps {
    pub card: UnknownCardView,
    pub onchanged: Callback<()>,
}

#[component]
pub fn UnknownCard(props: &UnknownCardProps) -> Html {
    let desk = use_desk();
    let card = &props.card;
    let (payment, gives_back) = (card.payment, card.gives_back);
    let deciding = use_state_eq(|| false);
    let busy = use_state_eq(|| false);
    let told = {
        let (desk, onchanged) = (desk.clone(), props.onchanged.clone());
        Callback::from(move |view: PaymentView| {
            desk.toast.emit(match &view {
                PaymentView::Paid { sale } if sale.sale.total_minor < 0 => {
                    let given = money(-sale.sale.total_minor, sale.sale.currency);
                    Toast::good(fill(words::REFUND_DONE, &[("amount", &given)]))
                }
                PaymentView::Paid { .. } | PaymentView::Part { .. } => Toast::good(t(till::DECIDE_CHARGED)),
                PaymentView::Declined { .. } | PaymentView::NotCharged { .. } => {
                    Toast::good(t(if gives_back { words::REFUND_NOT } else { till::CARD_NOT_CHARGED }))
                }
                PaymentView::Unknown { .. } => {
                    Toast::plain(t(if gives_back { words::REFUND_UNKNOWN } else { till::CARD_UNKNOWN_TITLE }))
                }
            });
            // The till may still be waiting with the ticket.
            if matches!(desk.ticket.stage, Stage::Unknown { payment: waiting } if waiting == payment) {
                desk.ticket.dispatch(TicketAction::Stage(stage_of(view)));
            }
            onchanged.emit(());
        })
    };
    let onask = {
        let (toast, busy, told) = (desk.toast.clone(), busy.clone(), told.clone());
        move |_: MouseEvent| {
            busy.set(true);
            let (toast, busy, told) = (toast.clone(), busy.clone(), told.clone());
            spawn_local(async move {
                match ask(ResolveCard { payment }).await {
                    Ok(view) => told.emit(view),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
                busy.set(false);
            });
        }
    };
    html! {
        <li class="unknown-card" data-test="unknown-card">
            <div class="row plain">
                <Icon name="circle-help" class="caution" />
                <span class="row-main"><strong class="num">{ format!("{} {}", t(if gives_back { words::UNKNOWN_REFUND } else { words::UNKNOWN_PAYMENT }), money(card.amount_minor, desk.status.currency)) }</strong>
                    <span class="muted">{ when_and_whose(card) }</span></span>
                <button class="button primary" disabled={*busy} onclick={onask} data-test="card-resolve"><Icon name="refresh-cw" />{ t(till::ASK_TERMINAL) }</button>
                <button class="button" aria-expanded={deciding.to_string()} onclick={let d = deciding.clone(); move |_| d.set(!*d)} data-test="card-decide">{ t(till::DECIDE) }</button>
            </div>
            if *busy { <p class="muted" role="status">{ t(till::CARD_RECOVERING) }</p> }
            if *deciding { <DecidePanel {payment} {gives_back} ondecided={told} onback={let d = deciding.clone(); move |()| d.set(false)} /> }
        </li>
    }
}

fn when_and_whose(card: &UnknownCardView) -> String {
    let when = format!("{} {}", day_short(&card.date), clock(card.minute));
    if card.client_name.is_empty() { when } else { format!("{when} · {}", card.client_name) }
}
