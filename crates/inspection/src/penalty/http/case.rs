//! Penalties: opened, listed, looked at, the facts amended.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use caseflow::{Acting, Case, Due, Opening, Taken, store::Filter};
use chrono::NaiveDate;
use db::{Exec, Tx};
use kernel::{Actor, Scope};
use rules::{At, penalty};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::{
    super::{
        FLOW,
        model::{Penalty, Person},
        step, store,
        waiting::Todo,
    },
    view::{PenaltyRow, PenaltyView, whole},
};
use crate::{act::filled, http::officers, plan::refuse_conflicts, powers};

/// What is found out and proposed. What is not named stays.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(super) struct PenaltyFacts {
    /// Row of the table `penalty-discretion`: code or name; empty where it is none.
    violation: Option<String>,
    /// `first` or `overdue`.
    stage: Option<String>,
    /// `light`, `ordinary` or `heavy`.
    circumstance: Option<String>,
    /// Why the fine lies outside the share of the circumstances.
    mitigation: Option<String>,
    facts: Option<String>,
    evidence: Option<String>,
    /// The duty that was violated; that of the violation unless told.
    duty: Option<String>,
    /// The article by which it is punished; that of the violation unless told.
    basis: Option<String>,
    /// In 分.
    fine: Option<i64>,
    /// What else is imposed; empty takes it out.
    other: Option<String>,
}

const LONG: usize = 5000;

fn put(text: &mut String, said: Option<String>, pointer: &str) -> Outcome<()> {
    let Some(said) = said else { return Ok(()) };
    if said.chars().count() > LONG {
        return Err(Problem::wrong_field(pointer, "field.long", format!("最多 {LONG} 字。")));
    }
    *text = said.trim().to_string();
    Ok(())
}

/// Puts what is found out into a penalty.
fn fill(by: Acting<'_>, own: &mut Penalty, said: PenaltyFacts) -> Outcome<()> {
    for (slot, text) in [
        (&mut own.violation, &said.violation),
        (&mut own.stage, &said.stage),
        (&mut own.circumstance, &said.circumstance),
        (&mut own.mitigation, &said.mitigation),
        (&mut own.other, &said.other),
    ] {
        if text.is_some() {
            *slot = web::filled(text.as_deref());
        }
    }
    put(&mut own.facts, said.facts, "/facts")?;
    put(&mut own.evidence, said.evidence, "/evidence")?;
    put(&mut own.duty, said.duty, "/duty")?;
    put(&mut own.basis, said.basis, "/basis")?;
    if let Some(fine) = said.fine {
        if !(0..=100_000_000_000).contains(&fine) {
            return Err(Problem::wrong_field("/fine", "number.range", "罚款应为 0 至 10 亿元。"));
        }
        own.fine = fine;
    }
    if own.violation.is_some() {
        let at = At { on: own.happened_on, region: &own.town, law: by.law };
        let input = penalty::Input {
            violation: own.violation.clone().unwrap_or_default(),
            stage: own.stage.clone(),
            circumstance: own.circumstance.clone(),
            party: penalty::Party::default(),
        };
        let frame = penalty::compute(&at, &input).map_err(law::problem)?.value;
        own.violation = Some(frame.violation);
        for (slot, text) in [(&mut own.duty, frame.duty), (&mut own.basis, frame.basis)] {
            if slot.is_empty() {
                *slot = text;
            }
        }
    }
    Ok(())
}

/// A penalty to be opened.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewPenalty {
    /// `ordinary`, or `simple` for a decision on the spot.
    procedure: String,
    /// `unit` for the enterprise, `person` for somebody who answers for it.
    party: String,
    /// Name of the person.
    person_name: Option<String>,
    /// What the forms ask of the person.
    #[serde(default)]
    person: Person,
    /// The visit that found it.
    visit: Option<Uuid>,
    /// Ids of the cards of the two officers.
    cards: Vec<Uuid>,
    /// Where it comes from: an inspection, a tip-off, another department.
    source: String,
    /// What was violated, in a few words: 未按照规定对从业人员进行安全生产教育和培训.
    cause: String,
    happened_on: NaiveDate,
    #[serde(flatten)]
    facts: PenaltyFacts,
}

