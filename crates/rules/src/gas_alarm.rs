//! Set points of gas detectors, 可燃气体和有毒气体检测报警设定值: GB/T 50493-2019 clause 5.5.2 (from 2020-01-01, date from memory; the edition
//! of 2009 before it is not at hand). Set points are stored per device: older sheets use other values.
//!
//! Combustible gas in % of the lower explosive limit (point detectors) or LEL·m (line detectors); toxic gas in % of the occupational exposure
//! limit, or of IDLH where the detector's range cannot meet that; oxygen in % by volume, too little and too much. Concentrations
//! are answered in the unit of the limit that is given (mg/m³ or ppm).

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, Row, Step, law_table, rule};

law_table!(
    /// Limits by kind of detector and level.
    TABLE, "gas-alarm", "可燃、有毒气体检测报警设定值", ["kind", "level"]
);

rule!(
    /// The rule `gas-alarm`.
    RULE, "gas-alarm", "可燃、有毒气体检测报警设定值", "重大危险源", "GB/T 50493-2019", Input, set_points, [&TABLE],
    "2026-01-01", r#"{"kind":"toxic","gas":"硫化氢","oel":"10","unit":"mg/m3","set_level1":"10","set_level2":"20"}"#
);

/// What the detector measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "探测器种类")]
pub enum Kind {
    /// 可燃气体（点型）.
    #[schemars(title = "可燃气体（点型）")]
    CombustiblePoint,
    /// 可燃气体（线型）.
    #[schemars(title = "可燃气体（线型）")]
    CombustibleLine,
    /// 有毒气体.
    #[schemars(title = "有毒气体")]
    Toxic,
    /// 氧气.
    #[schemars(title = "氧气")]
    Oxygen,
}

/// A detector.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "气体探测器")]
pub struct Input {
    /// What it measures.
    #[schemars(title = "探测器种类")]
    pub kind: Kind,
    /// Which gas, for the record.
    #[schemars(title = "气体名称")]
    pub gas: Option<String>,
    /// Unit of the concentrations given, for the record: mg/m3 or ppm.
    #[schemars(title = "浓度单位", description = "mg/m3 或 ppm，各项浓度用同一单位")]
    pub unit: Option<String>,
    /// Exposure limit chosen by the person.
    #[schemars(title = "职业接触限值", description = "已选定的 OEL；不填时按下面三项选取")]
    pub oel: Option<Number>,
    /// Ceiling.
    #[schemars(title = "最高容许浓度 MAC")]
    pub mac: Option<Number>,
    /// Time-weighted average.
    #[schemars(title = "时间加权平均容许浓度 PC-TWA")]
    pub pc_twa: Option<Number>,
    /// Short term.
    #[schemars(title = "短时间接触容许浓度 PC-STEL")]
    pub pc_stel: Option<Number>,
    /// Immediately dangerous to life or health.
    #[schemars(title = "直接致害浓度 IDLH", description = "量程不能满足接触限值时填写")]
    pub idlh: Option<Number>,
    /// Lower explosive limit, % by volume.
    #[schemars(title = "爆炸下限 LEL", description = "填写后换算成体积分数", extend("x-unit" = "%VOL"))]
    pub lel_vol: Option<Number>,
    /// Lowest concentration that the detector measures.
    #[schemars(title = "量程下限", description = "探测器能测的最低浓度")]
    pub range_min: Option<Number>,
    /// Highest concentration that the detector measures.
    #[schemars(title = "量程上限", description = "探测器能测的最高浓度")]
    pub range_max: Option<Number>,
    /// Whether the range meets the exposure limit, where that is known without figures.
    #[schemars(title = "量程能满足接触限值", description = "没有填写量程时由此判断；都不填时按能满足")]
    pub range_meets: Option<bool>,
    /// Set point of level 1 (of oxygen the low one), in the unit of the answer.
    #[schemars(title = "现设一级报警值", description = "氧气填低限；填写后核对是否合规")]
    pub set_level1: Option<Number>,
    /// Set point of level 2 (of oxygen the high one), in the unit of the answer.
    #[schemars(title = "现设二级报警值", description = "氧气填高限；填写后核对是否合规")]
    pub set_level2: Option<Number>,
}

