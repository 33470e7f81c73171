//! An enforcement document as it is printed: the sentences of the forms (2010 and 2017 patterns) around what its fields say. What the officers
//! and the enterprise drew at the visit stands on the record of that visit; every other document is signed by hand.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::NaiveDate;
use document::{Notice, Said, Signature, day};

use crate::{
    compose::{OPINIONS, by_hand, form_name},
    http::{Signature as Drawn, Signatures},
    model::{Paper, Visit, VisitOfficer},
};

/// How a drawn signature begins.
pub(crate) const PNG: &str = "data:image/png;base64,";

/// What the fields of a document say, whatever its pattern calls them.
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    pub(crate) fn get(&self, labels: &[&str]) -> String {
        let found = self.0.iter().find(|(label, _)| labels.contains(&label.as_str()));
        found.map(|(_, value)| value.clone()).unwrap_or_default()
    }

    /// The same where a sentence needs something to stand.
    pub(crate) fn or_blank(&self, labels: &[&str]) -> String {
        let value = self.get(labels);
        if value.is_empty() { "＿＿＿＿＿＿".into() } else { value }
    }
}

/// Who signs with the number of a card.
const OFFICERS: &[&str] = &["承办人", "执法人员", "勘验人"];
/// Room for a day.
const BLANK_DAY: &str = "　　　年　　月　　日";
const WHO: &[&str] = &["被检查单位", "被查单位", "被复查单位"];

/// The paper as it is printed. A draft and what was withdrawn say so across every page.
pub(crate) fn paper(own: &Paper, visit: &Visit, issuer: &str, today: NaiveDate) -> Notice {
    let fields = Fields(own.fields());
    let on = own.issued_on.unwrap_or(today);
    let (across, mark) = standing(&own.state, (own.withdrawn_on, own.reason.as_deref()));
    let deed = own.deed.as_ref().map(|deed| format!("受{issuer}委托执法，委托执法书：{deed}。"));
    let record = own.form == "inspection_record";
    let plan = own.form == "inspection_plan";
    let agency = if issuer.is_empty() { "（签发机关）" } else { issuer };
    Notice {
        agency: agency.to_string(),
        title: form_name(&own.form, own.issued_on),
        number: own.number.clone(),
        issued_on: on,
        across: across.map(str::to_string),
        marks: mark.into_iter().chain(deed).collect(),
        to: (!record && !plan).then(|| fields.get(WHO)),
        parts: match own.form.as_str() {
            "inspection_record" => recorded(&fields, visit),
            "correction_order" => ordered(&fields, on),
            "site_measures" => decided(&fields, on),
            "recheck_opinion" => rechecked(&fields),
            _ => approved(&fields.0, &visit.officers()),
        },
        signatures: signed(own, visit),
        sealed: !plan,
        copies: (!plan).then(|| copies(agency, record.then_some(visit))),
    }
}

/// How many copies there are and who has them: of the record of a visit every agency that was there.
fn copies(agency: &str, record: Option<&Visit>) -> String {
    let Some(visit) = record else {
        return format!("本文书一式两份：一份由{agency}备案，一份交当事人。");
    };
    let others = by_agency(&visit.others());
    let each: String = others.iter().map(|(name, _)| format!("一份交{name}，")).collect();
    let number = ["两", "三", "四", "五", "六", "七", "八"].get(others.len()).unwrap_or(&"多");
    format!("本文书一式{number}份：一份由{agency}备案，{each}一份交被检查单位。")
}

/// Officers who stand agency by agency, by the name of theirs.
fn by_agency(officers: &[VisitOfficer]) -> Vec<(String, Vec<VisitOfficer>)> {
    let groups = officers.chunk_by(|one, other| one.agency == other.agency);
    groups.filter_map(|own| Some((own.first()?.agency_name.clone(), own.to_vec()))).collect()
}

/// What stands across every page of a draft and of what was withdrawn, and at the head of the first.
pub(crate) fn standing(
    state: &str,
    (withdrawn_on, reason): (Option<NaiveDate>, Option<&str>),
) -> (Option<&'static str>, Option<String>) {
    match state {
        "draft" => (Some("草　稿"), Some("草稿：尚未签发，没有文号，不产生效力。".to_string())),
        "withdrawn" => {
            let on = withdrawn_on.map(day).unwrap_or_default();
            (Some("已撤回"), Some(format!("已于{on}撤回：{}", reason.unwrap_or_default())))
        }
        _ => (None, None),
    }
}

