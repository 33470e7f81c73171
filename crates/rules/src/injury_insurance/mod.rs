//! Rate and premium of work-injury insurance, 工伤保险差别费率和浮动费率.
//!
//! - 2004-01-01 to 2015-09-30: 劳社部发〔2003〕29号, three classes by divisions of GB/T 4754-2002; the first class does not float.
//! - from 2015-10-01: 人社部发〔2015〕71号, eight classes by divisions of GB/T 4754-2011 (from 2017-10-01 also asked for by codes of 2017);
//!   the first class floats upwards only.
//! - Guangdong from 2021-05-01: rates of the province, of Shenzhen, Zhuhai and Shantou by period. What a city set for itself and is not
//!   known here is refused, with what to add.
//!
//! Premium = wages × base rate × float, rounded once to 0.01 yuan. Rates and floats in percent. Which float a city gives to which
//! record of accidents and claims is its own matter: the shipped scheme is Anjian's, and a city lays its own rows over it.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{At, Count, Number, Outcome, Refusal, Row, Step, law::day, law_table, one_of, rule, yuan};

law_table!(
    /// Class by division.
    CLASSES, "injury-insurance-class", "工伤保险行业风险类别", ["edition", "code"]
);

law_table!(
    /// Base rate by class and place.
    BASE, "injury-insurance-base", "工伤保险行业基准费率", ["class"]
);

law_table!(
    /// Allowed floats by class.
    FLOATS, "injury-insurance-float", "工伤保险费率浮动档次", ["class"]
);

law_table!(
    /// From which record which float is proposed.
    SCHEME, "injury-insurance-scheme", "工伤保险浮动费率建议方案", ["measure", "from"]
);

rule!(
    /// The rule `injury-insurance-rate`.
    RULE, "injury-insurance-rate", "工伤保险费率", "资金", "劳社部发[2003]29号、人社部发[2015]71号、广东省过渡办法",
    Input, compute, [&CLASSES, &BASE, &FLOATS, &SCHEME], "2025-01-01",
    r#"{"industry":"29","wages":"500000","float":120}"#
);

one_of!(
    /// An edition of the classification of industries.
    Edition {
        Of2002 = "2002" "GB/T 4754-2002",
        Of2011 = "2011" "GB/T 4754-2011",
        Of2017 = "2017" "GB/T 4754-2017",
    }
);

/// What the rate is worked out from.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Code of GB/T 4754; a section's letter before it is passed over.
    #[schemars(
        title = "行业代码",
        description = "国民经济行业大类两位；2017 版的 59 须填到中类三位（591 或 592—599）"
    )]
    pub industry: Option<String>,
    /// The edition of the code; without it the one of the day.
    #[schemars(
        title = "行业分类版本",
        description = "不填按日期：2015-10 以前 2002 版，2017-10 以前 2011 版，以后 2017 版"
    )]
    pub edition: Option<Edition>,
    /// The class, where it is known without a code.
    #[schemars(title = "风险类别", description = "社保核定的类别；填了就不看行业代码")]
    pub class: Option<Count>,
    /// Wages that the premium is charged on, yuan.
    #[schemars(title = "缴费工资总额", description = "所算期间的职工工资总额", extend("x-unit" = "元"))]
    pub wages: Option<Number>,
    /// Float in percent of the base rate; without it 100.
    #[schemars(title = "浮动档次", description = "为基准费率的百分之几；不填按 100", extend("x-unit" = "%"))]
    pub float: Option<Number>,
    /// A first premium: at the base rate.
    #[schemars(title = "初次缴费", description = "初次缴费按行业基准费率")]
    pub first_premium: Option<bool>,
    /// A temporary cut of the rates, percent.
    #[schemars(title = "阶段性下调", description = "国家或当地阶段性降低费率的幅度；没有不填", extend("x-unit" = "%"))]
    pub cut: Option<Number>,
    /// Paid by the fund since the last float, yuan.
    #[schemars(title = "基金支付", description = "上一浮动周期工伤保险基金支付额", extend("x-unit" = "元"))]
    pub claims: Option<Number>,
    /// Premiums paid since the last float, yuan.
    #[schemars(title = "已缴保费", description = "上一浮动周期缴纳的工伤保险费", extend("x-unit" = "元"))]
    pub premiums: Option<Number>,
    /// Recognised injuries since the last float.
    #[schemars(title = "工伤人数", description = "上一浮动周期认定工伤的人数", extend("x-unit" = "人"))]
    pub injured: Option<Count>,
    /// People insured.
    #[schemars(title = "参保人数", extend("x-unit" = "人"))]
    pub staff: Option<Count>,
    /// Deaths at work since the last float.
    #[schemars(title = "工亡人数", description = "上一浮动周期的工亡人数", extend("x-unit" = "人"))]
    pub deaths: Option<Count>,
}

