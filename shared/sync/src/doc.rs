//! The Automerge documents: a branch-day's appointment book, and a branch's stock levels.
//!
//! A book is a map of immutable facts under unique keys, so that a merge is a union and Automerge never has to pick a
//! winner. A stock document has one counter for each product and device, written by that device alone, so that no two
//! devices ever create the same counter; a level is the sum over the devices.
//!
//! Every document begins with the same change on every device (fixed actor, time 0) that contains the document's id: a
//! change made for one day cannot be applied to another, and documents made offline on two devices merge.

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{
    ActorId, AutoCommit, AutomergeError, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue,
    ScalarValueRef, Value, ValueRef,
};
use salon_domain::booking::BookFact;
use salon_domain::kernel::{BranchId, DeviceId, ProductId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Which document. Written as `book/<branch>/<day number>` or `stock/<branch>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocId {
    Book { branch: BranchId, day: i32 },
    Stock { branch: BranchId },
}

impl DocId {
    pub const fn branch(&self) -> BranchId {
        match self {
            DocId::Book { branch, .. } | DocId::Stock { branch } => *branch,
        }
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DocId::Book { branch, day } => write!(f, "book/{branch}/{day}"),
            DocId::Stock { branch } => write!(f, "stock/{branch}"),
        }
    }
}

impl FromStr for DocId {
    type Err = DocError;
    fn from_str(s: &str) -> Result<Self, DocError> {
        let bad = || DocError::BadId(s.to_owned());
        let mut parts = s.split('/');
        let (kind, branch) = (parts.next(), parts.next().and_then(|b| b.parse().ok()).ok_or_else(bad)?);
        match (kind, parts.next(), parts.next()) {
            (Some("book"), Some(day), None) => Ok(DocId::Book { branch, day: day.parse().map_err(|_| bad())? }),
            (Some("stock"), None, None) => Ok(DocId::Stock { branch }),
            _ => Err(bad()),
        }
    }
}

impl Serialize for DocId {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for DocId {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum DocError {
    #[error("\"{0}\" is not a document's id")]
    BadId(String),
    #[error("the document is damaged: {0}")]
    Automerge(#[from] AutomergeError),
    #[error("a change cannot be read: {0}")]
    BadChange(String),
    #[error("a change by {actor} is not {device}'s to make")]
    ForeignActor { actor: String, device: DeviceId },
    #[error("a change does what this document does not allow: {0}")]
    Forbidden(String),
    #[error("a fact cannot be written: {0}")]
    Encode(#[from] serde_json::Error),
}

const BOOK_MAP: &str = "facts";
const STOCK_MAP: &str = "levels";

/// A document in memory, written to as one device.
pub struct Doc {
    pub id: DocId,
    auto: AutoCommit,
    map: ObjId,
    /// The facts by their keys, as far as they were read; `unread`: others may have come since.
    read: BTreeMap<String, BookFact>,
    unread: bool,
}

impl fmt::Debug for Doc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Doc({})", self.id)
    }
}

fn genesis(id: DocId) -> Result<AutoCommit, DocError> {
    let mut auto = AutoCommit::new().with_actor(ActorId::from(&[0_u8; 16][..]));
    auto.put(ROOT, "id", id.to_string())?;
    let name = match id {
        DocId::Book { .. } => BOOK_MAP,
        DocId::Stock { .. } => STOCK_MAP,
    };
    auto.put_object(ROOT, name, ObjType::Map)?;
    auto.commit_with(CommitOptions::default().with_time(0));
    Ok(auto)
}

impl Doc {
    /// The document as every device begins it.
    pub fn new(id: DocId, device: DeviceId) -> Result<Self, DocError> {
        Self::over(genesis(id)?, id, device)
    }

    /// From a snapshot and the changes kept after it.
    pub fn load<'a>(
        id: DocId,
        device: DeviceId,
        snapshot: Option<&[u8]>,
        changes: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Self, DocError> {
        let auto = match snapshot {
            Some(bytes) => AutoCommit::load(bytes)?,
            None => genesis(id)?,
        };
        let mut doc = Self::over(auto, id, device)?;
        doc.apply(changes)?;
        Ok(doc)
    }

    fn over(mut auto: AutoCommit, id: DocId, device: DeviceId) -> Result<Self, DocError> {
        auto.set_actor(actor_of(device));
        let name = match id {
            DocId::Book { .. } => BOOK_MAP,
            DocId::Stock { .. } => STOCK_MAP,
        };
        let Some((Value::Object(ObjType::Map), map)) = auto.get(ROOT, name)? else {
            return Err(DocError::Forbidden(format!("the document has no map \"{name}\"")));
        };
        Ok(Doc { id, auto, map, read: BTreeMap::new(), unread: true })
    }

    pub fn heads(&mut self) -> Vec<ChangeHash> {
        self.auto.get_heads()
    }

    pub fn save(&mut self) -> Vec<u8> {
        self.auto.save()
    }

    pub fn change_count(&mut self) -> usize {
        self.auto.get_changes(&[]).len()
    }

    /// Commits what was written and gives the change's bytes, uncompressed, or nothing if nothing was.
    fn take_change(&mut self, at_ms: i64) -> Option<Vec<u8>> {
        self.auto.commit_with(CommitOptions::default().with_time(at_ms / 1000))?;
        self.auto.get_last_local_change().map(|c| c.raw_bytes().to_vec())
    }

    /// Adds facts as one change of this device. `at_ms` is only for people who read the history.
    pub fn add_facts(&mut self, facts: &[BookFact], at_ms: i64) -> Result<Option<Vec<u8>>, DocError> {
        for fact in facts {
            self.auto.put(&self.map, fact.key(), ScalarValue::Bytes(serde_json::to_vec(fact)?))?;
            if !self.unread {
                self.read.insert(fact.key(), fact.clone());
            }
        }
        Ok(self.take_change(at_ms))
    }

    /// The facts that this version can read, by their keys. Facts never change, so that each is read once.
    pub fn book(&mut self) -> &BTreeMap<String, BookFact> {
        if self.unread {
            for item in self.auto.map_range(&self.map, ..) {
                if let ValueRef::Scalar(ScalarValueRef::Bytes(bytes)) = &item.value
                    && !self.read.contains_key(item.key.as_ref())
                    && let Ok(fact) = serde_json::from_slice(bytes)
                {
                    self.read.insert(item.key.into_owned(), fact);
                }
            }
            self.unread = false;
        }
        &self.read
    }

    /// All facts, in the order of their keys. Those that this version cannot read are kept in the document and counted.
    pub fn facts(&self) -> Result<(Vec<BookFact>, usize), DocError> {
        let mut facts = Vec::new();
        let mut unread = 0;
        for item in self.auto.map_range(&self.map, ..) {
            match &item.value {
                ValueRef::Scalar(ScalarValueRef::Bytes(bytes)) => match serde_json::from_slice(bytes) {
                    Ok(fact) => facts.push(fact),
                    Err(_) => unread += 1,
                },
                _ => unread += 1,
            }
        }
        Ok((facts, unread))
    }

    /// Moves levels as one change of `device`. Each `(product, milli)` is added to the device's own counter.
    pub fn add_stock(
        &mut self,
        device: DeviceId,
        moves: &[(ProductId, i64)],
        at_ms: i64,
    ) -> Result<Option<Vec<u8>>, DocError> {
        for (product, milli) in moves {
            let key = format!("{product}/{device}");
            if self.auto.get(&self.map, key.as_str())?.is_none() {
                self.auto.put(&self.map, key.as_str(), ScalarValue::counter(*milli))?;
            } else {
                self.auto.increment(&self.map, key.as_str(), *milli)?;
            }
        }
        Ok(self.take_change(at_ms))
    }

    /// Levels in thousandths of a unit.
    pub fn levels(&self) -> BTreeMap<ProductId, i64> {
        let mut levels = BTreeMap::new();
        for item in self.auto.map_range(&self.map, ..) {
            let product = item.key.split('/').next().and_then(|p| p.parse::<ProductId>().ok());
            if let (Some(product), ValueRef::Scalar(ScalarValueRef::Counter(milli))) = (product, &item.value) {
                *levels.entry(product).or_insert(0) += milli;
            }
        }
        levels
    }

    /// Applies changes of others. Changes whose dependencies are missing wait inside the document; the same change
    /// twice is once.
    pub fn apply<'a>(&mut self, changes: impl IntoIterator<Item = &'a [u8]>) -> Result<(), DocError> {
        let changes = changes.into_iter().map(read_change).collect::<Result<Vec<Change>, _>>()?;
        self.unread = true;
        self.auto.apply_changes(changes)?;
        Ok(())
    }

    /// Whether changes wait for others that have not arrived.
    pub fn is_waiting(&mut self) -> bool {
        !self.auto.get_missing_deps(&[]).is_empty()
    }
}

pub fn actor_of(device: DeviceId) -> ActorId {
    ActorId::from(&device.as_bytes()[..])
}

/// Reads one change. Only uncompressed ones (chunk type 1 of Automerge's binary format): inflating has no limit of its
/// own, and the frame around is compressed already.
fn read_change(bytes: &[u8]) -> Result<Change, DocError> {
    if bytes.get(8) != Some(&1) {
        return Err(DocError::BadChange("not an uncompressed change".into()));
    }
    Change::from_bytes(bytes.to_vec()).map_err(|e| DocError::BadChange(e.to_string()))
}

/// The change's hash, by which it is known everywhere, without applying it.
pub fn change_hash(bytes: &[u8]) -> Result<[u8; 32], DocError> {
    Ok(read_change(bytes)?.hash().0)
}

/// The earliest clock reading among the facts that a change adds; nothing if it adds none that can be read.
pub fn earliest_fact_ms(bytes: &[u8]) -> Option<i64> {
    let change = read_change(bytes).ok()?;
    change
        .decode()
        .operations
        .iter()
        .filter_map(|op| match &op.action {
            automerge::legacy::OpType::Put(ScalarValue::Bytes(fact)) => serde_json::from_slice::<BookFact>(fact).ok(),
            _ => None,
        })
        .map(|fact| fact.at().wall_ms)
        .min()
}

/// What the server asks of every change before it accepts it: it is by `device`; it adds facts (or moves the device's
/// own counters) and does nothing else; it does not overwrite. Business conflicts are none of this function's affair.
pub fn check_change(id: DocId, device: DeviceId, bytes: &[u8]) -> Result<(), DocError> {
    let change = read_change(bytes)?;
    if *change.actor_id() != actor_of(device) {
        return Err(DocError::ForeignActor { actor: change.actor_id().to_string(), device });
    }
    let own_suffix = format!("/{device}");
    for op in change.decode().operations {
        use automerge::legacy::{Key, OpType};
        let Key::Map(key) = &op.key else {
            return Err(DocError::Forbidden("a list or text".into()));
        };
        let allowed = match (&id, &op.action) {
            (DocId::Book { .. }, OpType::Put(ScalarValue::Bytes(bytes))) => {
                op.pred.is_empty() && fact_is_well_formed(key, bytes)
            }
            (DocId::Stock { .. }, OpType::Put(ScalarValue::Counter(_))) => {
                op.pred.is_empty() && key.ends_with(&own_suffix)
            }
            (DocId::Stock { .. }, OpType::Increment(_)) => key.ends_with(&own_suffix),
            _ => false,
        };
        if !allowed {
            return Err(DocError::Forbidden(format!("key {key}")));
        }
    }
    Ok(())
}

/// A fact of a kind that this version knows has to be under its own key; one of a kind that it does not know is left
/// to those who do.
fn fact_is_well_formed(key: &str, bytes: &[u8]) -> bool {
    serde_json::from_slice::<BookFact>(bytes)
        .map_or_else(|_| serde_json::from_slice::<serde_json::Value>(bytes).is_ok(), |fact| fact.key() == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use salon_domain::booking::Note;
    use salon_domain::kernel::{BookingId, EventId, Hlc, NodeId};

    fn device(n: u8) -> DeviceId {
        DeviceId::from_parts(1, [n; 10])
    }
    fn book() -> DocId {
        DocId::Book { branch: BranchId::from_parts(1, [9; 10]), day: 20_000 }
    }
    fn note(device_n: u8, n: u32) -> BookFact {
        let id = EventId::from_parts(i64::from(n), [device_n; 10]);
        BookFact::Note(Note {
            id,
            booking: BookingId::from_parts(1, [3; 10]),
            text: format!("note {n} of {device_n}"),
            at: Hlc { wall_ms: i64::from(n), counter: 0, node: NodeId::from_parts(0, [device_n; 10]) },
            by: uuid::Uuid::nil(),
        })
    }

    #[test]
    fn ids_round_trip_and_bad_ones_are_refused() {
        for id in [book(), DocId::Stock { branch: BranchId::from_parts(1, [9; 10]) }] {
            assert_eq!(id.to_string().parse::<DocId>().unwrap(), id);
        }
        for bad in ["", "book", "book/x/1", "stock/", "book/00000000-0000-0000-0000-000000000000/1/2"] {
            assert!(bad.parse::<DocId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_change_for_one_day_does_not_fit_another() {
        let mut monday = Doc::new(book(), device(1)).unwrap();
        let change = monday.add_facts(&[note(1, 1)], 0).unwrap().unwrap();
        let tuesday_id = DocId::Book { branch: BranchId::from_parts(1, [9; 10]), day: 20_001 };
        let mut tuesday = Doc::new(tuesday_id, device(2)).unwrap();
        tuesday.apply([change.as_slice()]).unwrap();
        assert!(tuesday.is_waiting());
        assert!(tuesday.facts().unwrap().0.is_empty());
    }

    #[test]
    fn the_server_refuses_what_is_not_the_device_s_to_do() {
        let mut doc = Doc::new(book(), device(1)).unwrap();
        let change = doc.add_facts(&[note(1, 1)], 0).unwrap().unwrap();
        check_change(book(), device(1), &change).unwrap();
        assert!(matches!(check_change(book(), device(2), &change), Err(DocError::ForeignActor { .. })));
        // Overwriting a fact.
        let mut forged = note(1, 1);
        if let BookFact::Note(n) = &mut forged {
            n.text = "changed".into();
        }
        let overwrite = doc.add_facts(&[forged], 0).unwrap().unwrap();
        assert!(matches!(check_change(book(), device(1), &overwrite), Err(DocError::Forbidden(_))));
        // Someone else's counter, and rubbish.
        let stock = DocId::Stock { branch: book().branch() };
        let mut levels = Doc::new(stock, device(1)).unwrap();
        let theirs = levels.add_stock(device(2), &[(ProductId::from_parts(1, [5; 10]), 1000)], 0).unwrap().unwrap();
        assert!(matches!(check_change(stock, device(1), &theirs), Err(DocError::Forbidden(_))));
        assert!(check_change(book(), device(1), b"rubbish").is_err());
    }

    proptest! {
        /// Convergence and idempotence: three devices, any interleaving of deliveries, some twice, one book.
        #[test]
        fn books_converge(order in prop::collection::vec((0_usize..3, 0_usize..12), 12..80)) {
            let mut docs: Vec<Doc> = (0..3).map(|n| Doc::new(book(), device(n + 1)).unwrap()).collect();
            let mut changes = Vec::new();
            for n in 0..12_u32 {
                let at = (n % 3) as usize;
                let change = docs[at].add_facts(&[note(at as u8 + 1, n)], 0).unwrap().unwrap();
                changes.push(change);
            }
            for (to, which) in order {
                docs[to].apply([changes[which].as_slice()]).unwrap();
            }
            for doc in &mut docs {
                doc.apply(changes.iter().rev().map(Vec::as_slice)).unwrap();
            }
            let first = docs[0].facts().unwrap().0;
            prop_assert_eq!(first.len(), 12);
            for doc in &mut docs[1..] {
                prop_assert_eq!(&doc.facts().unwrap().0, &first);
            }
        }

        /// Conservation: levels are the sum of all movements, whoever made them, however often they were delivered.
        #[test]
        fn stock_is_conserved(moves in prop::collection::vec((0_u8..3, 0_u8..2, -5_000_i64..5_000), 1..40)) {
            let stock = DocId::Stock { branch: book().branch() };
            let product = |n: u8| ProductId::from_parts(1, [50 + n; 10]);
            let mut docs: Vec<Doc> = (0..3).map(|n| Doc::new(stock, device(n + 1)).unwrap()).collect();
            let mut changes = Vec::new();
            let mut sums: BTreeMap<ProductId, i64> = BTreeMap::new();
            for (who, what, milli) in moves {
                let change = docs[who as usize].add_stock(device(who + 1), &[(product(what), milli)], 0).unwrap();
                changes.extend(change);
                *sums.entry(product(what)).or_default() += milli;
            }
            for doc in &mut docs {
                doc.apply(changes.iter().map(Vec::as_slice)).unwrap();
                doc.apply(changes.iter().map(Vec::as_slice)).unwrap();
                prop_assert_eq!(doc.levels(), sums.clone());
            }
        }
    }
}
