//! Undoing a merger gives two records back; undoing a split makes one of them again. Both are refused where something would be lost.

use std::collections::BTreeSet;

use audit::Action;
use axum::{Extension, Json, extract::State};
use db::{Exec, FromRow, sql};
use kernel::{Actor, Scope};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{App, Body, Caller, Outcome, PathOf, Problem};

use super::{
    merge::busy,
    mergers::{Merger, MergerView, entry, seen, view},
    write::{reason_given, write_changed},
};
use crate::{
    belonging::{Belongings, Going, Moving},
    joined::{changed_since, restored},
    model::Enterprise,
    powers, store,
};

/// Why a merger or a split is undone.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct Undoing {
    /// The version that was read.
    version: i64,
    /// Why.
    reason: String,
}

/// Who undoes what, and why.
struct Undo<'a> {
    app: &'a App,
    actor: &'a Actor,
    scope: &'a Scope,
    belongings: &'static Belongings,
    row: &'a Merger,
    reason: &'a str,
}

/// Undoes a merger: both records say again what they said. Undoes a split: the first record says again what it said, and the second with
/// all that belongs to it becomes part of it. Refused where something that was changed since would be lost.
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
    if row.state != "done" {
        return Err(undone(&row));
    }
    if row.version != undoing.version {
        return Err(Problem::stale(json!(view(row))));
    }
    let undo = Undo { app: &app, actor: &actor, scope: &scope, belongings, row: &row, reason: &reason };
    let mut after = json!({"state": "undone"});
    if row.kind == "split" {
        after["accounts"] = json!(undo.split(&mut tx).await?);
    } else {
        undo.merger(&mut tx).await?;
    }
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
        return Err(undone(&row));
    }
    let before = Some(json!({"state": "done"}));
    audit::record(&mut tx, &app.clock, &actor, entry(&done, Action::Update, before, after, &reason)).await?;
    tx.commit().await?;
    Ok(Json(view(done)))
}

/// What was done, in a word.
fn deed(row: &Merger) -> &'static str {
    if row.kind == "split" { "拆分" } else { "合并" }
}

fn undone(row: &Merger) -> Problem {
    Problem::conflict("merger.undone", format!("这次{}已经有人撤销，请刷新后查看。", deed(row)))
}

