//! What of an archive is kept in another part of the system: its keeper tells of each thing here in the transaction that writes it, and the
//! section counts like those whose records are kept in the archive itself. The thing's own page is its keeper's business.

use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, FromRow, Result, Sql, Tx, sql};
use enterprise::Enterprise;
use kernel::Clock;
use uuid::Uuid;
use web::Outcome;

use crate::{keep, score::Brief, store};

/// Sections whose keeper tells of them.
pub const KEPT: &[&str] = &["hazard_source"];

/// A thing that counts for a section.
#[derive(Debug, Clone)]
pub struct Thing {
    /// Its id.
    pub id: Uuid,
    /// One of [`KEPT`].
    pub section: &'static str,
    /// The last day it holds.
    pub expires_on: Option<NaiveDate>,
    /// Whether it counts (still).
    pub counts: bool,
}

/// Tells of things of an enterprise, and reckons its score anew. `why` is what the history of the score says of it.
///
/// # Errors
/// Where the database fails, or the requirements do not answer for the day.
pub async fn tell(
    tx: &mut Tx,
    clock: &Clock,
    enterprise: &Enterprise,
    things: &[Thing],
    why: &str,
) -> Outcome<()> {
    store::hold(tx, &enterprise.city, &[enterprise.id]).await?;
    let now = clock.now();
    for thing in things {
        // what counts no more, or otherwise, ends
        tx.run(sql!(
            "update archive_elsewhere set ended_at = $1 where city = $2 and id = $3 and ended_at is null
             and (not $4 or enterprise <> $5 or section <> $6 or expires_on is distinct from $7)",
            now,
            &enterprise.city,
            thing.id,
            thing.counts,
            enterprise.id,
            thing.section,
            thing.expires_on
        ))
        .await?;
        if thing.counts {
            tx.run(sql!(
                "insert into archive_elsewhere (city, id, told_at, enterprise, section, expires_on)
                 select $1, $2, $3, $4, $5, $6 where not exists (
                   select 1 from archive_elsewhere where city = $1 and id = $2 and ended_at is null)
                 on conflict (city, id, told_at) do update set ended_at = null, enterprise = excluded.enterprise,
                   section = excluded.section, expires_on = excluded.expires_on",
                &enterprise.city,
                thing.id,
                now,
                enterprise.id,
                thing.section,
                thing.expires_on
            ))
            .await?;
        }
    }
    let law = law::in_force(&mut *tx, &enterprise.town).await?;
    keep::rescore(tx, clock, &law, std::slice::from_ref(enterprise), why).await.map(drop)
}

/// What completeness reads of things kept elsewhere, now or at an instant: who keeps them vouches for them.
pub(crate) async fn told(
    db: impl Exec,
    city: &str,
    enterprises: &[Uuid],
    as_of: Option<DateTime<Utc>>,
) -> Result<Vec<(Uuid, Brief)>> {
    #[derive(FromRow)]
    struct Row {
        enterprise: Uuid,
        section: String,
        expires_on: Option<NaiveDate>,
    }
    let sql =
        Sql::new("select enterprise, section, expires_on from archive_elsewhere where city = ").arg(city);
    let sql = sql.push(" and ").within("enterprise", enterprises.iter().copied());
    let sql = match as_of {
        None => sql.push(" and ended_at is null"),
        Some(at) => {
            let sql = sql.push(" and told_at <= ").arg(at).push(" and (ended_at is null or ended_at > ");
            sql.arg(at).push(")")
        }
    };
    let rows: Vec<Row> = db.all(sql).await?;
    let brief = |row: Row| {
        let state = "verified".to_string();
        (
            row.enterprise,
            Brief { section: row.section, state, expires_on: row.expires_on, profile: None, warnings: 0 },
        )
    };
    Ok(rows.into_iter().map(brief).collect())
}
