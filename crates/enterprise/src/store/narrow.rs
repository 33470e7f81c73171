//! The filters on what only the records know: no numbers are kept of these, so they are counted over the records.

use std::ops::RangeInclusive;

use chrono::NaiveDate;
use db::{Result, Sql, like};
use kernel::day_begins;
use rules::industry;
use web::Problem;

use super::Filter;
use crate::fields;

/// What can be missing: its code, its Chinese name and the condition.
pub const MISSING: &[(&str, &str, &str)] = &[
    ("credit_code", "统一社会信用代码", "coalesce(credit_code, '') = ''"),
    (
        "phone",
        "联系电话",
        "coalesce(legal_person_phone, '') = '' and coalesce(principal_phone, '') = '' and coalesce(safety_head_phone, '') = ''",
    ),
    ("officer", "责任监管员", "officer is null"),
    ("industry", "行业代码", "industry is null"),
    ("founded_on", "成立日期", "founded_on is null"),
    ("capital", "注册资本", "capital is null"),
    ("staff", "从业人数", "staff is null"),
    ("address", "实际经营地址", "coalesce(address, '') = ''"),
    ("principal", "主要负责人", "coalesce(principal, '') = ''"),
    ("safety_head", "安全负责人", "coalesce(safety_head, '') = ''"),
    ("department", "行业主管部门", "coalesce(department, '') = ''"),
    ("grid", "网格", "coalesce(grid, '') = ''"),
];

/// 万元 in 分.
const TEN_THOUSAND: i64 = 1_000_000;

/// The most that a number may be, so that what it is multiplied by still fits.
const NUMBERS: RangeInclusive<i64> = 0..=1_000_000_000_000;

impl Filter {
    /// Whether the filter asks for what no kept number knows and no index finds.
    pub fn narrows(&self) -> bool {
        self.narrowed().map_or(true, |own| !own.text().is_empty())
    }

    /// The conditions, each with ` and ` before it.
    ///
    /// # Errors
    /// 400 `filter.invalid` for a value that is none; the answer says which filter and how it is written.
    pub(super) fn narrowed(&self) -> Result<Sql, Problem> {
        let mut sql = Sql::new("");
        if let Some(text) = said(&self.industry) {
            sql = industries(sql.push(" and ("), text)?.push(")");
        }
        for (name, label, column, value) in [
            ("industry_basis", "行业来源", "coalesce(industry_basis, 'none')", &self.industry_basis),
            ("premises", "场所权属", "coalesce(premises, 'unknown')", &self.premises),
        ] {
            if let Some(text) = said(value) {
                let known: Vec<_> = fields::choices(name).iter().map(|(code, _)| *code).collect();
                sql = sql.push(" and ").within(column, values(label, text, &known)?);
            }
        }
        for (column, value) in [
            ("registration_type", &self.registration_type),
            ("department", &self.department),
            ("grid", &self.grid),
        ] {
            if let Some(text) = said(value) {
                sql = sql.push(&format!(" and {column} like ")).arg(like(text)).push(" escape '\\'");
            }
        }
        if let Some(text) = said(&self.missing) {
            let known: Vec<_> = MISSING.iter().map(|(code, ..)| *code).collect();
            let wanted = values("缺少的内容", text, &known)?;
            let any: Vec<_> = MISSING.iter().filter(|(code, ..)| wanted.contains(code)).collect();
            let any: Vec<_> = any.iter().map(|(_, _, condition)| format!("({condition})")).collect();
            sql = sql.push(&format!(" and ({})", any.join(" or ")));
        }
        let (from, to) = range("成立日期", &self.founded_from, &self.founded_to, day)?;
        sql = sql.and(" and founded_on >= ", from).and(" and founded_on <= ", to);
        let (from, to) = range("修改日期", &self.updated_from, &self.updated_to, day)?;
        sql = sql.and(" and updated_at >= ", from.map(day_begins));
        sql = sql.and(" and updated_at < ", to.and_then(|day| day.succ_opt()).map(day_begins));
        let (from, to) = range("从业人数", &self.staff_min, &self.staff_max, number)?;
        sql = sql.and(" and staff >= ", from).and(" and staff <= ", to);
        let (from, to) = range("注册资本", &self.capital_min, &self.capital_max, number)?;
        if from.is_some() || to.is_some() {
            // so many 万元 are no dollars
            sql = sql.push(" and coalesce(currency, 'CNY') = 'CNY'");
        }
        sql = sql.and(" and capital >= ", from.map(|own| own * TEN_THOUSAND));
        Ok(sql.and(" and capital <= ", to.map(|own| own * TEN_THOUSAND)))
    }
}

fn said(value: &Option<String>) -> Option<&str> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty())
}

fn wrong(name: &str, text: &str, how: &str) -> Problem {
    Problem::bad_request("filter.invalid", format!("筛选条件“{name}”不能是“{text}”，{how}"))
}

/// The values, all of them known ones.
fn values<'a>(name: &str, text: &'a str, known: &[&str]) -> Result<Vec<&'a str>, Problem> {
    let values: Vec<&str> = text.split(',').map(str::trim).collect();
    match values.iter().find(|value| !known.contains(*value)) {
        Some(unknown) => Err(wrong(name, unknown, &format!("可用：{}。", known.join("、")))),
        None => Ok(values),
    }
}

/// Appends the alternatives: codes begin with a division, a group or a class, or lie in a section.
fn industries(mut sql: Sql, text: &str) -> Result<Sql, Problem> {
    for (at, wanted) in text.split(',').map(str::trim).enumerate() {
        sql = sql.push(if at > 0 { " or " } else { "" });
        let of_section = industry::divisions().iter().filter(|own| own.section == wanted);
        let section: Vec<&str> = of_section.map(|own| own.code).collect();
        sql = if section.is_empty() {
            let digits = industry::code(wanted).ok_or_else(|| {
                wrong("行业", wanted, "应为 GB/T 4754-2017 的门类字母（如 C）或大类代码（如 29）。")
            })?;
            sql.push(&format!("substr(industry, 1, {}) = ", digits.len())).arg(digits)
        } else {
            sql.within("substr(industry, 1, 2)", section)
        };
    }
    Ok(sql)
}

/// Both ends of a range, either of which may be open.
fn range<T: PartialOrd>(
    name: &str,
    from: &Option<String>,
    to: &Option<String>,
    read: fn(&str, &str) -> Result<T, Problem>,
) -> Result<(Option<T>, Option<T>), Problem> {
    let end = |value| said(value).map(|text| read(name, text)).transpose();
    let (low, high) = (end(from)?, end(to)?);
    if let (Some(a), Some(b)) = (&low, &high)
        && a > b
    {
        let both = format!("{}—{}", said(from).unwrap_or_default(), said(to).unwrap_or_default());
        return Err(wrong(name, &both, "范围的起点不能大于终点。"));
    }
    Ok((low, high))
}

fn day(name: &str, text: &str) -> Result<NaiveDate, Problem> {
    text.parse().map_err(|_| wrong(name, text, "日期应写成 2019-03-01 这样的形式。"))
}

fn number(name: &str, text: &str) -> Result<i64, Problem> {
    let read = text.parse().ok().filter(|own| NUMBERS.contains(own));
    read.ok_or_else(|| wrong(name, text, "应为不小于 0 的整数。"))
}
