//! Lists of enterprises: pages, counts and facets under one set of filters.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use web::{App, Caller, Count, List, Outcome, Page, Problem, Query};

use super::names;
use crate::{
    fields::{self, Field},
    model::Enterprise,
    numbers, powers,
    store::{self, Filter, Line},
};

/// In which order.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Order {
    /// `updated_at`, `name`, `town`, and within one city `staff` or `founded_on`; `-` before it for descending.
    sort: Option<String>,
}

/// Which fields the rows hold.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Columns {
    /// Fields, separated by commas; all unless told. Key, division, name, status, version, last change and what the rows are sorted by
    /// are always there; who or what a field points at comes with its name.
    fields: Option<String>,
}

impl Columns {
    /// The columns that are asked for.
    fn wanted(&self) -> Outcome<Vec<&str>> {
        let known = |name: &str| Enterprise::COLUMNS.contains(&name) && !HIDDEN.contains(&name);
        let Some(asked) = self.fields.as_deref() else {
            return Ok(Enterprise::COLUMNS.iter().copied().filter(|name| known(name)).collect());
        };
        let asked = asked.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "region_name");
        let asked: Vec<&str> = asked.map(names::column_of).collect();
        match asked.iter().find(|name| !known(name)) {
            Some(unknown) => {
                let text = format!("没有「{unknown}」这个栏目，请从栏目列表中选择。");
                Err(Problem::bad_request("field.unknown", text))
            }
            None => Ok(asked),
        }
    }
}

/// What serves the program and is shown to nobody.
const HIDDEN: &[&str] = &["name_key", "address_key", "original"];

/// A record as pages show it: its columns, with personal data masked where the caller may only list.
pub(super) fn shown(record: &Enterprise, masked: bool) -> Value {
    let mut row = record.document();
    if let Value::Object(fields) = &mut row {
        fields.retain(|name, _| !HIDDEN.contains(&name.as_str()));
        if masked {
            mask_phones(fields);
        }
        fields.insert("region_name".into(), region::divisions::full_name(&record.town).into());
    }
    row
}

fn mask_phones(fields: &mut Map<String, Value>) {
    for name in ["legal_person_phone", "principal_phone", "safety_head_phone"] {
        if let Some(Value::String(phone)) = fields.get_mut(name) {
            *phone = mask(phone);
        }
    }
}

/// A phone number with its middle hidden: 138****1234.
pub(crate) fn mask(phone: &str) -> String {
    let signs: Vec<char> = phone.chars().collect();
    let (head, tail) = if signs.len() >= 9 { (3, 4) } else { (1, 1) };
    if signs.len() <= head + tail {
        return "*".repeat(signs.len());
    }
    let middle = "*".repeat(signs.len() - head - tail);
    signs[..head].iter().collect::<String>()
        + &middle
        + &signs[signs.len() - tail..].iter().collect::<String>()
}

/// One page of the enterprises in scope. Phones are masked; the record itself shows them and notes who looked.
#[utoipa::path(get, path = "/api/enterprises", tag = "enterprises", params(Filter, Order, Page, Columns),
    responses((status = 200, body = Object), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn list_enterprises(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(order): Query<Order>,
    Query(page): Query<Page>,
    Query(columns): Query<Columns>,
) -> Outcome<Json<List<Value>>> {
    let scope = filter.scope(&actor.may(&powers::LIST)?)?;
    let limit = page.limit();
    let sort = order.sort.as_deref();
    let (wanted, cursor) = (columns.wanted()?, page.cursor.as_deref());
    let rows = store::lines(&app.db, &scope, &filter, sort, cursor, limit, &wanted).await?;
    let told = |mut line: Line| {
        mask_phones(&mut line.0);
        let region = region::divisions::full_name(line.text("town"));
        line.0.insert("region_name".into(), region.into());
        Value::Object(line.0)
    };
    let mut page = List::page(rows, limit, |row| store::cursor(row, sort).encode()).map(told);
    names::add(&app.db, &mut page.items).await?;
    Ok(Json(page))
}

/// How many enterprises the filters leave.
#[utoipa::path(get, path = "/api/enterprises/count", tag = "enterprises", params(Filter),
    responses((status = 200, body = Count), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn count_enterprises(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
) -> Outcome<Json<Count>> {
    let scope = filter.scope(&actor.may(&powers::COUNT)?)?;
    let total = numbers::count(&app.db, &scope, &filter).await?;
    Ok(Json(Count { total: total.number, more: !total.exact }))
}

/// Which facets.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Dimensions, separated by commas; all unless told.
    fields: Option<String>,
}

/// A value of a facet.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FacetValue {
    value: String,
    label: String,
    /// How many; null where a text is so common that they are not counted.
    count: Option<i64>,
}

