use super::file::ClientFilePart;
use super::memberships::MembershipsOf;
use super::packages::PackagesOf;
use super::points::ClientPoints;
use super::standing::ClientStanding;
use crate::browser::Intention;
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Field, Icon, Toast, loaded, select_value};
use crate::terminal::book::face_of;
use crate::terminal::desk::{BookAim, BookPanel, NewAim, Place, use_desk};
use crate::terminal::till::TicketAction;
use crate::text::{
    Msg, book, client_card, clients as words, clock, common, count, credit, day_short, fill, money, sending, t,
};
use crate::transport::Heard;
use salon_contract::window::{Client, ClientView, ExportClient, Notice, SaveClient};
use salon_domain::access::Permission;
use salon_domain::customer::field;
use salon_domain::kernel::CardId;
use salon_domain::notification::Channel;
use std::collections::BTreeMap;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct ClientCardProps {
    pub card: CardId,
}

/// Name, label, whether it is long, and the kind of input.
const FIELDS: [(&str, Msg, bool, &str); 11] = [
    (field::GIVEN_NAME, words::FIELD_GIVEN, false, "text"),
    (field::FAMILY_NAME, words::FIELD_FAMILY, false, "text"),
    (field::PHONE, words::FIELD_PHONE, false, "tel"),
    (field::EMAIL, words::FIELD_EMAIL, false, "email"),
    (field::BIRTHDAY, words::FIELD_BIRTHDAY, false, "text"),
    (field::LOYALTY_NUMBER, words::FIELD_CARD_NUMBER, false, "text"),
    (field::ALLERGY, words::FIELD_ALLERGY, false, "text"),
    (field::DRINK, client_card::FIELD_DRINK, false, "text"),
    (field::ADDRESS, client_card::FIELD_ADDRESS, true, "text"),
    (field::FORMULA, words::FIELD_FORMULA, true, "text"),
    (field::NOTE, words::FIELD_NOTE, true, "text"),
];

/// How a client may want receipts, as it is on the card.
const RECEIPT_BY: [(&str, Msg); 4] = [
    ("", sending::BY_PAPER),
    (Channel::Email.name(), sending::BY_EMAIL_SHORT),
    (Channel::Text.name(), sending::BY_TEXT_SHORT),
    (field::RECEIPT_NONE, sending::BY_NOTHING),
];

