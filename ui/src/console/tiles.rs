use super::filters::Filter;
use crate::parts::Icon;
use crate::text::{Msg, console as words, fill, money, percent_bp, percent_change, t};
use salon_contract::rest::{Dashboard, Figure, Period};
use salon_domain::kernel::Currency;
use yew::prelude::*;

#[derive(Clone, Copy)]
enum Unit {
    Money,
    Count,
    Percent,
}

fn write(value: i64, unit: Unit, currency: Currency) -> String {
    match unit {
        Unit::Money => money(value, currency),
        Unit::Count => value.to_string(),
        Unit::Percent => percent_bp(value),
    }
}

#[derive(PartialEq, Properties)]
pub struct TilesProps {
    pub board: Dashboard,
    pub filter: Filter,
}

#[component]
pub fn Tiles(props: &TilesProps) -> Html {
    let board = &props.board;
    let before = match props.filter.period {
        Period::Day => words::BEFORE_DAY,
        Period::Week => words::BEFORE_WEEK,
        Period::Month => words::BEFORE_MONTH,
    };
    let tile = |test: &'static str, label: Msg, figure: Figure, unit: Unit, extra: Option<String>| {
        let main = test == "tile-revenue";
        html! {
            <article class={classes!("figure-tile", main.then_some("main"))} data-test={test} data-now={figure.now.to_string()} data-before={figure.before.to_string()}>
                <h2>{ t(label) }</h2>
                <p class="figure-now num">{ write(figure.now, unit, board.currency) }</p>
                <p class="figure-before">
                    { change(figure) }
                    <span class="muted num">{ fill(before, &[("value", &write(figure.before, unit, board.currency))]) }</span>
                </p>
                if let Some(extra) = extra { <p class="muted num">{ extra }</p> }
            </article>
        }
    };
    let net = fill(words::NET, &[("amount", &money(board.net_minor.now, board.currency))]);
    html! {
        <section class="figure-tiles">
            { tile("tile-revenue", words::REVENUE, board.revenue_minor, Unit::Money, Some(net)) }
            { tile("tile-bookings", words::BOOKINGS, board.bookings, Unit::Count, None) }
            { tile("tile-new-clients", words::NEW_CLIENTS, board.new_clients, Unit::Count, None) }
            { tile("tile-utilisation", words::UTILISATION, board.utilisation_bp, Unit::Percent, None) }
            { tile("tile-sales", words::SALES, board.sales, Unit::Count, None) }
            { tile("tile-average-sale", words::AVERAGE, board.average_sale_minor, Unit::Money, None) }
        </section>
    }
}

/// An arrow, a percentage, and words for those who see neither colour nor arrow.
pub fn change(figure: Figure) -> Html {
    match percent_change(figure.now, figure.before) {
        None => html! { <span class="muted">{ t(words::NOTHING_BEFORE) }</span> },
        Some(percent) => {
            let (class, icon, label) = match percent {
                p if p > 0 => ("up", "trending-up", words::UP),
                p if p < 0 => ("down", "trending-down", words::DOWN),
                _ => ("same", "arrow-right", words::UP),
            };
            let size = percent.abs().to_string();
            html! {
                <span class={classes!("change-tag", "num", class)} title={fill(label, &[("percent", &size)])}>
                    <Icon name={icon} label={fill(label, &[("percent", &size)])} />{ percent_bp(percent.abs() * 100) }
                </span>
            }
        }
    }
}
