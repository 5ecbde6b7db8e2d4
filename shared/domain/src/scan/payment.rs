//! Payment cards and magnetic stripes: what has to be recognised so that nothing of it is kept.
//!
//! The rules err on refusing: a store's card that looks like a payment card is refused, never the other way round.
//! Where both readings are possible:
//! - **13 digits**: a valid EAN-13 is a product. Every tenth EAN of Germany or Japan (prefix 4) passes Luhn's formula,
//!   while card numbers of 13 digits are no longer given out. With a wrong GTIN check digit it is refused as a card.
//! - **14 digits**: a GTIN-14 that begins like a Diners Club card (30, 36, 38, 39) and passes Luhn's formula is a product
//!   only if the catalog has it; [`Goods::if_known`](super::Goods) says so.
//! - **8 and 12 digits** are too short for any card that we refuse.

use super::digits::{digits, luhn_is_right, number};

/// Card numbers have 13 to 19 digits (ISO/IEC 7812-1 allows fewer; no scheme gives them out).
const LENGTHS: std::ops::RangeInclusive<usize> = 13..=19;

/// Begins as payment cards do: 3 travel and entertainment, 4 and 5 banking, 6 merchandising and banking, and
/// Mastercard's 2221 to 2720.
fn begins_like_one(digits: &[u8]) -> bool {
    match digits.first() {
        Some(3..=6) => true,
        Some(2) => digits.get(..4).and_then(number).is_some_and(|iin| (2221..=2720).contains(&iin)),
        _ => false,
    }
}

/// Ranges that only payment schemes use: a salon cannot claim them for cards of its own.
fn is_of_a_scheme(digits: &[u8]) -> bool {
    let begin = |n: usize| digits.get(..n).and_then(number).unwrap_or(0);
    matches!(digits.first(), Some(3..=5))
        || matches!(begin(2), 62 | 64 | 65 | 67)
        || begin(4) == 6011
        || (2221..=2720).contains(&begin(4))
}

pub(super) fn is_number(digits: &[u8]) -> bool {
    LENGTHS.contains(&digits.len()) && begins_like_one(digits) && luhn_is_right(digits)
}

/// Beginnings of the salon's own cards, which are then not taken for payment cards. At least six digits, and never a
/// payment scheme's.
pub(super) fn is_own(digits: &[u8], own_prefixes: &[String]) -> bool {
    own_prefixes
        .iter()
        .filter_map(|prefix| self::digits(prefix))
        .any(|prefix| prefix.len() >= 6 && !is_of_a_scheme(&prefix) && digits.starts_with(&prefix))
}

/// Every run of digits in a text. Where the whole text is digits in groups (`4111 1111 …`), they are one run.
fn runs(text: &str) -> Vec<Vec<u8>> {
    let grouped = text.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '-'));
    let joined: String = if grouped { text.chars().filter(char::is_ascii_digit).collect() } else { text.to_owned() };
    joined.split(|c: char| !c.is_ascii_digit()).filter_map(digits).collect()
}

/// Whether a text has a payment card's number anywhere, in whatever it is wrapped: a stripe read with the keyboard
/// layout of another country has other signs around the digits, but the same digits.
pub(super) fn is_anywhere(text: &str, own_prefixes: &[String]) -> bool {
    let found = |run: &Vec<u8>| is_number(run) && !is_own(run, own_prefixes);
    runs(text).iter().any(found)
}

/// What a magnetic stripe is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Stripe {
    Payment,
    /// A gift or loyalty card's number.
    Store(String),
}

/// Reads track 1 (`%…?`), 2 (`;…?`) and 3 (`+…?`), one or several, whole or broken off. `None` when it is no stripe.
pub(super) fn read_stripe(text: &str, own_prefixes: &[String]) -> Option<Stripe> {
    if !text.starts_with(['%', ';', '+']) {
        return None;
    }
    let tracks: Vec<&str> =
        text.split_inclusive(['%', ';']).map(|t| t.trim_end_matches(['%', ';'])).filter(|t| !t.is_empty()).collect();
    if tracks.iter().any(|track| is_payment_track(track, own_prefixes)) || is_anywhere(text, own_prefixes) {
        return Some(Stripe::Payment);
    }
    // Something typed that begins with such a sign is no stripe: a stripe ends with a question mark.
    let whole = text.trim_end().ends_with('?');
    let number = tracks.iter().rev().map(|t| store_number(t)).find(|n| n.len() >= 4)?;
    whole.then_some(Stripe::Store(number))
}

