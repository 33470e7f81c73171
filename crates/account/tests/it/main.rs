//! What accounts promise, over HTTP, on both engines.

mod provider;
mod sessions;
mod sign_on;
mod support;
