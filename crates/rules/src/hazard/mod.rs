//! Major hazard sources, 重大危险源: identification and grading of hazardous chemicals ([`source`], GB 18218).

pub mod source;

mod edition;
mod exact;
mod place;