/// ISO/IEC 7813: track 1 is `B`, the number, `^`, the name, `^`, expiry and service code; track 2 is the number, `=`,
/// expiry and service code.
fn is_payment_track(track: &str, own_prefixes: &[String]) -> bool {
    let body = track.trim_start_matches(['+', ' ']);
    let (number, rest) = match body.strip_prefix(['B', 'b']) {
        Some(coded) => coded.split_once('^').unwrap_or((coded, "")),
        None => body.split_once(['=', 'D', 'd']).unwrap_or((body, "")),
    };
    let compact: String = number.chars().filter(|c| *c != ' ').collect();
    let leading: String = compact.chars().take_while(char::is_ascii_digit).collect();
    let Some(found) = digits(&leading) else { return false };
    if is_own(&found, own_prefixes) {
        return false;
    }
    let data = if body.starts_with(['B', 'b']) { rest.split_once('^').map_or(rest, |(_, data)| data) } else { rest };
    // Expiry (YYMM) and service code (three digits), each of which may be left out for a separator.
    let laid_out = !rest.is_empty() && data.chars().take(7).filter(char::is_ascii_digit).count() >= 4;
    let length = LENGTHS.contains(&found.len());
    if length && laid_out && (luhn_is_right(&found) || is_of_a_scheme(&found)) {
        return true;
    }
    // The separator was not read: the number and what follows are one run.
    is_of_a_scheme(&found) && LENGTHS.filter_map(|n| found.get(..n)).any(luhn_is_right)
}

/// The first number of a store card's track, or the whole of it where it has letters.
fn store_number(track: &str) -> String {
    let body = track.trim().trim_end_matches('?').trim_start_matches(['+', 'B', 'b']);
    body.split(['^', '=', '?']).next().unwrap_or_default().trim().chars().take(40).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stripe(text: &str) -> Option<Stripe> {
        read_stripe(text, &[])
    }

    #[test]
    fn tracks_of_payment_cards_in_every_shape() {
        // Test numbers that the schemes publish.
        for text in [
            "%B4111111111111111^DOE/JANE^25121010000000000?",
            ";4111111111111111=25121010000000000?",
            "%B4111111111111111^DOE/JANE^25121010000000000?;4111111111111111=25121010000000000?",
            "%B3782 822463 10005^DOE/JANE^2512101000?",
            "%B378282246310005^DOE/JANE^2512101000?",
            ";5555555555554444=2512101?",
            ";4111111111111111=2512",
            ";4111111111111112=25121010000000000?",
            ";411111111111111125121010000000000?",
            "+4111111111111111==?",
            ";9999990000000004=25121010000000000?",
        ] {
            assert_eq!(stripe(text), Some(Stripe::Payment), "{text}");
        }
    }

    #[test]
    fn a_stripe_read_with_another_keyboard_layout() {
        for text in
            ["ö4111111111111111´25121010000000000_", "5B4111111111111111&DOE/JANE&2512101?", "4111 1111-1111 1111"]
        {
            assert!(is_anywhere(text, &[]), "{text}");
        }
        assert!(!is_anywhere("4111 1111 1111 1112", &[]));
        assert!(!is_anywhere("+49 30 1234567 4006381", &[]));
    }

    #[test]
    fn store_cards_have_a_number() {
        assert_eq!(stripe(";00012345?"), Some(Stripe::Store("00012345".into())));
        assert_eq!(stripe("%GIFT-778899^?"), Some(Stripe::Store("GIFT-778899".into())));
        assert_eq!(stripe("%BERTA7788^X^?;7788=00?"), Some(Stripe::Store("7788".into())));
        assert_eq!(stripe("%?"), None);
        assert_eq!(stripe("% off"), None);
        assert_eq!(stripe("4111111111111111"), None);
    }

    #[test]
    fn a_salon_s_own_prefix_wins_unless_it_is_a_scheme_s() {
        let card = ";6006490000000001=49121200000?";
        let luhn = luhn_is_right(&digits("6006490000000001").unwrap());
        let number = if luhn { card.to_owned() } else { card.replace("0001=", "0000=") };
        let own = vec!["600649".to_owned()];
        assert!(matches!(read_stripe(&number, &own), Some(Stripe::Store(_))), "{number}");
        let cheat = vec!["411111".to_owned(), "60".to_owned(), "".to_owned()];
        assert_eq!(read_stripe(";4111111111111111=2512101?", &cheat), Some(Stripe::Payment));
    }
}
