//! The nine categories of major hazard sources registered since 2004: 安监管协调字〔2004〕56号 (2004-04-27, date from memory; no repeal is
//! known, for hazardous chemicals GB 18218 goes before it).
//!
//! 1 tank areas, 2 warehouses, 3 production sites: by class of substance in tonnes, S = Σ q/Q ≥ 1, exact. 4 pipelines, 5 boilers,
//! 6 pressure vessels, 7 coal mines, 8 other underground mines, 9 tailings ponds: by criteria, of which one is enough. Pressure in MPa,
//! diameter in mm (nominal), length in km, temperature in ℃, output in t/h, power in MW, volume in m³, height in m.
//!
//! The grade of that time goes by the people who might die (1: 30 and more, 2: 10, 3: 3, 4: 1): another scale than R of GB 18218.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    exact::Exact,
    words::{Boiler, Class, Feature, GasPressure, Kind, Medium},
};
use crate::{At, Number, Outcome, Refusal, Row, Step, law_table, rule};

law_table!(
    /// Thresholds of categories 1 to 3.
    THRESHOLDS, "hazard-threshold-2004", "2004年重大危险源临界量", ["place", "class"]
);
law_table!(
    /// Criteria of categories 4 to 9, and the grade by deaths.
    CRITERIA, "hazard-criterion-2004", "2004年重大危险源判定条件", ["kind", "alternative", "measure"]
);

rule!(
    /// The rule `hazard-category`.
    RULE, "hazard-category", "重大危险源类别判定（2004年申报登记范围）", "重大危险源", "安监管协调字〔2004〕56号",
    Input, classify, [&THRESHOLDS, &CRITERIA], "2006-01-01",
    r#"{"kind":"tank_area","substances":[{"class":"liquid_28","quantity_t":"12"},{"class":"liquid_60","quantity_t":"50"}]}"#
);

/// What is looked at, with its figures.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "重大危险源申报对象")]
pub struct Input {
    /// Which kind.
    #[schemars(title = "类别")]
    pub kind: Kind,
    /// Of tank areas, warehouses and production sites.
    #[serde(default)]
    #[schemars(title = "物质", description = "储罐区、库区、生产场所填写")]
    pub substances: Vec<Substance>,
    /// Of pipes and vessels; several where it burns and poisons.
    #[schemars(title = "介质", description = "管道、压力容器填写，可多选")]
    pub medium: Option<Vec<Medium>>,
    /// Of town gas pipes.
    #[schemars(title = "燃气压力级别", description = "公用管道填写")]
    pub gas_pressure: Option<GasPressure>,
    /// Of boilers.
    #[schemars(title = "锅炉种类", description = "锅炉填写")]
    pub boiler: Option<Boiler>,
    /// Of mines; an empty list where none holds.
    #[schemars(title = "矿井条件", description = "矿山填写，没有的填空表")]
    pub features: Option<Vec<Feature>>,
    /// Class of a vessel, 1 to 3.
    #[schemars(title = "压力容器类别", description = "一、二、三类，填 1 至 3")]
    pub vessel_class: Option<Number>,
    /// MPa.
    #[schemars(title = "压力", description = "设计压力；锅炉为额定压力，容器为最高工作压力", extend("x-unit" = "MPa"))]
    pub pressure_mpa: Option<Number>,
    /// m³.
    #[schemars(title = "容积", description = "容器或容器群的容积", extend("x-unit" = "m³"))]
    pub volume_m3: Option<Number>,
    /// km.
    #[schemars(title = "输送距离", extend("x-unit" = "km"))]
    pub length_km: Option<Number>,
    /// mm.
    #[schemars(title = "公称直径", extend("x-unit" = "mm"))]
    pub diameter_mm: Option<Number>,
    /// ℃.
    #[schemars(title = "温度", description = "设计温度；热水锅炉为额定出水温度", extend("x-unit" = "℃"))]
    pub temperature_c: Option<Number>,
    /// t/h.
    #[schemars(title = "额定蒸发量", extend("x-unit" = "t/h"))]
    pub output_t_h: Option<Number>,
    /// MW.
    #[schemars(title = "额定功率", extend("x-unit" = "MW"))]
    pub power_mw: Option<Number>,
    /// m³.
    #[schemars(title = "全库容", extend("x-unit" = "m³"))]
    pub capacity_m3: Option<Number>,
    /// m.
    #[schemars(title = "坝高", extend("x-unit" = "m"))]
    pub dam_height_m: Option<Number>,
    /// People who might die in the gravest accident.
    #[schemars(title = "可能死亡人数", description = "按当时的办法分级用，可不填", extend("x-unit" = "人"))]
    pub possible_deaths: Option<Number>,
}

