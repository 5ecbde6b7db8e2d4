//! The messages between till and terminal that we know, both ways (PA00P015, chapters 2 and 3, and the summary of
//! commands). The driver and the simulator share them: what one writes, the other reads.

use super::apdu::Apdu;
use super::bcd;
use super::codes;
use super::fields::{Fields, FieldsError};
use super::password::Password;
use super::text;
use super::tlv::TlvFields;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// 06 00; the container may list the commands that the till takes
    Registration { password: Password, config: u8, currency: Option<u16>, tlv: TlvFields },
    /// 06 01: amount and currency
    Authorisation(Fields),
    /// 06 30: receipt number, and amount and currency to check against
    Reversal(Password, Fields),
    /// 06 31: amount and currency
    Refund(Password, Fields),
    /// 06 50
    EndOfDay(Password),
    /// 06 20: the service byte asks for the status information of the last transaction
    RepeatReceipt(Password, Fields),
    /// 06 70: the container may say which diagnosis
    Diagnosis(TlvFields),
    /// 06 02
    LogOff,
    /// 05 01
    StatusEnquiry(Option<Password>),
    /// 06 B0: from the till, stops what the terminal is doing
    AbortRequest,
    /// 04 0F
    StatusInformation(Fields),
    /// 04 FF
    IntermediateStatus { code: u8, timeout_min: Option<u8>, texts: Vec<String> },
    /// 06 D1; the kind of receipt as in a container
    PrintLine { attribute: u8, text: String, receipt_type: Option<u8> },
    /// 06 D3
    PrintBlock(TlvFields),
    /// 06 0F; after a status enquiry with the terminal's state and without bitmaps
    Completion { fields: Fields, terminal_state: Option<u8> },
    /// 06 1E: from the terminal, it has stopped
    Abort { code: u8, text: Option<String> },
    /// 80 00, or 84 00 which older terminals send
    Ack,
    /// 84 xx
    Nack(u8),
    /// Anything else
    Other { class: u8, instruction: u8 },
}

impl Command {
    pub fn to_apdu(&self) -> Apdu {
        let (class, instruction, data) = match self {
            Command::Registration { password, config, currency, tlv } => {
                let mut data = password_bytes(*password);
                data.push(*config);
                data.extend(currency.iter().flat_map(|code| bcd::encode(u64::from(*code), 2)));
                data.extend(optional_container(tlv));
                (0x06, 0x00, data)
            }
            Command::Authorisation(fields) => (0x06, 0x01, fields.encode()),
            Command::Reversal(password, fields) => (0x06, 0x30, protected(*password, fields)),
            Command::Refund(password, fields) => (0x06, 0x31, protected(*password, fields)),
            Command::EndOfDay(password) => (0x06, 0x50, password_bytes(*password)),
            Command::RepeatReceipt(password, fields) => (0x06, 0x20, protected(*password, fields)),
            Command::Diagnosis(tlv) => (0x06, 0x70, optional_container(tlv)),
            Command::LogOff => (0x06, 0x02, Vec::new()),
            Command::StatusEnquiry(password) => {
                let data = password.map(password_bytes).unwrap_or_default();
                (0x05, 0x01, data)
            }
            Command::AbortRequest => (0x06, 0xB0, Vec::new()),
            Command::StatusInformation(fields) => (0x04, 0x0F, fields.encode()),
            Command::IntermediateStatus { code, timeout_min, texts } => {
                (0x04, 0xFF, intermediate(*code, *timeout_min, texts))
            }
            Command::PrintLine { attribute, text: line, receipt_type } => {
                let mut data = vec![*attribute];
                data.extend(text::encode(line));
                data.extend(optional_container(&TlvFields { receipt_type: *receipt_type, ..TlvFields::default() }));
                (0x06, 0xD1, data)
            }
            Command::PrintBlock(tlv) => (0x06, 0xD3, container(tlv)),
            Command::Completion { fields, terminal_state } => {
                let mut data: Vec<u8> = terminal_state.iter().copied().collect();
                data.extend(fields.encode());
                (0x06, 0x0F, data)
            }
            Command::Abort { code, text } => (0x06, 0x1E, abort(*code, text.as_deref())),
            Command::Ack => (0x80, 0x00, Vec::new()),
            Command::Nack(code) => (0x84, *code, Vec::new()),
            Command::Other { class, instruction } => (*class, *instruction, Vec::new()),
        };
        Apdu::new(class, instruction, data)
    }

