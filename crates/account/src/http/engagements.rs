//! Intermediaries and who engaged them: while an engagement holds, the intermediary's account reads that enterprise, and no
//! other.

use axum::{Json, extract::State, http::StatusCode};
use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, FromRow, Sql, Tx};
use kernel::{Actor, ActorKind, Clock, Power, Role, Scope, Tier};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use crate::model::Account;

/// Reading who engaged whom.
pub const LIST: Power = Power {
    operation: "list_engagements",
    label: "查看中介机构服务",
    allow: &[
        (Role::Leader, Tier::Town),
        (Role::Clerk, Tier::Town),
        (Role::Officer, Tier::Town),
        (Role::Enterprise, Tier::Town),
        (Role::Intermediary, Tier::Town),
    ],
};
/// Engaging one.
pub const CREATE: Power = Power {
    operation: "create_engagement",
    label: "登记中介机构服务",
    allow: &[(Role::Officer, Tier::Town), (Role::Enterprise, Tier::Town)],
};
/// Ending that.
pub const END: Power = Power {
    operation: "end_engagement",
    label: "结束中介机构服务",
    allow: &[(Role::Officer, Tier::Town), (Role::Enterprise, Tier::Town)],
};

/// Kinds of service.
const SERVICES: &[(&str, &str)] = &[
    ("evaluation", "安全评价"),
    ("testing", "检测检验"),
    ("consulting", "安全咨询"),
    ("management", "安全管理托管"),
    ("training", "教育培训"),
    ("standardization", "标准化评审"),
];

db::table! {
    /// An intermediary's engagement by an enterprise.
    pub struct Engagement in "engagement" {
        /// City.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Town of the enterprise when it was made.
        pub town: String,
        /// Account of the intermediary.
        pub intermediary: Uuid,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Kind of service.
        pub service: String,
        /// First day.
        pub valid_from: NaiveDate,
        /// First day it no longer counts.
        pub valid_to: NaiveDate,
        /// Number of the contract.
        pub document: Option<String>,
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

impl Engagement {
    /// Writes a new engagement and its entry on the trail, with the names of both sides.
    pub async fn create(
        &self,
        tx: &mut Tx,
        clock: &Clock,
        actor: &Actor,
        enterprise: &str,
        intermediary: &str,
    ) -> db::Result<()> {
        tx.run(self.insert()).await?;
        let after = json!({"enterprise": enterprise, "intermediary": intermediary, "service": self.service,
            "valid_from": self.valid_from, "valid_to": self.valid_to, "document": self.document});
        let entry = entry(self, intermediary, audit::Action::Create, None, after);
        audit::record(tx, clock, actor, entry).await
    }
}

/// An engagement.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EngagementView {
    city: String,
    id: Uuid,
    enterprise: Uuid,
    enterprise_name: String,
    intermediary: Uuid,
    intermediary_name: String,
    service: String,
    service_label: String,
    valid_from: NaiveDate,
    /// First day it no longer counts.
    valid_to: NaiveDate,
    document: Option<String>,
    /// Whether it holds today.
    holds: bool,
    version: i64,
}

#[derive(Debug, FromRow)]
struct Shown {
    #[sqlx(flatten)]
    row: Engagement,
    enterprise_name: String,
    intermediary_name: String,
}

impl Shown {
    fn view(self, today: NaiveDate) -> EngagementView {
        let Shown { row, enterprise_name, intermediary_name } = self;
        let label = SERVICES.iter().find(|(code, _)| *code == row.service).map_or("", |(_, label)| label);
        EngagementView {
            holds: row.valid_from <= today && today < row.valid_to,
            service_label: label.to_string(),
            city: row.city,
            id: row.id,
            enterprise: row.enterprise,
            enterprise_name,
            intermediary: row.intermediary,
            intermediary_name,
            service: row.service,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            document: row.document,
            version: row.version,
        }
    }
}

/// Engagements of the enterprises in scope, wherever these lie today; an intermediary's are its own.
fn seen(actor: &Actor, scope: &Scope) -> Sql {
    let columns: Vec<String> = Engagement::COLUMNS.iter().map(|column| format!("g.{column}")).collect();
    let sql = Sql::new(&format!(
        "select {}, e.name as enterprise_name, a.name as intermediary_name from engagement g
         join enterprise e on e.city = g.city and e.id = g.enterprise join account a on a.id = g.intermediary where ",
        columns.join(", ")
    ));
    let own = (actor.kind == ActorKind::Intermediary).then_some(actor.account);
    sql.scope(scope, "e.", "id").and(" and g.intermediary = ", own)
}

/// Which engagements.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Of one enterprise.
    enterprise: Option<Uuid>,
}

/// Who engaged which intermediary, in scope, the latest first.
#[utoipa::path(get, path = "/api/engagements", tag = "engagements", params(Which, Page),
    responses((status = 200, body = List<EngagementView>), (status = 403, body = Problem)))]
pub(super) async fn list_engagements(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<EngagementView>>> {
    let scope = actor.may(&LIST)?;
    let mut sql = seen(&actor, &scope).and(" and g.enterprise = ", which.enterprise);
    if let Some(cursor) = &page.cursor {
        sql = sql.push(" and g.id < ").arg(web::Cursor::decode(cursor)?.id);
    }
    let limit = page.limit();
    let rows: Vec<Shown> =
        app.db.all(sql.push(" order by g.id desc limit ").arg(i64::from(limit) + 1)).await?;
    let list = List::page(rows, limit, |own| web::Cursor { key: None, id: own.row.id }.encode());
    let today = app.clock.today();
    Ok(Json(list.map(|own| own.view(today))))
}

/// An engagement to be registered.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewEngagement {
    /// Name with which the intermediary signs in.
    login: String,
    /// `evaluation`, `testing`, `consulting`, `management`, `training` or `standardization`.
    service: String,
    /// First day; today unless told.
    valid_from: Option<NaiveDate>,
    /// First day it no longer counts.
    valid_to: NaiveDate,
    /// Number of the contract.
    document: Option<String>,
}

