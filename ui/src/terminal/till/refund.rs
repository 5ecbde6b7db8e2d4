//! Giving a sale back, all that is left of it or some of its lines, to where its money came from or in cash, with a
//! manager's PIN and a reason; or in exchange, on a ticket with what is taken instead.

use super::card::{cancel_card, card_said};
use super::confirm::ConfirmPanel;
use super::refund_lines::{Picked, RefundLines, asked, picked_minor};
use crate::browser::Intention;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Choice, Field, Icon, Segments, SpokenPanel, Toast, select_value, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{after, card_refused, common, credit, devices as words, fault, fill, money, t, till};
use crate::transport::{Heard, ask};
use salon_contract::window::{
    CardStage, Failure, LineLeft, Notice, PaymentView, RefundSale, RefundState, RefundTo, ResolveCard, StaffList,
    VoidSale,
};
use salon_domain::access::Permission;
use salon_domain::kernel::PaymentId;
use salon_domain::payment::{Sale, TenderKind};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct RefundPanelProps {
    pub sale: Sale,
    /// All of it is taken back as a void, while its till session is open.
    #[prop_or_default]
    pub voids: bool,
    /// Something else is taken instead.
    pub onexchange: Callback<()>,
    pub onclose: Callback<()>,
}

const ALL: &str = "all";
const SOME: &str = "some";
const ORIGINAL: &str = "original";
const CASH: &str = "cash";
const CREDIT: &str = "credit";

#[derive(Clone, PartialEq)]
enum Stage {
    Form,
    Running(String),
    /// By a card terminal that is not connected to this till.
    Confirm(PaymentId),
    /// Nothing was given back, and why; `declined` by the card terminal, which may take it in another way.
    Not {
        why: String,
        declined: bool,
    },
    /// The card terminal has not said what happened.
    Unknown(PaymentId),
}

