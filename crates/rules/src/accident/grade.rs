//! The grade of an accident, and what a later death changes.
//!
//! Of three measures (deaths, serious injuries with acute poisonings, direct loss) the one that reaches highest decides; 以上 includes the
//! number. Deaths within 30 days (7 for road traffic and fire) are added and may raise the grade, later ones are recorded and do not; a
//! grade is never lowered. From which day the window counts is not spelled out: by default the day after the accident is the first.
//! Before 2007-06-01 the classes of 令75号 hold, 特别重大 by the kinds of 令34号.

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Grade, Kind};
use crate::{At, Count, Number, Outcome, Refusal, Row, Step, law_table, one_of, rule};

law_table!(
    /// Lower bounds by grade.
    GRADES, "accident-grade", "事故等级", ["kind", "grade"]
);

law_table!(
    /// Classes of the statistics before 2007-06-01.
    STATISTICS, "accident-statistics", "2007 年以前的统计分级", ["class"]
);

law_table!(
    /// Days in which later deaths count.
    WINDOWS, "accident-window", "伤亡人数变化补报期限", ["kind"]
);

rule!(
    /// The rule `accident-grade`.
    RULE, "accident-grade", "事故等级", "事故", "国务院令493号；2007-06-01 以前：国务院令75号、国务院令34号",
    Input, compute, [&GRADES, &STATISTICS, &WINDOWS], "2025-03-01",
    r#"{"deaths":2,"serious":1,"loss":"1200000","later":[{"on":"2025-03-30","deaths":1}]}"#
);

one_of!(
    /// From which day the window counts.
    CountFrom {
        NextDay = "next_day" "事故次日为第一日",
        SameDay = "same_day" "事故当日为第一日",
    }
);

one_of!(
    /// A class of the statistics of 2004 to 2006.
    Class {
        General = "deaths_1_2" "一般（死亡 1—2 人）",
        Major = "deaths_3_9" "重大（死亡 3—9 人）",
        ExtraLarge = "deaths_10_29" "特大（死亡 10—29 人）",
        ExtraMajor = "deaths_30" "特别重大（死亡 30 人以上）",
    }
);

/// A later change of the number of casualties.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// The day.
    #[schemars(title = "日期", description = "死亡或新发现重伤的日期")]
    pub on: NaiveDate,
    /// Further deaths.
    #[schemars(title = "新增死亡", extend("x-unit" = "人"))]
    pub deaths: Option<Count>,
    /// How many of them were counted as seriously injured.
    #[schemars(title = "其中原列重伤", description = "不填重伤人数不减", extend("x-unit" = "人"))]
    pub from_serious: Option<Count>,
    /// Further serious injuries.
    #[schemars(title = "新增重伤", extend("x-unit" = "人"))]
    pub serious: Option<Count>,
}

/// What the grade is worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Deaths.
    #[schemars(title = "死亡人数", extend("x-unit" = "人"))]
    pub deaths: Option<Count>,
    /// Serious injuries.
    #[schemars(title = "重伤人数", extend("x-unit" = "人"))]
    pub serious: Option<Count>,
    /// Acute industrial poisonings that are not among the serious injuries.
    #[schemars(title = "急性工业中毒人数", description = "未计入重伤的", extend("x-unit" = "人"))]
    pub poisoned: Option<Count>,
    /// Direct loss, yuan.
    #[schemars(title = "直接经济损失", extend("x-unit" = "元"))]
    pub loss: Option<Number>,
    /// Kind of accident.
    #[schemars(title = "事故种类", description = "不填为其他生产安全事故")]
    pub kind: Option<Kind>,
    /// Later changes.
    #[serde(default)]
    #[schemars(title = "此后伤亡变化", description = "每次变化一行；没有不填")]
    pub later: Vec<Change>,
    /// From which day the window counts.
    #[schemars(title = "补报期限起算", description = "条例没有写明；不填以事故次日为第一日")]
    pub count_from: Option<CountFrom>,
}

/// Deaths, and serious injuries with acute poisonings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Casualties {
    deaths: u32,
    serious: u32,
}