/// A substance of a place.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "物质")]
pub struct Substance {
    /// Its name, for the record.
    #[schemars(title = "品名")]
    pub name: Option<String>,
    /// Its class; from flash point or explosive limit where it is not given.
    #[schemars(title = "物质类别", description = "易燃液体可只填闪点，可燃气体可只填爆炸下限")]
    pub class: Option<Class>,
    /// ℃.
    #[schemars(title = "闪点", extend("x-unit" = "℃"))]
    pub flash_point_c: Option<Number>,
    /// Per cent by volume.
    #[schemars(title = "爆炸下限", extend("x-unit" = "%"))]
    pub lower_explosive_limit: Option<Number>,
    /// Tonnes.
    #[schemars(title = "数量", extend("x-unit" = "吨"))]
    pub quantity_t: Number,
}

/// Whether it is to be registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "判定结果")]
pub struct Finding {
    /// Number of the category, 1 to 9.
    #[schemars(title = "类别序号")]
    pub category: u8,
    /// Whether it is a major hazard source.
    #[schemars(title = "是否属于重大危险源")]
    pub is_major: bool,
    /// Σ q/Q of categories 1 to 3.
    #[schemars(title = "辨识指标 S")]
    pub s: Option<String>,
    /// Which criteria are met.
    #[schemars(title = "符合的条件")]
    pub met: Vec<String>,
    /// Grade by the people who might die, 1 to 4.
    #[schemars(title = "级别（按可能死亡人数）")]
    pub death_grade: Option<u8>,
    /// The substances.
    #[schemars(title = "各物质")]
    pub substances: Vec<Line>,
}

/// What one substance adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "物质")]
pub struct Line {
    /// Name, or the class where none is given.
    #[schemars(title = "品名")]
    pub name: String,
    /// Class.
    #[schemars(title = "物质类别")]
    pub class: Class,
    /// Tonnes.
    #[schemars(title = "数量", extend("x-unit" = "吨"))]
    pub quantity_t: Number,
    /// Tonnes.
    #[schemars(title = "临界量", extend("x-unit" = "吨"))]
    pub threshold_t: Number,
    /// q/Q.
    #[schemars(title = "q/Q")]
    pub ratio: String,
}

/// Whether a place, a plant or a mine is a major hazard source by the list of 2004.
///
/// # Errors
/// `missing` where a figure decides that is not there; `invalid` for negative figures or a substance outside the list; `not_in_force` before.
pub fn classify(at: &At<'_>, input: &Input) -> Result<Outcome<Finding>, Refusal> {
    if at.rows(&CRITERIA).is_empty() {
        return Err(Refusal::not_in_force(format!(
            "{} 尚无重大危险源申报登记的范围（安监管协调字〔2004〕56号自 2004-04-27 起）。",
            at.on
        )));
    }
    let mut steps = Vec::new();
    let mut finding = match input.kind {
        Kind::TankArea | Kind::Warehouse | Kind::ProductionSite => sum(at, input, &mut steps)?,
        _ => criteria(at, input, &mut steps)?,
    };
    if let Some(deaths) = input.possible_deaths.filter(|_| finding.is_major) {
        let rows = at.rows(&CRITERIA).into_iter().filter(|row| row.get("kind") == "deaths");
        let reached = rows.filter(|row| row.decimal("limit").is_some_and(|limit| deaths.0 >= limit));
        if let Some(row) = reached.min_by_key(|row| row.get("alternative")) {
            finding.death_grade = row.get("alternative").parse().ok();
            steps.push(
                row.step(format!("可能死亡 {deaths} 人，按当时的办法为 {} 级", row.get("alternative"))),
            );
        }
    }
    Ok(Outcome::new(finding, steps))
}

