//! What of dangers follows where records of the register are made one or split: the danger beside its case, its photos and its notices. Of
//! monthly returns, those of months for which the enterprise that stays has none: one month is told once. Those left out remain where they
//! are and are counted no more.

use db::Sql;
use enterprise::belonging::Belonging;
use uuid::Uuid;

use crate::model::{Danger, Notice, Photo, Return};

/// The tables of dangers.
pub const BELONGINGS: &[Belonging] = &[
    Belonging { told: Some("隐患"), ..Belonging::of(Danger::TABLE, "description") },
    Belonging { hangs_on: "danger", version: false, ..Belonging::of(Photo::TABLE, "name") },
    Belonging { hangs_on: "danger", ..Belonging::of(Notice::TABLE, "department") },
    Belonging { told: Some("隐患月报"), which: returns, ..Belonging::of(Return::TABLE, "month") },
];

fn returns(_: Uuid, to: Uuid) -> Sql {
    let sql = Sql::new(
        "not exists (select 1 from danger_return o where o.city = danger_return.city and o.month = danger_return.month and o.enterprise = ",
    );
    sql.arg(to).push(")")
}
