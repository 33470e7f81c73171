//! From the fields of a row to a record of the register: what the law and the evidence add.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use db::Json;
use kernel::{Actor, RegionCode};
use region::{Evidence, Gazetteer, Resolution, Taught, area_of, city_of};
use rules::{industry, ownership, sector};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{model::Enterprise, parse::Parsed};

/// Finds divisions, with one gazetteer for each city or municipality met.
pub struct Resolver {
    region: Option<RegionCode>,
    taught: Vec<Taught>,
    areas: HashMap<String, Gazetteer>,
}

impl Resolver {
    /// A resolver for rows of `region`, or of any city where none is given.
    pub fn new(region: Option<RegionCode>, taught: Vec<Taught>) -> Self {
        Resolver { region, taught, areas: HashMap::new() }
    }

    /// The division of a row; `None` when not even the city can be told.
    pub fn resolve(&mut self, row: &Parsed) -> Option<Resolution> {
        let code = row.code();
        let [province, city, county, town] = row.columns.each_ref().map(String::as_str);
        let evidence = Evidence {
            address: &row.place,
            name: &row.name,
            authority: code.as_ref().map(|code| code.division()),
            province,
            city,
            county,
            town,
        };
        let chosen = self.region.as_ref().map(RegionCode::as_str);
        let area = match chosen.and_then(area_of) {
            Some(area) => area.to_string(),
            None => city_of(evidence, chosen)?,
        };
        let taught = &self.taught;
        let gazetteer = self.areas.entry(area.clone()).or_insert_with(|| {
            Gazetteer::new(
                &area,
                taught.iter().filter(|taught| taught.town.starts_with(&area)).cloned().collect(),
            )
        });
        let mut found = gazetteer.resolve(evidence);
        // the office that imports for its own county or town vouches for what the address leaves open
        if let Some(region) = chosen
            && found.town.len() < region.len()
            && region.starts_with(&found.town)
        {
            found.town = region.get(..9).unwrap_or(region).to_string();
            found.reason = "按导入时选定的区划".into();
        }
        // a record lies in a city: of a municipality of which no more is known, in the one of its districts
        if found.town.len() == 2 {
            found.town.push_str("01");
        }
        found.suggestions.retain(|suggestion| suggestion.town.starts_with(&found.town));
        Some(found)
    }
}

/// Puts the resolution on a record.
pub fn assign(record: &mut Enterprise, found: Resolution) {
    record.assignment = if found.town.len() >= 9 {
        "certain"
    } else if found.suggestions.is_empty() {
        "open"
    } else {
        "proposed"
    }
    .into();
    record.town = found.town;
    record.assignment_reason = found.reason;
    let suggestions = found
        .suggestions
        .iter()
        .map(|s| json!({"town": s.town, "name": s.name, "score": s.score, "reason": s.reason}));
    record.suggestions = Json(Value::Array(suggestions.collect()));
}

/// Classifies ownership, industry and sector from the record's own fields. What an officer or the file stated stays.
pub fn classify(record: &mut Enterprise) {
    let code =
        record.credit_code.as_deref().and_then(|code| rules::credit_code::CreditCode::parse(code).ok());
    if let Some(code) = &code {
        record.organization_code = Some(code.organization_code().to_string());
    }
    let owner = ownership::decide(
        record.registration_type.as_deref().unwrap_or_default(),
        &record.name,
        code.as_ref(),
        record.currency.as_deref(),
    );
    record.ownership = if owner.public { "public" } else { "non_public" }.into();
    record.ownership_basis = owner.basis.code().into();
    record.ownership_reason = owner.reason;
    let scope = record.scope.as_deref().unwrap_or_default();
    if record.industry_basis.as_deref() != Some("stated") {
        let guess = industry::classify(&record.name, scope);
        record.industry = guess.as_ref().map(|guess| guess.division.code.to_string());
        record.industry_edition = guess.as_ref().map(|_| industry::EDITION.to_string());
        record.industry_basis = guess.as_ref().map(|_| "inferred".to_string());
        record.industry_reason = guess.map(|guess| format!("依据：{}", guess.words.join("、")));
    }
    record.sector = sector::derive(record.industry.as_deref(), &record.name, scope).into();
}

