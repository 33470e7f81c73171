//! Safety expense, 安全生产费用: what an enterprise of a dangerous trade has to set aside, and whether it was set aside and used.
//!
//! - 2004-05-21 to 2012-02-13, coal only: 财建〔2004〕119号 and, from 2005-04-08, 财建〔2005〕168号, yuan per tonne; spans and lower bounds.
//! - 2007-01-01 to 2012-02-13: 财企〔2006〕478号, mines by output, works by cost, hazardous goods and road transport by this year's revenue.
//! - 2012-02-14 to 2022-11-20: 财企〔2012〕16号, nine trades, by last year's revenue in slices (超额累退).
//! - from 2022-11-21: 财资〔2022〕136号, twelve trades.
//!
//! A slice of revenue is above its lower and up to its upper bound; each slice at its own rate. Revenue trades owe a year's amount, a twelfth
//! each month. Amounts in yuan, rounded once; output in tonnes (gas in 1000 m³) of the period that is asked for. Before 2007 and outside coal
//! there is no norm: plan and actual amounts are recorded without one.

mod check;
mod kind;
mod rate;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Count, Number, Outcome, Refusal, Step, law::day, law_table, rule, size::Size, yuan};
pub use kind::{Kind, MineScale};
use rate::{Owed, owe, undivided};

law_table!(
    /// Rates by trade, scale of mine and slice.
    TABLE, "safety-expense", "安全生产费用提取标准", ["kind", "scale", "above"]
);

law_table!(
    /// When accrual pauses and use has to be explained.
    LIMITS, "safety-expense-limit", "安全生产费用缓提和使用界限", ["rule", "measure", "size"]
);

rule!(
    /// The rule `safety-expense`.
    RULE, "safety-expense", "安全生产费用", "资金",
    "财建[2004]119号、财建[2005]168号、财企[2006]478号、财企〔2012〕16号、财资〔2022〕136号",
    Input, compute, [&TABLE, &LIMITS], "2026-01-01", r#"{"businesses":[{"kind":"hazardous_chemicals","revenue":"120000000"}]}"#
);

/// One business of the enterprise, with the figure that its trade is reckoned by.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Business {
    /// The trade.
    #[schemars(title = "行业（业务）", description = "多种灾害并存的煤矿选标准最高的一种")]
    pub kind: Kind,
    /// Only coal before 2012-02-14.
    #[schemars(title = "煤矿规模", description = "仅 2012-02-14 以前的煤矿填写")]
    pub scale: Option<MineScale>,
    /// Revenue, yuan: last year's; this year's for a new enterprise and under the document of 2006.
    #[schemars(
        title = "营业收入",
        description = "上一年度营业收入；新建企业和 2007—2012 年的危险品、运输企业填本年度收入",
        extend("x-unit" = "元")
    )]
    pub revenue: Option<Number>,
    /// Output of the period: tonnes; gas in 1000 m³.
    #[schemars(
        title = "产量",
        description = "所算期间的产量：吨；天然气为千立方米；尾矿库为入库或回采尾矿量"
    )]
    pub output: Option<Number>,
    /// Cost of works, yuan.
    #[schemars(
        title = "工程造价",
        description = "建筑安装工程造价、项目总费用；按进度提取的填本期完成的造价",
        extend("x-unit" = "元")
    )]
    pub cost: Option<Number>,
    /// Day of the invitation to tender of works: those tendered before a document keep the rate of then.
    #[schemars(title = "招标日期", description = "仅建设工程：2022-11-21 以前招标的项目仍按原标准")]
    pub tendered_on: Option<NaiveDate>,
    /// Volume of a closed tailings pond, m³.
    #[schemars(title = "有效库容", description = "仅已闭库的尾矿库", extend("x-unit" = "m³"))]
    pub volume: Option<Number>,
}

