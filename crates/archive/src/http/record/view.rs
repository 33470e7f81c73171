//! A record as people see it, with what is to be said of its values and what was sent back.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::model::{Record, STATES};

/// A record as people see it.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct RecordView {
    city: String,
    id: Uuid,
    enterprise: Uuid,
    section: String,
    title: String,
    number: Option<String>,
    issuer: Option<String>,
    issued_on: Option<chrono::NaiveDate>,
    expires_on: Option<chrono::NaiveDate>,
    /// `stated` in it, or reckoned from the `renewal` that the law wants.
    expires_basis: Option<String>,
    state: String,
    state_label: &'static str,
    #[schema(value_type = Object)]
    fields: Value,
    /// The values that were vouched for, where they differ from those of now.
    #[schema(value_type = Option<Object>)]
    verified_fields: Option<Value>,
    verified_by_name: Option<String>,
    verified_at: Option<DateTime<Utc>>,
    /// What is to be said of its values although they were taken: a quantity above the design maximum.
    warnings: Vec<FieldWarning>,
    /// Fields sent back, each with its reason.
    returned_fields: Vec<Returned>,
    returned_by_name: Option<String>,
    returned_at: Option<DateTime<Utc>>,
    replaces: Option<Uuid>,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    version: i64,
}

/// What is to be said of a field.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::http) struct FieldWarning {
    field: &'static str,
    /// In Chinese.
    message: String,
}

/// A field sent back.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ReturnedField)]
pub(in crate::http) struct Returned {
    /// The field; empty for the record as a whole.
    pub(in crate::http) field: String,
    /// What is to be put right.
    pub(in crate::http) reason: String,
}

pub(in crate::http) fn view(record: Record) -> RecordView {
    let returned = record.returned_fields.as_ref().map(|own| own.0.clone()).unwrap_or_default();
    let vouched = record.verified_fields.as_ref().map(|own| own.0.clone());
    let warnings = record.described().map(|section| section.warnings(&record.fields.0)).unwrap_or_default();
    RecordView {
        warnings: warnings
            .into_iter()
            .map(|own| FieldWarning { field: own.field, message: own.message })
            .collect(),
        state_label: STATES.iter().find(|(code, _)| *code == record.state).map_or("", |(_, label)| label),
        verified_fields: vouched.filter(|own| *own != record.fields.0),
        returned_fields: serde_json::from_value(returned).unwrap_or_default(),
        city: record.city,
        id: record.id,
        enterprise: record.enterprise,
        section: record.section,
        title: record.title,
        number: record.number,
        issuer: record.issuer,
        issued_on: record.issued_on,
        expires_on: record.expires_on,
        expires_basis: record.expires_basis,
        state: record.state,
        fields: record.fields.0,
        verified_by_name: record.verified_by_name,
        verified_at: record.verified_at,
        returned_by_name: record.returned_by_name,
        returned_at: record.returned_at,
        replaces: record.replaces,
        created_at: record.created_at,
        updated_at: record.updated_at,
        version: record.version,
    }
}

pub(crate) fn shown(record: &Record) -> Value {
    serde_json::to_value(view(record.clone())).unwrap_or_default()
}
