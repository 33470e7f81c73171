//! One SQL text for SQLite and PostgreSQL.
//!
//! A store function takes `impl Exec` (a [`Db`] or a `&mut` [`Tx`]) and a statement: text in the common subset of both
//! engines with `$n` parameters, built by [`Sql`] or [`sql!`], decoded into a struct that [`table!`] or
//! `#[derive(sqlx::FromRow)]` declares. Constraint violations come back as [`Error::Conflict`] and
//! [`Error::MissingParent`] whatever the engine says. What is the business of an area — which rows, which columns — is
//! not this crate's; the portable spellings are listed in `docs/DATABASE.md`.

mod bulk;
mod carry;
mod connect;
mod error;
mod exec;
mod migrate;
mod recount;
mod retry;
mod schema;
mod sql;
mod table;
pub mod testing;
mod unit;
mod value;

pub use bulk::bulk;
pub use carry::carry;
pub use connect::{Db, Engine, Tx};
pub use db_macros::db_test;
pub use error::{Error, Result};
pub use exec::{Exec, Read, Row, Take};
pub use migrate::migrate;
pub use recount::{Wrong, recount};
pub use retry::retry;
pub use schema::{Column, Table, describe};
pub use sql::{Sql, like};
pub use sqlx::{self, FromRow, types::Json};
#[doc(hidden)]
pub use table::update;
pub use unit::{Part, Unit};
pub use value::Value;
