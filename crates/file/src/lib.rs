//! Attachments: taken over HTTP, judged by their content, kept once under their SHA-256, and given back to be stored,
//! never to be shown (pictures apart); read for the search box. Which row an attachment belongs to, its versions and who may see it are the areas' business: they
//! keep what [`keep`] answers and hand it to [`send`].

mod kind;
mod store;
mod text;

pub use kind::Kind;
pub use store::{Kept, MOST_ATTACHMENT, forget, keep, keep_copy, old, path, send, show, show_made};
pub use text::{MOST_TEXT, text};
