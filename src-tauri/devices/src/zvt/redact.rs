//! Takes card numbers out of texts that a terminal sends. What looks like one keeps its last four digits.

/// Card numbers have 12 to 19 digits (ISO/IEC 7812); masked ones have signs in place of digits.
const CARD_NUMBER_LEN_MIN: usize = 12;
const DIGITS_KEPT: usize = 4;

/// `text` with every run of 12 or more digits and masking signs, single spaces and hyphens among them allowed, reduced
/// to its last four. Chip application ids (`A000000…`) stay: receipts must show them.
pub fn without_card_numbers(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < characters.len() {
        let id_end = application_id_end(&characters, at);
        let end = id_end.unwrap_or_else(|| run_end(&characters, at));
        if end == at {
            out.push(characters[at]);
            at += 1;
            continue;
        }
        let run = &characters[at..end];
        if id_end.is_none() && is_card_number(run) {
            mask(run, &mut out);
        } else {
            out.extend(run);
        }
        at = end;
    }
    out
}

fn is_sign(character: char) -> bool {
    character.is_ascii_digit() || matches!(character, 'x' | 'X' | '*' | '#' | '•')
}

/// The end of the run of signs that begins at `start`; `start` itself when none does.
fn run_end(characters: &[char], start: usize) -> usize {
    let mut end = start;
    let mut at = start;
    while at < characters.len() {
        if is_sign(characters[at]) {
            at += 1;
            end = at;
        } else if end == at && at > start && matches!(characters[at], ' ' | '-') {
            at += 1;
        } else {
            break;
        }
    }
    end
}

fn is_card_number(run: &[char]) -> bool {
    let signs = run.iter().filter(|c| is_sign(**c)).count();
    let digits = run.iter().filter(|c| c.is_ascii_digit()).count();
    signs >= CARD_NUMBER_LEN_MIN && digits > 0
}

/// The end of the digits of a chip application id whose `A` stands before `start`. Card numbers do not begin with zeros.
fn application_id_end(characters: &[char], start: usize) -> Option<usize> {
    let digits = &characters[start..];
    let is_id = start > 0 && characters[start - 1] == 'A' && digits.starts_with(&['0'; 5]);
    is_id.then(|| {
        let length = digits.iter().take_while(|c| c.is_ascii_digit()).count();
        start + length
    })
}

fn mask(run: &[char], out: &mut String) {
    let signs: Vec<char> = run.iter().copied().filter(|c| is_sign(*c)).collect();
    let kept = signs.len() - DIGITS_KEPT;
    out.extend(std::iter::repeat_n('*', kept));
    out.extend(&signs[kept..]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn leaves_four_digits_of_a_card_number_and_all_else() {
        let cases = [
            ("Karte 4111 1111 1111 1234 EUR", "Karte ************1234 EUR"),
            ("PAN 5500000000005678", "PAN ************5678"),
            ("411111XXXXXX1234", "************1234"),
            ("4111-1111-1111-1234", "************1234"),
            ("Terminal-ID 65012345", "Terminal-ID 65012345"),
            ("Trace 000123 Beleg 0042", "Trace 000123 Beleg 0042"),
            ("12.05.2026 14:30", "12.05.2026 14:30"),
            ("AID A0000000031010", "AID A0000000031010"),
            ("A0000000031010 4111111111111234", "A0000000031010 ************1234"),
            ("Total 1.234,50", "Total 1.234,50"),
            ("100000000000x", "*********000x"),
            ("****************", "****************"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(without_card_numbers(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_card_number_survives(before in "[a-z: ]{0,8}", number in "[1-9][0-9]{11,18}", after in "[a-z ]{0,8}") {
            let redacted = without_card_numbers(&format!("{before}{number}{after}"));
            let digits = redacted.chars().filter(char::is_ascii_digit).count();
            // Fewer when a sign that masks stands right behind it.
            prop_assert!(digits <= 4, "{}", redacted);
        }

        #[test]
        fn any_text_is_taken(text in ".{0,60}") {
            let once = without_card_numbers(&text);
            prop_assert_eq!(without_card_numbers(&once), once.clone());
        }
    }
}
