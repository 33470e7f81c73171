//! What the tests of every area share: the whole system behind one router, people of every role in every division
//! who speak to it over HTTP, invented firms, and the program itself as an office runs it.
//!
//! It is only ever a dev-dependency. It depends on `server`, which depends on the areas; tests under `tests/` of an area
//! may use it all the same.
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]

mod program;
mod sample;
mod server;

pub use program::{Program, Session, System, kill, program};
pub use sample::{PLASTICS, TRADE, code, end_of, list, path, percent, place};
pub use server::{Client, Events, Server};

/// What everybody here signs in with.
pub const PASSWORD: &str = "Ba-Duo-Shan-3";
