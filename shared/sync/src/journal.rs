//! The journal: one append-only series per device, gapless, each entry carrying the hash of the one before.

use salon_domain::event::DomainEvent;
use salon_domain::kernel::DeviceId;
use sha2::{Digest, Sha256};

pub type Hash = [u8; 32];

/// Before the first entry.
pub const GENESIS: Hash = [0; 32];

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub device: DeviceId,
    /// From 1, without gaps.
    pub seq: u64,
    pub prev: Hash,
    /// A [`DomainEvent`] as JSON, byte for byte as it was first written.
    pub body: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    #[error("journal of {device}: expected entry {expected}, got {got}")]
    Gap { device: DeviceId, expected: u64, got: u64 },
    #[error("journal of {device}: entry {seq} does not follow from the one before it")]
    BrokenChain { device: DeviceId, seq: u64 },
    #[error("journal of {device}: entry {seq} cannot be read: {detail}")]
    Unreadable { device: DeviceId, seq: u64, detail: String },
}

/// SHA-256 over a domain separator, the device, the sequence (big endian), the hash before and the body.
pub fn hash(device: DeviceId, seq: u64, prev: &Hash, body: &[u8]) -> Hash {
    let mut sha = Sha256::new();
    sha.update(b"pink-blueberry/journal/1");
    sha.update(device.as_bytes());
    sha.update(seq.to_be_bytes());
    sha.update(prev);
    sha.update(body);
    sha.finalize().into()
}

impl Entry {
    pub fn hash(&self) -> Hash {
        hash(self.device, self.seq, &self.prev, &self.body)
    }

    pub fn event(&self) -> Result<DomainEvent, JournalError> {
        decode(self.device, self.seq, &self.body)
    }
}

pub fn decode(device: DeviceId, seq: u64, body: &[u8]) -> Result<DomainEvent, JournalError> {
    serde_json::from_slice(body).map_err(|e| JournalError::Unreadable { device, seq, detail: e.to_string() })
}

pub fn encode(event: &DomainEvent) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(event)
}

/// The head of one device's series. Give it the entries in order; it says whether they follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    pub device: DeviceId,
    pub seq: u64,
    pub hash: Hash,
}

impl Chain {
    pub const fn start(device: DeviceId) -> Self {
        Chain { device, seq: 0, hash: GENESIS }
    }

    /// Takes the next entry's body, and the hash that its writer says it has, where known.
    pub fn push(&mut self, seq: u64, body: &[u8], claimed: Option<&Hash>) -> Result<Hash, JournalError> {
        if seq != self.seq + 1 {
            return Err(JournalError::Gap { device: self.device, expected: self.seq + 1, got: seq });
        }
        let own = hash(self.device, seq, &self.hash, body);
        if claimed.is_some_and(|c| *c != own) {
            return Err(JournalError::BrokenChain { device: self.device, seq });
        }
        self.seq = seq;
        self.hash = own;
        Ok(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_shows_every_change_and_every_gap() {
        let device = DeviceId::from_parts(1, [1; 10]);
        let mut writer = Chain::start(device);
        let bodies: [&[u8]; 3] = [b"one", b"two", b"three"];
        let hashes: Vec<Hash> =
            bodies.iter().enumerate().map(|(i, b)| writer.push(i as u64 + 1, b, None).unwrap()).collect();
        let mut reader = Chain::start(device);
        reader.push(1, b"one", Some(&hashes[0])).unwrap();
        assert!(matches!(reader.push(2, b"tvo", Some(&hashes[1])), Err(JournalError::BrokenChain { seq: 2, .. })));
        assert!(matches!(reader.push(3, b"three", None), Err(JournalError::Gap { expected: 2, got: 3, .. })));
        reader.push(2, b"two", Some(&hashes[1])).unwrap();
        reader.push(3, b"three", Some(&hashes[2])).unwrap();
        assert_eq!(reader, writer);
    }
}
