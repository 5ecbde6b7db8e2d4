//! The twelve who work there: every role, eight of them with a column in the book.

use super::FOUNDED_MS;
use super::names::TEAM;
use super::random::Rng;
use crate::auth::password::{self, PasswordError};
use salon_domain::access::Role;
use salon_domain::branch::{DaySpan, WeekHours};
use salon_domain::kernel::BranchId;
use salon_domain::staff::{Skills, Staff};

/// Where somebody works (0 and 1 the branches, 2 both), their role, whether they have a column, and their days off
/// (Monday is 0).
const POSTS: [(usize, Role, bool, [usize; 2]); 12] = [
    (2, Role::Admin, false, [5, 6]),
    (0, Role::Manager, true, [0, 6]),
    (0, Role::Stylist, true, [1, 2]),
    (0, Role::Stylist, true, [3, 4]),
    (0, Role::Stylist, true, [2, 3]),
    (0, Role::Receptionist, false, [6, 0]),
    (1, Role::Manager, true, [6, 0]),
    (1, Role::Stylist, true, [6, 0]),
    (1, Role::Stylist, true, [0, 6]),
    (1, Role::Stylist, true, [0, 1]),
    (1, Role::Receptionist, false, [6, 0]),
    (2, Role::Assistant, false, [0, 6]),
];

/// `1111` to `9999`, then `1010`, `2020`, `3030`: for a demo, to be read off a page.
fn pin(index: usize) -> String {
    if index < 9 { (index + 1).to_string().repeat(4) } else { format!("{0}0{0}0", index - 8) }
}

/// The team, and its PINs.
pub fn team(rng: &mut Rng, branches: &[BranchId]) -> Result<(Vec<Staff>, Vec<String>), PasswordError> {
    let pins: Vec<String> = (0..TEAM.len()).map(pin).collect();
    let staff = TEAM
        .iter()
        .zip(POSTS)
        .zip(&pins)
        .map(|(((name, code), (place, role, bookable, off)), pin)| {
            let hours = WeekHours(std::array::from_fn(|day| {
                if off.contains(&day) { vec![] } else { vec![DaySpan { from_min: 9 * 60, to_min: 18 * 60 }] }
            }));
            Ok(Staff {
                id: rng.id(FOUNDED_MS),
                code: (*code).into(),
                name: (*name).into(),
                role,
                branches: branches
                    .iter()
                    .enumerate()
                    .filter(|(ix, _)| place == 2 || *ix == place)
                    .map(|(_, b)| *b)
                    .collect(),
                skills: Skills::All,
                hours,
                pin_hash: Some(password::hash_pin(pin, &rng.bytes())?),
                bookable,
                active: true,
            })
        })
        .collect::<Result<Vec<Staff>, PasswordError>>()?;
    Ok((staff, pins))
}