/// The rate and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// Class of risk.
    #[schemars(title = "风险类别")]
    pub class: u32,
    /// Percent.
    #[schemars(title = "行业基准费率", extend("x-unit" = "%"))]
    pub base_rate: Number,
    /// Percent of the base rate.
    #[schemars(title = "浮动档次", extend("x-unit" = "%"))]
    pub float: Number,
    /// Percent of wages.
    #[schemars(title = "执行费率", extend("x-unit" = "%"))]
    pub rate: Number,
    /// Floats that the class may have.
    #[schemars(title = "允许的浮动档次", extend("x-unit" = "%"))]
    pub allowed: Vec<Number>,
    /// Yuan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "应缴保费", extend("x-unit" = "元"))]
    pub premium: Option<Number>,
    /// The float that the record proposes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(title = "建议浮动档次", extend("x-unit" = "%"))]
    pub proposed_float: Option<Number>,
}

/// The rate of a class or division at a place on a day, the premium on the wages, and the float that the record proposes.
///
/// # Errors
/// `not_in_force` before 2004 and where a city's rate is not known here; `unknown` for a code without a class; `ambiguous` where the code
/// is too short; `invalid` for a float that the class may not have.
pub fn compute(at: &At<'_>, input: &Input) -> Result<Outcome<Answer>, Refusal> {
    let mut steps = Vec::new();
    let class = match input.class {
        Some(Count(class)) => class,
        None => class_of(at, input, &mut steps)?,
    };
    let base = base_row(at, class, input.class.is_some(), &mut steps)?;
    let base_rate = base.decimal("rate").unwrap_or_default();
    let code = class.to_string();
    let floats = at
        .row(&FLOATS, &[("class", &code)])
        .ok_or_else(|| Refusal::not_in_force(format!("{} 没有{class}类行业的浮动档次。", at.on)))?;
    let allowed: Vec<Decimal> = floats.get("steps").split(' ').filter_map(|step| step.parse().ok()).collect();
    let hundred = Decimal::from(100);
    let float = match input.float {
        Some(float) => float.0,
        None => {
            steps.push(Step::plain("未填浮动档次，按 100% 计算"));
            hundred
        }
    };
    if !allowed.contains(&float) {
        return Err(Refusal::invalid(
            "/float",
            format!(
                "{class}类行业不能浮动到 {}%，{}规定的档次是 {}%。",
                float.normalize(),
                floats.get("source"),
                floats.get("steps").replace(' ', "%、")
            ),
        ));
    }
    if input.first_premium == Some(true) && float != hundred {
        return Err(Refusal::invalid("/float", "初次缴费按行业基准费率，浮动档次应为 100%。"));
    }
    steps.push(floats.step(format!(
        "{class}类行业可用档次 {}%，取 {}%",
        floats.get("steps").replace(' ', "%、"),
        float.normalize()
    )));
    let mut rate = base_rate * float / hundred;
    steps.push(Step::plain(format!(
        "执行费率 = {}% × {}% = {}%",
        base_rate.normalize(),
        float.normalize(),
        rate.normalize()
    )));
    if let Some(cut) = input.cut {
        let cut = cut.0;
        if cut < Decimal::ZERO || cut >= hundred {
            return Err(Refusal::invalid("/cut", "阶段性下调幅度应在 0 到 100 之间。"));
        }
        rate = rate * (hundred - cut) / hundred;
        steps.push(Step::plain(format!(
            "阶段性下调 {}%，执行费率 {}%（下调依据由填报人核对）",
            cut.normalize(),
            rate.normalize()
        )));
    }
    let premium = match input.wages {
        None => None,
        Some(wages) if wages.0 < Decimal::ZERO => {
            return Err(Refusal::invalid("/wages", "缴费工资总额不能为负。"));
        }
        Some(wages) => {
            let premium = yuan(wages.0 * rate / hundred);
            steps.push(Step::plain(format!(
                "保费 = {} 元 × {}% = {premium} 元",
                wages.0.normalize(),
                rate.normalize()
            )));
            Some(premium)
        }
    };
    let proposed_float = propose(at, input, &allowed, &mut steps)?;
    Ok(Outcome::new(
        Answer {
            class,
            base_rate: base_rate.into(),
            float: float.into(),
            rate: rate.into(),
            allowed: allowed.into_iter().map(Number).collect(),
            premium,
            proposed_float: proposed_float.map(Number),
        },
        steps,
    ))
}

