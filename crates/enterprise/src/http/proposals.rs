//! What an enterprise's own account wants changed: the officer accepts it or returns it, field by field, with a reason.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Datelike, Utc};
use db::{Exec, Sql};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::write::write_changed;
use crate::{correct::correct, fields, powers, store};

db::table! {
    /// A proposal.
    pub struct Proposal in "proposal" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Enterprise.
        pub enterprise_id: Uuid,
        /// `open`, `accepted`, `partly` or `returned`.
        pub state: String,
        /// By field: `{"before", "after"}`.
        pub changes: db::Json<Value>,
        /// By field: `{"accepted", "reason"}`.
        pub decisions: db::Json<Value>,
        /// What the enterprise says of it.
        pub note: Option<String>,
        /// Decided, UTC.
        pub decided_at: Option<DateTime<Utc>>,
        /// By whom.
        pub decided_by: Option<Uuid>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

/// A proposal as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ProposalView {
    city: String,
    id: Uuid,
    enterprise_id: Uuid,
    enterprise_name: String,
    region_name: String,
    state: String,
    #[schema(value_type = Object)]
    changes: Value,
    #[schema(value_type = Object)]
    decisions: Value,
    note: Option<String>,
    created_at: DateTime<Utc>,
    decided_at: Option<DateTime<Utc>>,
    version: i64,
}

fn view(row: Proposal, name: String) -> ProposalView {
    ProposalView {
        region_name: region::divisions::full_name(&row.town),
        city: row.city,
        id: row.id,
        enterprise_id: row.enterprise_id,
        enterprise_name: name,
        state: row.state,
        changes: row.changes.0,
        decisions: row.decisions.0,
        note: row.note,
        created_at: row.created_at,
        decided_at: row.decided_at,
        version: row.version,
    }
}

fn entry(row: &Proposal, name: &str, action: Action, before: Option<Value>, after: Value) -> audit::Entry {
    audit::Entry {
        action,
        subject: Proposal::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(name.to_string()),
        before,
        after: Some(after),
        reason: row.note.clone(),
    }
}

/// The predicate of the proposals of those enterprises that the scope holds.
fn seen(scope: &Scope) -> Sql {
    Sql::default()
        .area(scope, "proposal.")
        .push(" and exists (select 1 from enterprise e where e.city = proposal.city and e.id = proposal.enterprise_id and ")
        .scope(scope, "e.", "id")
        .push(")")
}

/// What is proposed.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewProposal {
    /// New values by field; null empties it.
    #[schema(value_type = Object)]
    changes: Map<String, Value>,
    /// Why.
    note: Option<String>,
}

/// Proposes changes to the own archive. They are checked like a correction; one proposal is open at a time.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/proposals", tag = "proposals", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = NewProposal,
    responses((status = 201, body = ProposalView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_proposal(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewProposal>,
) -> Outcome<(StatusCode, Json<ProposalView>)> {
    let scope = actor.may(&powers::PROPOSE)?;
    let mut tx = app.db.begin().await?;
    let record = store::find(&mut tx, &scope, &city, id).await?;
    let open = Proposal::select().push(" where city = ").arg(&city).push(" and enterprise_id = ").arg(id);
    let open: Option<Proposal> = tx.optional(open.push(" and state = 'open' limit 1")).await?;
    if open.is_some() {
        return Err(Problem::conflict("proposal.open", "上一次申报镇街还没有处理，请等处理后再申报。"));
    }
    let mut changed = record.clone();
    correct(&mut changed, &new.changes, i64::from(app.clock.today().year()))?;
    let (before, after) = (record.document(), changed.document());
    let changes: Map<String, Value> = new
        .changes
        .keys()
        .filter(|name| before[name.as_str()] != after[name.as_str()])
        .map(|name| (name.clone(), json!({"before": before[name], "after": after[name]})))
        .collect();
    if changes.is_empty() {
        return Err(Problem::wrong_field("/changes", "proposal.empty", "没有改动任何内容。"));
    }
    let now = app.clock.now();
    let row = Proposal {
        city,
        id: Uuid::now_v7(),
        town: record.town.clone(),
        enterprise_id: id,
        state: "open".into(),
        changes: db::Json(Value::Object(changes)),
        decisions: db::Json(json!({})),
        note: new
            .note
            .map(|note| note.trim().chars().take(500).collect())
            .filter(|note: &String| !note.is_empty()),
        decided_at: None,
        decided_by: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    tx.run(row.insert()).await?;
    audit::record(
        &mut tx,
        &app.clock,
        &actor,
        entry(&row, &record.name, Action::Create, None, row.changes.0.clone()),
    )
    .await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(row, record.name))))
}

/// Which proposals.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// `open`, `accepted`, `partly` or `returned`; all unless told.
    state: Option<String>,
    /// Of one enterprise.
    enterprise: Option<Uuid>,
}

