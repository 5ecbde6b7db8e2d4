//! Where the keys live: the operating system's keyring, or, where there is none, a file that only its owner can read.
//! The fallback is announced: the status shows it, and `pos` says it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the keyring refused: {0}")]
    Keyring(String),
    #[error("the secrets file {path} cannot be used: {detail}")]
    File { path: PathBuf, detail: String },
}

/// The store's key and the device's private key, by name.
pub trait Secrets: Send + Sync {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, SecretError>;
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), SecretError>;
    fn remove(&self, name: &str) -> Result<(), SecretError>;
    fn in_file(&self) -> bool;
}

pub const STORE_KEY: &str = "store-key";
pub const DEVICE_KEY: &str = "device-key";

/// The secrets of the terminal in `dir`. A secrets file that is there already is used on; otherwise the keyring if it
/// answers, the file if not. `SALON_SECRETS=file` asks for the file.
pub fn open(dir: &Path) -> Result<Box<dyn Secrets>, SecretError> {
    let file = FileSecrets { path: dir.join("secrets.json") };
    let wants_file = std::env::var_os("SALON_SECRETS").is_some_and(|v| v == "file");
    if file.path.exists() || wants_file {
        return Ok(Box::new(file));
    }
    match Keyring::connect(dir) {
        Ok(keyring) => Ok(Box::new(keyring)),
        Err(error) => {
            tracing::warn!(%error, "no keyring: secrets go into a file with mode 0600");
            Ok(Box::new(file))
        }
    }
}

struct Keyring {
    /// Tells the terminals of one computer apart.
    place: String,
}

const SERVICE: &str = "pink-blueberry-salon";

impl Keyring {
    fn connect(dir: &Path) -> Result<Self, SecretError> {
        let failed = |e: keyring_core::Error| SecretError::Keyring(e.to_string());
        keyring_core::set_default_store(native_store().map_err(failed)?);
        let place = std::fs::canonicalize(dir).unwrap_or_else(|_| dir.to_owned()).display().to_string();
        let keyring = Keyring { place };
        // A keyring that is there but locked shows itself only when it is used.
        keyring.set("probe", b"ok")?;
        keyring.remove("probe")?;
        Ok(keyring)
    }

    fn entry(&self, name: &str) -> Result<keyring_core::Entry, SecretError> {
        keyring_core::Entry::new(SERVICE, &format!("{name} {}", self.place))
            .map_err(|e| SecretError::Keyring(e.to_string()))
    }
}

#[cfg(all(unix, not(target_os = "macos")))]
fn native_store() -> keyring_core::Result<std::sync::Arc<keyring_core::CredentialStore>> {
    Ok(dbus_secret_service_keyring_store::Store::new()?)
}
#[cfg(target_os = "macos")]
fn native_store() -> keyring_core::Result<std::sync::Arc<keyring_core::CredentialStore>> {
    Ok(apple_native_keyring_store::keychain::Store::new()?)
}
#[cfg(windows)]
fn native_store() -> keyring_core::Result<std::sync::Arc<keyring_core::CredentialStore>> {
    Ok(windows_native_keyring_store::Store::new()?)
}

impl Secrets for Keyring {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, SecretError> {
        match self.entry(name)?.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring_core::Error::NoEntry) => Ok(None),
            Err(error) => Err(SecretError::Keyring(error.to_string())),
        }
    }
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), SecretError> {
        self.entry(name)?.set_secret(secret).map_err(|e| SecretError::Keyring(e.to_string()))
    }
    fn remove(&self, name: &str) -> Result<(), SecretError> {
        match self.entry(name)?.delete_credential() {
            Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
            Err(error) => Err(SecretError::Keyring(error.to_string())),
        }
    }
    fn in_file(&self) -> bool {
        false
    }
}

struct FileSecrets {
    path: PathBuf,
}

impl FileSecrets {
    fn fault(&self, detail: impl ToString) -> SecretError {
        SecretError::File { path: self.path.clone(), detail: detail.to_string() }
    }

    fn load(&self) -> Result<BTreeMap<String, String>, SecretError> {
        match std::fs::read(&self.path) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|e| self.fault(e)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(self.fault(error)),
        }
    }

    /// Written beside and moved over, so that a crash leaves the old one or the new one.
    fn save(&self, all: &BTreeMap<String, String>) -> Result<(), SecretError> {
        use std::io::Write;
        let beside = self.path.with_extension("new");
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let bytes = serde_json::to_vec(all).map_err(|e| self.fault(e))?;
        let mut file = options.open(&beside).map_err(|e| self.fault(e))?;
        file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(|e| self.fault(e))?;
        std::fs::rename(&beside, &self.path).map_err(|e| self.fault(e))
    }
}

impl Secrets for FileSecrets {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>, SecretError> {
        self.load()?.get(name).map(|hex| from_hex(hex).ok_or_else(|| self.fault("not hexadecimal"))).transpose()
    }
    fn set(&self, name: &str, secret: &[u8]) -> Result<(), SecretError> {
        let mut all = self.load()?;
        all.insert(name.to_owned(), secret.iter().map(|b| format!("{b:02x}")).collect());
        self.save(&all)
    }
    fn remove(&self, name: &str) -> Result<(), SecretError> {
        let mut all = self.load()?;
        all.remove(name);
        self.save(&all)
    }
    fn in_file(&self) -> bool {
        true
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    text.len().is_multiple_of(2).then_some(())?;
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_for_its_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let secrets = FileSecrets { path: dir.path().join("secrets.json") };
        secrets.set(STORE_KEY, &[1, 2, 255]).unwrap();
        assert_eq!(secrets.get(STORE_KEY).unwrap(), Some(vec![1, 2, 255]));
        assert_eq!(secrets.get(DEVICE_KEY).unwrap(), None);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&secrets.path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&secrets.path, b"{\"store-key\":\"xyz\"}").unwrap();
        assert!(secrets.get(STORE_KEY).is_err());
    }
}
