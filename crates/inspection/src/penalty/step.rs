//! Taking the steps of a penalty: what the law asks before each, and the deadline that follows from it.

use audit::Action;
use caseflow::{Acting, Case, Taken};
use chrono::NaiveDate;
use db::{Exec, Tx};
use kernel::Scope;
use rules::{At, legal_limit, penalty};
use serde_json::json;
use web::{Outcome, Problem};

use super::{
    flow::{self, FLOW},
    frame,
    model::{Penalty, PenaltyPaper},
    store,
};

/// What beside its paper is said with a step.
#[derive(Debug, Default)]
pub(super) struct Said {
    /// Day of service.
    pub(super) served_on: Option<NaiveDate>,
    /// Day of the hearing.
    pub(super) hearing_on: Option<NaiveDate>,
    /// The new last day for the decision.
    pub(super) until: Option<NaiveDate>,
    /// Paid now, in 分.
    pub(super) paid: Option<i64>,
    /// Why.
    pub(super) reason: Option<String>,
}

type Deadline = Option<(NaiveDate, String)>;

fn conflict<T>(code: &'static str, why: impl Into<String>) -> Outcome<T> {
    Err(Problem::conflict(code, why))
}

fn needed<T>(pointer: &str, why: &str) -> Outcome<T> {
    Err(Problem::wrong_field(pointer, "field.required", why))
}

/// The last day of a limit of the law that runs from that day, and which limit it is. `days` are the working days that count where the
/// holidays of that year are not known yet.
fn limit(
    by: Acting<'_>,
    own: &Penalty,
    kind: &str,
    (from, days): (NaiveDate, i64),
) -> Outcome<(NaiveDate, String)> {
    let at = At { on: from, region: &own.town, law: by.law };
    let input =
        legal_limit::Input { document: kind.into(), served_on: Some(from), ..legal_limit::Input::default() };
    match legal_limit::compute(&at, &input) {
        Ok(found) => {
            let source = found.explanation.iter().find_map(|step| step.source.clone()).unwrap_or_default();
            Ok((found.value.ends_on, format!("{}：{source}", found.value.name)))
        }
        Err(refusal) if refusal.code == "not_in_force" => {
            let (day, note) = caseflow::after_working_days(by.law, &own.town, from, days)?;
            Ok((day, format!("法定期限 {days} 个工作日{note}")))
        }
        Err(refusal) => Err(law::problem(refusal)),
    }
}

/// The form fits the party: the forms of decisions are two, for the enterprise and for a person.
fn fits(own: &Penalty, form: &str) -> Outcome<()> {
    let wrong = if own.is_person() { form.ends_with("_unit") } else { form.ends_with("_person") };
    if wrong {
        return conflict(
            "penalty.party",
            "这份决定书的式样与当事人不符：单位用“（单位）”，个人用“（个人）”。",
        );
    }
    Ok(())
}

/// Whether the papers of that form were issued.
fn is_issued(papers: &[PenaltyPaper], forms: &[&str]) -> bool {
    papers.iter().any(|own| own.state == "issued" && forms.contains(&own.form.as_str()))
}

