//! The records of an archive: reading, filling in, changing, taking out. What is shown of one is `view`, what every write to an
//! archive begins and ends with is `write`; vouching for records is the module `verify` beside this one.

mod view;
mod write;

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use db::Exec;
use kernel::Actor;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{
    attachment,
    model::Record,
    powers,
    section::{self, Described, Wrong},
    store, trail,
};
pub(crate) use view::shown;
pub(super) use view::{RecordView, Returned, view};
use write::set_due;
pub(super) use write::{follow, held, opened, read, rewrite};

/// Which records.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// The section.
    section: String,
    /// Also those replaced or removed.
    #[serde(default)]
    all: bool,
    /// As they stood then; now unless told.
    as_of: Option<DateTime<Utc>>,
}

fn known(code: &str) -> Outcome<&'static Described> {
    section::find(code).ok_or_else(|| {
        Problem::wrong_field("/section", "section.unknown", format!("没有「{code}」这个档案栏目。"))
    })
}

/// Notes that personal data of these records was read.
pub(super) async fn note_reading(app: &App, actor: &Actor, records: &[Record]) -> Outcome<()> {
    let personal: Vec<&Record> = records.iter().filter(|record| record.is_personal()).collect();
    if personal.is_empty() {
        return Ok(());
    }
    let entries = personal.into_iter().map(|record| record.entry(Action::Read, None, None, None)).collect();
    let mut tx = app.db.begin().await?;
    audit::record_many(&mut tx, &app.clock, actor, entries).await?;
    Ok(tx.commit().await?)
}

/// The records of a section of an archive, the latest first. Of the past they come on one page.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/records", tag = "archive", params(Which, Page, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = List<RecordView>), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn list_records(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<RecordView>>> {
    let scope = actor.may(&powers::LIST)?;
    if which.as_of.is_some() {
        enterprise::may_look_back(&actor)?;
    }
    let section = known(&which.section)?;
    enterprise::store::find(&app.db, &scope, &city, id).await?;
    let rows = match which.as_of {
        None => store::page(&app.db, (&city, id), section.code, which.all, &page).await?,
        Some(at) => {
            let mut items = trail::records(&app.db, &city, id, Some(section.code), at).await?;
            items.retain(|record| which.all || record.is_live());
            items.reverse();
            List { items, next: None }
        }
    };
    note_reading(&app, &actor, &rows.items).await?;
    Ok(Json(rows.map(view)))
}

/// One record.
#[utoipa::path(get, path = "/api/records/{city}/{id}", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = RecordView), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_record(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<RecordView>> {
    let scope = actor.may(&powers::FIND_RECORD)?;
    let record = store::find(&app.db, &scope, &city, id).await?;
    note_reading(&app, &actor, std::slice::from_ref(&record)).await?;
    Ok(Json(view(record)))
}

/// A step of a record's life.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordStep {
    at: DateTime<Utc>,
    actor: String,
    action: String,
    reason: Option<String>,
    /// Values before, of what changed.
    #[schema(value_type = Object)]
    before: Value,
    /// Values after, of what changed.
    #[schema(value_type = Object)]
    after: Value,
}

/// The steps of a record's life, the first one first.
#[utoipa::path(get, path = "/api/records/{city}/{id}/history", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = Vec<RecordStep>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_record_history(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<Json<Vec<RecordStep>>> {
    let scope = actor.may(&powers::HISTORY)?;
    let record = store::find(&app.db, &scope, &city, id).await?;
    note_reading(&app, &actor, std::slice::from_ref(&record)).await?;
    let steps = audit::history(&app.db, &city, Record::TABLE, id).await?;
    Ok(Json(
        steps
            .into_iter()
            .map(|step| {
                let before = step.before.map(|own| own.0).unwrap_or_default();
                let after = step.after.map(|own| own.0).unwrap_or_default();
                // of the section's fields only what changed, beside the state
                let (mut old, mut new) = audit::diff(&before["fields"], &after["fields"]);
                if before["fields"].is_null() {
                    (old, new) = (Value::Object(Map::new()), after["fields"].clone());
                }
                for (own, from) in [(&mut old, &before), (&mut new, &after)] {
                    if !own.is_object() {
                        *own = Value::Object(Map::new());
                    }
                    if !from["state"].is_null() {
                        own["state"] = from["state"].clone();
                    }
                }
                RecordStep {
                    at: step.at,
                    actor: step.actor_name,
                    action: step.action,
                    reason: step.reason,
                    before: old,
                    after: new,
                }
            })
            .collect(),
    ))
}

/// What is wrong with a section's fields as an answer.
fn refused(wrong: Vec<Wrong>) -> Problem {
    let mut problem = Problem::invalid("invalid.fields", "有内容填写不正确，请按提示修改后再保存。");
    for own in wrong {
        let pointer =
            if own.field.is_empty() { "/fields".to_string() } else { format!("/fields/{}", own.field) };
        problem = problem.field(&pointer, own.code, own.message);
    }
    problem
}

/// Values of fields the section does not have are refused, not lost.
fn only_known(section: &Described, values: &Map<String, Value>) -> Outcome<()> {
    match values.keys().find(|name| section.field(name).is_none()) {
        Some(name) => Err(Problem::wrong_field(
            &format!("/fields/{name}"),
            "field.unknown",
            format!("「{}」没有「{name}」这一项。", section.label),
        )),
        None => Ok(()),
    }
}

