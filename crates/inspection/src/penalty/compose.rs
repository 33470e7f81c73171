//! What the fields of a penalty's form say: from the case, the enterprise and the officers. What is signed or sealed is filled by hand; what does
//! not apply is crossed out, as on paper.

use std::collections::BTreeMap;

use enterprise::Enterprise;
use rules::enforcement_form::Form;
use web::Outcome;

use super::{
    model::{Exhibit, Penalty, PenaltyPaper},
    money::{in_figures, in_words},
};
use document::day;

use crate::compose::{by_hand, court, filled_in, government, minute, of_officer};

/// What does not apply.
pub(super) const NOT: &str = "／";

/// What a draft is made of.
pub(super) struct Matter<'a> {
    pub(super) own: &'a Penalty,
    pub(super) enterprise: &'a Enterprise,
    /// The papers so far.
    pub(super) papers: &'a [PenaltyPaper],
    /// The exhibits so far.
    pub(super) exhibits: &'a [Exhibit],
    /// Name of the agency in whose name it will be issued.
    pub(super) issuer: &'a str,
    /// Whether it must be reviewed by lawyers.
    pub(super) heavy: bool,
}

/// What proves it: in words, and each exhibit with what it is and where it comes from.
fn evidence(Matter { own, exhibits, .. }: &Matter<'_>) -> String {
    let line = |(at, own): (usize, &Exhibit)| {
        let taken = own.taken_at.map(|at| format!("，{}取得", minute(at))).unwrap_or_default();
        let place = own.taken_place.as_deref().map(|place| format!("，地点：{place}")).unwrap_or_default();
        let by = own.taken_by.as_deref().map(|by| format!("，取证人：{by}")).unwrap_or_default();
        format!("{}. {}：{}{taken}{place}{by}。", at + 1, own.evidence_label(), own.name)
    };
    let said = Some(own.evidence.clone()).filter(|text| !text.is_empty());
    said.into_iter().chain(exhibits.iter().enumerate().map(line)).collect::<Vec<_>>().join("\n")
}

/// What is imposed, in words.
pub(super) fn imposed(own: &Penalty) -> String {
    let fine = (own.fine > 0).then(|| format!("罚款{}（￥{}元）", in_words(own.fine), in_figures(own.fine)));
    let all: Vec<String> = fine.into_iter().chain(own.other.clone()).collect();
    if all.is_empty() { "警告".into() } else { all.join("，并") }
}

/// The fields of a form in order; empty where nothing is known.
pub(super) fn fields(
    form: &Form,
    matter: &Matter<'_>,
    said: &BTreeMap<String, String>,
) -> Outcome<Vec<(String, String)>> {
    filled_in(form, said, |label| known(label, &form.code, matter))
}

fn known(label: &str, form: &str, matter: &Matter<'_>) -> String {
    let Matter { own, enterprise, issuer, .. } = matter;
    // the agency's own address, where the party answers to
    let of_agency =
        ["penalty_notice", "hearing_right_notice", "hearing_notice", "inquiry_notice"].contains(&form);
    let officers = own.officers();
    let names = || officers.iter().map(|own| own.name.as_str()).collect::<Vec<_>>().join("、");
    if let Some(text) = of_case(label, matter) {
        return text;
    }
    if by_hand(label) {
        return String::new();
    }
    match label {
        "机关" | "主持听证机关" => (*issuer).to_string(),
        _ if label.contains("提交申请的部门") || label.contains("陈述和申辩的") => {
            (*issuer).to_string()
        }
        "承办人" | "承办人员" | "询问人" => names(),
        "记录人" => officers.get(1).map(|own| own.name.clone()).unwrap_or_default(),
        "询问人单位及职务" | "记录人单位及职务" => format!("{issuer} 执法人员"),
        "联系人" if of_agency => officers.first().map(|own| own.name.clone()).unwrap_or_default(),
        "复议机关（人民政府）" => government(&own.town),
        "起诉法院" => court(&own.town),
        _ if label.contains("证件号") && !label.contains("身份") => {
            let at = usize::from(label.contains('二'));
            officers.get(at).map(|own| own.number.clone()).unwrap_or_default()
        }
        _ if label.starts_with("执法人员一") => of_officer(label, officers.first()),
        _ if label.starts_with("执法人员二") => of_officer(label, officers.get(1)),
        "被检查单位" => own.party_name.clone(),
        "被询问单位" => own.party_name.clone(),
        _ if of_agency || form.ends_with("_record") || form == "hearing_report" => String::new(),
        _ => of_party(label, form, own, enterprise),
    }
}

