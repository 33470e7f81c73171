//! Disability by grades 1 to 10, 伤残待遇: lump sum in months of own wage, monthly pay of grades 1 to 6, care, and what grades 5 to 10
//! get when they leave (工伤保险条例第三十四至三十七条; the months rose on 2011-01-01).
//!
//! Leaving pay is the province's: Guangdong's is shipped from memory, others are an administrator's rows. The date is that on which the
//! grade was given.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PARAMETERS, not_yet, own_wage, parameter, payer, wage};
use crate::{At, Count, Number, Outcome, Refusal, law_table, one_of, rule, yuan};

law_table!(
    /// Months and percentages by grade.
    GRADES, "disability-benefit", "伤残待遇", ["grade"]
);

law_table!(
    /// Leaving pay by grade and province.
    LEAVING, "disability-leaving", "解除劳动关系的一次性补助金", ["grade"]
);

rule!(
    /// The rule `disability-benefit`.
    RULE, "disability-benefit", "伤残待遇", "工伤待遇", "工伤保险条例（国务院令375号，2010年修订）、广东省工伤保险条例",
    Input, compute, [&PARAMETERS, &GRADES, &LEAVING], "2015-06-01",
    r#"{"grade":7,"own_wage":"5000"}"#
);

one_of!(
    /// How much of daily life somebody cannot manage alone.
    Care {
        Complete = "complete" "生活完全不能自理",
        Mostly = "mostly" "生活大部分不能自理",
        Partly = "partly" "生活部分不能自理",
    }
);

one_of!(
    /// Who pays the monthly allowance.
    Payer {
        Fund = "fund" "工伤保险基金",
        Employer = "employer" "用人单位（难以安排工作时）",
    }
);

/// What the benefits are worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Grade of disability.
    #[schemars(title = "伤残等级", description = "一至十级填 1—10")]
    pub grade: Count,
    /// Mean contribution wage of the twelve months before, yuan.
    #[schemars(title = "本人工资", description = "前 12 个月平均月缴费工资", extend("x-unit" = "元"))]
    pub own_wage: Option<Number>,
    /// Mean monthly wage of the pool in the year before, yuan.
    #[schemars(title = "统筹地区上年度职工月平均工资", description = "核对本人工资上下限和算护理费用", extend("x-unit" = "元"))]
    pub local_wage: Option<Number>,
    /// Care that was recognised.
    #[schemars(title = "护理依赖", description = "没有不填")]
    pub care: Option<Care>,
    /// A worker of grades 5 to 10 whose employment ends.
    #[schemars(title = "解除或终止劳动关系", description = "五至十级")]
    pub leaves: Option<bool>,
    /// Whether the worker was insured; without it, yes.
    #[schemars(title = "已参加工伤保险", description = "不填视为已参保")]
    pub insured: Option<bool>,
}

/// The benefits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Own wage within its bounds, yuan.
    #[schemars(title = "计算用本人工资", extend("x-unit" = "元"))]
    pub own_wage: Number,
    /// Months of own wage.
    #[schemars(title = "一次性伤残补助金月数", extend("x-unit" = "月"))]
    pub months: Number,
    /// Yuan, once.
    #[schemars(title = "一次性伤残补助金", extend("x-unit" = "元"))]
    pub lump_sum: Number,
    /// Yuan a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "伤残津贴", extend("x-unit" = "元/月"))]
    pub allowance: Option<Number>,
    /// Who pays it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "伤残津贴支付方")]
    pub allowance_payer: Option<Payer>,
    /// Yuan a month.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "生活护理费", extend("x-unit" = "元/月"))]
    pub care: Option<Number>,
    /// On leaving, from the fund, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "一次性工伤医疗补助金", extend("x-unit" = "元"))]
    pub leaving_medical: Option<Number>,
    /// On leaving, from the employer, yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "一次性伤残就业补助金", extend("x-unit" = "元"))]
    pub leaving_employment: Option<Number>,
}

/// The benefits of a grade given on the day.
///
/// # Errors
/// `invalid` for a grade outside 1 to 10 and leaving pay of grades 1 to 4; `not_in_force` before 2004, and for leaving pay of a province
/// that is not known here; `missing` for a wage.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    if !(1..=10).contains(&input.grade.0) {
        return Err(Refusal::invalid("/grade", "伤残等级应为 1 到 10。"));
    }
    let grade = input.grade.0.to_string();
    let row = at.row(&GRADES, &[("grade", &grade)]).ok_or_else(|| not_yet(at))?;
    let mut steps = Vec::new();
    let local =
        input.local_wage.map(|local| wage(Some(local), "/local_wage", "统筹地区上年度职工月平均工资"));
    let local = local.transpose()?;
    let own = own_wage(at, wage(input.own_wage, "/own_wage", "本人工资")?, local, &mut steps)?;
    let hundred = Decimal::from(100);
    let months = row.decimal("months").unwrap_or_default();
    let lump_sum = yuan(own * months);
    steps.push(row.step(format!(
        "{grade} 级：一次性伤残补助金 = {} 元 × {months} 个月 = {lump_sum} 元",
        own.normalize()
    )));
    let allowance = row.decimal("allowance").map(|percent| {
        let allowance = yuan(own * percent / hundred);
        steps.push(row.step(format!(
            "伤残津贴 = {} 元 × {percent}% = 每月 {allowance} 元，不低于当地最低工资",
            own.normalize()
        )));
        allowance
    });
    let allowance_payer = Payer::ALL.iter().copied().find(|payer| payer.code() == row.get("payer"));
    let care = match input.care {
        None => None,
        Some(care) => {
            let local =
                local.ok_or_else(|| Refusal::missing("/local_wage", "统筹地区上年度职工月平均工资"))?;
            let name = match care {
                Care::Complete => "care_complete",
                Care::Mostly => "care_mostly",
                Care::Partly => "care_partly",
            };
            let (row, percent) = parameter(at, name)?;
            let amount = yuan(local * percent / hundred);
            steps.push(row.step(format!(
                "{}：护理费 = {} 元 × {percent}% = 每月 {amount} 元",
                care.label(),
                local.normalize()
            )));
            Some(amount)
        }
    };
    let mut answer = Answer {
        own_wage: yuan(own),
        months: months.into(),
        lump_sum,
        allowance,
        allowance_payer,
        care,
        leaving_medical: None,
        leaving_employment: None,
    };
    if input.leaves == Some(true) {
        if input.grade.0 < 5 {
            return Err(Refusal::invalid(
                "/leaves",
                "一至四级伤残保留劳动关系、退出工作岗位，没有解除劳动关系的补助金。",
            ));
        }
        let row = at.row(&LEAVING, &[("grade", &grade)]).ok_or_else(|| {
            Refusal::not_in_force(format!(
                "解除劳动关系的一次性补助金由省级政府规定，没有收录区划“{}”在 {} 的标准；请管理员在规则表 disability-leaving 中添加本地行。",
                at.region, at.on
            ))
        })?;
        let part = |column: &str| row.decimal(column).unwrap_or_default();
        let (medical, employment) = (yuan(own * part("medical")), yuan(own * part("employment")));
        steps.push(row.step(format!(
            "解除劳动关系：医疗补助金 {} 个月 {medical} 元（基金），就业补助金 {} 个月 {employment} 元（单位）",
            row.get("medical"),
            row.get("employment")
        )));
        answer.leaving_medical = Some(medical);
        answer.leaving_employment = Some(employment);
    }
    payer(input.insured, &mut steps);
    Ok(Outcome::new(answer, steps))
}
