//! An archive of two dates beside each other.

use audit::Action;
use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{App, Caller, Outcome, PathOf, Problem, Query};

use super::record::note_reading;
use crate::{
    compare::{FieldChange, SectionChange, basic, sections},
    elsewhere, keep, powers,
    score::Brief,
    trail::Then,
};

/// The two instants.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Between {
    /// The earlier state.
    from: DateTime<Utc>,
    /// The later one; now unless told.
    to: Option<DateTime<Utc>>,
}

/// How complete an archive was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ArchiveScoreThen)]
pub(super) struct ScoreThen {
    /// Whole percent.
    score: usize,
    required: usize,
    present: usize,
    missing: usize,
    expired: usize,
    records: usize,
}

/// What came, went and changed in an archive between two dates.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ArchiveComparison {
    city: String,
    /// The enterprise.
    id: Uuid,
    name: String,
    from: DateTime<Utc>,
    to: Option<DateTime<Utc>>,
    before: ScoreThen,
    after: ScoreThen,
    /// Fields of the register that say something else.
    basic: Vec<FieldChange>,
    /// Sections in which anything happened.
    sections: Vec<SectionChange>,
}

async fn score(app: &App, then: &Then, as_of: Option<DateTime<Utc>>) -> Outcome<ScoreThen> {
    let law = law::in_force(&app.db, &then.enterprise.town).await?;
    let told = elsewhere::told(&app.db, &then.enterprise.city, &[then.enterprise.id], as_of).await?;
    let mut briefs: Vec<Brief> = then.records.iter().map(Brief::from).collect();
    briefs.extend(told.into_iter().map(|(_, brief)| brief));
    let own = keep::reckon(&law, &then.enterprise, &briefs, then.day)?;
    Ok(ScoreThen {
        score: own.score,
        required: own.required,
        present: own.present,
        missing: own.missing,
        expired: own.expired,
        records: own.records,
    })
}

/// An archive of two dates beside each other: what came, went and changed by section and field, with the values before and after. Each
/// state is put together from the trail and judged by the law of its day.
#[utoipa::path(get, path = "/api/enterprises/{city}/{id}/archive/compare", tag = "archive", params(Between, ("city" = String, Path), ("id" = Uuid, Path)),
    responses((status = 200, body = ArchiveComparison), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(super) async fn compare_archive(
    State(app): State<App>,
    Caller(actor): Caller,
    PathOf((city, id)): PathOf<(String, Uuid)>,
    Query(between): Query<Between>,
) -> Outcome<Json<ArchiveComparison>> {
    let scope = actor.may(&powers::COMPARE)?;
    enterprise::may_look_back(&actor)?;
    let now = enterprise::store::find(&app.db, &scope, &city, id).await?;
    // what does not exist for the caller is not found, whatever is asked of it
    if between.from > between.to.unwrap_or_else(|| app.clock.now()) {
        return Err(Problem::wrong_field("/from", "compare.order", "前一个日期应早于后一个日期。"));
    }
    let before = Then::of(&app, &now, Some(between.from)).await?;
    let after = Then::of(&app, &now, between.to).await?;
    let answer = ArchiveComparison {
        before: score(&app, &before, Some(between.from)).await?,
        after: score(&app, &after, between.to).await?,
        basic: basic(&before.enterprise, &after.enterprise),
        sections: sections(&before, &after),
        name: after.enterprise.name.clone(),
        city,
        id,
        from: between.from,
        to: between.to,
    };
    // whose personal data was shown: that of records in which something happened, and phones of the register
    let told = |section: &SectionChange, id: Uuid| {
        section.came.iter().chain(&section.went).any(|own| own.id == id)
            || section.changed.iter().any(|own| own.id == id)
    };
    let mut shown = [before.records, after.records].concat();
    shown.retain(|own| answer.sections.iter().any(|section| told(section, own.id)));
    shown.sort_by_key(|own| own.id);
    shown.dedup_by_key(|own| own.id);
    note_reading(&app, &actor, &shown).await?;
    if answer.basic.iter().any(|change| change.label.contains("电话")) {
        audit::note(&app.db, &app.clock, &actor, now.entry(Action::Read, None, None, None)).await?;
    }
    Ok(Json(answer))
}
