//! The data of one message as JSON, for [`super::describe`].

use super::apdu::Apdu;
use super::bcd;
use super::bitmap::{self, Bitmap, Content, Length};
use super::codes;
use super::command::Command;
use super::fields::last4;
use super::names;
use super::receipt::card_type_name;
use super::tags::{self, Shown};
use super::text;
use super::tlv::{self, DEPTH_MAX};
use super::totals::{CARD_GROUPS, Totals};
use salon_domain::kernel::Currency;
use serde_json::{Map, Value, json};

type Object = Map<String, Value>;

/// Adds what `apdu` says to `out`. Positions in errors count from the start of the data.
pub(super) fn of(apdu: &Apdu, out: &mut Object) {
    let data = apdu.data.as_slice();
    match (apdu.class, apdu.instruction) {
        (0x80 | 0x84, 0x00) => nothing_more(data, out),
        (0x84, code) => result_code(code, out),
        (0x06, 0x00) => registration(data, out),
        (0x06, 0x0F) => completion(data, out),
        (0x06, 0x1E) => abort(data, out),
        (0x04, 0xFF) => intermediate(apdu, out),
        (0x06, 0xD1) => print_line(apdu, out),
        (0x06, 0xC0) => {
            out.insert("timeout_s".into(), json!(data.first()));
            bitmaps(data, 1, out);
        }
        (0x05, 0x01) if data.len() < 3 => bitmaps(data, 0, out),
        (0x05, 0x01) => password(data, out),
        (class, instruction) if names::has_password(class, instruction) => password(data, out),
        (class, instruction) if names::command(class, instruction).is_some() => bitmaps(data, 0, out),
        _ => {
            out.insert("data_bytes".into(), json!(data.len()));
        }
    }
}

fn nothing_more(data: &[u8], out: &mut Object) {
    if !data.is_empty() {
        out.insert("data_bytes".into(), json!(data.len()));
    }
}

fn wrong(out: &mut Object, at: usize, what: String) {
    out.insert("error".into(), json!(what));
    out.insert("error_at_data_byte".into(), json!(at));
}

fn result_code(code: u8, out: &mut Object) {
    out.insert("result_code".into(), coded(code, codes::describe(code)));
}

fn coded(code: u8, meaning: &str) -> Value {
    json!({ "code": format!("{code:02X}"), "meaning": meaning })
}

fn password(data: &[u8], out: &mut Object) {
    if data.len() < 3 {
        return wrong(out, data.len(), "the message is shorter than its password".into());
    }
    out.insert("password".into(), json!("******"));
    bitmaps(data, 3, out);
}

fn registration(data: &[u8], out: &mut Object) {
    password_and_config(data, out);
    match data.get(4..) {
        None | Some([]) => {}
        Some([high, low, ..]) => {
            out.insert("currency".into(), currency(&[*high, *low]));
            bitmaps(data, 6, out);
        }
        Some(_) => wrong(out, 4, "a currency has two bytes".into()),
    }
}

fn password_and_config(data: &[u8], out: &mut Object) {
    let Some(config) = data.get(3) else {
        return wrong(out, data.len(), "the message is shorter than its fixed part".into());
    };
    out.insert("password".into(), json!("******"));
    let set: Vec<&str> =
        codes::CONFIG_BITS.iter().filter(|(bit, _)| config & bit != 0).map(|(_, name)| *name).collect();
    out.insert("config_byte".into(), json!({ "code": format!("{config:02X}"), "set": set }));
}

/// After a status enquiry the software version and the terminal's state stand before the bitmaps, or the state alone. A
/// version begins with a length of three digits, which no sequence of bitmaps does.
fn completion(data: &[u8], out: &mut Object) {
    let version = match data {
        [0xF0, ..] => bitmap::extent(Length::Lll, data),
        _ => None,
    };
    if let Some((start, size)) = version {
        let end = start + size;
        out.insert("software_version".into(), json!(text::decode(&data[start..end])));
        if let Some(state) = data.get(end) {
            out.insert("terminal_state".into(), coded(*state, codes::describe(*state)));
            bitmaps(data, end + 1, out);
        }
        return;
    }
    if let [state] = data {
        out.insert("terminal_state".into(), coded(*state, codes::describe(*state)));
        return;
    }
    bitmaps(data, 0, out);
}

