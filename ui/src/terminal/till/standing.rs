//! What the ticket's client need not pay, as the terminal says, and a sale to somebody who works here.

use super::draft::TicketAction;
use crate::parts::{Field, Icon, select_value, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{common, desk as words, fill, t, till};
use salon_domain::kernel::StaffId;
use salon_domain::payment::StaffSale;
use yew::prelude::*;

/// Exempt or not, and sold to whom of the staff: each with its way back.
#[component]
pub fn Standing() -> Html {
    let desk = use_desk();
    let terms = &desk.ticket.draft.terms;
    let set_taxed = |taxed: bool| {
        let ticket = desk.ticket.clone();
        move |_: MouseEvent| ticket.dispatch(TicketAction::Taxed(taxed))
    };
    let staff = terms.staff_sale.as_ref();
    let people = desk.catalog.here().map(|catalog| catalog.people.clone()).unwrap_or_default();
    let who = staff.and_then(|sale| people.iter().find(|tile| tile.staff == sale.staff)).map(|tile| tile.name.clone());
    html! {
        <>
            if let Some(exempt) = &terms.exempt {
                <div class="ticket-more" data-test="exempt">
                    <span class="grow"><Icon name="landmark" />{ format!("{}: {}", t(words::EXEMPT), [exempt.reason.as_str(), exempt.number.as_str()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")) }</span>
                    <button class="chip" onclick={set_taxed(true)} data-test="charge-tax"><Icon name="x" />{ t(words::CHARGE_TAX) }</button>
                </div>
            }
            if terms.taxed {
                <div class="ticket-more" data-test="exempt-off">
                    <span class="grow muted">{ t(words::EXEMPT_BUT_TAXED) }</span>
                    <button class="chip" onclick={set_taxed(false)} data-test="use-exemption"><Icon name="undo-2" />{ t(words::USE_EXEMPTION) }</button>
                </div>
            }
            if let Some(sale) = staff {
                <div class="ticket-more" data-test="staff-sale">
                    <span class="grow"><Icon name="users" />{ fill(words::SOLD_TO_STAFF, &[("name", &who.unwrap_or_default())]) }{ format!(" · {}", sale.reason) }</span>
                    <button class="chip" aria-label={t(common::REMOVE)} onclick={let ticket = desk.ticket.clone(); move |_| ticket.dispatch(TicketAction::StaffSale(None))}><Icon name="x" />{ t(common::REMOVE) }</button>
                </div>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
pub struct StaffPanelProps {
    pub onclose: Callback<()>,
}

/// Who of the staff buys, and what for.
#[component]
pub fn StaffPanel(props: &StaffPanelProps) -> Html {
    let desk = use_desk();
    let chosen = use_state_eq(|| None::<StaffId>);
    let reason = use_state_eq(String::new);
    let panel = use_opened(Some(props.onclose.clone()));
    let people = desk.catalog.here().map(|catalog| catalog.people.clone()).unwrap_or_default();
    let staff = (*chosen).or(people.first().map(|tile| tile.staff));
    let ready = staff.is_some() && !reason.trim().is_empty();
    let set = {
        let (ticket, reason, onclose) = (desk.ticket.clone(), reason.trim().to_owned(), props.onclose.clone());
        Callback::from(move |()| {
            if let (Some(staff), true) = (staff, ready) {
                ticket.dispatch(TicketAction::StaffSale(Some(StaffSale { staff, reason: reason.clone() })));
                onclose.emit(());
            }
        })
    };
    html! {
        <div ref={panel} class="portion-row" data-test="staff-panel">
            <label class="field grow"><span class="field-label">{ t(words::STAFF_WHO) }</span>
                <span class="select"><select onchange={let chosen = chosen.clone(); move |e: Event| chosen.set(select_value(&e).parse().ok())} data-test="staff-who">
                    for tile in people { <option value={tile.staff.to_string()} selected={staff == Some(tile.staff)}>{ tile.name }</option> }
                </select><Icon name="chevron-down" /></span></label>
            <Field label={t(words::STAFF_WHY)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={set.clone()} autofocus=true test="staff-why" />
            <button class="button primary" disabled={!ready} onclick={set.reform(|_| ())} data-test="staff-set">{ t(till::APPLY) }</button>
            <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
        </div>
    }
}
