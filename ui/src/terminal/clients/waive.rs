//! A manager lets a visit go on without the patch test that a service needs: who, with which PIN, and why.

use crate::browser::Intention;
use crate::hooks::use_ask;
use crate::parts::{Field, Icon, Toast, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{Msg, client_card as words, common, t};
use crate::transport::ask;
use salon_contract::window::{AppointmentView, Code, StaffList, WaivePatchTest, WaiverDraft, WithoutPatchTest};
use salon_domain::access::Permission;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Whether it was refused for want of a patch test.
pub fn wants_patch_test(code: Code) -> bool {
    matches!(
        code,
        Code::PatchTestMissing
            | Code::PatchTestReaction
            | Code::PatchTestTooSoon
            | Code::PatchTestExpired
            | Code::PatchTestUnread
    )
}

#[derive(PartialEq, Properties)]
pub struct WaiveFormProps {
    /// What is done then.
    pub what: WithoutPatchTest,
    pub label: Msg,
    pub ondone: Callback<AppointmentView>,
}

/// Closed at first: the rule is the normal case.
#[component]
pub fn WaiveForm(props: &WaiveFormProps) -> Html {
    let desk = use_desk();
    let open = use_state_eq(|| false);
    let staff = use_ask((*open).then_some(StaffList {}));
    let manager = use_state_eq(String::new);
    let pin = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let intention = use_mut_ref(Intention::default);
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::WaivePatchTest)).cloned().collect())
        .unwrap_or_default();
    let own = managers.iter().find(|m| m.staff == desk.me.staff).or(managers.first()).map(|m| m.staff);
    let chosen = manager.parse().ok().or(own);
    let ready = chosen.is_some() && !pin.is_empty() && !reason.trim().is_empty();
    let save = {
        let (desk, pin, reason, what, ondone) =
            (desk.clone(), pin.clone(), reason.clone(), props.what.clone(), props.ondone.clone());
        Callback::from(move |()| {
            let (Some(manager), true) = (chosen, ready) else { return };
            let reason = reason.trim().to_owned();
            let key = intention.borrow_mut().key(&(&what, manager, &reason));
            let waiver = WaiverDraft { manager, pin: (*pin).clone(), reason };
            let question = WaivePatchTest { key, what: what.clone(), waiver };
            let (toast, ondone, intention) = (desk.toast.clone(), ondone.clone(), intention.clone());
            spawn_local(async move {
                match ask(question).await {
                    Ok(view) => {
                        intention.borrow_mut().done();
                        ondone.emit(view);
                    }
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        })
    };
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        move |value: String| state.set(value)
    };
    if !*open {
        return html! { <button class="button" onclick={let o = open.clone(); move |_| o.set(true)} data-test="waive-open"><Icon name="shield-alert" />{ t(words::WAIVE) }</button> };
    }
    html! {
        <div class="card-panel decide" data-test="waive">
            <div class="decide-who">
                <label class="field"><span class="field-label">{ t(words::WHO_DECIDES) }</span>
                    <span class="select"><select onchange={let m = manager.clone(); move |e: Event| m.set(select_value(&e))} data-test="waive-who">
                        for tile in managers { <option value={tile.staff.to_string()} selected={chosen == Some(tile.staff)}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span></label>
                <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={set(&pin)} test="waive-pin" />
            </div>
            <Field label={t(common::REASON)} value={(*reason).clone()} oninput={set(&reason)} onenter={save.clone()} test="waive-reason" />
            <div class="buttons">
                <button class="button danger" disabled={!ready} onclick={save.reform(|_| ())} data-test="waive-save">{ t(props.label) }</button>
                <button class="button quiet" onclick={let o = open.clone(); move |_| o.set(false)}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}
