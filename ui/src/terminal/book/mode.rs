//! How the book is looked at, kept for this terminal: which view, what colours mean, what columns are.

use crate::browser;
use crate::text::{Msg, board as words, parse_date, shift_days};
use jiff::ToSpan;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Day,
    Week,
    Month,
    List,
}

const MODE: &str = "book-view";

impl Mode {
    pub const ALL: [Mode; 4] = [Mode::Day, Mode::Week, Mode::Month, Mode::List];

    pub const fn name(self) -> &'static str {
        match self {
            Mode::Day => "day",
            Mode::Week => "week",
            Mode::Month => "month",
            Mode::List => "list",
        }
    }

    pub const fn label(self) -> Msg {
        match self {
            Mode::Day => words::VIEW_DAY,
            Mode::Week => words::VIEW_WEEK,
            Mode::Month => words::VIEW_MONTH,
            Mode::List => words::VIEW_LIST,
        }
    }

    /// With Alt: letters alone begin a search, wherever one is.
    pub const fn shortcut(self) -> &'static str {
        match self {
            Mode::Day => "Alt+D",
            Mode::Week => "Alt+W",
            Mode::Month => "Alt+M",
            Mode::List => "Alt+A",
        }
    }

    /// The view that a key pressed with Alt means. Where Alt writes signs (macOS), the key's place tells.
    pub fn of_key(key: &str, code: &str) -> Option<Mode> {
        let letter = match key {
            one if one.len() == 1 => one.to_ascii_lowercase(),
            _ => code.strip_prefix("Key")?.to_ascii_lowercase(),
        };
        let is = |mode: &Mode| mode.shortcut().ends_with(&letter.to_ascii_uppercase());
        Mode::ALL.into_iter().find(is)
    }

    pub fn stored() -> Mode {
        let name = browser::stored(MODE).unwrap_or_default();
        Mode::ALL.into_iter().find(|mode| mode.name() == name).unwrap_or(Mode::Day)
    }

    pub fn store(self) {
        browser::store(MODE, Some(self.name()));
    }

    /// The date so many steps on: days, weeks or months.
    pub fn shift(self, date: &str, steps: i32, list: Span) -> String {
        match (self, list) {
            (Mode::Day, _) | (Mode::List, Span::Day) => shift_days(date, steps),
            (Mode::Week, _) | (Mode::List, Span::Week) => shift_days(date, steps * 7),
            (Mode::Month, _) => parse_date(date)
                .and_then(|d| d.checked_add(i64::from(steps).months()).ok())
                .map_or_else(|| date.to_owned(), |d| d.to_string()),
        }
    }
}

/// The days of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Day,
    Week,
}

/// What is kept of how the book looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub by_category: bool,
    pub by_place: bool,
}

const COLOUR: &str = "book-colour";
const COLUMNS: &str = "book-columns";

impl Look {
    pub fn stored() -> Look {
        let is = |name, value: &str| browser::stored(name).as_deref() == Some(value);
        Look { by_category: is(COLOUR, "category"), by_place: is(COLUMNS, "place") }
    }

    pub fn store(self) {
        browser::store(COLOUR, self.by_category.then_some("category"));
        browser::store(COLUMNS, self.by_place.then_some("place"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_find_their_view_on_any_keyboard() {
        assert_eq!(Mode::of_key("w", "KeyZ"), Some(Mode::Week));
        assert_eq!(Mode::of_key("A", "KeyQ"), Some(Mode::List));
        assert_eq!(Mode::of_key("µ", "KeyM"), Some(Mode::Month));
        assert_eq!(Mode::of_key("x", "KeyD"), None);
        assert_eq!(Mode::of_key("ArrowLeft", "ArrowLeft"), None);
    }

    #[test]
    fn a_month_on_from_its_last_day_is_the_next_one_s_last() {
        assert_eq!(Mode::Month.shift("2026-10-31", 1, Span::Day), "2026-11-30");
        assert_eq!(Mode::Week.shift("2026-10-22", 1, Span::Day), "2026-10-29");
        assert_eq!(Mode::List.shift("2026-10-22", -1, Span::Day), "2026-10-21");
    }
}
