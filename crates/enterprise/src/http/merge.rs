//! Two records of one enterprise made one: the person says which stays and, field by field, whose value. The other stays as it was, marked
//! as part of the first, so that undoing it gives both back. What other areas keep of it goes along ([`crate::belonging`]).

use audit::Action;
use axum::{Extension, Json, extract::State, http::StatusCode};
use chrono::{DateTime, Datelike, Utc};
use db::{Exec, FromRow, Sql};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Body, Caller, List, Outcome, Page, PathOf, Problem, Query};

use super::{
    list::shown,
    write::{reason_given, write_changed},
};
use crate::{
    belonging::{Belongings, Going, Moving},
    joined::{joined, restored},
    model::Enterprise,
    powers, store,
};

db::table! {
    /// Two records that were made one.
    pub struct Merger in "merger" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the record that stayed.
        pub town: String,
        /// The record that stayed.
        pub kept: Uuid,
        /// Its name then.
        pub kept_name: String,
        /// The record that became part of it.
        pub absorbed: Uuid,
        /// Its name then.
        pub absorbed_name: String,
        /// `done` or `undone`.
        pub state: String,
        /// Why.
        pub reason: String,
        /// By whom.
        pub made_by_name: String,
        /// The record that stayed, before.
        pub kept_before: db::Json<Value>,
        /// The record that stayed, after.
        pub kept_after: db::Json<Value>,
        /// The other record, before.
        pub absorbed_before: db::Json<Value>,
        /// The enterprise's own accounts that were bound to the other record.
        pub accounts: db::Json<Value>,
        /// When undone, UTC.
        pub undone_at: Option<DateTime<Utc>>,
        /// By whom.
        pub undone_by_name: Option<String>,
        /// Why.
        pub undone_reason: Option<String>,
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

/// A merger as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MergerView {
    city: String,
    id: Uuid,
    region_name: String,
    kept: Uuid,
    kept_name: String,
    absorbed: Uuid,
    absorbed_name: String,
    state: String,
    reason: String,
    made_by_name: String,
    created_at: DateTime<Utc>,
    undone_at: Option<DateTime<Utc>>,
    undone_by_name: Option<String>,
    undone_reason: Option<String>,
    version: i64,
}

fn view(row: Merger) -> MergerView {
    MergerView {
        region_name: region::divisions::full_name(&row.town),
        city: row.city,
        id: row.id,
        kept: row.kept,
        kept_name: row.kept_name,
        absorbed: row.absorbed,
        absorbed_name: row.absorbed_name,
        state: row.state,
        reason: row.reason,
        made_by_name: row.made_by_name,
        created_at: row.created_at,
        undone_at: row.undone_at,
        undone_by_name: row.undone_by_name,
        undone_reason: row.undone_reason,
        version: row.version,
    }
}

fn entry(row: &Merger, action: Action, before: Option<Value>, after: Value, reason: &str) -> audit::Entry {
    audit::Entry {
        action,
        subject: Merger::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.kept_name.clone()),
        before,
        after: Some(after),
        reason: Some(reason.to_string()),
    }
}

/// Which record becomes part of this one, and whose values count.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct NewMerger {
    /// The version that was read of the record that stays.
    version: i64,
    /// The record that becomes part of it, of the same city.
    other: Uuid,
    /// The version that was read of it.
    other_version: i64,
    /// Fields whose value is taken from the other record; `town`, `status`, `agency`, `officer` and `cluster` are such too.
    take: Vec<String>,
    /// Why.
    reason: String,
}

#[derive(FromRow)]
struct There {
    #[expect(dead_code, reason = "that there is one is all that counts")]
    id: Uuid,
}

async fn busy(tx: &mut db::Tx, city: &str, table: &str, id: Uuid) -> Outcome<bool> {
    let sql = Sql::new(&format!("select id from {table} where city = ")).arg(city);
    let sql = sql.push(" and enterprise_id = ").arg(id).push(" and state = 'open' limit 1");
    Ok(tx.optional::<There>(sql).await?.is_some())
}

