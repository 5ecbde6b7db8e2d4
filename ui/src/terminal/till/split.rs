//! Paying in parts: how much the next tender takes, the ways besides card and cash, and what was taken already.

use super::tenders::pay;
use crate::browser::Intention;
use crate::hooks::use_ask;
use crate::parts::{Choice, Field, Icon, Segments, SpokenPanel, Toast, select_value, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{amount, common, credit, desk as desk_words, fill, gift, money, parse_amount, t, till as words};
use crate::transport::ask;
use salon_contract::window::{GivePartBack, PayBy, PaymentView, StaffList};
use salon_domain::access::Permission;
use salon_domain::kernel::{Money, TicketId};
use salon_domain::payment::{TakenPart, Tender, TenderKind};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What a tender is called.
pub fn tender_name(tender: &Tender) -> String {
    match &tender.kind {
        TenderKind::Cash { .. } => t(words::CASH).to_owned(),
        TenderKind::Card { brand, .. } if !brand.is_empty() => brand.clone(),
        TenderKind::Card { .. } => t(words::CARD).to_owned(),
        TenderKind::BankTransfer { .. } => t(words::BANK_TRANSFER).to_owned(),
        TenderKind::Wallet { provider, .. } => provider.clone(),
        TenderKind::Cheque { .. } => t(words::CHEQUE).to_owned(),
        TenderKind::GiftCard { .. } => t(gift::GIFT_CARD).to_owned(),
        TenderKind::AccountCredit { .. } => t(credit::CREDIT).to_owned(),
    }
}

#[derive(PartialEq, Properties)]
pub struct PortionProps {
    pub owed_minor: i64,
    pub onset: Callback<Option<i64>>,
    pub onclose: Callback<()>,
}

/// How much of what is owed the next tender takes.
#[component]
pub fn Portion(props: &PortionProps) -> Html {
    let desk = use_desk();
    let typed = use_state_eq(String::new);
    let currency = desk.ticket.draft.currency;
    let owed = props.owed_minor;
    let parsed = parse_amount(&typed, currency).filter(|minor| (1..owed).contains(minor));
    let apply = {
        let onset = props.onset.clone();
        Callback::from(move |()| {
            if parsed.is_some() {
                onset.emit(parsed);
            }
        })
    };
    let share = |label: &str, minor: i64| {
        let onset = props.onset.clone();
        html! {
            <button class="chip big num" onclick={move |_| onset.emit(Some(minor))}>{ format!("{label} {}", amount(minor, currency)) }</button>
        }
    };
    let panel = use_opened(Some(props.onclose.clone()));
    // The last one pays what is left, so that no cent is lost between them.
    html! {
        <div ref={panel} class="portion" data-test="portion">
            <p class="muted">{ t(words::PORTION_HOW) }</p>
            <div class="cash-quick">
                { share("½", owed.div_euclid(2)) }
                { share("⅓", owed.div_euclid(3)) }
                { share("¼", owed.div_euclid(4)) }
            </div>
            <div class="portion-row">
                <Field label={t(words::PORTION)} value={(*typed).clone()} placeholder={amount(owed, currency)} inputmode="decimal"
                    oninput={let typed = typed.clone(); move |v| typed.set(v)} onenter={apply.clone()} autofocus=true test="portion-amount" />
                <button class="button primary" disabled={parsed.is_none()} onclick={apply.reform(|_| ())} data-test="portion-set">{ t(words::PORTION_SET) }</button>
                <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}

const TRANSFER: &str = "bank_transfer";
const WALLET: &str = "wallet";
const CHEQUE: &str = "cheque";

#[derive(PartialEq, Properties)]
pub struct OtherTenderProps {
    pub amount_minor: i64,
    pub onclose: Callback<()>,
}

/// Bank transfer, wallet or cheque: seen by the cashier, and noted.
#[component]
pub fn OtherTender(props: &OtherTenderProps) -> Html {
    let desk = use_desk();
    let busy = use_state_eq(|| false);
    let kind = use_state_eq(|| TRANSFER.to_owned());
    let provider = use_state_eq(String::new);
    let reference = use_state_eq(String::new);
    let panel = use_opened(Some(props.onclose.clone()));
    let choices = vec![
        Choice::new(TRANSFER, t(words::BANK_TRANSFER)),
        Choice::new(WALLET, t(words::WALLET)),
        Choice::new(CHEQUE, t(words::CHEQUE)),
    ];
    let ready = match kind.as_str() {
        WALLET => !provider.trim().is_empty(),
        CHEQUE => !reference.trim().is_empty(),
        _ => true,
    };
    let take = {
        let (desk, busy) = (desk.clone(), busy.clone());
        let reference = reference.trim().to_owned();
        let by = match kind.as_str() {
            WALLET => PayBy::Wallet { provider: provider.trim().to_owned(), reference },
            CHEQUE => PayBy::Cheque { number: reference },
            _ => PayBy::BankTransfer { reference },
        };
        Callback::from(move |()| {
            if ready {
                pay(&desk, by.clone(), busy.clone());
            }
        })
    };
    let label = if *kind == CHEQUE { words::CHEQUE_NUMBER } else { words::REFERENCE };
    html! {
        <div ref={panel} class="cash" data-test="other-tender">
            <Segments label={t(words::OTHER_TENDER)} {choices} chosen={(*kind).clone()} onchoose={let k = kind.clone(); move |v| k.set(v)} />
            if *kind == WALLET {
                <Field label={t(words::WALLET_PROVIDER)} value={(*provider).clone()} placeholder="TWINT, PayPal, …"
                    oninput={let p = provider.clone(); move |v| p.set(v)} autofocus=true test="other-provider" />
            }
            <Field label={t(label)} value={(*reference).clone()} oninput={let r = reference.clone(); move |v| r.set(v)}
                onenter={take.clone()} test="other-reference" />
            <div class="tenders">
                <button class="tender pink" disabled={!ready || *busy} onclick={take.reform(|_| ())} data-test="other-confirm">
                    <Icon name="check" />{ fill(words::OTHER_TAKE, &[("amount", &money(props.amount_minor, desk.ticket.draft.currency))]) }
                </button>
                <button class="tender" onclick={props.onclose.reform(|_| ())}>{ t(common::BACK) }</button>
            </div>
        </div>
    }
}

/// Whether so much of this kind of tender was not given back yet.
fn is_there(parts: &[TakenPart], part: &TakenPart) -> bool {
    let of_kind = parts.iter().filter(|other| other.tender.kind.name() == part.tender.kind.name());
    of_kind.map(|other| other.tender.amount_minor).sum::<i64>() >= part.tender.amount_minor
}

#[derive(PartialEq, Properties)]
pub struct PartsProps {
    pub ticket: TicketId,
    pub parts: Vec<TakenPart>,
    /// What is left to pay.
    pub owed_minor: i64,
    /// Nothing is to be paid any more: it is held, and somebody decides what becomes of it.
    #[prop_or_default]
    pub held: bool,
    pub onchanged: Callback<PaymentView>,
}

/// What was taken for a ticket, each with a way back.
#[component]
pub fn Parts(props: &PartsProps) -> Html {
    let desk = use_desk();
    let giving = use_state_eq(|| None);
    let currency = desk.ticket.draft.currency;
    html! {
        <div class="taken" data-test="parts">
            for part in props.parts.iter() {
                <div class="sum taken-part" data-test="part">
                    <span class="clip">{ if part.deposit { format!("{} · {}", t(desk_words::DEPOSIT), tender_name(&part.tender)) } else { tender_name(&part.tender) } }</span>
                    <span class="num">{ amount(part.tender.amount_minor, currency) }</span>
                    if part.tender.amount_minor > 0 && is_there(&props.parts, part) {
                        <button class="icon-button" aria-label={t(words::PART_BACK)} title={t(words::PART_BACK)} data-test="part-back"
                            onclick={let (g, part) = (giving.clone(), part.clone()); move |_| g.set(Some(part.clone()))}><Icon name="undo-2" /></button>
                    }
                </div>
            }
            <div class="sum total owed">
                <span>{ t(match (props.held, props.owed_minor < 0) { (true, _) => desk_words::HELD_NOW, (_, true) => words::TOO_MUCH, _ => words::STILL_OWED }) }</span>
                <span class="num" data-test="owed" data-minor={props.owed_minor.to_string()} aria-live="polite">{ money(props.owed_minor.abs(), currency) }</span>
            </div>
            if let Some(part) = &*giving {
                <PartBack ticket={props.ticket} part={part.clone()} onclose={let g = giving.clone(); move |()| g.set(None)}
                    ondone={let (g, onchanged) = (giving.clone(), props.onchanged.clone()); move |view| { g.set(None); onchanged.emit(view); }} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct PartBackProps {
    ticket: TicketId,
    part: TakenPart,
    onclose: Callback<()>,
    ondone: Callback<PaymentView>,
}

/// A manager gives a part back.
#[component]
fn PartBack(props: &PartBackProps) -> Html {
    let desk = use_desk();
    let staff = use_ask(Some(StaffList {}));
    let manager = use_state_eq(String::new);
    let pin = use_state_eq(String::new);
    let reason = use_state_eq(String::new);
    let busy = use_state_eq(|| false);
    let intention = use_mut_ref(Intention::default);
    let panel = use_opened((!*busy).then(|| props.onclose.clone()));
    let managers: Vec<_> = staff
        .state
        .here()
        .map(|list| list.iter().filter(|s| s.role.allows(Permission::Refund)).cloned().collect())
        .unwrap_or_default();
    let own = managers.iter().find(|m| m.staff == desk.me.staff).or(managers.first()).map(|m| m.staff);
    let chosen = manager.parse().ok().or(own);
    let ready = chosen.is_some() && !pin.is_empty() && !reason.trim().is_empty() && !*busy;
    let total = Money::new(props.part.tender.amount_minor, desk.ticket.draft.currency);
    let give = {
        let (toast, busy, ondone) = (desk.toast.clone(), busy.clone(), props.ondone.clone());
        let (ticket, part, recheck) = (props.ticket, props.part.part, desk.recheck.clone());
        let (pin, reason) = ((*pin).clone(), reason.trim().to_owned());
        Callback::from(move |()| {
            let (Some(manager), true) = (chosen, ready) else { return };
            let key = intention.borrow_mut().key(&(part, manager, &reason));
            let question = GivePartBack { key, ticket, part, manager, pin: pin.clone(), reason: reason.clone() };
            let (toast, busy, ondone, recheck) = (toast.clone(), busy.clone(), ondone.clone(), recheck.clone());
            busy.set(true);
            spawn_local(async move {
                match ask(question).await {
                    Ok(view) => ondone.emit(view),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
                busy.set(false);
                recheck.emit(());
            });
        })
    };
    html! {
        <div ref={panel}>
            <SpokenPanel class="decide" test="part-back-panel">
                <p><strong>{ fill(words::PART_BACK_HOW, &[("amount", &total.to_string()), ("tender", &tender_name(&props.part.tender))]) }</strong></p>
                <div class="decide-who">
                    <label class="field"><span class="field-label">{ t(words::DECIDE_WHO) }</span>
                        <span class="select"><select onchange={let m = manager.clone(); move |e: Event| m.set(select_value(&e))}>
                            for tile in managers { <option value={tile.staff.to_string()} selected={chosen == Some(tile.staff)}>{ tile.name }</option> }
                        </select><Icon name="chevron-down" /></span></label>
                    <Field label={t(common::PIN)} kind="password" inputmode="numeric" value={(*pin).clone()} oninput={let p = pin.clone(); move |v| p.set(v)} autofocus=true test="part-pin" />
                </div>
                <Field label={t(common::REASON)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)} onenter={give.clone()} test="part-reason" />
                <div class="buttons">
                    <button class="button primary" disabled={!ready} onclick={give.reform(|_| ())} data-test="part-give"><Icon name="undo-2" />{ t(words::PART_BACK) }</button>
                    <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
                </div>
            </SpokenPanel>
        </div>
    }
}
