//! What of hazard sources follows where records of the register are made one or split: the sources with their filings. The search box finds
//! them under the name of the enterprise where they are, and the archives of both count anew. What was handed in (`hazard_filing.subject`)
//! says what was handed in.

use archive::elsewhere;
use db::{Exec, Tx};
use enterprise::belonging::{ALL, Belonging, Following, Moving};
use futures::FutureExt;
use web::Outcome;

use crate::{
    find,
    model::{Filing, Source},
    write::thing,
};

/// The tables of hazard sources.
pub const BELONGINGS: &[Belonging] = &[
    Belonging {
        told: Some("重大危险源"),
        ownership: true,
        named: Some(ALL),
        ..Belonging::of(Source::TABLE, "name")
    },
    Belonging { hangs_on: "source", ..Belonging::of(Filing::TABLE, "coalesce(number, reason)") },
];

/// What follows from sources that went.
pub const ARRIVED: Following = |tx, by| arrived(tx, by).boxed();

async fn arrived(tx: &mut Tx, by: &Moving<'_>) -> Outcome<()> {
    let ids = by.moved(Source::TABLE);
    if ids.is_empty() {
        return Ok(());
    }
    let sql = Source::select().push(" where city = ").arg(&by.to.city).push(" and enterprise = ");
    let mut sources: Vec<Source> = tx.all(sql.arg(by.to.id)).await?;
    sources.retain(|source| ids.contains(&source.id));
    for source in &sources {
        find::write(tx, source).await?;
    }
    let things: Vec<_> = sources.iter().map(thing).collect();
    elsewhere::tell(tx, &by.app.clock, by.to, &things, by.reason).await?;
    // these have left it
    elsewhere::tell(tx, &by.app.clock, by.from, &[], by.reason).await
}
