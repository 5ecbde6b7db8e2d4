//! The server from outside: one test program, a module for each concern, real components and no fixed sleeps.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod auth;
mod commands;
mod dashboard;
mod demo;
mod feed;
mod master;
mod pairing;
mod push;
mod roles;
mod socket;
mod store;
mod stripe;
mod support;
