//! Rules by name: what there is, what each takes, and the figure with its steps.

use axum::{Json, extract::State};
use chrono::NaiveDate;
use rules::{At, Certainty, registry};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use web::{App, Body, Outcome, PathOf, Problem, Query};

use super::problem;
use crate::store;

/// A rule in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleView {
    /// Its name at every door.
    name: &'static str,
    title: &'static str,
    /// Heading of the list.
    group: &'static str,
    /// The documents it implements.
    documents: &'static str,
    tables: Vec<TableName>,
}

/// A table by its name.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TableName {
    name: &'static str,
    title: &'static str,
}

impl TableName {
    pub(super) fn of(table: &'static rules::Table) -> Self {
        TableName { name: table.name, title: table.title }
    }
}

fn view(rule: &'static registry::Rule) -> RuleView {
    RuleView {
        name: rule.name,
        title: rule.title,
        group: rule.group,
        documents: rule.documents,
        tables: rule.tables.iter().copied().map(TableName::of).collect(),
    }
}

/// Every rule that the calculator offers.
#[utoipa::path(get, path = "/api/rules", tag = "law", responses((status = 200, body = Vec<RuleView>)))]
pub(super) async fn list_rules() -> Json<Vec<RuleView>> {
    Json(registry::RULES.iter().copied().map(view).collect())
}

/// A rule with its input's schema.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RuleDetail {
    #[serde(flatten)]
    rule: RuleView,
    /// JSON Schema of the input.
    #[schema(value_type = Object)]
    schema: Value,
    /// JSON Schema of the value.
    #[schema(value_type = Object)]
    result: Value,
    /// An input that has an answer.
    #[schema(value_type = Object)]
    example: Value,
    /// The day of that example.
    example_on: Option<NaiveDate>,
}

fn known(name: &str) -> Outcome<&'static registry::Rule> {
    registry::find(name).ok_or_else(Problem::not_found)
}

/// What a rule takes.
#[utoipa::path(get, path = "/api/rules/{name}", tag = "law", params(("name" = String, Path)),
    responses((status = 200, body = RuleDetail), (status = 404, body = Problem)))]
pub(super) async fn find_rule(PathOf(name): PathOf<String>) -> Outcome<Json<RuleDetail>> {
    let rule = known(&name)?;
    Ok(Json(RuleDetail {
        rule: view(rule),
        schema: (rule.schema)(),
        result: (rule.result)(),
        example: serde_json::from_str(rule.example.1).map_err(Problem::internal)?,
        example_on: registry::example_day(rule),
    }))
}

/// When and where a rule is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Place {
    /// The day the figure is for: premium month, day of the accident, day of the document.
    on: NaiveDate,
    /// Division whose own rows count, `440507`; the nation's rule unless told.
    region: Option<String>,
}

/// A figure with how it comes about.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Computed {
    /// The figure.
    #[schema(value_type = Object)]
    value: Value,
    /// The steps: text, and where one rests on a table the document, the row, its certainty and its remark.
    #[schema(value_type = Vec<Object>)]
    explanation: Vec<rules::Step>,
    /// The least certain row it rests on: `text`, `single`, `memory`.
    #[schema(value_type = String)]
    certainty: Certainty,
    /// The same in words.
    certainty_label: &'static str,
}

/// Computes a rule for a day and a place.
#[utoipa::path(post, path = "/api/rules/{name}", tag = "law", params(("name" = String, Path), Place), request_body = Object,
    responses((status = 200, body = Computed), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn compute_rule(
    State(app): State<App>,
    PathOf(name): PathOf<String>,
    Query(place): Query<Place>,
    Body(input): Body<Value>,
) -> Outcome<Json<Computed>> {
    let rule = known(&name)?;
    let region = place.region.unwrap_or_default();
    if !region.is_empty() {
        kernel::RegionCode::parse(&region)?;
    }
    let law = store::in_force(&app.db, &region).await?;
    let at = At { on: place.on, region: &region, law: &law };
    let outcome = (rule.run)(&at, input).map_err(problem)?;
    let certainty = outcome.certainty();
    Ok(Json(Computed {
        value: outcome.value,
        explanation: outcome.explanation,
        certainty,
        certainty_label: certainty.label(),
    }))
}
