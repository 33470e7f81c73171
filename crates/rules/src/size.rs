//! Size classes of enterprises, 企业规模: 国统字〔2003〕17号 (2003-05-22 to 2011-09-01: large, medium, small), 国统字〔2011〕75号 (to
//! 2017-12-27) and 国统字〔2017〕213号 (from 2017-12-28), the last two with micro enterprises.
//!
//! A class needs **all** lower limits of its trade; an enterprise that misses one is one class down, and micro when it
//! misses one of the small class (note 1 of the table). Staff in people; revenue and assets in yuan, the table's limits in 万元. Trades are
//! divisions and groups of GB/T 4754 in the edition of the time.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, Step, law_table, rule};

law_table!(
    /// Lower limits by trade and indicator.
    TABLE, "size-class", "企业规模划分标准", ["trade", "indicator"]
);

rule!(
    /// The rule `size-class`.
    RULE, "size-class", "企业规模划分", "企业身份", "国统字〔2003〕17号、国统字〔2011〕75号、国统字〔2017〕213号",
    Input, classify, [&TABLE], "2026-01-01", r#"{"industry":"29","staff":310,"revenue":"21000000"}"#
);

/// A size class, the largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(title = "企业规模")]
pub enum Size {
    /// 大型.
    #[schemars(title = "大型")]
    Large,
    /// 中型.
    #[schemars(title = "中型")]
    Medium,
    /// 小型.
    #[schemars(title = "小型")]
    Small,
    /// 微型.
    #[schemars(title = "微型")]
    Micro,
}

impl Size {
    /// The word in storage.
    pub const fn code(self) -> &'static str {
        match self {
            Size::Large => "large",
            Size::Medium => "medium",
            Size::Small => "small",
            Size::Micro => "micro",
        }
    }

    /// The Chinese name.
    pub const fn label(self) -> &'static str {
        match self {
            Size::Large => "大型",
            Size::Medium => "中型",
            Size::Small => "小型",
            Size::Micro => "微型",
        }
    }
}

/// What the class is worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Code of GB/T 4754 in the edition of the day; a section's letter before it is passed over.
    #[schemars(title = "行业代码", description = "国民经济行业分类代码：大类两位，59、70 等须填到中类三位")]
    pub industry: String,
    /// People working there.
    #[schemars(title = "从业人数", description = "年末从业人员", extend("x-unit" = "人"))]
    pub staff: Option<i64>,
    /// Revenue of the year, yuan.
    #[schemars(title = "营业收入", description = "上年营业收入", extend("x-unit" = "元"))]
    pub revenue: Option<Number>,
    /// Assets at the end of the year, yuan.
    #[schemars(title = "资产总额", description = "年末资产总额", extend("x-unit" = "元"))]
    pub assets: Option<Number>,
}

