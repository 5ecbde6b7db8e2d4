//! One booking: what it is, the one thing that comes next, and everything that has happened to it.

use super::held::Held;
use super::moving::MoveForm;
use super::status::{Step, face_of, label_of, next_step};
use crate::browser::new_key;
use crate::parts::{Empty, Field, Icon, Toast};
use crate::terminal::clients::BookingBrief;
use crate::terminal::desk::{Desk, Place, use_desk};
use crate::terminal::till::check_out;
use crate::text::{book as words, clock, common, fill, money, t};
use salon_contract::window::{AppointmentView, CheckIn, Code, DayView, Failure, NoteBooking, SetStatus};
use salon_domain::booking::{BookingStatus, Source};
use salon_domain::kernel::BookingId;
use std::rc::Rc;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct DetailsPanelProps {
    pub day: Rc<DayView>,
    pub booking: BookingId,
    pub onclose: Callback<()>,
    pub onchanged: Callback<()>,
}

#[component]
pub fn DetailsPanel(props: &DetailsPanelProps) -> Html {
    let head = |name: &str| {
        html! {
            <header class="panel-head">
                <h2 class="grow">{ name.to_owned() }</h2>
                <button class="icon-button" aria-label={t(common::CLOSE)} onclick={props.onclose.reform(|_| ())}><Icon name="x" /></button>
            </header>
        }
    };
    let Some(appointment) = props.day.appointments.iter().find(|a| a.booking == props.booking).cloned() else {
        let gone = crate::text::sentence(&Failure::new(Code::NotFound));
        return html! { <aside class="panel">{ head(t(words::DETAILS)) }<Empty icon="calendar-days" text={gone} /></aside> };
    };
    html! {
        <aside class="panel" aria-label={t(words::DETAILS)} data-test="booking-panel">
            { head(&appointment.client_name) }
            <Body day={props.day.clone()} {appointment} onchanged={props.onchanged.clone()} />
        </aside>
    }
}

fn source_name(source: Source) -> &'static str {
    t(match source {
        Source::Web => words::SOURCE_WEB,
        Source::Mobile => words::SOURCE_MOBILE,
        Source::Phone => words::SOURCE_PHONE,
        Source::WalkIn => words::SOURCE_WALK_IN,
        Source::Admin => words::SOURCE_ADMIN,
    })
}

fn set_status(desk: &Desk, a: &AppointmentView, to: BookingStatus, reason: &str, done: impl FnOnce() + 'static) {
    let question =
        SetStatus { key: new_key(), booking: a.booking, date: a.date.clone(), to, reason: reason.to_owned() };
    desk.run(question, move |_| done());
}

fn take_step(desk: &Desk, a: &AppointmentView, step: Step, onchanged: Callback<()>) {
    match step {
        Step::To(status) => set_status(desk, a, status, "", move || onchanged.emit(())),
        Step::Arrive => {
            desk.run(CheckIn { key: new_key(), booking: a.booking, date: a.date.clone() }, move |_| onchanged.emit(()));
        }
        Step::CheckOut => check_out(desk, a.booking, a.date.clone(), a.client_name.clone()),
        Step::Receipt => desk.go.emit(Place::Reports(a.ticket)),
    }
}

/// Cancels or marks as no-show, with a way back.
fn call_off(desk: &Desk, a: &AppointmentView, to: BookingStatus, reason: &str, onchanged: Callback<()>) {
    let said = if to == BookingStatus::NoShow { words::NO_SHOW_TOAST } else { words::CANCELLED_TOAST };
    let (inner, booking) = (desk.clone(), a.clone());
    set_status(desk, a, to, reason, move || {
        onchanged.emit(());
        let toast = Toast::good(fill(said, &[("name", &booking.client_name)]));
        let desk = inner.clone();
        inner.toast.emit(toast.with_undo(move || {
            let onchanged = onchanged.clone();
            set_status(&desk, &booking, BookingStatus::Confirmed, "", move || onchanged.emit(()));
        }));
    });
}

#[derive(PartialEq, Properties)]
struct BodyProps {
    day: Rc<DayView>,
    appointment: AppointmentView,
    onchanged: Callback<()>,
}