/// Proposals in scope, the latest first.
#[utoipa::path(get, path = "/api/proposals", tag = "proposals", params(Which, Page),
    responses((status = 200, body = List<ProposalView>), (status = 403, body = Problem)))]
pub(super) async fn list_proposals(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<ProposalView>>> {
    let scope = actor.may(&powers::LIST_PROPOSALS)?;
    let sql = Proposal::select()
        .push(" where ")
        .append(seen(&scope))
        .and(" and state = ", which.state.filter(|state| !state.is_empty()))
        .and(" and enterprise_id = ", which.enterprise);
    let page = page.latest(&app.db, sql, |row: &Proposal| row.id).await?;
    let keys: Vec<(String, Uuid)> =
        page.items.iter().map(|row| (row.city.clone(), row.enterprise_id)).collect();
    let names: BTreeMap<Uuid, String> =
        store::some(&app.db, &scope, &keys).await?.into_iter().map(|row| (row.id, row.name)).collect();
    Ok(Json(page.map(|row| {
        let name = names.get(&row.enterprise_id).cloned().unwrap_or_default();
        view(row, name)
    })))
}

/// What becomes of each field of a proposal.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Decision {
    /// The version that was read.
    version: i64,
    /// Fields accepted.
    accept: Vec<String>,
    /// Fields returned, each with its reason.
    #[serde(rename = "return")]
    returned: BTreeMap<String, String>,
}

/// Decides a proposal: every field is accepted or returned with a reason. What is accepted is written at once.
#[utoipa::path(post, path = "/api/proposals/{city}/{id}/decide", tag = "proposals", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = ProposalView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn decide_proposal(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(decision): Body<Decision>,
) -> Outcome<Json<ProposalView>> {
    let scope = actor.may(&powers::DECIDE_PROPOSAL)?;
    let mut tx = app.db.begin().await?;
    let own = Proposal::select().push(" where city = ").arg(&city).push(" and id = ").arg(id).push(" and ");
    let row: Proposal = tx.one(own.append(seen(&scope))).await?;
    if row.state != "open" || row.version != decision.version {
        return Err(Problem::conflict("proposal.decided", "这份申报已经有人处理，请刷新后查看。"));
    }
    let changes = row.changes.0.as_object().cloned().unwrap_or_default();
    let mut problem = Problem::invalid("invalid.fields", "请对每一栏选择采纳，或写明退回的原因。");
    for name in changes.keys() {
        let label =
            fields::fields().into_iter().find(|field| field.name == name).map_or("", |field| field.label);
        let accepted = decision.accept.contains(name);
        match decision.returned.get(name).map(|reason| reason.trim()) {
            None if accepted => {}
            Some(_) if accepted => {
                problem = problem.field(
                    &format!("/{name}"),
                    "decision.twice",
                    format!("{label}不能既采纳又退回。"),
                );
            }
            None | Some("") => {
                problem = problem.field(
                    &format!("/{name}"),
                    "decision.missing",
                    format!("请采纳{label}，或写明退回的原因。"),
                );
            }
            Some(_) => {}
        }
    }
    if !problem.errors.is_empty() {
        return Err(problem);
    }
    let accepted: Map<String, Value> = changes
        .iter()
        .filter(|(name, _)| decision.accept.contains(name))
        .map(|(name, change)| (name.clone(), change["after"].clone()))
        .collect();
    let current = store::find(&mut tx, &scope, &city, row.enterprise_id).await?;
    let mut record = current.clone();
    if !accepted.is_empty() {
        correct(&mut record, &accepted, i64::from(app.clock.today().year()))?;
        record = write_changed(&mut tx, &app, &actor, &scope, &current, record, Some("采纳企业申报".into()))
            .await?;
    }
    let mut done = row.clone();
    done.state = match (accepted.len(), changes.len()) {
        (0, _) => "returned",
        (some, all) if some < all => "partly",
        _ => "accepted",
    }
    .into();
    let decisions: Map<String, Value> = changes
        .keys()
        .map(|name| {
            let reason = decision.returned.get(name).map(|reason| reason.trim());
            (name.clone(), json!({"accepted": reason.is_none(), "reason": reason}))
        })
        .collect();
    done.decisions = db::Json(Value::Object(decisions));
    done.decided_at = Some(app.clock.now());
    done.decided_by = Some(actor.account);
    done.updated_at = app.clock.now();
    done.updated_by = actor.account;
    done.version += 1;
    let written = tx.run(done.update(&["city", "id"]).push(" and version = ").arg(row.version)).await?;
    if written == 0 {
        return Err(Problem::conflict("proposal.decided", "这份申报已经有人处理，请刷新后查看。"));
    }
    let after = json!({"state": done.state, "decisions": done.decisions.0});
    let before = Some(json!({"state": row.state}));
    audit::record(&mut tx, &app.clock, &actor, entry(&done, &record.name, Action::Update, before, after))
        .await?;
    tx.commit().await?;
    Ok(Json(view(done, record.name)))
}
