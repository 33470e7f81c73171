//! Major hazard sources, 重大危险源: identification and grading of hazardous chemicals ([`source`], GB 18218), the older and wider
//! categories of 2004 ([`category`]), what is filed with whom and when ([`filing`]), and what must be watched ([`monitoring`]).

pub mod category;
pub mod filing;
pub mod monitoring;
pub mod source;
pub mod words;

mod edition;
mod exact;
mod place;
