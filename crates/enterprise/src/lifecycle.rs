//! The states of an enterprise's life: from which to which, on what day, and what must be said with it.
//!
//! A licence that was withdrawn or a deletion from the register that was undone (市场主体登记管理条例, 国务院令第746号) is told by a
//! document; without its number nobody comes back from there.

use chrono::NaiveDate;
use web::Problem;

use crate::{build, fields, model::Enterprise};

/// To which states a record may go from each.
const NEXT: &[(&str, &[&str])] = &[
    ("pending", &["normal", "suspended", "no_premises", "moved_out", "deregistered", "revoked"]),
    ("normal", &["suspended", "no_premises", "moved_out", "deregistered", "revoked"]),
    ("suspended", &["normal", "no_premises", "moved_out", "deregistered", "revoked"]),
    ("no_premises", &["normal", "suspended", "moved_out", "deregistered", "revoked"]),
    ("moved_out", &["normal", "deregistered", "revoked"]),
    ("revoked", &["normal", "deregistered"]),
    ("deregistered", &["normal"]),
];

/// The states that can follow.
pub fn next(status: &str) -> &'static [&'static str] {
    NEXT.iter().find(|(own, _)| *own == status).map_or(&[], |(_, next)| next)
}

/// Whether the step needs the number of a document.
pub fn needs_document(from: &str, to: &str) -> bool {
    matches!(from, "revoked" | "deregistered") && to == "normal"
}

/// A step in an enterprise's life.
#[derive(Debug, Clone)]
pub struct Step {
    /// New state.
    pub to: String,
    /// Since when.
    pub on: NaiveDate,
    /// Why.
    pub reason: String,
    /// Number of the document that says so.
    pub document: Option<String>,
}

/// Takes the step, or says what is wrong with it.
pub fn change(record: &mut Enterprise, step: Step, today: NaiveDate) -> Result<(), Problem> {
    let label = |status: &str| fields::label("status", status);
    let from = label(&record.status);
    if step.to == record.status {
        return Err(Problem::conflict("status.same", format!("这家企业已经是“{from}”，不需要变更。")));
    }
    if !next(&record.status).contains(&step.to.as_str()) {
        let can: Vec<String> = next(&record.status).iter().map(|status| label(status)).collect();
        return Err(Problem::wrong_field(
            "/status",
            "status.transition",
            format!("“{from}”不能变更为“{}”，可以变更为：{}。", label(&step.to), can.join("、")),
        ));
    }
    let mut problem = Problem::invalid("invalid.fields", "有内容填写不正确，请按提示修改后再保存。");
    if step.on > today {
        problem = problem.field("/on", "date.future", "日期不能晚于今天。");
    }
    if let Some(founded) = record.founded_on.filter(|founded| step.on < *founded) {
        problem = problem.field("/on", "date.before_founding", format!("日期不能早于成立日期 {founded}。"));
    }
    if let Some(last) = record.status_on.filter(|last| step.on < *last) {
        problem =
            problem.field("/on", "date.before_last", format!("日期不能早于上一次状态变更的日期 {last}。"));
    }
    if step.reason.is_empty() || step.reason.chars().count() > 200 {
        problem = problem.field("/reason", "reason.length", "请写明原因（200 字以内）。");
    }
    if step.document.as_ref().is_some_and(|document| document.chars().count() > 100) {
        problem = problem.field("/document", "document.length", "文号请写在 100 字以内。");
    }
    if step.document.is_none() && needs_document(&record.status, &step.to) {
        problem = problem.field(
            "/document",
            "document.required",
            format!("从“{from}”恢复在营，请填写登记机关撤销决定或恢复登记的文号。"),
        );
    }
    if !problem.errors.is_empty() {
        return Err(problem);
    }
    record.status = step.to;
    record.status_on = Some(step.on);
    record.status_reason = Some(step.reason);
    record.status_document = step.document;
    build::unverify(record, |field| field.starts_with("status"));
    Ok(())
}

#[cfg(test)]
mod tests {
    use kernel::Actor;

    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn record(status: &str) -> Enterprise {
        let mut record = build::blank("4405", &Actor::system(""), chrono::DateTime::UNIX_EPOCH);
        record.status = status.into();
        record.founded_on = Some(day("2001-02-03"));
        record
    }

    fn step(to: &str, on: &str) -> Step {
        Step { to: to.into(), on: day(on), reason: "现场查看".into(), document: None }
    }

    fn codes(result: Result<(), Problem>) -> Vec<String> {
        result.err().map_or_else(Vec::new, |problem| problem.errors.into_iter().map(|e| e.code).collect())
    }

    #[test]
    fn a_state_has_a_day_that_makes_sense() {
        let today = day("2026-01-01");
        let mut own = record("normal");
        let before = own.clone();
        assert_eq!(codes(change(&mut own, step("suspended", "2026-01-02"), today)), ["date.future"]);
        assert_eq!(codes(change(&mut own, step("suspended", "2001-02-02"), today)), ["date.before_founding"]);
        assert_eq!(own, before, "what is refused changes nothing");
        change(&mut own, step("suspended", "2025-05-01"), today).unwrap();
        assert_eq!(codes(change(&mut own, step("normal", "2025-04-30"), today)), ["date.before_last"]);
        change(&mut own, step("normal", "2025-05-01"), today).unwrap();
        assert_eq!(own.status_on, Some(day("2025-05-01")));
    }

    #[test]
    fn nobody_comes_back_from_the_dead_without_a_document() {
        let today = day("2026-01-01");
        let mut own = record("deregistered");
        assert_eq!(codes(change(&mut own, step("suspended", "2025-05-01"), today)), ["status.transition"]);
        assert_eq!(codes(change(&mut own, step("normal", "2025-05-01"), today)), ["document.required"]);
        let told =
            Step { document: Some("汕市监撤〔2025〕1号".into()), ..step("normal", "2025-05-01") };
        change(&mut own, told, today).unwrap();
    }

    #[test]
    fn every_state_but_merged_has_a_way_on() {
        for (status, _) in crate::model::STATUS.iter().filter(|(status, _)| *status != "merged") {
            assert!(!next(status).is_empty(), "{status}");
            assert!(next(status).iter().all(|to| crate::model::STATUS.iter().any(|(own, _)| own == to)));
        }
        assert!(next("merged").is_empty());
    }
}
