use super::draft::TicketAction;
use super::gift::sell_gift;
use super::membership::MembershipTile;
use super::package::PackageTile;
use crate::hooks::Loaded;
use crate::parts::{Choice, Empty, ErrorFace, Field, Icon, Segments, Skeleton};
use crate::terminal::desk::use_desk;
use crate::text::{common, duration, gift, membership, money, package, parse_amount, t, till as words};
use salon_contract::window::CatalogView;
use salon_domain::catalog::{Product, Service};
use salon_domain::customer::fold_for_search;
use yew::prelude::*;

const FAVOURITES: &str = "favourites";
const SERVICES: &str = "services";
const PRODUCTS: &str = "products";
const PACKAGES: &str = "packages";

#[derive(PartialEq, Properties)]
pub struct CatalogueProps {
    pub ondrawer: Callback<()>,
    pub onaside: Callback<()>,
}

/// More tiles than this are not drawn: search finds the rest.
const TILES_MAX: usize = 120;

#[component]
pub fn Catalogue(props: &CatalogueProps) -> Html {
    let desk = use_desk();
    let tab = use_state_eq(|| FAVOURITES.to_owned());
    let category = use_state_eq(|| None::<String>);
    let text = use_state_eq(String::new);
    let custom = use_state_eq(|| false);
    // The next client wants something else.
    use_effect_with(desk.ticket.draft.id, {
        let text = text.clone();
        move |_| text.set(String::new())
    });
    let mut tabs = vec![
        Choice::new(FAVOURITES, t(words::FAVOURITES)),
        Choice::new(SERVICES, t(words::SERVICES)),
        Choice::new(PRODUCTS, t(words::PRODUCTS)),
    ];
    if let Some(catalog) = desk.catalog.here() {
        // One tab for both: there is no room for two.
        let has_plans = catalog.memberships.iter().any(|offer| offer.active);
        let label = match (catalog.packages.is_empty(), has_plans) {
            (_, true) => Some(membership::TAB),
            (false, false) => Some(package::PACKAGES),
            (true, false) => None,
        };
        tabs.extend(label.map(|label| Choice::new(PACKAGES, t(label))));
    }
    let ontab = {
        let (tab, category, text) = (tab.clone(), category.clone(), text.clone());
        Callback::from(move |chosen: String| {
            tab.set(chosen);
            category.set(None);
            text.set(String::new());
        })
    };
    let onfind = {
        let text = text.clone();
        Callback::from(move |value: String| text.set(value))
    };
    let body = match &desk.catalog {
        Loaded::Waiting => html! { <Skeleton /> },
        Loaded::Failed(failure) => html! { <ErrorFace failure={failure.clone()} again={desk.recheck.clone()} /> },
        Loaded::Here(catalog) => {
            html! { <Tiles catalog={(**catalog).clone()} tab={(*tab).clone()} text={(*text).clone()} category={(*category).clone()}
            oncategory={let category = category.clone(); move |c| category.set(c)} /> }
        }
    };
    html! {
        <div class="catalogue">
            <div class="toolbar">
                <Segments label={t(words::FIND_ITEM)} choices={tabs} chosen={(*tab).clone()} onchoose={ontab} />
                <div class="grow toolbar-find">
                    <Field label={t(words::FIND_ITEM)} placeholder={t(words::FIND_ITEM)} value={(*text).clone()} oninput={onfind}
                        kind="search" test="item-search" />
                </div>
                <button class="button" aria-expanded={custom.to_string()} data-test="add-custom"
                    onclick={let custom = custom.clone(); move |_| custom.set(!*custom)}><Icon name="plus" label={t(words::CUSTOM)} /><span class="roomy-only">{ t(words::CUSTOM) }</span></button>
                <button class="button" onclick={let desk = desk.clone(); move |_| sell_gift(&desk, "")} data-test="add-gift"><Icon name="gift" label={t(gift::GIFT_CARD)} /><span class="roomy-only">{ t(gift::GIFT_CARD) }</span></button>
                <button class="button" onclick={props.onaside.reform(|_| ())} data-test="till-aside"><Icon name="receipt-text" label={t(words::OPEN_TICKETS)} /><span class="roomy-only">{ t(words::OPEN_TICKETS) }</span>if desk.status.open_tickets > 0 { <span class="count-mark num" data-test="open-count">{ desk.status.open_tickets }</span> }</button>
                <button class="button" onclick={props.ondrawer.reform(|_| ())} data-test="till-drawer"><Icon name="wallet" label={t(words::DRAWER)} /><span class="roomy-only">{ t(words::DRAWER) }</span></button>
            </div>
            if *custom { <CustomItem onclose={let custom = custom.clone(); move |()| custom.set(false)} /> }
            { body }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct TilesProps {
    catalog: CatalogView,
    tab: String,
    text: String,
    category: Option<String>,
    oncategory: Callback<Option<String>>,
}

#[component]
fn Tiles(props: &TilesProps) -> Html {
    let catalog = &props.catalog;
    let needle = fold_for_search(props.text.trim());
    let finding = !needle.is_empty();
    let favourites = props.tab == FAVOURITES && !finding;
    let fits = |parts: &[&str]| !finding || fold_for_search(&parts.join(" ")).contains(&needle);
    let in_category = |c: &str| finding || props.category.as_deref().is_none_or(|chosen| chosen == c);
    let services: Vec<&Service> = if favourites {
        catalog.favourite_services.iter().filter_map(|id| catalog.services.iter().find(|s| s.id == *id)).collect()
    } else {
        let all = catalog.services.iter().filter(|s| s.active && (finding || props.tab == SERVICES));
        all.filter(|s| in_category(&s.category) && fits(&[&s.name, &s.category, &s.code])).collect()
    };
    let products: Vec<&Product> = if favourites {
        catalog.favourite_products.iter().filter_map(|id| catalog.products.iter().find(|p| p.id == *id)).collect()
    } else {
        let all = catalog.products.iter().filter(|p| p.active && (finding || props.tab == PRODUCTS));
        all.filter(|p| in_category(&p.category) && fits(&[&p.name, &p.brand, &p.sku, &p.barcode])).collect()
    };
    let packages: Vec<_> = match finding || props.tab == PACKAGES {
        true => catalog.packages.iter().filter(|p| fits(&[&p.name])).cloned().collect(),
        false => Vec::new(),
    };
    let memberships: Vec<_> = match finding || props.tab == PACKAGES {
        true => catalog.memberships.iter().filter(|offer| offer.active && fits(&[&offer.plan.name])).cloned().collect(),
        false => Vec::new(),
    };
    let mut categories: Vec<&str> = match props.tab.as_str() {
        SERVICES => catalog.services.iter().filter(|s| s.active).map(|s| s.category.as_str()).collect(),
        PRODUCTS => catalog.products.iter().filter(|p| p.active).map(|p| p.category.as_str()).collect(),
        _ => Vec::new(),
    };
    categories.sort_unstable();
    categories.dedup();
    let chip = |name: Option<&str>| {
        let value = name.map(str::to_owned);
        html! {
            <button class="chip" aria-pressed={(props.category.as_deref() == name).to_string()} onclick={props.oncategory.reform(move |_| value.clone())}>
                { name.unwrap_or(t(crate::text::book::ALL_CATEGORIES)) }
            </button>
        }
    };
    let nothing = services.is_empty() && products.is_empty() && packages.is_empty() && memberships.is_empty();
    html! {
        <>
            if !categories.is_empty() && !finding {
                <div class="chips">{ chip(None) }for c in categories { { chip(Some(c)) } }</div>
            }
            if nothing {
                <Empty icon="package" text={t(if finding { common::NOTHING_FOUND } else { words::CATALOG_EMPTY })} />
            }
            <div class="tiles">
                for service in services.into_iter().take(TILES_MAX) { <ServiceTile key={service.id.to_string()} service={service.clone()} /> }
                for offer in packages { <PackageTile key={offer.id.to_string()} offer={offer.clone()} /> }
                for offer in memberships { <MembershipTile key={offer.id.to_string()} offer={offer.clone()} /> }
                for product in products.into_iter().take(TILES_MAX) { <ProductTile key={product.id.to_string()} product={product.clone()} /> }
            </div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct ServiceTileProps {
    service: Service,
}

#[component]
fn ServiceTile(props: &ServiceTileProps) -> Html {
    let desk = use_desk();
    let service = &props.service;
    let onclick = {
        let (desk, service) = (desk.clone(), service.clone());
        move |_: MouseEvent| {
            if let Some(catalog) = desk.catalog.here() {
                // The stylist of the line before, as a rule of thumb; one tap changes it.
                let staff = desk.ticket.draft.lines.iter().rev().find_map(|l| l.staff).or(Some(desk.me.staff));
                desk.ticket.dispatch(TicketAction::add_service(&service, staff, catalog));
            }
        }
    };
    let minutes = service.phases.iter().map(|p| p.minutes).sum();
    html! {
        <button class="tile" {onclick} data-test="add-service" data-name={service.name.clone()}>
            <span class="tile-name">{ &service.name }</span>
            <span class="tile-foot"><span class="muted">{ duration(minutes) }</span><span class="num">{ money(service.price_minor, desk.status.currency) }</span></span>
        </button>
    }
}

#[derive(PartialEq, Properties)]
struct ProductTileProps {
    product: Product,
}

#[component]
fn ProductTile(props: &ProductTileProps) -> Html {
    let desk = use_desk();
    let product = &props.product;
    let onclick = {
        let (desk, product) = (desk.clone(), product.clone());
        move |_: MouseEvent| {
            if let Some(catalog) = desk.catalog.here() {
                let staff = desk.ticket.draft.lines.iter().rev().find_map(|l| l.staff).or(Some(desk.me.staff));
                desk.ticket.dispatch(TicketAction::add_product(&product, staff, catalog));
            }
        }
    };
    html! {
        <button class="tile product" {onclick} data-test="add-product" data-name={product.name.clone()}>
            <span class="tile-name">{ &product.name }</span>
            <span class="tile-foot"><span class="muted clip">{ &product.brand }</span><span class="num">{ money(product.price_minor, desk.status.currency) }</span></span>
        </button>
    }
}

#[derive(PartialEq, Properties)]
struct CustomItemProps {
    onclose: Callback<()>,
}

#[component]
fn CustomItem(props: &CustomItemProps) -> Html {
    let desk = use_desk();
    let name = use_state_eq(String::new);
    let price = use_state_eq(String::new);
    let minor = parse_amount(&price, desk.status.currency).filter(|m| *m >= 0);
    let add = {
        let (desk, name, onclose) = (desk.clone(), name.clone(), props.onclose.clone());
        Callback::from(move |()| {
            if let (Some(minor), Some(catalog), false) = (minor, desk.catalog.here(), name.trim().is_empty()) {
                desk.ticket.dispatch(TicketAction::add_custom(name.trim().to_owned(), minor, catalog));
                onclose.emit(());
            }
        })
    };
    html! {
        <div class="inline-form">
            <Field label={t(words::CUSTOM_NAME)} value={(*name).clone()} oninput={let name = name.clone(); move |v| name.set(v)} autofocus=true onenter={add.clone()} />
            <Field label={t(common::AMOUNT)} value={(*price).clone()} oninput={let price = price.clone(); move |v| price.set(v)} inputmode="decimal" onenter={add.clone()} />
            <button class="button primary" disabled={minor.is_none() || name.trim().is_empty()} onclick={add.reform(|_| ())}>{ t(words::ADD) }</button>
        </div>
    }
}
