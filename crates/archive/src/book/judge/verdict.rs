//! What becomes of a row whose enterprise is known: a new record, a change of one, nothing, or what is wrong. Nothing is written;
//! asked again with the same rows while nobody else writes, it says the same.

use std::{
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
};

use db::{Exec, Tx};
use kernel::Scope;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::{
    field::{Kind, Role},
    model::Record,
    section::{self, Described},
};

/// A row on its way to its outcome.
pub(in crate::book) struct Draft {
    pub(in crate::book) number: i64,
    /// Where it stands, for whoever has the same.
    pub(in crate::book) place: String,
    pub(in crate::book) section: &'static Described,
    pub(in crate::book) enterprise: Uuid,
    pub(in crate::book) named: Option<Uuid>,
    pub(in crate::book) given: Map<String, Value>,
}

/// What becomes of a row.
#[derive(Debug, PartialEq)]
pub(in crate::book) enum Verdict {
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
pub(in crate::book) struct Seen {
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
pub(in crate::book) async fn decide(
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

pub(super) async fn named_records(
    tx: &mut Tx,
    scope: &Scope,
    city: &str,
    ids: Vec<Uuid>,
) -> db::Result<Vec<Record>> {
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
