//! Money, dates and times as each language writes them.

use super::{Lang, common, lang, t};
use jiff::civil::Date;
use salon_domain::kernel::{Currency, Instant, Money};
use salon_domain::kernel::{day_from_number, day_number};

/// A narrow space that does not break: French groups digits with it.
const NARROW: &str = "\u{202f}";
const NO_BREAK: &str = "\u{a0}";

fn sign_of(currency: Currency) -> String {
    match currency.code() {
        "CAD" | "USD" | "AUD" | "NZD" => "$".into(),
        "EUR" => "€".into(),
        "GBP" => "£".into(),
        "JPY" => "¥".into(),
        code => code.to_owned(),
    }
}

/// `1,234,567.89`, without the currency.
pub fn amount(minor: i64, currency: Currency) -> String {
    let plain = Money::new(minor, currency).to_string();
    let (minus, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |d| ("−", d));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let (group, mark) = match lang() {
        Lang::English => (",", "."),
        Lang::German => (".", ","),
        Lang::French => (NARROW, ","),
    };
    let mut text = String::from(minus);
    for (ix, digit) in whole.chars().enumerate() {
        if ix > 0 && (whole.len() - ix).is_multiple_of(3) {
            text.push_str(group);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push_str(mark);
        text.push_str(fraction);
    }
    text
}

/// `$1,234.50`, `1.234,50 €`.
pub fn money(minor: i64, currency: Currency) -> String {
    let sign = sign_of(currency);
    match lang() {
        Lang::English => {
            let text = amount(minor, currency);
            let gap = if sign.len() == 3 && sign.is_ascii() { NO_BREAK } else { "" };
            match text.strip_prefix('−') {
                Some(digits) => format!("−{sign}{gap}{digits}"),
                None => format!("{sign}{gap}{text}"),
            }
        }
        Lang::German | Lang::French => format!("{}{NO_BREAK}{sign}", amount(minor, currency)),
    }
}

/// Reads what somebody typed. The last of `.` and `,` with one or two digits behind it is the decimal mark.
pub fn parse_amount(text: &str, currency: Currency) -> Option<i64> {
    let text: String = text.trim().replace('−', "-").replace(NARROW, "").replace(NO_BREAK, "");
    let mark = text.rfind(['.', ',']).filter(|ix| (1..=2).contains(&(text.len() - ix - 1)));
    let cleaned: String = text
        .char_indices()
        .filter_map(|(ix, c)| match c {
            '.' | ',' if Some(ix) == mark => Some('.'),
            '.' | ',' | ' ' | '\'' => None,
            other => Some(other),
        })
        .collect();
    Money::parse(&cleaned, currency).ok().map(|m| m.minor)
}

/// `09:30`.
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// The wall clock of this machine.
pub fn clock_of(at: Instant) -> String {
    let date = js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64));
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}

/// `45 min`, `1 h 30`.
pub fn duration(minutes: u16) -> String {
    match (minutes / 60, minutes % 60) {
        (0, m) => format!("{m}{NO_BREAK}min"),
        (h, 0) => format!("{h}{NO_BREAK}h"),
        (h, m) => format!("{h}{NO_BREAK}h{NO_BREAK}{m:02}"),
    }
}

pub fn parse_date(date: &str) -> Option<Date> {
    date.parse().ok()
}

pub fn shift_days(date: &str, days: i32) -> String {
    parse_date(date)
        .and_then(|d| day_from_number(day_number(d) + days).ok())
        .map_or_else(|| date.to_owned(), |d| d.to_string())
}

/// The Monday on or before a date.
pub fn date_of_iso_week(date: &str) -> String {
    parse_date(date)
        .map(|d| i32::from(d.weekday().to_monday_zero_offset()))
        .map_or_else(|| date.to_owned(), |offset| shift_days(date, -offset))
}

fn weekday(date: Date) -> &'static str {
    t(common::WEEKDAYS[date.weekday().to_monday_zero_offset() as usize % 7])
}

pub fn month_name(month: i8) -> &'static str {
    t(common::MONTHS[(month.max(1) as usize - 1) % 12])
}

pub fn weekday_initials() -> [String; 7] {
    std::array::from_fn(|ix| t(common::WEEKDAYS[ix]).chars().take(2).collect())
}

/// `Monday, 23 November 2026`.
pub fn day_long(date: &str) -> String {
    let Some(d) = parse_date(date) else { return date.to_owned() };
    let (name, day, month, year) = (weekday(d), d.day(), month_name(d.month()), d.year());
    match lang() {
        Lang::English => format!("{name}, {day} {month} {year}"),
        Lang::German => format!("{name}, {day}. {month} {year}"),
        Lang::French => format!("{name} {day} {month} {year}"),
    }
}

/// `Mon 23 Nov`.
pub fn day_short(date: &str) -> String {
    let Some(d) = parse_date(date) else { return date.to_owned() };
    let short = |text: &str, n: usize| text.chars().take(n).collect::<String>();
    let month = month_name(d.month());
    let month = if month.chars().count() <= 4 { month.to_owned() } else { short(month, 3) };
    match lang() {
        Lang::English => format!("{} {} {month}", short(weekday(d), 3), d.day()),
        Lang::German => format!("{} {}. {month}", short(weekday(d), 2), d.day()),
        Lang::French => format!("{} {} {month}", short(weekday(d), 3), d.day()),
    }
}

/// Basis points as a percentage with at most one decimal: `7.5 %`.
pub fn percent_bp(bp: i64) -> String {
    let tenths = (bp + if bp < 0 { -5 } else { 5 }) / 10;
    let mark = if lang() == Lang::English { '.' } else { ',' };
    let gap = if lang() == Lang::English { "" } else { NO_BREAK };
    let minus = if tenths < 0 { "−" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{minus}{whole}{gap}%"),
        (whole, part) => format!("{minus}{whole}{mark}{part}{gap}%"),
    }
}

/// From `before` to `now` in whole percent; none when there was nothing before.
pub fn percent_change(now: i64, before: i64) -> Option<i64> {
    (before != 0).then(|| {
        let change = (i128::from(now) - i128::from(before)) * 100 / i128::from(before.abs());
        change.clamp(-9999, 9999) as i64
    })
}
