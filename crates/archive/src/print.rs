//! The printed archive: the same content as PDF and as Word, with a code by which whoever holds the paper can check it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use db::{Exec, FromRow, Tx, sql};
use document::{Body, Chapter, Check, Column, Document, Fact, Part, Table};
use enterprise::Enterprise;
use kernel::{Actor, SHANGHAI};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use web::{App, Outcome};

use crate::{
    elsewhere,
    field::{Kind, Role},
    keep,
    model::{Record, STATES},
    score::{Brief, Completeness, State},
    section::{Described, SECTIONS},
    trail::Then,
};

/// More columns than these do not fit on a page: each record is set as a sheet of its own.
const COLUMNS: usize = 6;

/// More records than these of a section are set as a table of their chief fields: nobody leafs through thousands of sheets, and the workbook
/// has them whole.
const SHEETS: usize = 50;

/// Everything a print is made of.
pub struct Printed {
    /// The document without its code.
    pub document: Document,
    /// The enterprise as it is printed.
    pub enterprise: Enterprise,
    /// Whether personal data is in it.
    pub personal: bool,
}

/// What of an archive is printed: now, or as it stood.
///
/// # Errors
/// Where the enterprise did not exist then.
pub async fn compose(app: &App, now: &Enterprise, as_of: Option<DateTime<Utc>>) -> Outcome<Printed> {
    let mut then = Then::of(app, now, as_of).await?;
    then.records.retain(Record::is_live);
    let (enterprise, day) = (then.enterprise.clone(), then.day);
    let mut briefs: Vec<Brief> = then.records.iter().map(Brief::from).collect();
    let told = elsewhere::told(&app.db, &now.city, &[now.id], as_of).await?;
    briefs.extend(told.into_iter().map(|(_, brief)| brief));
    let law = law::in_force(&app.db, &enterprise.town).await?;
    let completeness = keep::reckon(&law, &enterprise, &briefs, day)?;
    let issuer = issuer(app, &enterprise).await?;
    let mark = match as_of {
        None => format!("截至 {} 的内容", document::day(day)),
        Some(at) => format!("截至 {} 的内容", at.with_timezone(&SHANGHAI).format("%Y年%-m月%-d日 %H:%M:%S")),
    };
    let personal = then.records.iter().any(Record::is_personal) || enterprise::has_phones(&enterprise);
    let document = Document {
        title: "企业安全生产档案".into(),
        subtitle: Some(enterprise.name.clone()),
        issuer,
        issued_on: day,
        marks: vec![mark],
        facts: head(&enterprise, &completeness),
        chapters: chapters(&then, &completeness),
        check: None,
    };
    Ok(Printed { document, enterprise, personal })
}

/// The agency that answers for the enterprise; its county's bureau where none is named.
async fn issuer(app: &App, enterprise: &Enterprise) -> Outcome<String> {
    #[derive(FromRow)]
    struct Named {
        name: String,
    }
    if let Some(agency) = enterprise.agency {
        let sql = sql!("select name from agency where city = $1 and id = $2", &enterprise.city, agency);
        if let Some(Named { name }) = app.db.optional(sql).await? {
            return Ok(name);
        }
    }
    let county = enterprise.town.get(..6).unwrap_or(&enterprise.city);
    let name = region::divisions::find(county).map(|own| own.name.to_string()).unwrap_or_default();
    Ok(format!("{name}应急管理局"))
}

fn head(enterprise: &Enterprise, completeness: &Completeness) -> Vec<Fact> {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let missing = completeness.missing + completeness.expired;
    [
        (
            "统一社会信用代码",
            enterprise.credit_code.clone().or(enterprise.old_code.clone()).unwrap_or_default(),
        ),
        ("所在镇街", region::divisions::full_name(&enterprise.town)),
        ("主要负责人", enterprise.principal.clone().or(enterprise.legal_person.clone()).unwrap_or_default()),
        (
            "经营地址",
            enterprise.address.clone().or(enterprise.registered_address.clone()).unwrap_or_default(),
        ),
        ("监管领域", rules::sector::label(&enterprise.sector).unwrap_or_default().to_string()),
        ("从业人员", enterprise.staff.map(|staff| format!("{staff} 人")).unwrap_or_default()),
        (
            "档案完整度",
            format!(
                "{}%（必须 {} 栏，有效 {} 栏，缺或过期 {missing} 栏）",
                completeness.score, completeness.required, completeness.present
            ),
        ),
        (
            "核实情况",
            match &enterprise.verified_by_name {
                Some(name) if enterprise.verification != "unverified" => {
                    let at = enterprise.verified_at.map(|at| document::day(kernel::day_of(at)));
                    format!("{name} {}", at.unwrap_or_default())
                }
                _ => "未核实".into(),
            },
        ),
        ("安全负责人", said(&enterprise.safety_head)),
        ("网格", said(&enterprise.grid)),
    ]
    .into_iter()
    .map(|(label, value)| Fact::new(label, value))
    .collect()
}

