use super::draft::TicketAction;
use super::invoice::InvoicePanel;
use super::refund::RefundPanel;
use super::sending::{SendButtons, SendPanel, Sending, SentList};
use crate::browser::new_key;
use crate::hooks::{Loaded, use_ask, use_heard};
use crate::parts::{Icon, Toast, loaded};
use crate::terminal::desk::{BookAim, Desk, Place, use_desk};
use crate::text::{devices, fill, money, t, till as words};
use crate::transport::{Heard, ask};
use salon_contract::window::{
    Messages, Notice, PrintedView, Receipt, ReceiptFormat, Reprint, SaleView, SaveReceipt, SentPaper,
};
use salon_domain::access::Permission;
use salon_domain::kernel::TicketId;
use salon_domain::notification::Channel;
use salon_domain::payment::{LineKind, Sale, refund_of};
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
    html! {
        <p class="callout given-back" role="status" data-test="given-back">
            <Icon name="undo-2" /><span class="grow">{ fill(devices::REFUND_DONE, &[("amount", &amount)]) }</span>
            <button class="link" onclick={desk.go.reform(move |_: MouseEvent| Place::Reports(Some(ticket)))}>{ fill(words::RECEIPT, &[("number", &refund.number.to_string())]) }</button>
        </p>
    }
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
    let sending = use_state_eq(|| None::<Sending>);
    let giving = use_state_eq(|| false);
    let invoicing = use_state_eq(|| false);
    use_heard({
        let (again, given, messages) = (receipt.again.clone(), given.again.clone(), messages.again.clone());
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Messages | Notice::Clients | Notice::Till) | Heard::Reconnected) {
                messages.emit(());
            }
            if matches!(heard, Heard::Notice(Notice::DeviceFault { .. } | Notice::Printing | Notice::Till)) {
                again.emit(());
            }
            if matches!(heard, Heard::Notice(Notice::Till)) {
                given.emit(());
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
        let used_units = view.sale.lines.iter().any(|line| matches!(line.kind, LineKind::Prepaid { .. }));
        let refundable = desk.may(Permission::Refund) && (view.sale.total_minor > 0 || used_units) && not_given;
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
        let open_sending = {
            let (sending, invoicing) = (sending.clone(), invoicing.clone());
            Callback::from(move |wanted: Sending| {
                invoicing.set(false);
                let shut = sending.as_ref().is_some_and(|open| *open == wanted);
                sending.set((!shut).then_some(wanted));
            })
        };
        let onsend = {
            let (open, again) = (open_sending.clone(), messages.again.clone());
            Callback::from(move |()| {
                again.emit(());
                open.emit(Sending { paper: SentPaper::Invoice, channel: Channel::Email, to: None });
            })
        };
        let onrefund = {
            let giving = giving.clone();
            Callback::from(move |()| giving.set(!*giving))
        };
        html! {
            <div class="receipt">
                <div class="receipt-bar">
                    <span class="muted grow"><Icon name={icon} />{ t(said) }</span>
                    <button class="button" onclick={onreprint} data-test="reprint"><Icon name="printer" />{ t(words::REPRINT) }</button>
                    if let Some(view) = messages.state.here() {
                        <SendButtons {ticket} view={view.clone()} open={sending.as_ref().map(|open| open.channel)} onopen={open_sending.clone()} onasked={messages.again.clone()} />
                    }
                    <button class="button quiet" onclick={onpdf} data-test="receipt-pdf"><Icon name="receipt-text" />{ t(devices::PDF) }</button>
                    <button class="button quiet" aria-expanded={invoicing.to_string()} onclick={let i = invoicing.clone(); move |_| i.set(!*i)} data-test="invoice">{ t(words::INVOICE) }</button>
                    if refundable { <button class="button quiet" aria-expanded={giving.to_string()} onclick={onrefund.reform(|_| ())} data-test="refund"><Icon name="undo-2" />{ t(words::REFUND) }</button> }
                </div>
                if let Some(messages_view) = messages.state.here() {
                    <SentList view={messages_view.clone()} onagain={open_sending.clone()} onasked={messages.again.clone()} />
                    if let Some(open) = sending.as_ref() {
                        <SendPanel key={open.key()} {ticket} view={messages_view.clone()} open={open.clone()} onasked={messages.again.clone()} onclose={let s = sending.clone(); move |()| s.set(None)} />
                    }
                }
                if *invoicing { <InvoicePanel {ticket} client_name={view.client_name.clone()} {onsend} onclose={let i = invoicing.clone(); move |()| i.set(false)} /> }
                if let Some(refund) = given.state.here() { { given_back(&desk, &refund.sale) } }
                if refundable && *giving { <RefundPanel sale={view.sale.clone()} {onexchange} onclose={onrefund} /> }
                <PaperText lines={view.text.clone()} test="receipt-text" />
            </div>
        }
    })
}
