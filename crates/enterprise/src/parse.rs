//! One row of a file into typed fields, with what is wrong beside the cell.

use chrono::NaiveDate;
use rules::{
    capital,
    capital::PlainUnit,
    credit_code::{CreditCode, Identifier, InvalidCode, identify},
    dates, industry,
    name::{address_key, name_key},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::columns::plain_unit;

/// Something wrong with a cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellError {
    /// Column of the file, from 0; `None` when the row as a whole is meant.
    pub column: Option<usize>,
    /// Stable code.
    pub code: String,
    /// What to do, in Chinese.
    pub message: String,
    /// Whether the row cannot be taken because of it; otherwise only the cell is left out.
    pub rejects: bool,
}

/// The typed fields of a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of the register's row")]
pub struct Parsed {
    pub name: String,
    pub name_key: String,
    pub credit_code: Option<String>,
    pub old_code: Option<String>,
    pub organization_code: Option<String>,
    pub founded_on: Option<NaiveDate>,
    pub registration_type: Option<String>,
    pub legal_person: Option<String>,
    pub legal_person_phone: Option<String>,
    pub principal: Option<String>,
    pub principal_phone: Option<String>,
    pub safety_head: Option<String>,
    pub safety_head_phone: Option<String>,
    pub capital: Option<i64>,
    pub currency: Option<String>,
    pub scope: Option<String>,
    pub registered_address: Option<String>,
    pub address: Option<String>,
    pub address_key: String,
    /// The columns of province, city, county and town.
    #[serde(default)]
    pub columns: [String; 4],
    /// The address: what the resolver reads first.
    pub place: String,
    pub industry: Option<String>,
    pub status: Option<String>,
    pub staff: Option<i64>,
    pub former_names: String,
    pub longitude: Option<f64>,
    pub latitude: Option<f64>,
    pub grid: Option<String>,
}

impl Parsed {
    /// The code, if it is one.
    pub fn code(&self) -> Option<CreditCode> {
        self.credit_code.as_deref().and_then(|code| CreditCode::parse(code).ok())
    }
}

/// States of tax offices that say nothing of whether an enterprise works.
const NO_STATUS: &[&str] = &["非正常", "不正常"];
/// States as registries write them; the more particular first.
const STATUS_WORDS: &[(&str, &str)] = &[
    ("未开业", "pending"),
    ("未营业", "pending"),
    ("筹建", "pending"),
    ("吊销", "revoked"),
    ("注销", "deregistered"),
    ("迁出", "moved_out"),
    ("停业", "suspended"),
    ("歇业", "suspended"),
    ("停产", "suspended"),
    ("在营", "normal"),
    ("在业", "normal"),
    ("存续", "normal"),
    ("开业", "normal"),
    ("正常", "normal"),
    ("营业", "normal"),
    ("登记成立", "normal"),
    ("在册", "normal"),
];

/// A plain number of a capital column that says no unit is hardly one of 万元 when it makes more than 100 亿元.
const MOST_CAPITAL: i64 = 10_000_000_000 * 100;

/// A cell without the mark by which a spreadsheet keeps a number as text.
fn clean(text: &str) -> &str {
    text.trim_start_matches(['\'', '’', '‘', '`']).trim()
}

/// The codes that a cell holds, beside a label or another code; none where it says in words that there is none.
fn identifiers(text: &str) -> Result<Vec<Identifier>, InvalidCode> {
    let error = match identify(text) {
        Ok(one) => return Ok(vec![one]),
        Err(error) => error,
    };
    let folded = rules::name::fold(text);
    let parts: Vec<Identifier> = folded
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter_map(|part| identify(part).ok().filter(|found| *found != Identifier::None))
        .collect();
    let says = |found: &Identifier| matches!(found, Identifier::Credit(_) | Identifier::Registration(_));
    if parts.iter().any(says) { Ok(parts) } else { Err(error) }
}

fn absent(text: &str) -> bool {
    matches!(
        text,
        "" | "N/A"
            | "n/a"
            | "NA"
            | "-"
            | "--"
            | "—"
            | "无"
            | "NULL"
            | "null"
            | "/"
            | "\\"
            | "暂无"
            | "未填写"
    )
}

/// The row as it stands in the file: column name to cell, empty cells left out.
pub fn original(names: &[String], cells: &[String]) -> Value {
    let mut row = Map::new();
    for (at, cell) in cells.iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
        let name = names
            .get(at)
            .filter(|name| !name.is_empty())
            .cloned()
            .unwrap_or_else(|| format!("第{}列", at + 1));
        row.insert(name, Value::String(cell.clone()));
    }
    Value::Object(row)
}

