//! Numbers of the specification that more than one module needs (PA00P015, chapters on error messages, intermediate
//! states and the configuration byte).

/// Result codes (bitmap 27, and the data of an abort). 01 to 63 come from the card's network.
pub mod result {
    pub const OK: u8 = 0x00;
    pub const PROCESSING_ERROR: u8 = 0x66;
    pub const DECLINED_BY_HOST: u8 = 0x05;
    pub const NOT_REGISTERED: u8 = 0x6B;
    pub const ABORTED: u8 = 0x6C;
    pub const CARD_UNKNOWN: u8 = 0x7A;
    pub const WRONG_CURRENCY: u8 = 0x6F;
    pub const FUNCTION_NOT_POSSIBLE: u8 = 0x83;
    pub const END_OF_DAY_NOT_POSSIBLE: u8 = 0x77;
    pub const COMMUNICATION_ERROR: u8 = 0x7D;
    pub const PROTOCOL_ERROR: u8 = 0x9A;
    pub const PLEASE_WAIT: u8 = 0x9C;
    pub const RECEIVER_NOT_READY: u8 = 0xA0;
    pub const ALREADY_REVERSED: u8 = 0xB4;
    pub const REVERSAL_NOT_POSSIBLE: u8 = 0xB5;
    pub const AMOUNT_INCORRECT: u8 = 0xB7;
    pub const SYSTEM_ERROR: u8 = 0xFF;
}

/// Intermediate states (04 FF).
pub mod state {
    pub const INSERT_CARD: u8 = 0x0A;
    pub const REMOVE_CARD: u8 = 0x0B;
    pub const WATCH_PIN_PAD: u8 = 0x01;
    pub const WAITING_FOR_HOST: u8 = 0x04;
    pub const AUTO_REVERSAL: u8 = 0x05;
    pub const CARD_NOT_ADMITTED: u8 = 0x07;
    pub const PLEASE_WAIT: u8 = 0x0E;
    pub const NOT_ACCEPTED: u8 = 0x1D;
    pub const AUTOMATIC_DIAGNOSIS: u8 = 0xC9;
}

/// The configuration byte of a registration: we print the receipts of payments and of administration, line by line as
/// the terminal sends them; we want intermediate states; nobody types an amount at the terminal.
pub const CONFIG_BYTE: u8 = 0b1001_1110;

/// The service byte of a repeat receipt (06 20) that asks for the status information of the last transaction. Both low
/// bits are set: revisions of the specification give the meaning to either.
pub const SERVICE_BYTE_LAST_TRANSACTION: u8 = 0x03;

/// The bits of a configuration byte (PA00P015, registration).
pub const CONFIG_BITS: [(u8, &str); 6] = [
    (0x02, "prints_payment_receipts"),
    (0x04, "prints_administration_receipts"),
    (0x08, "wants_intermediate_status"),
    (0x10, "controls_payments"),
    (0x20, "controls_administration"),
    (0x80, "takes_print_commands"),
];