/// The set points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "报警设定值")]
pub struct SetPoints {
    /// Level 1, at most; of oxygen the low alarm, at least.
    #[schemars(title = "一级报警（氧气为缺氧报警）")]
    pub level1: Number,
    /// Level 2, at most; of oxygen the high alarm.
    #[schemars(title = "二级报警（氧气为富氧报警）")]
    pub level2: Number,
    /// Their unit.
    #[schemars(title = "单位")]
    pub unit: String,
    /// What they are measured by.
    #[schemars(title = "依据")]
    pub basis: String,
    /// The same in % by volume, where the lower explosive limit is known.
    #[schemars(title = "一级报警体积分数", extend("x-unit" = "%VOL"))]
    pub level1_vol: Option<Number>,
    /// The same in % by volume.
    #[schemars(title = "二级报警体积分数", extend("x-unit" = "%VOL"))]
    pub level2_vol: Option<Number>,
    /// Whether the set points given keep to them.
    #[schemars(title = "现设值是否合规")]
    pub complies: Option<bool>,
}

/// The set points of a detector, and whether those it has keep to them.
///
/// # Errors
/// `missing` where a toxic gas has no exposure limit, or IDLH is needed and not there; `invalid` for figures not above zero;
/// `not_in_force` before 2020.
pub fn set_points(at: &At<'_>, input: &Input) -> Result<Outcome<SetPoints>, Refusal> {
    let rows = at.rows(&TABLE);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!(
            "{} 适用的 GB 50493-2009 未收录；GB/T 50493-2019 自 2020-01-01 起施行。",
            at.on
        )));
    }
    for (pointer, value) in [
        ("/oel", input.oel),
        ("/mac", input.mac),
        ("/pc_twa", input.pc_twa),
        ("/pc_stel", input.pc_stel),
        ("/idlh", input.idlh),
        ("/lel_vol", input.lel_vol),
        ("/range_max", input.range_max),
        ("/set_level1", input.set_level1),
        ("/set_level2", input.set_level2),
    ] {
        if value.is_some_and(|value| value.0 <= Decimal::ZERO) {
            return Err(Refusal::invalid(pointer, "应大于 0。"));
        }
    }
    let mut steps = Vec::new();
    let gas = input.gas.as_deref().unwrap_or("气体");
    let mut value = match input.kind {
        Kind::CombustiblePoint | Kind::CombustibleLine => {
            let point = input.kind == Kind::CombustiblePoint;
            let kind = if point { "combustible_point" } else { "combustible_line" };
            let ((row, first), (other, second)) = limits(&rows, kind, ["1", "2"])?;
            steps.push(row.step(format!("{gas}一级报警不大于 {first} {}", row.get("unit"))));
            steps.push(other.step(format!("{gas}二级报警不大于 {second} {}", other.get("unit"))));
            let mut value = answer(row, first, second, row.get("unit").to_string());
            if let (true, Some(lel)) = (point, input.lel_vol) {
                let volume = |percent: Decimal| product(lel.0, percent, "/lel_vol").map(Number::from);
                (value.level1_vol, value.level2_vol) = (Some(volume(first)?), Some(volume(second)?));
            }
            value
        }
        Kind::Oxygen => {
            let ((row, low), (other, high)) = limits(&rows, "oxygen", ["low", "high"])?;
            steps.push(row.step(format!("缺氧报警 {low} %VOL")));
            steps.push(other.step(format!("富氧报警 {high} %VOL（氧气不分级）")));
            answer(row, low, high, row.get("unit").to_string())
        }
        Kind::Toxic => toxic(input, &rows, gas, &mut steps)?,
    };
    if let (Some(first), Some(second)) = (input.set_level1, input.set_level2) {
        let complies = if input.kind == Kind::Oxygen {
            first >= value.level1 && second <= value.level2
        } else {
            first <= value.level1 && second <= value.level2 && first < second
        };
        value.complies = Some(complies);
        steps.push(Step::plain(format!(
            "现设 {first}、{second} {}，{}",
            value.unit,
            if complies { "合规" } else { "不合规，请调整" }
        )));
    }
    Ok(Outcome::new(value, steps))
}

