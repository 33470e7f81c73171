//! The figures at town grain, shifted by what each write changes; [`check`] proves them against the scores they are made of, and
//! [`rebuild`] makes them anew.

use std::collections::BTreeMap;

use db::{Db, Exec, Sql, Tx, Wrong, bulk, sql};

use crate::model::Score;

/// Something that the figures count of an archive.
struct Measure {
    name: &'static str,
    /// What one archive adds to it.
    of: fn(&Score) -> i64,
    /// The same, as an expression over `archive_score`.
    sql: &'static str,
}

const MEASURES: &[Measure] = &[
    Measure { name: "enterprises", of: |_| 1, sql: "1" },
    Measure {
        name: "kept",
        of: |score| i64::from(score.records > 0),
        sql: "case when records > 0 then 1 else 0 end",
    },
    Measure {
        name: "complete",
        of: |score| i64::from(score.state == "complete"),
        sql: "case when state = 'complete' then 1 else 0 end",
    },
    Measure { name: "required", of: |score| score.required, sql: "required" },
    Measure { name: "present", of: |score| score.present, sql: "present" },
    Measure { name: "verified_sections", of: |score| score.verified, sql: "verified" },
    Measure {
        name: "verified",
        of: |score| i64::from(score.verification == "verified"),
        sql: "case when verification = 'verified' then 1 else 0 end",
    },
    Measure {
        name: "never_verified",
        of: |score| i64::from(score.verification == "never"),
        sql: "case when verification = 'never' then 1 else 0 end",
    },
    Measure {
        name: "with_expired",
        of: |score| i64::from(score.papers_expired > 0),
        sql: "case when papers_expired > 0 then 1 else 0 end",
    },
    Measure { name: "papers", of: |score| score.records, sql: "records" },
    Measure { name: "papers_expired", of: |score| score.papers_expired, sql: "papers_expired" },
    Measure { name: "papers_expiring", of: |score| score.papers_expiring, sql: "papers_expiring" },
];

const COLUMNS: &[&str] = &["city", "town", "sector", "ownership", "measure", "number"];

type Place = (String, String, String, String, &'static str);

/// Changes of the figures, gathered and applied once in key order, so that writers never wait for each other in a ring.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<Place, i64>);

impl Tally {
    pub(super) fn shift(&mut self, score: &Score, sign: i64) {
        for measure in MEASURES {
            let place = (
                score.city.clone(),
                score.town.clone(),
                score.sector.clone(),
                score.ownership.clone(),
                measure.name,
            );
            *self.0.entry(place).or_default() += sign * (measure.of)(score);
        }
    }

    pub(super) async fn apply(self, tx: &mut Tx) -> db::Result<()> {
        let rows: Vec<Vec<db::Value>> = self
            .0
            .into_iter()
            .filter(|(_, number)| *number != 0)
            .map(|((city, town, sector, ownership, measure), number)| {
                vec![city.into(), town.into(), sector.into(), ownership.into(), measure.into(), number.into()]
            })
            .collect();
        let tail = " on conflict (city, town, sector, ownership, measure) do update set number = archive_tally.number + excluded.number";
        bulk(tx, "archive_tally", COLUMNS, rows, tail).await.map(drop)
    }
}

/// Every figure as the scores give it, in the order of [`COLUMNS`].
fn counted() -> Sql {
    let parts: Vec<String> = MEASURES
        .iter()
        .map(|Measure { name, sql, .. }| {
            format!("select city, town, sector, ownership, '{name}' as measure, cast(sum({sql}) as bigint) as number from archive_score group by 1, 2, 3, 4")
        })
        .collect();
    Sql::new(&parts.join(" union all "))
}

/// Compares the kept figures with those of all scores; empty when all are right.
pub async fn check(db: &Db) -> db::Result<Vec<Wrong>> {
    let select = "select town, sector || '/' || ownership || '/' || measure as what, number from ";
    let all = Sql::new(&format!("{select}(")).append(counted()).push(") own");
    db::recount(db, Sql::new(&format!("{select}archive_tally")), all).await
}

/// Makes all figures anew from the scores, while nobody writes any.
pub async fn rebuild(db: &Db) -> db::Result<u64> {
    let mut tx = db.begin_alone().await?;
    tx.run(sql!("delete from archive_tally")).await?;
    let sql = Sql::new(&format!("insert into archive_tally ({}) ", COLUMNS.join(", ")));
    let made = tx.run(sql.append(counted())).await?;
    tx.commit().await?;
    Ok(made)
}
