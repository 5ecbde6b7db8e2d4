//! Closing: count first, then learn what was expected, say why it differs, and the Z.

use super::receipt::PaperText;
use crate::browser::{self, Intention};
use crate::parts::{Field, Icon, Toast, input_value};
use crate::terminal::desk::use_desk;
use crate::text::{amount, common, fill, money, t, till as words};
use crate::transport::ask;
use salon_contract::window::{CloseTill, CloseView, Code, Failure};
use salon_domain::kernel::Currency;
use salon_domain::payment::CountLine;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Notes and coins in minor units, largest first.
fn denominations(currency: Currency) -> &'static [i64] {
    match currency.code() {
        "CAD" => &[10_000, 5_000, 2_000, 1_000, 500, 200, 100, 25, 10, 5],
        "USD" => &[10_000, 5_000, 2_000, 1_000, 500, 100, 25, 10, 5, 1],
        "GBP" => &[5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
        "CHF" => &[100_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5],
        "JPY" => &[10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1],
        _ => &[20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
    }
}

#[derive(PartialEq, Properties)]
pub struct CountViewProps {
    pub onclosed: Callback<()>,
    pub onback: Callback<()>,
}

#[component]
pub fn CountView(props: &CountViewProps) -> Html {
    let desk = use_desk();
    let currency = desk.status.currency;
    let pieces = use_state_eq(BTreeMap::<i64, u32>::new);
    let differs = use_state_eq(|| None::<Failure>);
    let reason = use_state_eq(String::new);
    let done = use_state_eq(|| None::<Rc<CloseView>>);
    let intention = use_mut_ref(Intention::default);
    let counted: i64 = pieces.iter().map(|(d, n)| d * i64::from(*n)).sum();
    let close = {
        let (toast, pieces, reason, differs, done) =
            (desk.toast.clone(), pieces.clone(), reason.clone(), differs.clone(), done.clone());
        let onclosed = props.onclosed.clone();
        Callback::from(move |()| {
            if differs.is_some() && reason.trim().is_empty() {
                return browser::focus("[data-test='close-reason']");
            }
            let line = |(d, n): (&i64, &u32)| CountLine { denomination_minor: *d, pieces: *n };
            let count: Vec<CountLine> = pieces.iter().rev().filter(|(_, n)| **n > 0).map(line).collect();
            let why = reason.trim().to_owned();
            let key = intention.borrow_mut().key(&(&count, &why));
            let (toast, differs, done, onclosed) = (toast.clone(), differs.clone(), done.clone(), onclosed.clone());
            spawn_local(async move {
                match ask(CloseTill { key, count, reason: why }).await {
                    Ok(view) => {
                        done.set(Some(Rc::new(view)));
                        onclosed.emit(());
                    }
                    Err(failure) if failure.code == Code::ReasonNeeded => differs.set(Some(failure)),
                    Err(failure) => toast.emit(Toast::failure(&failure)),
                }
            });
        })
    };
    if let Some(view) = (*done).clone() {
        return html! { <ZView {view} onback={props.onback.clone()} /> };
    }
    html! {
        <div class="count">
            <div class="toolbar">
                <button class="button quiet" onclick={props.onback.reform(|_| ())}><Icon name="arrow-left" />{ t(common::BACK) }</button>
                <h2 class="grow">{ t(words::COUNT_TITLE) }</h2>
            </div>
            <p class="muted">{ t(words::COUNT_HOW) }</p>
            <div class="count-rows" style={format!("--rows: {}", denominations(currency).len().div_ceil(2))}>
                for (ix, denomination) in denominations(currency).iter().copied().enumerate() {
                    <CountRow key={denomination} {denomination} {currency} pieces={pieces.get(&denomination).copied().unwrap_or(0)} first={ix == 0}
                        onset={
                            let (pieces, differs) = (pieces.clone(), differs.clone());
                            move |n| {
                                let mut changed = (*pieces).clone();
                                changed.insert(denomination, n);
                                pieces.set(changed);
                                differs.set(None);
                            }
                        } />
                }
            </div>
            <div class="sum total"><span>{ t(words::COUNTED) }</span><span class="num" data-test="counted" data-minor={counted.to_string()}>{ money(counted, currency) }</span></div>
            if let Some(failure) = &*differs {
                <div class="callout caution" role="alert" data-test="close-difference">
                    { figures(failure, currency) }
                    <Field label={t(words::WHY_DIFFERENT)} value={(*reason).clone()} oninput={let r = reason.clone(); move |v| r.set(v)}
                        test="close-reason" autofocus=true onenter={close.clone()} />
                </div>
            }
            <button class="tender blue" disabled={differs.is_some() && reason.trim().is_empty()} onclick={close.reform(|_| ())} data-test="close-confirm">
                <Icon name="lock" />{ t(words::CLOSE_CONFIRM) }
            </button>
        </div>
    }
}

fn figures(failure: &Failure, currency: Currency) -> Html {
    let value = |name: &str| failure.detail.get(name).and_then(|v| v.parse::<i64>().ok()).unwrap_or(0);
    html! {
        <>
            <div class="sum"><span>{ t(words::EXPECTED) }</span><span class="num" data-test="expected">{ money(value("expected_minor"), currency) }</span></div>
            <div class="sum"><strong>{ t(words::DIFFERENCE) }</strong><strong class="num">{ money(value("difference_minor"), currency) }</strong></div>
        </>
    }
}

#[derive(PartialEq, Properties)]
struct CountRowProps {
    denomination: i64,
    currency: Currency,
    pieces: u32,
    first: bool,
    onset: Callback<u32>,
}

const PIECES_MAX: u32 = 99_999;

#[component]
fn CountRow(props: &CountRowProps) -> Html {
    let node = use_node_ref();
    use_effect_with(props.first, {
        let node = node.clone();
        move |first| {
            if let (true, Some(input)) = (*first, node.cast::<web_sys::HtmlElement>()) {
                let _ = input.focus();
            }
        }
    });
    let oninput = props.onset.reform(|e: InputEvent| {
        let digits: String = input_value(&e).chars().filter(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0).min(PIECES_MAX)
    });
    let onkeydown = |e: KeyboardEvent| {
        let step = match e.key().as_str() {
            "Enter" | "ArrowDown" => 1,
            "ArrowUp" => -1,
            _ => return,
        };
        e.prevent_default();
        let fields = browser::find_all(".count-rows input");
        let own = e.target_dyn_into::<web_sys::Element>();
        let at = fields.iter().position(|f| Some(f) == own.as_ref()).unwrap_or(0) as i32 + step;
        let next = usize::try_from(at).ok().and_then(|ix| fields.get(ix));
        if let Some(next) = next.and_then(|n| wasm_bindgen::JsCast::dyn_ref::<web_sys::HtmlElement>(n)) {
            let _ = next.focus();
        } else if step == 1 {
            browser::focus("[data-test='close-confirm']");
        }
    };
    let label = amount(props.denomination, props.currency);
    let shown = if props.pieces == 0 { String::new() } else { props.pieces.to_string() };
    html! {
        <label class="count-row">
            <span class="num count-denomination">{ &label }</span>
            <span class="muted">{ "×" }</span>
            <input ref={node} inputmode="numeric" value={shown} placeholder="0" {oninput} {onkeydown}
                aria-label={fill(words::PIECES_OF, &[("amount", &label)])} data-test={format!("count-{}", props.denomination)} />
            <span class="num count-sum">{ amount(props.denomination * i64::from(props.pieces), props.currency) }</span>
        </label>
    }
}

#[derive(PartialEq, Properties)]
struct ZViewProps {
    view: Rc<CloseView>,
    onback: Callback<()>,
}

#[component]
fn ZView(props: &ZViewProps) -> Html {
    let view = &props.view;
    html! {
        <div class="z" data-test="z-report" data-number={view.report.number.to_string()}>
            <div class="toolbar">
                <h2 class="grow"><Icon name="circle-check" class="good" />{ fill(words::Z_TITLE, &[("number", &view.report.number.to_string())]) }</h2>
                <button class="button" onclick={props.onback.reform(|_| ())}>{ t(common::CLOSE) }</button>
            </div>
            <p class="muted">{ t(words::Z_DONE) }</p>
            <div class="figures">
                <div class="figure"><span class="muted">{ t(words::EXPECTED) }</span><strong class="num">{ money(view.expected_minor, view.currency) }</strong></div>
                <div class="figure"><span class="muted">{ t(words::COUNTED) }</span><strong class="num">{ money(view.report.counted_minor, view.currency) }</strong></div>
                <div class="figure"><span class="muted">{ t(words::DIFFERENCE) }</span><strong class="num">{ money(view.report.difference_minor, view.currency) }</strong></div>
            </div>
            <PaperText lines={view.text.clone()} test="z-text" />
        </div>
    }
}
