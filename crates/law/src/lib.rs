//! The doors of the law: every rule of the crate `rules` and every one of its tables over HTTP, and the rows that a city lays over
//! the national ones with a document number.
//!
//! Computing and reading the tables hold no data of anybody and need no signing in. What a rule computes is the business of `rules`.

mod checklist;
mod http;
pub mod powers;
mod store;

pub use checklist::{ChecklistItem, answered, checklist};
pub use http::{problem, router};
pub use store::{LocalRow, in_force};
