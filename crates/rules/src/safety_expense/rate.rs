//! What one business owes by the rates of the day.

use chrono::NaiveDate;
use rust_decimal::Decimal;

use super::{Business, DAY_2022, Input, Kind, Part, Slice, TABLE, document};
use crate::{At, Number, Refusal, Row, Step, law::day, yuan};

/// First day of 财企〔2006〕478号.
const DAY_2007: NaiveDate = day(2007, 1, 1);

/// What one business owes, before rounding.
pub(super) struct Owed {
    pub part: Part,
    pub slices: Vec<Slice>,
    pub low: Decimal,
    pub high: Decimal,
    pub floor: bool,
    pub by_revenue: bool,
}

/// The rows of a trade: those of the narrowest region that has any.
pub(super) fn rows<'a>(at: &At<'a>, pointer: &str, kind: Kind) -> Result<Vec<&'a Row>, Refusal> {
    let mut rows: Vec<_> = at.rows(&TABLE).into_iter().filter(|row| row.get("kind") == kind.code()).collect();
    let narrowest = rows.iter().map(|row| row.get("region").len()).max().unwrap_or_default();
    rows.retain(|row| row.get("region").len() == narrowest);
    if !rows.is_empty() {
        return Ok(rows);
    }
    let why = if at.on < DAY_2007 {
        "国家提取标准自 2007-01-01（财企[2006]478号）起才有，此前只有煤炭行业（财建[2004]119号，2004-05-21 起）"
    } else {
        "当时施行的办法没有规定这一行业"
    };
    Err(Refusal {
        pointer: format!("{pointer}/kind"),
        ..Refusal::not_in_force(format!(
            "{} {}：{why}。计划数和实际数照实登记，不计算应提数；省、市另有标准的，请管理员在规则表 safety-expense 中添加本地行。",
            at.on,
            kind.label()
        ))
    })
}

/// Percent of it.
pub(super) fn percent(amount: Decimal, rate: Decimal) -> Decimal {
    amount * rate / Decimal::from(100)
}

/// A figure that the trade is reckoned by.
pub(super) fn figure(value: Option<Number>, pointer: String, label: &str) -> Result<Decimal, Refusal> {
    let value = value.ok_or_else(|| Refusal::missing(pointer.as_str(), label))?.0;
    if value < Decimal::ZERO {
        return Err(Refusal::invalid(pointer, format!("{label}不能为负。")));
    }
    Ok(value)
}

pub(super) fn owe(
    at: &At<'_>,
    index: usize,
    business: &Business,
    steps: &mut Vec<Step>,
) -> Result<Owed, Refusal> {
    let pointer = format!("/businesses/{index}");
    let earlier = business.tendered_on.filter(|tendered| *tendered < DAY_2022 && DAY_2022 <= at.on);
    let then = At { on: earlier.unwrap_or(at.on), ..*at };
    let at = if business.kind.code().starts_with("construction_") { &then } else { at };
    let rows = rows(at, &pointer, business.kind)?;
    let label = business.kind.label();
    let Some(first) = rows.first() else {
        return Err(Refusal::unknown(pointer, "没有这一行业的标准。"));
    };
    match first.get("method") {
        "revenue" | "current_revenue" => {
            let name = if first.get("method") == "revenue" {
                "上一年度营业收入"
            } else {
                "本年度实际销售（营业）收入"
            };
            let base = figure(business.revenue, format!("{pointer}/revenue"), name)?;
            Ok(sliced(business.kind, &rows, base, steps))
        }
        "volume" => {
            let volume = figure(business.volume, format!("{pointer}/volume"), "有效库容")?;
            let million = Decimal::from(1_000_000);
            let extra = ((volume - million) / million).floor().max(Decimal::ZERO);
            let amount = (Decimal::from(50_000) + extra * Decimal::from(30_000)).min(Decimal::from(300_000));
            steps.push(first.step(format!(
                "{label}：库容 {} m³，超过 100 万立方米的整百万部分 {extra} 个，每年 {amount} 元",
                volume.normalize()
            )));
            Ok(flat(business.kind, volume, amount, amount, first))
        }
        "cost" => {
            let cost = figure(business.cost, format!("{pointer}/cost"), "工程造价")?;
            let rate = first.decimal("rate").unwrap_or_default();
            let amount = percent(cost, rate);
            steps.push(first.step(format!(
                "{label}：造价 {} 元 × {rate}% = {} 元",
                cost.normalize(),
                yuan(amount)
            )));
            Ok(flat(business.kind, cost, amount, amount, first))
        }
        _ => by_output(business, &pointer, &rows, steps),
    }
}

