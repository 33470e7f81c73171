//! What people see of visits and documents.

use chrono::{DateTime, NaiveDate, Utc};
use law::ChecklistItem;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Outcome;

use crate::{
    compose,
    model::{Finding, Item, Paper, Photo, Visit, VisitOfficer},
};

/// A visit.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct VisitView {
    city: String,
    id: Uuid,
    town: String,
    sector: String,
    enterprise: Uuid,
    enterprise_name: String,
    /// `open`, `finished` or `withdrawn`.
    state: String,
    place: String,
    started_at: DateTime<Utc>,
    ended_at: Option<DateTime<Utc>>,
    /// The two of the agency that leads.
    officers: Vec<VisitOfficer>,
    /// Those of other agencies who came along, agency by agency.
    others: Vec<VisitOfficer>,
    /// The agency that leads.
    agency: Uuid,
    /// Last day for putting right what was found.
    due_on: Option<NaiveDate>,
    /// Why it was withdrawn.
    reason: Option<String>,
    version: i64,
}

impl VisitView {
    pub(crate) fn of(row: Visit) -> Self {
        VisitView {
            officers: row.officers(),
            others: row.others(),
            city: row.city,
            id: row.id,
            town: row.town,
            sector: row.sector,
            enterprise: row.enterprise,
            enterprise_name: row.enterprise_name,
            state: row.state,
            place: row.place,
            started_at: row.started_at,
            ended_at: row.ended_at,
            agency: row.agency,
            due_on: row.due_on,
            reason: row.reason,
            version: row.version,
        }
    }
}

/// Something found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct VisitFinding {
    id: Uuid,
    /// 1, 2, 3 within the visit; without gaps once it is signed.
    serial: i64,
    item: Option<String>,
    content: String,
    place: Option<String>,
    basis: Option<String>,
    /// Category of the table `danger-category`.
    category: Option<String>,
    /// Codes of the table `danger-criterion` that are met.
    criteria: Vec<String>,
    needs_stop: bool,
    beyond_own_power: bool,
    /// Put right before the officers left.
    fixed: bool,
    /// `general` or `major`, by the law.
    severity: String,
    /// The danger that it became when the visit was signed.
    danger: Option<Uuid>,
    photos: Vec<Photo>,
    version: i64,
}

impl VisitFinding {
    pub(super) fn of(row: Finding, photos: &[Photo]) -> Self {
        VisitFinding {
            photos: photos.iter().filter(|photo| photo.finding == row.id).cloned().collect(),
            criteria: row.criteria(),
            id: row.id,
            serial: row.serial,
            item: row.item,
            content: row.content,
            place: row.place,
            basis: row.basis,
            category: row.category,
            needs_stop: row.needs_stop,
            beyond_own_power: row.beyond_own_power,
            fixed: row.fixed,
            severity: row.severity,
            danger: row.danger,
            version: row.version,
        }
    }
}

/// The checklist of a visit: that of the enterprise's sector on the day.
pub(super) fn checklist(visit: &Visit) -> Outcome<Vec<ChecklistItem>> {
    law::checklist(&visit.sector, visit.day())
}

/// A signature: drawn, or refused with the reason.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = VisitSignature)]
pub(crate) struct Signature {
    /// A drawing as a PNG data address.
    pub(crate) drawing: Option<String>,
    /// Why signing was refused; only the enterprise may.
    pub(crate) refused: Option<String>,
}

/// The signatures of a visit.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[schema(as = VisitSignatures)]
#[serde(default)]
pub(crate) struct Signatures {
    /// Of the first officer.
    pub(crate) officer_one: Signature,
    /// Of the second officer.
    pub(crate) officer_two: Signature,
    /// Of the officers of other agencies, in their order.
    pub(crate) others: Vec<Signature>,
    /// Of the enterprise's person on site.
    pub(crate) enterprise: Signature,
}

/// A visit with its checklist, what was found and the documents.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WholeVisit {
    pub(super) visit: VisitView,
    /// The checklist of the enterprise's sector.
    pub(super) items: Vec<ChecklistItem>,
    /// Items by code: `met`, `unmet` or `not_applicable`.
    #[schema(value_type = std::collections::HashMap<String, String>)]
    pub(super) checklist: Value,
    pub(super) findings: Vec<VisitFinding>,
    pub(super) documents: Vec<EnforcementDocument>,
    pub(super) signatures: Signatures,
}

/// A field of a document.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DocumentField {
    pub(super) label: String,
    pub(super) value: String,
    /// Filled by hand or by a seal.
    pub(super) by_hand: bool,
}

/// An enforcement document.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EnforcementDocument {
    city: String,
    id: Uuid,
    visit: Uuid,
    enterprise: Uuid,
    enterprise_name: String,
    /// The document that this one answers.
    about: Option<Uuid>,
    form: String,
    name: String,
    /// `draft`, `issued` or `withdrawn`.
    state: String,
    number: Option<String>,
    issuer: Option<String>,
    /// Number of the deed by which it was issued.
    deed: Option<String>,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    served_on: Option<NaiveDate>,
    service: Option<String>,
    /// When the enterprise first opened it, UTC.
    opened_at: Option<DateTime<Utc>>,
    withdrawn_on: Option<NaiveDate>,
    reason: Option<String>,
    fields: Vec<DocumentField>,
    /// The findings that it is about; of a recheck also what became of each.
    items: Vec<Item>,
    version: i64,
}

impl EnforcementDocument {
    pub(crate) fn of(row: Paper) -> Self {
        let fields = row.fields().into_iter();
        EnforcementDocument {
            fields: fields
                .map(|(label, value)| DocumentField { by_hand: compose::by_hand(&label), label, value })
                .collect(),
            items: row.items(),
            name: compose::form_name(&row.form, row.issued_on),
            city: row.city,
            id: row.id,
            visit: row.visit,
            enterprise: row.enterprise,
            enterprise_name: row.enterprise_name,
            about: row.about,
            form: row.form,
            state: row.state,
            number: row.number,
            issuer: row.issuer,
            deed: row.deed,
            issued_on: row.issued_on,
            due_on: row.due_on,
            served_on: row.served_on,
            service: row.service,
            opened_at: row.opened_at,
            withdrawn_on: row.withdrawn_on,
            reason: row.reason,
            version: row.version,
        }
    }
}
