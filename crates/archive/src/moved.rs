//! How archives follow where records of the register are made one or split: records with what was vouched for and sent back, their
//! documents, then scores, figures and the entries of the search box of both. Of a section that holds one record, that of the enterprise which
//! stays counts; the other remains readable where it is.

use db::{Sql, Tx};
use enterprise::belonging::{Belonging, Following, Moving};
use futures::FutureExt;
use uuid::Uuid;
use web::Outcome;

use crate::{attachment::Attachment, keep, model::Record, section::SECTIONS, store};

/// The tables of an archive.
pub const BELONGINGS: &[Belonging] = &[
    Belonging { told: Some("档案记录"), which: records, ..Belonging::of(Record::TABLE, "title") },
    Belonging { hangs_on: "record", which: documents, ..Belonging::of(Attachment::TABLE, "name") },
];

/// What follows from records that went.
pub const ARRIVED: Following = |tx, by| arrived(tx, by).boxed();

fn records(_: Uuid, to: Uuid) -> Sql {
    let single = SECTIONS.iter().filter(|section| section.single).map(|section| section.code);
    let sql = Sql::new("not (").within("section", single);
    let sql = sql.push(
        " and section in (select o.section from record o where o.city = record.city and o.enterprise = ",
    );
    sql.arg(to).push(" and o.state not in ('replaced', 'removed')))")
}

/// The documents of those records.
fn documents(from: Uuid, to: Uuid) -> Sql {
    let sql = Sql::new(
        "record in (select record.id from record where record.city = attachment.city and record.enterprise = ",
    );
    sql.arg(from).push(" and ").append(records(from, to)).push(")")
}

async fn arrived(tx: &mut Tx, by: &Moving<'_>) -> Outcome<()> {
    let law = law::in_force(&mut *tx, &by.to.city).await?;
    let ends = [by.from.clone(), by.to.clone()];
    keep::rescore(tx, &by.app.clock, &law, &ends, by.reason).await?;
    for own in &ends {
        let records = store::live(&mut *tx, &own.city, own.id).await?;
        let entries = keep::entries(tx, &records.iter().collect::<Vec<_>>(), &own.name).await?;
        search::write(tx, &entries).await?;
    }
    Ok(())
}
