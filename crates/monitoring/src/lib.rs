//! Monitoring (监测预警): what enterprises measure at major hazard sources and elsewhere (安监总局令第40号 article 13): the points with their limits, the
//! readings as they come, alarms of two levels, and points that fell silent.
//!
//! A reading is lasting before it is acknowledged. Readings of a minute are one row ([`block`]), which is also the finest of the sums that curves
//! are drawn from; hours are summed up by a job. What is not taken is counted with its reason, by point and day, and never dropped unseen. An alarm
//! is a case (`caseflow`, the flow [`FLOW`]); how a value becomes one is said by [`watch`] alone.

mod act;
mod block;
mod curve;
mod flow;
mod http;
mod indicators;
mod intake;
mod jobs;
mod kept;
mod model;
mod moved;
pub mod mqtt;
mod number;
mod point;
pub mod powers;
mod raise;
mod reading;
mod store;
mod watch;

pub use flow::FLOW;
pub use http::router;
pub use indicators::INDICATORS;
pub use intake::take;
pub use jobs::kinds;
pub use model::Point;
pub use moved::{BELONGINGS, HELD};
pub use number::{Milli, Moment, Sent};
pub use point::{Given, create};
pub use reading::{Reading, Told};
