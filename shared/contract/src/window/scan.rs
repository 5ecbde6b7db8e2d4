//! What a scan stands for.

use super::value::GiftCardView;
use salon_domain::catalog::Product;
use salon_domain::kernel::{CardId, TicketId};
use serde::{Deserialize, Serialize};

/// What a scan stands for at this terminal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "scan", rename_all = "snake_case")]
pub enum ScanView {
    /// To be sold: so many, at the catalog's price or at the one that its label says.
    Product {
        product: Box<Product>,
        quantity: i64,
        /// For all of it, as printed on the label or made from its weight.
        price_minor: Option<i64>,
        weight_grams: Option<u32>,
    },
    Client {
        card: CardId,
        name: String,
    },
    Receipt {
        ticket: TicketId,
        number: u64,
    },
    /// A gift card that was sold.
    GiftCard {
        card: Box<GiftCardView>,
    },
    /// A gift or loyalty card that nothing is known of here.
    StoreCard {
        kind: StoreCardKind,
        number: String,
    },
    /// A code that nothing here has.
    Unknown {
        text: String,
    },
    BadCheckDigit,
    PaymentCard,
    /// A text that something here has in it.
    Search {
        text: String,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StoreCardKind {
    Gift,
    Client,
    /// A stripe that does not say whose it is.
    Other,
}
