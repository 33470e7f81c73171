//! What must be watched at a major hazard source, 安全监测监控: 安监总局令第40号 articles 13, 20, 21 (from 2011-12-01), AQ 3035-2010
//! (2011-05-01 to 2025-05-31), GB 17681-2024 (from 2025-06-01; its text is not at hand, so parameters go on from AQ 3035 and say so), and the
//! level alarms of tanks in oil depots (GB 50074-2014). Volumes in m³.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::words::{Content, Place, Tank};
use crate::{At, Number, Outcome, Refusal, Row, law_table, rule};

law_table!(
    /// Parameters, requirements and level instruments.
    TABLE, "hazard-monitoring", "重大危险源监测监控要求", ["kind", "seq"]
);
law_table!(
    /// Level alarms of oil tanks.
    OIL, "oil-tank-level", "石油库储罐液位报警", ["seq"]
);

rule!(
    /// The rule `hazard-monitoring`.
    RULE, "hazard-monitoring", "重大危险源监测监控要求", "重大危险源",
    "安监总局令第40号、AQ 3035-2010、GB 17681-2024、GB 50074-2014", Input, require, [&TABLE, &OIL], "2026-01-01",
    r#"{"place":"tank_area","grade":2,"contents":["toxic_gas","liquefied_gas"],"tank":"pressure"}"#
);

/// A major hazard source.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "重大危险源")]
pub struct Input {
    /// Where the chemicals are.
    #[schemars(title = "场所")]
    pub place: Place,
    /// Grade 1 to 4.
    #[schemars(title = "重大危险源级别", description = "1 至 4，一级最高")]
    pub grade: u8,
    /// What it holds.
    #[serde(default)]
    #[schemars(title = "物质", description = "涉及的都选；都不涉及的留空")]
    pub contents: Vec<Content>,
    /// Of tank areas.
    #[schemars(title = "储罐型式", description = "储罐区填写，给出液位仪表要求")]
    pub tank: Option<Tank>,
    /// A tank of an oil depot.
    #[schemars(title = "石油库储罐", description = "石油库的油罐填写，给出液位报警要求")]
    pub oil_tank: Option<OilTank>,
}

/// A tank of an oil depot.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "石油库储罐")]
pub struct OilTank {
    /// m³.
    #[schemars(title = "容积", extend("x-unit" = "m³"))]
    pub volume_m3: Number,
    /// A year.
    #[schemars(title = "年周转次数", extend("x-unit" = "次"))]
    pub turnovers: Option<Number>,
    /// Whether its roof floats.
    #[serde(default)]
    #[schemars(title = "浮顶罐")]
    pub floating_roof: bool,
}

/// What must be there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "监测监控要求")]
pub struct Requirements {
    /// What is measured.
    #[schemars(title = "监测项目")]
    pub parameters: Vec<String>,
    /// What must be provided and done.
    #[schemars(title = "监控、处置和演练要求")]
    pub requirements: Vec<String>,
    /// Level instruments and alarms of tanks.
    #[schemars(title = "液位仪表和报警")]
    pub levels: Vec<String>,
    /// Days that electronic records are kept.
    #[schemars(title = "电子记录保存", extend("x-unit" = "天"))]
    pub record_days: Option<u16>,
}

/// What must be watched there.
///
/// # Errors
/// `invalid` for a grade other than 1 to 4; `missing` where the turnovers of an oil tank decide; `not_in_force` before 2011-05-01.
pub fn require(at: &At<'_>, input: &Input) -> Result<Outcome<Requirements>, Refusal> {
    let grade = grade_word(input.grade)?;
    let rows = at.rows(&TABLE);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!(
            "{} 尚无重大危险源监控规范（AQ 3035-2010 自 2011-05-01 起）。",
            at.on
        )));
    }
    let mut value = Requirements::default();
    let mut steps = Vec::new();
    let named = |row: &Row, column: &str, code: &str| any(row.get(column), code);
    for row in rows {
        let fits = named(row, "place", input.place.code())
            && named(row, "grades", grade)
            && (row.get("contents").is_empty()
                || input.contents.iter().any(|own| any(row.get("contents"), own.code())))
            && (row.get("tank").is_empty() || input.tank.is_some_and(|own| any(row.get("tank"), own.code())));
        if !fits {
            continue;
        }
        let list = match row.get("kind") {
            "parameter" => &mut value.parameters,
            "level" => &mut value.levels,
            _ => &mut value.requirements,
        };
        list.push(row.get("text").to_string());
        if !row.get("days").is_empty() {
            value.record_days = row.get("days").parse().ok();
        }
        steps.push(row.step(row.get("text")));
    }
    if let Some(tank) = &input.oil_tank {
        for row in at.rows(&OIL) {
            if alarm(row, tank, &input.contents)? {
                value.levels.push(row.get("text").to_string());
                steps.push(row.step(format!("{} m³ 油罐：{}", tank.volume_m3, row.get("text"))));
            }
        }
    }
    Ok(Outcome::new(value, steps))
}

/// A grade as tables write it.
pub(super) fn grade_word(grade: u8) -> Result<&'static str, Refusal> {
    match grade {
        1 => Ok("1"),
        2 => Ok("2"),
        3 => Ok("3"),
        4 => Ok("4"),
        _ => Err(Refusal::invalid("/grade", "重大危险源级别应为 1 至 4。")),
    }
}

/// Whether a cell of words names that one, or is empty.
fn any(cell: &str, code: &str) -> bool {
    cell.is_empty() || cell.split(' ').any(|own| own == code)
}

fn alarm(row: &Row, tank: &OilTank, contents: &[Content]) -> Result<bool, Refusal> {
    let volume = tank.volume_m3.0;
    if volume <= Decimal::ZERO {
        return Err(Refusal::invalid("/oil_tank/volume_m3", "容积应大于 0。"));
    }
    let large = row.decimal("from_m3").is_none_or(|least| volume >= least)
        && row.decimal("over_m3").is_none_or(|above| volume > above);
    let roof = row.get("roof").is_empty() || tank.floating_roof;
    let toxic =
        row.get("contents").is_empty() || contents.iter().any(|own| any(row.get("contents"), own.code()));
    if !(large && roof && toxic) {
        return Ok(false);
    }
    let Some(limit) = row.decimal("turnover_limit") else { return Ok(true) };
    let turnovers = tank.turnovers.ok_or_else(|| Refusal::missing("/oil_tank/turnovers", "年周转次数"))?.0;
    Ok(if row.get("turnovers") == "over" { turnovers > limit } else { turnovers <= limit })
}
