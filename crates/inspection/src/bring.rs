//! A visit that was made without a network and comes back whole: begun, written down, photographed, signed and drafted by the same functions as
//! one that is entered step by step, in the caller's transaction. What one of them refuses, none of them keeps.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, NaiveDate, Utc};
use db::Tx;
use file::Kept;
use kernel::{Actor, Clock};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Outcome, Problem};

use crate::{
    http::{
        NewEnforcementDocument, NewVisit, NewVisitFinding, Signatures, VisitEnd, add_photo, begin, draft,
        end_of, write_down,
    },
    model::Visit,
    powers, store,
};

/// A visit as it was made.
#[derive(Debug, Deserialize, ToSchema)]
pub struct BroughtVisit {
    /// The enterprise.
    pub enterprise: Uuid,
    /// What was inspected.
    place: String,
    /// Ids of the cards of the two officers.
    cards: Vec<Uuid>,
    /// Ids of the cards of officers of other agencies who came along.
    #[serde(default)]
    others: Vec<Uuid>,
    /// When it began, by the clock of the device.
    started_at: DateTime<Utc>,
    /// Answers by item: `met`, `unmet`, `not_applicable`.
    #[serde(default)]
    checklist: BTreeMap<String, String>,
    /// What was found, in order.
    #[serde(default)]
    findings: Vec<NewVisitFinding>,
    /// Last day for putting right what was found.
    due_on: Option<NaiveDate>,
    signatures: Signatures,
    /// Codes of the forms that are to be drafted.
    #[serde(default)]
    documents: Vec<String>,
}

impl BroughtVisit {
    /// How many things were found.
    pub fn found(&self) -> usize {
        self.findings.len()
    }
}

/// When it happened: how far the device's clock was behind, and when it ended, by ours.
#[derive(Debug, Clone, Copy)]
pub struct Ended {
    /// To be added to what the device's clock said.
    pub shift: Duration,
    /// When the visit ended.
    pub at: DateTime<Utc>,
}

/// Takes a visit in. `photos` are those of each finding, kept in the folder of dangers' photos.
///
/// # Errors
/// 403 where the caller may not make visits, 404 where the enterprise is not the caller's, and whatever a step refuses.
pub async fn bring(
    tx: &mut Tx,
    by: (&Clock, &Actor),
    city: &str,
    (brought, ended): (BroughtVisit, Ended),
    photos: Vec<Vec<Kept>>,
) -> Outcome<Visit> {
    let scope = by.1.may(&powers::CREATE_VISIT)?;
    for power in [&powers::FINDING, &powers::PHOTO, &powers::FINISH, &powers::DRAFT] {
        by.1.may(power)?;
    }
    let started_at = brought.started_at.checked_add_signed(ended.shift).unwrap_or(ended.at).min(ended.at);
    let (place, cards, others) = (brought.place, brought.cards, brought.others);
    let new = NewVisit { place, started_at: Some(started_at), cards, others };
    let visit = begin(tx, by, &scope, (city.into(), brought.enterprise), new).await?;
    let mut photos = photos.into_iter();
    for found in brought.findings {
        let finding = write_down(tx, by, &scope, (city.into(), visit.id), found).await?;
        for kept in photos.next().unwrap_or_default() {
            add_photo(tx, by, &scope, (city.into(), visit.id, finding.id), kept).await?;
        }
    }
    let version = store::visit(&mut *tx, &scope, city, visit.id).await?.version;
    let end = VisitEnd {
        version,
        ended_at: Some(ended.at),
        checklist: brought.checklist,
        due_on: brought.due_on,
        signatures: brought.signatures,
    };
    let visit = end_of(tx, by, &scope, (city, visit.id), end).await?;
    for form in brought.documents {
        let new = NewEnforcementDocument { form: form.clone(), ..NewEnforcementDocument::default() };
        let made = draft(tx, by, &scope, (city.into(), visit.id), new).await;
        made.map_err(|mut problem: Problem| {
            // which of them is not to be seen from the answer otherwise
            problem
                .errors
                .iter_mut()
                .for_each(|own| own.pointer = format!("/documents/{form}{}", own.pointer));
            problem
        })?;
    }
    Ok(visit)
}

/// The documents of a visit, the earliest first: id and form.
///
/// # Errors
/// Where the database fails.
pub async fn documents_of(tx: &mut Tx, city: &str, visit: Uuid) -> Outcome<Vec<(Uuid, String)>> {
    let papers = store::papers(tx, city, visit).await?;
    Ok(papers.into_iter().map(|own| (own.id, own.form)).collect())
}
