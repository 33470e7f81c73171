//! What of inspections follows where records of the register are made one or split: visits with what was found, photos and documents;
//! penalties with their papers and exhibits. A paper that was issued goes with its number and says what it said, to whom it was issued: only the
//! row is another enterprise's. It is found under the name that it bears and under that of the enterprise where it is. A draft is addressed
//! to the enterprise where it is. Who is punished (`party_name`) is whom the penalty was opened against: to set that right is a step of it.
//! What was planned is visited where the enterprise is, and who must not inspect the one must not inspect the other; a draw says what was drawn.

use std::collections::BTreeMap;

use audit::Action;
use db::{Exec, FromRow, Json, Sql, Tx, sql};
use enterprise::belonging::{ALL, Belonging, Following, Moving};
use futures::FutureExt;
use serde_json::{Value, json};
use uuid::Uuid;
use web::Outcome;

use crate::{
    find,
    model::{Finding, Paper, Photo, Visit},
    penalty::model::{Exhibit, Penalty, PenaltyPaper},
    plan::{Conflict, Target},
};

/// What is a draft bears the name of the enterprise where it is.
const DRAFT: Option<&str> = Some("state = 'draft'");

/// The tables of inspections.
pub const BELONGINGS: &[Belonging] = &[
    Belonging {
        told: Some("现场检查"), named: Some(ALL), ..Belonging::of(Visit::TABLE, "enterprise_name")
    },
    Belonging { hangs_on: "visit", ..Belonging::of(Finding::TABLE, "content") },
    Belonging { hangs_on: "visit", version: false, ..Belonging::of(Photo::TABLE, "name") },
    Belonging {
        told: Some("执法文书"),
        hangs_on: "visit",
        named: DRAFT,
        ..Belonging::of(Paper::TABLE, "coalesce(number, enterprise_name)")
    },
    Belonging { told: Some("行政处罚"), named: Some(ALL), ..Belonging::of(Penalty::TABLE, "cause") },
    Belonging {
        told: Some("处罚文书"),
        hangs_on: "penalty",
        named: DRAFT,
        ..Belonging::of(PenaltyPaper::TABLE, "coalesce(number, enterprise_name)")
    },
    Belonging { hangs_on: "penalty", version: false, ..Belonging::of(Exhibit::TABLE, "name") },
    Belonging {
        told: Some("计划检查"), named: Some(ALL), ..Belonging::of(Target::TABLE, "enterprise_name")
    },
    Belonging {
        told: Some("执法回避"), named: Some(ALL), ..Belonging::of(Conflict::TABLE, "officer_name")
    },
];

/// What follows from documents that went.
pub const ARRIVED: Following = |tx, by| arrived(tx, by).boxed();

async fn arrived(tx: &mut Tx, by: &Moving<'_>) -> Outcome<()> {
    let own = |sql: Sql| sql.push(" where city = ").arg(&by.to.city).push(" and enterprise = ").arg(by.to.id);
    readdress(tx, by).await?;
    let ids = by.moved(Paper::TABLE);
    if !ids.is_empty() {
        let papers: Vec<Paper> = tx.all(own(Paper::select())).await?;
        for paper in papers.iter().filter(|paper| ids.contains(&paper.id)) {
            find::write(tx, paper, &by.to.name).await?;
        }
    }
    let ids = by.moved(PenaltyPaper::TABLE);
    if !ids.is_empty() {
        let papers: Vec<PenaltyPaper> = tx.all(own(PenaltyPaper::select())).await?;
        let penalties: Vec<Penalty> = tx.all(own(Penalty::select())).await?;
        let penalties: BTreeMap<Uuid, Penalty> = penalties.into_iter().map(|own| (own.id, own)).collect();
        for paper in papers.iter().filter(|paper| ids.contains(&paper.id)) {
            if let Some(penalty) = penalties.get(&paper.penalty) {
                find::write_penalty(tx, paper, penalty).await?;
            }
        }
    }
    Ok(())
}

#[derive(FromRow)]
struct Draft {
    id: Uuid,
    fields: Json<Value>,
}

/// What drafts of visits' documents say of the one enterprise by its name, they say of the other.
async fn readdress(tx: &mut Tx, by: &Moving<'_>) -> Outcome<()> {
    let ids = by.moved(Paper::TABLE);
    if ids.is_empty() || by.from.name == by.to.name {
        return Ok(());
    }
    let drafts: Vec<Draft> = tx
        .all(sql!(
            "select id, fields from enforcement_document where city = $1 and enterprise = $2 and state = 'draft' order by id",
            &by.to.city,
            by.to.id
        ))
        .await?;
    let mut entries = Vec::new();
    for Draft { id, fields: Json(before) } in drafts.into_iter().filter(|own| ids.contains(&own.id)) {
        let mut fields: Vec<(String, String)> = serde_json::from_value(before.clone()).unwrap_or_default();
        for (_, value) in fields.iter_mut().filter(|(_, value)| *value == by.from.name) {
            value.clone_from(&by.to.name);
        }
        let after = json!(fields);
        if after == before {
            continue;
        }
        tx.run(sql!(
            "update enforcement_document set fields = $1 where city = $2 and id = $3",
            Json(after.clone()),
            &by.to.city,
            id
        ))
        .await?;
        entries.push(audit::Entry {
            action: Action::Update,
            subject: Paper::TABLE,
            city: by.to.city.clone(),
            town: by.to.town.clone(),
            row: Some(id),
            title: Some(by.to.name.clone()),
            before: Some(json!({"fields": before})),
            after: Some(json!({"fields": after})),
            reason: Some(by.reason.to_string()),
        });
    }
    Ok(audit::record_many(tx, &by.app.clock, by.actor, entries).await?)
}
