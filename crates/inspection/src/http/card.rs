//! Officers' cards (行政执法证): entered, prolonged, ended before their time.

use audit::Action;
use axum::{Json, extract::State, http::StatusCode};
use chrono::NaiveDate;
use db::{Exec, Tx};
use region::Agency;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::{act::filled, model::Card, powers, store};

/// A card to be entered.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewOfficerCard {
    /// City of the agency.
    city: String,
    /// Agency.
    agency: Uuid,
    /// Name of the officer.
    name: String,
    /// Number of the card.
    number: String,
    /// First day.
    valid_from: NaiveDate,
    /// Last day.
    valid_to: NaiveDate,
    /// The officer's account: what is assigned to the card waits for that person.
    account: Option<Uuid>,
}

/// A card.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfficerCard {
    city: String,
    id: Uuid,
    agency: Uuid,
    agency_name: String,
    name: String,
    number: String,
    valid_from: NaiveDate,
    valid_to: NaiveDate,
    /// The officer's account.
    account: Option<Uuid>,
    version: i64,
}

impl OfficerCard {
    async fn of(db: impl Exec, row: Card) -> Outcome<Self> {
        let agencies = store::agencies(db, &[(&row.city, row.agency)]).await?;
        Ok(OfficerCard::named(row, &agencies))
    }

    fn named(row: Card, agencies: &[Agency]) -> Self {
        OfficerCard {
            agency_name: called(agencies, row.agency),
            city: row.city,
            id: row.id,
            agency: row.agency,
            name: row.name,
            number: row.number,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            account: row.account,
            version: row.version,
        }
    }
}

/// The name of an agency among these; empty when it is gone.
pub(crate) fn called(agencies: &[Agency], id: Uuid) -> String {
    agencies.iter().find(|own| own.id == id).map(|own| own.name.clone()).unwrap_or_default()
}

/// Whether the days follow one another.
pub(super) fn order(from: NaiveDate, to: NaiveDate) -> Outcome<()> {
    if to < from {
        return Err(Problem::wrong_field("/valid_to", "date.order", "终止日期不能早于起始日期。"));
    }
    Ok(())
}

/// An agency of the caller's own area.
pub(crate) async fn agency(
    app: &App,
    scope: &kernel::Scope,
    city: &str,
    id: Uuid,
    pointer: &str,
) -> Outcome<Agency> {
    let found = store::agency(&app.db, city, id).await?;
    found.filter(|own| scope.covers(&own.town)).ok_or_else(|| {
        Problem::wrong_field(pointer, "agency.unknown", "没有找到这个机构，请从自己管辖的机构中选择。")
    })
}

/// The account of somebody who holds the role of an officer where the agency is.
async fn known(tx: &mut Tx, account: Option<Uuid>, town: &str, on: NaiveDate) -> Outcome<Option<Uuid>> {
    let Some(id) = account else { return Ok(None) };
    let held = account::officer_regions(tx, id, on).await?;
    if held.iter().any(|region| town.starts_with(region) || region.starts_with(town)) {
        return Ok(Some(id));
    }
    let why = "这个账号不是该机关所在地的监管员，请另选，或者先由安全管理员授权。";
    Err(Problem::wrong_field("/account", "account.officer", why))
}

/// Enters an officer's card.
#[utoipa::path(post, path = "/api/officer-cards", tag = "inspection", request_body = NewOfficerCard,
    responses((status = 201, body = OfficerCard), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_officer_card(
    State(app): State<App>,
    Caller(actor): Caller,
    Body(new): Body<NewOfficerCard>,
) -> Outcome<(StatusCode, Json<OfficerCard>)> {
    let scope = actor.may(&powers::CREATE_CARD)?;
    let own = agency(&app, &scope, &new.city, new.agency, "/agency").await?;
    order(new.valid_from, new.valid_to)?;
    let mut tx = app.db.begin().await?;
    let account = known(&mut tx, new.account, &own.town, app.clock.today()).await?;
    let now = app.clock.now();
    let row = Card {
        city: own.city,
        id: Uuid::now_v7(),
        town: own.town,
        agency: own.id,
        name: filled("/name", &new.name, "执法人员姓名", 30)?,
        number: filled("/number", &new.number, "执法证号", 50)?,
        valid_from: new.valid_from,
        valid_to: new.valid_to,
        account,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    if tx.run(row.insert().push(" on conflict (city, number) do nothing")).await? == 0 {
        return Err(Problem::conflict("card.double", "这个执法证号已经登记，请核对。"));
    }
    let after = json!({"name": row.name, "number": row.number, "valid_from": row.valid_from, "valid_to": row.valid_to, "account": row.account});
    let title = format!("{}执法证 {}", row.name, row.number);
    audit::record(&mut tx, &app.clock, &actor, row.entry(Action::Create, &title, after, None)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(OfficerCard::of(&app.db, row).await?)))
}

/// Another last day.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ValidTo {
    /// The version that was read.
    pub(super) version: i64,
    /// Last day from now on: later when it was prolonged, earlier when it ends before its time.
    pub(super) valid_to: NaiveDate,
    /// Why.
    reason: String,
}

