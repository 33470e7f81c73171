//! The safety risk deposit, 安全生产风险抵押金, and the liability insurance that took its place, 安全生产责任保险.
//!
//! - 2006-08-01 to 2017-12-31: 财建〔2006〕369号 — mines other than coal, transport, construction, hazardous chemicals, fireworks; by
//!   the size of 国统字〔2003〕17号, more than 30, 100, 150 or 200 万元, as a rule at most 500 万元. Coal by licensed capacity, 财建〔2005〕918号.
//! - from 2018-01-01: 安监总办〔2017〕140号, insurance of at least 30 万元 for each death; from 2025-03-29 应急〔2025〕27号, 40 万元.
//!
//! Before 2006 国发〔2004〕2号 orders the deposit without amounts. Places differ (by revenue, by qualification, by tonnes in store): such rows
//! are an administrator's; where a place has rows for a trade, they stand for the nation's as a set. Amounts in yuan.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Count, Number, Outcome, Refusal, Row, Step, law::day, law_table, one_of, rule, yuan};

law_table!(
    /// Deposits by trade and what they go by.
    TABLE, "risk-deposit", "安全生产风险抵押金存储标准", ["sector", "basis", "level", "above"]
);

law_table!(
    /// Trades that must insure, and for how much a head.
    INSURANCE, "liability-insurance", "安全生产责任保险最低保障限额", ["sector"]
);

rule!(
    /// The rule `risk-deposit`.
    RULE, "risk-deposit", "风险抵押金和安责险", "资金",
    "财建[2005]918号、财建[2006]369号、安监总办〔2017〕140号、应急〔2025〕27号",
    Input, compute, [&TABLE, &INSURANCE], "2010-01-01", r#"{"sector":"hazardous_chemicals","size":"medium","stored":"800000"}"#
);

one_of!(
    /// A trade that a deposit or insurance is asked of.
    Sector {
        CoalMine = "coal_mine" "煤矿" ("coal"),
        NonCoalMine = "non_coal_mine" "非煤矿山" ("mine"),
        Transport = "transport" "交通运输" ("road_transport", "water_transport"),
        Construction = "construction" "建筑施工",
        HazardousChemicals = "hazardous_chemicals" "危险化学品" ("hazchem"),
        Fireworks = "fireworks" "烟花爆竹",
        CivilExplosives = "civil_explosives" "民用爆炸物品",
        MetalSmelting = "metal_smelting" "金属冶炼" ("metallurgy", "smelting"),
        Fishery = "fishery" "渔业生产",
    }
);

one_of!(
    /// Size of the enterprise in the deposit's table.
    DepositSize {
        ExtraLarge = "extra_large" "特大型",
        Large = "large" "大型",
        Medium = "medium" "中型",
        Small = "small" "小型",
        Micro = "micro" "微型（按小型）",
    }
);

/// What the deposit is worked out from.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// The trade.
    #[schemars(title = "行业")]
    pub sector: Sector,
    /// Size class.
    #[schemars(title = "企业规模", description = "按国统字[2003]17号划分；煤矿不填")]
    pub size: Option<DepositSize>,
    /// Licensed capacity of a coal mine.
    #[schemars(title = "核定年生产能力", description = "仅煤矿", extend("x-unit" = "万吨"))]
    pub capacity: Option<Number>,
    /// Where the place goes by revenue, yuan.
    #[schemars(title = "年营业收入", description = "仅当地按收入定标准时填写", extend("x-unit" = "元"))]
    pub revenue: Option<Number>,
    /// Where the place goes by tonnes in store.
    #[schemars(title = "储存量", description = "仅当地按储存吨数定标准时填写", extend("x-unit" = "吨"))]
    pub storage: Option<Number>,
    /// Where the place goes by qualification.
    #[schemars(title = "资质等级", description = "仅当地按资质定标准时填写，写法同本地行")]
    pub qualification: Option<String>,
    /// Deposited so far, yuan.
    #[schemars(title = "已存金额", extend("x-unit" = "元"))]
    pub stored: Option<Number>,
    /// Sum insured for each death, yuan.
    #[schemars(title = "安责险每人限额", description = "已投保的每人死亡伤残责任限额", extend("x-unit" = "元"))]
    pub insured_per_head: Option<Number>,
    /// Staff to insure.
    #[schemars(title = "从业人数", extend("x-unit" = "人"))]
    pub heads: Option<Count>,
}

