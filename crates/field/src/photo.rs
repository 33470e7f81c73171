//! Photos on their way from a device: in parts, each begun where the last one ended, so that a cut costs one part. They lie apart, each
//! account's by itself, until the work that they belong to takes them.

use std::{
    fs::{File, OpenOptions},
    io::{Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, SystemTime},
};

use axum::{Json, body::Bytes, extract::State};
use file::{Kept, Kind};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

/// What a photo may be.
pub(super) const KINDS: &[Kind] = &[Kind::Png, Kind::Jpeg];
/// Most photos of one account that lie here.
const MOST: usize = 1_000;
/// How long what nobody asked for lies here.
const KEPT: Duration = Duration::from_secs(60 * 24 * 3600);

/// Where a part belongs.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Part {
    /// Bytes before this part.
    offset: u64,
}

/// How much of a photo has come.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FieldPhotoReceived {
    /// Bytes; the next part begins there.
    received: u64,
}

fn folder(app: &App, account: Uuid) -> PathBuf {
    app.files.join("field").join(account.simple().to_string())
}

/// Takes a part of a photo. A part that has come already, or for which an earlier one is missing, changes nothing: the answer says where
/// the next one begins.
#[utoipa::path(put, path = "/api/field/photos/{id}", tag = "field", params(Part, ("id" = Uuid, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = FieldPhotoReceived), (status = 403, body = Problem), (status = 409, body = Problem), (status = 413, body = Problem)))]
pub(super) async fn put_field_photo(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf(id): PathOf<Uuid>,
    Query(part): Query<Part>,
    bytes: Bytes,
) -> Outcome<Json<FieldPhotoReceived>> {
    actor.may(&crate::PHOTO)?;
    let folder = folder(&app, actor.account);
    let before = SystemTime::from(app.clock.now()) - KEPT;
    let received = tokio::task::spawn_blocking(move || add(&folder, id, (part.offset, &bytes), before));
    Ok(Json(FieldPhotoReceived { received: received.await.map_err(Problem::internal)?? }))
}

fn add(folder: &Path, id: Uuid, (offset, bytes): (u64, &[u8]), before: SystemTime) -> Outcome<u64> {
    std::fs::create_dir_all(folder).map_err(Problem::internal)?;
    let path = folder.join(id.simple().to_string());
    let have = match std::fs::metadata(&path) {
        Ok(known) => known.len(),
        Err(_) => {
            room(folder, before)?;
            0
        }
    };
    if offset != have || bytes.is_empty() {
        return Ok(have);
    }
    let whole = have + bytes.len() as u64;
    if whole > file::MOST_ATTACHMENT as u64 {
        let why = format!("照片超过 {} MB，请压缩后再上传。", file::MOST_ATTACHMENT >> 20);
        return Err(Problem::new(axum::http::StatusCode::PAYLOAD_TOO_LARGE, "file.too_large", why));
    }
    let write = || {
        let mut file = OpenOptions::new().create(true).truncate(false).write(true).open(&path)?;
        // the same part twice at once is written twice in the same place
        file.seek(SeekFrom::Start(offset))?;
        file.write_all(bytes)?;
        file.sync_all()?;
        File::open(folder)?.sync_all()
    };
    write().map_err(Problem::internal)?;
    Ok(whole)
}

/// Makes room for one more: what was never asked for goes.
fn room(folder: &Path, before: SystemTime) -> Outcome<()> {
    let mut number = 0;
    for own in std::fs::read_dir(folder).map_err(Problem::internal)? {
        let own = own.map_err(Problem::internal)?;
        let old = own.metadata().and_then(|known| known.modified()).map_err(Problem::internal)? < before;
        if old {
            std::fs::remove_file(own.path()).map_err(Problem::internal)?;
        } else {
            number += 1;
        }
    }
    if number >= MOST {
        return Err(Problem::conflict("photo.many", "等待登记的照片太多，请先同步已有的检查和隐患。"));
    }
    Ok(())
}

/// A photo of a work.
#[derive(Debug, Clone, Deserialize, ToSchema)]
pub(super) struct FieldPhoto {
    /// Under which its parts were sent.
    id: Uuid,
    /// Its name, for people.
    name: String,
    /// Bytes.
    size: u64,
}

/// The photos of a work, whole and judged by their content, as they are kept in `folder`; they go on lying here until [`done`].
pub(super) async fn take(
    app: &App,
    account: Uuid,
    photos: &[FieldPhoto],
    kept_in: &Path,
) -> Outcome<Vec<Kept>> {
    let mut taken = Vec::with_capacity(photos.len());
    for own in photos {
        let path = folder(app, account).join(own.id.simple().to_string());
        let size = tokio::fs::metadata(&path).await.map_or(0, |known| known.len());
        if size != own.size {
            return Err(Problem::conflict(
                "photo.incomplete",
                format!("照片“{}”没有传完，请重新同步。", own.name),
            ));
        }
        taken.push(file::keep_copy(&path, &own.name, kept_in, KINDS).await?);
    }
    Ok(taken)
}

/// The work has its photos: they need not lie here any more.
pub(super) async fn done(app: &App, account: Uuid, photos: &[FieldPhoto]) {
    for own in photos {
        // what stays is removed when it is old
        drop(tokio::fs::remove_file(folder(app, account).join(own.id.simple().to_string())).await);
    }
}
