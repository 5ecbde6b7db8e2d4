//! Everything that a person reads, in every language that a person may read it in, and how dates, times and money are
//! written there. One language at a time for the page; changing it draws the page anew.

pub mod after;
pub mod agreed;
pub mod back_bar;
pub mod board;
pub mod book;
pub mod books;
pub mod client_card;
pub mod clients;
pub mod common;
pub mod console;
pub mod credit;
pub mod customer;
pub mod desk;
pub mod devices;
pub mod earnings;
mod failure;
mod format;
pub mod gift;
pub mod loyalty;
pub mod membership;
pub mod package;
pub mod place;
pub mod scan;
pub mod sending;
pub mod till;

pub use failure::{card_refused, card_status, fault, sentence};
pub use format::{
    amount, clock, clock_of, date_of_iso_week, day_long, day_short, duration, money, month_name, parse_amount,
    parse_date, percent_bp, percent_change, shift_days, weekday_initials,
};

use crate::browser;
use std::cell::Cell;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    English,
    German,
    French,
}

impl Lang {
    pub const ALL: [Lang; 3] = [Lang::English, Lang::German, Lang::French];

    pub const fn code(self) -> &'static str {
        match self {
            Lang::English => "en",
            Lang::German => "de",
            Lang::French => "fr",
        }
    }

    /// As its speakers call it.
    pub const fn name(self) -> &'static str {
        match self {
            Lang::English => "English",
            Lang::German => "Deutsch",
            Lang::French => "Français",
        }
    }

    fn from_code(code: &str) -> Option<Lang> {
        Lang::ALL.into_iter().find(|l| code.starts_with(l.code()))
    }
}

/// A text in all languages: English, German, French.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Msg(pub [&'static str; 3]);

macro_rules! messages {
    ($($name:ident: $en:literal, $de:literal, $fr:literal;)*) => {
        $(pub const $name: $crate::text::Msg = $crate::text::Msg([$en, $de, $fr]);)*
    };
}
pub(crate) use messages;

thread_local! {
    static LANG: Cell<Lang> = const { Cell::new(Lang::English) };
}

const STORED: &str = "language";

pub fn lang() -> Lang {
    LANG.get()
}

pub fn set_lang(lang: Lang) {
    LANG.set(lang);
    browser::store(STORED, Some(lang.code()));
    browser::set_page_language(lang.code());
}

/// The language chosen before; English at first.
pub fn restore_language() {
    let lang = browser::stored(STORED).and_then(|c| Lang::from_code(&c)).unwrap_or(Lang::English);
    LANG.set(lang);
    browser::set_page_language(lang.code());
}

/// The text in the page's language.
pub fn t(message: Msg) -> &'static str {
    message.0[lang() as usize]
}

/// The text with its `{name}`s replaced.
pub fn fill(message: Msg, values: &[(&str, &str)]) -> String {
    values.iter().fold(t(message).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

/// `one` or `many`, with the number at `{n}`.
pub fn count(n: u64, one: Msg, many: Msg) -> String {
    let singular = n == 1 || n == 0 && lang() == Lang::French;
    fill(if singular { one } else { many }, &[("n", &n.to_string())])
}
