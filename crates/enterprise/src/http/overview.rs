//! Figures by tier, from the numbers kept with every write.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use kernel::{RegionCode, Tier};
use region::divisions;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::{App, Caller, Outcome, Problem, Query};

use crate::{
    count::DIMENSIONS,
    fields,
    numbers::{self, Figure},
    powers,
};

/// Which division.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Province, city, county or town.
    region: String,
}

/// A number: the value, its label and how many enterprises.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Slice {
    value: String,
    label: String,
    count: i64,
}

/// The figures of one division.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Figures {
    code: String,
    name: String,
    total: i64,
    by: BTreeMap<String, Vec<Slice>>,
}

/// The figures of a division and of those one tier below it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Overview {
    tier: String,
    own: Figures,
    /// One tier below; the one with the code of the division itself holds what is not assigned further down.
    children: Vec<Figures>,
}

fn gather<'a>(code: &str, name: String, figures: impl Iterator<Item = &'a Figure>) -> Figures {
    let mut numbers: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for figure in figures {
        *numbers.entry((&figure.dimension, &figure.value)).or_default() += figure.number;
    }
    let by = DIMENSIONS.iter().map(|(dimension, _)| {
        let mut slices: Vec<Slice> = numbers
            .iter()
            .filter(|((own, _), count)| own == dimension && **count != 0)
            .map(|((_, value), count)| Slice {
                value: (*value).to_string(),
                label: fields::label(dimension, value),
                count: *count,
            })
            .collect();
        slices.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        ((*dimension).to_string(), slices)
    });
    Figures {
        code: code.to_string(),
        name,
        total: numbers.get(&("all", "all")).copied().unwrap_or_default(),
        by: by.collect(),
    }
}

/// The figures of a division and of those one tier below, each number the count of exactly one list.
#[utoipa::path(get, path = "/api/overview", tag = "overview", params(Which),
    responses((status = 200, body = Overview), (status = 403, body = Problem), (status = 404, body = Problem)))]
pub(super) async fn find_overview(
    State(app): State<App>,
    Caller(actor): Caller,
    Query(which): Query<Which>,
) -> Outcome<Json<Overview>> {
    let region = RegionCode::parse(&which.region)?;
    let scope = actor.may(&powers::OVERVIEW)?.narrow(&region)?;
    let below = match region.tier() {
        Tier::Province => Tier::City,
        Tier::City => Tier::County,
        Tier::County | Tier::Town => Tier::Town,
        Tier::Village => {
            return Err(Problem::wrong_field("/region", "region.tier", "请选择省、市、区县或镇街。"));
        }
    };
    let figures = numbers::figures(&app.db, &scope, below.digits()).await?;
    let own = gather(region.as_str(), divisions::full_name(region.as_str()), figures.iter());
    let mut codes: Vec<&str> =
        divisions::children(region.as_str()).iter().map(|division| division.code.as_str()).collect();
    codes.extend(figures.iter().map(|figure| figure.code.as_str()));
    codes.sort_unstable();
    codes.dedup();
    codes.retain(|code| scope.covers(code) || figures.iter().any(|figure| figure.code == *code));
    if region.tier() == Tier::Town {
        codes.clear();
    }
    let children = codes.into_iter().map(|code| {
        let name = match divisions::find(code) {
            Some(division) if code != region.as_str() => division.name.clone(),
            _ => "待分配到下一级".to_string(),
        };
        gather(code, name, figures.iter().filter(|figure| figure.code == code))
    });
    Ok(Json(Overview { tier: region.tier().label().to_string(), own, children: children.collect() }))
}
