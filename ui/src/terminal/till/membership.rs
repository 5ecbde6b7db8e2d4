//! Memberships at the till: sold as a line, later periods paid as lines, and what they include had as lines without a
//! price. What they take off is an offer, and comes by itself.

use super::draft::{Stage, Ticket, TicketAction};
use crate::browser::new_id;
use crate::hooks::{use_ask, use_heard, use_keys};
use crate::parts::{Icon, loaded};
use crate::terminal::desk::{Desk, use_desk};
use crate::text::{Msg, common, day_short, fill, membership as words, money, percent_bp, t};
use crate::transport::Heard;
use salon_contract::window::{BenefitGives, BenefitView, DueView, MemberStanding, MembershipView, Memberships, Notice};
use salon_domain::catalog::Service;
use salon_domain::kernel::{CardId, Currency, TaxRate, TicketLineId};
use salon_domain::payment::{Item, LineDraft, LineKind};
use salon_domain::value::{MembershipOffer, Period, membership_of_line};
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

fn rates(desk: &Desk, class: &str) -> Vec<TaxRate> {
    let found = desk.catalog.here().and_then(|catalog| catalog.taxes.iter().find(|known| known.code == class));
    found.map(|class| class.rates.clone()).unwrap_or_default()
}

/// `49.00 a month`
pub fn price_of(period: Period, price_minor: i64, currency: Currency) -> String {
    let (text, n): (Msg, u8) = match period {
        Period::Weeks(1) => (words::EACH_WEEK, 1),
        Period::Weeks(n) => (words::EACH_WEEKS, n),
        Period::Months(1) => (words::EACH_MONTH, 1),
        Period::Months(12) => (words::EACH_YEAR, 1),
        Period::Months(n) => (words::EACH_MONTHS, n),
    };
    fill(text, &[("amount", &money(price_minor, currency)), ("n", &n.to_string())])
}

pub fn standing_word(standing: MemberStanding) -> &'static str {
    t(match standing {
        MemberStanding::NotStarted => words::NOT_STARTED,
        MemberStanding::Active => words::ACTIVE,
        MemberStanding::Grace => words::GRACE,
        MemberStanding::Arrears => words::ARREARS,
        MemberStanding::Paused => words::PAUSED,
        MemberStanding::Ended => words::ENDED,
    })
}

pub const fn standing_icon(standing: MemberStanding) -> &'static str {
    match standing {
        MemberStanding::NotStarted | MemberStanding::Paused => "clock",
        MemberStanding::Active => "circle-check",
        MemberStanding::Grace | MemberStanding::Arrears => "triangle-alert",
        MemberStanding::Ended => "circle-x",
    }
}

/// `10 % off products`, `Cut: 1 of 2 left this period`
pub fn benefit_text(benefit: &BenefitView) -> String {
    match &benefit.gives {
        BenefitGives::ServicesOff { percent_bp: bp } => {
            fill(words::SERVICES_OFF, &[("percent", &percent_bp(i64::from(*bp)))])
        }
        BenefitGives::ProductsOff { percent_bp: bp } => {
            fill(words::PRODUCTS_OFF, &[("percent", &percent_bp(i64::from(*bp)))])
        }
        BenefitGives::Units { name, left, units, .. } => {
            fill(words::LEFT_OF, &[("name", name), ("left", &left.to_string()), ("units", &units.to_string())])
        }
    }
}

/// From when to when the period of today is; nothing while nobody can say.
pub fn period_text(view: &MembershipView) -> Option<String> {
    let (from, until) = (view.from.as_ref()?, view.until.as_ref()?);
    let is_on = !matches!(view.standing, MemberStanding::Ended);
    is_on.then(|| fill(words::PERIOD, &[("from", &day_short(from)), ("until", &day_short(until))]))
}

#[derive(PartialEq, Properties)]
pub struct MembershipTileProps {
    pub offer: MembershipOffer,
}

