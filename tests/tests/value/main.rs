//! Stored value at the till: what clients paid for and had not yet, through the window's questions, on one till and on
//! two that do not hear of each other.

#![allow(clippy::unwrap_used, reason = "a test ends where it is surprised")]

mod accounts;
mod desk;
mod gift_cards;
mod memberships;
mod merged;
mod packages;
mod rig;
mod visits;