/// The grade.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// With the changes that count.
    #[schemars(title = "事故等级")]
    pub grade: Grade,
    /// Without later changes.
    #[schemars(title = "初次认定的等级")]
    pub initial_grade: Grade,
    /// A later change raised it.
    #[schemars(title = "等级有变化")]
    pub regraded: bool,
    /// Deaths that the grade goes by.
    #[schemars(title = "计入等级的死亡", extend("x-unit" = "人"))]
    pub deaths: u32,
    /// Serious injuries with acute poisonings that the grade goes by.
    #[schemars(title = "计入等级的重伤", extend("x-unit" = "人"))]
    pub serious: u32,
    /// Deaths after the window: recorded, not graded.
    #[schemars(title = "期限以外的死亡（只登记）", extend("x-unit" = "人"))]
    pub uncounted_deaths: u32,
    /// Serious injuries after the window.
    #[schemars(title = "期限以外的重伤（只登记）", extend("x-unit" = "人"))]
    pub uncounted_serious: u32,
    /// A change within the window has to be reported.
    #[schemars(title = "须补报")]
    pub top_up: bool,
    /// Last day on which a change counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "补报期限最后一日")]
    pub window_ends: Option<NaiveDate>,
    /// Class of the statistics before 2007-06-01.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "当时的统计分级")]
    pub statistics: Option<Class>,
}

/// The grade of an accident of the day.
///
/// # Errors
/// `missing` where no figure is given; `invalid` for a negative loss, a change before the accident or of more people than there are;
/// `not_in_force` before 1991-05-01.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let figures = [input.deaths, input.serious, input.poisoned];
    if figures.iter().all(Option::is_none) && input.loss.is_none() {
        return Err(Refusal::missing("/deaths", "伤亡人数或直接经济损失"));
    }
    if input.loss.is_some_and(|loss| loss.0 < Decimal::ZERO) {
        return Err(Refusal::invalid("/loss", "直接经济损失不能为负。"));
    }
    let kind = input.kind.unwrap_or(Kind::General);
    let poisoned = input.poisoned.unwrap_or_default().0;
    let first = Casualties {
        deaths: input.deaths.unwrap_or_default().0,
        serious: input.serious.unwrap_or_default().0.saturating_add(poisoned),
    };
    let loss = input.loss.map_or(Decimal::ZERO, |loss| loss.0) / Decimal::from(10_000);
    let mut steps = Vec::new();
    let (initial, rank) = grade_of(at, kind, first, poisoned, loss, &mut steps)?;
    let window = at
        .rows(&WINDOWS)
        .into_iter()
        .filter(|row| row.get("kind").is_empty() || row.get("kind") == kind.code())
        .max_by_key(|row| row.get("kind").len());
    let ends = window.and_then(|row| {
        let days = row.whole("days")? - i64::from(input.count_from == Some(CountFrom::SameDay));
        at.on.checked_add_days(chrono::Days::new(u64::try_from(days).ok()?))
    });
    let (mut counted, mut uncounted, mut top_up) = (first, Casualties::default(), false);
    for (index, change) in input.later.iter().enumerate() {
        let pointer = format!("/later/{index}");
        if change.on < at.on {
            return Err(Refusal::invalid(format!("{pointer}/on"), "变化的日期不能早于事故日期。"));
        }
        let (deaths, serious) = (change.deaths.unwrap_or_default().0, change.serious.unwrap_or_default().0);
        let moved = change.from_serious.unwrap_or_default().0;
        if moved > deaths || moved > counted.serious {
            return Err(Refusal::invalid(
                format!("{pointer}/from_serious"),
                "原列重伤的人数不能多于新增死亡人数，也不能多于重伤人数。",
            ));
        }
        let within = ends.is_none_or(|ends| change.on <= ends);
        let text = format!("{} 新增死亡 {deaths} 人、重伤 {serious} 人", change.on);
        if within {
            counted.deaths = counted.deaths.saturating_add(deaths);
            counted.serious = (counted.serious - moved).saturating_add(serious);
            top_up = top_up || deaths > 0 || serious > 0;
        } else {
            uncounted.deaths = uncounted.deaths.saturating_add(deaths);
            uncounted.serious = uncounted.serious.saturating_add(serious);
        }
        if let (Some(row), Some(ends)) = (window, ends) {
            let count = input.count_from.unwrap_or(CountFrom::NextDay).label();
            let so = if within {
                "在期限之内，补报并计入"
            } else {
                "已过期限，登记但不重新定级"
            };
            steps.push(row.step(format!("{text}：期限 {} 日至 {ends}（{count}），{so}", row.get("days"))));
        }
        if within && deaths > 0 && change.from_serious.is_none() && counted.serious > 0 {
            steps.push(Step::plain("没有说明死者是否原列重伤，重伤人数不减"));
        }
    }
    let mut grade = initial;
    if counted != first {
        let (revised, revised_rank) = grade_of(at, kind, counted, poisoned, loss, &mut steps)?;
        if revised_rank > rank {
            grade = revised;
            steps.push(Step::plain(format!("等级由{}变为{}", initial.label(), revised.label())));
        } else {
            steps.push(Step::plain(format!("等级不变：{}", initial.label())));
        }
    }
    let statistics = statistics(at, counted.deaths, &mut steps);
    Ok(Outcome::new(
        Answer {
            grade,
            initial_grade: initial,
            regraded: grade != initial,
            deaths: counted.deaths,
            serious: counted.serious,
            uncounted_deaths: uncounted.deaths,
            uncounted_serious: uncounted.serious,
            top_up,
            window_ends: ends,
            statistics,
        },
        steps,
    ))
}

