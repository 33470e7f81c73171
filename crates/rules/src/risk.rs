//! Risk of a point of work, 安全风险分级: the method LEC ([`lec`]) and the matrix of likelihood and severity ([`matrix`]), to level and colour.
//!
//! No law fixes the numbers; both are published practice (red 重大, orange 较大, yellow 一般, blue 低). Texts differ on a value that lies exactly on
//! a bound of LEC, and on the zones of the matrix: both are inputs with defaults, and a city may lay its own rows over table `risk-level`.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Number, Outcome, Refusal, Row, Step, law_table, rule};

law_table!(
    /// Scores of LEC.
    SCORES, "lec-score", "LEC 法取值", ["factor", "level"]
);
law_table!(
    /// Levels and colours.
    LEVELS, "risk-level", "风险等级与颜色", ["method", "variant", "level"]
);

rule!(
    /// The rule `lec`.
    LEC_RULE, "lec", "作业条件危险性分析（LEC）", "风险", "LEC 法通用取值与分级",
    Factors, lec, [&SCORES, &LEVELS], "2026-01-01", r#"{"l":"3","e":"6","c":"15"}"#
);
rule!(
    /// The rule `risk-matrix`.
    MATRIX_RULE, "risk-matrix", "风险矩阵（LS）", "风险", "风险矩阵法通用分级、DB37/T 2882-2016",
    Cell, matrix, [&LEVELS], "2026-01-01", r#"{"likelihood":4,"severity":4}"#
);

/// Where a value on a bound belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OnBound {
    /// To the lower level: above 320 is extreme, 320 itself is not.
    #[default]
    #[schemars(title = "归入较低一级（大于界限才升级）")]
    Lower,
    /// To the higher level: 320 is extreme.
    #[schemars(title = "归入较高一级（达到界限即升级）")]
    Upper,
}

/// The factors.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Factors {
    /// Likelihood.
    #[serde(alias = "L")]
    #[schemars(title = "可能性 L", description = "10、6、3、1、0.5、0.2、0.1 之一")]
    pub l: Number,
    /// Exposure.
    #[serde(alias = "E")]
    #[schemars(title = "暴露频繁程度 E", description = "10、6、3、2、1、0.5 之一")]
    pub e: Number,
    /// Consequence.
    #[serde(alias = "C")]
    #[schemars(title = "后果 C", description = "100、40、15、7、3、1 之一")]
    pub c: Number,
    /// Where a value on a bound belongs.
    #[serde(default)]
    #[schemars(title = "恰在界限上时", description = "不填归入较低一级")]
    pub on_bound: OnBound,
    /// Own bounds, from the highest down.
    #[schemars(title = "自定界限", description = "四个数，由高到低；不填为 320、160、70、20")]
    pub bounds: Option<Vec<Number>>,
}

/// The risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Risk {
    /// D of LEC, R of the matrix.
    #[schemars(title = "风险值")]
    pub value: Number,
    /// extreme, high, marked, attention, accept; major, greater, general, low.
    #[schemars(title = "等级代码")]
    pub level: String,
    /// The same in Chinese.
    #[schemars(title = "等级")]
    pub level_name: String,
    /// red, orange, yellow, blue.
    #[schemars(title = "颜色代码")]
    pub colour: String,
    /// The same in Chinese.
    #[schemars(title = "颜色")]
    pub colour_name: String,
    /// 重大风险, 较大风险, 一般风险, 低风险.
    #[schemars(title = "风险级别")]
    pub risk: String,
    /// What to do.
    #[schemars(title = "处置要求")]
    pub action: String,
}

fn levels<'a>(at: &At<'a>, method: &str, variant: &str) -> Result<Vec<&'a Row>, Refusal> {
    let mut rows: Vec<&Row> = at
        .rows(&LEVELS)
        .into_iter()
        .filter(|row| row.get("method") == method && row.get("variant") == variant)
        .collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.decimal("lower")));
    if rows.is_empty() {
        return Err(Refusal::not_in_force(format!("{} 没有该方法的分级。", at.on)));
    }
    Ok(rows)
}

