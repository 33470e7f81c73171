//! Reckoning scores anew: scores, their history and the figures, in the transaction of what they follow from.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use chrono::NaiveDate;
use db::{Exec, FromRow, Sql, Tx, bulk};
use enterprise::Enterprise;
use kernel::Clock;
use rules::{At, Law, archive_requirement::Requirements};
use uuid::Uuid;
use web::Outcome;

use super::{counts, tally::Tally};
use crate::{
    model::Score,
    score::{Brief, Completeness, completeness},
    store,
};

fn row(enterprise: &Enterprise, own: &Completeness, clock: &Clock) -> Score {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Score {
        city: enterprise.city.clone(),
        id: enterprise.id,
        town: enterprise.town.clone(),
        sector: enterprise.sector.clone(),
        ownership: enterprise.ownership.clone(),
        name: enterprise.name.clone(),
        required: number(own.required),
        present: number(own.present),
        missing: number(own.missing),
        expired: number(own.expired),
        unclear: number(own.unclear),
        verified: number(own.verified),
        records: number(own.records),
        papers_expired: number(own.papers_expired),
        papers_expiring: number(own.papers_expiring),
        score: number(own.score),
        state: own.state.into(),
        verification: own.verification.into(),
        changes_on: own.changes_on,
        enterprise_version: enterprise.version,
        computed_at: clock.now(),
    }
}

/// Reckons the scores of some enterprises of a city anew and writes what changed: scores, their history, figures. The archives are held
/// already, or nobody writes to them. `why` is what the history says of it.
pub async fn rescore(
    tx: &mut Tx,
    clock: &Clock,
    law: &Law,
    enterprises: &[Enterprise],
    why: &str,
) -> Outcome<Vec<Score>> {
    let Some(first) = enterprises.first() else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = enterprises.iter().map(|own| own.id).collect();
    let kept = store::scores(&mut *tx, &first.city, &ids).await?;
    rescore_known(tx, clock, law, enterprises, kept, why).await
}

/// The same where the scores as they are kept were read already.
pub(super) async fn rescore_known(
    tx: &mut Tx,
    clock: &Clock,
    law: &Law,
    enterprises: &[Enterprise],
    kept: Vec<Score>,
    why: &str,
) -> Outcome<Vec<Score>> {
    let Some(first) = enterprises.first() else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = enterprises.iter().map(|own| own.id).collect();
    let mut briefs: BTreeMap<Uuid, Vec<Brief>> = BTreeMap::new();
    for (enterprise, brief) in store::briefs(&mut *tx, &first.city, &ids).await? {
        briefs.entry(enterprise).or_default().push(brief);
    }
    let mut before: BTreeMap<Uuid, Score> = kept.into_iter().map(|score| (score.id, score)).collect();
    let day = clock.today();
    // a county or a town may ask for more than its city does
    let mut requirements: HashMap<&str, Requirements<'_>> = HashMap::new();
    let mut tally = Tally::default();
    let (mut scores, mut changed, mut days, mut gone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for enterprise in enterprises {
        let old = before.remove(&enterprise.id);
        if let Some(old) = &old {
            tally.shift(old, -1);
        }
        if !counts(enterprise) {
            gone.extend(old.map(|old| old.id));
            continue;
        }
        let none = Vec::new();
        let records = briefs.get(&enterprise.id).unwrap_or(&none);
        let wanted = match requirements.entry(&enterprise.town) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let at = At { on: day, region: &enterprise.town, law };
                place.insert(Requirements::of(&at).map_err(law::problem)?)
            }
        };
        let own = completeness(wanted, enterprise, records, day).map_err(law::problem)?;
        let score = row(enterprise, &own, clock);
        tally.shift(&score, 1);
        let told = |score: &Score| (score.required, score.present, score.expired);
        if old.as_ref().map(told) != Some(told(&score)) {
            days.push((
                score.id,
                vec![
                    score.city.clone().into(),
                    score.id.into(),
                    day.into(),
                    score.required.into(),
                    score.present.into(),
                    score.expired.into(),
                    score.score.into(),
                    why.into(),
                ],
            ));
        }
        changed.push(score.values());
        scores.push(score);
    }
    let rest: Vec<String> = Score::COLUMNS
        .iter()
        .filter(|column| !matches!(**column, "city" | "id"))
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let tail = format!(" on conflict (city, id) do update set {}", rest.join(", "));
    bulk(tx, Score::TABLE, Score::COLUMNS, changed, &tail).await?;
    note(tx, &first.city, day, days).await?;
    if !gone.is_empty() {
        let sql = Sql::new("delete from archive_score where city = ").arg(&first.city).push(" and ");
        tx.run(sql.within("id", gone)).await?;
    }
    tally.apply(tx).await?;
    Ok(scores)
}

/// Adds lines to the history of scores of a city: each is the next one of its day.
async fn note(tx: &mut Tx, city: &str, day: NaiveDate, lines: Vec<(Uuid, Vec<db::Value>)>) -> db::Result<()> {
    #[derive(FromRow)]
    struct Last {
        id: Uuid,
        number: i64,
    }
    let sql = Sql::new("select id, max(number) as number from archive_score_change where city = ").arg(city);
    let sql = sql.push(" and day = ").arg(day).push(" and ").within("id", lines.iter().map(|(id, _)| *id));
    let last: Vec<Last> = tx.all(sql.push(" group by id")).await?;
    let last: HashMap<Uuid, i64> = last.into_iter().map(|own| (own.id, own.number)).collect();
    let numbered = lines.into_iter().map(|(id, mut line)| {
        line.push((last.get(&id).copied().unwrap_or_default() + 1).into());
        line
    });
    let columns = ["city", "id", "day", "required", "present", "expired", "score", "why", "number"];
    bulk(tx, "archive_score_change", &columns, numbered.collect(), "").await.map(drop)
}
