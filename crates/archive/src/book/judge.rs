//! Judging: what every row would do, stored beside the row; no archive changes.

use std::{
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    path::Path,
};

use db::{Exec, FromRow, Json, Sql, Tx, bulk, sql};
use kernel::Scope;
use rules::credit_code::{Identifier, identify};
use serde_json::{Map, Value, json};
use uuid::Uuid;
use web::{Outcome, Problem};

use super::{
    BookImport, BookRow, CHUNK, Counts, Sheet, WrongCell,
    layout::Means,
    long, object,
    read::{self, Line, Piece},
};
use crate::{
    field::{Kind, Role},
    model::Record,
    section::{self, Described},
};

/// What an enterprise is known by.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Firm {
    pub(super) id: Uuid,
    name: String,
    name_key: String,
    former_names: String,
    credit_code: Option<String>,
    old_code: Option<String>,
}

/// Enterprises of the city in scope one of whose columns says one of these.
pub(super) async fn firms(
    tx: &mut Tx,
    scope: &Scope,
    city: &str,
    column: &str,
    values: Vec<db::Value>,
) -> db::Result<Vec<Firm>> {
    if values.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Sql::new(
        "select id, name, name_key, former_names, credit_code, old_code from enterprise where city = ",
    );
    let sql = sql.arg(city).push(" and ").within(column, values).push(" and status <> 'merged' and ");
    tx.all(sql.scope(scope, "", "id")).await
}

/// A row on its way to its outcome.
pub(super) struct Draft {
    pub(super) number: i64,
    /// Where it stands, for whoever has the same.
    pub(super) place: String,
    pub(super) section: &'static Described,
    pub(super) enterprise: Uuid,
    pub(super) named: Option<Uuid>,
    pub(super) given: Map<String, Value>,
}

