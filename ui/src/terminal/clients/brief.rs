//! What is needed of a client at the chair or at the till, in one look: patch tests, the last formula, a word or two.

use super::file::{FormulaEdit, empty_bowl, mixture};
use super::waive::WaiveForm;
use crate::browser::Intention;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Icon, Toast};
use crate::terminal::desk::use_desk;
use crate::text::{book, client_card as words, clock, common, day_short, fill, parse_date, t};
use crate::transport::Heard;
use salon_contract::window::{
    AppointmentView, ChangeClient, ClientAct, ClientBrief, ClientBriefView, Notice, PatchStandView, WaivedView,
    WithoutPatchTest,
};
use salon_domain::access::Permission;
use salon_domain::booking::BookingStatus;
use salon_domain::customer::Formula;
use salon_domain::kernel::{CardId, day_number};
use yew::prelude::*;

#[hook]
fn use_brief(question: ClientBrief) -> Option<std::rc::Rc<ClientBriefView>> {
    let brief = use_ask(Some(question));
    use_heard({
        let again = brief.again.clone();
        move |heard| {
            if matches!(
                heard,
                Heard::Notice(Notice::Clients | Notice::Catalog | Notice::Book { .. }) | Heard::Reconnected
            ) {
                again.emit(());
            }
        }
    });
    brief.state.here().cloned()
}

#[derive(PartialEq, Properties)]
pub struct BookingBriefProps {
    pub appointment: AppointmentView,
    pub onchanged: Callback<()>,
}

