//! Public or non-public by registration code, capital and control: 国统字〔1998〕204号 (economic composition), with the registration types of
//! 国统字〔1998〕200号 (1998-08-28 to 2023-02-28, revised 2011), the statistical classes of 国统字〔2023〕14号 (from 2023-03-01) and the economic types of
//! GB/T 12402-2000.
//!
//! Types that name one owner decide alone. Others go by the controlling capital: public (state and collective) shares of half and
//! more, or control by a public owner, are public, else non-public. Where nothing is known a joint-stock cooperative counts as
//! public and everything else as non-public, and the basis says `assumed`. A heading (内资企业, 联营企业) does not say it; its types are asked
//! back. Without a code the text of the type, the name, the credit code and the currency decide ([`super::decide`]). Shares in per cent.

use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Basis, decide};
use crate::{At, Number, Outcome, Refusal, Row, Step, credit_code::CreditCode, law_table, rule};

law_table!(
    /// Codes of the four schemes.
    TABLE, "registration-type", "登记注册类型与经济成分", ["scheme", "code"]
);

rule!(
    /// The rule `ownership`.
    RULE, "ownership", "经济成分（公有、非公有）", "企业身份",
    "国统字〔1998〕204号、国统字〔1998〕200号、国统字〔2011〕86号、GB/T 12402-2000、国统字〔2023〕14号", Input, compose, [&TABLE],
    "2010-01-01", r#"{"code":"159","state_share":"30","private_share":"70"}"#
);

const SOURCE: &str = "国统字〔1998〕204号";

/// A scheme of codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "代码体系")]
pub enum Scheme {
    /// 登记注册类型（1998、2011）.
    #[serde(rename = "registration_1998")]
    #[schemars(title = "登记注册类型（1998年，2011年修订）")]
    Registration1998,
    /// 登记注册统计类别（2023）.
    #[serde(rename = "registration_2023")]
    #[schemars(title = "登记注册统计类别（2023年）")]
    Registration2023,
    /// 经济类型.
    #[schemars(title = "经济类型（GB/T 12402-2000）")]
    EconomicType,
    /// 经济成分.
    #[schemars(title = "经济成分（1998年）")]
    Composition,
}

impl Scheme {
    const fn code(self) -> &'static str {
        match self {
            Scheme::Registration1998 => "registration_1998",
            Scheme::Registration2023 => "registration_2023",
            Scheme::EconomicType => "economic_type",
            Scheme::Composition => "composition",
        }
    }
}

/// An owner of capital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(title = "经济成分")]
pub enum Owner {
    /// 国有.
    #[serde(alias = "国有")]
    #[schemars(title = "国有")]
    State,
    /// 集体.
    #[serde(alias = "集体")]
    #[schemars(title = "集体")]
    Collective,
    /// 私有.
    #[serde(alias = "私有")]
    #[schemars(title = "私有")]
    Private,
    /// 港澳台.
    #[serde(alias = "港澳台")]
    #[schemars(title = "港澳台")]
    HmtInvestor,
    /// 外商.
    #[serde(alias = "外商")]
    #[schemars(title = "外商")]
    Foreign,
}

impl Owner {
    const fn public(self) -> bool {
        matches!(self, Owner::State | Owner::Collective)
    }

    const fn label(self) -> &'static str {
        match self {
            Owner::State => "国有",
            Owner::Collective => "集体",
            Owner::Private => "私有",
            Owner::HmtInvestor => "港澳台",
            Owner::Foreign => "外商",
        }
    }

    fn of_component(code: &str) -> Option<Owner> {
        match code {
            "11" => Some(Owner::State),
            "12" => Some(Owner::Collective),
            "21" => Some(Owner::Private),
            "22" => Some(Owner::HmtInvestor),
            "23" => Some(Owner::Foreign),
            _ => None,
        }
    }
}

