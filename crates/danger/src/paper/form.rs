//! What the enterprise fills in: the plan for putting it right (总局令第16号第十五条: aims, methods, funds, persons, time, safety measures and
//! emergency plan; in practice the five guarantees, 五落实), and the application for acceptance and release.

use chrono::NaiveDate;
use document::{Notice, Said};

use super::{Matter, day, label, line, open_end, signs, yuan};

const STOPS: &[(&str, &str)] = &[("none", "不停产停业"), ("part", "局部停产停业"), ("whole", "全部停产停业")];
const ACCEPTANCE: &[(&str, &str)] =
    &[("self", "企业自行验收"), ("expert", "专家验收"), ("government", "政府部门验收")];

/// A form of the enterprise, with its own name over it; the number is that of the danger.
fn form(matter: &Matter<'_>, title: String, on: NaiveDate, parts: Vec<Said>, copies: &str) -> Notice {
    Notice {
        agency: matter.case.enterprise_name.clone(),
        title,
        number: Some(format!("隐患编号：{}", matter.case.number)),
        issued_on: on,
        across: None,
        marks: Vec::new(),
        to: None,
        parts,
        signatures: Vec::new(),
        sealed: false,
        copies: Some(copies.into()),
    }
}

/// What it is about, on either form.
fn about(matter: &Matter<'_>) -> Vec<Said> {
    let row = matter.row;
    let found = format!("{}　{}", day(Some(row.found_on)), row.found_by.as_deref().unwrap_or_default());
    vec![
        line(&[("隐患部位", &row.place)]),
        line(&[("发现日期和发现人", found.trim())]),
        line(&[("隐患现状", &row.description)]),
    ]
}

/// The plan with the five guarantees.
pub(super) fn plan(matter: &Matter<'_>, on: NaiveDate) -> Notice {
    let row = matter.row;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mut parts = about(matter);
    parts.extend([
        line(&[("等级和判定依据", &format!("{}。{}", matter.kind(), matter.grounds()))]),
        line(&[("整改要求", &text(&row.requirement))]),
        line(&[("停产停业决定", label(STOPS, Some(&row.stop)))]),
        line(&[("一、责任（治理责任人）", &text(&row.plan_person))]),
        line(&[("二、措施（目标、任务、方法）", &text(&row.plan_measures))]),
        line(&[("三、资金（计划投入）", &yuan(row.plan_funds)), ("实际投入", &yuan(row.funds_spent))]),
        line(&[
            ("四、时限（计划完成）", &day(row.plan_on)),
            ("整改期限", &day(matter.case.due_on.filter(|_| matter.case.state == "mending").or(row.term_on))),
        ]),
        line(&[("五、预案（安全措施和应急预案）", &text(&row.plan_emergency))]),
        Said::Signed(
            Vec::new(),
            vec![
                signs("治理责任人（签名）", None),
                signs("主要负责人（签名）", None),
                signs("填报单位（盖章）", None),
            ],
        ),
        Said::Signed(vec![("监管部门意见".into(), String::new())], vec![signs("经办人（签名）", None)]),
    ]);
    let title = format!("{}治理方案表", matter.kind());
    form(matter, title, on, parts, "本表一式两份：一份由填报单位存档，一份报负有安全生产监督管理职责的部门。")
}

/// The application for acceptance and release.
pub(super) fn acceptance(matter: &Matter<'_>, on: NaiveDate) -> Notice {
    let row = matter.row;
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let passed = matter
        .last(&["accept"])
        .is_some_and(|own| matter.last(&["mend"]).is_some_and(|mend| own.seq > mend.seq));
    let seen = row.rechecked_text.clone().filter(|_| passed).unwrap_or_default();
    let seen_on = row.rechecked_on.filter(|_| passed).map(|own| format!("日期：{}", day(Some(own))));
    let end = matter.ending();
    let decided = end.and_then(|own| own.reason.clone()).unwrap_or_default();
    let decided =
        if end.is_some() { format!("同意解除督办。{}。", open_end(&decided)) } else { decided };
    let decided_on = row.released_on.filter(|_| end.is_some()).map(|own| format!("日期：{}", day(Some(own))));
    let mut parts = about(matter);
    parts.extend([
        line(&[("督办机关", &matter.office()), ("督办文号", &text(&row.listed_document))]),
        line(&[("督办期限", &day(row.listed_until)), ("整改完成", &day(row.mended_on))]),
        line(&[("计划投入", &yuan(row.plan_funds)), ("实际投入", &yuan(row.funds_spent))]),
        line(&[("整改情况", &text(&row.mended_text))]),
        line(&[
            ("验收方式", label(ACCEPTANCE, row.acceptance.as_deref())),
            ("验收人", &text(&row.accepted_by)),
        ]),
        Said::Text("上述重大事故隐患已按治理方案整改完毕并经验收，现申请现场复查、解除挂牌督办，验收意见和有关材料附后。".into()),
        Said::Signed(
            Vec::new(),
            vec![signs("主要负责人（签名）", None), signs("申请单位（盖章）", None)],
        ),
        Said::Signed(vec![("现场复查意见".into(), seen)], vec![signs("复查人员（签名）", seen_on)]),
        Said::Signed(vec![("督办机关意见".into(), decided)], vec![signs("负责人（签名）", decided_on)]),
    ]);
    let title = "重大事故隐患\n验收（解除督办）申请表".into();
    form(matter, title, on, parts, "本表一式三份：申请单位、所在地监管部门、督办机关各存一份。")
}