/// What becomes of a row.
#[derive(Debug, PartialEq)]
pub(super) enum Verdict {
    New(Map<String, Value>),
    Changed {
        record: Uuid,
        version: i64,
        fields: Map<String, Value>,
        changes: Value,
    },
    Unchanged {
        record: Uuid,
        version: i64,
    },
    /// What is wrong, beside a field; an empty one is the record's number, `?` is what it is known by.
    Wrong(Vec<(String, &'static str, String)>),
}

/// Records and contents met earlier in the file.
#[derive(Default)]
pub(super) struct Seen {
    records: HashSet<Uuid>,
    said: HashMap<u128, String>,
}

fn hash(parts: &[&str]) -> u128 {
    let half = |salt: u8| {
        let mut hasher = std::hash::DefaultHasher::new();
        (salt, parts).hash(&mut hasher);
        u128::from(hasher.finish())
    };
    half(0) << 64 | half(1)
}

/// The field that tells persons of one name apart.
const PERSON: &str = "id_number";

fn shown(section: &Described, fields: &Map<String, Value>, role: Role) -> Option<String> {
    let field = section.fields.iter().find(|field| field.role == Some(role))?;
    fields.get(&field.name).map(|value| field.show(value)).filter(|text| !text.is_empty())
}

/// By what a record of a section is known again: what it is called, its number, and of what kind it is (one person has several
/// certificates of one number). Without a number: whatever such a record must say, when it was made and by whom.
fn identity(section: &Described, fields: &Map<String, Value>) -> String {
    if section.single {
        return String::new();
    }
    let number = shown(section, fields, Role::Number);
    let must = section.fields.iter().filter(|field| field.required);
    let must = must.filter(|field| number.is_none() || field.kind == Kind::Choice);
    let mut said: Vec<String> =
        must.map(|field| field.show(fields.get(&field.name).unwrap_or(&Value::Null))).collect();
    said.push(shown(section, fields, Role::Title).unwrap_or_default());
    match number {
        Some(number) => said.push(number),
        None => said.extend(
            [Role::IssuedOn, Role::Issuer].map(|role| shown(section, fields, role).unwrap_or_default()),
        ),
    }
    said.join("\u{1f}")
}

/// Whether both say who the person is, and not the same.
fn of_another(record: &Record, fields: &Map<String, Value>) -> bool {
    let (one, other) = (&record.fields.0[PERSON], fields.get(PERSON).unwrap_or(&Value::Null));
    !one.is_null() && !other.is_null() && one != other
}

/// Live records of these enterprises' sections among which those that the drafts speak of are.
async fn existing(
    tx: &mut Tx,
    city: &str,
    drafts: &[(&Draft, Map<String, Value>)],
) -> db::Result<Vec<Record>> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let enterprises: HashSet<Uuid> = drafts.iter().map(|(draft, _)| draft.enterprise).collect();
    let sections: HashSet<&str> = drafts.iter().map(|(draft, _)| draft.section.code).collect();
    let (mut numbers, mut titles) = (HashSet::new(), HashSet::new());
    for (draft, fields) in drafts {
        match shown(draft.section, fields, Role::Number) {
            Some(number) if !draft.section.single => drop(numbers.insert(number)),
            _ => drop(titles.insert(
                shown(draft.section, fields, Role::Title).unwrap_or_else(|| draft.section.label.into()),
            )),
        }
    }
    let single: Vec<&str> = drafts
        .iter()
        .filter(|(draft, _)| draft.section.single)
        .map(|(draft, _)| draft.section.code)
        .collect();
    let sql =
        Record::select().push(" where city = ").arg(city).push(" and ").within("enterprise", enterprises);
    let sql = sql.push(" and ").within("section", sections);
    let sql = sql.push(" and state not in ('replaced', 'removed') and (").within("number", numbers);
    let sql = sql.push(" or number is null and ").within("title", titles);
    tx.all(sql.push(" or ").within("section", single).push(") order by id")).await
}

/// What becomes of these rows. Nothing is written; called again with the same rows while nobody else writes, it says the same.
pub(super) async fn decide(
    tx: &mut Tx,
    scope: &Scope,
    city: &str,
    drafts: &[Draft],
    seen: &mut Seen,
) -> db::Result<Vec<Verdict>> {
    let named: Vec<Uuid> = drafts.iter().filter_map(|draft| draft.named).collect();
    let named = named_records(tx, scope, city, named).await?;
    // rows that name no record are looked up by what they say
    let mut read = Vec::new();
    for draft in drafts.iter().filter(|draft| draft.named.is_none()) {
        read.push((draft, draft.section.read(&draft.given)));
    }
    let right: Vec<(&Draft, Map<String, Value>)> =
        read.iter().filter_map(|(draft, fields)| Some((*draft, fields.as_ref().ok()?.clone()))).collect();
    let mut known: HashMap<(Uuid, &str, String), Vec<Record>> = HashMap::new();
    for record in existing(tx, city, &right).await? {
        let Some(section) = section::find(&record.section) else { continue };
        let fields = record.fields.0.as_object().cloned().unwrap_or_default();
        known.entry((record.enterprise, section.code, identity(section, &fields))).or_default().push(record);
    }
    let mut read = read.into_iter();
    let mut verdicts = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let verdict = match draft.named {
            Some(id) => of_named(draft, named.iter().find(|record| record.id == id), seen),
            None => match read.next().map(|(_, fields)| fields) {
                Some(Ok(fields)) => {
                    let key = (draft.enterprise, draft.section.code, identity(draft.section, &fields));
                    of_content(draft, fields, &key.2, known.get(&key).map_or(&[], Vec::as_slice), seen)
                }
                Some(Err(wrong)) => faults(wrong),
                None => Verdict::Wrong(Vec::new()),
            },
        };
        verdicts.push(verdict);
    }
    Ok(verdicts)
}

async fn named_records(tx: &mut Tx, scope: &Scope, city: &str, ids: Vec<Uuid>) -> db::Result<Vec<Record>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Record::select().push(" where city = ").arg(city).push(" and ").within("id", ids);
    tx.all(sql.push(" and ").scope(scope, "", "enterprise")).await
}

