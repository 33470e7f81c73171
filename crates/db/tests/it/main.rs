//! The promises of `db`, on both engines.

mod engines;
mod units;