/// Says that the enterprise engaged an intermediary, which may read its archive from a day and until a day.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/engagements", tag = "engagements", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = NewEngagement,
    responses((status = 201, body = EngagementView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn create_engagement(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewEngagement>,
) -> Outcome<(StatusCode, Json<EngagementView>)> {
    #[derive(FromRow)]
    struct Firm {
        town: String,
        name: String,
    }
    let scope = actor.may(&CREATE)?;
    let mut tx = app.db.begin().await?;
    let sql =
        Sql::new("select town, name from enterprise where city = ").arg(&city).push(" and id = ").arg(id);
    let firm: Firm = tx.one(sql.push(" and ").scope(&scope, "", "id")).await?;
    if !SERVICES.iter().any(|(code, _)| *code == new.service) {
        return Err(Problem::wrong_field("/service", "service.unknown", "请选择服务的类别。"));
    }
    let valid_from = new.valid_from.unwrap_or_else(|| app.clock.today());
    if new.valid_to <= valid_from || new.valid_to <= app.clock.today() {
        return Err(Problem::wrong_field(
            "/valid_to",
            "dates.order",
            "结束日期应晚于开始日期，且不早于今天。",
        ));
    }
    let document = web::filled(new.document);
    if document.as_ref().is_some_and(|text| text.chars().count() > 100) {
        return Err(Problem::wrong_field("/document", "document.long", "合同编号最多 100 字。"));
    }
    let sql = Account::select().push(" where login = ").arg(new.login.trim().to_lowercase());
    let sql = sql.push(" and city = ").arg(&city).push(" and kind = 'intermediary' and disabled = false");
    let Some(intermediary) = tx.optional::<Account>(sql).await? else {
        let text = "本市没有这个中介机构的登录名，请向中介机构核对，或请安全管理员先为它建立账号。";
        return Err(Problem::wrong_field("/login", "intermediary.unknown", text));
    };
    let now = app.clock.now();
    let row = Engagement {
        city,
        id: Uuid::now_v7(),
        town: firm.town,
        intermediary: intermediary.id,
        enterprise: id,
        service: new.service,
        valid_from,
        valid_to: new.valid_to,
        document,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    row.create(&mut tx, &app.clock, &actor, &firm.name, &intermediary.name).await?;
    tx.commit().await?;
    let shown = Shown { row, enterprise_name: firm.name, intermediary_name: intermediary.name };
    Ok((StatusCode::CREATED, Json(shown.view(app.clock.today()))))
}

/// The version that was read.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Ending {
    version: i64,
}

/// Ends an engagement from today on; the intermediary no longer reads the enterprise.
#[utoipa::path(post, path = "/api/engagements/{city}/{id}/end", tag = "engagements", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Ending,
    responses((status = 200, body = EngagementView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(super) async fn end_engagement(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(ending): Body<Ending>,
) -> Outcome<Json<EngagementView>> {
    let scope = actor.may(&END)?;
    let today = app.clock.today();
    let mut tx = app.db.begin().await?;
    let sql = seen(&actor, &scope).push(" and g.city = ").arg(&city).push(" and g.id = ").arg(id);
    let mut shown: Shown = tx.one(sql).await?;
    if shown.row.version != ending.version {
        return Err(Problem::stale(json!({"valid_to": shown.row.valid_to, "version": shown.row.version})));
    }
    if shown.row.valid_to <= today {
        return Err(Problem::conflict("engagement.ended", "这项服务已经结束。"));
    }
    let before = json!({"valid_to": shown.row.valid_to});
    shown.row.valid_to = today;
    shown.row.updated_at = app.clock.now();
    shown.row.updated_by = actor.account;
    shown.row.version += 1;
    tx.run(shown.row.update(&["city", "id"])).await?;
    let after = json!({"valid_to": today});
    let entry = entry(&shown.row, &shown.intermediary_name, audit::Action::Update, Some(before), after);
    audit::record(&mut tx, &app.clock, &actor, entry).await?;
    tx.commit().await?;
    Ok(Json(shown.view(today)))
}

fn entry(
    row: &Engagement,
    title: &str,
    action: audit::Action,
    before: Option<Value>,
    after: Value,
) -> audit::Entry {
    audit::Entry {
        action,
        subject: Engagement::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(title.to_string()),
        before,
        after: Some(after),
        reason: None,
    }
}

/// The enterprises that have engaged the intermediary that day: city and id.
pub(crate) async fn engaged(
    db: impl Exec,
    intermediary: Uuid,
    day: NaiveDate,
) -> db::Result<Vec<(String, Uuid)>> {
    #[derive(FromRow)]
    struct Key {
        city: String,
        enterprise: Uuid,
    }
    let sql = Sql::new("select distinct city, enterprise from engagement where intermediary = ")
        .arg(intermediary)
        .push(" and valid_from <= ")
        .arg(day)
        .push(" and valid_to > ")
        .arg(day);
    let keys: Vec<Key> = db.all(sql.push(" order by city, enterprise limit 2000")).await?;
    Ok(keys.into_iter().map(|key| (key.city, key.enterprise)).collect())
}
