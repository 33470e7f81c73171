//! Opening a case and taking its steps: the only way in which a case changes. Each checks the table of the flow, who may, and what
//! must be said; sets the deadline; and writes the case, the step and the trail in the caller's transaction.

use audit::Action;
use chrono::NaiveDate;
use db::{Exec, FromRow, Json, Sql, Tx, sql};
use enterprise::Enterprise;
use kernel::{Actor, Clock, Tier};
use rules::{At, Law, working_days};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    find,
    flow::{Due, Flow, STAYS, Severity, State, Step, Waits},
    model::{Case, Event, FieldReason, parse_tier, tier_code},
    store,
};

/// Who acts, when, and under which law.
#[derive(Clone, Copy)]
pub struct Acting<'a> {
    /// The time.
    pub clock: &'a Clock,
    /// The person.
    pub actor: &'a Actor,
    /// The law of the place (`law::in_force`).
    pub law: &'a Law,
}

/// What a case begins with. Whether the caller may open one here was decided by whoever found the place in its scope.
#[derive(Debug, Clone)]
pub struct Opening {
    /// City, 4 digits.
    pub city: String,
    /// Division.
    pub town: String,
    /// The enterprise it is about, with sector and ownership.
    pub enterprise: Option<(Uuid, String)>,
    /// Supervised sector; empty without an enterprise.
    pub sector: String,
    /// `public` or `non_public`.
    pub ownership: Option<String>,
    /// Responsible agency.
    pub agency: Option<Uuid>,
    /// Responsible officer.
    pub officer: Option<Uuid>,
    /// What it is about.
    pub title: String,
    /// State it begins in, one of [`Flow::starts`].
    pub state: &'static str,
    /// How grave.
    pub severity: Severity,
    /// The lowest tier that sees it as its own.
    pub tier: Tier,
    /// First day; today unless told.
    pub opened_on: Option<NaiveDate>,
    /// Its deadline.
    pub due: Due,
    /// The day of [`Due::Given`].
    pub due_on: Option<NaiveDate>,
    /// Why that day.
    pub due_basis: Option<String>,
    /// Its number; the next one of its kind, town and year unless told.
    pub number: Option<String>,
    /// Why it is opened.
    pub reason: Option<String>,
    /// What the area says of it.
    pub changed: Option<Value>,
}

impl Opening {
    /// A case about an enterprise, of the officer responsible for it.
    pub fn of(enterprise: &Enterprise, state: &'static str, title: impl Into<String>) -> Opening {
        Opening {
            enterprise: Some((enterprise.id, enterprise.name.clone())),
            sector: enterprise.sector.clone(),
            ownership: Some(enterprise.ownership.clone()),
            agency: enterprise.agency,
            officer: enterprise.officer,
            ..Opening::at(&enterprise.town, state, title)
        }
    }

    /// A case of a division without an enterprise.
    pub fn at(town: &str, state: &'static str, title: impl Into<String>) -> Opening {
        Opening {
            city: town.get(..4).unwrap_or_default().to_string(),
            town: town.to_string(),
            enterprise: None,
            sector: String::new(),
            ownership: None,
            agency: None,
            officer: None,
            title: title.into(),
            state,
            severity: Severity::General,
            tier: Tier::Town,
            opened_on: None,
            due: Due::Given,
            due_on: None,
            due_basis: None,
            number: None,
            reason: None,
            changed: None,
        }
    }
}

/// What is said with a step.
#[derive(Debug, Clone, Default)]
pub struct Taken {
    /// Why.
    pub reason: Option<String>,
    /// What is sent back, field by field.
    pub fields: Vec<FieldReason>,
    /// The day of [`Due::Given`].
    pub due_on: Option<NaiveDate>,
    /// Why that day.
    pub due_basis: Option<String>,
    /// What of the area's details becomes otherwise.
    pub changed: Option<Value>,
    /// How grave it is from now on.
    pub severity: Option<Severity>,
    /// The lowest tier that sees it as its own from now on.
    pub tier: Option<Tier>,
    /// What it is called from now on.
    pub title: Option<String>,
}

