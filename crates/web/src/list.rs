//! The envelope of a list and its cursor.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use db::{Db, Exec, FromRow, Row, Sql};
use kernel::{RegionCode, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{Outcome, Problem};

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last one.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// Makes a page from up to `limit + 1` fetched rows: the one too many says that there is more. `next` says of its last
    /// row how to go on.
    pub fn page(mut items: Vec<T>, limit: u32, next: impl Fn(&T) -> String) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = if more { items.last().map(next) } else { None };
        List { items, next }
    }

    /// The same page with its rows as they are shown.
    pub fn map<U>(self, shown: impl FnMut(T) -> U) -> List<U> {
        List { items: self.items.into_iter().map(shown).collect(), next: self.next }
    }
}

/// The rows of a page: 50 unless told, 200 at most.
pub fn page_limit(wanted: Option<u32>) -> u32 {
    wanted.unwrap_or(50).clamp(1, 200)
}

/// Which page of a list. A page never costs more for lying further back.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Page {
    /// Rows, 50 unless told, 200 at most.
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

impl Page {
    /// The rows of this page.
    pub fn limit(&self) -> u32 {
        page_limit(self.limit)
    }

    /// The page of a list whose latest rows come first: `sql` ends within its conditions, ids are made in the order of time.
    pub async fn latest<T: Row>(&self, db: &Db, mut sql: Sql, id: fn(&T) -> Uuid) -> Outcome<List<T>> {
        if let Some(cursor) = &self.cursor {
            sql = sql.push(" and id < ").arg(Cursor::decode(cursor)?.id);
        }
        let limit = self.limit();
        let rows = db.all(sql.push(" order by id desc limit ").arg(i64::from(limit) + 1)).await?;
        Ok(List::page(rows, limit, |row| Cursor { key: None, id: id(row) }.encode()))
    }

    /// The page of a list in the order of a day, the earliest first: `sql` ends within its conditions, which leave no row without
    /// the day.
    pub async fn by_day<T: Row>(
        &self,
        db: &Db,
        mut sql: Sql,
        column: &str,
        key: fn(&T) -> (Option<NaiveDate>, Uuid),
    ) -> Outcome<List<T>> {
        if let Some(cursor) = self.cursor.as_deref().map(Cursor::decode).transpose()? {
            let day = cursor.key.and_then(|key| key.parse::<NaiveDate>().ok());
            sql = sql.push(&format!(" and ({column}, id) > (")).arg(day).push(", ").arg(cursor.id).push(")");
        }
        let limit = self.limit();
        let sql = sql.push(&format!(" order by {column}, id limit ")).arg(i64::from(limit) + 1);
        Ok(List::page(db.all(sql).await?, limit, |row| {
            let (day, id) = key(row);
            Cursor { key: day.map(|day| day.to_string()), id }.encode()
        }))
    }

    /// The page of a list in the order of divisions: `sql` ends within its conditions. A town lies in the city that its code
    /// begins with.
    pub async fn by_town<T: Row>(
        &self,
        db: &Db,
        mut sql: Sql,
        key: fn(&T) -> (&str, Uuid),
    ) -> Outcome<List<T>> {
        if let Some(cursor) = self.cursor.as_deref().map(Cursor::decode).transpose()? {
            let town = cursor.key.unwrap_or_default();
            sql = sql.push(" and (city, town, id) > (").arg(town.get(..4).unwrap_or_default()).push(", ");
            sql = sql.arg(&town).push(", ").arg(cursor.id).push(")");
        }
        let limit = self.limit();
        let sql = sql.push(" order by city, town, id limit ").arg(i64::from(limit) + 1);
        Ok(List::page(db.all(sql).await?, limit, |row| {
            let (town, id) = key(row);
            Cursor { key: Some(town.to_string()), id }.encode()
        }))
    }
}

/// The part of a scope that lies in the division a list asks for; all of it where none is asked for.
///
/// # Errors
/// 422 for what is no division; 404 where it lies outside.
pub fn narrowed(scope: Scope, region: Option<&str>) -> Outcome<Scope> {
    match region.filter(|region| !region.is_empty()) {
        Some(region) => Ok(scope.narrow(&RegionCode::parse(region)?)?),
        None => Ok(scope),
    }
}

/// A count, asked for apart from the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Count {
    /// Rows that the filters leave.
    pub total: i64,
    /// Whether there are more: what very many rows have is not counted to its end.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

impl Count {
    /// Counts the rows of a statement, which ends within its conditions, up to `most`.
    pub async fn up_to(db: &Db, rows: Sql, most: i64) -> Outcome<Count> {
        #[derive(FromRow)]
        struct Number {
            number: i64,
        }
        let rows = rows.push(" limit ").arg(most + 1);
        let sql = Sql::new("select count(*) as number from (").append(rows).push(") x");
        let number = db.one::<Number>(sql).await?.number;
        Ok(Count { total: number.min(most), more: number > most })
    }
}

/// Where a page ended: the sort key of its last row and the row's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The column's value as text; `None` when it was null.
    pub key: Option<String>,
    /// The row.
    pub id: Uuid,
}

impl Cursor {
    /// As it stands in a link.
    pub fn encode(&self) -> String {
        URL_SAFE_NO_PAD.encode(serde_json::to_vec(self).unwrap_or_default())
    }

    /// Reads a cursor from a link.
    pub fn decode(text: &str) -> Result<Self, Problem> {
        let invalid = || Problem::bad_request("cursor.invalid", "翻页位置已失效，请回到第一页重新查询。");
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| invalid())?;
        serde_json::from_slice(&bytes).map_err(|_| invalid())
    }
}