/// The values of each facet with their counts, under all filters but its own.
#[utoipa::path(get, path = "/api/enterprises/facets", tag = "enterprises", params(Filter, Wanted),
    responses((status = 200, body = BTreeMap<String, Vec<FacetValue>>), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn facet_enterprises(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(filter): Query<Filter>,
    Query(wanted): Query<Wanted>,
) -> Outcome<Json<BTreeMap<String, Vec<FacetValue>>>> {
    let scope = filter.scope(&actor.may(&powers::FACET)?)?;
    let (mut counted, exact) = numbers::facets(&app.db, &scope, &filter).await?;
    let all = counted.keys().copied().collect::<Vec<_>>().join(",");
    let mut facets = BTreeMap::new();
    for name in wanted.fields.as_deref().unwrap_or(&all).split(',') {
        let Some(values) = counted.remove(name) else {
            return Err(Problem::bad_request(
                "facet.unknown",
                format!("没有「{name}」这个分面，可用：{all}。"),
            ));
        };
        let values = values.into_iter().map(|v| FacetValue {
            label: fields::label(name, &v.value),
            value: v.value,
            count: exact.then_some(v.number),
        });
        facets.insert(name.to_string(), values.collect());
    }
    Ok(Json(facets))
}

/// A division of GB/T 4754-2017, to choose from and to name a code by.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct IndustryDivision {
    /// Two digits.
    code: &'static str,
    name: &'static str,
    /// Letter of its section.
    section: &'static str,
    section_name: &'static str,
}

/// The fields of a record: what forms, lists and exports are made from.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RecordSchema {
    fields: Vec<Field>,
    divisions: Vec<IndustryDivision>,
    /// What filters that are no facets choose from: code and label.
    #[schema(value_type = BTreeMap<String, Vec<Vec<String>>>)]
    choices: BTreeMap<&'static str, Vec<(&'static str, &'static str)>>,
}

/// Describes the fields of a record.
#[utoipa::path(get, path = "/api/enterprises/schema", tag = "enterprises", responses((status = 200, body = RecordSchema), (status = 403, body = Problem)))]
pub(super) async fn describe_enterprise(Caller(actor): Caller) -> Outcome<Json<RecordSchema>> {
    actor.may(&powers::DESCRIBE)?;
    let divisions = rules::industry::divisions().iter().map(|own| IndustryDivision {
        code: own.code,
        name: own.name,
        section: own.section,
        section_name: own.section_name,
    });
    let mut choices =
        BTreeMap::from(["industry_basis", "premises"].map(|name| (name, fields::choices(name))));
    choices.insert("missing", store::MISSING.iter().map(|(code, label, _)| (*code, *label)).collect());
    Ok(Json(RecordSchema { fields: fields::fields(), divisions: divisions.collect(), choices }))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_masked_phone_shows_its_ends_only() {
        assert_eq!(super::mask("13812341234"), "138****1234");
        assert_eq!(super::mask("88880000"), "8******0");
        assert_eq!(super::mask("12"), "**");
    }
}