fn state_label(state: State) -> &'static str {
    match state {
        State::Present => "有效",
        State::Expiring => "即将到期",
        State::Expired => "已过期",
        State::Missing => "缺",
        State::Unclear => "待明确",
        State::Optional => "未填",
        State::Elsewhere => "另行登记",
    }
}

fn chapters(then: &Then, completeness: &Completeness) -> Vec<Chapter> {
    let Then { enterprise, records, .. } = then;
    let mut chapters = Vec::new();
    let mut groups: BTreeMap<&str, Vec<Fact>> = BTreeMap::new();
    let mut order = Vec::new();
    for (group, label, value) in enterprise::said(enterprise) {
        if !order.contains(&group) {
            order.push(group);
        }
        groups.entry(group).or_default().push(Fact::new(label, value));
    }
    let basic = order.into_iter().filter_map(|group| {
        let facts = groups.remove(group)?;
        Some(Part { heading: Some(group.to_string()), body: Body::Facts(facts) })
    });
    chapters.push(Chapter { title: "企业基本情况".into(), parts: basic.collect() });
    let asked = completeness.items.iter().filter(|item| item.level == "required");
    let rows = asked.map(|item| {
        let done =
            if item.records == 0 { String::new() } else { format!("{}/{}", item.verified, item.records) };
        vec![
            item.label.clone(),
            state_label(item.state).to_string(),
            done,
            item.advice.clone(),
            item.source.clone(),
        ]
    });
    let columns = [("必须栏目", 8), ("情况", 5), ("核实/份数", 5), ("需办理", 12), ("依据", 14)];
    let columns = columns.map(|(label, width)| Column::wide(label, width)).to_vec();
    let table = Table { columns, rows: rows.collect() };
    chapters.push(Chapter {
        title: "档案完整度".into(),
        parts: vec![Part { heading: None, body: Body::Table(table) }],
    });
    for section in SECTIONS.iter() {
        let mut own: Vec<&Record> = records.iter().filter(|record| record.section == section.code).collect();
        if own.is_empty() {
            continue;
        }
        own.sort_by(|a, b| (&a.title, a.id).cmp(&(&b.title, b.id)));
        let title = section.group.label();
        let parts = parts(section, &own, then);
        match chapters.iter_mut().find(|chapter| chapter.title == title) {
            Some(chapter) => chapter.parts.extend(parts),
            None => chapters.push(Chapter { title: title.into(), parts }),
        }
    }
    chapters
}

/// How a record stands, as the paper says it.
fn standing(record: &Record) -> String {
    let label = STATES.iter().find(|(code, _)| *code == record.state).map_or("", |(_, label)| label);
    match (&record.verified_by_name, record.verified_at) {
        (Some(name), Some(at)) if record.state == "verified" => {
            format!("已核实（{name}，{}）", document::day(kernel::day_of(at)))
        }
        _ => label.to_string(),
    }
}

/// The fields that a table of many records shows: what a record is called and its number, until when it holds, what must be filled in, when
/// it was issued; in the order of the section.
fn chief(fields: Vec<&crate::Field>) -> Vec<&crate::Field> {
    let rank = |field: &crate::Field| match field.role {
        Some(Role::Title) => 0,
        Some(Role::Number) => 1,
        Some(Role::ExpiresOn) => 2,
        Some(Role::IssuedOn) => 3,
        _ if field.kind == Kind::Long => 6,
        _ if field.required => 4,
        _ => 5,
    };
    let mut order: Vec<(usize, &crate::Field)> = fields.into_iter().enumerate().collect();
    order.sort_by_key(|(at, field)| (rank(field), *at));
    order.truncate(COLUMNS - 2);
    order.sort_by_key(|(at, _)| *at);
    order.into_iter().map(|(_, field)| field).collect()
}

/// The names of a record's documents, as the paper says them.
fn documents(then: &Then, record: &Record) -> String {
    let own = then.documents_of(record.id).iter().map(|own| own.name.as_str());
    own.collect::<Vec<_>>().join("、")
}

