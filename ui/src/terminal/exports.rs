//! The bookkeeper's files: which days, in which format, and where they were written.

use super::desk::use_desk;
use crate::parts::{Choice, Field, Icon, Segments, Toast};
use crate::text::{books as words, fill, t};
use crate::transport::ask;
use salon_contract::window::{BookFormat, BooksWritten, ExportBooks};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

fn format_name(format: BookFormat) -> &'static str {
    t(match format {
        BookFormat::Ledger => words::FORMAT_LEDGER,
        BookFormat::Csv => words::FORMAT_CSV,
        BookFormat::Datev => words::FORMAT_DATEV,
        BookFormat::Dsfinvk => words::FORMAT_DSFINVK,
    })
}

#[component]
pub fn ExportsView() -> Html {
    let desk = use_desk();
    // This month so far: what a bookkeeper is asked for most is one of the fields away.
    let from = use_state_eq(|| first_of_month(&desk.status.today));
    let to = use_state_eq(|| desk.status.today.clone());
    let format = use_state_eq(|| BookFormat::Ledger);
    let working = use_state_eq(|| false);
    let written = use_state_eq(|| None::<BooksWritten>);
    let choices =
        BookFormat::ALL.iter().map(|format| Choice::new(format.name(), format_name(*format))).collect::<Vec<_>>();
    let onchoose = {
        let (format, written) = (format.clone(), written.clone());
        move |name: String| {
            if let Some(chosen) = BookFormat::ALL.into_iter().find(|format| format.name() == name) {
                format.set(chosen);
                written.set(None);
            }
        }
    };
    let onwrite = {
        let (toast, working, written) = (desk.toast.clone(), working.clone(), written.clone());
        let question = ExportBooks { format: *format, from: (*from).clone(), to: (*to).clone() };
        move |_: MouseEvent| {
            let (toast, working, written, question) =
                (toast.clone(), working.clone(), written.clone(), question.clone());
            working.set(true);
            spawn_local(async move {
                match ask(question).await {
                    Ok(done) => written.set(Some(done)),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
                working.set(false);
            });
        }
    };
    let day = |label: &'static str, state: &UseStateHandle<String>, test: &'static str| {
        let (value, state) = ((**state).clone(), state.clone());
        html! { <Field {label} kind="date" {value} oninput={move |v| state.set(v)} {test} /> }
    };
    let ready = !from.is_empty() && !to.is_empty() && *from <= *to && !*working;
    html! {
        <div class="sheet decide" data-test="exports">
            <div class="sheet-head"><h2>{ t(words::EXPORT_TITLE) }</h2></div>
            <p class="muted">{ t(words::EXPORT_HOW) }</p>
            <Segments label={t(words::FORMAT)} {choices} chosen={format.name()} {onchoose} />
            if *format == BookFormat::Datev { <p class="muted">{ t(words::DATEV_HOW) }</p> }
            if *format == BookFormat::Dsfinvk { <p class="callout caution">{ t(words::DSFINVK_HOW) }</p> }
            <div class="book-days">
                { day(t(words::FROM), &from, "export-from") }
                { day(t(words::TO), &to, "export-to") }
            </div>
            <button class="button primary" disabled={!ready} onclick={onwrite} data-test="export-write"><Icon name="package" />{ t(words::WRITE) }</button>
            if let Some(done) = &*written {
                <div role="status" data-test="export-done">
                    <p><Icon name="circle-check" class="good" />{ fill(words::WRITTEN, &[("n", &done.sessions.to_string())]) }</p>
                    <p><code>{ &done.path }</code></p>
                    if done.open_sessions > 0 { <p class="muted">{ fill(words::LEFT_OUT, &[("n", &done.open_sessions.to_string())]) }</p> }
                </div>
            }
        </div>
    }
}

/// Of `2026-11-24`, `2026-11-01`.
fn first_of_month(date: &str) -> String {
    date.get(..8).map_or_else(String::new, |month| format!("{month}01"))
}
