use salon_contract::window::{Code, Failure};
use salon_sync::doc::DocError;
use salon_sync::journal::JournalError;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the disk is full: free some space; nothing was lost and nothing half-written")]
    DiskFull,
    #[error(
        "the store is damaged ({0}): restore the last backup with `pos restore`, what was synced comes back from the server"
    )]
    Corrupt(String),
    #[error(
        "the store cannot be opened with this computer's key ({0}): it belongs to another computer or its keyring was reset; enrol again, or restore a backup"
    )]
    WrongKey(String),
    #[error("the store was written by a newer version (schema {found}, this one knows {known}): update this program")]
    Newer { found: i64, known: i64 },
    #[error("the store's schema could not be updated: {0}")]
    Migration(String),
    #[error("this terminal is not enrolled yet: run `pos enrol`")]
    NotEnrolled,
    #[error("{0}")]
    Io(String),
    #[error(transparent)]
    Journal(#[from] JournalError),
    #[error(transparent)]
    Doc(#[from] DocError),
    #[error("a stored value cannot be read: {0}")]
    Decode(String),
    #[error("database: {0}")]
    Sqlite(rusqlite::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => StoreError::Corrupt(error.to_string()),
            _ => StoreError::Sqlite(error),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Decode(error.to_string())
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::DiskFull => Code::DiskFull,
            StoreError::Corrupt(_) | StoreError::WrongKey(_) => Code::StoreCorrupt,
            StoreError::Newer { .. } => Code::StoreNewer,
            StoreError::NotEnrolled => Code::NotEnrolled,
            _ => Code::Internal,
        };
        Failure::new(code).with("detail", error)
    }
}
