//! Tables as offices exchange them: CSV in any Chinese encoding and XLSX, read row by row and written in constant
//! memory. What the columns mean is the callers' business.

mod about;
mod book;
mod csv_read;
mod error;
mod header;
mod read;
mod write;
mod xlsx_read;

pub use about::rows_about;
pub use book::{Book, Column, Entry};
pub use error::SheetError;
pub use header::{Header, find_header};
pub use read::{Limits, Row, Source, read, read_book};
pub use write::{Format, Writer};

/// The address of a cell as spreadsheets show it: row 7, third column (index 2) is `C7`.
pub fn cell_address(row: u64, column: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column + 1;
    while rest > 0 {
        letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect::<String>() + &row.to_string()
}
