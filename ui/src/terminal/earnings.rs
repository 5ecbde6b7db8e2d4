//! What somebody earned in a month: sums, days, and for each amount the reason.

use super::adjust::{AdjustForm, AdjustmentLine};
use super::desk::{Place, use_desk};
use crate::hooks::{use_ask, use_heard};
use crate::parts::{Empty, Icon, loaded, select_value};
use crate::text::{clock, common, day_long, earnings as words, fill, money, month_name, parse_date, t, till};
use crate::transport::Heard;
use salon_contract::window::{
    EarnedDay, EarnedLine, EarnedSums, EarnedTip, Earnings, EarningsView, Notice, StaffList, StaffTile,
};
use salon_domain::access::Permission;
use salon_domain::kernel::{Currency, StaffId};
use yew::prelude::*;

#[derive(PartialEq, Properties)]
pub struct EarningsScreenProps {
    pub staff: StaffId,
}

/// First and last day of the month that is `by` months from the one of `date`.
fn month(date: &str, by: i32) -> (String, String) {
    use jiff::ToSpan;
    let first = parse_date(date).map(jiff::civil::Date::first_of_month);
    let Some(first) = first.and_then(|d| d.checked_add(by.months()).ok()) else {
        return (date.to_owned(), date.to_owned());
    };
    (first.to_string(), first.last_of_month().to_string())
}

fn month_title(first: &str) -> String {
    let Some(date) = parse_date(first) else { return first.to_owned() };
    fill(common::OF_MONTH, &[("month", month_name(date.month())), ("year", &date.year().to_string())])
}

