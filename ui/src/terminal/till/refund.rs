//! Giving a whole sale back to where its money came from, with a manager's PIN and a reason; or only some of it, rung up
//! by hand.

use super::confirm::ConfirmPanel;
use crate::browser::Intention;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Field, Icon, Toast, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{card_status, common, devices as words, fault, fill, money, t, till};
use crate::transport::{Heard, ask};
use salon_contract::window::{CardPaymentView, CardStage, Notice, RefundSale, StaffList};
use salon_domain::access::Permission;
use salon_domain::kernel::PaymentId;
use salon_domain::payment::{Sale, TenderKind};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct RefundPanelProps {
    pub sale: Sale,
    /// Some of it is given back by hand.
    pub onsome: Callback<()>,
    pub onclose: Callback<()>,
}

#[derive(Clone, PartialEq)]
enum Stage {
    Form,
    Running(String),
    /// By a card terminal that is not connected to this till.
    Confirm(PaymentId),
    Ended(String),
}

#[component]
pub fn RefundPanel(props: &RefundPanelProps) -> Html {
    let desk = use_desk();
    let staff = use_ask(Some(StaffList {}));
    let manager = use_state_eq(String::new);
    let pin = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let stage = use_state_eq(|| Stage::Form);
    let intention = use_mut_ref(Intention::default);
    use_heard({
        let stage = stage.clone();
        move |heard| {
            let Heard::Notice(Notice::Card { stage: said, payment }) = heard else { return };
            if !matches!(*stage, Stage::Running(_) | Stage::Confirm(_)) {
                return;
            }
            if matches!(said, CardStage::Confirm) {
                stage.set(Stage::Confirm(*payment));
                return;
            }
            let said = match said {
                CardStage::Status { code } => card_status(*code).to_owned(),
                CardStage::Text { text } => text.clone(),
                CardStage::Recovering => t(till::CARD_RECOVERING).to_owned(),
                CardStage::Connecting | CardStage::Confirm | CardStage::Ended => return,
            };
            stage.set(Stage::Running(said));
        }
    });
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::Refund)).cloned().collect())
        .unwrap_or_default();
    let own = managers.iter().find(|m| m.staff == desk.me.staff).or(managers.first()).map(|m| m.staff);
    let chosen = manager.parse().ok().or(own);
    let ready = chosen.is_some() && !pin.is_empty() && !reason.trim().is_empty();
    let total = money(props.sale.total_minor, props.sale.currency);
    let to_card = props.sale.tenders.iter().any(|tender| matches!(tender.kind, TenderKind::Card { .. }));
    let give = {
        let (desk, stage, pin, reason) = (desk.clone(), stage.clone(), pin.clone(), reason.clone());
        let (ticket, intention, onclose, total) =
            (props.sale.ticket, intention.clone(), props.onclose.clone(), total.clone());
        Callback::from(move |()| {
            let (Some(manager), true) = (chosen, ready) else { return };
            let key = intention.borrow_mut().key(&(ticket, manager, &*reason));
            let question = RefundSale { key, ticket, manager, pin: (*pin).clone(), reason: reason.trim().to_owned() };
            let (desk, stage, onclose, total) = (desk.clone(), stage.clone(), onclose.clone(), total.clone());
            stage.set(Stage::Running(t(if to_card { till::CARD_CONNECTING } else { common::LOADING }).to_owned()));
            spawn_local(async move {
                let next = match ask(question).await {
                    Ok(CardPaymentView::Paid { .. }) => {
                        desk.toast.emit(Toast::good(fill(words::REFUND_DONE, &[("amount", &total)])));
                        onclose.emit(());
                        Stage::Form
                    }
                    Ok(CardPaymentView::Declined { text, .. }) => {
                        Stage::Ended(format!("{}: {text}", t(till::CARD_DECLINED)))
                    }
                    Ok(CardPaymentView::NotCharged { cause }) => Stage::Ended(fault(&cause)),
                    Ok(CardPaymentView::Unknown { .. }) => Stage::Ended(t(till::CARD_UNKNOWN_TITLE).to_owned()),
                    Err(failure) => {
                        desk.toast.emit(Toast::failure(&failure));
                        Stage::Form
                    }
                };
                stage.set(next);
                desk.recheck.emit(());
            });
        })
    };
    let title = fill(if to_card { words::REFUND_TO_CARD } else { words::REFUND_TO_CASH }, &[("amount", &total)]);
    html! {
        <div class="decide refund" data-test="refund-panel">
            <h3>{ t(words::REFUND_WHOLE) }</h3>
            { match &*stage {
                Stage::Running(said) => html! { <p class="card-said" role="status"><span class="pulse" aria-hidden="true"><Icon name="credit-card" /></span>{ said }</p> },
                Stage::Confirm(payment) => html! { <ConfirmPanel payment={*payment} total_minor={-props.sale.total_minor} /> },
                Stage::Ended(said) => html! {
                    <div role="alert" data-test="refund-ended">
                        <p class="bad"><Icon name="circle-x" />{ said }</p>
                        <button class="button" onclick={let s = stage.clone(); move |_| s.set(Stage::Form)}>{ t(common::BACK) }</button>
                    </div>
                },
                Stage::Form => html! {
                    <>
                        if to_card { <p class="muted">{ t(words::REFUND_HOLD) }</p> }
                        <label class="field"><span class="field-label">{ t(till::DECIDE_WHO) }</span>
                            <span class="select"><select onchange={let m = manager.clone(); move |e: Event| m.set(select_value(&e))}>
                                for tile in managers { <option value={tile.staff.to_string()} selected={chosen == Some(tile.staff)}>{ tile.name }</option> }
                            </select><Icon name="chevron-down" /></span></label>
                        <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={let p = pin.clone(); move |v| p.set(v)} test="refund-pin" />
                        <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={give.clone()} test="refund-reason" />
                        <div class="buttons">
                            <button class="button primary" disabled={!ready} onclick={give.reform(|_| ())} data-test="refund-give">{ title }</button>
                            <button class="button quiet" onclick={props.onsome.reform(|_| ())} data-test="refund-some">{ t(words::REFUND_SOME) }</button>
                            <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
                        </div>
                    </>
                },
            } }
        </div>
    }
}
