//! The search box.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, Problem, Query};

use crate::{derived::KIND, powers, store};

/// Enterprises shown at once; the list shows the others.
const MOST: usize = 20;

/// What is looked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Asked {
    /// Any part of a name, former name, address or person, pinyin, initials, or the beginning of a code.
    q: String,
}

/// What was found, by kind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Found {
    groups: Vec<FoundGroup>,
}

/// One kind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundGroup {
    kind: &'static str,
    label: &'static str,
    items: Vec<FoundItem>,
    /// Whether there are more in the list.
    more: bool,
}

/// One thing found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FoundItem {
    city: String,
    id: Uuid,
    title: String,
    subtitle: String,
    region: String,
}

/// Finds enterprises in scope by any part of what people remember.
#[utoipa::path(get, path = "/api/search", tag = "search", params(Asked),
    responses((status = 200, body = Found), (status = 403, body = Problem)))]
pub(super) async fn search(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(asked): Query<Asked>,
) -> Outcome<Json<Found>> {
    let scope = actor.may(&powers::SEARCH)?;
    let text = asked.q.trim();
    let rows = if text.is_empty() {
        Vec::new()
    } else if store::code_range(text).is_some() {
        let filter = store::Filter { q: Some(text.to_string()), ..store::Filter::default() };
        store::list(&app.db, &scope, &filter, Some("name"), None, MOST as u32).await?
    } else {
        let hits = search::find(&app.db, &scope, KIND, text, 2 * MOST as i64).await?;
        let keys: Vec<_> = hits.into_iter().map(|hit| (hit.city, hit.id)).collect();
        let mut rows = store::some(&app.db, &scope, &keys).await?;
        // what begins so first, then the shorter name
        let key = rules::name::fold(text);
        rows.sort_by_cached_key(|row| {
            let name = rules::name::fold(&row.name);
            (name.find(&key).unwrap_or(usize::MAX), name.chars().count(), name)
        });
        rows
    };
    let more = rows.len() > MOST;
    let items: Vec<FoundItem> = rows
        .into_iter()
        .take(MOST)
        .map(|row| FoundItem {
            region: region::divisions::full_name(&row.town),
            subtitle: row.address.or(row.registered_address).unwrap_or_default(),
            city: row.city,
            id: row.id,
            title: row.name,
        })
        .collect();
    let groups = if items.is_empty() {
        Vec::new()
    } else {
        vec![FoundGroup { kind: KIND, label: "企业", items, more }]
    };
    Ok(Json(Found { groups }))
}
