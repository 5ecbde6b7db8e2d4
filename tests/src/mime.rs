//! A mail, read: headers, parts and their content (RFC 5322, RFC 2045–2047), as much as our own mails need. It fails where
//! a mail program would have to guess.

use anyhow::{Context, bail, ensure};
use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

/// A mail, or a part of one.
#[derive(Debug, Clone)]
pub struct Part {
    /// In their order, unfolded, encoded words decoded.
    pub headers: Vec<(String, String)>,
    /// Of a multipart.
    pub parts: Vec<Part>,
    /// Of any other, decoded.
    pub content: Vec<u8>,
}

impl Part {
    pub fn read(raw: &[u8]) -> anyhow::Result<Part> {
        let text = std::str::from_utf8(raw).context("a mail of ours is ASCII")?;
        ensure!(text.is_ascii(), "a byte is not ASCII");
        let (head, body) = text.split_once("\r\n\r\n").context("no end of the headers")?;
        let headers = headers(head)?;
        let part = Part { headers, parts: Vec::new(), content: Vec::new() };
        let kind = part.header("Content-Type").unwrap_or("text/plain").to_owned();
        if kind.starts_with("multipart/") {
            let boundary = parameter(&kind, "boundary").context("a multipart without a boundary")?;
            return Ok(Part { parts: split(body, &boundary)?, ..part });
        }
        let content = match part.header("Content-Transfer-Encoding").unwrap_or("7bit") {
            "base64" => BASE64.decode(body.replace("\r\n", "")).context("no base64")?,
            "quoted-printable" => quoted_printable(body)?,
            "7bit" => body.as_bytes().to_vec(),
            other => bail!("an encoding that is none: {other}"),
        };
        Ok(Part { content, ..part })
    }

    /// The header; nothing where it is there twice.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut found = self.headers.iter().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The first part of a media type, however deep.
    pub fn part(&self, media_type: &str) -> Option<&Part> {
        let kind = self.header("Content-Type").unwrap_or_default();
        if kind.split(';').next().is_some_and(|kind| kind.trim() == media_type) {
            return Some(self);
        }
        self.parts.iter().find_map(|part| part.part(media_type))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.content).into_owned()
    }
}

fn headers(head: &str) -> anyhow::Result<Vec<(String, String)>> {
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in head.split("\r\n") {
        if line.starts_with([' ', '\t']) {
            let (_, value) = headers.last_mut().context("a fold without a header")?;
            value.push(' ');
            value.push_str(line.trim());
            continue;
        }
        let (name, value) = line.split_once(':').with_context(|| format!("no header: {line}"))?;
        ensure!(name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'), "no header's name: {name}");
        headers.push((name.to_owned(), value.trim().to_owned()));
    }
    Ok(headers.into_iter().map(|(name, value)| (name, encoded_words(&value))).collect())
}

fn split(body: &str, boundary: &str) -> anyhow::Result<Vec<Part>> {
    let between = format!("--{boundary}\r\n");
    let end = format!("--{boundary}--");
    let (body, _) = body.split_once(&end).context("a multipart without an end")?;
    let mut pieces = body.split(&between);
    pieces.next();
    pieces.map(|piece| Part::read(piece.strip_suffix("\r\n").unwrap_or(piece).as_bytes())).collect()
}

/// `multipart/mixed; boundary="x"`
pub fn parameter(value: &str, name: &str) -> Option<String> {
    value.split(';').skip(1).find_map(|pair| {
        let (known, value) = pair.trim().split_once('=')?;
        known.eq_ignore_ascii_case(name).then(|| value.trim_matches('"').to_owned())
    })
}

fn quoted_printable(body: &str) -> anyhow::Result<Vec<u8>> {
    let joined = body.replace("=\r\n", "");
    let (mut out, mut rest) = (Vec::new(), joined.as_str());
    while let Some((plain, after)) = rest.split_once('=') {
        out.extend_from_slice(plain.as_bytes());
        let hex = after.get(..2).context("a sign without its digits")?;
        out.push(u8::from_str_radix(hex, 16).context("no hexadecimal digits")?);
        rest = &after[2..];
    }
    out.extend_from_slice(rest.as_bytes());
    Ok(out)
}

/// `=?utf-8?b?…?=`, neighbours joined.
fn encoded_words(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find("=?") {
        let (plain, word) = rest.split_at(at);
        if !plain.trim().is_empty() || out.is_empty() {
            out.push_str(plain);
        }
        let Some((decoded, after)) = word.get(2..).and_then(encoded_word) else {
            out.push_str(word);
            return out;
        };
        out.push_str(&decoded);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn encoded_word(word: &str) -> Option<(String, &str)> {
    let (charset, rest) = word.split_once('?')?;
    let (encoding, rest) = rest.split_once('?')?;
    let (text, after) = rest.split_once("?=")?;
    if !charset.eq_ignore_ascii_case("utf-8") || !encoding.eq_ignore_ascii_case("b") {
        return None;
    }
    Some((String::from_utf8(BASE64.decode(text).ok()?).ok()?, after))
}
