//! Patch tests: what was tried, how it came out, and a new one.

use crate::parts::{Choice, Field, Icon, Segments, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{client_card as words, clock, common, day_short, fill, t};
use salon_contract::window::{ClientAct, PatchTestView};
use salon_domain::catalog::PatchTerms;
use salon_domain::customer::PatchResult;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PatchTestsProps {
    pub tests: Vec<PatchTestView>,
    pub act: Callback<ClientAct>,
}

const RESULTS: [(&str, PatchResult); 3] =
    [("unread", PatchResult::Unread), ("clear", PatchResult::Clear), ("reaction", PatchResult::Reaction)];

fn face(result: PatchResult) -> (&'static str, &'static str) {
    match result {
        PatchResult::Unread => ("clock", "caution"),
        PatchResult::Clear => ("circle-check", "good"),
        PatchResult::Reaction => ("triangle-alert", "bad"),
    }
}

#[component]
pub fn PatchTests(props: &PatchTestsProps) -> Html {
    let adding = use_state_eq(|| false);
    let row = |test: &PatchTestView| {
        let (icon, tone) = face(test.result);
        let read = |result: PatchResult| {
            let id = test.id;
            props.act.reform(move |_: MouseEvent| ClientAct::ReadPatchTest { test: id, result })
        };
        let (date, time) = (day_short(&test.date), clock(test.minute));
        let made = fill(words::MADE_BY, &[("date", &date), ("time", &time), ("name", &test.by)]);
        let said = if test.read_by.is_empty() {
            words::result(test.result).to_owned()
        } else {
            let (result, date) = (words::result(test.result), day_short(&test.read_date));
            fill(words::READ_BY, &[("result", result), ("name", &test.read_by), ("date", &date)])
        };
        html! {
            <li key={test.id.to_string()} class="row plain" data-test="patch-row">
                <Icon name={icon} label={words::result(test.result)} />
                <span class="row-main"><strong>{ &test.kind }</strong>
                    <span class="muted num">{ made }</span>
                    <span class={tone}>{ said }</span>
                    if !test.note.is_empty() { <span class="muted">{ &test.note }</span> }</span>
                <span class="buttons">
                    if test.result != PatchResult::Clear { <button class="button quiet" onclick={read(PatchResult::Clear)} data-test="patch-clear">{ t(words::RESULT_CLEAR) }</button> }
                    if test.result != PatchResult::Reaction { <button class="button quiet bad" onclick={read(PatchResult::Reaction)} data-test="patch-reaction">{ t(words::RESULT_REACTION) }</button> }
                </span>
            </li>
        }
    };
    let onadd = {
        let (act, adding) = (props.act.clone(), adding.clone());
        Callback::from(move |what: ClientAct| {
            act.emit(what);
            adding.set(false);
        })
    };
    html! {
        <section data-test="client-patch-tests">
            <h3>{ t(words::PATCH_TESTS) }</h3>
            if props.tests.is_empty() { <p class="muted">{ t(words::NO_PATCH_TESTS) }</p> }
            <ul class="rows">{ for props.tests.iter().map(row) }</ul>
            if *adding {
                <NewTest {onadd} onback={let a = adding.clone(); move |()| a.set(false)} />
            } else {
                <button class="button align-start" onclick={let a = adding.clone(); move |_| a.set(true)} data-test="patch-new"><Icon name="plus" />{ t(words::RECORD_TEST) }</button>
            }
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct NewTestProps {
    onadd: Callback<ClientAct>,
    onback: Callback<()>,
}

fn minute_of(typed: &str) -> Option<u16> {
    let (hours, minutes) = typed.split_once(':')?;
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.get(..2)?.parse().ok()?);
    (hours < 24 && minutes < 60).then_some(hours * 60 + minutes)
}

#[component]
fn NewTest(props: &NewTestProps) -> Html {
    let desk = use_desk();
    // The kinds that the catalogue asks for: what is typed otherwise would count for nothing.
    let mut kinds: Vec<String> = Vec::new();
    for service in desk.catalog.here().map_or(&[][..], |c| &c.services) {
        if let Some(PatchTerms::Needs { kind, .. } | PatchTerms::Test { kind }) = &service.patch_test
            && !kinds.iter().any(|known| salon_domain::customer::same_kind(known, kind))
        {
            kinds.push(kind.clone());
        }
    }
    let kind = use_state_eq(|| kinds.first().cloned().unwrap_or_default());
    let date = use_state_eq(|| desk.status.today.clone());
    let now = desk.status.now_minute;
    let time = use_state_eq(|| format!("{:02}:{:02}", now / 60, now % 60));
    let result = use_state_eq(|| "unread".to_owned());
    let note = use_state_eq(String::new);
    let set = |state: &UseStateHandle<String>| {
        let state = state.clone();
        move |value: String| state.set(value)
    };
    let minute = minute_of(&time);
    let ready = !kind.trim().is_empty() && !date.is_empty() && minute.is_some();
    let save = {
        let (onadd, kind, date, note, result) =
            (props.onadd.clone(), kind.clone(), date.clone(), note.clone(), result.clone());
        move |_: MouseEvent| {
            let Some(minute) = minute else { return };
            let result = RESULTS.iter().find(|(name, _)| *name == *result).map_or(PatchResult::Unread, |(_, r)| *r);
            let (kind, date, note) = ((*kind).clone(), (*date).clone(), (*note).clone());
            onadd.emit(ClientAct::PatchTest { kind, date, minute, result, note });
        }
    };
    let results = RESULTS.iter().map(|(name, result)| Choice::new(name, words::result(*result))).collect::<Vec<_>>();
    html! {
        <div class="card-panel decide" data-test="patch-edit">
            if kinds.is_empty() {
                <Field label={t(words::TEST_KIND)} value={(*kind).clone()} oninput={set(&kind)} autofocus=true test="patch-kind" />
            } else {
                <label class="field"><span class="field-label">{ t(words::TEST_KIND) }</span>
                    <span class="select"><select onchange={let k = kind.clone(); move |e: Event| k.set(select_value(&e))} data-test="patch-kind">
                        for one in kinds.iter() { <option value={one.clone()} selected={*one == *kind}>{ one }</option> }
                    </select><Icon name="chevron-down" /></span></label>
            }
            <div class="decide-who">
                <Field label={t(words::TEST_DATE)} kind="date" value={(*date).clone()} oninput={set(&date)} test="patch-date" />
                <Field label={t(words::TEST_TIME)} kind="time" value={(*time).clone()} oninput={set(&time)} test="patch-time" />
            </div>
            <Segments label={t(words::RESULT)} choices={results} chosen={(*result).clone()} onchoose={set(&result)} />
            <Field label={t(words::TEST_NOTE)} value={(*note).clone()} oninput={set(&note)} test="patch-note" />
            <div class="buttons">
                <button class="button primary" disabled={!ready} onclick={save} data-test="patch-save"><Icon name="check" />{ t(common::SAVE) }</button>
                <button class="button quiet" onclick={props.onback.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}
