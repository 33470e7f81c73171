//! The rows of the archive.

use audit::Action;
use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use enterprise::Enterprise;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{
    field::Role,
    section::{self, Described},
};

db::table! {
    /// A record of a section.
    #[derive(Serialize, Deserialize)]
    pub struct Record in "record" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Division of the enterprise.
        pub town: String,
        /// Supervised sector of the enterprise.
        pub sector: String,
        /// Enterprise.
        pub enterprise: Uuid,
        /// Section ([`crate::section::SECTIONS`]).
        pub section: String,
        /// What it is called.
        pub title: String,
        /// Its number.
        pub number: Option<String>,
        /// Who issued it.
        pub issuer: Option<String>,
        /// When.
        pub issued_on: Option<NaiveDate>,
        /// The last day it holds.
        pub expires_on: Option<NaiveDate>,
        /// `stated` in it, or reckoned from the `renewal` that the law wants.
        pub expires_basis: Option<String>,
        /// One of [`STATES`].
        pub state: String,
        /// The section's own fields.
        pub fields: Json<Value>,
        /// The values that were vouched for.
        pub verified_fields: Option<Json<Value>>,
        /// By whom.
        pub verified_by: Option<Uuid>,
        /// Name of the verifier then.
        pub verified_by_name: Option<String>,
        /// When.
        pub verified_at: Option<DateTime<Utc>>,
        /// Fields sent back: `[{"field", "reason"}]`; an empty field is the whole record.
        pub returned_fields: Option<Json<Value>>,
        /// Name of who sent them back.
        pub returned_by_name: Option<String>,
        /// When.
        pub returned_at: Option<DateTime<Utc>>,
        /// The record whose place it took.
        pub replaces: Option<Uuid>,
        /// When made, UTC.
        pub created_at: DateTime<Utc>,
        /// By whom.
        pub created_by: Uuid,
        /// When changed, UTC.
        pub updated_at: DateTime<Utc>,
        /// By whom.
        pub updated_by: Uuid,
        /// Optimistic lock.
        pub version: i64,
    }
}

/// States of a record: code and label.
pub const STATES: &[(&str, &str)] = &[
    ("entered", "待核实"),
    ("verified", "已核实"),
    ("changed", "核实后有修改"),
    ("returned", "已退回"),
    ("replaced", "已换发"),
    ("removed", "已删除"),
];

impl Record {
    /// A record of an enterprise's section that is not filled in yet.
    pub fn blank(enterprise: &Enterprise, section: &Described, by: Uuid, at: DateTime<Utc>) -> Record {
        Record {
            city: enterprise.city.clone(),
            id: Uuid::now_v7(),
            town: enterprise.town.clone(),
            sector: enterprise.sector.clone(),
            enterprise: enterprise.id,
            section: section.code.into(),
            title: String::new(),
            number: None,
            issuer: None,
            issued_on: None,
            expires_on: None,
            expires_basis: None,
            state: "entered".into(),
            fields: Json(Value::Null),
            verified_fields: None,
            verified_by: None,
            verified_by_name: None,
            verified_at: None,
            returned_fields: None,
            returned_by_name: None,
            returned_at: None,
            replaces: None,
            created_at: at,
            created_by: by,
            updated_at: at,
            updated_by: by,
            version: 1,
        }
    }

    /// Its state once its fields were changed; `documents` says whether those attached did since it was vouched for.
    pub fn settle(&mut self, documents: bool) {
        self.state = match &self.verified_fields {
            // put back as it was vouched for
            Some(vouched) if vouched.0 == self.fields.0 && !documents => "verified",
            Some(_) => "changed",
            None => "entered",
        }
        .into();
    }

    /// Whether it counts: it is neither replaced nor removed.
    pub fn is_live(&self) -> bool {
        !matches!(self.state.as_str(), "replaced" | "removed")
    }

    /// Takes over the values of its section's fields, and what lists and the calendar read from them.
    pub fn fill(&mut self, section: &Described, values: Map<String, Value>) {
        let of = |role: Role| {
            let field = section.fields.iter().find(|field| field.role == Some(role))?;
            Some(field.show(values.get(&field.name)?)).filter(|text| !text.is_empty())
        };
        let day = |role| of(role).and_then(|text| text.parse::<NaiveDate>().ok());
        self.title = of(Role::Title).unwrap_or_else(|| section.label.to_string());
        self.number = of(Role::Number);
        self.issuer = of(Role::Issuer);
        self.issued_on = day(Role::IssuedOn);
        self.expires_on = day(Role::ExpiresOn);
        self.expires_basis = self.expires_on.map(|_| "stated".to_string());
        self.fields = Json(Value::Object(values));
    }

    /// Its section.
    pub fn described(&self) -> Option<&'static Described> {
        section::find(&self.section)
    }

    /// Whether it holds personal data.
    pub fn is_personal(&self) -> bool {
        let personal = |section: &Described| {
            section.fields.iter().any(|field| field.personal && !self.fields.0[&field.name].is_null())
        };
        self.described().is_some_and(personal)
    }

    /// The row as a document for the trail.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    /// An entry of the trail about this record.
    pub fn entry(
        &self,
        action: Action,
        before: Option<Value>,
        after: Option<Value>,
        reason: Option<String>,
    ) -> audit::Entry {
        let label = self.described().map_or("", |section| section.label);
        audit::Entry {
            action,
            subject: Self::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(format!("{label}：{}", self.title)),
            before,
            after,
            reason,
        }
    }
}

db::table! {
    /// How complete the archive of an enterprise is.
    #[derive(Serialize, Deserialize, utoipa::ToSchema)]
    pub struct Score in "archive_score" {
        /// City, 4 digits.
        pub city: String,
        /// The enterprise.
        pub id: Uuid,
        /// Division.
        pub town: String,
        /// Supervised sector.
        pub sector: String,
        /// `public` or `non_public`.
        pub ownership: String,
        /// Name.
        pub name: String,
        /// Sections that must be there.
        pub required: i64,
        /// Of these, there and in force.
        pub present: i64,
        /// Of these, not there.
        pub missing: i64,
        /// Of these, there but run out.
        pub expired: i64,
        /// Sections of which it cannot be said yet whether they must be there.
        pub unclear: i64,
        /// Of the present ones, vouched for.
        pub verified: i64,
        /// Records that count.
        pub records: i64,
        /// Of these, run out.
        pub papers_expired: i64,
        /// Of these, running out within 60 days.
        pub papers_expiring: i64,
        /// Present of required, whole percent.
        pub score: i64,
        /// `complete`, `incomplete`, `expired` or `empty`.
        pub state: String,
        /// `verified`, `partly` or `never`.
        pub verification: String,
        /// The next day on which a paper runs out or comes near it.
        pub changes_on: Option<NaiveDate>,
        /// Version of the enterprise's record that was read.
        pub enterprise_version: i64,
        /// When, UTC.
        pub computed_at: DateTime<Utc>,
    }
}

/// States of an archive: code and label.
pub const ARCHIVE_STATES: &[(&str, &str)] =
    &[("complete", "完整"), ("incomplete", "不完整"), ("expired", "有过期"), ("empty", "未建档")];
/// How far an archive is vouched for.
pub const VERIFICATION: &[(&str, &str)] =
    &[("verified", "已核实"), ("partly", "部分核实"), ("never", "从未核实")];
