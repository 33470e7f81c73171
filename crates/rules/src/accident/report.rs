//! Who reports an accident to whom and by when, and who investigates it.
//!
//! From 2007-06-01 (令493号): at once to the head; the head within an hour to the county; each further tier within two hours, up to the city
//! for 一般, the province for 较大, the State Council's department above. From 2009-07-01 (总局令21号) the province is also told by telephone.
//! Before (令75号): at once. A street or town is no tier of the clock: it receives and relays. Minutes from when the sender learns of it.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    Grade, Kind,
    grade::{self, GRADES},
};
use crate::{At, Count, Number, Outcome, Refusal, Row, Step, law::day, law_table, one_of, rule};

law_table!(
    /// Who reports to whom, and within how long.
    REPORTS, "accident-report", "事故报告时限", ["sender", "receiver", "way"]
);

law_table!(
    /// From which numbers an event without casualties is reported.
    EVENTS, "accident-risk-event", "较大涉险事故", ["measure"]
);

law_table!(
    /// Who investigates, and within how long.
    AUTHORITIES, "accident-authority", "事故调查权限和期限", ["grade"]
);

rule!(
    /// The rule `accident-report`.
    RULE, "accident-report", "事故报告和调查", "事故", "国务院令493号、总局令21号；2007-06-01 以前：国务院令75号",
    Input, compute, [&REPORTS, &EVENTS, &AUTHORITIES, &GRADES], "2025-03-01",
    r#"{"grade":"larger","learned_at":"2025-03-01T08:00"}"#
);

one_of!(
    /// A tier of the report.
    Tier {
        Unit = "unit" "事故单位负责人",
        County = "county" "县级监管部门",
        City = "city" "市级监管部门",
        Province = "province" "省级监管部门",
        Centre = "centre" "国务院监管部门",
    }
);

one_of!(
    /// How a report is made.
    Way {
        Report = "report" "逐级上报",
        Phone = "phone" "电话快报",
    }
);

/// What the deadlines are worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// When the head of the unit learned of it; without it, minutes only.
    #[schemars(
        title = "单位负责人得知时间",
        description = "写成 2025-03-01T08:00 或 08:00；不填只给出时限",
        extend("format" = "date-time")
    )]
    pub learned_at: Option<String>,
    /// The grade; without it, from the figures.
    #[schemars(title = "事故等级", description = "不填按下面的数字判定")]
    pub grade: Option<Grade>,
    /// Deaths.
    #[schemars(title = "死亡人数", extend("x-unit" = "人"))]
    pub deaths: Option<Count>,
    /// Serious injuries.
    #[schemars(title = "重伤人数", extend("x-unit" = "人"))]
    pub serious: Option<Count>,
    /// Direct loss, yuan.
    #[schemars(title = "直接经济损失", extend("x-unit" = "元"))]
    pub loss: Option<Number>,
    /// Kind of accident.
    #[schemars(title = "事故种类")]
    pub kind: Option<Kind>,
    /// People at risk.
    #[schemars(title = "涉险人数", extend("x-unit" = "人"))]
    pub at_risk: Option<Count>,
    /// People trapped or missing.
    #[schemars(title = "被困或下落不明人数", extend("x-unit" = "人"))]
    pub trapped: Option<Count>,
    /// People evacuated.
    #[schemars(title = "紧急疏散人数", extend("x-unit" = "人"))]
    pub evacuated: Option<Count>,
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Deadline {
    /// Who reports.
    #[schemars(title = "报告人")]
    pub from: Tier,
    /// To whom.
    #[schemars(title = "报给")]
    pub to: Tier,
    /// How.
    #[schemars(title = "方式")]
    pub way: Way,
    /// Minutes from when the sender learns of it; 0 is at once.
    #[schemars(title = "时限（0为立即）", extend("x-unit" = "分钟"))]
    pub minutes: i64,
    /// Minutes from when the head learns, if every tier takes its whole time.
    #[schemars(title = "自得知起最迟", extend("x-unit" = "分钟"))]
    pub latest_minutes: i64,
    /// The latest time, `2025-03-01 09:00`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "最迟时间")]
    pub by: Option<String>,
}

/// Who investigates, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Investigation {
    /// Who.
    #[schemars(title = "组织调查")]
    pub investigator: String,
    /// Days for the report of the investigation.
    #[schemars(title = "调查期限", extend("x-unit" = "日"))]
    pub days: i64,
    /// Days by which it may be extended.
    #[schemars(title = "可延长", extend("x-unit" = "日"))]
    pub extension: i64,
    /// Last day, counting from the day after the accident.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "调查报告最后一日")]
    pub due: Option<NaiveDate>,
    /// Last day with the whole extension.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "延长后最后一日")]
    pub due_extended: Option<NaiveDate>,
    /// Days for the approval after the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "批复期限", extend("x-unit" = "日"))]
    pub approval_days: Option<i64>,
    /// Days by which the approval may be extended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "批复可延长", extend("x-unit" = "日"))]
    pub approval_extension: Option<i64>,
}

