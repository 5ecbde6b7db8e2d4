//! Taking back what was done in the book, by Ctrl+Z or from a message.

use crate::browser::new_key;
use crate::parts::Toast;
use crate::terminal::book::status::label_of;
use crate::terminal::desk::Desk;
use crate::text::{board as words, clock, fill, t};
use salon_contract::window::{UndoBook, Undone};
use salon_domain::booking::BookAct;
use uuid::Uuid;
use yew::Callback;

fn said(undone: &Undone) -> String {
    let a = &undone.appointment;
    let name = a.client_name.as_str();
    match undone.act {
        BookAct::Made => fill(words::UNDONE_MADE, &[("name", name)]),
        BookAct::Moved => {
            let at = a.parts.iter().map(|part| part.start_minute).min().unwrap_or(0);
            fill(words::UNDONE_MOVED, &[("name", name), ("time", &clock(at))])
        }
        BookAct::Resized => fill(words::UNDONE_RESIZED, &[("name", name)]),
        BookAct::Status => fill(words::UNDONE_STATUS, &[("name", name), ("status", t(label_of(a.status)))]),
    }
}

/// Undoes what the command `step` did, or the last thing that was done at this terminal.
pub fn undo(desk: &Desk, step: Option<Uuid>, onchanged: Callback<()>) {
    let toast = desk.toast.clone();
    desk.run(UndoBook { key: new_key(), step }, move |undone| {
        onchanged.emit(());
        toast.emit(Toast::good(said(&undone)));
    });
}

/// The message with a way back.
pub fn with_way_back(toast: Toast, desk: &Desk, step: Uuid, onchanged: Callback<()>) -> Toast {
    let desk = desk.clone();
    toast.with_undo(move || undo(&desk, Some(step), onchanged.clone()))
}
