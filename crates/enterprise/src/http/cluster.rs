//! Clusters: a market, a building, a park or a street whose many small enterprises are watched over as one, through its manager.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use db::{Db, Exec, FromRow, Sql, sql};
use kernel::{RegionCode, Scope};
use region::divisions;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::{
    list::mask,
    many::{AssignedItem, change_many},
};
use crate::{
    cluster::{Cluster, KINDS, document, entry},
    powers,
};

/// A cluster as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ClusterView {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    name: String,
    kind: String,
    kind_label: String,
    address: Option<String>,
    manager: Option<String>,
    /// Masked in lists.
    manager_phone: Option<String>,
    note: Option<String>,
    /// Enterprises of it in the caller's scope.
    members: i64,
    updated_at: DateTime<Utc>,
    version: i64,
}

fn view(row: Cluster, members: i64, masked: bool) -> ClusterView {
    let kind_label = KINDS.iter().find(|(kind, _)| *kind == row.kind).map_or("", |(_, label)| label);
    ClusterView {
        region_name: divisions::full_name(&row.town),
        city: row.city,
        id: row.id,
        town: row.town,
        name: row.name,
        kind_label: kind_label.to_string(),
        kind: row.kind,
        address: row.address,
        manager: row.manager,
        manager_phone: row.manager_phone.map(|phone| if masked { mask(&phone) } else { phone }),
        note: row.note,
        members,
        updated_at: row.updated_at,
        version: row.version,
    }
}

#[derive(FromRow)]
struct Members {
    cluster: Uuid,
    number: i64,
}

/// How many enterprises each of some clusters has in scope.
async fn members(db: &Db, scope: &Scope, rows: &[Cluster]) -> db::Result<BTreeMap<Uuid, i64>> {
    if rows.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = Sql::new("select cluster, count(*) as number from enterprise where ").scope(scope, "", "id");
    let sql = sql.push(" and ").within("cluster", rows.iter().map(|row| row.id));
    let found: Vec<Members> = db.all(sql.push(" and status <> 'merged' group by cluster")).await?;
    Ok(found.into_iter().map(|own| (own.cluster, own.number)).collect())
}

async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Outcome<Cluster> {
    let sql = Cluster::select().push(" where city = ").arg(city).push(" and id = ").arg(id).push(" and ");
    Ok(db.one(sql.area(scope, "")).await?)
}

/// What a cluster is.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ClusterForm {
    /// Town, 9 digits, or the county of one that lies in several.
    town: String,
    name: String,
    /// `market`, `building`, `park` or `street`.
    kind: String,
    address: Option<String>,
    manager: Option<String>,
    manager_phone: Option<String>,
    note: Option<String>,
    /// On changing: the version that was read.
    version: Option<i64>,
}

/// Puts what the form says on the row, checked field by field.
fn fill(row: &mut Cluster, form: ClusterForm, scope: &Scope) -> Outcome<()> {
    let mut problem = Problem::invalid("invalid.fields", "有内容填写不正确，请按提示修改后再保存。");
    let town = RegionCode::parse(&form.town)?;
    let known = matches!(town.as_str().len(), 6 | 9) && divisions::find(town.as_str()).is_some();
    if !known || !scope.covers(town.as_str()) {
        problem = problem.field("/town", "region.outside", "请选择您辖区内的区县或镇街。");
    }
    let name = form.name.trim();
    if name.is_empty() || name.chars().count() > 100 {
        problem = problem.field("/name", "name.length", "请填写名称（100 字以内）。");
    }
    if !KINDS.iter().any(|(kind, _)| *kind == form.kind) {
        problem = problem.field("/kind", "kind.unknown", "请选择市场、楼宇、园区或街区。");
    }
    let mut long = Vec::new();
    let mut text = |value: Option<String>, pointer: &'static str, most: usize| {
        let value = web::filled(value);
        if value.as_ref().is_some_and(|text| text.chars().count() > most) {
            long.push((pointer, most));
        }
        value
    };
    row.address = text(form.address, "/address", 200);
    row.manager = text(form.manager, "/manager", 100);
    row.manager_phone = text(form.manager_phone, "/manager_phone", 40);
    row.note = text(form.note, "/note", 500);
    for (pointer, most) in long {
        problem = problem.field(pointer, "field.long", format!("请写在 {most} 字以内。"));
    }
    row.name = name.to_string();
    row.kind = form.kind;
    if row.city.is_empty() {
        row.city = town.city().unwrap_or_default().to_string();
    } else if town.city() != Some(row.city.as_str()) {
        problem = problem.field("/town", "region.other_city", "不能改到别的城市。");
    }
    row.town = town.as_str().to_string();
    if problem.errors.is_empty() { Ok(()) } else { Err(problem) }
}

fn taken(error: db::Error) -> Problem {
    match error {
        db::Error::Conflict { .. } => {
            Problem::wrong_field("/name", "name.taken", "这个地方已有同名的集群，请直接使用它或换个名称。")
        }
        other => other.into(),
    }
}

/// Where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Where {
    /// Division and all within it.
    region: Option<String>,
    /// Part of the name.
    q: Option<String>,
}

