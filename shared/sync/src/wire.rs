//! The frames of a sync session: CBOR (RFC 8949), compressed with zstd (RFC 8878), one frame a WebSocket message.
//!
//! Every frame is a map with named fields, so that a reader two versions older skips what it does not know. Sizes are
//! capped before and after decompression.

use crate::doc::DocId;
use salon_domain::commission::Scheme;
use salon_domain::kernel::{BranchId, DeviceId, TenantId};
use salon_domain::loyalty::Programme;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use uuid::Uuid;

/// The protocol that this code speaks, and the oldest that it still understands.
pub const VERSION: u16 = 1;
pub const VERSION_MIN: u16 = 1;

pub const FRAME_BYTES_MAX: usize = 4 << 20;
pub const PLAIN_BYTES_MAX: usize = 16 << 20;
/// One push or batch: at most so many items, or about so many bytes.
pub const BATCH_ITEMS_MAX: usize = 1_000;
pub const BATCH_BYTES_MAX: usize = 1 << 20;

/// One thing that is replicated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    /// A journal entry. `hash` is given with the last entry of a device in a batch: it vouches for all before it.
    Journal {
        #[serde(rename = "d")]
        device: DeviceId,
        #[serde(rename = "n")]
        seq: u64,
        #[serde(rename = "b")]
        body: ByteBuf,
        #[serde(rename = "h", default, skip_serializing_if = "Option::is_none")]
        hash: Option<ByteBuf>,
    },
    /// A change of an Automerge document, uncompressed.
    Change {
        #[serde(rename = "o")]
        doc: DocId,
        #[serde(rename = "b")]
        bytes: ByteBuf,
    },
    /// A `CardEdit` as JSON.
    Card {
        #[serde(rename = "b")]
        edit: ByteBuf,
    },
    /// Master data: the entity as JSON, or nothing when it is gone. From the server; up only from a terminal that was
    /// given the right to import.
    Master {
        #[serde(rename = "k")]
        kind: MasterKind,
        #[serde(rename = "i")]
        id: Uuid,
        #[serde(rename = "b")]
        body: Option<ByteBuf>,
    },
}

impl Item {
    /// Roughly what it weighs in a frame.
    pub fn weight(&self) -> usize {
        48 + match self {
            Item::Journal { body, .. } => body.len(),
            Item::Change { bytes, .. } => bytes.len(),
            Item::Card { edit } => edit.len(),
            Item::Master { body, .. } => body.as_ref().map_or(0, |b| b.len()),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MasterKind {
    /// The salon company itself: name, whether its data is invented.
    Tenant,
    Branch,
    Service,
    Product,
    Staff,
    /// A terminal's name, for receipts and lists.
    Device,
    /// What is taken off prices, when, and for whom.
    Promotion,
    /// A package as it is offered.
    Package,
    /// A membership as it is offered.
    Membership,
}

impl MasterKind {
    pub const ALL: [MasterKind; 9] = [
        MasterKind::Tenant,
        MasterKind::Branch,
        MasterKind::Service,
        MasterKind::Product,
        MasterKind::Staff,
        MasterKind::Device,
        MasterKind::Promotion,
        MasterKind::Package,
        MasterKind::Membership,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            MasterKind::Tenant => "tenant",
            MasterKind::Branch => "branch",
            MasterKind::Service => "service",
            MasterKind::Product => "product",
            MasterKind::Staff => "staff",
            MasterKind::Device => "device",
            MasterKind::Promotion => "promotion",
            MasterKind::Package => "package",
            MasterKind::Membership => "membership",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.name() == name)
    }
}

/// The salon company, as master data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TenantRecord {
    pub id: TenantId,
    pub name: String,
    /// Invented data.
    pub demo: bool,
    /// What its people earn by what they sell. None: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission: Option<Scheme>,
    /// What its clients earn by what they buy. None: nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub loyalty: Option<Programme>,
}

/// A terminal, as master data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRecord {
    pub id: DeviceId,
    pub branch: BranchId,
    pub name: String,
}

/// From a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromClient {
    /// First word of a terminal that has no identity yet: a one-time code, and the public half of its new key.
    Enrol {
        v: u16,
        code: String,
        name: String,
        public_key: ByteBuf,
    },
    /// First word of an enrolled terminal. `cursor`: it has everything of the server's log up to here.
    Hello {
        v: u16,
        v_min: u16,
        app: String,
        device: DeviceId,
        cursor: u64,
    },
    /// The challenge, signed (see [`challenge_message`]).
    Prove {
        signature: ByteBuf,
    },
    /// Items `first..first + items.len()` of the device's outbox, in order.
    Push {
        first: u64,
        items: Vec<Item>,
    },
    /// Everything up to `cursor` is durable here.
    Have {
        cursor: u64,
    },
    Ping,
}

