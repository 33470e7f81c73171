//! Joins the areas: one router, one table of powers, one OpenAPI document, and the program's command line.

mod belongings;
mod cli;
mod dictionary;
mod moved;
mod pages;

use std::sync::Arc;

use axum::{Router, middleware, response::Redirect};
use futures::{FutureExt, future::BoxFuture};
use kernel::{Power, Role};
use tower_http::{CompressionLevel, catch_panic::CatchPanicLayer, compression::CompressionLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use web::{App, Outcome, Problem};

pub use archive::draw_with;
pub use belongings::{BELONGINGS, REMAINING};
pub use cli::run;
pub use dictionary::dictionary;
pub use moved::{MOVERS, STAYING};

#[derive(OpenApi)]
#[openapi(info(
    title = "安监",
    description = "安全生产监管信息系统的接口。规则见 docs/API.md。",
    version = "0.1.0",
    license(name = "Apache-2.0", identifier = "Apache-2.0")
))]
struct Document;

/// Operations that need no power: they concern only the caller, or nobody.
pub const OPEN: &[&str] = &[
    "find_setup",
    "create_setup",
    "find_session",
    "create_session",
    "update_session",
    "delete_session",
    "find_sign_on",
    "create_sign_on",
    "create_sign_on_session",
    "delete_sign_on",
    "list_own_deputies",
    "create_own_deputy",
    "delete_own_deputy",
    "change_password",
    "find_inbox",
    "check_print",
    "list_jobs",
    "find_job",
    "watch_job",
    "cancel_job",
    "list_sessions",
    "revoke_session",
    "create_totp",
    "confirm_totp",
    "delete_totp",
    "list_tokens",
    "create_token",
    "delete_token",
    "list_field_devices",
    "find_field_device_state",
    "unlock_field_device",
    "revoke_field_device",
    "explain_power",
    "list_powers",
    "list_regions",
    "find_region",
    "list_region_history",
    "list_rules",
    "find_rule",
    "compute_rule",
    "list_law_tables",
    "find_law_table",
];

/// Every power of every area.
pub fn powers() -> Arc<[&'static Power]> {
    account::powers::ALL
        .iter()
        .chain(account::ENGAGEMENTS)
        .chain(enterprise::powers::ALL)
        .chain(archive::powers::ALL)
        .chain(caseflow::powers::ALL)
        .chain(danger::powers::ALL)
        .chain(inspection::powers::ALL)
        .chain(hazard::powers::ALL)
        .chain(monitoring::powers::ALL)
        .chain(field::ALL)
        .chain(selfcheck::powers::ALL)
        .chain(law::powers::ALL)
        .chain(region::powers::ALL)
        .chain(&[
            &audit::LIST,
            &audit::WORDS,
            &audit::EXPORT,
            &audit::EXPORT_FILE,
            &search::SEARCH,
            &indicator::FIND,
            &indicator::PERIODS,
        ])
        .copied()
        .collect()
}

/// What the search box asks, in the order of its groups.
const FINDERS: &[search::Finder] =
    &[enterprise::FINDER, archive::FINDER, hazard::FINDER, inspection::FINDER, CASES];

/// Every kind of case of every area.
pub const FLOWS: &[&caseflow::Flow] =
    &[&danger::FLOW, &danger::NOTICE, &hazard::FLOW, &inspection::FLOW, &monitoring::FLOW];

const CASES: search::Finder = search::Finder {
    kind: "case",
    label: "事项",
    find: |app, scope, text| caseflow::found(app, scope, text, FLOWS).boxed(),
};

/// What the inbox asks.
const WAITING: &[inbox::Source] = &[
    cases_waiting,
    danger::waiting::source,
    selfcheck::waiting::source,
    inspection::waiting::source,
    hazard::waiting::source,
    archive::waiting::source,
    enterprise::waiting::source,
];

fn cases_waiting(app: App, actor: kernel::Actor) -> BoxFuture<'static, Outcome<Vec<inbox::Group>>> {
    async move { caseflow::waiting(&app, &actor, FLOWS).await }.boxed()
}

/// What the timeline of an enterprise tells.
const TIMELINE: enterprise::timeline::Timeline = enterprise::timeline::Timeline {
    told: &[enterprise::TOLD, archive::TOLD, danger::TOLD, hazard::TOLD, inspection::TOLD, selfcheck::TOLD],
    tellers: &[cases_told],
};

fn cases_told(
    app: App,
    asked: enterprise::timeline::Asked,
) -> BoxFuture<'static, Outcome<Vec<enterprise::timeline::Line>>> {
    async move { caseflow::told(&app, &asked, FLOWS).await }.boxed()
}

/// What is counted, in the order in which it is shown.
const INDICATORS: &[indicator::Indicator] = &{
    const AREAS: &[&[indicator::Indicator]] = &[
        archive::INDICATORS,
        danger::INDICATORS,
        selfcheck::INDICATORS,
        inspection::INDICATORS,
        hazard::INDICATORS,
        monitoring::INDICATORS,
    ];
    const NUMBER: usize = {
        let (mut number, mut area) = (0, 0);
        while area < AREAS.len() {
            number += AREAS[area].len();
            area += 1;
        }
        number
    };
    let mut all = [AREAS[0][0]; NUMBER];
    let (mut at, mut area) = (0, 0);
    while area < AREAS.len() {
        let mut own = 0;
        while own < AREAS[area].len() {
            all[at] = AREAS[area][own];
            at += 1;
            own += 1;
        }
        area += 1;
    }
    all
};

