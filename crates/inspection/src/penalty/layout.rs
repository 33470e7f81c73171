//! A penalty's paper as it is printed: the sentences of the forms of notices and decisions; the inner papers of the file as label and value, with
//! who examines and who approves.

use chrono::NaiveDate;
use document::{Notice, Said, Signature, day};

use super::{
    compose::NOT,
    model::{Penalty, PenaltyPaper},
};
use crate::{
    compose::form_name,
    layout::{Fields, approved, lines, remedy, standing},
};

/// The paper as it is printed.
pub(super) fn paper(doc: &PenaltyPaper, own: &Penalty, issuer: &str, today: NaiveDate) -> Notice {
    let fields = Fields(doc.fields());
    let on = doc.issued_on.unwrap_or(today);
    let (across, mark) = standing(&doc.state, (doc.withdrawn_on, doc.reason.as_deref()));
    let deed = doc.deed.as_ref().map(|deed| format!("受{issuer}委托执法，委托执法书：{deed}。"));
    let agency = if issuer.is_empty() { "（签发机关）" } else { issuer };
    let notice = ["penalty_notice", "hearing_right_notice", "hearing_notice", "inquiry_notice"]
        .contains(&doc.form.as_str());
    let decision = doc.form.contains("decision");
    let you = if own.is_person() { "你" } else { "你单位" };
    Notice {
        agency: agency.to_string(),
        title: form_name(&doc.form, doc.issued_on),
        number: numbered(doc),
        issued_on: on,
        across: across.map(str::to_string),
        marks: mark.into_iter().chain(deed).collect(),
        to: notice.then(|| own.party_name.clone()),
        parts: match doc.form.as_str() {
            "penalty_notice" | "hearing_right_notice" => told(&fields, (you, on), &doc.form),
            "hearing_notice" => heard(&fields, you),
            "inquiry_notice" => asked(&fields, you),
            "service_receipt" => receipt(doc, &fields),
            "inquiry_record" | "statement_record" | "survey_record" | "hearing_record" => {
                recorded(fields, &doc.form)
            }
            _ if decision => decided(&fields, (you, on), own),
            _ => approved(&fields.0, &own.officers()),
        },
        signatures: signed(doc, own),
        sealed: notice || decision || doc.form == "service_receipt",
        copies: (notice || decision).then(|| format!("本文书一式两份：一份由{agency}备案，一份交当事人。")),
    }
}

/// A form without a number of its own says nothing of one.
fn numbered(doc: &PenaltyPaper) -> Option<String> {
    let unnumbered = doc.state != "draft" && doc.number.is_none();
    doc.number.clone().or_else(|| unnumbered.then(|| "（本文书不编号）".to_string()))
}

fn contact(fields: &Fields) -> Vec<Said> {
    let line = |facts: &[(&str, &str)]| {
        let asked = facts.iter().filter(|(_, own)| fields.0.iter().any(|(label, _)| label == own));
        Said::Line(asked.map(|(label, own)| ((*label).to_string(), fields.get(&[own]))).collect())
    };
    vec![
        line(&[("地址", "安全生产监督管理部门地址"), ("邮政编码", "邮政编码")]),
        line(&[("联系人", "联系人"), ("联系电话", "联系电话")]),
    ]
}

/// A record of what was said or seen: who took part; the officers show their cards and tell of rights and duties; the record.
fn recorded(fields: Fields, form: &str) -> Vec<Said> {
    let field = |label: &str| fields.or_blank(&[label]);
    let officers = format!(
        "我们是{}的执法人员{}、{}，证件号码为{}、{}，这是我们的证件（出示证件）。",
        field("机关"),
        field("执法人员一姓名"),
        field("执法人员二姓名"),
        field("执法人员一证件号"),
        field("执法人员二证件号"),
    );
    let (told, record) = match form {
        "inquiry_record" => {
            let told = format!(
                "{officers}我们依法就{}向您了解情况，您有如实回答询问的义务，也有陈述、申辩和申请回避的权利。您听清楚了吗？",
                field("有关问题")
            );
            (told, "询问记录")
        }
        "statement_record" => {
            let about = field("听取案件名称");
            let told =
                format!("{officers}现就{about}听取您的陈述和申辩，您也有申请回避的权利。您听清楚了吗？");
            (told, "陈述申辩记录")
        }
        "survey_record" => {
            let told =
                format!("{officers}现依法进行勘验检查，请予以配合；您依法享有陈述、申辩和申请回避的权利。");
            (told, "勘验情况")
        }
        _ => (String::new(), "听证记录"),
    };
    let said = field(record);
    let woven = ["机关", "有关问题", "听取案件名称", "第几次询问", record];
    // how to reach who took part stands beside the signature
    let apart =
        |label: &str| woven.contains(&label) || label.starts_with("执法人员") || label.ends_with("联系方式");
    let mut head: Vec<(String, String)> = Vec::new();
    for (label, value) in fields.0 {
        if label == "第几次询问" {
            head.push(("询问次数".into(), value));
        } else if !apart(&label) {
            head.push((label, value));
        }
    }
    let mut parts = lines(&head);
    parts.push(Said::Text(told));
    parts.push(Said::Text(format!("{record}：{said}")));
    parts
}

