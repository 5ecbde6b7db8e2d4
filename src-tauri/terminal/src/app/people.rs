//! Who is at the till.

use super::{App, lock};
use argon2::password_hash::{PasswordVerifier, phc::PasswordHash};
use salon_contract::window::{Code, Done, Failure, SignedIn, StaffTile};
use salon_domain::access::Permission;
use salon_domain::kernel::{Instant, StaffId};
use salon_domain::staff::Staff;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Wrong PINs in a row before the person waits, and the first wait; it doubles with each further one, up to an hour.
const TRIES_MAX: u32 = 5;
const WAIT_S: i64 = 30;
const WAIT_S_MAX: i64 = 3_600;

/// Kept in the store, so that a restart does not give new tries.
#[derive(Default, Serialize, Deserialize)]
struct Tries {
    wrong: u32,
    until: Instant,
}

impl App {
    pub(super) fn staff_list(&self) -> Result<Vec<StaffTile>, Failure> {
        let catalog = self.catalog()?;
        Ok(catalog.staff.iter().filter(|s| s.active).map(|s| catalog.tile(s)).collect())
    }

    pub(super) fn sign_in(&self, staff: StaffId, pin: &str) -> Result<SignedIn, Failure> {
        let person = self.check_pin(staff, pin)?;
        *lock(&self.signed_in) = Some(staff);
        Ok(signed_in(&person))
    }

    pub(super) fn sign_out(&self) -> Done {
        *lock(&self.signed_in) = None;
        Done {}
    }

    /// Acts as somebody without a PIN: for the command line, whose user has the computer already.
    pub fn act_as(&self, staff: StaffId) {
        *lock(&self.signed_in) = Some(staff);
    }

    pub(super) fn current(&self) -> Result<Option<SignedIn>, Failure> {
        let Some(staff) = *lock(&self.signed_in) else { return Ok(None) };
        Ok(self.catalog()?.person(staff).filter(|s| s.active).map(signed_in))
    }

    /// Who acts, if they may.
    pub(super) fn require(&self, permission: Permission) -> Result<Uuid, Failure> {
        let staff = lock(&self.signed_in).ok_or(Code::SignInNeeded)?;
        let catalog = self.catalog()?;
        let person = catalog.person(staff).filter(|s| s.active).ok_or(Code::SignInNeeded)?;
        if !person.may(permission) {
            let name = serde_json::to_value(permission).ok().and_then(|v| v.as_str().map(str::to_owned));
            return Err(Failure::new(Code::NotAllowed).with("permission", name.unwrap_or_default()));
        }
        Ok(staff.uuid())
    }

    /// The person, if the PIN is theirs. Five wrong ones in a row make them wait.
    pub(super) fn check_pin(&self, staff: StaffId, pin: &str) -> Result<Staff, Failure> {
        let catalog = self.catalog()?;
        let person = catalog.person(staff).filter(|s| s.active).ok_or(Code::NotFound)?;
        // One guess at a time: from looking at the tries to counting this one.
        let _guessing = lock(&self.guessing);
        let key = format!("pin/{staff}");
        let now = self.clock.now();
        let tries: Tries = self.store.write::<_, Failure>(|unit| Ok(unit.meta(&key)?.unwrap_or_default()))?;
        if now < tries.until {
            let seconds = (tries.until.0 - now.0) / 1000 + 1;
            return Err(Failure::new(Code::PinLocked).with("seconds", seconds));
        }
        if pin_matches(person, pin) {
            if tries.wrong > 0 {
                self.store.write::<_, Failure>(|unit| Ok(unit.set_meta(&key, &Tries::default())?))?;
            }
            return Ok(person.clone());
        }
        let wrong = tries.wrong + 1;
        let wait_s = if wrong < TRIES_MAX { 0 } else { (WAIT_S << (wrong - TRIES_MAX).min(10)).min(WAIT_S_MAX) };
        let until = Instant(if wait_s == 0 { 0 } else { now.0 + wait_s * 1000 });
        self.store.write::<_, Failure>(|unit| Ok(unit.set_meta(&key, &Tries { wrong, until })?))?;
        if wait_s > 0 {
            return Err(Failure::new(Code::PinLocked).with("seconds", wait_s));
        }
        Err(Failure::new(Code::WrongPin).with("left", TRIES_MAX - wrong))
    }
}

fn pin_matches(person: &Staff, pin: &str) -> bool {
    person
        .pin_hash
        .as_deref()
        .and_then(|phc| PasswordHash::new(phc).ok())
        .is_some_and(|hash| argon2::Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok())
}

fn signed_in(person: &Staff) -> SignedIn {
    SignedIn { staff: person.id, name: person.name.clone(), role: person.role, permissions: person.role.permissions() }
}
