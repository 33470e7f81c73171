//! Visits: begun by two officers with valid cards, their checklist answered, signed, or withdrawn.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, Tx};
use kernel::{Actor, Clock, Scope};
use serde::Deserialize;
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::view::{EnforcementDocument, Signatures, VisitFinding, VisitView, WholeVisit, checklist};
use crate::{
    act::{self, ahead, filled},
    finish::{self, End},
    indicators::year_begins,
    model::{Visit, VisitOfficer},
    plan::refuse_conflicts,
    powers, store,
};

/// A visit to be begun.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct NewVisit {
    /// What is inspected: the whole, a workshop, a store.
    pub(crate) place: String,
    /// When it began; now unless told.
    pub(crate) started_at: Option<DateTime<Utc>>,
    /// Ids of the cards of the two officers.
    pub(crate) cards: Vec<Uuid>,
    /// Ids of the cards of officers of other agencies who come along (合并检查), two or more of each.
    #[serde(default)]
    pub(crate) others: Vec<Uuid>,
}

/// Begins a visit to an enterprise.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/visits", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = NewVisit,
    responses((status = 201, body = VisitView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_visit(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewVisit>,
) -> Outcome<(StatusCode, Json<VisitView>)> {
    let scope = actor.may(&powers::CREATE_VISIT)?;
    let mut tx = app.db.begin().await?;
    let row = begin(&mut tx, (&app.clock, &actor), &scope, (city, id), new).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(VisitView::of(row))))
}

/// Begins a visit.
pub(crate) async fn begin(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    (city, id): (String, Uuid),
    new: NewVisit,
) -> Outcome<Visit> {
    let own = enterprise::store::standing(&mut *tx, scope, &city, id).await?;
    let now = clock.now();
    let started_at = new.started_at.unwrap_or(now);
    if started_at > now + ahead() {
        let why = "检查开始时间不能晚于现在，请核对时间。";
        return Err(Problem::wrong_field("/started_at", "visit.future", why));
    }
    let place = filled("/place", &new.place, "检查场所", 100)?;
    let mut officers = officers(&mut *tx, &city, &new.cards, started_at).await?;
    let Some(agency) = officers.first().map(|own| own.agency) else { return Err(Problem::not_found()) };
    officers.extend(companions(&mut *tx, &city, (agency, &new.others), started_at).await?);
    let cards = [new.cards, new.others].concat();
    refuse_conflicts(&mut *tx, &city, &cards, own.id, kernel::day_of(started_at)).await?;
    let row = Visit {
        city,
        id: Uuid::now_v7(),
        town: own.town,
        sector: own.sector,
        enterprise: own.id,
        enterprise_name: own.name,
        state: "open".into(),
        place,
        agency,
        started_at,
        ended_at: None,
        officers: db::Json(json!(officers)),
        checklist: db::Json(json!({})),
        signatures: db::Json(json!({})),
        due_on: None,
        reason: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    tx.run(row.insert()).await?;
    let after = json!({"place": row.place, "started_at": row.started_at, "officers": row.names()});
    let entry = row.entry(Action::Create, &row.enterprise_name, after, None);
    audit::record(tx, clock, actor, entry).await?;
    Ok(row)
}

/// Two different officers of one agency whose cards are valid on the day (行政处罚法 2021 第四十二条).
pub(crate) async fn officers(
    tx: &mut Tx,
    city: &str,
    cards: &[Uuid],
    at: DateTime<Utc>,
) -> Outcome<Vec<VisitOfficer>> {
    let on = kernel::day_of(at);
    let [one, two] = cards else {
        let why = "现场检查须有两名执法人员，请选择两人。";
        return Err(Problem::wrong_field("/cards", "officer.two", why));
    };
    if one == two {
        return Err(Problem::wrong_field("/cards", "officer.two", "两名执法人员不能是同一人。"));
    }
    let officers = [
        officer(&mut *tx, city, (*one, "/cards"), on).await?,
        officer(&mut *tx, city, (*two, "/cards"), on).await?,
    ];
    if officers[0].agency != officers[1].agency {
        let why =
            "两名执法人员应是同一机关的，才能共同签发文书。其他机关的人员请填在“参加检查的其他机关人员”。";
        return Err(Problem::wrong_field("/cards", "officer.agency", why));
    }
    Ok(officers.into())
}

/// The officer whose card that is; it is valid on the day.
async fn officer(
    tx: &mut Tx,
    city: &str,
    (id, pointer): (Uuid, &str),
    on: NaiveDate,
) -> Outcome<VisitOfficer> {
    let Some(card) = store::card(&mut *tx, city, id).await? else {
        return Err(Problem::wrong_field(pointer, "officer.card", "没有登记这张执法证，请先登记。"));
    };
    if on < card.valid_from || on > card.valid_to {
        let why = format!(
            "{}的执法证（{}）有效期为 {} 至 {}，{on} 不能执法。请换有有效证件的人员。",
            card.name, card.number, card.valid_from, card.valid_to
        );
        return Err(Problem::wrong_field(pointer, "officer.card", why));
    }
    let agency = store::agency(&mut *tx, city, card.agency).await?;
    let (name, number) = (card.name, card.number);
    let agency_name = agency.map(|own| own.name).unwrap_or_default();
    Ok(VisitOfficer { card: card.id, name, number, agency: card.agency, agency_name })
}

/// Most officers of other agencies.
const MOST_OTHERS: usize = 12;

/// Officers of other agencies than the one that leads, agency by agency: two or more of each (行政处罚法 2021 第四十二条).
async fn companions(
    tx: &mut Tx,
    city: &str,
    (lead, cards): (Uuid, &[Uuid]),
    at: DateTime<Utc>,
) -> Outcome<Vec<VisitOfficer>> {
    let wrong = |code, why: String| Err(Problem::wrong_field("/others", code, why));
    let mut others: Vec<VisitOfficer> = Vec::new();
    if cards.len() > MOST_OTHERS {
        return wrong("officer.many", format!("参加检查的其他机关人员最多 {MOST_OTHERS} 名。"));
    }
    for id in cards {
        let own = officer(&mut *tx, city, (*id, "/others"), kernel::day_of(at)).await?;
        if own.agency == lead {
            return wrong("officer.agency", format!("{}是牵头机关的人员，请只选其他机关的。", own.name));
        }
        if others.iter().any(|other| other.card == own.card) {
            return wrong("officer.two", format!("{}选了两次。", own.name));
        }
        others.push(own);
    }
    let of = |agency: Uuid| others.iter().filter(|own| own.agency == agency).count();
    if let Some(alone) = others.iter().find(|own| of(own.agency) < 2) {
        let why = format!("{}只有{}一人，每个机关的执法人员不得少于两人。", alone.agency_name, alone.name);
        return wrong("officer.two", why);
    }
    others.sort_by_key(|own| own.agency);
    Ok(others)
}

/// Which visits.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct VisitFilter {
    /// Division.
    region: Option<String>,
    /// Of this enterprise.
    enterprise: Option<Uuid>,
    /// `open`, `finished` or `withdrawn`.
    state: Option<String>,
    /// Supervised sector.
    sector: Option<String>,
    /// Of officers of this agency.
    agency: Option<Uuid>,
    /// `true`: ended this year.
    this_year: Option<bool>,
}

