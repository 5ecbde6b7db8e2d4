//! What is on the shelf, and what is running low.

use super::desk::use_desk;
use crate::hooks::{use_ask, use_heard, use_settled};
use crate::parts::{Empty, Field, Icon, loaded};
use crate::text::{back_bar, money, place as words, t};
use crate::transport::Heard;
use salon_contract::window::{Notice, Stock, StockRow};
use yew::prelude::*;

const ROWS_MAX: u16 = 300;

#[component]
pub fn StockScreen() -> Html {
    let desk = use_desk();
    let text = use_state_eq(String::new);
    let low_only = use_state_eq(|| false);
    let settled = use_settled(text.trim().to_owned(), 80);
    let stock = use_ask(Some(Stock { text: settled, low_only: *low_only, limit: ROWS_MAX }));
    use_heard({
        let again = stock.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Stock | Notice::Catalog) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let line = |row: &StockRow| {
        let low = row.level_milli <= row.par_min * 1000;
        html! {
            <tr key={row.product.to_string()} data-test="stock-row" data-name={row.name.clone()}>
                <td><strong>{ &row.name }</strong><span class="muted stock-brand">{ &row.brand }</span></td>
                <td class="muted num narrow">{ &row.sku }</td>
                <td class="num end"><strong data-test="stock-level">{ back_bar::units(row.level_milli) }</strong></td>
                <td>
                    if row.level_milli < 0 { <span class="tagged bad"><Icon name="triangle-alert" />{ t(words::BELOW_ZERO) }</span> }
                    else if low { <span class="tagged caution"><Icon name="triangle-alert" />{ t(words::LOW) }</span> }
                </td>
                <td class="num end muted" data-test="stock-used">{ if row.used_milli > 0 { back_bar::quantity(row.used_milli, row.pack) } else { String::new() } }</td>
                <td class="num end muted">{ format!("{} – {}", row.par_min, row.par_max) }</td>
                <td class="num end">{ if row.reorder > 0 { row.reorder.to_string() } else { String::new() } }</td>
                <td class="num end">{ money(row.price_minor, desk.status.currency) }</td>
            </tr>
        }
    };
    html! {
        <div class="page-pane">
            <div class="toolbar">
                <h1>{ t(crate::text::common::NAV_STOCK) }</h1>
                <div class="grow toolbar-find"><Field label={t(words::FIND_PRODUCT)} placeholder={t(words::FIND_PRODUCT)} kind="search" value={(*text).clone()} oninput={let s = text.clone(); move |v| s.set(v)} test="stock-search" /></div>
                <button class="chip big" aria-pressed={low_only.to_string()} onclick={let l = low_only.clone(); move |_| l.set(!*l)} data-test="low-only"><Icon name="triangle-alert" />{ t(words::LOW_ONLY) }</button>
            </div>
            { loaded(&stock, |rows| if rows.is_empty() {
                html! { <Empty icon="package" text={t(if *low_only { words::STOCK_ALL_WELL } else { words::STOCK_EMPTY })} /> }
            } else {
                html! {
                    <div class="table-wrap"><table class="table">
                        <thead><tr><th>{ t(words::PRODUCT) }</th><th class="narrow">{ t(words::SKU) }</th><th class="end">{ t(words::LEVEL) }</th><th></th>
                            <th class="end">{ t(back_bar::USED_30) }</th><th class="end">{ t(words::PAR) }</th><th class="end">{ t(words::REORDER) }</th><th class="end">{ t(words::PRICE) }</th></tr></thead>
                        <tbody>{ for rows.iter().map(line) }</tbody>
                    </table></div>
                }
            }) }
        </div>
    }
}
