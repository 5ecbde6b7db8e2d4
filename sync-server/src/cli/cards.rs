//! Card readers that the server drives, from the command line. The payment service's secret key is in the environment
//! (`STRIPE_SECRET_KEY`) and nowhere else.

use super::{Data, open, print_json};
use crate::provision;
use crate::store::StoreExt;
use clap::Args;
use serde_json::json;

#[derive(Debug, Args)]
pub struct CardReader {
    #[command(flatten)]
    data: Data,
    /// The tenant's id or name; may be left out while there is only one.
    #[arg(long)]
    tenant: Option<String>,
    /// The reader's id at Stripe (tmr_…).
    #[arg(long)]
    reader: String,
    /// What people call it.
    #[arg(long, default_value = "")]
    name: String,
    /// The salon's own account at Stripe (acct_…) that the payments go to; without it they go to the key's.
    #[arg(long)]
    account: Option<String>,
}

/// Ids go into paths and headers as they are.
fn id_of(text: &str, prefix: &str) -> anyhow::Result<String> {
    let plain = text.strip_prefix(prefix).is_some_and(|rest| {
        (1..=64).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
    });
    if plain { Ok(text.to_owned()) } else { anyhow::bail!("\"{text}\" is no id of Stripe's: it begins with {prefix}") }
}

impl CardReader {
    pub fn run(self) -> anyhow::Result<()> {
        let reader = id_of(self.reader.trim(), "tmr_")?;
        let account = self.account.as_deref().map(|account| id_of(account.trim(), "acct_")).transpose()?;
        let store = open(&self.data.data)?;
        let tenant = provision::find_tenant(&store, self.tenant.as_deref())?.tenant;
        store.writing(|tx| {
            tx.set_card_reader(tenant, &reader, self.name.trim())?;
            match &account {
                Some(account) => tx.set_card_account(tenant, Some(account)),
                None => Ok(()),
            }
        })?;
        let account = store.reading(|tx| tx.card_account(tenant))?;
        print_json(&json!({"tenant": tenant, "reader": reader, "account": account}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_are_taken() {
        assert_eq!(id_of("tmr_FDOt2wlRZEdpd7", "tmr_").unwrap(), "tmr_FDOt2wlRZEdpd7");
        for bad in ["", "tmr_", "tmr_a/b", "tmr_a b", "acct_1", "tmr_ä"] {
            assert!(id_of(bad, "tmr_").is_err(), "{bad}");
        }
    }
}
