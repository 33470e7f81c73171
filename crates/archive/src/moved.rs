//! How archives follow where records of the register are made one or split: records with what was vouched for and sent back, their
//! documents, then scores, figures and the entries of the search box of both. Of a section that holds one record, that of the enterprise which
//! stays counts; the other remains readable where it is.

use db::{Sql, Tx};
use enterprise::{
    Enterprise,
    belonging::{Arrived, Belonging},
};
use futures::FutureExt;
use uuid::Uuid;
use web::{App, Outcome};

use crate::{attachment::Attachment, keep, model::Record, section::SECTIONS, store};

/// The tables of an archive.
pub const BELONGINGS: &[Belonging] = &[
    Belonging { table: Record::TABLE, called: "title", sector: true, chosen: true, which: records },
    Belonging { table: Attachment::TABLE, called: "name", sector: true, chosen: false, which: documents },
];

/// What follows from records that went.
pub const ARRIVED: Arrived = |tx, app, ends, why| arrived(tx, app, ends, why).boxed();

fn records(_: Uuid, to: Uuid) -> Sql {
    let single = SECTIONS.iter().filter(|section| section.single).map(|section| section.code);
    let sql = Sql::new("not (").within("section", single);
    let sql = sql.push(
        " and section in (select o.section from record o where o.city = record.city and o.enterprise = ",
    );
    sql.arg(to).push(" and o.state not in ('replaced', 'removed')))")
}

fn documents(_: Uuid, to: Uuid) -> Sql {
    let sql =
        Sql::new("record in (select r.id from record r where r.city = attachment.city and r.enterprise = ");
    sql.arg(to).push(")")
}

async fn arrived(tx: &mut Tx, app: &App, ends: &[Enterprise], why: &str) -> Outcome<()> {
    let Some(first) = ends.first() else { return Ok(()) };
    let law = law::in_force(&mut *tx, &first.city).await?;
    keep::rescore(tx, &app.clock, &law, ends, why).await?;
    for own in ends {
        let records = store::live(&mut *tx, &own.city, own.id).await?;
        let entries = keep::entries(tx, &records.iter().collect::<Vec<_>>(), &own.name).await?;
        search::write(tx, &entries).await?;
    }
    Ok(())
}