/// What was served, to whom and how; where it is not known yet there is room to write it.
fn receipt(doc: &PenaltyPaper, fields: &Fields) -> Vec<Said> {
    let all = doc.fields();
    let served = all.iter().find(|(label, _)| label.starts_with("明细表")).map(|(_, value)| value.clone());
    let line = |label: &str, value: String| Said::Line(vec![(label.to_string(), value)]);
    vec![
        line("案件名称", fields.get(&["案件名称"])),
        line("受送达单位（个人）", fields.get(&["受送达单位个人"])),
        line("送达文书名称、文号", served.unwrap_or_default()),
        line("送达日期", doc.served_on.map(day).unwrap_or_default()),
        line("送达方式、地点和收件人", doc.service.clone().unwrap_or_default()),
        line("备注", fields.get(&["备注"])),
    ]
}

fn told(fields: &Fields, (you, on): (&str, NaiveDate), form: &str) -> Vec<Said> {
    let since_2021 = NaiveDate::from_ymd_opt(2021, 7, 15).is_none_or(|from| on >= from);
    let proposed = format!(
        "以上行为违反了{}的规定，依据{}的规定，拟对{you}作出以下行政处罚：{}。",
        fields.or_blank(&["以上行为违反了什么规定"]),
        fields.or_blank(&["依据什么进行处罚", "依据什么规定进行处罚"]),
        fields.or_blank(&["做出的行政处罚"]),
    );
    let right = if form == "hearing_right_notice" {
        let (articles, days) = if since_2021 {
            ("第四十四条、第四十五条、第六十三条和第六十四条", "五个工作日")
        } else {
            ("第三十一条、第三十二条和第四十二条", "三日")
        };
        let to = fields.or_blank(&["若要求举行听证可以提交申请的部门"]);
        format!(
            "根据《中华人民共和国行政处罚法》{articles}的规定，{you}有权进行陈述和申辩，并有权要求举行听证。要求听证的，应当在收到本告知书之日起{days}内向{to}提出；逾期不提出的，视为放弃听证权利。"
        )
    } else {
        let articles = if since_2021 {
            "第四十四条和第四十五条"
        } else {
            "第三十一条和第三十二条"
        };
        let to = fields.or_blank(&["收到告知书三日内可以陈述和申辩的安全生产监督部门"]);
        format!(
            "如对上述处罚有异议，根据《中华人民共和国行政处罚法》{articles}的规定，{you}有权在收到本告知书之日起三日内向{to}进行陈述和申辩；逾期未提出的，视为放弃陈述、申辩的权利。"
        )
    };
    let mut parts = vec![
        Said::Text(format!("经查，{you}存在下列行为：")),
        Said::Text(fields.or_blank(&["存在下列行为", "现查明存在下列行为"])),
        Said::Text(format!("以上事实主要证据如下：\n{}", fields.or_blank(&["以上事实主要证据如下"]))),
        Said::Text(format!("{proposed}\n{right}")),
    ];
    parts.extend(contact(fields));
    parts
}

fn asked(fields: &Fields, you: &str) -> Vec<Said> {
    let field = |label: &str| fields.or_blank(&[label]);
    let bring = field("选项[身份证/营业执照/法定代表人身份证明或者委托书/自定义]");
    let more = fields.get(&["自定义填写项"]);
    let more =
        if more.is_empty() || more == NOT { String::new() } else { format!("；其他材料：{more}") };
    let mut parts = vec![Said::Text(format!(
        "因{}，请{you}于{}到{}接受询问调查。\n来时请携带下列证件材料：{bring}{more}。\n如无法按时前来，请及时联系。",
        field("询问原因"),
        field("询问时间"),
        field("接受询问地点"),
    ))];
    parts.extend(contact(fields));
    parts
}

fn heard(fields: &Fields, you: &str) -> Vec<Said> {
    let field = |label: &str| fields.or_blank(&[label]);
    let mut parts = vec![
        Said::Text(format!(
            "根据{you}的申请，关于{}，现定于{}在{}举行听证会。",
            field("关于什么案件"),
            field("举行听证时间"),
            field("举行听证地点"),
        )),
        Said::Text(format!(
            "听证主持人：{}（{}）；听证员：{}（{}）、{}（{}）；书记员：{}（{}）。",
            field("听证主持人姓名"),
            field("听证主持人职务"),
            field("听证员一姓名"),
            field("听证员一职务"),
            field("听证员二姓名"),
            field("听证员二职务"),
            field("书记员姓名"),
            field("书记员职务"),
        )),
        Said::Text(format!(
            "{you}可以亲自参加听证，也可以委托一至二人代理；认为主持人与本案有直接利害关系的，有权申请回避。无正当理由不出席听证或者中途退出的，视为放弃听证权利。"
        )),
    ];
    parts.extend(contact(fields));
    parts
}

