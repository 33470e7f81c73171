//! Hidden dangers over HTTP.

mod closing;
mod export;
mod figures;
mod list;
mod listing;
mod notices;
mod paper;
pub(crate) mod photo;
mod quarter;
mod reminder;
mod returns;
mod steps;

use caseflow::{Case, CaseView, Flow, NextStep};
use db::Tx;
use kernel::{Actor, Scope};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Outcome, Problem};

use crate::{
    flow::FLOW,
    model::{Danger, Photo},
    store,
};

pub use export::kinds;

/// The operations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_dangers, list::create_danger))
        .routes(routes!(list::count_dangers))
        .routes(routes!(export::create_danger_export))
        .routes(routes!(export::find_danger_export_file))
        .routes(routes!(figures::list_danger_figures))
        .routes(routes!(list::find_danger, list::update_danger))
        .routes(routes!(steps::plan_danger))
        .routes(routes!(steps::mend_danger))
        .routes(routes!(steps::defer_danger))
        .routes(routes!(steps::decide_danger_deferral))
        .routes(routes!(steps::recheck_danger))
        .routes(routes!(steps::reopen_danger))
        .routes(routes!(steps::withdraw_danger))
        .routes(routes!(listing::supervise_danger))
        .routes(routes!(listing::serve_danger_listing))
        .routes(routes!(listing::release_danger))
        .routes(routes!(paper::list_danger_papers))
        .routes(routes!(paper::print_danger_paper))
        .routes(routes!(notices::list_danger_notices))
        .routes(routes!(notices::count_danger_notices))
        .routes(routes!(notices::list_danger_notice_figures))
        .routes(routes!(notices::create_danger_notice))
        .routes(routes!(notices::find_danger_notice))
        .routes(routes!(notices::take_danger_notice_step))
        .routes(routes!(paper::print_danger_notice))
        .routes(routes!(quarter::find_danger_quarter))
        .routes(routes!(returns::list_danger_quarter_enterprises))
        .routes(routes!(quarter::export_danger_quarter))
        .routes(routes!(closing::close_danger_quarter))
        .routes(routes!(closing::reopen_danger_quarter))
        .merge(photo::router())
        .routes(routes!(returns::list_danger_returns))
        .routes(routes!(returns::list_missing_danger_returns))
        .routes(routes!(reminder::remind_danger_returns))
        .routes(routes!(returns::put_danger_return))
}

/// The details of a danger as people see them.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DangerDetail)]
struct Detail {
    source: String,
    source_label: &'static str,
    /// The case in whose course it was found.
    found_in: Option<Uuid>,
    found_on: chrono::NaiveDate,
    found_by: Option<String>,
    category: Option<String>,
    category_label: Option<String>,
    place: String,
    description: String,
    requirement: Option<String>,
    criteria: Vec<String>,
    fixable_at_once: Option<bool>,
    needs_stop: Option<bool>,
    beyond_own_power: Option<bool>,
    /// The class with each step and its source.
    #[schema(value_type = Object)]
    judgement: serde_json::Value,
    /// `none`, `part`, `whole`.
    stop: String,
    plan_person: Option<String>,
    plan_measures: Option<String>,
    /// 分.
    plan_funds: Option<i64>,
    plan_on: Option<chrono::NaiveDate>,
    plan_emergency: Option<String>,
    deferral_on: Option<chrono::NaiveDate>,
    mended_on: Option<chrono::NaiveDate>,
    mended_text: Option<String>,
    /// 分.
    funds_spent: Option<i64>,
    /// `self`, `expert`, `government`.
    acceptance: Option<String>,
    accepted_by: Option<String>,
    rechecked_on: Option<chrono::NaiveDate>,
    rechecked_by: Option<String>,
    rechecked_text: Option<String>,
    /// Whether it is under listed supervision now.
    listed: bool,
    /// `county`, `city`, `province`.
    listed_tier: Option<String>,
    listed_document: Option<String>,
    listed_on: Option<chrono::NaiveDate>,
    listed_until: Option<chrono::NaiveDate>,
    /// Last day on which more time may be asked for.
    listed_ask_by: Option<chrono::NaiveDate>,
    served_on: Option<chrono::NaiveDate>,
    served_to: Option<String>,
    /// `direct`, `left`, `mail`, `electronic`, `public`.
    served_way: Option<String>,
    released_on: Option<chrono::NaiveDate>,
    released_text: Option<String>,
}

