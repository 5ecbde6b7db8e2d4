//! What the salon has agreed with its people and promises its clients: commission, loyalty, promotions, packages. One page
//! each: what there is, a form that says what is wrong beside the field, and what it will mean, worked out by the domain.

mod commission;
mod form;
mod loyalty;
mod packages;
mod programme;
mod promotion_form;
mod promotions;
mod rate;

use super::head::{Head, Page};
use commission::CommissionPage;
use loyalty::LoyaltyPage;
use packages::PackagesPage;
use promotions::PromotionsPage;
use salon_contract::rest::{BranchRow, Me};
use salon_domain::access::Permission;
use salon_domain::kernel::Currency;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct AgreedScreenProps {
    pub me: Me,
    pub page: Page,
    pub onpage: Callback<Page>,
    pub onlanguage: Callback<()>,
    pub onlogout: Callback<()>,
}

/// What every one of these pages is given.
#[derive(Clone, PartialEq, Properties)]
pub struct PageProps {
    pub currency: Currency,
    pub branches: Vec<BranchRow>,
    /// Whether this user may change what is shown.
    pub writes: bool,
    pub onlogout: Callback<()>,
}

#[component]
pub fn AgreedScreen(props: &AgreedScreenProps) -> Html {
    let me = &props.me;
    let currency = me.branches.first().map_or(Currency::EUR, |row| row.currency);
    let onlogout = props.onlogout.clone();
    let writes = |permission| me.permissions.contains(&permission);
    let page = match props.page {
        Page::Commission => {
            html! { <CommissionPage {currency} branches={me.branches.clone()} writes={writes(Permission::StaffWrite)} {onlogout} /> }
        }
        Page::Loyalty => {
            html! { <LoyaltyPage {currency} branches={me.branches.clone()} writes={writes(Permission::CatalogWrite)} {onlogout} /> }
        }
        Page::Promotions => {
            html! { <PromotionsPage {currency} branches={me.branches.clone()} writes={writes(Permission::CatalogWrite)} {onlogout} /> }
        }
        Page::Packages => {
            html! { <PackagesPage {currency} branches={me.branches.clone()} writes={writes(Permission::CatalogWrite)} {onlogout} /> }
        }
        Page::Overview => Html::default(),
    };
    html! {
        <>
            <Head me={me.clone()} page={props.page} onpage={props.onpage.clone()} onlanguage={props.onlanguage.clone()} onlogout={props.onlogout.clone()} />
            <main class="console-main">{ page }</main>
        </>
    }
}