/// What the law asks before a step, what becomes of the penalty, and which deadline follows.
async fn prepare(
    tx: &mut Tx,
    by: Acting<'_>,
    (own, case): (&mut Penalty, &Case),
    (action, form): (&str, &str),
    said: &mut Said,
) -> Outcome<Deadline> {
    let today = by.clock.today();
    let term = |own: &Penalty| own.limit_on.map(|day| (day.max(today), "行政处罚案件办结期限".to_string()));
    Ok(match action {
        "file" => {
            let (day, why) = limit(by, own, "penalty_case", (today, 60))?;
            (own.filed_on, own.limit_on) = (Some(today), Some(day));
            Some((day, why))
        }
        "report" => {
            let papers = store::papers(&mut *tx, own).await?;
            let evidence = is_issued(&papers, &["inquiry_record", "survey_record"]);
            if !evidence && store::exhibits(&mut *tx, own).await?.is_empty() {
                return conflict("penalty.no_evidence", "还没有询问笔录，也没有证据材料，请先调查取证。");
            }
            stated(own)?;
            frame::within(by, own)?;
            None
        }
        "discuss" => {
            own.discussed = true;
            None
        }
        "tell" => {
            stated(own)?;
            frame::within(by, own)?;
            let heavy = frame::is_heavy(by, own)?;
            if heavy && !own.discussed {
                return conflict(
                    "penalty.panel",
                    "较大数额罚款、责令停产停业等重大处罚，应当先由机关负责人集体讨论（行政处罚法第五十七条）。",
                );
            }
            if heavy && form != "hearing_right_notice" {
                return conflict(
                    "penalty.hearing_right",
                    "这项处罚应当告知听证权利，请使用《行政处罚听证告知书》（行政处罚法第六十三条）。",
                );
            }
            own.hearing = form == "hearing_right_notice";
            (own.told_fine, own.told_on, own.stated) = (Some(own.fine), None, false);
            Some(answer_by(by, own, today)?)
        }
        "hand_over" => {
            let day = said.served_on.unwrap_or(today);
            own.told_on = Some(day);
            let (until, why) = answer_by(by, own, day)?;
            Some((until.max(today), why))
        }
        "state" => {
            own.stated = true;
            None
        }
        "lapse" => {
            let Some(told_on) = own.told_on else {
                return conflict("penalty.not_told", "告知书还没有登记送达，陈述申辩的期限没有开始。");
            };
            let (until, _) = answer_by(by, own, told_on)?;
            if today <= until {
                let why = format!(
                    "陈述申辩或者申请听证的期限到 {until} 为止，期满前不能呈批；当事人书面放弃的，请登记放弃。"
                );
                return conflict("penalty.term", why);
            }
            term(own)
        }
        "waive" => term(own),
        "ask_hearing" => {
            if !own.hearing {
                return conflict(
                    "penalty.no_hearing",
                    "这件处罚没有告知听证权利，当事人的意见请作陈述申辩笔录。",
                );
            }
            term(own)
        }
        "notify_hearing" => {
            let Some(day) = said.hearing_on else { return needed("/hearing_on", "请填写听证日期。") };
            let (last, why) = limit(by, own, "hearing_notice", (day, -7))?;
            if today > last {
                let why =
                    format!("听证应当提前通知（{why}）：{day} 的听证最迟 {last} 通知，请推迟听证日期。");
                return Err(Problem::wrong_field("/hearing_on", "penalty.hearing_soon", why));
            }
            own.hearing_on = Some(day);
            Some((day, "听证日期".into()))
        }
        "hear" => {
            let held = is_issued(&store::papers(&mut *tx, own).await?, &["hearing_record"]);
            if !held || own.hearing_on.is_none_or(|day| day > today) {
                return conflict("penalty.not_heard", "听证还没有举行或者没有听证笔录，不能提交听证会报告。");
            }
            term(own)
        }
        "approve" => term(own),
        "extend" => {
            let Some(day) = said.until else { return needed("/until", "请填写延长到哪一天。") };
            if own.limit_on.is_some_and(|limit| day <= limit) {
                return Err(Problem::wrong_field("/until", "date.order", "延长后的期限应晚于原期限。"));
            }
            own.limit_on = Some(day);
            Some((day, "经批准延长的办案期限".into()))
        }
        "decide" => {
            fits(own, form)?;
            frame::within(by, own)?;
            if own.told_fine.is_none_or(|told| own.fine > told) {
                return conflict(
                    "penalty.heavier",
                    "决定的罚款高于告知的罚款，请重新告知；不得因当事人陈述、申辩而加重处罚（行政处罚法第四十五条）。",
                );
            }
            own.decided_on = Some(today);
            Some(limit(by, own, "penalty_service", (today, 7))?)
        }
        "decide_spot" => {
            fits(own, form)?;
            stated(own)?;
            frame::within(by, own)?;
            let at = At { on: today, region: &own.town, law: by.law };
            let (most, _) = penalty::threshold(&at, "on_spot", frame::party(own)).map_err(law::problem)?;
            if own.fine > most * 100 || own.other.is_some() {
                let why = format!(
                    "当场处罚只能是警告或者 {most} 元以下的罚款（行政处罚法第五十一条），请按普通程序立案。"
                );
                return conflict("penalty.not_on_spot", why);
            }
            (own.decided_on, own.served_on) = (Some(today), Some(today));
            Some(limit(by, own, "fine_payment", (today, 15))?)
        }
        "serve" => {
            let Some(day) = said.served_on else { return needed("/served_on", "请填写送达日期。") };
            if day > today || own.decided_on.is_some_and(|decided| day < decided) {
                return Err(Problem::wrong_field(
                    "/served_on",
                    "date.order",
                    "送达日期应在决定日期和今天之间。",
                ));
            }
            own.served_on = Some(day);
            let (until, why) = limit(by, own, "fine_payment", (day, 15))?;
            Some((until.max(today), why))
        }
        "pay" => {
            let Some(paid) = said.paid.filter(|paid| *paid > 0) else {
                return needed("/paid", "请填写缴款金额（分）。");
            };
            own.paid += paid;
            None
        }
        "close" => {
            let reason = said.reason.as_deref().map(str::trim).filter(|text| !text.is_empty());
            if own.paid < own.fine && reason.is_none() {
                return needed("/reason", "罚款还没有缴清，请写明结案理由（如终结执行、法院强制执行完毕）。");
            }
            own.result = reason.map(str::to_string).or_else(|| Some("已履行".into()));
            None
        }
        "drop" | "acquit" => {
            own.result.clone_from(&said.reason);
            None
        }
        _ => case.due_on.map(|day| (day, case.due_basis.clone().unwrap_or_default())),
    })
}

