//! Who may do what: one table for the till, the sync server and the console.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Role {
    Admin,
    Manager,
    Stylist,
    Receptionist,
    Assistant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Permission {
    BookRead,
    BookWrite,
    /// Start and finish one's own appointments.
    OwnBookWrite,
    ClientRead,
    ClientWrite,
    Sell,
    Refund,
    PriceOverride,
    /// Say on a client's card that no tax is owed, or that the client works here.
    ClientStanding,
    TillOpenClose,
    /// Decide the outcome of a card payment that the card terminal cannot tell any more.
    CardResolve,
    StockRead,
    StockWrite,
    StaffRead,
    StaffWrite,
    CatalogWrite,
    ReportsRead,
    SettingsWrite,
    DeviceManage,
    UserManage,
    DataExport,
    /// Let a client have what a missing patch test forbids.
    WaivePatchTest,
}

impl Permission {
    pub const ALL: [Permission; 22] = [
        Permission::BookRead,
        Permission::BookWrite,
        Permission::OwnBookWrite,
        Permission::ClientRead,
        Permission::ClientWrite,
        Permission::Sell,
        Permission::Refund,
        Permission::PriceOverride,
        Permission::ClientStanding,
        Permission::TillOpenClose,
        Permission::CardResolve,
        Permission::StockRead,
        Permission::StockWrite,
        Permission::StaffRead,
        Permission::StaffWrite,
        Permission::CatalogWrite,
        Permission::ReportsRead,
        Permission::SettingsWrite,
        Permission::DeviceManage,
        Permission::UserManage,
        Permission::DataExport,
        Permission::WaivePatchTest,
    ];
}

impl Role {
    pub const ALL: [Role; 5] = [Role::Admin, Role::Manager, Role::Stylist, Role::Receptionist, Role::Assistant];

    /// The permission table.
    pub const fn allows(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Role::Admin => true,
            Role::Manager => !matches!(permission, P::UserManage | P::DataExport),
            Role::Receptionist => matches!(
                permission,
                P::BookRead
                    | P::BookWrite
                    | P::OwnBookWrite
                    | P::ClientRead
                    | P::ClientWrite
                    | P::Sell
                    | P::TillOpenClose
                    | P::StockRead
                    | P::StaffRead
            ),
            Role::Stylist => matches!(
                permission,
                P::BookRead | P::BookWrite | P::OwnBookWrite | P::ClientRead | P::ClientWrite | P::Sell | P::StockRead
            ),
            Role::Assistant => matches!(permission, P::BookRead | P::OwnBookWrite | P::ClientRead | P::StockRead),
        }
    }

    pub fn permissions(self) -> Vec<Permission> {
        Permission::ALL.into_iter().filter(|p| self.allows(*p)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_manages_users_and_only_managers_refund() {
        for role in Role::ALL {
            assert_eq!(role.allows(Permission::UserManage), role == Role::Admin);
            assert_eq!(role.allows(Permission::Refund), matches!(role, Role::Admin | Role::Manager));
            assert!(role.allows(Permission::BookRead));
        }
    }
}
