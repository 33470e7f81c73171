//! Identification and grading of major hazard sources of hazardous chemicals, 危险化学品重大危险源辨识:
//! GB 18218-2018 (from 2019-03-01), GB 18218-2009 (2009-12-01 to 2019-02-28; graded from 2011-12-01 by annex 1 of 安监总局令第40号), and of
//! GB 18218-2000 what is at hand: flammable liquids by flash point (its 142 named chemicals are not; that is refused, never guessed).
//!
//! What the standard covers: production, storage, use and trading of hazardous chemicals; not nuclear facilities, the military, mining
//! itself, transport outside the plant, nor oil and gas at sea.
//!
//! - **Unit.** Each unit is identified and graded by itself. A production unit (生产单元) ends at the cut-off valves between
//!   installations; a storage unit (储存单元) is a tank area within its dike, or a warehouse that is one independent building (a fire wall
//!   inside does not divide it). Up to 2019-02 a unit was an installation, or several of one owner less than 500 m apart.
//! - **Quantity.** Tonnes at the *design maximum* of tanks, containers, equipment and stores, not what happens to lie there.
//! - **Threshold.** Table 1 by name; a chemical that is not there by its hazard classes (GB 30000) from Table 2, of several the lowest.
//! - **Mixtures.** Of the same hazard class as the pure substance: as the pure substance, the whole mass of the mixture; of another
//!   class: by the threshold of that class, which is then the `category`.
//! - **S** = Σ q/Q; S ≥ 1 is a major hazard source. **R** = α · Σ β·q/Q over every chemical of the unit: grade 1 from 100, 2 from 50,
//!   3 from 10, 4 below. α goes by the people who live within 500 m of the plant's boundary; β by Table 3 for its toxic gases, otherwise by class.
//!
//! S and R are exact fractions; only what is written is rounded, to ten decimals where the decimal does not end. The standard does not
//! say which β counts where a chemical has several classes; the largest is taken.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{
    edition::{self, CLASSES, Edition, FACTOR_SCALE, FACTORS, SUBSTANCES},
    exact::{Exact, scaled},
    place::{Placed, place},
};
use crate::{At, Number, Outcome, Refusal, Step, rule};

rule!(
    /// The rule `hazard-source`.
    RULE, "hazard-source", "危险化学品重大危险源辨识与分级", "重大危险源",
    "GB 18218-2018、GB 18218-2009、GB 18218-2000、安监总局令第40号附件1",
    Input, identify, [&SUBSTANCES, &CLASSES, &FACTORS], "2026-01-01",
    r#"{"unit":"storage","exposed_people":60,"substances":[{"name":"液氯","quantity_t":"6"},{"name":"柴油","category":"W5.4","quantity_t":"500"}]}"#
);

/// What kind of unit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "单元类型")]
pub enum Unit {
    /// 生产单元.
    #[schemars(title = "生产单元")]
    #[serde(alias = "生产单元", alias = "生产")]
    Production,
    /// 储存单元.
    #[schemars(title = "储存单元")]
    #[serde(alias = "储存单元", alias = "储存")]
    Storage,
}

/// A unit with what it holds.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "重大危险源单元")]
pub struct Input {
    /// Production or storage; only the edition of 2000 has a threshold for each.
    #[schemars(
        title = "单元类型",
        description = "以切断阀（生产单元）、防火堤或独立库房（储存单元）为界，每个单元单独辨识"
    )]
    pub unit: Unit,
    /// People who live within 500 m outward of the plant's boundary.
    #[schemars(
        title = "厂外暴露人员",
        description = "厂区边界向外 500 米范围内的常住人口，分级时取 α 用",
        extend("x-unit" = "人")
    )]
    pub exposed_people: Option<Number>,
    /// The chemicals.
    #[schemars(title = "危险化学品", description = "单元内的每一种危险化学品")]
    pub substances: Vec<Substance>,
}

/// One chemical of the unit.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "危险化学品")]
pub struct Substance {
    /// Chinese name or alias.
    #[schemars(title = "品名", description = "中文名称或别名；与 CAS 号至少填一项")]
    pub name: Option<String>,
    /// CAS number.
    #[schemars(title = "CAS 号", description = "如 7782-50-5")]
    pub cas: Option<String>,
    /// Item of Table 1, where name or CAS number stands at several.
    #[schemars(title = "表1序号", description = "同一名称或 CAS 号对应表1多项时，填写其中一项的序号")]
    pub row: Option<u32>,
    /// Hazard classes.
    #[schemars(
        title = "危险性类别",
        description = "表2的类别符号，如 W5.3；不在表1中的必填，有多种危险性的全部填写"
    )]
    pub category: Option<Categories>,
    /// Tonnes at the design maximum.
    #[schemars(title = "设计最大量", extend("x-unit" = "吨"))]
    pub quantity_t: Number,
}

/// One class or several: `"W5.3"`, `"W2、J3"`, `["W2", "J3"]`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Categories {
    /// In one text, with commas between.
    #[schemars(title = "一项或以顿号分隔的多项")]
    Text(String),
    /// One by one.
    #[schemars(title = "多项")]
    List(Vec<String>),
}