/// Makes two records one.
#[utoipa::path(post, path = "/api/enterprises/{city}/{id}/merge", tag = "mergers", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = NewMerger,
    responses((status = 201, body = MergerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn merge_enterprises(
    State(app): State<App>,
    Caller(actor): Caller,
    Extension(belongings): Extension<&'static Belongings>,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(new): Body<NewMerger>,
) -> Outcome<(StatusCode, Json<MergerView>)> {
    let scope = actor.may(&powers::MERGE)?;
    let reason = reason_given(&new.reason)?;
    let mut tx = app.db.begin().await?;
    let kept_before = store::find(&mut tx, &scope, &city, id).await?;
    let absorbed_before = store::find(&mut tx, &scope, &city, new.other).await?;
    if id == new.other {
        return Err(Problem::wrong_field("/other", "merge.same", "请选择两份不同的档案。"));
    }
    for (record, version) in [(&kept_before, new.version), (&absorbed_before, new.other_version)] {
        if record.version != version {
            return Err(Problem::stale(shown(record, true)));
        }
        store::not_merged(record)?;
        if busy(&mut tx, &city, "handover", record.id).await? {
            let text = format!("“{}”正在移交中，请等移交办完或撤回后再合并。", record.name);
            return Err(Problem::conflict("handover.open", text));
        }
    }
    if busy(&mut tx, &city, "proposal", new.other).await? {
        let text = format!("“{}”有待处理的企业申报，请处理后再合并。", absorbed_before.name);
        return Err(Problem::conflict("proposal.open", text));
    }
    // the other record first: its code is free from then on
    let mut absorbed = absorbed_before.clone();
    absorbed.status = "merged".into();
    absorbed.merged_into = Some(id);
    let said = Some(format!("并入“{}”：{reason}", kept_before.name));
    let absorbed = write_changed(&mut tx, &app, &actor, &scope, &absorbed_before, absorbed, said).await?;
    let kept = joined(&kept_before, &absorbed_before, &new.take, i64::from(app.clock.today().year()))?;
    if !scope.covers(&kept.town) {
        return Err(Problem::not_found());
    }
    let said = Some(format!("合并重复档案“{}”：{reason}", absorbed_before.name));
    let kept = write_changed(&mut tx, &app, &actor, &scope, &kept_before, kept, said).await?;
    let accounts = account::rebind(&mut tx, &city, (new.other, id), None, &kept.town).await?;
    let cause = Uuid::now_v7();
    let said = format!("并入“{}”：{reason}", kept.name);
    let moving = Moving::new((&app, &actor), cause, (&absorbed, &kept), &said);
    belongings.carry(&mut tx, moving, Going::All).await?;
    let now = app.clock.now();
    let row = Merger {
        city,
        id: cause,
        town: kept.town.clone(),
        kept: id,
        kept_name: kept.name.clone(),
        absorbed: new.other,
        absorbed_name: absorbed_before.name.clone(),
        state: "done".into(),
        reason,
        made_by_name: actor.name.clone(),
        kept_before: db::Json(kept_before.document()),
        kept_after: db::Json(kept.document()),
        absorbed_before: db::Json(absorbed_before.document()),
        accounts: db::Json(json!(accounts)),
        undone_at: None,
        undone_by_name: None,
        undone_reason: None,
        created_at: now,
        created_by: actor.account,
        updated_at: now,
        updated_by: actor.account,
        version: 1,
    };
    tx.run(row.insert()).await?;
    let after = json!({"kept": row.kept, "absorbed": row.absorbed, "take": new.take, "accounts": accounts});
    audit::record(&mut tx, &app.clock, &actor, entry(&row, Action::Create, None, after, &row.reason)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}

/// Which mergers.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Those that this record stayed from.
    enterprise: Option<Uuid>,
    /// `done` or `undone`; both unless told.
    state: Option<String>,
}

/// The predicate of mergers whose record that stayed lies in scope.
fn seen(scope: &Scope) -> Sql {
    Sql::default()
        .area(scope, "merger.")
        .push(
            " and exists (select 1 from enterprise e where e.city = merger.city and e.id = merger.kept and ",
        )
        .scope(scope, "e.", "id")
        .push(")")
}

/// Records that were made one, the latest first.
#[utoipa::path(get, path = "/api/mergers", tag = "mergers", params(Which, Page),
    responses((status = 200, body = List<MergerView>), (status = 403, body = Problem)))]
pub(super) async fn list_mergers(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
    Query(page): Query<Page>,
) -> Outcome<Json<List<MergerView>>> {
    let scope = actor.may(&powers::LIST_MERGERS)?;
    let sql = Merger::select()
        .push(" where ")
        .append(seen(&scope))
        .and(" and kept = ", which.enterprise)
        .and(" and state = ", which.state.filter(|state| !state.is_empty()));
    Ok(Json(page.latest(&app.db, sql, |row: &Merger| row.id).await?.map(view)))
}

