//! Time limits of enforcement documents, 法定期限: rectification, seizure, hearing, payment, review, suit and the like (table `legal-limit`).
//!
//! The law of the day of service decides, so three months to sue before 2015-05-01 and six from then on; three days to ask for a hearing
//! until 2021-07-14 and five working days from 2021-07-15. The day of service is not counted; a month ends on the day of equal number, or on
//! the last day of a shorter month; where the party's last day is a day off, the limit ends on the next working day ([`crate::working_days`]).

use chrono::{Months, NaiveDate};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::{
    At, Outcome, Refusal, Step, choice, law_table, rule,
    working_days::{Calendar, HOLIDAY, say, shift},
};

law_table!(
    /// Limits by document.
    TABLE, "legal-limit", "执法文书法定期限", ["kind"]
);

rule!(
    /// The rule `legal-limit`.
    RULE, "legal-limit", "执法文书法定期限", "期限", "行政处罚法、行政强制法、行政复议法、行政诉讼法、安全生产法",
    Input, compute, [&TABLE, &HOLIDAY], "2026-02-12", r#"{"document":"hearing_request","served_on":"2026-02-12"}"#
);

fn documents(_: &mut SchemaGenerator) -> Schema {
    choice::schema(&TABLE, "kind", "name")
}

/// The question.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Which limit: code or Chinese name.
    #[serde(alias = "kind")]
    #[schemars(title = "事项", description = "文书或者权利的种类", schema_with = "documents")]
    pub document: String,
    /// The day from which it runs; the day asked for where it is left out.
    #[serde(alias = "from", alias = "served")]
    #[schemars(title = "送达日", description = "送达日或者起算日，当日不计入；不填为计算日")]
    pub served_on: Option<NaiveDate>,
    /// The length that the document itself states.
    #[serde(default, deserialize_with = "crate::number::optional_count")]
    #[schemars(title = "文书写明的天数", description = "文书另定期限的填写，单位同该事项", extend("x-unit" = "日"))]
    pub days: Option<u16>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Code of the limit.
    #[schemars(title = "事项代码")]
    pub document: String,
    /// Its Chinese name.
    #[schemars(title = "事项")]
    pub name: String,
    /// Who is bound: `enterprise` or `agency`.
    #[schemars(title = "受约束方")]
    pub actor: String,
    /// The day from which it runs, not counted.
    #[schemars(title = "起算日")]
    pub served_on: NaiveDate,
    /// `after` or `before` that day.
    #[schemars(title = "方向")]
    pub direction: String,
    /// How long.
    #[schemars(title = "期限")]
    pub amount: i64,
    /// `day`, `working_day` or `month`.
    #[schemars(title = "期限单位")]
    pub unit: String,
    /// The last day by count alone.
    #[schemars(title = "按期间计算的最后一日")]
    pub counted_to: NaiveDate,
    /// The last day, rolled over days off where the rule says so.
    #[schemars(title = "届满日")]
    pub ends_on: NaiveDate,
    /// Whether days off moved it.
    #[schemars(title = "是否顺延")]
    pub rolled: bool,
    /// False where the holidays of that year are not known yet, so that the end may still move.
    #[schemars(title = "是否已核对节假日")]
    pub certain: bool,
}

/// The day a limit ends.
///
/// # Errors
/// `unknown` document, with the list; `not_in_force` where it had no limit that day, or a year of working days is not known.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let served_on = input.served_on.unwrap_or(at.on);
    let at = At { on: served_on, ..*at };
    let rows = choice::rows(&at, &TABLE, ("kind", "name"), "/document", "期限事项", &input.document)?;
    let row = rows.first().ok_or_else(|| Refusal::missing("/document", "期限事项"))?;
    let stated = input.days.map(i64::from);
    if stated == Some(0) {
        return Err(Refusal::invalid("/days", "期限至少一日。"));
    }
    let amount = stated
        .or(row.whole("amount"))
        .ok_or_else(|| Refusal::invalid("/document", "期限表该行没有天数，请管理员核对。"))?;
    let before = row.get("direction") == "before";
    let signed = if before { -amount } else { amount };
    let calendar = Calendar::of(&at);
    let unit = row.get("unit");
    let (counted_to, unit_name) = match unit {
        "working_day" => (calendar.add(served_on, signed)?, "个工作日"),
        "month" => (months(served_on, signed)?, "个月"),
        _ => (shift(served_on, signed)?, "日"),
    };
    let mut steps = vec![row.step(format!(
        "{}：自{} {} 起{} {amount} {unit_name}{}",
        row.get("name"),
        row.get("starts_from"),
        say(served_on),
        if before { "往前" } else { "（当日不计）" },
        if stated.is_some() { "（文书写明）" } else { "" }
    ))];
    if unit == "working_day" {
        steps.extend(calendar.steps(served_on, counted_to));
    }
    steps.push(Step::plain(format!("按期间计算，最后一日为 {}", say(counted_to))));
    let (mut ends_on, mut certain) = (counted_to, true);
    if row.get("roll") == "next_working_day" {
        match calendar.on_or_after(counted_to) {
            Ok(day) => {
                if day != counted_to {
                    steps.extend(calendar.steps(counted_to, day));
                    steps.push(Step::clause(
                        "民事诉讼法（2023年修正）第八十五条、民法典第二百零三条（最后一日是法定休假日的，以休假日后的第一日为届满日）；行政复议法第八十八条",
                        format!("{} 是{}，顺延至 {}", say(counted_to), calendar.name(counted_to), say(day)),
                    ));
                }
                ends_on = day;
            }
            Err(refusal) => {
                certain = false;
                steps.push(Step::plain(format!("未能判断最后一日是否顺延：{}", refusal.message)));
            }
        }
    }
    let answer = Answer {
        document: row.get("kind").to_string(),
        name: row.get("name").to_string(),
        actor: row.get("actor").to_string(),
        served_on,
        direction: row.get("direction").to_string(),
        amount,
        unit: unit.to_string(),
        counted_to,
        ends_on,
        rolled: ends_on != counted_to,
        certain,
    };
    Ok(Outcome::new(answer, steps))
}

