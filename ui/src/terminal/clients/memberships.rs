//! A client's memberships, on the client's card: where each is, what is left of its period, what is due, and what a manager
//! changes about one.

use crate::browser::Intention;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Field, Icon, Toast, loaded, select_value};
use crate::terminal::desk::use_desk;
use crate::terminal::till::{benefit_text, period_text, price_of, standing_icon, standing_word};
use crate::text::{common, day_short, fill, membership as words, t, till};
use crate::transport::{Heard, ask};
use salon_contract::window::{
    ChangeMembership, MemberStanding, MembershipAct, MembershipView, Memberships, Notice, StaffList,
};
use salon_domain::access::Permission;
use salon_domain::kernel::CardId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct MembershipsOfProps {
    pub card: CardId,
}

/// Nothing where the salon has none to offer and the client has none.
#[component]
pub fn MembershipsOf(props: &MembershipsOfProps) -> Html {
    let desk = use_desk();
    let asked = use_ask(Some(Memberships { card: props.card }));
    use_heard({
        let again = asked.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till | Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let offered = desk.catalog.here().is_some_and(|catalog| catalog.memberships.iter().any(|offer| offer.active));
    loaded(&asked, |views| {
        if views.is_empty() && !offered {
            return Html::default();
        }
        html! {
            <section data-test="client-memberships">
                <h3>{ t(words::MEMBERSHIPS) }</h3>
                if views.is_empty() { <p class="muted">{ t(words::NONE) }</p> }
                <ul class="rows">for view in views.iter() { <Row key={view.membership.to_string()} view={view.clone()} /> }</ul>
            </section>
        }
    })
}

#[derive(PartialEq, Properties)]
struct RowProps {
    view: MembershipView,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let open = use_state_eq(|| false);
    let view = &props.view;
    let ended = view.standing == MemberStanding::Ended;
    html! {
        <li data-test="membership-row">
            <div class="row">
                <Icon name={standing_icon(view.standing)} label={standing_word(view.standing)} />
                <span class="row-main">
                    <strong>{ format!("{} · {}", view.name, standing_word(view.standing)) }</strong>
                    <span class="muted num">{ format!("{}, {}", price_of(view.period, view.price_minor, view.currency), fill(words::SINCE, &[("date", &day_short(&view.since))])) }</span>
                    if let Some(period) = period_text(view) { <span class="muted num">{ period }</span> }
                    for due in view.due.iter() {
                        <strong class="num" data-test="membership-due">{ fill(words::DUE_SINCE, &[
                            ("name", &price_of(view.period, view.price_minor, view.currency)),
                            ("date", &due.from.as_deref().map(day_short).unwrap_or_default()),
                        ]) }</strong>
                    }
                    if !ended { for benefit in view.benefits.iter() { <span class="num">{ benefit_text(benefit) }</span> } }
                    for pause in view.pauses.iter() {
                        <span class="muted">{ fill(words::PAUSED_FROM, &[("date", &day_short(&pause.from))]) }</span>
                    }
                    if let Some(date) = &view.ends { <span class="muted">{ fill(words::ENDS, &[("date", &day_short(date))]) }</span> }
                </span>
                if !ended {
                    <button class="button quiet" aria-expanded={open.to_string()} onclick={let open = open.clone(); move |_| open.set(!*open)} data-test="membership-manage">{ t(words::MANAGE) }</button>
                }
            </div>
            if *open && !ended { <Manage view={view.clone()} ondone={let open = open.clone(); move |()| open.set(false)} /> }
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct ManageProps {
    view: MembershipView,
    ondone: Callback<()>,
}

/// Who, why, and one button for each thing that can be done.
#[component]
fn Manage(props: &ManageProps) -> Html {
    let desk = use_desk();
    let staff = use_ask(Some(StaffList {}));
    let manager = use_state_eq(String::new);
    let pin = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let from = use_state_eq(|| desk.status.today.clone());
    let intention = use_mut_ref(Intention::default);
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::Refund)).cloned().collect())
        .unwrap_or_default();
    let own = managers.iter().find(|m| m.staff == desk.me.staff).or(managers.first()).map(|m| m.staff);
    let chosen = manager.parse().ok().or(own);
    let ready = chosen.is_some() && !pin.is_empty() && !reason.trim().is_empty();
    let view = &props.view;
    let act = {
        let (desk, pin, reason, ondone) = (desk.clone(), pin.clone(), reason.clone(), props.ondone.clone());
        let membership = view.membership;
        Callback::from(move |what: MembershipAct| {
            let (Some(manager), true) = (chosen, ready) else { return };
            let why = reason.trim().to_owned();
            let key = intention.borrow_mut().key(&(membership, &what, &why));
            let question = ChangeMembership { key, membership, what, manager, pin: (*pin).clone(), reason: why };
            let (toast, ondone, intention) = (desk.toast.clone(), ondone.clone(), intention.clone());
            spawn_local(async move {
                match ask(question).await {
                    Ok(_) => {
                        intention.borrow_mut().done();
                        toast.emit(Toast::good(t(words::CHANGED)));
                        ondone.emit(());
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
    let button = |label: &str, what: Option<MembershipAct>, test: &'static str| {
        let (act, off) = (act.clone(), !ready || what.is_none());
        let onclick = move |_: MouseEvent| {
            if let Some(what) = &what {
                act.emit(what.clone());
            }
        };
        html! { <button class="button" disabled={off} {onclick} data-test={test}>{ label }</button> }
    };
    let pause = (!from.is_empty()).then(|| MembershipAct::Pause { from: (*from).clone() });
    html! {
        <div class="card-panel decide">
            <div class="decide-who">
                <label class="field"><span class="field-label">{ t(till::DECIDE_WHO) }</span>
                    <span class="select"><select onchange={let m = manager.clone(); move |e: Event| m.set(select_value(&e))}>
                        for tile in managers { <option value={tile.staff.to_string()} selected={chosen == Some(tile.staff)}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span></label>
                <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={set(&pin)} test="membership-pin" />
            </div>
            <Field label={t(common::REASON)} value={(*reason).clone()} oninput={set(&reason)} test="membership-reason" />
            if view.pauses.is_empty() {
                <Field label={t(words::PAUSE_FROM)} kind="date" value={(*from).clone()} oninput={set(&from)} test="membership-from" />
            }
            <div class="buttons">
                if view.pauses.is_empty() { { button(t(words::PAUSE_DO), pause, "membership-pause") } }
                for pause in view.pauses.iter() {
                    { button(t(words::RESUME_DO), Some(MembershipAct::Resume { of: pause.movement }), "membership-resume") }
                }
                if view.ends.is_none() { { button(t(words::CANCEL_DO), Some(MembershipAct::Cancel), "membership-cancel") } }
            </div>
        </div>
    }
}
