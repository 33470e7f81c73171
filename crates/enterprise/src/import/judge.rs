//! Judging: what every row of a file would do, stored beside the row; nothing else changes.

use std::{
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    path::Path,
};

use chrono::NaiveDate;
use db::{Db, Exec, Json, Tx, bulk, sql};
use kernel::{Actor, Clock, Scope};
use serde_json::{Value, json};
use sheet::Row;

use super::{
    CHUNK, Import, ImportError, ImportRow, Summary, Tell, city_scope, decisions, read, stage, taught,
};
use crate::{
    build::{Resolver, create, revise},
    columns,
    matching::{Candidates, Match},
    model::Enterprise,
    parse::{CellError, Parsed, original, parse},
    twin,
};

/// The field of every column: as a person said for this file, else as they said for the last file with this header, else
/// by the columns' names.
async fn fields_of(
    db: &Db,
    import: &Import,
    names: &[String],
    header: &str,
) -> Result<Vec<Option<&'static str>>, ImportError> {
    let known = |value: &Value| {
        let field = value.as_str()?;
        columns::FIELDS.iter().map(|own| own.name).find(|own| *own == field)
    };
    let said = |columns: &Value| -> Option<Vec<Option<&'static str>>> {
        let columns = columns.as_array()?;
        (columns.len() == names.len()).then(|| columns.iter().map(|column| known(&column["field"])).collect())
    };
    let mut fields = said(&import.columns.0);
    if fields.is_none() {
        let remembered: Option<Remembered> = db
            .optional(sql!(
                "select columns from import_source where city = $1 and header_hash = $2",
                &import.city,
                header
            ))
            .await?;
        fields = remembered.and_then(|remembered| said(&remembered.columns.0));
    }
    let fields = fields.unwrap_or_else(|| columns::recognise(names));
    if fields.contains(&Some("name")) { Ok(fields) } else { Err(ImportError::NoHeader) }
}

#[derive(db::FromRow)]
struct Remembered {
    columns: Json<Value>,
}

/// Judges every row of a registered file and stores each with its outcome. `own` is the scope of the person: rows that
/// belong elsewhere are not taken.
pub async fn judge(
    db: &Db,
    clock: &Clock,
    import: &Import,
    path: &Path,
    own: Option<&Scope>,
    tell: Tell<'_>,
) -> Result<Summary, ImportError> {
    let started = std::time::Instant::now();
    let (names, mut rows) = read::open(path).await?;
    let header = read::hash_header(&names);
    let fields = fields_of(db, import, &names, &header).await?;
    // what an earlier judging left is judged anew
    stage::clear(db, &import.city, import.id).await?;
    db.run(sql!("delete from import_row where city = $1 and import_id = $2", &import.city, import.id))
        .await?;
    let columns: Vec<Value> =
        names.iter().zip(&fields).map(|(name, field)| json!({"name": name, "field": field})).collect();
    let mut resolver = Resolver::new(import.region(), taught(db, &import.city).await?);
    let mut summary = Summary::default();
    let mut seen = Seen::default();
    let today = clock.today();
    let mut ended = false;
    while !ended {
        let mut chunk = Vec::with_capacity(CHUNK);
        while chunk.len() < CHUNK {
            match rows.recv().await {
                Some(row) => chunk.push(row?),
                None => {
                    ended = true;
                    break;
                }
            }
        }
        if chunk.is_empty() {
            break;
        }
        let mut tx = db.begin().await?;
        let (judged, ready) = judge_chunk(
            &mut tx,
            &names,
            &fields,
            chunk,
            &mut resolver,
            &mut seen,
            today,
            &mut summary,
            import,
            own,
        )
        .await?;
        let values = judged.iter().map(ImportRow::values).collect();
        bulk(&mut tx, ImportRow::TABLE, ImportRow::COLUMNS, values, "").await?;
        stage::lay(&mut tx, ready).await?;
        tx.commit().await?;
        if !tell("核对", summary.rows) {
            return Err(ImportError::Stopped);
        }
    }
    summary.seconds = (started.elapsed().as_secs_f64() * 1000.0).round() / 1000.0;
    db.run(sql!(
        "update import set state = 'preview', header_hash = $1, columns = $2, counts = $3, error = null, updated_at = $4, version = version + 1
         where city = $5 and id = $6",
        header,
        Value::Array(columns),
        serde_json::to_value(&summary).unwrap_or_default(),
        clock.now(),
        &import.city,
        import.id
    ))
    .await?;
    Ok(summary)
}

