//! Major hazard sources (重大危险源; DESIGN section 5: hazard_source, hazard_unit 单元): what an enterprise stores, makes and uses that could
//! cost many lives at once. 安全生产法 article 40, 危险化学品重大危险源监督管理暂行规定 (安监总局令第40号), GB 18218, and for what is no
//! chemical the categories of 安监管协调字〔2004〕56号.
//!
//! A source has units, each with what it holds at the design maximum. What a unit is, is found by `rules` with every step and kept
//! beside what the enterprise declares. What has happened since the last assessment, or three years, asks for a new one. Filing it at the
//! county (备案) and striking it off (核销) are cases of the flow [`FLOW`].

mod file;
mod find;
mod flow;
mod http;
mod identify;
mod indicators;
mod model;
mod moved;
pub mod powers;
mod review;
mod said;
mod store;
pub mod waiting;
pub mod write;

pub use file::{Decision, Paper, decide, documents, pass, submit};
pub use find::FINDER;
pub use flow::FLOW;
pub use http::{kinds, router};
pub use indicators::INDICATORS;
pub use model::{
    CATEGORIES, DUTIES, EVENTS, Event, Filing, Material, Person, STATES, Source, Substance, Unit,
};
pub use moved::{ARRIVED, BELONGINGS};
pub use said::TOLD;
