//! Two records of one enterprise made one: the person says which stays and, field by field, whose value. The other stays as it was, marked
//! as part of the first, so that undoing it gives both back. What other areas keep of it goes along ([`crate::belonging`]).

use audit::Action;
use axum::{Extension, Json, extract::State, http::StatusCode};
use chrono::Datelike;
use db::{Exec, FromRow, Sql};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{
    list::shown,
    mergers::{MergerView, entry, made, view},
    write::{reason_given, write_changed},
};
use crate::{
    belonging::{Belongings, Going, Moving},
    joined::joined,
    powers, store,
};

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

/// Whether something of this table about the record waits for an answer.
pub(super) async fn busy(tx: &mut db::Tx, city: &str, table: &str, id: Uuid) -> Outcome<bool> {
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
    let records = (&kept_before, &kept, &absorbed_before);
    let row = made((&app, &actor), (cause, "merged"), records, &accounts, &reason);
    tx.run(row.insert()).await?;
    let after = json!({"kept": row.kept, "absorbed": row.absorbed, "take": new.take, "accounts": accounts});
    audit::record(&mut tx, &app.clock, &actor, entry(&row, Action::Create, None, after, &row.reason)).await?;
    tx.commit().await?;
    Ok((StatusCode::CREATED, Json(view(row))))
}