/// What is known of an enterprise.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(title = "企业登记情况")]
pub struct Input {
    /// Registration code.
    #[schemars(title = "登记注册类型代码", description = "如 173；有代码的以代码为先")]
    pub code: Option<String>,
    /// Which scheme the code is of; otherwise that of the day.
    #[schemars(
        title = "代码体系",
        description = "不填时按日期：2023-03-01 前为登记注册类型，之后为登记注册统计类别"
    )]
    pub scheme: Option<Scheme>,
    /// Type in words.
    #[serde(rename = "type")]
    #[schemars(title = "企业类型", description = "营业执照上的文字，没有代码时用")]
    pub kind: Option<String>,
    /// Name.
    #[schemars(title = "企业名称")]
    pub name: Option<String>,
    /// Credit code.
    #[schemars(title = "统一社会信用代码")]
    pub credit_code: Option<String>,
    /// Currency of the registered capital.
    #[schemars(title = "注册资本币种", description = "如 CNY、HKD、USD")]
    pub currency: Option<String>,
    /// Per cent.
    #[schemars(title = "国有资本比例", extend("x-unit" = "%"))]
    pub state_share: Option<Number>,
    /// Per cent.
    #[schemars(title = "集体资本比例", extend("x-unit" = "%"))]
    pub collective_share: Option<Number>,
    /// Per cent.
    #[schemars(title = "私有资本比例", extend("x-unit" = "%"))]
    pub private_share: Option<Number>,
    /// Per cent.
    #[schemars(title = "港澳台资本比例", extend("x-unit" = "%"))]
    pub hmt_share: Option<Number>,
    /// Per cent.
    #[schemars(title = "外商资本比例", extend("x-unit" = "%"))]
    pub foreign_share: Option<Number>,
    /// Who controls it by agreement.
    #[schemars(title = "协议控制方", description = "持股不过半而按协议实际控制的一方")]
    pub control: Option<Owner>,
}

/// The composition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(title = "经济成分")]
pub struct Composition {
    /// `public` or `non_public`.
    #[schemars(title = "公有或非公有")]
    pub ownership: &'static str,
    /// `stated`, `inferred` or `assumed`.
    #[schemars(title = "把握程度", description = "stated 写明，inferred 推断，assumed 暂按")]
    pub basis: &'static str,
    /// Whether it is only assumed.
    #[schemars(title = "暂按")]
    pub assumed: bool,
    /// State, collective, private, of Hong Kong–Macao–Taiwan or foreign, where that is clear.
    #[schemars(title = "经济成分")]
    pub component: Option<Owner>,
    /// The type's scheme.
    #[schemars(title = "代码体系")]
    pub scheme: Option<String>,
    /// The type's name.
    #[schemars(title = "类型名称")]
    pub type_name: Option<String>,
    /// Why.
    #[schemars(title = "理由")]
    pub reason: String,
}

fn composition(public: bool, basis: Basis, component: Option<Owner>, reason: String) -> Composition {
    Composition {
        ownership: if public { "public" } else { "non_public" },
        basis: basis.code(),
        assumed: basis == Basis::Assumed,
        component,
        scheme: None,
        type_name: None,
        reason,
    }
}

/// Whether an enterprise is public or non-public.
///
/// # Errors
/// `unknown` code; `ambiguous` heading (candidates: its types); `missing` where nothing is given; `invalid` shares; `not_in_force` before
/// 1998-09-02.
pub fn compose(at: &At<'_>, input: &Input) -> Result<Outcome<Composition>, Refusal> {
    let rows = at.rows(&TABLE);
    if !rows.iter().any(|row| row.get("scheme") == "composition") {
        return Err(Refusal::not_in_force(format!(
            "{} 尚无经济成分划分规定（{SOURCE}自 1998-09-02 起）。",
            at.on
        )));
    }
    let by_capital = capital(input)?;
    let filled = |text: &Option<String>| text.as_deref().map(str::trim).unwrap_or_default().to_string();
    let code = filled(&input.code);
    if code.is_empty() {
        return without_code(input, by_capital);
    }
    let row = find(&rows, input.scheme, &code)?;
    let mut steps = vec![row.step(format!("类型代码 {code}：{}", row.get("name")))];
    let owner = Owner::of_component(row.get("component"));
    let mut value = match (row.get("rule"), by_capital) {
        ("public", _) => composition(true, Basis::Stated, owner, format!("{}属公有经济", row.get("name"))),
        ("non_public", _) => {
            composition(false, Basis::Stated, owner, format!("{}属非公有经济", row.get("name")))
        }
        (_, Some(own)) => own,
        ("by_control", None) => {
            let public = row.get("unless_known") == "public";
            let word = if public { "公有" } else { "非公有" };
            composition(
                public,
                Basis::Assumed,
                None,
                format!("{}按控股资本划分，出资情况不明，暂按{word}", row.get("name")),
            )
        }
        _ => return Err(heading(&rows, row, &code)),
    };
    steps.push(Step::clause(SOURCE, value.reason.clone()));
    value.scheme = Some(row.get("scheme").to_string());
    value.type_name = Some(row.get("name").to_string());
    Ok(Outcome::new(value, steps))
}

