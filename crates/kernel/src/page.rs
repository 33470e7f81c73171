//! Pages of a list by keyset: a page never costs more for lying further back.

use serde::{Deserialize, Serialize};

/// Most rows one page may hold.
const MOST: u32 = 200;

/// What a caller asks of a list besides its filters.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct PageRequest {
    /// Column to sort by; a leading `-` means descending.
    pub sort: Option<String>,
    /// Rows wanted, 50 unless told, 200 at most.
    pub limit: Option<u32>,
    /// Where the last page ended, as its `next` said.
    pub cursor: Option<String>,
}

impl PageRequest {
    /// The rows to fetch for this page.
    pub fn limit(&self) -> u32 {
        self.limit.unwrap_or(50).clamp(1, MOST)
    }
}

/// One page of rows.
#[derive(Debug, Clone, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Cursor of the next page, if there is one.
    pub next: Option<String>,
}
