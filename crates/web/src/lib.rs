//! What every HTTP handler shares: problem answers (RFC 9457), extractors, the list envelope and its cursor,
//! idempotency keys, and the headers that keep a browser safe.
//!
//! Which operations there are is the areas' business; who somebody is, `account` finds out and leaves as an
//! extension of the request, where [`Caller`] picks it up.

mod app;
mod extract;
mod headers;
mod idempotency;
mod list;
mod problem;
mod progress;
mod upload;

pub use app::{App, PeerAddress};
pub use extract::{Body, Caller, PathOf, Query, filled, required, said};
pub use headers::{CspNonce, security_headers};
pub use idempotency::{Once, UploadKey, idempotency};
pub use list::{Count, Cursor, List, Page, narrowed, page_limit};
pub use problem::{FieldError, Outcome, Problem};
pub use progress::{Progress, Step};
pub use upload::{MOST_UPLOAD, Passing, save_upload, send_bytes, send_file};
