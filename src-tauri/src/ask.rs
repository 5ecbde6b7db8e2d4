//! The one command: what the page asks, the terminal answers.

use crate::terminal::Terminal;
use salon_contract::window::{Call, Code, Failure};
use serde_json::Value;
use std::sync::Arc;
use tauri::State;

/// Runs on a thread of its own: a card payment takes as long as the client looks for the card.
#[tauri::command]
pub async fn ask(terminal: State<'_, Arc<Terminal>>, call: Value) -> Result<Value, Value> {
    let terminal = Arc::clone(&terminal);
    let answer = tauri::async_runtime::spawn_blocking(move || answer(&terminal, call)).await;
    answer.unwrap_or_else(|fault| Err(internal(&fault))).map_err(|failure| plain(&failure))
}

fn answer(terminal: &Terminal, call: Value) -> Result<Value, Failure> {
    let call: Call = serde_json::from_value(call)
        .map_err(|error| Failure::new(Code::BadInput).with("field", "call").with("detail", error))?;
    terminal.ask(call)
}

/// A bug: the answering thread panicked. The log has where; the page need not.
fn internal(fault: &tauri::Error) -> Failure {
    tracing::error!(%fault, "an answer was lost");
    Failure::new(Code::Internal)
}

fn plain(failure: &Failure) -> Value {
    serde_json::to_value(failure).unwrap_or_else(|_| serde_json::json!({ "code": "internal" }))
}
