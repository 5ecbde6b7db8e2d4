//! `/api/v1/live`: server-sent events. They only say that something changed; the console asks again for what it shows.

use super::App;
use super::authorised::{Authorised, SignedIn, need};
use super::error::ApiError;
use super::extract::Params;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream;
use salon_contract::rest::Live;
use salon_domain::access::Permission;
use salon_domain::kernel::BranchId;
use serde::Deserialize;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::{Receiver, error::RecvError};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct LiveParams {
    /// A branch's id, or `all`.
    branch: Option<String>,
    /// Instead of the header, which a browser's event stream cannot set.
    #[allow(dead_code, reason = "read from the query by the authorisation")]
    access_token: Option<String>,
}

struct Listener {
    app: Arc<App>,
    user: SignedIn,
    /// None: every branch that the user sees.
    only: Option<BranchId>,
    events: Receiver<Live>,
}

impl Listener {
    fn wants(&self, live: &Live) -> bool {
        let branch = match live {
            Live::Sale { .. } if !self.user.role.allows(Permission::ReportsRead) => return false,
            Live::Sale { branch, .. } | Live::Book { branch, .. } => *branch,
            Live::Clients | Live::Master | Live::Terminal { .. } => return true,
        };
        self.user.sees(branch) && self.only.is_none_or(|only| only == branch)
    }

    /// The next event; none when the token has ended or the server stops. The browser then comes again.
    async fn next(&mut self) -> Option<Event> {
        let left_ms = (self.user.expires.0 - self.app.store.env().now().0).max(0).unsigned_abs();
        let app = Arc::clone(&self.app);
        let expired = tokio::time::sleep(Duration::from_millis(left_ms));
        tokio::pin!(expired);
        loop {
            tokio::select! {
                () = &mut expired => return None,
                () = app.stopped() => return None,
                received = self.events.recv() => match received {
                    Ok(live) if !self.wants(&live) => {}
                    Ok(live) => return Event::default().event("live").json_data(live).ok(),
                    // Too many at once: "something changed" says it all.
                    Err(RecvError::Lagged(_)) => return Event::default().event("live").json_data(Live::Master).ok(),
                    Err(RecvError::Closed) => return None,
                },
            }
        }
    }
}

/// Something changed: `event: live` with a `Live` as data.
#[utoipa::path(get, path = "/api/v1/live", params(LiveParams),
    responses((status = 200, description = "events", content_type = "text/event-stream")),
    extensions(("x-permission" = json!("book_read"))))]
pub async fn live(
    State(app): State<Arc<App>>,
    caller: Authorised<need::Listen>,
    Params(params): Params<LiveParams>,
) -> Result<impl IntoResponse, ApiError> {
    let only = match params.branch.as_deref() {
        None | Some("" | "all") => None,
        Some(id) => Some(id.parse().map_err(|_| ApiError::invalid("a branch is an id or \"all\""))?),
    };
    if only.is_some_and(|branch| !caller.user.sees(branch)) {
        return Err(ApiError::forbidden());
    }
    let events = app.feed.live(caller.user.tenant);
    let listener = Listener { app, user: caller.user, only, events };
    let stream = stream::unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    Ok(Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))))
}