fn faults(wrong: Vec<section::Wrong>) -> Verdict {
    Verdict::Wrong(wrong.into_iter().map(|own| (own.field.to_string(), own.code, own.message)).collect())
}

/// The values of a record with those that a row gives.
fn merged(record: &Record, given: &Map<String, Value>) -> Map<String, Value> {
    let mut fields = record.fields.0.as_object().cloned().unwrap_or_default();
    fields.extend(given.clone());
    fields
}

fn change(draft: &Draft, record: &Record) -> Verdict {
    let fields = match draft.section.read(&merged(record, &draft.given)) {
        Ok(fields) => fields,
        Err(wrong) => return faults(wrong),
    };
    let before = &record.fields.0;
    if Value::Object(fields.clone()) == *before {
        return Verdict::Unchanged { record: record.id, version: record.version };
    }
    let changed = fields.iter().filter(|(name, value)| before[name.as_str()] != **value);
    let changes =
        changed.map(|(name, value)| (name.clone(), json!([before[name.as_str()], value]))).collect();
    Verdict::Changed { record: record.id, version: record.version, fields, changes: Value::Object(changes) }
}

fn of_named(draft: &Draft, record: Option<&Record>, seen: &mut Seen) -> Verdict {
    let wrong = |code, message: String| Verdict::Wrong(vec![(String::new(), code, message)]);
    let Some(record) = record else {
        return wrong("record.unknown", "没有这个编号的记录。新增的记录请把记录编号留空。".into());
    };
    if record.section != draft.section.code {
        return wrong("record.section", "这个编号是别的栏目的记录，请核对。".into());
    }
    if record.enterprise != draft.enterprise {
        return wrong("record.enterprise", "这个编号是另一家企业的记录，请核对。".into());
    }
    if !record.is_live() {
        return wrong("record.ended", "这条记录已换发或者删除。新增的记录请把记录编号留空。".into());
    }
    if let Some(place) = seen.said.insert(hash(&["record", &record.id.to_string()]), draft.place.clone()) {
        return wrong("row.twice", format!("与{place}是同一条记录，请删去一行。"));
    }
    seen.records.insert(record.id);
    change(draft, record)
}

fn of_content(
    draft: &Draft,
    fields: Map<String, Value>,
    identity: &str,
    known: &[Record],
    seen: &mut Seen,
) -> Verdict {
    let wrong = |code, message: String| Verdict::Wrong(vec![("?".into(), code, message)]);
    let numbered = shown(draft.section, &fields, Role::Number).is_some();
    // without a number two records may well be called the same
    let certain = numbered || draft.section.single;
    let whole = if certain { String::new() } else { Value::Object(fields.clone()).to_string() };
    let key = hash(&[&draft.enterprise.to_string(), draft.section.code, identity, &whole]);
    if let Some(place) = seen.said.insert(key, draft.place.clone()) {
        return wrong("row.twice", format!("与{place}是同一条记录，请删去一行。"));
    }
    let known: Vec<&Record> = known.iter().filter(|record| !of_another(record, &fields)).collect();
    let free: Vec<&Record> =
        known.iter().copied().filter(|record| !seen.records.contains(&record.id)).collect();
    let same = |record: &&&Record| record.fields.0 == Value::Object(fields.clone());
    let found = match free.iter().find(same) {
        Some(record) => Some(*record),
        None if certain && known.len() > free.len() => {
            return wrong("row.twice", "本文件里已有一行修改这条记录，请删去一行。".into());
        }
        None if known.len() > 1 => {
            return wrong(
                "record.ambiguous",
                "系统里有几条这样的记录，分不清是哪一条。请导出已有记录，在带记录编号的行上修改。".into(),
            );
        }
        None => free.first().copied(),
    };
    match found {
        None => Verdict::New(fields),
        Some(record) => {
            seen.records.insert(record.id);
            change(draft, record)
        }
    }
}

