//! The end of a visit: all sign, and what was found becomes dangers.

use std::collections::BTreeMap;

use caseflow::Acting;
use chrono::{DateTime, NaiveDate, Utc};
use db::Tx;
use kernel::{Actor, Clock, Scope};
use serde_json::json;
use web::{Outcome, Problem};

use crate::{
    act::{self, ahead},
    found,
    http::{Signature, Signatures},
    model::Visit,
    store,
};

/// Most bytes of a drawn signature.
const MOST_SIGNATURE: usize = 60_000;
/// How a drawing begins.
const PNG: &str = "data:image/png;base64,";

/// How a visit ends.
pub(crate) struct End {
    /// When; now unless told.
    pub(crate) at: Option<DateTime<Utc>>,
    /// Answers by item; what is not named stays.
    pub(crate) checklist: BTreeMap<String, String>,
    /// Last day for putting right what was found.
    pub(crate) due_on: Option<NaiveDate>,
    /// Who signed.
    pub(crate) signatures: Signatures,
}

/// Whether it is signed, or refused with a reason where that may be.
fn signed(pointer: &str, own: &Signature, may_refuse: bool) -> Outcome<()> {
    let refused = own.refused.as_deref().is_some_and(|text| !text.trim().is_empty());
    let drawn = own.drawing.as_deref().is_some_and(|text| {
        text.len() <= MOST_SIGNATURE
            && text.strip_prefix(PNG).is_some_and(|data| {
                !data.is_empty()
                    && data.bytes().all(|sign| sign.is_ascii_alphanumeric() || b"+/=".contains(&sign))
            })
    });
    match (drawn, refused) {
        (true, false) => Ok(()),
        (false, true) if may_refuse && own.drawing.is_none() => Ok(()),
        _ => {
            let who = if may_refuse {
                "请被检查单位现场负责人签名；拒绝签名的，写明情况。"
            } else {
                "请执法人员签名。"
            };
            Err(Problem::wrong_field(pointer, "signature.missing", who))
        }
    }
}

/// Ends a visit that is held.
pub(crate) async fn finish(
    tx: &mut Tx,
    (clock, actor): (&Clock, &Actor),
    scope: &Scope,
    mut row: Visit,
    end: End,
) -> Outcome<Visit> {
    signed("/officer_one", &end.signatures.officer_one, false)?;
    signed("/officer_two", &end.signatures.officer_two, false)?;
    signed("/enterprise", &end.signatures.enterprise, true)?;
    let ended_at = end.at.unwrap_or_else(|| clock.now());
    if ended_at < row.started_at || ended_at > clock.now() + ahead() {
        let why = "检查结束时间应在开始时间之后、现在之前。";
        return Err(Problem::wrong_field("/ended_at", "visit.order", why));
    }
    let findings = store::findings(&mut *tx, &row.city, row.id).await?;
    if findings.iter().any(|own| !own.fixed) {
        match end.due_on {
            Some(due) if due > clock.today() => {}
            _ => {
                let why = "有没有当场改正的问题，请填写整改期限（今天之后）。";
                return Err(Problem::wrong_field("/due_on", "field.required", why));
            }
        }
    }
    row.state = "finished".into();
    row.ended_at = Some(ended_at);
    row.due_on = end.due_on.filter(|_| findings.iter().any(|own| !own.fixed));
    if let Some(known) = row.checklist.0.as_object_mut() {
        known.extend(end.checklist.into_iter().map(|(code, answer)| (code, json!(answer))));
    }
    row.signatures = db::Json(json!(end.signatures));
    let law = law::in_force(&mut *tx, &row.town).await?;
    let by = Acting { clock, actor, law: &law };
    let enterprise = enterprise::store::find(&mut *tx, scope, &row.city, row.enterprise).await?;
    let findings = found::become_dangers(tx, by, &enterprise, &row, findings).await?;
    let after = json!({"state": row.state, "ended_at": row.ended_at, "checklist": row.checklist.0, "due_on": row.due_on,
        "findings": findings.len(), "refused": end.signatures.enterprise.refused});
    act::write(tx, (clock, actor), &row, after, None).await?;
    Ok(row)
}
