use super::aside::put_aside;
use super::card::stage_of;
use super::deposit::DepositPanel;
use super::draft::{Stage, TicketAction};
use super::fees::FeePanel;
use super::line::{DiscountRow, TicketLine};
use super::membership::MemberDues;
use super::offers::{CodePanel, Codes, use_offers};
use super::open::OpenPanel;
use super::rewards::TicketRewards;
use super::split::Parts;
use super::standing::{StaffPanel, Standing};
use super::tenders::Tenders;
use super::tip::TipPanel;
use crate::parts::{Empty, Icon, Toast};
use crate::terminal::book::ClientPicker;
use crate::terminal::clients::AllergyBanner;
use crate::terminal::desk::{Place, use_desk};
use crate::text::{
    amount, book, common, desk as desk_words, fill, loyalty, money, percent_bp, sentence, t, till as words,
};
use salon_contract::window::{Code, Failure, TillView};
use salon_domain::kernel::{Currency, TaxMode};
use salon_domain::payment::{LineKind, PricedTicket, PricingError, TicketDraft, price};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct TicketPaneProps {
    pub till: TillView,
    pub onchanged: Callback<()>,
}

#[component]
pub fn TicketPane(props: &TicketPaneProps) -> Html {
    let desk = use_desk();
    let ticket = &desk.ticket;
    let open_line = use_state_eq(|| None);
    let tool = use_state_eq(|| Tool::None);
    let points = use_state_eq(|| None::<i64>);
    let priced = price(&ticket.draft);
    // An empty ticket has no currency of its own yet.
    let currency = if ticket.draft.lines.is_empty() { desk.status.currency } else { ticket.draft.currency };
    let lines = &ticket.draft.lines;
    let ringing = matches!(ticket.stage, Stage::Ring);
    // The next ticket begins with none open, and of nobody there are no points.
    use_effect_with(ticket.draft.id, {
        let tool = tool.clone();
        move |_| tool.set(Tool::None)
    });
    let open_tool = if points.is_none() && *tool == Tool::Rewards { Tool::None } else { *tool };
    let shut = {
        let tool = tool.clone();
        Callback::from(move |()| tool.set(Tool::None))
    };
    let may_sell_to_staff = desk.catalog.here().is_some_and(|catalog| catalog.staff_discount.is_some());
    let depositing = ticket.draft.terms.deposit;
    let may_code = desk.catalog.here().is_some_and(|catalog| catalog.has_promotions);
    use_offers();
    let total = priced.as_ref().map_or(0, |p| p.total_minor);
    let tips =
        |p: &PricedTicket| -> i64 { p.lines.iter().filter(|l| l.kind == LineKind::Tip).map(|l| l.total_minor).sum() };
    let without_tips = total - priced.as_ref().map_or(0, tips);
    let onclear = {
        let desk = desk.clone();
        move |_: MouseEvent| {
            let (ticket, old) = (desk.ticket.clone(), (*desk.ticket).clone());
            desk.ticket.dispatch(TicketAction::Clear);
            desk.toast.emit(
                Toast::good(t(words::TICKET_CLEARED))
                    .with_undo(move || ticket.dispatch(TicketAction::Restore(Box::new(old.clone())))),
            );
        }
    };
    html! {
        <div class="ticket">
            <div class="ticket-head">
                <ClientOfTicket />
                if ringing && !lines.is_empty() {
                    <button class="button quiet" onclick={let desk = desk.clone(); move |_| put_aside(&desk)} data-test="put-aside"><Icon name="clock" />{ t(words::PUT_ASIDE) }</button>
                    if ticket.parts.is_empty() {
                        <button class="icon-button" aria-label={t(words::CLEAR)} title={t(words::CLEAR)} onclick={onclear} data-test="ticket-clear"><Icon name="trash-2" /></button>
                    }
                }
            </div>
            if let (true, Some(card)) = (ringing, ticket.draft.card) { <MemberDues key={card.to_string()} {card} /> }
            if let Some(card) = ticket.draft.card { <AllergyBanner key={card.to_string()} {card} /> }
            if lines.is_empty() {
                <div class="ticket-lines"><Empty icon="receipt-text" text={t(words::TICKET_EMPTY)} /></div>
            } else {
                <ul class="ticket-lines" inert={!ringing}>
                    for (ix, line) in lines.iter().enumerate() {
                        <TicketLine key={line.id.to_string()} line={line.clone()} open={*open_line == Some(line.id) && ringing}
                            priced={priced.as_ref().ok().and_then(|p| p.lines.get(ix).cloned())}
                            ontoggle={
                                let (open_line, id) = (open_line.clone(), line.id);
                                move |()| open_line.set((*open_line != Some(id)).then_some(id))
                            } />
                    }
                </ul>
            }
            <div class="ticket-foot">
                <div class="sums">{ sums(&ticket.draft, priced.as_ref(), currency) }</div>
                if ringing && !lines.is_empty() {
                    // In a place of its own, and the tools only hidden: a panel is drawn after what stood behind it was taken away.
                    <div class="tool-panel">
                        if open_tool == Tool::Discount || ticket.draft.discount.is_some() {
                            <DiscountRow label={t(words::TICKET_DISCOUNT)} current={ticket.draft.discount}
                                onset={let (ticket, shut) = (ticket.clone(), shut.clone()); move |d| { ticket.dispatch(TicketAction::Discount(d)); shut.emit(()); }} />
                        }
                        if open_tool == Tool::Discount && ticket.draft.discount.is_none() {
                            <button class="button quiet align-start" onclick={shut.reform(|_: MouseEvent| ())}>{ t(common::CANCEL) }</button>
                        }
                    </div>
                    <div class="tool-panel">{ match open_tool {
                        Tool::Tip => html! { <TipPanel base_minor={without_tips} onclose={shut.clone()} /> },
                        Tool::Code => html! { <CodePanel onclose={shut.clone()} /> },
                        Tool::Fee => html! { <FeePanel onclose={shut.clone()} /> },
                        Tool::Staff => html! { <StaffPanel onclose={shut.clone()} /> },
                        Tool::None | Tool::Discount | Tool::Rewards => Html::default(),
                    } }</div>
                    <Codes />
                    <Standing />
                    <div class="tool-panel">
                        <TicketRewards open={open_tool == Tool::Rewards} onpoints={let points = points.clone(); move |n| points.set(n)} onclose={shut} />
                    </div>
                    <div class="tools" role="toolbar" hidden={open_tool != Tool::None}>
                        if ticket.draft.discount.is_none() {
                            { tool_button(&tool, Tool::Discount, "percent", t(words::DISCOUNT), "ticket-discount") }
                        }
                        if may_code { { tool_button(&tool, Tool::Code, "tag", t(words::CODE), "code-open") } }
                        { tool_button(&tool, Tool::Tip, "hand-coins", t(words::TIP), "tip") }
                        { tool_button(&tool, Tool::Fee, "badge-plus", t(desk_words::FEE), "fee-open") }
                        if may_sell_to_staff && ticket.draft.terms.staff_sale.is_none() {
                            { tool_button(&tool, Tool::Staff, "users", t(desk_words::STAFF_SHORT), "staff-open") }
                        }
                        if !depositing && total > ticket.taken_minor() {
                            <button class="tool" title={t(desk_words::TAKE_DEPOSIT)} onclick={let ticket = ticket.clone(); move |_| ticket.dispatch(TicketAction::Deposit(true))} data-test="deposit-open">
                                <Icon name="piggy-bank" />{ t(desk_words::DEPOSIT) }
                            </button>
                        }
                        if let Some(points) = *points {
                            { tool_button(&tool, Tool::Rewards, "sparkles", &fill(loyalty::N_POINTS, &[("n", &points.to_string())]), "rewards-open") }
                        }
                    </div>
                }
                if !ticket.parts.is_empty() {
                    <Parts ticket={ticket.draft.id} parts={ticket.parts.clone()} owed_minor={total - ticket.taken_minor()}
                        onchanged={let ticket = ticket.clone(); move |view| ticket.dispatch(TicketAction::Stage(stage_of(view)))} />
                }
                if depositing && ringing { <DepositPanel owed_minor={total - ticket.taken_minor()} /> }
                if props.till.open.is_none() {
                    <OpenPanel till={props.till.clone()} onopened={props.onchanged.clone()} />
                } else {
                    <Tenders total_minor={total - ticket.taken_minor()} few={open_tool != Tool::None && ringing} ready={priced.is_ok() && (!depositing || ticket.portion_minor.is_some())} onchanged={props.onchanged.clone()} />
                }
            </div>
        </div>
    }
}

