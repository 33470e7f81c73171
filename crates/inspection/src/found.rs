//! What was found at a visit: its class by the law, and the danger that it becomes when the visit is signed.

use caseflow::Acting;
use danger::{Found, Mended, Recheck};
use db::{Exec, Tx};
use enterprise::Enterprise;
use file::{Kept, Kind};
use rules::{At, danger::Class};
use web::{Outcome, Problem};

use crate::{
    model::{Finding, Visit},
    store,
};

/// `general` or `major`, by the same rule as any other danger.
pub(crate) fn class(by: Acting<'_>, visit: &Visit, own: &Finding) -> Outcome<&'static str> {
    let at = At { on: visit.day(), region: &visit.town, law: by.law };
    let input = rules::danger::Input {
        category: own.category.clone().unwrap_or_default(),
        criteria: own.criteria(),
        fixable_at_once: Some(own.fixed),
        needs_stop: Some(own.needs_stop),
        beyond_own_power: Some(own.beyond_own_power),
        ..rules::danger::Input::default()
    };
    let judged = rules::danger::class(&at, &input).map_err(law::problem)?;
    Ok(if judged.value.class == Class::General { "general" } else { "major" })
}

/// Makes dangers of what was found, in the transaction that signs the visit. What was put right before the officers left is struck off at once.
pub(crate) async fn become_dangers(
    tx: &mut Tx,
    by: Acting<'_>,
    enterprise: &Enterprise,
    visit: &Visit,
    findings: Vec<Finding>,
) -> Outcome<Vec<Finding>> {
    let mut done = Vec::new();
    for (at, mut own) in findings.into_iter().enumerate() {
        // what was taken out in the meantime leaves no gap on paper
        own.serial = i64::try_from(at + 1).map_err(Problem::internal)?;
        let found = Found {
            source: "inspection".into(),
            found_on: visit.day(),
            found_by: Some(visit.names()),
            category: own.category.clone(),
            place: own.place.clone().unwrap_or_else(|| visit.place.clone()),
            description: own.content.clone(),
            requirement: own.basis.as_ref().map(|basis| format!("依据{basis}整改")),
            criteria: own.criteria(),
            fixable_at_once: Some(own.fixed),
            needs_stop: Some(own.needs_stop),
            beyond_own_power: Some(own.beyond_own_power),
            stop: "none".into(),
            due_on: if own.fixed { Some(by.clock.today()) } else { visit.due_on },
            officer: Some(by.actor.on_behalf.unwrap_or(by.actor.account)),
            ..Found::default()
        };
        let (case, row) = danger::report(tx, by, enterprise, found).await?;
        for photo in store::photos(&mut *tx, &own).await? {
            let kind = Kind::parse(&photo.kind).ok_or_else(Problem::not_found)?;
            let kept = Kept { hash: photo.hash, size: photo.size, kind, name: photo.name };
            danger::add_photo(tx, (by.clock, by.actor), &row, ("before", kept)).await?;
        }
        if own.fixed {
            let mended = Mended {
                on: by.clock.today(),
                text: "检查时当场改正".into(),
                funds_spent: None,
                acceptance: "government".into(),
                accepted_by: visit.names(),
            };
            let (case, row) = danger::mend(tx, by, (&case, &row), mended).await?;
            let seen =
                Recheck { passed: true, text: "检查人员当场确认已改正".into(), due_on: None };
            danger::recheck(tx, by, (&case, &row), seen).await?;
        }
        own.danger = Some(case.id);
        own.updated_at = by.clock.now();
        own.updated_by = by.actor.account;
        own.version += 1;
        tx.run(own.update(&["city", "id"])).await?;
        done.push(own);
    }
    Ok(done)
}