fn detail(row: Danger) -> Detail {
    let category = row.judgement.0["value"]["category_name"].as_str().map(str::to_string);
    Detail {
        source_label: crate::SOURCES
            .iter()
            .find(|(code, _)| *code == row.source)
            .map_or("", |(_, label)| label),
        listed: row.listed(),
        source: row.source,
        found_in: row.found_in,
        found_on: row.found_on,
        found_by: row.found_by,
        category: row.category,
        category_label: category,
        place: row.place,
        description: row.description,
        requirement: row.requirement,
        criteria: serde_json::from_value(row.criteria.0).unwrap_or_default(),
        fixable_at_once: row.fixable_at_once,
        needs_stop: row.needs_stop,
        beyond_own_power: row.beyond_own_power,
        judgement: row.judgement.0,
        stop: row.stop,
        plan_person: row.plan_person,
        plan_measures: row.plan_measures,
        plan_funds: row.plan_funds,
        plan_on: row.plan_on,
        plan_emergency: row.plan_emergency,
        deferral_on: row.deferral_on,
        mended_on: row.mended_on,
        mended_text: row.mended_text,
        funds_spent: row.funds_spent,
        acceptance: row.acceptance,
        accepted_by: row.accepted_by,
        rechecked_on: row.rechecked_on,
        rechecked_by: row.rechecked_by,
        rechecked_text: row.rechecked_text,
        listed_tier: row.listed_tier,
        listed_document: row.listed_document,
        listed_on: row.listed_on,
        listed_until: row.listed_until,
        listed_ask_by: row.listed_ask_by,
        served_on: row.served_on,
        served_to: row.served_to,
        served_way: row.served_way,
        released_on: row.released_on,
        released_text: row.released_text,
    }
}

/// A danger with what the caller may do next.
#[derive(Debug, Serialize, ToSchema)]
struct DangerView {
    case: CaseView,
    detail: Detail,
    photos: Vec<Photo>,
    next: Vec<NextStep>,
}

fn view(app: &App, actor: &Actor, case: Case, row: Danger, photos: Vec<Photo>) -> DangerView {
    // only a major one can be listed, and only a listed one served and released
    let mut next = caseflow::next_steps(actor, &FLOW, &case);
    let applies = |action: &str| match action {
        "supervise" => case.severity == "major" && !row.listed(),
        // by an enforcement document alone
        "order" | "lift_order" => false,
        "serve" => row.listed() && row.served_on.is_none(),
        "unlist" | "accept" => row.listed(),
        "pass" => !row.listed(),
        _ => true,
    };
    next.retain(|step| applies(step.action));
    DangerView {
        next,
        case: caseflow::view(case, Some(&FLOW), app.clock.today()),
        detail: detail(row),
        photos,
    }
}

/// A case of a kind in scope at the version that was read.
async fn read(
    tx: &mut Tx,
    app: &App,
    scope: &Scope,
    (flow, city, id): (&Flow, &str, Uuid),
    version: i64,
) -> Outcome<Case> {
    let case = caseflow::store::find(&mut *tx, scope, city, id).await?;
    if case.kind != flow.kind {
        return Err(Problem::not_found());
    }
    if case.version != version {
        return Err(Problem::stale(caseflow::shown(&case, flow, app.clock.today())));
    }
    Ok(case)
}

/// A danger in scope at the version that was read.
async fn read_danger(
    tx: &mut Tx,
    app: &App,
    scope: &Scope,
    (city, id): (&str, Uuid),
    version: i64,
) -> Outcome<(Case, Danger)> {
    let case = read(&mut *tx, app, scope, (&FLOW, city, id), version).await?;
    let row = store::find(tx, scope, city, id).await?;
    Ok((case, row))
}
