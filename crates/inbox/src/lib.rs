//! The inbox (待办): what waits for a person, gathered from every area the moment it is asked for, so that it is never out of date and
//! nothing is ever in it that has been done.
//!
//! What an area lets somebody do, and how long something may wait before the tier above sees it, is the area's business.

use axum::{Extension, Json, extract::State};
use chrono::NaiveDate;
use db::Sql;
use futures::future::BoxFuture;
use kernel::Actor;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{App, Caller, Count, Outcome, Problem};

/// Things shown of a group; its link leads to all of them.
pub const SHOWN: usize = 5;

/// Numbers are counted up to here; beyond it there are "more".
pub const MOST: i64 = 999;

/// How pressing a group is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = InboxUrgency)]
pub enum Urgency {
    /// Its day has passed.
    Overdue,
    /// Its day is near.
    Soon,
    /// It waits.
    Waiting,
    /// It waits for somebody else.
    Others,
}

/// One thing that waits.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = InboxTask)]
pub struct Task {
    /// What it is.
    pub title: String,
    /// Whose it is, and where.
    pub subtitle: String,
    /// Its day.
    pub due_on: Option<NaiveDate>,
    /// Address of the page on which it is done.
    pub link: String,
}

/// Things of one kind that wait.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = InboxGroup)]
pub struct Group {
    /// Code of the kind.
    pub kind: &'static str,
    /// What a person calls it.
    pub label: String,
    /// How pressing.
    pub urgency: Urgency,
    /// How many there are, [`MOST`] at most.
    pub number: i64,
    /// Whether there are more than that.
    pub more: bool,
    /// Address of the list of all of them.
    pub link: String,
    /// The first of them.
    pub tasks: Vec<Task>,
}

impl Group {
    /// A group of which `number` were counted, up to one more than [`MOST`].
    pub fn new(
        kind: &'static str,
        label: impl Into<String>,
        urgency: Urgency,
        number: i64,
        link: String,
    ) -> Self {
        Group {
            kind,
            label: label.into(),
            urgency,
            number: number.min(MOST),
            more: number > MOST,
            link,
            tasks: Vec::new(),
        }
    }
}

/// How many rows a statement answers, up to one more than the inbox counts.
///
/// # Errors
/// Where the database fails.
pub async fn number(app: &App, rows: Sql) -> Outcome<i64> {
    let Count { total, more } = Count::up_to(&app.db, rows, MOST).await?;
    Ok(total + i64::from(more))
}

/// What an area has waiting for somebody; nothing for who may not do it.
pub type Source = fn(App, Actor) -> BoxFuture<'static, Outcome<Vec<Group>>>;

/// The operation. `sources` are the areas in which something may wait.
pub fn router(sources: &'static [Source]) -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(find_inbox)).layer(Extension(sources))
}

/// What waits.
#[derive(Debug, Serialize, ToSchema)]
struct InboxView {
    groups: Vec<Group>,
}

/// What waits for the caller, the most pressing first.
#[utoipa::path(get, path = "/api/inbox", tag = "inbox", responses((status = 200, body = InboxView), (status = 401, body = Problem)))]
async fn find_inbox(
    State(app): State<App>,
    Extension(sources): Extension<&'static [Source]>,
    Caller(actor): Caller,
) -> Outcome<Json<InboxView>> {
    let mut groups = Vec::new();
    for source in sources {
        groups.extend(source(app.clone(), actor.clone()).await?.into_iter().filter(|group| group.number > 0));
    }
    groups.sort_by_key(|group| group.urgency);
    Ok(Json(InboxView { groups }))
}
