//! The offices of the demonstration city, at each tier, and who belongs to them.

use db::{Exec, Json, Tx, bulk, sql};
use kernel::{Actor, Clock};
use region::{Agency, divisions};
use serde_json::json;
use uuid::Uuid;
use web::Problem;

use crate::city::CITY;

/// Departments of the city that watch a trade: name and sectors.
const DEPARTMENTS: &[(&str, &[&str])] = &[
    ("汕头市住房和城乡建设局", &["construction"]),
    ("汕头市交通运输局", &["road_transport", "water_transport"]),
    ("汕头市商务局", &["trade"]),
    ("汕头市农业农村局", &["fishery"]),
];

/// A bureau for the city and each county, a committee's office for each, an office for each town, and the departments.
/// People belong to the bureau or office of their own division.
pub async fn make(tx: &mut Tx, clock: &Clock, system: &Actor) -> Result<Vec<Agency>, Problem> {
    let now = clock.now();
    let agency = |town: &str, name: String, kind: &str, sectors: &[&str]| Agency {
        city: CITY.into(),
        id: Uuid::now_v7(),
        town: town.into(),
        name,
        kind: kind.into(),
        sectors: Json(json!(sectors)),
        phone: None,
        created_at: now,
        created_by: system.account,
        updated_at: now,
        updated_by: system.account,
        version: 1,
    };
    let mut all = Vec::new();
    for division in divisions::within(CITY) {
        let (code, name) = (&division.code, &division.name);
        if code.len() == 9 {
            all.push(agency(code, format!("{name}应急管理办公室"), "town_office", &[]));
        } else {
            all.push(agency(code, format!("{name}应急管理局"), "bureau", &[]));
            all.push(agency(code, format!("{name}安全生产委员会办公室"), "committee", &[]));
        }
    }
    all.extend(
        DEPARTMENTS.iter().map(|(name, sectors)| agency(CITY, (*name).to_string(), "department", sectors)),
    );
    bulk(tx, Agency::TABLE, Agency::COLUMNS, all.iter().map(Agency::values).collect(), "").await?;
    let entries = all.iter().map(|row| audit::Entry {
        action: audit::Action::Create,
        subject: Agency::TABLE,
        city: row.city.clone(),
        town: row.town.clone(),
        row: Some(row.id),
        title: Some(row.name.clone()),
        before: None,
        after: Some(json!({"town": row.town, "name": row.name, "kind": row.kind, "sectors": row.sectors.0})),
        reason: Some("演示数据".into()),
    });
    audit::record_many(tx, clock, system, entries.collect()).await?;
    tx.run(sql!(
        "update account set agency = (select agency.id from agency where agency.city = account.city and agency.town = account.town and agency.kind in ('bureau', 'town_office'))
         where city = $1 and kind = 'officer'",
        CITY
    ))
    .await?;
    Ok(all)
}
