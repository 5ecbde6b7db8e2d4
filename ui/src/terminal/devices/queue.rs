//! What is to be printed, what may be on paper, and what was printed last.

use super::words::{job_name, job_state};
use crate::browser::new_key;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Icon, Toast, loaded};
use crate::terminal::desk::{Desk, Place, use_desk};
use crate::text::{clock, day_short, devices as words, fill, t};
use crate::transport::Heard;
use salon_contract::window::{DropPrintJob, Notice, PrintAgain, PrintJobView, PrintQueue};
use yew::prelude::*;

/// As many of the done ones as are shown before somebody asks for all.
const DONE_SHOWN: usize = 3;

#[component]
pub fn QueueSection() -> Html {
    let desk = use_desk();
    let queue = use_ask(Some(PrintQueue {}));
    let all = use_state_eq(|| false);
    use_heard({
        let again = queue.again.clone();
        move |heard| {
            let news = matches!(
                heard,
                Heard::Notice(Notice::Printing | Notice::DeviceFault { .. } | Notice::DeviceWell { .. })
            );
            if news || matches!(heard, Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let again = queue.again.clone();
    loaded(&queue, |jobs| {
        if jobs.is_empty() {
            return html! { <p class="muted">{ t(words::QUEUE_EMPTY) }</p> };
        }
        let (open, done): (Vec<_>, Vec<_>) = jobs.iter().partition(|job| is_open(job));
        let shown = if *all { done.len() } else { DONE_SHOWN.min(done.len()) };
        let hidden = done.len() - shown;
        html! {
            <>
                <ul class="rows boxed" data-test="print-queue">
                    for job in open.into_iter().chain(done.into_iter().take(shown)) { { row(&desk, job, &again) } }
                </ul>
                if hidden > 0 { <button class="button quiet" onclick={let all = all.clone(); move |_| all.set(true)}>{ t(words::SHOW_ALL) }</button> }
            </>
        }
    })
}

fn is_open(job: &PrintJobView) -> bool {
    matches!(job.state.as_str(), "queued" | "sending" | "unsure")
}

fn row(desk: &Desk, job: &PrintJobView, again: &Callback<()>) -> Html {
    let id = job.job;
    let drop_it = |said: Option<&'static str>| {
        let (desk, again) = (desk.clone(), again.clone());
        move |_: MouseEvent| {
            let (toast, again) = (desk.toast.clone(), again.clone());
            desk.run(DropPrintJob { job: id }, move |_| {
                if let Some(said) = said {
                    toast.emit(Toast::good(said));
                }
                again.emit(());
            });
        }
    };
    let onagain = {
        let (desk, again) = (desk.clone(), again.clone());
        move |_: MouseEvent| {
            let again = again.clone();
            desk.run(PrintAgain { key: new_key(), job: id }, move |_| again.emit(()));
        }
    };
    let (icon, tone) = match job.state.as_str() {
        "printed" => ("circle-check", "good"),
        "dropped" => ("minus", "muted"),
        "unsure" => ("circle-help", "caution"),
        _ if job.fault.is_some() => ("triangle-alert", "caution"),
        _ => ("clock", "muted"),
    };
    // A dash that is a hyphen on paper is nothing to look into; a name with other letters is.
    let spelt: Vec<&str> =
        job.notes.iter().map(String::as_str).filter(|note| note.chars().any(char::is_alphanumeric)).collect();
    let open = job.ticket.map(|ticket| desk.go.reform(move |_: MouseEvent| Place::Reports(Some(ticket))));
    html! {
        <li class="row plain" key={id.to_string()} data-test="print-job" data-state={job.state.clone()}>
            <Icon name={icon} class={tone} />
            <span class="row-main">
                if let Some(open) = open { <button class="link align-start" onclick={open}>{ job_name(job) }</button> }
                else { <strong class="clip">{ job_name(job) }</strong> }
                <span class="muted">{ format!("{} {} · {}", day_short(&job.date), clock(job.minute), job_state(job)) }</span>
                if !spelt.is_empty() { <span class="muted">{ fill(words::PRINTED_AS, &[("notes", &spelt.join(", "))]) }</span> }
            </span>
            if job.state == "unsure" {
                <button class="button" onclick={onagain} data-test="print-again"><Icon name="printer" />{ t(words::AGAIN) }</button>
                <button class="button quiet" onclick={drop_it(None)} data-test="print-there"><Icon name="check" />{ t(words::ALL_THERE) }</button>
            }
            if job.state == "queued" {
                <button class="button quiet" onclick={drop_it(Some(t(words::DROPPED_TOAST)))} data-test="print-drop"><Icon name="x" />{ t(words::DROP) }</button>
            }
        </li>
    }
}