fn stage_of(view: &PaymentView) -> Stage {
    match view {
        PaymentView::Paid { .. } | PaymentView::Part { .. } => Stage::Form,
        PaymentView::Declined { code, text } => Stage::Not { why: card_refused(*code, text), declined: true },
        PaymentView::NotCharged { cause } => {
            Stage::Not { why: if cause == "not_charged" { String::new() } else { fault(cause) }, declined: false }
        }
        PaymentView::Unknown { payment, .. } => Stage::Unknown(*payment),
    }
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
            if !matches!(said, CardStage::Connecting | CardStage::Ended) {
                stage.set(Stage::Running(card_said(said)));
            }
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
    let state = use_ask(Some(RefundState { ticket: props.sale.ticket }));
    let left: Vec<LineLeft> = state.state.here().map(|left| left.to_vec()).unwrap_or_default();
    let picked = use_state_eq(|| None::<Picked>);
    let way = use_state_eq(|| ORIGINAL.to_owned());
    let in_cash = *way == CASH;
    let keeps = *way == CREDIT;
    let of_all = {
        let back: i64 = props.sale.lines.iter().map(|line| line.total_minor).sum::<i64>();
        let sold: i64 =
            props.sale.lines.iter().filter(|l| left.iter().any(|left| left.line == l.id)).map(|l| l.total_minor).sum();
        back - sold + left.iter().map(|left| left.total_minor).sum::<i64>()
    };
    let back_minor = match &*picked {
        Some(picked) => picked_minor(&props.sale, &left, picked).filter(|minor| *minor > 0),
        None => Some(of_all).filter(|minor| *minor > 0),
    };
    let voids = props.voids;
    // What cost nothing is voided too.
    let ready = ready && (voids || back_minor.is_some());
    let total = money(back_minor.unwrap_or(0), props.sale.currency);
    let by_card = props.sale.tenders.iter().any(|tender| matches!(tender.kind, TenderKind::Card { .. }));
    let only_cash = props.sale.tenders.iter().all(|tender| matches!(tender.kind, TenderKind::Cash { .. }));
    let to_card = by_card && *way == ORIGINAL;
    let settle = {
        let (desk, stage, onclose, total) = (desk.clone(), stage.clone(), props.onclose.clone(), total.clone());
        Callback::from(move |ended: Result<PaymentView, Failure>| {
            match &ended {
                Ok(PaymentView::Paid { .. }) => {
                    let said = if voids { after::VOIDED } else { words::REFUND_DONE };
                    desk.toast.emit(Toast::good(fill(said, &[("amount", &total)])));
                    onclose.emit(());
                }
                Err(failure) => desk.toast.emit(Toast::failure(failure)),
                Ok(_) => {}
            }
            stage.set(ended.as_ref().map_or(Stage::Form, stage_of));
            desk.recheck.emit(());
        })
    };
    let give = {
        let (stage, pin, reason, settle) = (stage.clone(), pin.clone(), reason.clone(), settle.clone());
        let (ticket, intention) = (props.sale.ticket, intention.clone());
        let lines = picked.as_ref().map(asked).unwrap_or_default();
        let usual = match way.as_str() {
            CASH => RefundTo::Cash,
            CREDIT => RefundTo::Credit,
            _ => RefundTo::Original,
        };
        Callback::from(move |to_held_card: bool| {
            let (Some(manager), true) = (chosen, ready) else { return };
            let to = if to_held_card { RefundTo::HeldCard } else { usual };
            let key = intention.borrow_mut().key(&(ticket, manager, &*reason, to as u8, &format!("{lines:?}")));
            let (pin, reason) = ((*pin).clone(), reason.trim().to_owned());
            let (lines, settle) = (lines.clone(), settle.clone());
            stage.set(Stage::Running(t(if to_card { till::CARD_CONNECTING } else { common::LOADING }).to_owned()));
            spawn_local(async move {
                settle.emit(match voids {
                    true => ask(VoidSale { key, ticket, manager, pin, reason }).await,
                    false => ask(RefundSale { key, ticket, lines, to, manager, pin, reason }).await,
                });
            });
        })
    };
    let onask = |payment: PaymentId| {
        let (stage, settle) = (stage.clone(), settle.clone());
        move |_: MouseEvent| {
            let (stage, settle) = (stage.clone(), settle.clone());
            stage.set(Stage::Running(t(till::CARD_RECOVERING).to_owned()));
            spawn_local(async move {
                match ask(ResolveCard { payment }).await {
                    Err(failure) => {
                        settle.emit(Err(failure));
                        stage.set(Stage::Unknown(payment));
                    }
                    known => settle.emit(known),
                }
            });
        }
    };
    let closable = matches!(*stage, Stage::Form | Stage::Not { .. });
    let panel = use_opened(closable.then(|| props.onclose.clone()));
    let value = props.sale.tenders.iter().any(|tender| tender.kind.moved().is_some());
    let title = match () {
        () if keeps => words::REFUND_TO_CREDIT,
        () if value => words::REFUND_TO_SOURCE,
        () if to_card => words::REFUND_TO_CARD,
        () if in_cash || only_cash => words::REFUND_TO_CASH,
        () => words::REFUND_BACK,
    };
    let title = match back_minor {
        None if voids => t(after::VOID_NOTHING).to_owned(),
        _ => fill(if voids { after::VOID_NOW } else { title }, &[("amount", &total)]),
    };
    let which = vec![Choice::new(ALL, t(words::REFUND_ALL)), Choice::new(SOME, t(words::REFUND_SOME))];
    let onwhich = {
        let picked = picked.clone();
        Callback::from(move |which: String| picked.set((which == SOME).then(Picked::new)))
    };
    let onpick = {
        let picked = picked.clone();
        Callback::from(move |(line, back)| {
            let mut now = (*picked).clone().unwrap_or_default();
            match back {
                Some(back) => now.insert(line, back),
                None => now.remove(&line),
            };
            picked.set(Some(now));
        })
    };
    let mut ways = vec![Choice::new(ORIGINAL, t(words::REFUND_ORIGINAL)), Choice::new(CASH, t(till::CASH))];
    if props.sale.card.is_some() {
        ways.push(Choice::new(CREDIT, t(credit::CREDIT)));
    }
    html! {
        <div ref={panel} class="card-panel decide" data-test="refund-panel">
            <h3>{ t(if voids { after::VOID } else { till::REFUND }) }</h3>
            { match &*stage {
                Stage::Running(said) => html! {
                    <SpokenPanel class="decide" test="refund-running">
                        <p class="card-title" role="status"><span class="pulse" aria-hidden="true"><Icon name="credit-card" /></span><span class="card-said">{ said }</span></p>
                        if to_card && *said != t(till::CARD_RECOVERING) { <button class="button" onclick={cancel_card(&desk)} data-test="refund-cancel"><Icon name="x" />{ t(common::CANCEL) }</button> }
                    </SpokenPanel>
                },
                Stage::Confirm(payment) => html! { <ConfirmPanel payment={*payment} amount_minor={-back_minor.unwrap_or(0)} /> },
                Stage::Not { why, declined } => html! {
                    <SpokenPanel class="decide" role="alert" test="refund-ended">
                        <p class="card-title"><Icon name="circle-x" class="bad" /><strong>{ t(words::REFUND_NOT) }</strong></p>
                        if !why.is_empty() { <p class="card-said">{ why }</p> }
                        if *declined && to_card && !voids { <p class="muted">{ t(words::REFUND_HELD_HOW) }</p> }
                        <div class="buttons">
                            <button class="button" onclick={let s = stage.clone(); move |_| s.set(Stage::Form)}><Icon name="arrow-left" />{ t(common::BACK) }</button>
                            if *declined && to_card && !voids { <button class="button" onclick={give.reform(|_| true)} data-test="refund-held"><Icon name="credit-card" />{ t(words::REFUND_HELD) }</button> }
                        </div>
                    </SpokenPanel>
                },
                Stage::Unknown(payment) => html! {
                    <SpokenPanel class="decide" role="alert" test="refund-unknown">
                        <p class="card-title"><Icon name="circle-help" class="caution" /><strong>{ t(words::REFUND_UNKNOWN) }</strong></p>
                        <p>{ t(words::REFUND_UNKNOWN_HOW) }</p>
                        <div class="buttons"><button class="button primary" onclick={onask(*payment)} data-test="refund-ask"><Icon name="refresh-cw" />{ t(till::ASK_TERMINAL) }</button></div>
                    </SpokenPanel>
                },
                Stage::Form => html! {
                    <>
                        if voids { <p class="muted">{ t(after::VOID_HOW) }</p> }
                        else { <Segments label={t(till::REFUND)} choices={which} chosen={if picked.is_some() { SOME } else { ALL }} onchoose={onwhich} /> }
                        if let Some(picked) = &*picked {
                            <RefundLines sale={props.sale.clone()} {left} picked={picked.clone()} {onpick} />
                        }
                        if !voids && (!only_cash || props.sale.card.is_some()) {
                            <Segments label={t(words::REFUND_WAY)} choices={ways} chosen={(*way).clone()}
                                onchoose={let w = way.clone(); move |chosen: String| w.set(chosen)} />
                        }
                        if to_card { <p class="muted">{ t(words::REFUND_HOLD) }</p> }
                        <div class="decide-who">
                            <label class="field"><span class="field-label">{ t(till::DECIDE_WHO) }</span>
                                <span class="select"><select onchange={let m = manager.clone(); move |e: Event| m.set(select_value(&e))}>
                                    for tile in managers { <option value={tile.staff.to_string()} selected={chosen == Some(tile.staff)}>{ tile.name }</option> }
                                </select><Icon name="chevron-down" /></span></label>
                            <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={let p = pin.clone(); move |v| p.set(v)} autofocus=true test="refund-pin" />
                        </div>
                        <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={give.reform(|()| false)} test="refund-reason" />
                        <button class="button primary" disabled={!ready} onclick={give.reform(|_| false)} data-test="refund-give"><Icon name="undo-2" />{ title }</button>
                        <div class="buttons">
                            if !voids { <button class="button quiet" onclick={props.onexchange.reform(|_| ())} data-test="refund-exchange"><Icon name="arrow-left-right" />{ t(words::REFUND_EXCHANGE) }</button> }
                            <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
                        </div>
                    </>
                },
            } }
        </div>
    }
}
