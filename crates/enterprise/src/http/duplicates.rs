//! Records that may be one enterprise written twice, for a person to decide.

use std::collections::BTreeMap;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use db::{Exec, FromRow, Sql};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Cursor, List, Outcome, Page, Problem, Query};

use super::{list::shown, names};
use crate::{powers, store, twin};

/// Records shown of one group; more of one name are looked at in the list.
const MOST: usize = 10;

/// Where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Where {
    /// Division and all within it.
    region: Option<String>,
}

/// Records that share something.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DuplicateGroup {
    city: String,
    key: String,
    /// What they share, in Chinese.
    why: &'static str,
    /// How many they are; the first ten are shown.
    number: i64,
    #[schema(value_type = Vec<Object>)]
    records: Vec<Value>,
}

#[derive(FromRow)]
struct Group {
    city: String,
    key: String,
    number: i64,
}

#[derive(FromRow)]
struct Member {
    city: String,
    key: String,
    id: Uuid,
}

/// Records in scope that share a code, an address with its legal person, or a name, the surest first. Kept with every write, so that
/// nothing is searched for here.
#[utoipa::path(get, path = "/api/duplicates", tag = "mergers", params(Where, Page),
    responses((status = 200, body = List<DuplicateGroup>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_duplicates(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(place): Query<Where>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<DuplicateGroup>>> {
    let scope = web::narrowed(actor.may(&powers::LIST_DUPLICATES)?, place.region.as_deref())?;
    let limit = page.limit().min(50);
    let mut sql = Sql::new("select city, key, count(*) as number from twin where ").area(&scope, "");
    if let Some(cursor) = &page.cursor {
        let key = Cursor::decode(cursor)?.key.unwrap_or_default();
        let (city, key) = key.split_once('/').unwrap_or_default();
        sql = sql.push(" and (city, key) > (").arg(city).push(", ").arg(key).push(")");
    }
    let sql = sql
        .push(" group by city, key having count(*) > 1 and sum(case when apart then 0 else 1 end) > 0")
        .push(" order by city, key limit ")
        .arg(i64::from(limit) + 1);
    let next = |group: &Group| {
        Cursor { key: Some(format!("{}/{}", group.city, group.key)), id: Uuid::nil() }.encode()
    };
    let page = List::page(app.db.all::<Group>(sql).await?, limit, next);
    let mut members: BTreeMap<(String, String), Vec<Uuid>> = BTreeMap::new();
    let mut records: BTreeMap<Uuid, Value> = BTreeMap::new();
    if !page.items.is_empty() {
        let sql = Sql::new("select city, key, id from twin where ").area(&scope, "").push(" and ");
        let sql = sql.within("city", page.items.iter().map(|group| &group.city)).push(" and ");
        let sql = sql.within("key", page.items.iter().map(|group| &group.key));
        let mut keys = Vec::new();
        for member in app.db.all::<Member>(sql.push(" order by city, key, id limit 5000")).await? {
            let ids = members.entry((member.city.clone(), member.key)).or_default();
            if ids.len() < MOST {
                ids.push(member.id);
                keys.push((member.city, member.id));
            }
        }
        let mut rows: Vec<Value> =
            store::some(&app.db, &scope, &keys).await?.iter().map(|record| shown(record, true)).collect();
        names::add(&app.db, &mut rows).await?;
        records.extend(rows.into_iter().filter_map(|row| Some((row["id"].as_str()?.parse().ok()?, row))));
    }
    let page = page.map(|group| {
        let ids = members.remove(&(group.city.clone(), group.key.clone())).unwrap_or_default();
        DuplicateGroup {
            why: twin::why(&group.key),
            records: ids.iter().filter_map(|id: &Uuid| records.get(id).cloned()).collect(),
            city: group.city,
            key: group.key,
            number: group.number,
        }
    });
    // somebody limited to some sectors may see one of a group only, and so no group
    let items = page.items.into_iter().filter(|group| group.records.len() > 1).collect();
    Ok(Json(List { items, next: page.next }))
}

/// A group of records that are not one enterprise.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Apart {
    city: String,
    key: String,
}

/// Says of records that they are different enterprises: they are no longer offered as duplicates, until one more joins them.
#[utoipa::path(post, path = "/api/duplicates/apart", tag = "mergers", request_body = Apart,
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn keep_apart(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(apart): Body<Apart>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&powers::KEEP_APART)?;
    let mut tx = app.db.begin().await?;
    let sql = Sql::new("select city, key, id from twin where city = ").arg(&apart.city).push(" and key = ");
    let members: Vec<Member> =
        tx.all(sql.arg(&apart.key).push(" and ").area(&scope, "").push(" limit 1000")).await?;
    let ids: Vec<Uuid> = members.iter().map(|member| member.id).collect();
    let keys: Vec<(String, Uuid)> = ids.iter().map(|id| (apart.city.clone(), *id)).collect();
    let records = store::some(&mut tx, &scope, &keys).await?;
    if records.len() < 2 {
        return Err(Problem::not_found());
    }
    let sql = Sql::new("update twin set apart = true where city = ").arg(&apart.city).push(" and key = ");
    let sql = sql.arg(&apart.key).push(" and ").within("id", records.iter().map(|record| record.id));
    tx.run(sql).await?;
    let entries = records.iter().map(|record| {
        let after = json!({"not_the_same": ids, "why": twin::why(&apart.key)});
        record.entry(Action::Update, None, Some(after), Some("确认不是同一家".into()))
    });
    audit::record_many(&mut tx, &app.clock, &actor, entries.collect()).await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
