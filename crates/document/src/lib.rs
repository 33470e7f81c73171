//! Official documents: one neutral model for what has chapters and one for a paper of one agency, printed as PDF and given as Word where officials edit; and pages of any PDF as pictures. What a document says
//! is the callers' business; every text of theirs is data and never markup.

mod error;
mod fonts;
mod http;
mod measure;
mod model;
mod notice;
mod notice_word;
mod page;
mod press;
mod word;

pub use error::DocumentError;
pub use http::{PaperFormat, kind, made, sent, wants_word};
pub use model::{Body, Chapter, Check, Column, Document, Fact, Part, Table};
pub use notice::{Notice, Said, Signature, chinese_day, day};
pub use page::{MOST_PAGES, Shown, Unshown, page};
pub use press::pdf;
pub use word::word;
