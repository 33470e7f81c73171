//! Documents attached to records: their rows, their versions, what the search box knows of them, and the contents that no row
//! names any more. A content is kept in the folder before its row is written, so a row never names what is not there.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use audit::Action;
use chrono::{DateTime, Utc};
use db::{Exec, FromRow, Sql, Tx, bulk, sql};
use file::{Kept, Kind, MOST_TEXT};
use kernel::Scope;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use web::{App, Outcome, Problem};

use crate::{keep, model::Record, store};

/// Most live attachments of a record.
pub const MOST_OF_RECORD: usize = 50;
/// Most versions of an attachment.
pub const MOST_VERSIONS: i64 = 100;
/// How long a content without a row is kept: longer than any upload takes.
const GRACE: Duration = Duration::from_secs(86_400);
/// Contents asked for at a time.
const CHUNK: usize = 400;

db::table! {
    /// A document attached to a record.
    #[derive(Serialize, Deserialize)]
    pub struct Attachment in "attachment" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// The record it belongs to.
        pub record: Uuid,
        /// What it is called.
        pub name: String,
        /// The version that counts.
        pub number: i64,
        /// `live` or `removed`.
        pub state: String,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

db::table! {
    /// A version of an attachment.
    #[derive(Serialize, utoipa::ToSchema)]
    pub struct AttachmentVersion in "attachment_version" {
        /// City, 4 digits.
        #[serde(skip)]
        pub city: String,
        /// The attachment.
        #[serde(skip)]
        pub attachment: Uuid,
        /// Which one, from 1.
        pub number: i64,
        /// SHA-256 of its content.
        pub hash: String,
        /// Bytes.
        pub size: i64,
        /// `pdf`, `png`, `jpg`, `xlsx` or `docx`.
        pub kind: String,
        /// The name that the file had.
        pub name: String,
        /// What is different in it.
        pub note: Option<String>,
        /// When, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// Name of that person then.
        pub created_by_name: String,
    }
}

impl Attachment {
    /// An entry of the trail about this attachment.
    pub fn entry(
        &self,
        action: Action,
        before: Option<Value>,
        after: Option<Value>,
        reason: Option<String>,
    ) -> audit::Entry {
        audit::Entry {
            action,
            subject: Self::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(self.name.clone()),
            before,
            after,
            reason,
        }
    }

    /// The row as a document for the trail.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

impl AttachmentVersion {
    /// The content, under the name of its attachment.
    pub fn kept(&self, name: &str) -> Outcome<Kept> {
        let kind = Kind::parse(&self.kind).ok_or_else(Problem::not_found)?;
        Ok(Kept { hash: self.hash.clone(), size: self.size, kind, name: name.to_string() })
    }
}

/// The name with the ending of its kind, which tells the desktop what opens it.
pub fn with_ending(name: &str, kind: &str) -> String {
    let folded = name.to_lowercase();
    let spelt = folded.ends_with(&format!(".{kind}")) || kind == "jpg" && folded.ends_with(".jpeg");
    if spelt { name.to_string() } else { format!("{name}.{kind}") }
}

/// Where contents lie.
pub fn folder(app: &App) -> PathBuf {
    app.files.join("attachments")
}

/// One attachment in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> db::Result<Attachment> {
    let sql = Attachment::select().push(" where city = ").arg(city).push(" and id = ").arg(id);
    db.one(sql.push(" and ").scope(scope, "", "enterprise")).await
}

/// The versions of some attachments of a city, the latest first.
pub async fn versions(
    db: impl Exec,
    city: &str,
    attachments: impl IntoIterator<Item = Uuid>,
) -> db::Result<Vec<AttachmentVersion>> {
    let sql = AttachmentVersion::select().push(" where city = ").arg(city).push(" and ");
    db.all(sql.within("attachment", attachments).push(" order by attachment, number desc")).await
}

/// The live attachments of an enterprise that count, each with its version that counts, in the order of making.
pub async fn live(
    db: impl Exec + Copy,
    city: &str,
    enterprise: Uuid,
) -> db::Result<Vec<(Attachment, AttachmentVersion)>> {
    let sql =
        Attachment::select().push(" where city = ").arg(city).push(" and enterprise = ").arg(enterprise);
    let rows: Vec<Attachment> = db.all(sql.push(" and state = 'live' order by id")).await?;
    let mut found = Vec::with_capacity(rows.len());
    for rows in rows.chunks(CHUNK) {
        let mut own: BTreeMap<(Uuid, i64), AttachmentVersion> = BTreeMap::new();
        for version in versions(db, city, rows.iter().map(|row| row.id)).await? {
            own.insert((version.attachment, version.number), version);
        }
        for row in rows {
            if let Some(version) = own.remove(&(row.id, row.number)) {
                found.push((row.clone(), version));
            }
        }
    }
    Ok(found)
}

/// How many live attachments a record has.
pub async fn count(db: impl Exec, city: &str, record: Uuid) -> db::Result<usize> {
    #[derive(FromRow)]
    struct Number {
        number: i64,
    }
    let sql = sql!(
        "select count(*) as number from attachment where city = $1 and record = $2 and state = 'live'",
        city,
        record
    );
    Ok(usize::try_from(db.one::<Number>(sql).await?.number).unwrap_or_default())
}

/// Whether the attachments of a record changed since it was vouched for.
pub async fn changed_since_verified(db: impl Exec, record: &Record) -> db::Result<bool> {
    #[derive(FromRow)]
    struct Any {
        #[expect(dead_code, reason = "that there is one says all")]
        id: Uuid,
    }
    let sql = sql!(
        "select id from attachment where city = $1 and record = $2 and updated_at > $3 limit 1",
        &record.city,
        record.id,
        record.verified_at
    );
    Ok(db.optional::<Any>(sql).await?.is_some())
}

/// What the search box finds records of a city by beside their own words: the names and texts of their live attachments,
/// [`MOST_TEXT`] signs for each record at most.
pub async fn words(tx: &mut Tx, city: &str, records: &[Uuid]) -> db::Result<BTreeMap<Uuid, Vec<String>>> {
    #[derive(FromRow)]
    struct Said {
        record: Uuid,
        name: String,
        text: Option<String>,
    }
    let mut words: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for records in records.chunks(CHUNK) {
        let sql = Sql::new(
            "select a.record, a.name, t.text from attachment a
             join attachment_version v on v.city = a.city and v.attachment = a.id and v.number = a.number
             left join attachment_text t on t.city = v.city and t.hash = v.hash
             where a.city = ",
        );
        let sql = sql.arg(city).push(" and ").within("a.record", records.iter().copied());
        for said in tx.all::<Said>(sql.push(" and a.state = 'live' order by a.record, a.id")).await? {
            let own = words.entry(said.record).or_default();
            let known: usize = own.iter().map(|text| text.chars().count()).sum();
            let left = MOST_TEXT.saturating_sub(known + said.name.chars().count());
            own.push(said.name);
            own.extend(said.text.map(|text| text.chars().take(left).collect::<String>()));
        }
    }
    Ok(words)
}

/// The numbers of persons' papers and mobile phones are nothing to be found by.
fn without_numbers(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut run = String::new();
    for sign in text.chars().chain([' ']) {
        if sign.is_ascii_alphanumeric() {
            run.push(sign);
            continue;
        }
        let digits = run.bytes().take_while(u8::is_ascii_digit).count();
        let day = run.get(6..8).is_some_and(|century| matches!(century, "19" | "20"))
            && run.get(10..12).is_some_and(|month| ("01"..="12").contains(&month));
        let identity = run.len() == 18 && digits >= 17 && day;
        let phone = run.len() == 11 && digits == 11 && run.starts_with('1');
        if !identity && !phone {
            kept.push_str(&run);
        }
        run.clear();
        kept.push(sign);
    }
    kept.trim_end().to_string()
}

/// What reading a version is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Reading {
    city: String,
    id: Uuid,
    number: i64,
}