fn decided(fields: &Fields, (you, on): (&str, NaiveDate), own: &Penalty) -> Vec<Said> {
    // the patterns differ in what they ask for
    let line = |facts: &[(&str, &[&str])]| {
        let asked =
            facts.iter().filter(|(_, own)| fields.0.iter().any(|(label, _)| own.contains(&label.as_str())));
        Said::Line(asked.map(|(label, own)| ((*label).to_string(), fields.get(own))).collect())
    };
    let mut parts = if own.is_person() {
        vec![
            line(&[("被处罚人", &["被处罚人"]), ("性别", &["性别"]), ("年龄", &["年龄"])]),
            line(&[("身份证件号", &["身份证件号"])]),
            line(&[("家庭住址", &["家庭住址"])]),
            line(&[("所在单位", &["所在单位"]), ("职务", &["职务"])]),
            line(&[("单位地址", &["单位地址"])]),
            line(&[("联系电话", &["联系电话"]), ("邮政编码", &["邮政编码"])]),
        ]
    } else {
        vec![
            line(&[("被处罚单位", &["被处罚单位", "被处罚单位名称"])]),
            line(&[("地址", &["地址"]), ("邮政编码", &["邮政编码"])]),
            line(&[
                ("法定代表人（负责人）", &["法定代表人（负责人）", "法定代表人负责人"]),
                ("职务", &["职务"]),
            ]),
            line(&[("联系电话", &["联系电话"])]),
        ]
    };
    parts.push(Said::Text(format!("违法事实及证据：\n{}", fields.or_blank(&["违法事实及证据"]))));
    parts.push(Said::Text(format!(
        "以上事实违反了{}的规定，依据{}的规定，决定给予{you}以下行政处罚：{}。",
        fields.or_blank(&["以上事实违反了什么规定"]),
        fields.or_blank(&["依据什么规定"]),
        fields.or_blank(&["做出了什么行政处罚"]),
    )));
    if own.fine > 0 {
        let since_2021 = NaiveDate::from_ymd_opt(2021, 7, 15).is_none_or(|from| on >= from);
        let late = if since_2021 {
            "依据《中华人民共和国行政处罚法》第七十二条第一款第一项的规定，每日按罚款数额的百分之三加处罚款，加处罚款的数额不超出罚款的数额"
        } else {
            "依据《中华人民共和国行政处罚法》第五十一条第一项的规定，每日按罚款数额的百分之三加处罚款"
        };
        let way = fields.get(&["选项[当场缴纳/期限缴纳]"]);
        if way == "当场缴纳" {
            parts.push(Said::Text("罚款缴纳方式：当场缴纳。".into()));
        } else {
            let way = if way.is_empty() { way } else { format!("罚款缴纳方式：{way}。") };
            parts.push(Said::Text(format!(
                "{way}罚款自收到本决定书之日起十五日内缴至{}，账号：{}。到期不缴的，{late}。",
                fields.or_blank(&["缴纳处"]),
                fields.or_blank(&["缴纳账号"]),
            )));
        }
    }
    parts.push(remedy(fields, on, "决定"));
    parts
}

/// Who signs at the end; the inner papers are signed at each opinion.
fn signed(doc: &PenaltyPaper, own: &Penalty) -> Vec<Signature> {
    let blank = |label: &str| Signature { label: label.into(), drawing: None, instead: None, beside: None };
    let dated = |label: &str| Signature {
        beside: Some("日期：　　　年　　月　　日".into()), ..blank(label)
    };
    let officers = own.officers();
    let officer = |at: usize, label: &str| Signature {
        beside: officers.get(at).map(|own| format!("证号：{}", own.number)),
        ..blank(label)
    };
    let both = |label: &str| vec![officer(0, label), officer(1, label)];
    match doc.form.as_str() {
        "on_spot_decision_unit" | "on_spot_decision_person" => {
            let mut all = both("执法人员（签名）");
            all.push(dated("当事人或者委托代理人（签名）"));
            all
        }
        "inquiry_record" => {
            let mut all = both("询问人（签名）");
            all.extend([blank("记录人（签名）"), dated("被询问人（签名）")]);
            all
        }
        "survey_record" => {
            let said = Fields(doc.fields());
            let reached = |who: &str| Signature {
                beside: Some(format!("联系方式：{}", said.get(&[&format!("{who}联系方式")]))),
                ..blank(&format!("{who}（签名）"))
            };
            let mut all = both("勘验人（签名）");
            all.extend([reached("当事人一"), reached("当事人二")]);
            all.extend([blank("被邀请人（签名）"), blank("记录人（签名）")]);
            all
        }
        "statement_record" => {
            let mut all = vec![dated("陈述申辩人（签名）")];
            all.extend(both("承办人（签名）"));
            all.push(blank("记录人（签名）"));
            all
        }
        "hearing_record" => {
            ["申请听证人或者其委托代理人（签名）", "主持人（签名）", "听证员（签名）", "书记员（签名）"]
                .map(dated)
                .into()
        }
        "service_receipt" => {
            let mut all = vec![dated("收件人（签名或者盖章）")];
            all.extend(both("送达人（签名）"));
            all
        }
        _ => Vec::new(),
    }
}