/// Opens a case.
///
/// # Errors
/// 422 without a deadline, or in a state in which its kind does not begin.
pub async fn open(tx: &mut Tx, by: Acting<'_>, flow: &Flow, opening: Opening) -> Outcome<Case> {
    let today = by.clock.today();
    let state = flow
        .starts
        .contains(&opening.state)
        .then(|| flow.state(opening.state))
        .flatten()
        .ok_or_else(|| Problem::invalid("case.start", format!("{}不能从这个状态开始。", flow.label)))?;
    let opened_on = opening.opened_on.unwrap_or(today);
    let due = deadline(by, &opening.town, opening.due, (opening.due_on, opening.due_basis.as_deref()))?;
    let (due_on, due_basis) = due.unwrap_or((None, None));
    if due_on.is_some_and(|day| day < opened_on) {
        return Err(Problem::wrong_field("/due_on", "case.due_before", "期限不能早于开始的日期。"));
    }
    let number = match opening.number {
        Some(number) => number,
        None => next_number(tx, flow.mark, &opening.city, &opening.town, opened_on).await?,
    };
    let at = by.clock.now();
    let officer_name = name(tx, opening.officer).await?;
    let (enterprise, enterprise_name) = opening.enterprise.unzip();
    let mut case = Case {
        city: opening.city,
        id: Uuid::now_v7(),
        town: opening.town,
        sector: opening.sector,
        ownership: opening.ownership,
        kind: flow.kind.into(),
        number,
        title: opening.title,
        enterprise,
        enterprise_name: enterprise_name.unwrap_or_default(),
        agency: opening.agency,
        officer: opening.officer,
        officer_name,
        state: state.code.into(),
        severity: opening.severity.code().into(),
        waits: String::new(),
        due_on,
        due_basis,
        tier: tier_code(opening.tier).into(),
        escalated_on: None,
        opened_on,
        closed_on: None,
        term_on: due_on,
        events: 1,
        created_at: at,
        created_by: by.actor.account,
        updated_at: at,
        updated_by: by.actor.account,
        version: 1,
    };
    settle(&mut case, state, opened_on)?;
    tx.run(case.insert()).await?;
    let step = Told {
        action: "open",
        label: "开始",
        from: None,
        reason: opening.reason.clone(),
        fields: Vec::new(),
        changed: opening.changed,
        header: case.said(),
    };
    write_event(tx, by, &case, step).await?;
    let entry = case.entry(flow.label, Action::Create, None, Some(case.document()), opening.reason);
    audit::record(tx, by.clock, by.actor, entry).await?;
    search::write(tx, &[find::entry(&case)]).await?;
    Ok(case)
}

