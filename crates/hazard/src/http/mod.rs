//! Hazard sources over HTTP.

mod around;
mod figures;
mod filing;
mod list;
mod source;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};
use uuid::Uuid;
use web::{App, Problem};

pub use list::kinds;

use crate::{
    file,
    model::{CATEGORIES, Event, Person, STATES, Source, Unit, label},
};

/// The operations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_hazard_sources, source::create_hazard_source))
        .routes(routes!(list::count_hazard_sources))
        .routes(routes!(list::create_hazard_export))
        .routes(routes!(list::find_hazard_export_file))
        .routes(routes!(figures::list_hazard_figures))
        .routes(routes!(around::list_hazard_points))
        .routes(routes!(source::identify_hazard_units))
        .routes(routes!(source::find_hazard_source, source::update_hazard_source))
        .routes(routes!(source::remove_hazard_source))
        .routes(routes!(source::add_hazard_event))
        .routes(routes!(around::list_hazard_nearby))
        .routes(routes!(filing::list_hazard_filings, filing::create_hazard_filing))
        .routes(routes!(filing::find_hazard_filing))
        .routes(routes!(filing::accept_hazard_filing))
        .routes(routes!(filing::return_hazard_filing))
        .routes(routes!(filing::resubmit_hazard_filing))
        .routes(routes!(filing::decide_hazard_filing))
        .routes(routes!(filing::withdraw_hazard_filing))
}

/// A source in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = HazardSource)]
struct Row {
    city: String,
    id: Uuid,
    town: String,
    region_name: String,
    sector: String,
    sector_label: String,
    ownership: String,
    enterprise: Uuid,
    enterprise_name: String,
    name: String,
    category: String,
    category_label: &'static str,
    /// What it holds, in a few words.
    holds: String,
    is_major: bool,
    /// The grade found, 1 (the gravest) to 4.
    grade: Option<i64>,
    /// `r` (GB 18218) or `deaths` (2004).
    grade_method: Option<String>,
    s: Option<String>,
    r: Option<String>,
    edition: String,
    identified_on: NaiveDate,
    declared_grade: Option<i64>,
    declared_r: Option<String>,
    /// Whether the declared grade is another than the one found.
    differs: bool,
    population: Option<i64>,
    location: Option<String>,
    longitude: Option<f64>,
    latitude: Option<f64>,
    started_on: Option<NaiveDate>,
    assessed_on: Option<NaiveDate>,
    /// By when it must be identified anew.
    review_on: Option<NaiveDate>,
    /// `years` or `event`.
    review_why: Option<String>,
    state: String,
    state_label: &'static str,
    /// The case by which it is being filed or struck off.
    open_filing: Option<Uuid>,
    filing_number: Option<String>,
    filed_on: Option<NaiveDate>,
    filed_until: Option<NaiveDate>,
    filed_with: Option<String>,
    note: Option<String>,
    updated_at: DateTime<Utc>,
    version: i64,
}

/// What a source holds, in a few words.
fn holds(source: &Source) -> String {
    let units = source.units();
    let mut words: Vec<String> = units
        .iter()
        .flat_map(|unit| &unit.substances)
        .map(|own| {
            let name = own.name.as_deref().or(own.cas.as_deref()).unwrap_or_default();
            format!("{name} {} 吨", own.quantity_t)
        })
        .collect();
    if words.is_empty() {
        words = units.into_iter().map(|unit| unit.name).collect();
    }
    let more = words.len() > 4;
    words.truncate(4);
    words.join("、") + if more { " 等" } else { "" }
}

fn row(source: Source) -> Row {
    Row {
        region_name: region::divisions::full_name(&source.town),
        sector_label: rules::sector::label(&source.sector).unwrap_or_default().to_string(),
        category_label: label(CATEGORIES, &source.category),
        state_label: label(STATES, &source.state),
        holds: holds(&source),
        city: source.city,
        id: source.id,
        town: source.town,
        sector: source.sector,
        ownership: source.ownership,
        enterprise: source.enterprise,
        enterprise_name: source.enterprise_name,
        name: source.name,
        category: source.category,
        is_major: source.is_major,
        grade: source.grade,
        grade_method: source.grade_method,
        s: source.s,
        r: source.r,
        edition: source.edition,
        identified_on: source.identified_on,
        declared_grade: source.declared_grade,
        declared_r: source.declared_r,
        differs: source.differs,
        population: source.population,
        location: source.location,
        longitude: source.longitude,
        latitude: source.latitude,
        started_on: source.started_on,
        assessed_on: source.assessed_on,
        review_on: source.review_on,
        review_why: source.review_why,
        state: source.state,
        open_filing: source.open_filing,
        filing_number: source.filing_number,
        filed_on: source.filed_on,
        filed_until: source.filed_until,
        filed_with: source.filed_with,
        note: source.note,
        updated_at: source.updated_at,
        version: source.version,
    }
}

/// A source with its units and every step of what was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HazardSourceView)]
struct View {
    source: Row,
    units: Vec<Unit>,
    persons: Vec<Person>,
    events: Vec<Event>,
    evaluation: Option<Uuid>,
    plan: Option<Uuid>,
    /// Papers that go with its filing.
    documents: Vec<String>,
    /// Papers that go with its striking off.
    cancel_documents: Vec<String>,
}

fn view(law: &rules::Law, source: Source, today: NaiveDate) -> View {
    View {
        documents: file::documents(law, &source, "filing", today),
        cancel_documents: file::documents(law, &source, "cancel", today),
        units: source.units(),
        persons: source.persons(),
        events: source.events(),
        evaluation: source.evaluation,
        plan: source.plan,
        source: row(source),
    }
}

/// Somebody changed it since it was read.
fn stale(source: &Source) -> Problem {
    Problem::stale(serde_json::to_value(row(source.clone())).unwrap_or(Value::Null))
}