/// Clusters in scope with the number of their members, the latest first.
#[utoipa::path(get, path = "/api/clusters", tag = "clusters", params(Where, Page),
    responses((status = 200, body = List<ClusterView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_clusters(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(place): Query<Where>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<ClusterView>>> {
    let scope = web::narrowed(actor.may(&powers::LIST_CLUSTERS)?, place.region.as_deref())?;
    let mut sql = Cluster::select().push(" where ").area(&scope, "");
    if let Some(q) = place.q.as_deref().map(str::trim).filter(|q| !q.is_empty()) {
        sql = sql.push(" and name like ").arg(db::like(q)).push(" escape '\\'");
    }
    let page = page.latest(&app.db, sql, |row: &Cluster| row.id).await?;
    let members = members(&app.db, &scope, &page.items).await?;
    Ok(Json(page.map(|row| {
        let number = members.get(&row.id).copied().unwrap_or_default();
        view(row, number, true)
    })))
}

/// One cluster, with its manager's phone; that it was read is recorded.
#[utoipa::path(get, path = "/api/clusters/{city}/{id}", tag = "clusters", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = ClusterView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_cluster(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<ClusterView>> {
    let scope = actor.may(&powers::FIND_CLUSTER)?;
    let row = find(&app.db, &scope, &city, id).await?;
    let number = members(&app.db, &scope, std::slice::from_ref(&row)).await?.get(&id).copied();
    if row.manager_phone.is_some() {
        audit::note(&app.db, &app.clock, &actor, entry(&row, Action::Read, None, None)).await?;
    }
    Ok(Json(view(row, number.unwrap_or_default(), false)))
}

/// Adds a cluster.
#[utoipa::path(post, path = "/api/clusters", tag = "clusters", request_body = ClusterForm,
    responses((status = 201, body = ClusterView), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_cluster(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(form): Body<ClusterForm>,
) -> Outcome<(StatusCode, Json<ClusterView>)> {
    let scope = actor.may(&powers::CREATE_CLUSTER)?;
    let now = app.clock.now();
    let mut row = Cluster {
        city: String::new(),
        id: Uuid::now_v7(),
        town: String::new(),
        name: String::new(),
        kind: String::new(),
        address: None,
        manager: None,
        manager_phone: None,
        note: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    fill(&mut row, form, &scope)?;
    let mut tx = app.db.begin().await?;
    row.create(&mut tx, &app.clock, &actor).await.map_err(taken)?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(row, 0, false))))
}

/// Changes a cluster.
#[utoipa::path(put, path = "/api/clusters/{city}/{id}", tag = "clusters", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = ClusterForm,
    responses((status = 200, body = ClusterView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_cluster(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(form): Body<ClusterForm>,
) -> Outcome<Json<ClusterView>> {
    let scope = actor.may(&powers::UPDATE_CLUSTER)?;
    let mut tx = app.db.begin().await?;
    let current = find(&mut tx, &scope, &city, id).await?;
    if form.version != Some(current.version) {
        return Err(Problem::stale(serde_json::to_value(view(current, 0, false)).unwrap_or_default()));
    }
    let mut row = current.clone();
    fill(&mut row, form, &scope)?;
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    row.version += 1;
    let sql = row.update(&["city", "id"]).push(" and version = ").arg(current.version);
    if tx.run(sql).await.map_err(taken)? == 0 {
        return Err(Problem::stale(serde_json::to_value(view(current, 0, false)).unwrap_or_default()));
    }
    let (before, after) = audit::diff(&document(&current), &document(&row));
    audit::record(&mut tx, &app.clock, &actor, entry(&row, Action::Update, Some(before), Some(after)))
        .await?;
    tx.commit().await?;
    let number = members(&app.db, &scope, std::slice::from_ref(&row)).await?.get(&id).copied();
    Ok(Json(view(row, number.unwrap_or_default(), false)))
}

/// Removes a cluster that has no members any more.
#[utoipa::path(delete, path = "/api/clusters/{city}/{id}", tag = "clusters", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn delete_cluster(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&powers::DELETE_CLUSTER)?;
    let mut tx = app.db.begin().await?;
    let row = find(&mut tx, &scope, &city, id).await?;
    let deleted = tx
        .run(sql!(
            "delete from cluster where city = $1 and id = $2 and not exists
               (select 1 from enterprise where enterprise.city = cluster.city and enterprise.cluster = cluster.id)",
            &city,
            id
        ))
        .await?;
    if deleted == 0 {
        let text = format!("“{}”还有成员，请先在企业名单中把它们移出。", row.name);
        return Err(Problem::conflict("cluster.members", text));
    }
    audit::record(&mut tx, &app.clock, &actor, entry(&row, Action::Delete, Some(document(&row)), None))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enterprises that become part of a cluster, or no longer are.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Membership {
    /// Records, 200 at most.
    items: Vec<AssignedItem>,
    /// The cluster; null takes the records out of theirs.
    cluster: Option<Uuid>,
}

/// How many records were changed; those that stood so already are not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MembershipSet {
    changed: usize,
}

/// Puts enterprises into a cluster or takes them out of theirs, all or none.
#[utoipa::path(post, path = "/api/enterprises/cluster", tag = "clusters", request_body = Membership,
    responses((status = 200, body = MembershipSet), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set_enterprise_cluster(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(membership): Body<Membership>,
) -> Outcome<Json<MembershipSet>> {
    let scope = actor.may(&powers::SET_CLUSTER)?;
    let mut tx = app.db.begin().await?;
    let city = membership.items.first().map(|item| item.city.clone()).unwrap_or_default();
    let cluster = match membership.cluster {
        Some(id) => Some(find(&mut tx, &scope, &city, id).await?),
        None => None,
    };
    let changed = change_many(&mut tx, &app, &actor, &scope, &membership.items, |record| {
        if let Some(cluster) = &cluster
            && cluster.town.get(..6) != record.town.get(..6)
        {
            return Err(Problem::wrong_field(
                "/cluster",
                "cluster.elsewhere",
                format!("“{}”不在“{}”所在的区县，不能加入。", record.name, cluster.name),
            ));
        }
        record.cluster = membership.cluster;
        Ok(cluster.as_ref().map_or_else(|| "移出集群".into(), |own| format!("加入“{}”", own.name)))
    })
    .await?;
    tx.commit().await?;
    Ok(Json(MembershipSet { changed }))
}
