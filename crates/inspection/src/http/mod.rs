//! The operations of this area.

mod card;
mod deed;
mod export;
mod finding;
mod issue;
mod paper;
mod photo;
mod print;
mod register;
mod served;
mod view;
mod visit;

use audit::Listing;
use futures::FutureExt;
use job::Kind;
use utoipa_axum::{router::OpenApiRouter, routes};
use web::App;

pub(crate) use card::{agency, called};
pub(crate) use finding::{NewVisitFinding, write_down};
pub(crate) use paper::{NewEnforcementDocument, draft, form, issuer};
pub(crate) use photo::add as add_photo;
pub(crate) use view::{EnforcementDocument, Signature, Signatures, VisitView};
pub(crate) use visit::{NewVisit, VisitEnd, begin, end_of, officers};

/// The kinds of jobs of this area.
pub fn kinds() -> Vec<Kind> {
    use crate::penalty::http::{LISTING as PENALTIES, export as penalties};
    use crate::plan::http::{LISTING as TARGETS, export as targets};
    let kind = |own: Listing, label, run| Kind { name: own.kind, label, every: None, run };
    vec![
        kind(export::LISTING, "导出文书台账", |context| export::export(context).boxed()),
        kind(TARGETS, "导出计划检查", |context| targets(context).boxed()),
        kind(PENALTIES, "导出行政处罚", |context| penalties(context).boxed()),
    ]
}

/// The operations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(card::list_officer_cards, card::create_officer_card))
        .routes(routes!(card::update_officer_card))
        .routes(routes!(deed::list_delegation_deeds, deed::create_delegation_deed))
        .routes(routes!(deed::update_delegation_deed))
        .routes(routes!(visit::create_visit))
        .routes(routes!(visit::list_visits))
        .routes(routes!(visit::find_visit, visit::update_visit))
        .routes(routes!(visit::withdraw_visit))
        .routes(routes!(visit::finish_visit))
        .routes(routes!(finding::create_visit_finding))
        .routes(routes!(finding::update_visit_finding, finding::delete_visit_finding))
        .merge(photo::router())
        .routes(routes!(register::list_enforcement_documents))
        .routes(routes!(export::create_enforcement_document_export))
        .routes(routes!(export::find_enforcement_document_export_file))
        .routes(routes!(paper::create_enforcement_document))
        .routes(routes!(paper::find_enforcement_document, paper::update_enforcement_document))
        .routes(routes!(print::print_enforcement_document))
        .routes(routes!(issue::issue_enforcement_document))
        .routes(routes!(issue::serve_enforcement_document))
        .routes(routes!(issue::withdraw_enforcement_document))
        .merge(served::router())
        .merge(crate::penalty::http::router())
        .merge(crate::plan::http::router())
}