/// Takes a step of a case as it was read; the typed details are the caller's to change in the same transaction.
///
/// # Errors
/// 409 where the state does not allow it, or somebody else took a step since; 403 and 404 for whom it is not; 422 where what must be said
/// is missing.
pub async fn step(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    action: &str,
    taken: Taken,
) -> Outcome<Case> {
    let known = flow.steps.iter().find(|step| step.action == action);
    let any = known.ok_or_else(|| Problem::invalid("case.action", format!("{}没有这一步。", flow.label)))?;
    // who may at all is asked before what may be now
    by.actor.may(any.power)?;
    let step = flow.step(action, &case.state).ok_or_else(|| not_now(flow, case, any))?;
    let scope = by.actor.may(step.power)?;
    let reason = taken.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if step.needs.reason && reason.is_none() && taken.fields.is_empty() {
        return Err(Problem::wrong_field(
            "/reason",
            "field.required",
            format!("请写明{}的原因。", step.label),
        ));
    }
    let today = by.clock.today();
    if step.due == Due::Given && taken.due_on.is_some_and(|day| day < today) {
        return Err(Problem::wrong_field("/due_on", "case.due_past", "期限不能早于今天。"));
    }
    let mut after = case.clone();
    if let Some((due_on, basis)) =
        deadline(by, &case.town, step.due, (taken.due_on, taken.due_basis.as_deref()))?
    {
        (after.due_on, after.due_basis) = (due_on, basis);
        after.term_on = due_on.or(after.term_on);
    }
    if let Some(severity) = taken.severity {
        after.severity = severity.code().into();
    }
    if let Some(tier) = taken.tier {
        after.tier = tier_code(tier).into();
    }
    if let Some(title) = taken.title {
        after.title = title;
    }
    let to = if step.to == STAYS { case.state.as_str() } else { step.to };
    let state = flow.state(to).ok_or_else(|| Problem::internal(format!("no state {to} of {}", flow.kind)))?;
    after.state = state.code.into();
    settle(&mut after, state, today)?;
    let told = Told {
        action: step.action,
        label: step.label,
        from: Some(&case.state),
        reason: reason.map(str::to_string),
        fields: taken.fields,
        changed: taken.changed,
        header: Value::Null,
    };
    rewrite(tx, by, flow, (case, after), Some(&scope), told).await
}

/// Hands a case to another officer; who that may be is the caller's to check.
pub(crate) async fn assign(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    (scope, case): (&kernel::Scope, &Case),
    (officer, name): (Uuid, String),
    reason: Option<String>,
) -> Outcome<Case> {
    let after = Case { officer: Some(officer), officer_name: name, ..case.clone() };
    let told = Told::staying("assign", "交办", &case.state, reason);
    rewrite(tx, by, flow, (case, after), Some(scope), told).await
}

/// Lets a wider tier see a late case as its own. Answers whether it did: it may have been dealt with in the meantime.
pub(crate) async fn escalate(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    (tier, days): (Tier, i64),
) -> Outcome<bool> {
    let late = case.overdue(by.clock.today()).unwrap_or_default();
    if late < days {
        return Ok(false);
    }
    lift(tx, by, flow, case, (tier, format!("逾期 {late} 天，按规定提请{}督促", tier.label()))).await
}

/// Lets a wider tier see a case as its own before its day has passed, because its area counts in minutes. Answers whether it did: it may have been
/// dealt with in the meantime, or be seen there already.
///
/// # Errors
/// Where the database fails.
pub async fn lift(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    (tier, reason): (Tier, String),
) -> Outcome<bool> {
    if parse_tier(&case.tier) <= tier || store::version(tx, case).await? != Some(case.version) {
        return Ok(false);
    }
    let after = Case { tier: tier_code(tier).into(), escalated_on: Some(by.clock.today()), ..case.clone() };
    let told = Told::staying("escalate", "逾期上报", &case.state, Some(reason));
    rewrite(tx, by, flow, (case, after), None, told).await?;
    Ok(true)
}

/// Reminds whose turn it is. The case stays as it is, so that what somebody has open of it does not become stale.
pub(crate) async fn remind(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    case: &Case,
    reason: Option<String>,
) -> Outcome<()> {
    let sql = sql!(
        "update case_header set events = events + 1 where city = $1 and id = $2 returning events",
        &case.city,
        case.id
    );
    let after = Case { events: tx.one::<Number>(sql).await?.events, ..case.clone() };
    let mut told = Told::staying("remind", "催办", &case.state, reason.clone());
    told.header = json!({});
    write_event(tx, by, &after, told).await?;
    let entry =
        after.entry(flow.label, Action::Update, Some(json!({})), Some(json!({"remind": true})), reason);
    Ok(audit::record(tx, by.clock, by.actor, entry).await?)
}

#[derive(FromRow)]
struct Number {
    events: i64,
}

/// A step as it will be written.
struct Told<'a> {
    action: &'static str,
    label: &'static str,
    from: Option<&'a str>,
    reason: Option<String>,
    fields: Vec<FieldReason>,
    changed: Option<Value>,
    header: Value,
}

