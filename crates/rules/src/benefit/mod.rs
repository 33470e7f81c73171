//! What work-injury insurance pays for a death or a disability, 工伤保险待遇: 工伤保险条例, 国务院令375号 (from 2004-01-01) and as amended
//! (from 2011-01-01).
//!
//! Own wage (本人工资) is the mean contribution wage of the twelve months before, kept within 60 to 300 % of the mean wage of the pool
//! (统筹地区). Amounts in yuan, rounded at the end.

pub mod death;
pub mod disability;

use rust_decimal::Decimal;

use crate::{At, Number, Refusal, Row, Step, law_table, yuan};

law_table!(
    /// Months, times and percentages of the regulation.
    PARAMETERS, "injury-benefit", "工伤保险待遇参数", ["name"]
);

/// The row and value of a parameter on the day.
fn parameter<'a>(at: &At<'a>, name: &str) -> Result<(&'a Row, Decimal), Refusal> {
    let row = at.row(&PARAMETERS, &[("name", name)]);
    row.and_then(|row| Some((row, row.decimal("value")?))).ok_or_else(|| not_yet(at))
}

fn not_yet(at: &At<'_>) -> Refusal {
    Refusal::not_in_force(format!("{} 工伤保险条例尚未施行（2004-01-01 起施行）。", at.on))
}

/// A wage: given and more than nothing.
fn wage(value: Option<Number>, pointer: &str, label: &str) -> Result<Decimal, Refusal> {
    let value = value.ok_or_else(|| Refusal::missing(pointer, label))?.0;
    if value <= Decimal::ZERO {
        return Err(Refusal::invalid(pointer, format!("{label}应大于零。")));
    }
    Ok(value)
}

/// Own wage within its bounds.
fn own_wage(
    at: &At<'_>,
    own: Decimal,
    local: Option<Decimal>,
    steps: &mut Vec<Step>,
) -> Result<Decimal, Refusal> {
    let Some(local) = local else {
        steps.push(Step::plain(format!(
            "本人工资 {} 元（没有填统筹地区平均工资，未核对 60%—300% 的上下限）",
            own.normalize()
        )));
        return Ok(own);
    };
    let hundred = Decimal::from(100);
    let (low_row, low) = parameter(at, "wage_floor")?;
    let (high_row, high) = parameter(at, "wage_ceiling")?;
    let (floor, ceiling) = (local * low / hundred, local * high / hundred);
    let bounds = format!("统筹地区平均工资 {} 元的 {low}%—{high}%", local.normalize());
    let kept = own.clamp(floor, ceiling);
    steps.push(if own < floor {
        low_row.step(format!("本人工资 {} 元低于{bounds}，按 {} 元", own.normalize(), yuan(kept)))
    } else if own > ceiling {
        high_row.step(format!("本人工资 {} 元高于{bounds}，按 {} 元", own.normalize(), yuan(kept)))
    } else {
        low_row.step(format!("本人工资 {} 元在{bounds}之内", own.normalize()))
    });
    Ok(kept)
}

/// Who pays where the enterprise has not insured.
fn payer(insured: Option<bool>, steps: &mut Vec<Step>) {
    if insured == Some(false) {
        steps.push(Step::clause(
            "工伤保险条例（2010年修订）第六十二条",
            "用人单位应当参保而未参保：以上待遇由用人单位按同样标准支付，并补缴保费、按日加收万分之五滞纳金",
        ));
    }
}

#[cfg(test)]
mod tests;
