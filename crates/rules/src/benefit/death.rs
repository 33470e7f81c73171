//! Death at work, 因工死亡待遇: funeral pay, dependants' monthly pay and the lump sum (工伤保险条例第三十九条; before 2011 第三十七条).
//!
//! The lump sum was 48 to 60 months of the local mean wage until 2010 (the place fixes the number) and is twenty times last year's
//! disposable income of townspeople since 2011. Dependants: spouse 40 %, others 30 % each of own wage, ten points more for the lone old
//! and for orphans, together no more than own wage. The date asked for is that of the death.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PARAMETERS, not_yet, own_wage, parameter, payer, wage};
use crate::{At, Number, Outcome, Refusal, Step, law::day, law_table, one_of, rule, yuan};

law_table!(
    /// Lump sums by year.
    LUMPS, "work-death-benefit", "一次性工亡补助金", ["year"]
);

rule!(
    /// The rule `death-benefit`.
    RULE, "death-benefit", "因工死亡待遇", "工伤待遇", "工伤保险条例（国务院令375号，2010年修订）",
    Input, compute, [&PARAMETERS, &LUMPS], "2024-05-10",
    r#"{"local_wage":"9000","own_wage":"6000","dependants":[{"relation":"spouse"},{"relation":"child"}]}"#
);

one_of!(
    /// A dependant's relation to the dead.
    Relation {
        Spouse = "spouse" "配偶",
        Child = "child" "子女",
        Parent = "parent" "父母",
        Other = "other" "其他供养亲属",
    }
);

one_of!(
    /// How the death came about.
    Situation {
        AtWork = "at_work" "因工死亡，或停工留薪期内因伤死亡",
        AfterGrade1To4 = "after_grade_1_4" "一至四级伤残，停工留薪期满后死亡",
        Missing = "missing" "因工外出或抢险救灾中下落不明",
    }
);

/// Somebody whom the dead supported.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dependant {
    /// Relation.
    #[schemars(title = "亲属关系")]
    pub relation: Relation,
    /// Lone and old, or an orphan.
    #[schemars(title = "孤寡老人或孤儿", description = "是的每月增加 10%")]
    pub alone: Option<bool>,
}

/// What the benefits are worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Mean monthly wage of the pool in the year before, yuan.
    #[schemars(title = "统筹地区上年度职工月平均工资", extend("x-unit" = "元"))]
    pub local_wage: Option<Number>,
    /// Mean contribution wage of the twelve months before, yuan.
    #[schemars(title = "本人工资", description = "前 12 个月平均月缴费工资；有供养亲属时填写", extend("x-unit" = "元"))]
    pub own_wage: Option<Number>,
    /// Dependants.
    #[serde(default)]
    #[schemars(title = "供养亲属", description = "每人一行；没有不填")]
    pub dependants: Vec<Dependant>,
    /// How the death came about; without it at work.
    #[schemars(title = "情形", description = "不填为因工死亡")]
    pub situation: Option<Situation>,
    /// Months of the lump sum that the place fixed, before 2011.
    #[schemars(title = "一次性工亡补助金月数", description = "2011 年以前由统筹地区规定，48—60 个月；不填给出范围", extend("x-unit" = "月"))]
    pub lump_months: Option<Number>,
    /// Disposable income of townspeople in the nation in the year before, yuan; where the table has none.
    #[schemars(title = "上年度全国城镇居民人均可支配收入", description = "表中没有收录的年份填写", extend("x-unit" = "元"))]
    pub income: Option<Number>,
    /// A death before 2011 that was recognised from 2011 on: by the amended regulation.
    #[schemars(
        title = "2011 年起才认定工伤",
        description = "仅 2011 年以前的死亡：2011-01-01 尚未完成认定的按新条例"
    )]
    pub recognised_after_2010: Option<bool>,
    /// Whether the worker was insured; without it, yes.
    #[schemars(title = "已参加工伤保险", description = "不填视为已参保")]
    pub insured: Option<bool>,
}

/// A dependant's monthly pay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Share {
    /// Relation.
    #[schemars(title = "亲属关系")]
    pub relation: Relation,
    /// Percent of own wage.
    #[schemars(title = "比例", extend("x-unit" = "%"))]
    pub percent: Number,
    /// Yuan a month, after the cap.
    #[schemars(title = "每月金额", extend("x-unit" = "元"))]
    pub amount: Number,
}

