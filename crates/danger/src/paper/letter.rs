//! What agencies send out about a danger: the notice of listed supervision, the answer to who asked for more time, the notice of release or
//! that the listing was a mistake; and the letter to another department. Only the first has a number made by a rule; the others are
//! numbered by hand.

use caseflow::{Case, Event};
use chrono::NaiveDate;
use document::{Notice, Said};
use kernel::day_of;

use super::{BY_HAND, Matter, day, label, named, open_end, signs};
use crate::model::{self, Danger};

/// Ways of serving a notice.
pub(crate) const WAYS: &[(&str, &str)] = &[
    ("direct", "直接送达"),
    ("left", "留置送达"),
    ("mail", "邮寄送达"),
    ("electronic", "电子送达"),
    ("public", "公告送达"),
];

/// Whether the day is that or a later one.
fn since(on: NaiveDate, year: i32, month: u32) -> bool {
    NaiveDate::from_ymd_opt(year, month, 1).is_some_and(|from| on >= from)
}

/// By which law an agency lists and releases: 国发〔2004〕2号, 国发〔2010〕23号, and 安全生产法 since that of 2014.
fn basis(on: NaiveDate) -> &'static str {
    match on {
        _ if since(on, 2021, 9) => "根据《中华人民共和国安全生产法》第四十一条第三款的规定",
        _ if since(on, 2014, 12) => "根据《中华人民共和国安全生产法》第三十八条第二款的规定",
        _ if since(on, 2010, 8) => {
            "根据《国务院关于进一步加强企业安全生产工作的通知》（国发〔2010〕23号）的规定"
        }
        _ => "根据《国务院关于进一步加强安全生产工作的决定》（国发〔2004〕2号）的规定",
    }
}

/// By which article one department tells another: 安全生产法 of 2021, 2014, 2002.
fn duty_to_tell(on: NaiveDate) -> &'static str {
    match on {
        _ if since(on, 2021, 9) => "第六十九条",
        _ if since(on, 2014, 12) => "第六十六条",
        _ => "第六十条",
    }
}

fn letter(matter: &Matter<'_>, title: String, agency: String, on: NaiveDate, text: Vec<String>) -> Notice {
    Notice {
        agency: agency.clone(),
        title,
        number: Some(BY_HAND.into()),
        issued_on: on,
        across: None,
        marks: Vec::new(),
        to: Some(matter.case.enterprise_name.clone()),
        parts: vec![Said::Text(
            text.into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n"),
        )],
        signatures: vec![signs("收件人（签名）", None)],
        sealed: true,
        copies: Some(format!("本件一式两份：一份由{agency}存档，一份交收件单位。")),
    }
}

/// The notice of listed supervision with its receipt.
pub(super) fn listing(matter: &Matter<'_>) -> Notice {
    let row = matter.row;
    let on = row.listed_on.unwrap_or(matter.case.opened_on);
    let office = matter.office();
    let place = office.trim_end_matches("安全生产委员会办公室");
    let text = vec![
        format!(
            "经查，你单位{}存在下列重大事故隐患（隐患编号：{}）：{}。",
            row.place,
            matter.case.number,
            open_end(&row.description)
        ),
        format!("判定依据：{}。", open_end(&matter.grounds())),
        row.requirement.as_ref().map(|own| format!("整改要求：{}。", open_end(own))).unwrap_or_default(),
        format!(
            "{}，现决定由{place}挂牌督办。你单位应当落实责任、措施、资金、时限、预案，于{}前完成整改；整改期间采取防范措施，不能保证安全的，停产停业或者停止使用。",
            basis(on),
            day(row.listed_until)
        ),
        row.listed_ask_by
            .map(|last| {
                format!("确需延期的，最迟于{}书面提出申请，说明原因和期间的防范措施。", day(Some(last)))
            })
            .unwrap_or_default(),
        "整改完成后，经专家或者政府部门验收，向所在地监管部门报告；复查合格的，由督办机关解除督办。".into(),
    ];
    let served =
        row.served_on.map(|on| format!("{}{}", day(Some(on)), label(WAYS, row.served_way.as_deref())));
    let mut receipt = signs("收件人（签名）", served);
    receipt.instead = row.served_to.clone();
    let mut paper = letter(matter, "重大事故隐患挂牌督办通知书".into(), office, on, text);
    paper.number = row.listed_document.clone().or(paper.number);
    paper.signatures = vec![signs("送达人（签名）", None), receipt];
    // what was a mistake is no longer in force, and says so
    if let Some(end) = matter.ending().filter(|own| own.action == "unlist") {
        paper.across = Some("已撤销".into());
        let why = end.reason.as_deref().unwrap_or_default();
        paper.marks = vec![format!("已于{}撤销：{why}", day(Some(day_of(end.at))))];
    }
    paper
}

