//! CODE128 (ISO/IEC 15417) in sets B and C: B for any printable ASCII, C for two digits in one symbol.

use super::push_widths;

/// Bars and spaces of the symbol values 0 to 105, and of the stop symbol.
#[rustfmt::skip]
const WIDTHS: [&str; 107] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213",
    "221312", "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132",
    "221231", "213212", "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211",
    "212123", "212321", "232121", "111323", "131123", "131321", "112313", "132113", "132311", "211313",
    "231113", "231311", "112133", "112331", "132131", "113123", "113321", "133121", "313121", "211331",
    "231131", "213113", "213311", "213131", "311123", "311321", "331121", "312113", "312311", "332111",
    "314111", "221411", "431111", "111224", "111422", "121124", "121421", "141122", "141221", "112214",
    "112412", "122114", "122411", "142112", "142211", "241211", "221114", "413111", "241112", "134111",
    "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112", "421211", "212141",
    "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311", "113141",
    "114131", "311141", "411131", "211412", "211214", "211232",
    "2331112",
];

const TO_C: u8 = 99;
const TO_B: u8 = 100;
const START_B: u8 = 104;
const START_C: u8 = 105;
const STOP: usize = 106;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Set {
    B,
    C,
}

/// Content cut into runs of one set each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code128 {
    runs: Vec<(Set, String)>,
}

/// How `content` is written in the fewest symbols that sets B and C allow: a run of digits goes into set C where that
/// pays for the change (ISO/IEC 15417, annex E): four at an end or by themselves, six in the middle. `None` when it is
/// empty or has anything but printable ASCII.
pub fn code128(content: &str) -> Option<Code128> {
    if content.is_empty() || !content.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return None;
    }
    let mut runs: Vec<(Set, String)> = Vec::new();
    let mut rest = content;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let at_an_end = runs.is_empty() || digits == rest.len();
        let pays = digits >= if at_an_end { 4 } else { 6 } || (digits == 2 && digits == content.len());
        if pays {
            // One digit too many stays in set B: in front, unless the code begins here.
            let odd = digits % 2;
            let lead = if runs.is_empty() { 0 } else { odd };
            push(&mut runs, Set::B, &rest[..lead]);
            push(&mut runs, Set::C, &rest[lead..lead + digits - odd]);
            rest = &rest[lead + digits - odd..];
        } else {
            let taken = digits.max(1);
            push(&mut runs, Set::B, &rest[..taken]);
            rest = &rest[taken..];
        }
    }
    Some(Code128 { runs })
}

/// `content` in set B alone, for whom the values of set C would be in the way.
pub fn code128_in_b(content: &str) -> Option<Code128> {
    code128(content).map(|_| Code128 { runs: vec![(Set::B, content.to_owned())] })
}

fn push(runs: &mut Vec<(Set, String)>, set: Set, text: &str) {
    match runs.last_mut() {
        _ if text.is_empty() => {}
        Some((last, run)) if *last == set => run.push_str(text),
        _ => runs.push((set, text.to_owned())),
    }
}

impl Code128 {
    /// The runs in order: any printable ASCII in set B, an even number of digits in set C.
    pub fn runs(&self) -> impl Iterator<Item = (Set, &str)> {
        self.runs.iter().map(|(set, run)| (*set, run.as_str()))
    }

    /// With start, check and stop symbol.
    pub fn bars(&self) -> Vec<bool> {
        let values = self.values();
        let check = values.iter().enumerate().map(|(at, value)| at.max(1) * usize::from(*value)).sum::<usize>() % 103;
        let mut bars = Vec::with_capacity((values.len() + 1) * 11 + 13);
        for value in values.iter().map(|value| usize::from(*value)).chain([check, STOP]) {
            push_widths(&mut bars, WIDTHS[value]);
        }
        bars
    }

    /// Symbol values from the start symbol on, without check and stop.
    fn values(&self) -> Vec<u8> {
        let mut values = Vec::new();
        for (set, run) in self.runs() {
            values.push(match (values.is_empty(), set) {
                (true, Set::B) => START_B,
                (true, Set::C) => START_C,
                (false, Set::B) => TO_B,
                (false, Set::C) => TO_C,
            });
            match set {
                Set::B => values.extend(run.bytes().map(|byte| byte - b' ')),
                Set::C => {
                    values.extend(run.as_bytes().chunks(2).map(|pair| pair.iter().fold(0, |n, d| n * 10 + (d - b'0'))))
                }
            }
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(content: &str) -> String {
        let code = code128(content).map(|code| code.runs);
        code.unwrap_or_default().into_iter().map(|(set, run)| format!("{set:?}:{run} ")).collect()
    }

    #[test]
    fn digits_go_into_set_c_where_that_pays() {
        for (content, expected) in [
            ("abc", "B:abc "),
            ("12", "C:12 "),
            ("123", "B:123 "),
            ("1234", "C:1234 "),
            ("12345", "C:1234 B:5 "),
            ("R-000123", "B:R- C:000123 "),
            ("R-12345", "B:R-1 C:2345 "),
            ("ab1234cd", "B:ab1234cd "),
            ("ab123456cd", "B:ab C:123456 B:cd "),
            ("ab12cd", "B:ab12cd "),
        ] {
            assert_eq!(runs(content), expected, "{content}");
        }
    }

    #[test]
    fn the_check_symbol_and_the_widths() {
        // "PJJ123C": the example of many texts, start B and check value 54.
        let code = code128("PJJ123C").map(|code| (code.values(), code.bars().len()));
        assert_eq!(code, Some((vec![104, 48, 42, 42, 17, 18, 19, 35], 9 * 11 + 13)));
        assert!(
            WIDTHS
                .iter()
                .all(|w| w.bytes().map(|b| u32::from(b - b'0')).sum::<u32>() == if w.len() == 7 { 13 } else { 11 })
        );
    }
}