/// Reads a row by the field of each column.
pub fn parse(
    names: &[String],
    fields: &[Option<&'static str>],
    cells: &[String],
    today: NaiveDate,
) -> (Parsed, Vec<CellError>) {
    let mut row = Parsed::default();
    let mut errors = Vec::new();
    let column = |field: &str| fields.iter().position(|found| *found == Some(field));
    let cell = |field: &str| {
        column(field).and_then(|at| cells.get(at)).map(|text| clean(text)).filter(|text| !absent(text))
    };
    let text = |field: &str| cell(field).map(str::to_string);
    let mut wrong = |field: &str, code: &str, message: String, rejects: bool| {
        errors.push(CellError { column: column(field), code: code.into(), message, rejects });
    };
    match cell("name") {
        Some(name) if name.chars().count() > 200 => {
            wrong("name", "name.too_long", "企业名称超过 200 字，请核对是否错列".into(), true)
        }
        Some(name) => row.name = name.to_string(),
        None => wrong("name", "name.missing", "没有企业名称，请补填".into(), true),
    }
    row.name_key = name_key(&row.name);
    for field in ["code", "old_code", "organization_code"] {
        let Some(given) = cell(field) else { continue };
        match identifiers(given) {
            Ok(found) => {
                for found in found {
                    match found {
                        Identifier::None => {}
                        Identifier::Credit(code) => row.credit_code = Some(code.as_str().to_string()),
                        Identifier::Registration(code) => row.old_code = Some(code),
                        Identifier::Organization(code) => row.organization_code = Some(code),
                    }
                }
            }
            // words, such as 办理中, are no code that could be wrong
            Err(_) if !given.chars().any(|sign| sign.is_ascii_digit()) => {
                wrong(field, "code.words", format!("「{given}」不是代码，已略过"), false)
            }
            Err(error) if field == "code" => wrong(field, error_code(&error), error.to_string(), true),
            Err(_) => {
                wrong(field, "code.unknown", "这一格不是有效的注册号或组织机构代码，已略过".into(), false)
            }
        }
    }
    if row.organization_code.is_none() {
        row.organization_code = row.code().map(|code| code.organization_code().to_string());
    }
    match cell("founded_on").map(|text| (text, dates::parse(text))) {
        None => {}
        Some((_, Ok(Some(date)))) if date > today => {
            wrong("founded_on", "date.future", "日期在今天之后，请核对".into(), true)
        }
        Some((_, Ok(date))) => row.founded_on = date,
        Some((text, Err(_))) if dates::names_no_day(text) => {
            wrong("founded_on", "date.no_day", format!("「{text}」没有写明哪一天，已略过"), false)
        }
        Some((_, Err(error))) => wrong("founded_on", "date.invalid", error.to_string(), true),
    }
    if let Some(capital_text) = cell("capital") {
        let name = column("capital").and_then(|at| names.get(at)).map_or("", String::as_str);
        // a sign of money in the cell means 元, unless the column says 万元
        let signed = !name.contains('元') && capital_text.contains(['￥', '¥', '$']);
        let unit = if signed { PlainUnit::Yuan } else { plain_unit(name) };
        // neither the column nor the cell says in what it counts
        let bare = !name.contains('元') && !capital_text.chars().any(char::is_alphabetic);
        match capital::parse(capital_text, unit) {
            Ok(Some(amount)) if bare && unit == PlainUnit::TenThousand && amount.minor > MOST_CAPITAL => {
                let text = "没有写明单位，按万元计超过 100 亿元，这一格已略过".into();
                wrong("capital", "capital.unit", text, false)
            }
            Ok(amount) => {
                row.currency = amount.as_ref().map(|amount| amount.currency.to_string());
                row.capital = amount.map(|amount| amount.minor);
            }
            Err(error) => wrong("capital", "capital.invalid", format!("{error}；这一格已略过"), false),
        }
    }
    row.registration_type = text("registration_type");
    row.legal_person = text("legal_person");
    row.legal_person_phone = text("legal_person_phone");
    row.principal = text("principal");
    row.principal_phone = text("principal_phone");
    row.safety_head = text("safety_head");
    row.safety_head_phone = text("safety_head_phone");
    row.scope = text("scope").map(|scope| scope.trim_end_matches(['〓', '*', ';', '；']).to_string());
    row.registered_address = text("registered_address");
    row.address = text("address");
    row.former_names = text("former_names").unwrap_or_default();
    row.grid = text("grid");
    let address = row.address.as_deref().or(row.registered_address.as_deref()).unwrap_or_default();
    row.address_key = address_key(address);
    row.columns = ["province", "city_name", "county_name", "town_name"]
        .map(|field| cell(field).map(str::to_string).unwrap_or_default());
    row.place = address.to_string();
    if let Some(code) = cell("industry") {
        match industry::code(code) {
            Some(digits) => row.industry = Some(digits),
            None => {
                let named = industry::divisions().iter().find(|division| division.name == code);
                match named {
                    Some(division) => row.industry = Some(division.code.to_string()),
                    None => wrong(
                        "industry",
                        "industry.unknown",
                        format!("「{code}」不是 GB/T 4754-2017 的行业代码或大类名称，已略过"),
                        false,
                    ),
                }
            }
        }
    }
    if let Some(status) = cell("status") {
        let said = !NO_STATUS.iter().any(|word| status.contains(word));
        match STATUS_WORDS.iter().find(|(word, _)| said && status.contains(word)) {
            Some((_, code)) => row.status = Some((*code).to_string()),
            None => {
                wrong("status", "status.unknown", format!("「{status}」不是已知的经营状态，已略过"), false)
            }
        }
    }
    if let Some(staff) = cell("staff") {
        let digits = rules::name::fold(staff).trim_end_matches('人').to_string();
        match digits.parse::<i64>() {
            Ok(number) if (0..10_000_000).contains(&number) => row.staff = Some(number),
            _ => wrong("staff", "number.invalid", format!("「{staff}」不是人数，已略过"), false),
        }
    }
    match (cell("longitude").map(str::parse::<f64>), cell("latitude").map(str::parse::<f64>)) {
        (None, None) => {}
        (Some(Ok(longitude)), Some(Ok(latitude)))
            if (73.0..136.0).contains(&longitude) && (3.0..54.0).contains(&latitude) =>
        {
            row.longitude = Some(longitude);
            row.latitude = Some(latitude);
        }
        _ => wrong("longitude", "location.invalid", "经纬度不在国内范围或不成对，已略过".into(), false),
    }
    (row, errors)
}

fn error_code(error: &InvalidCode) -> &'static str {
    match error {
        InvalidCode::Length(_) => "code.length",
        InvalidCode::Sign(..) => "code.sign",
        InvalidCode::Check(_) => "code.check",
    }
}