fn abort(data: &[u8], out: &mut Object) {
    let Some(code) = data.first() else {
        return;
    };
    result_code(*code, out);
    let mut at = 1;
    if *code == codes::result::WRONG_CURRENCY
        && let Some([high, low]) = data.get(1..3)
        && *high != 0x06
    {
        out.insert("currency".into(), currency(&[*high, *low]));
        at = 3;
    }
    bitmaps(data, at, out);
}

/// The driver's decoder knows the two forms of it.
fn intermediate(apdu: &Apdu, out: &mut Object) {
    match Command::from_apdu(apdu) {
        Ok(Command::IntermediateStatus { code, timeout_min, texts }) => {
            out.insert("state".into(), coded(code, codes::describe_state(code)));
            if let Some(minutes) = timeout_min {
                out.insert("timeout_min".into(), json!(minutes));
            }
            if !texts.is_empty() {
                out.insert("texts".into(), json!(texts));
            }
        }
        Ok(_) => {}
        Err(error) => wrong(out, 0, error.to_string()),
    }
}

fn print_line(apdu: &Apdu, out: &mut Object) {
    match Command::from_apdu(apdu) {
        Ok(Command::PrintLine { attribute, text, receipt_type }) => {
            out.insert("attribute".into(), json!(format!("{attribute:02X}")));
            out.insert("texts".into(), json!([text]));
            if let Some(kind) = receipt_type {
                out.insert("receipt_type".into(), receipt_kind(kind));
            }
        }
        Ok(_) => {}
        Err(error) => wrong(out, 0, error.to_string()),
    }
}

fn receipt_kind(kind: u8) -> Value {
    let meaning = match kind {
        1 => "merchant's receipt",
        2 => "client's receipt",
        3 => "administration",
        _ => "",
    };
    coded(kind, meaning)
}

/// The bitmaps from byte `start` on, as far as they can be told apart.
fn bitmaps(data: &[u8], start: usize, out: &mut Object) {
    let mut found = Object::new();
    let mut texts = Vec::new();
    let mut at = start;
    while let Some((number, tail)) = data.get(at..).and_then(<[u8]>::split_first) {
        let Some(known) = bitmap::find(*number) else {
            let left = tail.len() + 1;
            wrong(out, at, format!("no bitmap has the number {number:02X}: {left} bytes are left unread"));
            break;
        };
        if known.length == Length::Tlv {
            match container(tail, &mut texts) {
                Ok((tree, used)) => {
                    add(&mut found, known.name, tree);
                    at += 1 + used;
                    continue;
                }
                Err(used) => {
                    wrong(out, at + 1 + used, "the container does not hold together".into());
                    break;
                }
            }
        }
        let Some((from, size)) = bitmap::extent(known.length, tail) else {
            wrong(out, at, format!("bitmap {number:02X} ({}) is longer than the message", known.name));
            break;
        };
        let value = &tail[from..from + size];
        add(&mut found, known.name, value_of(known, value));
        if known.content == Content::Text && is_for_reading(*number) {
            texts.push(text::decode_lines(value));
        }
        at += 1 + from + size;
    }
    if !found.is_empty() {
        out.insert("bitmaps".into(), Value::Object(found));
    }
    if !texts.is_empty() {
        out.insert("texts".into(), json!(texts));
    }
}

/// Texts that somebody shows or prints; the others are names and numbers.
fn is_for_reading(number: u8) -> bool {
    matches!(number, 0x3C | 0xE1..=0xE8 | 0xF1..=0xF8)
}

/// A bitmap that comes twice becomes a list.
fn add(found: &mut Object, name: &str, value: Value) {
    match found.get_mut(name) {
        None => {
            found.insert(name.to_owned(), value);
        }
        Some(Value::Array(list)) if name != "tlv" => list.push(value),
        Some(first) => *first = json!([first.take(), value]),
    }
}

fn value_of(known: &Bitmap, value: &[u8]) -> Value {
    let unreadable = || json!({ "unreadable_bytes": value.len() });
    match known.content {
        Content::Amount | Content::Number if known.number != 0x29 => {
            bcd::decode(value).map_or_else(unreadable, |n| json!(n))
        }
        Content::Amount | Content::Number => bcd::decode(value).map_or_else(unreadable, |n| json!(format!("{n:08}"))),
        Content::Code => json!(hex(value)),
        Content::Time => parts(value, ':').map_or_else(unreadable, Value::String),
        Content::Date => parts(value, '-').map_or_else(unreadable, Value::String),
        Content::Currency => currency(value),
        Content::Text => json!(text::decode_lines(value).trim_end()),
        Content::ResultCode => value.first().map_or(Value::Null, |code| coded(*code, codes::describe(*code))),
        Content::CardType => value
            .first()
            .map_or(Value::Null, |code| json!({ "code": code, "meaning": card_type_name(*code).unwrap_or("") })),
        Content::Totals => Totals::decode(value).map_or_else(unreadable, |totals| totals_of(&totals)),
        Content::CardNumber => {
            json!(last4(value).map_or_else(|| "****".to_owned(), |last| format!("************{last}")))
        }
        Content::Secret | Content::Container => json!({ "hidden_bytes": value.len() }),
    }
}