/// Deadlines, content and investigation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// The grade that the deadlines go by.
    #[schemars(title = "事故等级")]
    pub grade: Grade,
    /// Up to which tier it is reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "上报至")]
    pub ceiling: Option<Tier>,
    /// In order.
    #[schemars(title = "报告时限")]
    pub deadlines: Vec<Deadline>,
    /// Who else is told.
    #[schemars(title = "同时通知")]
    pub inform: Vec<String>,
    /// A tier may be passed over when it is urgent.
    #[schemars(title = "必要时可越级")]
    pub may_skip: bool,
    /// Reported even without casualties.
    #[schemars(title = "属于较大涉险事故")]
    pub risk_event: bool,
    /// What a report says.
    #[schemars(title = "报告内容")]
    pub content: Vec<String>,
    /// Who investigates.
    #[serde(flatten)]
    pub investigation: Investigation,
}

/// The deadlines of an accident of the day.
///
/// # Errors
/// `missing` without a grade and figures; `invalid` for a time that cannot be read and a grade that did not exist on the day;
/// `not_in_force` before 1991-05-01.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let learned = input.learned_at.as_deref().map(|text| time(at, text)).transpose()?;
    let mut steps = Vec::new();
    let risk_event = risk_event(at, input, &mut steps);
    let grade = grade(at, input, risk_event, &mut steps)?;
    let rank = rank(at, grade)?;
    let deadlines = deadlines(at, rank, learned, &mut steps);
    let ceiling = deadlines
        .iter()
        .filter(|own| own.way == Way::Report)
        .map(|own| own.to)
        .max_by_key(|tier| *tier as u8);
    if let Some(ceiling) = ceiling {
        steps.push(Step::plain(format!("{}逐级报至{}", grade.label(), ceiling.label())));
    }
    let since_2007 = at.on >= day(2007, 6, 1);
    let source = if since_2007 { "国务院令493号" } else { "国务院令75号" };
    let inform: &[&str] = if since_2007 {
        &["本级人民政府", "公安机关", "人力资源社会保障（劳动保障）部门", "工会", "人民检察院"]
    } else if rank >= 2 {
        &["企业主管部门", "劳动部门", "公安部门", "人民检察院", "工会"]
    } else {
        &[]
    };
    if !inform.is_empty() {
        let clause = if since_2007 { "第十条" } else { "第六条" };
        steps.push(Step::clause(format!("{source}{clause}"), format!("同时通知：{}", inform.join("、"))));
    }
    let content: &[&str] = if since_2007 {
        &[
            "事故发生单位概况",
            "事故发生的时间、地点和现场情况",
            "事故的简要经过",
            "已经造成或者可能造成的伤亡人数（包括下落不明的人数）和初步估计的直接经济损失",
            "已经采取的措施",
            "其他应当报告的情况",
        ]
    } else {
        &["事故发生的单位、时间、地点", "伤亡情况", "简要经过和初步原因", "已经采取的措施"]
    };
    if since_2007 {
        steps.push(Step::clause("国务院令493号第十、十二条", "报告内容六项；必要时可以越级上报"));
        steps.push(Step::plain("镇、街道不是条例规定的一级，可以接报、转报，不另计时限"));
    } else {
        steps.push(Step {
            certainty: Some(crate::Certainty::Memory),
            ..Step::clause("伤亡事故快报的通常内容", "令75号没有列出报告内容，按通常写法列出")
        });
    }
    let investigation = investigation(at, grade, &mut steps)?;
    Ok(Outcome::new(
        Answer {
            grade,
            ceiling,
            deadlines,
            inform: inform.iter().map(ToString::to_string).collect(),
            may_skip: since_2007,
            risk_event,
            content: content.iter().map(ToString::to_string).collect(),
            investigation,
        },
        steps,
    ))
}

/// A time of day, or a day and time.
fn time(at: &At<'_>, text: &str) -> Result<NaiveDateTime, Refusal> {
    let text = text.trim();
    if let Ok(zoned) = chrono::DateTime::parse_from_rfc3339(text) {
        return Ok(zoned.naive_local());
    }
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S"];
    formats
        .iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
        .or_else(|| chrono::NaiveTime::parse_from_str(text, "%H:%M").ok().map(|time| at.on.and_time(time)))
        .ok_or_else(|| Refusal::invalid("/learned_at", "时间应写成 2025-03-01T08:00 的样子，或只写 08:00。"))
}

/// Whether the numbers make it 较大涉险事故.
fn risk_event(at: &At<'_>, input: &Input, steps: &mut Vec<Step>) -> bool {
    let mut found = false;
    for row in at.rows(&EVENTS) {
        let number = match row.get("measure") {
            "at_risk" => input.at_risk,
            "trapped" => input.trapped,
            _ => input.evacuated,
        };
        let bound = row.whole("number").unwrap_or(i64::MAX);
        if let Some(Count(number)) = number.filter(|number| i64::from(number.0) >= bound) {
            steps.push(row.step(format!(
                "{} {number} 人（{bound} 人以上）：较大涉险事故，没有伤亡也应报告",
                row.get("title")
            )));
            found = true;
        }
    }
    found
}

