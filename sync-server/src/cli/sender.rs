//! Who a salon's messages are from, from the command line. What they are sent by is in the environment
//! (`integrations/messages/config.rs`).

use super::{Data, open, print_json};
use crate::provision;
use crate::store::{SenderRow, StoreExt};
use clap::Args;
use salon_domain::notification::{email_address, phone_number};
use serde_json::json;

#[derive(Debug, Args)]
pub struct MessageSender {
    #[command(flatten)]
    data: Data,
    /// The tenant's id or name; may be left out while there is only one.
    #[arg(long)]
    tenant: Option<String>,
    /// What people read as the sender; without it the branch's name.
    #[arg(long, default_value = "")]
    name: String,
    /// The address that e-mails are from; without it the server's own. The mail server has to let us write as it.
    #[arg(long, default_value = "")]
    email: String,
    /// Where answers go; without it to the sender.
    #[arg(long, default_value = "")]
    reply_to: String,
    /// The number (E.164) that text messages are from; without it the server's own.
    #[arg(long, default_value = "")]
    phone: String,
}

impl MessageSender {
    pub fn run(self) -> anyhow::Result<()> {
        let sender = self.sender()?;
        let store = open(&self.data.data)?;
        let tenant = provision::find_tenant(&store, self.tenant.as_deref())?.tenant;
        store.writing(|tx| tx.set_message_sender(tenant, &sender))?;
        print_json(&json!({
            "tenant": tenant, "name": sender.name, "email": sender.email, "reply_to": sender.reply_to,
            "phone": sender.phone,
        }))
    }

    fn sender(&self) -> anyhow::Result<SenderRow> {
        let email = |text: &str| match text.trim() {
            "" => Ok(String::new()),
            typed => email_address(typed).map_err(|_| anyhow::anyhow!("\"{typed}\" is no e-mail address")),
        };
        let phone = match self.phone.trim() {
            "" => String::new(),
            typed => phone_number(typed, "").map_err(|_| anyhow::anyhow!("\"{typed}\" is no number such as +4930…"))?,
        };
        let name = self.name.trim().to_owned();
        if name.chars().count() > 80 || name.chars().any(char::is_control) {
            anyhow::bail!("a sender's name is one line of at most 80 characters");
        }
        Ok(SenderRow { name, email: email(&self.email)?, reply_to: email(&self.reply_to)?, phone })
    }
}
