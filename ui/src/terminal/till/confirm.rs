//! A card terminal that has no cable to us: the cashier types the amount there and says here what it said.

use crate::parts::{Field, Icon};
use crate::terminal::desk::use_desk;
use crate::text::{common, devices as words, fill, money, t};
use salon_contract::window::{AnswerCard, CancelCard};
use salon_domain::kernel::PaymentId;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ConfirmPanelProps {
    pub payment: PaymentId,
    pub total_minor: i64,
}

#[component]
pub fn ConfirmPanel(props: &ConfirmPanelProps) -> Html {
    let desk = use_desk();
    let code = use_state_eq(String::new);
    let payment = props.payment;
    // As the till checks it: two to twelve letters and digits.
    let is_code = (2..=12).contains(&code.trim().len()) && code.trim().bytes().all(|b| b.is_ascii_alphanumeric());
    let answer = |approved: bool| {
        let (desk, authorisation) = (desk.clone(), code.trim().to_owned());
        Callback::from(move |()| {
            let authorisation = authorisation.clone();
            desk.run(AnswerCard { payment, approved, authorisation }, |_| {});
        })
    };
    let yes = answer(true);
    let onenter = {
        let yes = yes.clone();
        Callback::from(move |()| {
            if is_code {
                yes.emit(())
            }
        })
    };
    let oncancel = {
        let desk = desk.clone();
        move |_: MouseEvent| desk.run(CancelCard {}, |_| {})
    };
    let amount = money(props.total_minor, desk.ticket.draft.currency);
    html! {
        <div class="card-panel" data-test="card-confirm">
            <p class="card-title"><Icon name="credit-card" /><strong class="num">{ &amount }</strong></p>
            <p class="card-said" role="status">{ fill(words::EXTERNAL_HOW, &[("amount", &amount)]) }</p>
            <Field label={t(words::EXTERNAL_CODE)} value={(*code).clone()} oninput={let c = code.clone(); move |v| c.set(v)} autofocus=true {onenter} test="card-code" />
            <div class="tenders">
                <button class="tender pink" disabled={!is_code} onclick={yes.reform(|_| ())} data-test="card-approved"><Icon name="check" />{ t(words::EXTERNAL_YES) }</button>
                <button class="tender" onclick={answer(false).reform(|_| ())} data-test="card-refused"><Icon name="x" />{ t(words::EXTERNAL_NO) }</button>
            </div>
            <button class="button quiet" onclick={oncancel} data-test="card-cancel"><Icon name="arrow-left" />{ t(common::CANCEL) }</button>
        </div>
    }
}
