//! What the fields of a form say: from the visit, the enterprise and what was found. A field for a signature or a seal is filled by hand.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use document::day;
use enterprise::Enterprise;
use kernel::SHANGHAI;
use rules::enforcement_form::Form;
use web::{Outcome, Problem};

use crate::model::{Item, Paper, Visit};

/// The forms of a visit; those of a penalty belong to its case.
pub(crate) const FORMS: &[&str] =
    &["inspection_plan", "inspection_record", "site_measures", "correction_order", "recheck_opinion"];
/// The fields that say what a recheck found, of either generation.
pub(crate) const OPINIONS: &[&str] = &["复查意见", "提出相关意见"];

/// What a draft is made of.
pub(crate) struct Matter<'a> {
    pub(crate) visit: &'a Visit,
    pub(crate) enterprise: &'a Enterprise,
    /// What was found.
    pub(crate) items: &'a [Item],
    /// The document that this one answers.
    pub(crate) about: Option<&'a Paper>,
    pub(crate) due_on: Option<NaiveDate>,
    /// Name of the agency in whose name it will be issued.
    pub(crate) issuer: &'a str,
}

pub(crate) fn minute(at: DateTime<Utc>) -> String {
    let at = at.with_timezone(&SHANGHAI);
    format!("{}{}", day(at.date_naive()), at.format("%H时%M分"))
}

/// Whether a field is filled by hand or by a seal.
pub(crate) fn by_hand(field: &str) -> bool {
    field.contains("签名") || field.contains("盖章") || field == "续页" || field == "备注"
}

/// The short name of a place in a number: 龙湖区 gives 龙湖.
pub(crate) fn short(town: &str) -> String {
    let name = region::divisions::find(town).map_or("", |own| own.name.as_str());
    let ends = ["街道办事处", "街道", "自治县", "区", "县", "市", "镇", "乡"];
    let bare = ends.iter().find_map(|end| name.strip_suffix(end).filter(|rest| !rest.is_empty()));
    bare.unwrap_or(name).to_string()
}

fn place(code: Option<&str>) -> String {
    code.and_then(region::divisions::find).map(|own| own.name.clone()).unwrap_or_default()
}

/// The government that reviews what its departments in that division decided.
pub(crate) fn government(town: &str) -> String {
    format!("{}人民政府", place(town.get(..6)))
}

/// The court of that division.
pub(crate) fn court(town: &str) -> String {
    format!("{}人民法院", place(town.get(..6)))
}

/// A clause as legal papers quote it: `消防法第十六条` is 《中华人民共和国消防法》第十六条.
fn cited(basis: &str) -> String {
    let end = basis.find(['（', '第']).unwrap_or(basis.len());
    let (name, rest) = basis.split_at(end);
    match name {
        _ if name.contains(['《', '〔']) => basis.to_string(),
        _ if name.ends_with('法') && !name.starts_with("中华人民共和国") => {
            format!("《中华人民共和国{name}》{rest}")
        }
        _ if name.ends_with('法') || name.ends_with("条例") => format!("《{name}》{rest}"),
        _ => basis.to_string(),
    }
}

