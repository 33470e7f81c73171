//! A city's own rows: laid over a national table with a document number, ended or withdrawn, never erased.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use db::Exec;
use kernel::{Actor, RegionCode};
use rules::{Law, registry};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{problem, tables::Cells};
use crate::{LocalRow, powers, store};

/// A local row as the table shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LocalView {
    city: String,
    id: Uuid,
    table: String,
    /// Division it counts in.
    region: String,
    #[schema(value_type = Object)]
    cells: Cells,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    withdrawn: bool,
    created_at: DateTime<Utc>,
    created_by_name: String,
    version: i64,
}

impl LocalView {
    pub(super) fn of(row: LocalRow) -> Self {
        let cells = row.cells();
        LocalView {
            city: row.city,
            id: row.id,
            table: row.table_name,
            region: row.town,
            cells,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            withdrawn: row.withdrawn,
            created_at: row.created_at,
            created_by_name: row.created_by_name,
            version: row.version,
        }
    }
}

fn entry(
    row: &LocalRow,
    action: audit::Action,
    before: Option<Value>,
    reason: Option<String>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: LocalRow::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(format!("{} {}", row.table_name, row.cell("source"))),
        before,
        after: Some(state(row)),
        reason,
    }
}

fn state(row: &LocalRow) -> Value {
    json!({"table": row.table_name, "cells": row.cells.0, "valid_from": row.valid_from, "valid_to": row.valid_to, "withdrawn": row.withdrawn})
}

/// A row to be laid over a table.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewLocalRow {
    /// City or county it counts in.
    region: String,
    /// Cells by column of the table.
    #[schema(value_type = Object)]
    cells: Cells,
    /// Document number and clause.
    source: String,
    /// First day.
    valid_from: NaiveDate,
    /// Last day; open without one.
    valid_to: Option<NaiveDate>,
    /// A remark.
    note: Option<String>,
}

/// Lays a row over a national table, in a city or a county and for a time.
#[utoipa::path(post, path = "/api/law-tables/{name}/rows", tag = "law", params(("name" = String, Path)), request_body = NewLocalRow,
    responses((status = 201, body = LocalView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_law_row(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(name): PathOf<String>,
    Body(new): Body<NewLocalRow>,
) -> Outcome<(StatusCode, Json<LocalView>)> {
    let scope = actor.may(&powers::CREATE)?;
    let table = registry::table(&name).ok_or_else(Problem::not_found)?;
    let region = RegionCode::parse(&new.region)?;
    let Some(city) = region.city().filter(|_| scope.covers(region.as_str())) else {
        return Err(Problem::wrong_field(
            "/region",
            "region.outside",
            "只能为自己管辖的市或区县增加本地规定。",
        ));
    };
    let mut row = judged(table, &region, city, &new, &app, &actor)?;
    let mut tx = app.db.begin().await?;
    let own = store::of_city(&mut tx, city, Some(table.name)).await?;
    if own.len() >= usize::try_from(store::MOST).unwrap_or(usize::MAX) {
        return Err(Problem::conflict("law.full", "这张表的本地规定已达上限，请联系维护人员。"));
    }
    if let Some(twin) = own.iter().find(|other| overlaps(table, other, &row)) {
        return Err(Problem::conflict(
            "law.overlap",
            format!(
                "同一项目在这段时间已有本地规定（{}，{} 起）。请先终止它，再增加新的规定。",
                twin.cell("source"),
                twin.valid_from
            ),
        ));
    }
    row.id = Uuid::now_v7();
    tx.run(row.insert()).await?;
    audit::record(&mut tx, &app.clock, &actor, entry(&row, audit::Action::Create, None, None)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(LocalView::of(row))))
}

fn judged(
    table: &'static rules::Table,
    region: &RegionCode,
    city: &str,
    new: &NewLocalRow,
    app: &App,
    actor: &Actor,
) -> Outcome<LocalRow> {
    let columns = &table.rows().columns;
    if let Some(strange) = new.cells.keys().find(|column| !columns.contains(column)) {
        return Err(Problem::wrong_field(
            &format!("/cells/{strange}"),
            "law.column",
            format!("这张表没有名为 {strange} 的列。"),
        ));
    }
    for key in table.keys {
        if new.cells.get(*key).is_none_or(|cell| cell.trim().is_empty()) {
            // what names a row may be empty in the national table too
            let known = table.rows().rows.iter().any(|row| row.get(key).is_empty());
            if !known {
                return Err(Problem::wrong_field(
                    &format!("/cells/{key}"),
                    "field.required",
                    format!("请填写 {key}，它指明是哪一项。"),
                ));
            }
        }
    }
    if new.valid_to.is_some_and(|to| to < new.valid_from) {
        return Err(Problem::wrong_field("/valid_to", "date.order", "终止日期不能早于起始日期。"));
    }
    // a column that holds numbers in every national row holds numbers here
    for (column, cell) in &new.cells {
        let cells = || table.rows().rows.iter().filter(|row| !row.get(column).is_empty());
        let numeric = cells().next().is_some() && cells().all(|row| row.decimal(column).is_some());
        if numeric && !cell.trim().is_empty() && cell.trim().parse::<rules::Decimal>().is_err() {
            return Err(Problem::wrong_field(
                &format!("/cells/{column}"),
                "field.number",
                format!("{column} 应填写数字。"),
            ));
        }
    }
    let mut cells: Cells =
        new.cells.iter().map(|(column, cell)| (column.clone(), cell.trim().to_string())).collect();
    let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    cells.insert("region".into(), region.to_string());
    cells.insert("source".into(), new.source.trim().into());
    cells.insert("valid_from".into(), day(Some(new.valid_from)));
    cells.insert("valid_to".into(), day(new.valid_to));
    cells.insert("certainty".into(), "text".into());
    cells.insert("note".into(), new.note.clone().unwrap_or_default().trim().into());
    Law::with([(table.name.to_string(), cells.clone())]).map_err(problem)?;
    let now = app.clock.now();
    Ok(LocalRow {
        city: city.into(),
        id: Uuid::nil(),
        town: region.to_string(),
        table_name: table.name.into(),
        cells: db::Json(json!(cells)),
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        withdrawn: false,
        created_at: now,
        created_by: actor.account,
        created_by_name: actor.name.clone(),
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    })
}

/// Whether both say something of the same thing, in the same place, on some day.
fn overlaps(table: &rules::Table, one: &LocalRow, other: &LocalRow) -> bool {
    let apart = |a: &LocalRow, b: &LocalRow| a.valid_to.is_some_and(|to| to < b.valid_from);
    !one.withdrawn
        && one.town == other.town
        && table.keys.iter().all(|key| one.cell(key) == other.cell(key))
        && !apart(one, other)
        && !apart(other, one)
}

/// How a local row ends.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct End {
    /// The version that was read.
    version: i64,
    /// Last day it counts; without one it is withdrawn altogether, as if it had never been.
    valid_to: Option<NaiveDate>,
    /// Why, with the document number.
    reason: String,
}

