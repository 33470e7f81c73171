//! Notices of listed supervision, 挂牌督办通知书: their number and the last day on which more time may be asked for.
//!
//! 国发〔2010〕23号 (from memory): major hidden dangers are listed tier by tier and made public. The number is written as those of enforcement
//! documents are: the area's short name in brackets, the agency's word, the year and a serial of that agency and year. The word changed from
//! 安监 to 应急 with the reform of 2018. More time is asked for 15 working days before the term (table `legal-limit`, `listed_deferral`).

use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    At, Outcome, Refusal, Step, law_table, legal_limit, rule,
    working_days::{HOLIDAY, say},
};

law_table!(
    /// The agency's word by day.
    TABLE, "danger-listing", "挂牌督办文号代字", []
);

rule!(
    /// The rule `danger-listing`.
    RULE, "danger-listing", "挂牌督办文号和延期申请期限", "隐患", "国发〔2010〕23号",
    Input, notice, [&TABLE, &legal_limit::TABLE, &HOLIDAY], "2026-03-02", r#"{"area":"澄海区","serial":3,"term":"2026-06-30"}"#
);

/// The notice.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Name of the division whose agency supervises.
    #[schemars(title = "督办机关所在地", description = "行政区划名称，如 澄海区、汕头市")]
    pub area: String,
    /// Serial of the agency in the year.
    #[serde(deserialize_with = "crate::number::count")]
    #[schemars(title = "顺序号", description = "本机关本年度的顺序号")]
    pub serial: u32,
    /// Until when the danger is to be put right.
    #[schemars(title = "整改期限", description = "不填则不计算延期申请的最后一日")]
    pub term: Option<NaiveDate>,
}

/// What the notice says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Notice {
    /// `（澄海）应急督办〔2026〕3号`.
    #[schemars(title = "文号")]
    pub document: String,
    /// Last day on which more time may be asked for.
    #[schemars(title = "申请延期的最后一日")]
    pub ask_by: Option<NaiveDate>,
}

/// A division's name without the word for its kind: 澄海 for 澄海区.
pub fn short_name(area: &str) -> &str {
    let area = area.trim();
    let kinds =
        ["自治区", "自治州", "自治县", "特别行政区", "地区", "省", "市", "区", "县", "街道", "镇", "乡"];
    let cut = kinds.iter().find_map(|kind| area.strip_suffix(kind)).unwrap_or(area);
    // 城区 and the like are named by all of their signs
    if cut.chars().count() < 2 { area } else { cut }
}

/// The number of a notice and the last day for asking for more time.
///
/// # Errors
/// `missing` without an area or a serial; `not_in_force` before 2004 and where the year's holidays are not in the table.
pub fn notice(at: &At<'_>, input: &Input) -> Result<Outcome<Notice>, Refusal> {
    if input.area.trim().is_empty() {
        return Err(Refusal::missing("/area", "督办机关所在地"));
    }
    if input.serial == 0 {
        return Err(Refusal::invalid("/serial", "顺序号从 1 开始。"));
    }
    let rows = at.rows(&TABLE);
    let Some(row) = rows.first() else {
        return Err(Refusal::not_in_force(format!("{} 尚无挂牌督办的规定。", at.on)));
    };
    let area = short_name(&input.area);
    let document = format!("（{area}）{}〔{}〕{}号", row.get("word"), at.on.year(), input.serial);
    let mut steps = vec![row.step(format!(
        "文号由地名简称“{area}”、机关代字“{}”、年份和本机关本年度的顺序号组成：{document}",
        row.get("word")
    ))];
    let ask_by = match input.term {
        None => None,
        Some(term) => {
            let limit = legal_limit::Input {
                document: "listed_deferral".into(),
                served_on: Some(term),
                ..legal_limit::Input::default()
            };
            let answer = legal_limit::compute(at, &limit)?;
            steps.extend(answer.explanation);
            let last = answer.value.ends_on;
            steps.push(Step::plain(format!("需要延期的，最迟 {} 提出申请", say(last))));
            Some(last)
        }
    };
    Ok(Outcome::new(Notice { document, ask_by }, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(on: &str, area: &str, term: Option<&str>) -> Notice {
        let input = Input { area: area.into(), serial: 3, term: term.map(|day| day.parse().unwrap()) };
        notice(&At::nation(on.parse().unwrap()), &input).unwrap().value
    }

    #[test]
    fn the_number_names_area_agency_year_and_serial() {
        assert_eq!(of("2026-03-02", "澄海区", None).document, "（澄海）应急督办〔2026〕3号");
        assert_eq!(of("2018-03-16", "汕头市", None).document, "（汕头）安监督办〔2018〕3号");
        assert_eq!(of("2005-06-01", "广东省", None).document, "（广东）安监督办〔2005〕3号");
        assert_eq!(short_name("城区"), "城区");
    }

    #[test]
    fn more_time_is_asked_for_fifteen_working_days_before_the_term() {
        // 2026-06-30, a Tuesday, back over the dragon boat holiday of 19 to 21 June
        let last = of("2026-03-02", "澄海区", Some("2026-06-30")).ask_by.unwrap();
        let calendar = crate::working_days::Calendar::of(&At::nation("2026-06-30".parse().unwrap()));
        assert_eq!(calendar.between(last, "2026-06-30".parse().unwrap()).unwrap(), 15);
        assert_eq!(last.to_string(), "2026-06-08");
    }

    #[test]
    fn a_serial_begins_with_one_and_an_area_is_needed() {
        let at = At::nation("2026-03-02".parse().unwrap());
        let refused = |area: &str, serial| {
            notice(&at, &Input { area: area.into(), serial, term: None }).unwrap_err().pointer
        };
        assert_eq!(refused("", 1), "/area");
        assert_eq!(refused("澄海区", 0), "/serial");
    }
}
