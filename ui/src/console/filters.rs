use crate::browser::{self, Theme};
use crate::parts::{Choice, DatePicker, Icon, Segments, select_value};
use crate::text::{
    Lang, common, console as words, date_of_iso_week, day_long, day_short, fill, lang, month_name, parse_date, place,
    set_lang, shift_days, t,
};
use salon_contract::rest::{BranchRow, Period};
use yew::prelude::*;

#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// A branch's id, or `all`.
    pub branch: String,
    pub date: String,
    pub period: Period,
}

pub fn period_code(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
    }
}

impl Filter {
    fn shifted(&self, by: i32) -> String {
        match self.period {
            Period::Day => shift_days(&self.date, by),
            Period::Week => shift_days(&self.date, by * 7),
            Period::Month => {
                let Some(first) = parse_date(&self.date).map(|d| d.first_of_month().to_string()) else {
                    return self.date.clone();
                };
                // A day of the month before, or one of the month after, then its first.
                let there = shift_days(&first, if by < 0 { -1 } else { 31 });
                parse_date(&there).map_or(there, |d| d.first_of_month().to_string())
            }
        }
    }

    fn name(&self) -> String {
        match self.period {
            Period::Day => day_long(&self.date),
            Period::Week => {
                let monday = date_of_iso_week(&self.date);
                format!("{} – {}", day_short(&monday), day_short(&shift_days(&monday, 6)))
            }
            Period::Month => parse_date(&self.date).map_or_else(String::new, |d| {
                fill(common::OF_MONTH, &[("month", month_name(d.month())), ("year", &d.year().to_string())])
            }),
        }
    }
}

#[derive(PartialEq, Properties)]
pub struct FiltersProps {
    pub filter: Filter,
    pub today: String,
    pub branches: Vec<BranchRow>,
    pub onchange: Callback<Filter>,
}

#[component]
pub fn Filters(props: &FiltersProps) -> Html {
    let picking = use_state_eq(|| false);
    let filter = &props.filter;
    let to_date = {
        let (onchange, filter) = (props.onchange.clone(), filter.clone());
        Callback::from(move |date: String| onchange.emit(Filter { date, ..filter.clone() }))
    };
    let onperiod = {
        let (onchange, filter) = (props.onchange.clone(), filter.clone());
        move |code: String| {
            let period = match code.as_str() {
                "week" => Period::Week,
                "month" => Period::Month,
                _ => Period::Day,
            };
            onchange.emit(Filter { period, ..filter.clone() });
        }
    };
    let onbranch = {
        let (onchange, filter) = (props.onchange.clone(), filter.clone());
        move |e: Event| onchange.emit(Filter { branch: select_value(&e), ..filter.clone() })
    };
    let onpick = {
        let (to_date, picking) = (to_date.clone(), picking.clone());
        move |date| {
            picking.set(false);
            to_date.emit(date);
        }
    };
    let step = |by: i32| {
        let date = filter.shifted(by);
        to_date.reform(move |_: MouseEvent| date.clone())
    };
    let periods = vec![
        Choice::new("day", t(words::DAY)),
        Choice::new("week", t(words::WEEK)),
        Choice::new("month", t(words::MONTH)),
    ];
    html! {
        <div class="filters">
            <Segments label={t(words::PERIOD)} choices={periods} chosen={period_code(filter.period)} onchoose={onperiod} />
            <div class="day-switch">
                <button class="icon-button" aria-label={t(words::EARLIER)} onclick={step(-1)}><Icon name="chevron-left" /></button>
                <button class="button day-name" aria-expanded={picking.to_string()} onclick={let p = picking.clone(); move |_| p.set(!*p)} data-test="pick-date">{ filter.name() }<Icon name="chevron-down" /></button>
                <button class="icon-button" aria-label={t(words::LATER)} onclick={step(1)}><Icon name="chevron-right" /></button>
                if *picking { <div class="popover calendar-popover"><DatePicker date={filter.date.clone()} today={props.today.clone()} {onpick} onclose={let p = picking.clone(); move |()| p.set(false)} /></div> }
            </div>
            <label class="select branch-picker">
                <span class="hidden-label">{ t(words::BRANCH) }</span>
                <select onchange={onbranch} data-test="branch-picker">
                    if props.branches.len() != 1 { <option value="all" selected={filter.branch == "all"}>{ t(words::ALL_BRANCHES) }</option> }
                    for row in props.branches.iter() { <option value={row.branch.to_string()} selected={filter.branch == row.branch.to_string()}>{ &row.name }</option> }
                </select>
                <Icon name="chevron-down" />
            </label>
        </div>
    }
}

#[derive(PartialEq, Properties)]
pub struct PreferencesProps {
    pub onlanguage: Callback<()>,
}

/// Language and light or dark.
#[component]
pub fn Preferences(props: &PreferencesProps) -> Html {
    let theme = use_state_eq(browser::theme);
    let (next, icon, label) = match *theme {
        Theme::System => (Theme::Light, "monitor-cog", place::THEME_SYSTEM),
        Theme::Light => (Theme::Dark, "sun", place::THEME_LIGHT),
        Theme::Dark => (Theme::System, "moon", place::THEME_DARK),
    };
    let ontheme = {
        let theme = theme.clone();
        move |_: MouseEvent| {
            browser::set_theme(next);
            theme.set(next);
        }
    };
    let onlang = {
        let onlanguage = props.onlanguage.clone();
        move |e: Event| {
            if let Some(picked) = Lang::ALL.into_iter().find(|l| l.code() == select_value(&e)) {
                set_lang(picked);
                onlanguage.emit(());
            }
        }
    };
    html! {
        <div class="preferences">
            <label class="select compact"><span class="hidden-label">{ t(place::LANGUAGE) }</span>
                <select onchange={onlang} data-test="language">for l in Lang::ALL { <option value={l.code()} selected={l == lang()}>{ l.name() }</option> }</select><Icon name="chevron-down" /></label>
            <button class="icon-button" onclick={ontheme} title={t(label)} aria-label={format!("{}: {}", t(place::APPEARANCE), t(label))} data-test="theme"><Icon name={icon} /></button>
        </div>
    }
}
