//! What comes back from the field as one: it becomes what the same thing done at a desk becomes, in one transaction, once, however often it
//! is sent; and it is dated by when it happened.

use audit::Action;
use axum::{Json, extract::State};
use caseflow::Acting;
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, Tx};
use kernel::Actor;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use crate::{
    device,
    moment::{Moment, Told},
    photo::{self, FieldPhoto},
};

db::table! {
    /// What came back from the field.
    pub struct Work in "field_work" {
        /// City, 4 digits.
        pub city: String,
        /// Id, made by the device.
        pub id: Uuid,
        /// Who did it.
        pub account: Uuid,
        /// On which device.
        pub device: Uuid,
        /// `danger` or `visit`.
        pub kind: String,
        /// What it became.
        pub row_id: Option<Uuid>,
        /// When it was done, by the device's clock, UTC.
        pub done_at: DateTime<Utc>,
        /// When it was sent, by the device's clock, UTC.
        pub sent_at: DateTime<Utc>,
        /// The server's clock less the device's when they last met before it was done, ms.
        pub clock_offset: i64,
        /// When it came, UTC.
        pub received_at: DateTime<Utc>,
        /// When it happened, by the server's clock, UTC.
        pub happened_at: DateTime<Utc>,
        /// Whether that is certain.
        pub certain: bool,
    }
}

/// A hidden danger found in the field, with its photos.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct FieldDanger {
    /// The enterprise.
    enterprise: Uuid,
    /// Where in the enterprise.
    place: String,
    /// What it is.
    description: String,
    /// Category of the table `danger-category`.
    category: Option<String>,
    /// What is asked for.
    requirement: Option<String>,
    /// Codes of the table `danger-criterion` that are met.
    #[serde(default)]
    criteria: Vec<String>,
    fixable_at_once: Option<bool>,
    needs_stop: Option<bool>,
    beyond_own_power: Option<bool>,
    /// `none`, `part`, `whole`.
    stop: String,
    /// Last day for putting it right.
    due_on: NaiveDate,
    #[serde(default)]
    photos: Vec<FieldPhoto>,
}

/// A visit made in the field, signed on the spot, with the photos of what was found. Its term and its times are by the device's clock.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct FieldVisit {
    #[serde(flatten)]
    visit: inspection::BroughtVisit,
    /// The photos of each finding, in the order of the findings.
    #[serde(default)]
    photos: Vec<Vec<FieldPhoto>>,
}

/// What was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FieldWhat)]
pub(super) enum What {
    /// A hidden danger was found.
    Danger(Box<FieldDanger>),
    /// An enterprise was inspected.
    Visit(Box<FieldVisit>),
}

impl What {
    fn kind(&self) -> &'static str {
        match self {
            What::Danger(_) => "danger",
            What::Visit(_) => "visit",
        }
    }

    fn photos(&self) -> Vec<FieldPhoto> {
        match self {
            What::Danger(found) => found.photos.clone(),
            What::Visit(own) => own.photos.concat(),
        }
    }
}

/// A thing done in the field.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct FieldWork {
    /// The device on which it was done.
    device: Uuid,
    #[serde(flatten)]
    told: Told,
    /// What was done.
    what: What,
}

/// What it became.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldWorkDone {
    city: String,
    /// `danger` or `visit`.
    kind: String,
    /// Id of what it became.
    id: Uuid,
    /// When it was done, by the device's clock.
    done_at: DateTime<Utc>,
    /// When it came.
    received_at: DateTime<Utc>,
    /// When it happened, by the server's clock.
    happened_at: DateTime<Utc>,
    /// Whether that is certain: the device's clock ran evenly.
    certain: bool,
    /// The documents of a visit, the earliest first.
    documents: Vec<FieldDocument>,
}

/// A document that was drafted.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldDocument {
    id: Uuid,
    /// Code of its form.
    form: String,
}

impl FieldWorkDone {
    async fn of(tx: &mut Tx, row: Work) -> Outcome<Self> {
        let id = row.row_id.ok_or_else(Problem::not_found)?;
        let papers = match row.kind.as_str() {
            "visit" => inspection::documents_of(tx, &row.city, id).await?,
            _ => Vec::new(),
        };
        Ok(FieldWorkDone {
            id,
            documents: papers.into_iter().map(|(id, form)| FieldDocument { id, form }).collect(),
            city: row.city,
            kind: row.kind,
            done_at: row.done_at,
            received_at: row.received_at,
            happened_at: row.happened_at,
            certain: row.certain,
        })
    }
}