fn refused(line: &Line, of: &[Means], code: &str, message: impl Into<String>) -> Box<WrongCell> {
    Box::new(line.wrong(of, code, message))
}

/// The enterprise of each row, or what is wrong with how it is named.
async fn enterprises(
    tx: &mut Tx,
    scope: &Scope,
    city: &str,
    lines: &[Line],
) -> db::Result<Vec<Result<Firm, Box<WrongCell>>>> {
    let (mut codes, mut names) = (HashSet::new(), HashSet::new());
    for line in lines {
        match identify(line.code()) {
            Ok(Identifier::Credit(code)) => drop(codes.insert(code.as_str().to_string())),
            Ok(Identifier::Registration(code)) => drop(codes.insert(code)),
            _ => {}
        }
        names.insert(rules::name::name_key(line.name()));
    }
    let values = |set: &HashSet<String>| set.iter().map(db::Value::from).collect::<Vec<_>>();
    let mut coded = firms(tx, scope, city, "credit_code", values(&codes)).await?;
    coded.extend(firms(tx, scope, city, "old_code", values(&codes)).await?);
    let called = firms(tx, scope, city, "name_key", values(&names)).await?;
    let named = lines.iter().filter_map(|line| long(line.record())).collect();
    let records = named_records(tx, scope, city, named).await?;
    let owners =
        firms(tx, scope, city, "id", records.iter().map(|own| own.enterprise.into()).collect()).await?;
    Ok(lines
        .iter()
        .map(|line| {
            let name = rules::name::name_key(line.name());
            let code = match identify(line.code()) {
                Ok(Identifier::Credit(code)) => Some(code.as_str().to_string()),
                Ok(Identifier::Registration(code)) => Some(code),
                Ok(Identifier::None) => None,
                Ok(Identifier::Organization(_)) => {
                    return Err(refused(
                        line,
                        &[Means::Code],
                        "code.kind",
                        "请填写统一社会信用代码（18 位），不是组织机构代码。",
                    ));
                }
                Err(error) => {
                    return Err(refused(
                        line,
                        &[Means::Code],
                        "code.invalid",
                        format!("信用代码不正确：{error}。"),
                    ));
                }
            };
            if let Some(code) = code {
                let same = |own: &&Firm| {
                    [&own.credit_code, &own.old_code].into_iter().flatten().any(|own| *own == code)
                };
                let Some(firm) = coded.iter().find(same) else {
                    return Err(refused(
                        line,
                        &[Means::Code],
                        "enterprise.unknown",
                        "辖区内没有这个信用代码的企业。请核对，或者先把企业登记进系统。",
                    ));
                };
                let former = firm.former_names.split('；').any(|own| rules::name::name_key(own) == name);
                return if name.is_empty() || firm.name_key == name || former {
                    Ok(firm.clone())
                } else {
                    let message = format!("这个信用代码登记的是“{}”，与企业名称不一致，请核对。", firm.name);
                    Err(refused(line, &[Means::Name], "enterprise.differs", message))
                };
            }
            if name.is_empty() {
                let owner = long(line.record()).and_then(|id| {
                    let record = records.iter().find(|record| record.id == id)?;
                    owners.iter().find(|own| own.id == record.enterprise)
                });
                return owner.cloned().ok_or_else(|| {
                    refused(
                        line,
                        &[Means::Name, Means::Code],
                        "enterprise.missing",
                        "请填写企业名称或者统一社会信用代码。",
                    )
                });
            }
            let mut same = called.iter().filter(|own| own.name_key == name);
            match (same.next(), same.next()) {
                (Some(firm), None) => Ok(firm.clone()),
                (Some(_), Some(_)) => Err(refused(
                    line,
                    &[Means::Name],
                    "enterprise.ambiguous",
                    "辖区内有几家企业叫这个名称，请填写统一社会信用代码。",
                )),
                _ => Err(refused(
                    line,
                    &[Means::Name],
                    "enterprise.unknown",
                    "辖区内没有这个名称的企业。请核对，或者先把企业登记进系统。",
                )),
            }
        })
        .collect())
}

