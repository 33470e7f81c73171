//! Numbers of counties, cities, provinces and the nation, summed from those kept at town grain: what is read of areas wider
//! than a city, whose towns lie on many shards. A job brings them up to date every few minutes and after bulk work; only
//! numbers that changed are written.

use std::collections::BTreeMap;

use db::{Db, Exec, FromRow, Result, Sql, Wrong, bulk, sql};

use crate::count::WHAT;

/// The region of the nation.
pub const NATION: &str = "00";

const COLUMNS: &[&str] = &["region", "parent", "dimension", "value", "sector", "number"];

#[derive(FromRow)]
struct City {
    city: Option<String>,
}

#[derive(FromRow)]
struct Summed {
    region: String,
    dimension: String,
    value: String,
    sector: String,
    number: i64,
}

/// Region, dimension and value, with the sector of a combination.
type Key = (String, String, String, String);

/// The region that another lies in; empty for the nation.
fn parent(region: &str) -> &str {
    match region.len() {
        6 => &region[..4],
        4 => &region[..2],
        _ if region == NATION => "",
        _ => NATION,
    }
}

/// Brings the summary up to date, one city after another, then the provinces and the nation; answers how many numbers
/// changed.
pub async fn rebuild(db: &Db) -> Result<u64> {
    let (mut changed, mut wide) = (0, BTreeMap::new());
    let mut last = String::new();
    // one look into the index for each city
    while let City { city: Some(city) } =
        db.one(sql!("select min(city) as city from enterprise_count where city > $1", &last)).await?
    {
        let counted: Vec<Summed> = db
            .all(sql!(
                "select substr(town, 1, 6) as region, dimension, value, sector, cast(sum(number) as bigint) as number
                 from enterprise_count where city = $1 group by 1, 2, 3, 4",
                &city
            ))
            .await?;
        let mut narrow = BTreeMap::new();
        for own in counted {
            let add = |sums: &mut BTreeMap<Key, i64>, region: &str| {
                let key = (region.to_string(), own.dimension.clone(), own.value.clone(), own.sector.clone());
                *sums.entry(key).or_default() += own.number;
            };
            if own.region.len() == 6 {
                add(&mut narrow, &own.region);
            }
            add(&mut narrow, &city);
            add(&mut wide, &city[..2]);
            add(&mut wide, NATION);
        }
        let known = sql!(
            "select region, dimension, value, sector, number from enterprise_summary where region = $1 or parent = $1",
            &city
        );
        changed += settle(db, known, narrow).await?;
        last = city;
    }
    let known = sql!(
        "select region, dimension, value, sector, number from enterprise_summary where parent = '' or parent = $1",
        NATION
    );
    Ok(changed + settle(db, known, wide).await?)
}

/// How often it is brought up to date and compared before a difference is one: others may write in between.
const TRIES: usize = 3;

/// Brings the summary up to date and compares it with the sums of the numbers at town grain; empty when all are right.
pub async fn check(db: &Db) -> Result<Vec<Wrong>> {
    let tiers = [
        ("substr(town, 1, 6)", "length(town) >= 6"),
        ("city", "1 = 1"),
        ("substr(city, 1, 2)", "1 = 1"),
        ("'00'", "1 = 1"),
    ];
    let parts = tiers.map(|(region, of)| {
        format!("select {region} as town, dimension, value, sector, number from enterprise_count where {of}")
    });
    let mut wrong = Vec::new();
    for _ in 0..TRIES {
        rebuild(db).await?;
        let kept = Sql::new(&format!("select region as town, {WHAT}, number from enterprise_summary"));
        let summed =
            Sql::new(&format!("select town, {WHAT}, number from ({}) own", parts.join(" union all ")));
        wrong = db::recount(db, kept, summed).await?;
        if wrong.is_empty() {
            break;
        }
    }
    Ok(wrong)
}

/// Writes those sums that differ from the ones that `known` selects, and takes out what is no longer summed.
async fn settle(db: &Db, known: Sql, sums: BTreeMap<Key, i64>) -> Result<u64> {
    let known: Vec<Summed> = db.all(known).await?;
    let mut differing = sums;
    for old in known {
        let key = (old.region, old.dimension, old.value, old.sector);
        match differing.get(&key) {
            Some(number) if *number == old.number => drop(differing.remove(&key)),
            Some(_) => {}
            // nothing is counted there any more
            None => drop(differing.insert(key, 0)),
        }
    }
    if differing.is_empty() {
        return Ok(0);
    }
    let rows = differing.into_iter().map(|((region, dimension, value, sector), number)| {
        let parent = parent(&region).to_string();
        vec![region.into(), parent.into(), dimension.into(), value.into(), sector.into(), number.into()]
    });
    let mut tx = db.begin().await?;
    let tail = " on conflict (region, dimension, value) do update set number = excluded.number";
    let changed = bulk(&mut tx, "enterprise_summary", COLUMNS, rows.collect(), tail).await?;
    tx.commit().await?;
    Ok(changed)
}
