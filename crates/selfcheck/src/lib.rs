//! Self-checks (自查, 安全生产法 2021 article 41: an enterprise looks for dangers itself, puts them right and reports). A bureau or an office sets
//! a task: which enterprises, and how often. In each period of its cycle an enterprise goes through the checklist of its sector
//! (`rules::checklist`), says of every item whether it is met, and enters what is not met as dangers. Who has done so and who has not is read
//! from what was handed in: nothing is made in advance for enterprises that do nothing.
//!
//! What becomes of the dangers is the business of `danger`.

mod http;
mod indicators;
mod model;
mod moved;
mod period;
pub mod powers;
mod said;
mod store;
pub mod waiting;

pub use http::router;
pub use indicators::INDICATORS;
pub use model::{Check, Task};
pub use moved::BELONGINGS;
pub use period::{Period, period};
pub use said::TOLD;
