//! What a change of divisions means: which codes cease, which come to be, and where what stood in them goes. Decided from the
//! map in force, without touching anything: each kind of change is a method of `kinds`, what they share is `planner`.

mod kinds;
mod planner;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::RegionCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Outcome, Problem};

use crate::divisions::{self, find};
use planner::Planner;

/// A change that is asked for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewChange {
    /// `rename`, `merge`, `split`, `move`, `establish`, `abolish`.
    pub kind: String,
    /// Day from which it counts; not after today.
    pub changed_on: NaiveDate,
    /// Number of the document that orders it.
    pub document: String,
    /// Remark.
    #[serde(default)]
    pub note: String,
    /// The divisions it changes: one, or several to be merged.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Code of what comes to be (merge, move, establish); the next free one unless told. A merge may go into one in force.
    pub code: Option<String>,
    /// Name of what comes to be, or the new name.
    pub name: Option<String>,
    /// The county or city it goes to (move) or comes to be in (establish).
    pub parent: Option<String>,
    /// What a division is split into.
    #[serde(default)]
    pub parts: Vec<NewPart>,
}

/// A part of a split.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct NewPart {
    /// The code split, for the part that keeps it; the next free one unless told.
    pub code: Option<String>,
    /// Name.
    pub name: Option<String>,
    /// Villages (of a town) or towns (of a county) that go there.
    #[serde(default)]
    pub members: Vec<String>,
    /// Words of addresses that go there.
    #[serde(default)]
    pub words: Vec<String>,
    /// Takes what no village and no word tells; without such a part it waits for assignment in the next wider division.
    #[serde(default)]
    pub rest: bool,
}

/// A part of a split town as rows are put into it.
#[derive(Debug, Clone)]
pub struct Part {
    /// Its code.
    pub to: String,
    /// County and town in words.
    pub name: String,
    /// Words of addresses that tell it, folded.
    pub words: Vec<String>,
    /// Takes what no word tells.
    pub rest: bool,
}

/// Where rows go.
#[derive(Debug, Clone)]
pub enum Step {
    /// Everything in one division goes into another, code by code.
    Whole {
        /// From.
        from: String,
        /// To.
        to: String,
    },
    /// Enterprises go where their address tells; people and offices to the heir.
    Split {
        /// From.
        from: String,
        /// The parts.
        parts: Vec<Part>,
        /// The longest prefix that is certain for what no part takes.
        leave: String,
        /// Takes the people and offices; none while the division goes on, they stay.
        heir: Option<String>,
    },
}

impl Step {
    /// The division whose rows it moves.
    pub fn from(&self) -> &str {
        match self {
            Step::Whole { from, .. } | Step::Split { from, .. } => from,
        }
    }

    /// Where a row goes that no address places; `None` where it stays.
    pub fn place(&self, town: &str) -> Option<String> {
        match self {
            Step::Whole { from, to } => town.strip_prefix(from.as_str()).map(|rest| format!("{to}{rest}")),
            Step::Split { heir, .. } => heir.clone(),
        }
    }
}

/// A change, decided.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub city: String,
    /// Codes that come to be or get another name: code and name.
    pub opens: Vec<(String, String)>,
    /// Codes that cease: code and name.
    pub closes: Vec<(String, String)>,
    /// Which became which; one side is empty where something came to be or ceased.
    pub pairs: Vec<(String, String)>,
    pub steps: Vec<Step>,
    /// Names by which addresses still call what changed.
    pub aliases: Vec<(String, String)>,
}

fn wrong(pointer: &str, code: &'static str, message: impl Into<String>) -> Problem {
    Problem::wrong_field(pointer, code, message)
}

/// Decides a change; refuses what the map of today does not allow.
pub(crate) fn plan(new: &NewChange, today: NaiveDate) -> Outcome<Plan> {
    if new.changed_on > today {
        return Err(wrong("/changed_on", "date.future", "还没有到生效日期。请在生效当天或之后办理。"));
    }
    if new.document.trim().is_empty() || new.document.chars().count() > 100 {
        return Err(wrong("/document", "document.missing", "请填写批准文件的文号（100 字以内）。"));
    }
    let mut own = Vec::new();
    for code in &new.codes {
        let division = find(code).filter(|own| matches!(own.code.len(), 6 | 9));
        own.push(division.ok_or_else(|| {
            wrong("/codes", "region.unknown", format!("现行区划中没有代码为 {code} 的区县或镇街。"))
        })?);
    }
    let place = own.first().map(|own| own.code.as_str()).or(new.parent.as_deref()).unwrap_or_default();
    let city = RegionCode::parse(place)?;
    let Some(city) = city.city().map(str::to_string) else {
        return Err(wrong("/parent", "region.tier", "请选择市、区县或镇街。"));
    };
    if own
        .iter()
        .any(|division| !division.code.starts_with(&city) || division.code.len() != own[0].code.len())
    {
        return Err(wrong("/codes", "region.mixed", "请选择同一个市、同一层级的区划。"));
    }
    let mut planner = Planner {
        villages: divisions::villages(&city),
        plan: Plan { city, ..Plan::default() },
        taken: BTreeSet::new(),
    };
    match (new.kind.as_str(), own.as_slice()) {
        ("rename", [one]) => planner.rename(one, new)?,
        ("merge", [_, ..]) => planner.merge(&own, new)?,
        ("split", [one]) => planner.split(one, new)?,
        ("move", [one]) => planner.relocate(one, new)?,
        ("establish", []) => planner.establish(new)?,
        ("abolish", [one]) => planner.abolish(one),
        ("rename" | "merge" | "split" | "move" | "abolish", _) => {
            return Err(wrong(
                "/codes",
                "region.number",
                "请选择要调整的区划（合并可以选多个，其余只选一个）。",
            ));
        }
        _ => return Err(wrong("/kind", "kind.unknown", "请选择调整的种类。")),
    }
    Ok(planner.plan)
}

fn name_of(name: Option<&str>, pointer: &str) -> Outcome<String> {
    let name = name.map(str::trim).unwrap_or_default();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(wrong(pointer, "name.length", "请填写名称（40 字以内）。"));
    }
    Ok(name.to_string())
}
