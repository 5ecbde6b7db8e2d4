//! Packages of prepaid units at the till: sold as a line, and used as lines without a price.

use super::draft::{Stage, TicketAction};
use crate::browser::new_id;
use crate::hooks::{use_ask, use_keys};
use crate::parts::{Icon, loaded};
use crate::terminal::desk::use_desk;
use crate::text::{common, day_short, fill, money, package as words, t};
use salon_contract::window::{CatalogView, PackageEntryView, PackageView, Packages};
use salon_domain::catalog::Service;
use salon_domain::kernel::{CardId, PackageId, TicketLineId};
use salon_domain::payment::{Item, LineDraft, LineKind};
use salon_domain::value::{PackageOffer, package_of_line};
use yew::prelude::*;

fn line(id: TicketLineId, item: Item, kind: LineKind, description: String, unit_price_minor: i64) -> LineDraft {
    LineDraft {
        id,
        item,
        kind,
        description,
        staff: None,
        card: None,
        quantity: 1,
        unit_price_minor,
        discount: None,
        rates: Vec::new(),
        terms: Default::default(),
    }
}

#[derive(PartialEq, Properties)]
pub struct PackageTileProps {
    pub offer: PackageOffer,
}

#[component]
pub fn PackageTile(props: &PackageTileProps) -> Html {
    let desk = use_desk();
    let offer = &props.offer;
    let onclick = {
        let (desk, offer) = (desk.clone(), offer.clone());
        move |_: MouseEvent| {
            let Some(catalog) = desk.catalog.here() else { return };
            let id = new_id();
            let item = Item::Package { offer: offer.id, package: package_of_line(id, 0) };
            let mut line = line(id, item, LineKind::Sale, offer.name.clone(), offer.price_minor);
            let class = catalog.taxes.iter().find(|class| class.code == offer.tax_class);
            line.rates = class.map(|class| class.rates.clone()).unwrap_or_default();
            desk.ticket.dispatch(TicketAction::Add(Box::new(line), catalog.currency));
        }
    };
    let units: u32 = offer.entries.iter().map(|entry| entry.units).sum();
    html! {
        <button class="tile product" {onclick} data-test="add-package" data-name={offer.name.clone()}>
            <span class="tile-name">{ &offer.name }</span>
            <span class="tile-foot"><span class="muted num">{ format!("{units} ×") }</span><span class="num">{ money(offer.price_minor, desk.status.currency) }</span></span>
        </button>
    }
}

#[derive(PartialEq, Properties)]
pub struct PackagePanelProps {
    pub card: CardId,
}

/// The client's units that can be used today, each a line on the ticket.
#[component]
pub fn PackagePanel(props: &PackagePanelProps) -> Html {
    let desk = use_desk();
    let asked = use_ask(Some(Packages { card: props.card }));
    let ring = {
        let ticket = desk.ticket.clone();
        Callback::from(move |()| ticket.dispatch(TicketAction::Stage(Stage::Ring)))
    };
    use_keys({
        let ring = ring.clone();
        move |e| {
            if e.key() == "Escape" {
                ring.emit(());
            }
        }
    });
    let onuse = {
        let (ticket, currency) = (desk.ticket.clone(), desk.status.currency);
        Callback::from(move |(package, entry, service): (PackageId, u16, Service)| {
            let kind = LineKind::Prepaid { package, entry };
            let used = line(new_id(), Item::Service(service.id), kind, service.name, 0);
            ticket.dispatch(TicketAction::Add(Box::new(used), currency));
            ticket.dispatch(TicketAction::Stage(Stage::Ring));
        })
    };
    let on_ticket = |package: PackageId, entry: u16| {
        let kind = LineKind::Prepaid { package, entry };
        i64::try_from(desk.ticket.draft.lines.iter().filter(|line| line.kind == kind).count()).unwrap_or(i64::MAX)
    };
    html! {
        <div class="cash" role="group" aria-label={t(words::PACKAGES)}>
            { loaded(&asked, |packages| {
                let units: Vec<(&PackageView, &PackageEntryView, i64)> = packages
                    .iter()
                    .filter(|package| package.usable)
                    .flat_map(|package| package.entries.iter().map(move |entry| (package, entry)))
                    .map(|(package, entry)| (package, entry, entry.left - on_ticket(package.package, entry.entry)))
                    .filter(|(_, _, left)| *left > 0)
                    .collect();
                if units.is_empty() {
                    return html! { <p class="callout caution" role="status">{ t(words::NONE_USABLE) }</p> };
                }
                let units = units.into_iter().map(|(package, entry, left)| (package.clone(), PackageEntryView { left, ..entry.clone() }));
                html! { for (package, entry) in units { <Unit {package} {entry} onuse={onuse.clone()} /> } }
            }) }
            <div class="tenders"><button class="tender" onclick={ring.reform(|_| ())}>{ t(common::BACK) }</button></div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct UnitProps {
    package: PackageView,
    entry: PackageEntryView,
    onuse: Callback<(PackageId, u16, Service)>,
}

#[component]
fn Unit(props: &UnitProps) -> Html {
    let desk = use_desk();
    let catalog: Option<&CatalogView> = desk.catalog.here().map(|catalog| &**catalog);
    let services = catalog.map_or(&[][..], |catalog| &catalog.services);
    let services = services.iter().filter(|service| props.entry.services.contains(&service.id)).cloned();
    html! {
        <>
            <div class="sum"><span>{ left_of(&props.entry) }</span>
                if let Some(date) = &props.package.expires { <span class="muted">{ fill(words::UNTIL, &[("date", &day_short(date))]) }</span> }
            </div>
            <div class="cash-quick">
                for service in services {
                    <button class="chip big" data-test="use-unit" onclick={
                        let (package, entry, chosen) = (props.package.package, props.entry.entry, service.clone());
                        props.onuse.reform(move |_| (package, entry, chosen.clone()))
                    }><Icon name="check" />{ fill(words::USE, &[("name", &service.name)]) }</button>
                }
            </div>
        </>
    }
}

/// `Cut: 3 of 5 left`
pub fn left_of(entry: &PackageEntryView) -> String {
    let (left, units) = (entry.left.to_string(), entry.units.to_string());
    fill(words::LEFT_OF, &[("name", &entry.name), ("left", &left), ("units", &units)])
}
