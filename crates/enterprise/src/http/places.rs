//! What assigning taught the resolver: in that county, a street's or an estate's name means that town. Visible, and
//! forgotten on request.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use db::{Exec, Tx, sql};
use kernel::Actor;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{model::Enterprise, powers};

db::table! {
    /// A word that officers taught.
    pub struct Place in "place" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Town it means.
        pub town: String,
        /// County it counts in.
        pub county: String,
        /// The word.
        pub word: String,
        /// Who taught it.
        pub taught_by_name: String,
        /// Times it was taught.
        pub used: i64,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

/// Ends of names that lie in one place. Roads are left out: many run through several towns.
const ENDS: &[&str] = &[
    "工业区",
    "工业园",
    "工业城",
    "创业园",
    "科技园",
    "市场",
    "商城",
    "大厦",
    "广场",
    "花园",
    "新村",
    "小区",
    "村",
    "社区",
];

/// The name in a record's address that could tell its town: 澄海区某某工业区3号 gives 某某工业区.
pub(super) fn word_of(record: &Enterprise) -> Option<String> {
    let address = record.address.as_deref().or(record.registered_address.as_deref())?;
    let folded = rules::name::address_key(address);
    let county = record.town.get(..6).and_then(region::divisions::find).map_or("", |own| own.name.as_str());
    let rest =
        folded.split_once(county).filter(|_| !county.is_empty()).map_or(folded.as_str(), |(_, rest)| rest);
    let signs: Vec<char> = rest.chars().collect();
    let stop = signs.iter().position(|sign| sign.is_ascii_digit()).unwrap_or(signs.len());
    let head: String = signs[..stop].iter().collect();
    let end = ENDS.iter().filter_map(|end| head.find(end).map(|at| at + end.len())).min()?;
    let word: String = head[..end].chars().rev().take(10).collect::<Vec<_>>().into_iter().rev().collect();
    // what is only its kind, or begins with a road, names no place
    let named =
        word.chars().count() >= 4 && !word.contains(['路', '街', '道']) && !ENDS.contains(&word.as_str());
    named.then_some(word)
}

/// Teaches a word within the transaction of the assignment; the latest lesson counts.
pub(super) async fn teach(tx: &mut Tx, app: &App, actor: &Actor, town: &str, word: &str) -> Outcome<()> {
    let now = app.clock.now();
    let place = Place {
        city: town.get(..4).unwrap_or_default().into(),
        id: Uuid::now_v7(),
        town: town.into(),
        county: town.get(..6).unwrap_or_default().into(),
        word: word.into(),
        taught_by_name: actor.name.clone(),
        used: 1,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    let sql = place.insert().push(
        " on conflict (city, county, word) do update set town = excluded.town, taught_by_name = excluded.taught_by_name,
          used = place.used + 1, updated_at = excluded.updated_at, updated_by = excluded.updated_by, version = place.version + 1",
    );
    tx.run(sql).await?;
    let after = json!({"word": word, "town": town});
    audit::record(tx, &app.clock, actor, entry(&place, audit::Action::Create, None, Some(after))).await?;
    Ok(())
}

fn entry(
    place: &Place,
    action: audit::Action,
    before: Option<serde_json::Value>,
    after: Option<serde_json::Value>,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: Place::TABLE,
        city: place.city.clone(),
        town: place.town.clone(),
        row: Some(place.id),
        title: Some(place.word.clone()),
        before,
        after,
        reason: None,
    }
}

/// A word as the list shows it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlaceView {
    city: String,
    id: Uuid,
    county_name: String,
    word: String,
    town: String,
    town_name: String,
    taught_by_name: String,
    updated_at: DateTime<Utc>,
}

/// What the resolver was taught in the own area, the latest first.
#[utoipa::path(get, path = "/api/places", tag = "places", params(Page),
    responses((status = 200, body = List<PlaceView>), (status = 403, body = Problem)))]
pub(super) async fn list_places(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(page): Query<Page>,
) -> Outcome<Json<List<PlaceView>>> {
    let scope = actor.may(&powers::LIST_PLACES)?;
    let sql = Place::select().push(" where ").area(&scope, "");
    let page = page.latest(&app.db, sql, |row: &Place| row.id).await?;
    let name = |code: &str| region::divisions::find(code).map_or_else(String::new, |own| own.name.clone());
    Ok(Json(page.map(|row| PlaceView {
        county_name: name(&row.county),
        town_name: name(&row.town),
        city: row.city,
        id: row.id,
        word: row.word,
        town: row.town,
        taught_by_name: row.taught_by_name,
        updated_at: row.updated_at,
    })))
}

/// Forgets a word. What was assigned by it stays as it is.
#[utoipa::path(delete, path = "/api/places/{city}/{id}", tag = "places", params(("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn delete_place(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
) -> Outcome<StatusCode> {
    let scope = actor.may(&powers::DELETE_PLACE)?;
    let mut tx = app.db.begin().await?;
    let own = Place::select().push(" where city = ").arg(&city).push(" and id = ").arg(id).push(" and ");
    let place: Place = tx.one(own.area(&scope, "")).await?;
    tx.run(sql!("delete from place where city = $1 and id = $2", &city, id)).await?;
    let before = json!({"word": place.word, "town": place.town});
    audit::record(&mut tx, &app.clock, &actor, entry(&place, audit::Action::Delete, Some(before), None))
        .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_estate_tells_its_town_and_a_road_does_not() {
        let word = |address: &str| {
            let at = chrono::DateTime::UNIX_EPOCH;
            let mut record = crate::blank("4405", &Actor::system(""), at);
            record.town = "440515".into();
            record.registered_address = Some(address.into());
            word_of(&record)
        };
        assert_eq!(word("汕头市澄海区岭海工业区3栋").as_deref(), Some("岭海工业区"));
        assert_eq!(word("澄海区程洋冈村祠堂边").as_deref(), Some("程洋冈村"));
        assert_eq!(word("澄海区文冠路12号"), None);
        assert_eq!(word("澄海区工业区"), None);
    }
}
