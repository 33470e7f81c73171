//! What the law lets a violation cost, and what follows from how much it costs.

use caseflow::Acting;
use rules::{At, penalty};
use web::{Outcome, Problem};

use super::model::Penalty;

/// What the law lets the violation cost; none where the violation is none of the table.
pub(super) fn frame(by: Acting<'_>, own: &Penalty) -> Outcome<Option<penalty::Frame>> {
    let Some(violation) = own.violation.clone() else { return Ok(None) };
    let at = At { on: own.happened_on, region: &own.town, law: by.law };
    let input = penalty::Input {
        violation,
        stage: own.stage.clone(),
        circumstance: own.circumstance.clone(),
        party: party(own),
    };
    Ok(Some(penalty::compute(&at, &input).map_err(law::problem)?.value))
}

/// Who is punished, as the rules ask for it.
pub(super) fn party(own: &Penalty) -> penalty::Party {
    if own.is_person() { penalty::Party::Person } else { penalty::Party::Unit }
}

/// Whether the fine lies within the law, and within the share of the circumstances unless it is said why not.
pub(super) fn within(by: Acting<'_>, own: &Penalty) -> Outcome<()> {
    let Some(frame) = frame(by, own)? else { return Ok(()) };
    if own.fine > frame.law_to * 100 {
        let why = format!("{}：罚款不得超过 {} 元（{}）。", frame.name, frame.law_to, frame.basis);
        return Err(Problem::wrong_field("/fine", "penalty.over", why));
    }
    let outside = own.fine < frame.from * 100 || own.fine > frame.to * 100;
    if outside && own.mitigation.is_none() {
        let why = format!(
            "罚款不在裁量幅度内（{} 元至 {} 元），请写明减轻、从轻或者从重的理由和依据。",
            frame.from, frame.to
        );
        return Err(Problem::wrong_field("/mitigation", "penalty.outside", why));
    }
    Ok(())
}

/// Whether the party must be told that it may ask for a hearing (行政处罚法 2021 第六十三条).
pub(super) fn is_heavy(by: Acting<'_>, own: &Penalty) -> Outcome<bool> {
    let at = At { on: by.clock.today(), region: &own.town, law: by.law };
    let (from, _) = penalty::threshold(&at, "hearing", party(own)).map_err(law::problem)?;
    let grave = ["停产停业", "停业", "关闭", "吊销", "降低资质", "限制从业", "没收"];
    let other = own.other.as_deref().unwrap_or_default();
    Ok(own.fine >= from * 100 || grave.iter().any(|word| other.contains(word)))
}