/// Every kind of job of every area.
pub fn kinds() -> job::Kinds {
    job::Kinds {
        kinds: [
            enterprise::jobs::kinds(),
            archive::jobs::kinds(),
            danger::kinds(),
            hazard::kinds(),
            inspection::kinds(),
            monitoring::kinds(),
            audit::kinds(),
            account::kinds(),
            vec![job::upkeep(), keep_indicators(), escalate_cases()],
            moved::kinds().to_vec(),
        ]
        .concat(),
        actor: |app, account, on_behalf| {
            async move { Ok(account::actor_of(&app.db, account, on_behalf, app.clock.today()).await?) }
                .boxed()
        },
    }
}

/// The job that keeps what the indicators of every area were.
fn keep_indicators() -> job::Kind {
    job::Kind {
        name: indicator::KEEP,
        label: "保存指标",
        every: Some(std::time::Duration::from_secs(3_600)),
        run: |context| async move { Ok(indicator::keep(&context.app, INDICATORS).await?) }.boxed(),
    }
}

/// The job by which late cases rise.
fn escalate_cases() -> job::Kind {
    job::Kind {
        name: "escalate_cases",
        label: "逾期事项上报",
        every: Some(std::time::Duration::from_secs(3_600)),
        run: |context| {
            async move { Ok(serde_json::json!({"risen": caseflow::escalate(&context.app, FLOWS).await?})) }
                .boxed()
        },
    }
}

/// The page of the handbook that shows how cases go, as it is committed in `docs/handbook/cases.md`.
pub fn cases() -> String {
    caseflow::handbook(FLOWS)
}

fn areas() -> [OpenApiRouter<App>; 17] {
    [
        account::router(),
        audit::router(),
        job::router(),
        region::router(MOVERS),
        enterprise::router(&BELONGINGS, &TIMELINE),
        archive::router(),
        caseflow::router(FLOWS),
        danger::router(),
        hazard::router(),
        monitoring::router(),
        indicator::router(INDICATORS),
        inspection::router(),
        selfcheck::router(),
        law::router(),
        field::router(),
        search::router(FINDERS),
        inbox::router(WAITING),
    ]
}

fn routes() -> OpenApiRouter<App> {
    let whole = OpenApiRouter::with_openapi(Document::openapi());
    areas().into_iter().fold(whole, |whole, area| whole.merge(area))
}

/// Names that several areas give to different shapes: in the one document only one of these would stand.
pub fn shapes_of_one_name() -> Vec<String> {
    let mut known: std::collections::BTreeMap<String, serde_json::Value> = std::collections::BTreeMap::new();
    let mut double = Vec::new();
    for area in areas() {
        let (_, document) = area.split_for_parts();
        let document = serde_json::to_value(&document).unwrap_or_default();
        for (name, shape) in document["components"]["schemas"].as_object().into_iter().flatten() {
            let before = known.entry(name.clone()).or_insert_with(|| shape.clone());
            if before != shape {
                double.push(name.clone());
            }
        }
    }
    double
}

/// The whole system as one router.
pub fn router(app: App) -> Router {
    let (routes, document) = routes().split_for_parts();
    let document = Arc::new(document.to_json().unwrap_or_default());
    let served = move || {
        let document = Arc::clone(&document);
        async move { ([("content-type", "application/json")], document.as_str().to_string()) }
    };
    routes
        .route("/api/openapi.json", axum::routing::get(served))
        .route("/api/docs", axum::routing::get(|| async { Redirect::permanent("/api-docs") }))
        .fallback(pages::page)
        .layer(middleware::from_fn_with_state(app.clone(), web::idempotency))
        .layer(middleware::from_fn_with_state(app.clone(), account::identify))
        .layer(CatchPanicLayer::custom(|_: Box<dyn std::any::Any + Send>| {
            axum::response::IntoResponse::into_response(Problem::internal("a handler panicked"))
        }))
        // a list of 70 kB takes 0.7 ms so and 2.7 ms as a rule, for a quarter more bytes
        .layer(CompressionLayer::new().quality(CompressionLevel::Fastest))
        .layer(middleware::from_fn(web::security_headers))
        .with_state(app)
}

/// The OpenAPI document as it is committed in `openapi.json`.
pub fn openapi() -> String {
    let (_, document) = routes().split_for_parts();
    document.to_pretty_json().unwrap_or_default()
}

/// The matrix of operations, roles and lowest tiers as it is committed in `permissions.txt`.
pub fn permissions() -> String {
    let mut text =
        String::from("# operation: role (lowest tier) …; every operation of openapi.json has its line\n");
    let powers = powers();
    let mut lines: Vec<String> =
        OPEN.iter().map(|operation| format!("{operation}: anybody, concerning only themselves\n")).collect();
    lines.extend(powers.iter().map(|power| {
        let roles: Vec<String> = Role::ALL
            .iter()
            .filter_map(|role| power.allow.iter().find(|(own, _)| own == role))
            .map(|(role, tier)| format!("{} ({:?})", role.code(), tier).to_lowercase())
            .collect();
        format!("{}: {}\n", power.operation, roles.join(", "))
    }));
    lines.sort();
    text.extend(lines);
    text
}

/// Every operation of the document: method, path and id.
pub fn operations() -> Vec<(String, String, String)> {
    let (_, document) = routes().split_for_parts();
    let document = serde_json::to_value(&document).unwrap_or_default();
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for (path, methods) in paths {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            if let Some(id) = operation["operationId"].as_str() {
                found.push((method.to_uppercase(), path.clone(), id.to_string()));
            }
        }
    }
    found
}
