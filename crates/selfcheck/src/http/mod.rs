//! Self-checks over HTTP.

mod check;
mod due;
mod finish;
mod missing;
mod task;

use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

pub(crate) use due::due;

/// The operations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(task::list_self_check_tasks, task::create_self_check_task))
        .routes(routes!(task::find_self_check_task, task::end_self_check_task))
        .routes(routes!(missing::list_missing_self_checks))
        .routes(routes!(missing::remind_self_check_task))
        .routes(routes!(check::list_self_checks))
        .routes(routes!(due::list_due_self_checks))
        .routes(routes!(check::create_self_check))
        .routes(routes!(check::find_self_check, check::update_self_check))
        .routes(routes!(finish::finish_self_check))
}