/// Why a merger is undone.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Undoing {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Undoes a merger: both records say again what they said. Refused where something that the merger changed has been changed since, because
/// that would be lost.
#[utoipa::path(post, path = "/api/mergers/{city}/{id}/undo", tag = "mergers", params(("city" = String, Path), ("id" = Uuid, Path)),
    request_body = Undoing,
    responses((status = 200, body = MergerView), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn undo_merger(
    State(app): State<App>,
    Caller(actor): Caller,
    Extension(belongings): Extension<&'static Belongings>,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Body(undoing): Body<Undoing>,
) -> Outcome<Json<MergerView>> {
    let scope = actor.may(&powers::UNDO_MERGER)?;
    let reason = reason_given(&undoing.reason)?;
    let mut tx = app.db.begin().await?;
    let own = Merger::select().push(" where city = ").arg(&city).push(" and id = ").arg(id).push(" and ");
    let row: Merger = tx.one(own.append(seen(&scope))).await?;
    let undone = || Problem::conflict("merger.undone", "这次合并已经有人撤销，请刷新后查看。");
    if row.state != "done" || row.version != undoing.version {
        return Err(undone());
    }
    let kept_now = store::find(&mut tx, &scope, &city, row.kept).await?;
    let absorbed_now = store::find(&mut tx, &scope, &city, row.absorbed).await?;
    if kept_now.status == "merged" {
        return Err(Problem::conflict(
            "merger.again",
            format!("“{}”后来又并入了另一份档案，请先撤销后一次合并。", kept_now.name),
        ));
    }
    let mut kept = restored(&kept_now, &row.kept_before.0, &row.kept_after.0)?;
    if region::divisions::find(&kept.town).is_none() {
        return Err(Problem::conflict(
            "merger.division",
            format!("合并前“{}”所在的区划已经调整，不能撤销合并。请改用“拆分成两份”。", kept_now.name),
        ));
    }
    if !scope.covers(&kept.town) {
        return Err(Problem::not_found());
    }
    let before: Enterprise =
        serde_json::from_value(row.absorbed_before.0.clone()).map_err(Problem::internal)?;
    let mut absorbed = absorbed_now.clone();
    absorbed.status = before.status;
    absorbed.merged_into = None;
    let said = || Some(format!("撤销合并：{reason}"));
    // the record that stayed first: it gives the other's code back
    kept.merged_into = None;
    let kept = write_changed(&mut tx, &app, &actor, &scope, &kept_now, kept, said()).await?;
    let written = write_changed(&mut tx, &app, &actor, &scope, &absorbed_now, absorbed, said()).await;
    let absorbed = written.map_err(|problem| match problem.code {
        "conflict.exists" => Problem::conflict(
            "credit_code.taken",
            format!("“{}”的统一社会信用代码已登记在另一家企业名下，不能撤销合并。", absorbed_now.name),
        ),
        _ => problem,
    })?;
    let accounts: Vec<Uuid> = serde_json::from_value(row.accounts.0.clone()).unwrap_or_default();
    let ends = (row.kept, row.absorbed);
    account::rebind(&mut tx, &city, ends, Some(&accounts), &absorbed.town).await?;
    let said = format!("撤销合并：{reason}");
    let moving = Moving::new((&app, &actor), row.id, (&kept, &absorbed), &said);
    belongings.carry(&mut tx, moving, Going::Back).await?;
    let now = app.clock.now();
    let mut done = row.clone();
    done.state = "undone".into();
    done.undone_at = Some(now);
    done.undone_by_name = Some(actor.name.clone());
    done.undone_reason = Some(reason.clone());
    done.updated_at = now;
    done.updated_by = actor.account;
    done.version += 1;
    let sql = done.update(&["city", "id"]).push(" and state = 'done' and version = ").arg(row.version);
    if tx.run(sql).await? == 0 {
        return Err(undone());
    }
    let (before, after) = (json!({"state": "done"}), json!({"state": "undone"}));
    audit::record(&mut tx, &app.clock, &actor, entry(&done, Action::Update, Some(before), after, &reason))
        .await?;
    tx.commit().await?;
    Ok(Json(view(done)))
}
