//! Attachments of records over HTTP. Whoever may read the record may have its documents (`read`); what they say is vouched for
//! with the record, so that a change of them (`write`) lets the record wait to be verified again.

mod preview;
mod read;
mod write;

use axum::extract::DefaultBodyLimit;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{
    router::{OpenApiRouter, UtoipaMethodRouterExt},
    routes,
};
use uuid::Uuid;
use web::App;

pub use preview::draw_with;

use crate::attachment::{Attachment, AttachmentVersion};

/// The operations on documents. Uploads carry a limit of their own, with room for the form around the file.
pub(super) fn router() -> OpenApiRouter<App> {
    let most = DefaultBodyLimit::max(file::MOST_ATTACHMENT + 16 * 1024);
    OpenApiRouter::new()
        .routes(routes!(read::list_attachments, write::create_attachment).layer(most))
        .routes(routes!(write::replace_attachment).layer(most))
        .routes(routes!(write::rename_attachment))
        .routes(routes!(write::remove_attachment))
        .routes(routes!(read::find_attachment_file))
        .routes(routes!(preview::find_attachment_preview))
}

/// An attachment as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AttachmentView {
    city: String,
    id: Uuid,
    record: Uuid,
    name: String,
    /// `live` or `removed`.
    state: String,
    /// The version that counts.
    number: i64,
    /// Its kind: `pdf`, `png`, `jpg`, `xlsx` or `docx`.
    kind: String,
    /// Its bytes.
    size: i64,
    /// Whether a browser may show it by itself: a picture.
    shown: bool,
    /// All versions, the latest first.
    versions: Vec<AttachmentVersion>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
    /// Of the record after a write: whether it waits to be verified again.
    record_state: Option<String>,
    /// Of the record after a write.
    record_version: Option<i64>,
}

fn view(attachment: Attachment, versions: Vec<AttachmentVersion>) -> AttachmentView {
    let current = versions.iter().find(|own| own.number == attachment.number);
    let kind = current.map(|own| own.kind.clone()).unwrap_or_default();
    AttachmentView {
        shown: matches!(kind.as_str(), "png" | "jpg"),
        size: current.map_or(0, |own| own.size),
        kind,
        city: attachment.city,
        id: attachment.id,
        record: attachment.record,
        name: attachment.name,
        state: attachment.state,
        number: attachment.number,
        versions,
        created_at: attachment.created_at,
        updated_at: attachment.updated_at,
        version: attachment.version,
        record_state: None,
        record_version: None,
    }
}
