//! Keeping what follows from records: the score of the archive with its history, the figures at town grain, the entry of the search
//! box. Written in the transaction of the records; a job does the same for what changes by itself or elsewhere: a paper that runs
//! out over night, an enterprise that was corrected, moved or imported.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use db::{Exec, FromRow, Sql, Tx, bulk, sql};
use enterprise::Enterprise;
use kernel::Clock;
use rules::{At, Law, archive_requirement::Requirements};
use uuid::Uuid;
use web::Outcome;

use crate::{
    attachment,
    model::{Record, Score},
    score::{Brief, Completeness, completeness},
    section::Described,
    store,
};

/// The kind under which records are found.
pub const KIND: &str = "record";

/// States of an enterprise in which its archive is asked for no more.
pub const ENDED: [&str; 4] = ["merged", "deregistered", "revoked", "moved_out"];

/// Whether the archive of an enterprise is asked for at all: it has not ended.
fn counts(enterprise: &Enterprise) -> bool {
    !ENDED.contains(&enterprise.status.as_str())
}

/// The completeness of one archive, as its page shows it.
pub fn reckon(
    law: &Law,
    enterprise: &Enterprise,
    records: &[Brief],
    today: NaiveDate,
) -> Outcome<Completeness> {
    let at = At { on: today, region: &enterprise.town, law };
    let requirements = Requirements::of(&at).map_err(law::problem)?;
    completeness(&requirements, enterprise, records, today).map_err(law::problem)
}

/// The last days of records whose section says none but that the law wants renewed, each reckoned once.
#[derive(Debug)]
pub struct Ends<'a> {
    law: &'a Law,
    today: NaiveDate,
    known: HashMap<(Uuid, &'static str, NaiveDate), Option<NaiveDate>>,
}

impl<'a> Ends<'a> {
    /// By the law of a place on a day.
    pub fn new(law: &'a Law, today: NaiveDate) -> Self {
        Ends { law, today, known: HashMap::new() }
    }

    /// Sets the last day of a record, reckoned from the day it was made. `briefs` are the records of its archive.
    pub fn set(
        &mut self,
        enterprise: &Enterprise,
        briefs: &[Brief],
        section: &'static Described,
        record: &mut Record,
    ) -> Outcome<()> {
        let Some(issued_on) = record.issued_on.filter(|_| !section.says_end()) else { return Ok(()) };
        let key = (enterprise.id, section.code, issued_on);
        let end = match self.known.get(&key) {
            Some(end) => *end,
            None => {
                let end = renewal(self.law, enterprise, briefs, section, issued_on, self.today)?;
                self.known.insert(key, end);
                end
            }
        };
        record.expires_on = end;
        record.expires_basis = end.map(|_| "renewal".to_string());
        Ok(())
    }
}

fn renewal(
    law: &Law,
    enterprise: &Enterprise,
    records: &[Brief],
    section: &Described,
    issued_on: NaiveDate,
    today: NaiveDate,
) -> Outcome<Option<NaiveDate>> {
    let at = At { on: today, region: &enterprise.town, law };
    let requirements = Requirements::of(&at).map_err(law::problem)?;
    let input = crate::score::input(enterprise, records).map_err(law::problem)?;
    let archive = requirements.explain(&input).value;
    let wanted = archive.sections.iter().find(|own| own.section == section.code);
    let Some(amount) = wanted.and_then(|own| own.renewal_amount) else { return Ok(None) };
    let due = match wanted.and_then(|own| own.renewal_unit.as_deref()) {
        Some("day") => issued_on.checked_add_signed(TimeDelta::days(amount)),
        _ => u32::try_from(amount)
            .ok()
            .and_then(|months| issued_on.checked_add_months(chrono::Months::new(months))),
    };
    Ok(due)
}

/// What the figures count of an archive.
pub const MEASURES: &[&str] = &[
    "enterprises",
    "kept",
    "complete",
    "required",
    "present",
    "verified_sections",
    "verified",
    "never_verified",
    "with_expired",
    "papers",
    "papers_expired",
    "papers_expiring",
];

