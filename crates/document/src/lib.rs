//! Official documents: one neutral model, printed as PDF and given as Word where officials edit. What a document says
//! is the callers' business; every text of theirs is data and never markup.

mod error;
mod fonts;
mod measure;
mod model;
mod press;
mod word;

pub use error::DocumentError;
pub use model::{Body, Chapter, Check, Column, Document, Fact, Part, Table};
pub use press::pdf;
pub use word::word;