/// What the amount is worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// At least one.
    #[schemars(title = "业务", description = "每种业务一行；只有一种业务填一行")]
    pub businesses: Vec<Business>,
    /// Whether the businesses' revenue is kept apart; without it, yes.
    #[schemars(title = "能分别核算", description = "混业经营能否按业务分别核算；不填视为能")]
    pub separate: Option<bool>,
    /// A new enterprise or less than a year in production.
    #[schemars(title = "新建或投产不足一年", description = "营业收入填本年度数")]
    pub first_year: Option<bool>,
    /// Months asked for, 1 to 12; without it a year.
    #[schemars(title = "月数", description = "按营业收入计提的算几个月；不填为全年 12 个月", extend("x-unit" = "月"))]
    pub months: Option<Count>,
    /// Size class, for putting off accrual before 2022-11-21.
    #[schemars(title = "企业规模", description = "判断缓提用（2022-11-21 以前）")]
    pub size: Option<Size>,
    /// Balance of the expense, yuan: at the beginning of the month (2022), at the end of last year (before).
    #[schemars(title = "结余", description = "月初结余；2022-11-21 以前为上年末结余", extend("x-unit" = "元"))]
    pub balance: Option<Number>,
    /// What was due last year, yuan.
    #[schemars(title = "上一年应计提金额", extend("x-unit" = "元"))]
    pub last_year_due: Option<Number>,
    /// Revenue of last year, yuan, where it is not the base above.
    #[schemars(title = "上年度营业收入", description = "判断缓提用；按上年收入计提的可不填", extend("x-unit" = "元"))]
    pub last_year_revenue: Option<Number>,
    /// What was set aside in the period, yuan.
    #[schemars(title = "实际提取", extend("x-unit" = "元"))]
    pub accrued: Option<Number>,
    /// What was used in the period, yuan.
    #[schemars(title = "实际使用", extend("x-unit" = "元"))]
    pub used: Option<Number>,
}

/// A slice of revenue at its rate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Slice {
    /// The trade whose rate was used.
    #[schemars(title = "行业（业务）")]
    pub kind: Kind,
    /// Yuan in the slice.
    #[schemars(title = "本段收入", extend("x-unit" = "元"))]
    pub revenue: Number,
    /// Percent.
    #[schemars(title = "提取比例", extend("x-unit" = "%"))]
    pub rate: Number,
    /// Yuan.
    #[schemars(title = "本段应提", extend("x-unit" = "元"))]
    pub amount: Number,
}

/// What one business owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// The trade whose rate was used.
    #[schemars(title = "行业（业务）")]
    pub kind: Kind,
    /// Tonnes, 1000 m³, m³ or yuan.
    #[schemars(title = "计提依据")]
    pub base: Number,
    /// Yuan in the period.
    #[schemars(title = "应提金额", extend("x-unit" = "元"))]
    pub due: Number,
}

/// The amount and how it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Due in the period, yuan; the lower end where the document gives a span.
    #[schemars(title = "应提金额", extend("x-unit" = "元"))]
    pub due: Number,
    /// The upper end of the span.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "应提金额上限", extend("x-unit" = "元"))]
    pub due_max: Option<Number>,
    /// The rate is the least allowed (财建〔2005〕168号).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "标准为下限")]
    pub at_least: Option<bool>,
    /// A year's amount of the trades by revenue.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "全年应提", extend("x-unit" = "元"))]
    pub annual: Option<Number>,
    /// A twelfth of it; none in the first year under the document of 2022.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "每月应提", extend("x-unit" = "元"))]
    pub monthly: Option<Number>,
    /// By business.
    #[schemars(title = "各业务")]
    pub parts: Vec<Part>,
    /// Slices of revenue.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(title = "收入分段")]
    pub slices: Vec<Slice>,
    /// Accrual pauses because the balance suffices (2022).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "暂停提取")]
    pub paused: Option<bool>,
    /// Accrual may be put off or lessened with consent (before 2022-11-21).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "可以缓提或少提")]
    pub may_defer: Option<bool>,
    /// To be set aside in the period: what is due, nothing while accrual pauses.
    #[schemars(title = "本期须提取", extend("x-unit" = "元"))]
    pub to_accrue: Number,
    /// Still to be set aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "少提", extend("x-unit" = "元"))]
    pub shortfall: Option<Number>,
    /// Used, in percent of what is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "使用占应提", extend("x-unit" = "%"))]
    pub used_percent: Option<Number>,
    /// The use is so low that it has to be explained to the regulator.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "须书面说明使用情况")]
    pub explain_use: Option<bool>,
}

