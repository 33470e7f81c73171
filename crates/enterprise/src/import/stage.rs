//! New records of a judged file, laid ready as they will be written: `import_record`. Committing moves them with a handful
//! of statements over many rows, and works nothing out again.

use audit::Action;
use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Result, Sql, Tx, Value, bulk, sql};
use kernel::{Actor, Clock};
use uuid::Uuid;

use super::Import;
use crate::{
    count::combination,
    derived::{self, Derived, KIND},
    model::Enterprise,
};

/// Rows moved by one statement: progress is told, and a wish to stop is heard, in between.
const SLICE: i64 = 20_000;

/// What a file can fill; what is not here is the same for all new records of a file, or empty.
const COLUMNS: &[&str] = &[
    "id",
    "town",
    "name",
    "name_key",
    "former_names",
    "credit_code",
    "old_code",
    "organization_code",
    "registration_type",
    "ownership",
    "ownership_basis",
    "ownership_reason",
    "industry",
    "industry_edition",
    "industry_basis",
    "industry_reason",
    "sector",
    "scope",
    "capital",
    "currency",
    "founded_on",
    "staff",
    "legal_person",
    "legal_person_phone",
    "principal",
    "principal_phone",
    "safety_head",
    "safety_head_phone",
    "registered_address",
    "address",
    "address_key",
    "longitude",
    "latitude",
    "grid",
    "status",
    "assignment",
    "assignment_reason",
    "suggestions",
    "original",
];

/// Where a record stands besides, and what follows from it.
const MORE: &[&str] = &["city", "import_id", "number", "trail", "subtitle", "body", "initials", "pinyin"];

/// A record on its way, for [`lay`].
pub(super) fn row(import: &Import, number: i64, record: &Enterprise) -> Vec<Value> {
    let entry = derived::entry(record);
    let stored = entry.stored();
    let mut values: Vec<Option<Value>> = record.values().into_iter().map(Some).collect();
    let mut row: Vec<Value> = COLUMNS
        .iter()
        .filter_map(|column| {
            let at = Enterprise::COLUMNS.iter().position(|own| own == column)?;
            values.get_mut(at)?.take()
        })
        .collect();
    row.extend([
        (&import.city).into(),
        import.id.into(),
        number.into(),
        record.first().into(),
        entry.subtitle.into(),
        stored.body.into(),
        stored.initials.into(),
        stored.pinyin.into(),
    ]);
    row
}

/// Lays records ready.
pub(super) async fn lay(tx: &mut Tx, rows: Vec<Vec<Value>>) -> Result<()> {
    let columns: Vec<&str> = COLUMNS.iter().chain(MORE).copied().collect();
    bulk(tx, "import_record", &columns, rows, "").await.map(drop)
}

/// Clears away what is laid ready.
pub(crate) async fn clear(db: impl Exec, city: &str, import: Uuid) -> Result<()> {
    db.run(sql!("delete from import_record where city = $1 and import_id = $2", city, import)).await.map(drop)
}

/// Takes back every record that shares with the register what could make it the same enterprise or a possible twin; those
/// rows are looked at again, one by one. What remains has nothing to do with anything written before.
pub(super) async fn retract(tx: &mut Tx, import: &Import) -> Result<u64> {
    let mine = |text: &str| {
        Sql::new(text).push(" where city = ").arg(&import.city).push(" and import_id = ").arg(import.id)
    };
    // divisions may have changed since
    let towns: Vec<Place> = tx.all(mine("select distinct town from import_record")).await?;
    let gone =
        towns.into_iter().map(|place| place.town).filter(|town| region::divisions::find(town).is_none());
    tx.run(mine("delete from import_record").push(" and ").within("town", gone)).await?;
    // one look into an index for each arm and row, whatever the planner knows of a table that was filled a moment ago
    let of_city = "select 1 from enterprise e where e.city = substr(import_record.town, 1, 4) and";
    let sql = mine("delete from import_record").push(&format!(
        " and (exists ({of_city} e.credit_code = import_record.credit_code)
            or exists ({of_city} e.old_code = import_record.old_code)
            or exists ({of_city} e.name_key = import_record.name_key)
            or exists ({of_city} e.organization_code = import_record.organization_code)
            or exists ({of_city} e.address_key || '|' || e.legal_person = import_record.address_key || '|' || import_record.legal_person))"
    ));
    tx.run(sql).await
}

#[derive(FromRow)]
struct Place {
    town: String,
}

#[derive(FromRow)]
struct Number {
    number: i64,
}

/// Numbers of the rows to be written that are not laid ready, in order.
pub(super) async fn left(tx: &mut Tx, import: &Import) -> Result<Vec<i64>> {
    let own = |text: &str, from: i64| {
        Sql::new(text)
            .push(" where city = ")
            .arg(&import.city)
            .push(" and import_id = ")
            .arg(import.id)
            .push(" and number > ")
            .arg(from)
            .push(" and number <= ")
            .arg(from + SLICE)
    };
    let mut left = Vec::new();
    let end: End = tx
        .one(sql!(
            "select max(number) as number from import_row where city = $1 and import_id = $2",
            &import.city,
            import.id
        ))
        .await?;
    // by slices: their numbers fit into a list that is looked into by hash, whatever the planner knows of the tables
    for from in (0..end.number.unwrap_or(0)).step_by(SLICE as usize) {
        let sql = own("select number from import_row", from)
            .push(" and outcome in ('new', 'changed') and number not in (");
        let sql = sql.append(own("select number from import_record", from)).push(") order by number");
        let more: Vec<Number> = tx.all(sql).await?;
        left.extend(more.into_iter().map(|own| own.number));
    }
    Ok(left)
}

