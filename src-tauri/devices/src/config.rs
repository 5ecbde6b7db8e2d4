//! What a branch's settings say about its devices. Read by the composition root, which asks [`crate::printer`] and
//! [`crate::card_terminal`] for the ports.

use crate::escpos::CodePage;
use crate::zvt::Password;
use salon_domain::kernel::Currency;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PrinterConfig {
    /// An ESC/POS printer on the network, most often at port 9100.
    EscposTcp {
        address: String,
        /// Characters in a line of the normal font: 32 on 58 mm paper, 48 on 80 mm.
        #[serde(default = "columns_of_80_mm")]
        columns: u8,
        #[serde(default)]
        code_page: CodePage,
        /// Which level of connector pin 3 means that the drawer is open; it depends on the drawer's switch.
        #[serde(default = "yes")]
        drawer_open_is_high: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CardTerminalConfig {
    /// A ZVT terminal on the network, most often at port 20007.
    ZvtTcp {
        address: String,
        #[serde(default)]
        password: Password,
        #[serde(default = "euro")]
        currency: Currency,
        /// How long the client has to hold the card; then the terminal is asked to stop.
        #[serde(default = "card_timeout_s")]
        card_timeout_s: u16,
    },
}

fn columns_of_80_mm() -> u8 {
    48
}
fn yes() -> bool {
    true
}
fn euro() -> Currency {
    Currency::EUR
}
fn card_timeout_s() -> u16 {
    120
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_settings_hold() {
        let printer: PrinterConfig = serde_json::from_str(
            r#"{"kind":"escpos_tcp","address":"127.0.0.1:9100","columns":32,"code_page":"cp852"}"#,
        )
        .unwrap();
        assert_eq!(
            printer,
            PrinterConfig::EscposTcp {
                address: "127.0.0.1:9100".into(),
                columns: 32,
                code_page: CodePage::Cp852,
                drawer_open_is_high: true,
            }
        );
        let card: CardTerminalConfig = serde_json::from_str(
            r#"{"kind":"zvt_tcp","address":"10.0.0.5:20007","password":"123456","currency":"EUR"}"#,
        )
        .unwrap();
        assert!(!format!("{card:?}").contains("123456"));
        let back: CardTerminalConfig = serde_json::from_str(&serde_json::to_string(&card).unwrap()).unwrap();
        assert_eq!(back, card);
    }

    #[test]
    fn refuses_a_password_that_no_terminal_takes() {
        for password in ["12345", "1234567", "12345a", ""] {
            let json = format!(r#"{{"kind":"zvt_tcp","address":"x","password":"{password}"}}"#);
            assert!(serde_json::from_str::<CardTerminalConfig>(&json).is_err(), "{password}");
        }
    }
}
