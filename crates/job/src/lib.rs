//! Work that takes longer than a request: one table of jobs, workers that take from it, and what is seen of them.
//!
//! A job is stored in the transaction that wants it done. A worker takes it, tells how far it is, and can be asked to
//! stop. A worker that dies leaves a job whose heartbeat grows old; another takes it up again. What a job writes, it
//! writes in one transaction that ends with [`Context::finish`], so that a worker that was given up for dead can no
//! longer commit. What the jobs do is the areas' business.

mod http;
mod model;
mod run;
mod upkeep;
mod worker;

pub use http::router;
pub use model::{Job, New, done_by, enqueue};
pub use run::{Context, Failure, FindActor, Kind, Kinds};
pub use upkeep::upkeep;
pub use worker::{Workers, start};
