//! What a source is: every unit goes through the rules by itself, and the source is what its gravest unit is.

use rules::{At, Outcome, Refusal, hazard};
use serde_json::{Map, Value, json};

use crate::model::{CATEGORIES, Source, Unit};

/// What was found of a source.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Whether one unit at least is a major hazard source.
    pub is_major: bool,
    /// The gravest grade, 1 to 4.
    pub grade: Option<i64>,
    /// `r` or `deaths`.
    pub method: Option<&'static str>,
    /// S of the gravest unit.
    pub s: Option<String>,
    /// R of the gravest unit.
    pub r: Option<String>,
    /// The standard.
    pub edition: String,
}

/// Document by which what is no chemical is identified.
const OF_2004: &str = "安监管协调字〔2004〕56号";

/// The input of the rule for a unit.
fn input(category: &str, population: Option<i64>, unit: &Unit) -> Value {
    if category != "chemical" {
        let mut facts = unit.facts.clone();
        facts.insert("kind".into(), json!(category));
        return Value::Object(facts);
    }
    let substances: Vec<Value> = unit
        .substances
        .iter()
        .map(|own| {
            let mut said = Map::new();
            let text = |text: &Option<String>| {
                text.as_deref().map(str::trim).filter(|own| !own.is_empty()).map(|own| json!(own))
            };
            for (name, value) in [
                ("name", text(&own.name)),
                ("cas", text(&own.cas)),
                ("row", own.row.map(|row| json!(row))),
                ("category", text(&own.category)),
                ("quantity_t", Some(json!(own.quantity_t))),
            ] {
                said.extend(value.map(|value| (name.to_string(), value)));
            }
            Value::Object(said)
        })
        .collect();
    json!({"unit": unit.kind.as_deref().unwrap_or("storage"), "exposed_people": population, "substances": substances})
}

/// A unit by itself.
///
/// # Errors
/// What the rule misses, under the pointer of the unit.
fn of_unit(
    at: &At<'_>,
    category: &str,
    population: Option<i64>,
    (index, unit): (usize, &Unit),
) -> Result<Outcome<Value>, Refusal> {
    let (rule, part) = match category {
        "chemical" => (&hazard::source::RULE, ""),
        _ => (&hazard::category::RULE, "/facts"),
    };
    (rule.run)(at, input(category, population, unit)).map_err(|refusal| {
        let pointer = match refusal.pointer.as_str() {
            "/unit" => format!("/units/{index}/kind"),
            "/exposed_people" => "/population".to_string(),
            own => format!("/units/{index}{part}{own}"),
        };
        let name =
            if unit.name.is_empty() { format!("第 {} 个单元", index + 1) } else { unit.name.clone() };
        Refusal { pointer, message: format!("{name}：{}", refusal.message), ..refusal }
    })
}

/// Identifies the units and writes to each what was found with its steps; answers what the source is.
///
/// # Errors
/// The first refusal of a unit.
pub fn identify(
    at: &At<'_>,
    category: &str,
    population: Option<i64>,
    units: &mut [Unit],
) -> Result<Found, Refusal> {
    if !CATEGORIES.iter().any(|(code, _)| *code == category) {
        return Err(Refusal::unknown("/category", "没有这种类别，请从列表中选择。"));
    }
    if units.is_empty() {
        return Err(Refusal::missing("/units", "单元"));
    }
    let chemical = category == "chemical";
    let mut found =
        Found { edition: if chemical { String::new() } else { OF_2004.into() }, ..Found::default() };
    let mut gravest: Option<(bool, i64)> = None;
    for (index, unit) in units.iter_mut().enumerate() {
        let outcome = of_unit(at, category, population, (index, unit))?;
        let value = &outcome.value;
        let is_major = value["is_major"].as_bool().unwrap_or_default();
        let grade = value[if chemical { "grade" } else { "death_grade" }].as_i64();
        if let Some(edition) = value["edition"].as_str() {
            found.edition = edition.to_string();
        }
        // a major unit before one that is none; of two the graver, one without a grade behind
        let rank = (is_major, -grade.unwrap_or(9));
        if gravest.is_none_or(|best| rank > best) {
            gravest = Some(rank);
            found.is_major = is_major;
            found.grade = grade;
            found.method = grade.map(|_| if chemical { "r" } else { "deaths" });
            found.s = value["s"].as_str().map(str::to_string);
            found.r = value["r"].as_str().map(str::to_string);
        }
        let certainty = outcome.certainty();
        unit.outcome = Some(json!({
            "value": outcome.value,
            "explanation": outcome.explanation,
            "certainty": certainty,
            "certainty_label": certainty.label(),
        }));
    }
    Ok(found)
}