/// The request for more time that a step answered, and the term before it.
fn asked<'a>(events: &'a [Event], answer: &Event) -> Option<(&'a Event, Option<NaiveDate>)> {
    let at = events.iter().rposition(|own| own.action == "defer" && own.seq < answer.seq)?;
    let before = at.checked_sub(1).and_then(|at| events.get(at)).and_then(|own| own.due_on);
    events.get(at).map(|own| (own, before))
}

/// The answer to who asked for more time: granted, or refused with the reason.
pub(super) fn deferral(matter: &Matter<'_>, seq: i64, on: NaiveDate) -> Notice {
    let row = matter.row;
    let title = format!("{}延期整改答复书", matter.kind());
    let answer = matter.events.iter().find(|own| own.seq == seq);
    let asked = answer.and_then(|own| asked(matter.events, own));
    let wanted = asked.and_then(|(own, _)| own.changed.as_ref()?.0["deferral_on"].as_str()?.parse().ok());
    let term = answer.and_then(|own| own.due_on);
    let (asked_on, from) = asked.map_or((None, None), |(own, before)| (Some(day_of(own.at)), before));
    let why = asked.and_then(|(own, _)| own.reason.as_deref()).unwrap_or_default();
    let reason = answer.and_then(|own| own.reason.as_deref()).map(open_end).unwrap_or_default();
    let decided = if answer.is_some_and(|own| own.action == "grant") {
        let because = if reason.is_empty() { String::new() } else { format!("（{reason}）") };
        format!("经研究，同意延期{because}，整改期限延长至{}。", day(term))
    } else {
        format!("经研究，不同意延期，理由：{reason}。你单位应当于{}前完成整改。", day(term))
    };
    let text = vec![
        format!(
            "你单位于{}就下列{}提出的延期整改申请收悉（隐患编号：{}）：{}：{}。",
            day(asked_on),
            matter.kind(),
            matter.case.number,
            row.place,
            open_end(&row.description)
        ),
        format!("申请将整改期限由{}延长至{}，理由：{}。", day(from), day(wanted), open_end(why)),
        decided,
        "整改期间应当落实防范措施和应急预案；不能保证安全的，停产停业或者停止使用相关设施、设备，撤出危险区域内的人员。".into(),
    ];
    letter(matter, title, matter.decider(seq), on, text)
}

/// By which notice it was listed.
fn listed_by(matter: &Matter<'_>) -> String {
    let Danger { place, description, listed_on, listed_document, .. } = matter.row;
    format!(
        "本机关于{}以{}《重大事故隐患挂牌督办通知书》对你单位下列重大事故隐患挂牌督办（隐患编号：{}）：{place}：{}。",
        day(*listed_on),
        listed_document.as_deref().unwrap_or_default(),
        matter.case.number,
        open_end(description)
    )
}

