//! The objects of the TLV container by name, and which of their values may be shown (PA00P015, chapter on TLV
//! containers, list of data objects). What is not listed is shown by its length alone: it could be data of a card.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    Text,
    /// Two digits a byte.
    Number,
    /// As it stands.
    Hex,
    Objects,
    /// Data of a card.
    Nothing,
}

pub(super) fn find(tag: u32) -> Option<(&'static str, Shown)> {
    use Shown::{Hex, Nothing, Number, Objects, Text};
    Some(match tag {
        0x01 => ("bitmap_data", Nothing),
        0x07 => ("text_line", Text),
        0x08 => ("display_duration_s", Hex),
        0x09 => ("line_attribute", Hex),
        0x0A => ("command", Hex),
        0x10 => ("display_columns", Number),
        0x11 => ("display_lines", Number),
        0x12 => ("printer_columns", Number),
        0x14 => ("character_set", Hex),
        0x15 => ("language", Text),
        0x1A => ("message_length_max", Hex),
        0x1B => ("diagnosis_type", Hex),
        0x1C => ("file_content", Nothing),
        0x1D => ("file_id", Hex),
        0x1E => ("file_position", Hex),
        0x1F00 => ("file_size", Hex),
        0x1F04 => ("receipt_parameter", Hex),
        0x1F05 => ("transaction_parameter", Hex),
        0x1F07 => ("receipt_type", Hex),
        0x1F0B => ("pre_authorisation_max_minor", Number),
        0x1F0D => ("payment_characteristic", Hex),
        0x1F0E => ("date", Number),
        0x1F0F => ("time", Number),
        0x1F10 => ("cardholder_authentication", Hex),
        0x1F11 => ("online_flag", Hex),
        0x1F12 => ("card_technology", Hex),
        0x1F14 => ("card_identification", Nothing),
        0x1F15 => ("card_reading_control", Hex),
        0x1F16 => ("extended_error_code", Hex),
        0x1F17 => ("extended_error_text", Text),
        0x1F2B => ("long_trace", Number),
        0x1F37 => ("receipt_information", Hex),
        0x1F40 => ("device_name", Text),
        0x1F41 => ("software_version", Text),
        0x1F42 => ("serial_number", Nothing),
        0x1F43 => ("device_state", Hex),
        0x1F44 => ("terminal_id", Number),
        0x1F45 => ("answer_to_select", Nothing),
        0x1F4C => ("contactless_card_type", Hex),
        0x1F4D => ("contactless_card_sub_type", Hex),
        0x1F4F => ("answer_to_request", Nothing),
        0x1F50 => ("select_acknowledge", Nothing),
        0x1F60 => ("readable_card_type", Hex),
        0x1F62 => ("bitmap_60_prefix", Text),
        0x1F63 => ("bitmap_60_data", Nothing),
        0x24 => ("display_texts", Objects),
        0x25 => ("print_texts", Objects),
        0x26 => ("permitted_commands", Objects),
        0x27 => ("supported_character_sets", Objects),
        0x28 => ("supported_languages", Objects),
        0x29 => ("menus", Objects),
        0x2A => ("menu", Objects),
        0x2D => ("file", Objects),
        0x2F => ("payment_type", Objects),
        0x34 => ("date_and_time", Objects),
        0x40 => ("emv_configuration", Hex),
        0x41 => ("card_type_id", Hex),
        0x42 => ("application_label", Text),
        0x43 => ("application_id", Hex),
        0x44 => ("application_name", Text),
        0x45 => ("receipt_parameter_emv", Hex),
        0x46 => ("emv_print_data_client", Text),
        0x47 => ("emv_print_data_merchant", Text),
        0x4C => ("card_uid", Nothing),
        0x60 => ("application", Objects),
        0x62 => ("applications_on_card", Objects),
        0xE4 => ("device_information", Objects),
        0xE9 => ("bitmap_60", Objects),
        _ => return None,
    })
}

/// A tag as the specification writes it.
pub(super) fn written(tag: u32) -> String {
    if tag > 0xFFFF {
        format!("{tag:06X}")
    } else if tag > 0xFF {
        format!("{tag:04X}")
    } else {
        format!("{tag:02X}")
    }
}