fn grade(
    rows: &[&Row],
    bounds: Option<&[Number]>,
    value: Decimal,
    open: bool,
    said: String,
) -> Result<Outcome<Risk>, Refusal> {
    if let Some(own) = bounds
        && (own.len() + 1 != rows.len() || own.windows(2).any(|pair| pair[0] <= pair[1]))
    {
        return Err(Refusal::invalid("/bounds", format!("应填 {} 个由高到低的界限。", rows.len() - 1)));
    }
    let lower = |at: usize| match bounds {
        Some(own) => own.get(at).map(|bound| bound.0),
        None => rows[at].decimal("lower").filter(|_| at + 1 < rows.len()),
    };
    let above = |bound: Decimal| if open { value > bound } else { value >= bound };
    // the lowest level has no bound below it
    let at = (0..rows.len()).find(|&at| lower(at).is_none_or(above)).unwrap_or(rows.len() - 1);
    let row = rows[at];
    let sign = if open { ">" } else { "≥" };
    let limit = match (lower(at), at.checked_sub(1).and_then(lower)) {
        (Some(low), Some(high)) => format!("{sign} {low} 且未到更高一级界限 {high}"),
        (Some(low), None) => format!("{sign} {low}"),
        (None, Some(high)) => format!("未到界限 {high}"),
        (None, None) => "唯一等级".to_string(),
    };
    let value = Number(value);
    let steps = vec![
        Step::plain(said),
        row.step(format!(
            "{value} {limit}：{}，{}（{}色），{}",
            row.get("level_name"),
            row.get("risk"),
            row.get("colour_name"),
            row.get("action")
        )),
    ];
    let risk = Risk {
        value,
        level: row.get("level").to_string(),
        level_name: row.get("level_name").to_string(),
        colour: row.get("colour").to_string(),
        colour_name: row.get("colour_name").to_string(),
        risk: row.get("risk").to_string(),
        action: row.get("action").to_string(),
    };
    Ok(Outcome::new(risk, steps))
}

/// D = L × E × C and its level.
///
/// # Errors
/// `invalid` for a score that is not listed, or bounds that do not fall.
pub fn lec(at: &At<'_>, input: &Factors) -> Result<Outcome<Risk>, Refusal> {
    let scores = at.rows(&SCORES);
    let mut steps = Vec::new();
    for (pointer, factor, score) in [("/l", "L", input.l), ("/e", "E", input.e), ("/c", "C", input.c)] {
        let own: Vec<&&Row> = scores.iter().filter(|row| row.get("factor") == factor).collect();
        let row = own.iter().find(|row| row.decimal("score") == Some(score.0)).ok_or_else(|| {
            let listed: Vec<&str> = own.iter().map(|row| row.get("score")).collect();
            Refusal::invalid(pointer, format!("{factor} 只能取 {}，没有 {score}。", listed.join("、")))
        })?;
        steps.push(row.step(format!("{factor} = {score}：{}", row.get("level"))));
    }
    let value = input.l.0 * input.e.0 * input.c.0;
    let said = format!("D = L × E × C = {} × {} × {} = {}", input.l, input.e, input.c, Number(value));
    let rows = levels(at, "lec", "")?;
    let mut outcome = grade(&rows, input.bounds.as_deref(), value, input.on_bound == OnBound::Lower, said)?;
    steps.append(&mut outcome.explanation);
    Ok(Outcome::new(outcome.value, steps))
}

/// Which division of the matrix.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// 20, 9, 4.
    #[default]
    #[serde(alias = "A")]
    #[schemars(title = "甲（红 20 以上，橙 9 至 16，黄 4 至 8）")]
    A,
    /// 20, 15, 9.
    #[serde(alias = "B")]
    #[schemars(title = "乙（红 20 以上，橙 15 至 16，黄 9 至 12）")]
    B,
}

/// A cell of the matrix.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// Likelihood, 1 to 5.
    #[serde(alias = "l", alias = "L")]
    #[schemars(title = "可能性 L", description = "1 至 5", range(min = 1, max = 5))]
    pub likelihood: Number,
    /// Severity, 1 to 5.
    #[serde(alias = "s", alias = "S")]
    #[schemars(title = "严重性 S", description = "1 至 5", range(min = 1, max = 5))]
    pub severity: Number,
    /// Which division.
    #[serde(default)]
    #[schemars(title = "分区", description = "不填为甲种分区")]
    pub variant: Variant,
    /// Own bounds, from the highest down.
    #[schemars(title = "自定界限", description = "三个数，由高到低，达到即升级；不填按所选分区")]
    pub bounds: Option<Vec<Number>>,
}