/// What the case itself says.
fn of_case(label: &str, matter: &Matter<'_>) -> Option<String> {
    let Matter { own, papers, heavy, .. } = matter;
    let facts = || own.facts.clone();
    Some(match label {
        "案由" => own.cause.clone(),
        "案件来源" => own.source.clone(),
        "案件发生时间" => day(own.happened_on),
        "案件名称" | "关于什么案件" | "听取案件名称" => own.title(),
        "立案日期" => own.filed_on.map(day).unwrap_or_default(),
        "案件基本情况" | "查明的违法事实" | "存在下列行为" | "现查明存在下列行为" => {
            facts()
        }
        "违法事实及证据" => format!("{}\n证据：{}", own.facts, evidence(matter)),
        "违法事实及处罚依据" => {
            format!("{}\n以上事实违反了{}的规定，依据{}的规定处罚。", own.facts, own.duty, own.basis)
        }
        "主要证据" | "以上事实主要证据如下" => evidence(matter),
        "违反的规定" | "以上行为违反了什么规定" | "以上事实违反了什么规定" => {
            own.duty.clone()
        }
        "处罚依据" | "依据什么进行处罚" | "依据什么规定进行处罚" | "依据什么规定" => {
            own.basis.clone()
        }
        "做出的行政处罚" | "做出了什么行政处罚" | "处理建议" | "处理结果" => {
            imposed(own)
        }
        "裁量情节" => {
            let grade = match own.circumstance.as_deref() {
                Some("light") => "从轻",
                Some("heavy") => "从重",
                _ => "一般",
            };
            own.mitigation.clone().map_or_else(|| grade.to_string(), |why| format!("{grade}：{why}"))
        }
        "当事人的申辩意见" if own.stated => String::new(),
        "当事人的申辩意见" => "当事人未提出陈述、申辩意见。".into(),
        "法制审核意见" if *heavy => String::new(),
        "法制审核意见" => "本案不属于应当进行法制审核的情形。".into(),
        "举行听证时间" => own.hearing_on.map(day).unwrap_or_default(),
        "执行情况" if own.fine == 0 => "本案没有罚款，处罚决定已送达当事人。".into(),
        "执行情况" => format!("罚款应缴 {} 元，已缴 {} 元。", in_figures(own.fine), in_figures(own.paid)),
        // a warning is not paid
        _ if own.fine == 0 && label.contains("缴纳") => NOT.into(),
        _ if label.starts_with("选项[当场缴纳") => "期限缴纳".into(),
        _ if label.starts_with("选项[身份证") => "身份证、营业执照、法定代表人身份证明或者委托书".into(),
        "自定义填写项" => NOT.into(),
        "询问原因" => format!("调查{}", own.title()),
        _ if label.starts_with("明细表[送达文书") => {
            let decided =
                papers.iter().rev().find(|own| own.state == "issued" && own.form.contains("decision"));
            let number = decided.and_then(|own| own.number.clone()).unwrap_or_default();
            format!("行政处罚决定书 {number}")
        }
        _ => return None,
    })
}

/// What the forms ask of who is punished: the enterprise, or the person with the enterprise it works for.
fn of_party(label: &str, form: &str, own: &Penalty, enterprise: &Enterprise) -> String {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let head = enterprise.legal_person.clone().or_else(|| enterprise.principal.clone());
    let phone = enterprise.legal_person_phone.clone().or_else(|| enterprise.principal_phone.clone());
    let place = enterprise.address.clone().or_else(|| enterprise.registered_address.clone());
    let person = own.person();
    // fields of the form's half for the enterprise, and of that for a person
    let half = |of_person: bool, text: String| if of_person == own.is_person() { text } else { NOT.into() };
    let personal = form.ends_with("_person");
    match label {
        "当事人" | "受送达单位个人" | "当事人基本情况" => own.party_name.clone(),
        "被处罚单位" | "被处罚单位名称" | "单位名称" | "被处罚人（单位）" => {
            half(false, own.enterprise_name.clone())
        }
        "被处罚人" | "个人姓名" | "被处罚人（个人）" => half(true, own.party_name.clone()),
        "性别" | "被处罚人性别" => half(true, said(&person.sex)),
        "年龄" | "被处罚人年龄" => {
            half(true, person.age.map(|age| age.to_string()).unwrap_or_default())
        }
        "出生年月" => NOT.into(),
        "身份证件号" => half(true, said(&person.identity)),
        "家庭住址" | "被处罚人家庭住址" => half(true, said(&person.address)),
        "所在单位" | "被处罚人所在单位" => half(true, own.enterprise_name.clone()),
        "单位地址" | "被处罚人单位地址" => half(true, said(&place)),
        "职务" if personal => said(&person.post),
        "联系电话" if personal => said(&person.phone),
        "个人联系电话" | "被处罚人联系电话" | "被处罚人被处罚人联系电话" => {
            half(true, said(&person.phone))
        }
        _ if label.contains("邮") => NOT.into(),
        "当事人电话" => {
            if own.is_person() {
                said(&person.phone)
            } else {
                said(&phone)
            }
        }
        "当事人地址" => {
            if own.is_person() {
                said(&person.address)
            } else {
                said(&place)
            }
        }
        _ if label.contains("地址") => half(false, said(&place)),
        _ if label.contains("职务") => half(false, "法定代表人".into()),
        _ if label.contains("法定代表人") => half(false, said(&head)),
        _ if label.contains("电话") => half(false, said(&phone)),
        _ => String::new(),
    }
}
