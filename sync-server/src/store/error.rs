//! What can go wrong with a store, in words that say what to do.

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the database {path} was written by a newer version of this program (schema {found}, known here: {known}): \
         update salon-server, or restore a backup of before the update"
    )]
    Newer { path: String, found: u32, known: u32 },
    #[error(
        "the database {path} is damaged ({detail}): stop the server, keep a copy of the file, and restore the latest \
         backup; terminals send again what the backup does not have"
    )]
    Corrupt { path: String, detail: String },
    #[error("cannot open {path} for writing ({detail}): check that the folder exists and belongs to this user")]
    Unwritable { path: String, detail: String },
    #[error("the disk is full: free some space; nothing was lost, terminals keep what they could not send")]
    Full,
    #[error("the database is busy: try again")]
    Busy,
    /// A stored value is not what this program wrote.
    #[error("a stored value cannot be read: {0}")]
    Damaged(String),
    #[error("the database failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// Trying again may help.
    pub const fn is_transient(&self) -> bool {
        matches!(self, StoreError::Busy | StoreError::Full)
    }
}
