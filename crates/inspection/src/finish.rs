//! The end of a visit: all sign, and what was found becomes dangers.

use std::{collections::BTreeMap, io::Cursor};

use base64::{Engine, engine::general_purpose::STANDARD};
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
    layout::PNG,
    model::Visit,
    plan, store,
};

/// Most bytes of a drawn signature.
const MOST_SIGNATURE: usize = 60_000;
/// Most bytes of its pixels.
const MOST_DRAWN: usize = 8 * 1024 * 1024;
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
    let drawn = own.drawing.as_deref().is_some_and(is_drawn);
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

/// Whether it is a PNG on which something was drawn: an empty canvas is no signature.
fn is_drawn(text: &str) -> bool {
    let Some(data) = text.strip_prefix(PNG).filter(|_| text.len() <= MOST_SIGNATURE) else { return false };
    let Ok(bytes) = STANDARD.decode(data) else { return false };
    let limits = png::Limits { bytes: MOST_DRAWN };
    let Ok(mut reader) = png::Decoder::new_with_limits(Cursor::new(bytes), limits).read_info() else {
        return false;
    };
    let Some(size) = reader.output_buffer_size().filter(|size| *size <= MOST_DRAWN) else { return false };
    let mut pixels = vec![0; size];
    let Ok(frame) = reader.next_frame(&mut pixels) else { return false };
    let wide = frame.color_type.samples();
    let mut all = pixels.chunks(wide.max(1));
    all.next().is_some_and(|first| all.any(|other| other.len() == wide && other != first))
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
    let others = &end.signatures.others;
    for at in 0..row.others().len().max(others.len()) {
        let nobody = Signature::default();
        // one too many is nobody's
        let own = others.get(at).filter(|_| at < row.others().len()).unwrap_or(&nobody);
        signed(&format!("/others/{at}"), own, false)?;
    }
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
    plan::done(tx, clock, actor, &row).await?;
    Ok(row)
}