/// From the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromServer {
    Challenge {
        nonce: ByteBuf,
    },
    Enrolled {
        tenant: TenantId,
        branch: BranchId,
        device: DeviceId,
        name: String,
    },
    /// `acked`: the device's outbox is durable here up to this item. `head`: the log's last position.
    Welcome {
        v: u16,
        acked: u64,
        head: u64,
        now_ms: i64,
    },
    Ack {
        through: u64,
    },
    /// Items of the log after the client's cursor. `next` is the cursor once they are durable; `head` the log's last
    /// position, so that progress can be shown.
    Batch {
        items: Vec<Item>,
        next: u64,
        head: u64,
    },
    Refused {
        code: RefusalCode,
        message: String,
    },
    Pong,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    BadCode,
    UnknownDevice,
    Revoked,
    BadSignature,
    VersionTooOld,
    /// Items were skipped, or are not what was promised.
    BadPush,
    /// The push breaks the journal's chain, or does what the device may not.
    Quarantined,
    /// Come back later.
    Busy,
}

#[derive(Debug, thiserror::Error)]
pub enum WireError {
    #[error("a frame of {0} bytes is over the limit")]
    TooLarge(usize),
    #[error("a frame cannot be decompressed: {0}")]
    Compression(std::io::Error),
    #[error("a frame cannot be read: {0}")]
    Malformed(String),
}

pub fn encode<T: Serialize>(frame: &T) -> Result<Vec<u8>, WireError> {
    let mut plain = Vec::new();
    ciborium::into_writer(frame, &mut plain).map_err(|e| WireError::Malformed(e.to_string()))?;
    if plain.len() > PLAIN_BYTES_MAX {
        return Err(WireError::TooLarge(plain.len()));
    }
    zstd::bulk::compress(&plain, 3).map_err(WireError::Compression)
}

pub fn decode<T: for<'de> Deserialize<'de>>(bytes: &[u8]) -> Result<T, WireError> {
    if bytes.len() > FRAME_BYTES_MAX {
        return Err(WireError::TooLarge(bytes.len()));
    }
    let mut plain = Vec::new();
    let mut reader = zstd::stream::read::Decoder::new(bytes).map_err(WireError::Compression)?;
    let limit = PLAIN_BYTES_MAX as u64 + 1;
    std::io::Read::read_to_end(&mut std::io::Read::take(&mut reader, limit), &mut plain)
        .map_err(WireError::Compression)?;
    if plain.len() > PLAIN_BYTES_MAX {
        return Err(WireError::TooLarge(plain.len()));
    }
    ciborium::from_reader(plain.as_slice()).map_err(|e| WireError::Malformed(e.to_string()))
}

/// What a device signs with its Ed25519 key (RFC 8032) to prove itself: separator, device, the server's nonce.
pub fn challenge_message(device: DeviceId, nonce: &[u8]) -> Vec<u8> {
    [b"pink-blueberry/sync/1".as_slice(), device.as_bytes(), nonce].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn frames_round_trip() {
        let frame = FromClient::Push {
            first: 7,
            items: vec![
                Item::Journal {
                    device: DeviceId::from_parts(1, [1; 10]),
                    seq: 3,
                    body: ByteBuf::from(b"{}".to_vec()),
                    hash: None,
                },
                Item::Master { kind: MasterKind::Staff, id: Uuid::nil(), body: None },
            ],
        };
        assert_eq!(decode::<FromClient>(&encode(&frame).unwrap()).unwrap(), frame);
    }

    #[test]
    fn a_bomb_is_refused() {
        let bomb = zstd::bulk::compress(&vec![0_u8; PLAIN_BYTES_MAX + 10], 19).unwrap();
        assert!(bomb.len() < FRAME_BYTES_MAX);
        assert!(matches!(decode::<FromClient>(&bomb), Err(WireError::TooLarge(_))));
    }

    proptest! {
        #[test]
        fn hostile_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), wrap in any::<bool>()) {
            let bytes = if wrap { zstd::bulk::compress(&bytes, 1).unwrap() } else { bytes };
            let _ = decode::<FromClient>(&bytes);
            let _ = decode::<FromServer>(&bytes);
        }
    }
}
