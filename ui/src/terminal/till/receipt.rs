use super::after_tip::AfterTipPanel;
use super::draft::TicketAction;
use super::invoice::InvoicePanel;
use super::refund::RefundPanel;
use super::sending::{SendButtons, SendPanel, Sending, SentList};
use crate::browser::new_key;
use crate::hooks::{Loaded, use_ask, use_heard};
use crate::parts::{Icon, Toast, loaded};
use crate::terminal::desk::{BookAim, Desk, Place, use_desk};
use crate::text::{after, devices, fill, money, t, till as words};
use crate::transport::{Heard, ask};
use salon_contract::window::{
    Messages, Notice, PrintedView, Receipt, ReceiptFormat, Reprint, SaleView, SaveReceipt, SentPaper, Till,
};
use salon_domain::access::Permission;
use salon_domain::kernel::TicketId;
use salon_domain::notification::Channel;
use salon_domain::payment::{Item, Sale, refund_of};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct PaperTextProps {
    pub lines: Vec<String>,
    pub test: &'static str,
}

/// Text as on paper.
#[component]
pub fn PaperText(props: &PaperTextProps) -> Html {
    html! { <pre class="paper" data-test={props.test} tabindex="0">{ props.lines.join("\n") }</pre> }
}

#[derive(PartialEq, Properties)]
pub struct PaidPaneProps {
    pub sale: Rc<SaleView>,
}

/// The ticket is paid: what to give back, the receipt, and on.
#[component]
pub fn PaidPane(props: &PaidPaneProps) -> Html {
    let desk = use_desk();
    let sale = &props.sale.sale;
    let date = desk.ticket.date.clone();
    let onnew = {
        let ticket = desk.ticket.clone();
        Callback::from(move |_: MouseEvent| ticket.dispatch(TicketAction::Clear))
    };
    let onbook = {
        let desk = desk.clone();
        move |_: MouseEvent| {
            desk.ticket.dispatch(TicketAction::Clear);
            desk.go.emit(Place::Book(BookAim { date: date.clone(), open: None }));
        }
    };
    html! {
        <div class="paid" data-test="sale-done" data-number={sale.number.to_string()} data-total={sale.total_minor.to_string()}>
            <div class="paid-head" role="status">
                <Icon name="circle-check" class="good" />
                <div class="grow">
                    <strong>{ t(words::PAID) }</strong>
                    <span class="paid-total num">{ money(sale.total_minor, sale.currency) }</span>
                </div>
                if sale.change_minor > 0 {
                    <span class="paid-change num" data-test="change">{ fill(words::CHANGE_IS, &[("amount", &money(sale.change_minor, sale.currency))]) }</span>
                }
            </div>
            <div class="buttons paid-next">
                <button class="button primary grow" onclick={onnew} data-test="new-ticket"><Icon name="plus" />{ t(words::NEW_TICKET) }</button>
                <button class="button grow" onclick={onbook} data-test="back-to-book"><Icon name="calendar-days" />{ t(words::BACK_TO_BOOK) }</button>
            </div>
            <ReceiptView ticket={sale.ticket} />
        </div>
    }
}

/// The whole sale was given back, and where that is.
fn given_back(desk: &Desk, refund: &Sale) -> Html {
    let ticket = refund.ticket;
    let amount = money(-refund.total_minor, refund.currency);
    let said = if refund.is_void() { after::VOIDED } else { devices::REFUND_DONE };
    html! {
        <p class="callout given-back" role="status" data-test="given-back">
            <Icon name="undo-2" /><span class="grow">{ fill(said, &[("amount", &amount)]) }</span>
            <button class="link" onclick={desk.go.reform(move |_: MouseEvent| Place::Reports(Some(ticket)))}>{ fill(words::RECEIPT, &[("number", &refund.number.to_string())]) }</button>
        </p>
    }
}

/// What is open below the receipt's buttons.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    Refund,
    Void,
    Tip,
    Invoice,
    Send(Sending),
}

/// Whether the sale may be voided: as far as the window can tell, for whoever stands there says it with a PIN.
fn is_voidable(sale: &Sale) -> bool {
    sale.total_minor >= 0 && sale.lines.iter().any(|line| line.given_back.is_none())
}

