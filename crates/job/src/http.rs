//! What people see of their jobs, and stopping one.

use std::{convert::Infallible, time::Duration};

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::sse::{Event, KeepAlive, Sse},
};
use chrono::{DateTime, Utc};
use db::{Db, Exec, sql};
use futures::{Stream, stream};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Caller, Cursor, List, Outcome, Page, PathOf, Problem, Progress, Query};

use crate::model::Job;

/// The operations of this crate; they concern the caller's own jobs.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list_jobs))
        .routes(routes!(find_job))
        .routes(routes!(watch_job))
        .routes(routes!(cancel_job))
}

/// A job as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JobView {
    id: Uuid,
    kind: String,
    state: String,
    done: i64,
    total: Option<i64>,
    /// Units a second.
    rate: Option<f64>,
    /// Seconds that it will still take at that rate.
    remaining_s: Option<i64>,
    message: String,
    #[schema(value_type = Option<Object>)]
    result: Option<Value>,
    #[schema(value_type = Option<Object>)]
    error: Option<Value>,
    created_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
}

fn view(job: Job, progress: &Progress) -> JobView {
    let mut view = JobView {
        id: job.id,
        kind: job.kind,
        done: job.done,
        total: job.total,
        rate: None,
        remaining_s: None,
        message: job.message,
        result: job.result.map(|json| json.0),
        error: job.error.map(|json| json.0),
        created_at: job.created_at,
        ended_at: job.ended_at,
        state: job.state,
    };
    if view.state == "running"
        && let Some(step) = progress.of(job.id)
    {
        view.done = step.done as i64;
        view.total = step.total.map(|total| total as i64);
        view.message = step.message;
        if step.rate > 0.0 {
            view.rate = Some((step.rate * 10.0).round() / 10.0);
            view.remaining_s =
                step.total.map(|total| (total.saturating_sub(step.done) as f64 / step.rate).ceil() as i64);
        }
    }
    view
}

async fn own(db: &Db, owner: Uuid, id: Uuid) -> Outcome<Job> {
    let sql = Job::select().push(" where id = ").arg(id).push(" and owner = ").arg(owner);
    Ok(db.one(sql).await?)
}

/// The caller's own jobs, the latest first.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(Page),
    responses((status = 200, body = List<JobView>), (status = 401, body = Problem)))]
async fn list_jobs(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Outcome<Json<List<JobView>>> {
    let limit = page.limit();
    let mut sql = Job::select().push(" where owner = ").arg(actor.account);
    if let Some(cursor) = &page.cursor {
        let cursor = Cursor::decode(cursor)?;
        let at = cursor.key.as_deref().and_then(|key| key.parse::<DateTime<Utc>>().ok());
        let at = at.ok_or_else(|| {
            Problem::bad_request("cursor.invalid", "翻页位置已失效，请回到第一页重新查询。")
        })?;
        sql = sql.push(" and (created_at, id) < (").arg(at).push(", ").arg(cursor.id).push(")");
    }
    let rows: Vec<Job> =
        app.db.all(sql.push(" order by created_at desc, id desc limit ").arg(i64::from(limit) + 1)).await?;
    let page = List::page(rows, limit, |job| {
        let key = job.created_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        Cursor { key: Some(key), id: job.id }.encode()
    });
    Ok(Json(page.map(|job| view(job, &app.progress))))
}

/// One of the caller's jobs.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs", params(("id" = Uuid, Path)),
    responses((status = 200, body = JobView), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn find_job(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Json<JobView>> {
    let job = own(&app.db, actor.account, id).await?;
    Ok(Json(view(job, &app.progress)))
}

/// One of the caller's jobs as it goes on: server-sent events named `progress`, until it has ended.
#[utoipa::path(get, path = "/api/jobs/{id}/events", tag = "jobs", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn watch_job(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    own(&app.db, actor.account, id).await?;
    let owner = actor.account;
    let events = stream::unfold(Some(String::new()), move |last| {
        let app = app.clone();
        async move {
            let last = last?;
            loop {
                let job = own(&app.db, owner, id).await.ok()?;
                let ended = job.ended_at.is_some();
                let text = serde_json::to_string(&view(job, &app.progress)).unwrap_or_default();
                if ended || text != last {
                    let event = Event::default().event("progress").data(&text);
                    return Some((Ok(event), (!ended).then_some(text)));
                }
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        }
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::default()))
}

/// Stops one of the caller's jobs; what it had not yet committed does not happen.
#[utoipa::path(post, path = "/api/jobs/{id}/cancel", tag = "jobs", params(("id" = Uuid, Path)),
    responses((status = 202), (status = 401, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn cancel_job(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
) -> Outcome<StatusCode> {
    let job = own(&app.db, actor.account, id).await?;
    if job.ended_at.is_some() {
        return Err(Problem::conflict("job.ended", "这个任务已经结束，不能取消。"));
    }
    // here it hears at once, even while it holds the database; elsewhere with its next heartbeat
    if !app.progress.cancel(id) {
        let now = app.clock.now();
        app.db
            .run(sql!(
                "update job set cancel = true, state = case when state = 'waiting' then 'cancelled' else state end,
                 message = case when state = 'waiting' then '已取消' else message end,
                 ended_at = case when state = 'waiting' then $1 else ended_at end, updated_at = $1
                 where id = $2 and ended_at is null",
                now,
                id
            ))
            .await?;
    }
    Ok(StatusCode::ACCEPTED)
}
