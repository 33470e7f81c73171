//! Every statement over the register that a request makes. All take the [`Scope`].

use db::{Db, Engine, Exec, Result, Sql, Tx, bulk};
use kernel::{Actor, Clock, RegionCode, Scope};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;
use web::{Cursor, Problem};

use crate::{
    count::DIMENSIONS,
    derived::{Derived, KIND},
    model::Enterprise,
};

/// What a list can be narrowed by. Several values of one filter are separated by commas.
#[derive(Debug, Clone, Default, Serialize, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub struct Filter {
    /// Division and all within it.
    pub region: Option<String>,
    /// Only rows not yet assigned below this division.
    pub directly: bool,
    /// Any part of a name, an address or a person, pinyin or initials; or the beginning of a code.
    pub q: Option<String>,
    /// State of its life.
    pub status: Option<String>,
    /// `public`, `non_public`.
    pub ownership: Option<String>,
    /// `stated`, `inferred`, `assumed`.
    pub ownership_basis: Option<String>,
    /// Supervised sector.
    pub sector: Option<String>,
    /// Size class, `unknown` for none.
    pub size: Option<String>,
    /// `verified`, `partly`, `unverified`.
    pub verification: Option<String>,
    /// `certain`, `proposed`, `open`.
    pub assignment: Option<String>,
    /// `yes`, `no`.
    pub located: Option<String>,
    /// Import that brought it.
    pub import_id: Option<Uuid>,
    /// Market, building, park or street it is part of.
    pub cluster: Option<Uuid>,
    /// Responsible officer.
    pub officer: Option<Uuid>,
    /// Responsible agency.
    pub agency: Option<Uuid>,
    /// Name of the enterprise it is a branch of.
    pub parent_name: Option<String>,
}

impl Filter {
    /// What a dimension is narrowed to, values separated by commas.
    pub fn value(&self, name: &str) -> Option<&str> {
        match name {
            "status" => self.status.as_deref(),
            "ownership" => self.ownership.as_deref(),
            "ownership_basis" => self.ownership_basis.as_deref(),
            "sector" => self.sector.as_deref(),
            "size" => self.size.as_deref(),
            "verification" => self.verification.as_deref(),
            "assignment" => self.assignment.as_deref(),
            _ => self.located.as_deref(),
        }
        .filter(|value| !value.is_empty())
    }

    /// The part of the scope that the region filter leaves. Outside the scope it does not exist.
    pub fn scope(&self, scope: &Scope) -> Result<Scope, Problem> {
        match self.region.as_deref().filter(|region| !region.is_empty()) {
            Some(region) => Ok(scope.narrow(&RegionCode::parse(region)?)?),
            None => Ok(scope.clone()),
        }
    }

    /// Whether the filter asks for what only the records know, not their kept numbers.
    pub fn reads_records(&self) -> bool {
        self.text().is_some() || self.parent().is_some() || self.ids().iter().any(|(_, id)| id.is_some())
    }

    /// What rows point at; an index finds the few that do.
    fn ids(&self) -> [(&'static str, Option<Uuid>); 4] {
        [
            (" and import_id = ", self.import_id),
            (" and cluster = ", self.cluster),
            (" and officer = ", self.officer),
            (" and agency = ", self.agency),
        ]
    }

    /// Whether the filter asks for the few records that point at something.
    fn points(&self) -> bool {
        self.cluster.is_some() || self.officer.is_some() || self.agency.is_some() || self.parent().is_some()
    }

    fn parent(&self) -> Option<&str> {
        self.parent_name.as_deref().filter(|name| !name.is_empty())
    }

    fn text(&self) -> Option<&str> {
        self.q.as_deref().map(str::trim).filter(|q| !q.is_empty())
    }

    /// The statement with the conditions of the filters and the scope.
    pub fn conditions(&self, sql: Sql, engine: Engine, scope: &Scope) -> Sql {
        let mut sql = self.place_and_text(sql, engine, scope);
        for (name, column) in DIMENSIONS {
            if let Some(value) = self.value(name) {
                sql = sql.push(" and ").within(column, value.split(','));
            }
        }
        sql
    }

    /// The statement with the condition that rows stand at the division itself, if that is asked.
    pub fn directly(&self, sql: Sql) -> Sql {
        match &self.region {
            Some(region) if self.directly => sql.push(" and town = ").arg(region),
            _ => sql,
        }
    }

    /// The statement with the scope and with all conditions but those on the dimensions.
    pub fn place_and_text(&self, sql: Sql, engine: Engine, scope: &Scope) -> Sql {
        let mut sql =
            self.directly(sql.push(" where ").scope(scope, "", "id").push(" and status <> 'merged'"));
        for (condition, id) in self.ids() {
            sql = sql.and(condition, id);
        }
        sql = sql.and(" and parent_name = ", self.parent());
        if let Some(q) = self.text() {
            sql = match code_range(q) {
                // a half-open range finds what begins so by the index
                Some((low, high)) => sql
                    .push(" and (credit_code >= ")
                    .arg(&low)
                    .push(" and credit_code < ")
                    .arg(&high)
                    .push(" or old_code >= ")
                    .arg(&low)
                    .push(" and old_code < ")
                    .arg(&high)
                    .push(")"),
                None => search::matching(sql.push(" and "), engine, scope, KIND, "id", q),
            };
        }
        sql
    }
}

/// The half-open range of codes that begin with `text`; `None` when it does not look like the beginning of a code.
pub fn code_range(text: &str) -> Option<(String, String)> {
    let code = rules::name::fold(text);
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let plain = code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    // the last sign of all stands for "anything after"
    (plain && digits >= 3).then(|| (code.clone(), format!("{code}\u{10FFFF}")))
}

/// Records by their keys, as far as they are in scope, in no order.
pub async fn some(db: impl Exec, scope: &Scope, keys: &[(String, Uuid)]) -> Result<Vec<Enterprise>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let sql = Enterprise::select().push(" where ").within("city", keys.iter().map(|(city, _)| city));
    let sql = sql.push(" and ").within("id", keys.iter().map(|(_, id)| *id)).push(" and ");
    db.all(sql.scope(scope, "", "id").push(" and status <> 'merged'")).await
}

