//! Saved views: filters, order and columns of a list under a name, for oneself or for the whole office.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use db::Exec;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem, Query};

use crate::powers;

db::table! {
    /// A view that somebody saved.
    pub struct SavedView in "saved_view" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of who saved it; shared views are offered there and below.
        pub town: String,
        /// Page it belongs to.
        pub page: String,
        /// Name.
        pub name: String,
        /// Filters and order as in the address.
        pub query: db::Json<Value>,
        /// Columns.
        pub columns: db::Json<Value>,
        /// Whether others see it.
        pub shared: bool,
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

/// A view as the list offers it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SavedViewItem {
    id: Uuid,
    name: String,
    #[schema(value_type = Object)]
    query: Value,
    #[schema(value_type = Vec<String>)]
    columns: Value,
    shared: bool,
    /// Whether the caller saved it.
    own: bool,
}

fn view(row: SavedView, caller: Uuid) -> SavedViewItem {
    SavedViewItem {
        id: row.id,
        name: row.name,
        query: row.query.0,
        columns: row.columns.0,
        shared: row.shared,
        own: row.created_by == caller,
    }
}

/// Of which page.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Page {
    /// `enterprises`.
    page: String,
}

/// One's own views and those shared by one's own division and the ones above.
#[utoipa::path(get, path = "/api/views", tag = "views", params(Page),
    responses((status = 200, body = Vec<SavedViewItem>), (status = 403, body = Problem)))]
pub(super) async fn list_views(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Outcome<Json<Vec<SavedViewItem>>> {
    let scope = actor.may(&powers::LIST_VIEWS)?;
    let cities = scope.areas().iter().filter_map(|area| area.region.city());
    let above = scope.areas().iter().flat_map(|area| {
        let code = area.region.as_str();
        [4, 6, 9].iter().filter_map(move |digits| code.get(..*digits).map(str::to_string))
    });
    let sql = SavedView::select()
        .push(" where ")
        .within("city", cities)
        .push(" and page = ")
        .arg(page.page)
        .push(" and (created_by = ")
        .arg(actor.account)
        .push(" or shared and ")
        .within("town", above)
        .push(") order by name, id limit 200");
    let rows: Vec<SavedView> = app.db.all(sql).await?;
    Ok(Json(rows.into_iter().map(|row| view(row, actor.account)).collect()))
}

/// A view to be saved.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewView {
    page: String,
    name: String,
    #[schema(value_type = Object)]
    query: Value,
    columns: Vec<String>,
    shared: bool,
}

/// Saves a view.
#[utoipa::path(post, path = "/api/views", tag = "views", request_body = NewView,
    responses((status = 201, body = SavedViewItem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_view(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewView>,
) -> Outcome<(StatusCode, Json<SavedViewItem>)> {
    let scope = actor.may(&powers::CREATE_VIEW)?;
    let name = new.name.trim().to_string();
    if name.is_empty() || name.chars().count() > 40 {
        return Err(Problem::wrong_field("/name", "name.length", "请给视图起一个名字（40 字以内）。"));
    }
    if new.query.to_string().len() > 4_000 || new.columns.len() > 100 {
        return Err(Problem::wrong_field("/query", "query.large", "筛选条件太多，无法保存。"));
    }
    let home = scope.areas().first().map(|area| area.region.clone()).ok_or_else(Problem::not_found)?;
    let now = app.clock.now();
    let row = SavedView {
        city: home.city().unwrap_or("0000").to_string(),
        id: Uuid::now_v7(),
        town: home.as_str().to_string(),
        page: new.page.chars().take(40).collect(),
        name,
        query: db::Json(new.query),
        columns: db::Json(serde_json::json!(new.columns)),
        shared: new.shared,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    let mut tx = app.db.begin().await?;
    tx.run(row.insert()).await?;
    let after = serde_json::json!({"name": row.name, "query": row.query.0, "shared": row.shared});
    audit::record(&mut tx, &app.clock, &actor, entry(&row, audit::Action::Create, None, Some(after))).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(row, actor.account))))
}

fn entry(
    row: &SavedView,
    action: audit::Action,
    before: Option<Value>,
    after: Option<Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: SavedView::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.name.clone()),
        before,
        after,
        reason: None,
    }
}

/// Removes a view that one saved.
#[utoipa::path(delete, path = "/api/views/{id}", tag = "views", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete_view(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
    actor.may(&powers::DELETE_VIEW)?;
    let mut tx = app.db.begin().await?;
    let own = SavedView::select().push(" where id = ").arg(id).push(" and created_by = ").arg(actor.account);
    let row: SavedView = tx.one(own).await?;
    tx.run(db::sql!("delete from saved_view where city = $1 and id = $2", &row.city, id)).await?;
    let before = serde_json::json!({"name": row.name, "query": row.query.0, "shared": row.shared});
    audit::record(&mut tx, &app.clock, &actor, entry(&row, audit::Action::Delete, Some(before), None))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