fn sum(at: &At<'_>, input: &Input, steps: &mut Vec<Step>) -> Result<Finding, Refusal> {
    if input.substances.is_empty() {
        return Err(Refusal::missing("/substances", "物质"));
    }
    let mut s = Exact { over: 0, under: 1 };
    let mut lines = Vec::new();
    for (index, own) in input.substances.iter().enumerate() {
        let pointer = |field: &str| format!("/substances/{index}/{field}");
        let class = class_of(own, &pointer)?;
        let row = at.row(&THRESHOLDS, &[("place", input.kind.code()), ("class", class.code())]);
        let Some((row, threshold)) = row.and_then(|row| Some((row, row.decimal("threshold_t")?))) else {
            return Err(Refusal::invalid(
                pointer("class"),
                format!("{}没有“{}”的临界量，请核对类别。", input.kind.label(), class.label()),
            ));
        };
        if own.quantity_t.0 < Decimal::ZERO {
            return Err(Refusal::invalid(pointer("quantity_t"), "数量不能为负。"));
        }
        let long = || Refusal::invalid(pointer("quantity_t"), "数字的位数过多，请保留到小数点后 6 位。");
        let ratio = Exact::ratio(own.quantity_t.0, threshold).ok_or_else(long)?;
        s = s.plus(ratio).ok_or_else(long)?;
        let name = own.name.clone().unwrap_or_else(|| class.label().to_string());
        steps.push(row.step(format!(
            "{name}：{} 吨 ÷ {}{}临界量 {threshold} 吨 = {}",
            own.quantity_t,
            input.kind.label(),
            class.label(),
            ratio.say()
        )));
        let line = Line {
            name,
            class,
            quantity_t: own.quantity_t,
            threshold_t: threshold.into(),
            ratio: ratio.write().0,
        };
        lines.push(line);
    }
    let is_major = s.over >= s.under;
    steps.push(Step::plain(format!(
        "S = Σq/Q = {} {}",
        s.say(),
        if is_major { "≥ 1，属于重大危险源" } else { "< 1，不属于重大危险源" }
    )));
    let category = match input.kind {
        Kind::TankArea => 1,
        Kind::Warehouse => 2,
        _ => 3,
    };
    Ok(Finding {
        category,
        is_major,
        s: Some(s.write().0),
        met: Vec::new(),
        death_grade: None,
        substances: lines,
    })
}

fn class_of(own: &Substance, pointer: &dyn Fn(&str) -> String) -> Result<Class, Refusal> {
    if let Some(class) = own.class {
        return Ok(class);
    }
    if let Some(flash) = own.flash_point_c {
        return match flash.0 {
            flash if flash < Decimal::from(28) => Ok(Class::Liquid28),
            flash if flash < Decimal::from(60) => Ok(Class::Liquid60),
            _ => Err(Refusal::invalid(
                pointer("flash_point_c"),
                "闪点不低于 60℃ 的液体不在范围内，请不要列入。",
            )),
        };
    }
    match own.lower_explosive_limit {
        Some(limit) if limit.0 < Decimal::TEN => Ok(Class::GasLow),
        Some(_) => Ok(Class::GasHigh),
        None => Err(Refusal::missing(pointer("class"), "物质类别（或闪点、爆炸下限）")),
    }
}

