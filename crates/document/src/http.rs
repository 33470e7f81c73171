//! Papers over HTTP: as PDF to print, or as Word to edit.

use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;
use web::{Outcome, Problem};

use crate::{DocumentError, Notice};

/// What is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PaperFormat {
    /// `pdf` or `docx`; `pdf` unless told.
    pub format: Option<String>,
}

/// Whether Word is wanted rather than PDF.
///
/// # Errors
/// 400 for another format.
pub fn wants_word(format: Option<&str>) -> Outcome<bool> {
    match format {
        None | Some("pdf") => Ok(false),
        Some("docx") => Ok(true),
        Some(_) => Err(Problem::bad_request("format.unknown", "请选择 pdf 或者 docx。")),
    }
}

/// The ending of a file's name, and what kind of file it is.
pub fn kind(word: bool) -> (&'static str, &'static str) {
    if word {
        ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    } else {
        ("pdf", "application/pdf")
    }
}

/// Makes a document, beside what waits for the network.
///
/// # Errors
/// 409 where the machine has no Chinese font.
pub async fn made(
    make: impl FnOnce() -> Result<Vec<u8>, DocumentError> + Send + 'static,
) -> Outcome<Vec<u8>> {
    let made = tokio::task::spawn_blocking(make).await.map_err(Problem::internal)?;
    made.map_err(|error| match error {
        // what the administrator can put right, in words for whoever asks
        DocumentError::NoFont | DocumentError::FontUnreadable { .. } => {
            Problem::conflict(error.code(), error.to_string())
        }
        other => Problem::internal(other),
    })
}

/// A paper as `pdf` or as `docx`; `pdf` unless told.
///
/// # Errors
/// 400 for another format; 409 where the machine has no Chinese font.
pub async fn sent(paper: Notice, format: Option<&str>, name: &str) -> Outcome<Response> {
    let word = wants_word(format)?;
    let bytes = made(move || if word { paper.word() } else { paper.pdf() }).await?;
    let (ending, kind) = kind(word);
    Ok(web::send_bytes(bytes, &format!("{name}.{ending}"), kind))
}
