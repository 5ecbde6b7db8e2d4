//! The till session: what it has taken, cash in and out, and the way to close it.

use super::count::CountView;
use super::gift::Overdrawn;
use super::open::OpenPanel;
use super::x_report::XReportView;
use crate::browser::Intention;
use crate::browser::new_key;
use crate::hooks::Asked;
use crate::parts::{Field, Icon, Toast, loaded};
use crate::terminal::desk::use_desk;
use crate::text::{clock, common, fill, money, parse_amount, place, t, till as words};
use crate::transport::ask;
use salon_contract::window::{MoveCash, OpenDrawer, OpenTillView, TillView};
use salon_domain::kernel::Currency;
use salon_domain::payment::TillMove;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DrawerViewProps {
    pub till: Asked<TillView>,
    pub onchanged: Callback<()>,
    pub onback: Callback<()>,
}

#[component]
pub fn DrawerView(props: &DrawerViewProps) -> Html {
    let counting = use_state_eq(|| false);
    let looking = use_state_eq(|| false);
    // The Z stays on the screen although the till is closed by then.
    if *counting {
        let onback = {
            let (counting, onchanged) = (counting.clone(), props.onchanged.clone());
            move |()| {
                counting.set(false);
                onchanged.emit(());
            }
        };
        return html! { <CountView onclosed={props.onchanged.clone()} {onback} /> };
    }
    if *looking {
        return html! { <XReportView onback={let l = looking.clone(); move |()| l.set(false)} /> };
    }
    html! {
        <div class="drawer">
            <div class="toolbar">
                <button class="button quiet" onclick={props.onback.reform(|_| ())}><Icon name="arrow-left" />{ t(common::BACK) }</button>
                <h2 class="grow">{ t(words::DRAWER) }</h2>
            </div>
            { loaded(&props.till, |view| match &view.open {
                None => html! { <OpenPanel till={view.clone()} onopened={props.onchanged.clone()} /> },
                Some(open) => html! {
                    <Session open={open.clone()} currency={view.currency} onchanged={props.onchanged.clone()}
                        oncount={let c = counting.clone(); move |()| c.set(true)}
                        onlook={let l = looking.clone(); move |()| l.set(true)} />
                },
            }) }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct SessionProps {
    open: OpenTillView,
    currency: Currency,
    onchanged: Callback<()>,
    oncount: Callback<()>,
    onlook: Callback<()>,
}

#[component]
fn Session(props: &SessionProps) -> Html {
    let desk = use_desk();
    let open = &props.open;
    let figure = |label: &'static str, value: String| {
        html! { <div class="figure"><span class="muted">{ label }</span><strong class="num">{ value }</strong></div> }
    };
    let ondrawer = {
        let toast = desk.toast.clone();
        move |_: MouseEvent| {
            let toast = toast.clone();
            spawn_local(async move {
                match ask(OpenDrawer { key: new_key(), reason: t(place::DRAWER_REASON).to_owned() }).await {
                    Ok(_) => toast.emit(Toast::good(t(words::DRAWER_OPENED))),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        }
    };
    html! {
        <>
            <p class="muted">{ fill(words::SINCE, &[("time", &clock(open.opened_minute)), ("name", &open.by)]) }</p>
            <div class="figures">
                { figure(t(words::SALES_SO_FAR), money(open.sales_minor, props.currency)) }
                { figure(t(words::BY_CARD), money(open.card_minor, props.currency)) }
                { figure(t(words::RECEIPTS), open.receipts.to_string()) }
                { figure(t(words::FLOAT), money(open.float_minor, props.currency)) }
            </div>
            <Overdrawn />
            <CashMove kind={TillMove::PayIn} currency={props.currency} onchanged={props.onchanged.clone()} />
            <CashMove kind={TillMove::PayOut} currency={props.currency} onchanged={props.onchanged.clone()} />
            <CashMove kind={TillMove::Lift} currency={props.currency} onchanged={props.onchanged.clone()} />
            <div class="buttons">
                <button class="button" onclick={ondrawer} data-test="open-drawer"><Icon name="vault" />{ t(words::OPEN_DRAWER) }</button>
                <button class="button" onclick={props.onlook.reform(|_| ())} data-test="x-open"><Icon name="receipt-text" />{ t(words::X_REPORT) }</button>
                <button class="button primary" onclick={props.oncount.reform(|_| ())} data-test="till-close"><Icon name="lock" />{ t(words::CLOSE_TILL) }</button>
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct CashMoveProps {
    kind: TillMove,
    currency: Currency,
    onchanged: Callback<()>,
}

#[component]
fn CashMove(props: &CashMoveProps) -> Html {
    let desk = use_desk();
    let amount = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let intention = use_mut_ref(Intention::default);
    let minor = parse_amount(&amount, props.currency).filter(|m| *m > 0);
    let ready = minor.is_some() && !reason.trim().is_empty();
    let (label, icon) = match props.kind {
        TillMove::PayIn => (t(words::PAY_IN), "plus"),
        TillMove::PayOut => (t(words::PAY_OUT), "minus"),
        TillMove::Lift => (t(words::LIFT), "vault"),
    };
    let record = {
        let (kind, toast, onchanged) = (props.kind, desk.toast.clone(), props.onchanged.clone());
        let (amount, reason) = (amount.clone(), reason.clone());
        Callback::from(move |()| {
            let (Some(amount_minor), true) = (minor, ready) else { return };
            let why = reason.trim().to_owned();
            let key = intention.borrow_mut().key(&(amount_minor, &why));
            let (toast, onchanged, amount, reason) = (toast.clone(), onchanged.clone(), amount.clone(), reason.clone());
            let intention = intention.clone();
            spawn_local(async move {
                match ask(MoveCash { key, kind, amount_minor, reason: why }).await {
                    Ok(_) => {
                        intention.borrow_mut().done();
                        toast.emit(Toast::good(t(words::MOVED_CASH)));
                        amount.set(String::new());
                        reason.set(String::new());
                        onchanged.emit(());
                    }
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        })
    };
    html! {
        <div class="inline-form">
            <Field label={label} placeholder={t(common::AMOUNT)} value={(*amount).clone()} oninput={let a = amount.clone(); move |v| a.set(v)} inputmode="decimal" />
            <Field label={t(words::MOVE_REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={record.clone()} />
            <button class="button" disabled={!ready} onclick={record.reform(|_| ())}><Icon name={icon} />{ label }</button>
        </div>
    }
}
