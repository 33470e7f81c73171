//! The demonstration city: Shantou's real divisions with invented enterprises and one account per role and tier.
//!
//! The enterprises are the same on every machine. No name, code, person or phone is real: phones begin with 100, which no
//! subscriber has. Passwords are random and answered once.

mod agencies;
mod archive;
mod cards;
mod city;
mod dangers;
mod hazards;
mod life;
mod monitoring;
mod papers;
mod people;
mod plans;
mod selfchecks;
mod visits;
mod words;

pub use archive::records;
pub use city::{CITY, NUMBER, province};
pub use monitoring::measure;

use account::setup_needed;
use db::Exec;
use kernel::{Actor, Clock};
use people::Person;
use web::Problem;

/// An account of the demonstration with its password.
pub struct Login {
    /// Name to sign in with.
    pub login: String,
    /// Password.
    pub password: String,
    /// Role in Chinese.
    pub role: &'static str,
    /// Where.
    pub place: String,
}

/// Fills an empty system in one transaction; `None` if it is in use already.
pub async fn fill(db: &db::Db, clock: &Clock) -> Result<Option<Vec<Login>>, Problem> {
    if !setup_needed(db).await? {
        return Ok(None);
    }
    let system = Actor::system("演示数据");
    let mut tx = db.begin().await?;
    let mut logins = Vec::new();
    let mut officers = Vec::new();
    for person in people::officers() {
        let (login, id) = people::make(&mut tx, clock, &system, &person).await?;
        if person.role == kernel::Role::Officer {
            officers.push((person.region.to_string(), id, person.name.to_string()));
        }
        logins.push(login);
    }
    let offices = agencies::make(&mut tx, clock, &system).await?;
    let cards = cards::make(&mut tx, clock, &system, &offices, &officers).await?;
    let mut records = city::enterprises(&officers);
    life::watch(&mut records, &officers);
    life::double(&mut records);
    let clusters = life::clusters(&mut records);
    for chunk in records.chunks(500) {
        enterprise::insert(&mut tx, clock, &system, chunk, Some("演示数据")).await?;
    }
    for cluster in &clusters {
        cluster.create(&mut tx, clock, &system).await?;
    }
    for handover in life::handovers(&records, &officers) {
        handover.create(&mut tx, clock, &system).await?;
    }
    let firm = archive::rich(&records).next();
    if let Some(firm) = firm {
        let person = Person::of_enterprise(firm);
        logins.push(people::make(&mut tx, clock, &system, &person).await?.0);
        let person = people::intermediary();
        let (login, id) = people::make(&mut tx, clock, &system, &person).await?;
        logins.push(login);
        let other =
            records.iter().find(|row| !row.town.starts_with(people::COUNTY) && row.status == "normal");
        for (firm, service) in std::iter::once(firm).chain(other).zip(["evaluation", "training"]) {
            let own = life::engagement(firm, id, service, clock.today());
            own.create(&mut tx, clock, &system, &firm.name, &person.name).await?;
        }
    }
    let of_town = officers.iter().find(|(region, _, _)| region == people::TOWN);
    if let Some((_, id, name)) = of_town {
        archive::make(&mut tx, clock, &system, &records, (*id, name)).await?;
    }
    dangers::make(&mut tx, clock, &records, &officers).await?;
    hazards::make(&mut tx, clock, &records).await?;
    let visits = visits::make(&mut tx, clock, &system, &cards, &records).await?;
    plans::make(&mut tx, clock, &system, &offices, &visits).await?;
    selfchecks::make(&mut tx, clock, &system, &records).await?;
    monitoring::make(&mut tx, clock, &records).await?;
    tx.run(db::sql!(
        "insert into setting (name, value, updated_at, updated_by) values ('city', $1, $2, $3)",
        serde_json::json!(CITY),
        clock.now(),
        uuid::Uuid::nil()
    ))
    .await?;
    // who tries the demonstration has the printed passwords and no more
    account::require_second_factor(&mut tx, clock, false).await?;
    tx.commit().await?;
    Ok(Some(logins))
}