#[component]
pub fn EarningsScreen(props: &EarningsScreenProps) -> Html {
    let desk = use_desk();
    let shown = use_state_eq(|| month(&desk.status.today, 0));
    let (from, to) = (*shown).clone();
    let earnings = use_ask(Some(Earnings { staff: props.staff, from: from.clone(), to }));
    let sees_all = desk.may(Permission::ReportsRead);
    let people = use_ask(sees_all.then_some(StaffList {}));
    use_heard({
        let again = earnings.again.clone();
        move |heard| {
            if matches!(heard, Heard::Notice(Notice::Till | Notice::Sync { .. }) | Heard::Reconnected) {
                again.emit(());
            }
        }
    });
    let step = |by: i32| {
        let (shown, from) = (shown.clone(), from.clone());
        move |_: MouseEvent| shown.set(month(&from, by))
    };
    let is_last = month(&desk.status.today, 0).0 == from;
    let onwho = {
        let (go, people) = (desk.go.clone(), people.state.here().cloned());
        move |event: Event| {
            let chosen = select_value(&event);
            if let Some(tile) = people.iter().flat_map(|p| p.iter()).find(|tile| tile.staff.to_string() == chosen) {
                go.emit(Place::Earnings(tile.staff));
            }
        }
    };
    let mine = props.staff == desk.me.staff;
    let name = earnings.state.here().map(|view| view.name.clone()).unwrap_or_default();
    let title = if mine { t(words::MINE).to_owned() } else { fill(words::OF, &[("name", &name)]) };
    let currency = desk.status.currency;
    let option = |tile: &StaffTile| html! { <option value={tile.staff.to_string()} selected={tile.staff == props.staff}>{ &tile.name }</option> };
    html! {
        <div class="page-pane earnings" data-test="earnings">
            <div class="toolbar">
                <h1 class="grow">{ title }</h1>
                if let Some(tiles) = people.state.here() {
                    <label class="select"><span class="hidden-label">{ t(words::WHO) }</span>
                        <select onchange={onwho} data-test="earnings-who">{ for tiles.iter().map(option) }</select>
                        <Icon name="chevron-down" /></label>
                }
                <div class="day-switch">
                    <button class="icon-button" aria-label={t(common::PREVIOUS_MONTH)} onclick={step(-1)} data-test="month-before"><Icon name="chevron-left" /></button>
                    <strong class="day-name num" aria-live="polite">{ month_title(&from) }</strong>
                    <button class="icon-button" aria-label={t(common::NEXT_MONTH)} disabled={is_last} onclick={step(1)}><Icon name="chevron-right" /></button>
                </div>
            </div>
            { loaded(&earnings, |view| html! { <Month view={view.clone()} {currency} decides={sees_all} ondone={earnings.again.clone()} /> }) }
            if sees_all {
                <AdjustForm key={format!("{}{from}", props.staff)} staff={props.staff} from={from.clone()} to={shown.1.clone()} is_over={!is_last} ondone={earnings.again.clone()} />
            }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct MonthProps {
    view: EarningsView,
    currency: Currency,
    decides: bool,
    ondone: Callback<()>,
}

#[component]
fn Month(props: &MonthProps) -> Html {
    let (view, currency) = (&props.view, props.currency);
    html! {
        <>
            if !view.has_scheme { <p class="callout"><Icon name="info" /><span>{ t(words::NO_SCHEME) }</span></p> }
            { sums(&view.sums, currency) }
            if view.sums.together_minor() < 0 {
                <p class="callout caution" role="status" data-test="earned-owes"><Icon name="triangle-alert" /><span>{ fill(words::OWES, &[("amount", &money(-view.sums.together_minor(), currency))]) }</span></p>
            }
            if view.days.is_empty() { <Empty icon="banknote" text={t(words::NONE_YET)} /> }
            else { <p class="muted">{ t(words::FROZEN) }</p> }
            for day in view.days.iter() { <Day key={day.date.clone()} staff={view.staff} day={day.clone()} {currency} decides={props.decides} ondone={props.ondone.clone()} /> }
        </>
    }
}

fn sums(sums: &EarnedSums, currency: Currency) -> Html {
    let figure = |label, minor: i64, test: &'static str| {
        html! { <div class="figure"><span class="muted">{ t(label) }</span><strong class="num" data-test={test}>{ money(minor, currency) }</strong></div> }
    };
    html! {
        <div class="figures">
            { figure(words::TOGETHER, sums.together_minor(), "earned-together") }
            { figure(words::COMMISSION, sums.commission_minor, "earned-commission") }
            { figure(words::TIPS, sums.tips_minor, "earned-tips") }
            if sums.adjusted_minor != 0 { { figure(words::ADJUSTED, sums.adjusted_minor, "earned-adjusted") } }
            { figure(words::TURNOVER, sums.turnover_minor, "earned-turnover") }
        </div>
    }
}

#[derive(PartialEq, Properties)]
struct DayProps {
    staff: StaffId,
    day: EarnedDay,
    currency: Currency,
    decides: bool,
    ondone: Callback<()>,
}

#[component]
fn Day(props: &DayProps) -> Html {
    let (day, currency) = (&props.day, props.currency);
    let part = |label, minor: i64| format!("{} {}", t(label), money(minor, currency));
    let mut of_day = vec![part(words::COMMISSION, day.sums.commission_minor), part(words::TIPS, day.sums.tips_minor)];
    if !day.adjustments.is_empty() {
        of_day.push(part(words::ADJUSTED, day.sums.adjusted_minor));
    }
    let of_day = of_day.join(" · ");
    html! {
        <section class="card">
            <header class="earnings-day"><h2 class="grow">{ day_long(&day.date) }</h2><span class="muted num">{ of_day }</span></header>
            <ul class="rows">
                for (ix, line) in day.lines.iter().enumerate() { <Line key={format!("l{ix}")} line={line.clone()} {currency} /> }
                for (ix, tip) in day.tips.iter().enumerate() { <Tip key={format!("t{ix}")} tip={tip.clone()} {currency} /> }
                for made in day.adjustments.iter() {
                    <AdjustmentLine key={made.id.to_string()} staff={props.staff} date={day.date.clone()} made={made.clone()} {currency} decides={props.decides} ondone={props.ondone.clone()} />
                }
            </ul>
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct LineProps {
    line: EarnedLine,
    currency: Currency,
}

/// An amount; its reason unfolds under it.
#[component]
fn Line(props: &LineProps) -> Html {
    let (line, currency) = (&props.line, props.currency);
    let name = if line.description.is_empty() { t(words::A_LINE) } else { &line.description };
    let reasons = words::reasons(&line.earned, currency);
    html! {
        <li>
            <details class="reason">
                <summary class="row" title={t(words::WHY_AMOUNT)} data-test="earned-line">
                    <span class="num muted">{ clock(line.minute) }</span>
                    <span class="row-main"><strong class="clip">{ name }</strong>
                        <span class="muted num">{ receipt(line.number) }</span></span>
                    <span class="muted num">{ money(line.earned.base_minor, currency) }</span>
                    <strong class="num">{ money(line.earned.amount_minor, currency) }</strong>
                    <Icon name="circle-help" label={t(words::WHY_AMOUNT)} />
                </summary>
                <ul class="reasons">
                    for reason in reasons { <li>{ reason }</li> }
                    for used in words::used(&line.used, currency) { <li>{ used }</li> }
                </ul>
            </details>
        </li>
    }
}

#[derive(PartialEq, Properties)]
struct TipProps {
    tip: EarnedTip,
    currency: Currency,
}

#[component]
fn Tip(props: &TipProps) -> Html {
    let tip = &props.tip;
    html! {
        <li class="row plain">
            <span class="num muted">{ clock(tip.minute) }</span>
            <span class="row-main"><strong>{ t(words::TIPS) }</strong>
                <span class="muted num">{ format!("{} · {}", receipt(tip.number), t(words::TIP_IN_FULL)) }</span></span>
            <strong class="num">{ money(tip.amount_minor, props.currency) }</strong>
        </li>
    }
}

fn receipt(number: u64) -> String {
    fill(till::RECEIPT, &[("number", &number.to_string())])
}
