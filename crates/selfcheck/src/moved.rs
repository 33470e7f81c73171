//! What of self-checks follows where records of the register are made one or split: what was done for a task in a period, unless the
//! enterprise that stays did it, too. What is left out remains where it is and is counted no more.

use db::Sql;
use enterprise::belonging::{ALL, Belonging};
use uuid::Uuid;

use crate::model::Check;

/// What enterprises did; tasks are those of an area.
pub const BELONGINGS: &[Belonging] = &[Belonging {
    told: Some("企业自查"),
    ownership: true,
    named: Some(ALL),
    which: checks,
    ..Belonging::of(Check::TABLE, "enterprise_name")
}];

fn checks(_: Uuid, to: Uuid) -> Sql {
    let sql = Sql::new(
        "not exists (select 1 from self_check o where o.city = self_check.city and o.task = self_check.task
         and o.period_from = self_check.period_from and o.enterprise = ",
    );
    sql.arg(to).push(")")
}
