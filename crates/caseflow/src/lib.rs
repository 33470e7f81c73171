//! Cases (DESIGN idea 4; case 事项): whatever is a state machine with a deadline and a trail. A hidden danger, an inspection, an order, an
//! alarm that is dealt with: each is one row here, whatever its kind, and one row for each of its steps; so there is one list of
//! what is due, one rule by which what is late rises to the tier above, one timeline of an enterprise.
//!
//! An area declares its [`Flow`], keeps its typed details in a table of its own under the same (city, id), and changes a case only by
//! [`open`] and [`step`], or by [`take`] where its details step along. What the steps mean is the area's business; what follows
//! what is said by the flow alone.

mod act;
mod detail;
mod find;
mod flow;
mod http;
mod late;
mod model;
mod moved;
mod picture;
pub mod powers;
mod said;
pub mod store;
mod waiting;

pub use act::{
    Acting, Opening, Taken, after_working_days, decide, lift, next_number, next_serial, open, step,
};
pub use detail::{Detail, take};
pub use find::found;
pub use flow::{Due, Escalation, Flow, Needs, STAYS, Severity, State, Step, Waits};
pub use http::{CaseView, EventView, NextStep, next_steps, router, shown, view};
pub use late::escalate;
pub use model::{Case, Event, FieldReason, parse_tier, replay, tier_code};
pub use moved::{ARRIVED, BELONGINGS};
pub use picture::handbook;
pub use said::told;
pub use waiting::waiting;