/// That many months later (earlier where negative): the day of equal number, or the last of a shorter month.
///
/// # Errors
/// `invalid` beyond the calendar.
pub fn months(day: NaiveDate, by: i64) -> Result<NaiveDate, Refusal> {
    let months = Months::new(u32::try_from(by.unsigned_abs()).unwrap_or(u32::MAX));
    let moved = if by < 0 { day.checked_sub_months(months) } else { day.checked_add_months(months) };
    moved.ok_or_else(|| Refusal::invalid("", "日期超出可计算的范围。"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn limit(document: &str, served: &str) -> Answer {
        let served_on: NaiveDate = served.parse().unwrap();
        let input = Input { document: document.into(), served_on: Some(served_on), days: None };
        compute(&At::nation("2026-01-01".parse().unwrap()), &input).unwrap().value
    }

    fn ends(document: &str, served: &str) -> String {
        limit(document, served).ends_on.to_string()
    }

    /// rules.md, version breaks: suit 3 → 6 months on 2015-05-01; hearing 3 → 5 days on 2021-07-15.
    #[test]
    fn the_law_of_the_day_of_service_decides() {
        assert_eq!(ends("lawsuit", "2015-04-30"), "2015-07-30");
        assert_eq!(ends("lawsuit", "2015-05-01"), "2015-11-02", "1 November 2015 is a Sunday");
        assert_eq!(ends("hearing_request", "2021-07-14"), "2021-07-19", "17 July 2021 is a Saturday");
        assert_eq!(ends("hearing_request", "2021-07-15"), "2021-07-22");
        assert_eq!(ends("seizure", "2011-12-31"), "2012-01-15");
        assert_eq!(ends("seizure", "2012-01-01"), "2012-01-31");
        assert_eq!(ends("seizure_extended", "2012-01-01"), "2012-03-01");
    }

    #[test]
    fn days_off_move_the_partys_last_day_only() {
        // 60 days from 4 August 2025 end on National Day
        let review = limit("administrative_review", "2025-08-04");
        assert_eq!(
            (review.counted_to.to_string(), review.ends_on.to_string()),
            ("2025-10-03".into(), "2025-10-09".into())
        );
        assert!(review.rolled);
        assert_eq!(ends("rectification", "2025-09-01"), "2025-10-01", "an order ends on its day");
        assert_eq!(ends("要求听证", "2026-02-12"), "2026-02-26");
    }

    /// 挂牌督办: deferral is asked for 15 working days before the term.
    #[test]
    fn a_deferral_is_due_fifteen_working_days_before_the_term() {
        assert_eq!(
            ends("listed_deferral", "2025-10-31"),
            "2025-10-11",
            "the make-up day of National Day counts"
        );
    }

    #[test]
    fn a_month_without_that_day_ends_with_its_last() {
        assert_eq!(limit("lawsuit", "2019-08-31").counted_to.to_string(), "2020-02-29");
    }

    #[test]
    fn an_end_in_a_year_not_known_is_given_with_a_warning() {
        let review = limit("administrative_review", "2026-11-25");
        assert_eq!(review.ends_on.to_string(), "2027-01-24");
        assert!(!review.certain);
        let input =
            Input { document: "plan_filing".into(), served_on: "2026-12-20".parse().ok(), days: None };
        let refusal = compute(&At::nation("2026-01-01".parse().unwrap()), &input).unwrap_err();
        assert!(refusal.message.contains("2027"));
    }

    #[test]
    fn what_is_unknown_or_not_yet_law_is_told_apart() {
        let at = At::nation("2006-01-01".parse().unwrap());
        let refused = |document: &str| {
            compute(&at, &Input { document: document.into(), ..Input::default() }).unwrap_err().code
        };
        assert_eq!(refused("demand_notice"), "not_in_force");
        assert_eq!(refused("no_such"), "unknown");
        assert_eq!(refused("行政处罚"), "ambiguous");
        assert_eq!(ends("责令限期整改指令书", "2025-09-01"), "2025-10-01");
        assert_eq!(refused(""), "missing");
    }

    proptest! {
        #[test]
        fn a_limit_never_ends_before_it_began(row in 0usize..40, offset in 0u64..7000) {
            let rows = &TABLE.rows().rows;
            let kind = rows[row % rows.len()].get("kind");
            let served_on = shift("2005-01-01".parse().unwrap(), offset as i64).unwrap();
            let input = Input { document: kind.into(), served_on: Some(served_on), days: None };
            if let Ok(outcome) = compute(&At::nation(served_on), &input) {
                let answer = outcome.value;
                prop_assert_eq!(answer.direction == "before", answer.ends_on < served_on);
                prop_assert!(answer.counted_to <= answer.ends_on);
            }
        }
    }
}