/// The row of a code: of the scheme given, else of the scheme of the day, else of the one that knows it.
fn find<'a>(rows: &[&'a Row], scheme: Option<Scheme>, code: &str) -> Result<&'a Row, Refusal> {
    let digits: String = crate::name::fold(code).chars().take_while(char::is_ascii_digit).collect();
    let of = |scheme: &str| {
        rows.iter().copied().find(|row| row.get("scheme") == scheme && row.get("code") == digits)
    };
    let known = match scheme {
        Some(scheme) => of(scheme.code()),
        None => ["registration_1998", "registration_2023", "economic_type", "composition"]
            .into_iter()
            .find_map(of),
    };
    known.ok_or_else(|| {
        Refusal::unknown(
            "/code",
            format!("当日有效的类型代码中没有 {code}，请核对代码和代码体系（scheme）。"),
        )
    })
}

fn heading(rows: &[&Row], row: &Row, code: &str) -> Refusal {
    let types = rows
        .iter()
        .filter(|own| own.get("scheme") == row.get("scheme") && own.get("parent") == row.get("code"));
    let types = types.map(|own| json!({"code": own.get("code"), "name": own.get("name")})).collect();
    Refusal::ambiguous(
        "/code",
        format!("{code} {}是大类，分不出公有或非公有，请填写其中的小类，或填写资本比例。", row.get("name")),
        types,
    )
}

/// What shares and control say; `None` where neither is given.
fn capital(input: &Input) -> Result<Option<Composition>, Refusal> {
    let shares = [
        ("/state_share", Owner::State, input.state_share),
        ("/collective_share", Owner::Collective, input.collective_share),
        ("/private_share", Owner::Private, input.private_share),
        ("/hmt_share", Owner::HmtInvestor, input.hmt_share),
        ("/foreign_share", Owner::Foreign, input.foreign_share),
    ];
    let mut total = Decimal::ZERO;
    for (pointer, _, share) in shares {
        let share = share.unwrap_or_default().0;
        if share < Decimal::ZERO || share > Decimal::ONE_HUNDRED {
            return Err(Refusal::invalid(pointer, "比例应在 0 到 100 之间。"));
        }
        total += share;
    }
    if total > Decimal::ONE_HUNDRED {
        return Err(Refusal::invalid(
            "",
            format!("各项资本比例合计 {} %，超过 100 %，请核对。", total.normalize()),
        ));
    }
    let given = || shares.iter().filter_map(|(_, owner, share)| Some((*owner, share.as_ref()?.0)));
    let public: Decimal = given().filter(|(owner, _)| owner.public()).map(|(_, share)| share).sum();
    let half = Decimal::from(50);
    // the largest owner on the deciding side
    let largest = |side: bool| {
        given()
            .filter(|(owner, share)| owner.public() == side && *share > Decimal::ZERO)
            .reduce(|best, next| if next.1 > best.1 { next } else { best })
            .map(|(owner, _)| owner)
    };
    if public >= half {
        let reason = format!("公有资本（国有、集体）占 {} %，不低于一半，属公有经济", public.normalize());
        return Ok(Some(composition(true, Basis::Stated, largest(true), reason)));
    }
    if let Some(owner) = input.control {
        let word = if owner.public() { "公有" } else { "非公有" };
        let reason = format!("由{}资本按协议控制，属{word}经济", owner.label());
        return Ok(Some(composition(owner.public(), Basis::Stated, Some(owner), reason)));
    }
    if given().next().is_none() {
        return Ok(None);
    }
    let reason = format!("公有资本占 {} %，不到一半，也没有公有方协议控制，属非公有经济", public.normalize());
    Ok(Some(composition(false, Basis::Stated, largest(false), reason)))
}

fn without_code(input: &Input, by_capital: Option<Composition>) -> Result<Outcome<Composition>, Refusal> {
    let text = |own: &Option<String>| own.as_deref().map(str::trim).unwrap_or_default().to_string();
    let (kind, name) = (text(&input.kind), text(&input.name));
    let credit = match text(&input.credit_code) {
        code if code.is_empty() => None,
        code => match CreditCode::parse(&code) {
            Ok(code) => Some(code),
            Err(wrong) => return Err(Refusal::invalid("/credit_code", wrong.to_string())),
        },
    };
    if kind.is_empty() && name.is_empty() && credit.is_none() && by_capital.is_none() {
        return Err(Refusal::missing("/code", "登记注册类型代码（或企业类型、资本比例）"));
    }
    let currency = text(&input.currency).to_uppercase();
    let decided =
        decide(&kind, &name, credit.as_ref(), Some(currency.as_str()).filter(|own| !own.is_empty()));
    let value = match by_capital {
        Some(own) if decided.basis != Basis::Stated => own,
        _ => composition(decided.public, decided.basis, None, decided.reason),
    };
    let steps = vec![Step::clause(SOURCE, value.reason.clone())];
    Ok(Outcome::new(value, steps))
}