/// Judges a chunk of rows of one sheet.
async fn chunk(
    tx: &mut Tx,
    scope: &Scope,
    import: &BookImport,
    lines: Vec<Line>,
    seen: &mut Seen,
    number: &mut i64,
) -> db::Result<Vec<BookRow>> {
    let firms = enterprises(tx, scope, &import.city, &lines).await?;
    let (mut drafts, mut rows) = (Vec::new(), Vec::new());
    for (line, firm) in lines.iter().zip(firms) {
        *number += 1;
        let mut row = blank(import, *number, &line.plan.sheet, line.number, line.plan.section.code);
        row.given = Json(Value::Object(line.given()));
        row.named = !line.record().is_empty();
        let mut wrong = Vec::new();
        match firm {
            Ok(firm) => {
                row.enterprise = Some(firm.id);
                row.enterprise_name = firm.name;
            }
            Err(own) => wrong.push(*own),
        }
        let named = long(line.record());
        row.record = named;
        if row.named && named.is_none() {
            wrong.push(line.wrong(
                &[Means::Record],
                "record.unknown",
                "没有这个编号的记录。新增的记录请把记录编号留空。",
            ));
        }
        if let (Some(enterprise), true) = (row.enterprise, wrong.is_empty()) {
            let place = format!("「{}」第 {} 行", line.plan.sheet, line.number);
            let (section, given) = (line.plan.section, line.given());
            drafts.push(Draft { number: *number, place, section, enterprise, named, given });
        } else if !row.named
            && let Err(own) = line.plan.section.read(&line.given())
        {
            // whoever puts the enterprise right shall not meet the next error only then
            wrong.extend(own.into_iter().map(|own| of_field(line, own.field, own.code, own.message)));
        }
        rows.push((row, wrong));
    }
    let mut verdicts: HashMap<i64, Verdict> = HashMap::new();
    for (draft, verdict) in drafts.iter().zip(decide(tx, scope, &import.city, &drafts, seen).await?) {
        verdicts.insert(draft.number, verdict);
    }
    let mut judged = Vec::with_capacity(rows.len());
    for ((mut row, mut wrong), line) in rows.into_iter().zip(&lines) {
        match verdicts.remove(&row.number) {
            Some(Verdict::New(fields)) => {
                row.outcome = "new".into();
                row.fields = Some(Json(Value::Object(fields)));
            }
            Some(Verdict::Changed { record, version, fields, changes }) => {
                row.outcome = "changed".into();
                (row.record, row.record_version) = (Some(record), Some(version));
                row.fields = Some(Json(Value::Object(fields)));
                row.changes = Some(Json(changes));
            }
            Some(Verdict::Unchanged { record, version }) => {
                row.outcome = "unchanged".into();
                (row.record, row.record_version) = (Some(record), Some(version));
            }
            Some(Verdict::Wrong(own)) => {
                wrong.extend(
                    own.into_iter().map(|(field, code, message)| of_field(line, &field, code, message)),
                );
            }
            None => {}
        }
        if row.outcome == "rejected" {
            row.cells = Some(Json(json!(line.cells)));
            row.errors = Json(json!(wrong));
        }
        judged.push(row);
    }
    Ok(judged)
}

/// What is wrong beside the column of a field.
fn of_field(line: &Line, field: &str, code: &str, message: String) -> WrongCell {
    let role = |role: Role| {
        let at = line.plan.section.fields.iter().position(|field| field.role == Some(role));
        at.map(Means::Field)
    };
    let of: Vec<Means> = match field {
        "" => vec![Means::Record],
        "?" => [role(Role::Number), role(Role::Title), Some(Means::Name)].into_iter().flatten().collect(),
        name => line.plan.field(name).into_iter().collect(),
    };
    line.wrong(&of, code, message)
}