/// The amount due, and, where the figures are given, whether it pauses, was set aside and used.
///
/// # Errors
/// `not_in_force` for a trade without a norm on the day; `missing` for the figure that the trade is reckoned by; `invalid` for negative
/// figures, months outside 1 to 12, no business.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    if input.businesses.is_empty() {
        return Err(Refusal::missing("/businesses", "业务"));
    }
    let months = input.months.map_or(12, |count| count.0);
    if !(1..=12).contains(&months) {
        return Err(Refusal::invalid("/months", "月数应在 1 到 12 之间。"));
    }
    let mut steps = Vec::new();
    let first_year = input.first_year == Some(true);
    if first_year {
        steps.push(first_year_step(at));
    }
    let owed = if input.separate == Some(false) && input.businesses.len() > 1 {
        vec![undivided(at, input, &mut steps)?]
    } else {
        let each = input.businesses.iter().enumerate();
        each.map(|(index, business)| owe(at, index, business, &mut steps)).collect::<Result<_, _>>()?
    };
    let annual: Decimal = owed.iter().filter(|own| own.by_revenue).map(|own| own.low).sum();
    let by_revenue = owed.iter().any(|own| own.by_revenue);
    let share = |own: &Owed, amount: Decimal| {
        if own.by_revenue { amount * Decimal::from(months) / Decimal::from(12) } else { amount }
    };
    let low: Decimal = owed.iter().map(|own| share(own, own.low)).sum();
    let high: Decimal = owed.iter().map(|own| share(own, own.high)).sum();
    let due = yuan(low);
    if by_revenue {
        steps.push(Step::plain(format!(
            "全年应提 {} 元，每月 {} 元，{months} 个月共 {} 元",
            yuan(annual),
            yuan(annual / Decimal::from(12)),
            yuan(annual * Decimal::from(months) / Decimal::from(12))
        )));
    }
    let parts = owed.iter().map(|own| Part { due: yuan(share(own, own.low)), ..own.part.clone() }).collect();
    let mut answer = Answer {
        due,
        due_max: (high > low).then(|| yuan(high)),
        at_least: owed.iter().any(|own| own.floor).then_some(true),
        annual: by_revenue.then(|| yuan(annual)),
        monthly: (by_revenue && !(first_year && at.on >= DAY_2022)).then(|| yuan(annual / Decimal::from(12))),
        parts,
        slices: owed.iter().flat_map(|own| own.slices.clone()).collect(),
        paused: None,
        may_defer: None,
        to_accrue: due,
        shortfall: None,
        used_percent: None,
        explain_use: None,
    };
    check::balance(at, input, &mut answer, &mut steps)?;
    check::use_of_it(at, input, &mut answer, &mut steps)?;
    Ok(Outcome::new(answer, steps))
}

/// First day of 财资〔2022〕136号.
const DAY_2022: NaiveDate = day(2022, 11, 21);

/// The document in force for trades by revenue.
fn document(at: &At<'_>) -> &'static str {
    match at.on {
        on if on >= DAY_2022 => "财资〔2022〕136号",
        on if on >= day(2012, 2, 14) => "财企〔2012〕16号",
        _ => "财企[2006]478号",
    }
}

fn first_year_step(at: &At<'_>) -> Step {
    if at.on >= DAY_2022 {
        Step::clause(
            "财资〔2022〕136号第四十八条",
            "新建和投产不足一年：当年据实列支，年末以当年营业收入为依据计算提取，已列支的从中扣除",
        )
    } else {
        Step {
            certainty: Some(crate::Certainty::Memory),
            ..Step::clause(document(at), "新建和投产不足一年：以当年实际营业收入为依据，按月计提")
        }
    }
}

#[cfg(test)]
mod tests;