/// What has to be deposited or insured.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// A deposit is due.
    #[schemars(title = "须存储风险抵押金")]
    pub required: bool,
    /// Least amount, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "最低存储额", extend("x-unit" = "元"))]
    pub floor: Option<Number>,
    /// More than that amount is due, not the amount itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "不含最低额本数")]
    pub floor_exclusive: Option<bool>,
    /// Upper end of a span, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "存储额上端", extend("x-unit" = "元"))]
    pub ceiling: Option<Number>,
    /// As a rule no more than this, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "原则上不超过", extend("x-unit" = "元"))]
    pub cap: Option<Number>,
    /// What is deposited is enough.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "已存足")]
    pub enough: Option<bool>,
    /// Still to be deposited to reach the least amount, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "须补存", extend("x-unit" = "元"))]
    pub top_up: Option<Number>,
    /// Above the least amount, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "超出最低额", extend("x-unit" = "元"))]
    pub surplus: Option<Number>,
    /// Liability insurance is due.
    #[schemars(title = "须投保安责险")]
    pub insurance_required: bool,
    /// Least sum for each death or disability, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "每人最低限额", extend("x-unit" = "元"))]
    pub insurance_minimum: Option<Number>,
    /// For the whole staff, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "全员最低限额合计", extend("x-unit" = "元"))]
    pub insurance_total: Option<Number>,
    /// The policy reaches the least sum.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "保额达到最低限额")]
    pub insurance_enough: Option<bool>,
}

/// The deposit or the insurance that a trade owes on the day at the place, and whether it is met.
///
/// # Errors
/// `not_in_force` where neither is asked of the trade on the day; `missing` for the figure that the place goes by.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let mut steps = Vec::new();
    let mut answer = Answer::default();
    let rows = of_sector(at.rows(&TABLE), input.sector);
    let insurance = of_sector(at.rows(&INSURANCE), input.sector);
    if rows.is_empty() && insurance.is_empty() {
        return Err(no_norm(at, input.sector));
    }
    if !rows.is_empty() {
        deposit(input, &rows, &mut answer, &mut steps)?;
        if input.insured_per_head.is_some() && insurance.is_empty() {
            steps.push(Step::plain(
                "已投保安责险的，当地规定允许时可以免存风险抵押金；请按当地规定办理（有的地方如上海曾这样规定）",
            ));
        }
    } else if let Some(row) = insurance.first() {
        steps.push(row.step("投保安全生产责任保险，不再存储风险抵押金"));
    }
    if let Some(row) = insurance.first() {
        insure(input, row, &mut answer, &mut steps)?;
    }
    Ok(Outcome::new(answer, steps))
}

/// The rows of a trade: those of the narrowest region that has any.
fn of_sector(rows: Vec<&Row>, sector: Sector) -> Vec<&Row> {
    let mut rows: Vec<&Row> = rows.into_iter().filter(|row| row.get("sector") == sector.code()).collect();
    let narrowest = rows.iter().map(|row| row.get("region").len()).max().unwrap_or_default();
    rows.retain(|row| row.get("region").len() == narrowest);
    rows
}

fn no_norm(at: &At<'_>, sector: Sector) -> Refusal {
    let why = if at.on < day(2006, 8, 1) {
        "国发[2004]2号要求建立风险抵押金制度，但当时没有全国统一的存储标准（煤矿自财建[2005]918号、其他行业自财建[2006]369号起才有）"
    } else {
        "当时的规定没有要求这一行业存储风险抵押金或投保安责险"
    };
    Refusal::not_in_force(format!(
        "{} {}：{why}。当地已有标准的，请管理员在规则表 risk-deposit 中添加本地行；没有的，实存金额照实登记。",
        at.on,
        sector.label()
    ))
}

fn amount_of(value: Option<Number>, pointer: &str, label: &str) -> Result<Decimal, Refusal> {
    let value = value.ok_or_else(|| Refusal::missing(pointer, label))?.0;
    if value < Decimal::ZERO {
        return Err(Refusal::invalid(pointer, format!("{label}不能为负。")));
    }
    Ok(value)
}