/// R = L × S and its level.
///
/// # Errors
/// `invalid` for a grade that is not 1 to 5, or bounds that do not fall.
pub fn matrix(at: &At<'_>, input: &Cell) -> Result<Outcome<Risk>, Refusal> {
    for (pointer, label, grade) in
        [("/likelihood", "可能性", input.likelihood), ("/severity", "严重性", input.severity)]
    {
        if !grade.0.is_integer() || grade.0 < Decimal::ONE || grade.0 > Decimal::from(5) {
            return Err(Refusal::invalid(pointer, format!("{label}应为 1 至 5 的整数，没有 {grade}。")));
        }
    }
    let variant = if input.variant == Variant::A { "a" } else { "b" };
    let value = input.likelihood.0 * input.severity.0;
    let said = format!("R = L × S = {} × {} = {}", input.likelihood, input.severity, Number(value));
    grade(&levels(at, "matrix", variant)?, input.bounds.as_deref(), value, false, said)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at() -> At<'static> {
        At::nation("2026-01-01".parse().unwrap())
    }

    fn number(text: &str) -> Number {
        Number(text.parse().unwrap())
    }

    fn factors(l: &str, e: &str, c: &str) -> Factors {
        Factors { l: number(l), e: number(e), c: number(c), on_bound: OnBound::Lower, bounds: None }
    }

    fn cell(likelihood: i64, severity: i64, variant: Variant) -> Cell {
        Cell { likelihood: likelihood.into(), severity: severity.into(), variant, bounds: None }
    }

    /// rules.md 13, vectors of LEC.
    #[test]
    fn the_vectors_of_lec() {
        for (l, e, c, d, colour) in [
            ("3", "6", "15", "270", "orange"),
            ("6", "6", "15", "540", "red"),
            ("1", "6", "15", "90", "yellow"),
            ("0.5", "3", "7", "10.5", "blue"),
        ] {
            let risk = lec(&at(), &factors(l, e, c)).unwrap().value;
            assert_eq!((risk.value.to_string(), risk.colour.as_str()), (d.to_string(), colour));
        }
        let refusal = lec(&at(), &factors("3", "6", "16")).unwrap_err();
        assert_eq!((refusal.code, refusal.pointer.as_str()), ("invalid", "/c"));
    }

    /// No listed scores reach 320 or 160 exactly, but 70 and 20 are.
    #[test]
    fn a_value_on_a_bound_belongs_where_the_input_says() {
        let on = |on_bound, l: &str, e: &str, c: &str| {
            lec(&at(), &Factors { on_bound, ..factors(l, e, c) }).unwrap().value.level
        };
        assert_eq!(on(OnBound::Lower, "1", "10", "7"), "attention");
        assert_eq!(on(OnBound::Upper, "1", "10", "7"), "marked");
        assert_eq!(on(OnBound::Lower, "0.5", "1", "40"), "accept");
        assert_eq!(on(OnBound::Upper, "0.5", "1", "40"), "attention");
        let own = Factors {
            bounds: Some(vec![400.into(), 250.into(), 100.into(), 50.into()]),
            ..factors("3", "6", "15")
        };
        assert_eq!(lec(&at(), &own).unwrap().value.colour, "orange");
        let rising =
            Factors { bounds: Some(vec![1.into(), 2.into(), 3.into(), 4.into()]), ..factors("3", "6", "15") };
        assert_eq!(lec(&at(), &rising).unwrap_err().pointer, "/bounds");
    }

    /// rules.md 13, vectors of the matrix.
    #[test]
    fn the_vectors_of_the_matrix() {
        for (l, s, a, b) in [
            (3, 4, "orange", "yellow"),
            (4, 4, "orange", "orange"),
            (5, 4, "red", "red"),
            (1, 3, "blue", "blue"),
            (2, 4, "yellow", "blue"),
        ] {
            assert_eq!(matrix(&at(), &cell(l, s, Variant::A)).unwrap().value.colour, a, "{l} {s}");
            assert_eq!(matrix(&at(), &cell(l, s, Variant::B)).unwrap().value.colour, b, "{l} {s}");
        }
        assert_eq!(matrix(&at(), &cell(6, 1, Variant::A)).unwrap_err().pointer, "/likelihood");
    }

    fn rank(colour: &str) -> usize {
        ["blue", "yellow", "orange", "red"].iter().position(|own| *own == colour).unwrap()
    }

    proptest! {
        #[test]
        fn more_likely_or_worse_is_never_a_lower_risk(l in 1i64..5, s in 1i64..=5, second in any::<bool>()) {
            let variant = if second { Variant::B } else { Variant::A };
            let colour = |l, s| rank(&matrix(&at(), &cell(l, s, variant)).unwrap().value.colour);
            prop_assert!(colour(l, s) <= colour(l + 1, s));
            prop_assert!(colour(s, l) <= colour(s, l + 1));
        }
    }
}
