//! The promises of `db`, on both engines.

mod alone;
mod bulk;
mod engines;
mod schema;
mod statements;
mod units;
