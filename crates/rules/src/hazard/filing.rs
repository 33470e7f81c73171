//! What is due when for a filed major hazard source, 备案、重新辨识、核销: 安监总局令第40号 articles 11, 22 to 24, 26 to 28 (from 2011-12-01; from
//! 2026-05-01 the 危险化学品安全法 is in force and rows say that nobody has checked them against it). Days are calendar days; a place that files with another office
//! lays its own row over the national one.

use chrono::{Datelike, Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{monitoring::grade_word, words::Trigger};
use crate::{At, Outcome, Refusal, Row, Step, law_table, rule};

law_table!(
    /// Duties, documents and receivers.
    TABLE, "hazard-filing", "重大危险源备案、重新辨识和核销", ["item", "seq"]
);

rule!(
    /// The rule `hazard-filing`.
    RULE, "hazard-filing", "重大危险源备案、重新辨识和核销", "重大危险源", "安监总局令第40号",
    Input, due, [&TABLE], "2025-06-01", r#"{"grade":2,"assessed_on":"2022-06-10","events":["change"]}"#
);

/// A major hazard source and what has happened.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "重大危险源备案")]
pub struct Input {
    /// Grade 1 to 4.
    #[schemars(title = "重大危险源级别", description = "1 至 4，一级最高")]
    pub grade: u8,
    /// Day of the assessment report.
    #[schemars(title = "安全评估日期", description = "安全评估报告（或安全评价报告）完成的日期")]
    pub assessed_on: NaiveDate,
    /// What has happened since.
    #[serde(default)]
    #[schemars(title = "评估后发生的情形", description = "安监总局令第40号第十一条所列情形")]
    pub events: Vec<Trigger>,
    /// A project before its acceptance.
    #[serde(default)]
    #[schemars(title = "建设项目竣工验收前")]
    pub project: bool,
    /// The assessment says that it is none any more.
    #[serde(default)]
    #[schemars(title = "评估认为不再构成重大危险源")]
    pub ended: bool,
    /// Day on which the authority received the request to strike it off.
    #[schemars(title = "收到核销申请日期")]
    pub cancellation_received_on: Option<NaiveDate>,
}

/// What is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "备案事项")]
pub struct Due {
    /// Whether it must be identified, assessed and graded anew now.
    #[schemars(title = "现在应重新辨识")]
    pub review_now: bool,
    /// Last day of the assessment's three years.
    #[schemars(title = "重新辨识期限")]
    pub review_by: NaiveDate,
    /// Everything that is to be done.
    #[schemars(title = "事项")]
    pub duties: Vec<Duty>,
    /// What the file holds and goes with the filing.
    #[schemars(title = "备案材料")]
    pub documents: Vec<String>,
}

/// One thing to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "事项")]
pub struct Duty {
    /// Which: `review`, `filing`, `upward`, `summary`, `cancel`, `cancel_decision`.
    #[schemars(title = "事项代码")]
    pub item: String,
    /// What.
    #[schemars(title = "内容")]
    pub text: String,
    /// Last day.
    #[schemars(title = "期限")]
    pub due_on: Option<NaiveDate>,
    /// Whether that day is past.
    #[schemars(title = "已逾期")]
    pub overdue: bool,
    /// Who receives it.
    #[schemars(title = "受理机关")]
    pub to: Option<String>,
    /// Papers of its own.
    #[schemars(title = "材料")]
    pub documents: Vec<String>,
}

/// What is due for a major hazard source on that day.
///
/// # Errors
/// `invalid` for a grade other than 1 to 4 or a day that has not come; `not_in_force` before 2011-12-01.
pub fn due(at: &At<'_>, input: &Input) -> Result<Outcome<Due>, Refusal> {
    let grade = grade_word(input.grade)?;
    let rows = at.rows(&TABLE);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!(
            "{} 尚无重大危险源备案规定（安监总局令第40号自 2011-12-01 起）。",
            at.on
        )));
    }
    if input.assessed_on > at.on {
        return Err(Refusal::invalid("/assessed_on", "安全评估日期不能晚于所问的日期。"));
    }
    let of = |item: &'static str| rows.iter().copied().filter(move |row| row.get("item") == item);
    let texts = |item: &'static str| of(item).map(|row| row.get("text").to_string()).collect::<Vec<_>>();
    let mut steps = Vec::new();
    let mut duties = Vec::new();
    let mut add = |row: &Row, due_on: Option<NaiveDate>, said: String, documents: Vec<String>| {
        steps.push(row.step(said));
        let to = row.get("to");
        duties.push(Duty {
            item: row.get("item").to_string(),
            text: row.get("text").to_string(),
            due_on,
            overdue: due_on.is_some_and(|last| last < at.on),
            to: (!to.is_empty()).then(|| to.to_string()),
            documents,
        });
    };

    let mut review_by = input.assessed_on;
    for row in of("review") {
        let months = row.whole("years").and_then(|years| u32::try_from(years).ok()).unwrap_or_default() * 12;
        review_by = input.assessed_on.checked_add_months(Months::new(months)).unwrap_or(input.assessed_on);
        let said = format!("{} 评估，{review_by} 满三年，{}", input.assessed_on, row.get("text"));
        add(row, Some(review_by), said, Vec::new());
    }
    for row in of("trigger").filter(|row| input.events.iter().any(|own| own.code() == row.get("seq"))) {
        add(row, None, format!("{}，应及时重新辨识、评估、分级", row.get("text")), Vec::new());
    }
    if input.ended {
        for row in of("cancel") {
            add(row, None, row.get("text").to_string(), texts("cancel_document"));
        }
        for row in of("cancel_decision") {
            let last = input.cancellation_received_on.and_then(|from| after(from, row));
            let said = match (input.cancellation_received_on, last) {
                (Some(from), Some(last)) => format!("{from} 收到申请，{last} 前决定：{}", row.get("text")),
                _ => row.get("text").to_string(),
            };
            add(row, last, said, Vec::new());
        }
    } else {
        for row in of("filing").filter(|row| (row.get("seq") == "project") == input.project) {
            let last = after(input.assessed_on, row);
            let until = last.map(|last| format!("（{last} 前）")).unwrap_or_default();
            add(row, last, format!("{}{until}", row.get("text")), texts("document"));
        }
        for row in of("upward").filter(|row| row.get("grades").split(' ').any(|own| own == grade)) {
            add(row, None, row.get("text").to_string(), Vec::new());
        }
        for row in of("summary") {
            let last = next(at.on, row);
            let until = last.map(|last| format!("（{last} 前）")).unwrap_or_default();
            add(row, last, format!("{}{until}", row.get("text")), Vec::new());
        }
    }
    let documents = if input.ended { texts("cancel_document") } else { texts("document") };
    let review_now = !input.events.is_empty() || at.on > review_by;
    steps.push(Step::plain(if review_now {
        "现在应重新辨识、评估、分级，更新档案并重新备案".to_string()
    } else {
        format!("没有需要重新辨识的情形，{review_by} 前有效")
    }));
    Ok(Outcome::new(Due { review_now, review_by, duties, documents }, steps))
}

/// The last of the row's days after that one.
fn after(from: NaiveDate, row: &Row) -> Option<NaiveDate> {
    from.checked_add_days(Days::new(u64::try_from(row.whole("days")?).ok()?))
}

/// The next day of the year that the row names, that day included.
fn next(on: NaiveDate, row: &Row) -> Option<NaiveDate> {
    let number = |column: &str| row.whole(column).and_then(|number| u32::try_from(number).ok());
    let (month, day) = number("month").zip(number("day"))?;
    let this = NaiveDate::from_ymd_opt(on.year(), month, day)?;
    if this >= on { Some(this) } else { this.with_year(on.year() + 1) }
}
