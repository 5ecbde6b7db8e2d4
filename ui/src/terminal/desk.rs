//! What every screen of the terminal has at hand.

use super::till::Ticket;
use crate::hooks::Loaded;
use crate::parts::Toast;
use crate::transport::ask;
use salon_contract::window::{Ask, CatalogView, SignedIn, StatusView};
use salon_domain::access::Permission;
use salon_domain::kernel::{BookingId, CardId, StaffId, TicketId};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Where a person is, and with what in hand.
#[derive(Debug, Clone, PartialEq)]
pub enum Place {
    Book(BookAim),
    Till,
    Clients(ClientAim),
    Stock,
    Team,
    Earnings(StaffId),
    Reports(Option<TicketId>),
    Devices,
    Settings,
}

/// What the book opens with.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BookAim {
    pub date: Option<String>,
    pub open: Option<BookPanel>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum BookPanel {
    Details(BookingId),
    New(NewAim),
    Clashes,
}

/// What is known already of a booking to be made.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct NewAim {
    pub staff: Option<StaffId>,
    pub minute: Option<u16>,
    pub client: Option<(CardId, String)>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ClientAim {
    None,
    Card(CardId),
    New(String),
    Duplicates,
}

impl Place {
    pub fn today() -> Place {
        Place::Book(BookAim::default())
    }

    pub fn booking(date: &str, booking: BookingId) -> Place {
        Place::Book(BookAim { date: Some(date.to_owned()), open: Some(BookPanel::Details(booking)) })
    }

    pub fn client(card: CardId) -> Place {
        Place::Clients(ClientAim::Card(card))
    }

    /// The same place on the rail.
    pub fn is_beside(&self, other: &Place) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

#[derive(Clone, PartialEq)]
pub struct Desk {
    pub status: Rc<StatusView>,
    pub me: Rc<SignedIn>,
    pub catalog: Loaded<CatalogView>,
    pub place: Place,
    pub go: Callback<Place>,
    pub toast: Callback<Toast>,
    /// Asks for the status again.
    pub recheck: Callback<()>,
    pub onlanguage: Callback<()>,
    /// The ticket on the till. It stays while one looks elsewhere.
    pub ticket: UseReducerHandle<Ticket>,
}

impl Desk {
    pub fn may(&self, permission: Permission) -> bool {
        self.me.permissions.contains(&permission)
    }

    /// Asks for something to be done, and says so when it fails.
    pub fn run<Q: Ask + 'static>(&self, question: Q, done: impl FnOnce(Q::Reply) + 'static) {
        let toast = self.toast.clone();
        spawn_local(async move {
            match ask(question).await {
                Ok(reply) => done(reply),
                Err(failure) => toast.emit(Toast::failure(&failure)),
            }
        });
    }

    pub fn staff_name(&self, staff: StaffId) -> Option<&str> {
        self.catalog.here()?.staff.iter().find(|s| s.staff == staff).map(|s| s.name.as_str())
    }
}

#[hook]
pub fn use_desk() -> Desk {
    // Every screen is drawn inside the shell, which provides it.
    #[allow(clippy::expect_used)]
    use_context::<Desk>().expect("a screen outside the shell")
}