#[derive(PartialEq, Properties)]
pub struct ReceiptViewProps {
    pub ticket: TicketId,
}

/// A receipt of any sale, whether it is on paper, and what can be done with it.
#[component]
pub fn ReceiptView(props: &ReceiptViewProps) -> Html {
    let desk = use_desk();
    let ticket = props.ticket;
    let receipt = use_ask(Some(Receipt { ticket }));
    let given = use_ask(Some(Receipt { ticket: refund_of(ticket) }));
    let messages = use_ask(Some(Messages { ticket }));
    let till = use_ask(Some(Till {}));
    let open = use_state_eq(|| Open::Nothing);
    let turn = {
        let open = open.clone();
        move |which: Open| {
            let open = open.clone();
            Callback::from(move |()| open.set(if *open == which { Open::Nothing } else { which.clone() }))
        }
    };
    use_heard({
        let (again, given, till) = (receipt.again.clone(), given.again.clone(), till.again.clone());
        let messages = messages.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Messages | Notice::Clients | Notice::Till) | Heard::Reconnected) {
                messages.emit(());
            }
            if matches!(heard, Heard::Notice(Notice::DeviceFault { .. } | Notice::Printing | Notice::Till)) {
                again.emit(());
            }
            if matches!(heard, Heard::Notice(Notice::Till)) {
                given.emit(());
                till.emit(());
            }
        }
    });
    let onreprint = {
        let (toast, again) = (desk.toast.clone(), receipt.again.clone());
        Callback::from(move |_: MouseEvent| {
            let (toast, again) = (toast.clone(), again.clone());
            spawn_local(async move {
                match ask(Reprint { key: new_key(), ticket }).await {
                    Ok(_) => toast.emit(Toast::good(t(words::REPRINTED))),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
                again.emit(());
            });
        })
    };
    loaded(&receipt, |view| {
        let (icon, said) = match view.printed {
            PrintedView::Queued => ("clock", words::PRINT_QUEUED),
            PrintedView::Printed => ("check", words::PRINT_PRINTED),
            PrintedView::Unsure => ("circle-help", words::PRINT_UNSURE),
            PrintedView::Dropped => ("minus", words::PRINT_DROPPED),
            PrintedView::NotAsked => ("printer", words::PRINT_NONE),
        };
        // That there is none yet is an answer too; until there is one, nothing can be given back.
        let not_given = matches!(given.state, Loaded::Failed(_));
        let used_units =
            view.sale.lines.iter().any(|line| line.kind.uses_unit() || matches!(line.item, Item::Membership { .. }));
        let refundable = desk.may(Permission::Refund) && (view.sale.total_minor > 0 || used_units) && not_given;
        let session = till.state.here().and_then(|till| till.open.as_ref().map(|open| open.session));
        let here = session == Some(view.sale.session);
        let voidable = desk.may(Permission::Refund) && here && not_given && is_voidable(&view.sale);
        // A tip is for work that was done; that of a tip's own receipt is said there.
        let tippable = not_given && session.is_some() && view.sale.turnover_minor() > 0;
        let onpdf = {
            let desk = desk.clone();
            move |_: MouseEvent| {
                let toast = desk.toast.clone();
                desk.run(SaveReceipt { ticket, format: ReceiptFormat::Pdf }, move |saved| {
                    toast.emit(Toast::good(fill(devices::PDF_SAVED, &[("path", &saved.path)])));
                });
            }
        };
        let onexchange = {
            let (desk, sale, name) = (desk.clone(), view.sale.clone(), view.client_name.clone());
            Callback::from(move |()| {
                desk.ticket.dispatch(TicketAction::Refund(Box::new(sale.clone()), name.clone()));
                desk.go.emit(Place::Till);
            })
        };
        let onopen = {
            let open = open.clone();
            Callback::from(move |wanted: Sending| {
                let wanted = Open::Send(wanted);
                open.set(if *open == wanted { Open::Nothing } else { wanted });
            })
        };
        let onsend = {
            let (onopen, again) = (onopen.clone(), messages.again.clone());
            Callback::from(move |()| {
                again.emit(());
                onopen.emit(Sending { paper: SentPaper::Invoice, channel: Channel::Email, to: None });
            })
        };
        let (onrefund, onvoid, ontip, oninvoice) =
            (turn(Open::Refund), turn(Open::Void), turn(Open::Tip), turn(Open::Invoice));
        let onshut = {
            let open = open.clone();
            Callback::from(move |()| open.set(Open::Nothing))
        };
        let is = |which: Open| *open == which;
        let sending = if let Open::Send(sending) = &*open { Some(sending.clone()) } else { None };
        html! {
            <div class="receipt">
                <div class="receipt-bar">
                    <span class="muted grow"><Icon name={icon} />{ t(said) }</span>
                    <button class="button" onclick={onreprint} data-test="reprint"><Icon name="printer" />{ t(words::REPRINT) }</button>
                    if let Some(view) = messages.state.here() {
                        <SendButtons {ticket} view={view.clone()} open={sending.as_ref().map(|open| open.channel)} onopen={onopen.clone()} onasked={messages.again.clone()} />
                    }
                </div>
                <div class="tools" role="toolbar">
                    <button class="tool" onclick={onpdf} data-test="receipt-pdf"><Icon name="receipt-text" />{ t(devices::PDF) }</button>
                    <button class="tool" aria-expanded={is(Open::Invoice).to_string()} onclick={oninvoice.reform(|_| ())} data-test="invoice"><Icon name="file-text" />{ t(words::INVOICE) }</button>
                    if tippable { <button class="tool" aria-expanded={is(Open::Tip).to_string()} onclick={ontip.reform(|_| ())} data-test="tip-after"><Icon name="hand-coins" />{ t(words::TIP) }</button> }
                    if voidable { <button class="tool" aria-expanded={is(Open::Void).to_string()} onclick={onvoid.reform(|_| ())} data-test="void"><Icon name="circle-x" />{ t(after::VOID) }</button> }
                    if refundable { <button class="tool" aria-expanded={is(Open::Refund).to_string()} onclick={onrefund.reform(|_| ())} data-test="refund"><Icon name="undo-2" />{ t(words::REFUND) }</button> }
                </div>
                if let Some(messages_view) = messages.state.here() {
                    <SentList view={messages_view.clone()} onagain={onopen} onasked={messages.again.clone()} />
                    if let Some(sent) = sending {
                        <SendPanel key={sent.key()} {ticket} view={messages_view.clone()} open={sent.clone()} onasked={messages.again.clone()} onclose={onshut} />
                    }
                }
                <div class="receipt-panel">{ match &*open {
                    Open::Invoice => html! { <InvoicePanel {ticket} client_name={view.client_name.clone()} {onsend} onclose={oninvoice} /> },
                    Open::Tip if tippable => html! { <AfterTipPanel sale={view.sale.clone()} client_name={view.client_name.clone()} onclose={ontip} /> },
                    Open::Void if voidable => html! { <RefundPanel key="void" sale={view.sale.clone()} voids=true onexchange={Callback::noop()} onclose={onvoid} /> },
                    Open::Refund if refundable => html! { <RefundPanel key="refund" sale={view.sale.clone()} {onexchange} onclose={onrefund} /> },
                    _ => Html::default(),
                } }</div>
                if let Some(refund) = given.state.here() { { given_back(&desk, &refund.sale) } }
                for tip in view.later_tips.iter().copied() {
                    <p class="callout given-back" data-test="later-tip">
                        <Icon name="plus" /><span class="grow">{ fill(after::TIP_GIVEN, &[("amount", &money(tip.total_minor, view.sale.currency))]) }</span>
                        <button class="link" onclick={desk.go.reform(move |_: MouseEvent| Place::Reports(Some(tip.ticket)))}>{ fill(words::RECEIPT, &[("number", &tip.number.to_string())]) }</button>
                    </p>
                }
                <PaperText lines={view.text.clone()} test="receipt-text" />
            </div>
        }
    })
}