/// That it is no longer under listed supervision, after it was looked at on the spot.
pub(super) fn release(matter: &Matter<'_>, on: NaiveDate) -> Notice {
    let row = matter.row;
    let end = matter.ending();
    let reason = end.and_then(|own| own.reason.as_deref()).map(open_end).unwrap_or_default();
    let seen =
        matter.last(&["accept"]).and_then(|own| own.reason.as_deref()).map(open_end).unwrap_or_default();
    let seen_on = matter.last(&["accept"]).map(|own| day_of(own.at));
    let stopped = match row.stop.as_str() {
        "none" => String::new(),
        _ => "责令停产停业或者停止使用相关设施、设备的，经作出决定的部门审查同意后，方可恢复生产经营和使用。"
            .into(),
    };
    let text = vec![
        listed_by(matter),
        format!(
            "你单位报告已于{}整改完成。经{}现场复查：{seen}。审查结论：{reason}。",
            day(row.mended_on),
            day(seen_on)
        ),
        format!("{}，决定自{}起解除挂牌督办，对该隐患予以销号。", basis(on), day(Some(on))),
        stopped,
        "你单位应当巩固整改成果，继续做好事故隐患排查治理工作，防止同类隐患再次发生。".into(),
    ];
    letter(matter, "重大事故隐患解除挂牌督办通知书".into(), matter.office(), on, text)
}

/// That the listing was a mistake.
pub(super) fn unlisting(matter: &Matter<'_>, on: NaiveDate) -> Notice {
    let end = matter.ending();
    let reason = end.and_then(|own| own.reason.as_deref()).map(open_end).unwrap_or_default();
    let term = end.and_then(|own| own.due_on);
    let text = vec![
        listed_by(matter),
        format!("经核实，{reason}，决定自{}起撤销挂牌督办。", day(Some(on))),
        term.map(|term| {
            format!("撤销挂牌督办不免除你单位的整改责任，该隐患仍应当于{}前完成整改。", day(Some(term)))
        })
        .unwrap_or_default(),
    ];
    letter(matter, "重大事故隐患撤销挂牌督办通知书".into(), matter.office(), on, text)
}

/// The letter to another department, with the day by which it is to answer (安全生产法 2021 第六十九条).
pub(crate) fn tell(
    (case, notice): (&Case, &model::Notice),
    danger: (&Case, &Danger),
    events: &[Event],
    agency: &str,
) -> Notice {
    let agency = named(agency);
    let (found, row) = danger;
    let term = events.first().and_then(|own| own.due_on).or(case.due_on);
    let kind = if found.severity == "major" { "重大事故隐患" } else { "事故隐患" };
    let text = [
        format!(
            "我单位在工作中发现{}（{}）{}存在{kind}（隐患编号：{}，发现日期：{}）：{}。",
            found.enterprise_name,
            region::divisions::full_name(&row.town),
            row.place,
            found.number,
            day(Some(row.found_on)),
            open_end(&row.description)
        ),
        format!("抄告事项：{}。", open_end(&notice.content)),
        format!(
            "根据《中华人民共和国安全生产法》{}的规定，现将有关情况抄告你单位。请依照职责及时处理，并于{}前将处理意见书面答复我单位，处理完毕后反馈结果；不属于你单位职责的，请在上述期限内说明理由并退回。",
            duty_to_tell(notice.sent_on),
            day(term)
        ),
        format!(
            "联系人：{}。",
            if case.officer_name.is_empty() { "＿＿＿＿＿＿" } else { &case.officer_name }
        ),
    ];
    let mut receipt =
        signs("签收人（签名）", notice.received_on.map(|on| format!("日期：{}", day(Some(on)))));
    receipt.instead = notice.received_by.clone();
    let withdrawn = events.iter().rfind(|own| own.action == "withdraw").map(|own| {
        format!("已于{}撤回：{}", day(Some(day_of(own.at))), own.reason.as_deref().unwrap_or_default())
    });
    Notice {
        agency: agency.clone(),
        title: "事故隐患抄告函".into(),
        number: Some(BY_HAND.into()),
        issued_on: notice.sent_on,
        across: withdrawn.is_some().then(|| "已撤回".into()),
        marks: std::iter::once(format!("抄告编号：{}", case.number)).chain(withdrawn).collect(),
        to: Some(notice.department.clone()),
        parts: vec![Said::Text(text.join("\n"))],
        signatures: vec![receipt],
        sealed: true,
        copies: Some(format!("本函一式两份：一份由{agency}存档，一份送{}。", notice.department)),
    }
}