impl Categories {
    /// Each class as it is written.
    pub fn each(&self) -> Vec<&str> {
        let texts = match self {
            Categories::Text(text) => std::slice::from_ref(text),
            Categories::List(list) => list,
        };
        let parts = texts.iter().flat_map(|text| text.split([',', '，', '、', ';', '；', '/', '+']));
        parts.map(str::trim).filter(|part| !part.is_empty()).collect()
    }
}

/// What the unit is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "辨识与分级结果")]
pub struct Finding {
    /// The standard used.
    #[schemars(title = "辨识标准")]
    pub edition: String,
    /// Σ q/Q.
    #[schemars(title = "辨识指标 S")]
    pub s: String,
    /// S ≥ 1.
    #[schemars(title = "是否构成重大危险源")]
    pub is_major: bool,
    /// α · Σ β·q/Q; `null` where nothing is graded or the people around are not known.
    #[schemars(title = "分级指标 R")]
    pub r: Option<String>,
    /// Factor of the people around.
    #[schemars(title = "暴露人员校正系数 α")]
    pub alpha: Option<String>,
    /// 1 (the gravest) to 4; `null` below S = 1 and where there is no R.
    #[schemars(title = "重大危险源级别", description = "1 至 4，一级最高")]
    pub grade: Option<u8>,
    /// The chemicals, in the order of the input.
    #[schemars(title = "各危险化学品")]
    pub substances: Vec<Line>,
}

/// What one chemical adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "危险化学品")]
pub struct Line {
    /// Its name in the table, otherwise as given.
    #[schemars(title = "品名")]
    pub name: String,
    /// Item of Table 1.
    #[schemars(title = "表1序号")]
    pub row: Option<u32>,
    /// The class that decides the threshold (Table 2) or β.
    #[schemars(title = "危险性类别")]
    pub category: Option<String>,
    /// Tonnes.
    #[schemars(title = "设计最大量", extend("x-unit" = "吨"))]
    pub quantity_t: Number,
    /// Tonnes.
    #[schemars(title = "临界量", extend("x-unit" = "吨"))]
    pub threshold_t: String,
    /// Factor of the hazard.
    #[schemars(title = "校正系数 β")]
    pub beta: Option<String>,
    /// q/Q.
    #[schemars(title = "q/Q")]
    pub ratio: String,
}

/// Identifies and grades a unit.
///
/// # Errors
/// `ambiguous` where a name or CAS number stands at several items of Table 1 (candidates: row, name, threshold_t); `missing` where a
/// chemical outside Table 1 has no `category`; `invalid` for contradictions and negative figures; `not_in_force` where the edition of the
/// day is not at hand.
pub fn identify(at: &At<'_>, input: &Input) -> Result<Outcome<Finding>, Refusal> {
    edition::with(at, |edition| match edition {
        Some(edition) => grade(at, edition, input),
        None => Err(Refusal::not_in_force(format!(
            "{} 没有可用的重大危险源辨识标准：GB 18218-2000 自 2001-04-01 起施行。",
            at.on
        ))),
    })
}

fn too_long(pointer: impl Into<String>) -> Refusal {
    Refusal::invalid(pointer, "数字的位数过多，请保留到小数点后 6 位。")
}