#[component]
pub fn ClientCard(props: &ClientCardProps) -> Html {
    let client = use_ask(Some(Client { card: props.card }));
    use_heard({
        let again = client.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Clients | Notice::Till) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let onsaved = client.again.clone();
    loaded(&client, |view| html! { <Sheet view={view.clone()} {onsaved} /> })
}

#[derive(PartialEq, Properties)]
struct SheetProps {
    view: ClientView,
    onsaved: Callback<()>,
}

#[component]
fn Sheet(props: &SheetProps) -> Html {
    let desk = use_desk();
    let view = &props.view;
    let currency = desk.status.currency;
    let known = |name: &str| view.fields.get(name).cloned().unwrap_or_default();
    let allergy = known(field::ALLERGY);
    let client = (view.card, view.name.clone());
    let onbook = {
        let (go, client) = (desk.go.clone(), client.clone());
        move |_: MouseEvent| {
            let aim = NewAim { client: Some(client.clone()), ..NewAim::default() };
            go.emit(Place::Book(BookAim { date: None, open: Some(BookPanel::New(aim)) }));
        }
    };
    let onsell = {
        let desk = desk.clone();
        move |_: MouseEvent| {
            desk.ticket.dispatch(TicketAction::Client(Some(client.clone())));
            desk.go.emit(Place::Till);
        }
    };
    let onexport = {
        let (desk, card) = (desk.clone(), view.card);
        move |_: MouseEvent| {
            let toast = desk.toast.clone();
            desk.run(ExportClient { card }, move |file| {
                toast.emit(Toast::good(fill(client_card::EXPORTED, &[("path", &file.path)])));
            });
        }
    };
    html! {
        <div class="sheet" data-test="client-card">
            <header class="sheet-head">
                <h2 class="grow">{ &view.name }</h2>
                <button class="button primary" onclick={onbook} data-test="client-book"><Icon name="calendar-plus" />{ t(words::BOOK_FOR) }</button>
                if desk.may(Permission::DataExport) { <button class="button quiet" onclick={onexport} data-test="client-export">{ t(client_card::EXPORT) }</button> }
                <button class="button" onclick={onsell} data-test="client-sell"><Icon name="shopping-cart" />{ t(words::SELL_TO) }</button>
            </header>
            if !allergy.is_empty() { <p class="callout bad" role="alert" data-test="allergy"><Icon name="flower-2" /><span><strong>{ t(book::ALLERGY) }</strong>{ format!(": {allergy}") }</span></p> }
            <div class="figures">
                <div class="figure"><span class="muted">{ t(words::VISITS) }</span><strong class="num">{ view.visits }</strong></div>
                <div class="figure"><span class="muted">{ t(words::NO_SHOWS) }</span><strong class="num">{ view.no_shows }</strong></div>
                <div class="figure"><span class="muted">{ t(words::SPENT) }</span><strong class="num">{ money(view.spent_minor, currency) }</strong></div>
                <div class="figure"><span class="muted">{ t(credit::CREDIT) }</span><strong class="num" data-test="client-credit">{ money(view.credit_minor, currency) }</strong></div>
            </div>
            <MembershipsOf card={view.card} />
            <PackagesOf card={view.card} />
            <Fields view={view.clone()} onsaved={props.onsaved.clone()} />
            <div class="sheet-columns">
                <section>
                    <h3>{ t(words::APPOINTMENTS) }</h3>
                    if view.appointments.is_empty() { <p class="muted">{ t(words::NO_APPOINTMENTS) }</p> }
                    <ul class="rows">
                        for a in view.appointments.iter() {
                            <li key={a.booking.to_string()}><button class="row" onclick={let (date, booking) = (a.date.clone(), a.booking); desk.go.reform(move |_| Place::booking(&date, booking))}>
                                <Icon name={face_of(a).icon} label={t(face_of(a).label)} />
                                <span class="row-main"><strong class="num">{ format!("{} · {}", day_short(&a.date), clock(a.parts.first().map_or(0, |p| p.start_minute))) }</strong>
                                    <span class="muted clip">{ a.parts.iter().map(|p| p.service_name.as_str()).collect::<Vec<_>>().join(", ") }</span></span>
                                <span class="num">{ money(a.total_minor, currency) }</span>
                            </button></li>
                        }
                    </ul>
                </section>
                <section>
                    <h3>{ t(words::SALES) }</h3>
                    if view.sales.is_empty() { <p class="muted">{ t(words::NO_SALES) }</p> }
                    <ul class="rows">
                        for sale in view.sales.iter() {
                            <li key={sale.ticket.to_string()}><button class="row" onclick={let ticket = sale.ticket; desk.go.reform(move |_| Place::Reports(Some(ticket)))}>
                                <Icon name="receipt-text" />
                                <span class="row-main"><strong class="num">{ day_short(&sale.date) }</strong><span class="muted num">{ sale.number }</span></span>
                                <span class="num">{ money(sale.total_minor, currency) }</span>
                            </button></li>
                        }
                    </ul>
                </section>
            </div>
            <ClientFilePart view={view.clone()} onsaved={props.onsaved.clone()} />
            <ClientStanding view={view.clone()} onsaved={props.onsaved.clone()} />
            <ClientPoints card={view.card} />
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct FieldsProps {
    view: ClientView,
    onsaved: Callback<()>,
}

/// Only what was changed is saved: another device's edit of another field stays.
#[component]
fn Fields(props: &FieldsProps) -> Html {
    let desk = use_desk();
    let edits = use_state_eq(BTreeMap::<String, String>::new);
    let intention = use_mut_ref(Intention::default);
    let view = &props.view;
    let known = |name: &str| view.fields.get(name).map_or("", String::as_str);
    let changed: BTreeMap<String, String> = edits
        .iter()
        .filter(|(name, value)| value.trim() != known(name))
        .map(|(name, value)| (name.clone(), value.trim().to_owned()))
        .collect();
    let onsave = {
        let (desk, card, changed, edits, onsaved) =
            (desk.clone(), view.card, changed.clone(), edits.clone(), props.onsaved.clone());
        Callback::from(move |()| {
            if changed.is_empty() {
                return;
            }
            let key = intention.borrow_mut().key(&changed);
            let (toast, edits, onsaved, intention) =
                (desk.toast.clone(), edits.clone(), onsaved.clone(), intention.clone());
            desk.run(SaveClient { key, card: Some(card), set: changed.clone() }, move |_| {
                intention.borrow_mut().done();
                edits.set(BTreeMap::new());
                toast.emit(Toast::good(t(common::SAVED)));
                onsaved.emit(());
            });
        })
    };
    // Formulas have a section of their own; what was written as text before is still here.
    let shown = |(name, ..): &&(&'static str, Msg, bool, &'static str)| {
        *name != field::FORMULA || !known(name).is_empty() || edits.contains_key(*name)
    };
    let one = |(name, label, long, kind): &(&'static str, Msg, bool, &'static str)| {
        let value = edits.get(*name).cloned().unwrap_or_else(|| known(name).to_owned());
        let oninput = {
            let (edits, name) = (edits.clone(), (*name).to_owned());
            move |v: String| {
                let mut next = (*edits).clone();
                next.insert(name.clone(), v);
                edits.set(next);
            }
        };
        let past = view
            .history
            .get(*name)
            .map(|h| h.iter().filter(|v| !v.is_empty()).take(3).cloned().collect::<Vec<_>>().join(", "));
        html! {
            <div class={classes!("card-field", long.then_some("wide"))} key={*name}>
                <Field label={t(*label)} {value} {oninput} multiline={*long} kind={*kind} onenter={onsave.clone()} test={format!("field-{name}")} />
                if let Some(past) = past.filter(|p| !p.is_empty()) { <span class="muted past"><Icon name="history" />{ fill(words::BEFORE, &[("value", &past)]) }</span> }
            </div>
        }
    };
    let receipt_by = edits.get(field::RECEIPT_BY).map_or_else(|| known(field::RECEIPT_BY), String::as_str).to_owned();
    let onreceipt = {
        let edits = edits.clone();
        move |e: Event| {
            let mut next = (*edits).clone();
            next.insert(field::RECEIPT_BY.to_owned(), select_value(&e));
            edits.set(next);
        }
    };
    html! {
        <div class="card-fields">
            { for FIELDS.iter().filter(shown).map(one) }
            <label class="field card-field">
                <span class="field-label">{ t(sending::RECEIPT_BY) }</span>
                <span class="select"><select onchange={onreceipt} data-test="field-receipt_by">
                    for (name, label) in RECEIPT_BY { <option value={name} selected={receipt_by == name}>{ t(label) }</option> }
                </select><Icon name="chevron-down" /></span>
            </label>
            if !changed.is_empty() {
                <div class="buttons wide">
                    <button class="button primary" onclick={onsave.reform(|_| ())} data-test="client-save"><Icon name="check" />{ count(changed.len() as u64, words::SAVE_CHANGES_ONE, words::SAVE_CHANGES_MANY) }</button>
                    <button class="button quiet" onclick={let e = edits.clone(); move |_| e.set(BTreeMap::new())}>{ t(words::DISCARD) }</button>
                </div>
            }
        </div>
    }
}