/// The class of a division or group.
fn class_of(at: &At<'_>, input: &Input, steps: &mut Vec<Step>) -> Result<u32, Refusal> {
    let said =
        input.industry.as_deref().ok_or_else(|| Refusal::missing("/industry", "行业代码（或风险类别）"))?;
    let code = said.trim().trim_start_matches(|sign: char| sign.is_ascii_alphabetic());
    let edition = input.edition.unwrap_or(match at.on {
        on if on < day(2015, 10, 1) => Edition::Of2002,
        on if on < day(2017, 10, 1) => Edition::Of2011,
        _ => Edition::Of2017,
    });
    let rows: Vec<&Row> =
        at.rows(&CLASSES).into_iter().filter(|row| row.get("edition") == edition.code()).collect();
    if rows.is_empty() {
        return Err(not_yet(at));
    }
    let own = rows
        .iter()
        .filter(|row| code.len() >= 2 && code.starts_with(row.get("code")))
        .max_by_key(|row| row.get("code").len());
    let Some(row) = own else {
        let within: Vec<&&Row> =
            rows.iter().filter(|row| code.len() >= 2 && row.get("code").starts_with(code)).collect();
        return Err(if within.is_empty() {
            Refusal::unknown("/industry", format!("{}没有行业代码 {said}，请核对。", edition.label()))
        } else {
            Refusal::ambiguous(
                "/industry",
                format!("行业代码 {said} 下有不同的风险类别，请填写到中类（3 位）。"),
                within
                    .iter()
                    .map(|row| {
                        serde_json::json!({
                            "industry": row.get("code"),
                            "name": row.get("name"),
                            "class": row.get("class"),
                        })
                    })
                    .collect(),
            )
        });
    };
    let class = row.whole("class").and_then(|class| u32::try_from(class).ok()).ok_or_else(|| {
        Refusal::unknown(
            "/industry",
            format!(
                "{} {} 没有列入{}，由当地确定类别；请直接填写风险类别。",
                row.get("code"),
                row.get("name"),
                row.get("source")
            ),
        )
    })?;
    steps.push(row.step(format!(
        "{} {} {}：{class}类行业",
        edition.label(),
        row.get("code"),
        row.get("name")
    )));
    Ok(class)
}

fn not_yet(at: &At<'_>) -> Refusal {
    if at.on < day(2004, 1, 1) {
        Refusal::not_in_force(format!(
            "{} 工伤保险条例尚未施行（2004-01-01 起），没有国家的行业差别费率。",
            at.on
        ))
    } else {
        Refusal::invalid("/edition", format!("{} 不用这一版行业分类，请改选。", at.on))
    }
}

