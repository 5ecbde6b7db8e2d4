//! The salon's small cloud: holds every branch of every tenant together, feeds the terminals, serves the console.
//!
//! Layers, each knowing only those before it: [`store`] (tables and transactions, the only place with SQL), [`sync`]
//! (what a push does), [`auth`], [`provision`], [`figures`] (what the console shows), [`integrations`] (services of
//! others), [`http`] (the edge: the only place that knows a status code), [`demo`] (an invented salon), [`cli`].

pub mod auth;
pub mod cli;
pub mod demo;
pub mod env;
pub mod figures;
pub mod http;
pub mod integrations;
pub mod provision;
pub mod store;
pub mod sync;
