//! Whether accrual pauses, and whether what was due was set aside and used.

use rust_decimal::Decimal;

use super::{
    Answer, Input, LIMITS,
    rate::{figure, percent},
};
use crate::{At, Refusal, Step, yuan};

/// Pause (2022: balance of three times last year's amount) and putting off (before: balance by size of enterprise and last year's revenue).
pub(super) fn balance(
    at: &At<'_>,
    input: &Input,
    answer: &mut Answer,
    steps: &mut Vec<Step>,
) -> Result<(), Refusal> {
    let Some(balance) = input.balance else { return Ok(()) };
    let balance = figure(Some(balance), "/balance".into(), "结余")?;
    let rows: Vec<_> = at.rows(&LIMITS).into_iter().filter(|row| row.get("rule") == "pause").collect();
    if let Some(row) = rows.iter().find(|row| row.get("measure") == "due") {
        let last = figure(input.last_year_due, "/last_year_due".into(), "上一年应计提金额")?;
        let limit = row.decimal("limit").unwrap_or_default();
        let paused = last > Decimal::ZERO && balance >= last * limit;
        let (sign, so) = if paused { ("≥", "自当月起暂停提取") } else { ("<", "照常提取") };
        steps.push(row.step(format!(
            "月初结余 {} 元 {sign} 上一年应计提 {} 元 × {limit} 倍 = {} 元，{so}",
            balance.normalize(),
            last.normalize(),
            yuan(last * limit)
        )));
        answer.paused = Some(paused);
        if paused {
            answer.to_accrue = yuan(Decimal::ZERO);
        }
    } else if !rows.is_empty() {
        let size = input.size.ok_or_else(|| Refusal::missing("/size", "企业规模"))?;
        let row = rows
            .iter()
            .find(|row| row.get("size") == size.code())
            .ok_or_else(|| Refusal::unknown("/size", "当时的划型没有这一规模，请改选大型、中型或小型。"))?;
        let revenue = match input.last_year_revenue {
            Some(revenue) => figure(Some(revenue), "/last_year_revenue".into(), "上年度营业收入")?,
            None if input.first_year != Some(true)
                && row.get("source").contains("2012")
                && input.businesses.iter().all(|business| business.revenue.is_some()) =>
            {
                input.businesses.iter().filter_map(|business| business.revenue).map(|revenue| revenue.0).sum()
            }
            None => return Err(Refusal::missing("/last_year_revenue", "上年度营业收入")),
        };
        let limit = row.decimal("limit").unwrap_or_default();
        let may = revenue > Decimal::ZERO && balance >= percent(revenue, limit);
        let (sign, so) = if may { ("≥", "经同意可以缓提或少提") } else { ("<", "不能缓提") };
        steps.push(row.step(format!(
            "{}企业上年末结余 {} 元 {sign} 上年度营业收入 {} 元 × {limit}% = {} 元，{so}",
            size.label(),
            balance.normalize(),
            revenue.normalize(),
            yuan(percent(revenue, limit))
        )));
        answer.may_defer = Some(may);
    }
    Ok(())
}

/// Set aside and used against what is due in the period.
pub(super) fn use_of_it(
    at: &At<'_>,
    input: &Input,
    answer: &mut Answer,
    steps: &mut Vec<Step>,
) -> Result<(), Refusal> {
    if let Some(accrued) = input.accrued {
        let accrued = figure(Some(accrued), "/accrued".into(), "实际提取")?;
        let short = (answer.to_accrue.0 - accrued).max(Decimal::ZERO);
        answer.shortfall = Some(yuan(short));
        steps.push(Step::plain(format!(
            "应提 {} 元，已提 {} 元，{}",
            answer.to_accrue,
            accrued.normalize(),
            if short.is_zero() {
                "已提足".to_string()
            } else {
                format!("少提 {} 元，应补提", yuan(short))
            }
        )));
    }
    if let Some(used) = input.used {
        let used = figure(Some(used), "/used".into(), "实际使用")?;
        if answer.due.0 > Decimal::ZERO {
            let share = used * Decimal::from(100) / answer.due.0;
            answer.used_percent = Some(share.round_dp(2).normalize().into());
            let text = format!(
                "实际使用 {} 元，为应提 {} 元的 {}%",
                used.normalize(),
                answer.due,
                share.round_dp(2).normalize()
            );
            let limit = at.rows(&LIMITS).into_iter().find(|row| row.get("rule") == "use");
            steps.push(match limit {
                Some(row) => {
                    let least = row.decimal("limit").unwrap_or_default();
                    answer.explain_use = Some(share < least);
                    let so = if share < least {
                        "，不足，须向监管部门书面说明"
                    } else {
                        "，不须说明"
                    };
                    row.step(format!("{text}，界限 {least}%{so}"))
                }
                None => Step::plain(text),
            });
        }
    }
    Ok(())
}