/// The benefits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Yuan, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "丧葬补助金", extend("x-unit" = "元"))]
    pub funeral: Option<Number>,
    /// Own wage within its bounds, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "计算用本人工资", extend("x-unit" = "元"))]
    pub own_wage: Option<Number>,
    /// By dependant.
    #[schemars(title = "各供养亲属")]
    pub shares: Vec<Share>,
    /// Yuan a month, all dependants.
    #[schemars(title = "供养亲属抚恤金每月合计", extend("x-unit" = "元"))]
    pub monthly: Number,
    /// Yuan, once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "一次性工亡补助金", extend("x-unit" = "元"))]
    pub lump_sum: Option<Number>,
    /// The least, where the place's number of months is not given (before 2011).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "一次性工亡补助金最少", extend("x-unit" = "元"))]
    pub lump_sum_min: Option<Number>,
    /// The most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "一次性工亡补助金最多", extend("x-unit" = "元"))]
    pub lump_sum_max: Option<Number>,
    /// Half of the lump sum, in advance, for the missing whose family is in need.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "可预支的一次性工亡补助金", extend("x-unit" = "元"))]
    pub advance: Option<Number>,
    /// Three months' wages of the missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "下落不明三个月工资", extend("x-unit" = "元"))]
    pub wages_while_missing: Option<Number>,
}

/// The benefits for a death on the day.
///
/// # Errors
/// `not_in_force` before 2004; `missing` for a wage, and for the income of a year that the table does not have; `invalid` for figures out
/// of bounds and a second spouse.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    if at.rows(&PARAMETERS).is_empty() {
        return Err(not_yet(at));
    }
    let situation = input.situation.unwrap_or(Situation::AtWork);
    let mut steps = vec![Step::plain(format!("情形：{}", situation.label()))];
    let mut answer = Answer::default();
    if situation != Situation::Missing {
        let local = wage(input.local_wage, "/local_wage", "统筹地区上年度职工月平均工资")?;
        let (row, months) = parameter(at, "funeral_months")?;
        let funeral = yuan(local * months);
        steps.push(row.step(format!("丧葬补助金 = {} 元 × {months} 个月 = {funeral} 元", local.normalize())));
        answer.funeral = Some(funeral);
    }
    dependants(at, input, &mut answer, &mut steps)?;
    match situation {
        Situation::AfterGrade1To4 => steps.push(Step::clause(
            "工伤保险条例（2010年修订）第三十九条第三款",
            "一至四级伤残职工停工留薪期满后死亡，没有一次性工亡补助金",
        )),
        _ => lump(at, input, &mut answer, &mut steps)?,
    }
    if situation == Situation::Missing {
        let own = wage(input.own_wage, "/own_wage", "本人工资")?;
        let three = yuan(own * Decimal::from(3));
        steps.push(Step::clause(
            "工伤保险条例（2010年修订）第四十一条",
            format!(
                "下落不明：事故当月起三个月照发工资，共 {three} 元，第四个月起停发工资、发供养亲属抚恤金；生活困难的可预支一次性工亡补助金的 50%；宣告死亡后按因工死亡处理"
            ),
        ));
        answer.wages_while_missing = Some(three);
        answer.advance = answer.lump_sum.map(|lump| yuan(lump.0 / Decimal::from(2)));
    }
    payer(input.insured, &mut steps);
    Ok(Outcome::new(answer, steps))
}

