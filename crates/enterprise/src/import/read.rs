//! Reading the file: its header, then its rows as they come.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use sheet::{Limits, Row, SheetError, find_header};
use tokio::sync::mpsc;

use super::{CHUNK, ImportError};
use crate::columns;

/// Reads the file in a thread of its own; the header first, then the rows as they come.
pub(super) async fn open(
    path: &Path,
) -> Result<(Vec<String>, mpsc::Receiver<Result<Row, SheetError>>), ImportError> {
    let (sender, mut receiver) = mpsc::channel::<Result<Row, SheetError>>(2 * CHUNK);
    let path = path.to_path_buf();
    tokio::task::spawn_blocking(move || {
        let sent = sheet::read(&path, Limits::default(), |row| Ok(sender.blocking_send(Ok(row)).is_ok()));
        if let Err(error) = sent {
            drop(sender.blocking_send(Err(error)));
        }
    });
    let mut head = Vec::new();
    while head.len() < 30 {
        match receiver.recv().await {
            Some(row) => head.push(row?),
            None => break,
        }
    }
    let known = |name: &str| columns::field_of(name).is_some();
    let header = find_header(&head, &known).ok_or(ImportError::NoHeader)?;
    // what was read under the header goes before what is still to come
    let (forward, rows) = mpsc::channel(2 * CHUNK);
    tokio::spawn(async move {
        for row in head.into_iter().filter(|row| row.number > header.row) {
            if forward.send(Ok(row)).await.is_err() {
                return;
            }
        }
        while let Some(row) = receiver.recv().await {
            if forward.send(row).await.is_err() {
                return;
            }
        }
    });
    Ok((header.names, rows))
}

/// What a row begins with that closes a table or speaks of it.
const CLOSING: &[&str] = &[
    "合计",
    "小计",
    "总计",
    "共计",
    "注:",
    "备注:",
    "说明:",
    "填表",
    "填报",
    "制表",
    "审核人",
    "单位负责人:",
];
/// Most cells that such a row fills.
const FEW: usize = 4;

/// Whether a row under the header is none of an enterprise: a total, a note, or the header once more, as on a new printed page.
pub(super) fn is_of_no_enterprise(fields: &[Option<&'static str>], cells: &[String]) -> bool {
    let same = fields
        .iter()
        .zip(cells)
        .filter(|(field, cell)| field.is_some() && columns::field_of(cell) == **field)
        .count();
    if same >= 2 {
        return true;
    }
    let mut filled = cells.iter().filter(|cell| !cell.trim().is_empty());
    let Some(first) = filled.next() else { return true };
    let first = rules::name::fold(first);
    CLOSING.iter().any(|word| first.starts_with(word)) && filled.count() < FEW
}

/// SHA-256 of a file.
pub(super) async fn hash_file(path: PathBuf) -> Result<String, ImportError> {
    tokio::task::spawn_blocking(move || -> std::io::Result<String> {
        let mut hash = Sha256::new();
        std::io::copy(&mut std::fs::File::open(path)?, &mut hash)?;
        Ok(hex(&hash.finalize()))
    })
    .await
    .map_err(|_| ImportError::Interrupted)?
    .map_err(|error| ImportError::Sheet(SheetError::Io(error)))
}

/// The shape of a header: files of one source have the same.
pub(super) fn hash_header(names: &[String]) -> String {
    hex(&Sha256::digest(names.join("\t")))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
