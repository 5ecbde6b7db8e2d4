//! `/api/device/messages/*`: messages to clients, asked for by terminals. And the workers that send them.

use super::App;
use super::error::ApiError;
use super::schema::{AskMessagesBody, MessageReplyBody, MessagesReplyBody, SendMessageBody};
use super::signed::Signed;
use crate::integrations::messages::{Office, Refusal, Stepped};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use salon_contract::message::{AskMessages, MessageReply, MessagesReply, SEND_BYTES_MAX, STATES_MAX, SendMessage};
use salon_domain::notification::Channel;
use std::sync::Arc;
use std::time::Duration;

/// Messages on their way at one time: a mail server that is slow holds up as many and no more.
const WORKERS: usize = 3;
/// What is due later, or was queued by another node, is looked for this often.
const LOOK_EVERY: Duration = Duration::from_secs(1);

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Store(error) => error.into(),
            Refusal::NotSetUp => {
                ApiError::new(StatusCode::NOT_IMPLEMENTED, "not_set_up", "this server sends nothing by this channel")
            }
            Refusal::Invalid(what) => ApiError::invalid(what),
            Refusal::Conflict => ApiError::new(StatusCode::CONFLICT, "conflict", "this id is another terminal's"),
            Refusal::TooMany(seconds) => ApiError::too_many(seconds),
        }
    }
}

/// Takes a message in, to be sent. It is durable when this answers; the same again is answered with how it stands.
#[utoipa::path(post, path = "/api/device/messages/send", request_body = SendMessageBody,
    responses((status = 200, body = MessageReplyBody), (status = 409, description = "conflict"),
        (status = 422, description = "invalid"), (status = 429, description = "too_many_tries"),
        (status = 501, description = "not_set_up")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn send(
    State(app): State<Arc<App>>,
    ask: Signed<SendMessage, SEND_BYTES_MAX>,
) -> Result<Json<MessageReply>, ApiError> {
    let office = Arc::clone(&app.office);
    let state = app.run(move |store| office.accept(store, &ask.device, &ask.body)).await??;
    app.letters.notify_one();
    Ok(Json(MessageReply { state }))
}

/// How messages of this terminal stand, and what the server can send by.
#[utoipa::path(post, path = "/api/device/messages/states", request_body = AskMessagesBody,
    responses((status = 200, body = MessagesReplyBody), (status = 422, description = "invalid")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn states(State(app): State<Arc<App>>, ask: Signed<AskMessages>) -> Result<Json<MessagesReply>, ApiError> {
    if ask.body.messages.len() > STATES_MAX {
        return Err(ApiError::invalid(format!("at most {STATES_MAX} messages at a time")));
    }
    let office = Arc::clone(&app.office);
    let states = app.blocking(move |store| office.states(store, &ask.device, &ask.body.messages)).await?;
    Ok(Json(MessagesReply { email: app.office.has(Channel::Email), text: app.office.has(Channel::Text), states }))
}

/// Sends what is queued, until the task is aborted.
pub(super) async fn deliver(app: Arc<App>) {
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..WORKERS {
        workers.spawn(work(Arc::clone(&app)));
    }
    // Workers end with this task: the set aborts them when it is dropped.
    while workers.join_next().await.is_some() {}
}

async fn work(app: Arc<App>) {
    loop {
        let office = Arc::clone(&app.office);
        let stepped = app.calling(move |store| office.step(store)).await;
        match stepped {
            Ok(Ok(Stepped::Tried)) => continue,
            Ok(Ok(Stepped::Idle)) => {}
            Ok(Err(error)) | Err(error) => tracing::error!(%error, "messages cannot be sent"),
        }
        // Woken or not, it looks again.
        let _ = tokio::time::timeout(LOOK_EVERY, app.letters.notified()).await;
    }
}

/// Forgets what has been over for long.
pub(super) async fn tidy(app: &App) {
    if let Err(error) = app.blocking(Office::tidy).await {
        tracing::error!(%error, "old messages could not be removed");
    }
}