fn by_output(
    business: &Business,
    pointer: &str,
    rows: &[&Row],
    steps: &mut Vec<Step>,
) -> Result<Owed, Refusal> {
    let scaled = rows.iter().any(|row| !row.get("scale").is_empty());
    let scale = match (scaled, business.scale) {
        (true, None) => return Err(Refusal::missing(format!("{pointer}/scale"), "煤矿规模")),
        (true, Some(scale)) => scale.code(),
        (false, _) => "",
    };
    let row = rows.iter().find(|row| row.get("scale") == scale).ok_or_else(|| {
        Refusal::unknown(format!("{pointer}/scale"), "当时的标准没有这一规模，请改选大中型或小型。")
    })?;
    let output = figure(business.output, format!("{pointer}/output"), "产量")?;
    let rate = row.decimal("rate").unwrap_or_default();
    let top = row.decimal("rate_max").unwrap_or(rate);
    let unit = if business.kind == Kind::Gas { "千立方米" } else { "吨" };
    let span = if top > rate { format!("{rate}—{top}") } else { rate.to_string() };
    let result = if top > rate {
        format!("{}—{}", yuan(output * rate), yuan(output * top))
    } else {
        yuan(output * rate).to_string()
    };
    let least = if row.get("floor") == "1" { "不低于 " } else { "" };
    steps.push(row.step(format!(
        "{}：{} {unit} × 每{unit} {least}{span} 元 = {least}{result} 元",
        business.kind.label(),
        output.normalize()
    )));
    Ok(flat(business.kind, output, output * rate, output * top, row))
}

fn flat(kind: Kind, base: Decimal, low: Decimal, high: Decimal, row: &Row) -> Owed {
    Owed {
        part: Part { kind, base: base.into(), due: yuan(low) },
        slices: Vec::new(),
        low,
        high,
        floor: row.get("floor") == "1",
        by_revenue: false,
    }
}

/// Revenue in slices, each above its lower and up to its upper bound, at its own rate.
pub(super) fn sliced(kind: Kind, rows: &[&Row], base: Decimal, steps: &mut Vec<Step>) -> Owed {
    let wan = Decimal::from(10_000);
    let mut slices = Vec::new();
    let mut total = Decimal::ZERO;
    for row in rows {
        let above = row.decimal("above").unwrap_or_default();
        let top = row.decimal("to");
        let within = top.map_or(base, |top| base.min(top * wan)) - above * wan;
        if within <= Decimal::ZERO && !(base.is_zero() && above.is_zero()) {
            continue;
        }
        let rate = row.decimal("rate").unwrap_or_default();
        let amount = percent(within, rate);
        total += amount;
        let slice = match (above.is_zero(), top) {
            (true, None) => "收入".to_string(),
            (true, Some(top)) => format!("不超过 {top} 万元的部分"),
            (false, Some(top)) => format!("超过 {above} 万元至 {top} 万元的部分"),
            (false, None) => format!("超过 {above} 万元的部分"),
        };
        let label = kind.label();
        steps.push(row.step(format!(
            "{label}：{slice} {} 元 × {rate}% = {} 元",
            within.normalize(),
            yuan(amount)
        )));
        slices.push(Slice { kind, revenue: within.into(), rate: rate.into(), amount: yuan(amount) });
    }
    Owed {
        part: Part { kind, base: base.into(), due: yuan(total) },
        slices,
        low: total,
        high: total,
        floor: false,
        by_revenue: true,
    }
}

/// Businesses whose revenue is not kept apart: the rates of the one with most revenue, over the whole.
pub(super) fn undivided(at: &At<'_>, input: &Input, steps: &mut Vec<Step>) -> Result<Owed, Refusal> {
    let mut sum = Decimal::ZERO;
    let mut main: Option<(Decimal, Kind, Vec<&Row>)> = None;
    for (index, business) in input.businesses.iter().enumerate() {
        let pointer = format!("/businesses/{index}");
        let rows = rows(at, &pointer, business.kind)?;
        if rows.iter().any(|row| !row.get("method").ends_with("revenue")) {
            return Err(Refusal::invalid(
                format!("{pointer}/kind"),
                "该业务不以营业收入为依据，应单独计提，不能并入合计收入。",
            ));
        }
        let revenue = figure(business.revenue, format!("{pointer}/revenue"), "营业收入")?;
        sum += revenue;
        if main.as_ref().is_none_or(|(most, ..)| revenue > *most) {
            main = Some((revenue, business.kind, rows));
        }
    }
    let Some((_, kind, rows)) = main else { return Err(Refusal::missing("/businesses", "业务")) };
    steps.push(Step {
        certainty: Some(crate::Certainty::Memory),
        ..Step::clause(
            document(at),
            format!(
                "不能分别核算：各项收入合计 {} 元，按收入占比最高的{}的标准计提",
                sum.normalize(),
                kind.label()
            ),
        )
    });
    Ok(sliced(kind, &rows, sum, steps))
}
