//! Size classes of enterprises: 统计上大中小微型企业划分办法（2017）, 国统字〔2017〕213号, from 2017-12-28.
//!
//! A class needs **all** lower limits of its trade; an enterprise that misses one is one class down, and micro when it
//! misses one of the small class (note 1 of the table). Trades are those of GB/T 4754-2017.

use std::sync::OnceLock;

use thiserror::Error;

/// A size class, the largest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Size {
    /// 大型.
    Large,
    /// 中型.
    Medium,
    /// 小型.
    Small,
    /// 微型.
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
}

/// What the class is worked out from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// People working there.
    pub staff: Option<i64>,
    /// Revenue of the year, 分.
    pub revenue: Option<i64>,
    /// Assets at the end of the year, 分.
    pub assets: Option<i64>,
}

/// Why there is no class.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SizeError {
    /// The trade has no row: the table does not class it, or the code is too short to tell (59, 70).
    #[error("行业代码 {0} 无法对应划型标准，请填写到中类（3 位）")]
    Trade(String),
    /// A figure that the trade is classed by is missing.
    #[error("缺少{0}，无法划型")]
    Missing(&'static str),
}

struct Row {
    trade: &'static str,
    codes: Vec<&'static str>,
    indicator: &'static str,
    limits: [i64; 3],
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        include_str!("../tables/size-class-2017.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .skip(1)
            .filter_map(|line| match line.split('\t').collect::<Vec<_>>().as_slice() {
                [trade, codes, indicator, large, medium, small] => Some(Row {
                    trade,
                    codes: codes.split(' ').collect(),
                    indicator,
                    limits: [large.parse().ok()?, medium.parse().ok()?, small.parse().ok()?],
                }),
                _ => None,
            })
            .collect()
    })
}

/// The class of an enterprise of that division, group or class, and how it comes about.
pub fn classify(industry: &str, figures: Figures) -> Result<(Size, String), SizeError> {
    let digits = industry.trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    let own: Vec<&Row> =
        rows().iter().filter(|row| row.codes.iter().any(|code| digits.starts_with(code))).collect();
    let Some(first) = own.first() else { return Err(SizeError::Trade(industry.to_string())) };
    let mut size = Size::Large;
    let mut steps = Vec::new();
    for row in &own {
        let (label, value, unit, scale) = match row.indicator {
            "staff" => ("从业人数", figures.staff, "人", 1),
            "revenue" => ("营业收入", figures.revenue, "万元", 1_000_000),
            _ => ("资产总额", figures.assets, "万元", 1_000_000),
        };
        let value = value.ok_or(SizeError::Missing(label))?;
        let reached = row.limits.iter().position(|limit| value >= limit * scale);
        let class = [Size::Large, Size::Medium, Size::Small]
            .get(reached.unwrap_or(3))
            .copied()
            .unwrap_or(Size::Micro);
        let [large, medium, small] = row.limits;
        steps.push(format!(
            "{label} {} {unit}（下限：大型 {large}、中型 {medium}、小型 {small}）",
            value / scale
        ));
        size = size.max(class);
    }
    Ok((size, format!("国统字〔2017〕213号 {}：{}", first.trade, steps.join("；"))))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAN: i64 = 1_000_000;

    fn class(industry: &str, staff: i64, revenue: i64, assets: i64) -> Size {
        let figures =
            Figures { staff: Some(staff), revenue: Some(revenue * WAN), assets: Some(assets * WAN) };
        classify(industry, figures).unwrap().0
    }

    /// The limits of 工业: 1,000 people and 4 亿元, 300 and 2,000 万元, 20 and 300 万元.
    #[test]
    fn a_class_needs_all_of_its_lower_limits() {
        assert_eq!(class("29", 1000, 40_000, 0), Size::Large);
        assert_eq!(class("29", 1000, 39_999, 0), Size::Medium);
        assert_eq!(class("29", 299, 40_000, 0), Size::Small);
        assert_eq!(class("C2929", 20, 300, 0), Size::Small);
        assert_eq!(class("29", 19, 40_000, 0), Size::Micro);
        assert_eq!(class("47", 0, 6_000, 5_000), Size::Medium);
        assert_eq!(class("51", 200, 4_999, 0), Size::Small);
        assert_eq!(class("7010", 0, 1_000, 4_999), Size::Small);
    }

    #[test]
    fn what_is_missing_is_named() {
        let figures = Figures { staff: Some(30), ..Figures::default() };
        assert_eq!(classify("29", figures), Err(SizeError::Missing("营业收入")));
        assert_eq!(classify("70", figures), Err(SizeError::Trade("70".into())));
        assert_eq!(classify("53", figures), Err(SizeError::Trade("53".into())), "railways are not classed");
    }
}
