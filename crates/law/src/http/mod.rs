//! The operations of this area.

mod compute;
mod rows;
mod tables;

use axum::http::StatusCode;
use rules::Refusal;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::{App, Problem};

/// The operations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(compute::list_rules))
        .routes(routes!(compute::find_rule, compute::compute_rule))
        .routes(routes!(tables::list_law_tables))
        .routes(routes!(tables::find_law_table))
        .routes(routes!(rows::create_law_row))
        .routes(routes!(rows::end_law_row))
        .routes(routes!(rows::list_law_history))
}

/// A refusal of a rule as an answer: 422 about the input it names.
pub fn problem(refusal: Refusal) -> Problem {
    let code = match refusal.code {
        "missing" => "rule.missing",
        "unknown" => "rule.unknown",
        "ambiguous" => "rule.ambiguous",
        "not_in_force" => "rule.not_in_force",
        _ => "rule.invalid",
    };
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, code, refusal.message.clone());
    let mut problem = problem.field(&refusal.pointer, code, refusal.message);
    if let Some(field) = problem.errors.last_mut() {
        field.candidates = refusal.candidates;
    }
    problem
}
