//! Who works in the salon, what they can do and when they are there.

use crate::access::{Permission, Role};
use crate::branch::WeekHours;
use crate::kernel::{BranchId, ServiceId, StaffId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which services somebody can perform.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Skills {
    All,
    Only(BTreeSet<ServiceId>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Staff {
    pub id: StaffId,
    pub code: String,
    pub name: String,
    pub role: Role,
    pub branches: Vec<BranchId>,
    pub skills: Skills,
    pub hours: WeekHours,
    /// An argon2id PHC string, never the PIN. None: cannot sign in at a till.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pin_hash: Option<String>,
    /// Takes appointments: has a column in the book.
    pub bookable: bool,
    pub active: bool,
}

impl Staff {
    /// canPerformService
    pub fn can_perform(&self, service: ServiceId) -> bool {
        self.active
            && self.bookable
            && match &self.skills {
                Skills::All => true,
                Skills::Only(set) => set.contains(&service),
            }
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.active && self.role.allows(permission)
    }

    pub fn works_at(&self, branch: BranchId) -> bool {
        self.branches.contains(&branch)
    }
}