/// Whether what is declared says otherwise than what was found.
fn differs(declared: Option<i64>, found: &Found) -> bool {
    declared.is_some_and(|declared| !found.is_major || found.grade.is_some_and(|grade| grade != declared))
}

/// Identifies a source by the law of that day and writes into it what was found.
///
/// # Errors
/// What the rules miss.
pub fn apply(at: &At<'_>, source: &mut Source, mut units: Vec<Unit>) -> Result<(), Refusal> {
    let found = identify(at, &source.category, source.population, &mut units)?;
    source.differs = differs(source.declared_grade, &found);
    source.units = db::Json(serde_json::to_value(units).unwrap_or_default());
    source.is_major = found.is_major;
    source.grade = found.grade;
    source.grade_method = found.method.map(str::to_string);
    source.s = found.s;
    source.r = found.r;
    source.edition = found.edition;
    source.identified_on = at.on;
    Ok(())
}

/// The standard for hazardous chemicals in force on that day.
pub fn edition(at: &At<'_>) -> Option<String> {
    let input = json!({"unit": "storage", "substances": [{"cas": "7782-50-5", "quantity_t": "1"}]});
    let outcome = (hazard::source::RULE.run)(at, input).ok()?;
    outcome.value["edition"].as_str().map(str::to_string)
}

/// What of the units decides what the source is: everything but their names and what was found.
pub fn substance(units: &[Unit]) -> Value {
    let bare = |unit: &Unit| {
        let own = Unit { id: None, name: String::new(), outcome: None, ..unit.clone() };
        serde_json::to_value(own).unwrap_or_default()
    };
    Value::Array(units.iter().map(bare).collect())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::model::Substance;

    fn unit(name: &str, substances: &[(&str, &str)]) -> Unit {
        let substances = substances.iter().map(|(name, quantity)| Substance {
            name: Some((*name).into()),
            quantity_t: (*quantity).into(),
            ..Substance::default()
        });
        Unit {
            id: None,
            name: name.into(),
            kind: Some("storage".into()),
            substances: substances.collect(),
            facts: Map::new(),
            outcome: None,
        }
    }

    fn on() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap()
    }

    #[test]
    fn a_source_is_what_its_gravest_unit_is() {
        let mut units = [
            unit("甲醇罐区", &[("甲醇", "400")]),
            unit("液氯库", &[("液氯", "100")]),
            unit("氨库", &[("液氨", "12")]),
        ];
        let found = identify(&At::nation(on()), "chemical", Some(120), &mut units).unwrap();
        // R = 2 × 4 × 100 / 5
        assert_eq!((found.is_major, found.grade, found.r.as_deref()), (true, Some(1), Some("160")));
        assert_eq!(found.edition, "GB 18218-2018");
        let none = units[0].outcome.as_ref().unwrap();
        assert_eq!(none["value"]["is_major"], json!(false));
        assert!(none["explanation"].as_array().unwrap().len() > 2);
    }

    #[test]
    fn what_a_unit_misses_is_said_where_it_is_missing() {
        let mut units = [unit("罐区", &[("液氯", "6")]), unit("库房", &[("某种溶剂", "6")])];
        let refusal = identify(&At::nation(on()), "chemical", None, &mut units).unwrap_err();
        assert_eq!(refusal.pointer, "/units/1/substances/0/category");
        assert!(refusal.message.starts_with("库房："));
    }

    #[test]
    fn a_boiler_goes_by_the_list_of_2004() {
        let mut boiler = unit("1 号锅炉", &[]);
        boiler.facts = json!({"boiler": "steam", "pressure_mpa": "3.82", "output_t_h": "35"})
            .as_object()
            .unwrap()
            .clone();
        let found = identify(&At::nation(on()), "boiler", None, std::slice::from_mut(&mut boiler)).unwrap();
        assert_eq!((found.is_major, found.grade), (true, None));
        boiler.facts.insert("pressure_mpa".into(), json!("1.25"));
        assert!(
            !identify(&At::nation(on()), "boiler", None, std::slice::from_mut(&mut boiler)).unwrap().is_major
        );
    }
}