#[component]
pub fn MembershipTile(props: &MembershipTileProps) -> Html {
    let desk = use_desk();
    let plan = &props.offer.plan;
    let onclick = {
        let (desk, offer) = (desk.clone(), props.offer.clone());
        move |_: MouseEvent| {
            let (id, plan) = (new_id(), &offer.plan);
            let item = Item::Membership { offer: offer.id, membership: membership_of_line(id) };
            let mut line = line(id, item, LineKind::Sale, plan.name.clone(), plan.price_minor);
            line.rates = rates(&desk, &plan.tax_class);
            desk.ticket.dispatch(TicketAction::Add(Box::new(line), plan.currency));
        }
    };
    html! {
        <button class="tile product" {onclick} data-test="add-membership" data-name={plan.name.clone()}>
            <span class="tile-name">{ &plan.name }</span>
            <span class="tile-foot"><span class="muted">{ t(words::MEMBERSHIP) }</span><span class="num">{ price_of(plan.period, plan.price_minor, plan.currency) }</span></span>
        </button>
    }
}

fn is_on_ticket(ticket: &Ticket, view: &MembershipView, period: u32) -> bool {
    let item = Item::MembershipDue { membership: view.membership, period };
    ticket.draft.lines.iter().any(|line| line.item == item && line.kind == LineKind::Sale)
}

/// What is due and not on the ticket yet.
fn open_dues(ticket: &Ticket, view: &MembershipView) -> Vec<DueView> {
    view.due.iter().filter(|due| !is_on_ticket(ticket, view, due.period)).cloned().collect()
}

fn add_due(desk: &Desk, view: &MembershipView, due: &DueView) {
    let item = Item::MembershipDue { membership: view.membership, period: due.period };
    let days = due.from.as_ref().zip(due.until.as_ref());
    let description = match days {
        Some((from, until)) => {
            fill(words::LINE, &[("name", &view.name), ("from", &day_short(from)), ("until", &day_short(until))])
        }
        None => view.name.clone(),
    };
    let mut line = line(new_id(), item, LineKind::Sale, description, view.price_minor);
    line.rates = rates(desk, &view.tax_class);
    desk.ticket.dispatch(TicketAction::Add(Box::new(line), view.currency));
}

