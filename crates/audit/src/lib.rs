//! The trail: who did what, when, for whom and why; sealed so that nobody changes it unnoticed; and what a row said on
//! any past day.
//!
//! Writers only insert. A job seals what they left in batches, each with the hash of the batch before it, so that no
//! writer waits for the chain. What is worth recording is decided where the write happens.

mod columns;
mod export;
mod history;
mod http;
mod listing;
mod record;
mod seal;
mod words;

pub use columns::COLUMNS;
pub use export::{EXPORT, EXPORT_FILE, kinds};
pub use history::{Step, Trace, as_of, fold, history, traces};
pub use http::{LIST, WORDS, router};
pub use listing::{ExportJob, ListExport, Listing, Making, told};
pub use record::{Action, Entry, diff, in_force, note, record, record_all, record_many};
pub use seal::{Broken, Report, seal, seal_all, verify};
pub use words::{SUBJECTS, subject_label};
