//! A receipt or invoice to its client by e-mail or text message: one tap where the address is known, and how it stands.

use crate::browser::Intention;
use crate::parts::{Choice, Field, Icon, Segments, Toast, use_opened};
use crate::terminal::desk::use_desk;
use crate::text::{common, fill, sending as words, t};
use crate::transport::ask;
use salon_contract::window::{
    ChannelView, Code, DropMessage, MessageRow, MessageStands, MessagesView, SendPaper, SentPaper,
};
use salon_domain::kernel::{MessageId, TicketId};
use salon_domain::notification::Channel;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What the panel is open for.
#[derive(Debug, Clone, PartialEq)]
pub struct Sending {
    pub paper: SentPaper,
    pub channel: Channel,
    /// What failed, and where it was to go.
    pub to: Option<(MessageId, String)>,
}

impl Sending {
    /// Tells one panel from another.
    pub fn key(&self) -> String {
        let again = self.to.as_ref().map(|(message, _)| message.to_string()).unwrap_or_default();
        format!("{} {} {again}", self.paper.name(), self.channel.name())
    }

    const fn receipt(channel: Channel) -> Self {
        Sending { paper: SentPaper::Receipt, channel, to: None }
    }
}

const fn of(view: &MessagesView, channel: Channel) -> &ChannelView {
    match channel {
        Channel::Email => &view.email,
        Channel::Text => &view.text,
    }
}

const fn icon(channel: Channel) -> &'static str {
    match channel {
        Channel::Email => "mail",
        Channel::Text => "message-square",
    }
}

/// Whether the receipt has gone, or is going, to the address that is known.
fn is_under_way(view: &MessagesView, channel: Channel) -> bool {
    let known = &of(view, channel).masked;
    view.sent.iter().any(|row| {
        let same = row.channel == channel && row.paper == SentPaper::Receipt && row.to == *known;
        same && !matches!(row.stands, MessageStands::Failed { .. })
    })
}

#[derive(PartialEq, Properties)]
pub struct SendButtonsProps {
    pub ticket: TicketId,
    pub view: Rc<MessagesView>,
    /// Of the panel that is open.
    pub open: Option<Channel>,
    pub onopen: Callback<Sending>,
    pub onasked: Callback<()>,
}

/// Email and Text, beside Print.
#[component]
pub fn SendButtons(props: &SendButtonsProps) -> Html {
    html! {
        for channel in Channel::ALL {
            <SendButton key={channel.name()} ticket={props.ticket} view={props.view.clone()} {channel}
                open={props.open == Some(channel)} onopen={props.onopen.clone()} onasked={props.onasked.clone()} />
        }
    }
}

#[derive(PartialEq, Properties)]
struct SendButtonProps {
    ticket: TicketId,
    view: Rc<MessagesView>,
    channel: Channel,
    open: bool,
    onopen: Callback<Sending>,
    onasked: Callback<()>,
}