/// The base rate of the class at the place.
fn base_row<'a>(at: &At<'a>, class: u32, given: bool, steps: &mut Vec<Step>) -> Result<&'a Row, Refusal> {
    let code = class.to_string();
    let row = at.row(&BASE, &[("class", &code)]).ok_or_else(|| {
        if at.rows(&BASE).is_empty() {
            not_yet(at)
        } else {
            Refusal::invalid(if given { "/class" } else { "/industry" }, format!("当时没有{class}类行业。"))
        }
    })?;
    let Some(rate) = row.decimal("rate") else {
        let date =
            |day: Option<chrono::NaiveDate>| day.map_or_else(|| "今".to_string(), |day| day.to_string());
        return Err(Refusal::not_in_force(format!(
            "区划 {} 自 {} 至 {} 的行业基准费率：{}。请管理员凭当地文件在规则表 injury-insurance-base 中添加本地行：class={class}、rate=费率、region={}、source=文号、valid_from、valid_to。",
            row.get("region"),
            date(row.from),
            date(row.to),
            row.get("note"),
            row.get("region")
        )));
    };
    let place = if row.get("region").is_empty() { "国家" } else { "当地" };
    steps.push(row.step(format!("{class}类行业{place}基准费率 {}%", rate.normalize())));
    if row.get("region").is_empty() && !at.region.is_empty() {
        steps.push(Step::plain(format!(
            "没有收录区划 {} 当时的本地费率，按国家基准费率计算；当地另有规定的由管理员添加本地行",
            at.region
        )));
    }
    Ok(row)
}

/// The float that claims and accidents propose: of the measures that are given the highest, within what the class may have.
fn propose(
    at: &At<'_>,
    input: &Input,
    allowed: &[Decimal],
    steps: &mut Vec<Step>,
) -> Result<Option<Decimal>, Refusal> {
    let percent = |part: Decimal, whole: Decimal| part * Decimal::from(100) / whole;
    let positive = |value: Option<Number>, pointer: &str, label: &str| match value {
        Some(value) if value.0 < Decimal::ZERO => {
            Err(Refusal::invalid(pointer, format!("{label}不能为负。")))
        }
        value => Ok(value.map(|value| value.0)),
    };
    let mut measures: Vec<(&str, &str, Decimal)> = Vec::new();
    if let Some(claims) = positive(input.claims, "/claims", "基金支付")? {
        let premiums = positive(input.premiums, "/premiums", "已缴保费")?
            .filter(|premiums| !premiums.is_zero())
            .ok_or_else(|| Refusal::missing("/premiums", "已缴保费"))?;
        measures.push(("claims_ratio", "支缴率（%）", percent(claims, premiums)));
    }
    if let Some(Count(injured)) = input.injured {
        let staff = input
            .staff
            .map(|count| count.0)
            .filter(|staff| *staff > 0)
            .ok_or_else(|| Refusal::missing("/staff", "参保人数"))?;
        measures.push(("injury_rate", "工伤发生率（%）", percent(injured.into(), staff.into())));
    }
    if let Some(Count(deaths)) = input.deaths {
        measures.push(("deaths", "工亡人数", deaths.into()));
    }
    let scheme = at.rows(&SCHEME);
    let mut proposed: Option<Decimal> = None;
    for (measure, label, value) in measures {
        let mut own: Vec<&&Row> = scheme.iter().filter(|row| row.get("measure") == measure).collect();
        let narrowest = own.iter().map(|row| row.get("region").len()).max().unwrap_or_default();
        own.retain(|row| row.get("region").len() == narrowest);
        let row = own
            .into_iter()
            .filter(|row| row.decimal("from").is_some_and(|from| from <= value))
            .max_by_key(|row| row.decimal("from"));
        if let Some(row) = row {
            let float = row.decimal("float").unwrap_or_default();
            steps.push(row.step(format!("{label} {}，对应 {float}%", value.round_dp(4).normalize())));
            proposed = proposed.max(Some(float));
        }
    }
    let Some(wanted) = proposed else { return Ok(None) };
    let within = allowed.iter().copied().filter(|step| *step >= wanted).min();
    let within = within.or_else(|| allowed.iter().copied().max());
    if let Some(within) = within {
        steps.push(Step::plain(format!("各项取最高，并在允许档次之内：建议 {within}%")));
    }
    Ok(within)
}

#[cfg(test)]
mod tests;