/// Until when the party may answer what it was told.
fn answer_by(by: Acting<'_>, own: &Penalty, from: NaiveDate) -> Outcome<(NaiveDate, String)> {
    if own.hearing {
        return limit(by, own, "hearing_request", (from, 5));
    }
    limit(by, own, "penalty_statement", (from, 3))
}

/// What must be known before anything is proposed.
fn stated(own: &Penalty) -> Outcome<()> {
    let facts = [
        ("/facts", &own.facts, "请填写查明的违法事实。"),
        ("/evidence", &own.evidence, "请填写主要证据。"),
        ("/duty", &own.duty, "请填写违反的规定。"),
        ("/basis", &own.basis, "请填写处罚依据。"),
    ];
    let mut missing = Problem::invalid("penalty.incomplete", "案情还有栏目没有填写，请先修改案情补齐。");
    for (pointer, _, why) in facts.into_iter().filter(|(_, text, _)| text.is_empty()) {
        missing = missing.field(pointer, "field.required", why);
    }
    if missing.errors.is_empty() { Ok(()) } else { Err(missing) }
}

/// Takes a step of a penalty; `form` is that of the paper whose issue it is.
pub(super) async fn take(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, own): (&Case, &Penalty),
    (action, form): (&str, &str),
    mut said: Said,
) -> Outcome<(Case, Penalty)> {
    // whether it may be taken now is asked before what it needs
    let mut after = own.clone();
    let due = match FLOW.step(action, &case.state) {
        Some(_) => prepare(tx, by, (&mut after, case), (action, form), &mut said).await?,
        None => None,
    };
    let (due_on, due_basis) = due.unzip();
    let taken = Taken { reason: said.reason, due_on, due_basis, ..Taken::default() };
    let case = caseflow::step(tx, by, &FLOW, case, action, taken).await?;
    let after = write(tx, by, own, after, None).await?;
    Ok((case, after))
}

/// Writes what became of a penalty with its trail; its case was held before.
pub(super) async fn write(
    tx: &mut Tx,
    by: Acting<'_>,
    before: &Penalty,
    mut after: Penalty,
    reason: Option<String>,
) -> Outcome<Penalty> {
    after.updated_at = by.clock.now();
    after.updated_by = by.actor.account;
    after.version = before.version + 1;
    tx.run(after.update(&["city", "id"])).await?;
    note(tx, by, &after, Action::Update, reason).await?;
    Ok(after)
}

/// Tells the trail of a penalty: what it says now; that a person's was read, without what it says.
pub(super) async fn note(
    tx: &mut Tx,
    by: Acting<'_>,
    own: &Penalty,
    action: Action,
    reason: Option<String>,
) -> Outcome<()> {
    let after = json!({"procedure": own.procedure, "party": own.party_name, "cause": own.cause, "violation": own.violation,
        "stage": own.stage, "circumstance": own.circumstance, "mitigation": own.mitigation, "facts": own.facts, "evidence": own.evidence,
        "duty": own.duty, "basis": own.basis, "fine": own.fine, "other": own.other, "told_fine": own.told_fine, "told_on": own.told_on,
        "hearing_on": own.hearing_on, "filed_on": own.filed_on, "limit_on": own.limit_on, "decided_on": own.decided_on,
        "served_on": own.served_on, "paid": own.paid, "result": own.result});
    let entry = audit::Entry {
        action,
        subject: Penalty::TABLE,
        city: own.city.clone(),
        town: own.town.clone(),
        row: Some(own.id),
        title: Some(own.title()),
        before: None,
        after: (action != Action::Read).then_some(after),
        reason,
    };
    Ok(audit::record(tx, by.clock, by.actor, entry).await?)
}

/// A case at the version that was read, with its penalty.
pub(super) async fn hold(
    tx: &mut Tx,
    by_today: NaiveDate,
    scope: &Scope,
    (city, id, version): (&str, uuid::Uuid, i64),
) -> Outcome<(Case, Penalty)> {
    let own = store::find(&mut *tx, scope, city, id).await?;
    let case = caseflow::store::find(&mut *tx, scope, city, id).await?;
    if case.version != version {
        return Err(Problem::stale(caseflow::shown(&case, &FLOW, by_today)));
    }
    Ok((case, own))
}

/// Whether issuing a form is a leader's.
pub(super) fn is_approval(form: &str) -> bool {
    flow::action(form).is_some_and(flow::is_approval)
}