/// What a result code means (PA00P015, chapter on error messages), for a log or a support call; people at the counter
/// get the message catalogue's sentence.
pub fn describe(code: u8) -> &'static str {
    match code {
        result::OK => "no error",
        0x01..=0x63 => "declined by the card's network",
        0x64 => "card not readable",
        0x65 => "card data not present",
        result::PROCESSING_ERROR => "processing error",
        0x67 => "function not permitted for debit cards",
        0x68 => "function not permitted for credit cards",
        0x6A => "turnover file full",
        result::NOT_REGISTERED => "not registered",
        result::ABORTED => "stopped at the terminal or by time-out",
        0x6E => "card is blocked",
        result::WRONG_CURRENCY => "wrong currency",
        0x71 => "credit not sufficient",
        0x72 => "chip error",
        0x73 => "card data incorrect",
        0x74 => "key engine exhausted",
        0x75 => "text not authentic",
        0x76 => "card not in the white list",
        result::END_OF_DAY_NOT_POSSIBLE => "end-of-day batch not possible",
        0x78 => "card expired",
        0x79 => "card not yet valid",
        result::CARD_UNKNOWN => "card unknown",
        0x7B | 0x7C | 0x7E => "magnetic stripe not possible instead of the chip",
        result::COMMUNICATION_ERROR => "communication error",
        result::FUNCTION_NOT_POSSIBLE => "function not possible",
        0x85 => "key missing",
        0x89 | 0xED => "PIN pad defective",
        result::PROTOCOL_ERROR => "protocol error",
        0x9B => "communication fault",
        result::PLEASE_WAIT => "please wait",
        result::RECEIVER_NOT_READY => "receiver not ready",
        0xA1 => "the other side does not answer",
        0xA3 => "no connection",
        0xA4 => "submission of the cash card not possible",
        0xA5 => "function not allowed by the rules for card data",
        0xAF => "no connection to the host",
        0xB1 => "memory full",
        0xB2 => "merchant's journal full",
        result::ALREADY_REVERSED => "already reversed",
        result::REVERSAL_NOT_POSSIBLE => "reversal not possible",
        result::AMOUNT_INCORRECT => "amount incorrect",
        0xB8 => "error of the pre-authorisation",
        0xBF => "supply voltage too low",
        0xC0 => "card lock defective",
        0xC1 => "merchant's card locked",
        0xC2 => "diagnosis required",
        0xC3 => "maximum amount exceeded",
        0xC4 => "card profile invalid",
        0xC5 => "payment method not supported",
        0xC6 => "currency not applicable",
        0xC8 => "amount too small",
        0xC9 => "maximum transaction amount too small",
        0xCB => "function only allowed in euro",
        0xCC => "printer not ready",
        0xCD => "cashback not possible",
        0xD2 => "function not permitted for service cards",
        0xDC => "card inserted",
        0xDD => "error while the card was put out",
        0xDE => "error while the card was put in",
        0xE0 => "remote maintenance activated",
        0xE2 => "card reader defective",
        0xE3 => "shutter closed",
        0xE4 => "activation of the terminal required",
        0xE7 => "a group of goods was not found",
        0xE8 => "no table of groups of goods",
        0xE9 => "restriction code not permitted",
        0xEA => "card code not permitted",
        0xEB => "PIN algorithm unknown",
        0xEC => "PIN not possible",
        0xF0 => "an end-of-day batch is open",
        0xF1 => "offline error",
        0xF5 | 0xF6 => "personalisation required",
        0xFA => "offline transactions could not be sent",
        0xFB => "turnover record defective",
        0xFC => "a device is missing or defective",
        0xFD => "baud rate not supported",
        0xFE => "register unknown",
        result::SYSTEM_ERROR => "system error",
        _ => "refused",
    }
}

/// What an intermediate state means (PA00P015, table of intermediate states). From 40 to 67 the low six bits say it,
/// and the card is to be removed too.
pub fn describe_state(code: u8) -> &'static str {
    match if matches!(code, 0x40..=0x5D | 0x66 | 0x67) { code & 0x3F } else { code } {
        0x00 => "waiting for the amount to be confirmed",
        state::WATCH_PIN_PAD | 0x02 => "watch the PIN pad",
        0x03 => "not accepted",
        state::WAITING_FOR_HOST => "waiting for the bank",
        state::AUTO_REVERSAL => "reversing by itself",
        0x06 => "sending post-bookings",
        state::CARD_NOT_ADMITTED => "card not admitted",
        0x08 => "card unknown",
        0x09 => "card expired",
        state::INSERT_CARD => "insert card",
        state::REMOVE_CARD => "remove card",
        0x0C => "card not readable",
        0x0D => "processing error",
        state::PLEASE_WAIT | 0x17 => "please wait",
        0x0F => "automatic end of day",
        0x10 => "card invalid",
        0x11 => "balance displayed",
        0x12 => "system malfunction",
        0x13 => "payment not possible",
        0x14 => "credit not sufficient",
        0x15 => "PIN wrong",
        0x16 => "limit not sufficient",
        0x18 => "too many wrong PINs",
        0x19 => "card data incorrect",
        0x1A => "service mode",
        0x1B | 0x1C => "approved",
        state::NOT_ACCEPTED => "declined",
        0x26 | 0x27 => "waiting for a mobile number",
        0x28 => "currency selection",
        0x29 | 0xE1 => "language selection",
        0x2A => "insert card for loading",
        0x2B => "emergency transaction",
        0x2C | 0xE0 => "application selection",
        0x5E => "contactless reading finished",
        0x68 => "a customer card was inserted",
        0x69 => "currency choice of the client",
        0x6A | 0x6B => "PIN digit entered",
        0x6C => "PIN digit deleted",
        0x6D => "PIN entered",
        0xC7 => "waiting for the mileage",
        0xC8 => "waiting for the cashier",
        state::AUTOMATIC_DIAGNOSIS => "automatic diagnosis",
        0xCA => "automatic initialisation",
        0xCB => "merchant's journal full",
        0xCC => "PIN required",
        0xD2 => "dialling",
        0xD3 => "connected",
        0xE2 => "cleaning card wanted",
        0xF1 => "offline",
        0xF2 => "online",
        0xF3 => "offline transaction",
        _ => "",
    }
}