fn listed(items: &[Item]) -> String {
    let line = |own: &Item| {
        let place = own.place.as_deref().map(|place| format!("{place}：")).unwrap_or_default();
        let content = own.content.trim_end_matches(['。', '；', '，']);
        let basis = own.basis.as_deref().map(|basis| format!("依据：{}。", cited(basis))).unwrap_or_default();
        format!("{}. {place}{content}。{basis}", own.serial)
    };
    items.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What a recheck found, item by item; empty until all are told.
fn opinion(items: &[Item]) -> String {
    if items.is_empty() || items.iter().any(|own| own.passed.is_none()) {
        return String::new();
    }
    let line = |own: &Item| {
        let seen = own.text.as_deref().map(|text| format!("（{text}）")).unwrap_or_default();
        let found = match own.due_on {
            _ if own.passed == Some(true) => "已整改完毕".to_string(),
            Some(due) => format!("未整改到位，限于{}前整改完毕", day(due)),
            None => "未整改到位".to_string(),
        };
        format!("第{}项（{}）：{found}{seen}。", own.serial, own.content)
    };
    items.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The fields of a form in order; empty where nothing is known.
pub(crate) fn fields(
    form: &Form,
    matter: &Matter<'_>,
    said: &BTreeMap<String, String>,
) -> Outcome<Vec<(String, String)>> {
    filled_in(form, said, |label| known(label, matter))
}

/// The fields of a form in order: what is said, otherwise what is known.
///
/// # Errors
/// 422 where something is said for a field that the form does not have.
pub(crate) fn filled_in(
    form: &Form,
    said: &BTreeMap<String, String>,
    known: impl Fn(&str) -> String,
) -> Outcome<Vec<(String, String)>> {
    if let Some(strange) = said.keys().find(|label| !form.fields.contains(label)) {
        let why = format!("《{}》没有“{strange}”这一栏。", form.name);
        return Err(Problem::wrong_field(&format!("/fields/{strange}"), "form.field", why));
    }
    let value =
        |label: &str| said.get(label).map(|text| text.trim().to_string()).unwrap_or_else(|| known(label));
    Ok(form.fields.iter().map(|label| (label.clone(), value(label))).collect())
}

/// What must be said before a draft can be issued.
///
/// # Errors
/// 422 with the fields that are empty and not filled by hand.
pub(crate) fn complete(fields: Vec<(String, String)>) -> Outcome<()> {
    let mut missing = Problem::invalid("document.incomplete", "文书还有栏目没有填写，请补齐后再签发。");
    for (label, value) in fields {
        if value.is_empty() && !by_hand(&label) {
            let pointer = format!("/fields/{label}");
            missing = missing.field(&pointer, "field.required", format!("请填写“{label}”。"));
        }
    }
    if missing.errors.is_empty() { Ok(()) } else { Err(missing) }
}

fn known(label: &str, matter: &Matter<'_>) -> String {
    let Matter { visit, enterprise, items, about, due_on, issuer } = matter;
    let officers = visit.officers();
    let officer = |at: usize| officers.get(at);
    let problems = || if items.is_empty() { "未发现问题。".to_string() } else { listed(items) };
    match label {
        "被检查单位"
        | "被查单位"
        | "被复查单位"
        | "当事人"
        | "被处罚单位"
        | "被处罚单位名称"
        | "被询问单位" => visit.enterprise_name.clone(),
        "被检查单位联系人" => enterprise.safety_head.clone().unwrap_or_default(),
        "被检查单位所属行业" => rules::sector::label(&visit.sector).unwrap_or_default().to_string(),
        "机关" | "原决定机关" => (*issuer).to_string(),
        "检查时间" | "被检查时间" => minute(visit.started_at),
        "执法人员" => officers.iter().map(|own| own.name.as_str()).collect::<Vec<_>>().join("、"),
        "检查场所" | "被检查场所" => visit.place.clone(),
        "检查情况（逐项）" | "存在的问题（逐项）" | "违法违规行为和事故隐患（逐项）" => {
            problems()
        }
        "检查内容" => "安全生产法律、法规、规章和标准的执行情况".into(),
        "检查方式" => "现场检查、查阅资料、询问人员".into(),
        "限期整改的项" => items.iter().map(|own| own.serial.to_string()).collect::<Vec<_>>().join("、"),
        "整改期限" => due_on.map(day).unwrap_or_default(),
        "复议机关（人民政府）" => government(&visit.town),
        "复议机关（上级部门）" => format!("{}应急管理局", place(visit.town.get(..4))),
        "起诉法院" => court(&visit.town),
        _ if OPINIONS.contains(&label) => opinion(items),
        "做出的决定" | "所做决定内容" => {
            about.map(|own| form_name(&own.form, own.issued_on)).unwrap_or_default()
        }
        "决定日期" => about.and_then(|own| own.issued_on).map(day).unwrap_or_default(),
        "相关决定的文号日期" => about
            .map(|own| {
                format!(
                    "{} {}",
                    own.number.clone().unwrap_or_default(),
                    own.issued_on.map(day).unwrap_or_default()
                )
            })
            .unwrap_or_default(),
        "所属安监管" => {
            about.map(|_| short(visit.town.get(..6).unwrap_or_default())).unwrap_or_default()
        }
        "决定文号安监行为" | "行为安监管" => {
            about.and_then(|own| own.word.clone()).unwrap_or_default()
        }
        "决定文号字" | "安监管字" => {
            about.and_then(|own| own.year).map(|own| own.to_string()).unwrap_or_default()
        }
        "决定文号号" | "安监管号" => {
            about.and_then(|own| own.serial).map(|own| own.to_string()).unwrap_or_default()
        }
        _ if label.starts_with("执法人员一") => of_officer(label, officer(0)),
        _ if label.starts_with("执法人员二") => of_officer(label, officer(1)),
        "一证件号" => officer(0).map(|own| own.number.clone()).unwrap_or_default(),
        "二证件号" => officer(1).map(|own| own.number.clone()).unwrap_or_default(),
        _ if by_hand(label) => String::new(),
        _ if label.contains("地址") => {
            enterprise.address.clone().or_else(|| enterprise.registered_address.clone()).unwrap_or_default()
        }
        _ if label.contains("开始") => minute(visit.started_at),
        _ if label.contains("结束") => visit.ended_at.map(minute).unwrap_or_default(),
        _ if label.contains("职务") => "法定代表人".into(),
        _ if label.contains("电话") => enterprise
            .legal_person_phone
            .clone()
            .or_else(|| enterprise.principal_phone.clone())
            .unwrap_or_default(),
        _ if label.contains("法定代表人") => {
            enterprise.legal_person.clone().or_else(|| enterprise.principal.clone()).unwrap_or_default()
        }
        _ => String::new(),
    }
}

pub(crate) fn of_officer(label: &str, officer: Option<&crate::model::VisitOfficer>) -> String {
    let Some(officer) = officer else { return String::new() };
    if label.ends_with("证件号") {
        officer.number.clone()
    } else if label.ends_with("姓名") {
        officer.name.clone()
    } else {
        String::new()
    }
}

/// The Chinese name of a form on that day; its code where it has none.
pub(crate) fn form_name(code: &str, on: Option<NaiveDate>) -> String {
    let on = on.unwrap_or(NaiveDate::MAX);
    let at = rules::At::nation(on);
    let input = rules::enforcement_form::Input { form: code.into() };
    rules::enforcement_form::form(&at, &input).map_or_else(|_| code.to_string(), |form| form.value.name)
}

#[cfg(test)]
mod tests {
    use super::cited;

    #[test]
    fn a_clause_is_quoted_as_legal_papers_quote_it() {
        for (basis, quoted) in [
            ("安全生产法（2021年修正）第三十六条", "《中华人民共和国安全生产法》（2021年修正）第三十六条"),
            ("消防法第十六条", "《中华人民共和国消防法》第十六条"),
            (
                "安全生产许可证条例（国务院令第397号）第二条",
                "《安全生产许可证条例》（国务院令第397号）第二条",
            ),
            ("《广东省安全生产条例》第三十条", "《广东省安全生产条例》第三十条"),
            ("安监总管三〔2017〕121号第四条", "安监总管三〔2017〕121号第四条"),
            (
                "应急管理部令第10号（工贸企业重大事故隐患判定标准）",
                "应急管理部令第10号（工贸企业重大事故隐患判定标准）",
            ),
        ] {
            assert_eq!(cited(basis), quoted);
        }
    }
}
