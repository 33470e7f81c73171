//! The timeline of an enterprise over HTTP.

use audit::Step;
use axum::{Extension, Json, extract::State};
use db::Db;
use uuid::Uuid;
use web::{App, Caller, Cursor, List, Outcome, Page, PathOf, Problem, Query};

use super::names;
use crate::{
    powers, store,
    timeline::{Asked, Line, Timeline},
};

/// What was done to an enterprise and to what belongs to it, the latest first: its record, archive, proposals, handovers, visits, documents,
/// and the steps of its cases, as far as the caller may list them.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/timeline", tag = "enterprises", params(Page, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<Line>), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_enterprise_timeline(
    State(app): State<App>,
    Extension(timeline): Extension<&'static Timeline>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<Line>>> {
    let scope = actor.may(&powers::TIMELINE)?;
    let enterprise = store::find(&app.db, &scope, &city, id).await?;
    let before = page.cursor.as_deref().map(Cursor::decode).transpose()?.map(|cursor| cursor.id);
    let limit = page.limit();
    // one too many says that there is more
    let asked = Asked { actor, enterprise, before, most: limit as usize + 1 };
    let lines = timeline.read(&app, &asked).await?;
    Ok(Json(List::page(lines, limit, |line| Cursor { key: None, id: line.id }.encode())))
}

/// In the steps of a record's life, puts the names in the place of what they point at.
pub(crate) async fn translate_steps(
    db: &Db,
    city: &str,
    steps: impl Iterator<Item = &mut Step>,
) -> db::Result<()> {
    let documents = steps.flat_map(|step| [&mut step.before, &mut step.after]).flatten();
    let mut changes: Vec<_> = documents.filter_map(|own| own.0.as_object_mut()).collect();
    names::translate(db, city, &mut changes).await
}
