//! The client's card beyond its plain fields: patch tests, colour formulas, consents, notes, family, duplicates.

use super::BookingDraft;
use salon_domain::customer::{Channel, Formula, LikenessReason, PatchFault, PatchResult, PatchStage};
use salon_domain::kernel::{BookingId, CardId, ClaimId, Instant, StaffId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// All of a client's card that is not a plain field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientFileView {
    /// The card that stands for the client: another than was asked for where that was merged into it.
    pub card: CardId,
    /// Newest first.
    pub patch_tests: Vec<PatchTestView>,
    /// Newest first.
    pub formulas: Vec<FormulaView>,
    /// Newest first.
    pub notes: Vec<NoteView>,
    /// One for each channel; none where nobody ever asked.
    pub consents: Vec<ConsentView>,
    pub tags: Vec<TagView>,
    pub family: Vec<FamilyView>,
    /// Fields that had other values, those changed last first.
    pub history: Vec<FieldHistoryView>,
    /// Cards that were merged into this client's.
    pub merged: Vec<MergedView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatchTestView {
    pub id: Uuid,
    pub kind: String,
    pub date: String,
    pub minute: u16,
    pub by: String,
    pub note: String,
    pub result: PatchResult,
    /// Who read it, and when; empty while nobody has.
    pub read_by: String,
    pub read_date: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FormulaView {
    pub id: Uuid,
    pub date: String,
    pub service_name: String,
    pub staff_name: String,
    pub formula: Formula,
    /// How it came out, as it was said afterwards.
    pub result: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NoteView {
    pub id: Uuid,
    pub text: String,
    pub date: String,
    pub minute: u16,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConsentView {
    pub channel: Channel,
    pub given: bool,
    pub how: String,
    pub date: String,
    pub by: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TagView {
    /// What names it in [`ClientAct::Untag`].
    pub key: String,
    pub label: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FamilyView {
    pub card: CardId,
    pub name: String,
    pub relation: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FieldHistoryView {
    pub field: String,
    pub value: String,
    /// Newest first, without what is the value now.
    pub past: Vec<PastValueView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PastValueView {
    pub value: String,
    pub date: String,
    pub minute: u16,
    /// The till that it was written at; empty where it is not known here.
    pub till: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MergedView {
    /// The card that gave way, and the one it was merged into: what names the merge in `UnmergeClients`.
    pub card: CardId,
    pub into: CardId,
    pub name: String,
    pub date: String,
    pub by: String,
}

/// One change of a card. Each is an edit of its own and never overwrites another's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum ClientAct {
    /// A test that was made on `date` at `minute` of the branch's clock, not later than now.
    PatchTest {
        kind: String,
        date: String,
        minute: u16,
        result: PatchResult,
        note: String,
    },
    ReadPatchTest {
        test: Uuid,
        result: PatchResult,
    },
    /// Its day and stylist are as it says; a formula is never changed afterwards.
    Formula {
        formula: Formula,
    },
    FormulaResult {
        formula: Uuid,
        text: String,
    },
    Note {
        text: String,
    },
    Consent {
        channel: Channel,
        given: bool,
        how: String,
    },
    Tag {
        label: String,
    },
    Untag {
        key: String,
    },
    /// What `other` is to this client, and this client to `other`: written on both cards.
    Relate {
        other: CardId,
        relation: String,
        back: String,
    },
    Unrelate {
        other: CardId,
    },
    /// Says that another card is somebody else's, however alike they look.
    Distinct {
        other: CardId,
    },
}

/// What a stylist needs in eight seconds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClientBriefView {
    pub card: Option<CardId>,
    pub allergy: String,
    pub vip: bool,
    pub quiet: bool,
    pub drink: String,
    pub preferred_stylist: String,
    /// The last one, of the booking's services if there is one of them.
    pub formula: Option<FormulaView>,
    pub last_note: Option<NoteView>,
    /// Of each of the booking's services that needs a test: how it stands now.
    pub patch: Vec<PatchStandView>,
    /// What was let pass without a test, oldest first.
    pub waived: Vec<WaivedView>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PatchStandView {
    pub service_name: String,
    pub kind: String,
    /// None: all is well.
    pub fault: Option<PatchFaultView>,
}

/// A [`PatchFault`] in the branch's days.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fault", rename_all = "snake_case")]
pub enum PatchFaultView {
    Missing,
    Reaction { date: String },
    TooSoon { date: String, minute: u16 },
    Expired { date: String },
    Unread,
}

impl PatchFaultView {
    /// With the dates that `day` and `instant` make of days and instants.
    pub fn of(fault: PatchFault, day: impl Fn(i32) -> String, instant: impl Fn(Instant) -> (String, u16)) -> Self {
        match fault {
            PatchFault::Missing => PatchFaultView::Missing,
            PatchFault::Reaction { day: on } => PatchFaultView::Reaction { date: day(on) },
            PatchFault::TooSoon { from } => {
                let (date, minute) = instant(from);
                PatchFaultView::TooSoon { date, minute }
            }
            PatchFault::Expired { day: last } => PatchFaultView::Expired { date: day(last) },
            PatchFault::Unread => PatchFaultView::Unread,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WaivedView {
    pub service_name: String,
    pub kind: String,
    pub stage: PatchStage,
    pub reason: String,
    pub date: String,
    pub minute: u16,
    pub by: String,
}

/// Who lets a visit go on without a patch test, and why. Needs `Permission::WaivePatchTest`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverDraft {
    pub manager: StaffId,
    pub pin: String,
    pub reason: String,
}

/// What is to be done although a patch test forbids it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum WithoutPatchTest {
    Book {
        draft: BookingDraft,
    },
    /// As `MoveBooking` has it.
    Move {
        booking: BookingId,
        claim: ClaimId,
        date: String,
        start_minute: u16,
        staff: StaffId,
    },
    CheckIn {
        booking: BookingId,
    },
}

/// Two cards that may be one person's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DuplicateView {
    /// The one with more of a history: kept, unless somebody says otherwise.
    pub keep: DuplicateSideView,
    pub other: DuplicateSideView,
    /// In hundredths.
    pub score: u8,
    pub sure: bool,
    pub reasons: Vec<LikenessReason>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DuplicateSideView {
    pub card: CardId,
    pub name: String,
    pub phone: String,
    pub email: String,
    pub birthday: String,
    pub visits: u32,
    pub spent_minor: i64,
}
