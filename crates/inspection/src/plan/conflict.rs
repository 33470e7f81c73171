//! Officers who must not inspect an enterprise (回避).

use chrono::NaiveDate;
use db::Exec;
use uuid::Uuid;
use web::{Outcome, Problem};

use super::store;

/// Refuses officers who have a conflict of interest with an enterprise, by name and with the reason that was entered.
pub(crate) async fn refuse_conflicts(
    db: impl Exec,
    city: &str,
    cards: &[Uuid],
    enterprise: Uuid,
    on: NaiveDate,
) -> Outcome<()> {
    let found = store::conflicts(db, city, cards, Some(enterprise), on).await?;
    match found.first() {
        None => Ok(()),
        Some(own) => {
            let why =
                format!("{}对这家企业登记了回避（{}），请换其他执法人员。", own.officer_name, own.reason);
            Err(Problem::wrong_field("/cards", "officer.conflict", why))
        }
    }
}
