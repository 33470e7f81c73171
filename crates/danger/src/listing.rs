//! Listed supervision (挂牌督办): a tier lists a major danger by a numbered notice with a term, and decides about it until it releases it.

use axum::http::StatusCode;
use caseflow::{Acting, Case, Taken, take};
use chrono::{Datelike, NaiveDate};
use db::Tx;
use kernel::{Actor, Power, Tier};
use rules::{At, danger_listing, legal_limit};
use web::{Outcome, Problem, required};

use crate::{model::Danger, powers};

/// The mark under which the serials of notices are counted.
const MARK: &str = "DB";

/// What a notice of listed supervision says.
#[derive(Debug, Clone)]
pub struct Listing {
    /// `county`, `city` or `province`.
    pub tier: String,
    /// Number of the notice, where it has one already; the next one of the tier and year otherwise.
    pub document: Option<String>,
    /// Until when it is to be put right.
    pub due_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
}

fn held_at(actor: &Actor, power: &'static Power, town: &str, tier: Tier) -> Outcome<()> {
    let scope = actor.may(power)?;
    if scope.areas().iter().any(|area| area.region.contains(town) && area.region.tier() <= tier) {
        return Ok(());
    }
    let text = format!("这条隐患由{}挂牌督办，请由该级督办部门办理。", tier.label());
    Err(Problem::new(StatusCode::FORBIDDEN, "danger.listed_tier", text))
}

/// That whoever decides about a danger under listed supervision does it at the tier that listed it, or at a wider one.
///
/// # Errors
/// 403 for others.
pub(crate) fn held(actor: &Actor, power: &'static Power, row: &Danger) -> Outcome<()> {
    match row.listed_tier.as_deref().filter(|_| row.listed()) {
        Some(tier) => held_at(actor, power, &row.town, caseflow::parse_tier(tier)),
        None => Ok(()),
    }
}

/// The danger with that term of its listing, and the last day on which more time may be asked for.
///
/// # Errors
/// 422 beyond the calendar.
pub(crate) fn until(by: Acting<'_>, row: Danger, term: NaiveDate) -> Outcome<Danger> {
    let at = At { on: by.clock.today(), region: &row.town, law: by.law };
    let limit = at.row(&legal_limit::TABLE, &[("kind", "listed_deferral")]);
    let ask_by = match limit.and_then(|limit| limit.whole("amount")) {
        Some(days) => Some(caseflow::after_working_days(by.law, &row.town, term, -days)?.0),
        None => None,
    };
    Ok(Danger { listed_until: Some(term), listed_ask_by: ask_by, ..row })
}

/// The number of the next notice of that tier.
async fn number(tx: &mut Tx, by: Acting<'_>, row: &Danger, tier: Tier) -> Outcome<String> {
    if tier == Tier::Province {
        // serials are kept city by city
        let text = "省级挂牌督办请填写省里通知书的文号。";
        return Err(Problem::wrong_field("/document", "field.required", text));
    }
    let place = row.town.get(..tier.digits()).unwrap_or(&row.town);
    let today = by.clock.today();
    let serial = caseflow::next_serial(tx, &row.city, (place, MARK), today.year()).await?;
    let input = danger_listing::Input {
        area: region::divisions::find(place).map(|own| own.name.to_string()).unwrap_or_default(),
        serial: u32::try_from(serial).map_err(Problem::internal)?,
        term: None,
    };
    let at = At { on: today, region: &row.town, law: by.law };
    Ok(danger_listing::notice(&at, &input).map_err(law::problem)?.value.document)
}

/// Puts it under listed supervision.
///
/// # Errors
/// 422 with the fields that are wrong; 403 for who is not at that tier; 409 where it is not the time for it.
pub async fn supervise(
    tx: &mut Tx,
    by: Acting<'_>,
    (case, row): (&Case, &Danger),
    given: Listing,
) -> Outcome<(Case, Danger)> {
    if case.severity != "major" {
        return Err(Problem::conflict(
            "danger.general",
            "只有重大隐患可以挂牌督办。请先修改登记，把判定为重大的理由写清楚。",
        ));
    }
    let tier = match given.tier.as_str() {
        "county" => Tier::County,
        "city" => Tier::City,
        "province" => Tier::Province,
        _ => return Err(Problem::wrong_field("/tier", "choice.unknown", "请选择督办级别。")),
    };
    held_at(by.actor, &powers::SUPERVISE, &row.town, tier)?;
    let term =
        given.due_on.ok_or_else(|| Problem::wrong_field("/due_on", "field.required", "请填写督办期限。"))?;
    let document = match web::filled(given.document) {
        Some(document) => required(&document, "/document", "督办文号", 100)?,
        None => number(tx, by, row, tier).await?,
    };
    let after = Danger {
        listed_tier: Some(given.tier),
        listed_document: Some(document),
        listed_on: Some(by.clock.today()),
        served_on: None,
        served_to: None,
        served_way: None,
        released_on: None,
        released_text: None,
        ..until(by, row.clone(), term)?
    };
    let taken = Taken {
        reason: Some(given.reason),
        due_on: Some(term),
        due_basis: Some("挂牌督办通知的期限".into()),
        tier: Some(tier),
        ..Taken::default()
    };
    take(tx, by, (case, row), "supervise", (after, taken)).await
}
