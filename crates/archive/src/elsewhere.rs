//! What of an archive is kept in another part of the system: its keeper tells of each thing here in the transaction that writes it, and the
//! section counts like those whose records are kept in the archive itself. The thing's own page is its keeper's business.

use chrono::NaiveDate;
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
    for thing in things {
        let sql = if thing.counts {
            sql!(
                "insert into archive_elsewhere (city, id, enterprise, section, expires_on) values ($1, $2, $3, $4, $5)
                 on conflict (city, id) do update set enterprise = excluded.enterprise, expires_on = excluded.expires_on",
                &enterprise.city,
                thing.id,
                enterprise.id,
                thing.section,
                thing.expires_on
            )
        } else {
            sql!("delete from archive_elsewhere where city = $1 and id = $2", &enterprise.city, thing.id)
        };
        tx.run(sql).await?;
    }
    let law = law::in_force(&mut *tx, &enterprise.town).await?;
    keep::rescore(tx, clock, &law, std::slice::from_ref(enterprise), why).await.map(drop)
}

/// What completeness reads of things kept elsewhere: who keeps them vouches for them.
pub(crate) async fn told(db: impl Exec, city: &str, enterprises: &[Uuid]) -> Result<Vec<(Uuid, Brief)>> {
    #[derive(FromRow)]
    struct Row {
        enterprise: Uuid,
        section: String,
        expires_on: Option<NaiveDate>,
    }
    let sql =
        Sql::new("select enterprise, section, expires_on from archive_elsewhere where city = ").arg(city);
    let rows: Vec<Row> = db.all(sql.push(" and ").within("enterprise", enterprises.iter().copied())).await?;
    let brief = |row: Row| {
        let state = "verified".to_string();
        (
            row.enterprise,
            Brief { section: row.section, state, expires_on: row.expires_on, profile: None, warnings: 0 },
        )
    };
    Ok(rows.into_iter().map(brief).collect())
}
