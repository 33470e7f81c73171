//! The envelope of a list and its cursor.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Problem;

/// One page of a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct List<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Cursor of the next page; null on the last one.
    pub next: Option<String>,
}

impl<T> List<T> {
    /// Makes a page from up to `limit + 1` fetched rows: the one too many says that there is more.
    pub fn page(mut items: Vec<T>, limit: u32, cursor: impl Fn(&T) -> Cursor) -> Self {
        let more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = if more { items.last().map(|row| cursor(row).encode()) } else { None };
        List { items, next }
    }
}

/// A count, asked for apart from the list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Count {
    /// Rows that the filters leave.
    pub total: i64,
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