fn heard_again(again: &Callback<()>) -> impl Fn(&Heard) + 'static + use<> {
    let again = again.clone();
    move |heard| {
        if matches!(heard, Heard::Notice(Notice::Till | Notice::Catalog) | Heard::Reconnected) {
            again.emit(());
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct OfClientProps {
    pub card: CardId,
}

/// What the ticket's client owes for memberships; nothing while that is nothing. Whoever stands there can pay it with the
/// ticket in hand.
#[component]
pub fn MemberDues(props: &OfClientProps) -> Html {
    let desk = use_desk();
    let asked = use_ask(Some(Memberships { card: props.card }));
    use_heard(heard_again(&asked.again));
    // What cannot be asked is no debt; the panel says why.
    let Some(views) = asked.state.here() else { return Html::default() };
    let owing = views.iter().filter_map(|view| {
        let dues = open_dues(&desk.ticket, view);
        let first = dues.first()?.clone();
        let onpay = {
            let (desk, view) = (desk.clone(), view.clone());
            move |_: MouseEvent| dues.iter().for_each(|due| add_due(&desk, &view, due))
        };
        let count = i64::try_from(open_dues(&desk.ticket, view).len()).unwrap_or(i64::MAX);
        let amount = money(view.price_minor.saturating_mul(count), view.currency);
        let date = first.from.as_deref().map(day_short).unwrap_or_default();
        Some(html! {
            <div class="callout caution member-due" role="status" data-test="member-due" key={view.membership.to_string()}>
                <Icon name="triangle-alert" />
                <span class="grow">{ fill(words::DUE_SINCE, &[("name", &view.name), ("date", &date)]) }</span>
                <button class="button" onclick={onpay} data-test="member-due-pay">{ fill(words::PAY_DUE, &[("amount", &amount)]) }</button>
            </div>
        })
    });
    html! { for row in owing { { row } } }
}

/// The client's memberships: what is due, what can be had today, what is left of it.
#[component]
pub fn MembershipPanel(props: &OfClientProps) -> Html {
    let desk = use_desk();
    let asked = use_ask(Some(Memberships { card: props.card }));
    use_heard(heard_again(&asked.again));
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
    html! {
        <div class="cash" role="group" aria-label={t(words::MEMBERSHIPS)} data-test="membership-panel">
            { loaded(&asked, |views| {
                if views.is_empty() {
                    return html! { <p class="callout caution" role="status">{ t(words::NONE_HERE) }</p> };
                }
                html! { for view in views.iter() { <Member key={view.membership.to_string()} view={view.clone()} onused={ring.clone()} /> } }
            }) }
            <div class="tenders"><button class="tender" onclick={ring.reform(|_| ())}>{ t(common::BACK) }</button></div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct MemberProps {
    view: MembershipView,
    onused: Callback<()>,
}

#[component]
fn Member(props: &MemberProps) -> Html {
    let desk = use_desk();
    let view = &props.view;
    let dues = open_dues(&desk.ticket, view);
    let ahead = view.ahead.clone().filter(|next| dues.is_empty() && !is_on_ticket(&desk.ticket, view, next.period));
    // What ends the arrears of today may stand on this very ticket.
    let pays_now = view.due.last().is_some_and(|due| is_on_ticket(&desk.ticket, view, due.period));
    let usable = view.usable || view.standing == MemberStanding::Arrears && pays_now;
    let onpay = |due: &DueView| {
        let (desk, view, due) = (desk.clone(), view.clone(), due.clone());
        move |_: MouseEvent| add_due(&desk, &view, &due)
    };
    let price = money(view.price_minor, view.currency);
    html! {
        <>
            <div class="sum"><span><strong>{ &view.name }</strong></span>
                <span class="member-standing" data-test="member-standing"><Icon name={standing_icon(view.standing)} />{ standing_word(view.standing) }</span></div>
            if let Some(period) = period_text(view) { <div class="sum muted"><span>{ period }</span></div> }
            for due in dues.iter() {
                <div class="cash-quick">
                    <button class="chip big" onclick={onpay(due)} data-test="pay-due"><Icon name="banknote" />
                        { fill(words::DUE_SINCE, &[("name", &price), ("date", &due.from.as_deref().map(day_short).unwrap_or_default())]) }</button>
                </div>
            }
            for benefit in view.benefits.iter() {
                <Had view={view.clone()} benefit={benefit.clone()} {usable} onused={props.onused.clone()} />
            }
            if let Some(next) = ahead {
                <div class="cash-quick">
                    <button class="chip big" onclick={onpay(&next)} data-test="pay-ahead"><Icon name="calendar-plus" />{
                        match &next.from {
                            Some(date) => fill(words::PAY_AHEAD, &[("date", &day_short(date)), ("amount", &price)]),
                            None => fill(words::PAY_NEXT, &[("amount", &price)]),
                        }
                    }</button>
                </div>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct HadProps {
    view: MembershipView,
    benefit: BenefitView,
    usable: bool,
    onused: Callback<()>,
}

/// A benefit, and where it is units a button for each service that one pays for.
#[component]
fn Had(props: &HadProps) -> Html {
    let desk = use_desk();
    let membership = props.view.membership;
    let mut benefit = props.benefit.clone();
    let kind = LineKind::Included { membership, benefit: benefit.benefit };
    let on_ticket = desk.ticket.draft.lines.iter().filter(|line| line.kind == kind).count();
    let mut services: Vec<Service> = Vec::new();
    if let BenefitGives::Units { left, services: pays_for, .. } = &mut benefit.gives {
        *left -= i64::try_from(on_ticket).unwrap_or(i64::MAX);
        if *left > 0 && props.usable {
            let all = desk.catalog.here().map(|catalog| catalog.services.clone()).unwrap_or_default();
            services.extend(all.into_iter().filter(|service| pays_for.contains(&service.id)));
        }
    }
    let onuse = |service: &Service| {
        let (desk, service, onused) = (desk.clone(), service.clone(), props.onused.clone());
        move |_: MouseEvent| {
            // The stylist of the line before, as with a service that is paid.
            let staff = desk.ticket.draft.lines.iter().rev().find_map(|line| line.staff).or(Some(desk.me.staff));
            let known = desk.catalog.here().map(|catalog| catalog.staff.clone()).unwrap_or_default();
            let mut used = line(new_id(), Item::Service(service.id), kind, service.name.clone(), 0);
            used.staff = staff.filter(|staff| known.iter().any(|tile| tile.staff == *staff));
            desk.ticket.dispatch(TicketAction::Add(Box::new(used), desk.status.currency));
            onused.emit(());
        }
    };
    html! {
        <>
            <div class="sum"><span>{ benefit_text(&benefit) }</span></div>
            if !services.is_empty() {
                <div class="cash-quick">
                    for service in services.iter() {
                        <button class="chip big" data-test="use-included" onclick={onuse(service)}><Icon name="check" />{ fill(words::USE, &[("name", &service.name)]) }</button>
                    }
                </div>
            }
        </>
    }
}
