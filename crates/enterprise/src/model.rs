//! The row of the register.

use chrono::{DateTime, NaiveDate, Utc};
use db::Json;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

db::table! {
    /// An enterprise, or a workshop without any licence. Money is in 分 (of the currency named), areas in m².
    #[derive(Serialize, Deserialize)]
    pub struct Enterprise in "enterprise" {
        /// City, 4 digits.
        pub city: String,
        /// Id.
        pub id: Uuid,
        /// Town, 9 digits, or the longest prefix that is certain.
        pub town: String,
        /// Name.
        pub name: String,
        /// Name in the form for matching (`rules::name`).
        pub name_key: String,
        /// Former names, separated by `；`.
        pub former_names: String,
        /// Unified social credit code (GB 32100-2015).
        pub credit_code: Option<String>,
        /// Registration number from before 2015.
        pub old_code: Option<String>,
        /// Organisation code (GB 11714-1997).
        pub organization_code: Option<String>,
        /// Registration type as the registry writes it.
        pub registration_type: Option<String>,
        /// `public` or `non_public` (国统字〔1998〕204号).
        pub ownership: String,
        /// `stated`, `inferred` or `assumed`.
        pub ownership_basis: String,
        /// Why.
        pub ownership_reason: String,
        /// Division or class of GB/T 4754.
        pub industry: Option<String>,
        /// Edition of that code.
        pub industry_edition: Option<String>,
        /// `stated` or `inferred`.
        pub industry_basis: Option<String>,
        /// The words that decided an inferred one.
        pub industry_reason: Option<String>,
        /// Supervised sector (`rules::sector`).
        pub sector: String,
        /// Business scope.
        pub scope: Option<String>,
        /// Registered capital, hundredths of the currency.
        pub capital: Option<i64>,
        /// ISO 4217.
        pub currency: Option<String>,
        /// Day of registration.
        pub founded_on: Option<NaiveDate>,
        /// Size class (国统字〔2017〕213号).
        pub size: Option<String>,
        /// Year the size was worked out for.
        pub size_year: Option<i64>,
        /// People working there.
        pub staff: Option<i64>,
        /// Revenue of the year, 分.
        pub revenue: Option<i64>,
        /// Assets at the end of the year, 分.
        pub assets: Option<i64>,
        /// Legal person.
        pub legal_person: Option<String>,
        /// Phone.
        pub legal_person_phone: Option<String>,
        /// Principal in charge.
        pub principal: Option<String>,
        /// Phone.
        pub principal_phone: Option<String>,
        /// Head of safety.
        pub safety_head: Option<String>,
        /// Phone.
        pub safety_head_phone: Option<String>,
        /// Registered address.
        pub registered_address: Option<String>,
        /// Address where it works.
        pub address: Option<String>,
        /// Address in the form for matching.
        pub address_key: String,
        /// Degrees east, WGS 84.
        pub longitude: Option<f64>,
        /// Degrees north, WGS 84.
        pub latitude: Option<f64>,
        /// `owned` or `rented`.
        pub premises: Option<String>,
        /// Floor area, m².
        pub floor_area: Option<i64>,
        /// Parent enterprise.
        pub parent_name: Option<String>,
        /// Responsible agency.
        pub agency: Option<Uuid>,
        /// Sector department.
        pub department: Option<String>,
        /// Responsible officer.
        pub officer: Option<Uuid>,
        /// Grade of supervision as it was rated: `A` (best) to `D`.
        pub grade: Option<String>,
        /// Grid.
        pub grid: Option<String>,
        /// Market, building, park or street it is part of.
        pub cluster: Option<Uuid>,
        /// State of its life.
        pub status: String,
        /// Since when.
        pub status_on: Option<NaiveDate>,
        /// Why.
        pub status_reason: Option<String>,
        /// Number of the document that says so.
        pub status_document: Option<String>,
        /// The record this one was merged into.
        pub merged_into: Option<Uuid>,
        /// `certain`: the town is known; `proposed`: there are suggestions; `open`: there are none.
        pub assignment: String,
        /// The evidence.
        pub assignment_reason: String,
        /// Possible towns.
        pub suggestions: Json<Value>,
        /// `verified`, `partly` or `unverified`.
        pub verification: String,
        /// When.
        pub verified_at: Option<DateTime<Utc>>,
        /// By whom.
        pub verified_by: Option<Uuid>,
        /// Name of the verifier then.
        pub verified_by_name: Option<String>,
        /// Fields that are verified.
        pub verified_fields: Json<Value>,
        /// Where the record came from: `import` or `manual`.
        pub source: String,
        /// The import that brought it or changed it last.
        pub import_id: Option<Uuid>,
        /// The row of the file as it was read.
        pub original: Option<Json<Value>>,
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

/// States of an enterprise's life: code and label.
pub const STATUS: &[(&str, &str)] = &[
    ("pending", "待核实"),
    ("normal", "在营"),
    ("suspended", "停业"),
    ("moved_out", "迁出"),
    ("deregistered", "注销"),
    ("revoked", "吊销"),
    ("no_premises", "无经营场所"),
    ("merged", "已并入他户"),
];

impl Enterprise {
    /// The values the register counts, one for each of [`crate::count::DIMENSIONS`] in order. A merged record counts nowhere.
    pub fn facts(&self) -> Vec<(&'static str, &str)> {
        if self.status == "merged" {
            return Vec::new();
        }
        vec![
            ("status", &self.status),
            ("ownership", &self.ownership),
            ("ownership_basis", &self.ownership_basis),
            ("sector", &self.sector),
            ("size", self.size.as_deref().unwrap_or("unknown")),
            ("verification", &self.verification),
            ("assignment", &self.assignment),
            ("located", if self.longitude.is_some() && self.latitude.is_some() { "yes" } else { "no" }),
        ]
    }

    /// An entry of the trail about this record.
    pub fn entry(
        &self,
        action: audit::Action,
        before: Option<Value>,
        after: Option<Value>,
        reason: Option<String>,
    ) -> audit::Entry {
        audit::Entry {
            action,
            subject: Self::TABLE,
            city: self.city.clone(),
            town: self.town.clone(),
            row: Some(self.id),
            title: Some(self.name.clone()),
            before,
            after,
            reason,
        }
    }

    /// What the trail says of a record that came to be: what is known of it. The entry itself says when and by whom; the row
    /// of the file stands in the record, and in the entry of whatever replaces it.
    pub fn first(&self) -> Value {
        let mut document = self.document();
        if let Value::Object(fields) = &mut document {
            for told in ["original", "created_at", "created_by", "updated_at", "updated_by", "version"] {
                fields.remove(told);
            }
            fields.retain(|_, value| !value.is_null());
        }
        document
    }

    /// Where it is, in words: where it works, then where it is registered.
    pub(crate) fn addresses(&self) -> Vec<&str> {
        [&self.address, &self.registered_address].into_iter().flatten().map(String::as_str).collect()
    }

    /// The row as a document for the trail.
    pub fn document(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}