/// A record of which nothing is known but its city; what is certain by itself is filled.
pub fn blank(city: &str, actor: &Actor, at: DateTime<Utc>) -> Enterprise {
    Enterprise {
        city: city.to_string(),
        id: Uuid::now_v7(),
        town: city.to_string(),
        name: String::new(),
        name_key: String::new(),
        former_names: String::new(),
        credit_code: None,
        old_code: None,
        organization_code: None,
        registration_type: None,
        ownership: String::new(),
        ownership_basis: String::new(),
        ownership_reason: String::new(),
        industry: None,
        industry_edition: None,
        industry_basis: None,
        industry_reason: None,
        sector: String::new(),
        scope: None,
        capital: None,
        currency: None,
        founded_on: None,
        size: None,
        size_year: None,
        staff: None,
        revenue: None,
        assets: None,
        legal_person: None,
        legal_person_phone: None,
        principal: None,
        principal_phone: None,
        safety_head: None,
        safety_head_phone: None,
        registered_address: None,
        address: None,
        address_key: String::new(),
        longitude: None,
        latitude: None,
        premises: None,
        floor_area: None,
        parent_name: None,
        agency: None,
        department: None,
        officer: None,
        grade: None,
        grid: None,
        cluster: None,
        status: "pending".into(),
        status_on: None,
        status_reason: None,
        status_document: None,
        merged_into: None,
        assignment: "open".into(),
        assignment_reason: String::new(),
        suggestions: Json(Value::Array(Vec::new())),
        verification: "unverified".into(),
        verified_at: None,
        verified_by: None,
        verified_by_name: None,
        verified_fields: Json(json!([])),
        source: "manual".into(),
        import_id: None,
        original: None,
        created_at: at,
        created_by: actor.account,
        updated_at: at,
        updated_by: actor.account,
        version: 1,
    }
}

/// Works out the size class of that year anew; none where the figures do not suffice.
pub fn measure(record: &mut Enterprise, year: i64) {
    let yuan = |cents: Option<i64>| cents.map(|cents| rules::Number(rust_decimal::Decimal::new(cents, 2)));
    let class = record.industry.as_ref().and_then(|industry| {
        let input = rules::size::Input {
            industry: industry.clone(),
            staff: record.staff,
            revenue: yuan(record.revenue),
            assets: yuan(record.assets),
        };
        let day = chrono::NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, 12, 31)?;
        rules::size::classify(&rules::At::nation(day), &input).ok()
    });
    record.size = class.map(|class| class.value.code().to_string());
    record.size_year = record.size.as_ref().map(|_| year);
}

/// A new record from a row.
pub fn create(
    row: &Parsed,
    original: &Value,
    found: Resolution,
    import: Uuid,
    actor: &Actor,
    at: DateTime<Utc>,
) -> Enterprise {
    let city = found.town.get(..4).unwrap_or_default().to_string();
    let mut record = Enterprise {
        name: row.name.clone(),
        name_key: row.name_key.clone(),
        former_names: row.former_names.clone(),
        credit_code: row.credit_code.clone(),
        old_code: row.old_code.clone(),
        organization_code: row.organization_code.clone(),
        registration_type: row.registration_type.clone(),
        industry: row.industry.clone(),
        industry_edition: row.industry.as_ref().map(|_| industry::EDITION.to_string()),
        industry_basis: row.industry.as_ref().map(|_| "stated".to_string()),
        scope: row.scope.clone(),
        capital: row.capital,
        currency: row.currency.clone(),
        founded_on: row.founded_on,
        staff: row.staff,
        legal_person: row.legal_person.clone(),
        legal_person_phone: row.legal_person_phone.clone(),
        principal: row.principal.clone(),
        principal_phone: row.principal_phone.clone(),
        safety_head: row.safety_head.clone(),
        safety_head_phone: row.safety_head_phone.clone(),
        registered_address: row.registered_address.clone(),
        address: row.address.clone(),
        address_key: row.address_key.clone(),
        longitude: row.longitude,
        latitude: row.latitude,
        grid: row.grid.clone(),
        status: row.status.clone().unwrap_or_else(|| "pending".into()),
        source: "import".into(),
        import_id: Some(import),
        original: Some(Json(original.clone())),
        ..blank(&city, actor, at)
    };
    assign(&mut record, found);
    classify(&mut record);
    record
}

