//! What an enterprise is connected with: its parent and branches, its cluster, the records it is one with or was split
//! from, the division it is on its way to.

use axum::{Json, extract::State};
use db::{Exec, FromRow, Sql, sql};
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem};

use super::handover::{HandoverView, view};
use crate::{handover::Handover, model::Enterprise, powers, store};

/// Branches named on the page; the list shows all.
const MOST: i64 = 20;

/// Another record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Linked {
    city: String,
    id: Uuid,
    name: String,
    region_name: String,
}

fn linked(record: Enterprise) -> Linked {
    Linked {
        region_name: region::divisions::full_name(&record.town),
        city: record.city,
        id: record.id,
        name: record.name,
    }
}

/// What a record is connected with, as far as it lies in the caller's scope.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Links {
    /// The enterprise it is a branch of, where that is registered.
    parent: Option<Linked>,
    /// Its branches, twenty at most.
    branches: Vec<Linked>,
    /// Whether there are more branches.
    more_branches: bool,
    /// The record that it is part of.
    merged_into: Option<Linked>,
    /// Whether it became part of that by a merger, which can be undone.
    by_merger: bool,
    /// Records that are part of it.
    absorbed: Vec<Linked>,
    /// The record that it was split from.
    split_from: Option<Linked>,
    /// Records that were split from it, twenty at most.
    split_into: Vec<Linked>,
    /// Where it is on its way to.
    handover: Option<HandoverView>,
    /// Groups of possible duplicates it is in.
    duplicates: i64,
}

/// What made it part of another, or what it came from.
#[derive(FromRow)]
struct Whence {
    kind: String,
    kept: Uuid,
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

async fn records(
    db: &db::Db,
    scope: &Scope,
    city: &str,
    condition: Sql,
    limit: i64,
) -> db::Result<Vec<Enterprise>> {
    let sql = Enterprise::select().push(" where city = ").arg(city).push(" and ").append(condition);
    // sorted here: an order asked of the database would make it read the city's records by name
    let mut found: Vec<Enterprise> =
        db.all(sql.push(" and ").scope(scope, "", "id").push(" limit ").arg(limit)).await?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// What an enterprise is connected with.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/links", tag = "enterprises", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Links), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_enterprise_links(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Links>> {
    let scope = actor.may(&powers::FIND_LINKS)?;
    let record = store::find(&app.db, &scope, &city, id).await?;
    let parent = match record.parent_name.as_deref().map(rules::name::name_key).filter(|key| !key.is_empty())
    {
        Some(key) => store::of_name(&app.db, &scope, &key).await?.into_iter().find(|own| own.id != id),
        None => None,
    };
    let names = std::iter::once(record.name.as_str()).chain(record.former_names.split('；'));
    let mut branches = Vec::new();
    for name in names.filter(|name| !name.is_empty()).take(5) {
        let condition =
            Sql::new("parent_name = ").arg(name).push(" and status <> 'merged' and id <> ").arg(id);
        branches.extend(records(&app.db, &scope, &city, condition, MOST + 1).await?);
    }
    let more_branches = branches.len() as i64 > MOST;
    branches.truncate(MOST as usize);
    let mut into = None;
    // a record that took another in may be part of a third by now
    let mut next = record.merged_into;
    for _ in 0..10 {
        let Some(id) = next else { break };
        into = store::find(&app.db, &scope, &city, id).await.ok();
        next = into.as_ref().and_then(|own| own.merged_into);
    }
    let absorbed = records(&app.db, &scope, &city, Sql::new("merged_into = ").arg(id), MOST).await?;
    let sql = Sql::new("select kind, kept from merger where city = ").arg(&city).push(" and absorbed = ");
    let whence: Vec<Whence> = app.db.all(sql.arg(id).push(" and state = 'done' order by id")).await?;
    let split_from = match whence.iter().rfind(|own| own.kind == "split") {
        Some(own) => store::find(&app.db, &scope, &city, own.kept).await.ok(),
        None => None,
    };
    let split = Sql::new("id in (select absorbed from merger where city = ").arg(&city).push(" and kept = ");
    let split = split.arg(id).push(" and kind = 'split' and state = 'done')");
    let split_into = records(&app.db, &scope, &city, split, MOST).await?;
    let open = Handover::select().push(" where city = ").arg(&city).push(" and enterprise_id = ").arg(id);
    let open: Option<Handover> = app.db.optional(open.push(" and state = 'open'")).await?;
    let twins: Number = app
        .db
        .one(sql!(
            "select count(distinct key) as number from twin where city = $1 and id = $2 and not apart",
            &city,
            id
        ))
        .await?;
    Ok(Json(Links {
        parent: parent.map(linked),
        branches: branches.into_iter().map(linked).collect(),
        more_branches,
        merged_into: into.map(linked),
        by_merger: whence.iter().any(|own| own.kind == "merged"),
        absorbed: absorbed.into_iter().map(linked).collect(),
        split_from: split_from.map(linked),
        split_into: split_into.into_iter().map(linked).collect(),
        handover: open.map(|row| view(row, None)),
        duplicates: twins.number,
    }))
}