/// What can be done to the whole ticket, one at a time: its panel stands where the tools were.
#[derive(Clone, Copy, PartialEq)]
enum Tool {
    None,
    Discount,
    Code,
    Tip,
    Fee,
    Staff,
    Rewards,
}

fn tool_button(tool: &UseStateHandle<Tool>, opens: Tool, icon: &'static str, label: &str, test: &'static str) -> Html {
    let tool = tool.clone();
    html! {
        <button class="tool" onclick={move |_: MouseEvent| tool.set(opens)} data-test={test}><Icon name={icon} />{ label }</button>
    }
}

fn pricing_sentence(error: PricingError) -> String {
    sentence(&Failure::new(match error {
        PricingError::DiscountTooLarge | PricingError::FeeDiscounted => Code::BadDiscount,
        _ => Code::EmptyTicket,
    }))
}

fn sums(draft: &TicketDraft, priced: Result<&PricedTicket, &PricingError>, currency: Currency) -> Html {
    let priced = match priced {
        Ok(priced) => priced,
        Err(error) => {
            return html! {
                <>
                    if *error != PricingError::Empty { <p class="callout bad" role="alert">{ pricing_sentence(*error) }</p> }
                    <div class="sum total"><span>{ t(common::TOTAL) }</span><span class="num" data-test="total" data-minor="0">{ money(0, currency) }</span></div>
                </>
            };
        }
    };
    let inclusive =
        |code: &str| draft.lines.iter().flat_map(|l| &l.rates).any(|r| r.code == code && r.mode == TaxMode::Inclusive);
    html! {
        <>
            if priced.discount_minor != 0 || priced.tax_minor != 0 {
                <div class="sum"><span>{ t(words::SUBTOTAL) }</span><span class="num">{ amount(priced.subtotal_minor, currency) }</span></div>
            }
            if priced.discount_minor != 0 {
                <div class="sum"><span>{ t(words::DISCOUNT) }</span><span class="num">{ amount(-priced.discount_minor, currency) }</span></div>
            }
            if priced.relief_minor != 0 {
                <div class="sum"><span>{ t(desk_words::TAX_TAKEN_OUT) }</span><span class="num" data-test="relief">{ amount(-priced.relief_minor, currency) }</span></div>
            }
            for tax in priced.taxes.iter() {
                <div class="sum muted">
                    if inclusive(&tax.code) {
                        <span>{ fill(words::TAX_IN, &[("code", &tax.code), ("rate", &percent_bp(tax.rate_bp.into()))]) }</span>
                    } else {
                        <span>{ format!("{} {}", tax.code, percent_bp(tax.rate_bp.into())) }</span>
                    }
                    <span class="num">{ amount(tax.tax_minor, currency) }</span>
                </div>
            }
            <div class="sum total">
                <span>{ t(common::TOTAL) }</span>
                <span class="num" data-test="total" data-minor={priced.total_minor.to_string()} aria-live="polite">{ money(priced.total_minor, currency) }</span>
            </div>
        </>
    }
}