/// Ends a local row, or withdraws one that was entered by mistake.
#[utoipa::path(post, path = "/api/law-rows/{city}/{id}/end", tag = "law", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = End,
    responses((status = 200, body = LocalView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn end_law_row(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(end): Body<End>,
) -> Outcome<Json<LocalView>> {
    let scope = actor.may(&powers::END)?;
    if end.reason.trim().is_empty() {
        return Err(Problem::wrong_field("/reason", "field.required", "请填写终止的原因和文号。"));
    }
    let mut tx = app.db.begin().await?;
    let current = store::find(&mut tx, &scope, &city, id).await?;
    if current.version != end.version {
        return Err(Problem::stale(json!(LocalView::of(current))));
    }
    if current.withdrawn {
        return Err(Problem::conflict("law.withdrawn", "这条本地规定已经撤销。"));
    }
    let mut row = current.clone();
    match end.valid_to {
        Some(day) if day < row.valid_from => {
            return Err(Problem::wrong_field(
                "/valid_to",
                "date.order",
                "终止日期不能早于起始日期；填错的规定请撤销。",
            ));
        }
        Some(day) => {
            row.valid_to = Some(day);
            row.cells.0["valid_to"] = day.to_string().into();
        }
        None => row.withdrawn = true,
    }
    let own = store::of_city(&mut tx, &city, Some(&row.table_name)).await?;
    let table = registry::table(&row.table_name).ok_or_else(Problem::not_found)?;
    if !row.withdrawn && own.iter().any(|other| other.id != id && overlaps(table, other, &row)) {
        return Err(Problem::conflict(
            "law.overlap",
            "延长后会与另一条本地规定重叠，请先核对那一条的起止日期。",
        ));
    }
    row.version += 1;
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    let kept = row.update(&["city", "id"]).push(" and version = ").arg(current.version);
    if tx.run(kept).await? == 0 {
        let now = store::find(&mut tx, &scope, &city, id).await?;
        return Err(Problem::stale(json!(LocalView::of(now))));
    }
    let before = Some(state(&current));
    audit::record(&mut tx, &app.clock, &actor, entry(&row, audit::Action::Update, before, Some(end.reason)))
        .await?;
    tx.commit().await?;
    Ok(Json(LocalView::of(row)))
}

/// A step in the life of a local row.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LawStep {
    at: DateTime<Utc>,
    actor_name: String,
    action: String,
    reason: Option<String>,
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

/// What was done to a local row, the first step first.
#[utoipa::path(get, path = "/api/law-rows/{city}/{id}/history", tag = "law", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<LawStep>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_law_history(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<LawStep>>> {
    let scope = actor.may(&powers::HISTORY)?;
    let mut tx = app.db.begin().await?;
    store::find(&mut tx, &scope, &city, id).await?;
    drop(tx);
    let steps = audit::history(&app.db, &city, LocalRow::TABLE, id).await?;
    let shown = |step: audit::Step| LawStep {
        at: step.at,
        actor_name: step.actor_name,
        action: step.action,
        reason: step.reason,
        after: step.after.map(|after| after.0),
    };
    Ok(Json(steps.into_iter().map(shown).collect()))
}