/// Asks for the text of a version to be read.
pub async fn ask_for_text(tx: &mut Tx, app: &App, attachment: &Attachment) -> db::Result<()> {
    let reading = Reading { city: attachment.city.clone(), id: attachment.id, number: attachment.number };
    let new = job::New {
        kind: crate::jobs::READ,
        city: attachment.city.clone(),
        // nobody waits for it
        owner: Uuid::nil(),
        on_behalf: None,
        input: json!(reading),
    };
    job::enqueue(tx, &app.clock, new).await.map(drop)
}

/// The job: reads what a version says and lets its record be found by it.
pub async fn read(context: &job::Context) -> Result<Value, job::Failure> {
    let app = &context.app;
    let which: Reading = serde_json::from_value((*context.input).clone()).map_err(Problem::internal)?;
    let sql = AttachmentVersion::select().push(" where city = ").arg(&which.city).push(" and attachment = ");
    let sql = sql.arg(which.id).push(" and number = ").arg(which.number);
    let version: AttachmentVersion = app.db.one(sql).await?;
    let kept = version.kept("")?;
    let path = file::path(&folder(app), &kept.hash).ok_or_else(Problem::not_found)?;
    let text = tokio::task::spawn_blocking(move || file::text(&path, kept.kind))
        .await
        .map_err(Problem::internal)?
        .map_err(Problem::internal)?;
    let text = without_numbers(&text);
    let signs = text.chars().count();
    let mut tx = app.db.begin().await?;
    let row =
        vec![version.city.clone().into(), version.hash.clone().into(), text.into(), app.clock.now().into()];
    let columns = ["city", "hash", "text", "created_at"];
    bulk(&mut tx, "attachment_text", &columns, vec![row], " on conflict (city, hash) do nothing").await?;
    let sql = Attachment::select().push(" where city = ").arg(&which.city).push(" and id = ").arg(which.id);
    let attachment: Attachment = tx.one(sql).await?;
    store::hold(&mut tx, &which.city, &[attachment.enterprise]).await?;
    let sql = Record::select().push(" where city = ").arg(&which.city).push(" and id = ");
    let record: Record = tx.one(sql.arg(attachment.record)).await?;
    if record.is_live() {
        let sql =
            sql!("select name from enterprise where city = $1 and id = $2", &record.city, record.enterprise);
        #[derive(FromRow)]
        struct Named {
            name: String,
        }
        let enterprise: Named = tx.one(sql).await?;
        let entries = keep::entries(&mut tx, &[&record], &enterprise.name).await?;
        search::write(&mut tx, &entries).await?;
    }
    let result = json!({"signs": signs});
    context.finish(&mut tx, &result).await?;
    tx.commit().await?;
    Ok(result)
}

