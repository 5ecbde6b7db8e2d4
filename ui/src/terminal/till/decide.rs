use crate::browser::Intention;
use crate::hooks::use_ask;
use crate::parts::{Choice, Field, Icon, Segments, Toast, select_value, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{common, t, till as words};
use crate::transport::ask;
use salon_contract::window::{DecideCard, PaymentView, StaffList};
use salon_domain::access::Permission;
use salon_domain::kernel::PaymentId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DecidePanelProps {
    pub payment: PaymentId,
    /// Money that was to go back to a client.
    #[prop_or_default]
    pub gives_back: bool,
    pub ondecided: Callback<PaymentView>,
    pub onback: Callback<()>,
}

/// A manager says what happened to a card payment, and why they know.
#[component]
pub fn DecidePanel(props: &DecidePanelProps) -> Html {
    let desk = use_desk();
    let staff = use_ask(Some(StaffList {}));
    let manager = use_state_eq(String::new);
    let charged = use_state_eq(String::new);
    let pin = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let intention = use_mut_ref(Intention::default);
    let panel = use_opened(Some(props.onback.clone()));
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::CardResolve)).cloned().collect())
        .unwrap_or_default();
    let chosen = manager.parse().ok().or_else(|| managers.first().map(|m| m.staff));
    let ready = chosen.is_some() && !charged.is_empty() && !pin.is_empty() && !reason.trim().is_empty();
    let decide = {
        let (desk, ondecided, pin, reason) = (desk.clone(), props.ondecided.clone(), pin.clone(), reason.clone());
        let (payment, charged, intention) = (props.payment, *charged == "yes", intention.clone());
        Callback::from(move |()| {
            let (Some(manager), true) = (chosen, ready) else { return };
            let key = intention.borrow_mut().key(&(payment, charged, manager, &*reason));
            let question =
                DecideCard { key, payment, charged, manager, pin: (*pin).clone(), reason: reason.trim().to_owned() };
            let (desk, ondecided) = (desk.clone(), ondecided.clone());
            spawn_local(async move {
                match ask(question).await {
                    Ok(view) => {
                        ondecided.emit(view);
                        desk.recheck.emit(());
                    }
                    Err(failure) => desk.toast.emit(Toast::failure(&failure)),
                }
            });
        })
    };
    let (yes, no) = match props.gives_back {
        true => (words::DECIDE_GIVEN, words::DECIDE_NOT_GIVEN),
        false => (words::DECIDE_CHARGED, words::DECIDE_NOT_CHARGED),
    };
    let outcomes = vec![Choice::new("yes", t(yes)), Choice::new("no", t(no))];
    html! {
        <div ref={panel} class="decide">
            <p class="muted">{ t(words::DECIDE_HOW) }</p>
            <Segments label={t(words::DECIDE)} choices={outcomes} chosen={(*charged).clone()} onchoose={let c = charged.clone(); move |v| c.set(v)} />
            <div class="decide-who">
                <label class="field">
                    <span class="field-label">{ t(words::DECIDE_WHO) }</span>
                    <span class="select"><select onchange={let m = manager.clone(); move |e: Event| m.set(select_value(&e))}>
                        for tile in managers { <option value={tile.staff.to_string()} selected={chosen == Some(tile.staff)}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span>
                </label>
                <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={let p = pin.clone(); move |v| p.set(v)} test="decide-pin" />
            </div>
            <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={decide.clone()} test="decide-reason" />
            <div class="buttons">
                <button class="button primary" disabled={!ready} onclick={decide.reform(|_| ())} data-test="decide-save">{ t(common::SAVE) }</button>
                <button class="button quiet" onclick={props.onback.reform(|_| ())}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}