#[component]
fn SendButton(props: &SendButtonProps) -> Html {
    let desk = use_desk();
    let intention = use_mut_ref(Intention::default);
    let (channel, ticket) = (props.channel, props.ticket);
    let known = of(&props.view, channel);
    let one_tap = known.set_up != Some(false) && !known.address.is_empty() && !is_under_way(&props.view, channel);
    let (plain, to_known) = match channel {
        Channel::Email => (words::EMAIL, words::EMAIL_TO),
        Channel::Text => (words::TEXT, words::TEXT_TO),
    };
    let label = if one_tap { fill(to_known, &[("to", &known.masked)]) } else { t(plain).to_owned() };
    let onopen = props.onopen.reform(move |_: MouseEvent| Sending::receipt(channel));
    let onsend = {
        let (toast, onasked, to) = (desk.toast.clone(), props.onasked.clone(), known.address.clone());
        Callback::from(move |_: MouseEvent| {
            let key = intention.borrow_mut().key(&(ticket, channel, &to));
            let paper = SentPaper::Receipt;
            let question = SendPaper { key, ticket, paper, channel, to: to.clone(), keep: false };
            let (toast, onasked) = (toast.clone(), onasked.clone());
            let intention = intention.clone();
            spawn_local(async move {
                match ask(question).await {
                    Ok(_) => toast.emit(Toast::good(t(words::ASKED))),
                    Err(failure) => {
                        intention.borrow_mut().done();
                        toast.emit(Toast::failure(&failure));
                    }
                }
                onasked.emit(());
            });
        })
    };
    html! {
        <>
            <button class="button" onclick={if one_tap { onsend } else { onopen.clone() }} aria-expanded={(!one_tap).then(|| props.open.to_string())} data-test={format!("send-{}", channel.name())}>
                <Icon name={icon(channel)} />{ label }
            </button>
            if one_tap {
                <button class="icon-button" onclick={onopen} title={t(words::OTHER_ADDRESS)} aria-label={t(words::OTHER_ADDRESS)} aria-expanded={props.open.to_string()} data-test={format!("send-{}-other", channel.name())}>
                    <Icon name="pencil" />
                </button>
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
pub struct SendPanelProps {
    pub ticket: TicketId,
    pub view: Rc<MessagesView>,
    pub open: Sending,
    pub onasked: Callback<()>,
    pub onclose: Callback<()>,
}

/// Where to, and what.
#[component]
pub fn SendPanel(props: &SendPanelProps) -> Html {
    let desk = use_desk();
    let (channel, ticket) = (props.open.channel, props.ticket);
    let known = of(&props.view, channel).clone();
    let to = use_state_eq(|| props.open.to.as_ref().map_or_else(|| known.address.clone(), |(_, to)| to.clone()));
    let paper = use_state_eq(|| props.open.paper);
    let keep = use_state_eq(|| known.address.is_empty());
    let wrong = use_state_eq(|| false);
    let busy = use_state_eq(|| false);
    let intention = use_mut_ref(Intention::default);
    let panel = use_opened((!*busy).then(|| props.onclose.clone()));
    let may_keep = props.view.client && to.trim() != known.address;
    let ready = !to.trim().is_empty() && !*busy;
    let send = {
        let (toast, busy, wrong) = (desk.toast.clone(), busy.clone(), wrong.clone());
        let (onasked, onclose) = (props.onasked.clone(), props.onclose.clone());
        let (to, paper, keep) = ((*to).clone(), *paper, *keep && may_keep);
        Callback::from(move |()| {
            if !ready {
                return;
            }
            let key = intention.borrow_mut().key(&(ticket, paper, channel, &to, keep));
            let question = SendPaper { key, ticket, paper, channel, to: to.clone(), keep };
            let (toast, busy, wrong) = (toast.clone(), busy.clone(), wrong.clone());
            let (onasked, onclose) = (onasked.clone(), onclose.clone());
            busy.set(true);
            spawn_local(async move {
                let asked = ask(question).await;
                onasked.emit(());
                match asked {
                    Ok(_) => {
                        toast.emit(Toast::good(t(words::ASKED)));
                        onclose.emit(());
                    }
                    Err(failure) => {
                        wrong.set(failure.code == Code::AddressWrong);
                        toast.emit(Toast::failure(&failure));
                        busy.set(false);
                    }
                }
            });
        })
    };
    if known.set_up == Some(false) {
        return html! {
            <div ref={panel} class="card-panel decide" data-test="send-panel">
                <p class="callout caution" role="status" data-test="not-set-up"><Icon name="triangle-alert" /><span class="grow">{ t(words::not_set_up(channel)) }</span></p>
                <div class="buttons"><button class="button" onclick={props.onclose.reform(|_| ())}>{ t(common::CLOSE) }</button></div>
            </div>
        };
    }
    let (label, kind, inputmode) = match channel {
        Channel::Email => (words::BY_EMAIL, "email", "email"),
        Channel::Text => (words::BY_TEXT, "tel", "tel"),
    };
    let papers = [SentPaper::Receipt, SentPaper::Invoice].map(|p| Choice::new(p.name(), t(words::paper(p))));
    let with_invoice = props.view.invoice.is_some() && channel == Channel::Email;
    html! {
        <div ref={panel} class="card-panel decide" data-test="send-panel">
            if with_invoice {
                <Segments label={t(words::WHAT)} choices={papers.to_vec()} chosen={paper.name()} onchoose={let p = paper.clone(); move |name: String| p.set(SentPaper::named(&name).unwrap_or(SentPaper::Receipt))} />
            }
            <Field label={t(label)} {kind} inputmode={AttrValue::Static(inputmode)} value={(*to).clone()} oninput={let (t, w) = (to.clone(), wrong.clone()); move |v| { t.set(v); w.set(false); }} onenter={send.clone()} autofocus=true invalid={*wrong} test="send-to" />
            if may_keep {
                <label class="check-line"><input type="checkbox" checked={*keep} onchange={let k = keep.clone(); move |_| k.set(!*k)} data-test="send-keep" />{ t(words::KEEP) }</label>
            }
            <div class="buttons">
                <button class="button primary" disabled={!ready} onclick={send.reform(|_| ())} data-test="send-now"><Icon name={icon(channel)} />{ t(words::SEND) }</button>
                <button class="button quiet" onclick={props.onclose.reform(|_| ())}>{ t(common::CANCEL) }</button>
            </div>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct SentListProps {
    pub view: Rc<MessagesView>,
    pub onagain: Callback<Sending>,
    pub onasked: Callback<()>,
}

/// What was sent, and how it stands.
#[component]
pub fn SentList(props: &SentListProps) -> Html {
    let desk = use_desk();
    let onleave = {
        let (desk, onasked) = (desk.clone(), props.onasked.clone());
        Callback::from(move |message: MessageId| {
            let onasked = onasked.clone();
            desk.run(DropMessage { message }, move |_| onasked.emit(()));
        })
    };
    if props.view.sent.is_empty() {
        return Html::default();
    }
    html! {
        <ul class="sent-list" aria-label={t(words::SENT)} aria-live="polite">
            for row in props.view.sent.iter() { { sent_row(row, &props.onagain, &onleave) } }
        </ul>
    }
}

fn sent_row(row: &MessageRow, onagain: &Callback<Sending>, onleave: &Callback<MessageId>) -> Html {
    let message = row.message;
    let (icon, tone, state) = match row.stands {
        MessageStands::Waiting => ("cloud-off", "", "waiting"),
        MessageStands::Handed => ("clock", "", "handed"),
        MessageStands::Sent => ("check", "good", "sent"),
        MessageStands::Failed { .. } => ("triangle-alert", "bad", "failed"),
    };
    let why = match row.stands {
        MessageStands::Failed { why } => Some(why),
        _ => None,
    };
    let said = fill(words::stands(row.channel, row.stands), &[("to", &row.to)]);
    let again = {
        let to = (!row.address.is_empty()).then(|| (row.message, row.address.clone()));
        let wanted = Sending { paper: row.paper, channel: row.channel, to };
        onagain.reform(move |_: MouseEvent| wanted.clone())
    };
    html! {
        <li key={row.message.to_string()} class="sent-row" data-test="sent-row" data-state={state}>
            <Icon name={icon} class={classes!(tone)} />
            <span class="grow">
                { t(words::paper(row.paper)) }{ " · " }{ said }
                if let Some(why) = why { { " " }{ t(words::reason(why)) } }
            </span>
            if why.is_some() {
                <button class="button quiet" onclick={again} data-test="send-again">{ t(common::TRY_AGAIN) }</button>
                <button class="button quiet" onclick={onleave.reform(move |_: MouseEvent| message)} data-test="send-leave">{ t(words::LEAVE) }</button>
            }
        </li>
    }
}