/// What an order and a decision say at their end. An action could be brought within three months until the law of 2015-05-01, six since
/// (行政诉讼法第四十六条). Until the law of 2024-01-01 the department above could be asked, too; since then the government alone decides on
/// what its departments did (行政复议法第二十四条).
pub(crate) fn remedy(fields: &Fields, on: NaiveDate, what: &str) -> Said {
    let before = |year, month| NaiveDate::from_ymd_opt(year, month, 1).is_some_and(|from| on < from);
    let months = if before(2015, 5) { "三" } else { "六" };
    let above = fields.get(&["复议机关（上级部门）"]);
    let above = if above.is_empty() { above } else { format!("或者{above}") };
    Said::Text(format!(
        "如果不服本{what}，可以依法在六十日内向{}{above}申请行政复议，或者在{months}个月内依法向{}提起行政诉讼，但本{what}不停止执行，法律另有规定的除外。",
        fields.or_blank(&["复议机关（人民政府）"]),
        fields.or_blank(&["起诉法院"]),
    ))
}

fn ordered(fields: &Fields, on: NaiveDate) -> Vec<Said> {
    vec![
        Said::Text("经查，你单位存在下列问题：".into()),
        Said::Text(fields.or_blank(&["存在的问题（逐项）"])),
        Said::Text(format!(
            "现责令你单位对上述第{}项问题于{}前整改完毕，达到有关法律、法规、规章和标准规定的要求。由此造成事故的，依法追究有关人员的责任。\n\
             整改期间，你单位应当采取措施，确保安全生产。对安全生产违法行为，将依法予以行政处罚。",
            fields.or_blank(&["限期整改的项"]),
            fields.or_blank(&["整改期限"]),
        )),
        remedy(fields, on, "指令"),
    ]
}

fn decided(fields: &Fields, on: NaiveDate) -> Vec<Said> {
    vec![
        Said::Text(format!(
            "本机关于{}对你单位进行现场检查，发现你单位有下列违法违规行为和事故隐患：",
            fields.or_blank(&["检查时间", "被检查时间"])
        )),
        Said::Text(fields.or_blank(&["违法违规行为和事故隐患（逐项）"])),
        Said::Text(format!(
            "以上存在的问题无法保证安全生产，依据{}的规定，现作出如下现场处理决定：",
            fields.or_blank(&["处理依据"])
        )),
        Said::Text(fields.or_blank(&["处理决定", "现场处理决定（逐项）"])),
        remedy(fields, on, "决定"),
    ]
}

fn rechecked(fields: &Fields) -> Vec<Said> {
    let number = |labels: &[&str]| fields.get(labels);
    let (place, word) = (number(&["所属安监管"]), number(&["决定文号安监行为", "行为安监管"]));
    let (year, serial) = (number(&["决定文号字", "安监管字"]), number(&["决定文号号", "安监管号"]));
    let quoted = if serial.is_empty() {
        fields.get(&["相关决定的文号日期"])
    } else {
        format!("（{place}）{word}〔{year}〕{serial}号")
    };
    let decided = fields.or_blank(&["做出的决定", "所做决定内容"]);
    let on = fields.get(&["决定日期"]);
    let on = if on.is_empty() { String::new() } else { format!("于{on}") };
    vec![
        Said::Text(format!(
            "本机关{on}对你单位作出了{decided}［{quoted}］，经对你单位整改情况进行复查，提出如下意见："
        )),
        Said::Text(fields.or_blank(OPINIONS)),
    ]
}

