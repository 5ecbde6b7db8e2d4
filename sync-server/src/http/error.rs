//! Failures at the edge: a status, a stable code, a text for developers, and the request's id to find it in the log.
//! Texts for people are the console's affair.

use crate::provision::ProvisionError;
use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use salon_contract::device::NOW_HEADER;
use salon_contract::rest::Problem;
use salon_domain::kernel::Instant;

tokio::task_local! {
    /// The id of the request that this task answers.
    pub static REQUEST_ID: String;
}

pub fn request_id() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    retry_after_s: Option<u64>,
    now: Option<NowHeader>,
}

/// Tells the caller what time it is here.
#[derive(Debug, Clone, Copy)]
pub struct NowHeader(pub Instant);

impl ApiError {
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        ApiError { status, code, message: message.into(), retry_after_s: None, now: None }
    }

    pub const fn with_now(mut self, now: NowHeader) -> Self {
        self.now = Some(now);
        self
    }

    pub fn unauthorised() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthorised", "sign in first")
    }

    pub fn forbidden() -> Self {
        Self::new(StatusCode::FORBIDDEN, "forbidden", "this user may not do this")
    }

    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "there is nothing here")
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", message)
    }

    pub fn too_many(retry_after_s: u64) -> Self {
        let mut error = Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_tries", "too many tries: wait a while");
        error.retry_after_s = Some(retry_after_s);
        error
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, request_id = request_id(), "the store failed");
        if error.is_transient() {
            let mut busy = Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", "try again in a moment");
            busy.retry_after_s = Some(2);
            return busy;
        }
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server failed")
    }
}

impl From<ProvisionError> for ApiError {
    fn from(error: ProvisionError) -> Self {
        match error {
            ProvisionError::Store(error) => error.into(),
            ProvisionError::UnknownBranch(_) | ProvisionError::UnknownTenant(_) => Self::not_found(),
            other => Self::invalid(other.to_string()),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let problem = Problem { code: self.code.to_owned(), message: self.message, request_id: request_id() };
        let mut response = (self.status, Json(problem)).into_response();
        if let Some(seconds) = self.retry_after_s {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(NowHeader(now)) = self.now {
            response.headers_mut().insert(HeaderName::from_static(NOW_HEADER), HeaderValue::from(now.0));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
