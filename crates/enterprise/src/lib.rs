//! The register of enterprises (DESIGN section 5: enterprise 企业): what a record holds, how registry files come in,
//! how a row finds the record it speaks of, and the numbers kept at town grain.
//!
//! The law behind the classifications is in `rules`, the divisions and the resolver in `region`; what an enterprise's
//! safety archive holds is not this crate's business.

pub mod belonging;
mod build;
mod change;
mod cluster;
pub mod columns;
mod correct;
pub mod count;
mod derived;
mod fields;
mod handover;
mod http;
mod import;
pub mod jobs;
mod joined;
mod lifecycle;
mod matching;
mod model;
pub mod moved;
pub mod numbers;
mod parse;
pub mod powers;
mod said;
pub mod store;
mod suggested;
pub mod summary;
pub mod timeline;
mod twin;
pub mod waiting;

pub use build::{blank, classify, measure, verifiable};
pub use cluster::Cluster;
pub use fields::{fields, has_phones, said};
pub use handover::Handover;
pub use http::{FINDER, may_look_back, router};
pub use import::{Import, ImportError, ImportRow, OwnershipCounts, Request, Summary, import};
pub use model::{Enterprise, STATUS};
pub use parse::{CellError, Parsed};
pub use said::TOLD;
pub use store::insert;
