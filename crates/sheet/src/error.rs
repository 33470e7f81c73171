//! Why a file cannot be read as a table.

use thiserror::Error;

/// The file is no table that can be read; nothing of it was taken.
#[derive(Debug, Error)]
pub enum SheetError {
    /// Nothing in it.
    #[error("文件是空的，请选择有内容的表格")]
    Empty,
    /// Neither CSV text nor XLSX.
    #[error("这个文件不是表格。请用 Excel 或 WPS 另存为 .xlsx 或 .csv 后重新上传")]
    NotATable,
    /// A table, but no workbook of several sheets.
    #[error("请上传 .xlsx 工作簿（每个栏目一张工作表），可以先下载填报模板")]
    NotABook,
    /// The old binary format, or a web page named .xls.
    #[error("这是旧版 .xls（或网页冒充的 .xls）。请用 Excel 或 WPS 打开后另存为 .xlsx 再上传")]
    OldFormat,
    /// The archive is broken.
    #[error("文件不完整或已损坏（{0}），请重新导出或重新拷贝一份")]
    Damaged(String),
    /// It would unpack to more than the limit.
    #[error("文件展开后超过 {0} MB，疑似异常文件，没有读取")]
    TooLarge(u64),
    /// More columns than the limit.
    #[error("第 {row} 行有 {columns} 列以上，超过上限 {most} 列，请删去无关的列")]
    TooWide {
        /// Row of the file, from 1.
        row: u64,
        /// Columns met.
        columns: usize,
        /// The limit.
        most: usize,
    },
    /// A cell with more signs than the limit, or a row that does not end.
    #[error("{place}的内容超过 {most} 个字，请删减后重新上传（CSV 文件请检查是否少了一个引号）")]
    CellTooLong {
        /// Where, in words.
        place: String,
        /// The limit.
        most: usize,
    },
    /// More rows than the limit.
    #[error("超过 {0} 行，请拆成几个文件分别导入")]
    TooLong(u64),
    /// Bytes that are no text in the encoding found.
    #[error("第 {row} 行附近有无法识别的文字编码（按 {encoding} 读取）。请另存为“CSV UTF-8”或 .xlsx 再上传")]
    Encoding {
        /// Row of the file, from 1.
        row: u64,
        /// Encoding tried.
        encoding: String,
    },
    /// The caller stopped, or the disk failed.
    #[error("读写文件出错：{0}")]
    Io(#[from] std::io::Error),
    /// Writing failed.
    #[error("生成表格出错：{0}")]
    Write(String),
}

impl SheetError {
    /// Stable code for programs.
    pub fn code(&self) -> &'static str {
        match self {
            SheetError::Empty => "sheet.empty",
            SheetError::NotATable => "sheet.not_a_table",
            SheetError::NotABook => "sheet.not_a_book",
            SheetError::OldFormat => "sheet.old_format",
            SheetError::Damaged(_) => "sheet.damaged",
            SheetError::TooLarge(_) => "sheet.too_large",
            SheetError::TooWide { .. } => "sheet.too_wide",
            SheetError::CellTooLong { .. } => "sheet.cell_too_long",
            SheetError::TooLong(_) => "sheet.too_long",
            SheetError::Encoding { .. } => "sheet.encoding",
            SheetError::Io(_) => "sheet.io",
            SheetError::Write(_) => "sheet.write",
        }
    }
}