/// A record to be filled in.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(as = NewArchiveRecord)]
pub(super) struct NewRecord {
    /// The section.
    section: String,
    /// Values by field.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// The record that this one takes the place of: a renewed licence, a new policy.
    replaces: Option<Uuid>,
    /// Version of that record.
    replaces_version: Option<i64>,
}

/// Fills in a record of a section. One that takes another's place ends it.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/records", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = NewRecord,
    responses((status = 201, body = RecordView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_record(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewRecord>,
) -> Outcome<(StatusCode, Json<RecordView>)> {
    let scope = actor.may(&powers::CREATE)?;
    let section = known(&new.section)?;
    let mut tx = app.db.begin().await?;
    let enterprise = held(&mut tx, &scope, &city, id).await?;
    only_known(section, &new.fields)?;
    let values = section.read(&new.fields).map_err(refused)?;
    if section.single
        && new.replaces.is_none()
        && let Some(current) = store::single(&mut tx, &city, id, section.code).await?
    {
        let mut problem = Problem::conflict(
            "record.single",
            format!("「{}」只有一份，已经填过。请在原有内容上修改。", section.label),
        );
        problem.current = Some(Box::new(shown(&current)));
        return Err(problem);
    }
    let mut record = Record {
        replaces: new.replaces,
        ..Record::blank(&enterprise, section, actor.account, app.clock.now())
    };
    record.fill(section, values);
    set_due(&mut tx, &app, &enterprise, &mut record, section).await?;
    let mut written = Vec::new();
    if let Some(old) = new.replaces {
        let old = store::find(&mut tx, &scope, &city, old).await?;
        if old.enterprise != id || old.section != section.code {
            return Err(Problem::wrong_field(
                "/replaces",
                "record.other",
                "被换发的记录不属于这个栏目，请刷新后重试。",
            ));
        }
        if new.replaces_version.is_some_and(|version| version != old.version) || !old.is_live() {
            return Err(Problem::stale(shown(&old)));
        }
        let ended = Record { state: "replaced".into(), ..old.clone() };
        written.push(rewrite(&mut tx, &app, (&actor, &scope), &old, ended, Some("换发".into())).await?);
    }
    tx.run(record.insert()).await?;
    let entry = record.entry(Action::Create, None, Some(record.document()), None);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    written.push(record.clone());
    follow(&mut tx, &app, &enterprise, &written, &format!("填报{}", section.label)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(record))))
}

/// New values of a record.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct RecordChange {
    /// The version that was read.
    version: i64,
    /// New values by field; null empties it. What is not named stays.
    #[schema(value_type = Object)]
    fields: Map<String, Value>,
    /// Why.
    reason: Option<String>,
}

/// Changes a record. What was vouched for and is changed waits to be verified again; both values are shown.
#[utoipa::path(patch, path = "/api/records/{city}/{id}", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = RecordChange,
    responses((status = 200, body = RecordView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_record(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(change): Body<RecordChange>,
) -> Outcome<Json<RecordView>> {
    let scope = actor.may(&powers::UPDATE)?;
    let mut tx = app.db.begin().await?;
    let (enterprise, current) = read(&mut tx, &scope, (&city, id), change.version).await?;
    let section = known(&current.section)?;
    only_known(section, &change.fields)?;
    let mut values = current.fields.0.as_object().cloned().unwrap_or_default();
    values.extend(change.fields);
    let values = section.read(&values).map_err(refused)?;
    if Value::Object(values.clone()) == current.fields.0 {
        return Ok(Json(view(current)));
    }
    let mut record = current.clone();
    record.fill(section, values);
    set_due(&mut tx, &app, &enterprise, &mut record, section).await?;
    let documents = attachment::changed_since_verified(&mut tx, &record).await?;
    record.settle(documents);
    let record = rewrite(&mut tx, &app, (&actor, &scope), &current, record, change.reason).await?;
    follow(&mut tx, &app, &enterprise, std::slice::from_ref(&record), &format!("修改{}", section.label))
        .await?;
    tx.commit().await?;
    Ok(Json(view(record)))
}

/// Taking a record out.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Removal {
    /// The version that was read.
    pub(super) version: i64,
    /// Why.
    reason: String,
}

impl Removal {
    /// The reason, which must be told.
    pub(super) fn reason(&self) -> Outcome<String> {
        match self.reason.trim() {
            "" => Err(Problem::wrong_field("/reason", "field.required", "请写明删除的原因。")),
            reason => Ok(reason.to_string()),
        }
    }
}

/// Takes a record out of the archive, with the reason. It stays readable and on the trail.
#[utoipa::path(post, path = "/api/records/{city}/{id}/remove", tag = "archive", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Removal,
    responses((status = 200, body = RecordView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn remove_record(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(removal): Body<Removal>,
) -> Outcome<Json<RecordView>> {
    let scope = actor.may(&powers::REMOVE)?;
    let reason = removal.reason()?;
    let mut tx = app.db.begin().await?;
    let (enterprise, current) = read(&mut tx, &scope, (&city, id), removal.version).await?;
    let record = Record { state: "removed".into(), ..current.clone() };
    let record = rewrite(&mut tx, &app, (&actor, &scope), &current, record, Some(reason)).await?;
    let label = record.described().map_or("", |section| section.label);
    follow(&mut tx, &app, &enterprise, std::slice::from_ref(&record), &format!("删除{label}")).await?;
    tx.commit().await?;
    Ok(Json(view(record)))
}