#[component]
fn Body(props: &BodyProps) -> Html {
    let desk = use_desk();
    let a = &props.appointment;
    let moving = use_state_eq(|| false);
    let cancelling = use_state_eq(|| false);
    let face = face_of(a);
    let (step, label, icon) = next_step(a);
    let onstep = {
        let (desk, a, onchanged) = (desk.clone(), a.clone(), props.onchanged.clone());
        move |_: MouseEvent| take_step(&desk, &a, step, onchanged.clone())
    };
    let oncheckout = {
        let (desk, a, onchanged) = (desk.clone(), a.clone(), props.onchanged.clone());
        move |_: MouseEvent| take_step(&desk, &a, Step::CheckOut, onchanged.clone())
    };
    let onback = {
        let (desk, a, onchanged) = (desk.clone(), a.clone(), props.onchanged.clone());
        move |_: MouseEvent| take_step(&desk, &a, Step::To(BookingStatus::Confirmed), onchanged.clone())
    };
    let onno_show = {
        let (desk, a, onchanged) = (desk.clone(), a.clone(), props.onchanged.clone());
        move |_: MouseEvent| call_off(&desk, &a, BookingStatus::NoShow, "", onchanged.clone())
    };
    let oncancel = {
        let (desk, a, onchanged, cancelling) = (desk.clone(), a.clone(), props.onchanged.clone(), cancelling.clone());
        Callback::from(move |reason: String| {
            cancelling.set(false);
            call_off(&desk, &a, BookingStatus::Cancelled, &reason, onchanged.clone());
        })
    };
    let may = |status| a.next.contains(&status);
    html! {
        <>
            <div class="panel-body">
                <div class="booking-facts">
                    <span class={classes!("status-tag", face.class)}><Icon name={face.icon} />{ t(face.label) }</span>
                    <span class="muted">{ source_name(a.source) }</span>
                    if a.unsynced { <span class="muted"><Icon name="cloud-upload" />{ t(words::UNSYNCED) }</span> }
                </div>
                if a.clash { <p class="callout bad" role="alert"><Icon name="shield-alert" />{ t(words::CLASH) }</p> }
                if !a.allergy.is_empty() { <p class="callout bad" role="alert" data-test="allergy"><Icon name="flower-2" /><span><strong>{ t(words::ALLERGY) }</strong>{ format!(": {}", a.allergy) }</span></p> }
                <BookingBrief appointment={a.clone()} onchanged={props.onchanged.clone()} />
                if a.new_client { <p class="callout pink"><Icon name="sparkles" />{ t(words::NEW_CLIENT) }</p> }
                if !a.reason.is_empty() { <p class="callout">{ &a.reason }</p> }
                <div class="booking-contact">
                    if !a.phone.is_empty() { <span class="num"><Icon name="phone" />{ &a.phone }</span> }
                    if let Some(card) = a.card {
                        <button class="button quiet" onclick={desk.go.reform(move |_| Place::client(card))} data-test="open-client"><Icon name="users" />{ t(words::OPEN_CLIENT) }</button>
                    }
                </div>
                <ul class="booking-parts">
                    for part in a.parts.iter() {
                        <li key={part.claim.to_string()}>
                            <span class="num booking-time">{ format!("{} – {}", clock(part.start_minute), clock(part.end_minute)) }</span>
                            <span class="grow"><strong>{ &part.service_name }</strong><br /><span class="muted">{ desk.staff_name(part.staff).unwrap_or_default().to_owned() }</span></span>
                            <span class="num">{ money(part.price_minor, desk.status.currency) }</span>
                        </li>
                    }
                    <li class="booking-total"><span class="grow">{ t(common::TOTAL) }</span><strong class="num">{ money(a.total_minor, desk.status.currency) }</strong></li>
                </ul>
                <Held appointment={a.clone()} onchanged={props.onchanged.clone()} />
                if *moving && a.can_move { <MoveForm day={props.day.clone()} appointment={a.clone()} onchanged={props.onchanged.clone()} /> }
                <NoteEdit appointment={a.clone()} onchanged={props.onchanged.clone()} />
                { log(a) }
            </div>
            <footer class="panel-foot">
                if *cancelling { <CancelForm onreason={oncancel} onback={let c = cancelling.clone(); move |()| c.set(false)} /> } else {
                    <button class={classes!("tender", if step == Step::CheckOut { "pink" } else { "blue" })} onclick={onstep} data-test="next-step"><Icon name={icon} />{ t(label) }</button>
                    <div class="buttons">
                        if a.status == BookingStatus::InProgress { <button class="button" onclick={oncheckout} data-test="check-out-now"><Icon name="shopping-cart" />{ t(words::CHECK_OUT_NOW) }</button> }
                        if a.status == BookingStatus::InProgress && may(BookingStatus::Confirmed) {
                            <button class="button quiet" onclick={onback} data-test="not-started"><Icon name="undo-2" />{ t(words::NOT_STARTED) }</button>
                        }
                        if a.can_move { <button class="button quiet" aria-expanded={moving.to_string()} onclick={let m = moving.clone(); move |_| m.set(!*m)} data-test="move-booking"><Icon name="arrow-left-right" />{ t(words::MOVE) }</button> }
                        if may(BookingStatus::NoShow) { <button class="button quiet" onclick={onno_show} data-test="no-show"><Icon name="user-x" />{ t(words::DO_NO_SHOW) }</button> }
                        if may(BookingStatus::Cancelled) { <button class="button quiet bad" onclick={let c = cancelling.clone(); move |_| c.set(true)} data-test="cancel-booking"><Icon name="circle-x" />{ t(words::DO_CANCEL) }</button> }
                    </div>
                }
            </footer>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct CancelFormProps {
    onreason: Callback<String>,
    onback: Callback<()>,
}

#[component]
fn CancelForm(props: &CancelFormProps) -> Html {
    let text = use_state_eq(String::new);
    let reasons = [words::REASON_ILL, words::REASON_TIME, words::REASON_SALON];
    let typed = {
        let (text, onreason) = (text.clone(), props.onreason.clone());
        Callback::from(move |()| {
            if !text.trim().is_empty() {
                onreason.emit(text.trim().to_owned());
            }
        })
    };
    html! {
        <div class="cancel-form" role="group" aria-label={t(words::WHY_CANCEL)}>
            <strong>{ t(words::WHY_CANCEL) }</strong>
            <div class="chips">
                for reason in reasons { <button class="chip big" onclick={props.onreason.reform(move |_| t(reason).to_owned())} data-test="cancel-reason">{ t(reason) }</button> }
            </div>
            <Field label={t(words::REASON_OTHER)} value={(*text).clone()} oninput={let s = text.clone(); move |v| s.set(v)} onenter={typed.clone()} />
            <div class="buttons">
                <button class="button danger" disabled={text.trim().is_empty()} onclick={typed.reform(|_| ())}>{ t(words::DO_CANCEL) }</button>
                <button class="button quiet" onclick={props.onback.reform(|_| ())}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct NoteEditProps {
    appointment: AppointmentView,
    onchanged: Callback<()>,
}

#[component]
fn NoteEdit(props: &NoteEditProps) -> Html {
    let desk = use_desk();
    let a = &props.appointment;
    let text = use_state_eq(|| None::<String>);
    let Some(typed) = (*text).clone() else {
        let edit = {
            let (text, note) = (text.clone(), a.note.clone());
            move |_: MouseEvent| text.set(Some(note.clone()))
        };
        return html! {
            <section class="part note">
                if !a.note.is_empty() { <p class="note-text"><Icon name="notebook-pen" label={t(words::NOTE)} />{ &a.note }</p> }
                <button class="button quiet align-start" onclick={edit} data-test="edit-note"><Icon name="pencil" />{ t(if a.note.is_empty() { words::ADD_NOTE } else { words::CHANGE }) }</button>
            </section>
        };
    };
    let save = {
        let (desk, a, onchanged, text, typed) =
            (desk.clone(), a.clone(), props.onchanged.clone(), text.clone(), typed.clone());
        move |_: MouseEvent| {
            let question =
                NoteBooking { key: new_key(), booking: a.booking, date: a.date.clone(), text: typed.trim().to_owned() };
            let (onchanged, text) = (onchanged.clone(), text.clone());
            desk.run(question, move |_| {
                text.set(None);
                onchanged.emit(());
            });
        }
    };
    html! {
        <section class="part note">
            <Field label={t(words::NOTE)} multiline=true value={typed} oninput={let text = text.clone(); move |v| text.set(Some(v))} autofocus=true test="note-text" />
            <div class="buttons">
                <button class="button primary" onclick={save} data-test="save-note">{ t(common::SAVE) }</button>
                <button class="button quiet" onclick={let text = text.clone(); move |_| text.set(None)}>{ t(common::CANCEL) }</button>
            </div>
        </section>
    }
}

fn log(a: &AppointmentView) -> Html {
    html! {
        if !a.log.is_empty() {
            <section class="part log">
                <h3><Icon name="history" />{ t(words::LOG) }</h3>
                <ol>
                    for entry in a.log.iter() {
                        <li><span class="num muted">{ clock(entry.minute) }</span><span>{ t(label_of(entry.status)) }</span><span class="muted clip">{ &entry.by }</span>
                            if !entry.reason.is_empty() { <span class="muted">{ format!("· {}", entry.reason) }</span> }
                        </li>
                    }
                </ol>
            </section>
        }
    }
}