/// The record with what a newer row says. A cell the row leaves empty changes nothing; the town is sought anew only
/// when the address changed.
pub fn revise(current: &Enterprise, row: &Parsed, original: &Value, resolver: &mut Resolver) -> Enterprise {
    let mut record = current.clone();
    macro_rules! take {
        ($($field:ident),*) => { $(if row.$field.is_some() { record.$field = row.$field.clone(); })* };
    }
    take!(
        credit_code,
        old_code,
        organization_code,
        founded_on,
        registration_type,
        legal_person,
        legal_person_phone,
        principal,
        principal_phone,
        safety_head,
        safety_head_phone,
        capital,
        currency,
        scope,
        registered_address,
        address,
        staff,
        longitude,
        latitude,
        grid
    );
    // a list tells no day; what an officer recorded of another state no longer belongs to it
    if let Some(status) = row.status.as_ref().filter(|status| **status != record.status) {
        record.status.clone_from(status);
        record.status_on = None;
        record.status_reason = Some("按导入的名单".into());
        record.status_document = None;
    }
    if let Some(code) = &row.industry {
        record.industry = Some(code.clone());
        record.industry_basis = Some("stated".into());
        record.industry_edition = Some(industry::EDITION.into());
        record.industry_reason = None;
    }
    if row.name != record.name {
        record.former_names = if record.former_names.is_empty() {
            record.name.clone()
        } else {
            format!("{}；{}", record.former_names, record.name)
        };
        record.name.clone_from(&row.name);
        record.name_key.clone_from(&row.name_key);
    }
    record.original = Some(Json(original.clone()));
    if record.registered_address != current.registered_address || record.address != current.address {
        record.address_key.clone_from(&row.address_key);
        if let Some(found) = resolver.resolve(row).filter(|found| found.town.starts_with(&record.city)) {
            assign(&mut record, found);
        }
    }
    if record.name != current.name
        || record.scope != current.scope
        || record.registration_type != current.registration_type
        || record.industry != current.industry
        || record.credit_code != current.credit_code
    {
        classify(&mut record);
    }
    let (_, after) = audit::diff(&current.document(), &record.document());
    unverify(&mut record, |field| after.get(field).is_some());
    record
}

/// The fields of a record that somebody can vouch for: those people may edit and that say something.
pub fn verifiable(record: &Enterprise) -> Vec<&'static str> {
    let document = record.document();
    let said = |name: &str| !matches!(&document[name], Value::Null) && document[name] != json!("");
    crate::fields::fields()
        .into_iter()
        .filter(|field| field.editable && said(field.name))
        .map(|field| field.name)
        .collect()
}

/// Takes the verification mark off the fields that changed.
pub fn unverify(record: &mut Enterprise, changed: impl Fn(&str) -> bool) {
    let Value::Array(verified) = &record.verified_fields.0 else { return };
    let kept: Vec<Value> = verified
        .iter()
        .filter(|field| field.as_str().is_some_and(|field| !changed(field)))
        .cloned()
        .collect();
    if kept.len() < verified.len() {
        record.verification = if kept.is_empty() { "unverified" } else { "partly" }.into();
        record.verified_fields = Json(Value::Array(kept));
    }
}
