//! A card terminal that has no cable to us: the cashier types the amount there and says here what it said.

use super::card::cancel_card;
use crate::parts::{Field, Icon};
use crate::terminal::desk::use_desk;
use crate::text::{common, devices as words, fill, money, t};
use salon_contract::window::AnswerCard;
use salon_domain::kernel::PaymentId;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ConfirmPanelProps {
    pub payment: PaymentId,
    /// Below zero it is given back.
    pub amount_minor: i64,
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
    let amount = money(props.amount_minor.abs(), desk.status.currency);
    let how = if props.amount_minor < 0 { words::EXTERNAL_BACK_HOW } else { words::EXTERNAL_HOW };
    html! {
        <div class="card-panel" data-test="card-confirm">
            <p class="card-title"><Icon name="credit-card" /><strong class="num">{ &amount }</strong></p>
            <p class="card-said" role="status">{ fill(how, &[("amount", &amount)]) }</p>
            <Field label={t(words::EXTERNAL_CODE)} value={(*code).clone()} oninput={let c = code.clone(); move |v| c.set(v)} autofocus=true {onenter} test="card-code" />
            <div class="tenders">
                <button class="tender pink" disabled={!is_code} onclick={yes.reform(|_| ())} data-test="card-approved"><Icon name="check" />{ t(words::EXTERNAL_YES) }</button>
                <button class="tender" onclick={answer(false).reform(|_| ())} data-test="card-refused"><Icon name="x" />{ t(words::EXTERNAL_NO) }</button>
            </div>
            <button class="button quiet" onclick={cancel_card(&desk)} data-test="card-cancel"><Icon name="arrow-left" />{ t(common::CANCEL) }</button>
        </div>
    }
}
