//! The one search box: any part of a Chinese text from one sign on, pinyin, and the initials of pinyin.
//!
//! Terms are made here, in Rust: every sign, every pair of neighbours, the pinyin syllables of the title and the pairs of
//! their initials, and the divisions the entry lies in, so that the scope is decided inside the index. The engines only
//! intersect lists of terms (FTS5 on SQLite, GIN on PostgreSQL); what they find is rechecked against the text. An entry is
//! found from its transaction on: until [`index`] has put it into the index, its text is read instead. What is
//! put into the index, and what of a hit may be shown, is the areas' business.

mod entry;
mod http;
mod query;
mod terms;

pub use entry::{Entry, Stored, index, index_all, remove, write, write_all};
pub use http::{Finder, Finding, Found, MOST, SEARCH, router};
pub use query::{Hit, find, keys, says};