    pub fn from_apdu(apdu: &Apdu) -> Result<Command, FieldsError> {
        let data = apdu.data.as_slice();
        Ok(match (apdu.class, apdu.instruction) {
            (0x06, 0x00) => registration(data)?,
            (0x06, 0x01) => Command::Authorisation(Fields::decode(data)?),
            (0x06, 0x30) => read_protected(data, Command::Reversal)?,
            (0x06, 0x31) => read_protected(data, Command::Refund)?,
            (0x06, 0x50) => Command::EndOfDay(split_password(data)?.0),
            (0x06, 0x20) => read_protected(data, Command::RepeatReceipt)?,
            (0x06, 0x70) => Command::Diagnosis(Fields::decode(data)?.tlv),
            (0x06, 0x02) => Command::LogOff,
            (0x05, 0x01) if data.is_empty() => Command::StatusEnquiry(None),
            (0x05, 0x01) => Command::StatusEnquiry(Some(split_password(data)?.0)),
            (0x06, 0xB0) => Command::AbortRequest,
            (0x04, 0x0F) => Command::StatusInformation(Fields::decode(data)?),
            (0x04, 0xFF) => read_intermediate(data)?,
            (0x06, 0xD1) => print_line(data)?,
            (0x06, 0xD3) => Command::PrintBlock(Fields::decode(data)?.tlv),
            (0x06, 0x0F) => read_completion(data)?,
            (0x06, 0x1E) => read_abort(data),
            (0x80 | 0x84, 0x00) => Command::Ack,
            (0x84, code) => Command::Nack(code),
            (class, instruction) => Command::Other { class, instruction },
        })
    }
}

fn password_bytes(password: Password) -> Vec<u8> {
    bcd::encode(password.value(), 3)
}

fn split_password(data: &[u8]) -> Result<(Password, &[u8]), FieldsError> {
    let (password, rest) = data.split_at_checked(3).ok_or(FieldsError::Short)?;
    bcd::decode(password).and_then(Password::from_value).map(|password| (password, rest)).ok_or(FieldsError::Short)
}

fn protected(password: Password, fields: &Fields) -> Vec<u8> {
    let mut data = password_bytes(password);
    data.extend(fields.encode());
    data
}

fn read_protected(data: &[u8], command: fn(Password, Fields) -> Command) -> Result<Command, FieldsError> {
    let (password, rest) = split_password(data)?;
    Ok(command(password, Fields::decode(rest)?))
}

fn registration(data: &[u8]) -> Result<Command, FieldsError> {
    let (password, rest) = split_password(data)?;
    let (config, rest) = rest.split_first().ok_or(FieldsError::Short)?;
    let (currency, rest) = match rest.split_at_checked(2) {
        Some((code, rest)) => (bcd::decode(code).and_then(|code| u16::try_from(code).ok()), rest),
        None => (None, rest),
    };
    let fields = Fields::decode(rest)?;
    match fields.unread {
        0 => Ok(Command::Registration { password, config: *config, currency, tlv: fields.tlv }),
        _ => Err(FieldsError::Short),
    }
}