fn recorded(fields: &Fields, visit: &Visit) -> Vec<Said> {
    let line = |facts: &[(&str, &[&str])]| {
        Said::Line(facts.iter().map(|(label, labels)| ((*label).to_string(), fields.get(labels))).collect())
    };
    let named = |officers: &[VisitOfficer]| {
        let each = officers.iter().map(|own| format!("{}（证件号码：{}）", own.name, own.number));
        each.collect::<Vec<_>>().join("、")
    };
    let others = by_agency(&visit.others());
    let come_along: String =
        others.iter().map(|(name, own)| format!("，{name}执法人员{}", named(own))).collect();
    let agencies = [fields.or_blank(&["机关"])].into_iter().chain(others.iter().map(|own| own.0.clone()));
    let together = (!others.is_empty())
        .then(|| Said::Line(vec![("联合检查机关".into(), agencies.collect::<Vec<_>>().join("、"))]));
    let head = vec![
        line(&[("被检查单位", WHO)]),
        line(&[("地址", &["单位地址", "被检查单位的地址"])]),
        line(&[
            ("法定代表人（负责人）", &["单位法定代表人或负责人", "法定代表人或负责人"]),
            ("职务", &["代表人职务", "法定代表人或负责人职务"]),
        ]),
        line(&[
            ("联系电话", &["代表人联系电话", "法定代表人或负责人联系电话"]),
            ("检查场所", &["检查场所", "被检查场所"]),
        ]),
        Said::Line(vec![(
            "检查时间".into(),
            format!(
                "{} 至 {}",
                fields.get(&["检查时间开始", "检查开始时间"]),
                fields.get(&["检查时间结束", "检查结束时间"])
            ),
        )]),
    ];
    let said = vec![
        Said::Text(format!(
            "我们是{}安全生产行政执法人员{}{come_along}，这是我们的证件（出示证件）。现依法对你单位进行现场检查，请予以配合。你单位依法享有陈述、申辩和申请回避的权利。\n检查情况：",
            fields.or_blank(&["机关"]),
            named(&visit.officers()),
        )),
        Said::Text(fields.or_blank(&["检查情况（逐项）"])),
    ];
    head.into_iter().chain(together).chain(said).collect()
}

/// A form without sentences of its own: label and value, short ones two by two.
pub(crate) fn lines(fields: &[(String, String)]) -> Vec<Said> {
    let is_short = |(label, value): &(String, String)| label.chars().count() + value.chars().count() <= 14;
    // the number of a card stands beside its holder's signature
    let shown =
        |label: &str| !by_hand(label) && !label.contains("人一证件号") && !label.contains("人二证件号");
    let mut all: Vec<(String, String)> = Vec::new();
    for (label, value) in fields.iter().filter(|(label, _)| shown(label)) {
        match all.last_mut() {
            // from when until when is one line
            Some((begun, from)) if label.contains("结束") && *begun == label.replace("结束", "开始") => {
                *begun = label.replace("结束", "");
                *from = format!("{from} 至 {value}");
            }
            _ => all.push((label.clone(), value.clone())),
        }
    }
    let mut parts: Vec<Said> = Vec::new();
    let mut waits: Option<(String, String)> = None;
    for own in all {
        match waits.take() {
            Some(first) if is_short(&own) => parts.push(Said::Line(vec![first, own])),
            first => {
                parts.extend(first.map(|first| Said::Line(vec![first])));
                if is_short(&own) {
                    waits = Some(own);
                } else {
                    parts.push(Said::Line(vec![own]));
                }
            }
        }
    }
    parts.extend(waits.map(|own| Said::Line(vec![own])));
    parts
}

/// An inner paper of the agency: label and value, and after each opinion who signs it, in the order of the form.
pub(crate) fn approved(fields: &[(String, String)], officers: &[VisitOfficer]) -> Vec<Said> {
    let is_signing = |label: &str| label.contains("签名") || label.contains("证件号");
    let mut parts = Vec::new();
    let mut rest = fields;
    while let Some(at) = rest.iter().position(|(label, _)| label.contains("签名")) {
        let (said, after) = rest.split_at(at);
        let signing = after.iter().take_while(|(label, _)| is_signing(label)).count();
        let (signing, after) = after.split_at(signing);
        let opinion =
            said.iter().rposition(|(label, _)| label.contains("意见")).filter(|at| *at + 1 == said.len());
        let (said, opinion) = said.split_at(opinion.unwrap_or(said.len()));
        parts.extend(lines(said));
        parts.push(Said::Signed(opinion.to_vec(), signers(signing, officers)));
        rest = after;
    }
    parts.extend(lines(rest));
    // a remark is written by hand where there is one
    parts.extend(rest.iter().filter(|(label, _)| label == "备注").map(|own| Said::Line(vec![own.clone()])));
    parts
}

/// Who signs, by the fields for it: an officer with the number of the card, somebody else with the day; several people on lines of their own.
fn signers(fields: &[(String, String)], officers: &[VisitOfficer]) -> Vec<Signature> {
    let blank = |label: String| Signature { label, drawing: None, instead: None, beside: None };
    let has = |wanted: &str| fields.iter().any(|(label, _)| label == wanted);
    let mut all = Vec::new();
    for (label, _) in fields {
        if label.ends_with("签名日期") {
            // that of both officers; the others have theirs beside the name
            let of_both = label.strip_suffix("签名日期").is_some_and(|who| !has(&format!("{who}签名")));
            all.extend(
                of_both
                    .then(|| Signature { instead: Some(BLANK_DAY.into()), ..blank("签名日期".into()) }),
            );
            continue;
        }
        let Some(who) = label.strip_suffix("签名") else { continue };
        let is_officer = OFFICERS.iter().any(|own| who.starts_with(own));
        let at = ["一", "二"].iter().position(|at| is_officer && who.ends_with(at));
        let who = if is_officer { who.trim_end_matches(['一', '二']) } else { who };
        let beside = match at {
            Some(at) => officers.get(at).map(|own| format!("证号：{}", own.number)),
            None => has(&format!("{label}日期")).then(|| format!("日期：{BLANK_DAY}")),
        };
        all.push(Signature { beside, ..blank(format!("{who}（签名）")) });
        if who.contains("出席人员") {
            all.extend([(); 2].map(|()| blank(String::new())));
        }
    }
    all
}

