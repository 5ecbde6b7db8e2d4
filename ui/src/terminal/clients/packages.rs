//! A client's packages, on the client's card: what is left of each, and what a manager changes about one.

use crate::browser::Intention;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Field, Icon, Toast, loaded, select_value};
use crate::terminal::book::ClientPicker;
use crate::terminal::desk::use_desk;
use crate::terminal::till::left_of;
use crate::text::{common, day_short, fill, package as words, t, till};
use crate::transport::{Heard, ask};
use salon_contract::window::{ChangePackage, Notice, PackageAct, PackageView, Packages, StaffList};
use salon_domain::access::Permission;
use salon_domain::kernel::CardId;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PackagesOfProps {
    pub card: CardId,
}

/// Nothing where the client has none.
#[component]
pub fn PackagesOf(props: &PackagesOfProps) -> Html {
    let asked = use_ask(Some(Packages { card: props.card }));
    use_heard({
        let again = asked.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till | Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    loaded(&asked, |packages| {
        if packages.is_empty() {
            return Html::default();
        }
        html! {
            <section data-test="client-packages">
                <h3>{ t(words::PACKAGES) }</h3>
                <ul class="rows">for package in packages.iter() { <Row key={package.package.to_string()} package={package.clone()} /> }</ul>
            </section>
        }
    })
}

#[derive(PartialEq, Properties)]
struct RowProps {
    package: PackageView,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let open = use_state_eq(|| false);
    let package = &props.package;
    html! {
        <li>
            <div class="row">
                <Icon name="package" />
                <span class="row-main">
                    for entry in package.entries.iter() { <strong class="num">{ left_of(entry) }</strong> }
                    if let Some(date) = &package.expires { <span class="muted">{ fill(words::UNTIL, &[("date", &day_short(date))]) }</span> }
                    for freeze in package.freezes.iter() {
                        <span class="muted">{ fill(words::FROZEN, &[("from", &day_short(&freeze.from)), ("until", &day_short(&freeze.until))]) }</span>
                    }
                    for transfer in package.transfers.iter() {
                        <span class="muted">{ fill(words::HANDED_ON, &[("from", &transfer.from), ("to", &transfer.to)]) }</span>
                    }
                </span>
                <button class="button quiet" aria-expanded={open.to_string()} onclick={let open = open.clone(); move |_| open.set(!*open)} data-test="package-manage">{ t(words::MANAGE) }</button>
            </div>
            if *open { <Manage package={package.clone()} ondone={let open = open.clone(); move |()| open.set(false)} /> }
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct ManageProps {
    package: PackageView,
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
    let until = use_state_eq(String::new);
    let from = use_state_eq(|| desk.status.today.clone());
    let again_on = use_state_eq(String::new);
    let to = use_state_eq(|| None::<(CardId, String)>);
    let choosing = use_state_eq(|| false);
    let intention = use_mut_ref(Intention::default);
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::Refund)).cloned().collect())
        .unwrap_or_default();
    let own = managers.iter().find(|m| m.staff == desk.me.staff).or(managers.first()).map(|m| m.staff);
    let chosen = manager.parse().ok().or(own);
    let ready = chosen.is_some() && !pin.is_empty() && !reason.trim().is_empty();
    let act = {
        let (desk, pin, reason, ondone) = (desk.clone(), pin.clone(), reason.clone(), props.ondone.clone());
        let package = props.package.package;
        Callback::from(move |what: PackageAct| {
            let (Some(manager), true) = (chosen, ready) else { return };
            let why = reason.trim().to_owned();
            let key = intention.borrow_mut().key(&(package, &what, &why));
            let question = ChangePackage { key, package, what, manager, pin: (*pin).clone(), reason: why };
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
    let button = |label: String, what: Option<PackageAct>, test: &'static str| {
        let (act, off) = (act.clone(), !ready || what.is_none());
        let onclick = move |_: MouseEvent| {
            if let Some(what) = &what {
                act.emit(what.clone());
            }
        };
        html! { <button class="button" disabled={off} {onclick} data-test={test}>{ label }</button> }
    };
    let extend = (!until.is_empty()).then(|| PackageAct::Extend { until: (*until).clone() });
    let freeze = (!from.is_empty() && !again_on.is_empty())
        .then(|| PackageAct::Freeze { from: (*from).clone(), until: (*again_on).clone() });
    let named = to.as_ref().map_or_else(String::new, |(_, name)| name.clone());
    let onchosen = {
        let (to, choosing) = (to.clone(), choosing.clone());
        Callback::from(move |client: (CardId, String)| {
            to.set(Some(client));
            choosing.set(false);
        })
    };
    html! {
        <div class="card-panel decide">
            <div class="decide-who">
                <label class="field"><span class="field-label">{ t(till::DECIDE_WHO) }</span>
                    <span class="select"><select onchange={let m = manager.clone(); move |e: Event| m.set(select_value(&e))}>
                        for tile in managers { <option value={tile.staff.to_string()} selected={chosen == Some(tile.staff)}>{ tile.name }</option> }
                    </select><Icon name="chevron-down" /></span></label>
                <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={set(&pin)} test="package-pin" />
            </div>
            <Field label={t(common::REASON)} value={(*reason).clone()} oninput={set(&reason)} test="package-reason" />
            <Field label={t(words::EXTEND)} kind="date" value={(*until).clone()} oninput={set(&until)} test="package-until" />
            <div class="buttons">{ button(t(words::EXTEND_DO).to_owned(), extend, "package-extend") }</div>
            <Field label={t(words::FREEZE_FROM)} kind="date" value={(*from).clone()} oninput={set(&from)} />
            <Field label={t(words::FREEZE_UNTIL)} kind="date" value={(*again_on).clone()} oninput={set(&again_on)} />
            <div class="buttons">
                { button(t(words::FREEZE_DO).to_owned(), freeze, "package-freeze") }
                for freeze in props.package.freezes.iter() {
                    { button(t(words::THAW_DO).to_owned(), Some(PackageAct::Thaw { of: freeze.movement }), "package-thaw") }
                }
            </div>
            if *choosing {
                <ClientPicker onchoose={onchosen} onclose={let c = choosing.clone(); move |()| c.set(false)} />
            }
            <div class="buttons">
                if let Some((card, _)) = &*to {
                    { button(fill(words::TRANSFER_DO, &[("name", &named)]), Some(PackageAct::Transfer { to: *card }), "package-transfer") }
                }
                <button class="button quiet" onclick={let c = choosing.clone(); move |_| c.set(true)}>{ t(words::TRANSFER_CHOOSE) }</button>
                for transfer in props.package.transfers.iter() {
                    { button(t(words::UNDO_DO).to_owned(), Some(PackageAct::UndoTransfer { of: transfer.movement }), "package-undo") }
                }
                <button class="button quiet" onclick={props.ondone.reform(|_| ())}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}