fn grade(at: &At<'_>, edition: &Edition<'_>, input: &Input) -> Result<Outcome<Finding>, Refusal> {
    if input.substances.is_empty() {
        return Err(Refusal::missing("/substances", "危险化学品"));
    }
    let people = input.exposed_people.map(|people| people.0.normalize());
    if people.is_some_and(|people| people.scale() > 0 || people < Decimal::ZERO) {
        return Err(Refusal::invalid("/exposed_people", "厂外暴露人员应为不小于 0 的整数。"));
    }
    let unit = match input.unit {
        Unit::Production => "生产单元",
        Unit::Storage => "储存单元",
    };
    let scale = input.substances.iter().map(|own| own.quantity_t.0.normalize().scale()).max().unwrap_or(0);
    let under = 10i128.checked_pow(scale).and_then(|units| units.checked_mul(edition.denominator));
    let under = under.ok_or_else(|| too_long("/substances"))?;
    let factors = 10i128.pow(FACTOR_SCALE);

    let mut steps = Vec::with_capacity(4 + 2 * input.substances.len());
    steps.push(Step::clause(edition.name, format!("按 {} 辨识{unit}，数量取设计最大量", edition.name)));
    let mut lines = Vec::with_capacity(input.substances.len());
    let (mut s, mut weighted) = (0i128, Some(0i128));
    for (index, own) in input.substances.iter().enumerate() {
        let placed = place(edition, input.unit, index, own)?;
        let quantity = own.quantity_t.0.normalize();
        let pointer = || format!("/substances/{index}/quantity_t");
        if quantity < Decimal::ZERO {
            return Err(Refusal::invalid(pointer(), "设计最大量不能为负。"));
        }
        let part = scaled(quantity, scale).and_then(|units| units.checked_mul(placed.threshold.share));
        let part = part.ok_or_else(|| too_long(pointer()))?;
        s = s.checked_add(part).ok_or_else(|| too_long(pointer()))?;
        weighted = match (weighted, placed.beta) {
            (Some(sum), Some(beta)) => {
                let more = part.checked_mul(beta.hundredths).and_then(|more| sum.checked_add(more));
                Some(more.ok_or_else(|| too_long(pointer()))?)
            }
            _ => None,
        };
        let ratio = Exact::new(part, under).ok_or_else(|| too_long(pointer()))?;
        lines.push(describe(edition, own, &placed, quantity, ratio, &mut steps));
    }

    let s = Exact::new(s, under).ok_or_else(|| too_long("/substances"))?;
    let is_major = s.over >= s.under;
    let sum = if lines.len() > 1 {
        lines.iter().map(|line| line.ratio.as_str()).collect::<Vec<_>>().join(" + ") + " = "
    } else {
        String::new()
    };
    steps.push(Step::plain(format!(
        "S = Σq/Q = {sum}{} {}",
        s.say(),
        if is_major { "≥ 1，构成重大危险源" } else { "< 1，不构成重大危险源" }
    )));
    let mut finding = Finding {
        edition: edition.name.to_string(),
        s: s.write().0,
        is_major,
        r: None,
        alpha: None,
        grade: None,
        substances: lines,
    };
    if edition.alpha.is_empty() {
        steps.push(Step::plain(format!("{} 尚无分级办法（2011-12-01 起按 R 值分级），不计算 R", at.on)));
        return Ok(Outcome::new(finding, steps));
    }
    let (Some(people), Some(weighted)) = (people, weighted) else {
        steps.push(Step::plain("没有填写厂外暴露人员（边界向外 500 米的常住人口），不计算 R，未定级"));
        return Ok(Outcome::new(finding, steps));
    };
    let Some((_, alpha)) = edition.alpha.iter().find(|(least, _)| people >= Decimal::from(*least)) else {
        return Err(Refusal::invalid("/exposed_people", "厂外暴露人员不在 α 取值表中。"));
    };
    let alpha_text = Exact { over: alpha.hundredths, under: factors }.write().0;
    steps.push(
        alpha.row.step(format!("厂外暴露人员 {people} 人（{}），α = {alpha_text}", alpha.row.get("key"))),
    );
    let r = weighted
        .checked_mul(alpha.hundredths)
        .zip(under.checked_mul(factors * factors))
        .and_then(|(over, under)| Exact::new(over, under))
        .ok_or_else(|| too_long("/substances"))?;
    steps.push(Step::plain(format!("R = α × Σ(β×q/Q) = {}", r.say())));
    if is_major {
        for (least, grade, row) in &edition.grade {
            if r.at_least(*least).ok_or_else(|| too_long("/substances"))? {
                steps.push(row.step(format!("R 不小于 {least}，定为{}重大危险源", row.get("key"))));
                finding.grade = Some(*grade);
                break;
            }
        }
    } else {
        steps.push(Step::plain("S < 1，不定级"));
    }
    finding.r = Some(r.write().0);
    finding.alpha = Some(alpha_text);
    Ok(Outcome::new(finding, steps))
}

/// The line of a chemical, and its steps.
fn describe(
    edition: &Edition<'_>,
    own: &Substance,
    placed: &Placed<'_, '_>,
    quantity: Decimal,
    ratio: Exact,
    steps: &mut Vec<Step>,
) -> Line {
    let class = placed.class.map(|at| &edition.classes[at]);
    let name = match placed.named {
        Some(named) => named.name,
        None => own.name.as_deref().or(own.cas.as_deref()).unwrap_or_default(),
    };
    let threshold = placed.threshold.text;
    let place = match (placed.named, class) {
        (Some(named), _) => format!("表1第 {} 项", named.no),
        (None, Some(class)) => {
            format!("表2 {}（{}：{}）", class.symbol, class.name, class.row.get("description"))
        }
        (None, None) => String::new(),
    };
    let (text, finite) = ratio.write();
    let said = if finite { text.clone() } else { ratio.say() };
    steps.push(
        placed.threshold_row.step(format!(
            "{name}：{place}，{quantity} 吨 ÷ 临界量 {threshold} 吨 = {said}{}",
            placed.remark
        )),
    );
    let beta = placed.beta.map(|beta| {
        let text = Exact { over: beta.hundredths, under: 10i128.pow(FACTOR_SCALE) }.write().0;
        if !edition.alpha.is_empty() {
            let why = match (placed.named.and_then(|named| named.beta), class) {
                (None, Some(class)) if placed.several => {
                    format!("{}，几种类别中取最大的 β（标准未规定）", class.symbol)
                }
                (None, Some(class)) => format!("{} {}", class.symbol, class.name),
                _ => "毒性气体名单".to_string(),
            };
            steps.push(beta.row.step(format!("{name}：{why}，β = {text}")));
        }
        text
    });
    Line {
        name: name.to_string(),
        row: placed.named.map(|named| named.no),
        category: class.map(|class| class.symbol.to_string()),
        quantity_t: quantity.into(),
        threshold_t: threshold.to_string(),
        beta: if edition.alpha.is_empty() { None } else { beta },
        ratio: text,
    }
}
