//! What the console asks of the sync server over REST, and the live events it listens to.

use salon_domain::access::{Permission, Role};
use salon_domain::kernel::{BranchId, Currency, DeviceId, StaffId, TenantId, UserId};
use serde::{Deserialize, Serialize};

/// `POST /api/v1/auth/login`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LoginRequest {
    pub email: String,
    pub password: String,
}

/// Answer of login and refresh. The refresh token rotates: it works once.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Tokens {
    pub access_token: String,
    pub expires_in_s: u64,
    pub refresh_token: String,
    pub me: Me,
}

/// `POST /api/v1/auth/refresh`, `POST /api/v1/auth/logout`
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshRequest {
    pub refresh_token: String,
}

/// `GET /api/v1/me`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Me {
    pub user: UserId,
    pub tenant: TenantId,
    pub salon: String,
    pub name: String,
    pub email: String,
    pub role: Role,
    pub permissions: Vec<Permission>,
    /// The branches that this user may see.
    pub branches: Vec<BranchRow>,
    /// Invented data.
    pub demo: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BranchRow {
    pub branch: BranchId,
    pub name: String,
    pub currency: Currency,
    pub zone: String,
}

/// `GET /api/v1/dashboard?branch=<id>|all&date=YYYY-MM-DD&period=day|week|month`
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    pub date: String,
    pub period: Period,
    pub currency: Currency,
    pub revenue_minor: Figure,
    pub net_minor: Figure,
    pub sales: Figure,
    pub bookings: Figure,
    pub new_clients: Figure,
    /// Booked minutes over rostered minutes, in basis points.
    pub utilisation_bp: Figure,
    pub average_sale_minor: Figure,
    /// Revenue along the period, hour by hour for a day, day by day otherwise, beside the period before.
    pub chart: Vec<ChartPoint>,
    pub by_staff: Vec<StaffFigure>,
    pub by_branch: Vec<BranchFigure>,
    /// Newest first, at most 20.
    pub latest: Vec<LatestSale>,
    /// Terminals, and how far each has synced.
    pub terminals: Vec<TerminalRow>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    Day,
    Week,
    Month,
}

/// A figure beside the same figure of the period before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Figure {
    pub now: i64,
    pub before: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChartPoint {
    /// `09:00`, or a date.
    pub label: String,
    pub now_minor: i64,
    pub before_minor: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StaffFigure {
    pub staff: StaffId,
    pub name: String,
    pub net_minor: i64,
    pub bookings: i64,
    pub utilisation_bp: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BranchFigure {
    pub branch: BranchId,
    pub name: String,
    pub revenue_minor: Figure,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LatestSale {
    pub number: u64,
    pub branch: String,
    pub terminal: String,
    /// `HH:MM` at the branch.
    pub time: String,
    pub date: String,
    pub total_minor: i64,
    pub tender: String,
    pub lines: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TerminalRow {
    pub device: DeviceId,
    pub name: String,
    pub branch: String,
    pub online: bool,
    /// UTC, RFC 3339.
    pub last_seen: Option<String>,
    pub journal_seq: u64,
}

/// `GET /api/v1/live?branch=…` (server-sent events, `event: live`): something changed; ask again for what you show.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "live", rename_all = "snake_case")]
pub enum Live {
    Sale { branch: BranchId, total_minor: i64 },
    Book { branch: BranchId, day: i32 },
    Clients,
    Master,
    Terminal { device: DeviceId, online: bool },
}

/// The body of every error: `code` is stable, `message` for developers, `request_id` for the logs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    pub message: String,
    pub request_id: String,
}