/// Codes and names met earlier in the file: the row they stood in.
#[derive(Default)]
struct Seen {
    rows: HashMap<String, i64>,
    /// Hashes of what new records could share with others.
    shared: HashSet<u64>,
}

impl Seen {
    /// Whether no earlier row shares with this record what makes possible twins; remembers it.
    fn alone(&mut self, record: &Enterprise) -> bool {
        let mut alone = true;
        for key in twin::keys(record) {
            let mut hash = std::hash::DefaultHasher::new();
            (&record.city, key).hash(&mut hash);
            alone &= self.shared.insert(hash.finish());
        }
        alone
    }

    /// The earlier row that speaks of the same enterprise, if there is one; remembers this row.
    fn before(&mut self, row: &Parsed, number: i64) -> Option<i64> {
        let key = match (&row.credit_code, &row.old_code) {
            (Some(code), _) | (None, Some(code)) => code.clone(),
            (None, None) => format!("{}\t{}", row.name_key, row.address_key),
        };
        match self.rows.entry(key) {
            std::collections::hash_map::Entry::Occupied(entry) => Some(*entry.get()),
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(number);
                None
            }
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the state of one pass over the file")]
async fn judge_chunk(
    tx: &mut Tx,
    names: &[String],
    fields: &[Option<&'static str>],
    chunk: Vec<Row>,
    resolver: &mut Resolver,
    seen: &mut Seen,
    today: NaiveDate,
    summary: &mut Summary,
    import: &Import,
    own: Option<&Scope>,
) -> db::Result<(Vec<ImportRow>, Vec<Vec<db::Value>>)> {
    let mut ready = Vec::new();
    let mut judged = Vec::with_capacity(chunk.len());
    let mut open = Vec::new();
    for row in chunk {
        if read::is_of_no_enterprise(fields, &row.cells) {
            summary.skipped += 1;
            continue;
        }
        summary.rows += 1;
        let source = original(names, &row.cells);
        let (parsed, mut errors) = parse(names, fields, &row.cells, today);
        let number = row.number as i64;
        let mut rejected = errors.iter().any(|error| error.rejects);
        let mut outcome = if rejected { "rejected" } else { "new" };
        let found = if rejected { None } else { resolver.resolve(&parsed) };
        if !rejected && found.is_none() {
            rejected = true;
            outcome = "rejected";
            errors.push(whole(
                "region.unknown",
                "地址、名称和信用代码都看不出在哪个城市，请补充地址，或在导入时指定区划".into(),
            ));
        }
        if !rejected
            && let (Some(own), Some(found)) = (own, &found)
            && !own.covers(&found.town)
        {
            rejected = true;
            outcome = "rejected";
            let place = region::divisions::full_name(&found.town);
            errors.push(whole(
                "region.outside",
                format!("按{}应属于{place}，不在您的辖区内，请转给当地或由上级导入", found.reason),
            ));
        }
        if !rejected && let Some(earlier) = seen.before(&parsed, number) {
            outcome = "duplicate";
            errors.push(whole("duplicate.in_file", format!("与本文件第 {earlier} 行是同一家企业")));
        }
        match outcome {
            "rejected" => summary.rejected += 1,
            "duplicate" => summary.duplicates += 1,
            _ => open.push((judged.len(), parsed.clone(), found)),
        }
        judged.push(ImportRow {
            city: import.city.clone(),
            import_id: import.id,
            number,
            outcome: outcome.into(),
            town: String::new(),
            enterprise: None,
            original: Json(source),
            parsed: (outcome != "rejected").then(|| Json(serde_json::to_value(&parsed).unwrap_or_default())),
            changes: None,
            errors: Json(serde_json::to_value(&errors).unwrap_or_default()),
            doubt: (outcome == "duplicate").then(|| "in_file".into()),
            fingerprint: None,
            decision: None,
            decided_by_name: None,
        });
    }
    let mut by_city: HashMap<String, Vec<&Parsed>> = HashMap::new();
    for (_, parsed, found) in &open {
        if let Some(city) = found.as_ref().and_then(|found| found.town.get(..4)) {
            by_city.entry(city.to_string()).or_default().push(parsed);
        }
    }
    let mut candidates = HashMap::new();
    for (city, rows) in by_city {
        if let Some(scope) = city_scope(&city) {
            candidates.insert(city, Candidates::read(tx, &scope, &rows).await?);
        }
    }
    for (at, parsed, found) in open {
        let Some(found) = found else { continue };
        let row = &mut judged[at];
        let matched = found
            .town
            .get(..4)
            .and_then(|city| candidates.get(city))
            .map_or(Match::New, |known| known.decide(&parsed, &row.original.0));
        let record = match matched {
            Match::Possible(record) => {
                row.outcome = "duplicate".into();
                row.enterprise = Some(record.id);
                let mut errors: Vec<CellError> =
                    serde_json::from_value(row.errors.0.clone()).unwrap_or_default();
                errors.push(whole(
                    "duplicate.possible",
                    format!("可能与已登记的“{}”是同一家（名称相同，地址或证号不同），请核对", record.name),
                ));
                row.errors = Json(serde_json::to_value(errors).unwrap_or_default());
                let outside = own.is_some_and(|own| !own.covers(&record.town));
                row.doubt = Some(if outside { "elsewhere" } else { "possible" }.into());
                let revised = revise(&record, &parsed, &row.original.0, resolver);
                let (before, after) = audit::diff(&record.document(), &revised.document());
                row.changes = (!outside).then(|| Json(json!({"before": before, "after": after})));
                row.town.clone_from(&found.town);
                summary.duplicates += 1;
                continue;
            }
            Match::Known(record) | Match::Same(record)
                if own.is_some_and(|own| !own.covers(&record.town)) =>
            {
                row.outcome = "duplicate".into();
                let place = region::divisions::full_name(&record.town);
                let error = whole(
                    "duplicate.elsewhere",
                    format!("已登记在{place}，不在您的辖区内，请联系当地办理迁移"),
                );
                row.errors = Json(json!([error]));
                row.doubt = Some("elsewhere".into());
                row.parsed = None;
                summary.duplicates += 1;
                continue;
            }
            Match::Same(record) => {
                row.outcome = "unchanged".into();
                row.enterprise = Some(record.id);
                summary.unchanged += 1;
                *record
            }
            Match::Known(record) => {
                let revised = revise(&record, &parsed, &row.original.0, resolver);
                let (before, after) = audit::diff(&record.document(), &revised.document());
                row.outcome = "changed".into();
                row.enterprise = Some(record.id);
                row.changes = Some(Json(json!({"before": before, "after": after})));
                summary.updated += 1;
                revised
            }
            Match::New => {
                summary.created += 1;
                let record = create(
                    &parsed,
                    &row.original.0,
                    found,
                    import.id,
                    &Actor::system("导入"),
                    chrono::DateTime::UNIX_EPOCH,
                );
                // a later row that shares something with an earlier one waits until that one is a record
                if seen.alone(&record) {
                    ready.push(stage::row(import, row.number, &record));
                }
                record
            }
        };
        row.town.clone_from(&record.town);
        tally(summary, &record);
    }
    decisions::recall(tx, &import.city, &mut judged).await?;
    Ok((judged, ready))
}

fn whole(code: &str, message: String) -> CellError {
    CellError { column: None, code: code.into(), message, rejects: true }
}

fn tally(summary: &mut Summary, record: &Enterprise) {
    summary.resolved_county += u64::from(record.town.len() >= 6);
    summary.resolved_town += u64::from(record.town.len() >= 9);
    summary.unassigned += u64::from(record.town.len() < 9);
    match record.ownership.as_str() {
        "public" => summary.ownership.public += 1,
        _ => summary.ownership.non_public += 1,
    }
    summary.ownership.assumed += u64::from(record.ownership_basis == "assumed");
}
