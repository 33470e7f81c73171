//! Keeping what indicators were: the running month is written anew every hour, an ended one never again.

use std::collections::BTreeMap;

use db::{Exec, FromRow, bulk, sql};
use kernel::{RegionCode, Scope};
use serde_json::json;
use web::{App, Outcome};

use crate::{By, Indicator};

/// The job that writes the numbers of the running month.
pub const KEEP: &str = "keep_indicators";

#[derive(FromRow)]
struct City {
    city: Option<String>,
}

/// Writes the numbers of the running month for every division of every city that has enterprises; answers how many.
pub async fn keep(app: &App, indicators: &[Indicator]) -> Outcome<serde_json::Value> {
    let period = app.clock.today().format("%Y-%m").to_string();
    let mut written = 0;
    let mut last = String::new();
    while let City { city: Some(city) } =
        app.db.one(sql!("select min(city) as city from enterprise_count where city > $1", &last)).await?
    {
        let mut rows = Vec::new();
        for indicator in indicators {
            let scope = Scope::system(RegionCode::parse(&city)?);
            let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
            for part in (indicator.read)(app.clone(), scope, By::Region(9)).await? {
                for digits in [4, 6, 9] {
                    // what stands at a county itself has no town
                    let Some(region) = part.key.get(..digits) else { continue };
                    let sum = sums.entry(region.to_string()).or_default();
                    sum.0 += part.numerator;
                    sum.1 += part.denominator;
                }
            }
            rows.extend(sums.into_iter().map(|(region, (numerator, denominator))| {
                vec![
                    region.into(),
                    period.clone().into(),
                    indicator.code.into(),
                    numerator.into(),
                    denominator.into(),
                    app.clock.now().into(),
                ]
            }));
        }
        let columns = ["region", "period", "code", "numerator", "denominator", "written_at"];
        let tail = " on conflict (region, code, period) do update set numerator = excluded.numerator, denominator = excluded.denominator, written_at = excluded.written_at";
        let mut tx = app.db.begin().await?;
        written += bulk(&mut tx, "indicator_value", &columns, rows, tail).await?;
        tx.commit().await?;
        last = city;
    }
    Ok(json!({ "written": written }))
}