/// The daily job: removes contents that no version names, of uploads that went no further.
pub async fn tidy(app: &App) -> Outcome<Value> {
    let before = SystemTime::from(app.clock.now()) - GRACE;
    let at = folder(app);
    let old = tokio::task::spawn_blocking(move || file::old(&at, before))
        .await
        .map_err(Problem::internal)?
        .map_err(Problem::internal)?;
    #[derive(FromRow)]
    struct Named {
        hash: String,
    }
    let mut removed = 0;
    for hashes in old.chunks(CHUNK) {
        let sql = Sql::new("select distinct hash from attachment_version where ");
        let named: Vec<Named> = app.db.all(sql.within("hash", hashes.iter().map(String::as_str))).await?;
        for hash in hashes.iter().filter(|hash| !named.iter().any(|own| own.hash == **hash)) {
            // whoever uploads it again in this moment has made it new
            removed += usize::from(file::forget(&folder(app), hash, before).map_err(Problem::internal)?);
        }
    }
    Ok(json!({"removed": removed}))
}

#[cfg(test)]
mod tests {
    use super::without_numbers;

    #[test]
    fn numbers_of_persons_are_left_out_and_those_of_papers_stay() {
        let text =
            "张某 44050719800101001X 电话13800001111，证号(粤)WH安许证字〔2025〕0017 代码91440500000000025H";
        let kept = without_numbers(text);
        assert!(!kept.contains("4405071980") && !kept.contains("1380000"), "{kept}");
        assert!(kept.contains("〔2025〕0017") && kept.contains("91440500000000025H"), "{kept}");
    }
}
