//! Yearly inspection plans (年度监督检查计划, 安全生产法 2021 article 62): an agency says line by line which enterprises of which place, sector and
//! grade it means to inspect, how many and when; its leader approves; the lines are drawn by lot (双随机, `rules::random_draw`), enterprises and
//! officers alike, and every draw is kept with all that it was drawn from. Each enterprise drawn is a target with a month and two officers; a
//! visit that ends does the earliest target of its agency. Who has a conflict of interest with an enterprise is neither drawn for it nor may
//! begin a visit there. Several agencies that mean to visit one enterprise join their targets, and one visit does them all.
//!
//! The visit itself and its documents are the business of the crate's other modules.

mod conflict;
mod done;
mod draw;
pub(crate) mod http;
mod line;
mod model;
mod store;
pub(crate) mod waiting;

pub(crate) use conflict::refuse_conflicts;
pub use done::done;
pub use draw::{Drawing, draw};
pub use line::PlanLine;
pub use model::{Conflict, Plan, Target};