fn parts(section: &Described, records: &[&Record], then: &Then) -> Vec<Part> {
    let filled = |name: &str| records.iter().any(|record| !record.fields.0[name].is_null());
    let fields: Vec<_> = section.fields.iter().filter(|field| filled(&field.name)).collect();
    let label = |field: &crate::Field| match field.unit.as_str() {
        "" => field.label.clone(),
        unit => format!("{}（{unit}）", field.label),
    };
    let many = records.len() > SHEETS;
    let fields = if many && fields.len() > COLUMNS - 2 { chief(fields) } else { fields };
    let attached = records.iter().any(|record| !then.documents_of(record.id).is_empty());
    if (many || fields.len() + usize::from(attached) < COLUMNS) && !section.single {
        let columns = fields.iter().map(|field| label(field));
        let columns = columns.chain(attached.then(|| "附件".to_string())).chain(["核实情况".to_string()]);
        let row = |record: &&Record| {
            let cells = fields.iter().map(|field| field.show(&record.fields.0[&field.name]));
            cells.chain(attached.then(|| documents(then, record))).chain([standing(record)]).collect()
        };
        let table =
            Table { columns: columns.map(Column::new).collect(), rows: records.iter().map(row).collect() };
        let heading = match many {
            true => format!("{}（共 {} 条，列主要项目）", section.label, records.len()),
            false => section.label.to_string(),
        };
        return vec![Part { heading: Some(heading), body: Body::Table(table) }];
    }
    let sheet = |(at, record): (usize, &&Record)| {
        let facts = fields
            .iter()
            .filter(|field| !record.fields.0[&field.name].is_null())
            .map(|field| Fact::new(label(field), field.show(&record.fields.0[&field.name])))
            .chain(
                Some(documents(then, record)).filter(|own| !own.is_empty()).map(|own| Fact::new("附件", own)),
            )
            .chain([Fact::new("核实情况", standing(record))]);
        let heading = match records.len() {
            1 => section.label.to_string(),
            many => format!("{}（{}/{many}）：{}", section.label, at + 1, record.title),
        };
        Part { heading: Some(heading), body: Body::Facts(facts.collect()) }
    };
    records.iter().enumerate().map(sheet).collect()
}

/// The hash of what a document says.
fn hash(document: &Document) -> String {
    Sha256::digest(format!("{document:?}")).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Puts the code on a document and keeps that it was printed; `home` is the address of this system in a browser.
pub async fn seal(
    tx: &mut Tx,
    app: &App,
    actor: &Actor,
    printed: &mut Printed,
    as_of: Option<DateTime<Utc>>,
    home: &str,
) -> Outcome<()> {
    let hash = hash(&printed.document);
    let code = hash.get(..16).unwrap_or_default().to_string();
    let own = &printed.enterprise;
    tx.run(sql!(
        "insert into archive_print (city, id, town, enterprise, code, hash, title, issuer, as_of, printed_at, printed_by)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (code, city, enterprise) do nothing",
        &own.city,
        Uuid::now_v7(),
        &own.town,
        own.id,
        &code,
        &hash,
        format!("{}　{}", printed.document.title, own.name),
        &printed.document.issuer,
        as_of,
        app.clock.now(),
        actor.account
    ))
    .await?;
    let url = format!("{home}/check/{code}");
    let groups: Vec<String> =
        code.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    printed.document.check = Some(Check { code: groups.join(" "), url });
    Ok(())
}

/// What is known of a code.
#[derive(Debug, FromRow)]
pub struct Known {
    /// What was printed.
    pub title: String,
    /// Who issued it.
    pub issuer: String,
    /// The day of its content, where it is of the past.
    pub as_of: Option<DateTime<Utc>>,
    /// When it was first printed.
    pub printed_at: DateTime<Utc>,
    /// The whole hash.
    pub hash: String,
}

/// Looks up a code as it stands on a paper, blanks or not.
pub async fn known(db: &db::Db, code: &str) -> Outcome<Option<Known>> {
    let code: String = code.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase();
    let sql = sql!(
        "select title, issuer, as_of, printed_at, hash from archive_print where code = $1 limit 1",
        code
    );
    Ok(db.optional(sql).await?)
}

/// The day from which a print is, for the name of its file.
pub fn file_name(printed: &Printed, day: NaiveDate, ending: &str) -> String {
    format!("{}-安全生产档案-{day}.{ending}", printed.enterprise.name)
}