fn measures(score: &Score) -> [i64; 12] {
    let yes = i64::from;
    [
        1,
        yes(score.records > 0),
        yes(score.state == "complete"),
        score.required,
        score.present,
        score.verified,
        yes(score.verification == "verified"),
        yes(score.verification == "never"),
        yes(score.papers_expired > 0),
        score.records,
        score.papers_expired,
        score.papers_expiring,
    ]
}

type Place = (String, String, String, String, &'static str);

/// Changes of the figures, gathered and applied once in key order, so that writers never wait for each other in a ring.
#[derive(Debug, Default)]
struct Tally(BTreeMap<Place, i64>);

impl Tally {
    fn shift(&mut self, score: &Score, sign: i64) {
        for (measure, number) in MEASURES.iter().zip(measures(score)) {
            let place = (
                score.city.clone(),
                score.town.clone(),
                score.sector.clone(),
                score.ownership.clone(),
                *measure,
            );
            *self.0.entry(place).or_default() += sign * number;
        }
    }

    async fn apply(self, tx: &mut Tx) -> db::Result<()> {
        let rows: Vec<Vec<db::Value>> = self
            .0
            .into_iter()
            .filter(|(_, number)| *number != 0)
            .map(|((city, town, sector, ownership, measure), number)| {
                vec![city.into(), town.into(), sector.into(), ownership.into(), measure.into(), number.into()]
            })
            .collect();
        let columns = ["city", "town", "sector", "ownership", "measure", "number"];
        let tail = " on conflict (city, town, sector, ownership, measure) do update set number = archive_tally.number + excluded.number";
        bulk(tx, "archive_tally", &columns, rows, tail).await.map(drop)
    }
}

fn row(enterprise: &Enterprise, own: &Completeness, clock: &Clock) -> Score {
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Score {
        city: enterprise.city.clone(),
        id: enterprise.id,
        town: enterprise.town.clone(),
        sector: enterprise.sector.clone(),
        ownership: enterprise.ownership.clone(),
        name: enterprise.name.clone(),
        required: number(own.required),
        present: number(own.present),
        missing: number(own.missing),
        expired: number(own.expired),
        unclear: number(own.unclear),
        verified: number(own.verified),
        records: number(own.records),
        papers_expired: number(own.papers_expired),
        papers_expiring: number(own.papers_expiring),
        score: number(own.score),
        state: own.state.into(),
        verification: own.verification.into(),
        changes_on: own.changes_on,
        enterprise_version: enterprise.version,
        computed_at: clock.now(),
    }
}

/// Reckons the scores of some enterprises of a city anew and writes what changed: scores, their history, figures. The archives are held
/// already, or nobody writes to them. `why` is what the history says of it.
pub async fn rescore(
    tx: &mut Tx,
    clock: &Clock,
    law: &Law,
    enterprises: &[Enterprise],
    why: &str,
) -> Outcome<Vec<Score>> {
    let Some(first) = enterprises.first() else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = enterprises.iter().map(|own| own.id).collect();
    let mut briefs: BTreeMap<Uuid, Vec<Brief>> = BTreeMap::new();
    for (enterprise, brief) in store::briefs(&mut *tx, &first.city, &ids).await? {
        briefs.entry(enterprise).or_default().push(brief);
    }
    let kept = store::scores(&mut *tx, &first.city, &ids).await?;
    let mut before: BTreeMap<Uuid, Score> = kept.into_iter().map(|score| (score.id, score)).collect();
    let day = clock.today();
    let at = At { on: day, region: &first.city, law };
    let requirements = Requirements::of(&at).map_err(law::problem)?;
    let mut tally = Tally::default();
    let (mut scores, mut changed, mut days, mut gone) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for enterprise in enterprises {
        let old = before.remove(&enterprise.id);
        if let Some(old) = &old {
            tally.shift(old, -1);
        }
        if !counts(enterprise) {
            gone.extend(old.map(|old| old.id));
            continue;
        }
        let none = Vec::new();
        let records = briefs.get(&enterprise.id).unwrap_or(&none);
        let own = completeness(&requirements, enterprise, records, day).map_err(law::problem)?;
        let score = row(enterprise, &own, clock);
        tally.shift(&score, 1);
        let told = |score: &Score| (score.required, score.present, score.expired);
        if old.as_ref().map(told) != Some(told(&score)) {
            days.push(vec![
                score.city.clone().into(),
                score.id.into(),
                day.into(),
                score.required.into(),
                score.present.into(),
                score.expired.into(),
                score.score.into(),
                why.into(),
            ]);
        }
        changed.push(score.values());
        scores.push(score);
    }
    let rest: Vec<String> = Score::COLUMNS
        .iter()
        .filter(|column| !matches!(**column, "city" | "id"))
        .map(|column| format!("{column} = excluded.{column}"))
        .collect();
    let tail = format!(" on conflict (city, id) do update set {}", rest.join(", "));
    bulk(tx, Score::TABLE, Score::COLUMNS, changed, &tail).await?;
    let columns = ["city", "id", "day", "required", "present", "expired", "score", "why"];
    let tail = " on conflict (city, id, day) do update set required = excluded.required, present = excluded.present, expired = excluded.expired, score = excluded.score, why = excluded.why";
    bulk(tx, "archive_score_day", &columns, days, tail).await?;
    if !gone.is_empty() {
        let sql = Sql::new("delete from archive_score where city = ").arg(&first.city).push(" and ");
        tx.run(sql.within("id", gone)).await?;
    }
    tally.apply(tx).await?;
    Ok(scores)
}

/// The entry of the search box for a record: what it is called, its number, and every word in it that is not personal.
pub fn entry(record: &Record, enterprise: &str) -> search::Entry {
    let mut texts: Vec<String> = vec![enterprise.to_string()];
    if let Some(section) = record.described() {
        let said = section.fields.iter().filter(|field| !field.personal);
        texts.extend(
            said.map(|field| field.show(&record.fields.0[&field.name]))
                .filter(|text| text.chars().count() > 1),
        );
    }
    let label = record.described().map_or("", |section| section.label);
    search::Entry {
        city: record.city.clone(),
        kind: KIND,
        id: record.id,
        town: record.town.clone(),
        title: record.title.clone(),
        subtitle: format!("{label}　{enterprise}"),
        texts,
    }
}

/// The entries of an enterprise's records of one city, found by their attachments too.
pub async fn entries(tx: &mut Tx, records: &[&Record], enterprise: &str) -> db::Result<Vec<search::Entry>> {
    let Some(first) = records.first() else { return Ok(Vec::new()) };
    let ids: Vec<Uuid> = records.iter().map(|record| record.id).collect();
    let mut words = attachment::words(tx, &first.city, &ids).await?;
    let said = |record: &&Record| {
        let mut entry = entry(record, enterprise);
        entry.texts.extend(words.remove(&record.id).unwrap_or_default());
        entry
    };
    Ok(records.iter().map(said).collect())
}

/// Enterprises looked at by the job in one transaction: few, so that nobody who writes waits long for it.
const CHUNK: i64 = 100;

#[derive(FromRow)]
struct Key {
    city: String,
    id: Uuid,
}

/// What the job does: reckons anew the archives whose enterprise was written since they were reckoned, and those of which a paper ran
/// out or came near its end. Answers how many.
pub async fn catch_up(app: &web::App) -> Outcome<u64> {
    let mut number = 0;
    loop {
        let stale: Vec<Key> = app
            .db
            .all(sql!(
                "select city, id from archive_score where changes_on <= $1 order by changes_on, city, id limit $2",
                app.clock.today(),
                CHUNK
            ))
            .await?;
        if stale.is_empty() {
            break;
        }
        number += of_keys(app, stale, "日期变化").await?;
    }
    Ok(number + follow_register(app).await?)
}

/// Up to where the register was read for certain.
const READ_TO: &str = "archive_read_to";

/// A write is seen only once it is committed, which may be long after its time: so far back is read again.
const LATE: TimeDelta = TimeDelta::minutes(30);

async fn follow_register(app: &web::App) -> Outcome<u64> {
    #[derive(FromRow)]
    struct Written {
        city: String,
        id: Uuid,
        updated_at: DateTime<Utc>,
    }
    #[derive(FromRow)]
    struct Setting {
        value: db::Json<DateTime<Utc>>,
    }
    let setting: Option<Setting> =
        app.db.optional(sql!("select value from setting where name = $1", READ_TO)).await?;
    let (mut at, mut id) = (setting.map_or(DateTime::UNIX_EPOCH, |own| own.value.0), Uuid::nil());
    let (began, mut number) = (app.clock.now(), 0);
    loop {
        let sql = Sql::new(
            "select e.city, e.id, e.updated_at from enterprise e
             left join archive_score s on s.city = e.city and s.id = e.id where (e.updated_at, e.id) > (",
        );
        let sql = sql.arg(at).push(", ").arg(id).push(") and case when s.id is null then not ");
        let sql = sql.within("e.status", ENDED).push(" else s.enterprise_version <> e.version end");
        let rows: Vec<Written> =
            app.db.all(sql.push(" order by e.updated_at, e.id limit ").arg(CHUNK)).await?;
        let Some(last) = rows.last().map(|row| (row.updated_at, row.id)) else { break };
        (at, id) = last;
        let keys = rows.into_iter().map(|row| Key { city: row.city, id: row.id }).collect();
        number += of_keys(app, keys, "企业信息变化").await?;
    }
    app.db
        .run(sql!(
            "insert into setting (name, value, updated_at, updated_by) values ($1, $2, $3, $4)
             on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at",
            READ_TO,
            db::Json(serde_json::json!(began - LATE)),
            app.clock.now(),
            Uuid::nil()
        ))
        .await?;
    Ok(number)
}

async fn of_keys(app: &web::App, keys: Vec<Key>, why: &str) -> Outcome<u64> {
    let number = keys.len() as u64;
    let mut cities: BTreeMap<String, Vec<Uuid>> = BTreeMap::new();
    for key in keys {
        cities.entry(key.city).or_default().push(key.id);
    }
    for (city, mut ids) in cities {
        ids.sort();
        let law = law::in_force(&app.db, &city).await?;
        let mut tx = app.db.begin().await?;
        store::hold(&mut tx, &city, &ids).await?;
        let sql = Enterprise::select()
            .push(" where city = ")
            .arg(&city)
            .push(" and ")
            .within("id", ids.iter().copied());
        let enterprises: Vec<Enterprise> = tx.all(sql).await?;
        settle(&mut tx, &enterprises).await?;
        rescore(&mut tx, &app.clock, &law, &enterprises, why).await?;
        tx.commit().await?;
    }
    Ok(number)
}

/// Records stand where their enterprise stands, in its sector, and are found under its name.
async fn settle(tx: &mut Tx, enterprises: &[Enterprise]) -> db::Result<()> {
    let Some(first) = enterprises.first() else { return Ok(()) };
    let ids: Vec<Uuid> = enterprises.iter().map(|own| own.id).collect();
    let kept = store::scores(&mut *tx, &first.city, &ids).await?;
    for score in kept.iter().filter(|score| score.records > 0) {
        let Some(own) = enterprises.iter().find(|own| own.id == score.id) else { continue };
        if (&own.town, &own.sector, &own.name) == (&score.town, &score.sector, &score.name) {
            continue;
        }
        let sql = sql!(
            "update record set town = $1, sector = $2 where city = $3 and enterprise = $4",
            &own.town,
            &own.sector,
            &own.city,
            own.id
        );
        tx.run(sql).await?;
        let sql = sql!(
            "update attachment set town = $1, sector = $2 where city = $3 and enterprise = $4",
            &own.town,
            &own.sector,
            &own.city,
            own.id
        );
        tx.run(sql).await?;
        let records = store::live(&mut *tx, &own.city, own.id).await?;
        let entries = entries(tx, &records.iter().collect::<Vec<_>>(), &own.name).await?;
        search::write(tx, &entries).await?;
    }
    Ok(())
}