/// What of the records was changed since, each with the words for it; nothing where it is nothing.
fn lost(records: [(&Enterprise, BTreeSet<&'static str>); 2]) -> Option<String> {
    let records = records.into_iter().filter(|(_, names)| !names.is_empty());
    let told = records
        .map(|(record, names)| format!("“{}”的{}", record.name, Vec::from_iter(names).join("、")))
        .collect::<Vec<_>>();
    (!told.is_empty()).then(|| told.join("，"))
}

impl Undo<'_> {
    /// Makes one record two again.
    async fn merger(&self, tx: &mut db::Tx) -> Outcome<()> {
        let Undo { app, actor, scope, row, reason, .. } = *self;
        let city = &row.city;
        let kept_now = store::find(&mut *tx, scope, city, row.kept).await?;
        let absorbed_now = store::find(&mut *tx, scope, city, row.absorbed).await?;
        if kept_now.status == "merged" {
            return Err(Problem::conflict(
                "merger.again",
                format!("“{}”后来又并入了另一份档案，请先撤销后一次合并。", kept_now.name),
            ));
        }
        let (mut kept, changed) = restored(&kept_now, &row.kept_before.0, &row.kept_after.0)?;
        if let Some(lost) = lost([(&kept_now, changed), (&absorbed_now, BTreeSet::new())]) {
            return Err(Problem::conflict(
                "merger.changed",
                format!("合并以后{lost}又修改过，撤销会丢失这些修改。请先记下并改回合并时的内容，再撤销。"),
            ));
        }
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
        let said = format!("撤销合并：{reason}");
        // the record that stayed first: it gives the other's code back
        kept.merged_into = None;
        let kept = write_changed(tx, app, actor, scope, &kept_now, kept, Some(said.clone())).await?;
        let written = write_changed(tx, app, actor, scope, &absorbed_now, absorbed, Some(said.clone())).await;
        let absorbed = written.map_err(|problem| self.taken(problem, &absorbed_now))?;
        let accounts: Vec<Uuid> = serde_json::from_value(row.accounts.0.clone()).unwrap_or_default();
        account::rebind(tx, city, (row.kept, row.absorbed), Some(&accounts), &absorbed.town).await?;
        let moving = Moving::new((app, actor), row.id, (&kept, &absorbed), &said);
        self.belongings.carry(tx, moving, Going::Back).await?;
        Ok(())
    }

    /// Makes two records one again: what belongs to the second goes to the first, as with a merger. Answers which of its own accounts went.
    async fn split(&self, tx: &mut db::Tx) -> Outcome<Vec<Uuid>> {
        let Undo { app, actor, scope, row, reason, .. } = *self;
        let city = &row.city;
        let first_now = store::find(&mut *tx, scope, city, row.kept).await?;
        let second_now = store::find(&mut *tx, scope, city, row.absorbed).await?;
        self.settled(tx, &first_now, &second_now).await?;
        let (first, changed) = restored(&first_now, &row.kept_before.0, &row.kept_after.0)?;
        let others = changed_since(&second_now, &row.absorbed_before.0);
        if let Some(lost) = lost([(&first_now, changed), (&second_now, others)]) {
            return Err(Problem::conflict(
                "split.changed",
                format!(
                    "拆分以后{lost}又修改过，撤销会丢失这些修改。请先记下并改回拆分时的内容，再撤销；也可以改为合并这两份档案，逐栏选择留用的内容。"
                ),
            ));
        }
        let said = format!("撤销拆分：{reason}");
        let mut second = second_now.clone();
        second.status = "merged".into();
        second.merged_into = Some(row.kept);
        // the second first: a code that went to it is free from then on
        let second = write_changed(tx, app, actor, scope, &second_now, second, Some(said.clone())).await?;
        let written = write_changed(tx, app, actor, scope, &first_now, first, Some(said.clone())).await;
        let first = written.map_err(|problem| self.taken(problem, &first_now))?;
        // who split them said that they were two: where another record is still to be looked at, the first is so again
        tx.run(sql!(
            "update twin set apart = false where city = $1 and id = $2 and exists
             (select 1 from twin other where other.city = twin.city and other.key = twin.key and other.id <> twin.id and not other.apart)",
            city,
            row.kept
        ))
        .await?;
        let accounts = account::rebind(tx, city, (row.absorbed, row.kept), None, &first.town).await?;
        let moving = Moving::new((app, actor), row.id, (&second, &first), &said);
        self.belongings.carry(tx, moving, Going::All).await?;
        Ok(accounts)
    }

    /// Refuses where something about one of the two is still under way, or came after the split and is undone before it.
    async fn settled(&self, tx: &mut db::Tx, first: &Enterprise, second: &Enterprise) -> Outcome<()> {
        #[derive(FromRow)]
        struct Later {
            kind: String,
        }
        let city = &self.row.city;
        for record in [first, second] {
            if record.status == "merged" {
                let text = format!("“{}”后来又并入了另一份档案，请先撤销后一次合并。", record.name);
                return Err(Problem::conflict("merger.again", text));
            }
            if busy(tx, city, "handover", record.id).await? {
                let text = format!("“{}”正在移交中，请等移交办完或撤回后再撤销拆分。", record.name);
                return Err(Problem::conflict("handover.open", text));
            }
        }
        if busy(tx, city, "proposal", second.id).await? {
            let text = format!("“{}”有待处理的企业申报，请处理后再撤销拆分。", second.name);
            return Err(Problem::conflict("proposal.open", text));
        }
        // what the second took in or gave off since would hang on a record that is no more
        let later: Option<Later> = tx
            .optional(sql!(
                "select kind from merger where city = $1 and kept = $2 and state = 'done' order by id desc limit 1",
                city,
                second.id
            ))
            .await?;
        if let Some(later) = later {
            let (text, deed) = if later.kind == "split" {
                ("又拆分过", "拆分")
            } else {
                ("又有别的档案并入", "合并")
            };
            return Err(Problem::conflict(
                "merger.later",
                format!("“{}”后来{text}，请先撤销后一次{deed}。", second.name),
            ));
        }
        Ok(())
    }

    /// Where the code that a record gets back is another's by now.
    fn taken(&self, problem: Problem, record: &Enterprise) -> Problem {
        match problem.code {
            "conflict.exists" => Problem::conflict(
                "credit_code.taken",
                format!(
                    "“{}”的统一社会信用代码已登记在另一家企业名下，不能撤销{}。",
                    record.name,
                    deed(self.row)
                ),
            ),
            _ => problem,
        }
    }
}
