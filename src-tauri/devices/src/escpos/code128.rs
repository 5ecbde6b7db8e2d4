//! CODE128 as `GS k 73` takes it.

use super::raster::has_command;
use salon_symbol::{Code128, Set, code128, code128_in_b};

/// How `content` goes to a printer. Printers look for real-time commands in the data of a bar code too, and "1620" in set
/// C is `DLE DC4`: such a code is written in set B, a little wider. `None` as for [`code128`].
pub(super) fn plan(content: &str) -> Option<Code128> {
    let code = code128(content)?;
    if has_command(&data_of(&code)) { code128_in_b(content) } else { Some(code) }
}

/// The data of `GS k 73`: runs introduced by `{B` and `{C`; a brace in set B is doubled, for it introduces a set; two
/// digits of set C are one byte.
pub(super) fn code128_data(content: &str) -> Option<Vec<u8>> {
    plan(content).map(|code| data_of(&code))
}

fn data_of(code: &Code128) -> Vec<u8> {
    let mut data = Vec::new();
    for (set, run) in code.runs() {
        match set {
            Set::B => {
                data.extend(*b"{B");
                for byte in run.bytes() {
                    data.push(byte);
                    if byte == b'{' {
                        data.push(byte);
                    }
                }
            }
            Set::C => {
                data.extend(*b"{C");
                data.extend(run.as_bytes().chunks(2).map(|pair| pair.iter().fold(0, |n, d| n * 10 + (d - b'0'))));
            }
        }
    }
    data
}

/// What such data says. Set A's control characters come out as they are; the functions `{1` to `{4` are no text, and a
/// shift holds for one character. `None` for what begins without a set or leaves it.
pub(super) fn text_of(data: &[u8]) -> Option<String> {
    let mut rest = data;
    let mut set = None;
    let mut text = String::new();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        match (byte, tail.first()) {
            (b'{', Some(name @ b'A'..=b'C')) => set = Some(*name),
            (b'{', Some(b'S' | b'1'..=b'4')) => {}
            (b'{', Some(b'{')) => text.push('{'),
            (b'{', _) => return None,
            (value, _) => {
                match set? {
                    b'C' if value < 100 => text.push_str(&format!("{value:02}")),
                    b'C' => return None,
                    _ if value.is_ascii() => text.push(char::from(value)),
                    _ => return None,
                }
                continue;
            }
        }
        rest = rest.get(1..)?;
    }
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn digits_that_would_be_a_command_are_written_otherwise() {
        assert_eq!(code128_data("1620010001"), Some(b"{B1620010001".to_vec()));
        assert_eq!(code128_data("AB123456"), Some(b"{BAB{C\x0c\x22\x38".to_vec()));
    }

    #[test]
    fn reads_what_other_programs_write() {
        for (data, text) in [
            (&b"{A1234"[..], Some("1234")),
            (b"{B{1{{}", Some("{}")),
            (b"{C\x0c\x22{B!", Some("1234!")),
            (b"1234", None),
            (b"{B", None),
            (b"{X1", None),
            (b"{C\x64", None),
            (b"{B1{", None),
        ] {
            assert_eq!(text_of(data).as_deref(), text, "{data:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(content in prop_oneof!["[ -~]{1,30}", "[0-9]{1,30}"]) {
            let data = code128_data(&content).unwrap_or_default();
            prop_assert!(!has_command(&data));
            prop_assert_eq!(text_of(&data), Some(content));
        }
    }
}
