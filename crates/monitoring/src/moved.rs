//! What of monitoring follows where records of the register are made one or split: points with their alarms; what points measured hangs on the
//! point and goes with it. Two points of one number are one only for who knows the plant, so this is refused until one is renumbered.
//! What was counted of readings that were not taken (`monitor_count`) says what came in the name of a record, and remains there.

use db::Tx;
use enterprise::belonging::{Belonging, Following, Moving};
use futures::FutureExt;
use web::Outcome;

use crate::{
    kept,
    model::{Alarm, Point},
};

/// The tables of monitoring.
pub const BELONGINGS: &[Belonging] = &[
    Belonging { told: Some("监测点"), ..Belonging::of(Point::TABLE, "code") },
    Belonging { hangs_on: "point", ..Belonging::of(Alarm::TABLE, "code") },
];

/// Readings of both wait, so that none raises an alarm where its point is no more.
pub const HELD: Following = |tx, by| held(tx, by).boxed();

async fn held(tx: &mut Tx, by: &Moving<'_>) -> Outcome<()> {
    let mut ends = [by.from.id, by.to.id];
    // two who hold the same ones never wait for each other
    ends.sort_unstable();
    for end in ends {
        kept::hold(tx, &by.from.city, end, None).await?;
    }
    Ok(())
}
