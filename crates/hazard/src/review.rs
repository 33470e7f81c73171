//! By when a source must be identified, assessed and graded anew: three years after the assessment, or as soon as something has happened that
//! 安监总局令第40号 article 11 names (`rules::hazard::filing`). What happened before the assessment is settled by it.

use chrono::NaiveDate;
use rules::{
    At,
    hazard::filing::{self, Input},
};

use crate::model::{Event, Source};

/// What has happened since the assessment.
pub fn since(events: Vec<Event>, assessed_on: Option<NaiveDate>) -> Vec<Event> {
    events.into_iter().filter(|own| assessed_on.is_none_or(|day| own.on > day)).collect()
}

/// Settles the events and reckons the day. What is no major hazard source, or is struck off, need not be identified anew by a day.
pub fn apply(at: &At<'_>, source: &mut Source) {
    let events = since(source.events(), source.assessed_on);
    let first = events.iter().map(|own| own.on).min();
    source.events = db::Json(serde_json::to_value(&events).unwrap_or_default());
    let due = source.assessed_on.filter(|day| *day <= at.on).and_then(|assessed_on| {
        let input = Input {
            grade: source.grade.and_then(|grade| u8::try_from(grade).ok()).unwrap_or(4),
            assessed_on,
            events: Vec::new(),
            project: false,
            ended: false,
            cancellation_received_on: None,
        };
        Some(filing::due(at, &input).ok()?.value.review_by)
    });
    let asked = source.is_live() && source.is_major;
    (source.review_on, source.review_why) = match (first, due) {
        _ if !asked => (None, None),
        (Some(event), due) if due.is_none_or(|due| event <= due) => (Some(event), Some("event".into())),
        (_, Some(due)) => (Some(due), Some("years".into())),
        (_, None) => (None, None),
    };
}