fn grade(at: &At<'_>, input: &Input, risk_event: bool, steps: &mut Vec<Step>) -> Result<Grade, Refusal> {
    if let Some(grade) = input.grade {
        return Ok(grade);
    }
    let figures = input.deaths.is_some() || input.serious.is_some() || input.loss.is_some();
    if !figures && !risk_event {
        return Err(Refusal::missing("/grade", "事故等级（或伤亡人数、直接经济损失）"));
    }
    let given = grade::Input {
        deaths: Some(input.deaths.unwrap_or_default()),
        serious: input.serious,
        loss: input.loss,
        kind: input.kind,
        ..grade::Input::default()
    };
    let outcome = grade::compute(at, &given)?;
    steps.extend(outcome.explanation);
    Ok(outcome.value.grade)
}

/// The rank of a grade on the day.
fn rank(at: &At<'_>, grade: Grade) -> Result<i64, Refusal> {
    let rows = at.rows(&GRADES);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 的事故报告规定没有收录（1991-05-01 起）。", at.on)));
    }
    let own = rows.iter().find(|row| row.get("grade") == grade.code()).and_then(|row| row.whole("rank"));
    own.ok_or_else(|| {
        let mut names: Vec<&str> = Vec::new();
        for row in &rows {
            let known = Grade::ALL.iter().find(|grade| grade.code() == row.get("grade"));
            if let Some(label) = known.map(|grade| grade.label()).filter(|label| !names.contains(label)) {
                names.push(label);
            }
        }
        Refusal::invalid(
            "/grade",
            format!("{} 没有“{}”这一等级，可选：{}。", at.on, grade.label(), names.join("、")),
        )
    })
}

fn tier(code: &str) -> Option<Tier> {
    Tier::ALL.iter().copied().find(|tier| tier.code() == code)
}

/// The reports of a grade, in order; each tier learns when the one below has used its whole time.
fn deadlines(at: &At<'_>, rank: i64, learned: Option<NaiveDateTime>, steps: &mut Vec<Step>) -> Vec<Deadline> {
    let rows = at.rows(&REPORTS);
    let applies = |row: &&Row| row.whole("rank").is_some_and(|least| least <= rank);
    let mut known = vec![(Tier::Unit, 0)];
    let mut deadlines = Vec::new();
    for (way, name) in [(Way::Report, "report"), (Way::Phone, "phone")] {
        for row in rows.iter().copied().filter(applies).filter(|row| row.get("way") == name) {
            let (Some(from), Some(to)) = (tier(row.get("sender")), tier(row.get("receiver"))) else {
                continue;
            };
            let Some((_, start)) = known.iter().find(|(own, _)| *own == from).copied() else { continue };
            let minutes = row.whole("minutes").unwrap_or_default();
            let latest = start + minutes;
            if way == Way::Report {
                known.push((to, latest));
            }
            let by = learned.and_then(|learned| learned.checked_add_signed(TimeDelta::try_minutes(latest)?));
            let within = if minutes == 0 { "立即".to_string() } else { format!("{minutes} 分钟内") };
            let by = by.map(|by| by.format("%Y-%m-%d %H:%M").to_string());
            let until = by.as_ref().map_or_else(String::new, |by| format!("，最迟 {by}"));
            let outer =
                row.whole("outer").map_or_else(String::new, |outer| format!("（最迟 {} 小时）", outer / 60));
            steps.push(row.step(format!(
                "{} {within}向{}{}{outer}{until}",
                from.label(),
                to.label(),
                if way == Way::Phone { "电话快报" } else { "报告" }
            )));
            deadlines.push(Deadline { from, to, way, minutes, latest_minutes: latest, by });
        }
    }
    deadlines
}

fn investigation(at: &At<'_>, grade: Grade, steps: &mut Vec<Step>) -> Result<Investigation, Refusal> {
    let row = at
        .row(&AUTHORITIES, &[("grade", grade.code())])
        .ok_or_else(|| Refusal::invalid("/grade", format!("{} 没有这一等级的调查规定。", at.on)))?;
    let days = row.whole("days").unwrap_or_default();
    let extension = row.whole("extension").unwrap_or_default();
    let after = |days: i64| at.on.checked_add_days(Days::new(u64::try_from(days).ok()?));
    let (due, due_extended) = (after(days), after(days + extension));
    steps.push(row.step(format!(
        "{}由{}组织调查（以事故发生地为准），{days} 日内提交报告，可延长 {extension} 日；技术鉴定时间不计",
        grade.label(),
        row.get("investigator")
    )));
    Ok(Investigation {
        investigator: row.get("investigator").to_string(),
        days,
        extension,
        due,
        due_extended,
        approval_days: row.whole("approval"),
        approval_extension: row.whole("approval_extension"),
    })
}
