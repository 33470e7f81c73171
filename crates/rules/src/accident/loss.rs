//! Economic loss of an accident, 伤亡事故经济损失: GB 6721-1986 (from 1987-05-01; GB/T since its becoming recommended).
//!
//! Direct loss is (A) what casualties cost, (B) the aftermath, (C) property; indirect loss what else follows. Total E = Ed + Ei. The value of
//! lost work is lost days × last year's tax and profit / (average staff × statutory workdays). Amounts in yuan.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Certainty, Number, Outcome, Refusal, Step, law_table, rule, yuan};

law_table!(
    /// The items, and on which side they are.
    ITEMS, "accident-loss", "事故经济损失项目", ["item"]
);

rule!(
    /// The rule `accident-loss`.
    RULE, "accident-loss", "事故经济损失", "事故", "GB/T 6721-1986",
    Input, compute, [&ITEMS], "2025-03-01",
    r#"{"medical":"120000","funeral_pension":"1090420","fixed_assets":"50000","stoppage":"300000"}"#
);

/// The items of loss, yuan, and what the value of lost work is worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// A.
    #[schemars(title = "医疗费用（含护理费用）", extend("x-unit" = "元"))]
    pub medical: Option<Number>,
    /// A.
    #[schemars(title = "丧葬及抚恤费用", extend("x-unit" = "元"))]
    pub funeral_pension: Option<Number>,
    /// A.
    #[schemars(title = "补助及救济费用", extend("x-unit" = "元"))]
    pub relief: Option<Number>,
    /// A.
    #[schemars(title = "歇工工资", extend("x-unit" = "元"))]
    pub wages: Option<Number>,
    /// B.
    #[schemars(title = "处理事故的事务性费用", extend("x-unit" = "元"))]
    pub administration: Option<Number>,
    /// B.
    #[schemars(title = "现场抢救费用", extend("x-unit" = "元"))]
    pub rescue: Option<Number>,
    /// B.
    #[schemars(title = "清理现场费用", extend("x-unit" = "元"))]
    pub clearing: Option<Number>,
    /// B.
    #[schemars(title = "事故罚款和赔偿费用", extend("x-unit" = "元"))]
    pub fines: Option<Number>,
    /// C.
    #[schemars(title = "固定资产损失", extend("x-unit" = "元"))]
    pub fixed_assets: Option<Number>,
    /// C.
    #[schemars(title = "流动资产损失", extend("x-unit" = "元"))]
    pub current_assets: Option<Number>,
    /// Indirect.
    #[schemars(title = "停产、减产损失", extend("x-unit" = "元"))]
    pub stoppage: Option<Number>,
    /// Indirect; without it from the four figures below.
    #[schemars(title = "工作损失价值", description = "不填按下面四项计算", extend("x-unit" = "元"))]
    pub work_loss: Option<Number>,
    /// Indirect.
    #[schemars(title = "资源损失", extend("x-unit" = "元"))]
    pub resources: Option<Number>,
    /// Indirect.
    #[schemars(title = "处理环境污染的费用", extend("x-unit" = "元"))]
    pub pollution: Option<Number>,
    /// Indirect.
    #[schemars(title = "补充新职工的培训费用", extend("x-unit" = "元"))]
    pub training: Option<Number>,
    /// Indirect.
    #[schemars(title = "其他间接损失", extend("x-unit" = "元"))]
    pub other: Option<Number>,
    /// Lost workdays; 6000 for a death.
    #[schemars(title = "总损失工作日", description = "死亡一人按 6000 日", extend("x-unit" = "日"))]
    pub lost_days: Option<Number>,
    /// Last year's tax and profit, yuan.
    #[schemars(title = "上年税利", description = "企业上年税金加利润", extend("x-unit" = "元"))]
    pub tax_and_profit: Option<Number>,
    /// Last year's average staff.
    #[schemars(title = "上年平均职工人数", extend("x-unit" = "人"))]
    pub staff: Option<Number>,
    /// Statutory workdays of last year.
    #[schemars(title = "上年法定工作日数", extend("x-unit" = "日"))]
    pub workdays: Option<Number>,
}

/// The losses, yuan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Ed.
    #[schemars(title = "直接经济损失", extend("x-unit" = "元"))]
    pub direct: Number,
    /// Ei.
    #[schemars(title = "间接经济损失", extend("x-unit" = "元"))]
    pub indirect: Number,
    /// E.
    #[schemars(title = "经济损失合计", extend("x-unit" = "元"))]
    pub total: Number,
    /// A.
    #[schemars(title = "人身伤亡后所支出的费用", extend("x-unit" = "元"))]
    pub casualties: Number,
    /// B.
    #[schemars(title = "善后处理费用", extend("x-unit" = "元"))]
    pub aftermath: Number,
    /// C.
    #[schemars(title = "财产损失价值", extend("x-unit" = "元"))]
    pub property: Number,
    /// Value of lost work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "工作损失价值", extend("x-unit" = "元"))]
    pub work_loss: Option<Number>,
}

