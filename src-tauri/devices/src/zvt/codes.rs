//! Numbers of the specification that more than one module needs (PA00P015, chapters on error messages, intermediate
//! states and the configuration byte).

/// Result codes (bitmap 27, and the data of an abort). 01 to 63 come from the card's network.
pub mod result {
    pub const OK: u8 = 0x00;
    pub const DECLINED_BY_HOST: u8 = 0x05;
    pub const NOT_REGISTERED: u8 = 0x6B;
    pub const ABORTED: u8 = 0x6C;
    pub const WRONG_CURRENCY: u8 = 0x6F;
    pub const FUNCTION_NOT_POSSIBLE: u8 = 0x83;
    pub const PROTOCOL_ERROR: u8 = 0x9A;
    pub const PLEASE_WAIT: u8 = 0x9C;
    pub const RECEIVER_NOT_READY: u8 = 0xA0;
    pub const ALREADY_REVERSED: u8 = 0xB4;
    pub const REVERSAL_NOT_POSSIBLE: u8 = 0xB5;
    pub const AMOUNT_INCORRECT: u8 = 0xB7;
}

/// Intermediate states (04 FF).
pub mod state {
    pub const INSERT_CARD: u8 = 0x0A;
    pub const REMOVE_CARD: u8 = 0x0B;
    pub const WATCH_PIN_PAD: u8 = 0x01;
    pub const WAITING_FOR_HOST: u8 = 0x04;
    pub const AUTO_REVERSAL: u8 = 0x05;
}

/// The configuration byte of a registration: we print the receipts of payments and of administration, line by line as
/// the terminal sends them; we want intermediate states; nobody types an amount at the terminal.
pub const CONFIG_BYTE: u8 = 0b1001_1110;

/// The service byte of a repeat receipt (06 20) that asks for the status information of the last transaction. Both low
/// bits are set: revisions of the specification give the meaning to either.
pub const SERVICE_BYTE_LAST_TRANSACTION: u8 = 0x03;

/// What a result code means, for a log or a support call; people at the counter get the message catalogue's sentence.
pub fn describe(code: u8) -> &'static str {
    match code {
        result::OK => "no error",
        0x01..=0x63 => "declined by the card's network",
        0x64 => "card not readable",
        0x65 => "card data not present",
        0x66 => "processing error",
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
        0x77 => "end-of-day batch not possible",
        0x78 => "card expired",
        0x79 => "card not yet valid",
        0x7A => "card unknown",
        0x7D => "communication error",
        result::FUNCTION_NOT_POSSIBLE => "function not possible",
        0x85 => "key missing",
        0x89 => "PIN pad defective",
        result::PROTOCOL_ERROR => "protocol error",
        0x9B => "communication fault",
        result::PLEASE_WAIT => "please wait",
        result::RECEIVER_NOT_READY => "receiver not ready",
        0xAF => "no connection to the host",
        result::ALREADY_REVERSED => "already reversed",
        result::REVERSAL_NOT_POSSIBLE => "reversal not possible",
        result::AMOUNT_INCORRECT => "amount incorrect",
        0xC3 => "maximum amount exceeded",
        0xC8 => "amount too small",
        0xF0 => "an end-of-day batch is open",
        0xFF => "system error",
        _ => "refused",
    }
}
