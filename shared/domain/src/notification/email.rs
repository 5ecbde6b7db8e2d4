//! E-mail addresses as mailboxes out there have them: the plain form of RFC 5321, in ASCII. Quoted local parts, comments,
//! address literals and unencoded international names are refused: hardly anybody has one, and a slip looks like one.

use super::AddressError;

const ADDRESS_MAX: usize = 254;
const LOCAL_MAX: usize = 64;
const LABEL_MAX: usize = 63;

/// The address, its domain in lower case.
pub fn email_address(typed: &str) -> Result<String, AddressError> {
    let typed = typed.trim();
    let (local, domain) = typed.rsplit_once('@').ok_or(AddressError::NotAnEmail)?;
    let domain = domain.to_ascii_lowercase();
    if typed.len() > ADDRESS_MAX || !is_local(local) || !is_domain(&domain) {
        return Err(AddressError::NotAnEmail);
    }
    Ok(format!("{local}@{domain}"))
}

fn is_local(local: &str) -> bool {
    let atom = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&b))
    };
    local.len() <= LOCAL_MAX && local.split('.').all(atom)
}

fn is_domain(domain: &str) -> bool {
    let label = |text: &str| {
        (1..=LABEL_MAX).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
            && !text.starts_with('-')
            && !text.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && domain.split('.').all(label) && last.len() >= 2 && !last.bytes().all(|b| b.is_ascii_digit())
}

/// `m…@e….com` of `mia@example.com`.
pub fn masked_email(address: &str) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    match address.rsplit_once('@') {
        Some((local, domain)) => {
            let ending = domain.rsplit_once('.').map_or("", |(_, ending)| ending);
            format!("{}…@{}….{ending}", first(local), first(domain))
        }
        None => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_are_some() {
        for (typed, taken) in [
            (" mia@Example.COM ", "mia@example.com"),
            ("Mia.O'Brien+salon@mail.example.co.uk", "Mia.O'Brien+salon@mail.example.co.uk"),
            ("x@xn--mller-kva.example", "x@xn--mller-kva.example"),
        ] {
            assert_eq!(email_address(typed).as_deref(), Ok(taken));
        }
    }

    #[test]
    fn addresses_that_are_none() {
        let long = format!("{}@example.com", "x".repeat(65));
        let bad = [
            "",
            "mia",
            "@example.com",
            "mia@",
            "mia@example",
            "mia@@example.com",
            "mia@ex ample.com",
            "mia@.com",
            "mia@example..com",
            "mia@-example.com",
            "mia@127.0.0.1",
            ".mia@example.com",
            "mia.@example.com",
            "mi a@example.com",
            "mia@example.com\r\nBcc: x@example.com",
            "mia@example.com\nx",
            "mia@example.com,eve@example.com",
            "<mia@example.com>",
            "\"mia\"@example.com",
            "mía@example.com",
            long.as_str(),
        ];
        for typed in bad {
            assert_eq!(email_address(typed), Err(AddressError::NotAnEmail), "{typed:?}");
        }
    }

    #[test]
    fn a_mask_shows_little() {
        assert_eq!(masked_email("mia.brown@example.com"), "m…@e….com");
        assert_eq!(masked_email("nothing"), "…");
    }
}