fn dependants(at: &At<'_>, input: &Input, answer: &mut Answer, steps: &mut Vec<Step>) -> Result<(), Refusal> {
    if input.dependants.is_empty() {
        steps.push(Step::plain("没有供养亲属，不发供养亲属抚恤金"));
        return Ok(());
    }
    let local =
        input.local_wage.map(|local| wage(Some(local), "/local_wage", "统筹地区上年度职工月平均工资"));
    let own = own_wage(at, wage(input.own_wage, "/own_wage", "本人工资")?, local.transpose()?, steps)?;
    answer.own_wage = Some(yuan(own));
    let hundred = Decimal::from(100);
    let (alone_row, alone) = parameter(at, "alone")?;
    let mut shares: Vec<(Relation, Decimal)> = Vec::new();
    for (index, dependant) in input.dependants.iter().enumerate() {
        let spouse = dependant.relation == Relation::Spouse;
        if spouse && shares.iter().any(|(relation, _)| *relation == Relation::Spouse) {
            return Err(Refusal::invalid(format!("/dependants/{index}/relation"), "配偶只能有一人。"));
        }
        let (row, mut percent) = parameter(at, if spouse { "spouse" } else { "other" })?;
        steps.push(row.step(format!("{}：本人工资的 {percent}%", dependant.relation.label())));
        if dependant.alone == Some(true) {
            percent += alone;
            steps.push(alone_row.step(format!("孤寡老人或孤儿增加 {alone}%，共 {percent}%")));
        }
        shares.push((dependant.relation, percent));
    }
    let sum: Decimal = shares.iter().map(|(_, percent)| *percent).sum();
    let monthly = yuan(own * sum.min(hundred) / hundred);
    steps.push(Step::plain(if sum > hundred {
        format!("各项合计 {sum}%，不得高于本人工资，按 100% 发 {monthly} 元，各人按比例分")
    } else {
        format!("各项合计 {sum}%，每月 {monthly} 元")
    }));
    let mut left = monthly.0;
    let last = shares.len() - 1;
    for (index, (relation, percent)) in shares.into_iter().enumerate() {
        // the last takes what rounding leaves, so that the shares are the sum
        let amount = if index == last { left } else { yuan(own * percent / sum.max(hundred)).0.min(left) };
        left -= amount;
        answer.shares.push(Share { relation, percent: percent.into(), amount: yuan(amount) });
    }
    answer.monthly = monthly;
    Ok(())
}

fn lump(at: &At<'_>, input: &Input, answer: &mut Answer, steps: &mut Vec<Step>) -> Result<(), Refusal> {
    let amended = at.on >= day(2011, 1, 1) || input.recognised_after_2010 == Some(true);
    if !amended {
        return months(at, input, answer, steps);
    }
    let lump = if let Some(income) = input.income {
        let income = wage(Some(income), "/income", "上年度全国城镇居民人均可支配收入")?;
        let row = PARAMETERS.rows().rows.iter().find(|row| row.get("name") == "lump_times");
        let times = row.and_then(|row| row.decimal("value")).unwrap_or(Decimal::from(20));
        let lump = yuan(income * times);
        let text = format!("一次性工亡补助金 = {} 元 × {times} = {lump} 元", income.normalize());
        steps.push(row.map_or_else(|| Step::plain(text.as_str()), |row| row.step(text.as_str())));
        lump
    } else {
        let row = at.rows(&LUMPS).into_iter().next().ok_or_else(|| Refusal {
            message: format!(
                "{} 的一次性工亡补助金要用上年度全国城镇居民人均可支配收入，系统没有收录这一年；请填写该数，或由管理员在规则表 work-death-benefit 中添加这一年。",
                at.on
            ),
            ..Refusal::missing("/income", "上年度全国城镇居民人均可支配收入")
        })?;
        let lump = yuan(row.decimal("lump").unwrap_or_default());
        steps.push(row.step(format!(
            "{} 年一次性工亡补助金 = 上年度全国城镇居民人均可支配收入 {} 元 × 20 = {lump} 元",
            row.get("year"),
            row.get("income")
        )));
        lump
    };
    answer.lump_sum = Some(lump);
    Ok(())
}

/// The lump sum until 2010, by months of the local wage.
fn months(at: &At<'_>, input: &Input, answer: &mut Answer, steps: &mut Vec<Step>) -> Result<(), Refusal> {
    let local = wage(input.local_wage, "/local_wage", "统筹地区上年度职工月平均工资")?;
    let (row, least) = parameter(at, "lump_months_min")?;
    let (_, most) = parameter(at, "lump_months_max")?;
    let months = match input.lump_months {
        Some(months) if months.0 < least || months.0 > most => {
            return Err(Refusal::invalid("/lump_months", format!("月数应在 {least} 到 {most} 之间。")));
        }
        Some(months) => Some(months.0),
        None if least == most => Some(least),
        None => None,
    };
    let wage = local.normalize();
    match months {
        Some(months) => {
            let lump = yuan(local * months);
            steps.push(row.step(format!("一次性工亡补助金 = {wage} 元 × {months} 个月 = {lump} 元")));
            answer.lump_sum = Some(lump);
        }
        None => {
            let (low, high) = (yuan(local * least), yuan(local * most));
            steps.push(row.step(format!(
                "一次性工亡补助金 = {wage} 元 × {least}—{most} 个月 = {low}—{high} 元，具体月数由统筹地区规定"
            )));
            answer.lump_sum_min = Some(low);
            answer.lump_sum_max = Some(high);
        }
    }
    Ok(())
}
