//! Which keys mean what, wherever one is.

use super::desk::Place;
use yew::prelude::KeyboardEvent;

/// F1 is 0.
pub fn function_key(event: &KeyboardEvent) -> Option<usize> {
    let number: usize = event.key().strip_prefix('F')?.parse().ok()?;
    (1..=8).contains(&number).then(|| number - 1)
}

/// Keys that the book takes for itself: new, today, the day before and after.
pub const BOOK_KEYS: [&str; 4] = ["n", "t", "[", "]"];

/// A key with which somebody begins to search: any character, `/`, or Ctrl+K.
pub fn begins_search(event: &KeyboardEvent, place: &Place) -> bool {
    let key = event.key();
    if event.ctrl_key() || event.meta_key() {
        return key == "k";
    }
    let one = key.chars().count() == 1 && key != " ";
    one && !event.alt_key() && !(matches!(place, Place::Book(_)) && BOOK_KEYS.contains(&key.as_str()))
}
