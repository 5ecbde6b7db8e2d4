//! Taking money: the ticket and its prices, the tenders, the sale, and the till session that it belongs to.
//! Every total in the house is made here.

mod discounts;
mod follows;
mod invoice;
mod model;
mod part;
mod partial;
mod period;
mod pricing;
mod promotion;
mod refund;
mod session;
mod standing;
mod terms;

pub use follows::{FollowKind, Follows, tip_shares};
pub use invoice::{Credited, Invoiced, Recipient};
pub use model::{
    CardApproved, CardBrand, CardDay, CardDayUnseen, CardIntent, CardIntentKind, CardOutcomeUnknown, Discount, Item,
    LineDraft, LineKind, PartRef, PaymentFailed, PricedLine, Sale, Tender, TenderKind, TicketDraft,
};
pub use part::{OpenTicket, PartPaid, TakenPart, TicketDropped, TicketHeld};
pub use partial::{Back, BackBefore, BackByLine, BackError, lines_back, rest_back};
pub use period::{Period, PeriodClosed};
pub use pricing::{PricedTicket, PricingError, TenderError, change_due, price, settle};
pub use promotion::{Occasion, Promotion, PromotionError, Scope, Stacking, Trigger, offers_in_force};
pub use refund::{refund_of, whole_refund};
pub use session::{
    CashierTotal, CountLine, DrawerOpened, SessionDetail, SessionTotals, TaxTotal, TillClosed, TillMove, TillMoved,
    TillOpened, ZReport,
};
pub use standing::{offers_to_staff, offers_to_tier};
pub use terms::{
    DiscountPart, DiscountSource, ExactTax, Exempted, Exemption, FeeTerms, GivenBack, InclusiveTax, LineTerms, Offer,
    OfferKind, PriceOverride, RewardTaken, StaffSale, TicketTerms,
};