/// The class of an enterprise.
///
/// # Errors
/// `unknown` where the trade has no row or the code is too short to tell (59, 70); `missing` where a figure that the trade is
/// classed by is not there; `not_in_force` before 2003-05-22.
pub fn classify(at: &At<'_>, input: &Input) -> Result<Outcome<Size>, Refusal> {
    let digits = input.industry.trim().trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    let rows = at.rows(&TABLE);
    let Some(any) = rows.first() else {
        return Err(Refusal::not_in_force(format!("{} 尚无企业规模划分办法。", at.on)));
    };
    // 2003 knows no micro class: its limits of the small class are empty
    let lowest = if any.get("small").is_empty() { Size::Small } else { Size::Micro };
    let own: Vec<_> = rows
        .iter()
        .filter(|row| row.get("codes").split(' ').any(|code| !digits.is_empty() && digits.starts_with(code)))
        .collect();
    if own.is_empty() {
        return Err(Refusal::unknown(
            "/industry",
            format!("行业代码 {} 无法对应划型标准，请填写到中类（3 位）。", input.industry),
        ));
    }
    let mut size = Size::Large;
    let mut steps = Vec::new();
    for row in own {
        let (pointer, label, unit, scale, value) = match row.get("indicator") {
            "staff" => ("/staff", "从业人数", "人", Decimal::ONE, input.staff.map(Decimal::from)),
            "revenue" => {
                ("/revenue", "营业收入", "万元", Decimal::from(10_000), input.revenue.map(|value| value.0))
            }
            _ => ("/assets", "资产总额", "万元", Decimal::from(10_000), input.assets.map(|value| value.0)),
        };
        let value = value.ok_or_else(|| Refusal::missing(pointer, label))? / scale;
        if value < Decimal::ZERO {
            return Err(Refusal::invalid(pointer, format!("{label}不能为负。")));
        }
        let reached = [("large", Size::Large), ("medium", Size::Medium), ("small", Size::Small)]
            .into_iter()
            .find(|(column, _)| row.decimal(column).is_some_and(|limit| value >= limit))
            .map_or(lowest, |(_, class)| class);
        let limits: Vec<String> = [("large", "大型"), ("medium", "中型"), ("small", "小型")]
            .iter()
            .filter(|(column, _)| !row.get(column).is_empty())
            .map(|(column, label)| format!("{label} {}", row.get(column)))
            .collect();
        steps.push(row.step(format!(
            "{}：{label} {} {unit}，下限 {}，达到{}",
            row.get("trade"),
            value.normalize(),
            limits.join("、"),
            reached.label()
        )));
        size = size.max(reached);
    }
    steps.push(Step::plain(format!("各项指标须同时达到下限，取其中最低的一档：{}企业", size.label())));
    Ok(Outcome::new(size, steps))
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;

    fn on(year: i32) -> At<'static> {
        At::nation(NaiveDate::from_ymd_opt(year, 6, 1).unwrap())
    }

    fn class(year: i32, industry: &str, staff: i64, revenue: i64, assets: i64) -> Size {
        let input = Input {
            industry: industry.into(),
            staff: Some(staff),
            revenue: Some((revenue * 10_000).into()),
            assets: Some((assets * 10_000).into()),
        };
        classify(&on(year), &input).unwrap().value
    }

    /// The limits of 工业: 1,000 people and 4 亿元, 300 and 2,000 万元, 20 and 300 万元.
    #[test]
    fn a_class_needs_all_of_its_lower_limits() {
        assert_eq!(class(2026, "29", 1000, 40_000, 0), Size::Large);
        assert_eq!(class(2026, "29", 1000, 39_999, 0), Size::Medium);
        assert_eq!(class(2026, "29", 299, 50_000, 0), Size::Small);
        assert_eq!(class(2026, "C2929", 20, 300, 0), Size::Small);
        assert_eq!(class(2026, "29", 20, 299, 0), Size::Micro);
        assert_eq!(class(2026, "29", 19, 40_000, 0), Size::Micro);
        assert_eq!(class(2026, "47", 0, 6_000, 5_000), Size::Medium);
        assert_eq!(class(2026, "47", 0, 6_000, 4_999), Size::Small);
        assert_eq!(class(2026, "51", 200, 4_999, 0), Size::Small);
        assert_eq!(class(2026, "7010", 0, 1_000, 4_999), Size::Small);
    }

    /// The firm of a published dispute over its class: software, 103 people, 15,735 万元.
    #[test]
    fn a_disputed_software_firm_is_medium() {
        assert_eq!(class(2018, "65", 103, 15_735, 0), Size::Medium);
    }

    /// 国统字〔2003〕17号: 2,500 people, 3.5 亿元 of sales, 3.9 亿元 of assets miss one limit of the large class.
    #[test]
    fn the_class_of_2005_goes_by_the_table_of_2003() {
        assert_eq!(class(2005, "29", 2500, 35_000, 39_000), Size::Medium);
        assert_eq!(class(2005, "29", 10, 10, 10), Size::Small);
        assert_eq!(class(2005, "65", 500, 15_000, 0), Size::Large, "65 was retail in the edition of 2002");
    }

    #[test]
    fn what_is_missing_is_named() {
        let input = Input { industry: "29".into(), staff: Some(30), ..Input::default() };
        let refused = classify(&on(2026), &input).unwrap_err();
        assert_eq!((refused.code, refused.pointer.as_str()), ("missing", "/revenue"));
        for industry in ["70", "53", "", "C"] {
            let input = Input { industry: industry.into(), ..input.clone() };
            assert_eq!(classify(&on(2026), &input).unwrap_err().code, "unknown", "{industry}");
        }
        assert_eq!(classify(&on(2002), &input).unwrap_err().code, "not_in_force");
    }
}
