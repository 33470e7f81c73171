//! One archive: what it must hold, what is there, what is missing and why it matters, now or on any past day.

use axum::{Json, extract::State};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use db::{Exec, FromRow, sql};
use enterprise::Enterprise;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use crate::{
    elsewhere,
    field::Field,
    keep, powers,
    score::{Brief, Completeness},
    section::{Group, SECTIONS},
    store, trail,
};

/// A section as forms, tables and sheets need it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SectionView {
    code: &'static str,
    label: &'static str,
    group: Group,
    group_label: &'static str,
    /// Whether an enterprise has at most one record of it.
    single: bool,
    fields: &'static [Field],
    /// JSON Schema of its fields.
    #[schema(value_type = Object)]
    schema: &'static Value,
}

/// Every section of the archive, in its order.
#[utoipa::path(get, path = "/api/sections", tag = "archive", responses((status = 200, body = Vec<SectionView>), (status = 403, body = Problem)))]
pub(super) async fn list_sections(Caller(actor): Caller) -> Outcome<Json<Vec<SectionView>>> {
    actor.may(&powers::SECTIONS)?;
    let view = |own: &'static crate::section::Described| SectionView {
        code: own.code,
        label: own.label,
        group: own.group,
        group_label: own.group.label(),
        single: own.single,
        fields: &own.fields,
        schema: &own.schema,
    };
    Ok(Json(SECTIONS.iter().map(view).collect()))
}

/// The instant asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct When {
    /// The archive as it stood then; now unless told.
    as_of: Option<DateTime<Utc>>,
}

/// An archive.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveView {
    city: String,
    /// The enterprise.
    id: Uuid,
    name: String,
    town: String,
    region_name: String,
    as_of: Option<DateTime<Utc>>,
    completeness: Completeness,
}

/// An enterprise's archive: every section with what became of it, and the score. Of the past it is put together from the trail.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/archive", tag = "archive", params(When, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = ArchiveView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_archive(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(when): Query<When>,
) -> Outcome<Json<ArchiveView>> {
    let scope = actor.may(&powers::FIND)?;
    if when.as_of.is_some() {
        enterprise::may_look_back(&actor)?;
    }
    let now = enterprise::store::find(&app.db, &scope, &city, id).await?;
    let (enterprise, mut briefs, day): (Enterprise, Vec<Brief>, NaiveDate) = match when.as_of {
        None => {
            let briefs = store::of_records(&app.db, &city, &[id]).await?;
            (now, briefs.into_iter().map(|(_, brief)| brief).collect(), app.clock.today())
        }
        Some(at) => {
            let (records, then) = tokio::try_join!(
                trail::records(&app.db, &city, id, None, at),
                trail::enterprise(&app.db, &city, id, at)
            )?;
            (then, records.iter().map(Brief::from).collect(), kernel::day_of(at))
        }
    };
    let told = elsewhere::told(&app.db, &city, &[id], when.as_of).await?;
    briefs.extend(told.into_iter().map(|(_, brief)| brief));
    let law = law::in_force(&app.db, &enterprise.town).await?;
    let completeness = keep::reckon(&law, &enterprise, &briefs, day)?;
    Ok(Json(ArchiveView {
        region_name: region::divisions::full_name(&enterprise.town),
        city,
        id,
        name: enterprise.name,
        town: enterprise.town,
        as_of: when.as_of,
        completeness,
    }))
}

/// A change of the score.
#[derive(Debug, Serialize, ToSchema, FromRow)]
pub(super) struct ScoreDay {
    day: NaiveDate,
    required: i64,
    present: i64,
    expired: i64,
    /// Whole percent.
    score: i64,
    /// What changed it.
    why: String,
}

/// How the score of an archive went: its changes in the last three years with what changed it, the latest first; 1,100 at most.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/archive/scores", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ScoreDay>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_score_history(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<ScoreDay>>> {
    let scope = actor.may(&powers::SCORES)?;
    enterprise::store::find(&app.db, &scope, &city, id).await?;
    let today = app.clock.today();
    let from = today.with_year(today.year() - 3).unwrap_or(today);
    let days = sql!(
        "select day, required, present, expired, score, why from archive_score_change
         where city = $1 and id = $2 and day >= $3 order by day desc, number desc limit 1100",
        city,
        id,
        from
    );
    Ok(Json(app.db.all(days).await?))
}