/// Direct, indirect and total loss.
///
/// # Errors
/// `missing` without any item, and for a figure of the value of lost work when others are given; `invalid` for negative items and no staff
/// or workdays; `not_in_force` before 1987-05-01.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let rows = at.rows(&ITEMS);
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 尚无经济损失统计标准（1987-05-01 起）。", at.on)));
    }
    let mut steps = Vec::new();
    let work_loss = work_loss(input, &mut steps)?;
    let (mut sums, mut texts) = ([Decimal::ZERO; 4], [const { Vec::<String>::new() }; 4]);
    let mut any = false;
    for row in &rows {
        let value = match row.get("item") {
            "medical" => input.medical,
            "funeral_pension" => input.funeral_pension,
            "relief" => input.relief,
            "wages" => input.wages,
            "administration" => input.administration,
            "rescue" => input.rescue,
            "clearing" => input.clearing,
            "fines" => input.fines,
            "fixed_assets" => input.fixed_assets,
            "current_assets" => input.current_assets,
            "stoppage" => input.stoppage,
            "work_loss" => work_loss,
            "resources" => input.resources,
            "pollution" => input.pollution,
            "training" => input.training,
            "other" => input.other,
            _ => None,
        };
        let Some(value) = value else { continue };
        any = true;
        if value.0 < Decimal::ZERO {
            return Err(Refusal::invalid(
                format!("/{}", row.get("item")),
                format!("{}不能为负。", row.get("title")),
            ));
        }
        let part = ["A", "B", "C", "D"].iter().position(|part| *part == row.get("part")).unwrap_or(3);
        sums[part] += value.0;
        texts[part].push(format!("{} {value} 元", row.get("title")));
    }
    if !any {
        return Err(Refusal::missing("", "损失项目（至少一项）"));
    }
    let names = ["人身伤亡后所支出的费用", "善后处理费用", "财产损失价值", "间接经济损失"];
    for (part, name) in names.iter().enumerate() {
        let row = rows.iter().find(|row| row.get("part") == ["A", "B", "C", "D"][part]);
        if let Some(row) = row.filter(|_| !texts[part].is_empty()) {
            steps.push(row.step(format!("{name}：{} = {} 元", texts[part].join(" + "), yuan(sums[part]))));
        }
    }
    let direct = sums[0] + sums[1] + sums[2];
    steps.push(Step::plain(format!(
        "直接经济损失 {} 元 + 间接经济损失 {} 元 = {} 元",
        yuan(direct),
        yuan(sums[3]),
        yuan(direct + sums[3])
    )));
    Ok(Outcome::new(
        Answer {
            direct: yuan(direct),
            indirect: yuan(sums[3]),
            total: yuan(direct + sums[3]),
            casualties: yuan(sums[0]),
            aftermath: yuan(sums[1]),
            property: yuan(sums[2]),
            work_loss: work_loss.map(|value| yuan(value.0)),
        },
        steps,
    ))
}

/// The value of lost work: as given, or from its four figures.
fn work_loss(input: &Input, steps: &mut Vec<Step>) -> Result<Option<Number>, Refusal> {
    let figures = [
        (input.lost_days, "/lost_days", "总损失工作日"),
        (input.tax_and_profit, "/tax_and_profit", "上年税利"),
        (input.staff, "/staff", "上年平均职工人数"),
        (input.workdays, "/workdays", "上年法定工作日数"),
    ];
    if input.work_loss.is_some() || figures.iter().all(|(figure, ..)| figure.is_none()) {
        return Ok(input.work_loss);
    }
    let mut values = [Decimal::ZERO; 4];
    for (index, (figure, pointer, label)) in figures.into_iter().enumerate() {
        let value = figure.ok_or_else(|| Refusal::missing(pointer, label))?.0;
        if value < Decimal::ZERO || (index >= 2 && value.is_zero()) {
            return Err(Refusal::invalid(pointer, format!("{label}应大于零。")));
        }
        values[index] = value;
    }
    let [days, profit, staff, workdays] = values;
    let value = days * profit / (staff * workdays);
    steps.push(Step {
        certainty: Some(Certainty::Memory),
        note: Some("公式凭记忆；另有资料以每日净产值计算".into()),
        ..Step::clause(
            "GB/T 6721-1986",
            format!(
                "工作损失价值 = {} 日 × {} 元 ÷（{} 人 × {} 日）= {} 元",
                days.normalize(),
                profit.normalize(),
                staff.normalize(),
                workdays.normalize(),
                yuan(value)
            ),
        )
    });
    Ok(Some(value.into()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn ask(input: Value) -> Result<Value, Refusal> {
        (RULE.run)(&At::nation("2020-01-01".parse().unwrap()), input).map(|outcome| outcome.value)
    }

    #[test]
    fn direct_and_indirect_loss_are_told_apart() {
        let value = ask(json!({
            "medical": "100.10", "funeral_pension": 200, "relief": 10, "wages": 5, "administration": 1, "rescue": 2, "clearing": 3,
            "fines": 4, "fixed_assets": 1000, "current_assets": 500, "stoppage": 70, "resources": 8, "pollution": 9, "training": 6, "other": 7,
        }))
        .unwrap();
        for (field, amount) in [
            ("casualties", "315.1"),
            ("aftermath", "10"),
            ("property", "1500"),
            ("direct", "1825.1"),
            ("indirect", "100"),
            ("total", "1925.1"),
        ] {
            assert_eq!(value[field], amount, "{field}");
        }
    }

    /// A death: 6000 days × 500 万元 / (200 people × 250 days) = 60 万元.
    #[test]
    fn the_value_of_lost_work_is_worked_out() {
        let figures = json!({"lost_days": 6000, "tax_and_profit": 5_000_000, "staff": 200, "workdays": 250});
        let value = ask(figures.clone()).unwrap();
        assert_eq!(
            (value["work_loss"].as_str(), value["indirect"].as_str()),
            (Some("600000"), Some("600000"))
        );
        let mut none = figures;
        none["staff"] = json!(0);
        assert_eq!(ask(none).unwrap_err().pointer, "/staff");
        assert_eq!(ask(json!({"lost_days": 1})).unwrap_err().pointer, "/tax_and_profit");
        assert_eq!(ask(json!({"medical": -1})).unwrap_err().pointer, "/medical");
        assert_eq!(ask(json!({})).unwrap_err().code, "missing");
    }
}
