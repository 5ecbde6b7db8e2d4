//! A terminal comes: a one-time code against its public key.

use super::{News, Outcome, master};
use crate::auth::code;
use crate::store::{DeviceRow, Store, StoreError, StoreExt, Tx};
use salon_contract::rest::Live;
use salon_domain::kernel::Instant;
use salon_sync::journal::GENESIS;
use salon_sync::server::Answer;
use salon_sync::wire::{DeviceRecord, RefusalCode};

/// Wrong second halves of a code that are borne before the code is dead.
const ATTEMPTS_MAX: u32 = 5;
const NAME_CHARS_MAX: usize = 60;

enum Redeemed {
    New(DeviceRow),
    /// The answer to the first try was lost on its way: the same key gets the same answer.
    Again(DeviceRow),
    Refused,
}

pub fn redeem(store: &dyn Store, text: &str, name: &str, public_key: [u8; 32]) -> Result<Outcome, StoreError> {
    let now = store.env().now();
    let Some(code) = code::Code::parse(text) else {
        return Ok(Answer::Enrolled(Err(RefusalCode::BadCode)).into());
    };
    let device = store.env().id();
    let redeemed = store.writing(|tx| {
        let Some(row) = tx.pairing(code.selector())? else { return Ok(Redeemed::Refused) };
        if row.expires <= now || row.attempts >= ATTEMPTS_MAX {
            return Ok(Redeemed::Refused);
        }
        if row.code_hash != code.hash() {
            tx.pairing_failed(row.tenant, &row.selector)?;
            return Ok(Redeemed::Refused);
        }
        if let Some(known) = row.device {
            let device = tx.device(known)?.filter(|d| d.public_key == public_key && d.revoked.is_none());
            return Ok(device.map_or(Redeemed::Refused, Redeemed::Again));
        }
        let device = DeviceRow {
            tenant: row.tenant,
            device,
            branch: row.branch,
            name: name_for(tx, &row.name, name, row.tenant)?,
            public_key,
            revoked: None,
            acked: 0,
            journal_seq: 0,
            journal_hash: GENESIS,
            last_seen: Some(now),
            quarantined: None,
            may_import: row.may_import,
        };
        add(tx, &device, now)?;
        tx.pairing_redeemed(row.tenant, &row.selector, device.device)?;
        Ok::<_, StoreError>(Redeemed::New(device))
    })?;
    Ok(match redeemed {
        Redeemed::Refused => Answer::Enrolled(Err(RefusalCode::BadCode)).into(),
        Redeemed::Again(row) => Answer::Enrolled(Ok(row.info())).into(),
        Redeemed::New(row) => {
            tracing::info!(device = %row.device, branch = %row.branch, "a terminal was enrolled");
            let head = store.reading(|tx| tx.head(row.tenant))?;
            let news = News { tenant: row.tenant, head, live: vec![Live::Master] };
            Outcome { answer: Answer::Enrolled(Ok(row.info())), news: Some(news) }
        }
    })
}

/// Adds the device, and its name to the master data.
pub fn add(tx: &dyn Tx, row: &DeviceRow, at: Instant) -> Result<(), StoreError> {
    tx.insert_device(row)?;
    tx.device_seen(row.tenant, row.device, at)?;
    let record = DeviceRecord { id: row.device, branch: row.branch, name: row.name.clone() };
    master::put(tx, row.tenant, &record)
}

/// The name given with the code; else the terminal's own; else its number.
fn name_for(tx: &dyn Tx, given: &str, own: &str, tenant: salon_domain::kernel::TenantId) -> Result<String, StoreError> {
    let name = [given.trim(), own.trim()].into_iter().find(|n| !n.is_empty()).unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    if name.is_empty() { Ok(format!("Terminal {}", tx.devices(tenant)?.len() + 1)) } else { Ok(name) }
}