impl ValidTo {
    /// The reason, once it is checked that the days follow one another.
    pub(super) fn checked(&self, from: NaiveDate) -> Outcome<String> {
        order(from, self.valid_to)?;
        filled("/reason", &self.reason, "变更原因", 200)
    }
}

/// Another last day of a card, or another account.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct OfficerCardChange {
    #[serde(flatten)]
    term: ValidTo,
    /// The officer's account from now on; stays where it is left out, none where it is null.
    #[serde(default, deserialize_with = "web::said")]
    #[schema(value_type = Option<Uuid>)]
    account: Option<Option<Uuid>>,
}

/// Gives an officer's card another last day: prolonged, or ended before its time.
#[utoipa::path(patch, path = "/api/officer-cards/{city}/{id}", tag = "inspection", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = OfficerCardChange,
    responses((status = 200, body = OfficerCard), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn update_officer_card(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(OfficerCardChange { term: change, account }): Body<OfficerCardChange>,
) -> Outcome<Json<OfficerCard>> {
    let scope = actor.may(&powers::UPDATE_CARD)?;
    let mut tx = app.db.begin().await?;
    let found = store::card(&mut tx, &city, id).await?.filter(|own| scope.covers(&own.town));
    let mut row = found.ok_or_else(Problem::not_found)?;
    let reason = change.checked(row.valid_from)?;
    let before = json!({"valid_to": row.valid_to, "account": row.account});
    row.valid_to = change.valid_to;
    if let Some(account) = account {
        row.account = known(&mut tx, account, &row.town, app.clock.today()).await?;
    }
    row.version = change.version + 1;
    row.updated_at = app.clock.now();
    row.updated_by = actor.account;
    if tx.run(row.update(&["city", "id"]).push(" and version = ").arg(change.version)).await? == 0 {
        let now = store::card(&mut tx, &city, id).await?.ok_or_else(Problem::not_found)?;
        return Err(Problem::stale(json!(OfficerCard::of(&mut tx, now).await?)));
    }
    let title = format!("{}执法证 {}", row.name, row.number);
    let after = json!({"valid_to": row.valid_to, "account": row.account});
    let mut entry = row.entry(Action::Update, &title, after, Some(reason));
    entry.before = Some(before);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(OfficerCard::of(&app.db, row).await?))
}

/// Which cards.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct CardFilter {
    /// Division.
    region: Option<String>,
    /// Of this agency.
    agency: Option<Uuid>,
}

/// Cards of the own area, the latest first.
#[utoipa::path(get, path = "/api/officer-cards", tag = "inspection", params(CardFilter, Page),
    responses((status = 200, body = List<OfficerCard>), (status = 403, body = Problem)))]
pub(super) async fn list_officer_cards(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<CardFilter>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<OfficerCard>>> {
    let scope = web::narrowed(actor.may(&powers::CARDS_LIST)?, filter.region.as_deref())?;
    let sql = Card::select().push(" where ").area(&scope, "").and(" and agency = ", filter.agency);
    let found = page.latest(&app.db, sql, |row: &Card| row.id).await?;
    let agencies: Vec<_> = found.items.iter().map(|own| (own.city.as_str(), own.agency)).collect();
    let agencies = store::agencies(&app.db, &agencies).await?;
    Ok(Json(found.map(|own| OfficerCard::named(own, &agencies))))
}
