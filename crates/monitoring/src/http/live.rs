//! Monitoring as it goes on: server-sent events with the points of a page, how many stand how, and the alarms of which nobody took notice.

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use db::{Exec, FromRow, Sql};
use futures::{Stream, stream};
use kernel::Scope;
use serde::Serialize;
use utoipa::ToSchema;
use web::{App, Caller, Outcome, Page, Problem, Query};

use super::{PointView, points, views};
use crate::{
    powers,
    store::{self, Filter},
};

/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(2);
/// Silence after which a sign is given.
const STILL: Duration = Duration::from_secs(15);
/// Looks after which the browser has to ask anew, so that what somebody may no longer see is no longer told.
const LOOKS: u32 = 150;

/// What is told.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MonitorLive)]
pub(super) struct Live {
    /// The points of the page.
    points: Vec<PointView>,
    standings: Vec<points::Standing>,
    /// Alarms of which nobody took notice yet.
    unacknowledged: i64,
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

async fn look(app: &App, scope: &Scope, filter: &Filter, page: &Page) -> Outcome<Live> {
    let rows = store::page(&app.db, scope, filter, page).await?;
    let sql = Sql::new(
        "select count(*) as number from case_header where kind = 'alarm' and closed_on is null and state = 'raised' and ",
    );
    let unacknowledged = app.db.one::<Number>(sql.scope(scope, "", "enterprise")).await?.number;
    Ok(Live {
        points: views(app, scope, rows.items).await?,
        standings: points::standings(app, scope, filter).await?,
        unacknowledged,
    })
}

/// The points of a page as they go on: server-sent events named `monitoring` with [`Live`], whenever something became otherwise; `still` in
/// between, so that a line that was cut is told from one that has nothing to tell; `again` where the stream ends and is to be asked for anew.
#[utoipa::path(get, path = "/api/monitoring/events", tag = "monitoring", params(Filter, Page),
    responses((status = 200, content_type = "text/event-stream", body = Live), (status = 400, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn watch_monitoring(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(page): Query<Page>,
) -> Outcome<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let scope = actor.may(&powers::EVENTS)?;
    if filter.region.is_none() && filter.enterprise.is_none() {
        return Err(Problem::bad_request("region.missing", "请指明 region 或者 enterprise。"));
    }
    let scope = web::narrowed(scope, filter.region.as_deref())?;
    let events = stream::unfold(Some((String::new(), 0)), move |told| {
        let (app, scope, filter, page) = (app.clone(), scope.clone(), filter.clone(), page.clone());
        async move {
            let (last, looks) = told?;
            for looks in looks..LOOKS {
                // the first look is told at once
                if looks > 0 {
                    tokio::time::sleep(PAUSE).await;
                }
                let live = look(&app, &scope, &filter, &page).await.ok()?;
                let text = serde_json::to_string(&live).unwrap_or_default();
                if text != last {
                    let event = Event::default().event("monitoring").data(&text);
                    return Some((Ok(event), Some((text, looks + 1))));
                }
            }
            Some((Ok(Event::default().event("again").data("")), None))
        }
    });
    let still = KeepAlive::new().interval(STILL).event(Event::default().event("still").data(""));
    Ok(Sse::new(events).keep_alive(still))
}
