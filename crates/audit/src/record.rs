//! Writing entries.

use std::collections::BTreeSet;

use db::{Db, Engine, Error, Exec, FromRow, Json, Result, Sql, Tx, bulk};
use kernel::{Actor, Clock};
use serde_json::{Map, Value as Document};
use uuid::Uuid;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A row came to be.
    Create,
    /// A row changed.
    Update,
    /// A row went away.
    Delete,
    /// Personal data was read.
    Read,
    /// Rows left the system in a file.
    Export,
    /// Somebody signed in.
    SignIn,
    /// Somebody signed out.
    SignOut,
    /// Something was tried and refused.
    Refused,
}

impl Action {
    /// The word in storage.
    pub const fn code(self) -> &'static str {
        match self {
            Action::Create => "create",
            Action::Update => "update",
            Action::Delete => "delete",
            Action::Read => "read",
            Action::Export => "export",
            Action::SignIn => "sign_in",
            Action::SignOut => "sign_out",
            Action::Refused => "refused",
        }
    }
}

/// One entry; the actor and the time are added when it is recorded.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What was done.
    pub action: Action,
    /// Table.
    pub subject: &'static str,
    /// City of the row.
    pub city: String,
    /// Town of the row, or the widest prefix that is certain.
    pub town: String,
    /// Id of the row.
    pub row: Option<Uuid>,
    /// Title of the row as people know it.
    pub title: Option<String>,
    /// Values before; on an update only those that changed.
    pub before: Option<Document>,
    /// Values after; on an update only those that changed.
    pub after: Option<Document>,
    /// Why, as the person said it.
    pub reason: Option<String>,
}

impl Entry {
    /// The division that a row is left standing in by what was done.
    fn leaves(&self) -> Option<&str> {
        matches!(self.action, Action::Create | Action::Update).then_some(self.town.as_str())
    }
}

db::table! {
    /// A row of the trail.
    pub struct AuditRow in "audit" {
        /// City.
        pub city: String,
        /// Id; ordered by time.
        pub id: Uuid,
        /// When, UTC.
        pub at: chrono::DateTime<chrono::Utc>,
        /// Account; nil is the system.
        pub actor: Uuid,
        /// Name of the actor then.
        pub actor_name: String,
        /// Person stood in for.
        pub on_behalf: Option<Uuid>,
        /// What was done.
        pub action: String,
        /// Table.
        pub subject: String,
        /// Town.
        pub town: String,
        /// Row.
        pub row_id: Option<Uuid>,
        /// Title.
        pub row_title: Option<String>,
        /// Before.
        pub before: Option<Json<Document>>,
        /// After.
        pub after: Option<Json<Document>>,
        /// Reason.
        pub reason: Option<String>,
        /// Sealed in this batch; null until then.
        pub batch: Option<i64>,
    }
}

impl AuditRow {
    /// The entry of what somebody did at that instant, not sealed yet.
    fn new(at: chrono::DateTime<chrono::Utc>, actor: &Actor, entry: Entry) -> AuditRow {
        AuditRow {
            city: entry.city,
            id: Uuid::now_v7(),
            at,
            actor: actor.account,
            actor_name: actor.name.clone(),
            on_behalf: actor.on_behalf,
            action: entry.action.code().into(),
            subject: entry.subject.into(),
            town: entry.town,
            row_id: entry.row,
            row_title: entry.title,
            before: entry.before.map(Json),
            after: entry.after.map(Json),
            reason: entry.reason,
            batch: None,
        }
    }
}

/// Records, in a statement of its own, that something was read or taken away. Nothing is left standing in a division by
/// it, so it waits for no change of divisions; what is written goes by [`record`].
pub async fn note(db: &Db, clock: &Clock, actor: &Actor, entry: Entry) -> Result<()> {
    db.run(AuditRow::new(clock.now(), actor, entry).insert()).await?;
    Ok(())
}

/// Records one entry in the transaction of the write itself; refused as [`record_many`] is, by the same statement.
pub async fn record(tx: &mut Tx, clock: &Clock, actor: &Actor, entry: Entry) -> Result<()> {
    let gone = entry.leaves().and_then(|town| gone([town]));
    let row = AuditRow::new(clock.now(), actor, entry);
    let Some(gone) = gone else {
        tx.run(row.insert()).await?;
        return Ok(());
    };
    let mut sql =
        Sql::new(&format!("insert into {} ({}) select ", AuditRow::TABLE, AuditRow::COLUMNS.join(", ")));
    for (at, value) in row.values().into_iter().enumerate() {
        sql = if at > 0 { sql.push(", ") } else { sql }.arg(value);
    }
    match tx.run(sql.push(" where not exists (select 1").append(gone).push(")")).await? {
        0 => Err(Error::Busy),
        _ => Ok(()),
    }
}