fn answer(row: &Row, first: Decimal, second: Decimal, unit: String) -> SetPoints {
    SetPoints {
        level1: first.into(),
        level2: second.into(),
        unit,
        basis: row.get("basis").to_string(),
        level1_vol: None,
        level2_vol: None,
        complies: None,
    }
}

/// So many per cent of a figure.
fn product(figure: Decimal, percent: Decimal, pointer: &str) -> Result<Decimal, Refusal> {
    let whole = figure.checked_mul(percent).ok_or_else(|| Refusal::invalid(pointer, "数字过大，请核对。"))?;
    Ok(whole / Decimal::ONE_HUNDRED)
}

type Limits<'a> = ((&'a Row, Decimal), (&'a Row, Decimal));

/// The limits of both levels with their rows.
fn limits<'a>(rows: &[&'a Row], kind: &str, levels: [&str; 2]) -> Result<Limits<'a>, Refusal> {
    let of = |level: &str| {
        let row = rows.iter().copied().find(|row| row.get("kind") == kind && row.get("level") == level);
        row.and_then(|row| Some((row, row.decimal("limit")?)))
    };
    of(levels[0]).zip(of(levels[1])).ok_or_else(|| Refusal::not_in_force("报警设定值表不完整。"))
}

fn toxic(input: &Input, rows: &[&Row], gas: &str, steps: &mut Vec<Step>) -> Result<SetPoints, Refusal> {
    let unit = input.unit.clone().unwrap_or_else(|| "与接触限值相同".to_string());
    let mut oel = input.oel;
    if oel.is_none() {
        // the first of MAC, PC-TWA, PC-STEL that is given
        for row in rows.iter().filter(|row| row.get("kind") == "oel") {
            oel = match row.get("level") {
                "mac" => input.mac,
                "pc_twa" => input.pc_twa,
                _ => input.pc_stel,
            };
            if let Some(oel) = oel {
                steps.push(row.step(format!("{gas}取{} {oel}", row.get("basis"))));
                break;
            }
        }
    }
    let by_oel = match oel {
        Some(oel) => {
            let ((row, first), (other, second)) = limits(rows, "toxic", ["1", "2"])?;
            let (low, high) = (product(oel.0, first, "/oel")?, product(oel.0, second, "/oel")?);
            Some((row, other, low, high))
        }
        None => None,
    };
    let meets = match (by_oel, input.range_min, input.range_max) {
        (Some((_, _, low, high)), min, max) if min.is_some() || max.is_some() => {
            min.is_none_or(|min| min.0 <= low) && max.is_none_or(|max| max.0 >= high)
        }
        _ => input.range_meets.unwrap_or(true),
    };
    if meets {
        let (row, other, low, high) = by_oel.ok_or_else(|| Refusal::missing("/oel", "职业接触限值"))?;
        steps.push(row.step(format!("{gas}一级报警不大于 100%OEL = {}", low.normalize())));
        steps.push(other.step(format!("{gas}二级报警不大于 200%OEL = {}", high.normalize())));
        return Ok(answer(row, low, high, unit));
    }
    let idlh =
        input.idlh.ok_or_else(|| Refusal::missing("/idlh", "直接致害浓度 IDLH（量程不能满足接触限值）"))?;
    let ((row, first), (other, second)) = limits(rows, "toxic_idlh", ["1", "2"])?;
    let (low, high) = (product(idlh.0, first, "/idlh")?, product(idlh.0, second, "/idlh")?);
    steps.push(row.step(format!("量程不能满足接触限值，{gas}一级报警不大于 5%IDLH = {}", low.normalize())));
    steps.push(other.step(format!("{gas}二级报警不大于 10%IDLH = {}", high.normalize())));
    Ok(answer(row, low, high, unit))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ask(on: &str, input: Value) -> Result<Value, Refusal> {
        (RULE.run)(&At::nation(on.parse().unwrap()), input).map(|outcome| outcome.value)
    }

    fn levels(input: Value) -> (String, String, String) {
        let value = ask("2026-01-01", input).unwrap();
        let text = |field: &str| value[field].as_str().unwrap().to_string();
        (text("level1"), text("level2"), text("unit"))
    }

    /// GB/T 50493-2019, 5.5.2, by three public pages.
    #[test]
    fn each_kind_of_detector_has_its_set_points() {
        let own = |one: &str, two: &str, unit: &str| (one.to_string(), two.to_string(), unit.to_string());
        assert_eq!(levels(json!({"kind": "combustible_point"})), own("25", "50", "%LEL"));
        assert_eq!(levels(json!({"kind": "combustible_line"})), own("1", "2", "LEL·m"));
        assert_eq!(levels(json!({"kind": "oxygen"})), own("19.5", "23.5", "%VOL"));
        assert_eq!(levels(json!({"kind": "toxic", "mac": 10, "unit": "mg/m3"})), own("10", "20", "mg/m3"));
        assert_eq!(
            levels(json!({"kind": "toxic", "pc_stel": 30, "pc_twa": 20, "unit": "ppm"})),
            own("20", "40", "ppm")
        );
        let methane = ask("2026-01-01", json!({"kind": "combustible_point", "lel_vol": 5})).unwrap();
        assert_eq!((&methane["level1_vol"], &methane["level2_vol"]), (&json!("1.25"), &json!("2.5")));
    }

    #[test]
    fn idlh_serves_where_the_range_cannot_meet_the_limit() {
        let phosgene = |more: Value| {
            let mut input = json!({"kind": "toxic", "oel": "0.5", "idlh": 8});
            input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            levels(input)
        };
        let (one, two, _) = phosgene(json!({"range_min": "0.6"}));
        assert_eq!((one.as_str(), two.as_str()), ("0.4", "0.8"));
        assert_eq!(phosgene(json!({"range_max": "0.9"})).0, "0.4");
        assert_eq!(phosgene(json!({"range_meets": false})).0, "0.4");
        assert_eq!(phosgene(json!({"range_min": "0.5", "range_max": 1})).0, "0.5");
        let refused =
            ask("2026-01-01", json!({"kind": "toxic", "oel": 1, "range_meets": false})).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_str()), ("missing", "/idlh"));
        assert_eq!(ask("2026-01-01", json!({"kind": "toxic"})).unwrap_err().pointer, "/oel");
    }

    #[test]
    fn set_points_of_a_device_are_checked() {
        let complies = |input: Value| ask("2026-01-01", input).unwrap()["complies"].clone();
        let point = |one: i64, two: i64| {
            complies(json!({"kind": "combustible_point", "set_level1": one, "set_level2": two}))
        };
        assert_eq!(point(25, 50), true);
        assert_eq!(point(10, 50), true);
        assert_eq!(point(26, 50), false);
        assert_eq!(point(20, 20), false);
        assert_eq!(complies(json!({"kind": "oxygen", "set_level1": "19.5", "set_level2": "23.5"})), true);
        assert_eq!(complies(json!({"kind": "oxygen", "set_level1": "18", "set_level2": "23.5"})), false);
        assert_eq!(complies(json!({"kind": "oxygen"})), Value::Null);
        assert_eq!(ask("2019-12-31", json!({"kind": "oxygen"})).unwrap_err().code, "not_in_force");
    }
}
