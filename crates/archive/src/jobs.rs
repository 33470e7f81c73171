//! The work of archives that no request waits for.

use std::time::Duration;

use futures::FutureExt;
use job::Kind;
use serde_json::json;

use crate::{attachment, book, keep, pack, print_job};

/// Reckoning anew the scores that changed by themselves or with the register.
pub const SCORE: &str = "score_archives";

/// Reading what an attachment says.
pub const READ: &str = "read_attachment";
/// Packing an archive into one file.
pub const PACK: &str = "pack_archive";
/// Removing contents that no attachment names.
pub const TIDY: &str = "tidy_attachments";

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    let mut kinds = vec![
        Kind {
            name: SCORE,
            label: "更新档案完整度",
            every: Some(Duration::from_secs(60)),
            run: |context| async move { Ok(json!({"scored": keep::catch_up(&context.app).await?})) }.boxed(),
        },
        Kind {
            name: READ,
            label: "读取附件文字",
            every: None,
            run: |context| async move { attachment::read(&context).await }.boxed(),
        },
        Kind {
            name: PACK,
            label: "打包企业档案",
            every: None,
            run: |context| async move { pack::pack(&context).await }.boxed(),
        },
        Kind {
            name: TIDY,
            label: "清理没有用到的附件",
            every: Some(Duration::from_secs(86_400)),
            run: |context| async move { Ok(attachment::tidy(&context.app).await?) }.boxed(),
        },
        Kind {
            name: print_job::PRINT,
            label: "批量打印档案",
            every: None,
            run: |context| print_job::prints(context).boxed(),
        },
    ];
    kinds.extend(book::work::kinds());
    kinds
}