/// Records many entries in the transaction of the writes themselves. Where a row would be left standing in a division
/// that is no more, because the writer decided before a change of divisions was committed, the write is given up
/// ([`db::Error::Busy`]): begun again it sees the map as it now is.
pub async fn record_many(tx: &mut Tx, clock: &Clock, actor: &Actor, entries: Vec<Entry>) -> Result<()> {
    in_force(tx, entries.iter().filter_map(Entry::leaves)).await?;
    let at = clock.now();
    let rows = entries.into_iter().map(|entry| AuditRow::new(at, actor, entry).values()).collect();
    bulk(tx, AuditRow::TABLE, AuditRow::COLUMNS, rows, "").await?;
    Ok(())
}

/// Gives the write up ([`db::Error::Busy`]) where one of these divisions is no more. The transaction keeps changes of
/// divisions waiting, so that what holds now holds at its end.
pub async fn in_force(tx: &mut Tx, codes: impl Iterator<Item = &str>) -> Result<()> {
    #[derive(FromRow)]
    struct Number {
        number: i64,
    }
    let Some(gone) = gone(codes) else { return Ok(()) };
    match tx.one::<Number>(Sql::new("select count(*) as number").append(gone)).await?.number {
        0 => Ok(()),
        _ => Err(Error::Busy),
    }
}

/// ` from …` those of the divisions that are no more; `None` where no division smaller than a city is among them.
fn gone<'a>(codes: impl IntoIterator<Item = &'a str>) -> Option<Sql> {
    let codes: BTreeSet<&str> = codes.into_iter().filter(|code| code.len() > 4).collect();
    let sql = (!codes.is_empty()).then(|| Sql::new(" from region r where ").within("r.code", codes));
    let now = " and not exists (select 1 from region now where now.code = r.code and now.valid_to is null)";
    sql.map(|sql| sql.push(now))
}

/// Records one entry for each row of a source, in one statement. `from` names a source with the columns `city`, `town`,
/// `id` (made by the application, in the order of time), `title` and `trail`, the values after.
pub async fn record_all(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    (action, subject, reason): (Action, &str, Option<&str>),
    from: Sql,
) -> Result<u64> {
    // the id of an entry tells its time: it is that of the row with the time of now in its first 48 bits
    let now = Uuid::now_v7();
    let id = match tx.engine() {
        Engine::Sqlite => {
            Sql::new("cast(").arg(now.as_bytes()[..6].to_vec()).push(" || substr(id, 7) as blob)")
        }
        Engine::Postgres => Sql::new("cast(")
            .arg(&now.simple().to_string()[..12])
            .push(" || substr(replace(cast(id as text), '-', ''), 13) as uuid)"),
    };
    let sql = Sql::new("insert into audit (city, id, at, actor, actor_name, on_behalf, action, subject, town, row_id, row_title, after, reason) select city, ")
        .append(id)
        .push(", ")
        .arg(clock.now())
        .push(", ")
        .arg(actor.account)
        .push(", ")
        .arg(&actor.name)
        .push(", ")
        .arg(actor.on_behalf)
        .push(", ")
        .arg(action.code())
        .push(", ")
        .arg(subject)
        .push(", town, id, title, trail, ")
        .arg(reason)
        .push(" from ");
    tx.run(sql.append(from)).await
}

/// What differs between two states of a row: the old values and the new ones of just those fields.
pub fn diff(before: &Document, after: &Document) -> (Document, Document) {
    let (mut old, mut new) = (Map::new(), Map::new());
    if let (Document::Object(before), Document::Object(after)) = (before, after) {
        for (field, value) in after {
            let was = before.get(field).unwrap_or(&Document::Null);
            if was != value {
                old.insert(field.clone(), was.clone());
                new.insert(field.clone(), value.clone());
            }
        }
        for (field, was) in before.iter().filter(|(field, was)| !after.contains_key(*field) && !was.is_null())
        {
            old.insert(field.clone(), was.clone());
            new.insert(field.clone(), Document::Null);
        }
    }
    (Document::Object(old), Document::Object(new))
}

/// Lets rows of tables that say city, town and id make their entries of the trail: `row.entry(action, title, after, reason)`.
#[macro_export]
macro_rules! entries {
    ($($row:ty),* $(,)?) => {$(
        impl $row {
            /// An entry of the trail about this row.
            pub fn entry(
                &self,
                action: $crate::Action,
                title: &str,
                after: serde_json::Value,
                reason: Option<String>,
            ) -> $crate::Entry {
                $crate::Entry {
                    action,
                    subject: Self::TABLE,
                    city: self.city.clone(),
                    town: self.town.clone(),
                    row: Some(self.id),
                    title: Some(title.to_string()),
                    before: None,
                    after: Some(after),
                    reason,
                }
            }
        }
    )*};
}
