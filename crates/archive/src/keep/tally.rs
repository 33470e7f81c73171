//! The figures at town grain, shifted by what each write changes.

use std::collections::BTreeMap;

use db::{Tx, bulk};

use crate::model::Score;

/// What the figures count of an archive.
pub const MEASURES: &[&str] = &[
    "enterprises",
    "kept",
    "complete",
    "required",
    "present",
    "verified_sections",
    "verified",
    "never_verified",
    "with_expired",
    "papers",
    "papers_expired",
    "papers_expiring",
];

fn measures(score: &Score) -> [i64; 12] {
    let yes = i64::from;
    [
        1,
        yes(score.records > 0),
        yes(score.state == "complete"),
        score.required,
        score.present,
        score.verified,
        yes(score.verification == "verified"),
        yes(score.verification == "never"),
        yes(score.papers_expired > 0),
        score.records,
        score.papers_expired,
        score.papers_expiring,
    ]
}

type Place = (String, String, String, String, &'static str);

/// Changes of the figures, gathered and applied once in key order, so that writers never wait for each other in a ring.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<Place, i64>);

impl Tally {
    pub(super) fn shift(&mut self, score: &Score, sign: i64) {
        for (measure, number) in MEASURES.iter().zip(measures(score)) {
            let place = (
                score.city.clone(),
                score.town.clone(),
                score.sector.clone(),
                score.ownership.clone(),
                *measure,
            );
            *self.0.entry(place).or_default() += sign * number;
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
        let columns = ["city", "town", "sector", "ownership", "measure", "number"];
        let tail = " on conflict (city, town, sector, ownership, measure) do update set number = archive_tally.number + excluded.number";
        bulk(tx, "archive_tally", &columns, rows, tail).await.map(drop)
    }
}