/// The text ends with the message, or with a container that says for whom the line is, as in the recordings of
/// Portalum.Zvt. A text cannot be taken for one: it has no control characters.
fn print_line(data: &[u8]) -> Result<Command, FieldsError> {
    let (attribute, line) = data.split_first().ok_or(FieldsError::Short)?;
    let container = line.iter().position(|byte| *byte == 0x06).and_then(|at| {
        let (tlv, used) = TlvFields::decode(&line[at + 1..]).ok()?;
        (at + 1 + used == line.len() && used > 1).then_some((at, tlv))
    });
    let (line, receipt_type) = match container {
        Some((at, tlv)) => (&line[..at], tlv.receipt_type),
        None => (line, None),
    };
    Ok(Command::PrintLine { attribute: *attribute, text: text::decode(line), receipt_type })
}

fn optional_container(tlv: &TlvFields) -> Vec<u8> {
    if tlv.is_empty() { Vec::new() } else { container(tlv) }
}

fn container(tlv: &TlvFields) -> Vec<u8> {
    let mut data = vec![0x06];
    data.extend(tlv.encode());
    data
}

/// With a text the time-out is always there, so that its byte cannot be taken for the container's.
fn intermediate(code: u8, timeout_min: Option<u8>, texts: &[String]) -> Vec<u8> {
    let mut data = vec![code];
    if timeout_min.is_some() || !texts.is_empty() {
        data.extend(bcd::encode(u64::from(timeout_min.unwrap_or(0)), 1));
    }
    if !texts.is_empty() {
        data.extend(container(&TlvFields { display: texts.to_vec(), ..TlvFields::default() }));
    }
    data
}

fn read_intermediate(data: &[u8]) -> Result<Command, FieldsError> {
    let (code, rest) = data.split_first().ok_or(FieldsError::Short)?;
    // Some terminals leave the time-out away before a container.
    let bare_container = match rest {
        [0x06, tail @ ..] if !tail.is_empty() => TlvFields::decode(tail).ok().filter(|(_, used)| *used == tail.len()),
        _ => None,
    };
    let (timeout_min, tlv) = match (bare_container, rest) {
        (Some((tlv, _)), _) => (None, tlv),
        (None, []) => (None, TlvFields::default()),
        (None, [timeout, rest @ ..]) => {
            let minutes = bcd::decode(&[*timeout]).map(|minutes| minutes as u8);
            (minutes, Fields::decode(rest)?.tlv)
        }
    };
    Ok(Command::IntermediateStatus { code: *code, timeout_min, texts: tlv.display })
}

/// Bitmaps as a rule. After a status enquiry the terminal's state stands alone, or after the software version (F0).
fn read_completion(data: &[u8]) -> Result<Command, FieldsError> {
    let fields = Fields::decode(data);
    if let Ok(fields) = &fields
        && fields.unread == 0
    {
        return Ok(Command::Completion { fields: fields.clone(), terminal_state: None });
    }
    let state_at = match data {
        [0xF0, high, low, ..] => 3 + usize::from(high & 0x0F) * 10 + usize::from(low & 0x0F),
        _ => 0,
    };
    let state = data.get(state_at).ok_or(FieldsError::Short)?;
    Ok(Command::Completion { fields: Fields::default(), terminal_state: Some(*state) })
}

fn abort(code: u8, error_text: Option<&str>) -> Vec<u8> {
    let mut data = vec![code];
    if let Some(error_text) = error_text {
        data.extend(container(&TlvFields { error_text: Some(error_text.to_owned()), ..TlvFields::default() }));
    }
    data
}

/// An abort without a code is still an abort.
fn read_abort(data: &[u8]) -> Command {
    let Some((code, rest)) = data.split_first() else {
        return Command::Abort { code: 0xFF, text: None };
    };
    // After "wrong currency" the terminal's own currency stands before the container, if it gives it.
    let rest = match *code {
        codes::result::WRONG_CURRENCY if rest.first() != Some(&0x06) => rest.get(2..).unwrap_or_default(),
        _ => rest,
    };
    let text = Fields::decode(rest).ok().and_then(|fields| fields.tlv.error_text);
    Command::Abort { code: *code, text }
}
