use super::aside::split_off;
use super::draft::TicketAction;
use super::helpers::{Helpers, can_be_shared};
use super::used::{Used, uses_up};
use crate::parts::{Field, Icon, Toast, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{amount, common, fill, membership, package, parse_amount, percent_bp, t, till as words};
use salon_domain::access::Permission;
use salon_domain::payment::{Discount, Item, LineDraft, LineKind, PricedLine};
use yew::prelude::*;

/// Reads `10 %` or an amount.
pub fn parse_discount(text: &str, currency: salon_domain::kernel::Currency) -> Option<Discount> {
    let text = text.trim();
    match text.strip_suffix('%') {
        Some(percent) => {
            let bp = parse_amount(percent, salon_domain::kernel::Currency::EUR)?;
            u32::try_from(bp).ok().filter(|bp| *bp <= 10_000).map(Discount::Percent)
        }
        None => parse_amount(text, currency).filter(|m| *m > 0).map(Discount::Amount),
    }
}

#[derive(PartialEq, Properties)]
pub struct TicketLineProps {
    pub line: LineDraft,
    /// None while the ticket cannot be priced.
    pub priced: Option<PricedLine>,
    pub open: bool,
    pub ontoggle: Callback<()>,
}

#[component]
pub fn TicketLine(props: &TicketLineProps) -> Html {
    let desk = use_desk();
    let line = &props.line;
    let currency = desk.ticket.draft.currency;
    let shown = props.priced.as_ref().map_or(line.unit_price_minor * line.quantity, |p| p.price_minor);
    let parts = props.priced.as_ref().map(|p| p.discount_parts.clone()).unwrap_or_default();
    let parts = parts.into_iter().filter(|part| !part.label.is_empty());
    let who = line.staff.and_then(|s| desk.staff_name(s)).unwrap_or_default().to_owned();
    let helpers = line.terms.shares.iter().filter(|share| Some(share.staff) != line.staff).map(|share| {
        let name = desk.staff_name(share.staff).unwrap_or(t(crate::text::back_bar::SOMEBODY));
        format!("+ {name} {}", percent_bp(share.share_bp.into()))
    });
    let discount = line.discount.map(|d| match d {
        Discount::Percent(bp) => format!("−{}", percent_bp(bp.into())),
        Discount::Amount(minor) => format!("−{}", amount(minor, currency)),
    });
    html! {
        <li class={classes!("line", props.open.then_some("open"), (line.kind == LineKind::Refund).then_some("refund"))}>
            <button class="line-head" aria-expanded={props.open.to_string()} onclick={props.ontoggle.reform(|_| ())}>
                <span class="line-what">
                    <span class="line-name">
                        if line.quantity > 1 { <b class="num">{ format!("{} × ", line.quantity) }</b> }
                        if line.kind == LineKind::Tip { { t(words::TIP) } } else { { &line.description } }
                    </span>
                    <span class="muted line-sub">
                        if !who.is_empty() { <span>{ who }</span> }
                        for helper in helpers { <span class="tagged">{ helper }</span> }
                        if let Some(discount) = discount { <span class="tagged">{ discount }</span> }
                        for part in parts { <span class="tagged">{ format!("{} −{}", part.label, amount(part.amount_minor, currency)) }</span> }
                        if matches!(line.kind, LineKind::Prepaid { .. }) { <span class="tagged">{ t(package::PREPAID) }</span> }
                        if matches!(line.kind, LineKind::Included { .. }) { <span class="tagged">{ t(membership::INCLUDED) }</span> }
                        if line.kind == LineKind::Refund { <span class="tagged">{ t(words::REFUND) }</span> }
                    </span>
                </span>
                <span class="line-price num">{ amount(shown, currency) }</span>
            </button>
            if props.open { <LineTools line={line.clone()} /> }
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct LineToolsProps {
    line: LineDraft,
}

#[component]
fn LineTools(props: &LineToolsProps) -> Html {
    let desk = use_desk();
    let line = &props.line;
    let id = line.id;
    let is_one = matches!(line.item, Item::Package { .. } | Item::Membership { .. } | Item::MembershipDue { .. });
    let step = |by: i64| {
        let (ticket, quantity) = (desk.ticket.clone(), line.quantity + by);
        move |_: MouseEvent| ticket.dispatch(TicketAction::Quantity(id, quantity))
    };
    let onstaff = {
        let ticket = desk.ticket.clone();
        move |e: Event| ticket.dispatch(TicketAction::Staff(id, select_value(&e).parse().ok()))
    };
    let onremove = {
        let (desk, line) = (desk.clone(), line.clone());
        move |_: MouseEvent| {
            let at = desk.ticket.draft.lines.iter().position(|l| l.id == id).unwrap_or(0);
            desk.ticket.dispatch(TicketAction::Remove(id));
            let (ticket, back) = (desk.ticket.clone(), line.clone());
            desk.toast.emit(
                Toast::good(fill(words::LINE_REMOVED, &[("name", &line.description)]))
                    .with_undo(move || ticket.dispatch(TicketAction::PutBack(at, Box::new(back.clone())))),
            );
        }
    };
    let staff = desk.catalog.here().map(|c| c.staff.clone()).unwrap_or_default();
    // A fee is never discounted, and one that is a share of the ticket has no price or number of its own.
    let (is_fee, is_share) = (line.item == Item::Fee, line.share_bp().is_some());
    html! {
        <div class="line-tools">
            <div class="line-row">
                if line.kind == LineKind::Sale && !is_share && !is_one {
                    <div class="stepper" role="group" aria-label={t(words::QUANTITY)}>
                        <button class="icon-button" aria-label={t(words::ONE_LESS)} disabled={line.quantity <= 1} onclick={step(-1)}><Icon name="minus" /></button>
                        <span class="num" aria-live="polite">{ line.quantity }</span>
                        <button class="icon-button" aria-label={t(words::ONE_MORE)} onclick={step(1)}><Icon name="plus" /></button>
                    </div>
                }
                <label class="select grow">
                    <span class="hidden-label">{ t(crate::text::book::STYLIST) }</span>
                    <select onchange={onstaff} data-test="line-staff">
                        <option value="" selected={line.staff.is_none()}>{ t(words::NO_STYLIST) }</option>
                        for tile in staff { <option value={tile.staff.to_string()} selected={line.staff == Some(tile.staff)}>{ tile.name }</option> }
                    </select>
                    <Icon name="chevron-down" />
                </label>
                if desk.ticket.draft.lines.len() > 1 && line.terms.given_back.is_none() {
                    <button class="icon-button" aria-label={t(words::SPLIT_OFF)} title={t(words::SPLIT_OFF)} data-test="split-off"
                        onclick={let (desk, line) = (desk.clone(), line.clone()); move |_| split_off(&desk, &line)}><Icon name="split" /></button>
                }
                <button class="icon-button bad" aria-label={t(common::REMOVE)} title={t(common::REMOVE)} onclick={onremove}><Icon name="trash-2" /></button>
            </div>
            if can_be_shared(line) { <Helpers line={line.clone()} /> }
            if uses_up(line) { <Used line={line.clone()} /> }
            if line.kind == LineKind::Sale {
                if desk.may(Permission::PriceOverride) && !is_share { <PriceRow line={line.clone()} /> }
                if !is_fee {
                    <DiscountRow label={t(words::DISCOUNT)} current={line.discount}
                        onset={let ticket = desk.ticket.clone(); move |d| ticket.dispatch(TicketAction::LineDiscount(id, d))} />
                }
            }
        </div>
    }
}

/// Another price for one of it, and why.
#[component]
fn PriceRow(props: &LineToolsProps) -> Html {
    let desk = use_desk();
    let open = use_state_eq(|| false);
    let typed = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let line = &props.line;
    let currency = desk.ticket.draft.currency;
    let minor = parse_amount(&typed, currency).filter(|minor| *minor >= 0);
    let listed = line.terms.overridden.as_ref().map(|over| over.listed_minor);
    let id = line.id;
    if let Some(listed) = listed {
        let ticket = desk.ticket.clone();
        return html! {
            <div class="line-row">
                <span class="muted grow">{ fill(words::PRICE_INSTEAD, &[("amount", &amount(listed, currency))]) }</span>
                <button class="chip" onclick={move |_| ticket.dispatch(TicketAction::Price(id, listed, String::new()))}><Icon name="x" />{ t(words::PRICE_LISTED) }</button>
            </div>
        };
    }
    if !*open {
        return html! { <button class="button quiet align-start" onclick={let o = open.clone(); move |_| o.set(true)} data-test="price"><Icon name="banknote" />{ t(words::PRICE_OTHER) }</button> };
    }
    let ready = minor.is_some() && !reason.trim().is_empty();
    let apply = {
        let (ticket, reason, open) = (desk.ticket.clone(), reason.trim().to_owned(), open.clone());
        Callback::from(move |()| {
            if let (Some(minor), true) = (minor, ready) {
                ticket.dispatch(TicketAction::Price(id, minor, reason.clone()));
                open.set(false);
            }
        })
    };
    html! {
        <div class="portion-row">
            <Field label={t(words::PRICE)} value={(*typed).clone()} placeholder={amount(line.unit_price_minor, currency)} inputmode="decimal"
                oninput={let typed = typed.clone(); move |v| typed.set(v)} autofocus=true test="price-amount" />
            <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={apply.clone()} test="price-reason" />
            <button class="button primary" disabled={!ready} onclick={apply.reform(|_| ())} data-test="price-set">{ t(words::APPLY) }</button>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct DiscountRowProps {
    pub label: AttrValue,
    pub current: Option<Discount>,
    pub onset: Callback<Option<Discount>>,
}

const QUICK_BP: [u32; 4] = [500, 1000, 1500, 2000];

/// A few usual percentages, or any percentage or amount typed.
#[component]
pub fn DiscountRow(props: &DiscountRowProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let currency = desk.ticket.draft.currency;
    let parsed = parse_discount(&typed, currency);
    let apply = {
        let (onset, typed) = (props.onset.clone(), typed.clone());
        Callback::from(move |()| {
            if let Some(discount) = parsed {
                onset.emit(Some(discount));
                typed.set(String::new());
            }
        })
    };
    html! {
        <div class="discounts" role="group" aria-label={props.label.clone()}>
            <Icon name="percent" label={props.label.clone()} />
            for bp in QUICK_BP {
                <button class="chip" aria-pressed={(props.current == Some(Discount::Percent(bp))).to_string()}
                    onclick={props.onset.reform(move |_| Some(Discount::Percent(bp)))}>{ percent_bp(bp.into()) }</button>
            }
            <input class="discount-input" aria-label={t(words::DISCOUNT_HINT)} placeholder={t(words::DISCOUNT_HINT)} value={(*typed).clone()}
                aria-invalid={(!typed.is_empty() && parsed.is_none()).then_some("true")}
                oninput={let typed = typed.clone(); move |e: InputEvent| typed.set(crate::parts::input_value(&e))}
                onkeydown={let apply = apply.clone(); move |e: KeyboardEvent| if e.key() == "Enter" { apply.emit(()) }} />
            if parsed.is_some() { <button class="button" onclick={apply.reform(|_| ())}>{ t(words::APPLY) }</button> }
            if props.current.is_some() {
                <button class="chip" onclick={props.onset.reform(|_| None)}><Icon name="x" />{ t(words::NO_DISCOUNT) }</button>
            }
        </div>
    }
}
