//! The contracts that cross a process: between the window and the terminal ([`window`]), and between the console and
//! the sync server ([`rest`]). Plain data; no behaviour, no text for people.

pub mod rest;
pub mod window;