/// The highest grade that one of the measures reaches, and its rank.
fn grade_of(
    at: &At<'_>,
    kind: Kind,
    casualties: Casualties,
    poisoned: u32,
    loss: Decimal,
    steps: &mut Vec<Step>,
) -> Result<(Grade, i64), Refusal> {
    let rows = at.rows(&GRADES);
    let own: Vec<&Row> = rows
        .iter()
        .copied()
        .filter(|row| {
            row.get("kind") == kind.code()
                || (row.get("kind").is_empty()
                    && !rows
                        .iter()
                        .any(|own| own.get("kind") == kind.code() && own.get("grade") == row.get("grade")))
        })
        .collect();
    let measures = [
        ("deaths", "死亡", "人", Decimal::from(casualties.deaths)),
        ("serious", "重伤（含急性中毒）", "人", Decimal::from(casualties.serious)),
        ("poisoned", "急性中毒", "人", Decimal::from(poisoned)),
        ("loss", "直接经济损失", "万元", loss),
    ];
    let mut best: Option<(i64, &Row, Vec<String>)> = None;
    for row in own {
        let rank = row.whole("rank").unwrap_or_default();
        let bounds = measures.iter().filter_map(|(column, label, unit, value)| {
            let bound = row.decimal(column)?;
            Some((*value >= bound, format!("{label} {} {unit}（{bound} {unit}以上）", value.normalize())))
        });
        let (reached, open): (Vec<String>, bool) = {
            let bounds: Vec<_> = bounds.collect();
            let open = bounds.is_empty();
            (bounds.into_iter().filter(|(reached, _)| *reached).map(|(_, text)| text).collect(), open)
        };
        let higher = best.as_ref().is_none_or(|(highest, ..)| rank > *highest);
        if (open || !reached.is_empty()) && higher {
            best = Some((rank, row, reached));
        }
    }
    let found = best.and_then(|(rank, row, reached)| {
        let grade = Grade::ALL.iter().copied().find(|grade| grade.code() == row.get("grade"))?;
        let why = if reached.is_empty() {
            format!(
                "死亡 {} 人、重伤 {} 人、直接经济损失 {} 万元，各项都没有达到更高一级",
                casualties.deaths,
                casualties.serious,
                loss.normalize()
            )
        } else {
            reached.join("、")
        };
        steps.push(row.step(format!("{why}：{}", grade.label())));
        Some((grade, rank))
    });
    found.ok_or_else(|| Refusal::not_in_force(format!("{} 的事故分级没有收录（1991-05-01 起）。", at.on)))
}

fn statistics(at: &At<'_>, deaths: u32, steps: &mut Vec<Step>) -> Option<Class> {
    let row = at
        .rows(&STATISTICS)
        .into_iter()
        .filter(|row| row.whole("deaths").is_some_and(|bound| bound <= i64::from(deaths)))
        .max_by_key(|row| row.whole("deaths"))?;
    let class = Class::ALL.iter().copied().find(|class| class.code() == row.get("class"))?;
    steps.push(row.step(format!("死亡 {deaths} 人，当时统计上为{}", class.label())));
    Some(class)
}