/// Of a booking.
#[component]
pub fn BookingBrief(props: &BookingBriefProps) -> Html {
    let desk = use_desk();
    let booking = props.appointment.booking;
    let Some(brief) = use_brief(ClientBrief { card: props.appointment.card, booking: Some(booking) }) else {
        return Html::default();
    };
    let coming = !props.appointment.arrived
        && matches!(
            props.appointment.status,
            BookingStatus::Pending | BookingStatus::Confirmed | BookingStatus::NoShow
        );
    let today = props.appointment.date == desk.status.today;
    let missing = brief.patch.iter().any(|p| p.fault.is_some());
    let ondone = props.onchanged.reform(|_: AppointmentView| ());
    html! {
        <section class="part brief" data-test="client-brief">
            { small_facts(&brief) }
            for (ix, stand) in brief.patch.iter().enumerate() { { patch_line(ix, stand) } }
            for (ix, waived) in brief.waived.iter().enumerate() { { waived_line(ix, waived) } }
            if missing && coming && today {
                <WaiveForm what={WithoutPatchTest::CheckIn { booking }} label={words::WAIVE_ARRIVE} {ondone} />
            }
            if let Some(view) = &brief.formula {
                <div class="formula large" data-test="brief-formula">
                    <span class="muted num">{ format!("{} · {} {}", t(words::LAST_FORMULA), day_short(&view.date), view.service_name) }</span>
                    { mixture(&view.formula) }
                    if !view.formula.note.is_empty() { <p>{ &view.formula.note }</p> }
                    if !view.result.is_empty() { <p><span class="muted">{ format!("{}: ", t(words::RESULT)) }</span>{ &view.result }</p> }
                </div>
            }
            <WriteFormula appointment={props.appointment.clone()} last={brief.formula.as_ref().map(|view| view.formula.clone())} />
            if let Some(note) = &brief.last_note {
                <p class="note-text"><Icon name="notebook-pen" label={t(words::NOTES)} />{ &note.text }<span class="muted num">{ format!(" {} {}", day_short(&note.date), note.by) }</span></p>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct WriteFormulaProps {
    appointment: AppointmentView,
    last: Option<Formula>,
}

/// A formula written down at the visit that it is for: empty, or as a copy of the last one.
#[component]
fn WriteFormula(props: &WriteFormulaProps) -> Html {
    let desk = use_desk();
    let editing = use_state_eq(|| None::<Formula>);
    let intention = use_mut_ref(Intention::default);
    let a = &props.appointment;
    let (Some(card), Some(part)) = (a.card, a.parts.first()) else { return Html::default() };
    if !desk.may(Permission::ClientWrite) {
        return Html::default();
    }
    let day = parse_date(&a.date).map_or(0, day_number);
    let (booking, staff, service) = (Some(a.booking), part.staff, Some(part.service));
    let begin = |of: Option<Formula>| {
        let editing = editing.clone();
        move |_: MouseEvent| {
            let empty = || Formula { service, booking, day, staff, bowls: vec![empty_bowl()], note: String::new() };
            let copy = |old: &Formula| {
                let again = old.repeated(day, staff, booking);
                Formula { service: again.service.or(service), ..again }
            };
            editing.set(Some(of.as_ref().map_or_else(empty, copy)));
        }
    };
    let onsave = {
        let (desk, editing) = (desk.clone(), editing.clone());
        Callback::from(move |formula: Formula| {
            let what = ClientAct::Formula { formula };
            let key = intention.borrow_mut().key(&(card, &what));
            let (toast, editing, intention) = (desk.toast.clone(), editing.clone(), intention.clone());
            desk.run(ChangeClient { key, card, what }, move |_| {
                intention.borrow_mut().done();
                toast.emit(Toast::good(t(common::SAVED)));
                editing.set(None);
            });
        })
    };
    if let Some(formula) = (*editing).clone() {
        return html! { <FormulaEdit {formula} {onsave} onback={let e = editing.clone(); move |()| e.set(None)} /> };
    }
    html! {
        <div class="buttons">
            if props.last.is_some() { <button class="button" onclick={begin(props.last.clone())} data-test="brief-repeat"><Icon name="history" />{ t(words::REPEAT_LAST) }</button> }
            <button class="button quiet" onclick={begin(None)} data-test="brief-formula-new"><Icon name="plus" />{ t(words::NEW_FORMULA) }</button>
        </div>
    }
}

fn small_facts(brief: &ClientBriefView) -> Html {
    let stylist =
        (!brief.preferred_stylist.is_empty()).then(|| format!("{}: {}", t(words::STYLIST), brief.preferred_stylist));
    html! {
        <div class="booking-facts">
            if brief.vip { <span class="status-tag"><Icon name="sparkles" />{ t(words::VIP) }</span> }
            if brief.quiet { <span class="muted"><Icon name="moon" />{ t(words::QUIET) }</span> }
            if !brief.drink.is_empty() { <span class="muted">{ format!("{}: {}", t(words::FIELD_DRINK), brief.drink) }</span> }
            if let Some(stylist) = stylist { <span class="muted">{ stylist }</span> }
        </div>
    }
}

fn patch_line(ix: usize, stand: &PatchStandView) -> Html {
    match &stand.fault {
        None => html! {
            <p key={ix.to_string()} class="muted" data-test="patch-ok"><Icon name="circle-check" />{ fill(words::PATCH_OK, &[("service", &stand.service_name)]) }</p>
        },
        Some(fault) => {
            let named = [("service", stand.service_name.as_str()), ("kind", stand.kind.as_str())];
            let said = format!("{} {}", fill(words::PATCH_FOR, &named), words::fault(fault));
            html! { <p key={ix.to_string()} class="callout bad" role="alert" data-test="patch-fault"><Icon name="shield-alert" /><span>{ said }</span></p> }
        }
    }
}

fn waived_line(ix: usize, waived: &WaivedView) -> Html {
    let said =
        fill(words::WAIVED, &[("name", &waived.by), ("service", &waived.service_name), ("reason", &waived.reason)]);
    html! {
        <p key={format!("w{ix}")} class="callout caution" data-test="patch-waived"><Icon name="info" />
            <span>{ said }<span class="muted num">{ format!(" {} {}", day_short(&waived.date), clock(waived.minute)) }</span></span></p>
    }
}

#[derive(PartialEq, Properties)]
pub struct AllergyBannerProps {
    pub card: CardId,
}

/// The client's allergy, where there is one.
#[component]
pub fn AllergyBanner(props: &AllergyBannerProps) -> Html {
    let Some(brief) = use_brief(ClientBrief { card: Some(props.card), booking: None }) else { return Html::default() };
    if brief.allergy.is_empty() {
        return Html::default();
    }
    html! {
        <p class="callout bad" role="alert" data-test="allergy"><Icon name="flower-2" /><span><strong>{ t(book::ALLERGY) }</strong>{ format!(": {}", brief.allergy) }</span></p>
    }
}