/// The row that the enterprise falls under, and how much it says.
fn deposit(input: &Input, rows: &[&Row], answer: &mut Answer, steps: &mut Vec<Step>) -> Result<(), Refusal> {
    let basis = rows.first().map_or("", |row| row.get("basis"));
    let wan = Decimal::from(10_000);
    let (row, by, over) = match basis {
        "size" => {
            let size = match input.size.ok_or_else(|| Refusal::missing("/size", "企业规模"))? {
                DepositSize::Micro => DepositSize::Small,
                size => size,
            };
            (level(rows, size.code(), "/size")?, size.label().to_string(), Decimal::ZERO)
        }
        "qualification" => {
            let said = input
                .qualification
                .as_deref()
                .ok_or_else(|| Refusal::missing("/qualification", "资质等级"))?
                .trim();
            (level(rows, said, "/qualification")?, format!("资质 {said}"), Decimal::ZERO)
        }
        _ => {
            let (value, pointer, text) = match basis {
                "capacity" => {
                    let value = amount_of(input.capacity, "/capacity", "核定年生产能力")?;
                    (value, "/capacity", format!("核定年生产能力 {} 万吨", value.normalize()))
                }
                "revenue" => {
                    let value = amount_of(input.revenue, "/revenue", "年营业收入")? / wan;
                    (value, "/revenue", format!("年营业收入 {} 万元", value.normalize()))
                }
                _ => {
                    let value = amount_of(input.storage, "/storage", "储存量")?;
                    (value, "/storage", format!("储存量 {} 吨", value.normalize()))
                }
            };
            let row = rows
                .iter()
                .copied()
                .find(|row| {
                    let above = row.decimal("above").unwrap_or_default();
                    (value > above || (value.is_zero() && above.is_zero()))
                        && row.decimal("to").is_none_or(|to| value <= to)
                })
                .ok_or_else(|| Refusal::invalid(pointer, "标准没有覆盖这一数值，请核对。"))?;
            (row, text, value - row.decimal("above").unwrap_or_default())
        }
    };
    let mut floor = row.decimal("low").unwrap_or_default();
    if let (Some(per), Some(each)) = (row.decimal("per"), row.decimal("each"))
        && !per.is_zero()
    {
        floor += (over / per).floor() * each;
    }
    let cap = row.decimal("cap");
    floor = cap.map_or(floor, |cap| floor.min(cap));
    let high = row.decimal("high");
    let exclusive = row.get("exclusive") == "1";
    let span = match (high, exclusive) {
        (Some(high), _) => format!("{floor}—{high} 元"),
        (None, true) => format!("不低于 {floor} 元（不含 {floor} 元）"),
        (None, false) => format!("{floor} 元"),
    };
    let at_most = cap.map_or_else(String::new, |cap| format!("，原则上不超过 {cap} 元"));
    steps.push(row.step(format!("{}，{by}：存储 {span}{at_most}", input.sector.label())));
    answer.required = true;
    answer.floor = Some(yuan(floor));
    answer.floor_exclusive = Some(exclusive);
    answer.ceiling = high.map(yuan);
    answer.cap = cap.map(yuan);
    if input.stored.is_some() {
        let stored = amount_of(input.stored, "/stored", "已存金额")?;
        let capped = cap.is_some_and(|cap| stored >= cap);
        let enough = capped || if exclusive { stored > floor } else { stored >= floor };
        let top_up = (floor - stored).max(Decimal::ZERO);
        let surplus = (stored - floor).max(Decimal::ZERO);
        steps.push(Step::plain(if enough {
            format!(
                "已存 {} 元，已足；规模变小的，超出部分 {} 元可按规定申请退还",
                stored.normalize(),
                yuan(surplus)
            )
        } else {
            let more = if exclusive { "以上" } else { "" };
            format!(
                "已存 {} 元，须补存 {} 元{more}（规模变化的也这样补足）",
                stored.normalize(),
                yuan(top_up)
            )
        }));
        answer.enough = Some(enough);
        answer.top_up = Some(yuan(top_up));
        answer.surplus = Some(yuan(surplus));
    }
    Ok(())
}

fn level<'a>(rows: &[&'a Row], said: &str, pointer: &str) -> Result<&'a Row, Refusal> {
    rows.iter().copied().find(|row| row.get("level") == said).ok_or_else(|| {
        let known: Vec<&str> = rows.iter().map(|row| row.get("level")).collect();
        Refusal::unknown(pointer, format!("标准没有这一档，可选：{}。", known.join("、")))
    })
}

fn insure(input: &Input, row: &Row, answer: &mut Answer, steps: &mut Vec<Step>) -> Result<(), Refusal> {
    let minimum = row.decimal("minimum").unwrap_or_default();
    steps.push(row.step(format!("{}：安责险每人死亡伤残责任限额不低于 {minimum} 元", input.sector.label())));
    answer.insurance_required = true;
    answer.insurance_minimum = Some(yuan(minimum));
    if let Some(Count(heads)) = input.heads {
        let total = minimum * Decimal::from(heads);
        steps.push(Step::plain(format!("全体从业人员 {heads} 人，合计不低于 {} 元", yuan(total))));
        answer.insurance_total = Some(yuan(total));
    }
    if input.insured_per_head.is_some() {
        let insured = amount_of(input.insured_per_head, "/insured_per_head", "安责险每人限额")?;
        answer.insurance_enough = Some(insured >= minimum);
        let so = if insured >= minimum { "已达到" } else { "没有达到，应提高保额" };
        steps.push(Step::plain(format!("已投保每人 {} 元，{so}", insured.normalize())));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
