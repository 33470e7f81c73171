//! Who watches over an enterprise: the agency, the officer, the sector's department, the grid. Set for one or for many.

use axum::{Json, extract::State};
use db::{Exec, FromRow, sql};
use kernel::RegionCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, Problem, Query};

use super::many::{AssignedItem, change_many};
use crate::{build, fields, powers};

/// Records and who watches over them from now on. What is not named stays; null empties it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Duty {
    /// Records, 200 at most.
    items: Vec<AssignedItem>,
    /// Responsible agency.
    #[serde(default, deserialize_with = "web::said")]
    #[schema(value_type = Option<Uuid>)]
    agency: Option<Option<Uuid>>,
    /// Responsible officer: somebody who holds that role where the enterprise lies.
    #[serde(default, deserialize_with = "web::said")]
    #[schema(value_type = Option<Uuid>)]
    officer: Option<Option<Uuid>>,
    /// Sector department.
    #[serde(default, deserialize_with = "web::said")]
    #[schema(value_type = Option<String>)]
    department: Option<Option<String>>,
    /// Grid.
    #[serde(default, deserialize_with = "web::said")]
    #[schema(value_type = Option<String>)]
    grid: Option<Option<String>>,
    /// Grade of supervision: `A` to `D`.
    #[serde(default, deserialize_with = "web::said")]
    #[schema(value_type = Option<String>)]
    grade: Option<Option<String>>,
}

/// How many records were changed; those that stood so already are not.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DutySet {
    changed: usize,
}

#[derive(FromRow)]
struct Place {
    town: String,
}

fn text(value: Option<String>, pointer: &str) -> Outcome<Option<String>> {
    let value = web::filled(value);
    match value {
        Some(text) if text.chars().count() > 100 => {
            Err(Problem::wrong_field(pointer, "field.long", "请写在 100 字以内。"))
        }
        other => Ok(other),
    }
}

/// Says who watches over enterprises, all or none of them.
#[utoipa::path(post, path = "/api/enterprises/duty", tag = "enterprises", request_body = Duty,
    responses((status = 200, body = DutySet), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn set_enterprise_duty(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(duty): Body<Duty>,
) -> Outcome<Json<DutySet>> {
    let scope = actor.may(&powers::SET_DUTY)?;
    let texts = [&duty.department, &duty.grid, &duty.grade];
    if duty.agency.is_none() && duty.officer.is_none() && texts.iter().all(|own| own.is_none()) {
        return Err(Problem::invalid(
            "duty.empty",
            "请至少填写监管机构、责任监管员、主管部门、网格、监管等级中的一项。",
        ));
    }
    let department = duty.department.map(|value| text(value, "/department")).transpose()?;
    let grid = duty.grid.map(|value| text(value, "/grid")).transpose()?;
    let grade = duty.grade.map(web::filled);
    if let Some(Some(grade)) = &grade
        && !fields::options("grade").iter().any(|(code, _)| code == grade)
    {
        return Err(Problem::wrong_field("/grade", "field.invalid", "监管等级应为 A、B、C、D 之一。"));
    }
    let mut tx = app.db.begin().await?;
    let mut held = Vec::new();
    let mut agencies: Vec<Place> = Vec::new();
    if let Some(Some(officer)) = duty.officer {
        held = account::officer_regions(&mut tx, officer, app.clock.today()).await?;
    }
    if let (Some(Some(agency)), Some(first)) = (duty.agency, duty.items.first()) {
        agencies =
            tx.all(sql!("select town from agency where city = $1 and id = $2", &first.city, agency)).await?;
    }
    let changed = change_many(&mut tx, &app, &actor, &scope, &duty.items, |record| {
        if let Some(officer) = duty.officer {
            if officer.is_some() && !held.iter().any(|region| record.town.starts_with(region)) {
                return Err(Problem::wrong_field(
                    "/officer",
                    "officer.elsewhere",
                    format!("这个人不是“{}”所在地的监管员，请另选。", record.name),
                ));
            }
            record.officer = officer;
        }
        if let Some(agency) = duty.agency {
            if agency.is_some() && !agencies.iter().any(|own| record.town.starts_with(&own.town)) {
                return Err(Problem::wrong_field(
                    "/agency",
                    "agency.elsewhere",
                    format!("这个机构管不到“{}”所在的地方，请另选。", record.name),
                ));
            }
            record.agency = agency;
        }
        let before = record.clone();
        if let Some(department) = &department {
            record.department.clone_from(department);
        }
        if let Some(grid) = &grid {
            record.grid.clone_from(grid);
        }
        if let Some(grade) = &grade {
            record.grade.clone_from(grade);
        }
        let (grid, department) = (record.grid != before.grid, record.department != before.department);
        let grade = record.grade != before.grade;
        let changed = [("grid", grid), ("department", department), ("grade", grade)];
        build::unverify(record, |field| changed.contains(&(field, true)));
        Ok("指定监管责任".into())
    })
    .await?;
    tx.commit().await?;
    Ok(Json(DutySet { changed }))
}

/// Where.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Where {
    /// Division in which the enterprises lie.
    region: String,
}

/// Somebody who can watch over enterprises.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfficerView {
    id: Uuid,
    name: String,
    region: String,
    region_name: String,
}

/// The officers of a division: those of it, above it and within it.
#[utoipa::path(get, path = "/api/officers", tag = "enterprises", params(Where),
    responses((status = 200, body = Vec<OfficerView>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_officers(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(place): Query<Where>,
) -> Outcome<Json<Vec<OfficerView>>> {
    let region = RegionCode::parse(&place.region)?;
    actor.may(&powers::LIST_OFFICERS)?.narrow(&region)?;
    let mut officers = account::officers(&app.db, &region, app.clock.today()).await?;
    officers.dedup_by_key(|own| own.id);
    let officers = officers.into_iter().map(|own| OfficerView {
        region_name: region::divisions::full_name(&own.region),
        id: own.id,
        name: own.name,
        region: own.region,
    });
    Ok(Json(officers.collect()))
}