/// Opens a penalty of an enterprise: it waits for a leader to file it, or is decided on the spot today.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/penalties", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewPenalty,
    responses((status = 201, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_penalty(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewPenalty>,
) -> Outcome<(StatusCode, Json<PenaltyView>)> {
    let scope = actor.may(&powers::CREATE_PENALTY)?;
    let mut tx = app.db.begin().await?;
    let firm = enterprise::store::standing(&mut tx, &scope, &city, id).await?;
    let (now, today) = (app.clock.now(), app.clock.today());
    let state = match new.procedure.as_str() {
        "ordinary" => "filing",
        "simple" => "spot",
        _ => {
            return Err(Problem::wrong_field("/procedure", "choice.unknown", "请选择普通程序或者简易程序。"));
        }
    };
    let party_name = match new.party.as_str() {
        "unit" => firm.name.clone(),
        "person" => {
            filled("/person_name", new.person_name.as_deref().unwrap_or_default(), "被处罚人姓名", 50)?
        }
        _ => return Err(Problem::wrong_field("/party", "choice.unknown", "请选择处罚单位还是个人。")),
    };
    if new.happened_on > today {
        return Err(Problem::wrong_field("/happened_on", "date.future", "违法行为发生的日期不能晚于今天。"));
    }
    if let Some(visit) = new.visit {
        let visit = crate::store::visit(&mut tx, &scope, &city, visit).await?;
        if visit.enterprise != firm.id {
            return Err(Problem::wrong_field("/visit", "visit.other", "请选择这家企业的检查。"));
        }
    }
    let officers = officers(&mut tx, &city, &new.cards, now).await?;
    refuse_conflicts(&mut tx, &city, &new.cards, firm.id, app.clock.today()).await?;
    let Some(agency) = officers.first().map(|own| own.agency) else { return Err(Problem::not_found()) };
    let law = law::in_force(&mut tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let mut own = Penalty {
        city,
        id: Uuid::nil(),
        town: firm.town.clone(),
        sector: firm.sector.clone(),
        enterprise: firm.id,
        enterprise_name: firm.name.clone(),
        procedure: new.procedure,
        party: new.party,
        party_name,
        person: db::Json(json!(new.person)),
        visit: new.visit,
        agency,
        officers: db::Json(json!(officers)),
        source: filled("/source", &new.source, "案件来源", 200)?,
        cause: filled("/cause", &new.cause, "案由", 200)?,
        happened_on: new.happened_on,
        violation: None,
        stage: None,
        circumstance: None,
        mitigation: None,
        facts: String::new(),
        evidence: String::new(),
        duty: String::new(),
        basis: String::new(),
        fine: 0,
        other: None,
        told_fine: None,
        told_on: None,
        hearing: false,
        discussed: false,
        stated: false,
        hearing_on: None,
        filed_on: None,
        limit_on: None,
        decided_on: None,
        served_on: None,
        paid: 0,
        result: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    fill(by, &mut own, new.facts)?;
    let simple = state == "spot";
    let basis = if simple {
        "当场处罚应当当场作出决定"
    } else {
        "立案审批，本机关内部办理时限（5 日）"
    };
    let opening = Opening {
        agency: Some(agency),
        officer: Some(actor.on_behalf.unwrap_or(actor.account)),
        due: Due::Given,
        due_on: Some(if simple { today } else { today + chrono::Duration::days(5) }),
        due_basis: Some(basis.into()),
        ..Opening::of(&firm, state, own.title())
    };
    let case = caseflow::open(&mut tx, by, &FLOW, opening).await?;
    own.id = case.id;
    tx.run(own.insert()).await?;
    step::note(&mut tx, by, &own, Action::Create, None).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(whole(&app.db, by, (case, own)).await?)))
}

/// Penalties: open ones by their deadline, otherwise the latest first.
#[utoipa::path(get, path = "/api/penalties", tag = "inspection", params(Filter, Todo, Page),
    responses((status = 200, body = List<PenaltyRow>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_penalties(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(todo): Query<Todo>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<PenaltyRow>>> {
    let scope = web::narrowed(actor.may(&powers::PENALTIES)?, filter.region.as_deref())?;
    let today = app.clock.today();
    let rows = super::case::page(&app, &scope, (&filter, &todo), &actor, &page).await?;
    Ok(Json(rows.map(|(case, own)| PenaltyRow::of(case, own, today))))
}

/// A page of penalties with their cases.
pub(super) async fn page(
    app: &App,
    scope: &Scope,
    (filter, todo): (&Filter, &Todo),
    actor: &Actor,
    page: &Page,
) -> Outcome<List<(Case, Penalty)>> {
    let filter = Filter { kind: Some(FLOW.kind.into()), ..filter.clone() };
    let asked = (&filter, todo.condition(app, actor).await?);
    let rows = caseflow::store::page(&app.db, scope, asked, (actor.account, app.clock.today()), page).await?;
    let keys: Vec<(String, Uuid)> = rows.items.iter().map(|case| (case.city.clone(), case.id)).collect();
    let mut own = if keys.is_empty() { Vec::new() } else { store::some(&app.db, &keys).await? };
    let items = rows.items.into_iter().filter_map(|case| {
        let at = own.iter().position(|row| row.id == case.id)?;
        Some((case, own.swap_remove(at)))
    });
    Ok(List { items: items.collect(), next: rows.next })
}

/// A penalty with its papers, its exhibits and what the caller may do next.
#[utoipa::path(get, path = "/api/penalties/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_penalty(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<PenaltyView>> {
    let scope = actor.may(&powers::PENALTY)?;
    let own = store::find(&app.db, &scope, &city, id).await?;
    let case = caseflow::store::find(&app.db, &scope, &city, id).await?;
    let law = law::in_force(&app.db, &own.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    if own.is_person() {
        let mut tx = app.db.begin().await?;
        step::note(&mut tx, by, &own, Action::Read, None).await?;
        tx.commit().await?;
    }
    Ok(Json(whole(&app.db, by, (case, own)).await?))
}

/// What of a penalty becomes otherwise.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PenaltyChange {
    /// The version of the case that was read.
    version: i64,
    #[serde(flatten)]
    facts: PenaltyFacts,
}

/// Amends the facts of a penalty and what is proposed, until it is decided.
#[utoipa::path(patch, path = "/api/penalties/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = PenaltyChange,
    responses((status = 200, body = PenaltyView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_penalty(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<PenaltyChange>,
) -> Outcome<Json<PenaltyView>> {
    let scope = actor.may(&powers::UPDATE_PENALTY)?;
    let mut tx: Tx = app.db.begin().await?;
    let (case, own) = step::hold(&mut tx, app.clock.today(), &scope, (&city, id, change.version)).await?;
    let law = law::in_force(&mut tx, &own.town).await?;
    let by = Acting { clock: &app.clock, actor: &actor, law: &law };
    let mut after = own.clone();
    fill(by, &mut after, change.facts)?;
    let case = caseflow::step(&mut tx, by, &FLOW, &case, "amend", Taken::default()).await?;
    let own = step::write(&mut tx, by, &own, after, None).await?;
    tx.commit().await?;
    Ok(Json(whole(&app.db, by, (case, own)).await?))
}