/// Whether a condition holds; `None` where its figure is not there.
fn holds(input: &Input, row: &Row) -> Option<bool> {
    let listed =
        |codes: &[&str]| codes.iter().any(|code| row.get("limit").split(' ').any(|own| own == *code));
    let words = |codes: Vec<&'static str>| listed(&codes);
    let number = match row.get("measure") {
        "medium" => {
            return input.medium.as_ref().map(|own| words(own.iter().map(|own| own.code()).collect()));
        }
        "feature" => {
            return input.features.as_ref().map(|own| words(own.iter().map(|own| own.code()).collect()));
        }
        "gas_pressure" => return input.gas_pressure.map(|own| words(vec![own.code()])),
        "boiler" => return input.boiler.map(|own| words(vec![own.code()])),
        "pressure_mpa" => input.pressure_mpa?.0,
        "pv" => input.pressure_mpa?.0.checked_mul(input.volume_m3?.0)?,
        "length_km" => input.length_km?.0,
        "diameter_mm" => input.diameter_mm?.0,
        "temperature_c" => input.temperature_c?.0,
        "output_t_h" => input.output_t_h?.0,
        "power_mw" => input.power_mw?.0,
        "vessel_class" => input.vessel_class?.0,
        "capacity_m3" => input.capacity_m3?.0,
        _ => input.dam_height_m?.0,
    };
    let limit = row.decimal("limit")?;
    Some(if row.get("op") == ">" { number > limit } else { number >= limit })
}

/// Pointer and Chinese name of a measure.
fn asked(measure: &str, input: &Input) -> (&'static str, &'static str) {
    match measure {
        "medium" => ("/medium", "介质"),
        "feature" => ("/features", "矿井条件"),
        "gas_pressure" => ("/gas_pressure", "燃气压力级别"),
        "boiler" => ("/boiler", "锅炉种类"),
        "pv" if input.pressure_mpa.is_some() => ("/volume_m3", "容积"),
        "pressure_mpa" | "pv" => ("/pressure_mpa", "压力"),
        "length_km" => ("/length_km", "输送距离"),
        "diameter_mm" => ("/diameter_mm", "公称直径"),
        "temperature_c" => ("/temperature_c", "温度"),
        "output_t_h" => ("/output_t_h", "额定蒸发量"),
        "power_mw" => ("/power_mw", "额定功率"),
        "vessel_class" => ("/vessel_class", "压力容器类别"),
        "capacity_m3" => ("/capacity_m3", "全库容"),
        _ => ("/dam_height_m", "坝高"),
    }
}

fn criteria(at: &At<'_>, input: &Input, steps: &mut Vec<Step>) -> Result<Finding, Refusal> {
    let rows: Vec<&Row> =
        at.rows(&CRITERIA).into_iter().filter(|row| row.get("kind") == input.kind.code()).collect();
    let mut alternatives: Vec<&str> = Vec::new();
    for row in &rows {
        if !alternatives.contains(&row.get("alternative")) {
            alternatives.push(row.get("alternative"));
        }
    }
    let mut met = Vec::new();
    let mut open = None;
    for alternative in alternatives {
        let conditions: Vec<(&Row, Option<bool>)> = rows
            .iter()
            .filter(|row| row.get("alternative") == alternative)
            .map(|row| (*row, holds(input, row)))
            .collect();
        let Some((row, _)) = conditions.first() else { continue };
        if conditions.iter().any(|(_, held)| *held == Some(false)) {
            steps.push(row.step(format!("不符合：{}", row.get("text"))));
        } else if let Some((row, _)) = conditions.iter().find(|(_, held)| held.is_none()) {
            open = open.or(Some(row.get("measure")));
        } else {
            met.push(row.get("text").to_string());
            steps.push(row.step(format!("符合：{}", row.get("text"))));
        }
    }
    if met.is_empty()
        && let Some(measure) = open
    {
        let (pointer, label) = asked(measure, input);
        return Err(Refusal::missing(pointer, label));
    }
    let is_major = !met.is_empty();
    let verdict = if is_major {
        "属于重大危险源"
    } else {
        "各项条件都不符合，不属于重大危险源"
    };
    steps.push(Step::plain(format!("{}：{verdict}", input.kind.label())));
    let category = rows.first().and_then(|row| row.get("category").parse().ok()).unwrap_or_default();
    Ok(Finding { category, is_major, s: None, met, death_grade: None, substances: Vec::new() })
}