/// Takes what was done in the field. Sent again, however late, it changes nothing and gets the same answer.
#[utoipa::path(put, path = "/api/field/works/{city}/{id}", tag = "field", params(("city" = String, Path), ("id" = Uuid, Path)), request_body = FieldWork,
    responses((status = 200, body = FieldWorkDone), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn put_field_work(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(work): Body<FieldWork>,
) -> Outcome<Json<FieldWorkDone>> {
    actor.may(&crate::WORK)?;
    let received = app.clock.now();
    let moment = Moment::of(work.told, received);
    let mut tx = app.db.begin().await?;
    let device = device::own(&mut tx, &actor, work.device).await?;
    if device.revoked_at.is_some() {
        return Err(Problem::conflict("device.revoked", "这台设备已经停用，不再接收它的内容。"));
    }
    let mut row = Work {
        city,
        id,
        account: actor.account,
        device: device.id,
        kind: work.what.kind().into(),
        row_id: None,
        done_at: work.told.done_at,
        sent_at: work.told.sent_at,
        clock_offset: work.told.clock_offset,
        received_at: received,
        happened_at: moment.at,
        certain: moment.certain,
    };
    // of the same one twice at once the second waits for what the first becomes
    if tx.run(row.insert().push(" on conflict (city, id) do nothing")).await? == 0 {
        let sql = Work::select().push(" where city = ").arg(&row.city).push(" and id = ").arg(id);
        let first: Work = tx.one(sql.push(" and account = ").arg(actor.account)).await?;
        photo::done(&app, actor.account, &work.what.photos()).await;
        return Ok(Json(FieldWorkDone::of(&mut tx, first).await?));
    }
    let said = moment.words(work.told, received);
    let photos = work.what.photos();
    match work.what {
        What::Danger(found) => danger(&mut tx, &app, &actor, &mut row, (*found, said)).await?,
        What::Visit(own) => visit(&mut tx, &app, &actor, &mut row, (*own, said)).await?,
    }
    tx.run(row.update(&["city", "id"])).await?;
    let done = FieldWorkDone::of(&mut tx, row).await?;
    tx.commit().await?;
    photo::done(&app, actor.account, &photos).await;
    Ok(Json(done))
}

/// A danger that was found becomes one like any other.
async fn danger(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    row: &mut Work,
    (found, said): (FieldDanger, String),
) -> Outcome<()> {
    let scope = actor.may(&danger::powers::CREATE)?;
    let firm = enterprise::store::standing(&mut *tx, &scope, &row.city, found.enterprise).await?;
    let law = law::in_force(&mut *tx, &firm.town).await?;
    let by = Acting { clock: &app.clock, actor, law: &law };
    let photos = photo::take(app, actor.account, &found.photos, &danger::folder(app)).await?;
    let report = danger::Found {
        source: "inspection".into(),
        found_on: kernel::day_of(row.happened_at),
        place: found.place,
        description: found.description,
        category: found.category,
        requirement: found.requirement,
        criteria: found.criteria,
        fixable_at_once: found.fixable_at_once,
        needs_stop: found.needs_stop,
        beyond_own_power: found.beyond_own_power,
        stop: found.stop,
        due_on: Some(found.due_on),
        reason: Some(said.clone()),
        ..danger::Found::default()
    };
    let (case, made) = danger::report(tx, by, &firm, report).await?;
    for kept in photos {
        danger::add_photo(tx, (by.clock, by.actor), &made, ("before", kept)).await?;
    }
    row.row_id = Some(case.id);
    let title = format!("{}：{}", case.number, case.title);
    note(tx, app, actor, row, (&firm.town, title, said)).await
}

/// A visit becomes one like any other, what was found dangers like any others.
async fn visit(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    row: &mut Work,
    (own, said): (FieldVisit, String),
) -> Outcome<()> {
    if own.photos.len() > own.visit.found() {
        return Err(Problem::wrong_field("/photos", "photo.finding", "照片比发现的问题多，请重新同步。"));
    }
    let mut kept = Vec::with_capacity(own.photos.len());
    for photos in &own.photos {
        kept.push(photo::take(app, actor.account, photos, &danger::folder(app)).await?);
    }
    let ended = inspection::Ended { shift: row.happened_at - row.done_at, at: row.happened_at };
    let made = inspection::bring(tx, (&app.clock, actor), &row.city, (own.visit, ended), kept).await?;
    row.row_id = Some(made.id);
    note(tx, app, actor, row, (&made.town, format!("检查：{}", made.enterprise_name), said)).await
}

/// Tells the trail of what came back, with both clocks.
async fn note(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    row: &Work,
    (town, title, said): (&str, String, String),
) -> Outcome<()> {
    let entry = audit::Entry {
        action: Action::Create,
        subject: Work::TABLE,
        city: row.city.clone(),
        town: town.to_string(),
        row: Some(row.id),
        title: Some(title),
        before: None,
        after: Some(
            json!({"kind": row.kind, "became": row.row_id, "device": row.device, "done_at": row.done_at, "sent_at": row.sent_at,
            "clock_offset": row.clock_offset, "happened_at": row.happened_at, "certain": row.certain}),
        ),
        reason: Some(said),
    };
    Ok(audit::record(tx, &app.clock, actor, entry).await?)
}