fn totals_of(totals: &Totals) -> Value {
    let mut cards = Object::new();
    for (name, total) in CARD_GROUPS.iter().zip(&totals.groups) {
        if total.count > 0 || total.amount_minor > 0 {
            cards.insert((*name).to_owned(), json!({ "count": total.count, "amount_minor": total.amount_minor }));
        }
    }
    json!({ "first_receipt": totals.first_receipt, "last_receipt": totals.last_receipt, "cards": cards })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// Two digits a byte with a sign between.
fn parts(value: &[u8], between: char) -> Option<String> {
    bcd::decode(value)?;
    let parts: Vec<String> = value.iter().map(|byte| format!("{byte:02X}")).collect();
    Some(parts.join(&between.to_string()))
}

fn currency(value: &[u8]) -> Value {
    let Some(code) = bcd::decode(value) else {
        return json!({ "unreadable_bytes": value.len() });
    };
    let known = [Currency::CAD, Currency::EUR, Currency::GBP, Currency::USD, Currency::CHF, Currency::JPY];
    let name = known.iter().find(|currency| currency.numeric().map(u64::from) == Some(code));
    name.map_or_else(|| json!(format!("{code:03}")), |currency| json!(currency.code()))
}

/// The objects of the container that begins with its length, and how many bytes it takes; or at which it breaks.
fn container(tail: &[u8], texts: &mut Vec<String>) -> Result<(Value, usize), usize> {
    let (size, header) = tlv::read_length(tail).map_err(|_| 0_usize)?;
    let body = tail.get(header..header + size).ok_or(0_usize)?;
    let tree = objects(body, 0, texts).map_err(|at| header + at)?;
    Ok((Value::Array(tree), header + size))
}

fn objects(body: &[u8], depth: u8, texts: &mut Vec<String>) -> Result<Vec<Value>, usize> {
    if depth > DEPTH_MAX {
        return Err(0);
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < body.len() {
        let (object, used) = tlv::next_object(&body[at..]).map_err(|_| at)?;
        let (name, shown) = tags::find(object.tag).unwrap_or(("unknown", Shown::Nothing));
        let mut node = Object::new();
        node.insert("tag".into(), json!(tags::written(object.tag)));
        node.insert("name".into(), json!(name));
        let value = object.value;
        if object.constructed {
            let inside = objects(value, depth + 1, texts).map_err(|inner| at + used - value.len() + inner)?;
            node.insert("objects".into(), Value::Array(inside));
        } else if object.tag == 0x1F07 && value.len() == 1 {
            node.insert("value".into(), receipt_kind(value[0]));
        } else {
            node.insert("value".into(), tag_value(object.tag, shown, value));
        }
        if matches!(object.tag, 0x07 | 0x1F17) {
            texts.push(text::decode(value));
        }
        out.push(Value::Object(node));
        at += used;
    }
    Ok(out)
}

/// Values that are short by the specification; a longer one is something else.
const SHORT_LEN_MAX: usize = 5;
const APPLICATION_ID_LEN_MAX: usize = 16;

fn tag_value(tag: u32, shown: Shown, value: &[u8]) -> Value {
    let hidden = || json!({ "hidden_bytes": value.len() });
    match shown {
        Shown::Text => json!(text::decode(value)),
        Shown::Number if value.len() <= SHORT_LEN_MAX => bcd::decode(value).map_or_else(hidden, |number| json!(number)),
        Shown::Hex if value.len() <= SHORT_LEN_MAX => json!(hex(value)),
        // An application's provider has a letter first (ISO/IEC 7816-5), a card number has none.
        Shown::Hex
            if tag == 0x43 && value.len() <= APPLICATION_ID_LEN_MAX && value.first().is_some_and(|b| *b >= 0xA0) =>
        {
            json!(hex(value))
        }
        _ => hidden(),
    }
}
