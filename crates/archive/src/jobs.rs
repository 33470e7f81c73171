//! The work of archives that no request waits for.

use std::time::Duration;

use futures::FutureExt;
use job::Kind;
use serde_json::json;

use crate::keep;

/// Reckoning anew the scores that changed by themselves or with the register.
pub const SCORE: &str = "score_archives";

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    vec![Kind {
        name: SCORE,
        label: "更新档案完整度",
        every: Some(Duration::from_secs(60)),
        run: |context| async move { Ok(json!({"scored": keep::catch_up(&context.app).await?})) }.boxed(),
    }]
}