/// What lists may be sorted by: columns that an index of the city holds in order.
const SORTS: &[&str] = &["updated_at", "name", "town"];

/// One page of the list; one row more than `limit` where there are more.
pub async fn list(
    db: &Db,
    scope: &Scope,
    filter: &Filter,
    sort: Option<&str>,
    cursor: Option<&str>,
    limit: u32,
) -> Result<Vec<Enterprise>, Problem> {
    let sort = sort.unwrap_or("-updated_at");
    let (column, descending) = sort.strip_prefix('-').map_or((sort, false), |column| (column, true));
    if !SORTS.contains(&column) {
        return Err(Problem::bad_request(
            "sort.unknown",
            format!("不能按「{column}」排序，可用：{}。", SORTS.join("、")),
        ));
    }
    // the few that point at one cluster, officer or parent are found by that and then sorted, not the other way round
    let sorted = if filter.points() { format!("coalesce({column}, {column})") } else { column.to_string() };
    let mut sql = filter.conditions(Enterprise::select(), db.engine(), scope);
    if let Some(cursor) = cursor {
        let cursor = Cursor::decode(cursor)?;
        let key = cursor.key.unwrap_or_default();
        sql = sql.push(&format!(" and ({sorted}, id) {} (", if descending { "<" } else { ">" }));
        sql = if column == "updated_at" {
            let at = key.parse::<chrono::DateTime<chrono::Utc>>().map_err(|_| {
                Problem::bad_request("cursor.invalid", "翻页位置已失效，请回到第一页重新查询。")
            })?;
            sql.arg(at)
        } else {
            sql.arg(key)
        };
        sql = sql.push(", ").arg(cursor.id).push(")");
    }
    let way = if descending { "desc" } else { "asc" };
    Ok(db
        .all(sql.push(&format!(" order by {sorted} {way}, id {way} limit ")).arg(i64::from(limit) + 1))
        .await?)
}

/// The cursor of a row under a sort.
pub fn cursor(row: &Enterprise, sort: Option<&str>) -> Cursor {
    let key = match sort.unwrap_or("-updated_at").trim_start_matches('-') {
        "name" => row.name.clone(),
        "town" => row.town.clone(),
        _ => row.updated_at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true),
    };
    Cursor { key: Some(key), id: row.id }
}

/// One record in scope.
pub async fn find(db: impl Exec, scope: &Scope, city: &str, id: Uuid) -> Result<Enterprise> {
    db.one(
        Enterprise::select()
            .push(" where city = ")
            .arg(city)
            .push(" and id = ")
            .arg(id)
            .push(" and ")
            .scope(scope, "", "id"),
    )
    .await
}

/// Records of a name, in its form for matching.
pub async fn of_name(db: impl Exec, scope: &Scope, name_key: &str) -> Result<Vec<Enterprise>> {
    let sql = Enterprise::select().push(" where ").scope(scope, "", "id").push(" and name_key = ");
    db.all(sql.arg(name_key).push(" and status <> 'merged' limit 5")).await
}

/// Writes new records with what follows from them and their entries on the trail.
pub async fn insert(
    tx: &mut Tx,
    clock: &Clock,
    actor: &Actor,
    records: &[Enterprise],
    reason: Option<&str>,
) -> Result<()> {
    let mut derived = Derived::default();
    for record in records {
        derived.add(record);
    }
    bulk(tx, Enterprise::TABLE, Enterprise::COLUMNS, records.iter().map(Enterprise::values).collect(), "")
        .await?;
    derived.apply(tx).await?;
    let entries = records.iter().map(|record| {
        record.entry(audit::Action::Create, None, Some(record.document()), reason.map(str::to_string))
    });
    audit::record_many(tx, clock, actor, entries.collect()).await
}

/// Writes a record back if nobody else did since it was read; answers whether it was written.
pub async fn save(tx: &mut Tx, scope: &Scope, record: &Enterprise, read_version: i64) -> Result<bool> {
    let sql = record
        .update(&["city", "id"])
        .push(" and version = ")
        .arg(read_version)
        .push(" and ")
        .scope(scope, "", "id");
    Ok(tx.run(sql).await? == 1)
}