#[derive(FromRow)]
struct Counted {
    city: String,
    town: String,
    value: String,
    number: i64,
}

#[derive(FromRow)]
struct End {
    number: Option<i64>,
}

/// Moves what is laid ready into the register, with its numbers, its entries of the search box and the trail; answers how
/// many. `tell` is told how many so far and says whether to go on; `None` when it said no.
pub(super) async fn write(
    tx: &mut Tx,
    (clock, actor, at): (&Clock, &Actor, DateTime<Utc>),
    import: &Import,
    derived: &mut Derived,
    reason: &str,
    tell: &mut (dyn FnMut(u64) -> bool + Send),
) -> Result<Option<u64>> {
    let own =
        |sql: Sql| sql.push(" where city = ").arg(&import.city).push(" and import_id = ").arg(import.id);
    let End { number: Some(end) } =
        tx.one(own(Sql::new("select max(number) as number from import_record"))).await?
    else {
        return Ok(Some(0));
    };
    let (mut from, mut written) = (0, 0);
    while from < end {
        let slice = |columns: &str| {
            own(Sql::new(&format!("(select {columns} from import_record")))
                .push(" and number > ")
                .arg(from)
                .push(" and number <= ")
                .arg(from + SLICE)
                .push(") s")
        };
        written += records(tx, (actor, at), import, slice("*")).await?;
        let named = "substr(town, 1, 4) as city, id, town, name as title";
        audit::record_all(
            tx,
            clock,
            actor,
            (Action::Create, Enterprise::TABLE, Some(reason)),
            slice(&format!("{named}, trail")),
        )
        .await?;
        search::write_all(tx, KIND, slice(&format!("{named}, number, subtitle, body, initials, pinyin")))
            .await?;
        let counted: Vec<Counted> = tx
            .all(
                Sql::new(&format!(
                    "select substr(town, 1, 4) as city, town, {} as value, count(*) as number from ",
                    combination()
                ))
                .append(slice("*, null as size, 'unverified' as verification"))
                .push(" group by 1, 2, 3"),
            )
            .await?;
        for own in &counted {
            derived.count(&own.city, &own.town, &own.value, own.number);
        }
        from += SLICE;
        if !tell(written) {
            return Ok(None);
        }
    }
    Ok(Some(written))
}

/// Inserts the records themselves.
async fn records(
    tx: &mut Tx,
    (actor, at): (&Actor, DateTime<Utc>),
    import: &Import,
    slice: Sql,
) -> Result<u64> {
    let sql = Sql::new(&format!(
        "insert into enterprise ({}, city, import_id, source, verification, verified_fields, created_at, created_by, updated_at, updated_by, version) select {}, substr(town, 1, 4), ",
        COLUMNS.join(", "),
        COLUMNS.join(", ")
    ))
    .arg(import.id)
    .push(", 'import', 'unverified', ")
    .arg(serde_json::json!([]));
    let mut sql = sql;
    for _ in 0..2 {
        sql = sql.push(", ").arg(at).push(", ").arg(actor.account);
    }
    tx.run(sql.push(", 1 from ").append(slice)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_file_can_fill_is_laid_ready() {
        let parsed: crate::parse::Parsed = serde_json::from_value(serde_json::json!({
            "name": "甲厂", "name_key": "甲厂", "credit_code": "1", "old_code": "2", "organization_code": "3",
            "founded_on": "2001-01-01", "registration_type": "国有", "legal_person": "a", "legal_person_phone": "b",
            "principal": "c", "principal_phone": "d", "safety_head": "e", "safety_head_phone": "f", "capital": 1,
            "currency": "CNY", "scope": "g", "registered_address": "h", "address": "i", "address_key": "j",
            "place": "", "industry": "29", "status": "normal", "staff": 1, "former_names": "k", "longitude": 1.0,
            "latitude": 1.0, "grid": "l"
        }))
        .unwrap();
        let found =
            region::Resolution { town: "440507009".into(), reason: "m".into(), suggestions: Vec::new() };
        let actor = Actor::system("");
        let record = crate::build::create(
            &parsed,
            &serde_json::json!({}),
            found,
            Uuid::nil(),
            &actor,
            DateTime::UNIX_EPOCH,
        );
        let fixed = [
            "city",
            "import_id",
            "source",
            "verification",
            "verified_fields",
            "created_at",
            "created_by",
            "updated_at",
            "updated_by",
            "version",
        ];
        let document = record.document();
        for (name, value) in document.as_object().unwrap() {
            let ready = COLUMNS.contains(&name.as_str()) || fixed.contains(&name.as_str());
            assert!(ready || value.is_null(), "{name} would be lost between judging and committing");
        }
        assert_eq!((record.source.as_str(), record.verification.as_str()), ("import", "unverified"));
        assert_eq!(record.size, None);
    }
}
