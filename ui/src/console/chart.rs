//! Revenue along the period as bars, the period before as a line behind them; and the same as a table.

use crate::parts::Empty;
use crate::text::{console as words, day_short, money, t};
use salon_contract::rest::ChartPoint;
use salon_domain::kernel::Currency;
use wasm_bindgen::prelude::*;
use yew::prelude::*;

/// Until the page has been measured.
const WIDTH_AT_FIRST: f64 = 800.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 44.0;
/// Room for a label below.
const LABEL: f64 = 64.0;
const BOTTOM: f64 = 26.0;
const TOP: f64 = 12.0;
const LINES: i64 = 4;

/// A round figure at or above `max`, that four lines divide well.
fn ceiling(max: i64) -> i64 {
    let mut step = 1_i64;
    loop {
        for factor in [1, 2, 5] {
            let top = step.saturating_mul(factor).saturating_mul(LINES);
            if top >= max.max(LINES) {
                return top;
            }
        }
        step = step.saturating_mul(10);
    }
}

fn label_of(label: &str) -> String {
    if label.len() == 10 { day_short(label) } else { label.to_owned() }
}

#[derive(PartialEq, Properties)]
pub struct ChartProps {
    pub points: Vec<ChartPoint>,
    pub currency: Currency,
}

#[component]
pub fn Chart(props: &ChartProps) -> Html {
    let at = use_state_eq(|| None::<usize>);
    let node = use_node_ref();
    let wide = use_width(&node);
    let points = &props.points;
    let max = points.iter().map(|p| p.now_minor.max(p.before_minor)).max().unwrap_or(0);
    if max <= 0 {
        return html! { <Empty icon="chart-column" text={t(words::CHART_EMPTY)} /> };
    }
    let top = ceiling(max);
    let slot = (wide - LEFT) / points.len() as f64;
    let y = |minor: i64| TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - minor.max(0) as f64 / top as f64);
    let middle = |ix: usize| LEFT + slot * (ix as f64 + 0.5);
    let width = (slot * 0.62).min(36.0);
    let line: Vec<String> =
        points.iter().enumerate().map(|(ix, p)| format!("{:.1},{:.1}", middle(ix), y(p.before_minor))).collect();
    let every = (LABEL / slot).ceil().max(1.0) as usize;
    let whole = 10_i64.pow(props.currency.minor_digits());
    let leave = {
        let at = at.clone();
        move |_: MouseEvent| at.set(None)
    };
    html! {
        <figure class="chart">
            <figcaption class="chart-legend">
                <span><i class="swatch now"></i>{ t(words::THIS_PERIOD) }</span>
                <span><i class="swatch before"></i>{ t(words::PERIOD_BEFORE) }</span>
                <span class="grow num chart-said" aria-hidden="true">
                    if let Some(point) = at.and_then(|ix| points.get(ix)) {
                        { format!("{}: {} / {}", label_of(&point.label), money(point.now_minor, props.currency), money(point.before_minor, props.currency)) }
                    }
                </span>
            </figcaption>
            <div class="chart-box" ref={node}><svg width={wide.to_string()} height={HEIGHT.to_string()} viewBox={format!("0 0 {wide} {HEIGHT}")} role="img" aria-label={t(words::CHART)} onmouseleave={leave}>
                for n in 0..=LINES {
                    <line class="chart-line" x1={LEFT.to_string()} x2={wide.to_string()} y1={y(top * n / LINES).to_string()} y2={y(top * n / LINES).to_string()} />
                    <text class="chart-label" x={(LEFT - 8.0).to_string()} y={(y(top * n / LINES) + 4.0).to_string()} text-anchor="end">{ short(top * n / LINES / whole) }</text>
                }
                for (ix, point) in points.iter().enumerate() {
                    <rect class={classes!("chart-bar", (*at == Some(ix)).then_some("hot"))} x={(middle(ix) - width / 2.0).to_string()} y={y(point.now_minor).to_string()}
                        width={width.to_string()} height={(y(0) - y(point.now_minor)).to_string()} rx="3" />
                    if ix % every == 0 { <text class="chart-label" x={middle(ix).to_string()} y={(HEIGHT - 6.0).to_string()} text-anchor="middle">{ label_of(&point.label) }</text> }
                }
                <polyline class="chart-before" points={line.join(" ")} />
                for ix in 0..points.len() {
                    <rect class="chart-hit" x={(LEFT + slot * ix as f64).to_string()} y="0" width={slot.to_string()} height={HEIGHT.to_string()}
                        onmouseenter={let at = at.clone(); move |_: MouseEvent| at.set(Some(ix))} />
                }
            </svg></div>
            <table class="seen-by-readers">
                <caption>{ t(words::CHART) }</caption>
                <thead><tr><th>{ t(words::TIME) }</th><th>{ t(words::THIS_PERIOD) }</th><th>{ t(words::PERIOD_BEFORE) }</th></tr></thead>
                <tbody>for point in points.iter() { <tr><td>{ label_of(&point.label) }</td><td>{ money(point.now_minor, props.currency) }</td><td>{ money(point.before_minor, props.currency) }</td></tr> }</tbody>
            </table>
        </figure>
    }
}

/// How wide the element is, also after the window has changed.
#[hook]
fn use_width(node: &NodeRef) -> f64 {
    let width = use_state_eq(|| WIDTH_AT_FIRST);
    use_effect_with(node.clone(), {
        let width = width.clone();
        move |node| {
            let (node, width) = (node.clone(), width.clone());
            let measure = move || {
                if let Some(element) = node.cast::<web_sys::Element>() {
                    width.set(f64::from(element.client_width()).max(240.0));
                }
            };
            measure();
            let closure = Closure::<dyn FnMut()>::new(measure);
            let window = web_sys::window();
            if let Some(window) = &window {
                let _ = window.add_event_listener_with_callback("resize", closure.as_ref().unchecked_ref());
            }
            move || {
                if let Some(window) = window {
                    let _ = window.remove_event_listener_with_callback("resize", closure.as_ref().unchecked_ref());
                }
            }
        }
    });
    *width
}

/// `12k` for the axis.
fn short(whole: i64) -> String {
    match whole {
        n if n >= 1_000_000 => format!("{}M", n as f64 / 1_000_000.0),
        n if n >= 1_000 => format!("{}k", n as f64 / 1_000.0),
        n => n.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_ends_on_a_round_figure() {
        let tops: Vec<i64> = [1, 4, 37, 8_400, 123_456_789].into_iter().map(ceiling).collect();
        assert_eq!(tops, [4, 4, 40, 20_000, 200_000_000]);
    }
}
