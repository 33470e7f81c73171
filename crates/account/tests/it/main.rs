//! What accounts promise, over HTTP, on both engines.

mod sessions;
mod sign_on;
mod support;
