//! What the back bar uses for a line: the recipe, or what somebody says it really was.

use super::draft::{TicketAction, product_name};
use crate::parts::{Icon, input_value, select_value};
use crate::terminal::desk::use_desk;
use crate::text::{back_bar as words, fill, t};
use salon_contract::window::CatalogView;
use salon_domain::catalog::{Product, Usage};
use salon_domain::inventory::uses_of;
use salon_domain::kernel::ProductId;
use salon_domain::payment::{Item, LineDraft, LineKind};
use yew::prelude::*;

/// Whether a line uses something up when it is sold.
pub fn uses_up(line: &LineDraft) -> bool {
    let kind = matches!(line.kind, LineKind::Sale | LineKind::Prepaid { .. });
    kind && matches!(line.item, Item::Service(_)) && line.terms.given_back.is_none()
}

#[derive(PartialEq, Properties)]
pub struct UsedProps {
    pub line: LineDraft,
}

fn uses(line: &LineDraft, catalog: &CatalogView) -> Vec<Usage> {
    let recipe = match line.item {
        Item::Service(id) => catalog.services.iter().find(|s| s.id == id).map(|s| s.uses.as_slice()),
        _ => None,
    };
    uses_of(recipe.unwrap_or_default(), line.quantity, line.terms.used.as_deref())
}

#[component]
pub fn Used(props: &UsedProps) -> Html {
    let desk = use_desk();
    let open = use_state_eq(|| false);
    let Some(catalog) = desk.catalog.here().cloned() else { return Html::default() };
    let line = &props.line;
    let uses = uses(line, &catalog);
    let product = |id: ProductId| catalog.products.iter().find(|p| p.id == id);
    let said: Vec<String> = uses
        .iter()
        .map(|usage| {
            let product = product(usage.product);
            let name = product.map_or_else(|| t(words::SOME_PRODUCT).to_owned(), product_name);
            format!("{} {name}", words::quantity(usage.milli, product.and_then(|p| p.pack)))
        })
        .collect();
    let said = if said.is_empty() { t(words::USED_NOTHING).to_owned() } else { said.join(" · ") };
    let set = {
        let (ticket, id) = (desk.ticket.clone(), line.id);
        Callback::from(move |used: Option<Vec<Usage>>| ticket.dispatch(TicketAction::Used(id, used)))
    };
    let changed = line.terms.used.is_some();
    html! {
        <div class="used" data-test="used">
            <button class="button quiet align-start" aria-expanded={open.to_string()} onclick={let o = open.clone(); move |_| o.set(!*o)} data-test="used-open">
                <Icon name="package" /><span class="clip">{ format!("{}: {said}", t(words::BACK_BAR)) }</span>
                if changed { <span class="tagged">{ t(words::BY_HAND) }</span> }
            </button>
            if *open { <UsedEditor {uses} {changed} {catalog} onset={set} /> }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct UsedEditorProps {
    uses: Vec<Usage>,
    changed: bool,
    catalog: std::rc::Rc<CatalogView>,
    onset: Callback<Option<Vec<Usage>>>,
}

#[component]
fn UsedEditor(props: &UsedEditorProps) -> Html {
    let UsedEditorProps { uses, catalog, onset, .. } = props;
    let change = |at: usize, usage: Option<Usage>| {
        let mut next = uses.clone();
        match usage {
            Some(usage) => next[at] = usage,
            None => drop(next.remove(at)),
        }
        Some(next)
    };
    let row = |at: usize, usage: Usage| {
        let product = catalog.products.iter().find(|p| p.id == usage.product).cloned();
        let onamount = {
            let (onset, uses) = (onset.clone(), uses.clone());
            Callback::from(move |milli: i64| {
                let mut next = uses.clone();
                next[at].milli = milli;
                onset.emit(Some(next));
            })
        };
        let gone = change(at, None);
        html! { <UsedRow key={usage.product.to_string()} {usage} {product} {onamount} onremove={onset.reform(move |()| gone.clone())} /> }
    };
    let onadd = {
        let (onset, uses) = (onset.clone(), uses.clone());
        move |event: Event| {
            let Ok(product) = select_value(&event).parse::<ProductId>() else { return };
            if uses.iter().all(|usage| usage.product != product) {
                let mut next = uses.clone();
                // A tenth of a unit, until somebody says how much.
                next.push(Usage { product, milli: 100 });
                onset.emit(Some(next));
            }
        }
    };
    let free = catalog.products.iter().filter(|p| uses.iter().all(|usage| usage.product != p.id));
    html! {
        <div class="used-rows">
            for (at, usage) in uses.iter().enumerate() { { row(at, *usage) } }
            <div class="line-row">
                // A new one each time, or the browser would go on showing what was chosen.
                <label class="select grow" key={uses.len()}><span class="hidden-label">{ t(words::ADD_PRODUCT) }</span>
                    <select onchange={onadd} data-test="used-add">
                        <option value="" selected=true>{ t(words::ADD_PRODUCT) }</option>
                        for product in free { <option value={product.id.to_string()}>{ product_name(product) }</option> }
                    </select><Icon name="chevron-down" /></label>
                if props.changed {
                    <button class="chip" onclick={onset.reform(|_| None)} data-test="used-recipe"><Icon name="undo-2" />{ t(words::BY_RECIPE) }</button>
                }
            </div>
            <p class="muted used-note">{ t(words::KEPT) }</p>
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct UsedRowProps {
    usage: Usage,
    /// None for one that is not sold any more.
    product: Option<Product>,
    onamount: Callback<i64>,
    onremove: Callback<()>,
}

/// An amount counts as soon as it is one; what is being typed stays as it is typed.
#[component]
fn UsedRow(props: &UsedRowProps) -> Html {
    let pack = props.product.as_ref().and_then(|p| p.pack);
    let milli = props.usage.milli;
    let typed = use_state_eq(|| words::content(milli, pack));
    let name = props.product.as_ref().map_or_else(|| t(words::SOME_PRODUCT).to_owned(), product_name);
    // It was changed otherwise, by the recipe or the quantity.
    let text = match words::parse_content(&typed, pack) {
        Some(known) if known != milli => words::content(milli, pack),
        _ => (*typed).clone(),
    };
    let invalid = words::parse_content(&text, pack).is_none();
    let oninput = {
        let (typed, onamount) = (typed.clone(), props.onamount.clone());
        move |event: InputEvent| {
            let value = input_value(&event);
            if let Some(milli) = words::parse_content(&value, pack) {
                onamount.emit(milli);
            }
            typed.set(value);
        }
    };
    html! {
        <div class="line-row">
            <span class="grow clip">{ &name }</span>
            <input class="discount-input num" inputmode="decimal" value={text} aria-label={fill(words::AMOUNT_OF, &[("name", &name)])}
                aria-invalid={invalid.then_some("true")} {oninput} data-test="used-amount" />
            <span class="muted used-unit">{ words::unit_of(pack) }</span>
            <button class="icon-button" aria-label={fill(words::NOT_THIS, &[("name", &name)])} onclick={props.onremove.reform(|_| ())} data-test="used-remove"><Icon name="x" /></button>
        </div>
    }
}