/// Who signs: both officers with the numbers of their cards, and the enterprise; a plan is signed where it is thought about.
fn signed(own: &Paper, visit: &Visit) -> Vec<Signature> {
    let blank = |label: &str| Signature { label: label.into(), drawing: None, instead: None, beside: None };
    if own.form == "inspection_plan" {
        return Vec::new();
    }
    let record = own.form == "inspection_record";
    let drawn: Signatures = if record {
        serde_json::from_value(visit.signatures.0.clone()).unwrap_or_default()
    } else {
        Signatures::default()
    };
    let drawing = |own: &Drawn| {
        let data = own.drawing.as_deref().and_then(|text| text.strip_prefix(PNG));
        data.and_then(|data| STANDARD.decode(data).ok())
    };
    let officers = visit.officers();
    let officer = |at: usize, own: &Drawn| Signature {
        drawing: drawing(own),
        beside: Some(format!("证号：{}", officers.get(at).map_or("", |own| own.number.as_str()))),
        ..blank(if record { "检查人员（签名）" } else { "执法人员（签名）" })
    };
    let others = visit.others();
    let come_along = others.iter().enumerate().filter(|_| record).map(|(at, own)| Signature {
        drawing: drawn.others.get(at).and_then(drawing),
        beside: Some(format!("证号：{}", own.number)),
        ..blank("检查人员（签名）")
    });
    let refused = drawn.enterprise.refused.as_ref().map(|why| format!("拒绝签名：{why}"));
    let of_the_enterprise = Signature {
        drawing: drawing(&drawn.enterprise),
        instead: refused,
        ..blank(match own.form.as_str() {
            "inspection_record" => "被检查单位现场负责人（签名）",
            "recheck_opinion" => "被复查单位负责人（签名）",
            _ => "被检查单位负责人（签名）",
        })
    };
    let lead = [officer(0, &drawn.officer_one), officer(1, &drawn.officer_two)];
    lead.into_iter().chain(come_along).chain([of_the_enterprise]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_opinion_is_signed_below_it_by_whom_the_form_names() {
        let labels = [
            "案由",
            "承办人意见",
            "承办人一签名",
            "承办人一证件号",
            "承办人二签名",
            "承办人二证件号",
            "承办人签名日期",
            "审核意见",
            "审核人签名",
            "审核人签名日期",
            "勘验情况",
            "当事人一签名",
            "当事人一联系方式",
            "出席人员签名",
        ];
        let fields: Vec<(String, String)> =
            labels.map(|label| (label.to_string(), "同意".to_string())).into();
        let card = |number: &str| VisitOfficer {
            card: uuid::Uuid::nil(),
            name: "张三".into(),
            number: number.into(),
            agency: uuid::Uuid::nil(),
            agency_name: String::new(),
        };
        let told: Vec<String> = approved(&fields, &[card("粤1"), card("粤2")])
            .into_iter()
            .map(|part| match part {
                Said::Line(facts) => facts.into_iter().map(|(label, _)| label).collect::<Vec<_>>().join("、"),
                Said::Signed(facts, by) => {
                    let facts = facts.into_iter().map(|(label, _)| label);
                    let by = by.into_iter().map(|own| own.label + own.beside.as_deref().unwrap_or_default());
                    facts.chain(by).collect::<Vec<_>>().join("；")
                }
                Said::Text(text) => text,
            })
            .collect();
        assert_eq!(
            told,
            [
                "案由",
                "承办人意见；承办人（签名）证号：粤1；承办人（签名）证号：粤2；签名日期",
                "审核意见；审核人（签名）日期：　　　年　　月　　日",
                "勘验情况",
                "当事人一（签名）",
                "当事人一联系方式",
                "出席人员（签名）；；",
            ]
        );
    }
}
