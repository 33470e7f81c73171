//! The search box over HTTP: it asks every area what it finds, one group for each kind of thing.

use axum::{Extension, Json, extract::State};
use futures::future::{BoxFuture, try_join_all};
use kernel::{Power, Role, Scope, Tier};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Caller, Outcome, Problem, Query};

/// The search box.
pub const SEARCH: Power = Power {
    operation: "search",
    label: "搜索",
    allow: &[(Role::Leader, Tier::Town), (Role::Clerk, Tier::Town), (Role::Officer, Tier::Town)],
};

/// Things of a kind shown at once.
pub const MOST: usize = 20;

/// What a finder will answer: things, and whether there are more.
pub type Finding = BoxFuture<'static, Outcome<(Vec<Found>, bool)>>;

/// How an area finds what it keeps: by the text, within the scope, [`MOST`] things and whether there are more.
#[derive(Clone, Copy)]
pub struct Finder {
    /// What it finds: `enterprise`, `record`, … One word of letters: the index of SQLite takes it as one term.
    pub kind: &'static str,
    /// The Chinese word.
    pub label: &'static str,
    /// Finding.
    pub find: fn(App, Scope, String) -> Finding,
}

/// One thing found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// City, 4 digits.
    pub city: String,
    /// Its id.
    pub id: Uuid,
    /// The enterprise it belongs to, or that it is.
    pub enterprise: Uuid,
    /// The section of the archive it stands in.
    pub section: Option<String>,
    /// What it is called.
    pub title: String,
    /// What stands under it.
    pub subtitle: String,
    /// Where it lies.
    pub region: String,
}

/// The operation. `finders` are the areas that find something, in the order of the groups.
pub fn router(finders: &'static [Finder]) -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(search)).layer(Extension(finders))
}

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Asked {
    /// Any part of what people remember: a name, a former name, an address, a person, a chemical, the number of a paper; pinyin,
    /// initials, or the beginning of a code.
    q: String,
}

/// What was found, by kind.
#[derive(Debug, Serialize, ToSchema)]
struct FoundGroups {
    groups: Vec<FoundGroup>,
}

/// One kind.
#[derive(Debug, Serialize, ToSchema)]
struct FoundGroup {
    kind: &'static str,
    label: &'static str,
    items: Vec<Found>,
    /// Whether there are more.
    more: bool,
}

/// Finds enterprises, and records of their archives, in scope by any part of what people remember.
#[utoipa::path(get, path = "/api/search", tag = "search", params(Asked),
    responses((status = 200, body = FoundGroups), (status = 403, body = Problem)))]
async fn search(
    State(app): State<App>,
    Extension(finders): Extension<&'static [Finder]>,
    Caller(actor): Caller,
    Query(asked): Query<Asked>,
) -> Outcome<Json<FoundGroups>> {
    let scope = actor.may(&SEARCH)?;
    let text = asked.q.trim();
    let asked = finders.iter().filter(|_| !text.is_empty()).map(async |finder| {
        let (items, more) = (finder.find)(app.clone(), scope.clone(), text.to_string()).await?;
        Outcome::Ok(FoundGroup { kind: finder.kind, label: finder.label, items, more })
    });
    let mut groups = try_join_all(asked).await?;
    groups.retain(|group| !group.items.is_empty());
    Ok(Json(FoundGroups { groups }))
}