fn blank(import: &BookImport, number: i64, sheet: &str, line: u64, section: &str) -> BookRow {
    BookRow {
        city: import.city.clone(),
        import_id: import.id,
        number,
        sheet: sheet.into(),
        line: i64::try_from(line).unwrap_or(i64::MAX),
        section: section.into(),
        enterprise: None,
        enterprise_name: String::new(),
        record: None,
        record_version: None,
        named: false,
        outcome: "rejected".into(),
        given: Json(json!({})),
        fields: None,
        changes: None,
        cells: None,
        errors: Json(json!([])),
    }
}

/// Judges every row of the file anew and stores each with its outcome; `tell` hears how many and answers whether to go on.
/// Answers the sheets and what their rows would do.
pub(crate) async fn judge(
    db: &db::Db,
    scope: &Scope,
    import: &BookImport,
    path: &Path,
    mut tell: impl FnMut(u64) -> bool,
) -> Outcome<Option<(Vec<Sheet>, Counts)>> {
    db.run(sql!(
        "delete from archive_import_row where city = $1 and import_id = $2",
        &import.city,
        import.id
    ))
    .await?;
    let mut pieces = read::open(path);
    let (mut sheets, mut total): (Vec<Sheet>, Counts) = (Vec::new(), Counts::default());
    let (mut seen, mut number) = (Seen::default(), 0i64);
    let mut next = None;
    loop {
        // a chunk is of one sheet
        let mut lines: Vec<Line> = Vec::new();
        let mut faulty = None;
        while lines.len() < CHUNK {
            let piece = match next.take() {
                Some(piece) => Some(piece),
                None => pieces.recv().await.transpose().map_err(unreadable)?,
            };
            match piece {
                Some(Piece::Line(line)) => {
                    let empty = line.record().is_empty() && line.given().is_empty();
                    if !empty {
                        lines.push(line);
                    }
                }
                Some(Piece::Sheet(sheet)) if lines.is_empty() => sheets.push(sheet),
                Some(Piece::Wrong(line, wrong)) if lines.is_empty() => {
                    faulty = Some((line, wrong));
                    break;
                }
                other => {
                    next = other;
                    break;
                }
            }
        }
        let Some(sheet) = sheets.last_mut() else { break };
        if lines.is_empty() && faulty.is_none() {
            break;
        }
        let mut tx = db.begin().await?;
        let judged = match faulty {
            Some((line, wrong)) => {
                number += 1;
                let mut row = blank(import, number, &sheet.name, line, &sheet.section);
                row.errors = Json(json!([wrong]));
                vec![row]
            }
            None => chunk(&mut tx, scope, import, lines, &mut seen, &mut number).await?,
        };
        for row in &judged {
            sheet.counts.add(row);
            total.add(row);
        }
        let values = judged.iter().map(BookRow::values).collect();
        bulk(&mut tx, BookRow::TABLE, BookRow::COLUMNS, values, "").await?;
        tx.commit().await?;
        if !tell(total.rows) {
            return Ok(None);
        }
    }
    if total.rows == 0 {
        return Err(Problem::invalid("book.empty", "工作簿里没有填写任何记录。请按模板填写后重新上传。"));
    }
    Ok(Some((sheets, total)))
}

fn unreadable(error: sheet::SheetError) -> Problem {
    Problem::invalid(error.code(), format!("{error}。"))
}

/// A staged row as it was before it was decided; nothing where it never came to that.
pub(super) fn draft(row: &BookRow) -> Option<Draft> {
    if row.named && row.record.is_none() {
        return None;
    }
    Some(Draft {
        number: row.number,
        place: format!("「{}」第 {} 行", row.sheet, row.line),
        section: section::find(&row.section)?,
        enterprise: row.enterprise?,
        named: row.named.then_some(row.record).flatten(),
        given: object(row.given.0.clone()),
    })
}
