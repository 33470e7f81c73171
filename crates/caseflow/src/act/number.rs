//! Numbers without a gap: the next of a kind in a division and a year, taken when the transaction ends well and not otherwise.

use chrono::NaiveDate;
use db::{Exec, FromRow, Tx, sql};
use web::Outcome;

/// The next number of a kind in a division and a year: `YH440515102-2026-0001`.
///
/// # Errors
/// Where the database fails.
pub async fn next_number(tx: &mut Tx, mark: &str, city: &str, place: &str, on: NaiveDate) -> Outcome<String> {
    use chrono::Datelike;
    let last = next_serial(tx, city, (place, mark), on.year()).await?;
    Ok(format!("{mark}{place}-{}-{last:04}", on.year()))
}

/// The next serial, from 1 without a gap, of a mark at a place of a city in a year: taken when the transaction ends well, and not otherwise.
///
/// # Errors
/// Where the database fails.
pub async fn next_serial(tx: &mut Tx, city: &str, (place, mark): (&str, &str), year: i32) -> db::Result<i64> {
    #[derive(FromRow)]
    struct Last {
        last: i64,
    }
    let sql = sql!(
        "insert into case_number (city, place, mark, year, last) values ($1, $2, $3, $4, 1)
         on conflict (city, place, mark, year) do update set last = case_number.last + 1 returning last",
        city,
        place,
        mark,
        i64::from(year)
    );
    Ok(tx.one::<Last>(sql).await?.last)
}
