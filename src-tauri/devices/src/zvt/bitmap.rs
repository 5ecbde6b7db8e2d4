//! The bitmaps of the specification: number, name, length and content of each (PA00P015, summary of the bitmaps in
//! use; 70 to 75 from its chapter on displaying images). One table for the decoder of a till and for [`super::describe`].

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// Bytes.
    Fixed(usize),
    /// Two digits of length, one in the low half of each byte.
    Ll,
    /// Three of them.
    Lll,
    /// As TLV containers have it.
    Tlv,
}

/// What the bytes mean. The first rows of [`BITMAPS`] show how each is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// A number in two digits a byte.
    Number,
    /// One byte, or some, without a value to count with.
    Code,
    /// Minor units.
    Amount,
    /// `hhmmss`
    Time,
    /// `MMDD`, or `YYMMDD` in three bytes.
    Date,
    /// ISO 4217
    Currency,
    Text,
    ResultCode,
    CardType,
    Totals,
    Container,
    /// A card number, masked or not: four digits may be known.
    CardNumber,
    /// Other data of a card or a key. Nothing may be known.
    Secret,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Bitmap {
    pub number: u8,
    pub name: &'static str,
    pub length: Length,
    pub content: Content,
}

const fn row(number: u8, name: &'static str, length: Length, content: Content) -> Bitmap {
    Bitmap { number, name, length, content }
}

use Content as C;
use Length::{Fixed, Ll, Lll};

/// In ascending order.
pub(super) const BITMAPS: &[Bitmap] = &[
    row(0x01, "timeout", Fixed(1), C::Code),
    row(0x02, "status_information_count_max", Fixed(1), C::Code),
    row(0x03, "service_byte", Fixed(1), C::Code),
    row(0x04, "amount_minor", Fixed(6), C::Amount),
    row(0x05, "pump_number", Fixed(1), C::Code),
    row(0x06, "tlv", Length::Tlv, C::Container),
    row(0x0B, "trace", Fixed(3), C::Number),
    row(0x0C, "time", Fixed(3), C::Time),
    row(0x0D, "date", Fixed(2), C::Date),
    row(0x0E, "expiry_date", Fixed(2), C::Secret),
    row(0x17, "card_sequence_number", Fixed(2), C::Number),
    row(0x19, "status_byte", Fixed(1), C::Code),
    row(0x22, "card_number", Ll, C::CardNumber),
    row(0x23, "track_2", Ll, C::Secret),
    row(0x24, "track_3", Lll, C::Secret),
    row(0x27, "result_code", Fixed(1), C::ResultCode),
    row(0x29, "terminal_id", Fixed(4), C::Number),
    row(0x2A, "contract_number", Fixed(15), C::Text),
    row(0x2D, "track_1", Ll, C::Secret),
    row(0x2E, "synchronous_chip_data", Lll, C::Secret),
    row(0x37, "original_trace", Fixed(3), C::Number),
    row(0x3A, "check_value", Fixed(2), C::Secret),
    row(0x3B, "authorisation", Fixed(8), C::Text),
    row(0x3C, "additional_text", Lll, C::Text),
    row(0x3D, "password", Fixed(3), C::Secret),
    row(0x49, "currency", Fixed(2), C::Currency),
    row(0x60, "totals", Lll, C::Totals),
    row(0x70, "image_request_id", Fixed(4), C::Code),
    row(0x71, "image_size", Fixed(4), C::Code),
    row(0x72, "image_type", Fixed(1), C::Code),
    row(0x73, "image_encoding", Fixed(1), C::Code),
    row(0x74, "image_part_count", Fixed(1), C::Code),
    row(0x75, "image_part", Fixed(1), C::Code),
    row(0x87, "receipt_number", Fixed(2), C::Number),
    row(0x88, "turnover_record_number", Fixed(3), C::Number),
    row(0x8A, "card_type", Fixed(1), C::CardType),
    row(0x8B, "card_name", Ll, C::Text),
    row(0x8C, "network_card_type", Fixed(1), C::Code),
    row(0x9A, "geldkarte_record", Lll, C::Secret),
    row(0xA0, "result_code_as", Fixed(1), C::Code),
    row(0xA7, "chip_data", Ll, C::Secret),
    row(0xAA, "date_with_year", Fixed(3), C::Date),
    row(0xAF, "chip_file_information", Lll, C::Secret),
    row(0xBA, "aid_parameter", Fixed(5), C::Code),
    row(0xD0, "key_algorithm", Fixed(1), C::Code),
    row(0xD1, "pin_data", Ll, C::Secret),
    row(0xD2, "card_output_direction", Fixed(1), C::Code),
    row(0xD3, "key_id", Fixed(1), C::Code),
    row(0xE0, "input_length_min", Fixed(1), C::Code),
    row(0xE1, "second_text_line_1", Ll, C::Text),
    row(0xE2, "second_text_line_2", Ll, C::Text),
    row(0xE3, "second_text_line_3", Ll, C::Text),
    row(0xE4, "second_text_line_4", Ll, C::Text),
    row(0xE5, "second_text_line_5", Ll, C::Text),
    row(0xE6, "second_text_line_6", Ll, C::Text),
    row(0xE7, "second_text_line_7", Ll, C::Text),
    row(0xE8, "second_text_line_8", Ll, C::Text),
    row(0xE9, "input_length_max", Fixed(1), C::Code),
    row(0xEA, "input_echo", Fixed(1), C::Code),
    row(0xEB, "text_mac", Fixed(8), C::Secret),
    row(0xF0, "display_duration_s", Fixed(1), C::Code),
    row(0xF1, "text_line_1", Ll, C::Text),
    row(0xF2, "text_line_2", Ll, C::Text),
    row(0xF3, "text_line_3", Ll, C::Text),
    row(0xF4, "text_line_4", Ll, C::Text),
    row(0xF5, "text_line_5", Ll, C::Text),
    row(0xF6, "text_line_6", Ll, C::Text),
    row(0xF7, "text_line_7", Ll, C::Text),
    row(0xF8, "text_line_8", Ll, C::Text),
    row(0xF9, "beep_count", Fixed(1), C::Code),
    row(0xFA, "card_reader_activation", Fixed(1), C::Code),
    row(0xFB, "confirmation_required", Fixed(1), C::Code),
    row(0xFC, "dialog_control", Fixed(1), C::Code),
    row(0xFD, "display_device", Fixed(1), C::Code),
];

