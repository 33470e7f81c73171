//! Penalties (行政处罚; 行政处罚法 2021): a case of the flow [`FLOW`] in eleven steps, each by its paper: filing (立案), inquiry (询问),
//! report of the investigation (调查报告), panel (集体讨论), statement (陈述申辩), notice (告知), hearing (听证), approval (呈批), decision
//! (决定), service (送达), closing (结案); or by the simple procedure on the spot (当场处罚).
//!
//! A paper begins as a draft that can be looked at. To issue it is the step: number, deadline by `rules::legal_limit`, the case's state and the
//! trail are written in one transaction. What a violation may cost, whether a hearing must be offered and what may be decided on the spot is
//! `rules::penalty`'s to say.

mod compose;
mod flow;
mod frame;
pub(crate) mod http;
mod layout;
pub(crate) mod model;
mod money;
mod step;
mod store;
pub(crate) mod waiting;

use chrono::NaiveDate;
use kernel::Scope;

pub use flow::FLOW;

/// An issued paper as it is printed.
pub(crate) async fn printed(
    tx: &mut db::Tx,
    scope: &Scope,
    row: &model::PenaltyPaper,
    today: NaiveDate,
) -> web::Outcome<document::Notice> {
    let own = store::find(tx, scope, &row.city, row.penalty).await?;
    Ok(layout::paper(row, &own, row.issuer.as_deref().unwrap_or_default(), today))
}
