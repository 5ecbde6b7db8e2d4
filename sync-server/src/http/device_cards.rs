//! `/api/device/cards/*`: card payments on readers that the server drives, asked for by terminals.

use super::App;
use super::error::ApiError;
use super::schema::{AboutCardBody, AskReaderBody, CardReplyBody, RefundCardBody, ResolveCardBody, StartCardBody};
use super::signed::Signed;
use crate::integrations::stripe::{CardError, Desk, Refusal};
use crate::store::DeviceRow;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use salon_contract::device::{AboutCard, AskReader, CardReply, RefundCard, ResolveCard, StartCard};
use std::sync::Arc;

type Reply = Result<Json<CardReply>, ApiError>;

impl From<CardError> for ApiError {
    fn from(error: CardError) -> Self {
        match error {
            CardError::Store(error) => error.into(),
            CardError::Away(failure) => {
                tracing::warn!(%failure, request_id = super::error::request_id(), "Stripe did not say");
                ApiError::new(
                    StatusCode::BAD_GATEWAY,
                    "card_service_away",
                    "the payment service did not say: ask again",
                )
            }
            CardError::Refused(refusal) => refused(refusal),
        }
    }
}

fn refused(refusal: Refusal) -> ApiError {
    let (status, code, message) = match refusal {
        Refusal::NoSuchReader => (StatusCode::NOT_FOUND, "no_such_reader", "this salon has no such reader"),
        Refusal::NoSuchPayment => (StatusCode::NOT_FOUND, "no_such_payment", "this terminal asked for no such payment"),
        Refusal::BadAmount => (StatusCode::UNPROCESSABLE_ENTITY, "bad_amount", "no reader takes this amount"),
        Refusal::BadCurrency => (StatusCode::UNPROCESSABLE_ENTITY, "bad_currency", "no reader takes this currency"),
        Refusal::Conflict => (StatusCode::CONFLICT, "conflict", "this id was used for something else"),
        Refusal::NotAuthorised => (StatusCode::CONFLICT, "not_authorised", "there is nothing to take"),
        Refusal::NotCaptured => (StatusCode::CONFLICT, "not_captured", "only what was taken can be given back"),
    };
    ApiError::new(status, code, message)
}

/// Does `work` at the desk of a device.
async fn at_desk(
    app: &App,
    device: DeviceRow,
    work: impl FnOnce(&Desk<'_>) -> Result<CardReply, CardError> + Send + 'static,
) -> Reply {
    let api = app.stripe.clone().ok_or_else(|| {
        ApiError::new(StatusCode::NOT_IMPLEMENTED, "no_card_service", "this server drives no card readers")
    })?;
    let reply = app
        .calling(move |store| {
            let desk = Desk::new(store, &api, &device)?;
            work(&desk)
        })
        .await??;
    Ok(Json(reply))
}

/// Asks for a payment on a reader.
#[utoipa::path(post, path = "/api/device/cards/start", request_body = StartCardBody,
    responses((status = 200, body = CardReplyBody), (status = 404, description = "no_such_reader"),
        (status = 409, description = "conflict"), (status = 422, description = "bad_amount, bad_currency"),
        (status = 501, description = "no_card_service")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn start(State(app): State<Arc<App>>, ask: Signed<StartCard>) -> Reply {
    at_desk(&app, ask.device, move |desk| desk.start(&ask.body)).await
}

/// How a payment stands.
#[utoipa::path(post, path = "/api/device/cards/poll", request_body = AboutCardBody,
    responses((status = 200, body = CardReplyBody), (status = 404, description = "no_such_payment"),
        (status = 502, description = "card_service_away")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn poll(State(app): State<Arc<App>>, ask: Signed<AboutCard>) -> Reply {
    at_desk(&app, ask.device, move |desk| desk.poll(ask.body.payment)).await
}

/// Stops a payment that nobody has paid yet.
#[utoipa::path(post, path = "/api/device/cards/cancel", request_body = AboutCardBody,
    responses((status = 200, body = CardReplyBody), (status = 404, description = "no_such_payment"),
        (status = 502, description = "card_service_away")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn cancel(State(app): State<Arc<App>>, ask: Signed<AboutCard>) -> Reply {
    at_desk(&app, ask.device, move |desk| desk.cancel(ask.body.payment)).await
}

/// Takes the money of an authorisation that the terminal has recorded.
#[utoipa::path(post, path = "/api/device/cards/capture", request_body = AboutCardBody,
    responses((status = 200, body = CardReplyBody), (status = 404, description = "no_such_payment"),
        (status = 409, description = "not_authorised"), (status = 502, description = "card_service_away")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn capture(State(app): State<Arc<App>>, ask: Signed<AboutCard>) -> Reply {
    at_desk(&app, ask.device, move |desk| desk.capture(ask.body.payment)).await
}

/// What became of a payment or refund; an authorisation that was never asked to be taken is given up.
#[utoipa::path(post, path = "/api/device/cards/resolve", request_body = ResolveCardBody,
    responses((status = 200, body = CardReplyBody), (status = 409, description = "conflict"),
        (status = 502, description = "card_service_away")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn resolve(State(app): State<Arc<App>>, ask: Signed<ResolveCard>) -> Reply {
    at_desk(&app, ask.device, move |desk| desk.resolve(&ask.body)).await
}

/// Gives money of a payment back.
#[utoipa::path(post, path = "/api/device/cards/refund", request_body = RefundCardBody,
    responses((status = 200, body = CardReplyBody), (status = 404, description = "no_such_payment"),
        (status = 409, description = "not_captured, conflict"), (status = 422, description = "bad_amount"),
        (status = 502, description = "card_service_away")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn refund(State(app): State<Arc<App>>, ask: Signed<RefundCard>) -> Reply {
    at_desk(&app, ask.device, move |desk| desk.refund(&ask.body)).await
}

/// A reader's state.
#[utoipa::path(post, path = "/api/device/cards/reader", request_body = AskReaderBody,
    responses((status = 200, body = CardReplyBody), (status = 404, description = "no_such_reader"),
        (status = 501, description = "no_card_service"), (status = 502, description = "card_service_away")),
    extensions(("x-signed-by" = json!("device"))))]
pub async fn reader(State(app): State<Arc<App>>, ask: Signed<AskReader>) -> Reply {
    at_desk(&app, ask.device, move |desk| desk.reader(&ask.body.reader)).await
}