#[component]
fn ClientOfTicket() -> Html {
    let desk = use_desk();
    let choosing = use_state_eq(|| false);
    let ticket = &desk.ticket;
    if *choosing && matches!(ticket.stage, Stage::Ring) {
        let done = {
            let (ticket, choosing) = (ticket.clone(), choosing.clone());
            Callback::from(move |client: (salon_domain::kernel::CardId, String)| {
                ticket.dispatch(TicketAction::Client(Some(client)));
                choosing.set(false);
            })
        };
        return html! { <div class="grow"><ClientPicker onchoose={done} onclose={let c = choosing.clone(); move |()| c.set(false)} /></div> };
    }
    let name =
        if ticket.client_name.is_empty() { t(common::WALK_IN_CLIENT).to_owned() } else { ticket.client_name.clone() };
    html! {
        <div class="ticket-client grow">
            <Icon name="users" label={t(words::CLIENT_OF_TICKET)} />
            if let Some(card) = ticket.draft.card {
                <button class="link clip" onclick={desk.go.reform(move |_| Place::client(card))}>{ name }</button>
            } else {
                <span class={classes!("clip", ticket.client_name.is_empty().then_some("muted"))}>{ name }</span>
            }
            if matches!(ticket.stage, Stage::Ring) {
                <button class="button quiet" onclick={let c = choosing.clone(); move |_| c.set(true)} data-test="ticket-client">
                    { t(if ticket.client_name.is_empty() { words::ADD_CLIENT } else { book::CHANGE }) }
                </button>
            }
        </div>
    }
}
