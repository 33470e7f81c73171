//! What the trail says of the register, in the words of the timeline: the record itself, what its enterprise proposed, where it was
//! handed over, whom it engaged.

use audit::Step;
use serde_json::Value;

use crate::{
    fields::{self, fields},
    handover::Handover,
    http::{Proposal, mask},
    model::Enterprise,
    powers,
    timeline::{Change, Said, Told},
};

/// What of the register is told.
pub const TOLD: &[Told] = &[
    Told { table: Enterprise::TABLE, column: "id", power: &powers::HISTORY, say: register },
    Told { table: Proposal::TABLE, column: "enterprise_id", power: &powers::LIST_PROPOSALS, say: proposal },
    Told { table: Handover::TABLE, column: "enterprise_id", power: &powers::LIST_HANDOVERS, say: handover },
    Told {
        table: account::Engagement::TABLE,
        column: "enterprise",
        power: &account::LIST_ENGAGEMENTS,
        say: engagement,
    },
];

/// A word in what a step says of the row after it.
fn after<'a>(step: &'a Step, name: &str) -> Option<&'a str> {
    step.after.as_ref().and_then(|own| own.0[name].as_str())
}

fn register(step: &Step, page: &str) -> Option<Said> {
    let history = format!("{page}?tab=history");
    match step.action.as_str() {
        "create" => return Some(Said::of("建立企业档案", history)),
        "delete" => return Some(Said::of("删除企业档案", history)),
        _ => {}
    }
    if let Some(status) = after(step, "status") {
        let label = fields::label("status", status);
        let reason = after(step, "status_reason").map(str::to_string);
        return Some(Said {
            reason,
            ..Said::of(format!("状态变更为“{label}”"), format!("{page}?tab=status"))
        });
    }
    let vouched = after(step, "verification").is_some_and(|own| own != "unverified");
    if vouched && after(step, "verified_at").is_some() {
        return Some(Said::of("核实企业档案", page.to_string()));
    }
    let changes = changes(step);
    if changes.is_empty() && step.reason.is_none() {
        return None;
    }
    let what = match after(step, "town") {
        Some(town) => format!("归到{}", region::divisions::full_name(town)),
        None => "修改企业档案".to_string(),
    };
    Some(Said { changes, ..Said::of(what, history) })
}

/// The fields that became otherwise, in words. Whole phones are shown by the record alone, which notes who looked.
fn changes(step: &Step) -> Vec<Change> {
    let none = Value::Null;
    let of =
        |own: &Option<db::Json<Value>>, name: &str| own.as_ref().map_or(&none, |own| &own.0[name]).clone();
    let known = step.after.as_ref().and_then(|own| own.0.as_object());
    fields()
        .iter()
        .filter(|field| known.is_some_and(|known| known.contains_key(field.name)))
        // what follows from a change is not told beside it
        .filter(|field| !matches!(field.name, "verification" | "verified_at" | "verified_by_name"))
        .map(|field| {
            let words = |value: Value| {
                let text = field.show(&value);
                if field.name.ends_with("_phone") && !text.is_empty() { mask(&text) } else { text }
            };
            Change {
                label: field.label.to_string(),
                before: words(of(&step.before, field.name)),
                after: words(of(&step.after, field.name)),
            }
        })
        .collect()
}

fn proposal(step: &Step, page: &str) -> Option<Said> {
    let what = match (step.action.as_str(), after(step, "state")) {
        ("create", _) => "企业申报变更",
        (_, Some("accepted")) => "采纳企业的申报",
        (_, Some("partly")) => "采纳企业申报的一部分，其余退回",
        (_, Some("returned")) => "退回企业的申报",
        _ => return None,
    };
    Some(Said::of(what, format!("{page}?tab=proposals")))
}

fn handover(step: &Step, _: &str) -> Option<Said> {
    let what = match (step.action.as_str(), after(step, "state")) {
        ("create", _) => {
            let target = after(step, "target").map(region::divisions::full_name).unwrap_or_default();
            format!("提出移交给{target}")
        }
        (_, Some("accepted")) => "接收移交".to_string(),
        (_, Some("returned")) => "退回移交".to_string(),
        (_, Some("withdrawn")) => "撤回移交".to_string(),
        _ => return None,
    };
    Some(Said::of(what, "/handovers".to_string()))
}

fn engagement(step: &Step, page: &str) -> Option<Said> {
    let name = step.row_title.as_deref().unwrap_or_default();
    let what = match step.action.as_str() {
        "create" => format!("委托{name}服务"),
        _ => format!("结束{name}的委托服务"),
    };
    Some(Said::of(what, format!("{page}?tab=engagements")))
}