pub(super) fn find(number: u8) -> Option<&'static Bitmap> {
    BITMAPS.binary_search_by_key(&number, |bitmap| bitmap.number).ok().and_then(|at| BITMAPS.get(at))
}

/// Where the value of a bitmap stands in what follows its number: `start..start + size`; `None` if it is not all there
/// or its length is no number. Not for containers.
pub(super) fn extent(length: Length, tail: &[u8]) -> Option<(usize, usize)> {
    let (start, size) = match length {
        Fixed(size) => (0, size),
        Ll => (2, digits(tail.get(..2)?)?),
        Lll => (3, digits(tail.get(..3)?)?),
        Length::Tlv => return None,
    };
    (tail.len() >= start + size).then_some((start, size))
}

fn digits(bytes: &[u8]) -> Option<usize> {
    bytes.iter().try_fold(0, |length, byte| {
        let digit = usize::from(byte & 0x0F);
        (byte & 0xF0 == 0xF0 && digit <= 9).then_some(length * 10 + digit)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::zvt::Fields;
    use proptest::prelude::*;

    /// A bitmap with `value` in it, cut or filled up to its length.
    fn written(bitmap: &Bitmap, value: &[u8]) -> Vec<u8> {
        let digit = |length: usize, place: usize| 0xF0 | (length / place % 10) as u8;
        let length = value.len();
        let mut bytes = vec![bitmap.number];
        match bitmap.length {
            Fixed(size) => {
                bytes.extend(value.iter().copied().chain(std::iter::repeat(0)).take(size));
                return bytes;
            }
            Ll => bytes.extend([digit(length, 10), digit(length, 1)]),
            Lll => bytes.extend([digit(length, 100), digit(length, 10), digit(length, 1)]),
            // One object.
            Length::Tlv => bytes.extend([length as u8 + 2, 0x1E, length as u8]),
        }
        bytes.extend_from_slice(value);
        bytes
    }

    proptest! {
        /// What comes after any bitmap of the summary is found, whatever is in it.
        #[test]
        fn every_bitmap_is_stepped_over(at in 0..BITMAPS.len(), value in proptest::collection::vec(0_u8..0x9A, 0..99)) {
            let digits: Vec<u8> = value.iter().map(|byte| byte % 10 * 16 + byte / 16 % 10).collect();
            let mut bytes = written(&BITMAPS[at], &digits);
            bytes.extend([0x8C, 0x01, 0x27, 0x05]);
            let fields = Fields::decode(&bytes);
            prop_assert_eq!(fields.map(|fields| (fields.result_code, fields.unread)), Ok((Some(0x05), 0)));
        }
    }

    #[test]
    fn the_table_is_in_order_and_has_each_name_once() {
        assert!(BITMAPS.windows(2).all(|pair| pair[0].number < pair[1].number));
        let names: std::collections::BTreeSet<&str> = BITMAPS.iter().map(|bitmap| bitmap.name).collect();
        assert_eq!(names.len(), BITMAPS.len());
        for bitmap in BITMAPS {
            assert_eq!(find(bitmap.number).map(|found| found.name), Some(bitmap.name));
        }
        assert!(find(0x5F).is_none());
    }

    #[test]
    fn lengths_as_other_projects_read_them() {
        // Portalum.Zvt, its tests of LL and LLL lengths.
        assert_eq!(digits(&[0xF0, 0xF1, 0xF9]), Some(19));
        assert_eq!(digits(&[0xF1, 0xF8, 0xF9]), Some(189));
        assert_eq!(digits(&[0xF1, 0xF8]), Some(18));
        assert_eq!(digits(&[0x11, 0xF8]), None);
    }
}
