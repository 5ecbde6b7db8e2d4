//! The contracts that cross a process: between the window and the terminal ([`window`]), between the console and the
//! sync server ([`rest`]), and between a terminal and the sync server beside the sync protocol ([`device`],
//! [`message`]). Plain data;
//! no behaviour, no text for people.

pub mod device;
pub mod message;
pub mod rest;
pub mod window;