/// Visits, the latest first.
#[utoipa::path(get, path = "/api/visits", tag = "inspection", params(VisitFilter, Page),
    responses((status = 200, body = List<VisitView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_visits(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<VisitFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<VisitView>>> {
    let scope = web::narrowed(actor.may(&powers::VISITS)?, filter.region.as_deref())?;
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let sql = Visit::select().push(" where ").scope(&scope, "", "enterprise");
    let sql = sql.and(" and enterprise = ", filter.enterprise).and(" and state = ", some(filter.state));
    let sql = sql.and(" and sector = ", some(filter.sector)).and(" and agency = ", filter.agency);
    let since = year_begins(app.clock.today()).filter(|_| filter.this_year == Some(true));
    let sql = sql.and(" and ended_at >= ", since);
    Ok(Json(page.latest(&app.db, sql, |row: &Visit| row.id).await?.map(VisitView::of)))
}

/// A visit with its checklist, what was found and the documents.
#[utoipa::path(get, path = "/api/visits/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = WholeVisit), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_visit(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<WholeVisit>> {
    let scope = actor.may(&powers::VISIT)?;
    let row = store::visit(&app.db, &scope, &city, id).await?;
    let photos = store::photos_of(&app.db, &row).await?;
    let findings = store::findings(&app.db, &city, id).await?;
    let documents = store::papers(&app.db, &city, id).await?;
    Ok(Json(WholeVisit {
        items: checklist(&row)?,
        checklist: row.checklist.0.clone(),
        signatures: serde_json::from_value(row.signatures.0.clone()).map_err(Problem::internal)?,
        visit: VisitView::of(row),
        findings: findings.into_iter().map(|own| VisitFinding::of(own, &photos)).collect(),
        documents: documents.into_iter().map(EnforcementDocument::of).collect(),
    }))
}

/// What of an open visit becomes otherwise.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct VisitChange {
    /// The version that was read.
    version: i64,
    /// What is inspected.
    place: Option<String>,
    /// Answers by item: `met`, `unmet`, `not_applicable`; what is not named stays.
    #[serde(default)]
    checklist: BTreeMap<String, String>,
}

/// Fills in an open visit: its place and answers of the checklist.
#[utoipa::path(patch, path = "/api/visits/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = VisitChange,
    responses((status = 200, body = VisitView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_visit(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<VisitChange>,
) -> Outcome<Json<VisitView>> {
    let scope = actor.may(&powers::UPDATE_VISIT)?;
    let mut tx = app.db.begin().await?;
    let mut row = act::hold(&mut tx, (&app.clock, &actor), &scope, (&city, id, Some(change.version))).await?;
    law::answered(&checklist(&row)?, &change.checklist)?;
    if let Some(place) = &change.place {
        row.place = filled("/place", place, "检查场所", 100)?;
    }
    if let Some(known) = row.checklist.0.as_object_mut() {
        known.extend(change.checklist.into_iter().map(|(code, answer)| (code, json!(answer))));
    }
    let after = json!({"place": row.place, "checklist": row.checklist.0});
    act::write(&mut tx, (&app.clock, &actor), &row, after, None).await?;
    tx.commit().await?;
    Ok(Json(VisitView::of(row)))
}

/// Why a visit is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct VisitWithdrawal {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Withdraws a visit that was begun by mistake. What was entered stays readable.
#[utoipa::path(post, path = "/api/visits/{city}/{id}/withdraw", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = VisitWithdrawal,
    responses((status = 200, body = VisitView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn withdraw_visit(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(own): Body<VisitWithdrawal>,
) -> Outcome<Json<VisitView>> {
    let scope = actor.may(&powers::WITHDRAW_VISIT)?;
    let mut tx = app.db.begin().await?;
    let mut row = act::hold(&mut tx, (&app.clock, &actor), &scope, (&city, id, Some(own.version))).await?;
    let reason = filled("/reason", &own.reason, "作废原因", 500)?;
    row.state = "withdrawn".into();
    row.reason = Some(reason.clone());
    act::write(&mut tx, (&app.clock, &actor), &row, json!({"state": row.state}), Some(reason)).await?;
    tx.commit().await?;
    Ok(Json(VisitView::of(row)))
}

/// How a visit ends.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(crate) struct VisitEnd {
    /// The version that was read.
    pub(crate) version: i64,
    /// When it ended; now unless told.
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// Answers by item: `met`, `unmet`, `not_applicable`; what is not named stays.
    #[serde(default)]
    pub(crate) checklist: BTreeMap<String, String>,
    /// Last day for putting right what was found; needed when not everything was put right at once.
    pub(crate) due_on: Option<NaiveDate>,
    #[serde(flatten)]
    pub(crate) signatures: Signatures,
}

/// Ends a visit: all sign, what was found becomes dangers, and nothing of the visit changes any more.
#[utoipa::path(post, path = "/api/visits/{city}/{id}/finish", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = VisitEnd,
    responses((status = 200, body = VisitView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn finish_visit(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(end): Body<VisitEnd>,
) -> Outcome<Json<VisitView>> {
    let scope = actor.may(&powers::FINISH)?;
    let mut tx = app.db.begin().await?;
    let row = end_of(&mut tx, (&app.clock, &actor), &scope, (&city, id), end).await?;
    tx.commit().await?;
    Ok(Json(VisitView::of(row)))
}

/// Ends an open visit at the version that was read.
pub(crate) async fn end_of(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    (city, id): (&str, Uuid),
    end: VisitEnd,
) -> Outcome<Visit> {
    let row = act::hold(tx, (clock, actor), scope, (city, id, Some(end.version))).await?;
    law::answered(&checklist(&row)?, &end.checklist)?;
    let end =
        End { at: end.ended_at, checklist: end.checklist, due_on: end.due_on, signatures: end.signatures };
    finish::finish(tx, (clock, actor), scope, row, end).await
}