impl<'a> Told<'a> {
    fn staying(action: &'static str, label: &'static str, from: &'a str, reason: Option<String>) -> Told<'a> {
        Told {
            action,
            label,
            from: Some(from),
            reason,
            fields: Vec::new(),
            changed: None,
            header: Value::Null,
        }
    }
}

/// Writes a case that became otherwise, if nobody else did since it was read, with its step and the trail.
async fn rewrite(
    tx: &mut Tx,
    by: Acting<'_>,
    flow: &Flow,
    (before, mut after): (&Case, Case),
    scope: Option<&kernel::Scope>,
    mut told: Told<'_>,
) -> Outcome<Case> {
    after.updated_at = by.clock.now();
    after.updated_by = by.actor.account;
    after.version = before.version + 1;
    // a reminder in the meantime is no change of the case, but it has taken a number: the next one is asked for
    let sql = Sql::new("update case_header set events = events + 1 where city = ").arg(&before.city);
    let sql = sql.push(" and id = ").arg(before.id).push(" and version = ").arg(before.version);
    let sql = match scope {
        Some(scope) => sql.push(" and ").scope(scope, "", "enterprise"),
        None => sql,
    };
    let Some(taken) = tx.optional::<Number>(sql.push(" returning events")).await? else {
        let Some(scope) = scope else { return Err(db::Error::Busy.into()) };
        let now = store::find(&mut *tx, scope, &before.city, before.id).await?;
        return Err(Problem::stale(crate::http::shown(&now, flow, by.clock.today())));
    };
    after.events = taken.events;
    tx.run(after.update(&["city", "id"])).await?;
    told.header = audit::diff(&before.said(), &after.said()).1;
    let reason = told.reason.clone();
    write_event(tx, by, &after, told).await?;
    let (old, new) = audit::diff(&before.document(), &after.document());
    let entry = after.entry(flow.label, Action::Update, Some(old), Some(new), reason);
    audit::record(tx, by.clock, by.actor, entry).await?;
    if before.title != after.title {
        search::write(tx, &[find::entry(&after)]).await?;
    }
    Ok(after)
}

async fn write_event(tx: &mut Tx, by: Acting<'_>, case: &Case, told: Told<'_>) -> Outcome<()> {
    let on_behalf_name = match by.actor.on_behalf {
        Some(principal) => Some(name(tx, Some(principal)).await?),
        None => None,
    };
    let fields = (!told.fields.is_empty()).then(|| Json(json!(told.fields)));
    let event = Event {
        city: case.city.clone(),
        id: Uuid::now_v7(),
        case_id: case.id,
        seq: case.events,
        enterprise: case.enterprise,
        action: told.action.into(),
        label: told.label.into(),
        from_state: told.from.map(str::to_string),
        to_state: case.state.clone(),
        at: by.clock.now(),
        actor: by.actor.account,
        actor_name: by.actor.name.clone(),
        on_behalf_name,
        reason: told.reason,
        fields,
        header: Json(told.header),
        changed: told.changed.map(Json),
        due_on: case.due_on,
    };
    tx.run(event.insert()).await?;
    Ok(())
}

/// Whose turn it is in that state, and whether the case has ended.
fn settle(case: &mut Case, state: &State, today: NaiveDate) -> Outcome<()> {
    case.waits = state.waits.code().into();
    if state.waits == Waits::Nobody {
        case.due_on = None;
        case.due_basis = None;
        case.closed_on = case.closed_on.or(Some(today));
        return Ok(());
    }
    case.closed_on = None;
    if case.due_on.is_none() {
        return Err(Problem::wrong_field("/due_on", "field.required", "请填写完成期限。"));
    }
    Ok(())
}

/// A last day, and why that one.
type Deadline = (Option<NaiveDate>, Option<String>);

/// The deadline that follows: none where the old one stays; otherwise the day, if there is one, and why.
fn deadline(
    by: Acting<'_>,
    town: &str,
    due: Due,
    (given, basis): (Option<NaiveDate>, Option<&str>),
) -> Outcome<Option<Deadline>> {
    let today = by.clock.today();
    let basis_of = |own: &str| Some(basis.unwrap_or(own).to_string());
    Ok(Some(match due {
        Due::Keep => return Ok(None),
        Due::Clear => (None, None),
        Due::Given => {
            let day =
                given.ok_or_else(|| Problem::wrong_field("/due_on", "field.required", "请填写完成期限。"))?;
            (Some(day), basis_of("按要求的期限"))
        }
        Due::Days { days, basis } => {
            let day = working_days::shift(today, days).map_err(law::problem)?;
            (Some(day), basis_of(&format!("{basis}（{days} 日）")))
        }
        Due::WorkingDays { days, basis } => {
            let (day, note) = after_working_days(by.law, town, today, days)?;
            (Some(day), basis_of(&format!("{basis}（{days} 个工作日{note}）")))
        }
    }))
}

/// That many working days after a day. Of a year whose holidays are not announced yet, Monday to Friday count, and the second part says so.
///
/// # Errors
/// 422 beyond the calendar.
pub fn after_working_days(
    law: &Law,
    town: &str,
    from: NaiveDate,
    days: i64,
) -> Outcome<(NaiveDate, &'static str)> {
    use chrono::{Datelike, Weekday};
    let calendar = working_days::Calendar::of(&At { on: from, region: town, law });
    if let Ok(day) = calendar.add(from, days) {
        return Ok((day, ""));
    }
    let (mut day, mut left) = (from, days.abs());
    while left > 0 {
        day = working_days::shift(day, days.signum()).map_err(law::problem)?;
        let weekday = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        left -= i64::from(calendar.is_working(day).unwrap_or(weekday));
    }
    Ok((day, "，次年节假日安排尚未公布，暂按周一至周五计"))
}

fn not_now(flow: &Flow, case: &Case, step: &Step) -> Problem {
    let next: Vec<&str> = flow.steps_from(&case.state).map(|step| step.label).collect();
    let next = if next.is_empty() {
        "已办结，没有后续步骤".to_string()
    } else {
        format!("现在可以：{}", next.join("、"))
    };
    Problem::conflict(
        "case.not_now",
        format!(
            "这件{}现在是“{}”，不能{}；{next}。请刷新页面。",
            flow.label,
            flow.state_label(&case.state),
            step.label
        ),
    )
}

async fn name(tx: &mut Tx, account: Option<Uuid>) -> Outcome<String> {
    let Some(id) = account else { return Ok(String::new()) };
    Ok(account::names(&mut *tx, &[id]).await?.pop().map(|(_, name)| name).unwrap_or_default())
}

/// The next number of a kind in a division and a year: `YH440515102-2026-0001`.
///
/// # Errors
/// Where the database fails.
pub async fn next_number(tx: &mut Tx, mark: &str, city: &str, place: &str, on: NaiveDate) -> Outcome<String> {
    use chrono::Datelike;
    let last = next_serial(tx, city, (place, mark), on.year()).await?;
    Ok(format!("{mark}{place}-{}-{last:04}", on.year()))
}

/// The next serial, from 1 without a gap, of a mark at a place of a city in a year: taken when the transaction ends well, and not otherwise.
///
/// # Errors
/// Where the database fails.
pub async fn next_serial(tx: &mut Tx, city: &str, (place, mark): (&str, &str), year: i32) -> db::Result<i64> {
    #[derive(FromRow)]
    struct Last {
        last: i64,
    }
    let sql = sql!(
        "insert into case_number (city, place, mark, year, last) values ($1, $2, $3, $4, 1)
         on conflict (city, place, mark, year) do update set last = case_number.last + 1 returning last",
        city,
        place,
        mark,
        i64::from(year)
    );
    Ok(tx.one::<Last>(sql).await?.last)
}
